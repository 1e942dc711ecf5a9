"""Meta Content Library's CSV of posts of Facebook and Instagram.

`statistics.views` holds for the day in `statistics.views_date_last_refreshed`. Which platform it is, only the columns
tell: Instagram has a `media_type` and neither surface, shares nor reactions other than likes. Tables of counts made in
the clean room hold no posts and are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.readers.head import Head
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Batch, Format, RawArena
from workbench.sources.readers.tabular import Cells, Place, Relation, columns_items, given, listed, table_format

_GROUPS = ("group", "event")
_FEELINGS = tuple(f"statistics.{kind}_count" for kind in ("like", "love", "wow", "haha", "sad", "angry", "care"))
_MEDIA = {"photo": "photo", "photos": "photo", "image": "photo", "album": "album", "carousel": "album",
          "video": "video", "videos": "video", "reel": "video", "live_video": "video", "link": "link", "links": "link",
          "status": None, "statuses": None, "text": None}
_OWN_COLUMNS = {"mcl_url", "statistics.views_date_last_refreshed", "statistics.views", "post_owner.name",
                "post_owner.username", "post_owner.id", "post_owner.type", "surface.type", *_FEELINGS}
_FACEBOOK = {"surface.id", "surface.name", "surface.type", "shared_post_id", "statistics.share_count",
             "statistics.love_count", "statistics.reaction_count"}


def _place(cells: Cells) -> Place:
    """Return the surface, where it is a group or an event, else the page or profile that the post stands on."""
    owner, handle = given(cells, "post_owner.id"), given(cells, "post_owner.username")
    kind = (given(cells, "post_owner.type") or "").casefold()
    is_person = "profile" in kind or "user" in kind
    title = given(cells, "post_owner.name")
    account, via = (owner, "account") if owner else (handle, "handle") if handle else (title, "name" if title else None)
    surface = (given(cells, "surface.type") or "").casefold()
    if any(word in surface for word in _GROUPS):
        return RawArena(given(cells, "surface.id"), None, given(cells, "surface.name"), "group"), account, via
    arena = RawArena(owner, handle, None if is_person else title, "page", names_person=is_person)
    return (arena, account, via) if is_person else (arena, None, None)


def _reactions(cells: Cells) -> str | None:
    found = [int(count) for column in _FEELINGS if (count := cells.get(column, "").strip()).isdigit()]
    return given(cells, "statistics.reaction_count") or (str(sum(found)) if found else None)


def _media(cells: Cells) -> str | None:
    kind = given(cells, "media_type", "content_type")
    return _MEDIA.get(kind.casefold()) if kind else None


def _links(cells: Cells) -> Iterator[Relation]:
    for tag in listed(cells, "hashtags"):
        yield "hashtag", tag, "hashtag"
    if url := given(cells, "link_attachment.link"):
        yield "url", url, "url"


def _edited(cells: Cells) -> str | None:
    edited = given(cells, "modified_time")
    return edited if edited != given(cells, "creation_time") else None


_posts = table_format(
    "meta-content-library", platform="facebook", letter="F", needs=("id", "creation_time"),
    items=columns_items(
        {"native_id": "id", "stamp": "creation_time", "text": "text", "views": "statistics.views",
         "forwards": "statistics.share_count", "replies": "statistics.comment_count",
         "collected": "statistics.views_date_last_refreshed", "handle": "post_owner.username",
         "shown_name": "post_owner.name"},
        place=_place, more_links=_links, reactions=_reactions, media=_media,
        edited_stamp=_edited),
    name_columns=("post_owner.name",), gives=("views", "reactions", "replies"))


def _matches(head: Head) -> bool:
    return bool(head.columns & _OWN_COLUMNS)


def _check(stream: Stream) -> None:
    head = Head(stream.head())
    if _matches(head) and not head.columns & {"id", "text"}:
        raise InputError(f"{stream.name}: line 1 has columns of the Meta Content Library but neither id nor text: it "
                         "is a table of counts without posts. Import the posts, or leave the file out.")


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    _check(stream)
    return _posts.read(stream, card)


def _names(stream: Stream) -> set[str]:
    _check(stream)
    return _posts.names(stream)


def _fit(stream: Stream) -> Format | None:
    head = Head(stream.head())
    is_instagram = _matches(head) and "media_type" in head.columns and not head.columns & _FACEBOOK
    return replace(FORMAT, platform="instagram", letter="I") if is_instagram else None


FORMAT = replace(_posts, matches=_matches, read=_read, names=_names, fit=_fit)
