"""What analysts practise: an export whose format drifted, silences, a table with too few behind it, drafts to stop."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.errors import ReportError, WorkbenchError
from workbench.training.town import EXERCISES, PERIOD, PRACTICE, Town
from workbench.wording import open_wording

if TYPE_CHECKING:
    from workbench.settings import Settings

DRAFTS = ("a", "b", "c", "d")
_WIDEST = 40  # characters of an example
_LEDGER = ("rows_read", "kept", "undated", "quarantined", "quarantine_reasons", "unexplained", "first", "last")
# what a card says of the columns that kept their names
_FORMAT = "4cat-telegram"  # that the export was in until now
_SAME = {"id": "id", "arena": "chat", "account": "author", "account_name": "author_name"}
_LONGEST = 3  # days without a post that anybody asks about


@dataclass(frozen=True)
class Practice:
    """A small study beside the town, gone with the computer's temporary files.

    Attributes
    ----------
    settings
        Of the study.
    export
        The file that is to be imported.
    """

    settings: Settings
    export: Path


def open_practice(town: Town) -> Practice:
    """Make a small study with the drifted export and its card: the town stays as it is."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-practice-"))
    raw = folder / "study" / "data" / "raw" / "drifted"
    shutil.copytree(town.study.folder / EXERCISES / "drifted", raw)
    settings = replace(town.study.settings, folder=folder / "study", key_file=folder / "practice.key")
    return Practice(settings, next(raw.glob("*.csv")))


def read_head(practice: Practice) -> pd.DataFrame:
    """Read the columns of the export, with what two of its rows hold: a look before any import."""
    rows = pd.read_csv(practice.export, dtype="string", keep_default_na=False)
    some = rows.iloc[[0, len(rows) // 2]].T.set_axis(["one_row", "another"], axis=1)
    head: pd.DataFrame = some.apply(lambda column: column.str.slice(0, _WIDEST)).rename_axis("column").reset_index()
    return head


def read_practice(practice: Practice, columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Import the export and read what the ledger says, or why it was refused; each time as if for the first time.

    Parameters
    ----------
    columns
        What the card is to say: by `text` and `time`, the column of the export that holds it. Without, the export is
        read as the format that it was.

    Returns
    -------
    table
        Columns `what` and `told`.
    """
    from workbench.settings import format_card, read_card
    from workbench.sources import import_exports

    shutil.rmtree(practice.settings.folder / "data" / "processed", ignore_errors=True)
    card = practice.export.with_name("source.toml")
    if columns:
        said = {name: value for name, value in vars(read_card(card)).items() if isinstance(value, str | date)}
        mapping = {"platform": "telegram", "arena_kind": "group", "columns": {**_SAME, **columns}}
        card.write_text(format_card({k: v for k, v in said.items() if v and k != "source_id"}, mapping),
                        encoding="utf-8")
    try:
        ledger = import_exports([practice.export], settings=practice.settings,
                                format_name=None if columns else _FORMAT).files.iloc[0]
    except WorkbenchError as error:
        return pd.DataFrame({"what": ["refused"], "told": [str(error).replace(str(practice.export.parent) + "/", "")]})
    return pd.DataFrame({"what": _LEDGER, "told": [str(ledger[name]) for name in _LEDGER]})


def list_silences(town: Town) -> pd.DataFrame:
    """List the longest silence of each arena in the quarter, with how many numbers of messages it swallowed.

    Returns
    -------
    silences
        The longest first: `arena_id`, `last_post`, `next_post` (missing where none came), `days` between,
        `posts_a_week` before it, and `numbers_lost`: by how much the numbers of messages jump over it, beyond one;
        missing where the arena does not number its messages.
    """
    begins, ends = (pd.Timestamp(day, tz="UTC") for day in (pd.Period(PERIOD).start_time, pd.Period(PERIOD).end_time))
    posts = town.everything.posts.sort_values("posted_at")
    posts = posts[posts["posted_at"].between(begins - pd.Timedelta(weeks=8), ends)]
    rows = [_silence(str(arena), rows, begins, ends) for arena, rows in posts.groupby("arena_id")]
    table = pd.DataFrame([row for row in rows if row["days"] >= _LONGEST])
    return table.astype({"numbers_lost": "Int64"}).sort_values("days", ascending=False, ignore_index=True)


def _silence(arena: str, posts: pd.DataFrame, begins: pd.Timestamp, ends: pd.Timestamp) -> dict[str, Any]:
    at = [*posts["posted_at"], ends]
    pauses = [(later - sooner).days if later > begins else 0 for sooner, later in pairwise(at)]
    place = pauses.index(max(pauses))
    ids = pd.to_numeric(posts["post_id"].str.extract(r"(\d+)$")[0], errors="coerce").tolist()
    is_last = place + 1 == len(posts)
    before = posts[posts["posted_at"].between(at[place] - pd.Timedelta(weeks=4), at[place])]
    numbered = not is_last and posts["post_id"].iloc[place].rpartition(":")[2].isdecimal()
    return {"arena_id": arena, "last_post": at[place].date(), "next_post": None if is_last else at[place + 1].date(),
            "days": pauses[place], "posts_a_week": round(len(before) / 4, 1),
            "numbers_lost": int(ids[place + 1] - ids[place] - 1) if numbered else None}


def count_arena(town: Town, arena: str, *, weeks: int = 13) -> pd.DataFrame:
    """Count the posts of one arena by week, beside those of all others."""
    from workbench.training.town import list_weeks

    posts = town.everything.posts.assign(week=list_weeks(town.everything.posts))
    is_it = posts["arena_id"].eq(arena)
    told = pd.DataFrame({"posts": posts[is_it].groupby("week").size(), "others": posts[~is_it].groupby("week").size()})
    return told.fillna(0).astype(int).tail(weeks).rename_axis("week").reset_index()


def list_trust(topics: Any) -> pd.DataFrame:
    """List topics with what refits say of them: posts, `core` posts, and the part of these found there again."""
    table: pd.DataFrame = topics.topics[["topic_id", "label", "size", "core", "inclusion"]].copy()
    return table.assign(inclusion=table["inclusion"].astype(float).round(2))


def list_cells(town: Town) -> pd.DataFrame:
    """List what a reader wants to see: posts about one topic by arena, with who is behind them.

    Returns
    -------
    cells
        `arena_id`, `posts`, `authors`, and `largest`: the part of the posts that one author wrote.
    """
    return pd.DataFrame(_read_practice(town)["cells"])


def list_drafts(town: Town, *, language: str) -> pd.DataFrame:
    """List four sentences that somebody wants in the report, with what the gate says of each.

    Returns
    -------
    drafts
        `draft` (a to d), `sentence`, and `gate`: passed or stopped.
    """
    from workbench.gates import refuse_identifiers

    say, known = open_wording(language).say, _read_practice(town)
    rows = []
    for draft in DRAFTS:
        sentence = say(f"training.draft_{draft}", name=known["name"], place=known["place"])
        try:
            refuse_identifiers(pd.Series([sentence], index=[draft], dtype="string"))
            gate = "passed"
        except ReportError:
            gate = "stopped"
        rows.append({"draft": draft, "sentence": sentence, "gate": gate})
    return pd.DataFrame(rows)


def _read_practice(town: Town) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((town.study.folder / PRACTICE).read_text(encoding="utf-8"))
    return known
