"""Where a text holds handles and e-mail addresses, also such as are spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.sources.redaction.folding import HINT_W, Span
from workbench.tables.platforms import BY_CODE

_HOST = r"[\w-]+(?:\.[\w-]+)+"
_FEDERATED = re.compile(rf"(?<![\w.@])@[\w.-]+@{_HOST}|(?<![\w.@])@[\w.=/+-]+:{_HOST}")
_EMAIL = re.compile(r"(?:mailto:)?(?<![\w.%+'-])[\w.%+'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)

_AT_WORD = r"(?:snabel-?\s?a|alfakr[øo]ll|kr[øo]ll?alfa|kanelbulle|miukumauku)"
_AT = rf"(?:\s?[(\[{{<]\s?(?:at|ät|@|{_AT_WORD})\s?[)\]}}>]\s?|\s{_AT_WORD}\s)"
_DOT_WORD = r"(?:dot|punktum|prikk?|punktu?r?|piste)"
_SAID_DOT = rf"\s?[(\[{{<]\s?(?:{_DOT_WORD}|\.)\s?[)\]}}>]\s?|\s{_DOT_WORD}\s"
_DOT = rf"(?:\.|{_SAID_DOT})"
_LOCAL = rf"(?<![\w%+'-])[\w%+'-]+(?:{_DOT}[\w%+'-]+){{0,4}}"
_ENDINGS = r"(?:dk|se|no|fi|is|com|net|org|eu|nu|me|io|info|de|uk)(?!\w)"
_MAIL_HOSTS = r"(?:gmail|googlemail|hotmail|outlook|live|yahoo|icloud|protonmail|proton|mail|me|msn)"
_SPELLED = re.compile(
    rf"{_LOCAL}(?:{_AT}[\w-]+(?:{_DOT}[\w-]+){{0,4}}"
    rf"|(?:\s?\(a\)\s?|@\s|\s@\s)[\w-]+(?:{_DOT}[\w-]+){{0,3}}{_DOT}[^\W\d_]{{2,24}}(?!\w)"
    rf"|@[\w-]+(?:{_DOT}[\w-]+){{0,3}}(?:{_SAID_DOT})[^\W\d_]{{2,24}}(?!\w)"
    rf"|\s(?:at|ät|hjá)\s[\w-]+(?:\s{_DOT_WORD}\s[\w-]+){{0,2}}\s{_DOT_WORD}\s{_ENDINGS}"
    rf"|\s(?:at|ät|hjá)\s{_MAIL_HOSTS}\.{_ENDINGS})", re.IGNORECASE)
_AT_HOST = re.compile(r"(?<![\w%+.'-])(?=[^\W\d_]*[\d_.])[\w+-][\w.+-]{2,40}\w\s(?:på|at|á|i)\s(?:gmail|hotmail|"
                      r"outlook|yahoo|icloud|"
                      r"protonmail)(?!\w)", re.IGNORECASE)

_HANDLE = re.compile(r"@(?:(?<![\w@]@)@*+|(?<=\w@)@++)\w(?:[\w.·-]{0,62}\w)?")
_REDDIT = re.compile(BY_CODE["reddit"].handle, re.IGNORECASE)
_NETWORK = re.compile(BY_CODE["bluesky"].handle + r"|(?<!\w)npub1[a-z0-9]{20,}", re.IGNORECASE)
_DISCORD = re.compile(BY_CODE["discord"].handle)

# RE2 patterns of texts in their plain form that may hold what the finder of that name finds
FEDERATED_HINT = r"@[^\s@]+@|@[^\s@:]+:" + HINT_W
EMAIL_HINT = rf"(?:{HINT_W}|[.%+'-])(?:@|%40){HINT_W}"
SPELLED_HINT = (
    r"(?i)[(\[{<]\s?(?:at|a|ät|@|snabel-?\s?a|alfakr[øo]ll|kr[øo]ll?alfa|kanelbulle|miukumauku)\s?[)\]}>]|@\s"
    r"|\s(?:snabel-?\s?a|alfakr[øo]ll|kr[øo]ll?alfa|kanelbulle|miukumauku)\s"
    r"|\s(?:at|ät|hjá)\s\S+\s(?:dot|punktum|prikk?|punktur|punkt|piste)\s"
    r"|\s(?:at|ät|hjá)\s(?:gmail|googlemail|hotmail|outlook|live|yahoo|icloud|protonmail|proton|mail|me|msn)\."
    r"|\s(?:på|at|á|i)\s(?:gmail|hotmail|outlook|yahoo|icloud|protonmail)"
    r"|@\S+\s?[(\[{]?\s?(?:dot|punktum|prikk?|punkt|piste)")
HANDLE_HINT = rf"@{HINT_W}|[uU]/{HINT_W}|/[uU][sS][eE][rR]/"
NETWORK_HINT = r"(?i)bsky\.|did:|npub1"
DISCORD_HINT = rf"(?:{HINT_W}|\.)#[0-9]{{4}}"


def find_federated(text: str) -> Iterator[Span]:
    """Find handles that name their server, as on Mastodon and Matrix; read otherwise they were e-mail addresses."""
    yield from (m.span() for m in _FEDERATED.finditer(text))


def find_emails(text: str) -> Iterator[Span]:
    """Find e-mail addresses."""
    yield from (m.span() for m in _EMAIL.finditer(text))


def find_spelled_emails(text: str) -> Iterator[Span]:
    """Find e-mail addresses whose at or dots are written in words, in brackets or with spaces."""
    yield from (m.span() for m in _SPELLED.finditer(text))
    yield from (m.span() for m in _AT_HOST.finditer(text))


def find_handles(text: str) -> Iterator[Span]:
    """Find handles with @ or u/."""
    if "@" in text:
        yield from (m.span() for m in _HANDLE.finditer(text))
    if "/" in text:
        yield from (m.span() for m in _REDDIT.finditer(text))


def find_networked(text: str) -> Iterator[Span]:
    """Find handles that no other network has: Bluesky's and Nostr's."""
    yield from (m.span() for m in _NETWORK.finditer(text))


def find_numbered(text: str) -> Iterator[Span]:
    """Find handles with four digits, as Discord had them."""
    yield from (m.span() for m in _DISCORD.finditer(text))
