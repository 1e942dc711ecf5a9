"""What findings about whom, how and where have in common: which codes may be told, and how an estimate is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.auditing import estimate_part
from workbench.findings.audited import Audited, audit_code, why_unaudited
from workbench.findings.speech_names import name_code
from workbench.findings.speech_shares import (
    LEAST_LOW,
    STEP,
    UNAUDITED,
    count_strata,
    say_every,
    state_of,
    told_share,
    verdicts_of,
)
from workbench.tables.codebook import Code
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.spec import POSTS, Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes

FEWEST_CODED_PART = 30  # posts of a part of all, before anything is told of it
UNTOLD = "finding.coded_none"
# a code that few agree on says so; a code of few yes cannot be agreed on surely
CAVEATS = ("agreement_unknown", "codes_left_out")
REASONS = ("speech_hidden", "not_in_codebook", *UNAUDITED)
FACTS = {"unsaid": Fact()}
FOUND = Column("Int64", unit=POSTS, shown="number")


def share_columns(*follows: str, step: float = STEP) -> dict[str, Column]:
    """Return the columns of a share with its interval, hidden with what they rest on."""
    return {name: Column("Float64", unit="share", shown="share", follows=follows, step=step)
            for name in ("share", "low", "high")}


def list_told(speech: SpeechCodes, *families: str) -> tuple[list[Code], str, tuple[str, ...]]:
    """Return the codes of some families that may be told, why where there is none, and what to say beside them."""
    every = speech.codebook.of(*families)
    if not every:
        return [], "not_in_codebook", ()
    why = {code.key: why_unaudited(speech, code.key) for code in every}
    told = [code for code in every if not why[code.key]]
    if not told:
        return [], why[every[0].key], ()
    caveats = (("agreement_unknown", any(state_of(speech, c.key) == "agreement_unknown" for c in told)),
               ("codes_left_out", "coders_differ" in why.values()))
    return told, "", tuple(name for name, is_so in caveats if is_so)


def tell_share(audited: Audited) -> dict[str, Any]:
    """Return found posts, share, interval and `rate` (about one post in so many).

    Where the interval begins below .05 %, the share is missing and its upper end alone is told: "under U".
    """
    estimate = audited.estimate
    told: dict[str, Any] = {"found": len(audited.found), **told_share(estimate)}
    if estimate.low < LEAST_LOW:
        return told | {"share": pd.NA, "low": 0.0, "rate": pd.NA}
    return told | {"rate": say_every(estimate.value, estimate.low) or pd.NA}


def tell_part(speech: SpeechCodes, part: str, whole: str, ids: pd.Series) -> tuple[dict[str, Any], pd.Series]:
    """Return how large a part of the posts with one code have another as well, as `tell_share`, and those found."""
    said = verdicts_of(speech, (part, whole), ids)
    both = said[part] & said[whole]
    estimate = estimate_part(*count_strata(speech, said, ids, both, said[whole]))
    found = said.loc[both, "post_id"]
    told: dict[str, Any] = {"found": len(found), **told_share(estimate)}
    return (told | {"share": pd.NA, "low": 0.0} if estimate.low < LEAST_LOW else told), found


def tell_codes(speech: SpeechCodes, codes: list[Code], ids: pd.Series) -> Iterator[tuple[dict[str, Any], Audited]]:
    """Return a row per code with its name and audited share, and the audit behind it."""
    for code in codes:
        audited = audit_code(speech, code.key, among=ids)
        yield {"code": code.key, "name": name_code(speech.codebook, code.key), **tell_share(audited)}, audited


def make_finding(spec: Spec, speech: SpeechCodes, told: Sequence[tuple[Mapping[str, Any], Mapping[str, pd.Series]]], *,
                 unsaid: str = "", facts: Mapping[str, Any] | None = None, cells: Sequence[Cell] = (),
                 caveats: tuple[str, ...] = (), period: str = "") -> Finding:
    """Make a finding of rows and the posts behind each of their counts; of one that cannot tell anything, without rows.

    It is of `period`; empty: the quarter of the codes.

    Rows are ordered by the column that the spec ranks by; where it is missing, last and by their identity.
    """
    rows = [] if unsaid else sorted(told, key=lambda one: _rank(one[0], spec))
    own = [Cell(row, column, hash_posts(posts)) for row, (_, counted) in enumerate(rows)
           for column, posts in counted.items()]
    data = pd.DataFrame([dict(row) for row, _ in rows], columns=list(spec.columns))
    return Finding(spec, period or speech.period, data, facts={"unsaid": unsaid, **(facts or {})}, cells=(*own, *cells),
                   caveats=() if unsaid else caveats, provenance={"speech": speech.provenance})


def untold(data: pd.DataFrame, facts: Mapping[str, Any], *shown: str) -> Headline | None:
    """Return the headline of a finding that has nothing to tell: for its reason, or all of some columns hidden."""
    if facts["unsaid"]:
        return Headline(UNTOLD, reason=str(facts["unsaid"]))
    return Headline(UNTOLD, reason="speech_hidden") if data[list(shown)].isna().all(axis=None) else None


def largest(data: pd.DataFrame, by: str) -> pd.Series | None:
    """Return the row with the largest number that may be seen; None where there is none."""
    known = data.dropna(subset=[by])
    return known.iloc[int(known[by].to_numpy(float).argmax())] if len(known) else None


def _rank(row: Mapping[str, Any], spec: Spec) -> tuple[float, list[str]]:
    number = row.get(spec.ranks_by)
    return -float(number) if number is not None and pd.notna(number) else np.inf, [str(row[c]) for c in spec.identity]
