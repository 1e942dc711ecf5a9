"""topics.toml: the labels, descriptions and decisions people give topics."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import CardError
from workbench.files import write_atomically

_TEXTS = ("label", "description", "decision", "reviewed")
_FIRST = "first_seen"
_MOST_LETTERS = {"label": 60, "description": 400, "decision": 400}
_HEAD = """\
# What people call the topics, and decided about them. Reviewed by people: change it freely.
# The workbench only adds topics at the end; it never changes or removes a line.
# The words and posts of each topic are shown by notebooks/explore/topics.ipynb.
#   label        the name shown in reports instead of the topic's words; no names of persons
#   description  what it is about, in a sentence or two
#   decision     what was decided about it
#   reviewed     the quarter in which you looked, such as "2025Q3"; a label whose topic has become
#                another one since then is flagged and not shown until you look again
"""


def read_decisions(path: Path) -> pd.DataFrame:
    """Read `topics.toml`.

    Returns
    -------
    decisions
        `stable_id`, `label`, `description`, `decision`, `reviewed` (missing where empty) and
        `since`: the quarter that a label was given in, `reviewed` or else `first_seen`. No rows
        where there is no file.

    Raises
    ------
    CardError
        If it is not TOML, an id or field is unknown, or a text is too long or has more than one
        line; every fault is named by its table and field, never by its words.
    """
    columns = ["stable_id", *_TEXTS, "since"]
    if not path.is_file():
        return pd.DataFrame(columns=columns).astype("string")
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CardError(f"{path}: not valid TOML ({error}). Correct the line it names.") from error
    if faults := [fault for name, entry in given.items() for fault in _faults(name, entry)]:
        raise CardError(f"{path}: " + "; ".join(faults) + ". Correct them and run again.")
    rows = [{"stable_id": name, **{k: entry.get(k) or pd.NA for k in _TEXTS},
             "since": entry.get("reviewed") or entry.get(_FIRST) or pd.NA} for name, entry in given.items()]
    return pd.DataFrame(rows, columns=columns).astype("string")


def append_decisions(path: Path, entries: pd.DataFrame, *, known: set[str], quarter: str) -> None:
    """Add the topics that `topics.toml` does not hold yet at its end, with nothing decided.

    What stands in the file stays to the byte. A topic that came from others names them in a
    comment, so that their labels can be taken over by a person.

    Parameters
    ----------
    entries
        Columns of the register.
    known
        Ids that the file holds.
    quarter
        In which the new topics were first seen.
    """
    new = entries[entries["topic_id"].notna() & ~entries["stable_id"].isin(known)]
    if new.empty:
        return
    before = path.read_bytes() if path.is_file() else _HEAD.encode()
    added = ["", f"# added in {quarter}"]
    for stable_id, verdict, came_from in zip(new["stable_id"], new["verdict"], new["came_from"], strict=True):
        origin = f"  # {verdict} from {', '.join(came_from)}" if came_from else ""
        added += ["", f"[{stable_id}]{origin}", *(f'{name} = ""' for name in _TEXTS),
                  f"{_FIRST} = {json.dumps(quarter)}"]
    end = b"" if before.endswith(b"\n") else b"\n"
    write_atomically(path, before + end + ("\n".join(added) + "\n").encode(), is_private=False)


def _faults(name: str, entry: Any) -> list[str]:
    if not re.fullmatch(r"K-\d{3,6}", name):
        return ["a table is not named after a topic, such as [K-001]"]
    if not isinstance(entry, dict):
        return [f"{name} is not a table"]
    faults = [f"[{name}] has an unknown field" for field in entry if field not in (*_TEXTS, _FIRST)]
    for field in (f for f in (*_TEXTS, _FIRST) if f in entry):
        text = entry[field]
        if not isinstance(text, str):
            faults.append(f"[{name}] {field} is not a text in quotes")
        elif field in _MOST_LETTERS and (len(text) > _MOST_LETTERS[field] or not (text.isprintable() or not text)):
            faults.append(f"[{name}] {field} must be one line of at most {_MOST_LETTERS[field]} letters")
        elif field not in _MOST_LETTERS and text and not re.fullmatch(r"\d{4}Q[1-4]", text):
            faults.append(f"[{name}] {field} must be a quarter such as 2025Q3")
    return faults
