"""How much recognition stands beside how much attack, by type of arena (M4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.audited import audit_code, why_unaudited
from workbench.findings.composition import NO_CATEGORY
from workbench.findings.speech_shares import STEP, UNAUDITED, described_posts, state_of
from workbench.findings.speech_telling import (
    FACTS,
    FEWEST_CODED_PART,
    UNTOLD,
    largest,
    make_finding,
    tell_share,
    untold,
)
from workbench.tables.finding import Finding
from workbench.tables.posts import Corpus
from workbench.tables.spec import POSTS, Column, Headline, Spec
from workbench.tables.speech import SpeechCodes

CODES = {"recognition": "recognitions", "attack": "attacks"}  # and the column of those found


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if nothing := untold(data, facts, "recognition", "attack"):
        return nothing
    seen = data.dropna(subset=list(CODES))
    first = largest(seen, "arenas")
    if first is None:
        return Headline("finding.recognition_arenas_some", {"count": int(data[list(CODES)].notna().any(axis=1).sum())},
                        test="audit")
    told = {"part": str(first["part"]), **{code: float(first[code]) for code in CODES}}
    return Headline("finding.recognition_arenas", told, value=float(first["recognition"]),
                    low=float(first["recognition_low"]), high=float(first["recognition_high"]), test="audit")


def _columns() -> dict[str, Column]:
    made = {}
    for code, found in CODES.items():
        made[found] = Column("Int64", unit=POSTS, shown="number")
        made |= {name: Column("Float64", unit="share", shown="share", follows=(found,), step=STEP)
                 for name in (code, f"{code}_low", f"{code}_high")}
    return made


RECOGNITION_ARENAS = Spec(
    key="recognition_arenas", metric="M4", unit="share", frame="audited_posts", headline=_say, identity=("part",),
    caveats=("types_not_tested", "agreement_unknown"), reasons=("one_type_of_arena", "speech_hidden", *UNAUDITED),
    columns={"by": Column("string"),  # category | kind
             "part": Column("string", shown="code"), "arenas": Column("Int64", unit="arenas", shown="number"),
             **_columns()},
    facts=FACTS,
    sentences={"finding.recognition_arenas": ("part", "recognition", "attack"),
               "finding.recognition_arenas_some": ("count",), UNTOLD: ()})


def measure_recognition_arenas(corpus: Corpus, speech: SpeechCodes, *, quarter: str) -> Finding:
    """Measure the shares of recognition and of attacks in each type of arena.

    The types are the categories of the source cards where these differ, else the kinds of arenas. They are described
    side by side; whether they differ is not tested.

    Returns
    -------
    finding
        Value: the share of recognition in the type with most arenas. Data: one row per type with at least 30 coded
        posts, columns `by` (category or kind), `part`, `arenas` (that posted), `recognitions` and `attacks` (coded
        posts found), and of both the share of the type's posts with its interval: `recognition`, `recognition_low`,
        `recognition_high`, `attack`, `attack_low`, `attack_high`. Where an interval begins below .05 %, the share is
        missing and its upper end is told.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_recognition_arenas")
    why = next((w for w in (why_unaudited(speech, code) for code in CODES) if w), "")
    posts = corpus.posts[corpus.posts["post_id"].isin(ids)]
    by, part_of = _type_of(corpus.arenas[corpus.arenas["arena_id"].isin(posts["arena_id"])].set_index("arena_id"))
    told = []
    for part, own in posts.groupby(posts["arena_id"].map(part_of), sort=True) if not why else ():
        audits = {code: audit_code(speech, code, among=own["post_id"]) for code in CODES}
        if min(len(audit.coded) for audit in audits.values()) < FEWEST_CODED_PART:
            continue
        row: dict[str, Any] = {"by": by, "part": str(part), "arenas": own["arena_id"].nunique()}
        for code, found in CODES.items():
            share = tell_share(audits[code])
            row |= {found: share["found"], code: share["share"], f"{code}_low": share["low"],
                    f"{code}_high": share["high"]}
        told.append((row, {found: audits[code].found for code, found in CODES.items()}))
    is_unknown = "agreement_unknown" in {state_of(speech, code) for code in CODES}
    return make_finding(RECOGNITION_ARENAS, speech, told, unsaid=why or ("" if len(told) > 1 else "one_type_of_arena"),
                        caveats=("types_not_tested", *(("agreement_unknown",) if is_unknown else ())))


def _type_of(arenas: pd.DataFrame) -> tuple[str, pd.Series]:
    """Return by what the arenas are told apart, and the type of each."""
    if arenas["category"].nunique(dropna=False) > 1:
        return "category", arenas["category"].fillna(NO_CATEGORY)
    return "kind", arenas["kind"]
