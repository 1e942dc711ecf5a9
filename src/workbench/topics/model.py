"""The BERTopic people get: what it does better, otherwise or not at all.

The one module that holds a class of BERTopic's, so that it can be copied and pickled; imported inside functions only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from bertopic import BERTopic
from bertopic.backend import BaseEmbedder
from bertopic.vectorizers import ClassTfidfTransformer

from workbench.errors import TableError
from workbench.topics.clusters import NO_TOPIC
from workbench.topics.embeddings import JoinedVectors
from workbench.topics.exchange import CLUSTERS, load_files, save_files, save_pickle
from workbench.topics.rearranging import arrange_topics, counts_words, given_labels, leading_words, word_counter
from workbench.topics.seeing import place_posts, place_topics

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from workbench.topics.embeddings import Embedder

TOP_WORDS = 10
NO_FIT = ("This BERTopic was fitted by model_topics. transform(texts) places new posts in its topics; to find topics "
          "afresh, call model_topics.")
NO_TEXTS = ("The texts of posts are not saved with topics. Load them with load_topics(folder, corpus=corpus); the rows "
            "of the representative posts in topics.assignments are in representative_posts_.")


class TopicEmbedder(BaseEmbedder):  # type: ignore[misc, unused-ignore]
    """Our embedder as BERTopic wants one."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self.embedder = embedder

    def embed(self, documents: Sequence[str], verbose: bool = False) -> np.ndarray:
        """Return one row of unit length (or zero) per text."""
        return self.embedder.embed(list(documents))

    def __deepcopy__(self, memo: dict[int, Any]) -> TopicEmbedder:
        return self  # nothing in it ever changes, and it is large


