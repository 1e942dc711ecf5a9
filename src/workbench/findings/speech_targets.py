"""Whom attacks and hate hit, because of what, and how: parts of what was found, and attacks per mention (M8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.audited import audit_code, why_unaudited
from workbench.findings.local_relevance import hold_words, spell_word
from workbench.findings.speech_names import CODE, NAME, name_code
from workbench.findings.speech_shares import LEAST_LOW, described_posts, flag_posts, verdicts_of
from workbench.findings.speech_telling import (
    CAVEATS,
    FACTS,
    FEWEST_CODED_PART,
    FOUND,
    REASONS,
    UNTOLD,
    largest,
    list_told,
    make_finding,
    share_columns,
    tell_part,
    untold,
)
from workbench.tables.codebook import Code
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import POSTS, Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes

FEWEST_CASES = 30  # coded posts with hate, or with an attack, before it is told whom they hit
BY_AUDIT, BY_MODEL = "by_audit", "by_model"
_LETTERS = r"[\pL\pN]*"
_RATE = ("mentions", "mention_found")
WHOLE_FACTS = {**FACTS, "of": Fact(), "cases": Fact(POSTS)}
_PART = share_columns("found", "whole:cases")


def _say_parts(key: str) -> Any:
    def say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
        if nothing := untold(data, facts, "share"):
            return nothing
        first = largest(data, "share")
        assert first is not None
        told = {"name": first["name"], "share": float(first["share"])}
        return Headline(f"finding.{key}_{facts['of']}", told, value=float(first["share"]), low=float(first["low"]),
                        high=float(first["high"]), test="audit")

    return say


TARGETS = Spec(
    key="targets", metric="M8", unit="share", frame="audited_posts", headline=_say_parts("targets"),
    identity=("code",), ranks_by="share", caveats=("several_labels", "mentions_by_model", *CAVEATS),
    reasons=("few_cases", *REASONS), facts=WHOLE_FACTS,
    columns={
        "code": CODE, "name": NAME, "found": FOUND, **_PART,
        "mentions": Column("Int64", unit=POSTS, shown="number"),
        "mention_found": Column("Int64", unit=POSTS),
        "per_thousand": Column("Float64", unit="number", shown="decimal", follows=_RATE, step=0.1),
        "per_low": Column("Float64", unit="number", shown="decimal", follows=_RATE, step=0.1),
        "per_high": Column("Float64", unit="number", shown="decimal", follows=_RATE, step=0.1),
        "counted": Column("string", shown="code", follows=_RATE),  # by_audit | by_model
    },
    sentences={"finding.targets_hate": ("name", "share"), "finding.targets_attack": ("name", "share"), UNTOLD: ()})
GROUNDS = Spec(
    key="grounds", metric="M8", unit="share", frame="audited_posts", headline=_say_parts("grounds"),
    identity=("code",), ranks_by="share", caveats=("several_labels", *CAVEATS), reasons=("few_cases", *REASONS),
    facts=WHOLE_FACTS, columns={"code": CODE, "name": NAME, "found": FOUND, **_PART},
    sentences={"finding.grounds_hate": ("name", "share"), UNTOLD: ()})


def measure_targets(corpus: Corpus, speech: SpeechCodes, *, quarter: str) -> Finding:
    """Measure which part of the hate hits each group, and how often a post that mentions the group attacks it (M8).

    With fewer than 30 coded cases of hate the parts are of attacks. A post may hit several groups, so the parts sum to
    more than the whole. The two columns stand together: who is hit often may simply be talked about often.

    Returns
    -------
    finding
        Value: the largest part. Data: one row per target, columns `code`, `name`, `found` (coded posts that hit it),
        `share` of the hate or the attacks with its interval, `mentions` (posts that hold one of its words),
        `mention_found` (of those, the coded ones that attack it, or those that the model says attack it),
        `per_thousand` attacks on it per 1,000 mentions with `per_low` and `per_high` (missing where the model alone
        counted, or where nothing did) and `counted` (``by_audit`` with 30 coded posts among the mentions, else
        ``by_model``). Where an interval begins below .05 %, share or rate are missing and its upper end is told. Facts:
        `of` (hate or attack) and `cases`.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_targets")
    codes, unsaid, caveats = list_told(speech, "target")
    whole, few = _choose_whole(speech, ids, "hate", "attack")
    texts = corpus.posts.loc[corpus.posts["post_id"].isin(ids), ["post_id", "text"]]
    told = []
    for code in [] if unsaid or few else codes:
        row, counted = _part(speech, code, whole, ids)
        rate, behind = _tell_rate(speech, code, _mention(texts, code))
        told.append((row | rate, counted | behind))
    if any(row.get("counted") == BY_MODEL for row, _ in told):
        caveats = ("mentions_by_model", *caveats)
    return _finding(TARGETS, speech, told, whole, ids, unsaid=unsaid or few, caveats=("several_labels", *caveats))


