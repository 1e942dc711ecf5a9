"""Bluesky's posts: feeds, lists, threads and records from its API, Jetstream's events, or as 4CAT stores them.

A thread (`getPostThread`) holds posts with what they answer and what answers them; of those that are gone or blocked
nothing is left. A bare record has an address, from which its account is told, and no counts. Of events, those that make
or change a post or a repost are read; likes, follows and deletions are counted among the records that are none.

Field names are ``likeCount`` from HTTP and ``like_count`` from the Python client. The arena is the profile; the last
part of ``at://<did>/app.bsky.feed.post/<key>`` is the id of a post in it. Offsets of facets count bytes of UTF-8. A
repost in a feed has the text of what it repeats. Links that are shown in part stand as the whole address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format, shows
from workbench.sources.readers.payloads.parts import Links, hashtags, known, person, profile, speaker, urls
from workbench.sources.readers.records import Item, RawPost, Refusal, find, find_list, find_text, repeated

_PLACES = ("", "item.", "posts.item.", "feed.item.", "feed.item.post.", "item.post.", "post.", "thread.post.",
           "item.thread.post.")
_RECORDS = ("", "item.", "records.item.")
_ADDRESS = re.compile(r"at://([^/]+)/([\w.]+)/([\w.:~-]{1,80})")
_KINDS = ("app.bsky.feed.post", "app.bsky.feed.repost")
_TYPES = ("$type", "py_type", "type")
_EMBEDS = {"images": "photo", "video": "video", "external": "link", "gallery": "photo"}


def _matches(head: Head) -> bool:
    return (shows(head, _PLACES, "uri", "author.did|author.handle", "record.text|record.createdAt|record.created_at")
            or shows(head, _RECORDS, "uri", "cid", "value.text|value.createdAt|record.createdAt")
            or any(head.paths.get(f"{place}$type") in _KINDS and head.has(f"{place}uri", f"{place}cid")
                   for place in _RECORDS)
            or shows(head, ("", "item."), "did", "time_us", "commit.collection|identity|account.did|kind"))


def _address(uri: str | None) -> tuple[str | None, str | None]:
    """Return whose repository an address is in, and the key within it."""
    match = _ADDRESS.match(uri or "")
    return (match[1], match[3]) if match else (None, None)


def _spans(record: Any, coded: bytes) -> list[tuple[int, int, Any]]:
    spans = []
    for facet in find_list(record, "facets"):
        start = find(facet, "index.byteStart", "index.byte_start")
        end = find(facet, "index.byteEnd", "index.byte_end")
        if isinstance(end, int) and isinstance(start or 0, int) and 0 <= (start or 0) < end <= len(coded):
            spans += [(start or 0, end, feature) for feature in find_list(facet, "features")]
    return sorted(spans, key=lambda span: span[:2], reverse=True)


def _text(record: Any) -> tuple[str | None, Links]:
    """Return the text with whole addresses, and what its facets point at."""
    coded = (find_text(record, "text") or "").encode("utf-8", "surrogatepass")
    links: Links = []
    for start, end, feature in _spans(record, coded):
        shown = coded[start:end].decode("utf-8", "replace")
        if uri := find_text(feature, "uri"):
            links += urls(uri)
            if shown.endswith(("…", "...")) or shown in uri:
                coded = coded[:start] + uri.encode("utf-8", "surrogatepass") + coded[end:]
        elif did := find_text(feature, "did"):
            is_handle = re.fullmatch(r"@[\w.-]{3,250}", shown)
            links.append(("mention", shown, "handle") if is_handle else ("mention", did, "account"))
        elif tag := find_text(feature, "tag"):
            links.append(("hashtag", tag, "hashtag"))
    return coded.decode("utf-8", "surrogatepass") or None, links


def _embed(view: Any, record: Any) -> tuple[str | None, Links]:
    """Return the kind of what is embedded, and the links it makes: its address, or whom the post quotes."""
    links: Links = []
    embeds = [embed for embed in (find(record, "embed"), find(view, "embed")) if isinstance(embed, dict)]
    kinds = [media for embed in embeds for kind, media in _EMBEDS.items()
             if find(embed, kind, f"media.{kind}") is not None or kind in (find_text(embed, *_TYPES) or "")]
    for embed in embeds:
        links += urls(find_text(embed, "external.uri", "media.external.uri"))
        quoted = find_text(embed, "record.uri", "record.record.uri")
        if quoted and "/app.bsky.feed.post/" in quoted:
            links += person("forward", _address(quoted)[0]) + repeated(known(_address(quoted)[0]), "account",
                                                                       _address(quoted)[1])
    return next(iter(kinds), None), list(dict.fromkeys(links))


def _event(event: Any) -> Any:
    """Return an event of Jetstream as the record it made, or why it is none."""
    collection, operation = find_text(event, "commit.collection"), find_text(event, "commit.operation")
    if collection not in _KINDS or operation not in ("create", "update"):
        return Refusal("an event that makes neither a post nor a repost")
    address = f"at://{find_text(event, 'did')}/{collection}/{find_text(event, 'commit.rkey')}"
    return {"uri": address, "record": find(event, "commit.record")}


def _nodes(thread: Any) -> Iterator[Any]:
    """Yield the posts of a thread: what is answered, the post itself, and what answers it."""
    waiting = [thread]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict):
            continue
        waiting += [*reversed(find_list(node, "replies")), find(node, "parent")]
        post = find(node, "post")
        yield post if isinstance(post, dict) else Refusal("a post that is gone or blocked")


def _items(entry: Any, context: Context) -> Iterator[Item | Refusal]:
    thread = find(entry, "thread")
    is_node = find(entry, "post") is not None and find(entry, "replies", "parent") is not None
    if isinstance(thread, dict) or is_node:
        found: Iterator[Any] = _nodes(thread if isinstance(thread, dict) else entry)
    elif find(entry, "time_us") is not None and find_text(entry, "did"):
        found = iter((_event(entry),))
    else:
        found = iter((entry,))
    for one in found:
        yield from [one] if isinstance(one, Refusal) else _posts(one)


def _reposted(view: Any, record: Any) -> Iterator[Item]:
    """Read a record that repeats a post, of which it has the address alone."""
    who, key = _address(find_text(view, "uri"))
    whose, original = _address(find_text(record, "subject.uri"))
    yield Item(profile(who, None), RawPost(
        native_id=key, **speaker(who), stamp=find_text(record, "createdAt", "created_at")),
        [*person("forward", whose), *repeated(known(whose), "account", original)])


def _posts(entry: Any) -> Iterator[Item | Refusal]:
    inner = find(entry, "post")
    view = inner if isinstance(inner, dict) else entry
    record = next((found for path in ("record", "value") if isinstance(found := find(view, path), dict)), view)
    kind = find_text(record, *_TYPES) or ""
    if kind == "app.bsky.feed.repost":
        yield from _reposted(view, record)
        return
    if kind.startswith("app.bsky.") and kind not in (*_KINDS, "app.bsky.feed.defs#postView"):
        yield Refusal("neither a post nor a repost")
        return
    did, handle = find_text(view, "author.did") or _address(find_text(view, "uri"))[0], find_text(view, "author.handle")
    _, key = _address(find_text(view, "uri"))
    text, links = _text(record)
    media, embedded = _embed(view, record)
    links += embedded + hashtags(find_list(record, "tags"))
    name = find_text(view, "author.displayName", "author.display_name")
    collected = find_text(view, "4CAT_metadata.collected_at") or find_text(entry, "4CAT_metadata.collected_at")
    if isinstance(by := find(entry, "reason.by"), dict):
        who, own = find_text(by, "did"), find_text(by, "handle")
        _, repost_key = _address(find_text(entry, "reason.uri"))
        post = RawPost(native_id=repost_key or (f"repost.{key}" if key else None),
                       **speaker(who, own, find_text(by, "displayName", "display_name")),
                       stamp=find_text(entry, "reason.indexedAt", "reason.indexed_at"), text=text, media=media,
                       collected=collected)
        yield Item(profile(who, own), post, [*links, *person("forward", did, handle),
                                             *(repeated(known(did), "account", key))])
        return
    target, answered = _address(find_text(record, "reply.parent.uri"))
    if answered and known(did) and target == did:
        links.append(("reply", answered, "post"))
    elif target:
        links += person("reply", target)

    def count(name: str) -> str | None:
        return find_text(view, f"{name}Count", f"{name}_count")

    yield Item(profile(did, handle), RawPost(
        native_id=key, **speaker(did, handle, name),
        stamp=find_text(record, "createdAt", "created_at") or find_text(view, "indexedAt", "indexed_at"), text=text,
        reactions=count("like"), forwards=count("repost"), replies=count("reply"), media=media, collected=collected),
        links)


FORMAT = json_format("bluesky", platform="bluesky", letter="B", matches=_matches, items=_items,
                     paths=("feed.item", "posts.item", "records.item", "thread", "item", ""),
                     gives=("account_id", "reactions", "forwards", "replies"))
