"""Topics on disk, and the BERTopic with them; no pickle."""

from __future__ import annotations

import json
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.files import make_private, replace_whole, write_atomically
from workbench.tables.posts import Corpus
from workbench.tables.topics import ASSIGNMENT_COLUMNS, SUBTOPIC_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics.bert import bertopic_state, restore_bertopic
from workbench.topics.embeddings import (
    FUNCTION,
    VECTORS,
    AbsentModel,
    Embedding,
    JoinedVectors,
    Model,
    check_embedding,
    corpus_part,
    open_model,
)
from workbench.topics.exchange import cluster_arrays, cluster_words, read_clusters
from workbench.topics.rearranging import is_changed
from workbench.topics.vectors import CorpusVectors

TOPICS = "topics.parquet"
SUBTOPICS = "subtopics.parquet"
ASSIGNMENTS = "assignments.parquet"
PROVENANCE = "provenance.json"
ARRAYS = "model.npz"
MODEL = "model.json"

_VECTOR_ARRAYS = ("word_vectors", "text_rows", "idf", "profile", "word_offset", "text_offset", "gram_vectors")
_OF_POSTS = ("labels_", "probabilities_")  # of the clusters: they are in the assignments
_BERTOPIC_ARRAYS = ("weights", "columns", "starts", "idf", "embeddings")


def save_topics(topics: TopicSet, folder: Path) -> None:
    """Save topics, subtopics, assignments, provenance and the BERTopic to a folder.

    Tables are Parquet, the model is arrays (`model.npz`) and words (`model.json`), with custom labels and aspects; post
    texts are not saved, and of representative posts their ids. Each file is replaced as a whole, `provenance.json`
    last.

    Raises
    ------
    TableError
        If topics or words were changed on `topics.bertopic` and not read back, or it holds what no file can keep.
    """
    state = None if topics.bertopic is None else model_state(topics)
    make_private(folder)
    tables = {TOPICS: topics.topics, SUBTOPICS: topics.subtopics, ASSIGNMENTS: topics.assignments}
    for name, table in tables.items():
        with replace_whole(folder / name) as part:
            table.to_parquet(part, index=False)
    if state is None:
        (folder / ARRAYS).unlink(missing_ok=True)
        (folder / MODEL).unlink(missing_ok=True)
    else:
        arrays, words = state
        with replace_whole(folder / ARRAYS) as part, part.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        write_atomically(folder / MODEL, _json(words))
    write_atomically(folder / PROVENANCE, _json(topics.provenance))


def load_topics(folder: Path, *, corpus: Corpus | None = None, embedding: Embedding | None = None,
                cache_folder: Path | None = None) -> TopicSet:
    """Load what `save_topics` saved; posts are in the topics they were in, and new ones find theirs.

    Parameters
    ----------
    corpus
        Holds the texts of representative posts; without it ``get_representative_docs`` says so.
    embedding
        The function or the vectors that `model_topics` had, which no file keeps (vectors need `corpus` too); without it
        nothing embeds texts. Of a named model, another place it is at.
    cache_folder
        Of a named embedding, as in `model_topics`.

    Returns
    -------
    topics
        `bertopic` works as before it was saved.

    Raises
    ------
    TableError
        If a file is missing, cannot be read or lacks columns, the files do not belong
        together, or the embedding is none.
    MissingPackageError
        If bertopic is not installed.
    """
    if missing := [n for n in (TOPICS, SUBTOPICS, ASSIGNMENTS, PROVENANCE) if not (folder / n).is_file()]:
        raise TableError(f"{folder}: {', '.join(missing)} is missing. Model the topics and save them with save_topics.")
    provenance = _read_json(folder / PROVENANCE)
    topics = _read(folder / TOPICS, TOPIC_COLUMNS)
    subtopics = _read(folder / SUBTOPICS, SUBTOPIC_COLUMNS)
    assignments = _read(folder / ASSIGNMENTS, ASSIGNMENT_COLUMNS)
    inside = assignments.loc[assignments["topic_id"] >= 0, "topic_id"].value_counts()
    if not topics.set_index("topic_id")["size"].eq(inside).all() or len(inside) != len(topics):
        raise TableError(f"{folder}: topics and assignments are not of one model. Model the topics again.")
    for table, column in ((topics, "words"), (topics, "unlike"), (subtopics, "words")):
        table[column] = pd.Series([[str(w) for w in words] for words in table[column]], dtype=object)
    found = TopicSet(topics=topics, assignments=assignments, provenance=provenance, subtopics=subtopics)
    if embedding is not None and (fault := check_embedding(embedding)):
        raise TableError(f"{folder}: {fault}.")
    return found if topics.empty else _with_model(found, folder, corpus, embedding, cache_folder)


