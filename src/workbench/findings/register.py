"""What became of the topics of the quarter before (topic register)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.tables.finding import Finding
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.topics import CERTAIN_CONFIDENCE, TopicRegister

VERDICTS = ("kept", "grown", "shrunk", "split", "merged", "born", "gone")
FOUND_AGAIN = ("kept", "grown", "shrunk")


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if data.empty:
        return Headline("finding.topic_verdicts_first", reason="no_topics_before")
    sentence = "finding.topic_verdicts_uncertain" if facts["uncertain"] else "finding.topic_verdicts"
    return Headline(sentence, value=facts["again"] / facts["of"] if facts["of"] else None)


_FATES = ("again", "of", "before", "born", "split", "merged", "gone")
TOPIC_VERDICTS = Spec(
    key="topic_verdicts", metric="M9", unit="share", frame="all_topics", headline=_say, identity=("verdict",),
    reasons=("no_topics_before",),
    caveats=("growth_described", "matches_not_measured"),
    columns={"verdict": Column("string", shown="code"), "topics": Column("Int64", unit="topics", shown="number"),
             "ended": Column("Int64", unit="topics", shown="number"),
             "uncertain": Column("Int64", unit="topics", shown="number")},
    facts={**{name: Fact("topics") for name in (*_FATES, "uncertain")}, "before": Fact()},
    sentences={"finding.topic_verdicts": _FATES, "finding.topic_verdicts_uncertain": (*_FATES, "uncertain"),
               "finding.topic_verdicts_first": ()})


def describe_topic_changes(register: TopicRegister) -> Finding:
    """Describe how many topics were found again, came up, split, merged or ended since the quarter before.

    Parameters
    ----------
    register
        Of `topics.register_topics`.

    Returns
    -------
    finding
        Value: share of the topics of the quarter before that were found again. Data: one row per
        verdict that occurs, columns `verdict`, `topics` (of this quarter), `ended` (topics of the
        quarter before) and `uncertain` (of both, matches with a confidence below .8; missing where
        it was not measured). Growth is described here, not tested: `compare_topics` tests it.
    """
    entries = register.entries.dropna(subset=["verdict"])
    is_now = entries["topic_id"].notna()
    measured = entries["confidence"].notna().any()
    found = pd.DataFrame({"topics": entries[is_now].groupby("verdict").size(),
                          "ended": entries[~is_now].groupby("verdict").size(),
                          "uncertain": entries[entries["confidence"].lt(CERTAIN_CONFIDENCE)].groupby("verdict").size()})
    found = found.reindex([v for v in VERDICTS if v in found.index]).fillna(0)
    counts = {v: int(found["topics"].get(v, 0)) for v in VERDICTS}
    again, uncertain = sum(counts[v] for v in FOUND_AGAIN), int(found["uncertain"].sum())
    before = again + int(found["ended"].sum())
    data = found.rename_axis("verdict").reset_index()
    if not measured:
        data["uncertain"] = pd.NA
    return Finding(
        TOPIC_VERDICTS, register.quarter, data,
        facts={"before": register.provenance["quarter_before"], "again": again, "of": before, "uncertain": uncertain,
               **{v: counts[v] for v in ("split", "merged", "born")}, "gone": int(found["ended"].get("gone", 0))},
        caveats=("growth_described",) * bool(before) + ("matches_not_measured",) * bool(before and not measured),
        provenance={"register": register.provenance})
