"""Parts that the posts of many platforms have: profiles, speakers, HTML, counts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any, TypedDict

from workbench.sources.readers.records import RawArena, as_text, find_text, from_milliseconds

Links = list[tuple[str, str, str]]
NO_ACCOUNT = frozenset(("redacted", "[deleted]", "[removed]", "handle.invalid"))
_ANCHOR = re.compile(r"<a\b([^>]*)>(.*?)</a\s*>", re.IGNORECASE | re.DOTALL)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</p\s*>\s*(?=<p\b)|</(?:div|li|blockquote)\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_SHORTENED = re.compile(r"(?:https?://|www\.)|(?:…|\.\.\.)$", re.IGNORECASE)


class Speaker(TypedDict, total=False):
    """The fields of a post that say whose it is."""

    account: str | None
    account_via: str | None
    handle: str | None
    shown_name: str | None


def known(value: str | None) -> str | None:
    """Return a name of an account; None for what stands where the name was taken away."""
    return None if value is None or not value.strip() or value.strip().casefold() in NO_ACCOUNT else value.strip()


def profile(native: str | None, handle: str | None) -> RawArena:
    """Return the page of one account, whose title is never kept."""
    native, handle = known(native), known(handle)
    return RawArena(native, handle.removeprefix("@") if handle else None, None, "page", names_person=True)


def speaker(native: str | None, handle: str | None = None, name: str | None = None) -> Speaker:
    """Return the fields of a post that say whose it is, by the best there is."""
    native, handle, name = known(native), known(handle), known(name)
    found = ((native, "account"), (handle, "handle"), (name, "name"))
    account, via = next(((value, via) for value, via in found if value), (None, None))
    return {"account": account, "account_via": via, "handle": handle if native else None, "shown_name": name}


def person(relation: str, native: str | None, handle: str | None = None) -> Links:
    """Return the relation to an account: by id, else by handle."""
    native, handle = known(native), known(handle)
    if native:
        return [(relation, native, "account")]
    return [(relation, handle, "handle")] if handle else []


def hashtags(tags: Iterable[Any], *paths: str) -> Links:
    """Return the hashtags of a list, whose items are texts or hold them at one of these paths."""
    found = (as_text(tag) or find_text(tag, *paths) for tag in tags)
    return [("hashtag", tag, "hashtag") for tag in found if tag]


def mentions(accounts: Iterable[Any], *paths: str) -> Links:
    """Return the mentions of a list, whose items are handles or hold them at one of these paths."""
    found = (as_text(account) or find_text(account, *paths) for account in accounts)
    return [("mention", handle, "handle") for handle in found if known(handle) and handle]


def urls(*found: str | None) -> Links:
    """Return those that are there as relations."""
    return [("url", url, "url") for url in found if url]


def total(counts: Iterable[Any]) -> str | None:
    """Return the sum of the whole numbers in a list; missing where there is none."""
    numbers = [int(text) for text in map(as_text, counts) if text and re.fullmatch(r"[0-9]{1,15}", text)]
    return str(sum(numbers)) if numbers else None


def seconds(*values: str | None) -> str | None:
    """Return the first of these as seconds since 1970, whether it counts seconds or milliseconds."""
    value = next((v for v in values if v), None)
    return from_milliseconds(value) if value and re.fullmatch(r"[0-9]{12,15}", value) else value


def plain_text(marked: str | None) -> tuple[str | None, list[str]]:
    """Return the text of some HTML, and where its links lead, but for those of mentions and hashtags.

    A link whose address is shown in part stands as the whole address.
    """
    addresses: list[str] = []

    def anchor(match: re.Match[str]) -> str:
        href = _HREF.search(match[1])
        address = html.unescape(href[1] or href[2] or "") if href else ""
        shown = html.unescape(_TAG.sub("", match[2])).strip()
        if not address.startswith(("http://", "https://")) or shown.startswith(("@", "#")):
            return match[2]
        addresses.append(address)
        return html.escape(address) if _SHORTENED.search(shown) else match[2]

    text = _TAG.sub("", _BREAK.sub("\n", _ANCHOR.sub(anchor, marked or "")))
    return html.unescape(text).strip() or None, addresses
