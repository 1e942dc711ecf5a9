"""Links to the web: what they point at, without what tracks or names a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from workbench.sources.redaction.folding import Span, apart, fold
from workbench.sources.redaction.person_numbers import find_person_numbers
from workbench.tables.platforms import BY_CODE, PEOPLE_HOSTS, PLATFORMS, PROFILE_HOSTS

if TYPE_CHECKING:
    from tldextract import TLDExtract

_TELEGRAM = BY_CODE["telegram"].domains
_PERSONAL = tuple(host for platform in PLATFORMS for host in platform.personal_hosts)
_NO_ACCOUNT = frozenset((
    "watch", "p", "reel", "reels", "groups", "events", "pages", "share", "sharer", "hashtag",
    "hashtags", "i", "search", "explore", "embed", "status", "shorts", "playlist", "live", "video", "videos",
    "photo", "photos", "story.php", "permalink.php", "photo.php", "watch.php", "login", "home", "r", "comments",
    "feed", "results", "marketplace", "gaming", "tag", "discover", "channels", "intent", "tv", "t", "clip",
    "clips", "directory", "posts", "company", "jobs", "notes", "public", "media",
    "games", "catalog", "category", "library", "forums", "browse", "shows", "music", "topic", "topics", "items", "item",
    "film", "films", "activities", "clubs", "segments", "routes",
))
# segments after which the next one names an account, a group by invitation or the like
_ACCOUNT_AFTER = frozenset((
    "user", "users", "u", "c", "in", "add", "profile", "profiles", "people", "author", "invite", "channel", "send", "s",
    "stories", "member", "members", "athletes", "id", "person",
))
_HOSTS = "|".join(map(re.escape, (*PROFILE_HOSTS, *PEOPLE_HOSTS)))
# without https a name on Bluesky is a handle
_PERSONAL_HOSTS = "|".join(re.escape(host) for platform in PLATFORMS if not platform.handle
                           for host in platform.personal_hosts)
_APPS = rf"(?:{'|'.join(scheme for platform in PLATFORMS for scheme in platform.schemes)})://"
# An address with its scheme, with www, or of a host on which people have their profiles; also written t[.]me
URL = re.compile(rf"(?:h(?:tt|xx)ps?://|(?<![\w@.-])(?:{_APPS}|skype:(?=\w)|www\.|(?:[\w-]+\.)*(?:{_HOSTS})/"
                 rf"|t[\[(]?(?:\.|dot)[\])]?me/|(?=[\w-]+\.(?:{_PERSONAL_HOSTS})(?!\w))))"
                 r"(?:\[\.\]|[^\s<>\"\]])+", re.IGNORECASE)
_KNOWN_HOSTS, _REGISTERS = frozenset(PROFILE_HOSTS), frozenset(PEOPLE_HOSTS)
_PATHS = "|".join(path for platform in PLATFORMS for path in platform.profile_paths)
_PROFILE_PATH = re.compile(_PATHS, re.IGNORECASE)
_ALL_HOSTS = "|".join((_PATHS, *map(re.escape, sorted({*PROFILE_HOSTS, *PEOPLE_HOSTS, *_PERSONAL}))))
# RE2 pattern of texts that may hold an address that leads to a person: one with such a host, with a sign that names
# an account, with something encoded, of an app, or in other letters than ASCII
PROFILE_HINT = (rf"(?i)(?:{_ALL_HOSTS})|(?:/|www\.)[^\s]*(?:@|%[0-9a-f]{{2}})|@[^\s]*/|{_APPS}|skype:|hxxp|\[\.\]|"
                rf"\(\.\)"
                r"|t[\[(]?dot[\])]?me/|(?://|www\.)[^\s/]*[^\x00-\x7f]")
_TOKEN = re.compile(rf"(?<![^\s<>\"])[^\s<>\"]*?(?:/|skype:|\.(?:{_PERSONAL_HOSTS}))[^\s<>\"]*", re.IGNORECASE)
_APP = re.compile(_APPS + r"|skype:|t[\[(]?(?:\.|dot)[\])]?me/", re.IGNORECASE)
_DEFANGED = re.compile(r"^hxxp|\[\.\]|\(\.\)", re.IGNORECASE)
# Where an address within an address begins
_WITHIN = re.compile(rf"(?<=[/=?&#:])(?=https?:/|(?:www\.)?(?:{_HOSTS})/)", re.IGNORECASE)
_TRACKED = (r"utm_\w+|fbclid|igshid|igsh|si|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|mc_cid|mc_eid|"
            r"mibextid|ref_src|ref_url|_ga|phone|tel|e?mail|user(?:name|_id)?|uid|token|session(?:_?id)?|sid|"
            r"_hsenc|_hsmi|vero_id|oly_enc_id|oly_anon_id|mkt_tok|rb_clickid|s_cid|epik|irclickid|li_fat_id|srsltid|"
            r"share_id|sharer?_\w+|sec_u?id|_branch_match_id|__cft__\w*|__tn__|wickedid|mobile?|tlf|telefon|msisdn|cpr\w*|"
            r"ssn|fnr|person(?:nummer|_?id|al_?id)|user|screen_?name|nick(?:name)?|login|"
            r"(?:first|last|full|sur|real)_?name|fornavn|efternavn|förnamn|efternamn|etternavn|account_?id|profile_?id|"
            r"(?:forum|u_?)?navn|namn|name|nafn|nimi|kayttajanimi|bruger(?:navn)?|bruker(?:navn)?|anv(?:a|ä|%C3%A4)ndar(?:e|namn)|handle|"
            r"profil|profile|nick|kontakt|adresse|adress|address|who|person|persona?l?|snap(?:chat)?|insta(?:gram)?|member_?id|author_?id|customer_?id|contact_?id|fb_?id|access_?token|api_?key|auth(?:_?key)?|invite")
TRACKING_HINT = rf"(?i)[?&](?:{_TRACKED})="
TRACKING = re.compile(rf"([?&])(?:(?:{_TRACKED})=[^&\s#]*&?)+", re.IGNORECASE)
_TRACKED_KEY = re.compile(_TRACKED, re.IGNORECASE)
_KEPT_KEYS = {"facebook.com": ("story_fbid", "fbid", "v"), "youtube.com": ("v", "list")}
_LONGEST_HOST = 253
_HANDLE = re.compile(r"[A-Za-z]\w{3,31}")
_EMAIL = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+\.[\w.-]+")


class Link(NamedTuple):
    """What a link is: `kind` handle, arena, url, domain (nothing but the domain) or nothing."""

    kind: str
    target: str
    domain: str
    persons: tuple[str, ...] = ()  # path segments that name an account; they stand as {0}, {1} in `target`


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _domain(host: str) -> str:
    found = _suffixes().extract_str(host)
    if found.suffix and found.domain:
        return f"{found.domain}.{found.suffix}"
    return host if host.replace(".", "").isdigit() else ".".join(host.split(".")[-2:])


def _split(url: str) -> tuple[str, list[str], str]:
    """Return host without www and m, path segments, and query of a web address."""
    url = url.strip().rstrip(".,;:!?)]}'\"»”…*_")
    parts = urlsplit(url if "//" in url[:12] else f"https://{url}")
    host = parts.hostname or ""
    if parts.scheme.casefold() not in ("http", "https") or "." not in host or len(host) > _LONGEST_HOST \
            or "{" in host or "}" in host:
        raise ValueError("no web address")
    host = host.encode("idna").decode("ascii")
    host = re.sub(r"^(?:www|m|mobile|old|web)\.(?=.*\.)", "", host)
    return host, [s for s in parts.path.split("/") if s], parts.query


def _profile_host(host: str) -> str:
    return next((known for known in _parents(host) if known in _KNOWN_HOSTS), "")


def _parents(host: str) -> Iterator[str]:
    """Yield a host and the domains it belongs to, the longest first."""
    labels = host.split(".")
    yield from (".".join(labels[i:]) for i in range(len(labels)))


def _person_segments(known: str, segments: list[str]) -> list[int]:
    """Return which path segments on a host that is known, or any other, name an account, group or invitation."""
    found = [i for i, s in enumerate(segments) if s.startswith(("@", "%40"))]
    if path := _PROFILE_PATH.match(f"{known}/{'/'.join(segments)}"):
        found.append(path[0].count("/") - 1)
    if known in PROFILE_HOSTS:
        found += [i + 1 for i, s in enumerate(segments[:-1]) if s.casefold() in _ACCOUNT_AFTER]
        if segments and segments[0].casefold() not in _NO_ACCOUNT | _ACCOUNT_AFTER:
            found.append(0)
    return sorted(set(found))


def find_profiles(text: str) -> Iterator[Span]:
    """Find addresses that lead to persons, see `names_person`."""
    for token in _TOKEN.finditer(text):
        yield from (m.span() for m in URL.finditer(text, *token.span()) if names_person(m[0]))


def names_person(url: str) -> bool:
    """Return whether an address, or one within it, leads to a profile, an invitation or anything on Telegram."""
    url = _DEFANGED.sub(lambda found: "http" if found[0].casefold() == "hxxp" else ".", fold(url))
    return bool(_APP.match(url)) or any(map(_names_person, (url, *_addresses_within(url))))


def _addresses_within(url: str) -> list[str]:
    return _WITHIN.split(unquote(unquote(url[8:])))[1:]


def _names_person(url: str) -> bool:
    try:
        host, segments, query = _split(url)
    except (ValueError, UnicodeError):
        return "@" in url or any(known in url.casefold() for known in (*PROFILE_HOSTS, *PEOPLE_HOSTS))
    known = _profile_host(host)
    if _people_host(host) and (segments or query):
        return True
    if known in _TELEGRAM or (known == "facebook.com" and "id=" in query) or "@" in unquote(url.split("?")[0]):
        return True
    return _personal_host(host) or bool(_person_segments(known or host, segments))


def _people_host(host: str) -> bool:
    return not _REGISTERS.isdisjoint(_parents(host))


def _personal_host(host: str) -> bool:
    return host.split(".", 1)[-1] in _PERSONAL


def _telegram(segments: list[str]) -> Link:
    if segments and segments[0] == "s":
        segments = segments[1:]
    if len(segments) >= 2 and segments[0] == "c" and segments[1].isdigit():
        return Link("arena", segments[1], "")
    first = segments[0] if segments else ""
    invitation = first[1:] if first.startswith("+") else "".join(segments[1:2]) if first == "joinchat" else ""
    if invitation and not invitation.isdigit():  # digits alone are somebody's telephone number
        return Link("url", "https://t.me/+{0}", "t.me", (invitation,))
    if _HANDLE.fullmatch(first) and first.casefold() not in ("joinchat", "addstickers", "share", "proxy", "socks",
                                                             "addemoji", "addlist", "setlanguage", "addtheme"):
        return Link("handle", first, "")
    return Link("domain", "", "t.me")


def read_url(url: str) -> Link:
    """Read what an address points at.

    Links into Telegram become the handle or id they lead to, invitations ``https://t.me/+`` and their secret apart.
    Other addresses lose fragment, port, password and the parameters that track or name a person;
    account names in them stand apart, to be replaced by pseudonyms. http counts as https.
    """
    if (tg := re.match(r"tg://resolve\?domain=(\w{4,32})", url, re.IGNORECASE)):
        return Link("handle", tg[1], "")
    try:
        host, segments, query = _split(url)
        domain = _domain(host)
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=50)
    except (ValueError, UnicodeError):
        return Link("nothing", "", "")
    known = _profile_host(host)
    if known in _TELEGRAM:
        return _telegram(segments)
    if _people_host(host) or any(map(_names_person, _addresses_within("https://" + "/".join(segments)))):
        return Link("domain", "", domain)
    kept = _KEPT_KEYS.get(known, ())
    pairs = [(k, v) for k, v in pairs if (k in kept if known else not _TRACKED_KEY.fullmatch(k))
             and not any(map(_names_person, _addresses_within(f"https://?{k}={v}")))]
    persons = _person_segments(known or host, segments)
    path = "/".join(f"{{{persons.index(i)}}}" if i in persons else s.replace("{", "%7B").replace("}", "%7D")
                    for i, s in enumerate(segments))
    named = [segments[i].removeprefix("@").removeprefix("%40") for i in persons]
    if _personal_host(host):
        host, named = f"{{{len(named)}}}.{host.split('.', 1)[1]}", [*named, host.split(".", 1)[0]]
    target = f"https://{host}/{path}" + (f"?{urlencode(pairs)}" if pairs else "")
    return Link("url", _without_numbers(_EMAIL.sub("[email]", target)), domain, tuple(named))


def _without_numbers(target: str) -> str:
    for start, end in reversed(apart(find_person_numbers(fold(target)))):
        target = f"{target[:start]}[person number]{target[end:]}"
    return target
