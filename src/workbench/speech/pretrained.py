"""Models that others trained: classifiers by name or path, and encoders with lines that a study trains on its codes.

A SetFit model is an encoder and a line on its vectors. SetFit keeps the line as a pickle, which is not opened;
`train_encoder` trains the line anew on any encoder, a folder of SetFit's among them, and keeps it as plain numbers.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import MissingPackageError, TableError
from workbench.speech.calibrating import chances
from workbench.speech.lines import train_lines

INSTALL = "pip install 'findings-workbench[transformers]'"
BATCH = 64
LONGEST = 256  # tokens of a post that are read
YES = 0.5
_MODEL_COLUMNS = ("name", "at", "codes", "languages", "licence", "published", "elsewhere", "labels", "note")


@dataclass(frozen=True)
class Transformer:
    """A classifier by name or path.

    Attributes
    ----------
    name
        On the hub, or the path of a folder.
    labels
        By code, the labels of the model that mean it.
    thresholds
        By code; .5, unless given.
    card
        With licence and published scores, where the model is a known one.
    fingerprint
        Digest of its files where it is a folder, else of its name.
    """

    name: str
    labels: Mapping[str, tuple[str, ...]]
    thresholds: Mapping[str, float]
    card: Mapping[str, Any]
    fingerprint: str
    loaded: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes it knows."""
        return tuple(self.labels)

    def score(self, texts: Sequence[str]) -> np.ndarray:
        """Return how likely each code is by the model's own word, texts by codes."""
        chance = self._chances(texts)
        columns = self._columns()
        if self.loaded["is_single"]:  # one label a text: labels of a code add up
            return np.column_stack([chance[:, columns[code]].sum(axis=1) for code in self.codes]).astype(np.float32)
        return np.column_stack([chance[:, columns[code]].max(axis=1) for code in self.codes]).astype(np.float32)

    def _chances(self, texts: Sequence[str]) -> np.ndarray:
        if not self.loaded:
            _check_fingerprint(self.name, self.fingerprint)
            self.loaded.update(_load_classifier(self.name))
        torch, model, tokenizer = (self.loaded[name] for name in ("torch", "model", "tokenizer"))

        def read(batch: list[str]) -> np.ndarray:
            coded = tokenizer(batch, padding=True, truncation=True, max_length=self.loaded["longest"],
                              return_tensors="pt")
            with torch.inference_mode():
                values = model(**coded).logits
                given = values.softmax(-1) if self.loaded["is_single"] else values.sigmoid()
            return np.asarray(given.numpy(), dtype=np.float32)

        return _in_batches(read, texts, len(self.loaded["names"]))

    def _columns(self) -> dict[str, list[int]]:
        names = self.loaded["names"]
        return {code: [names.index(label) for label in labels] for code, labels in self.labels.items()}

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"loaded": {}}  # a model is read anew


@dataclass(frozen=True)
class EncoderLines:
    """A line per code on the vectors of an encoder.

    Attributes
    ----------
    encoder
        Name on the hub, or path of a folder, of a sentence-transformers model.
    weights, offsets
        From a text's vector to what becomes a score: numbers of the vector by codes, and one number a code.
    fingerprint
        Digest of the encoder's files where it is a folder, else of its name.
    """

    encoder: str
    codes: tuple[str, ...]
    thresholds: Mapping[str, float]
    card: Mapping[str, Any]
    weights: np.ndarray
    offsets: np.ndarray
    fingerprint: str

    def score(self, texts: Sequence[str]) -> np.ndarray:
        """Return how likely each code is, texts by codes."""
        _check_fingerprint(self.encoder, self.fingerprint)
        return np.asarray(chances(_encode(self.encoder, texts) @ self.weights + self.offsets), dtype=np.float32)


def open_transformer(name_or_path: str, *, labels: Mapping[str, str | Sequence[str]],
                     thresholds: Mapping[str, float] | None = None) -> Transformer:
    """Open a classifier (transformers) by its name on the hub or the path of a folder.

    Weights are read as safetensors only, and no code of the model runs. Its scores are its own word: nothing of what
    others published about it makes them right for your posts.

    Parameters
    ----------
    labels
        By code of the codebook, the label or labels of the model that mean it.
    thresholds
        By code, the score from which it says yes; .5 where none is given.

    Raises
    ------
    MissingPackageError
        If transformers is not installed.
    TableError
        If the model cannot be loaded, or has no such label.
    """
    wanted = {code: (names,) if isinstance(names, str) else tuple(names) for code, names in labels.items()}
    loaded = _load_classifier(name_or_path)
    unknown = sorted({label for names in wanted.values() for label in names} - set(loaded["names"]))
    if unknown or not wanted or not all(wanted.values()):
        raise TableError(f"The model {name_or_path!r} has the labels {', '.join(loaded['names'])}"
                         + (f", and not {', '.join(unknown)}" if unknown else "")
                         + ". Say for each code which of them mean it: labels={'attack': 'LABEL'}.")
    known = list_known_models().set_index("at")
    told = known.loc[name_or_path].to_dict() if name_or_path in known.index else {}
    card = {"name": told.get("name") or Path(name_or_path).name, "kind": "transformers", "trained_on": {},
            "model": name_or_path, "labels": {code: list(names) for code, names in wanted.items()},
            "licence": told.get("licence", ""), "published": told.get("published", ""),
            "note": f"It reads the first {loaded['longest']} tokens of a post. Nothing was measured on posts of this "
                    "study; published scores are of other posts and never correct a share."}
    return Transformer(name_or_path, wanted, {code: (thresholds or {}).get(code, YES) for code in wanted}, card,
                       fingerprint_of(name_or_path), loaded)


