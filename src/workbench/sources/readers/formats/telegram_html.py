"""Telegram Desktop, "Export chat history" as HTML: `messages.html`, `messages2.html` and so on, of 1,000 messages each.

The chat has no id here, so it is known by its title, which stands on each page. A message that joins the one before has
no author, and one that was forwarded along with it no source: both are those of the message before. The written time
carries its offset, or none in old exports. Service messages bear no time: that of the message before them is taken.
Lines between days (``message-1``) are no messages. Views and forwards are not exported, nor the ids of accounts. In a
channel all posts bear its title, and have no account. Of a shared contact neither name nor number is looked at.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.readers.head import Head
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.payloads.parts import Links, total
from workbench.sources.readers.records import Batch, BatchBuilder, Format, Item, RawArena, RawPost

_START = re.compile(r'<div class="message (default|service)([^"]*)" id="message(-?\d{1,20})">')
_TITLE = re.compile(r'<div class="page_header">.*?<div class="text bold">(.*?)</div>', re.DOTALL)
_TIME = re.compile(r'<div class="pull_right date details" title="([^"]*)"')
_STAMP = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: UTC([+-]\d\d:\d\d))?")
_FORWARDED = '<div class="forwarded body">'
_NAME = re.compile(r'<div class="from_name">(.*?)(?:<span|</div>)', re.DOTALL)
_ANSWERED = re.compile(r'<div class="reply_to details">(?:(?!</div>).)*?#go_to_message(\d{1,20})"', re.DOTALL)
_TEXT = re.compile(r'<div class="text">(.*?)</div>', re.DOTALL)
_QUESTION = re.compile(r'<div class="question bold">(.*?)</div>', re.DOTALL)
_SERVICE = re.compile(r'<div class="body details">(.*?)</div>', re.DOTALL)
_SIGNATURE = re.compile(r'<div class="signature details">(.*?)</div>', re.DOTALL)
_NAMED = re.compile(r'<a href="" onclick="return ShowMentionName\(\)">(.*?)</a>', re.DOTALL)
_LINKED = re.compile(r'<a href="(https?://[^"]*)"')
_VIA_BOT = re.compile(r"\s+via @\w+$")
_TITLES = (("retitled", re.compile(r"(?:Channel title changed|changed group title) to «(.+)»", re.DOTALL)),
           ("titled", re.compile(r"(?:Channel |created group |to this supergroup )«(.+)»", re.DOTALL)))
_MEDIA_CLASS = re.compile(r'class="[^"]*\b((?:photo|sticker|animated|video_file)_wrap|media_(?!wrap\b)[a-z_]+)')
_MEDIA = {"photo_wrap": "photo", "sticker_wrap": "sticker", "animated_wrap": "animation", "video_file_wrap": "video",
          "media_photo": "photo", "media_video": "video", "media_voice_message": "voice", "media_audio_file": "audio",
          "media_file": "file", "media_contact": "contact", "media_location": "location",
          "media_live_location": "location", "media_venue": "location", "media_game": "game",
          "media_invoice": "invoice", "media_poll": "poll", "media_story": "story", "media_giveaway": "giveaway"}
_NOT_FETCHED = {"Sticker": "sticker", "Animation": "animation"}
_MEDIA_TITLE = re.compile(r'<div class="title bold">\s*(Sticker|Animation)\s*</div>')
_REACTIONS = re.compile(r'<span class="reactions">(.*)', re.DOTALL)
_REACTION = re.compile(r'<span class="reaction(?: [a-z]+)?">')
_COUNT = re.compile(r'<span class="count">\s*(\d{1,9})\s*</span>')
_PERSON = re.compile(r'<div class="initials"[^>]*?title="([^"]*)"')
_BREAK = re.compile(r"<br\s*/?>|</?(?:blockquote|pre)>")
_TAG = re.compile(r"<[^<>]*>")
_GONE = ("Deleted Account", "Deleted")


def _matches(head: Head) -> bool:
    start = head.raw
    return start[:1] == b"<" and b"chat_page" in start and b'class="history"' in start and (
        b'<div class="message ' in start or b'<div class="page_header"' in start)


@dataclass(frozen=True)
class _Block:
    """One message as its page shows it, with what it has from the one before."""

    line: int
    number: str
    is_service: bool
    content: str
    name: str | None
    source: str | None
    stamp: str | None


def _plain(marked: str) -> str:
    lines = _TAG.sub("", _BREAK.sub("\n", marked.strip("\n")))
    return html.unescape(lines).strip()


def _found(pattern: re.Pattern[str], content: str) -> str | None:
    match = pattern.search(content)
    return _plain(match[1]) or None if match else None


def _stamp(written: str | None) -> str | None:
    """Return ``03.11.2025 09:15:30 UTC+01:00`` as ISO 8601."""
    match = _STAMP.fullmatch(written or "")
    return f"{match[3]}-{match[2]}-{match[1]}T{match[4]}{match[5] or ''}" if match else None


def _page(stream: Stream) -> str:
    return b"".join(stream.chunks()).decode("utf-8")


def _blocks(page: str) -> Iterator[_Block]:
    name: str | None = None
    source: str | None = None
    stamp: str | None = None
    starts = list(_START.finditer(page))
    line, counted = 1, 0
    for start, after in zip(starts, [*starts[1:], None], strict=True):
        line += page.count("\n", counted, start.start())
        counted = start.start()
        if start[3].startswith("-"):
            continue
        content = page[start.end() : after.start() if after else len(page)]
        if start[1] == "service":
            yield _Block(line, start[3], True, content, None, None, stamp)
            continue
        own, _, passed_on = content.partition(_FORWARDED)
        time = _TIME.search(own)
        stamp = _stamp(html.unescape(time[1])) if time else None
        is_joined = "joined" in start[2].split()
        shown = _found(_NAME, own)
        name = shown or (name if is_joined else None)
        source = (_found(_NAME, passed_on) or source) if _FORWARDED in content else None
        yield _Block(line, start[3], False, content, name, source, stamp)


def _without_bot(name: str | None) -> str | None:
    return _VIA_BOT.sub("", name) if name else None


def _media(content: str) -> str | None:
    found = _MEDIA_CLASS.search(content)
    if not found:
        return None
    kind = _MEDIA.get(found[1], "other")
    shown = _MEDIA_TITLE.search(content)
    return _NOT_FETCHED[shown[1]] if shown and kind in ("photo", "video") else kind


def _reactions(content: str) -> str | None:
    given = _REACTIONS.search(content)
    if not given:
        return None
    counts = []
    for one in _REACTION.split(given[1])[1:]:
        count = _COUNT.search(one)
        counts.append(count[1] if count else str(len(_PERSON.findall(one))))
    return total(counts)


def _links(block: _Block) -> Links:
    text = _TEXT.search(block.content)
    links: Links = [("url", html.unescape(url), "url") for url in _LINKED.findall(text[1])] if text else []
    if source := _without_bot(block.source):
        links += [("forward", source, "name")] if source not in _GONE else []
    if answered := _ANSWERED.search(block.content):
        links.append(("reply", answered[1], "post"))
    return links


def _item(block: _Block, arena: RawArena) -> Item:
    if block.is_service:
        said = _found(_SERVICE, block.content) or ""
        titles = [(relation, match[1], "name") for relation, pattern in _TITLES if (match := pattern.search(said))]
        return Item(arena, RawPost(native_id=block.number, stamp=block.stamp, kind="service"), titles[:1])
    name = _without_bot(block.name)
    account = None if name in _GONE or (arena.kind == "channel" and name == arena.title) else name
    return Item(arena, RawPost(
        native_id=block.number, account=account, account_via="name" if account else None, stamp=block.stamp,
        text=_found(_TEXT, block.content) or _found(_QUESTION, block.content), reactions=_reactions(block.content),
        media=_media(block.content)), _links(block))


def _arena(page: str) -> RawArena:
    """Return the chat: a channel where all posts bear its title, a chat of two where one of two authors does."""
    found = _TITLE.search(page)
    title = _plain(found[1]) or None if found else None
    authors = {_without_bot(block.name) for block in _blocks(page) if not block.is_service} - {None}
    if authors == {title} or (not authors and "Channel «" in html.unescape(page)):
        return RawArena(None, None, title, "channel")
    if title in authors and len(authors) == 2:
        return RawArena(title, None, None, "chat", names_person=True)
    return RawArena(None, None, title, "group")


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    page = _page(stream)
    if not _TITLE.search(page) and not _START.search(page):
        raise InputError(f"{stream.name}: holds neither a chat nor messages, so it is no page of a Telegram Desktop "
                         "export. Name another --format.")
    arena = _arena(page)
    builder = BatchBuilder()
    builder.see(arena)
    for block in _blocks(page):
        builder.add([_item(block, arena)], block.line, block.content)
        if builder.is_full():
            yield builder.take()
    yield builder.take()


def _names(stream: Stream) -> set[str]:
    page = _page(stream)
    blocks = list(_blocks(page))
    arena = _arena(page)
    shown = {_without_bot(block.name) for block in blocks} - {arena.title if arena.kind == "channel" else None}
    contents = [block.content for block in blocks]
    shown |= {_found(_SIGNATURE, content) for content in contents}
    shown |= {_plain(name) for content in contents for person in (_NAMED, _PERSON) for name in person.findall(content)}
    if arena.names_person:
        shown.add(arena.native_id)
    return {name for name in shown if name and name not in _GONE and len(name) > 2}


FORMAT = Format("telegram-html", "telegram", "T", _matches, _read, _names, numbered=True,
                gives=("account_id", "reactions", "media"), albums=True)
