"""What a model learns from: the texts that people coded, and what they said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from workbench.errors import TableError
from workbench.speech.answering import check_digests, load_codes
from workbench.speech.settling import settle_codes
from workbench.speech.storing import load_samples
from workbench.tables.codebook import STRICT_HATE, Codebook
from workbench.tables.posts import Corpus


@dataclass(frozen=True)
class Labels:
    """Coded posts, as `train_baseline` takes them; every table by `post_id`.

    Attributes
    ----------
    texts
        Redacted, as in the corpus.
    labels
        One column of verdicts per code, missing where there is none.
    groups
        The arena.
    weights
        1 / probability of being drawn; missing for posts that were chosen for learning.
    parts
        `platform` and `language`.
    """

    texts: pd.Series
    labels: pd.DataFrame
    groups: pd.Series
    weights: pd.Series
    parts: pd.DataFrame


def load_labels(folder: Path, corpus: Corpus, periods: Sequence[str], codebook: Codebook) -> Labels:
    """Load what people said of posts of some periods, for shares and for learning alike.

    Raises
    ------
    TableError
        If nothing was coded in them.
    """
    posts = corpus.posts[corpus.posts["text"].notna()].set_index("post_id")
    settled, chances = [], []
    for period in periods:
        check_digests(folder, period, codebook)
        sample = load_samples(folder, period).drop_duplicates("post_id")
        # a model may learn from all that was coded; only shares must not
        settled.append(settle_codes(load_codes(folder, period), codebook, sample.assign(purpose="share")))
        chances.append(sample[["post_id", "probability"]])
    said = pd.concat(settled, ignore_index=True)
    said = said[said["post_id"].isin(posts.index) & said["code"].ne(STRICT_HATE)]
    if said["value"].isna().all():
        raise TableError(f"{', '.join(periods)}: nothing has been coded, so there is nothing to learn from.")
    labels = said.pivot(index="post_id", columns="code", values="value").reindex(columns=list(codebook.codes))
    labels = labels.astype("boolean")[labels[codebook.main].notna()]
    known = posts.loc[labels.index]
    drawn = pd.concat(chances, ignore_index=True).set_index("post_id")["probability"]
    return Labels(known["text"], labels, known["arena_id"], 1 / drawn.reindex(labels.index).astype("Float64"),
                  known[["platform", "language"]])
