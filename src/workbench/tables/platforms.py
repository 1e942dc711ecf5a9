"""The platforms: one row each, of what their addresses, handles and arenas look like."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Platform:
    """What is known of one platform, or of a site that leads to people on others.

    Attributes
    ----------
    name
        As people know it, and as findings show it.
    codes
        By which posts and exports name it, the usual one first; none where nothing of it is read.
    kinds
        Of the arenas that exports of it hold.
    domains
        Its own, by which links count as links to it; none for a site that is no platform.
    short_hosts
        Of these, and beside them, those whose addresses hide where they lead.
    profile_hosts
        Where the first path segment names an account, unless it is a word such as ``watch``.
    profile_paths
        Patterns of host and path, up to the segment that names an account, where other addresses name none.
    personal_hosts
        Where the first label of the host names an account.
    people_hosts
        Where every address leads to people: registers of who lives where, under which name and number.
    schemes
        Of addresses that open its app.
    called
        Patterns of what people call it before a handle, as in ``snap: …``; the usual one first.
    handle
        Pattern of handles that can only be its own.
    mention
        Pattern of an account that a text mentions, where it is narrower than elsewhere.
    """

    name: str
    codes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    short_hosts: tuple[str, ...] = ()
    profile_hosts: tuple[str, ...] = ()
    personal_hosts: tuple[str, ...] = ()
    people_hosts: tuple[str, ...] = ()
    profile_paths: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    handle: str = ""
    mention: str = ""


def _site(name: str, *hosts: str) -> Platform:
    """Return a platform of which no exports are read, and whose addresses all name accounts."""
    return Platform(name, domains=hosts, profile_hosts=hosts)


def _list(name: str, *hosts: str) -> Platform:
    """Return a site that is no platform of its own: it names people, or leads to them elsewhere."""
    return Platform(name, profile_hosts=hosts)


def _register(name: str, *hosts: str) -> Platform:
    """Return a site on which people are looked up."""
    return Platform(name, people_hosts=hosts)


_BLUESKY_HANDLE = (r"(?<![\w.@/-])(?:[\w-]+\.)+bsky\.(?:social|app|network|team)(?!\w)"
                   r"|(?<!\w)did:(?:plc|web|key):[\w.:%-]*\w")

PLATFORMS = (
    Platform("Telegram", ("telegram",), ("channel", "group", "chat"), ("t.me", "telegram.me", "telegram.dog"),
             profile_hosts=("t.me", "telegram.me", "telegram.dog"), schemes=("tg",), called=("telegram", "tg"),
             mention=r"(?<![\w@./])@([A-Za-z]\w{2,31})"),
    Platform("Facebook", ("facebook",), ("page", "group", "chat"),
             ("facebook.com", "fb.com", "fb.watch", "fb.me", "m.me"), ("fb.me",),
             ("facebook.com", "fb.com", "m.me", "fb.me"), schemes=("fb",)),
    Platform("Instagram", ("instagram",), ("page", "thread"), ("instagram.com", "instagr.am"),
             profile_hosts=("instagram.com", "instagr.am"), schemes=("instagram",), called=("insta(?:gram)?", "ig")),
    Platform("YouTube", ("youtube",), ("page", "thread"), ("youtube.com", "youtu.be"), ("youtu.be",),
             ("youtube.com",)),
    Platform("TikTok", ("tiktok",), ("page", "thread"), ("tiktok.com",), profile_hosts=("tiktok.com",),
             called=(r"tik\s?tok",)),
    Platform("X", ("x", "twitter"), ("page",), ("x.com", "twitter.com", "t.co"), ("t.co",), ("twitter.com", "x.com"),
             schemes=("twitter",), called=("twitter",)),
    Platform("Reddit", ("reddit",), ("group",), ("reddit.com", "redd.it"), ("redd.it",), ("reddit.com",),
             called=("reddit",), handle=r"(?<![\w/])(?:/?u|/user)/[\w-]{3,30}"),
    Platform("Discord", ("discord",), ("channel",), ("discord.com", "discord.gg", "discordapp.com"),
             profile_hosts=("discord.gg", "discord.com", "discordapp.com"), schemes=("discord",), called=("discord",),
             handle=r"(?<![\w.])[\w.]{2,32}#\d{4}(?!\d)"),
    Platform("WhatsApp", ("whatsapp",), ("chat",), ("whatsapp.com", "wa.me"), profile_hosts=("wa.me", "whatsapp.com"),
             schemes=("whatsapp",)),
    Platform("Threads", ("threads",), ("page",), ("threads.net", "threads.com"),
             profile_hosts=("threads.net", "threads.com"),
             called=("threads",)),
    Platform("Bluesky", ("bluesky",), ("page",), ("bsky.app",), profile_hosts=("bsky.app",),
             personal_hosts=("bsky.social",), called=("bluesky", "bsky"), handle=_BLUESKY_HANDLE),
    Platform("Mastodon", ("mastodon",), ("page",), called=("mastodon",)),
    Platform("VK", ("vk",), ("page", "group"), ("vk.com",), profile_hosts=("vk.com",)),
    Platform("Gab", ("gab",), ("page", "group"), ("gab.com",), profile_hosts=("gab.com",)),
    Platform("Truth Social", ("truth",), ("page",), ("truthsocial.com",), profile_hosts=("truthsocial.com",)),
    Platform("Snapchat", domains=("snapchat.com",), profile_hosts=("snapchat.com",), schemes=("snapchat",),
             called=("snap(?:chat)?", "sc")),
    _site("Gettr", "gettr.com"), _site("Parler", "parler.com"), _site("Minds", "minds.com"),
    _site("OK", "ok.ru"), _site("Rumble", "rumble.com"), _site("Odysee", "odysee.com"),
    Platform("Twitch", domains=("twitch.tv",), profile_hosts=("twitch.tv",), called=("twitch",)),
    _site("Patreon", "patreon.com"), _site("Pinterest", "pinterest.com"), _site("SoundCloud", "soundcloud.com"),
    _site("DLive", "dlive.tv"),
    Platform("Flashback", domains=("flashback.org",), profile_paths=(r"flashback\.org/u\d",)),
    Platform("Kick", domains=("kick.com",), profile_hosts=("kick.com",)),
    Platform("Roblox", domains=("roblox.com",), profile_hosts=("roblox.com",), called=("roblox",)),
    Platform("LinkedIn", domains=("linkedin.com",), short_hosts=("lnkd.in",), profile_hosts=("linkedin.com",)),
    Platform("Steam", domains=("steamcommunity.com",), profile_hosts=("steamcommunity.com",), called=("steam",)),
    Platform("Spotify", domains=("spotify.com",), short_hosts=("spoti.fi",)),
    Platform("Substack", domains=("substack.com",), personal_hosts=("substack.com",)),
    Platform("BitChute", domains=("bitchute.com",)), Platform("Telegraph", domains=("telegra.ph",)),
    Platform("Kik", profile_hosts=("kik.me",), schemes=("kik",), called=("kik",)),
    Platform("Signal", ("signal",), ("chat", "group"), profile_hosts=("signal.me", "signal.group"),
             schemes=("sgnl", "signal"), called=("signal",)),
    Platform("VSCO", profile_hosts=("vsco.co",), called=("vsco",)),
    Platform("Skype", schemes=("skype",), called=("skype",)), Platform("Viber", schemes=("viber",)),
    Platform("Xbox", called=("xbox",)), Platform("PlayStation", called=("psn",)),
    Platform("Tumblr", personal_hosts=("tumblr.com",)), Platform("LiveJournal", personal_hosts=("livejournal.com",)),
    Platform("Carrd", personal_hosts=("carrd.co",)),
    _list("OnlyFans", "onlyfans.com"), _list("Ask.fm", "ask.fm"), _list("Tellonym", "tellonym.me"),
    _list("NGL", "ngl.link"), _list("GitHub", "github.com"), _list("Matrix", "matrix.to"),
    _list("Linktree", "linktr.ee"), _list("Beacons", "beacons.ai"), _list("Lnk.Bio", "lnk.bio"),
    _list("PayPal", "paypal.me"), _list("Cash App", "cash.app"), _list("Venmo", "venmo.com"),
    _list("Ko-fi", "ko-fi.com"), _list("Strava", "strava.com"), _list("Last.fm", "last.fm"),
    _list("Fansly", "fansly.com"), _list("BeReal", "bere.al"), _list("Locket", "locket.camera"),
    _list("Letterboxd", "letterboxd.com"), _list("Keybase", "keybase.io"), _list("About.me", "about.me"),
    _list("Revolut", "revolut.me"), _list("DeviantArt", "deviantart.com"), _list("BuyMeACoffee", "buymeacoffee.com"),
    _list("Vinted", "vinted.dk", "vinted.se", "vinted.fi"),
    Platform("Quora", profile_paths=(r"quora\.com/profile/",)),
    Platform("Wattpad", profile_paths=(r"wattpad\.com/user/",)),
    Platform("Chess.com", profile_paths=(r"chess\.com/member/",)),
    Platform("Flickr", profile_paths=(r"flickr\.com/(?:people|photos)/",)),
    _register("Krak", "krak.dk"), _register("De Gule Sider", "degulesider.dk"), _register("118", "118.dk", "118100.se"),
    _register("Eniro", "eniro.se", "eniro.dk", "eniro.no", "eniro.fi"), _register("Merinfo", "merinfo.se"),
    _register("Ratsit", "ratsit.se"), _register("Hitta", "hitta.se"), _register("MrKoll", "mrkoll.se"),
    _register("Birthday", "birthday.se"), _register("Upplysning", "upplysning.se"), _register("Lexbase", "lexbase.se"),
    _register("Verifiera", "verifiera.se"), _register("1881", "1881.no"), _register("Gule Sider", "gulesider.no"),
    _register("Proff", "proff.no", "proff.dk", "proff.se"), _register("Purehelp", "purehelp.no"),
    _register("Fonecta", "fonecta.fi"), _register("Finder", "finder.fi"), _register("020202", "020202.fi"),
    _register("Já", "ja.is"), _register("Truecaller", "truecaller.com"), _register("Sync.ME", "sync.me"),
    _register("Spokeo", "spokeo.com"), _register("Whitepages", "whitepages.com"),
)
# of an address: an invitation to a group or server
INVITATION = r"^https://(?:discord\.gg/|discord\.com/invite/|chat\.whatsapp\.com/|signal\.group/|t\.me/\+)."
BY_CODE = {code: platform for platform in PLATFORMS for code in platform.codes}
NAME_OF = {code: platform.name for code, platform in BY_CODE.items()}  # of the platforms that posts come from
PLATFORM_OF = {domain: platform.name for platform in PLATFORMS for domain in platform.domains}
# the domain under which a platform's others are counted: x.com and twitter.com are one
HOME_OF = {domain: platform.domains[0] for platform in PLATFORMS for domain in platform.domains}
PROFILE_HOSTS = tuple(host for platform in PLATFORMS for host in platform.profile_hosts)
PEOPLE_HOSTS = tuple(host for platform in PLATFORMS for host in platform.people_hosts)
# Hosts whose addresses hide where they lead: of nobody's platform, and the platforms' own
SHORT_HOSTS = frozenset((
    "bit.ly", "tinyurl.com", "goo.gl", "ow.ly", "is.gd", "buff.ly", "cutt.ly", "rebrand.ly", "t.ly", "rb.gy",
    "shorturl.at", "tiny.cc", "dlvr.it", "ift.tt", "trib.al", "adf.ly", "bl.ink", "s.id", "v.gd", "clck.ru",
    "amzn.to", "amzn.eu", "bitly.com", "short.io", "lnk.to", "urlz.fr",
    *(host for platform in PLATFORMS for host in platform.short_hosts),
))
