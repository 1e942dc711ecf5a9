"""4CAT's CSV of its TikTok datasource, and Zeeschuimer's CSV of the same columns with semicolons.

A video stands on the page of its account, which only its handle names. `timestamp` is the server's local time, so
`unix_timestamp` goes first. Older files write `amount_likes` for `likes`, and so on.
"""

from __future__ import annotations

from workbench.sources.readers.tabular import FOURCAT, columns_items, media_of, own_page, table_format

FORMAT = table_format(
    "4cat-tiktok", platform="tiktok", letter="K", separators=",;", needs=("id", "author", "body"),
    any_of=("tiktok_url", "challenges", "diversification_labels", "music_id"), none_of=("comment_url",),
    items=columns_items(
        {**FOURCAT, "views": ("plays", "amount_plays"), "reactions": ("likes", "amount_likes"),
         "forwards": ("shares", "amount_shares"), "replies": ("comments", "amount_comments"),
         "shown_name": "author_full"},
        place=own_page(handles="author"),
        links={"hashtags": ("hashtag", "hashtag"), "challenges": ("hashtag", "hashtag")},
        media=media_of(video_url="video", thumbnail_url="photo")),
    name_columns=("author_full",), gives=("account_id", "views", "reactions", "forwards", "replies", "media"))
