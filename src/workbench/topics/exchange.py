"""BERTopic's own files, without the packages torch and safetensors."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import TableError
from workbench.files import make_private, replace_whole, write_atomically
from workbench.topics.clusters import TopicCentroids
from workbench.topics.rearranging import word_counter
from workbench.topics.words import theme_words

if TYPE_CHECKING:
    from bertopic import BERTopic

CLUSTERS = "workbench_clusters.safetensors"
REST = "workbench.json"
_KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
          "U8": "|u1", "BOOL": "|b1"}
_LONGEST_HEADER = 100_000_000


def save_files(model: BERTopic, folder: Path, *, embedding: bool | str, with_ctfidf: bool) -> None:
    """Save what BERTopic calls safetensors: its own loads it, and places posts by the topics' vectors alone.

    Beside its files lie the groups, by which our own class places posts as before.
    """
    from bertopic import _save_utils as theirs

    make_private(folder)
    tensors = {"topic_embeddings": np.asarray(model.topic_embeddings_, np.float32)}
    write_tensors(folder / theirs.HF_SAFE_WEIGHTS_NAME, tensors)
    theirs.save_topics(model=model, path=folder / theirs.TOPICS_NAME)
    theirs.save_config(model=model, path=folder / theirs.CONFIG_NAME, embedding_model=embedding)
    if with_ctfidf and model.c_tf_idf_ is not None:
        matrix = model.c_tf_idf_.tocsr()
        write_tensors(folder / theirs.CTFIDF_SAFE_WEIGHTS_NAME, {
            "indptr": matrix.indptr, "indices": matrix.indices, "data": matrix.data, "shape": np.array(matrix.shape),
            "diag": model.ctfidf_model._idf_diag.diagonal()})
        theirs.save_ctfidf_config(model=model, path=folder / theirs.CTFIDF_CFG_NAME)
    write_tensors(folder / CLUSTERS, cluster_arrays(model.hdbscan_model))
    rest = {"clusters": cluster_words(model.hdbscan_model),
            "representative_posts": {str(t): rows for t, rows in model.representative_posts_.items()},
            "languages": model.languages_, "agreed_words": {str(t): words for t, words in model.agreed_words_.items()},
            "vectorizer": vectorizer_state(model.vectorizer_model) if with_ctfidf else None}
    write_atomically(folder / REST, json.dumps(rest, ensure_ascii=False))
    for path in folder.iterdir():
        if path.is_file():
            path.chmod(0o600)


def load_files(model: BERTopic, folder: Path, embedding_model: Any) -> BERTopic:
    """Fill a new model with what `save_files` saved.

    Raises
    ------
    TableError
        If no embedder is given, or a file is missing or broken.
    """
    from bertopic import _save_utils as theirs
    from bertopic._bertopic import _create_model_from_files
    from bertopic.backend._utils import select_backend

    if embedding_model is None:
        raise TableError(f"{folder}: give embedding_model=topics.bertopic.embedding_model, which is not in these "
                         "files; save_topics and load_topics keep it.")
    try:
        weights = folder / theirs.CTFIDF_SAFE_WEIGHTS_NAME
        has_weights = weights.is_file()
        plain = _create_model_from_files(
            theirs.load_cfg_from_json(folder / theirs.TOPICS_NAME),
            theirs.load_cfg_from_json(folder / theirs.CONFIG_NAME),
            read_tensors(folder / theirs.HF_SAFE_WEIGHTS_NAME), read_tensors(weights) if has_weights else None,
            theirs.load_cfg_from_json(folder / theirs.CTFIDF_CFG_NAME) if has_weights else None, warn_no_backend=False)
        rest = theirs.load_cfg_from_json(folder / REST)
        clusters = read_clusters(read_tensors(folder / CLUSTERS), rest["clusters"])
    except (OSError, ValueError, KeyError) as error:
        raise TableError(f"{folder}: the files of this BERTopic cannot be read. Save it again.") from error
    model.__dict__.update(plain.__dict__)
    model.hdbscan_model, model.embedding_model = clusters, select_backend(embedding_model)
    model.probabilities_ = clusters.probabilities_
    model.representative_posts_ = {int(t): rows for t, rows in rest["representative_posts"].items()}
    model.representative_docs_ = {t: [] for t in model.representative_posts_}
    model.languages_ = rest["languages"]
    model.agreed_words_ = {int(t): words for t, words in rest["agreed_words"].items()}
    model.topic_representations_ = {t: [(str(w), float(v)) for w, v in words]
                                    for t, words in model.topic_representations_.items()}
    if rest["vectorizer"] is not None:
        vocabulary = model.vectorizer_model.vocabulary_
        model.vectorizer_model = make_vectorizer(rest["vectorizer"])
        model.vectorizer_model.vocabulary_ = vocabulary
    return model


def save_pickle(model: BERTopic, path: Path, save: Callable[..., None], *, with_embedding: bool) -> None:
    """Save a pickle as BERTopic does, whole or not at all."""
    try:
        with replace_whole(path) as part:
            save(str(part), "pickle", with_embedding)
    except OSError:
        raise
    except Exception as error:  # what cannot be pickled says so in many ways
        raise TableError(f"{path}: this model holds something that cannot be pickled, such as a function given as "
                         "embedding or vectorizer. Use save_topics, or serialization='safetensors'.") from error


def vectorizer_state(vectorizer: Any) -> dict[str, Any]:
    """Return what makes a vectorizer again, but for its vocabulary.

    Raises
    ------
    TableError
        If it holds functions other than ours, which no file can keep.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    given = vectorizer.get_params() if type(vectorizer) is CountVectorizer else {"analyzer": vectorizer}
    if theme_words in (given["analyzer"], given.get("tokenizer")):
        return {"ours": list(given["ngram_range"])}
    given = {name: value for name, value in given.items() if name not in ("dtype", "input", "vocabulary")}
    given = {name: sorted(value) if isinstance(value, set | frozenset) else value for name, value in given.items()}
    if any(callable(value) for value in given.values()):
        raise TableError("The vectorizer of topics.bertopic holds functions of your own, which cannot be saved. Call "
                         "update_topics(texts) without vectorizer_model, read_bertopic, and save again.")
    return {"theirs": given}


