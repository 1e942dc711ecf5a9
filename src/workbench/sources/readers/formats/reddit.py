"""Reddit's comments and submissions: dumps of Pushshift and Arctic Shift, and the listings that `.json` pages give.

A dump has one per line, and is mostly packed as `.zst`. A listing wraps each in its `kind` (``t1`` a comment, ``t3`` a
submission), with the answers to a comment within it; what it leaves out (``more``) is counted among the records that
are no posts, and a private message (``t4``) is refused.
The arena is the subreddit. Ids bear their kind (``t1_`` a comment, ``t3_`` a submission), as `parent_id` does, because
the two count apart. `created_utc` is a number or a text. What was deleted later (`_meta.was_deleted_later`) keeps its
place and time but neither text nor account. ``[deleted]`` and ``[removed]`` are no account and no text. `score` is null
where it is hidden, and what is 36 hours old is counted again since November 2023. Text is Markdown with HTML entities.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format, shows
from workbench.sources.readers.payloads.parts import Links, known, urls
from workbench.sources.readers.records import Item, RawArena, RawPost, Refusal, find, find_list, find_text, repeated

_MENTION = re.compile(r"(?<![\w/])/?u/([\w-]{3,30})")
_FULL = re.compile(r"t[1-6]_\w{1,15}")
_PLACES = ("data.children.item.", "item.data.children.item.", "item.", "")
_NO_POST = {"more": "answers that the file leaves out", "t4": "a private message"}
_GONE = frozenset(("[deleted]", "[removed]", "[deleted by user]", "[ removed by reddit ]", "[ removed by moderator ]"))


def _is_listing(head: Head) -> bool:
    return any(head.paths.get(f"{place}kind") in ("t1", "t3") and head.has(f"{place}data.subreddit|{place}data.author")
               for place in _PLACES)


def _matches(head: Head) -> bool:
    return shows(head, ("", "item.", "data.item."), "subreddit|subreddit_id", "created_utc",
                 "body|selftext|link_id|is_self")


def _full_id(record: Any, kind: str) -> str | None:
    name, bare = find_text(record, "name"), find_text(record, "id")
    if name and _FULL.fullmatch(name):
        return name
    return (bare if _FULL.fullmatch(bare) else f"{kind}_{bare}") if bare else None


def _text(*parts: str | None) -> str | None:
    found = (html.unescape(part).strip() for part in parts if part)
    return "\n\n".join(part for part in found if part and part.casefold() not in _GONE) or None


def _arena(record: Any) -> RawArena:
    name = (find_text(record, "subreddit", "subreddit_name_prefixed") or "").removeprefix("r/") or None
    native = find_text(record, "subreddit_id")
    if name and name.casefold().startswith("u_"):  # the page of one account
        return RawArena(native, name[2:], None, "page", names_person=True)
    return RawArena(native, name, name, "group")


def _answers(record: Any, is_comment: bool) -> Links:
    found = (find_text(record, key) for key in ("parent_id", "link_id")) if is_comment else ()
    target = next((value for value in found if value and _FULL.fullmatch(value)), None)
    return [("reply", target, "post")] if target else []


def _reposted(record: Any) -> Links:
    original = find_text(record, "crosspost_parent")
    if original is None:
        return []
    links = repeated(None, "post", original)
    if native := find_text(record, "crosspost_parent_list.0.subreddit_id"):
        return [("forward", native, "arena"), *links]
    name = find_text(record, "crosspost_parent_list.0.subreddit")
    return [("forward", name, "handle"), *links] if name else links


def _media(record: Any) -> str | None:
    hint = find_text(record, "post_hint") or ""
    if find(record, "is_video") is True or "video" in hint:
        return "video"
    if find(record, "is_gallery") is True or hint == "image":
        return "photo"
    return "link" if hint == "link" or (find(record, "is_self") is False and find_text(record, "url")) else None


def _items(record: Any, context: Context) -> Iterator[Item]:
    is_comment = find(record, "body", "link_id", "parent_id") is not None
    is_gone = find(record, "_meta.was_deleted_later") is True
    text = None if is_gone else _text(*([find_text(record, "body")] if is_comment else
                                        [find_text(record, "title"), find_text(record, "selftext")]))
    author = None if is_gone else known(find_text(record, "author"))
    post = RawPost(
        native_id=_full_id(record, "t1" if is_comment else "t3"),
        account=author, account_via="handle" if author else None,
        unix=find_text(record, "created_utc", "created"), edited_unix=find_text(record, "edited"),
        kind="comment" if is_comment else "post", text=text,
        reactions=None if find(record, "score_hidden") is True else find_text(record, "score"),
        forwards=find_text(record, "num_crossposts"), replies=find_text(record, "num_comments"),
        views=find_text(record, "view_count"), media=None if is_gone or is_comment else _media(record),
        collected=find_text(record, "_meta.retrieved_2nd_on", "retrieved_on", "retrieved_utc"))
    links: Links = _answers(record, is_comment)
    if not is_gone:
        outward = find_text(record, "url_overridden_by_dest") or find_text(record, "url")
        is_outward = outward and find(record, "is_self") is not True and outward.startswith(("http://", "https://"))
        links += urls(html.unescape(outward or "") if is_outward and not is_comment else None) + _reposted(record)
        links += [("mention", name, "handle") for name in _MENTION.findall(text or "")]
    yield Item(_arena(record), post, links)


def _listed(record: Any, context: Context) -> Iterator[Item | Refusal]:
    """Read what stands in a listing, the answers within it too."""
    waiting = [record]
    while waiting:
        entry = waiting.pop()
        kind, inner = find_text(entry, "kind"), find(entry, "data")
        if kind == "Listing":
            waiting += reversed(find_list(inner, "children"))
        elif kind in ("t1", "t3") and isinstance(inner, dict):
            yield from _items(inner, context)
            if isinstance(answers := find(inner, "replies"), dict):
                waiting.append(answers)
        else:
            yield Refusal(_NO_POST.get(kind or "", "neither a comment nor a submission"))


_GIVES = ("account_id", "reactions")
FORMATS = (
    json_format("reddit", platform="reddit", letter="R", matches=_matches, items=_items,
                paths=("data.item", "item", ""), named=False, gives=_GIVES),
    json_format("reddit-listing", platform="reddit", letter="R", matches=_is_listing, items=_listed,
                paths=("data.children.item", "item.data.children.item", "item", ""), named=False, gives=_GIVES))
