"""How attacks, hate and recognition run through the quarter: audited by month, by the model alone by week (M4, M3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.audited import audit_code, why_unaudited
from workbench.findings.periods import posts_of, quarter_bounds
from workbench.findings.spans import check_span, span_name, span_start, whole_spans
from workbench.findings.speech_shares import (
    STEP,
    UNAUDITED,
    described_posts,
    flag_posts,
    read_posts,
    state_of,
    told_share,
)
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes

CODES = ("attack", "hate", "recognition")
FEWEST_CODED = 30  # posts of a month, before its share is told


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if facts["unsaid"]:
        return Headline("finding.speech_weeks_none", reason=str(facts["unsaid"]))
    months = data[data["row"].eq("audited") & data["code"].eq("attack")].dropna(subset=["share"])
    if len(months) < 2:
        return Headline("finding.speech_weeks_none", reason="speech_weeks_hidden")
    lowest, highest = float(months["share"].min()), float(months["share"].max())
    # one level that fits every month is enough to explain them
    together = float(months["low"].max()) <= float(months["high"].min())
    return Headline("finding.speech_weeks_same" if together else "finding.speech_weeks",
                    {"lowest": lowest, "highest": highest}, test="audit")


_BEHIND = ("posts", "coded", "found")
SPEECH_WEEKS = Spec(
    key="speech_weeks", metric="M4", unit="share", frame="audited_posts", headline=_say,
    identity=("row", "code", "week"), caveats=("agreement_unknown", "weeks_not_audited"),
    reasons=("speech_weeks_hidden", *UNAUDITED),
    columns={
        "row": Column("string"),  # audited | model
        "code": Column("string", shown="code"),
        "week": Column("string", shown="week"),  # or month
        "posts": Column("Int64", unit="posts", shown="number"),
        "coded": Column("Int64", unit="posts", shown="number"),
        "found": Column("Int64", unit="posts", shown="number"),
        "share": Column("Float64", unit="share", shown="share", follows=_BEHIND, step=STEP),
        "low": Column("Float64", unit="share", shown="share", follows=_BEHIND, step=STEP),
        "high": Column("Float64", unit="share", shown="share", follows=_BEHIND, step=STEP),
        "flagged": Column("Int64", unit="posts"),
        "raw": Column("Float64", unit="share", share_of=("flagged", "posts")),
    },
    facts={"unsaid": Fact()},
    sentences={"finding.speech_weeks": ("lowest", "highest"), "finding.speech_weeks_same": ("lowest", "highest"),
               "finding.speech_weeks_none": ()})


def measure_speech_weeks(corpus: Corpus, speech: SpeechCodes, *, quarter: str, span: str = "week") -> Finding:
    """Measure attacks, hate and recognition through the quarter: audited by month, by the model alone by week.

    An audit of some hundred posts holds too few of any one week. So months are what can be told, and the weeks show
    how many posts the model flags: the shape of the curve, never its level.

    Parameters
    ----------
    corpus
        The quarter.
    speech
        Of the same quarter.
    quarter
        Such as 2025Q3.
    span
        week, fortnight or month: what the model's curve is told by (`choose_span`).

    Returns
    -------
    finding
        Data: one row per code and month (`row` is audited) with `posts`, `coded`, `found`, `share` and its interval
        (from 30 coded posts), and one per code and whole span (`row` is model) with `posts`, `flagged`, `raw`; `week`
        is the month (2025-07) or span. No value: the sentence names the lowest and highest month of attacks, and says
        so where one level fits all of them.

    Raises
    ------
    TableError
        If the quarter holds no posts, the codes are of another one, or there is no such span.
    """
    check_span(span, asked_by="measure_speech_weeks")
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_speech_weeks")
    posts = posts_of(corpus, quarter)
    posts = posts[posts["post_id"].isin(ids)]
    why = why_unaudited(speech, "attack")
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    told = [c for c in CODES if not why_unaudited(speech, c)]
    for row, by, code in [] if why else [(r, b, c) for c in told for r, b in (("audited", "month"), ("model", span))]:
        for name, own in _split(posts, quarter, by):
            made = _audit(speech, code, own) if row == "audited" else _count(speech, code, own)
            if made is not None:
                numbers, counted = made
                cells += [Cell(len(rows), column, hash_posts(them)) for column, them in counted.items()]
                rows.append({"row": row, "code": code, "week": name,
                             **{column: len(them) for column, them in counted.items()}, **numbers})
    unknown = ("agreement_unknown",) if not why and state_of(speech, "attack") == "agreement_unknown" else ()
    by_model = ("weeks_not_audited",) if any(r["row"] == "model" for r in rows) else ()
    return Finding(SPEECH_WEEKS, quarter, pd.DataFrame(rows, columns=list(SPEECH_WEEKS.columns)), facts={"unsaid": why},
                   cells=tuple(cells), caveats=(*unknown, *by_model), provenance={"speech": speech.provenance})


def _split(posts: pd.DataFrame, quarter: str, span: str) -> list[tuple[str, pd.Series]]:
    """Return the name of each whole span of the quarter, and its posts."""
    start, end = quarter_bounds(quarter)
    begun = span_start(posts["posted_at"], span)
    whole = pd.date_range(start, end, freq="MS", inclusive="left") if span == "month" else (
        whole_spans(posts, quarter, span))
    return [(span_name(s, span), posts.loc[begun == s, "post_id"]) for s in whole if s >= start]


def _audit(speech: SpeechCodes, code: str, own: pd.Series) -> tuple[dict[str, float], dict[str, pd.Series]]:
    audited = audit_code(speech, code, among=own)
    counted = {"posts": own, "coded": read_posts(speech, own), "found": audited.found}
    return told_share(audited.estimate) if len(audited.coded) >= FEWEST_CODED else {}, counted


def _count(speech: SpeechCodes, code: str, own: pd.Series) -> tuple[dict[str, float], dict[str, pd.Series]] | None:
    flagged = flag_posts(speech, code, own)
    return None if flagged is None or own.empty else (
        {"raw": len(flagged) / len(own)}, {"posts": own, "flagged": flagged})
