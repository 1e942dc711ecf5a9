"""What the audit of a period says of a code in a part of its posts: estimate and the posts behind it (M4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.auditing import Estimate, estimate_share
from workbench.tables.speech import SpeechCodes

FEWEST_CODED = 100  # posts, of the whole audit: with fewer nothing is told


@dataclass(frozen=True)
class Audited:
    """A share of some posts, and the posts behind it.

    Attributes
    ----------
    estimate
        The share with its interval.
    posts
        Ids of the posts it describes.
    coded
        Of them, those that were drawn and on which there is a verdict.
    found
        Of them, those with a yes.
    strata
        One row per stratum, columns `posts`, `coded`, `found`: what the estimate was made of.
    """

    estimate: Estimate
    posts: pd.Series
    coded: pd.Series
    found: pd.Series
    strata: pd.DataFrame


def audit_code(speech: SpeechCodes, code: str, *, among: pd.Series | None = None) -> Audited:
    """Estimate the share of a code among posts, from the audit of the period.

    Parameters
    ----------
    speech
        With a sample for shares.
    code
        Key of the codebook, or `STRICT_HATE`.
    among
        Ids of the posts it is about; None: all of the frame. Posts outside the frame count for nothing.

    Notes
    -----
    Within a stratum, the sampled posts of a part are a random sample of the part (Cochran 1977, 2.13), so one estimator
    serves the whole and every part of it. A stratum of which the part has no coded post is taken for what the whole
    sample shows of it, and may hold anything.
    """
    frame = speech.frame if among is None else speech.frame[speech.frame["post_id"].isin(among)]
    verdicts = speech.settled[speech.settled["code"].eq(code)].dropna(subset=["value"])
    value = frame["post_id"].map(verdicts.set_index("post_id")["value"])
    is_coded = value.notna()
    is_found = value.fillna(False).astype(bool)
    strata = pd.DataFrame({"posts": 1, "coded": is_coded.astype(int), "found": is_found.astype(int)}).groupby(
        frame["stratum"].astype(int)).sum()
    elsewhere = _share_in_strata(speech, verdicts).reindex(strata.index, fill_value=0.5).to_numpy()
    estimate = estimate_share(*(strata[c].to_numpy() for c in ("posts", "coded", "found")), unknown=elsewhere)
    ids = frame["post_id"]
    return Audited(estimate, ids, ids[is_coded], ids[is_found], strata)


def _share_in_strata(speech: SpeechCodes, verdicts: pd.DataFrame) -> pd.Series:
    """Return the share of a code among all coded posts of each stratum."""
    coded = speech.frame[speech.frame["post_id"].isin(verdicts["post_id"])]
    said = coded["post_id"].map(verdicts.set_index("post_id")["value"]).astype(float)
    return said.groupby(coded["stratum"].astype(int)).mean()


def why_unaudited(speech: SpeechCodes, code: str) -> str:
    """Tell why nothing can be said of a code in a report: ``not_audited``, ``few_coded``, ``coders_differ`` or nothing.

    A code on which two coders agree too little (alpha under .667) is not reported (M25).
    """
    verdicts = speech.settled[speech.settled["code"].eq(code)]
    if verdicts.empty or speech.frame.empty:
        return "not_audited"
    told = speech.agreement[speech.agreement["code"].eq(code)]
    if told["verdict"].eq("low").any():
        return "coders_differ"
    return "few_coded" if int(np.sum(verdicts["value"].notna())) < FEWEST_CODED else ""
