"""Topics fitted on a sample of the texts, and every text assigned to them by part."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.topics.clusters import MINIMUM_SIMILARITY, NO_TOPIC, TopicCentroids, find_topics, no_topics
from workbench.topics.embeddings import CORPUS_WEIGHT, JoinedVectors, Model, corpus_part, open_model
from workbench.topics.languages import language_part, number_languages
from workbench.topics.vectors import CorpusVectors, count_words, extend_vectors, learn_vectors

if TYPE_CHECKING:
    from scipy import sparse

    from workbench.tables.topics import TopicSet

PART = 50_000  # texts worked on at a time


@dataclass(frozen=True)
class FittedTopics:
    """Topics, with what they were fitted on.

    Attributes
    ----------
    embedder
        None where there were too few texts to learn from.
    chosen
        Rows of the texts fitted on.
    vectors, counts
        Of those texts; columns of `counts` are `words`.
    languages
        Codes of the languages whose part was taken out of the vectors.
    """

    embedder: CorpusVectors | JoinedVectors | None
    clusters: TopicCentroids
    chosen: np.ndarray
    vectors: np.ndarray
    counts: sparse.csr_matrix | None
    words: list[str]
    languages: list[str]


def fit_texts(texts: pd.DataFrame, *, seed: int, min_topic_size: int, most_topics: int,
              embedding: str | Model = "corpus", cache_folder: Path | None = None, most_texts: int = 30_000,
              themes: int | None = None, before: TopicSet | None = None) -> FittedTopics:
    """Learn vectors and find topics on at most `most_texts` of the texts, drawn at random.

    Parameters
    ----------
    texts
        As `prepare_texts` gives them: `words`, `text`, `copies`, `language`.
    themes
        How many groups to read, where that was decided before.
    before
        Whose topics to look for first.
    """
    earlier = None if before is None else before.bertopic
    chosen = np.arange(len(texts))
    if len(texts) > most_texts:
        chosen = np.sort(np.random.default_rng(seed).choice(len(texts), most_texts, replace=False))
    some = texts.iloc[chosen].reset_index(drop=True)
    spoken, languages = number_languages(some["language"], before.provenance["languages"] if before else None)
    if len(some) < 2 * min_topic_size:
        return FittedTopics(None, no_topics(len(some), 1), chosen, np.zeros((len(some), 1), np.float32), None,
                            [], languages)
    raw, prepared = some["text"].to_list(), some["words"].to_list()
    counts, words = count_words(raw, prepared)
    own = learn_vectors(counts, words, language=spoken, languages=len(languages), seed=seed)
    if earlier is not None:
        own = extend_vectors(corpus_part(earlier.embedding_model.embedder), own)
    vectors = own.embed_counts(counts, words)
    embedder: CorpusVectors | JoinedVectors = own
    if embedding != "corpus":
        embedder, vectors = _join(own, open_model(embedding, cache_folder=cache_folder), raw, prepared, vectors,
                                  offset=earlier.embedding_model.embedder.model_offset if earlier else None)
    clusters = find_topics(vectors, counts, some.assign(spoken=spoken), seed=seed, min_topic_size=min_topic_size,
                           most_topics=most_topics, themes=themes,
                           earlier=earlier.hdbscan_model if earlier else None)
    return FittedTopics(embedder, clusters, chosen, vectors, counts, words, languages)


def _join(own: CorpusVectors, model: Model, texts: list[str], words: list[str],
          vectors: np.ndarray, *, offset: np.ndarray | None) -> tuple[JoinedVectors, np.ndarray]:
    """Join a model's vectors; what languages say about them (`offset`) is learned where it was not before."""
    from sklearn.preprocessing import normalize

    encoded = model.encode(texts)
    mix = own.mix(texts, words)
    joined = JoinedVectors(own, model, language_part(mix, encoded) if offset is None else offset)
    part = normalize(encoded - mix @ joined.model_offset)
    part[~vectors.any(axis=1)] = 0
    return joined, np.asarray(normalize(np.hstack([part, CORPUS_WEIGHT * vectors])), dtype=np.float32)


def assign_texts(fitted: FittedTopics, texts: pd.DataFrame) -> pd.DataFrame:
    """Assign every text to its topic and subtopic, by part.

    Returns
    -------
    assigned
        One row per text: `topic_id` and `subtopic_id` (-1 for none), `confidence` (cosine
        similarity to the topic, 0 to 1) and `set_aside`: ``no_shared_words`` where the nearest group
        is no topic, ``far`` where none is near, missing where the text is in a topic.
    """
    if fitted.embedder is None or not len(fitted.clusters.centroids):
        return pd.DataFrame({"topic_id": np.full(len(texts), NO_TOPIC), "subtopic_id": NO_TOPIC, "confidence": 0.0,
                             "set_aside": pd.array(["no_shared_words"] * len(texts), dtype="string")})
    if len(fitted.chosen) == len(texts):
        return _assign(fitted.clusters, fitted.vectors)
    parts = [texts.iloc[start:start + PART] for start in range(0, len(texts), PART)]
    embed = fitted.embedder.embed
    return pd.concat([_assign(fitted.clusters, embed(part["text"].to_list(), part["words"].to_list()))
                      for part in parts], ignore_index=True)


def _assign(clusters: TopicCentroids, vectors: np.ndarray) -> pd.DataFrame:
    topics, similarity = clusters.assign(vectors)
    reason = np.where(similarity < MINIMUM_SIMILARITY, "far", "no_shared_words")
    return pd.DataFrame({"topic_id": topics, "subtopic_id": clusters.subtopics(vectors, topics),
                         "confidence": similarity.astype(float),
                         "set_aside": pd.Series(reason, dtype="string").mask(topics >= 0)})
