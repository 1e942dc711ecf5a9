"""Themes of texts, the subtopics in them, and which groups are no topic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from workbench.topics.continuing import continue_layers
from workbench.topics.layers import find_layers

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

MINIMUM_LIFT = 1.4
MINIMUM_AGREEMENT = 0.35  # of two halves; words drawn at random stay below 0.25, posts start at 0.5
CHANCE_PAIRS = 20  # as many pairs more than expected are still no sign of anything
TOP_WORDS = 10
MINIMUM_SIMILARITY = 0.15
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
    fine, parent_of
        Centroid of each subtopic, and its topic.
    labels_, probabilities_
        Topic (-1: none) and cosine similarity to its centroid, of the texts fitted on.
    agreement
        By number of groups: how well two halves of the texts agree on such a layer.
    """

    centroids: np.ndarray
    topic_of: np.ndarray
    fine: np.ndarray
    parent_of: np.ndarray
    labels_: np.ndarray
    probabilities_: np.ndarray
    agreement: dict[int, float]

    def fit(self, vectors: np.ndarray, y: np.ndarray | None = None) -> TopicCentroids:
        """Return itself: the groups are found before BERTopic is called."""
        return self

    def predict(self, vectors: np.ndarray) -> np.ndarray:
        """Return the topic of each row, -1 where none is near."""
        return self.assign(vectors)[0]

    def assign(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the topic of each row (-1 where none is near) and its similarity, 0 to 1."""
        nearest, best = self.nearest(vectors)
        return np.where(best >= MINIMUM_SIMILARITY, np.append(self.topic_of, NO_TOPIC)[nearest], NO_TOPIC), best

    def nearest(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the nearest group of each row (-1 where there is no group) and its similarity, 0 to 1."""
        if not len(self.centroids):
            return np.full(len(vectors), NO_TOPIC), np.zeros(len(vectors))
        similarity = vectors @ self.centroids.T
        nearest = similarity.argmax(axis=1)
        return nearest, similarity[np.arange(len(vectors)), nearest].clip(0, 1)

    def place(self, vectors: np.ndarray) -> np.ndarray:
        """Return the group of each row, also where it is no topic, -1 where none is near."""
        nearest, best = self.nearest(vectors)
        return np.where(best >= MINIMUM_SIMILARITY, nearest, NO_TOPIC)

    def subtopics(self, vectors: np.ndarray, topics: np.ndarray) -> np.ndarray:
        """Return the nearest subtopic of each row within its topic, -1 where the row is in none."""
        if not len(self.fine):
            return np.full(len(vectors), NO_TOPIC)
        similarity = np.where(self.parent_of[None, :] == topics[:, None], vectors @ self.fine.T, -2)
        return np.where(topics >= 0, similarity.argmax(axis=1), NO_TOPIC)


def no_topics(texts: int, width: int) -> TopicCentroids:
    """Return the clustering in which no text is in a topic."""
    nothing, none = np.zeros((0, width), np.float32), np.zeros(0, int)
    return TopicCentroids(nothing, none, nothing, none, np.full(texts, NO_TOPIC), np.zeros(texts), {})


def find_topics(vectors: np.ndarray, counts: sparse.csr_matrix, texts: pd.DataFrame, *,
                seed: int, min_topic_size: int, most_topics: int, themes: int | None = None,
                earlier: TopicCentroids | None = None) -> TopicCentroids:
    """Group texts and keep the groups whose words belong together.

    The groups are the themes of `find_layers`; there are none where two halves of the texts agree
    on no layer (0.35). A group is a topic if pairs of its ten top words
    stand in one text at least 1.4 times as often as they would by chance among the texts of
    their language (`lift`): nearly all groups of shuffled words, or of texts that share nothing but a
    language, stay below; groups of labelled posts lie above 1.7, but for two of twelve in a set of 2,400 short
    captions. A text whose nearest group is no
    topic, or that is less similar than 0.15 to it, is in no topic.

    Parameters
    ----------
    vectors
        One row of unit length (or zero) per text.
    counts
        Texts by words, words in the order of the alphabet.
    texts
        `copies`: posts that have each text, by which topics are numbered (then by first
        word); `spoken`: number of its language.
    earlier
        Whose groups are continued (`continue_layers`).
    """
    if len(vectors) < 2 * min_topic_size:
        return no_topics(*vectors.shape)
    if earlier is None:
        layers = find_layers(vectors, seed=seed, smallest=min_topic_size, most=most_topics, themes=themes,
                             spoken=texts["spoken"].to_numpy(), posts=int(texts["copies"].sum()))
    else:
        layers = continue_layers(vectors, earlier.place(vectors), earlier.centroids, seed=seed,
                                 smallest=min_topic_size, most=most_topics)
    if earlier is None and max(layers.agreement.values()) < MINIMUM_AGREEMENT:
        return replace(no_topics(*vectors.shape), agreement=layers.agreement)
    found = replace(no_topics(*vectors.shape), centroids=layers.themes, topic_of=np.arange(len(layers.themes)),
                    agreement=layers.agreement)
    found = replace(found, topic_of=_number(found, vectors, counts, texts, smallest=min_topic_size))
    topics, similarity = found.assign(vectors)
    found = replace(found, labels_=topics, probabilities_=similarity)
    return _with_subtopics(found, vectors, layers.fine, smallest=min_topic_size)


def _number(found: TopicCentroids, vectors: np.ndarray, counts: sparse.csr_matrix, texts: pd.DataFrame, *,
            smallest: int) -> np.ndarray:
    """Give the groups that are topics their numbers, by posts and first word, and the others -1."""
    labels, _ = found.assign(vectors)
    groups = len(found.centroids)
    columns = counts.tocsc()
    top = np.argsort(-class_tfidf(counts, labels, groups=groups), axis=1, kind="stable")[:, :TOP_WORDS]
    spoken = texts["spoken"].to_numpy()
    good = [g for g in range(groups) if (labels == g).sum() >= smallest
            and lift(columns[:, top[g]], spoken) >= MINIMUM_LIFT]
    labels[~np.isin(labels, good)] = NO_TOPIC
    posts = np.bincount(labels + 1, weights=texts["copies"], minlength=groups + 1)[1:]
    named = class_tfidf(counts, labels, groups=groups)
    # columns are in the order of the alphabet, so the place of the first word sorts like the word
    order = sorted(good, key=lambda g: (-posts[g], named[g].argmax()))
    topic_of = np.full(groups, NO_TOPIC)
    topic_of[order] = np.arange(len(order))
    return topic_of


def _with_subtopics(found: TopicCentroids, vectors: np.ndarray, fine: np.ndarray, *, smallest: int) -> TopicCentroids:
    """Put each fine group under the topic it is nearest to; those that keep too few texts there dissolve."""
    parent_of = found.predict(fine)
    every = replace(found, fine=fine[parent_of >= 0], parent_of=parent_of[parent_of >= 0])
    sizes = np.bincount(every.subtopics(vectors, found.labels_) + 1, minlength=len(every.fine) + 1)[1:]
    # a topic keeps its largest fine group whatever its size, for every post of a topic is in a subtopic
    largest = {t: max(np.flatnonzero(every.parent_of == t), key=lambda i: sizes[i]) for t in set(every.parent_of)}
    kept = [i for i in range(len(sizes)) if sizes[i] >= smallest or largest[every.parent_of[i]] == i]
    order = sorted(kept, key=lambda i: (every.parent_of[i], -sizes[i], i))
    alone = np.setdiff1d(np.arange(found.topic_of.max() + 1), every.parent_of)
    centroids = found.centroids[[int(np.flatnonzero(found.topic_of == t)[0]) for t in alone]]
    return replace(found, fine=np.vstack([every.fine[order], centroids]),
                   parent_of=np.append(every.parent_of[order], alone).astype(int))


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


def lift(counts: sparse.csc_matrix, language: np.ndarray) -> float:
    """Return how many times as often pairs of these words share a text as they would by chance.

    Chance is taken within each language, for words of one language keep company anyway. Twenty
    pairs are added to what is expected, so that few texts prove nothing.

    Parameters
    ----------
    counts
        Texts by the words in question.
    language
        Number of each text's language.
    """
    chosen = (counts > 0).astype(np.float64).tocsr()
    pairs = np.triu_indices(chosen.shape[1], 1)
    together = np.asarray((chosen.T @ chosen).todense())[pairs].sum()
    expected = 0.0
    for spoken in np.unique(language):
        inside = language == spoken
        alone = np.asarray(chosen[inside].sum(axis=0)).ravel()
        expected += (np.outer(alone, alone) / inside.sum())[pairs].sum()
    return float(together / (expected + CHANCE_PAIRS))
