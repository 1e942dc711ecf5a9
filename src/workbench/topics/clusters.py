"""Themes of texts, the subtopics in them, and which groups are no topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.topics.chance import tell_from_chance
from workbench.topics.consensus import draw_order
from workbench.topics.layers import SUBSAMPLE, centroids_of, find_layers
from workbench.topics.trust import find_counterparts
from workbench.topics.weighing import class_tfidf

if TYPE_CHECKING:
    from scipy import sparse

MINIMUM_SIMILARITY = 0.15
NO_TOPIC = -1
ALIKE = 0.8  # cosine of a theme that was looked for and one that was found: they are one


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
    stability
        By number of groups: how well such a layer is found again (`find_layers`).
    refits
        Centroids of the groups of each refit.
    counterparts
        Topics by refits by groups: which group stands for which topic (`find_counterparts`).
    looked_for
        Names of the themes that a person looked for, one per group, empty for the others.
    """

    centroids: np.ndarray
    topic_of: np.ndarray
    fine: np.ndarray
    parent_of: np.ndarray
    labels_: np.ndarray
    probabilities_: np.ndarray
    stability: dict[int, float]
    refits: tuple[np.ndarray, ...] = ()
    counterparts: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0), dtype=bool))
    looked_for: tuple[str, ...] = ()

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

    def refit_groups(self, vectors: np.ndarray) -> np.ndarray:
        """Return the group of each row in each refit, -1 where none is near; rows by refits."""
        found = np.full((len(vectors), len(self.refits)), NO_TOPIC, dtype=np.int16)
        for place, centroids in enumerate(self.refits):
            similarity = vectors @ centroids.T
            nearest = similarity.argmax(axis=1)
            near = similarity[np.arange(len(vectors)), nearest] >= MINIMUM_SIMILARITY
            found[:, place] = np.where(near, nearest, NO_TOPIC)
        return found

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


def find_topics(vectors: np.ndarray, counts: sparse.csr_matrix, words: Sequence[str], texts: pd.DataFrame, *,
                seed: int, min_topic_size: int, refits: int, themes: tuple[int, int], held: int | None = None,
                looked_for: Mapping[str, np.ndarray] | None = None) -> TopicCentroids:
    """Group texts, keep the groups that are themes, and find both again in refits.

    The groups are those of `find_layers`. A group is a topic if its ten top words belong together more than chance
    makes them (`tell_from_chance`); the texts of the others are everyday talk. A text that is less similar than .15 to
    every group is in no topic either.

    Parameters
    ----------
    vectors
        One row of unit length (or zero) per text.
    counts, words
        Texts by words, words in the order of the alphabet.
    texts
        `words`: by which texts are drawn; `copies`: posts that have each text, by which topics are numbered (then
        by first word); `spoken`: number of its language.
    refits
        Of four fifths of the texts each, vectors fixed.
    themes
        Fewest and most groups.
    held
        Groups of the quarter before.
    looked_for
        By name of a theme that a person looks for: which texts tell what it is. It is a topic whatever chance makes.
    """
    if len(vectors) < 2 * min_topic_size:
        return no_topics(*vectors.shape)
    keys, spoken = pd.util.hash_array(texts["words"].to_numpy(dtype=object)), texts["spoken"].to_numpy()
    layers = find_layers(vectors, keys=keys, seed=seed, smallest=min_topic_size, refits=refits, themes=themes,
                         held=held, spoken=spoken)
    found = replace(no_topics(*vectors.shape), centroids=layers.themes, topic_of=np.arange(len(layers.themes)),
                    stability=layers.stability, refits=layers.refits, looked_for=("",) * len(layers.themes))
    found = _with_looked_for(found, vectors, keys, looked_for or {}, seed=seed, smallest=min_topic_size)
    labels, _ = found.assign(vectors)
    sizes = np.bincount(labels + 1, minlength=len(found.centroids) + 1)[1:]
    good = (sizes >= min_topic_size) & tell_from_chance(counts, words, labels, spoken, keys,
                                                        groups=len(found.centroids), seed=seed)
    good |= (sizes > 0) & (np.array(found.looked_for, dtype=object) != "")
    found = replace(found, topic_of=_number(labels, good, counts, texts))
    topics, similarity = found.assign(vectors)
    counterparts, _ = find_counterparts(topics, found.refit_groups(vectors), topics=int(good.sum()))
    found = replace(found, labels_=topics, probabilities_=similarity, counterparts=counterparts)
    return _with_subtopics(found, vectors, layers.parts, smallest=min_topic_size)


def _with_looked_for(found: TopicCentroids, vectors: np.ndarray, keys: np.ndarray,
                     looked_for: Mapping[str, np.ndarray], *, seed: int, smallest: int) -> TopicCentroids:
    """Add a group for each theme that was looked for, or name the one that was found and is like it."""
    for name, texts in looked_for.items():
        if texts.sum() < smallest:
            continue
        mean = centroids_of(vectors[texts], np.zeros(int(texts.sum()), dtype=int))
        nearest = int((found.centroids @ mean[0]).argmax())
        names = list(found.looked_for)
        if (found.centroids @ mean[0])[nearest] >= ALIKE and not names[nearest]:
            names[nearest] = name
            found = replace(found, looked_for=tuple(names))
            continue
        refits = []
        for refit, centroids in enumerate(found.refits, start=1):
            drawn = texts & (draw_order(keys, seed + refit) < np.uint64(SUBSAMPLE * 2**64))
            again = centroids_of(vectors[drawn], np.zeros(int(drawn.sum()), dtype=int)) if drawn.any() else mean
            refits.append(np.vstack([centroids, again]))
        found = replace(found, centroids=np.vstack([found.centroids, mean]), refits=tuple(refits),
                        topic_of=np.append(found.topic_of, len(found.topic_of)), looked_for=(*found.looked_for, name))
    return found


def _number(labels: np.ndarray, good: np.ndarray, counts: sparse.csr_matrix, texts: pd.DataFrame) -> np.ndarray:
    """Give the groups that are topics their numbers, by posts and first word, and the others -1."""
    groups = len(good)
    labels = np.where(np.append(good, False)[labels], labels, NO_TOPIC)
    posts = np.bincount(labels + 1, weights=texts["copies"], minlength=groups + 1)[1:]
    named = class_tfidf(counts, labels, groups=groups)
    # columns are in the order of the alphabet, so the place of the first word sorts like the word
    order = sorted(np.flatnonzero(good), key=lambda g: (-posts[g], named[g].argmax()))
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
