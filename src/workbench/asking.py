"""What `workbench add` asks for, and answers that come by options: the card of a source, the columns of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from workbench.errors import CardError, InputError
from workbench.placing import Found, Values, former_mapping, link_files, retention
from workbench.settings import (
    ACCESS,
    CARD_DATES,
    CARD_FURTHER,
    CARD_QUESTIONS,
    Settings,
    SourceCard,
    read_mapping,
)
from workbench.sources.readers.detection import detect_format
from workbench.sources.readers.inferring import AmbiguousColumnError
from workbench.sources.readers.mapping import (
    ALIASES,
    COUNTS,
    Plan,
    check_mapping,
    guess_columns,
    is_json,
    list_columns,
    plan_reading,
    records_of,
)
from workbench.sources.readers.opening import Stream, list_streams

# of a table, beside its text and time, which there must be
_COLUMNS = {"id": "the id of a post", "account": "the account that wrote it", "arena": "the thread, group or page"}
_WAYS = {"iso": "year first", "day-first": "day first", "month-first": "month first", "words": "month by its name",
         "unix": "seconds since 1970", "unix-ms": "milliseconds since 1970", "unix-us": "microseconds since 1970",
         "excel": "days, as spreadsheets count", ",": "a comma begins the fraction", ".": "a dot begins the fraction",
         "": "whole numbers"}
_FURTHER_QUESTIONS = (
    ("platform", "Which platform, as the corpus is to name it", "other"),
    ("arena_kind", "What the posts stand in: channel, group, page, thread, server or chat", "page"),
    ("post_kind", "What they are: post or comment", "post"),
)

Ask = Callable[[str, str], str]  # question and proposal to answer
Tell = Callable[[str], None]


@dataclass
class Asked:
    """What a person gives by options, and how to ask for the rest.

    Attributes
    ----------
    card, mapping
        Fields given; those of a mapping as ``column=name`` gives them.
    ask
        None where nobody is there to answer.
    tell
        Says a line.
    is_shown
        Whether a person reads along: titles of arenas and posts are shown to nobody else.
    """

    card: dict[str, str]
    mapping: dict[str, str]
    ask: Ask | None
    tell: Tell
    is_shown: bool = False
    source: str | None = None
    format_name: str | None = None
    progress: bool = False


def fill_in(found: Found, *, former: SourceCard | None, other: SourceCard | None, asked: Asked) -> Values:
    """Return the fields of a new card: those given, those of the last card of such exports, the rest by asking.

    Parameters
    ----------
    former
        Counts without asking, but for its dates.
    other
        The last card of another kind of export: what it says is only proposed.

    Raises
    ------
    CardError
        If a field is wrong, or fields are missing and nobody is there to ask.
    """
    known = _parse(asked.card)
    values = _sure(found, former) | known
    if found.private and "access" not in known and values.get("access") == "open":
        del values["access"]  # what was said of a public channel does not hold for a private group
    end = values.get("collected_to")
    if "delete_by" not in known and former and isinstance(end, date):
        values["delete_by"] = retention(former, end)
    if found.is_own_account and values.setdefault("access", "closed") != "closed":
        raise CardError("This is the export of a person's own account, and others wrote to it in confidence: access "
                        "is closed, and --closed-basis names the legal basis for that.")
    return _ask_rest(values, _hints(found, other), asked)


def _sure(found: Found, former: SourceCard | None) -> Values:
    """Return what need not be asked for: the dates of the posts, the tool, and what the last card of its kind says."""
    values: Values = {}
    if former:
        taken = [name for name in (*CARD_QUESTIONS, *CARD_FURTHER) if name not in CARD_DATES]
        values |= {name: said for name in taken if (said := getattr(former, name))}
    else:
        values["collected_with"] = found.format_name.replace("-", " ")
    if found.first and found.last:
        values |= {"collected_from": found.first, "collected_to": found.last}
    return values


def _hints(found: Found, other: SourceCard | None) -> dict[str, str]:
    """Return what is proposed where it is asked for: what the study's last card says, of another kind of export."""
    hints = {name: str(getattr(other, name)) for name in ("controller", "purpose", "legal_basis", "collected_by")
             } if other else {}
    return hints | ({"delete_by": str(retention(other, found.last))} if other and found.last else {})


