"""Stability of topics over refits on 80 % subsamples (M12): 20 of ours, 5 of BERTopic out of the box."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measuring import SHARED_DATA, Row, row
from benchmarks.topics_quality import NO_PEER, find_minilm
from benchmarks.topics_speed import NO_SET, import_posts

SET = "tg_activeclubs"
REFITS = 20
PEER_REFITS = 5
STABLE, DOUBTFUL = 0.75, 0.60


def _peer_agreement(texts: list[str], model: str) -> dict[str, float]:
    from bertopic import BERTopic
    from sentence_transformers import SentenceTransformer
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    encoder = SentenceTransformer(model)
    vectors = encoder.encode(texts)
    rng = np.random.default_rng(1)
    found = np.full((PEER_REFITS, len(texts)), -2)
    for refit in found:
        chosen = np.sort(rng.choice(len(texts), int(0.8 * len(texts)), replace=False))
        refit[chosen] = BERTopic(embedding_model=encoder).fit_transform([texts[i] for i in chosen], vectors[chosen])[0]
    rows = []
    for one, other in combinations(found, 2):
        every, within = (one > -2) & (other > -2), (one >= 0) & (other >= 0)
        rows.append({"mean_ami": adjusted_mutual_info_score(one[every], other[every]),
                     "mean_ari": adjusted_rand_score(one[every], other[every]),
                     "mean_ami_inside": adjusted_mutual_info_score(one[within], other[within]),
                     "mean_ari_inside": adjusted_rand_score(one[within], other[within])})
    return pd.DataFrame(rows).mean().to_dict()


def measure(folder: Path) -> list[Row]:
    """Measure how alike refits are, and how many of our topics are stable, doubtful and not to be trusted."""
    from workbench.tables.posts import Corpus
    from workbench.topics import measure_stability, model_topics

    if not (SHARED_DATA / SET).is_dir():
        return [row(SET, 0, None, NO_SET)]
    posts = pd.read_parquet(import_posts(SET, folder))
    corpus = Corpus(posts, pd.DataFrame(), pd.DataFrame())
    topics = measure_stability(corpus, model_topics(corpus, seed=1), seed=2, refits=REFITS)
    ours, per_topic = topics.provenance["stability"], topics.topics["stability"]
    model = find_minilm()
    peer = _peer_agreement(posts["text"].tolist(), model) if model else {}
    who = f"BERTopic out of the box, {PEER_REFITS} refits" if peer else NO_PEER
    rows = [row(f"{SET}: {name}", ours[name], peer.get(name), who)
            for name in ("mean_ami", "mean_ari", "mean_ami_inside", "mean_ari_inside")]
    alone = "the peer does not say"
    return [*rows, row(f"{SET}: topics stable (share)", float((per_topic >= STABLE).mean()), None, alone),
            row(f"{SET}: topics doubtful (share)",
                float(((per_topic >= DOUBTFUL) & (per_topic < STABLE)).mean()), None, alone),
            row(f"{SET}: topics not trusted (share)", float((per_topic < DOUBTFUL).mean()), None, alone)]
