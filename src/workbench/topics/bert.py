"""The fitted BERTopic people get, without torch."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import MissingPackageError
from workbench.topics.clusters import NO_TOPIC, TopicCentroids
from workbench.topics.seeing import place_posts
from workbench.topics.weighing import TOP_WORDS
from workbench.topics.words import theme_words

if TYPE_CHECKING:
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from plotly.graph_objects import Figure

    from workbench.topics.embeddings import Embedder
    from workbench.topics.fitting import FittedTopics

SHOWN_TEXTS = 3
INSTALL = "pip install --no-deps bertopic==0.17.4"


def fit_bertopic(fitted: FittedTopics, texts: list[str], topics: pd.DataFrame, assignments: pd.DataFrame) -> BERTopic:
    """Fit a BERTopic on groups that were found before, from words that were counted before.

    It holds what its own `fit_transform` would make of them: c-TF-IDF and mean vector of each topic,
    representative posts (the three nearest), and sizes.

    Parameters
    ----------
    texts
        Those fitted on.
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
    _fill(model, state, assignments)
    model.representative_docs_ = {int(t): [texts[i] for i in _nearest(clusters, int(t))] for t in numbers}
    return model


def _nearest(clusters: TopicCentroids, topic: int) -> np.ndarray:
    inside = np.flatnonzero(clusters.labels_ == topic)
    return inside[np.argsort(-clusters.probabilities_[inside], kind="stable")[:SHOWN_TEXTS]]


def restore_bertopic(state: dict[str, Any], clusters: TopicCentroids, embedder: Embedder,
                     assignments: pd.DataFrame) -> BERTopic:
    """Make the BERTopic again that `bertopic_state` was taken from; representative posts are not in it.

    Raises
    ------
    MissingPackageError
        If bertopic is not installed.
    """
    model = _new_bertopic(clusters, embedder)
    _fill(model, state, assignments)
    return model


def _fill(model: BERTopic, state: dict[str, Any], assignments: pd.DataFrame) -> None:
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


def bertopic_state(model: BERTopic) -> dict[str, Any]:
    """Return what a fitted BERTopic has learned, as arrays and words; it holds no post text."""
    matrix = model.c_tf_idf_.tocsr()
    words = model.topic_representations_.items()
    return {"words": {str(t): [[str(w), float(v)] for w, v in weighted] for t, weighted in words},
            "weights": matrix.data, "columns": matrix.indices, "starts": matrix.indptr,
            "vocabulary": [str(w) for w in model.vectorizer_model.get_feature_names_out()],
            "idf": model.ctfidf_model._idf_diag.diagonal(), "embeddings": np.asarray(model.topic_embeddings_)}


def _new_bertopic(clusters: TopicCentroids, embedder: Embedder) -> BERTopic:
    with warnings.catch_warnings():  # bertopic switches warnings off for the whole process, umap misses Tensorflow
        warnings.simplefilter("ignore")
        try:
            from bertopic import BERTopic
            from bertopic.dimensionality import BaseDimensionalityReduction
            from bertopic.vectorizers import ClassTfidfTransformer
        except ImportError as error:
            raise MissingPackageError(
                f"Topics need bertopic, which is not installed. Run: {INSTALL} (with its dependencies it brings torch)."
            ) from error
    from sklearn.feature_extraction.text import CountVectorizer

    class OurBERTopic(BERTopic):  # type: ignore[misc, unused-ignore]
        def visualize_documents(self, docs: list[str], topics: list[int] | None = None,
                                embeddings: np.ndarray | None = None, reduced_embeddings: np.ndarray | None = None,
                                **options: Any) -> Figure:
            """Draw documents, around their topics as in `draw_map` where no places are given: UMAP takes minutes."""
            if reduced_embeddings is None:
                vectors = embedder.embed(docs) if embeddings is None else embeddings
                numbers = sorted(set(self.topics_) - {NO_TOPIC})
                reduced_embeddings, _ = place_posts(np.asarray(vectors, float), np.array(self.topics_), numbers)
            return super().visualize_documents(docs, topics, None, reduced_embeddings, **options)

    return OurBERTopic(
        embedding_model=_backend(embedder), umap_model=BaseDimensionalityReduction(), hdbscan_model=clusters,
        vectorizer_model=CountVectorizer(analyzer=theme_words),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True), top_n_words=TOP_WORDS)


def _assign_posts(model: BERTopic, assignments: pd.DataFrame) -> None:
    topics = assignments["topic_id"].to_numpy(np.int64)
    model.hdbscan_model = replace(model.hdbscan_model, labels_=topics)
    model.topics_ = topics.tolist()
    sizes = np.bincount(topics + 1)
    model.topic_sizes_ = {t - 1: int(n) for t, n in enumerate(sizes) if n}
    model.probabilities_ = assignments["confidence"].fillna(0).to_numpy(float)


def _backend(embedder: Embedder) -> BaseEmbedder:
    from bertopic.backend import BaseEmbedder

    class OurEmbedder(BaseEmbedder):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.embedder = embedder

        def embed(self, documents: list[str], verbose: bool = False) -> np.ndarray:
            return embedder.embed(documents)

    return OurEmbedder()
