"""Tables of released numbers, and the appendix on method and data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from workbench.errors import TableError
from workbench.reports.blocks import Block, check_released, leave_out, make_block
from workbench.reports.numbers import say_p
from workbench.reports.texts import check_release, known_facts
from workbench.spreadsheets import write_csv
from workbench.tables.release import Release, ReleasedFinding
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    import pandas as pd

_CARD_FIELDS = ("controller", "purpose", "legal_basis", "access", "collected_from", "collected_to", "collected_with",
                "tdm_reservation", "delete_by")


def _say_day(wording: Wording, value: Any) -> str:
    if not isinstance(value, date):
        raise TypeError("not a date")
    return wording.day(value)


_FORMATS: dict[str, Callable[[Wording, Any], str]] = {
    "text": lambda wording, value: str(value),
    "code": lambda wording, value: wording.say_value(value),
    "named": lambda wording, value: wording.named(value),
    "words": lambda wording, value: wording.words(value),
    "day": _say_day,
    "week": lambda wording, value: wording.when(str(value)),
    "week_of_year": lambda wording, value: wording.when(str(value), with_year=True),
    "number": lambda wording, value: wording.number(value),
    "decimal": lambda wording, value: wording.number(value, 1),
    "decimal2": lambda wording, value: wording.number(value, 2),
    "share": lambda wording, value: wording.share(value),
    "points": lambda wording, value: wording.points(value),
    "p": lambda wording, value: say_p(value, wording),
}
FEWEST_ALIKE = 3  # rows, before a column that says the same in all is left out
_NUMBERS = ("number", "decimal", "decimal2", "share", "points", "p")


def render_table(finding: ReleasedFinding, *, language: str, columns: Sequence[str] = (), title: str = "",
                 only: str = "", most_rows: int = 20) -> Block:
    """Show the data of a finding as a table; what is missing or hidden is a dash.

    The finding's spec says which columns are shown and how each is written: text, code (a word of the catalogs, where
    they know it), named (a code of the codebook, by its name in the language), words (a list), day, week (2025-W27, or
    a fortnight or month), number, decimal, decimal2, share, points or p. The header is the message ``column.<name>``.
    Rows of which all of several numbers are missing or hidden are left out, and a report leaves out a table without
    rows, or of a finding that has nothing to tell. A column of words that says the same in all rows is left out too,
    and said once below.

    Parameters
    ----------
    columns
        Some of those that the spec shows, in the order of the table; none: all of them.
    title
        Message id, filled with the facts of the finding; else ``report.title.<key>``.
    only
        Column of true and false; rows where it is not true are left out.
    most_rows
        Rows shown, from the top; a note says how many there are.

    Raises
    ------
    ReleaseError
        If the finding was not released.
    TableError
        If a column is not shown by the spec.
    """
    check_released(finding, asked_by="render_table")
    formats = _formats(finding, columns, only)
    if finding.reason:
        return leave_out("report.nothing_told", language=language)
    wording = open_wording(language)
    chosen = finding.data[finding.data[only].fillna(False).astype(bool)] if only else finding.data
    numbers = [c for c, kind in formats.items() if kind in _NUMBERS]
    chosen = chosen.dropna(subset=numbers, how="all") if len(numbers) > 1 else chosen
    shown = chosen[list(formats)].head(most_rows)
    if chosen.empty:
        return leave_out("report.no_rows", language=language)
    formats, same = (formats, "") if columns else _without_sameness(formats, shown, wording)
    ways = {c: _with_year(kind, shown[c], finding.period) for c, kind in formats.items()}
    written = [[_write(v, ways[c], wording) for v in shown[c]] for c in formats]
    table = _table(
        wording.say(title or f"report.title.{finding.key}", known_facts(finding, wording)),
        [(wording.say(f"column.{c}"), _align(kind)) for c, kind in formats.items()],
        [list(row) for row in zip(*written, strict=True)],
    )
    hidden = int(shown[[c for c in finding.spec.counts() if c in formats]].isna().sum().sum())
    note = " ".join(filter(None, [same, _note(wording, rows=len(chosen), shown=len(shown), hidden=hidden)]))
    content = {**table, "note": note, "key": finding.key, "csv": write_csv(finding.data, language=language)}
    return make_block("table", content, language=language)


def render_method(release: Release, *, language: str) -> Block:
    """Show where the numbers come from: sources, rows, parameters, thresholds and versions.

    Its parts have headings of level 2, so a heading of level 1 goes before.

    Raises
    ------
    ReleaseError
        If `release` is not a release.
    """
    check_release(release, asked_by="render_method")
    wording = open_wording(language)
    provenance = dict(release.provenance)
    sources = provenance.pop("sources", [])
    loose = {k: provenance.pop(k) for k in list(provenance) if not isinstance(provenance[k], Mapping)}
    known = {k: provenance.pop(k, {}) for k in ("rows", "thresholds", "parameters", "versions")}
    known["parameters"] = {**loose, **known["parameters"]}
    parts = {**known, **provenance}
    content = {
        "intro": [wording.say("report.method_intro"), wording.say("report.confidence_rule")],
        "sources_heading": wording.say("report.part.sources"),
        "sources": [_card_table(s, wording) for s in sources],
        "parts_heading": wording.say("report.part.processing"),
        "parts": [_pairs_table(name, facts, wording) for name, facts in parts.items() if facts],
    }
    return make_block("method", content, language=language, release=release.digest)


def _without_sameness(formats: dict[str, str], shown: pd.DataFrame, wording: Wording) -> tuple[dict[str, str], str]:
    """Leave out columns of words that are empty, or say the same in every row; the note says it once."""
    if len(shown) < FEWEST_ALIKE:
        return formats, ""
    kept, notes = {}, []
    for place, (name, kind) in enumerate(formats.items()):
        told = {str(v): v for v in shown[name] if _write(v, kind, wording) != wording.number(None)}
        if kind in _NUMBERS or place == 0 or len(told) > 1 or (told and kind != "code"):
            kept[name] = kind
        elif told:
            value = _write(next(iter(told.values())), kind, wording)
            notes.append(wording.say("report.same_in_all", column=wording.say(f"column.{name}"), value=value))
    return kept, " ".join(notes)


def _with_year(kind: str, values: pd.Series, period: str) -> str:
    """Return how a column is written: weeks with their year where not all are of the year of the period."""
    is_apart = kind == "week" and not values.dropna().str.startswith(period[:4]).all()
    return "week_of_year" if is_apart else kind


def _note(wording: Wording, *, rows: int, shown: int, hidden: int) -> str:
    notes = [
        wording.say("report.rows_shown", shown=shown, rows=rows) if rows > shown else "",
        wording.say("report.cells_hidden", count=hidden) if hidden else "",
    ]
    return " ".join(n for n in notes if n)


def _formats(finding: ReleasedFinding, columns: Sequence[str], only: str) -> dict[str, str]:
    """Return how each column is written, by the spec of the finding."""
    declared = finding.spec.shown()
    if unknown := [c for c in columns if c not in declared]:
        raise TableError(f"render_table: the finding {finding.key} shows no column {', '.join(unknown)}. It shows "
                         f"{', '.join(declared)}.")
    if only and only not in finding.spec.columns:
        raise TableError(f"render_table: the finding {finding.key} has no column {only}. It has "
                         f"{', '.join(finding.spec.columns)}.")
    return {c: declared[c] for c in columns or declared}


def _write(value: Any, kind: str, wording: Wording) -> str:
    import pandas as pd

    is_empty = isinstance(value, str | list) and not value
    if is_empty or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return wording.number(None)
    try:
        return _FORMATS[kind](wording, value)
    except (TypeError, ValueError, AttributeError):
        # the first error would show the value
        raise TableError(f"render_table: a value cannot be written as {kind}. Choose another format for its "
                         "column.") from None


def _align(kind: str) -> str:
    return "right" if kind in _NUMBERS else "left"


def _table(title: str, columns: list[tuple[str, str]], rows: list[list[str]]) -> dict[str, Any]:
    return {"title": title, "columns": [{"label": label, "align": align} for label, align in columns], "rows": rows}


def _label(name: str, wording: Wording) -> str:
    message = f"report.field.{name}"
    return wording.say(message) if wording.knows(message) else name.replace("_", " ")


def _plain(value: Any, wording: Wording) -> str:
    """Write a value of the provenance, whose type is not known beforehand."""
    match value:
        case None | "":
            return wording.number(None)
        case bool():
            return wording.say("report.yes" if value else "report.no")
        case int():
            return wording.number(value)
        case float():
            return wording.number(value, 0 if value == int(value) else min(6, len(repr(value).split(".")[-1])))
        case date():
            return wording.day(value)
        case list() | tuple():
            return ", ".join(_plain(v, wording) for v in value)
    try:
        return wording.day(date.fromisoformat(str(value)))
    except ValueError:
        return wording.say_value(value)


def _flat(facts: Mapping[str, Any], wording: Wording, before: str = "") -> list[list[str]]:
    rows: list[list[str]] = []
    for name, value in facts.items():
        label = before + _label(str(name), wording)
        if isinstance(value, Mapping):
            rows += _flat(value, wording, f"{label} · ")
        else:
            rows.append([label, _plain(value, wording)])
    return rows


def _pairs_table(name: str, facts: Mapping[str, Any], wording: Wording) -> dict[str, Any]:
    part = f"report.part.{name}"
    header = [(wording.say("report.column.name"), "left"), (wording.say("report.column.value"), "left")]
    return _table(wording.say(part) if wording.knows(part) else _label(name, wording), header, _flat(facts, wording))


def _card_table(card: Mapping[str, Any], wording: Wording) -> dict[str, Any]:
    title = wording.say("report.source_card", source=str(card.get("source_id", "–")))
    rows = [[_label(f, wording), _plain(card.get(f), wording)] for f in _CARD_FIELDS]
    header = [(wording.say("report.column.name"), "left"), (wording.say("report.column.value"), "left")]
    return _table(title, header, rows)
