"""4CAT's CSV of its Gab datasource, and Zeeschuimer's CSV of the same columns with semicolons.

`body` is HTML. `timestamp` has no offset and is UTC. Any field may be missing and the post is kept: this is the
export of which other tools lose most posts. A post stands in its group, else on its account's page.
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

_page = own_page(ids="account_id", handles=("account_username", "account_account"))


def _place(cells: Cells) -> Place:
    arena, account, via = _page(cells)
    group = given(cells, "group_id")
    return RawArena(group, None, given(cells, "group_title"), "group") if group else arena, account, via


FORMAT = table_format(
    "4cat-gab", platform="gab", letter="G", separators=",;", needs=("id", "body"),
    any_of=("group_is_private", "group_title", "account_account", "account_note"), none_of=("account_verified",),
    items=columns_items(
        {"native_id": ("id", "post_id"), "unix": "unix_timestamp", "reactions": ("favourites_count", "reaction_count"),
         "forwards": ("reblogs_count", "reposts_count"), "replies": "replies_count",
         "handle": ("account_username", "account_account"), "shown_name": "account_display_name",
         "collected": "collected_at"},
        place=_place, links={"tags": ("hashtag", "hashtag"), "mentions": ("mention", "handle"),
                             "link_url": ("url", "url")},
        media=media_of(video_urls="video", image_urls="photo", link_url="link"),
        stamp=in_utc("created_at", "timestamp"), text=lambda cells: plain_text(cells["body"])),
    name_columns=("account_display_name",), gives=("account_id", "reactions", "forwards", "replies"))
