"""Made-up audits of any corpus: what is true is given, a noisy model scores, a stratified sample is drawn and coded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.tables.codebook import Code, Codebook, CodeText
from workbench.tables.posts import Corpus
from workbench.tables.speech import (
    AGREEMENT_COLUMNS,
    CODE_COLUMNS,
    FRAME_COLUMNS,
    SAMPLE_COLUMNS,
    SETTLED_COLUMNS,
    SpeechCodes,
)


def make_codebook(keys: Sequence[str]) -> Codebook:
    """Return a codebook of these keys; what stands before a dot is the family."""
    parents = {"marker": "attack", "ground": "hate", "form": "recognition", "target": "attack"}

    def code(key: str) -> Code:
        family = key.split(".")[0]
        texts = {language: CodeText(f"{key} {language}", f"What {key} is.") for language in ("da", "en")}
        return Code(key, family, parents.get(family, ""), texts, words=(key.split(".")[-1],))

    return Codebook("made up", "1", "0" * 64, keys[0], {key: code(key) for key in keys})


def audit_world(corpus: Corpus, truth: pd.DataFrame, *, period: str, drawn: Sequence[int] = (40, 120, 240), seed: int = 1,
                alpha: float = 0.8, noise: float = 0.15) -> SpeechCodes:
    """Audit a corpus by hand: `truth` has `post_id` and one column of truth values per code, the main one first."""
    rng = np.random.default_rng(seed)
    keys = [c for c in truth.columns if c != "post_id"]
    book = make_codebook(keys)
    scores = pd.DataFrame({"post_id": truth["post_id"].astype("string")} | {
        key: np.clip(truth[key].astype(float) * 0.8 + rng.normal(0.1, noise, len(truth)), 0, 1).astype("float32")
        for key in keys})
    rank = scores[keys[0]].rank(ascending=False, method="first").to_numpy() / len(scores)
    stratum = np.where(rank <= 0.01, 1, np.where(rank <= 0.1, 2, 3))
    frame = pd.DataFrame({"post_id": scores["post_id"], "stratum": stratum}).astype(FRAME_COLUMNS)
    chosen = np.concatenate([rng.permutation(np.flatnonzero(stratum == h))[:drawn[h - 1]] for h in (1, 2, 3)])
    sizes, taken = np.bincount(stratum, minlength=4), np.bincount(stratum[chosen], minlength=4)
    sample = pd.DataFrame({
        "post_id": frame["post_id"].iloc[chosen].to_numpy(), "sample": f"{period}-1", "purpose": "share",
        "stratum": stratum[chosen], "stratum_posts": sizes[stratum[chosen]],
        "probability": (taken / np.maximum(sizes, 1))[stratum[chosen]], "is_double": False, "double_probability": 0.0,
        "position": rng.permutation(len(chosen)) + 1}).astype(SAMPLE_COLUMNS)
    said = truth.iloc[chosen].melt("post_id", var_name="code", value_name="value")
    settled = said.assign(how="one coder").astype(SETTLED_COLUMNS)
    codes = said.assign(coder="coder 1", coded_at=pd.Timestamp("2025-10-01", tz="UTC"), seconds=20.0, version="1")
    agreement = pd.DataFrame([{"code": key, "alpha": alpha, "low": alpha - 0.1, "high": min(alpha + 0.1, 1.0), "agreement": 0.95,
                               "posts": 200, "both": 40, "first_only": 5, "second_only": 5, "neither": 150,
                               "verdict": "good" if alpha >= 0.667 else "low"} for key in keys])
    return SpeechCodes(
        period=period, codebook=book, frame=frame, sample=sample, codes=codes.astype(CODE_COLUMNS), settled=settled,
        agreement=agreement.astype(AGREEMENT_COLUMNS), scores=scores, thresholds=dict.fromkeys(keys, 0.5),
        model={"name": "made up", "kind": "baseline", "trained_on": "nothing"}, provenance={"frame_posts": len(frame)})
