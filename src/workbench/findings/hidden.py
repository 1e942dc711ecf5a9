"""Which numbers the gate hid, and why: for the researcher, who has the finding; never for publication."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.findings.counting_rule import (
    LARGEST_AUTHOR,
    LARGEST_PUBLISHER,
    PostIndex,
    Rule,
    index_posts,
    passes,
)
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding
from workbench.tables.posts import Corpus
from workbench.tables.release import Release, ReleasedFinding

HIDDEN_COLUMNS: dict[str, str] = {
    "finding": "string",
    "row": "string",  # what tells its row from others, such as "platform: youtube"; empty for a fact of the finding
    "number": "string",  # column or fact
    "posts": "Int64",  # the number that is hidden
    "authors": "Int64",  # of people's posts
    "arenas": "Int64",
    # few_authors | one_author (has more than half) | few_arenas | one_publisher (has more than 75 %) | gives_away
    # (enough on its own, but another hidden number could be worked out from it)
    "why": "string",
}


def list_hidden(findings: Iterable[Finding], release: Release, corpus: Corpus) -> pd.DataFrame:
    """List the counts that a release hides, with what they are and why.

    For the researcher's eyes only: it says what the gate keeps back.

    Parameters
    ----------
    findings
        Those that were released.
    release
        Of `Study.release` or `release_findings`, with the same findings.
    corpus
        The posts that the findings count, as it was given to the release.

    Returns
    -------
    hidden
        One row per hidden count, columns `HIDDEN_COLUMNS`. What follows from a hidden count (a share, a test) goes with
        it and is not listed.

    Raises
    ------
    TableError
        If a finding is not in the release.

    Notes
    -----
    Blueprint §0a, small cells.
    """
    gate = release.provenance["gate"]
    rule, index = Rule(gate["minimum_authors"], gate["minimum_arenas"]), index_posts(corpus)
    rows = []
    for finding in findings:
        if finding.key not in release.findings:
            raise TableError(f"list_hidden: the finding {finding.key} is not in this release. Release it first.")
        shown = _Shown(release[finding.key])
        rows += [_describe(finding, cell, index, rule) for cell in finding.cells
                 if not shown.has(finding, cell)]
    return pd.DataFrame(rows, columns=list(HIDDEN_COLUMNS)).astype(HIDDEN_COLUMNS)


class _Shown:
    """The numbers that a released finding shows, by what tells its rows apart: their order is another one there."""

    def __init__(self, released: ReleasedFinding) -> None:
        self._released = released
        names = released.spec.identity
        self._rows = {_key(row, names): row for row in released.data.to_dict("records")}

    def has(self, finding: Finding, cell: Cell) -> bool:
        if cell.row == WHOLE_FINDING:
            return cell.column in self._released.facts
        row = self._rows.get(_key(finding.data.iloc[cell.row].to_dict(), finding.spec.identity))
        return row is not None and not pd.isna(row[cell.column])


def _key(row: dict[Any, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in names)


def _describe(finding: Finding, cell: Cell, index: PostIndex, rule: Rule) -> tuple[object, ...]:
    names = () if cell.row == WHOLE_FINDING else finding.spec.identity
    row = {} if not names else finding.data.iloc[cell.row].to_dict()
    told = ", ".join(f"{name}: {row[name]}" for name in names if not pd.isna(row[name]))
    authors, arenas, why = _judge(index, cell.posts, rule)
    return (finding.key, told, cell.column, len(cell.posts), authors, arenas, why)


def _judge(index: PostIndex, posts: np.ndarray, rule: Rule) -> tuple[int, int, str]:
    """Return authors and arenas behind a count, and the first part of the rule that it fails (`passing`)."""
    at = np.flatnonzero(np.isin(index.posts, posts))
    is_people = ~index.is_publisher[at]
    writers, by_writer = np.unique(index.authors[at][is_people], return_counts=True)
    arenas, people = np.unique(index.arenas[at]), int(is_people.sum()) + len(posts) - len(at)
    _, by_publisher = np.unique(index.arenas[at][~is_people], return_counts=True)
    unknown = len(posts) - len(at)
    if passes(index, posts, rule):
        why = "gives_away"
    elif people and len(writers) < rule.minimum_authors:
        why = "few_authors"
    elif people and by_writer.max(initial=0) + unknown > LARGEST_AUTHOR * people:
        why = "one_author"
    elif by_publisher.max(initial=0) > LARGEST_PUBLISHER * len(posts) and len(arenas) >= rule.minimum_arenas:
        why = "one_publisher"
    else:
        why = "few_arenas"
    return len(writers), len(arenas), why
