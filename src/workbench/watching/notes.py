"""Count the field notes of street workers: a source of their own, never added to posts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from workbench.tables.periods import period_bounds
from workbench.tables.posts import FIELD_NOTE, Corpus
from workbench.tables.watching import NOTE_COUNT_COLUMNS

FEWEST_NOTES = 5
_SLACK = FEWEST_NOTES - 2  # so that a hidden number may still be any from 1 to 4
_PARTS = {"content": "code", "severity": "severity", "platform": "platform"}


@dataclass
class _Part:
    """The numbers of one part, and which of them are said in words."""

    name: str
    counts: pd.Series
    few: set[str]
    some: set[str]

    def hide_more(self) -> bool:
        """Say the smallest number that is shown in words as well; false where none is left."""
        shown = self.counts.drop([*self.few, *self.some])
        if shown.empty:
            return False
        self.some.add(str(shown.sort_values(kind="stable").index[0]))
        return True

    def is_safe(self, total: int) -> bool:
        """Tell whether nothing hidden can be worked out by taking what is shown from the total."""
        if not self.few:
            return True
        hidden = total - int(self.counts.drop([*self.few, *self.some]).sum())
        return bool(self.some) and hidden - FEWEST_NOTES * len(self.some) - len(self.few) >= _SLACK


def count_field_notes(corpus: Corpus, *, month: str) -> pd.DataFrame:
    """Count the field notes of a month, by kind of content, severity and platform.

    A number below five is said in words, and so is every further one from which it could be worked out, the total
    among them.

    Parameters
    ----------
    corpus
        With the month; notes are its posts of the kind *field note*.
    month
        Such as 2025-08; a quarter or week as well.

    Returns
    -------
    counts
        Columns `NOTE_COUNT_COLUMNS`: first the whole month, then the rows of each part, the most notes first and
        severity by its number. No rows where there are no notes.
    """
    start, end = period_bounds(month)
    every = corpus.posts[corpus.posts["kind"] == FIELD_NOTE]
    notes = every.loc[(every["posted_at"] >= start) & (every["posted_at"] < end), "post_id"]
    if notes.empty:
        return pd.DataFrame(columns=list(NOTE_COUNT_COLUMNS)).astype(NOTE_COUNT_COLUMNS)
    links = corpus.links[corpus.links["post_id"].isin(notes)]
    parts = [_part(name, links[links["relation"] == relation], notes) for name, relation in _PARTS.items()]
    is_total_told = len(notes) >= FEWEST_NOTES
    for part in parts:
        while is_total_told and not part.is_safe(len(notes)):
            is_total_told = part.hide_more()
    for part in parts:
        # where the total is hidden, no part may add up to it
        if not is_total_told and not part.few and not part.some:
            part.hide_more()
    whole = "number" if is_total_told else "few" if len(notes) < FEWEST_NOTES else "some"
    rows = [("month", month, len(notes), whole), *(row for part in parts for row in _rows(part))]
    table = pd.DataFrame(rows, columns=list(NOTE_COUNT_COLUMNS)).astype(NOTE_COUNT_COLUMNS)
    return table.assign(notes=table["notes"].where(table["said"] == "number"))


def _part(name: str, links: pd.DataFrame, notes: pd.Series) -> _Part:
    said = links.drop_duplicates("post_id").set_index("post_id")["target"]
    values = said.reindex(notes).fillna("other")
    counts = values.value_counts()
    order = sorted(counts.index) if name == "severity" else sorted(counts.index, key=lambda v: (-counts[v], v))
    counts = counts.reindex(order)
    return _Part(name, counts, {str(v) for v in counts.index[counts < FEWEST_NOTES]}, set())


def _rows(part: _Part) -> list[tuple[str, str, int, str]]:
    return [(part.name, str(value), int(count),
             "few" if value in part.few else "some" if value in part.some else "number")
            for value, count in part.counts.items()]
