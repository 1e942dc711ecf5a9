"""The fitted BERTopic people get, without torch."""

from __future__ import annotations

import warnings
from copy import copy
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import MissingPackageError, TableError
from workbench.topics.clusters import NO_TOPIC, TopicCentroids
from workbench.topics.exchange import make_vectorizer, vectorizer_state
from workbench.topics.rearranging import arrange_topics, given_labels, word_counter, words_by_topic
from workbench.topics.weighing import TOP_WORDS

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import CountVectorizer

    from workbench.topics.embeddings import Embedder
    from workbench.topics.fitting import FittedTopics
    from workbench.topics.model import OurBERTopic

SHOWN_TEXTS = 3
INSTALL = "pip install --no-deps bertopic==0.17.4"


def check_installed() -> None:
    """Refuse before the work begins, not after it.

    Raises
    ------
    MissingPackageError
        If bertopic is not installed.
    """
    if find_spec("bertopic") is None:
        raise _missing()


def _missing() -> MissingPackageError:
    return MissingPackageError(
        f"Topics need bertopic, which is not installed. Run: {INSTALL} (with its dependencies it brings torch).")


def fit_bertopic(fitted: FittedTopics, texts: pd.Series, topics: pd.DataFrame,
                 assignments: pd.DataFrame) -> OurBERTopic:
    """Fit a BERTopic on groups that were found before, from words that were counted before.

    It holds what its own `fit_transform` would make of them: c-TF-IDF and mean vector of each topic,
    representative posts (the three nearest), and sizes.

    Parameters
    ----------
    texts
        Those fitted on; the index is the row of their post in `assignments`.
    topics
        `words` become the representation of each topic.
    assignments
        Of all posts: their topics and sizes are the model's.

    Raises
    ------
    MissingPackageError
        If bertopic is not installed.
    """
    from scipy import sparse

    assert fitted.embedder is not None
    assert fitted.counts is not None
    clusters, labels = fitted.clusters, fitted.clusters.labels_
    model = _new_bertopic(clusters, fitted.embedder)
    numbers = np.union1d(assignments["topic_id"].to_numpy(np.int64), labels)  # -1 has a row where a post is in no topic
    members = sparse.csr_matrix((np.ones(len(labels)), (np.searchsorted(numbers, labels), np.arange(len(labels)))),
                                shape=(len(numbers), len(labels)))
    weights = model.ctfidf_model.fit_transform(members @ fitted.counts)
    weights.sort_indices()  # the order of a sum is in its last digits, and distances must be alike both ways
    in_topic = np.maximum(np.asarray(members.sum(axis=1)), 1)
    places = {word: i for i, word in enumerate(fitted.words)}
    leading = {int(t): list(words) for t, words in zip(topics["topic_id"], topics["words"], strict=True)}
    if NO_TOPIC in numbers:
        leading[NO_TOPIC] = [fitted.words[i] for i in np.argsort(-weights[0].toarray()[0], kind="stable")[:TOP_WORDS]]
    state = {"words": {t: [(w, float(weights[i, places[w]])) for w in leading[int(t)]] for i, t in enumerate(numbers)},
             "weights": weights.data, "columns": weights.indices, "starts": weights.indptr, "vocabulary": fitted.words,
             "idf": model.ctfidf_model._idf_diag.diagonal(), "embeddings": (members @ fitted.vectors) / in_topic}
    model.languages_ = list(fitted.languages)
    _fill(model, state, assignments)
    shown = {int(t): texts.iloc[_nearest(clusters, int(t))] for t in numbers}
    model.representative_posts_ = {t: [int(row) for row in found.index] for t, found in shown.items()}
    model.representative_docs_ = {t: found.to_list() for t, found in shown.items()}
    return model


def _nearest(clusters: TopicCentroids, topic: int) -> np.ndarray:
    inside = np.flatnonzero(clusters.labels_ == topic)
    return inside[np.argsort(-clusters.probabilities_[inside], kind="stable")[:SHOWN_TEXTS]]


def restore_bertopic(state: dict[str, Any], clusters: TopicCentroids, embedder: Embedder, assignments: pd.DataFrame, *,
                     texts: pd.Series | None = None) -> OurBERTopic:
    """Make the BERTopic again that `bertopic_state` was taken from.

    Parameters
    ----------
    texts
        Of posts by `post_id`; without them the representative posts have none.

    Raises
    ------
    MissingPackageError
        If bertopic is not installed.
    """
    vectorizer = make_vectorizer(state["vectorizer"]) if "vectorizer" in state else None
    model = _new_bertopic(clusters, embedder, vectorizer, state.get("ctfidf"))
    _fill(model, state, assignments)
    model.languages_ = list(state.get("languages", []))
    model.top_n_words = state.get("top_n_words", TOP_WORDS)
    model.custom_labels_ = state.get("labels")
    model.topic_aspects_ = {name: {int(t): [tuple(w) if isinstance(w, list) else w for w in words]
                                   if isinstance(words, list) else words for t, words in values.items()}
                            for name, values in state.get("aspects", {}).items()}
    row = {post: i for i, post in enumerate(assignments["post_id"])}
    posts = {int(t): ids for t, ids in state.get("representative", {}).items()}
    model.representative_posts_ = {t: [row[post] for post in ids] for t, ids in posts.items()}
    model.representative_docs_ = {t: [] if texts is None else texts.reindex(ids).dropna().to_list()
                                  for t, ids in posts.items()}
    return model


