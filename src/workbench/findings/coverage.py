"""Which arenas are there, which came, went, fell silent or reopened (M2)."""

from __future__ import annotations

import pandas as pd

from workbench.findings.periods import posts_of, previous_quarter, quarter_bounds, written_posts
from workbench.tables.finding import Finding
from workbench.tables.posts import Corpus

STATUSES = ("stayed", "new", "newly_collected", "reopened", "silent", "gone")


def measure_coverage(corpus: Corpus, lineage: pd.DataFrame, *, quarter: str) -> Finding:
    """Measure how the set of arenas changed since the quarter before (M2).

    An arena that is still collected but posted nothing is silent, not gone; one whose
    collection ended is gone; one that reopened under a new title counts once.

    Parameters
    ----------
    corpus
        The quarter and the one before.
    lineage
        Columns `arena_id`, `successor`: arenas that reopened (see `actors.find_lineage`);
        may be empty.
    quarter
        Such as 2025Q3.

    Returns
    -------
    finding
        Value: churn = (new + gone) / (arenas before + arenas now), from 0 to 1. Data: one
        row per status, columns `status`, `arenas`.

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    start, end = quarter_bounds(quarter)
    posts = written_posts(corpus)
    now = set(posts_of(corpus, quarter)["arena_id"])
    first, last = quarter_bounds(previous_quarter(quarter))
    before = set(posts.loc[(posts["posted_at"] >= first) & (posts["posted_at"] < last), "arena_id"])
    ever = set(posts.loc[posts["posted_at"] < start, "arena_id"])
    arenas = corpus.arenas.set_index("arena_id")
    collected_to = arenas["collected_to"]
    still = set(arenas.index[collected_to.isna() | (collected_to >= end - pd.Timedelta(days=1))])
    already = set(arenas.index[arenas["collected_from"].notna() & (arenas["collected_from"] < start)])
    heirs = dict(zip(lineage["successor"], lineage["arena_id"], strict=True))
    reopened = {a for a in now - before if heirs.get(a) in ever}
    replaced = {heirs[a] for a in reopened}
    came = now - ever - reopened
    counts = {
        "stayed": len(now & before) + len((now & ever) - before - reopened),
        "new": len(came & already),
        "newly_collected": len(came - already),
        "reopened": len(reopened),
        "silent": len((before - now - replaced) & still),
        "gone": len((before - now - replaced) - still),
    }
    changed = counts["new"] + counts["gone"]
    total = len(before) + len(now)
    return Finding(
        key="coverage", metric="M2", sentence="finding.coverage" if before else "finding.coverage_first",
        period=quarter, frame="all_arenas", unit="share",
        data=pd.DataFrame({"status": pd.array(list(STATUSES), dtype="string"),
                           "arenas": pd.array([counts[s] for s in STATUSES], dtype="Int64")}),
        value=changed / total if before else None, numerator=changed if before else None,
        denominator=total if before else None,
        facts={**counts, "before": len(before), "now": len(now), "churn": changed / total},
        caveats=("silent_not_gone",),
    )
