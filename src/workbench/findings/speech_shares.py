"""What part of the posts is attack, hate, offence and recognition, as far as people checked it (M3, M4, M6, M7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.auditing import FEWEST_FOUND, Estimate, estimate_part, estimate_powered, estimate_ratio_within
from workbench.findings.audited import audit_code, why_unaudited
from workbench.findings.periods import posts_of
from workbench.findings.speech_marks import check_codes_of
from workbench.tables.codebook import STRICT_HATE
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes

CODES = ("attack", "hate", STRICT_HATE, "offensive", "recognition")
# of those found with the second code, the part that has the first
PARTS = {"hate_of_attacks": ("hate", "attack"), "strict_of_hate": (STRICT_HATE, "hate")}
# an estimate rests on few found posts: finer than this it would tell how many in each stratum
STEP = 0.0005
LEAST_LOW = 0.0005  # of an interval; below it only its upper end is told
TOLD = ("audited", "agreement_unknown")
UNAUDITED = ("not_audited", "few_coded", "coders_differ")  # reasons, of `why_unaudited`
# about one post in so many
_ROUND = (*(n * 10**k for k in range(6) for n in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)),)


def _say_speech(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    shares = {str(row["code"]): row for row in data[data["row"].eq("share")].to_dict("records")}
    attack = shares.get("attack", {"state": "not_audited", "raw": pd.NA})
    state = str(attack["state"])
    if state in TOLD:
        return _say_attacks(attack, shares.get("hate", {}))
    for code, row in shares.items():
        if row["state"] in TOLD and not pd.isna(row["rate"]):
            told = {"code": code, "share": float(row["share"]), "rate": int(row["rate"])}
            return Headline("finding.speech_other", told, low=float(row["low"]), high=float(row["high"]), test="audit")
    if state != "coders_differ" and not pd.isna(attack["raw"]):
        return Headline("finding.speech_raw", {"raw": float(attack["raw"])})
    return Headline("finding.speech_none", reason=state)


def _say_attacks(attack: Mapping[Any, Any], hate: Mapping[Any, Any]) -> Headline:
    if pd.isna(attack["share"]):
        return Headline("finding.speech_none", reason="speech_hidden")
    share, low, high = (float(attack[c]) for c in ("share", "low", "high"))
    if pd.isna(attack["rate"]):
        return Headline("finding.speech_under", {"high": high}, low=low, high=high, test="audit")
    told = {"share": share, "rate": int(attack["rate"])}
    if pd.isna(hate.get("rate")):
        return Headline("finding.speech", told, value=share, low=low, high=high, test="audit")
    return Headline("finding.speech_hate", {**told, "hate": float(hate["share"])}, value=share, low=low, high=high,
                    test="audit")


_BEHIND = ("posts", "coded", "found")
SPEECH = Spec(
    key="speech", metric="M4", unit="share", frame="audited_posts", headline=_say_speech, is_tile=True,
    identity=("row", "code"), caveats=("not_audited", "agreement_unknown", "coders_differ", "shares_of_frame"),
    reasons=("speech_hidden", *UNAUDITED),
    columns={
        "row": Column("string"),  # share (of the posts) | part (of those with another code)
        "code": Column("string", shown="code"),
        "state": Column("string", shown="code"),  # of `TOLD`, or of `UNAUDITED`
        "posts": Column("Int64", unit="posts", is_kept=True),
        "coded": Column("Int64", unit="posts", shown="number", is_kept=True),
        "found": Column("Int64", unit="posts", shown="number", is_kept=True),
        "share": Column("Float64", unit="share", shown="share", follows=_BEHIND, step=STEP),
        "low": Column("Float64", unit="share", shown="share", follows=_BEHIND, step=STEP),
        "high": Column("Float64", unit="share", shown="share", follows=_BEHIND, step=STEP),
        "rate": Column("Int64", unit="number", follows=_BEHIND),  # about one post in so many
        "powered": Column("Float64", unit="share", follows=_BEHIND, step=STEP),
        "powered_low": Column("Float64", unit="share", follows=_BEHIND, step=STEP),
        "powered_high": Column("Float64", unit="share", follows=_BEHIND, step=STEP),
        "flagged": Column("Int64", unit="posts"),
        "threshold": Column("Float64", unit="number"),
        "raw": Column("Float64", unit="share", shown="share", share_of=("flagged", "posts")),
    },
    facts={"posts": Fact("posts"), "coded": Fact("posts")},
    sentences={"finding.speech": ("share", "rate"), "finding.speech_hate": ("share", "rate", "hate"),
               "finding.speech_under": ("high",), "finding.speech_other": ("code", "share", "rate"),
               "finding.speech_raw": ("raw",), "finding.speech_none": ()})


def measure_speech(corpus: Corpus, speech: SpeechCodes, *, quarter: str) -> Finding:
    """Measure what part of the posts is attack, hate, offence and recognition, by the audit of the quarter (M4, M6).

    Parameters
    ----------
    corpus
        The quarter.
    speech
        Of the same quarter.
    quarter
        Such as 2025Q3.

    Returns
    -------
    finding
        Value: the audited share of attacks; none where its interval begins at 0 (then the sentence gives the upper end
        alone), where it was not audited (the sentence gives the model's raw share, marked), or where coders differ.
        Data: one row per code (`row` is share) with `posts` described, `coded`, `found`, `share` with its interval,
        `rate` (about one post in so many; missing where the interval begins below .05 %), the prediction-powered
        estimate beside it (`powered`, from 30 found), and apart from these what the model alone says: `flagged`,
        `threshold`, `raw` (M3, not quality-assured). Then one row for hate among attacks and one for strict hate among
        hate (`row` is part): there `coded` are the posts of the whole that were coded, and nothing is told below 30.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_speech")
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    for code in CODES:
        row, counted = _row_of(speech, code, ids)
        if "coded" in counted or "flagged" in counted:
            cells += [Cell(len(rows), column, hash_posts(posts)) for column, posts in counted.items()]
            rows.append({"row": "share", "code": code, **row})
    for name, (part, whole) in PARTS.items():
        if not (why_unaudited(speech, part) or why_unaudited(speech, whole)):
            row, counted = _part_of(speech, part, whole, ids)
            cells += [Cell(len(rows), column, hash_posts(posts)) for column, posts in counted.items()]
            rows.append({"row": "part", "code": name, **row})
    data = pd.DataFrame(rows, columns=list(SPEECH.columns))
    coded = read_posts(speech, ids)
    facts, whole_cells = {"posts": len(ids), "coded": len(coded)}, [
        Cell(WHOLE_FINDING, "posts", hash_posts(ids)), Cell(WHOLE_FINDING, "coded", hash_posts(coded))]
    return Finding(SPEECH, quarter, data, facts=facts, cells=(*cells, *whole_cells), caveats=_caveats(data),
                   provenance={"speech": speech.provenance})


def described_posts(corpus: Corpus, speech: SpeechCodes, *, quarter: str, asked_by: str,
                    months: bool = False) -> pd.Series:
    """Return the ids of the posts that shares describe: of the frame, or those that were scored where there is none.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    posts = posts_of(corpus, quarter, months=months)
    check_codes_of(speech, quarter, asked_by=asked_by)
    told = speech.frame if len(speech.frame) else speech.scores
    return posts.loc[posts["post_id"].isin(told["post_id"]), "post_id"]


def read_posts(speech: SpeechCodes, ids: pd.Series) -> pd.Series:
    """Return those of the posts that people read for the audit, the same for every code.

    On some of them nobody knows an answer to one code or another. Counted code by code, the few between two such
    counts would be told by their difference, and the gate would have to hide one of the two.
    """
    return ids[ids.isin(speech.settled.loc[speech.settled["value"].notna(), "post_id"])]


def say_every(share: float, low: float) -> int | None:
    """Return the round number of which about one is meant by a share; none where it is told by its upper end alone."""
    if not low >= LEAST_LOW or share > 2 / 3:
        return None
    return int(min((r for r in _ROUND if r >= 2 and r == int(r)), key=lambda r: abs(np.log(r * share))))


def told_share(estimate: Estimate, *, prefix: str = "share") -> dict[str, float]:
    """Return an estimate as columns, to the step that is told."""
    low, high = ("low", "high") if prefix == "share" else (f"{prefix}_low", f"{prefix}_high")
    rounded = (float(np.round(v / STEP) * STEP) for v in (estimate.value, estimate.low, estimate.high))
    return dict(zip((prefix, low, high), rounded, strict=True))


def flag_posts(speech: SpeechCodes, code: str, ids: pd.Series) -> pd.Series | None:
    """Return those of the posts that the model alone says yes to; None where it did not score all of them."""
    if code not in speech.scores or code not in speech.thresholds:
        return None
    score = ids.map(speech.scores.set_index("post_id")[code])
    return None if score.isna().any() else ids[score >= speech.thresholds[code]]


def state_of(speech: SpeechCodes, code: str) -> str:
    """Return how far a code may be told: one of `TOLD`, or why not."""
    why = why_unaudited(speech, code)
    agreed = speech.agreement.loc[speech.agreement["code"].eq(code), "verdict"]
    return why or ("audited" if agreed.eq("good").any() else "agreement_unknown")


def _row_of(speech: SpeechCodes, code: str, ids: pd.Series) -> tuple[dict[str, Any], dict[str, pd.Series]]:
    """Return what is known of a code, and the posts behind each count."""
    state = state_of(speech, code)
    row: dict[str, Any] = {"state": state, "posts": len(ids)}
    counted = {"posts": ids}
    if state != "not_audited":
        audited = audit_code(speech, code, among=ids)
        counted["coded"] = read_posts(speech, ids)
        row["coded"] = len(counted["coded"])
        if state in TOLD:
            counted["found"] = audited.found
            row |= {"found": len(audited.found), **told_share(audited.estimate)}
            row["rate"] = say_every(row["share"], row["low"])
            if len(audited.found) >= FEWEST_FOUND and code in speech.scores:
                row |= told_share(_powered(speech, code, audited.coded, audited.found, ids), prefix="powered")
    flagged = flag_posts(speech, code, ids)
    if flagged is not None and state != "coders_differ":
        counted["flagged"] = flagged
        row |= {"flagged": len(flagged), "threshold": speech.thresholds[code], "raw": len(flagged) / len(ids)}
    return row, counted


def _part_of(speech: SpeechCodes, part: str, whole: str,
             ids: pd.Series) -> tuple[dict[str, Any], dict[str, pd.Series]]:
    """Return the part of one code among those found with another, counted in posts that were coded for both."""
    said = verdicts_of(speech, (part, whole), ids)
    inside, all_ = said[said[whole] & said[part]], said[said[whole]]
    counted = {"coded": all_["post_id"], "found": inside["post_id"]}
    row: dict[str, Any] = {"state": state_of(speech, whole), "coded": len(all_), "found": len(inside)}
    if len(all_) >= FEWEST_FOUND:
        row |= told_share(estimate_part(*count_strata(speech, said, ids, said[part] & said[whole], said[whole])))
    return row, counted


def verdicts_of(speech: SpeechCodes, codes: tuple[str, ...], ids: pd.Series) -> pd.DataFrame:
    """Return the posts with a verdict on each of some codes: `post_id`, `stratum` and a column of truth values each."""
    frame = speech.frame[speech.frame["post_id"].isin(ids)]
    settled = speech.settled[speech.settled["code"].isin(codes)].dropna(subset=["value"])
    values = settled.pivot(index="post_id", columns="code", values="value").reindex(columns=list(codes)).dropna()
    return frame.merge(values.astype(bool), left_on="post_id", right_index=True)


def count_strata(speech: SpeechCodes, said: pd.DataFrame, ids: pd.Series, *is_found: pd.Series) -> list[np.ndarray]:
    """Return posts and coded posts of each stratum, and of each column of truth values how many are found."""
    frame = speech.frame[speech.frame["post_id"].isin(ids)]
    posts = frame.groupby("stratum").size()
    counts = [posts, said.groupby("stratum").size(), *(said[found].groupby("stratum").size() for found in is_found)]
    return [c.reindex(posts.index, fill_value=0).to_numpy() for c in counts]


def _powered(speech: SpeechCodes, code: str, coded: pd.Series, found: pd.Series, ids: pd.Series) -> Estimate:
    scores = ids.map(speech.scores.set_index("post_id")[code])
    stratum = ids.map(speech.frame.set_index("post_id")["stratum"])
    is_coded = ids.isin(coded)
    return estimate_powered(scores.to_numpy(float), stratum.to_numpy(int), is_coded.to_numpy(bool),
                            ids.isin(found).to_numpy(bool))


def _caveats(data: pd.DataFrame) -> tuple[str, ...]:
    shares = data[data["row"].eq("share")].set_index("code")
    attack = shares["state"].get("attack", "not_audited")
    told = shares["state"].isin(TOLD).any()
    return tuple(name for name, is_so in (
        ("not_audited", len(shares) and not told),
        ("agreement_unknown", attack == "agreement_unknown"),
        ("coders_differ", told and shares["state"].eq("coders_differ").any()),
        ("shares_of_frame", told)) if is_so)


def _say_ratio(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if facts["unsaid"]:
        return Headline("finding.recognition_ratio_none", reason=str(facts["unsaid"]))
    if data["ratio"].isna().any():
        return Headline("finding.recognition_ratio_none", reason="speech_hidden")
    ratio, low, high = (float(data[c].iloc[0]) for c in ("ratio", "low", "high"))
    return Headline("finding.recognition_ratio", {"ratio": ratio}, value=ratio, low=low, high=high, test="audit")


_BOTH = ("coded", "attacks", "recognitions")
RECOGNITION_RATIO = Spec(
    key="recognition_ratio", metric="M7", unit="ratio", frame="audited_posts", headline=_say_ratio, is_tile=True,
    reasons=("speech_hidden", "few_attacks", *UNAUDITED), caveats=("agreement_unknown",),
    columns={
        "coded": Column("Int64", unit="posts", shown="number"),
        "attacks": Column("Int64", unit="posts", shown="number"),
        "recognitions": Column("Int64", unit="posts", shown="number"),
        "ratio": Column("Float64", unit="ratio", shown="decimal", follows=_BOTH, step=0.1),
        "low": Column("Float64", unit="ratio", shown="decimal", follows=_BOTH, step=0.1),
        "high": Column("Float64", unit="ratio", shown="decimal", follows=_BOTH, step=0.1),
    },
    facts={"unsaid": Fact()},
    sentences={"finding.recognition_ratio": ("ratio",), "finding.recognition_ratio_none": ()})


def measure_recognition_ratio(corpus: Corpus, speech: SpeechCodes, *, quarter: str) -> Finding:
    """Measure how many posts recognise somebody for every one that attacks (M7).

    Returns
    -------
    finding
        Value: the ratio with its interval; none where the interval of attacks begins at 0. Data: one row, columns
        `coded` (read by people), `attacks` and `recognitions` found among these, `ratio`, `low`, `high`.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_recognition_ratio")
    pair = ("recognition", "attack")
    why = next((w for w in (why_unaudited(speech, code) for code in pair) if w), "")
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    if not why:
        said = verdicts_of(speech, pair, ids)
        has, hits = said["recognition"], said["attack"]
        counted = {"coded": read_posts(speech, ids), "attacks": said.loc[hits, "post_id"],
                   "recognitions": said.loc[has, "post_id"]}
        cells = [Cell(0, name, hash_posts(posts)) for name, posts in counted.items()]
        ratio = estimate_ratio_within(*count_strata(speech, said, ids, has, hits, has & hits))
        # a ratio to what may be nothing is none
        attacks = audit_code(speech, "attack", among=ids).estimate
        why = "" if attacks.low > 0 and np.isfinite(ratio.high) else "few_attacks"
        estimate = {} if why else {"ratio": ratio.value, "low": ratio.low, "high": ratio.high}
        rows = [{name: len(posts) for name, posts in counted.items()} | estimate]
    caveats = ("agreement_unknown",) if "agreement_unknown" in {state_of(speech, c) for c in pair} else ()
    return Finding(RECOGNITION_RATIO, quarter, pd.DataFrame(rows, columns=list(RECOGNITION_RATIO.columns)),
                   facts={"unsaid": why}, cells=tuple(cells), caveats=caveats, provenance={"speech": speech.provenance})