def measure_grounds(corpus: Corpus, speech: SpeechCodes, *, quarter: str) -> Finding:
    """Measure because of what people are hated: the part of the hate that each ground has (M8).

    Returns
    -------
    finding
        Value: the largest part. Data: one row per ground, columns `code`, `name`, `found`, `share` of the hate, `low`
        and `high`. Nothing is told below 30 coded cases of hate.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_grounds")
    codes, unsaid, caveats = list_told(speech, "ground")
    whole, few = _choose_whole(speech, ids, "hate")
    told = [_part(speech, code, whole, ids) for code in ([] if unsaid or few else codes)]
    return _finding(GROUNDS, speech, told, whole, ids, unsaid=unsaid or few, caveats=("several_labels", *caveats))


def _choose_whole(speech: SpeechCodes, ids: pd.Series, *wholes: str) -> tuple[str, str]:
    """Return the first code of which enough cases were coded, or why there is none."""
    why = {whole: why_unaudited(speech, whole) for whole in wholes}
    for whole in wholes:
        if not why[whole] and len(audit_code(speech, whole, among=ids).found) >= FEWEST_CASES:
            return whole, ""
    return wholes[0], "few_cases" if "" in why.values() else why[wholes[0]]


def _part(speech: SpeechCodes, code: Code, whole: str, ids: pd.Series) -> tuple[dict[str, Any], dict[str, pd.Series]]:
    row, found = tell_part(speech, code.key, whole, ids)
    return {"code": code.key, "name": name_code(speech.codebook, code.key), **row}, {"found": found}


def _finding(spec: Spec, speech: SpeechCodes, told: list[tuple[dict[str, Any], dict[str, pd.Series]]], whole: str,
             ids: pd.Series, *, unsaid: str, caveats: tuple[str, ...]) -> Finding:
    if unsaid:
        return make_finding(spec, speech, (), unsaid=unsaid)
    cases = audit_code(speech, whole, among=ids).found
    return make_finding(spec, speech, told, facts={"of": whole, "cases": len(cases)}, caveats=caveats,
                        cells=(Cell(WHOLE_FINDING, "cases", hash_posts(cases)),))


def _mention(texts: pd.DataFrame, code: Code) -> pd.Series | None:
    """Return the posts that hold a word of a target, a star at its end for any ending; None where it has no words."""
    if not code.words:
        return None
    patterns = [spell_word(word.removesuffix("*")) + (_LETTERS if word.endswith("*") else "") for word in code.words]
    found: pd.Series = texts.loc[hold_words(texts["text"], patterns), "post_id"]
    return found


def _tell_rate(speech: SpeechCodes, code: Code,
               mentions: pd.Series | None) -> tuple[dict[str, Any], dict[str, pd.Series]]:
    """Return attacks on a target per 1,000 posts that mention it, and the posts behind."""
    if mentions is None:
        return {}, {}
    row: dict[str, Any] = {"mentions": len(mentions)}
    if len(verdicts_of(speech, (code.key,), mentions)) >= FEWEST_CODED_PART:
        audited = audit_code(speech, code.key, among=mentions)
        share = audited.estimate
        row |= {"mention_found": len(audited.found), "counted": BY_AUDIT, "per_low": 1000 * share.low,
                "per_high": 1000 * share.high, "per_thousand": 1000 * share.value}
        if share.low < LEAST_LOW:
            row |= {"per_low": 0.0, "per_thousand": pd.NA}
        return row, {"mentions": mentions, "mention_found": audited.found}
    flagged = flag_posts(speech, code.key, mentions)
    if flagged is None or mentions.empty:
        return row, {"mentions": mentions}
    row |= {"mention_found": len(flagged), "counted": BY_MODEL, "per_thousand": 1000 * len(flagged) / len(mentions)}
    return row, {"mentions": mentions, "mention_found": flagged}
