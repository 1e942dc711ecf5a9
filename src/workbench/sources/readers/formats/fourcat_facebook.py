"""4CAT's CSV of its Facebook datasource, and Zeeschuimer's CSV of the same columns with semicolons.

The arena is the group, known by the number or name in its address, else the page that the post stands on. Whether a
page is a person's is not told, so its name is not kept. The `author` is the last part of an address: a handle, or
``profile.php?id=`` and a number. The counts of reactions are not in the file: they are missing, not zero.
"""

from __future__ import annotations

import re

from workbench.sources.readers.records import RawArena
from workbench.sources.readers.tabular import FOURCAT, Cells, Place, columns_items, given, known, media_of, table_format


def _place(cells: Cells) -> Place:
    author = known(cells, "author")
    number = re.search(r"(?:^|[?&]id=)(\d{1,20})", author or "")
    account, via = (number[1], "account") if number else (author, "handle" if author else None)
    if group := given(cells, "group_name"):
        is_number = group.isdigit()
        return RawArena(group if is_number else None, None if is_number else group, None, "group"), account, via
    handle = None if number else author
    return RawArena(number[1] if number else None, handle, None, "page", names_person=True), account, via


FORMAT = table_format(
    "4cat-facebook", platform="facebook", letter="F", separators=",;", needs=("id", "body"),
    any_of=("is_in_group", "group_name"),
    items=columns_items({**FOURCAT, "shown_name": "author_name"}, place=_place,
                        media=media_of(video_url="video", image_url="photo")),
    name_columns=("author_name",), gives=("account_id", "media"))