def renumber_bertopic(model: OurBERTopic, number: dict[int, int], clusters: TopicCentroids,
                      assignments: pd.DataFrame) -> OurBERTopic:
    """Return a BERTopic that knows the same of its topics under other numbers, and nothing of what came before.

    Parameters
    ----------
    number
        New number of each topic of the model.
    clusters
        That give topics the new numbers.
    assignments
        Of all posts, in the new numbers.
    """
    from bertopic._bertopic import TopicMapper

    labels = given_labels(model)
    new = copy(model)
    # each is fitted anew in place when topics are merged
    new.vectorizer_model, new.ctfidf_model = copy(model.vectorizer_model), copy(model.ctfidf_model)
    new.hdbscan_model, new.nr_topics = clusters, None
    new.topics_ = assignments["topic_id"].to_numpy(np.int64).tolist()
    arrange_topics(new, number)
    _assign_posts(new, assignments)
    new.topic_mapper_ = TopicMapper(sorted(new.topic_representations_))
    named = {number[t]: label for t, label in labels.items()}
    new.custom_labels_ = [named.get(t, new.topic_labels_[t]) for t in sorted(set(new.topics_))] if named else None
    return new


def _fill(model: OurBERTopic, state: dict[str, Any], assignments: pd.DataFrame) -> None:
    from bertopic._bertopic import TopicMapper
    from scipy import sparse

    representations = {int(t): [(str(w), float(v)) for w, v in words] for t, words in state["words"].items()}
    model.topic_representations_ = representations
    model.c_tf_idf_ = sparse.csr_matrix((state["weights"], state["columns"], state["starts"]),
                                        shape=(len(state["starts"]) - 1, len(state["vocabulary"])))
    model.topic_embeddings_ = state["embeddings"]
    model.vectorizer_model.vocabulary_ = {str(word): i for i, word in enumerate(state["vocabulary"])}
    model.ctfidf_model._idf_diag = sparse.diags(state["idf"], format="csr")
    _assign_posts(model, assignments)
    model.topic_mapper_ = TopicMapper(sorted(representations))


def bertopic_state(model: OurBERTopic, post_ids: pd.Series) -> dict[str, Any]:
    """Return what a fitted BERTopic has learned, as arrays and words; it holds no post text.

    Parameters
    ----------
    post_ids
        Of `assignments`.

    Raises
    ------
    TableError
        If its vectorizer holds functions other than ours, or an aspect is no text.
    """
    matrix = model.c_tf_idf_.tocsr()
    words = model.topic_representations_.items()
    return {"words": {str(t): [[str(w), float(v)] for w, v in weighted] for t, weighted in words},
            "weights": matrix.data, "columns": matrix.indices, "starts": matrix.indptr,
            "vocabulary": [str(w) for w in model.vectorizer_model.get_feature_names_out()],
            "idf": model.ctfidf_model._idf_diag.diagonal(), "embeddings": np.asarray(model.topic_embeddings_),
            "vectorizer": vectorizer_state(model.vectorizer_model), "top_n_words": int(model.top_n_words),
            "languages": model.languages_,
            "ctfidf": {name: bool(getattr(model.ctfidf_model, name))
                       for name in ("bm25_weighting", "reduce_frequent_words")},
            "labels": None if model.custom_labels_ is None else [str(label) for label in model.custom_labels_],
            "aspects": {str(name): {str(t): _plain(words) for t, words in values.items()}
                        for name, values in model.topic_aspects_.items()},
            "representative": {str(t): [str(post_ids.iloc[row]) for row in rows]
                               for t, rows in model.representative_posts_.items()}}


def _plain(words: Any) -> Any:
    """Return an aspect of a topic as JSON has it: words, words with weights, or a text."""
    if isinstance(words, str):
        return words
    try:
        return [word if isinstance(word, str) else [str(word[0]), float(word[1])] for word in words]
    except (TypeError, ValueError, LookupError) as error:
        raise TableError("An aspect in topics.bertopic.topic_aspects_ is no text, so it cannot be saved. Delete it "
                         "there, and save again.") from error


def _new_bertopic(clusters: TopicCentroids, embedder: Embedder, vectorizer: CountVectorizer | None = None,
                  ctfidf: dict[str, bool] | None = None) -> OurBERTopic:
    with warnings.catch_warnings():  # bertopic switches warnings off for the whole process, umap misses Tensorflow
        warnings.simplefilter("ignore")
        try:
            from bertopic.dimensionality import BaseDimensionalityReduction
            from bertopic.vectorizers import ClassTfidfTransformer

            from workbench.topics.model import OurBERTopic, TopicEmbedder
        except ImportError as error:
            raise _missing() from error
    model = OurBERTopic(
        embedding_model=TopicEmbedder(embedder), umap_model=BaseDimensionalityReduction(), hdbscan_model=clusters,
        vectorizer_model=vectorizer or word_counter(), top_n_words=TOP_WORDS,
        ctfidf_model=ClassTfidfTransformer(**ctfidf or {"reduce_frequent_words": True}))
    model.representative_posts_, model.languages_ = {}, []
    return model


def _assign_posts(model: OurBERTopic, assignments: pd.DataFrame) -> None:
    topics = assignments["topic_id"].to_numpy(np.int64)
    model.probabilities_ = assignments["confidence"].fillna(0).to_numpy(float)
    model.hdbscan_model = replace(model.hdbscan_model, labels_=topics, probabilities_=model.probabilities_)
    model.agreed_words_ = words_by_topic(model)
    model.topics_ = topics.tolist()
    sizes = np.bincount(topics + 1)
    model.topic_sizes_ = {t - 1: int(n) for t, n in enumerate(sizes) if n}
