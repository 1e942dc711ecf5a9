"""How good audit and model are: precision and recall (M5), agreement of coders (M25), the design of the sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.auditing import Estimate, estimate_detection
from workbench.errors import TableError
from workbench.findings.audited import audit_code, why_unaudited
from workbench.findings.speech_names import CODE, NAME, name_code
from workbench.findings.speech_shares import TOLD, UNAUDITED, described_posts, flag_posts, read_posts, state_of
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes

CODES = ("attack", "hate", "offensive", "recognition")
ADJUDICATOR = "adjudicator"
STEP = 0.01
# how many posts model and people both found is not told: what is told of it leaves at least five to choose from
COARSE = (0.05, 0.1)
LEAST_LEFT = 5


def _say_model(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if facts["unsaid"]:
        return Headline("finding.speech_model_none", reason=str(facts["unsaid"]))
    known = data.dropna(subset=["precision", "recall_low"])
    if known.empty:
        return Headline("finding.speech_model_none", reason="checks_hidden")
    told = known.iloc[0]
    named = {"code": str(told["code"]), "precision": float(told["precision"])}
    if pd.isna(told["recall"]):
        return Headline("finding.speech_model_least", {**named, "least": float(told["recall_low"])}, test="audit")
    return Headline("finding.speech_model", {**named, "recall": float(told["recall"])}, test="audit")


def _share(*follows: str, step: float = STEP) -> Column:
    return Column("Float64", unit="share", shown="share", follows=follows, step=step)


SPEECH_MODEL = Spec(
    key="speech_model", metric="M5", unit="share", frame="audited_posts", headline=_say_model, identity=("code",),
    reasons=("checks_hidden", "not_scored", *UNAUDITED),
    columns={
        "code": Column("string", shown="code"),
        "threshold": Column("Float64", unit="number"),
        "marked": Column("Int64", unit="posts", shown="number"),
        "found": Column("Int64", unit="posts", shown="number"),
        **{name: _share("marked", "found", step=COARSE[0]) for name in (
            "precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high")},
    },
    facts={"unsaid": Fact()},
    sentences={"finding.speech_model": ("code", "precision", "recall"),
               "finding.speech_model_least": ("code", "precision", "least"), "finding.speech_model_none": ()})


def measure_speech_model(corpus: Corpus, speech: SpeechCodes, *, quarter: str) -> Finding:
    """Measure how often the model was right in the quarter, and how much it found, by the audit of the same posts (M5).

    Returns
    -------
    finding
        Data: one row per code that was scored and audited, columns `threshold`, `marked` (coded posts that the model
        says yes to), `found` (coded posts that people say yes to), `precision` and `recall` with their intervals, of
        all posts described and not of the sample, to the next 5 or 10 per cent. Where no miss was found the recall is
        missing and its lower end alone is told.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_speech_model")
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    for code in CODES:
        flagged = flag_posts(speech, code, ids)
        if state_of(speech, code) in TOLD and flagged is not None:
            row, counted = _confuse(speech, code, ids, flagged)
            cells += [Cell(len(rows), column, hash_posts(posts)) for column, posts in counted.items()]
            rows.append({"code": code, "threshold": speech.thresholds[code], **row})
    why = "" if rows else why_unaudited(speech, "attack") or "not_scored"
    return Finding(SPEECH_MODEL, quarter, pd.DataFrame(rows, columns=list(SPEECH_MODEL.columns)), facts={"unsaid": why},
                   cells=tuple(cells), provenance={"speech": speech.provenance})


