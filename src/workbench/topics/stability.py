"""How well topics are found again in parts of the corpus (M12)."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet
from workbench.topics.clusters import NO_TOPIC
from workbench.topics.fitting import assign_texts, fit_texts
from workbench.topics.preparing import prepare_texts, written_texts

SUBSAMPLE = 0.8


def measure_stability(corpus: Corpus, topics: TopicSet, *, seed: int, refits: int = 5,
                      cache_folder: Path | None = None) -> TopicSet:
    """Measure how well each topic is found again when a fifth of the posts is left out (M12).

    Each refit models a sample of 80 % of the posts drawn without replacement, arenas in
    proportion, with the parameters and as many groups as `topics` have, and afresh: a refit that continued an
    earlier model would have its topics given. A topic's stability is the mean over refits
    of its best Jaccard index with a refitted topic on the shared posts (Hennig 2007): from
    0.75 stable, from 0.60 doubtful, below not to be trusted.

    Parameters
    ----------
    corpus
        That `topics` were modelled on.
    refits
        The blueprint's report uses 20.
    cache_folder
        As in `model_topics`; with a named embedding and no cache every refit embeds again.

    Returns
    -------
    topics
        With `stability` filled, 0 to 1, and in `provenance["stability"]`: refits, seed, the
        mean adjusted mutual information between pairs of refits on shared posts, posts in no
        topic as a class (`mean_ami`) and left out (`mean_ami_inside`), the same of the adjusted
        Rand index (`mean_ari`, `mean_ari_inside`), and topics per refit.

    Raises
    ------
    TableError
        If `topics` were not modelled on this corpus, or refits are fewer than two.
    """
    from threadpoolctl import threadpool_limits

    posts = written_texts(corpus.posts)
    if not posts["post_id"].equals(topics.assignments["post_id"]):
        raise TableError("Stability cannot be measured: the topics were modelled on other posts. "
                         "Give the corpus they were modelled on.")
    if refits < 2:
        raise TableError("Stability cannot be measured: refits must be 2 or more.")
    if topics.topics.empty:
        return topics
    parameters = topics.provenance["parameters"] | {"themes": topics.provenance["groups"]}
    rng = np.random.default_rng(seed)
    found = np.full((refits, len(posts)), -2)  # -2: not in the sample
    with threadpool_limits(1):
        for refit in found:
            chosen = np.sort(_sample(posts["arena_id"], rng))
            texts = prepare_texts(posts.iloc[chosen].reset_index(drop=True))
            fitted = fit_texts(texts.table, seed=int(rng.integers(2**31)), cache_folder=cache_folder, **parameters)
            refit[chosen] = texts.spread(assign_texts(fitted, texts.table)["topic_id"].to_numpy(np.int64), NO_TOPIC)
    labels = topics.assignments["topic_id"].to_numpy(dtype=np.int64)
    stability = np.mean([_best_jaccard(labels[f > -2], f[f > -2], len(topics.topics)) for f in found], axis=0)
    table = topics.topics.assign(stability=pd.array(stability, dtype="Float64"))
    measured = {"refits": refits, "seed": seed, "subsample": SUBSAMPLE,
                "topics": [int(f.max()) + 1 for f in found]} | _agreement(found)
    return replace(topics, topics=table, provenance=topics.provenance | {"stability": measured})


def _sample(arenas: pd.Series, rng: np.random.Generator) -> np.ndarray:
    # the first 80 % of each arena in a random order; where that is no whole number, chance rounds
    shuffled = arenas.iloc[rng.permutation(len(arenas))]
    within = shuffled.groupby(shuffled)
    chance = rng.random(within.ngroups)[within.ngroup()]
    place = (within.cumcount() + chance) / within.transform("size")
    return shuffled.index[place < SUBSAMPLE].to_numpy()


def _best_jaccard(labels: np.ndarray, found: np.ndarray, topics: int) -> np.ndarray:
    shared = pd.crosstab(labels, found).reindex(index=range(topics), fill_value=0)
    inside = shared.drop(columns=NO_TOPIC, errors="ignore").to_numpy(float)
    if not inside.shape[1]:
        return np.zeros(topics)
    sizes = np.bincount(found[found >= 0], minlength=inside.shape[1])
    union = shared.to_numpy(float).sum(axis=1)[:, None] + sizes[None, :] - inside
    return np.asarray((inside / np.maximum(union, 1)).max(axis=1))


def _agreement(found: np.ndarray) -> dict[str, Any]:
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    measures = {"ami": adjusted_mutual_info_score, "ari": adjusted_rand_score}
    rows = []
    for one, other in combinations(found, 2):
        every = (one > -2) & (other > -2)
        within = (one >= 0) & (other >= 0)
        rows.append({f"mean_{name}": measure(one[every], other[every]) for name, measure in measures.items()}
                    | {f"mean_{name}_inside": measure(one[within], other[within]) if within.any() else 0.0
                       for name, measure in measures.items()})
    return {str(name): float(mean) for name, mean in pd.DataFrame(rows).mean().items()}