def model_state(topics: TopicSet) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return what the fitted BERTopic of topics has learned, as arrays and words; it holds no post text.

    Raises
    ------
    TableError
        If topics or words were changed on `topics.bertopic` and not read back, or it holds what no file can keep.
    """
    model: Any = topics.bertopic
    assert model is not None
    if type(model) is UnopenedModel:
        told: tuple[dict[str, np.ndarray], dict[str, Any]] | None = model.told
        if told is not None:
            return told
        model = model.opened()
    if is_changed(model):
        raise TableError("Topics or words were changed on topics.bertopic, and the tables do not know of it. Call "
                         "topics = read_bertopic(topics), and save that.")
    embedder, clusters = model.embedding_model.embedder, model.hdbscan_model
    state = bertopic_state(model, topics.assignments["post_id"])
    own = corpus_part(embedder)
    arrays = {f"vectors.{name}": getattr(own, name) for name in _VECTOR_ARRAYS}
    arrays |= {f"clusters.{name}": array for name, array in cluster_arrays(clusters).items() if name not in _OF_POSTS}
    arrays |= {f"bertopic.{name}": state.pop(name) for name in _BERTOPIC_ARRAYS}
    words = {"embedding": "corpus", "vocabulary": list(own.words), "bertopic": state.pop("vocabulary"),
             "representations": state.pop("words"), "clusters": cluster_words(clusters), "extras": state}
    if isinstance(embedder, JoinedVectors):
        arrays["vectors.model_offset"] = embedder.model_offset
        words["embedding"] = embedder.model.choice
    return arrays, words


def _with_model(found: TopicSet, folder: Path, corpus: Corpus | None, embedding: Embedding | None,
                cache_folder: Path | None) -> TopicSet:
    if missing := [n for n in (ARRAYS, MODEL) if not (folder / n).is_file()]:
        raise TableError(f"{folder}: {', '.join(missing)} is missing. Model the topics again.")
    try:
        with np.load(folder / ARRAYS, allow_pickle=False) as file:
            return restore_model(found, dict(file), _read_json(folder / MODEL), corpus=corpus, embedding=embedding,
                                 cache_folder=cache_folder)
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise TableError(f"{folder / ARRAYS}: cannot be read with {MODEL}. Model the topics again.") from error


class UnopenedModel:
    """A BERTopic that is put together when something is asked of it: bertopic alone takes two seconds to import."""

    def __init__(self, topics: TopicSet, arrays: dict[str, np.ndarray], words: dict[str, Any],
                 corpus: Corpus | None) -> None:
        vars(self).update(_topics=topics, told=(arrays, words), _corpus=corpus, _model=None)

    def opened(self) -> Any:
        """Return the BERTopic itself."""
        if self.told is not None:
            arrays, words = self.told
            vars(self).update(_model=restore_model(self._topics, arrays, words, corpus=self._corpus).bertopic,
                              told=None, _topics=None, _corpus=None)
        return self._model

    def __copy__(self) -> Any:
        return copy(self.opened())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.opened(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.opened(), name, value)


def restore_model(topics: TopicSet, arrays: dict[str, np.ndarray], words: dict[str, Any], *,
                  corpus: Corpus | None = None, embedding: Embedding | None = None,
                  cache_folder: Path | None = None) -> TopicSet:
    """Return topics with the fitted BERTopic that `model_state` told; the rest as in `load_topics`."""
    posts = topics.assignments
    own = CorpusVectors(words=tuple(words["vocabulary"]), **{n: arrays[f"vectors.{n}"] for n in _VECTOR_ARRAYS})
    of_posts = {"labels_": posts["topic_id"].to_numpy(np.int64),
                "probabilities_": posts["confidence"].fillna(0).to_numpy(float)}
    clusters = read_clusters(of_posts | {n.removeprefix("clusters."): array for n, array in arrays.items()
                                         if n.startswith("clusters.")}, words["clusters"])
    offset = None if words["embedding"] == "corpus" else arrays["vectors.model_offset"]
    state = {n: arrays[f"bertopic.{n}"] for n in _BERTOPIC_ARRAYS} | words.get("extras", {})
    state |= {"words": words["representations"], "vocabulary": words["bertopic"]}
    texts = None if corpus is None else corpus.posts.set_index("post_id")["text"].reindex(posts["post_id"])
    embedder = own if offset is None else JoinedVectors(
        own, _open(words["embedding"], embedding, texts, cache_folder), offset)
    return replace(topics, bertopic=restore_bertopic(state, clusters, embedder, posts, texts=texts))


def _open(choice: str, embedding: Embedding | None, texts: pd.Series | None, cache_folder: Path | None) -> Model:
    """Return the model that texts were embedded with, as far as it is known."""
    if embedding is None or (isinstance(embedding, str) and embedding == "corpus"):
        return AbsentModel(choice) if choice in (FUNCTION, VECTORS) else open_model(choice, cache_folder=cache_folder)
    return open_model(embedding, cache_folder=cache_folder,
                      posts=None if texts is None else texts.fillna("").rename("text").reset_index())


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise TableError(f"{path}: not valid JSON. Model the topics again.") from error


def _read(path: Path, columns: dict[str, str]) -> pd.DataFrame:
    import pyarrow as pa

    try:
        table = pd.read_parquet(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path}: cannot be read as Parquet. Model the topics again.") from error
    if missing := [c for c in columns if c not in table]:
        raise TableError(f"{path}: lacks the columns {', '.join(missing)}. Model the topics again.")
    return table[list(columns)].astype(columns)