def _confuse(speech: SpeechCodes, code: str, ids: pd.Series,
             flagged: pd.Series) -> tuple[dict[str, Any], dict[str, pd.Series]]:
    audited = audit_code(speech, code, among=ids)
    table = pd.DataFrame({"post_id": ids, "stratum": ids.map(speech.frame.set_index("post_id")["stratum"]),
                          "is_flagged": ids.isin(flagged), "coded": ids.isin(audited.coded),
                          "found": ids.isin(audited.found)})
    counts = [pd.crosstab(part["stratum"], part["is_flagged"])
              .reindex(index=sorted(table["stratum"].unique()), columns=[False, True], fill_value=0).to_numpy()
              for part in (table, table[table["coded"]], table[table["found"]])]
    told = estimate_detection(*counts)
    read = read_posts(speech, ids)
    counted = {"marked": read[read.isin(flagged)], "found": audited.found}
    row: dict[str, Any] = {name: len(posts) for name, posts in counted.items()}
    step = next((s for s in COARSE if s * min(row.values()) >= LEAST_LEFT), None)
    if step is not None:
        row |= _coarse("precision", told.precision, step)
        row |= _coarse("recall", told.recall, step) if told.missed else {
            "recall_low": _coarse("recall", told.recall, step)["recall_low"]}
    return row, counted


def _coarse(name: str, estimate: Estimate, step: float) -> dict[str, float]:
    """Return an estimate to the next step, its interval widened to the steps around it."""
    low, high = np.floor(estimate.low / step + 1e-9) * step, np.ceil(estimate.high / step - 1e-9) * step
    return {name: float(np.round(estimate.value / step) * step), f"{name}_low": float(low), f"{name}_high": float(high)}


