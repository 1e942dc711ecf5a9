"""What trainees practise on beside the town: an export whose format has drifted."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.city.lexicon import read_source_card
from workbench.city.telegram_4cat import COLUMNS
from workbench.errors import InputError

DRIFTED = "drifted/telegram-lillehavn-2025-10.csv"
_CHAT = "efteraarets_stemmer"
_POSTS = 30  # one on each day of a month
_RENAMED = {"body": "message", "timestamp": "date"}
_MISSING = ("unix_timestamp", "timestamp_edited", "unix_timestamp_edited")
_BEFORE, _AFTER = "%Y-%m-%d %H:%M:%S", "%d-%m-%Y %H:%M"


def tell_drift() -> dict[str, Any]:
    """Return what `Truth` says of the drifted export."""
    return {"file": DRIFTED, "format": "4cat-telegram", "renamed": dict(_RENAMED), "missing": list(_MISSING),
            "dates": {"before": _BEFORE, "after": _AFTER}, "posts": _POSTS,
            "says": ["4cat-telegram", "line 1", "body", "timestamp"],
            "mapping": {"platform": "telegram", "arena_kind": "group",
                        "columns": {"text": "message", "time": "date", "id": "id", "arena": "chat", "account": "author",
                                    "account_name": "author_name"}}}


def build_exercises(folder: Path, *, town: Path) -> list[Path]:
    """Write the files that trainees practise on, beside a town and outside its exports.

    `drifted/telegram-lillehavn-2025-10.csv` is a later export of one group of the town, as 4CAT might write it
    after an update: two columns have other names, those with exact times are gone, and dates are written in the
    Danish way. No import can read it as it is; `Truth.drifted_export` tells what is needed.

    Parameters
    ----------
    folder
        Made if need be; files of these names there are written anew.
    town
        Folder that `build_city` wrote.

    Returns
    -------
    files
        What was written.

    Raises
    ------
    InputError
        If there is no town.
    """
    export = town / "telegram-4cat" / "telegram-lillehavn.csv"
    if not export.is_file():
        raise InputError(f"{town}: holds no made-up town. Build it first: `workbench init FOLDER --city`.")
    with export.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["chat"] == _CHAT][-_POSTS:]
    drifted = folder / DRIFTED
    drifted.parent.mkdir(parents=True, exist_ok=True)
    card = drifted.with_name("source.toml")
    card.write_text(read_source_card("drifted"), encoding="utf-8", newline="\n")
    with drifted.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [_RENAMED.get(c, c) for c in COLUMNS if c not in _MISSING], lineterminator="\r\n",
                                extrasaction="ignore")
        writer.writeheader()
        writer.writerows(_drifted(day, row) for day, row in enumerate(rows, start=1))
    return [card, drifted]


def _drifted(day: int, row: dict[str, str]) -> dict[str, str]:
    then = datetime.strptime(row["timestamp"], _BEFORE).replace(month=10, day=day)
    number = int(row["id"].rpartition("-")[2]) + 1_000
    answered = str(int(row["reply_to"]) + 1_000) if row["reply_to"] else ""
    later = row | {"id": f"{_CHAT}-{number}", "timestamp": then.strftime(_AFTER), "reply_to": answered}
    return {_RENAMED.get(column, column): value for column, value in later.items()}
