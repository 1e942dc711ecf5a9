"""Read a file of the handbook: every fault of it with its line, or a table of its entries in one language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import CardError
from workbench.handbook.fields import FORMS, Form
from workbench.reviewing.report_fields import entry_faults, field_name
from workbench.reviewing.report_file import load_entries
from workbench.reviewing.report_lines import Spot, line_of
from workbench.settings import ALL_LANGUAGES

FOLDER = "handbook"


def read_handbook(folder: Path, name: str, *, language: str, own: str = "") -> pd.DataFrame:
    """Read what a municipality wrote for its practice.

    Parameters
    ----------
    folder
        Of the study; its files lie in ``handbook/``.
    name
        One of `FORMS`: help_lines, plan, questions, activities, quiz, themes, law, glossary, platforms, episodes,
        claims.
    language
        Of the texts.
    own
        The study's own language, in which every text must be written; one that is not written in `language` is
        given in it. Empty: `language`.

    Returns
    -------
    entries
        One row an entry, in the order of the file; columns are its fields, what is told by language once (`text` for
        the field without a name), lists of texts as lists, what nobody wrote as missing. Empty without the file.

    Raises
    ------
    CardError
        If there is no such file in a handbook, or it has faults; all of them are named, with file and line.
    """
    if name not in FORMS:
        raise CardError(f"A handbook has no {name!r}. There are {', '.join(FORMS)}.")
    form, columns = FORMS[name], {field or "text": field for field in FORMS[name].fields}
    path = folder / FOLDER / form.file
    if not path.is_file():
        return pd.DataFrame(columns=list(columns))
    given, spots = load_entries(path)
    if faults := _faults(form, given, spots, own or language):
        raise CardError(" ".join(f"{FOLDER}/{form.file}, line {line}: {what}." for line, what in faults))
    rows = [{column: _value(form, entry, field, (language, own)) for column, field in columns.items()}
            for entry in given.get(form.entry, [])]
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def _value(form: Form, entry: dict[str, Any], field: str, languages: tuple[str, ...]) -> Any:
    """Return a field of an entry, in the first language in which it is written."""
    if not form.fields[field].is_spoken:
        names = [field]
    else:
        names = [field_name(field, code) for code in (*languages, *ALL_LANGUAGES) if code]
    found = next((entry[n] for n in names if entry.get(n) not in (None, "", [])), None)
    if isinstance(found, list):
        return [text.strip() for text in found]
    if found is None:
        return [] if form.fields[field].items else pd.NA
    return found.strip() if isinstance(found, str) else found


def _faults(form: Form, given: dict[str, Any], spots: dict[Spot, int], language: str) -> list[tuple[int, str]]:
    faults = [(line_of(spots, key), f"there is no table called like this; write [[{form.entry}]]")
              for key in given if key != form.entry]
    entries = given.get(form.entry, [])
    if not isinstance(entries, list):
        return [*faults, (line_of(spots, form.entry), f"write [[{form.entry}]], in two brackets")]
    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        at = line_of(spots, form.entry, str(number))
        found = [*entry_faults(form.fields, entry, (language,), may=ALL_LANGUAGES), *_pick_faults(form, entry),
                 *_need_faults(form, entry, language)]
        faults += [(line_of(spots, form.entry, str(number), field), what) for field, what in found]
        key = str(entry.get(form.key, "")) if form.key and isinstance(entry, dict) else ""
        if key and key in first:
            faults.append((at, f"the same {form.key} as on line {first[key]}; keep one"))
        first.setdefault(key, at)
    return sorted(faults)


def _pick_faults(form: Form, entry: Any) -> list[tuple[str, str]]:
    """Return the fields that number an item which is not there."""
    if not isinstance(entry, dict):
        return []
    lists = {field: [entry.get(field_name(items, code)) for code in ALL_LANGUAGES]
             for field, items in form.picks.items()}
    return [(field, f"{field} is not the number of one of {form.picks[field]}") for field, given in lists.items()
            if type(entry.get(field)) is int
            and any(isinstance(items, list) and not 1 <= entry[field] <= len(items) for items in given)]


def _need_faults(form: Form, entry: Any, language: str) -> Iterator[tuple[str, str]]:
    """Give what must stand in an entry because of something else that does."""
    if not isinstance(entry, dict):
        return
    for name, others in form.needs.items():
        value = _value(form, entry, name, (language,))
        if not pd.isna(value) and value not in form.fields[name].choices[:1]:
            yield from ((name, f"where this is written, {other} must be, too") for other in others
                        if pd.isna(_value(form, entry, other, (language,))))
