"""Groups of texts that are about the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

NEIGHBOURS = 15
REFINING_ROUNDS = 4
JOIN_SIMILARITY = 0.75
MINIMUM_LIFT = 1.4
CHANCE_PAIRS = 20  # as many pairs more than expected are still no sign of anything
ENOUGH_COVER = 0.8
TOP_WORDS = 10
MINIMUM_SIMILARITY = 0.35
NO_TOPIC = -1


@dataclass(frozen=True)
class TopicCentroids:
    """Centroids with the topic each stands for; a clustering model as BERTopic expects one.

    Attributes
    ----------
    centroids
        One row of unit length per group of texts.
    topic_of
        Topic of each group, -1 where its words do not belong together.
    labels_, probabilities_
        Topic (-1: none) and cosine similarity to its centroid, of the texts fitted on.
    """

    centroids: np.ndarray
    topic_of: np.ndarray
    labels_: np.ndarray
    probabilities_: np.ndarray

    def fit(self, vectors: np.ndarray, y: np.ndarray | None = None) -> TopicCentroids:
        """Return itself: the groups are found before BERTopic is called."""
        return self

    def predict(self, vectors: np.ndarray) -> np.ndarray:
        """Return the topic of each row, -1 where none is near."""
        return self.assign(vectors)[0]

    def assign(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the topic of each row (-1 where none is near) and its similarity, 0 to 1."""
        if not len(self.centroids):
            return np.full(len(vectors), NO_TOPIC), np.zeros(len(vectors))
        similarity = vectors @ self.centroids.T
        nearest = similarity.argmax(axis=1)
        best = similarity[np.arange(len(vectors)), nearest].clip(0, 1)
        return np.where(best >= MINIMUM_SIMILARITY, self.topic_of[nearest], NO_TOPIC), best


def find_topics(vectors: np.ndarray, counts: sparse.csr_matrix, texts: pd.DataFrame, *,
                seed: int, min_topic_size: int, most_topics: int) -> TopicCentroids:
    """Group texts and keep the groups whose words belong together.

    Every layer of EVoC is refined by nearest centroids, and groups of nearly the same
    direction are joined. A group is a topic if pairs of its ten top words stand in one text at
    least 1.4 times as often as they would by chance among the texts of its language (`lift`):
    shuffled words gave 1 such group in 21 corpora, groups that only share a language stay
    below 1, and groups of labelled posts start at 2.2. Of the layers of at most `most_topics`
    topics that cover nearly as many texts as any, the most persistent is taken.

    Parameters
    ----------
    vectors
        One row of unit length per text.
    counts
        Texts by words.
    texts
        `copies`: posts that have each text, by which topics are numbered (then by first
        word); `language`.
    """
    if len(vectors) < max(2 * min_topic_size, 2 * NEIGHBOURS):
        return no_topics(len(vectors), vectors.shape[1])
    layers = [(_judge(vectors, counts, texts, centroids, min_topic_size=min_topic_size), persistence)
              for centroids, persistence in _layers(vectors, seed=seed, min_topic_size=min_topic_size)]
    readable = [layer for layer in layers if layer[0].topic_of.max(initial=NO_TOPIC) < most_topics]
    if not readable:
        coarsest = min((layer[0] for layer in layers), key=lambda found: len(found.centroids))
        kept = coarsest.centroids[(coarsest.topic_of >= 0) & (coarsest.topic_of < most_topics)]
        return _judge(vectors, counts, texts, kept, min_topic_size=min_topic_size)
    cover = [(found.labels_ >= 0).sum() for found, _ in readable]
    enough = [layer for layer, covered in zip(readable, cover, strict=True) if covered >= ENOUGH_COVER * max(cover)]
    return max(enough, key=lambda layer: layer[1])[0]


def no_topics(texts: int, width: int) -> TopicCentroids:
    """Return the clustering in which no text is in a topic."""
    return TopicCentroids(np.zeros((0, width), np.float32), np.zeros(0, int), np.full(texts, NO_TOPIC),
                          np.zeros(texts))


def _judge(vectors: np.ndarray, counts: sparse.csr_matrix, texts: pd.DataFrame, centroids: np.ndarray, *,
           min_topic_size: int) -> TopicCentroids:
    """Give the groups that are topics their numbers, by posts and first word, and the others -1."""
    every = replace(no_topics(*vectors.shape), centroids=centroids, topic_of=np.arange(len(centroids)))
    labels, _ = every.assign(vectors)
    top = np.argsort(-class_tfidf(counts, labels, groups=len(centroids)), axis=1, kind="stable")[:, :TOP_WORDS]
    good = [g for g in range(len(centroids)) if (labels == g).sum() >= min_topic_size
            and lift(counts[_same_language(texts["language"], labels == g)], top[g]) >= MINIMUM_LIFT]
    labels[~np.isin(labels, good)] = NO_TOPIC
    posts = np.bincount(labels + 1, weights=texts["copies"], minlength=len(centroids) + 1)[1:]
    named = class_tfidf(counts, labels, groups=len(centroids))
    # columns are in the order of the alphabet, so the place of the first word sorts like the word
    order = sorted(good, key=lambda g: (-posts[g], named[g].argmax()))
    topic_of = np.full(len(centroids), NO_TOPIC)
    topic_of[order] = np.arange(len(order))
    found = replace(every, topic_of=topic_of)
    topics, similarity = found.assign(vectors)
    return replace(found, labels_=topics, probabilities_=similarity)


