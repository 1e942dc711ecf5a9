"""From a corpus to its topics."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.tables.posts import Corpus, empty_frame
from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics.bert import fit_bertopic
from workbench.topics.clusters import NO_TOPIC, TopicCentroids, find_topics, no_topics
from workbench.topics.vectors import CorpusVectors, learn_vectors
from workbench.topics.words import words_of

if TYPE_CHECKING:
    from bertopic import BERTopic

MINIMUM_WORDS = 3
LABEL_WORDS = 3
EMBEDDINGS = ("corpus",)
PACKAGES = ("bertopic", "evoc", "numpy", "scikit-learn", "scipy", "stopwordsiso")


def model_topics(corpus: Corpus, *, seed: int, min_topic_size: int = 15, most_topics: int = 40,
                 embedding: str = "corpus") -> TopicSet:
    """Find the topics of a corpus with BERTopic, on vectors learned from the corpus itself.

    Give it the posts of all quarters that are to be compared: one model for both. Posts
    with the same words are modelled once and get the same topic; posts with fewer than three
    usable words are in no topic. The result depends on posts and seed only, not on row
    order or the number of processor cores. The first call on a computer compiles for a minute or
    two.

    Parameters
    ----------
    corpus
        Service rows (joins, pins) are left out.
    seed
        Of the decomposition and of the clustering.
    min_topic_size
        Different texts; fewer is no topic.
    most_topics
        Upper limit, for a person to read.
    embedding
        Only ``corpus``.

    Returns
    -------
    topics
        `assignments` has one row per written post with text, sorted by `post_id`; its texts,
        in that order, are what `bertopic` was fitted on (a repeated text as an empty one), so
        ``hierarchical_topics`` and ``topics_over_time`` (with datetimes) take them. A confidence
        is the cosine similarity of a post to its topic. Where a corpus gives no topic,
        `bertopic` is None and `provenance["note"]` says why.

    Raises
    ------
    TableError
        If the corpus has repeated post ids, or a parameter is out of its range.
    MissingPackageError
        If bertopic is not installed; the message names the command.
    """
    from threadpoolctl import threadpool_limits

    _check(corpus, seed=seed, min_topic_size=min_topic_size, most_topics=most_topics, embedding=embedding)
    posts = written_texts(corpus.posts)
    with threadpool_limits(1):  # sums in another order would change the last digits
        texts = unique_texts(posts)
        vectors, clusters, rows = find_in_texts(texts, seed=seed, min_topic_size=min_topic_size,
                                                most_topics=most_topics)
        bertopic = _fit(posts, texts, vectors, clusters, rows) if (clusters.topic_of >= 0).any() else None
    assignments = _assignments(posts, texts, clusters)
    topics = _topic_table(bertopic, assignments)
    provenance = _provenance(corpus, assignments, texts, clusters) | {
        "parameters": {"min_topic_size": min_topic_size, "most_topics": most_topics, "embedding": embedding},
        "seed": seed}
    return TopicSet(topics=topics, assignments=assignments, provenance=provenance, bertopic=bertopic)


def written_texts(posts: pd.DataFrame) -> pd.DataFrame:
    """Return id, arena, text and language of written posts that have text, sorted by `post_id`."""
    has_text = posts["text"].str.strip().fillna("").ne("")
    chosen = posts.loc[has_text & posts["kind"].ne("service"), ["post_id", "arena_id", "text", "language"]]
    return chosen.sort_values("post_id", ignore_index=True)


def unique_texts(posts: pd.DataFrame) -> pd.DataFrame:
    """Return one row per different text with enough usable words.

    Returns
    -------
    texts
        `words` (joined by spaces), `first` (row of the first post that has it), `copies`
        (posts that have it), `rows` (those posts) and `language` (of the first).
    """
    words = pd.Series([words_of(text) for text in posts["text"]], dtype=object)
    usable = words[[len(set(w)) >= MINIMUM_WORDS for w in words]].str.join(" ")
    rows = pd.Series(usable.index, index=usable.index).groupby(usable.to_numpy(), sort=False)
    found = rows.agg(first="min", copies="size", rows=list).rename_axis("words").reset_index()
    found = found.astype({"first": "int64", "copies": "int64"})
    return found.assign(language=posts["language"].to_numpy()[found["first"]])


def find_in_texts(texts: pd.DataFrame, *, seed: int, min_topic_size: int, most_topics: int,
                  ) -> tuple[CorpusVectors | None, TopicCentroids, np.ndarray]:
    """Return the vectors learned from unique texts, the topics found, and the texts' vectors."""
    from sklearn.feature_extraction.text import CountVectorizer

    if len(texts) < 2 * min_topic_size:
        return None, no_topics(len(texts), 1), np.zeros((len(texts), 1), np.float32)
    counter = CountVectorizer(analyzer=str.split, dtype=np.float32)
    counts = counter.fit_transform(texts["words"])
    vectors = learn_vectors((counts > 0).astype(np.float32), list(counter.get_feature_names_out()), seed=seed)
    rows = vectors.embed(texts["words"].tolist())
    clusters = find_topics(rows, counts, texts, seed=seed, min_topic_size=min_topic_size, most_topics=most_topics)
    return vectors, clusters, rows


