"""Whether attacks, hate and recognition changed since the quarter before: audited, and tested over arenas (M4, M9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.auditing import estimate_difference
from workbench.findings.audited import audit_code, why_unaudited
from workbench.findings.change import LEVEL, MINIMUM_EFFECTIVE_ARENAS, adjust_p, compare_shares
from workbench.findings.distinct import join_groups, number_texts, select_panel, unite_arenas
from workbench.findings.periods import previous_quarter
from workbench.findings.speech_shares import UNAUDITED, described_posts, flag_posts, read_posts
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes

CODES = ("attack", "hate", "recognition")
CHANGED = ("rose", "fell")
STEP = 0.001
_SEEN = (1.959964 + 0.841621) / 1.959964  # of half an interval: the change that four of five quarters would show
_SAME = ("name", "kind", "digest", "trained_on", "version")  # of a model's card


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if facts["unsaid"]:
        return Headline("finding.speech_change_none", reason=str(facts["unsaid"]))
    known = data.dropna(subset=["change"])
    if known.empty:
        return Headline("finding.speech_change_none", reason="speech_change_hidden")
    changed = known[known["verdict"].isin(CHANGED)]
    told = (changed if len(changed) else known).to_dict("records")[0]
    numbers = {name: float(told[name]) for name in ("change", "low", "high", "p")}
    named = {"size": round(100 * abs(numbers["change"]), 1)} if len(changed) else {
        "seen": round(50 * _SEEN * (numbers["high"] - numbers["low"]), 1)}
    return Headline(f"finding.speech_{told['verdict'] if len(changed) else 'unchanged'}",
                    {"code": str(told["code"]), **named}, value=numbers["change"], low=numbers["low"],
                    high=numbers["high"], test="sign_flip", p=numbers["p"], is_change=bool(len(changed)))


_BEHIND = ("coded_before", "coded", "found_before", "found")


def _told(shown: str, unit: str = "percentage points") -> Column:
    return Column("Float64", unit=unit, shown=shown, follows=_BEHIND, step=STEP)


SPEECH_CHANGE = Spec(
    key="speech_change", metric="M9", unit="percentage points", frame="fixed_panel", headline=_say, identity=("code",),
    caveats=("fixed_panel", "tested_by_model"),
    reasons=("speech_not_audited_before", "speech_other_model", "speech_change_few_arenas", "speech_change_hidden",
             *UNAUDITED),
    columns={
        "code": Column("string", shown="code"),
        "coded_before": Column("Int64", unit="posts", shown="number"),
        "coded": Column("Int64", unit="posts", shown="number"),
        "found_before": Column("Int64", unit="posts", shown="number"),
        "found": Column("Int64", unit="posts", shown="number"),
        "change": _told("points"),
        "low": _told("points"),
        "high": _told("points"),
        "p": _told("", "p"),
        "q": _told("p", "p"),
        "verdict": Column("string", shown="code", follows=_BEHIND),  # rose | fell | unclear
    },
    facts={"unsaid": Fact(), "before": Fact(), "arenas": Fact("arenas"), "effective": Fact("number")},
    sentences={"finding.speech_rose": ("code", "size", "before"), "finding.speech_fell": ("code", "size", "before"),
               "finding.speech_unchanged": ("code", "before", "seen"), "finding.speech_change_none": ()})


def compare_speech(corpus: Corpus, speech: SpeechCodes, before: SpeechCodes, *, quarter: str, seed: int,
                   lineage: pd.DataFrame | None = None, together: pd.DataFrame | None = None,
                   copies: pd.Series | None = None) -> Finding:
    """Compare attacks, hate and recognition with the quarter before, in the arenas that wrote in both.

    A change is one only if both hold: the difference of the audited shares leaves out 0, and a test over arenas
    rejects. An audit has a handful of posts from each arena, too few to compare arena by arena; so the test asks
    whether arenas as a whole moved in what one and the same model flags, counting each distinct text once.

    Parameters
    ----------
    corpus
        Both quarters.
    speech, before
        Of the quarter, and of the one before it; scored by one model.
    quarter
        Such as 2025Q3.
    seed
        Of the sign flips.
    lineage, together, copies
        As of `compare_topics`.

    Returns
    -------
    finding
        Data: one row per code that was audited in both quarters, columns `coded` and `found` of either quarter, the
        difference of the audited shares of the panel in percentage points (`change`) with its interval, `p` and `q` of
        the test over its arenas, `verdict`. Value: the first change shown, else that of attacks; without one, the
        sentence says what change would have been seen. The shares themselves stand in each quarter's report: those of
        the panel, beside them, would tell what is found in the few arenas that came or went.

    Raises
    ------
    TableError
        If either quarter holds no posts that were coded, or the codes are of other quarters.
    """
    earlier = previous_quarter(quarter)
    facts: dict[str, Any] = {"unsaid": _why_silent(speech, before), "before": earlier, "arenas": 0, "effective": 0.0}
    data = pd.DataFrame(columns=list(SPEECH_CHANGE.columns))
    cells: list[Cell] = []
    if not facts["unsaid"]:
        ids = [described_posts(corpus, s, quarter=q, asked_by="compare_speech")
               for s, q in ((before, earlier), (speech, quarter))]
        posts = _place(corpus, ids, (earlier, quarter), lineage)
        said = posts.assign(said=number_texts(corpus, posts, copies)).dropna(subset=["said"])
        distinct = select_panel(said, quarters=(earlier, quarter))
        codes = [c for c in CODES if not (why_unaudited(speech, c) or why_unaudited(before, c))]
        rows, cells = _audit_panel(posts, (before, speech), (earlier, quarter), codes, ids)
        tested = pd.DataFrame([_test(distinct, (before, speech), (earlier, quarter), code, seed=seed,
                                     groups=join_groups(unite_arenas(corpus, lineage), together)) for code in codes])
        data = pd.DataFrame(rows).join(tested)
        facts |= {"arenas": int(distinct["unit"].nunique()), "effective": float(tested["effective"].iloc[0])}
        if facts["effective"] < MINIMUM_EFFECTIVE_ARENAS:
            facts["unsaid"] = "speech_change_few_arenas"
        data["q"] = adjust_p(data["p"])
        data["verdict"] = _judge(data)
        data = data[list(SPEECH_CHANGE.columns)]
    return Finding(SPEECH_CHANGE, quarter, data, facts=facts, cells=tuple(cells),
                   caveats=() if facts["unsaid"] else SPEECH_CHANGE.caveats,
                   provenance={"speech": speech.provenance, "comparison": {"seed": seed}})


def _why_silent(speech: SpeechCodes, before: SpeechCodes) -> str:
    if why := why_unaudited(speech, "attack"):
        return why
    if why_unaudited(before, "attack"):
        return "speech_not_audited_before"
    cards = [[s.model.get(name) for name in _SAME] + [s.thresholds.get("attack")] for s in (before, speech)]
    return "" if cards[0] == cards[1] and cards[0][-1] is not None else "speech_other_model"


def _place(corpus: Corpus, ids: list[pd.Series], quarters: tuple[str, str],
           lineage: pd.DataFrame | None) -> pd.DataFrame:
    """Return the posts of the arenas that wrote in both quarters, in order of time."""
    quarter_of = pd.concat([pd.Series(q, index=own) for own, q in zip(ids, quarters, strict=True)])
    posts = corpus.posts[corpus.posts["post_id"].isin(quarter_of.index)]
    posts = posts.assign(unit=posts["arena_id"].map(unite_arenas(corpus, lineage)).astype(object),
                         quarter=posts["post_id"].map(quarter_of))
    return posts[posts.groupby("unit")["quarter"].transform("nunique") == 2].sort_values("posted_at", kind="stable")


def _audit_panel(posts: pd.DataFrame, both: tuple[SpeechCodes, SpeechCodes], quarters: tuple[str, str],
                 codes: list[str], ids: list[pd.Series]) -> tuple[list[dict[str, Any]], list[Cell]]:
    """Return coded and found posts of either quarter, and how far the shares of the panel lie apart."""
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    for code in codes:
        row: dict[str, Any] = {"code": code}
        estimates = []
        for speech, quarter, ending, every in zip(both, quarters, ("_before", ""), ids, strict=True):
            inside = posts.loc[posts["quarter"].eq(quarter), "post_id"]
            estimates.append(audit_code(speech, code, among=inside).estimate)
            whole = audit_code(speech, code, among=every)
            for name, own in ((f"coded{ending}", read_posts(speech, every)), (f"found{ending}", whole.found)):
                row[name] = len(own)
                cells.append(Cell(len(rows), name, hash_posts(own)))
        gap = estimate_difference(estimates[1], estimates[0])
        rows.append({**row, "change": gap.value, "low": gap.low, "high": gap.high})
    return rows, cells


def _test(distinct: pd.DataFrame, both: tuple[SpeechCodes, SpeechCodes], quarters: tuple[str, str], code: str, *,
          seed: int, groups: pd.Series) -> dict[str, float]:
    """Return p, effective arenas, and the direction of what the model flags, over the arenas of the panel."""
    tables = []
    for speech, quarter in zip(both, quarters, strict=True):
        own = distinct[distinct["quarter"].eq(quarter)]
        flagged = flag_posts(speech, code, own["post_id"])
        if flagged is None:
            return {"p": np.nan, "effective": 0.0, "way": np.nan}
        marked = own["post_id"].isin(flagged).groupby(own["unit"])
        tables.append(pd.DataFrame({"marked": marked.sum(), "others": marked.size() - marked.sum()}))
    [found] = compare_shares(tables[0], tables[1], seed=seed, together=groups).loc[["marked"]].to_dict("records")
    # one arena that makes more than half of it is no change of arenas
    sure = found["top_arena"] <= 0.5 and np.sign(found["change"]) == np.sign(found["pooled"])
    return {"p": float(found["p"]), "effective": float(found["effective"]),
            "way": float(np.sign(found["change"])) if sure else 0.0}


def _judge(data: pd.DataFrame) -> pd.Series:
    """Return what may be said of each code: both must hold, and point the same way."""
    leaves_out = (data["low"] > 0) | (data["high"] < 0)
    agree = np.sign(data["change"]) == data["way"]
    shown = data["q"].lt(LEVEL) & leaves_out & agree
    return pd.Series(np.where(shown, np.where(data["change"] > 0, "rose", "fell"), "unclear"), index=data.index,
                     dtype="string")
