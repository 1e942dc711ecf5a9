"""Topics on disk, and the BERTopic with them; no pickle."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.files import make_private, replace_whole, write_atomically
from workbench.tables.topics import ASSIGNMENT_COLUMNS, SUBTOPIC_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics.bert import bertopic_state, restore_bertopic
from workbench.topics.clusters import TopicCentroids
from workbench.topics.embeddings import JoinedVectors, NamedModel, corpus_part
from workbench.topics.vectors import CorpusVectors

TOPICS = "topics.parquet"
SUBTOPICS = "subtopics.parquet"
ASSIGNMENTS = "assignments.parquet"
PROVENANCE = "provenance.json"
ARRAYS = "model.npz"
MODEL = "model.json"

_VECTOR_ARRAYS = ("word_vectors", "text_rows", "idf", "profile", "word_offset", "text_offset", "gram_vectors")
_CLUSTER_ARRAYS = ("centroids", "topic_of", "fine", "parent_of", "counterparts")
_BERTOPIC_ARRAYS = ("weights", "columns", "starts", "idf", "embeddings")


def save_topics(topics: TopicSet, folder: Path) -> None:
    """Save topics, subtopics, assignments, provenance and the BERTopic to a folder.

    Tables are Parquet, the model is arrays (`model.npz`) and words (`model.json`); post texts are
    not saved. Each file is replaced as a whole, `provenance.json` last.
    """
    make_private(folder)
    tables = {TOPICS: topics.topics, SUBTOPICS: topics.subtopics, ASSIGNMENTS: topics.assignments}
    for name, table in tables.items():
        with replace_whole(folder / name) as part:
            table.to_parquet(part, index=False)
    if topics.bertopic is None:
        (folder / ARRAYS).unlink(missing_ok=True)
        (folder / MODEL).unlink(missing_ok=True)
    else:
        arrays, words = _model_state(topics)
        with replace_whole(folder / ARRAYS) as part, part.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        write_atomically(folder / MODEL, _json(words))
    write_atomically(folder / PROVENANCE, _json(topics.provenance))


def load_topics(folder: Path, *, cache_folder: Path | None = None) -> TopicSet:
    """Load what `save_topics` saved; posts are in the topics they were in, and new ones find theirs.

    Parameters
    ----------
    cache_folder
        Of a named embedding, as in `model_topics`.

    Returns
    -------
    topics
        `bertopic` works as before it was saved, but for its representative posts.

    Raises
    ------
    TableError
        If a file is missing, cannot be read or lacks columns, or the files do not belong
        together.
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
    return found if topics.empty else _with_model(found, folder, cache_folder)


def _model_state(topics: TopicSet) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    model = topics.bertopic
    assert model is not None
    embedder, clusters, state = model.embedding_model.embedder, model.hdbscan_model, bertopic_state(model)
    own = corpus_part(embedder)
    arrays = {f"vectors.{name}": getattr(own, name) for name in _VECTOR_ARRAYS}
    arrays |= {f"clusters.{name}": getattr(clusters, name) for name in _CLUSTER_ARRAYS}
    arrays |= {f"clusters.refit{number}": centroids for number, centroids in enumerate(clusters.refits)}
    arrays |= {f"bertopic.{name}": state[name] for name in _BERTOPIC_ARRAYS}
    words = {"embedding": "corpus", "vocabulary": list(own.words), "bertopic": state["vocabulary"],
             "representations": state["words"], "stability": {str(k): a for k, a in clusters.stability.items()},
             "sought": list(clusters.sought)}
    if isinstance(embedder, JoinedVectors):
        arrays["vectors.model_offset"] = embedder.model_offset
        words["embedding"] = embedder.model.choice
    return arrays, words


def _with_model(found: TopicSet, folder: Path, cache_folder: Path | None) -> TopicSet:
    if missing := [n for n in (ARRAYS, MODEL) if not (folder / n).is_file()]:
        raise TableError(f"{folder}: {', '.join(missing)} is missing. Model the topics again.")
    words = _read_json(folder / MODEL)
    try:
        with np.load(folder / ARRAYS, allow_pickle=False) as file:
            arrays = dict(file)
        own = CorpusVectors(words=tuple(words["vocabulary"]), **{n: arrays[f"vectors.{n}"] for n in _VECTOR_ARRAYS})
        clusters = TopicCentroids(**{n: arrays[f"clusters.{n}"] for n in _CLUSTER_ARRAYS},
                                  labels_=found.assignments["topic_id"].to_numpy(np.int64),
                                  probabilities_=found.assignments["confidence"].fillna(0).to_numpy(float),
                                  stability={int(k): float(a) for k, a in words["stability"].items()},
                                  refits=tuple(arrays[f"clusters.refit{n}"] for n in range(
                                      arrays["clusters.counterparts"].shape[1])),
                                  sought=tuple(words["sought"]))
        embedder = own if words["embedding"] == "corpus" else JoinedVectors(
            own, NamedModel(words["embedding"], cache_folder), arrays["vectors.model_offset"])
        state = {n: arrays[f"bertopic.{n}"] for n in _BERTOPIC_ARRAYS}
        state |= {"words": words["representations"], "vocabulary": words["bertopic"]}
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise TableError(f"{folder / ARRAYS}: cannot be read with {MODEL}. Model the topics again.") from error
    return replace(found, bertopic=restore_bertopic(state, clusters, embedder, found.assignments))


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
