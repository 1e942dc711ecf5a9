"""4CAT's CSV of its Instagram datasource, both forms, and Zeeschuimer's CSV of the same columns with semicolons.

The older form has no `author_id`. Where `likes_hidden` is yes, the number of likes is unknown, whatever it says. A file
that 4CAT made from one of CrowdTangle (it has `mentioned`) lost the time zone, and its `unix_timestamp` with it: there
the written time counts, in the zone that the source card names.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.sources.readers.tabular import (
    FOURCAT,
    Cells,
    Relation,
    columns_items,
    given,
    is_yes,
    media_of,
    own_page,
    table_format,
)

_MEDIA = {"photo": "photo", "image": "photo", "picture": "photo", "video": "video", "igtv": "video", "reel": "video",
          "mixed": "album", "carousel": "album", "album": "album"}
_attached = media_of(media_urls="photo", image_urls="photo", thumbnail_url="photo")


def _media(cells: Cells) -> str | None:
    kind = given(cells, "media_type", "type")
    return _MEDIA.get(kind.casefold(), "other") if kind else _attached(cells)


def _answered(cells: Cells) -> str | None:
    """Return the post that a row is a comment on."""
    above = given(cells, "parent_id", "thread_id")
    return above if above and above != given(cells, "id") else None


def _links(cells: Cells) -> Iterator[Relation]:
    if answered := _answered(cells):
        yield "reply", answered, "post"


FORMAT = table_format(
    "4cat-instagram", platform="instagram", letter="I", separators=",;", needs=("id", "author", "body"),
    any_of=("num_likes", "num_media", "usertags", "likes_hidden"),
    items=columns_items(
        {**FOURCAT, "views": "play_count", "replies": "num_comments", "handle": "author",
         "shown_name": "author_fullname"},
        place=own_page(ids="author_id", handles="author"),
        links={"hashtags": ("hashtag", "hashtag"), "usertags": ("mention", "handle"),
               "coauthors": ("mention", "handle")},
        more_links=_links, media=_media, kind=lambda cells: "comment" if _answered(cells) else "post",
        unix=lambda cells: None if "mentioned" in cells else given(cells, "unix_timestamp"),
        reactions=lambda cells: None if is_yes(cells, "likes_hidden") else given(cells, "num_likes")),
    name_columns=("author_fullname", "coauthor_fullnames"), gives=("account_id", "reactions", "replies", "media"))
