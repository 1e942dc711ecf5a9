"""Topics fitted on a sample of the texts, and every text assigned to them by part."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.topics.clusters import MINIMUM_SIMILARITY, NO_TOPIC, TopicCentroids, find_topics, no_topics
from workbench.topics.consensus import draw_order
from workbench.topics.embeddings import CORPUS_WEIGHT, JoinedVectors, Model, corpus_part, open_model
from workbench.topics.languages import language_part, number_languages
from workbench.topics.threads import in_threads
from workbench.topics.vectors import CorpusVectors, count_words, extend_vectors, learn_vectors
from workbench.topics.words import theme_words

if TYPE_CHECKING:
    from scipy import sparse

    from workbench.tables.topics import TopicSet

MOST_TEXTS = 30_000  # that vectors are learned from; more cost time and memory and say the same
PART = 25_000  # texts worked on at a time
LONG_WORD = 4  # letters; a shorter one that begins a word is chance


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


def fit_texts(texts: pd.DataFrame, *, seed: int, min_topic_size: int, themes: tuple[int, int],
              embedding: str | Model = "corpus", refits: int = 20, before: TopicSet | None = None,
              look_for: Mapping[str, Sequence[str]] | None = None) -> FittedTopics:
    """Learn vectors and find topics on at most 30,000 of the texts, drawn by their words.

    Parameters
    ----------
    texts
        As `prepare_texts` gives them: `words`, `text`, `copies`, `language`.
    themes
        Fewest and most groups.
    before
        Whose vectors are continued: words keep what they had, and new words are turned into their space.
    look_for
        Words, or texts, that tell each theme a person looks for, by its name.
    """
    earlier = None if before is None else before.bertopic
    order = draw_order(pd.util.hash_array(texts["words"].to_numpy(dtype=object)), seed)
    chosen = np.sort(np.argsort(order, kind="stable")[:MOST_TEXTS])
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
        embedder, vectors = _join(own, open_model(embedding), raw, prepared, vectors,
                                  offset=earlier.embedding_model.embedder.model_offset if earlier else None)
    clusters = find_topics(vectors, counts, words, some.assign(spoken=spoken), seed=seed,
                           min_topic_size=min_topic_size, refits=refits, themes=themes,
                           held=len(earlier.hdbscan_model.centroids) if earlier else None,
                           looked_for={name: texts_with(some["words"], told)
                                       for name, told in (look_for or {}).items()})
    return FittedTopics(embedder, clusters, chosen, vectors, counts, words, languages)


def texts_with(texts: pd.Series, told: Sequence[str]) -> np.ndarray:
    """Tell which texts have one of some words, or begin a word with one of four letters or more; or are such a text.

    Parameters
    ----------
    texts
        Usable words, joined by blanks.
    told
        Words; what has several words is a text, looked for as it is.
    """
    found = np.zeros(len(texts), dtype=bool)
    for said in told:
        wanted = theme_words(said)
        if len(wanted) == 1:
            end = r"(?!\w)" if len(wanted[0]) < LONG_WORD else ""
            found |= texts.str.contains(rf"(?<!\w){re.escape(wanted[0])}{end}", regex=True).to_numpy(dtype=bool)
        else:
            found |= texts.eq(" ".join(wanted)).to_numpy(dtype=bool)
    return found


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


@dataclass(frozen=True)
class AssignedTexts:
    """Where texts are, by part.

    Attributes
    ----------
    table
        One row per text: `topic_id` and `subtopic_id` (-1 for none), `confidence` (cosine similarity to the topic,
        0 to 1) and `set_aside`: ``everyday_talk`` where the nearest group is no topic, ``far`` where none is near,
        missing where the text is in a topic.
    refits
        Texts by refits: group.
    earlier, earlier_refits
        The same of the model before: topic, and group in its refits.
    """

    table: pd.DataFrame
    refits: np.ndarray
    earlier: np.ndarray
    earlier_refits: np.ndarray


def assign_texts(fitted: FittedTopics, texts: pd.DataFrame, earlier: TopicCentroids | None = None) -> AssignedTexts:
    """Assign every text to its topic and subtopic, to the groups of refits, and to those of the model before."""
    earlier = earlier or no_topics(0, fitted.vectors.shape[1])
    if fitted.embedder is None or not len(fitted.clusters.centroids):
        table = pd.DataFrame({"topic_id": np.full(len(texts), NO_TOPIC), "subtopic_id": NO_TOPIC, "confidence": 0.0,
                              "set_aside": pd.array(["everyday_talk"] * len(texts), dtype="string")})
        nowhere = np.full((len(texts), 0), NO_TOPIC, dtype=np.int16)
        return AssignedTexts(table, nowhere, np.full(len(texts), NO_TOPIC), nowhere)
    if len(fitted.chosen) == len(texts):
        return _assign(fitted.clusters, earlier, fitted.vectors)
    embed = fitted.embedder.embed
    parts = [texts.iloc[start:start + PART] for start in range(0, len(texts), PART)]
    found = in_threads(lambda part: _assign(fitted.clusters, earlier,
                                            embed(part["text"].to_list(), part["words"].to_list())), parts)
    return AssignedTexts(pd.concat([f.table for f in found], ignore_index=True),
                         *(np.concatenate([getattr(f, name) for f in found])
                           for name in ("refits", "earlier", "earlier_refits")))


def _assign(clusters: TopicCentroids, earlier: TopicCentroids, vectors: np.ndarray) -> AssignedTexts:
    topics, similarity = clusters.assign(vectors)
    reason = np.where(similarity < MINIMUM_SIMILARITY, "far", "everyday_talk")
    table = pd.DataFrame({"topic_id": topics, "subtopic_id": clusters.subtopics(vectors, topics),
                          "confidence": similarity.astype(float),
                          "set_aside": pd.Series(reason, dtype="string").mask(topics >= 0)})
    return AssignedTexts(table, clusters.refit_groups(vectors), earlier.assign(vectors)[0],
                         earlier.refit_groups(vectors))