def _ask_rest(sure: Values, hints: Mapping[str, str], asked: Asked) -> Values:
    values = dict(sure)
    missing = [name for name in CARD_QUESTIONS if not values.get(name)
               and (name != "closed_basis" or values.get("access") == "closed")]
    if asked.ask is None:
        if missing:
            wanted = " ".join(f"--{name.replace('_', '-')}" for name in missing)
            raise CardError(f"The card is not complete, and nobody is there to ask. Give {wanted}; "
                            "`workbench add --help` says what they mean. Nothing was copied.")
        return values
    for name in CARD_QUESTIONS:
        if name in missing or (name == "closed_basis" and values.get("access") == "closed" and not values.get(name)):
            values[name] = _answer(name, hints.get(name, ""), asked)
    return values


def _answer(name: str, proposal: str, asked: Asked) -> str | date:
    assert asked.ask is not None
    while True:
        given = asked.ask(CARD_QUESTIONS[name], proposal).strip()
        try:
            return _parse({name: given})[name]
        except CardError as error:
            asked.tell(str(error))


def _parse(given: Mapping[str, str]) -> Values:
    """Return fields as a card holds them."""
    values: Values = {}
    for name, said in given.items():
        if not said.strip():
            raise CardError(f"{name} is empty. Give it.")
        if name == "access" and said not in ACCESS:
            raise CardError(f"access is one of {', '.join(ACCESS)}. Give one of them.")
        if name == "tdm_reservation" and said.startswith("found, not collected"):
            raise CardError("A source that reserves its rights is not collected, so it cannot be added.")
        values[name] = _date(name, said.strip()) if name in CARD_DATES else said.strip()
    return values


