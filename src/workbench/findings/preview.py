"""What the gate would hide and why, and what it has let through so far: for looking, never for publishing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.audit import decide_hidden
from workbench.findings.counting_rule import LARGEST_AUTHOR, LARGEST_PUBLISHER, PostIndex, Rule, index_posts, passing
from workbench.findings.ledger import Ledger, read_ledger
from workbench.findings.naming import drop_hidden_words
from workbench.findings.release import keep_positions, name_set, unique_sets
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, check_finding
from workbench.tables.looking import COUNT_COLUMNS, RELEASE_COLUMNS
from workbench.tables.posts import Corpus
from workbench.tables.review import Review, empty_review


def list_counts(findings: Iterable[Finding], corpus: Corpus, *, ledger: Path, minimum_authors: int,
                minimum_arenas: int, review: Review | None = None) -> pd.DataFrame:
    """List every count of some findings, whether a release of them all would hide it, and why.

    Nothing is released, and nothing is entered in the ledger. The table holds the hidden counts too: it is for the
    researcher's eyes only.

    Parameters
    ----------
    findings, corpus, ledger, minimum_authors, minimum_arenas, review
        As of `release_findings`.

    Returns
    -------
    counts
        One row per count of posts, columns `COUNT_COLUMNS`; those that would be hidden first. `why` is the rule that
        the count breaks; *tells another*: with it a hidden one could be worked out; *tells a published one*: with it
        and what was published before.
    """
    chosen = [drop_hidden_words(check_finding(f), review or empty_review("", "en")) for f in findings]
    rule, index, before = Rule(minimum_authors, minimum_arenas), index_posts(corpus), read_ledger(ledger)
    sets, place, _ = unique_sets(chosen)
    kept = keep_positions(chosen, place)
    hidden = decide_hidden(sets, index, before, rule, kept)
    alone = decide_hidden(sets, index, Ledger(before.secret), rule, kept) if len(before.entries) else hidden
    fits = passing(index, sets, rule)
    rows = []
    for finding in chosen:
        for cell in finding.cells:
            at = place[name_set(cell.posts)]
            told = _weigh(index, cell.posts, rule)
            why = "" if at not in hidden else told["breaks"] if not fits[at] else (
                "tells another" if at in alone else "tells a published one")
            rows.append({"finding": finding.key, "row": _name_row(finding, cell), "column": cell.column, **told,
                         "is_hidden": at in hidden, "why": why})
    table = pd.DataFrame(rows, columns=list(COUNT_COLUMNS)).astype(COUNT_COLUMNS)
    return table.sort_values("is_hidden", ascending=False, kind="stable", ignore_index=True)


def list_releases(ledger: Path) -> pd.DataFrame:
    """List what was released so far.

    Returns
    -------
    releases
        One row per product and finding, columns `RELEASE_COLUMNS`: how many counts it had, and how many were hidden.
        Counts that held no posts are not in the ledger.
    """
    entries = read_ledger(ledger).entries
    told = entries.groupby(["product", "finding"])["is_hidden"].agg(counts="size", hidden="sum").reset_index()
    return told[list(RELEASE_COLUMNS)].astype(RELEASE_COLUMNS)


def _name_row(finding: Finding, cell: Cell) -> str:
    if cell.row == WHOLE_FINDING:
        return ""
    values = (finding.data[name].iloc[cell.row] for name in finding.spec.identity)
    return " · ".join(str(v) for v in values if not pd.isna(v))


def _weigh(index: PostIndex, posts: np.ndarray, rule: Rule) -> dict[str, Any]:
    """Return who is behind a count, and which rule it breaks first."""
    known = index.posts[np.clip(np.searchsorted(index.posts, posts), 0, len(index.posts) - 1)] == posts
    at = np.searchsorted(index.posts, posts)[known]
    speaks = index.is_publisher[at]
    people, publishers = at[~speaks], at[speaks]
    authors = np.bincount(index.authors[people]) if len(people) else np.zeros(1, dtype=np.int64)
    speakers = np.bincount(index.arenas[publishers]) if len(publishers) else np.zeros(1, dtype=np.int64)
    arenas, total = len(np.unique(index.arenas[at])), max(len(posts), 1)
    own, loud = authors.max() / max(len(people), 1), speakers.max() / total
    broken = {"few authors": len(people) and np.count_nonzero(authors) < rule.minimum_authors,
              "few arenas": len(at) and (arenas < rule.minimum_arenas or (
                  len(people) and len(np.unique(index.arenas[people])) < rule.minimum_arenas)),
              "one author": own > LARGEST_AUTHOR, "one arena": loud > LARGEST_PUBLISHER}
    return {"posts": len(posts), "authors": np.count_nonzero(authors), "arenas": arenas,
            "largest": round(float(own if len(people) else loud), 3),
            "breaks": next((why for why, is_so in broken.items() if is_so), "few authors")}
