"""A decision to merge two topics, written into the review file of a period as a person would write it."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.errors import CardError, InputError
from workbench.files import write_atomically
from workbench.reviewing.answers import read_answers
from workbench.reviewing.lines import quote
from workbench.reviewing.reading import read_review, review_path


def save_merge(folder: Path, period: str, topic: str, *, into: str, language: str = "da") -> Path:
    """Write into the review of a period that a topic is counted with another one from now on.

    The next report counts them as one, in shares, charts and the saved model; `topics.merge_topics` and
    `topics.apply_review` do the same in a notebook. No other line of the file changes.

    Parameters
    ----------
    folder
        Of the study.
    topic, into
        Stable ids, such as K-004 and K-001: `name_topics` writes them beside topics, and the report shows them.
    language
        Of the study's reports, by which the file is checked.

    Returns
    -------
    path
        Of the review file.

    Raises
    ------
    InputError
        If there is no review of the period yet.
    CardError
        If the two are one topic, or the file would have faults with it (such as a topic that nobody knows); then it
        stays as it was.
    """
    path = review_path(folder, period)
    if not path.is_file():
        raise InputError(f"{path}: is not there yet. Run `workbench report quarterly --period {period}`, then "
                         f"`workbench review {period}`, which writes it.")
    if topic == into:
        raise CardError(f"{topic} cannot be merged into itself. Name two topics.")
    before = path.read_bytes()
    place = next((p for p in read_answers(path, period).places if (p.section, p.key) == ("topics", topic)), None)
    lines = before.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n").split("\n")
    if place is None:
        lines += ["", f"[topics.{topic}]"]
    first, last = (place.line, place.last) if place else (len(lines), len(lines))
    table = lines[first:last]
    for field, value in (("into", into), ("decision", "merge")):
        table = _with_field(table, field, value)
    write_atomically(path, ("\n".join([*lines[:first], *table, *lines[last:]]) + "\n").encode(), is_private=False)
    try:
        read_review(folder, period, language=language)
    except CardError:
        write_atomically(path, before, is_private=False)
        raise
    return path


def _with_field(table: list[str], field: str, value: str) -> list[str]:
    """Return the lines of a table with another value of a field, the comment behind it kept; added where it lacks."""
    written = re.compile(rf"""(\s*{field}\s*=\s*)(?:"[^"]*"|'[^']*')""")
    for place, line in enumerate(table):
        if found := written.match(line):
            return [*table[:place], f"{found[1]}{quote(value)}{line[found.end():]}", *table[place + 1:]]
    return [f"{field} = {quote(value)}", *table]
