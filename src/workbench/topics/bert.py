"""The fitted BERTopic people get, without torch."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import MissingPackageError
from workbench.topics.clusters import TOP_WORDS, TopicCentroids
from workbench.topics.vectors import CorpusVectors
from workbench.topics.words import words_of

if TYPE_CHECKING:
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder

INSTALL = "pip install --no-deps bertopic==0.17.4"


def fit_bertopic(texts: list[str], vectors: np.ndarray, clusters: TopicCentroids, embedder: CorpusVectors) -> BERTopic:
    """Fit a BERTopic on groups that were found before.

    Parameters
    ----------
    texts
        One per post; empty where an earlier post has the same text, so that a copied text
        gives its words once.
    vectors
        One row per post.
    clusters
        With the topic of each post; topics are numbered already and keep their numbers.

    Raises
    ------
    MissingPackageError
        If bertopic is not installed.
    """
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

    topics = int(clusters.topic_of.max()) + 1
    model = BERTopic(
        embedding_model=_backend(embedder), umap_model=BaseDimensionalityReduction(), hdbscan_model=clusters,
        vectorizer_model=CountVectorizer(analyzer=words_of),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        top_n_words=TOP_WORDS, nr_topics=topics + 1)  # a number nothing is reduced to: keeps ours
    model.fit_transform(texts, vectors)
    model.nr_topics = None
    return model


def _backend(vectors: CorpusVectors) -> BaseEmbedder:
    from bertopic.backend import BaseEmbedder

    class CorpusEmbedder(BaseEmbedder):  # type: ignore[misc, unused-ignore]
        def embed(self, documents: list[str], verbose: bool = False) -> np.ndarray:
            return vectors.embed(documents)

    return CorpusEmbedder()
