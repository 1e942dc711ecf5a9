"""What people and models said of posts: the sample, the codes, the scores and how far coders agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.tables.codebook import Codebook

UTC = "datetime64[us, UTC]"
PURPOSES = ("share", "learning")  # only samples of the first are ever used for a share

# one row per post that shares describe: the posts with text of the period when the sample was drawn
FRAME_COLUMNS: dict[str, str] = {
    "post_id": "string",
    "stratum": "Int64",  # 1: highest scores of the main code, 2, 3; 1 alone where nothing was scored
}
SAMPLE_COLUMNS: dict[str, str] = {
    "post_id": "string",
    "sample": "string",  # such as 2025Q3-1
    "purpose": "string",  # one of PURPOSES
    "stratum": "Int64",  # of the frame; missing in a sample for learning
    "stratum_posts": "Int64",  # posts of the frame in it
    "probability": "Float64",  # of being drawn; missing in a sample for learning
    "is_double": "boolean",  # whether two coders are to code it
    "double_probability": "Float64",  # of being double coded, given that it was drawn
    "position": "Int64",  # 1, 2, ...: the order in which it is coded, at random
}
CODE_COLUMNS: dict[str, str] = {
    "post_id": "string",
    "code": "string",  # key of the codebook
    "value": "boolean",  # missing: don't know
    "coder": "string",  # a role: coder 1, coder 2, ..., adjudicator
    "coded_at": UTC,
    "seconds": "Float64",  # on the whole post; missing where not measured
    "version": "string",  # of the codebook
}
# one row per post of a share sample and code, STRICT_HATE among them
SETTLED_COLUMNS: dict[str, str] = {
    "post_id": "string",
    "code": "string",
    "value": "boolean",  # missing: nobody knows, or coders differ and nobody decided
    "how": "string",  # one coder | agreed | adjudicated | open
}
AGREEMENT_COLUMNS: dict[str, str] = {
    "code": "string",
    "alpha": "Float64",  # Krippendorff's, weighted back to the posts of the frame; missing where it cannot be told
    "low": "Float64",  # of its 95 % bootstrap interval
    "high": "Float64",
    "agreement": "Float64",  # raw: part of the double-coded posts on which both say the same
    "posts": "Int64",  # coded by both
    "both": "Int64",  # yes by both
    "first_only": "Int64",
    "second_only": "Int64",
    "neither": "Int64",
    "verdict": "string",  # good (alpha at least .667) | low | undecided (fewer than 30 yes by either coder) | single
}
GOOD_ALPHA = 0.667
FEWEST_YES = 30  # by each coder, before agreement can be told


def _empty(columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


@dataclass(frozen=True)
class SpeechCodes:
    """All that is known about speech in the posts of one period.

    Attributes
    ----------
    period
        Such as 2025Q3.
    codebook
        That the codes follow.
    frame
        The posts that shares describe, columns `FRAME_COLUMNS`; empty where no sample was drawn.
    sample
        One row per drawn post and sample, columns `SAMPLE_COLUMNS`.
    codes
        Everything coders said, columns `CODE_COLUMNS`.
    settled
        One verdict per post of the samples for shares, and code, columns `SETTLED_COLUMNS`.
    agreement
        One row per code that was double coded, columns `AGREEMENT_COLUMNS`.
    scores
        `post_id`, and one column of Float32 (0 to 1) per code that the model knows, one row per post with text of the
        period; no columns but `post_id` where nothing was scored.
    thresholds
        By code: the score from which the model says yes.
    model
        The model's card: `name`, `kind` (baseline | transformers | setfit | lexicon), `trained_on`, measures; empty
        where nothing was scored.
    provenance
        Seeds, digests of codebook and model, posts in the frame, posts of the period that came after it.
    """

    period: str
    codebook: Codebook
    frame: pd.DataFrame = field(default_factory=lambda: _empty(FRAME_COLUMNS))
    sample: pd.DataFrame = field(default_factory=lambda: _empty(SAMPLE_COLUMNS))
    codes: pd.DataFrame = field(default_factory=lambda: _empty(CODE_COLUMNS))
    settled: pd.DataFrame = field(default_factory=lambda: _empty(SETTLED_COLUMNS))
    agreement: pd.DataFrame = field(default_factory=lambda: _empty(AGREEMENT_COLUMNS))
    scores: pd.DataFrame = field(default_factory=lambda: _empty({"post_id": "string"}))
    thresholds: Mapping[str, float] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
