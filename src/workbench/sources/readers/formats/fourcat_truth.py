"""4CAT's CSV of its Truth Social datasource, and Zeeschuimer's CSV of the same columns with semicolons.

`body` is HTML. `timestamp` has no offset and is UTC. A post stands in its group, else on its account's page.
"""

from __future__ import annotations

from workbench.sources.readers.records import RawArena
from workbench.sources.readers.tabular import (
    Cells,
    Place,
    columns_items,
    given,
    in_utc,
    media_of,
    own_page,
    plain_text,
    table_format,
)

_page = own_page(ids="account_id", handles="account_username")


def _place(cells: Cells) -> Place:
    arena, account, via = _page(cells)
    group = given(cells, "group_id")
    return RawArena(group, None, given(cells, "group_display_name"), "group") if group else arena, account, via


FORMAT = table_format(
    "4cat-truth", platform="truth", letter="U", separators=",;", needs=("id", "body", "account_id"),
    any_of=("account_verified", "account_followers", "group_display_name", "video_thumbs"),
    none_of=("reaction_count", "favourites_count"),
    items=columns_items(
        {"native_id": "id", "unix": "unix_timestamp", "forwards": "reblogs_count", "replies": "replies_count",
         "reactions": "favourites_count", "handle": "account_username", "shown_name": "account_display_name"},
        place=_place, links={"hashtags": ("hashtag", "hashtag"), "mentions": ("mention", "handle")},
        media=media_of(video_urls="video", video_thumbs="video", images="photo", media_url="other"),
        stamp=in_utc("created_at", "timestamp"), text=lambda cells: plain_text(cells["body"])),
    name_columns=("account_display_name",), gives=("account_id", "forwards", "replies"))