def class_tfidf(counts: sparse.csr_matrix, labels: np.ndarray, *, groups: int) -> np.ndarray:
    """Return c-TF-IDF (Grootendorst 2022): groups 0, 1, ... as rows, words as columns.

    Texts in no group count as one more class; the square root of a word's share keeps words
    of all topics from leading each (BERTopic's `reduce_frequent_words`).
    """
    from scipy import sparse
    from sklearn.preprocessing import normalize

    members = sparse.csr_matrix((np.ones(len(labels), np.float32), (labels + 1, np.arange(len(labels)))),
                                shape=(groups + 1, len(labels)))
    per_group = members @ counts
    in_all = np.asarray(per_group.sum(axis=0)).ravel()
    classes = max(int((np.bincount(labels + 1) > 0).sum()), 1)
    idf = np.log1p(in_all.sum() // classes / np.maximum(in_all, 1))
    weights = normalize(per_group, norm="l1").sqrt() @ sparse.diags(idf)
    return np.asarray(weights.todense())[1:]


def lift(counts: sparse.csr_matrix, words: np.ndarray) -> float:
    """Return how many times as often pairs of these words share a text as they would by chance.

    Twenty pairs are added to what is expected, so that few texts prove nothing.
    """
    chosen = (counts[:, words] > 0).astype(np.float64)
    together = np.asarray((chosen.T @ chosen).todense())
    alone = together.diagonal()
    pairs = np.triu_indices(len(words), 1)
    expected = (np.outer(alone, alone) / counts.shape[0])[pairs].sum()
    return float(together[pairs].sum() / (expected + CHANCE_PAIRS))


def _same_language(languages: pd.Series, inside: np.ndarray) -> np.ndarray:
    """Return the texts to compare a group with: words of one language keep company anyway."""
    spoken = languages[inside].mode()
    return languages.eq(spoken.iloc[0]).to_numpy(dtype=bool) if len(spoken) else np.ones(len(languages), dtype=bool)


def _layers(vectors: np.ndarray, *, seed: int, min_topic_size: int) -> list[tuple[np.ndarray, float]]:
    """Return the centroids of each layer of groups, finest first, with its persistence."""
    from evoc import EVoC

    model = EVoC(base_min_cluster_size=min_topic_size, n_neighbors=NEIGHBOURS, random_state=seed)
    with _one_numba_thread():
        model.fit(vectors)
    layers = []
    for labels, persistence in zip(model.cluster_layers_, model.persistence_scores_, strict=True):
        centroids = _refine(vectors, labels, rounds=REFINING_ROUNDS, smallest=min_topic_size)
        layers.append((_join(vectors, centroids, smallest=min_topic_size), float(persistence)))
    return layers


def _refine(vectors: np.ndarray, labels: np.ndarray, *, rounds: int, smallest: int) -> np.ndarray:
    """Move texts to the nearest centroid a few times; groups below the smallest size dissolve."""
    from scipy import sparse
    from sklearn.preprocessing import normalize

    centroids = vectors[:0]
    for _ in range(rounds):
        sizes = np.bincount(labels[labels >= 0], minlength=1)
        inside = np.flatnonzero((labels >= 0) & (sizes[labels] >= smallest))
        if not len(inside):
            return centroids
        members = sparse.csr_matrix((np.ones(len(inside), np.float32), (labels[inside], inside)),
                                    shape=(len(sizes), len(labels)))
        centroids = normalize((members @ vectors)[sizes >= smallest])
        labels = (vectors @ centroids.T).argmax(axis=1)
    return np.asarray(centroids)


def _join(vectors: np.ndarray, centroids: np.ndarray, *, smallest: int) -> np.ndarray:
    from sklearn.cluster import AgglomerativeClustering

    if len(centroids) < 2:
        return centroids
    tree = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=1 - JOIN_SIMILARITY)
    labels = tree.fit_predict(centroids)[(vectors @ centroids.T).argmax(axis=1)]
    return _refine(vectors, labels, rounds=REFINING_ROUNDS // 2, smallest=smallest)


@contextmanager
def _one_numba_thread() -> Iterator[None]:
    # EVoC splits its work by the number of threads, and the result depends on the split
    import numba

    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)