def _date(name: str, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise CardError(f"{name} is no day such as 2025-09-30. Give it so.") from error


def map_columns(files: dict[Path, Path], stage: Path, *, settings: Settings, asked: Asked,
                ready: SourceCard | None) -> dict[str, Any]:
    """Return what ``[mapping]`` of the card is to say; empty where the files are in a format that is known.

    Raises
    ------
    InputError
        If something about the columns must be asked, and nobody is there to ask.
    """
    if ready:
        return read_mapping(ready.path)
    given = _given_mapping(asked.mapping)
    unknown = None if asked.format_name else _first_unknown(files)
    if asked.format_name == "table":
        unknown = next(iter(files))
    if unknown is None:
        return given
    mapping = {**read_mapping(files[unknown]), **given}
    stream = list_streams(link_files(files, stage, mapping=mapping) / unknown)[0]
    listed = list_columns(stream, mapping)
    former = former_mapping(settings, listed)
    is_known = bool(former)
    mapping = {**former, **mapping}
    if is_json(stream):
        mapping.setdefault("records", records_of(stream, mapping))
    columns = mapping.get("columns") or (former["columns"] if is_known else guess_columns(listed))
    mapping["columns"] = columns if is_known else _ask_columns(dict(columns), listed, asked)
    check_mapping(mapping, where="--map")
    if asked.ask and not is_known:
        _ask_kinds(mapping, asked)
    plan = _settle(stream, mapping, asked)
    for line in describe_plan(plan, listed):
        asked.tell(line)
    return mapping


def _given_mapping(given: Mapping[str, str]) -> dict[str, Any]:
    columns = {name: said for name, said in given.items() if name in ALIASES}
    mapping: dict[str, Any] = {name: said for name, said in given.items() if name not in ALIASES}
    if columns:
        mapping["columns"] = columns
    return mapping


def _first_unknown(files: dict[Path, Path]) -> Path | None:
    """Return the first table or JSON of no known format; None where any file is an export that is known."""
    unknown = None
    for name, file in files.items():
        try:
            streams = list_streams(file)
        except InputError:
            continue
        for stream in streams:
            try:
                detect_format(stream)
                return None
            except InputError:
                if unknown is None and len(streams) == 1 and _is_tabular(stream, file):
                    unknown = name
    return unknown


def _is_tabular(stream: Stream, file: Path) -> bool:
    try:
        return len(list_columns(stream, {})) > 1
    except InputError:  # not UTF-8: a table that a spreadsheet saved, or no text at all
        with file.open("rb") as opened:
            start = opened.read(4096)
        return b"\x00" not in start and any(sign in start.split(b"\n")[0] for sign in b",;\t|")


def is_json_file(file: Path) -> bool:
    """Return whether a plain file begins as JSON does."""
    with file.open("rb") as opened:
        return opened.read(64).lstrip()[:1] in (b"{", b"[")


def _ask_columns(columns: dict[str, str], listed: list[str], asked: Asked) -> dict[str, str]:
    """Return the columns with those added that were asked for."""
    wanted = [what for what, other in (("text", "title"), ("time", "unix")) if not {what, other} & set(columns)]
    if asked.ask is None:
        if wanted:
            raise InputError(f"Which of its {len(listed)} columns is the {' and which the '.join(wanted)}? Give "
                             f"{' '.join(f'--map {what}=COLUMN' for what in wanted)}; nobody is there to ask. Nothing "
                             "was copied.")
        return columns
    names = ", ".join(listed)
    for what in wanted:
        while (answer := asked.ask(f"Which column is the {what} ({names})", "").strip()) not in listed:
            asked.tell("There is no such column.")
        columns[what] = answer
    for what, words in _COLUMNS.items():
        if what not in columns and (answer := asked.ask(f"Which column is {words} (Enter: none)", "").strip()):
            if answer in listed:
                columns[what] = answer
            else:
                asked.tell("There is no such column; it is left out.")
    return columns


def _ask_kinds(mapping: dict[str, Any], asked: Asked) -> None:
    assert asked.ask is not None
    for key, question, proposal in _FURTHER_QUESTIONS:
        while key not in mapping:
            answer = asked.ask(question, proposal).strip() or proposal
            try:
                check_mapping({key: answer}, where="That will not do")
                mapping[key] = answer
            except InputError as error:
                asked.tell(str(error))


def _settle(stream: Stream, mapping: dict[str, Any], asked: Asked) -> Plan:
    """Find out how columns are read, asking where they leave it open; the answers go into the mapping."""
    while True:
        try:
            plan = plan_reading(stream, mapping)
            break
        except AmbiguousColumnError as error:
            if asked.ask is None:
                ways = " or ".join(f"--map {error.key}={option}" for option in error.options)
                raise InputError(f"Column {error.column}: {error.question} Give {ways}. Nothing was copied.") from error
            asked.tell(f"Column {error.column}: {error.question}")
            if (answer := asked.ask(" or ".join(error.options), "").strip()) in error.options:
                mapping[error.key] = answer
    if "time" in plan.readings:
        mapping["time_format"] = plan.readings["time"].way
    signs = {plan.readings[what].way for what in COUNTS if what in plan.readings} - {""}
    if len(signs) == 1:
        mapping["decimal"] = signs.pop()
    return plan


def describe_plan(plan: Plan, listed: list[str]) -> list[str]:
    """Say which column is taken as what, how it is read, what three of its cells look like, and what is left out."""
    rows = [("column", "is", "read as", "such as")]
    for what, column in plan.columns.items():
        found = plan.readings.get(what)
        unread = f"; {found.unreadable:,} of {found.cells:,} cells not" if found and found.unreadable else ""
        rows.append((column, what.replace("_", " "), _WAYS.get(found.way, found.way) + unread if found else "it stands",
                     " · ".join(found.examples) if found else ""))
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = ["  ".join((*(row[i].ljust(widths[i]) for i in range(3)), row[3])).rstrip() for row in rows]
    left = [name for name in listed if name not in plan.columns.values()]
    if left:
        lines.append(f"Left out: {', '.join(left)}. --map views={left[0]} and the like would take a column in; known "
                     f"are {', '.join(ALIASES)}.")
    return lines
