"""Read what an editor wrote for the report of a period."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.errors import CardError, TableError
from workbench.reviewing.answers import is_day, looks_like_person, say_fault
from workbench.reviewing.report_fields import MOST, TABLES, entry_faults, field_name
from workbench.reviewing.report_lines import Spot, find_spots, line_of
from workbench.tables.editorial import (
    PARTS,
    Editorial,
    Explanation,
    Focus,
    FollowUp,
    Recommendation,
    Vignette,
    Worded,
)
from workbench.tables.periods import period_bounds

ENDING = ".report.toml"
MOST_BYTES = 200_000
_TOP = ("editor", "date", "without", *TABLES)


def report_path(folder: Path, period: str) -> Path:
    """Return where the editor's file of a period lies in a study's folder.

    Raises
    ------
    TableError
        If it is no period, see `tables.periods`.
    """
    period_bounds(period)
    return folder / "reviews" / f"{period}{ENDING}"


def read_editorial(folder: Path, period: str, *, language: str,
                   languages: Sequence[str]) -> tuple[Editorial, list[str]]:
    """Read the editor's file of a period, and the recommendations of the report before it.

    What a sentence says is judged against the facts when findings are released (`findings.release_findings`); here
    only what can be told from the file.

    Returns
    -------
    editorial
        With the texts in `language`; empty where there is no file, or it has faults.
    faults
        Each with file and line, never with a word of what is written there.

    Raises
    ------
    CardError
        If a file cannot be read, is too large or is not TOML.
    """
    path = report_path(folder, period)
    before = _recommended_before(folder, period, language)
    empty = Editorial(f"{path.parent.name}/{path.name}", language, before=before)
    if not path.is_file():
        return empty, []
    given, spots = load_entries(path)
    faults = [f"{empty.file}, line {line}{', ' + table if table else ''}: {what}."
              for line, table, what in _faults(given, spots, languages, {r.id: r for r in before})]
    return (empty, faults) if faults else (_editorial(given, spots, empty), [])


def load_entries(path: Path) -> tuple[dict[str, Any], dict[Spot, int]]:
    """Read a file of tables that people wrote: what it says, and on which line each part of it stands.

    Raises
    ------
    CardError
        If it cannot be read, is too large or is not TOML.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CardError(f"{path}: larger than {MOST_BYTES:,} bytes, which no report can hold. Shorten it.")
        return parse_report(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CardError(f"{path}: not in UTF-8. Save it again with the encoding UTF-8.") from error
    except OSError as error:
        raise CardError(f"{path}: cannot be read ({error.strerror}).") from error
    except tomllib.TOMLDecodeError as error:
        raise CardError(f"{path}: not valid TOML ({say_fault(error)}). Correct the line it names: every text stands in "
                        'straight quotes ("), and each field on a line of its own.') from None
    except RecursionError:
        raise CardError(f"{path}: not valid TOML (nested too deeply). Write each text in quotes, and lists of texts "
                        "only.") from None


def parse_report(text: str) -> tuple[dict[str, Any], dict[Spot, int]]:
    """Return what an editor's file says, and on which line each part of it stands."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return tomllib.loads(plain), find_spots(plain)


def check_report(folder: Path, period: str, text: str, *, language: str, languages: Sequence[str]) -> list[str]:
    """Return every fault that the editor's file of a period would have with this text."""
    given, spots = parse_report(text)
    before = {r.id: r for r in _recommended_before(folder, period, language)}
    return [f"{report_path(folder, period).name}, line {line}{', ' + table if table else ''}: {what}."
            for line, table, what in _faults(given, spots, languages, before)]


def _recommended_before(folder: Path, period: str, language: str) -> tuple[Recommendation, ...]:
    """Return what the last report before this one recommended."""
    start, found = period_bounds(period)[0], []
    for path in (folder / "reviews").glob(f"*{ENDING}"):
        try:
            end = period_bounds(path.name.removesuffix(ENDING))[1]
        except TableError as error:
            raise CardError(f"{path}: not called after a period. Name it so, or move it out of the folder. {error}"
                            ) from None
        if end <= start:
            found.append((end, path))
    if not found:
        return ()
    path = max(found)[1]
    given = load_entries(path)[0]
    fields = TABLES["recommendations"]
    sound = [e for e in entries_of(given, "recommendations") if not entry_faults(fields, e, (language,))]
    return tuple(_recommendation(e, language, 0) for e in sound)


def entries_of(given: dict[str, Any], table: str) -> list[Any]:
    """Return the entries of a list of tables."""
    found = given.get(table, [])
    return found if isinstance(found, list) else []


def _faults(given: dict[str, Any], spots: dict[Spot, int], languages: Sequence[str],
            before: dict[str, Recommendation]) -> list[tuple[int, str, str]]:
    faults = [(line_of(spots, key), "", f"there is no field or table called like this; known are {', '.join(_TOP)}")
              for key in given if key not in _TOP]
    faults += _signature_faults(given, spots)
    without = given.get("without", [])
    if not isinstance(without, list) or not all(isinstance(part, str) and part in PARTS for part in without):
        faults.append((line_of(spots, "without"), "", f"without is a list of parts: {', '.join(PARTS)}"))
    for table in TABLES:
        for key, name, entry in _named(given, table):
            at = f"[[{table}]]" if table in MOST else f"[{table}.{name}]" if name else f"[{table}]"
            faults += [(line_of(spots, table, key, field), at, what)
                       for field, what in entry_faults(TABLES[table], entry, languages)]
        if table in MOST:
            faults += _list_faults(given, spots, table)
    for number, entry in enumerate(entries_of(given, "follow_up")):
        if isinstance(entry, dict) and entry.get("id") not in before and not any(entry.get(code) for code in languages):
            faults.append((line_of(spots, "follow_up", str(number), "id"), "[[follow_up]]",
                           "the last report recommended nothing of this id: write its text too, " +
                           " and ".join(languages)))
    return faults


def _named(given: dict[str, Any], table: str) -> list[tuple[str, str, Any]]:
    """Return the entries of a table that are not empty: where each is found, what it is called, and itself."""
    found = given.get(table, {})
    if table in MOST:
        listed = found if isinstance(found, list) else [None] * bool(found)
        every = [(str(number), "", entry) for number, entry in enumerate(listed)]
    elif table == "findings" and isinstance(found, dict):
        # a key of another form may be anything
        every = [(key, key if key.isidentifier() and len(key) < 40 else "…", entry) for key, entry in found.items()]
    else:
        every = [("", "", found)]
    return [entry for entry in every if not _is_empty(entry[2])]


def _is_empty(entry: Any) -> bool:
    """Tell whether somebody left an entry without an answer; one that cannot be read is not empty."""
    return isinstance(entry, dict) and not any(v.strip() if isinstance(v, str) else v for v in entry.values())


def _list_faults(given: dict[str, Any], spots: dict[Spot, int], table: str) -> list[tuple[int, str, str]]:
    entries, most = entries_of(given, table), MOST[table]
    faults = [(line_of(spots, table, str(most)), f"[[{table}]]", f"there are more than {most}; keep those that matter "
               "most")] if len(entries) > most else []
    first: dict[Any, int] = {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            continue
        known = (entry.get("topic"), entry.get("week")) if table == "peaks" else entry.get("id")
        if table == "vignettes" or not isinstance(known, str | tuple):
            continue
        line = line_of(spots, table, str(number))
        if str(known) in first:
            faults.append((line, f"[[{table}]]", f"the same as on line {first[str(known)]}; keep one"))
        first.setdefault(str(known), line)
    return faults


def _signature_faults(given: dict[str, Any], spots: dict[Spot, int]) -> list[tuple[int, str, str]]:
    editor, day = given.get("editor", ""), given.get("date", "")
    is_used = any(given.get(table) for table in TABLES)
    if not isinstance(editor, str) or (is_used and not editor.strip()):
        return [(line_of(spots, "editor"), "", 'missing: write your role at the top, editor = "presserådgiver"')]
    if looks_like_person(editor):
        return [(line_of(spots, "editor"), "", "editor looks like a person's name or address; write a role in small "
                 'letters, such as "presserådgiver"')]
    if (is_used or day != "") and not is_day(day):
        return [(line_of(spots, "date"), "", 'missing or no day: write the day at the top, date = "2025-10-08"')]
    return []


def _editorial(given: dict[str, Any], spots: dict[Spot, int], empty: Editorial) -> Editorial:
    language, earlier = empty.language, {r.id: r.text for r in empty.before}

    def listed(table: str) -> list[tuple[dict[str, Any], int]]:
        return [(entry, line_of(spots, table, key)) for key, _, entry in _named(given, table)]

    title, focus = (next((entry for _, _, entry in _named(given, table)), None) for table in ("headline", "focus"))
    return Editorial(
        empty.file, language, before=empty.before, without=tuple(given.get("without", [])),
        headline=Worded(title["finding"].strip(), _text(title, "", language), line_of(spots, "headline", "", language))
        if title else None,
        findings={key: Worded(key, _text(e, "", language), line_of(spots, "findings", key, language))
                  for key, _, e in _named(given, "findings")},
        peaks=tuple(Explanation(e["topic"].strip(), e["week"].strip(), _text(e, "", language),
                                _text(e, "source", language), _text(e, "response", language), line)
                    for e, line in listed("peaks")),
        recommendations=tuple(_recommendation(e, language, line) for e, line in listed("recommendations")),
        follow_up=tuple(FollowUp(e["id"].strip(), _text(e, "", language) or earlier.get(e["id"].strip(), ""),
                                 e.get("status", "").strip(), _text(e, "note", language), line)
                        for e, line in listed("follow_up")),
        unknown=tuple(text.strip() for text in given.get("unknown", {}).get(language, [])),
        focus=_focus(focus, language, line_of(spots, "focus")) if focus else None,
        vignettes=tuple(Vignette(e["topic"].strip(), _text(e, "", language), line) for e, line in listed("vignettes")))


def _text(entry: dict[str, Any], field: str, language: str) -> str:
    return str(entry.get(field_name(field, language), "")).strip()


def _recommendation(entry: dict[str, Any], language: str, line: int) -> Recommendation:
    return Recommendation(entry["id"].strip(), entry["addressee"].strip(), _text(entry, "", language),
                          entry["finding"].strip(), _text(entry, "owner", language), entry["effort"].strip(),
                          _text(entry, "indicator", language), line)


def _focus(entry: dict[str, Any], language: str, line: int) -> Focus:
    paragraphs = tuple(text.strip() for text in entry[field_name("paragraphs", language)])
    return Focus(_text(entry, "title", language), _text(entry, "lead", language), paragraphs,
                 tuple(entry.get("findings", [])), tuple(entry.get("figures", [])), line)