def make_vectorizer(state: dict[str, Any]) -> Any:
    """Make the vectorizer again that `vectorizer_state` was taken from."""
    from sklearn.feature_extraction.text import CountVectorizer

    if "ours" in state:
        first, last = state["ours"]
        return word_counter((first, last))
    return CountVectorizer(**{n: tuple(v) if n == "ngram_range" else v for n, v in state["theirs"].items()})


def cluster_arrays(clusters: TopicCentroids) -> dict[str, np.ndarray]:
    """Return all arrays of a clustering by name; those of a tuple as ``name.0``, ``name.1``, ..."""
    arrays: dict[str, np.ndarray] = {}
    for name in (field.name for field in fields(clusters)):
        value = getattr(clusters, name)
        if isinstance(value, np.ndarray):
            arrays[name] = value
        elif isinstance(value, tuple) and name != "looked_for":
            arrays |= {f"{name}.{i}": np.asarray(part) for i, part in enumerate(value)}
    return arrays


def cluster_words(clusters: TopicCentroids) -> dict[str, Any]:
    """Return what a clustering holds beside its arrays, for JSON."""
    return {"stability": {str(k): float(mean) for k, mean in clusters.stability.items()},
            "looked_for": list(clusters.looked_for)}


def read_clusters(arrays: dict[str, np.ndarray], words: dict[str, Any]) -> TopicCentroids:
    """Make the clustering again that `cluster_arrays` and `cluster_words` were taken from."""
    found: dict[str, Any] = {"stability": {int(k): float(mean) for k, mean in words["stability"].items()},
                             "looked_for": tuple(map(str, words["looked_for"]))}
    for field in fields(TopicCentroids):
        parts = [key for key in arrays if key.rpartition(".")[0] == field.name]
        if field.name in arrays:
            found[field.name] = arrays[field.name]
        elif parts or (field.default is MISSING and field.default_factory is MISSING and field.name not in found):
            found[field.name] = tuple(arrays[key] for key in sorted(parts, key=lambda key: int(key.rpartition(".")[2])))
    return TopicCentroids(**found)


def write_tensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """Write arrays in the format safetensors: the length of a JSON header, the header, the bytes."""
    kinds = {np.dtype(kind): name for name, kind in _KINDS.items()}
    header, parts, start = {}, [], 0
    # large numbers first, so that each array begins where its type may
    for name in sorted(tensors, key=lambda n: (-np.asarray(tensors[n]).itemsize, n)):
        array = np.ascontiguousarray(tensors[name])
        content = array.astype(array.dtype.newbyteorder("<")).tobytes()
        header[name] = {"dtype": kinds[array.dtype], "shape": list(array.shape),
                        "data_offsets": [start, start + len(content)]}
        parts.append(content)
        start += len(content)
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    write_atomically(path, b"".join([len(head).to_bytes(8, "little"), head, *parts]))


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """Read arrays in the format safetensors."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 or length > min(_LONGEST_HEADER, len(content) - 8):
        raise ValueError("no safetensors")
    header, body = json.loads(content[8:8 + length]), content[8 + length:]
    found = {}
    for name, told in header.items():
        if name != "__metadata__":
            first, last = told["data_offsets"]
            found[name] = np.frombuffer(body[first:last], dtype=_KINDS[told["dtype"]]).reshape(told["shape"]).copy()
    return found