def _say_agreement(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    known = data.dropna(subset=["alpha"])
    if facts["unsaid"] or known.empty:
        return Headline("finding.agreement_none", reason=str(facts["unsaid"] or "checks_hidden"))
    tested = known[known["verdict"].isin(["agree_good", "agree_low"])]
    if tested.empty:
        return Headline("finding.agreement_unknown", {"codes": len(known)})
    told = {"codes": len(tested), "good": int(tested["verdict"].eq("agree_good").sum())}
    told["low"] = told["codes"] - told["good"]
    return Headline("finding.agreement_low" if told["low"] else "finding.agreement", told)


AGREEMENT = Spec(
    key="agreement", metric="M25", unit="number", frame="double_coded", headline=_say_agreement, identity=("code",),
    reasons=("single_coder", "checks_hidden", "not_audited"), caveats=("codes_unseen",),
    columns={
        "code": CODE,
        "name": NAME,
        "alpha": Column("Float64", unit="number", shown="decimal2", follows=("whole:posts",), step=STEP),
        "low": Column("Float64", unit="number", shown="decimal2", follows=("whole:posts",), step=STEP),
        "high": Column("Float64", unit="number", shown="decimal2", follows=("whole:posts",), step=STEP),
        "agreement": _share("whole:posts"),
        "verdict": Column("string", shown="code"),  # agree_good | agree_low | agree_undecided | agree_single
    },
    facts={"posts": Fact("posts"), "unsaid": Fact(), "unseen": Fact("number")},
    sentences={"finding.agreement": ("codes", "good"), "finding.agreement_low": ("codes", "good", "low"),
               "finding.agreement_unknown": ("codes",), "finding.agreement_none": ()})


def describe_agreement(speech: SpeechCodes, *, quarter: str) -> Finding:
    """Describe how far two coders agree, code by code (M25).

    Returns
    -------
    finding
        Data: one row per code that two coders answered and at least one said yes to, columns `name`, `alpha`
        (Krippendorff's) with its bootstrap interval, `agreement` (part on which both say the same) and `verdict`.
        Facts: `posts`, read by two, and `unseen`, the codes that neither said yes to: nothing is told of them.

    Raises
    ------
    TableError
        If the codes are of another quarter.
    """
    _check_period(speech, quarter, asked_by="describe_agreement")
    said = speech.codes[speech.codes["coder"].ne(ADJUDICATOR)]
    said = said.drop_duplicates(["post_id", "code", "coder"], keep="last")
    said = said[said["value"].notna() & said["post_id"].isin(speech.frame["post_id"])]
    coders = said.groupby(["code", "post_id"])["coder"].nunique()
    twice = coders[coders > 1].reset_index()
    asked = speech.agreement[speech.agreement["code"].isin(twice["code"])]
    said_twice = said.merge(twice[["code", "post_id"]], on=["code", "post_id"])
    # both said no to every post: a row of it would tell nothing of how far they agree
    told = asked[asked["code"].isin(said_twice.loc[said_twice["value"].astype(bool), "code"])]
    unseen = len(asked) - len(told)
    rows = [{**{c: row[c] for c in ("code", "alpha", "low", "high", "agreement")},
             "name": name_code(speech.codebook, row["code"]), "verdict": f"agree_{row['verdict']}"}
            for row in told.to_dict("records")]
    posts = twice["post_id"].drop_duplicates()
    why = "" if rows else "not_audited" if speech.settled.empty else "checks_hidden" if unseen else "single_coder"
    return Finding(AGREEMENT, quarter, pd.DataFrame(rows, columns=list(AGREEMENT.columns)),
                   facts={"unsaid": why, "posts": len(posts), "unseen": unseen},
                   cells=(Cell(WHOLE_FINDING, "posts", hash_posts(posts)),),
                   caveats=("codes_unseen",) if unseen and not why else (), provenance={"speech": speech.provenance})


def _say_design(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if facts["unsaid"]:
        return Headline("finding.audit_design_none", reason=str(facts["unsaid"]))
    if "coded" not in facts or "posts" not in facts:
        return Headline("finding.audit_design_none", reason="checks_hidden")
    return Headline("finding.audit_design", test="audit")


AUDIT_DESIGN = Spec(
    key="audit_design", metric="M4", unit="posts", frame="audited_posts", headline=_say_design, identity=("stratum",),
    reasons=("not_audited", "checks_hidden"),
    columns={
        "stratum": Column("string", shown="code"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "coded": Column("Int64", unit="posts", shown="number"),
    },
    facts={"posts": Fact("posts"), "coded": Fact("posts"), "unsaid": Fact()},
    sentences={"finding.audit_design": ("coded", "posts"), "finding.audit_design_none": ()})


def describe_audit(corpus: Corpus, speech: SpeechCodes, *, quarter: str) -> Finding:
    """Describe the audit: how many posts each stratum has, and how many of them were read.

    Returns
    -------
    finding
        Data: one row per stratum (posts with the highest scores first) and one of all, columns `posts` and `coded`
        (read by people). How many were found in each stratum is not told: few are behind it.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="describe_audit")
    if speech.frame.empty or why_unaudited(speech, "attack") == "not_audited":
        return Finding(AUDIT_DESIGN, quarter, pd.DataFrame(columns=list(AUDIT_DESIGN.columns)),
                       facts={"unsaid": "not_audited"})
    stratum = ids.map(speech.frame.set_index("post_id")["stratum"])
    numbers = sorted(stratum.unique())
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    parts = [(f"stratum_{n}", ids[stratum.eq(n)]) for n in numbers] if len(numbers) > 1 else []
    for name, own in [*parts, ("all_posts", ids)]:
        counted = {"posts": own, "coded": read_posts(speech, own)}
        cells += [Cell(len(rows), column, hash_posts(posts)) for column, posts in counted.items()]
        rows.append({"stratum": name, **{column: len(posts) for column, posts in counted.items()}})
    coded = read_posts(speech, ids)
    whole = (Cell(WHOLE_FINDING, "posts", hash_posts(ids)), Cell(WHOLE_FINDING, "coded", hash_posts(coded)))
    return Finding(AUDIT_DESIGN, quarter, pd.DataFrame(rows, columns=list(AUDIT_DESIGN.columns)),
                   facts={"unsaid": "", "posts": len(ids), "coded": len(coded)}, cells=(*cells, *whole),
                   provenance={"speech": speech.provenance})


def _check_period(speech: SpeechCodes, quarter: str, *, asked_by: str) -> None:
    if speech.period != quarter:
        raise TableError(f"{asked_by}: the codes are of {speech.period}, and {quarter} is asked for. Give those of the "
                         f"quarter: study.speech(\"{quarter}\").")
