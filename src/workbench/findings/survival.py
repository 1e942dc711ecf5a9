"""How long arenas last: Kaplan–Meier over days since they were first seen (M24)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.periods import quarter_bounds
from workbench.tables.finding import Finding
from workbench.tables.posts import FIELD_NOTES, Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

FEWEST_ARENAS = 10
YEAR = 365  # days
MARKS = (30, 91, 182, YEAR, 730, 1095)
Z = 1.959963984540054  # of a 95 % interval


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if facts["arenas"] < FEWEST_ARENAS:
        return Headline("finding.survival_few", reason="survival_few")
    if not facts["gone"]:
        return Headline("finding.survival_none_gone", value=1.0)
    half = data.loc[data["share"].le(0.5), "day"]
    if len(half):
        return Headline("finding.survival_median", {"day": int(half.min())}, value=float(half.min()))
    marks = data[data["is_mark"] & data["low"].notna() & data["day"].le(YEAR)]
    if marks.empty:
        return Headline("finding.survival_gone")
    # what lasted a year, where that is known, else the longest time that is
    mark = marks.iloc[-1]
    told = {name: float(mark[name]) for name in ("share", "low", "high")}
    if mark["day"] == YEAR:
        return Headline("finding.survival_year", told, value=told["share"], low=told["low"], high=told["high"])
    return Headline("finding.survival", {"day": int(mark["day"]), **told}, value=told["share"], low=told["low"],
                    high=told["high"])


SURVIVAL = Spec(
    key="survival", metric="M24", unit="share", frame="all_arenas", headline=_say, identity=("day",),
    caveats=("arenas_gone_before",), reasons=("survival_few",),
    columns={
        "day": Column("Int64", unit="number", shown="number"),
        "at_risk": Column("Int64", unit="arenas", shown="number"),
        "gone": Column("Int64", unit="arenas", shown="number"),
        "share": Column("Float64", unit="share", shown="share"),
        "low": Column("Float64", unit="share", shown="share"),
        "high": Column("Float64", unit="share", shown="share"),
        "is_mark": Column("bool"),
    },
    facts={"arenas": Fact("arenas"), "gone": Fact("arenas")},
    sentences={"finding.survival": ("arenas", "gone", "day", "share", "low", "high"),
               "finding.survival_year": ("arenas", "gone", "share", "low", "high"),
               "finding.survival_median": ("arenas", "gone", "day"),
               "finding.survival_gone": ("arenas", "gone"), "finding.survival_none_gone": ("arenas",),
               "finding.survival_few": ()})


def measure_survival(corpus: Corpus, lineage: pd.DataFrame, *, quarter: str) -> Finding:
    """Measure how many arenas are still there how long after they were first seen (M24).

    An arena has disappeared when its collection ended while others of the same source were still collected: silence
    is no end. One that reopened under another name is one arena with its successor. What came after the quarter is
    not looked at.

    Parameters
    ----------
    corpus
        Its arenas tell when each was first seen and how long it was collected.
    lineage
        Columns `arena_id`, `successor`: arenas that reopened (see `actors.find_lineage`); may be empty.
    quarter
        Such as 2025Q3.

    Returns
    -------
    finding
        Value: share of arenas that last a year (or as long as is known), or the median in days. Data: one row per
        day on which arenas ended or that is a mark (30, 91, 182, 365, 730, 1,095 days; `is_mark`), as long as any
        arena is followed: columns `day` (since first seen), `at_risk` (followed up to it), `gone` (on it), `share`
        (still there after it), `low` and `high` (95 %; missing as long as none ended). No rows of fewer than ten
        arenas.

    Notes
    -----
    Kaplan & Meier (1958): S(t) = Π(1 − d_i/n_i). Interval: S^exp(±1.96·s), s² = Σ d_i/(n_i(n_i − d_i)) / ln²S
    (Greenwood 1926, on the log-log scale of Kalbfleisch & Prentice 1980), which stays within 0 and 1.
    """
    spans = _spans(corpus, lineage, quarter)
    days, has_ended = spans["days"].to_numpy(), spans["has_ended"].to_numpy(bool)
    data = _estimate(days, has_ended) if len(spans) >= FEWEST_ARENAS else pd.DataFrame(columns=list(SURVIVAL.columns))
    return Finding(SURVIVAL, quarter, data, facts={"arenas": len(spans), "gone": int(has_ended.sum())},
                   caveats=SURVIVAL.caveats if len(data) else ())


def _spans(corpus: Corpus, lineage: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """Return of each arena, with those it reopened as, the days it was followed and whether it then ended."""
    end = quarter_bounds(quarter)[1] - pd.Timedelta(days=1)
    arenas = corpus.arenas[corpus.arenas["platform"] != FIELD_NOTES].dropna(subset=["first_seen", "collected_to"])
    arenas = arenas[arenas["first_seen"] <= end]
    until = arenas["collected_to"].where(arenas["collected_to"] < end, end)
    last = until.groupby(arenas["source_id"].fillna("")).transform("max")
    heirs = {**arenas.set_index("arena_id")["successor_of"].dropna().to_dict(),
             **dict(zip(lineage["successor"], lineage["arena_id"], strict=True))}
    table = pd.DataFrame({"root": [_first(a, heirs) for a in arenas["arena_id"]], "first": arenas["first_seen"],
                          "until": until, "followed": until >= last})
    ends = table.groupby("root").agg(first=("first", "min"), until=("until", "max"), followed=("followed", "any"))
    days = (ends["until"] - ends["first"]).dt.days.clip(lower=0)
    return pd.DataFrame({"days": days.astype("int64"), "has_ended": ~ends["followed"]})


def _first(arena: str, heirs: Mapping[str, str]) -> str:
    seen = {arena}
    while (before := heirs.get(arena)) is not None and before not in seen:
        seen.add(before)
        arena = before
    return arena


def _estimate(days: np.ndarray, has_ended: np.ndarray) -> pd.DataFrame:
    """Return the curve at the days on which arenas ended and at the marks within the time they were followed."""
    marks = [m for m in MARKS if m <= days.max()]
    asked = np.unique(np.concatenate([days[has_ended], marks]).astype(int))
    at_risk = (days[None, :] >= asked[:, None]).sum(axis=1)
    gone = ((days[None, :] == asked[:, None]) & has_ended[None, :]).sum(axis=1)
    share = np.cumprod(1 - gone / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(gone / (at_risk * (at_risk - gone)))) / np.abs(np.log(share))
        low, high = share ** np.exp(Z * spread), share ** np.exp(-Z * spread)
    is_told = (share > 0) & (share < 1)
    return pd.DataFrame({"day": asked, "at_risk": at_risk, "gone": gone, "share": share,
                         "low": pd.Series(low, dtype="Float64").where(is_told),
                         "high": pd.Series(high, dtype="Float64").where(is_told),
                         "is_mark": np.isin(asked, marks)})