class OurBERTopic(BERTopic):  # type: ignore[misc, unused-ignore]
    """BERTopic on groups that were found before it.

    Attributes
    ----------
    representative_posts_
        Rows in `assignments` of the representative posts of each topic.
    languages_
        Codes of the languages whose inflections are one word.
    agreed_words_
        Words of each topic when tables and model were last of one mind (`read_bertopic`).
    """

    representative_posts_: dict[int, list[int]]
    languages_: list[str]
    agreed_words_: dict[int, list[str]]
    topic_embeddings_: Any
    custom_labels_: list[str] | None

    def transform(self, documents: str | Sequence[str] | None, embeddings: np.ndarray | None = None,
                  images: Sequence[str] | None = None) -> tuple[list[int], np.ndarray]:
        """Return the topic of each text and its cosine similarity to it (0 where it is in none), as in `assignments`.

        Parameters
        ----------
        embeddings
            Of ``topics.bertopic.embedding_model.embed``, or of the model that `embedding` named, in the order of
            the texts.
        """
        texts = [documents] if isinstance(documents, str) else None if documents is None else list(documents)
        if texts is None and embeddings is None:
            raise TableError("transform needs texts, or embeddings of them.")
        if texts is not None and not texts:
            return [], np.zeros(0)
        vectors = self._embed(texts or []) if embeddings is None else self._given(texts, embeddings)
        groups, similarity = self.hdbscan_model.assign(vectors)
        topics = np.array(self._map_predictions(groups.tolist()), dtype=np.int64)
        return topics.tolist(), np.where(topics == NO_TOPIC, 0, similarity).astype(float)

    def _embed(self, texts: list[str]) -> np.ndarray:
        return np.asarray(self.embedding_model.embed(texts))

    def _given(self, texts: list[str] | None, embeddings: np.ndarray) -> np.ndarray:
        from scipy import sparse
        from sklearn.preprocessing import normalize

        given: np.ndarray = np.atleast_2d(np.asarray(sparse.csr_matrix(embeddings).todense()
                                                     if sparse.issparse(embeddings) else embeddings))
        if texts is not None and len(given) != len(texts):
            raise TableError(f"transform: {len(given)} rows of embeddings for {len(texts)} texts. Give one per text.")
        embedder, width = getattr(self.embedding_model, "embedder", None), self.hdbscan_model.centroids.shape[1]
        if given.shape[1] == width:
            return np.asarray(normalize(given))
        if isinstance(embedder, JoinedVectors) and given.shape[1] == embedder.model_offset.shape[1]:
            if texts is None:
                raise TableError("transform: vectors of the model alone need the texts beside them.")
            return embedder.join(texts, normalize(given))
        raise TableError(f"transform: the embeddings have {given.shape[1]} columns, and the topics were found "
                         f"on {width}. Give what topics.bertopic.embedding_model.embed(texts) returns.")

    def fit(self, *_: Any, **__: Any) -> OurBERTopic:
        """Refuse: the groups were found before."""
        raise TableError(NO_FIT)

    def fit_transform(self, *_: Any, **__: Any) -> tuple[list[int], np.ndarray]:
        """Refuse: the groups were found before."""
        raise TableError(NO_FIT)

    def partial_fit(self, *_: Any, **__: Any) -> OurBERTopic:
        """Refuse: the groups were found before."""
        raise TableError(NO_FIT)

    def merge_topics(self, docs: list[str], topics_to_merge: list[Any], images: list[str] | None = None) -> None:
        """Merge topics as BERTopic does; labels and aspects go along."""
        self._check_texts(docs)
        groups = [[t] if np.ndim(t) == 0 else list(t) for t in topics_to_merge]
        self._check_known(t for group in groups for t in group)
        plain: list[Any] = [[int(t) for t in group] for group in groups]
        with self._carrying():
            super().merge_topics(docs, [t for group in plain for t in group] if np.ndim(topics_to_merge[0]) == 0
                                 else plain, images)

    def reduce_topics(self, docs: list[str], nr_topics: int | str = 20, images: list[str] | None = None,
                      use_ctfidf: bool = False) -> OurBERTopic:
        """Merge topics until so many are left, as BERTopic does; labels and aspects go along."""
        self._check_texts(docs)
        if not isinstance(nr_topics, str) and nr_topics >= len(self.topic_representations_):
            return self  # BERTopic's own fails, having nothing to merge
        with self._carrying():
            super().reduce_topics(docs, nr_topics, images, use_ctfidf)
        return self

    def delete_topics(self, topics_to_delete: list[int]) -> None:
        """Put the posts of topics in no topic. BERTopic's own takes the wrong rows, and fails on custom labels."""
        gone = self._check_known(topics_to_delete) - {NO_TOPIC}
        if gone >= set(self.topics_) - {NO_TOPIC}:
            raise TableError("delete_topics: no topic would be left.")
        before = np.array(self.topics_)
        into = {t: NO_TOPIC if t in gone else t for t in {NO_TOPIC, *self.topics_}}
        with self._carrying():
            self.topic_mapper_.add_mappings(into, topic_model=self)
            self._sort_mappings_by_frequency(pd.DataFrame({"Topic": [into[t] for t in before]}))
            now = np.array(self.topics_)
            arrange_topics(self, {int(t): int(now[before == t][0]) for t in set(before) - gone})

    def update_topics(self, docs: list[str], images: list[str] | None = None, topics: list[int] | None = None,
                      top_n_words: int = TOP_WORDS, n_gram_range: tuple[int, int] | None = None,
                      vectorizer_model: Any = None, ctfidf_model: Any = None, representation_model: Any = None) -> None:
        """Update words, or the topics of posts, as BERTopic does, but on usable words where no vectorizer is given.

        Topics keep their vectors (BERTopic's own keeps that of a topic that is gone, in the place of another).
        """
        self._check_texts(docs)
        if topics is not None and len(topics) != len(docs):
            raise TableError(f"update_topics: {len(topics)} topics for {len(docs)} posts. Give that of every post.")
        rows: np.ndarray = np.asarray(self.topic_embeddings_)
        vectors = dict(zip(sorted(self.topic_representations_), rows, strict=True))
        given = None if topics is None else [int(t) for t in topics]
        with self._carrying(is_renumbered=False):
            super().update_topics(
                docs, images, given, top_n_words, None, vectorizer_model or word_counter(n_gram_range or (1, 1)),
                ctfidf_model or ClassTfidfTransformer(reduce_frequent_words=True), representation_model)
        if given is None:
            return
        for topic in set(given) - set(vectors):
            inside = [text for text, t in zip(docs, given, strict=True) if t == topic]
            vectors[topic] = self.embedding_model.embed(inside).mean(axis=0)
        self.topic_embeddings_ = np.array([vectors[t] for t in sorted(self.topic_representations_)])
        self._save_representative_docs(pd.DataFrame({"Document": docs, "Topic": given, "ID": range(len(docs))}))

    def reduce_outliers(self, documents: list[str], topics: list[int], images: list[str] | None = None,
                        strategy: str = "distributions", probabilities: np.ndarray | None = None, threshold: float = 0,
                        embeddings: np.ndarray | None = None, **options: Any) -> list[int]:
        """Give outliers a topic as BERTopic does; ``probabilities`` of one column are replaced by those of all topics.

        BERTopic's own puts every outlier in topic 0 for these.
        """
        if strategy.lower() == "probabilities" and (probabilities is None or probabilities.ndim < 2):
            vectors = self._given(documents, embeddings) if embeddings is not None else self._embed(documents)
            found = self._similarities(vectors)
            best, likest = found.max(axis=1), found.argmax(axis=1)
            return [int(to) if t == NO_TOPIC and most > 0 and most >= threshold else int(t)
                    for t, to, most in zip(topics, likest, best, strict=True)]
        found = super().reduce_outliers(documents, topics, images, strategy, probabilities, threshold, embeddings,
                                        **options)
        return [int(t) for t in found]

    def _similarities(self, vectors: np.ndarray) -> np.ndarray:
        """Return how like each row is to each topic 0, 1, ...: to the nearest of its groups."""
        current = np.array(self._map_predictions(self.hdbscan_model.topic_of.tolist()))
        similarity = vectors @ self.hdbscan_model.centroids.T
        return np.column_stack([similarity[:, current == t].max(axis=1, initial=0)
                                for t in range(max(self.topics_) + 1)])

    def get_representative_docs(self, topic: int | None = None) -> Any:
        """Return the texts of representative posts, of one topic or by topic."""
        if self.representative_posts_ and not any(self.representative_docs_.values()):
            raise TableError(NO_TEXTS)
        return super().get_representative_docs(None if topic is None else int(topic))

    def visualize_topics(self, topics: list[int] | None = None, top_n_topics: int | None = None,
                         use_ctfidf: bool = False, custom_labels: bool | str = False,
                         title: str = "<b>Intertopic Distance Map</b>", width: int = 650, height: int = 650) -> Figure:
        """Draw topics as circles, placed as in `draw_map`: no UMAP is compiled, and places are the same each time."""
        from bertopic.plotting._topics import _plotly_topic_visualization

        chosen = [int(t) for t in self.get_topic_freq()["Topic"] if t != NO_TOPIC]
        chosen = sorted(chosen[:top_n_topics] if topics is None else (int(t) for t in topics))
        self._check_known(chosen)
        rows = [sorted(self.topic_representations_).index(t) for t in chosen]
        vectors = self.c_tf_idf_[rows].toarray() if use_ctfidf else np.asarray(self.topic_embeddings_)[rows]
        places = place_topics(vectors)
        if isinstance(custom_labels, str):
            aspect = self.topic_aspects_[custom_labels]
            names = [f"{t}_" + "_".join(str(word[0]) for word in aspect[t][:3]) for t in chosen]
        elif custom_labels and self.custom_labels_ is not None:
            names = [self.custom_labels_[sorted(set(self.topics_)).index(t)] for t in chosen]
        else:
            names = [" | ".join(word for word, _ in self.topic_representations_[t][:5]) for t in chosen]
        table = pd.DataFrame({"x": places[:, 0], "y": places[:, 1], "Topic": chosen, "Words": names,
                              "Size": [self.topic_sizes_[t] for t in chosen]})
        return _plotly_topic_visualization(table, chosen, title, width, height)

    def visualize_documents(self, docs: list[str], topics: list[int] | None = None,
                            embeddings: np.ndarray | None = None, reduced_embeddings: np.ndarray | None = None,
                            **options: Any) -> Figure:
        """Draw documents, around their topics as in `draw_map` where no places are given: UMAP takes minutes."""
        places = self._places(docs, embeddings) if reduced_embeddings is None else reduced_embeddings
        return super().visualize_documents(docs, topics, None, places, **options)

    def visualize_hierarchical_documents(self, docs: list[str], hierarchical_topics: pd.DataFrame,
                                         topics: list[int] | None = None, embeddings: np.ndarray | None = None,
                                         reduced_embeddings: np.ndarray | None = None, *, nr_levels: int = 10,
                                         **options: Any) -> Figure:
        """Draw documents by level of the hierarchy, placed as in `visualize_documents`; few topics have few levels."""
        options["nr_levels"] = max(1, min(nr_levels, len(hierarchical_topics) - 1))  # at more BERTopic's own fails
        places = self._places(docs, embeddings) if reduced_embeddings is None else reduced_embeddings
        return super().visualize_hierarchical_documents(docs, hierarchical_topics, topics, None, places, **options)

    def _places(self, docs: list[str], embeddings: np.ndarray | None) -> np.ndarray:
        vectors = self.embedding_model.embed(docs) if embeddings is None else embeddings
        numbers = sorted(set(self.topics_) - {NO_TOPIC})
        return place_posts(np.asarray(vectors, float), np.array(self.topics_), numbers)[0]

    def save(self, path: str | Path, serialization: str = "pickle", save_embedding_model: bool | str = True,
             save_ctfidf: bool = False) -> None:
        """Save as BERTopic does, safetensors without the package of that name; a file is whole or not there."""
        if serialization == "safetensors":
            save_files(self, Path(path), embedding=save_embedding_model, with_ctfidf=save_ctfidf)
        elif serialization == "pickle":
            save_pickle(self, Path(path), super().save, with_embedding=bool(save_embedding_model))
        else:
            super().save(str(path), serialization, save_embedding_model, save_ctfidf)

    @classmethod
    def load(cls, path: str | Path, embedding_model: Any = None) -> Any:
        """Load what `save` saved; from safetensors with our embedder (``topics.bertopic.embedding_model``)."""
        if (Path(path) / CLUSTERS).is_file():
            return load_files(cls.__new__(cls), Path(path), embedding_model)
        return super().load(str(path), embedding_model)

    def _extract_words_per_topic(self, words: Sequence[str], documents: pd.DataFrame, c_tf_idf: Any = None,
                                 fine_tune_representation: bool = True, *rest: Any, **options: Any) -> Any:
        # of the inflections of one word the highest stays, as in `choose_words`
        found = super()._extract_words_per_topic(words, documents, c_tf_idf, fine_tune_representation, *rest, **options)
        if (self.representation_model and fine_tune_representation) or not counts_words(self.vectorizer_model):
            return found
        weights = (self.c_tf_idf_ if c_tf_idf is None else c_tf_idf).tocsr()
        return {topic: leading_words(weights[i], words, self.languages_, count=self.top_n_words)
                for i, topic in enumerate(sorted(found))}

    def _save_representative_docs(self, documents: pd.DataFrame) -> None:
        super()._save_representative_docs(documents)
        first = documents.drop_duplicates(["Topic", "Document"]).set_index(["Topic", "Document"])["ID"]
        self.representative_posts_ = {int(t): [int(first[t, text]) for text in texts]
                                      for t, texts in self.representative_docs_.items()}

    @contextmanager
    def _carrying(self, *, is_renumbered: bool = True) -> Iterator[None]:
        """Give topics, when they have other numbers, the labels and aspects of the largest part that had one.

        Topics that have the posts they had keep their words.
        """
        before, labels, aspects = np.array(self.topics_), given_labels(self), dict(self.topic_aspects_)
        words = self.topic_representations_
        custom: list[str] | None = self.custom_labels_
        self.custom_labels_ = None  # BERTopic would leave them at other topics
        try:
            yield
        except BaseException:
            self.custom_labels_ = custom
            raise
        now, came_from = np.array(self.topics_), {}
        for topic in sorted(set(self.topics_)):
            parts = [int(t) for t in pd.Series(before[now == topic]).value_counts().index]
            is_itself = topic == NO_TOPIC or (not is_renumbered and topic in before)
            came_from[topic] = [topic] if is_itself else parts
            if is_renumbered and len(parts) == 1 and (before == parts[0]).sum() == (now == topic).sum():
                self.topic_representations_[topic] = words[parts[0]]

        def carried(values: dict[int, Any]) -> dict[int, Any]:
            return {t: values[part] for t, parts in came_from.items() for part in reversed(parts) if part in values}

        labels = carried(labels)
        self.custom_labels_ = [labels.get(t, self.topic_labels_[t]) for t in sorted(came_from)] if labels else None
        if is_renumbered:
            self.topic_aspects_ |= {name: carried(values) for name, values in aspects.items()
                                    if self.topic_aspects_.get(name) is values}

    def _check_texts(self, docs: list[str]) -> None:
        if len(docs) != len(self.topics_):
            raise TableError(f"{len(docs)} texts for {len(self.topics_)} posts. Give the texts of all posts of "
                             "topics.assignments, in that order.")

    def _check_known(self, topics: Iterable[int]) -> set[int]:
        asked = {int(t) for t in topics}
        if unknown := sorted(asked - set(self.topics_) - {NO_TOPIC}):
            raise TableError(f"There is no topic {', '.join(map(str, unknown))}. get_topic_info() has their numbers.")
        return asked
