"""All that is known of speech in a period, loaded from the folder of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from workbench.speech.agreement import measure_agreement
from workbench.speech.answering import check_digests, load_codes
from workbench.speech.sampling import choose_posts, tell_chances
from workbench.speech.settling import settle_codes
from workbench.speech.storing import load_learning_sample, load_sample, load_scores
from workbench.tables.codebook import Codebook
from workbench.tables.posts import Corpus
from workbench.tables.speech import SAMPLE_COLUMNS, SETTLED_COLUMNS, SpeechCodes

MOST_SINCE = 0.1  # part of the period's posts that may have come after the draw
AGREEMENT_SEED = 1


def load_speech(folder: Path, corpus: Corpus, period: str, codebook: Codebook) -> SpeechCodes:
    """Load sample, codes, verdicts, agreement and scores of a period.

    Posts that are no longer in the corpus are left out everywhere: what remains of a random sample is a random sample
    of what remains. Posts that came after the draw are counted in the provenance; where they are more than a tenth of
    the posts of the period, a share of the older ones would be taken for one of all, so there are no verdicts, and the
    provenance says `is_outdated`: `workbench speech draw PERIOD --more 50` draws from the new ones.

    Parameters
    ----------
    folder
        Of the study.
    corpus
        With the posts of the period.

    Returns
    -------
    speech
        Empty tables where nothing was drawn, coded or scored.

    Raises
    ------
    TableError
        If the codebook was changed under the version that codes name.
    InputError
        If a file cannot be read.
    """
    check_digests(folder, period, codebook)
    posts = choose_posts(corpus, period)["post_id"]
    drawn, learning = load_sample(folder, period), load_learning_sample(folder, period)
    codes = load_codes(folder, period)
    scores, card, thresholds = load_scores(folder, period)
    frame = drawn.frame[drawn.frame["post_id"].isin(posts)].reset_index(drop=True)
    kept = drawn.sample[drawn.sample["post_id"].isin(posts)]
    learning = learning[learning["post_id"].isin(posts)]
    sample = pd.concat([tell_chances(kept, frame), learning], ignore_index=True).astype(SAMPLE_COLUMNS)
    codes = codes[codes["post_id"].isin(posts)].reset_index(drop=True)
    since = int((~posts.isin(frame["post_id"])).sum()) if len(frame) else 0
    is_outdated = since > MOST_SINCE * len(posts)
    settled = settle_codes(codes, codebook, sample)
    agreement = measure_agreement(codes, sample, codebook, seed=AGREEMENT_SEED)
    provenance: dict[str, Any] = {
        "codebook": {"name": codebook.name, "version": codebook.version, "digest": codebook.digest},
        "sample": dict(drawn.how), "frame_posts": len(frame), "posts_since": since, "is_outdated": is_outdated,
        "posts_gone": int(drawn.how.get("frame_posts", 0)) - len(frame),
        "coded_by_version": codes.groupby("version")["post_id"].nunique().to_dict()}
    return SpeechCodes(
        period=period, codebook=codebook, frame=frame, sample=sample, codes=codes,
        settled=settled.iloc[:0].astype(SETTLED_COLUMNS) if is_outdated else settled, agreement=agreement,
        scores=scores[scores["post_id"].isin(posts)].reset_index(drop=True), thresholds=thresholds, model=card,
        provenance=provenance)
