"""What turns texts into vectors: learned from the corpus, or joined with a model that somebody trained.

`model_topics` takes the choice as one word: ``corpus``; ``sentence-transformers:NAME`` or
``model2vec:NAME``, where the name is one of the hub's or the path of a folder. For Nordic text
`intfloat/multilingual-e5-small` is a fair choice that a laptop can run, and
`multilingual-e5-large-instruct` the best open one where there is time (Scandinavian Embedding
Benchmark, means over tasks: 56.4 and 66.7; BERTopic's own multilingual default has 50.0). Texts
go to an E5 model with the prefix it was trained with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from workbench.errors import MissingPackageError, TableError
from workbench.files import make_private, replace_whole
from workbench.topics.vectors import CorpusVectors

KINDS = ("sentence-transformers", "model2vec")
CORPUS_WEIGHT = 0.5  # of the vectors learned from the corpus beside those of a model
INSTRUCTION = "Instruct: Identify the topic or theme of the given text\nQuery: "
INSTALL = "pip install 'findings-workbench[transformers]'"
LONGEST_NAME = 40


class Embedder(Protocol):
    """Turns texts into vectors."""

    def embed(self, texts: Sequence[str], words: Sequence[str] | None = None) -> np.ndarray:
        """Return one row of unit length (or zero) per text."""
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
    model: NamedModel
    model_offset: np.ndarray

    def embed(self, texts: Sequence[str], words: Sequence[str] | None = None) -> np.ndarray:
        """Return one row of unit length per text, zero where no word is known; float32."""
        from sklearn.preprocessing import normalize

        own = self.corpus.embed(texts, words)
        mix = self.corpus.mix(texts, words)
        model = normalize(self.model.encode(texts) - mix @ self.model_offset)
        model[~own.any(axis=1)] = 0
        return np.asarray(normalize(np.hstack([model, CORPUS_WEIGHT * own])), dtype=np.float32)


def corpus_part(embedder: CorpusVectors | JoinedVectors) -> CorpusVectors:
    """Return what an embedder learned from the corpus."""
    return embedder.corpus if isinstance(embedder, JoinedVectors) else embedder


def check_embedding(choice: str) -> str | None:
    """Return what is wrong with a choice of embedding, or None."""
    kind, _, name = choice.partition(":")
    if choice == "corpus" or (kind in KINDS and name):
        return None
    return "embedding must be corpus, sentence-transformers:NAME or model2vec:NAME (a name or the path of a folder)"


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


def _fingerprint(choice: str) -> str:
    """Return a hash of a model's files where it is a folder, else of its name."""
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
