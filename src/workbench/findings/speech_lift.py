"""In which topics attacks make up a larger or smaller part of the posts than in all others (M10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.auditing import estimate_ratio, weigh_difference
from workbench.findings.audited import audit_code, why_unaudited
from workbench.findings.change import LEVEL, adjust_p
from workbench.findings.speech_shares import STEP, UNAUDITED, described_posts, state_of
from workbench.findings.speech_telling import (
    FACTS,
    FEWEST_CODED_PART,
    FOUND,
    UNTOLD,
    make_finding,
    untold,
)
from workbench.findings.topics import NO_TOPIC, TRUSTED, name_topics, trust_of
from workbench.tables.finding import Finding
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes
from workbench.tables.topics import TopicSet

FEWEST_CASES = 10  # coded attacks in a topic, before its share is set beside that of the rest
HIGHER, LOWER, UNCLEAR = "higher", "lower", "not_different"


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if nothing := untold(data, facts, "lift"):
        return nothing
    seen = data.dropna(subset=["lift"])
    different = seen[seen["lift_verdict"].eq(HIGHER).fillna(False)]
    if different.empty:
        is_lower = seen["lift_verdict"].eq(LOWER).fillna(False).any()
        return Headline(f"finding.attack_lift_{'lower' if is_lower else 'none'}", {"count": len(seen)}, test="audit")
    named = different.dropna(subset=["label"])
    first = (named if len(named) else different).sort_values("lift", ascending=False, kind="stable").iloc[0]
    told = {"count": len(different), **{c: float(first[c]) for c in _TOLD}}
    sentence = "finding.attack_lift_unnamed" if pd.isna(first["label"]) else "finding.attack_lift"
    told |= {} if pd.isna(first["label"]) else {"label": first["label"]}
    return Headline(sentence, told, value=float(first["lift"]), low=float(first["lift_low"]),
                    high=float(first["lift_high"]), test="audit")


_TOLD = ("attack_share", "rest_share", "lift")
_FOLLOWS = ("attack_found",)
_SHARE = Column("Float64", unit="share", shown="share", follows=_FOLLOWS, step=STEP)
_RATIO = Column("Float64", unit="ratio", shown="decimal2", follows=_FOLLOWS, step=0.01)
ATTACK_LIFT = Spec(
    key="attack_lift", metric="M10", unit="ratio", frame="audited_posts", headline=_say, identity=("topic_id",),
    ranks_by="lift", caveats=("posts_of_quarter", "agreement_unknown", "labels_by_machine"),
    reasons=("few_attacks_in_topics", "no_trusted_topics", "speech_hidden", *UNAUDITED),
    columns={
        "topic_id": Column("Int64", unit="class"),
        "stable_id": Column("string", follows=_FOLLOWS),
        "label": Column("string", shown="text", follows=_FOLLOWS, words="topic"),
        "named_by": Column("string", follows=_FOLLOWS),
        "attack_found": FOUND, "attack_share": _SHARE, "rest_share": _SHARE, "lift": _RATIO, "lift_low": _RATIO,
        "lift_high": _RATIO,
        "lift_p": Column("Float64", unit="p", follows=_FOLLOWS, step=1e-4),
        "lift_q": Column("Float64", unit="p", shown="p", follows=_FOLLOWS, step=1e-4),
        "lift_verdict": Column("string", shown="code", follows=_FOLLOWS),  # higher | lower | not_different
    },
    facts={**FACTS, "asked": Fact("topics")},
    sentences={"finding.attack_lift": ("count", "label", *_TOLD), "finding.attack_lift_unnamed": ("count", *_TOLD),
               "finding.attack_lift_lower": ("count",), "finding.attack_lift_none": ("count",), UNTOLD: ()})


def measure_attack_lift(corpus: Corpus, speech: SpeechCodes, topics: TopicSet, *, quarter: str) -> Finding:
    """Measure how many times as large a part attacks make up of a topic's posts as of all other posts (M10).

    Only topics that refits find again are asked about (`tables.topics.is_trusted`), with at least 30 coded posts; an
    answer takes ten coded attacks. The correction for many tests counts every topic that was asked about: to count
    those with ten attacks alone would make a lift of the topics that chance gave many.

    Returns
    -------
    finding
        Value: the largest lift that is more than chance can explain. Data: one row per topic with an answer, columns
        `topic_id`, `stable_id`, `label`, `named_by`, `attack_found` (coded attacks), `attack_share` in the topic,
        `rest_share` in all other posts, `lift` (their ratio) with its interval `lift_low` and `lift_high`, `lift_p` and
        `lift_q` (Benjamini–Hochberg) and `lift_verdict` (higher, lower, not_different). The names are its own: another
        table may tell another share of the same topic. Facts: `asked`, the topics asked about.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_attack_lift")
    if unsaid := why_unaudited(speech, "attack"):
        return make_finding(ATTACK_LIFT, speech, (), unsaid=unsaid, facts={"asked": 0})
    topic = ids.map(topics.assignments.set_index("post_id")["topic_id"]).fillna(NO_TOPIC).astype(int)
    names, trust = name_topics(topics), trust_of(topics)
    told, asked = [], 0
    for number in sorted(t for t, good in trust.items() if good == TRUSTED):
        inside = audit_code(speech, "attack", among=ids[topic.eq(number)])
        if len(inside.coded) < FEWEST_CODED_PART:
            continue
        asked += 1
        outside = audit_code(speech, "attack", among=ids[topic.ne(number)])
        if len(inside.found) < FEWEST_CASES or outside.estimate.low <= 0:
            continue
        ratio = estimate_ratio(inside.estimate, outside.estimate)
        row: dict[str, Any] = {**{str(c): names.at[number, c] for c in names}, "topic_id": number,
                               "attack_found": len(inside.found), "attack_share": inside.estimate.value,
                               "rest_share": outside.estimate.value, "lift": ratio.value, "lift_low": ratio.low,
                               "lift_high": ratio.high,
                               "lift_p": weigh_difference(inside.estimate, outside.estimate)}
        told.append((row, {"attack_found": inside.found}))
    # topics without ten attacks are tests too, of which nothing came out
    p = pd.Series([row["lift_p"] for row, _ in told] + [1.0] * (asked - len(told)), dtype=float)
    for (row, _), q in zip(told, adjust_p(p), strict=False):
        row |= {"lift_q": float(q), "lift_verdict": _judge(row, float(q))}
    caveats = ("agreement_unknown",) if state_of(speech, "attack") == "agreement_unknown" else ()
    by_machine = ("labels_by_machine",) if any(row["named_by"] != "person" for row, _ in told) else ()
    return make_finding(ATTACK_LIFT, speech, told, facts={"asked": asked},
                        unsaid="" if told else "few_attacks_in_topics" if asked else "no_trusted_topics",
                        caveats=("posts_of_quarter", *caveats, *by_machine))


def _judge(row: Mapping[str, Any], q: float) -> str:
    if q >= LEVEL or row["lift_low"] <= 1 <= row["lift_high"]:
        return UNCLEAR
    return HIGHER if row["lift"] > 1 else LOWER