def spread(texts: pd.DataFrame, values: np.ndarray, length: int, fill: float) -> np.ndarray:
    """Return the values of unique texts at the rows of all posts that have them."""
    spread = np.full((length, *values.shape[1:]), fill, dtype=values.dtype)
    if len(texts):
        spread[np.concatenate(texts["rows"].to_list())] = np.repeat(values, texts["copies"], axis=0)
    return spread


def _check(corpus: Corpus, *, seed: int, min_topic_size: int, most_topics: int, embedding: str) -> None:
    faults = []
    if missing := [c for c in ("post_id", "arena_id", "kind", "text", "language") if c not in corpus.posts]:
        faults.append(f"posts lacks the columns {', '.join(missing)}")
    elif repeated := int(corpus.posts["post_id"].duplicated().sum()):
        faults.append(f"posts.post_id: {repeated} ids stand more than once; load the corpus with load_corpus")
    if embedding not in EMBEDDINGS:
        faults.append(f"embedding must be {' or '.join(EMBEDDINGS)}: vectors are learned from the corpus itself")
    if min_topic_size < 2:
        faults.append("min_topic_size must be 2 or more")
    if most_topics < 2:
        faults.append("most_topics must be 2 or more")
    if not 0 <= seed < 2**32:
        faults.append("seed must be from 0 to 4294967295")
    if faults:
        raise TableError("Topics cannot be modelled: " + "; ".join(faults) + ".")


def _fit(posts: pd.DataFrame, texts: pd.DataFrame, vectors: CorpusVectors | None, clusters: TopicCentroids,
         rows: np.ndarray) -> BERTopic | None:
    if vectors is None:
        return None
    copied = np.ones(len(posts), dtype=bool)
    copied[texts["first"]] = False
    modelled = spread(texts, np.ones(len(texts), dtype=bool), len(posts), 0)
    shown = posts["text"].mask(copied & modelled, "")
    of_posts = replace(clusters, labels_=spread(texts, clusters.labels_, len(posts), NO_TOPIC),
                       probabilities_=spread(texts, clusters.probabilities_, len(posts), 0))
    return fit_bertopic(shown.to_list(), spread(texts, rows, len(posts), 0), of_posts, vectors)


def _assignments(posts: pd.DataFrame, texts: pd.DataFrame, clusters: TopicCentroids) -> pd.DataFrame:
    labels = spread(texts, clusters.labels_, len(posts), NO_TOPIC)
    confidence = pd.Series(spread(texts, clusters.probabilities_, len(posts), 0).astype(float))
    table = pd.DataFrame({"post_id": posts["post_id"], "topic_id": labels,
                          "confidence": confidence.mask(labels == NO_TOPIC)})
    return table.astype(ASSIGNMENT_COLUMNS)


def _topic_table(bertopic: BERTopic | None, assignments: pd.DataFrame) -> pd.DataFrame:
    if bertopic is None:
        return empty_frame(TOPIC_COLUMNS)
    sizes = assignments["topic_id"].value_counts().drop(NO_TOPIC, errors="ignore").sort_index()
    words = [[w for w, _ in bertopic.get_topic(t) if w] for t in sizes.index]
    table = pd.DataFrame({"topic_id": sizes.index, "label": [" · ".join(w[:LABEL_WORDS]) for w in words],
                          "words": pd.Series(words, dtype=object), "size": sizes.to_numpy(),
                          "stability": np.nan})
    return table.astype(TOPIC_COLUMNS)


def _provenance(corpus: Corpus, assignments: pd.DataFrame, texts: pd.DataFrame,
                clusters: TopicCentroids) -> dict[str, Any]:
    modelled = int(texts["copies"].sum())
    outside = int((assignments["topic_id"] == NO_TOPIC).sum())
    found = {
        "posts": len(corpus.posts),
        "posts_without_text": len(corpus.posts) - len(assignments),
        "posts_without_words": len(assignments) - modelled,
        "posts_modelled": modelled,
        "copies": modelled - len(texts),
        "groups_set_aside": int((clusters.topic_of == NO_TOPIC).sum()),
        "share_in_no_topic": outside / len(assignments) if len(assignments) else None,
        "versions": {name: version(name) for name in PACKAGES},
    }
    if (clusters.topic_of >= 0).any():
        return found
    note = (f"No topics: {len(texts)} different texts with at least {MINIMUM_WORDS} usable words are too few."
            if not len(clusters.centroids) else "No topics: no group of posts has words that belong together.")
    return found | {"note": note}
