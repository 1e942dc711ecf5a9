"""A model from what people of the study coded, in samples for shares and for learning alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.speech.answering import check_digests, load_codes
from workbench.speech.baseline import Baseline, train_baseline
from workbench.speech.pretrained import EncoderLines, train_encoder
from workbench.speech.settling import settle_codes
from workbench.speech.storing import load_samples
from workbench.tables.codebook import STRICT_HATE, Codebook
from workbench.tables.posts import Corpus


def train_on_codes(folder: Path, corpus: Corpus, *, periods: Sequence[str], codebook: Codebook, seed: int,
                   encoder: str = "") -> Baseline | EncoderLines:
    """Train a model on all that was coded in some periods of a study.

    What coders differ about and nobody decided teaches nothing. Posts of samples for shares count by how many posts
    each stands for, so that scores are calibrated for those periods; posts chosen for learning teach, and are counted
    only where there are too few others.

    Parameters
    ----------
    folder
        Of the study.
    corpus
        With the posts of the periods; what it does not hold any more is left out.
    periods
        Such as 2025Q2. A model that is to sort the posts of a quarter for its audit is best trained on the quarters
        before.
    encoder
        A sentence-transformers model to train on instead of words and their pieces, see `train_encoder`.

    Raises
    ------
    TableError
        If nothing was coded, no code often enough to be learnt, or the codebook was changed under its version.
    """
    for period in periods:
        check_digests(folder, period, codebook)
    samples = {period: load_samples(folder, period) for period in periods}
    verdicts = [settle_codes(load_codes(folder, period), codebook, sample.assign(purpose="share"))
                for period, sample in samples.items()]
    settled = pd.concat(verdicts).drop_duplicates(["post_id", "code"], keep="last")
    posts = corpus.posts.set_index("post_id")
    posts = posts[posts.index.isin(settled["post_id"]) & posts["text"].notna()]
    if posts.empty:
        raise TableError(f"Nobody has coded posts of {', '.join(periods)} that the corpus holds: there is nothing to "
                         "learn from. Draw a sample and code it first.")
    labels = settled[settled["code"].ne(STRICT_HATE)].pivot(index="post_id", columns="code", values="value")
    labels = labels.reindex(index=posts.index, columns=[c for c in codebook.codes if c in labels]).astype("boolean")
    drawn = pd.concat(list(samples.values()))
    drawn = drawn[drawn["purpose"].eq("share")].drop_duplicates("post_id", keep="last").set_index("post_id")
    weights = (1 / drawn["probability"].astype(float)).replace(np.inf, np.nan)
    days = posts["posted_at"].dropna()
    about = {"periods": list(periods), "codebook": f"{codebook.name} {codebook.version}",
             "platforms": sorted(posts["platform"].dropna().unique()),
             "languages": sorted(posts["language"].dropna().unique())}
    about |= {"first": f"{days.min():%Y-%m-%d}", "last": f"{days.max():%Y-%m-%d}"} if len(days) else {}
    texts, groups, parts = posts["text"], posts["arena_id"], posts[["platform", "language"]]
    if encoder:
        return train_encoder(texts, labels, encoder=encoder, groups=groups, seed=seed, weights=weights, parts=parts,
                             about=about)
    return train_baseline(texts, labels, groups=groups, seed=seed, weights=weights, parts=parts, about=about)
