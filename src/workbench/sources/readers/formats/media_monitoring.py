"""Tables of media monitoring: Meltwater, Brandwatch and Talkwalker, news beside posts of many platforms.

As one file holds many platforms, all of it is of platform ``other``: its accounts are not joined with those of a
platform's own exports. A post of a social platform stands on its account's page, an article on the page of its medium.
Reach, sentiment and the like are reckoned by the service, and what it holds of a person (age, gender, biography) is
nobody's post: neither is read. Columns are those that public code reads from such files. Meltwater parts its cells by
tabs or commas; Brandwatch has lines about the query before its header. Times bear no offset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from workbench.settings import SourceCard
from workbench.sources.readers.head import Head, header_of
from workbench.sources.readers.late_start import begin_at
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.payloads.parts import profile, seconds
from workbench.sources.readers.records import Batch, Format, RawArena
from workbench.sources.readers.tabular import Cells, Place, columns_items, count_of, given, known, table_format, written
from workbench.tables.platforms import PLATFORM_OF, PLATFORMS

_SEPARATORS = "\t,;"
_SOCIAL = frozenset(("twitter", "x (twitter)", "forum", *(p.name.casefold() for p in PLATFORMS if p.codes)))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDED = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})(?: (\d{1,2}):(\d\d) ?([AaPp])[Mm])?")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])[Mm])?")
_PREAMBLE = 16_384
_HEADER = re.compile(rb'^"?Query Id"?[,;\t]', re.MULTILINE)


def _place(names: tuple[str, ...], handles: tuple[str, ...], media: tuple[str, ...],
           domains: tuple[str, ...]) -> Callable[[Cells], Place]:
    """Make the place of a row: the page of the account on a social platform, else that of the medium."""

    def place(cells: Cells) -> Place:
        source, domain = given(cells, *media), (given(cells, *domains) or "").casefold().removeprefix("www.")
        name, handle = known(cells, names), known(cells, handles)
        if name and name.startswith("@"):
            name, handle = None, handle or name
        is_social = (source or "").casefold() in _SOCIAL or domain in PLATFORM_OF
        account, via = (handle, "handle") if handle else (name, "name" if name else None)
        if is_social and account:
            return replace(profile(None, handle), native_id=None if handle else name), account, via
        return RawArena(domain or None, None, source or domain or None, "page"), account, via

    return place


def _joined(*columns: str) -> Callable[[Cells], str | None]:
    """Make the text of a row: what these columns hold, but for what another of them holds as well."""

    def text(cells: Cells) -> str | None:
        parts = list(dict.fromkeys(part.strip() for column in columns if (part := written(cells, column))))
        whole = [part for part in parts if not any(part != other and part in other for other in parts)]
        return "\n\n".join(whole) or None

    return text


def _clock(value: str | None) -> str:
    found = _CLOCK.fullmatch((value or "").strip())
    if not found:
        return ""
    hour = int(found[1]) % 12 + 12 * (found[4].casefold() == "p") if found[4] else int(found[1])
    return f"T{hour:02d}:{found[2]}:{found[3] or '00'}"


def _meltwater_stamp(cells: Cells) -> str | None:
    """Return the time of ``29-Mar-2022 11:59PM``, or of a date with its time beside it, as ISO 8601."""
    day = given(cells, "Date") or ""
    found = _WORDED.fullmatch(day)
    if found and found[2].casefold() in _MONTHS:
        clock = _clock(f"{found[4]}:{found[5]}{found[6]}m") if found[4] else _clock(given(cells, "Time"))
        return f"{found[3]}-{_MONTHS.index(found[2].casefold()) + 1:02d}-{int(found[1]):02d}{clock}"
    return day + _clock(given(cells, "Time")) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else day or None


def _number(*columns: str) -> Callable[[Cells], str | None]:
    return lambda cells: count_of(given(cells, *columns))


def _published(cells: Cells) -> str | None:
    value = given(cells, "published")
    return value if value and not value.isdigit() else None


def _digits(cells: Cells, *columns: str) -> str | None:
    found = re.search(r"\d{5,25}", given(cells, *columns) or "")
    return found[0] if found else None


def _monitored(name: str, *, needs: tuple[str, ...], any_of: tuple[str, ...], items: Any,
               name_columns: tuple[str, ...], gives: tuple[str, ...]) -> Format:
    made = table_format(name, platform="other", letter="O", needs=needs, any_of=any_of, items=items,
                        separators=_SEPARATORS, name_columns=name_columns, gives=gives)

    def matches(head: Head) -> bool:
        columns = (set(header_of(head.raw, separator)) for separator in _SEPARATORS)
        return any(found >= set(needs) and bool(found & set(any_of)) for found in columns)

    return replace(made, matches=matches)


_MELTWATER = _monitored(
    "meltwater", needs=("Date", "URL", "Hit Sentence"), any_of=("Opening Text", "Input Name"),
    items=columns_items(
        {"views": "Views"}, stamp=_meltwater_stamp, text=_joined("Headline", "Title", "Opening Text", "Hit Sentence"),
        native_id=lambda cells: _digits(cells, "Tweet Id") or given(cells, "Document ID"),
        place=_place(("Author Name", "Influencer"), ("Author Handle", "Twitter Screen Name"),
                     ("Source Name", "Source"), ("Source Domain",)),
        links={"Links": ("url", "url")}),
    name_columns=("Author Name", "Influencer"), gives=("account_id",))

_TALKWALKER = _monitored(
    "talkwalker", needs=("url", "published", "content"),
    any_of=("extra_author_attributes.name", "extra_author_attributes.short_name", "search_indexed", "title_snippet"),
    items=columns_items(
        {"reactions": tuple(f"article_extended_attributes.{p}_likes" for p in ("twitter", "facebook", "instagram",
                                                                               "youtube")),
         "forwards": ("article_extended_attributes.twitter_retweets", "article_extended_attributes.facebook_shares"),
         "replies": ("article_extended_attributes.num_comments", "article_extended_attributes.twitter_replies"),
         "views": ("article_extended_attributes.youtube_views", "article_extended_attributes.twitter_impressions")},
        stamp=_published, unix=lambda cells: seconds(given(cells, "published")) if not _published(cells) else None,
        text=_joined("title", "content"),
        media=lambda cells: "video" if given(cells, "videos.url") else "photo" if given(cells, "images.url") else None,
        place=_place(("extra_author_attributes.name",), ("extra_author_attributes.short_name",),
                     ("extra_source_attributes.name",), ("domain_url", "host_url"))),
    name_columns=("extra_author_attributes.name",), gives=("account_id", "reactions"))

_MENTIONS = _monitored(
    "brandwatch", needs=("Query Name", "Date", "Author"), any_of=("Full Text", "Snippet"),
    items=columns_items(
        {"native_id": "Resource Id", "stamp": "Date"}, text=_joined("Title", "Full Text", "Snippet"),
        reactions=_number("Likes", "Twitter Likes"), replies=_number("Comments", "Twitter Reply Count"),
        forwards=_number("Shares", "Twitter Retweets"), views=_number("Impressions"),
        place=_place(("Full Name",), ("Author",), ("Page Type",), ("Domain",)),
        links={"Hashtags": ("hashtag", "hashtag"), "Mentioned Authors": ("mention", "handle")}),
    name_columns=("Full Name",), gives=("account_id", "reactions", "forwards", "replies"))


def _header_at(start: bytes) -> int:
    header = _HEADER.search(start)
    return header.start() if header else 0


def _is_brandwatch(head: Head) -> bool:
    header = _HEADER.search(head.raw[:_PREAMBLE])
    return header is not None and _MENTIONS.matches(Head(head.raw[header.start() :]))


def _read_brandwatch(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    with stream.open() as opened:
        start = opened.read(_PREAMBLE)
    before = start.count(b"\n", 0, _header_at(start))
    for batch in _MENTIONS.read(begin_at(stream, _header_at), card):
        yield replace(batch, faults=[(place + before, reason, raw) for place, reason, raw in batch.faults])


FORMATS = (_MELTWATER, _TALKWALKER, replace(
    _MENTIONS, matches=_is_brandwatch, read=_read_brandwatch,
    names=lambda stream: _MENTIONS.names(begin_at(stream, _header_at))))
