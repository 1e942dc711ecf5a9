"""The watch list and the field notes as blocks: what people wrote, and counts of arenas and notes, never of posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.errors import TableError
from workbench.reports.blocks import Block, leave_out, make_block
from workbench.reports.texts import name_period
from workbench.spreadsheets import write_csv
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    import pandas as pd

_ACCESSES = ("open", "link", "closed")
_NOTE_PARTS = ("content", "severity", "platform")
_MOST_ROWS = 20  # rows of the list of names


def render_watched(counts: pd.DataFrame, *, language: str) -> Block:
    """Show how many arenas are followed, by category and access.

    Parameters
    ----------
    counts
        Of `watching.count_watched`.
    """
    columns = ("category", *_ACCESSES, "arenas")
    _check(counts, columns, asked_by="render_watched")
    wording = open_wording(language)
    if counts.empty:  # a list, not a paragraph: those go with a chapter of which nothing is left
        return make_block("list", {"items": [wording.say("watch.no_list")]}, language=language)
    numbers = columns[1:]
    rows = [[str(row["category"]), *(wording.number(row[c]) for c in numbers)] for row in counts.to_dict("records")]
    if len(rows) > 1:
        rows.append([wording.say("watch.all"), *(wording.number(counts[c].sum()) for c in numbers)])
    labels = [(wording.say(f"watch.column.{c}"), "left" if c == "category" else "right") for c in columns]
    return _table("watched", labels, rows, counts[list(columns)], wording)


def render_watch_list(watched: pd.DataFrame, *, language: str, most_rows: int = _MOST_ROWS) -> Block:
    """Show the open arenas that are followed, under the names that a person wrote; of all others their number alone.

    Parameters
    ----------
    watched
        Of `watching.read_watch_list`.
    most_rows
        Rows shown; a note says how many there are.
    """
    _check(watched, ("name", "category", "reason", "review", "access", "status"), asked_by="render_watch_list")
    wording = open_wording(language)
    followed = watched[watched["status"] == "followed"]
    named = followed[followed["access"].eq("open") & followed["name"].notna()]
    named = named.sort_values(["category", "name"])
    if named.empty:
        return leave_out("report.no_rows", language=language)
    shown = named.head(most_rows)
    rows = [[str(row["name"]), str(row["category"]), str(row["reason"])] for row in shown.to_dict("records")]
    labels = [(wording.say(f"watch.column.{c}"), "left") for c in ("name", "category", "reason")]
    unnamed = len(followed) - len(shown)
    note = wording.say("watch.unnamed", count=unnamed, number=unnamed) if unnamed else ""
    return _table("watch_list", labels, rows, shown[["name", "category", "reason"]], wording, note=note)


def render_due(due: pd.DataFrame, *, language: str, most_rows: int = _MOST_ROWS) -> Block:
    """Show whose review is due: by name where it is open and has one, else by code; the longest overdue first.

    Parameters
    ----------
    due
        Of `watching.list_due`.
    """
    _check(due, ("arena", "name", "access", "owner", "review"), asked_by="render_due")
    wording = open_wording(language)
    if due.empty:
        return make_block("text", {"text": wording.say("watch.none_due")}, language=language)
    shown = due.head(most_rows)
    names = shown["name"].where(shown["access"].eq("open")).fillna(shown["arena"])
    days = [wording.day(day.date()) for day in shown["review"]]
    rows = [[str(name), str(owner), day] for name, owner, day in zip(names, shown["owner"], days, strict=True)]
    labels = [(wording.say(f"watch.column.{c}"), "left") for c in ("arena", "owner", "review")]
    note = wording.say("report.rows_shown", shown=len(shown), rows=len(due)) if len(due) > len(shown) else ""
    data = shown[["owner"]].assign(arena=names, review=shown["review"].dt.strftime("%Y-%m-%d"))
    return _table("due", labels, rows, data[["arena", "owner", "review"]], wording, note=note)


def render_watch_changes(counts: pd.DataFrame, *, followed: int, collected: int, tested: int, language: str) -> Block:
    """Show in how many arenas what changed.

    Parameters
    ----------
    counts
        Of `watching.count_watch_changes`.
    followed, collected, tested
        As `watching.compare_watch` gives them.
    """
    _check(counts, ("change", "arenas"), asked_by="render_watch_changes")
    wording = open_wording(language)
    note = wording.say("watch.tested", followed=followed, collected=collected, tested=tested)
    if counts.empty:
        return make_block("text", {"text": f"{wording.say('watch.no_change')} {note}"}, language=language)
    rows = [[wording.say(f"watch.change.{row['change']}"), wording.number(row["arenas"])]
            for row in counts.to_dict("records")]
    labels = [(wording.say("watch.column.change"), "left"), (wording.say("watch.column.arenas"), "right")]
    return _table("watch_changes", labels, rows, counts[["change", "arenas"]], wording, note=note)


def render_candidates(counts: pd.DataFrame, *, may_be_people: int, language: str) -> Block:
    """Show how many channels, invitations and imported arenas the list points at, that nobody has decided about.

    Parameters
    ----------
    counts
        Of `watching.count_candidates`.
    may_be_people
        Sources that were not looked at, since they may be people.
    """
    columns = ("kind", "candidates", "new", "strong", "needs_basis")
    _check(counts, columns, asked_by="render_candidates")
    wording = open_wording(language)
    people = wording.say("watch.may_be_people", count=may_be_people, number=may_be_people) if may_be_people else ""
    if counts.empty:
        return make_block("text", {"text": f"{wording.say('watch.no_candidates')} {people}".strip()}, language=language)
    rows = [[wording.say(f"watch.kind.{row['kind']}"), *(wording.number(row[c]) for c in columns[1:])]
            for row in counts.to_dict("records")]
    labels = [(wording.say(f"watch.column.{c}"), "left" if c == "kind" else "right") for c in columns]
    return _table("candidates", labels, rows, counts[list(columns)], wording, note=people)


def render_field_notes(counts: pd.DataFrame, *, language: str) -> Block:
    """Show the field notes of a month, by content, severity and platform; small numbers are said in words.

    Parameters
    ----------
    counts
        Of `watching.count_field_notes`.
    """
    _check(counts, ("part", "value", "notes", "said"), asked_by="render_field_notes")
    wording = open_wording(language)
    if counts.empty:
        return make_block("text", {"text": wording.say("watch.no_notes")}, language=language)
    said = {(row["part"], row["value"]): wording.number(row["notes"]) if row["said"] == "number" else
            wording.say(f"watch.notes.{row['said']}") for row in counts.to_dict("records")}
    rows = [[wording.say(f"watch.part.{part}"), _value(part, value, wording), said[part, value]]
            for part, value in said if part in _NOTE_PARTS]
    whole = counts[counts["part"] == "month"].iloc[0]
    note = wording.say("watch.notes.whole", period=name_period(str(whole["value"]), wording),
                       notes=said["month", whole["value"]])
    labels = [(wording.say("watch.column.part"), "left"), (wording.say("watch.column.value"), "left"),
              (wording.say("watch.column.notes"), "right")]
    return _table("field_notes", labels, rows, counts[["part", "value", "notes", "said"]], wording, note=note)


def _value(part: str, value: str, wording: Wording) -> str:
    message = {"content": f"form.code.{value}", "severity": f"form.severity.{value}"}.get(part, "")
    if part == "severity":
        return f"{value} ({wording.say(message)})" if wording.knows(message) else value
    return wording.say(message) if wording.knows(message) else wording.say_value(value)


def _check(table: pd.DataFrame, columns: Sequence[str], *, asked_by: str) -> None:
    if missing := [c for c in columns if c not in table.columns]:
        raise TableError(f"{asked_by}: the table lacks {', '.join(missing)}. Give it what its docstring names.")


def _table(key: str, labels: Sequence[tuple[str, str]], rows: list[list[str]], data: pd.DataFrame, wording: Wording, *,
           note: str = "") -> Block:
    content: Mapping[str, Any] = {
        "title": wording.say(f"watch.title.{key}"), "rows": rows, "note": note, "key": key,
        "columns": [{"label": label, "align": align} for label, align in labels],
        "csv": write_csv(data, language=wording.language)}
    return make_block("table", content, language=wording.language)
