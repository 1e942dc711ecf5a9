"""4CAT's CSV of its Threads datasource, and Zeeschuimer's CSV of the same columns with semicolons.

`id` is the code in the post's address. Accounts go by their handle, and views are not counted.
"""

from __future__ import annotations

from workbench.sources.readers.tabular import FOURCAT, columns_items, media_of, own_page, table_format

FORMAT = table_format(
    "4cat-threads", platform="threads", letter="H", separators=",;", needs=("id", "author", "body"),
    any_of=("link_thumbnail_url", "author_is_verified"),
    items=columns_items({**FOURCAT, "reactions": "likes", "forwards": "reposts", "replies": "replies"},
                        place=own_page(handles="author"),
                        links={"hashtags": ("hashtag", "hashtag"), "link_url": ("url", "url")},
                        media=media_of(video_url="video", image_url="photo", audio_url="audio", link_url="link")),
    gives=("account_id", "reactions", "forwards", "replies"))