def train_encoder(texts: pd.Series, labels: pd.DataFrame, *, encoder: str, groups: pd.Series, seed: int,
                  weights: pd.Series | None = None, parts: pd.DataFrame | None = None,
                  about: Mapping[str, Any] | None = None) -> EncoderLines:
    """Train a line per code on the vectors of an encoder, on texts that people coded.

    Parameters
    ----------
    encoder
        A sentence-transformers model: its name on the hub, or the path of a folder.

    Notes
    -----
    Everything else, and how it is judged, is as in `train_baseline`.
    """
    learnt = train_lines(texts, labels, groups=groups, seed=seed, weights=weights, parts=parts, about=about,
                         vectors=lambda ordered: _encode(encoder, ordered))
    card = {**learnt.card, "name": f"lines on {Path(encoder).name}", "kind": "setfit", "encoder": encoder}
    return EncoderLines(encoder=encoder, codes=learnt.codes, thresholds=learnt.thresholds, card=card,
                        weights=learnt.weights, offsets=learnt.offsets, fingerprint=fingerprint_of(encoder))


def list_known_models() -> pd.DataFrame:
    """List models that others trained on Nordic text: where they are, licence, published scores, and how to open them.

    None is shipped. Published scores are of other posts, and never correct a share.
    """
    given = tomllib.loads((files("workbench.speech") / "known_models.toml").read_text(encoding="utf-8"))["model"]
    return pd.DataFrame([{name: row.get(name, "") for name in _MODEL_COLUMNS} for row in given])


def fingerprint_of(name: str) -> str:
    """Return a digest of a model's files where it is a folder, else of its name."""
    folder = Path(name)
    digest = hashlib.sha256()
    if not folder.is_dir():
        digest.update(name.encode())
        return digest.hexdigest()[:32]
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".safetensors", ".json", ".txt", ".model")):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]


def _check_fingerprint(name: str, fingerprint: str) -> None:
    if fingerprint_of(name) != fingerprint:
        raise TableError(f"The model {name!r} is not the one that was saved: its folder is missing, or its files were "
                         "changed. Put the folder back, or open the model (or train on it) again.")


def _load_classifier(name: str) -> dict[str, Any]:
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]
        from transformers import (  # type: ignore[import-not-found, unused-ignore]
            AutoModelForSequenceClassification,
            AutoTokenizer,
        )
    except ImportError as error:
        raise MissingPackageError(f"This model needs packages that are missing. Run: {INSTALL}") from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        # weights as safetensors only: other files could run code when they are opened
        model = AutoModelForSequenceClassification.from_pretrained(name, trust_remote_code=False, use_safetensors=True)
    except (OSError, ValueError, KeyError) as error:
        raise TableError(f"The model {name!r} cannot be loaded as a classifier with weights in safetensors. Give the "
                         "path of a folder that holds one, or the name of a model that is on this computer or can be "
                         "downloaded; docs/models.md says which.") from error
    model.eval()
    names = [str(model.config.id2label[i]) for i in range(model.config.num_labels)]
    # two places of RoBERTa's are not for tokens
    room = min(LONGEST, tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", LONGEST + 2) - 2)
    return {"torch": torch, "model": model, "tokenizer": tokenizer, "names": names, "longest": room,
            "is_single": model.config.problem_type != "multi_label_classification" and len(names) > 1}


@lru_cache(maxsize=1)
def _load_encoder(name: str, fingerprint: str) -> Callable[[list[str]], np.ndarray]:
    try:
        from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise MissingPackageError(f"This encoder needs a package that is missing. Run: {INSTALL}") from error
    try:
        model = SentenceTransformer(name, trust_remote_code=False, model_kwargs={"use_safetensors": True})
    except (OSError, ValueError) as error:
        raise TableError(f"The encoder {name!r} cannot be loaded. Give the path of a folder that holds it, or the name "
                         "of a model that is on this computer or can be downloaded.") from error
    return lambda texts: np.asarray(model.encode(texts, batch_size=BATCH, show_progress_bar=False,
                                                 normalize_embeddings=True), dtype=np.float32)


def _encode(name: str, texts: Sequence[str]) -> np.ndarray:
    encode = _load_encoder(name, fingerprint_of(name))
    prefix = "query: " if "e5" in Path(name).name.lower().replace("_", "-").split("-") else ""
    width = len(encode([prefix])[0])
    return _in_batches(lambda batch: encode([prefix + text for text in batch]), texts, width)


def _in_batches(read: Callable[[list[str]], np.ndarray], texts: Sequence[str], width: int) -> np.ndarray:
    """Return one row per text. Texts go in order of their length: padding to the longest of a batch costs least."""
    from tqdm.auto import tqdm

    order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i]))
    found = np.zeros((len(texts), width), dtype=np.float32)
    starts = range(0, len(order), BATCH)
    for start in tqdm(starts, "scoring", disable=len(starts) < 4, leave=False):
        rows = order[start:start + BATCH]
        found[rows] = read([texts[i] for i in rows])
    return found
