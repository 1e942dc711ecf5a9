"""How far topics are found again (M12): refits, a quarter later, and of words without meaning; the peer beside it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measuring import SHARED_DATA, Row, row
from benchmarks.topics_quality import NO_PEER, NO_SET, find_minilm
from benchmarks.topics_register import read_channels
from workbench.tables.posts import Corpus

SETS = {"tg_nordic_small": "messages.csv", "tg_activeclubs": "messages.csv",
        "tg_farright_en_2023q3_2024q2": "messages.csv.gz"}
PEER_SET = "tg_nordic_small"
REFITS, PAIRED, PEER_REFITS = 20, 6, 3
FOUND_AGAIN = 0.6


def _peer_agreement(texts: list[str], model: str) -> dict[str, float]:
    from bertopic import BERTopic
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model)
    vectors = encoder.encode(texts)
    rng = np.random.default_rng(1)
    found = np.full((PEER_REFITS, len(texts)), -2)
    for refit in found:
        chosen = np.sort(rng.choice(len(texts), int(0.8 * len(texts)), replace=False))
        refit[chosen] = BERTopic(embedding_model=encoder).fit_transform([texts[i] for i in chosen], vectors[chosen])[0]
    rows = []
    for one, other in combinations(found, 2):
        every = (one > -2) & (other > -2)
        rows.append(_agreement(one[every], other[every]))
    return pd.DataFrame(rows).mean().to_dict()


def measure(folder: Path) -> list[Row]:
    """Measure how alike refits are (ours with vectors fixed, the peer's as they come), and how far to trust topics."""
    rows: list[Row] = []
    for name, file in SETS.items():
        if not (SHARED_DATA / name / file).is_file():
            rows.append(row(name, 0, None, NO_SET))
            continue
        rows += _of_set(read_channels(SHARED_DATA / name / file), name)
    return rows + _of_nothing()


def _of_set(corpus: Corpus, name: str) -> list[Row]:
    """Return what refits say of a set, and how much of it is found again a quarter later on vectors continued."""
    from workbench.tables.topics import is_trusted
    from workbench.topics import model_topics

    topics = model_topics(corpus, seed=1, refits=REFITS)
    table, groups = topics.topics, topics.refits.groups
    pairs = [_agreement(groups[:, i].astype(int), groups[:, j].astype(int)) for i, j in combinations(range(PAIRED), 2)]
    ours = pd.DataFrame(pairs).mean()
    texts, model = corpus.posts["text"].tolist(), find_minilm() if name == PEER_SET else None
    peer = _peer_agreement(texts, model) if model else {}
    who = f"BERTopic out of the box, {PEER_REFITS} refits" if peer else NO_PEER
    in_topics = table["size"].sum()
    stable = float(table.loc[table["stability"] >= FOUND_AGAIN, "size"].sum() / in_topics)
    later, kept = _a_quarter_later(corpus)
    core = topics.assignments["is_core"].fillna(False).to_numpy(bool)
    weighed = float(np.average(table["inclusion"].astype(float), weights=table["core"].astype(float)))
    alone = "the peer does not say"
    return [*[row(f"{name}: {m} of refits", ours[m], peer.get(m), who) for m in ours.index],
            row(f"{name}: topics", len(table), None, alone),
            row(f"{name}: topics trusted", int(is_trusted(table).sum()), None, alone),
            row(f"{name}: share of posts in topics that is in topics with J of .6 or more", stable, None, alone),
            row(f"{name}: the same a quarter later", later, None, alone),
            row(f"{name}: topics kept a quarter later (share)", kept, None, alone),
            row(f"{name}: core posts (share of those in topics)", float(core.sum() / in_topics), None, alone),
            row(f"{name}: held-out inclusion of core texts", weighed, None, alone)]


def _a_quarter_later(corpus: Corpus) -> tuple[float, float]:
    """Return how much of the topics of all posts but those of the last quarter is found again with these."""
    from workbench.topics import match_topics, model_topics

    period = corpus.posts["posted_at"].dt.tz_localize(None).dt.to_period("Q")
    full = period.value_counts().sort_index()
    last = full.index[full >= full.median() / 2][-1]
    first = model_topics(replace(corpus, posts=corpus.posts[(period < last).to_numpy()]), seed=1, refits=0)
    until = replace(corpus, posts=corpus.posts[(period <= last).to_numpy()])
    second = model_topics(until, seed=2, refits=0, before=first)
    before, now = (t.assignments.set_index("post_id")["topic_id"].astype(int) for t in (first, second))
    matches = match_topics(before, now[now.index.isin(before.index)])
    found = matches[matches["verdict"].eq("kept")]
    sizes = first.topics.set_index("topic_id")["size"]
    again = found.loc[found["jaccard"] >= FOUND_AGAIN, "before"]
    return float(sizes[again].sum() / sizes.sum()), len(found) / len(sizes)


def _of_nothing() -> list[Row]:
    """Return what is trusted of posts whose words were dealt out anew: nothing should be."""
    from benchmarks.topics_quality import corpus_of, read_labelled
    from workbench.tables.topics import is_trusted
    from workbench.topics import model_topics

    if not (SHARED_DATA / "sttm_short_text").is_dir():
        return []
    words = np.array(" ".join(read_labelled("StackOverflow")[0]).split())
    rows = []
    for seed in (1, 2, 3):
        np.random.default_rng(seed).shuffle(words)
        texts = [" ".join(part) for part in np.array_split(words, len(words) // 5)]
        found = model_topics(corpus_of(texts), seed=seed).topics
        rows.append(row(f"shuffled words {seed}: topics trusted", int(is_trusted(found).sum()), None, "should be none"))
    return rows


def _agreement(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    return {"mean_ami": adjusted_mutual_info_score(one, other), "mean_ari": adjusted_rand_score(one, other)}
