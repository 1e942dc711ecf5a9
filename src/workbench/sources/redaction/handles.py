"""Where a text holds handles and e-mail addresses, also such as are spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.sources.redaction.folding import Span
from workbench.tables.platforms import BY_CODE, PLATFORMS

_HOST = r"[\w-]+(?:\.[\w-]+)+"
_FEDERATED = re.compile(rf"(?<![\w.@])@[\w.-]+@{_HOST}|(?<![\w.@])@[\w.=/+-]+:{_HOST}")
_EMAIL = re.compile(r"(?:mailto:)?(?<![\w.%+'-])[\w.%+'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)

_AT_WORD = r"(?:snabel-?\s?a|alfakr[øo]ll|kr[øo]ll?alfa|kanelbulle|miukumauku)"
_AT = rf"(?:\s?[(\[{{<]\s?(?:at|ät|@|{_AT_WORD})\s?[)\]}}>]\s?|\s{_AT_WORD}\s)"
_DOT_WORD = r"(?:dot|punktum|prikk?|punkt|piste)"
_DOT = rf"(?:\.|\s?[(\[{{<]\s?(?:{_DOT_WORD}|\.)\s?[)\]}}>]\s?|\s{_DOT_WORD}\s)"
_LOCAL = rf"(?<![\w%+'-])[\w%+'-]+(?:{_DOT}[\w%+'-]+){{0,4}}"
_ENDINGS = r"(?:dk|se|no|fi|is|com|net|org|eu|nu|me|io|info|de|uk)(?!\w)"
_MAIL_HOSTS = r"(?:gmail|googlemail|hotmail|outlook|live|yahoo|icloud|protonmail|proton|mail|me|msn)"
_SPELLED = re.compile(
    rf"{_LOCAL}(?:{_AT}[\w-]+(?:{_DOT}[\w-]+){{0,4}}"
    rf"|(?:\s?\(a\)\s?|@\s?|\s@\s)[\w-]+(?:{_DOT}[\w-]+){{0,3}}{_DOT}[^\W\d_]{{2,24}}(?!\w)"
    rf"|\s(?:at|ät)\s[\w-]+(?:\s{_DOT_WORD}\s[\w-]+){{0,2}}\s{_DOT_WORD}\s{_ENDINGS}"
    rf"|\s(?:at|ät)\s{_MAIL_HOSTS}\.{_ENDINGS})", re.IGNORECASE)

_HANDLE = re.compile(
    rf"(?<!\w)@+\w(?:[\w.·-]{{0,62}}\w)?|{BY_CODE['reddit'].handle}", re.IGNORECASE)
_NETWORK = re.compile(BY_CODE["bluesky"].handle + r"|(?<!\w)npub1[a-z0-9]{20,}", re.IGNORECASE)
_DISCORD = re.compile(BY_CODE["discord"].handle)
_CALLED = "|".join(called for platform in PLATFORMS for called in platform.called)
# A platform, a colon and a word with a digit, an underscore or a dot in it
_NAMED = re.compile(
    rf"(?<!\w)(?:{_CALLED})"
    r"\s?(?:navn|namn|name|nimi|bruger(?:navn)?|brukernavn|användarnamn|username|id|handle)?\s?[:=]\s?(?!www\.|https?\b)"
    r"((?=[a-z.]*[\d_]|[a-z]{2,}\.[a-z]{2}|[a-z]{3,}\.[a-z])[a-z][\w.-]{3,30}\w)", re.IGNORECASE)

SPELLED_HINT = (
    r"(?i)[(\[{<]\s?(?:at|a|ät|@|＠|snabel-?\s?a|alfakr[øo]ll|kr[øo]ll?alfa|kanelbulle|miukumauku)\s?[)\]}>]|@\s"
    r"|\s(?:snabel-?\s?a|alfakr[øo]ll|kr[øo]ll?alfa|kanelbulle|miukumauku)\s"
    r"|\s(?:at|ät)\s\S+\s(?:dot|punktum|prikk?|punkt|piste)\s"
    r"|\s(?:at|ät)\s(?:gmail|googlemail|hotmail|outlook|live|yahoo|icloud|protonmail|proton|mail|me|msn)\."
    r"|@\S+\s?[(\[{]?\s?(?:dot|punktum|prikk?|punkt|piste)\b")
HANDLE_HINT = (
    rf"(?i)@|＠|u/|user/|#\p{{Nd}}{{4}}|bsky\.|did:|npub1|(?:{_CALLED})\s?(?:[a-zæøåä]{{2,12}})?\s?[:=]")


def find_federated(text: str) -> Iterator[Span]:
    """Find handles that name their server, as on Mastodon and Matrix; read otherwise they were e-mail addresses."""
    yield from (m.span() for m in _FEDERATED.finditer(text))


def find_emails(text: str) -> Iterator[Span]:
    """Find e-mail addresses."""
    yield from (m.span() for m in _EMAIL.finditer(text))


def find_spelled_emails(text: str) -> Iterator[Span]:
    """Find e-mail addresses whose at or dots are written in words, in brackets or with spaces."""
    yield from (m.span() for m in _SPELLED.finditer(text))


def find_handles(text: str) -> Iterator[Span]:
    """Find handles: with @ or u/, Discord's with four digits, Bluesky's, and those named as such (``snap: ...``)."""
    yield from (m.span() for m in _HANDLE.finditer(text))
    if "bsky." in text.casefold() or "did:" in text or "npub1" in text:
        yield from (m.span() for m in _NETWORK.finditer(text))
    if "#" in text:
        yield from (m.span() for m in _DISCORD.finditer(text))
    if ":" in text or "=" in text:
        yield from (m.span(1) for m in _NAMED.finditer(text))
