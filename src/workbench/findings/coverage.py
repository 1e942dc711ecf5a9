"""Which arenas are there, which came, went, fell silent, reopened, were renamed or went private (M2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.periods import posts_before, posts_of, quarter_bounds, written_posts
from workbench.tables.finding import Finding
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

CHANGES = ("renamed", "went_private")


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["before"]:
        return Headline("finding.coverage_first", reason="no_quarter_before")
    return Headline("finding.coverage", value=float(facts["now"]))


COVERAGE = Spec(
    key="coverage", metric="M2", unit="arenas", frame="all_arenas", headline=_say, is_tile=True, identity=("status",),
    caveats=("silent_not_gone", "change_where_told"), reasons=("no_quarter_before",),
    columns={
        "status": Column("string", shown="code"),
        "arenas": Column("Int64", unit="arenas", shown="number"),
        "of_arenas": Column("Int64", unit="arenas", shown="number"),
    },
    facts={"now": Fact("arenas", "active_arenas"), "churn": Fact("share"),
           **{name: Fact("arenas") for name in ("before", "stayed", "new", "newly_collected", "reopened", "silent",
                                                "gone")}},
    sentences={"finding.coverage": ("now", "new", "reopened", "silent", "gone"), "finding.coverage_first": ("now",)})


def measure_coverage(corpus: Corpus, lineage: pd.DataFrame, changes: pd.DataFrame, *, quarter: str) -> Finding:
    """Measure how the set of arenas changed since the quarter before (M2).

    An arena that is still collected but posted nothing is silent, not gone; one whose
    collection ended is gone; one that reopened under a new title counts once. An arena that was renamed or
    went private has one of these statuses as well. Whether it did is told by two collections or by
    its own notices; where nothing tells it of any arena the number is missing, not 0.

    Parameters
    ----------
    corpus
        The quarter and the one before.
    lineage
        Columns `arena_id`, `successor`: arenas that reopened (see `actors.find_lineage`);
        may be empty.
    changes
        Columns `arena_id`, `change`, `since`, `until`, `happened` (see `actors.find_arena_changes`); may be empty.
    quarter
        Such as 2025Q3.

    Returns
    -------
    finding
        Value: arenas that posted. Facts: how many of them are new, silent, gone; `churn` = (new + gone) / (arenas
        before + arenas now), from 0 to 1. Data: one row per status, columns `status`, `arenas`, `of_arenas` (those of
        which it can be told).

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    start, end = quarter_bounds(quarter)
    posts = written_posts(corpus)
    now = set(posts_of(corpus, quarter)["arena_id"])
    before = set(posts_before(corpus, quarter)["arena_id"])
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
    told = {change: _told(changes[changes["change"] == change], arenas["first_seen"], start, end) for change in CHANGES}
    rows = [(s, n, sum(counts.values())) for s, n in counts.items()] + [(c, *told[c]) for c in CHANGES]
    churn = (counts["new"] + counts["gone"]) / max(len(before) + len(now), 1)
    return Finding(COVERAGE, quarter, pd.DataFrame(rows, columns=list(COVERAGE.columns)),
                   facts={**counts, "before": len(before), "now": len(now), "churn": churn}, caveats=COVERAGE.caveats)


def _told(changes: pd.DataFrame, first_seen: pd.Series, start: pd.Timestamp,
          end: pd.Timestamp) -> tuple[int | None, int]:
    """Return how many arenas changed in the quarter, and of how many it can be told whether they did."""
    happened = changes["happened"].astype(bool)
    inside = (changes["until"] >= start) & (changes["until"] < end)
    changed = set(changes.loc[inside & happened, "arena_id"])
    # seen only after the quarter, a change may have come after it as well
    followed = changes[inside | (~happened & (changes["until"] >= end) & (changes["since"] < end))]
    from_when = changes.groupby("arena_id")["since"].min()
    needed = first_seen.where(first_seen > start, start)  # of an arena younger than the quarter: since it began
    known = changed | {a for a in followed["arena_id"] if a in needed.index and from_when[a] <= needed[a]}
    return (len(changed) if known else None), len(known)
