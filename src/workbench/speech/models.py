"""Models behind one interface, and in a folder: arrays, words and a card; no pickle."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.files import CODING, make_private, write_atomically
from workbench.speech.baseline import Baseline
from workbench.speech.cards import write_card
from workbench.speech.lexicons import Entry, Lexicon
from workbench.speech.pretrained import EncoderLines, Transformer
from workbench.speech.themes import score_themes
from workbench.tables.codebook import Codebook
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicRegister, TopicSet

MODEL, ARRAYS, CARD = "model.json", "model.npz", "card.md"
FORMAT = 1
THEME_YES = 0.5  # of `score_themes`
KINDS_CODED = ("post", "comment")  # of posts: the ones shares describe


class SpeechModel(Protocol):
    """Anything that says how likely codes are in a text."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes it knows, in the order of its columns."""
        ...

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Return, by code, the score from which it says yes."""
        ...

    @property
    def card(self) -> Mapping[str, Any]:
        """Return what it was trained on, and how good it is."""
        ...

    def score(self, texts: Sequence[str]) -> np.ndarray:
        """Return numbers from 0 to 1, texts by codes."""
        ...


def score_speech(corpus: Corpus, model: SpeechModel, *, codebook: Codebook | None = None,
                 topics: TopicSet | None = None, register: TopicRegister | None = None) -> pd.DataFrame:
    """Score every post with text by every code a model knows, and by the themes of a codebook.

    Parameters
    ----------
    codebook
        Whose themes are scored by their words or their topic, where the model has not learnt them from codes.
    topics, register
        Of the period, for themes that are topics.

    Returns
    -------
    scores
        `post_id`, and a column of Float32 per code; one row per written post or comment with text, in their order.
        A text that stands in several posts is scored once.
    """
    posts = corpus.posts
    posts = posts[posts["kind"].isin(KINDS_CODED) & posts["text"].fillna("").str.strip().ne("")]
    place, different = pd.factorize(posts["text"])
    scores = pd.DataFrame(model.score([str(text) for text in different])[place], columns=list(model.codes))
    found = pd.DataFrame({"post_id": posts["post_id"].to_numpy()}).astype({"post_id": "string"})
    found = found.join(scores.astype("Float32"))
    if codebook is None:
        return found
    themes = score_themes(posts.set_index("post_id")["text"], codebook, topics=topics, register=register)
    return found.join(themes[[column for column in themes if column not in found]])


def list_thresholds(scores: pd.DataFrame, model: SpeechModel) -> dict[str, float]:
    """Return, for every code that was scored, the score from which it is a yes: the model's, and .5 of a theme."""
    return {code: float(model.thresholds.get(code, THEME_YES)) for code in scores.columns.drop("post_id")}


def save_model(model: SpeechModel, folder: Path) -> None:
    """Save a model to a folder: arrays (`model.npz`), words, thresholds and card (`model.json`), and the card to read.

    The same model gives the same bytes; no file holds code or a post's text.
    """
    arrays, words = _STATES[type(model).__name__][0](model)
    make_private(folder)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    content = {"format": FORMAT, "kind": type(model).__name__, "codes": list(model.codes),
               "thresholds": dict(model.thresholds), "card": dict(model.card), "words": words,
               "arrays": hashlib.sha256(file.getvalue()).hexdigest()}
    write_atomically(folder / ARRAYS, file.getvalue())
    write_atomically(folder / CARD, write_card(model.card))
    write_atomically(folder / MODEL, _json(content | {"digest": _digest(content)}))


def load_model(folder: Path) -> SpeechModel:
    """Load what `save_model` saved.

    Raises
    ------
    TableError
        If a file is missing or cannot be read, or is not the one that was saved.
    """
    if missing := [name for name in (MODEL, ARRAYS) if not (folder / name).is_file()]:
        raise TableError(f"{folder}: {', '.join(missing)} is missing. Train the model and save it with save_model.")
    broken = TableError(f"{folder}: {MODEL} and {ARRAYS} are not what was saved together. Take the folder from a "
                        "backup, or train the model again.")
    try:
        content = json.loads((folder / MODEL).read_text(encoding="utf-8"))
        packed = (folder / ARRAYS).read_bytes()
        if content.pop("digest") != _digest(content) or content["arrays"] != hashlib.sha256(packed).hexdigest():
            raise broken
        if content["format"] != FORMAT:
            raise TableError(f"{folder}: this model was saved by another version of the workbench. Train it again.")
        with np.load(io.BytesIO(packed), allow_pickle=False) as file:
            model: SpeechModel = _STATES[content["kind"]][1](content, dict(file))
            return model
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise broken from error


def find_model(study: Path, card: Mapping[str, Any]) -> SpeechModel | None:
    """Return the model of a study that has this card; None where it no longer lies there."""
    for path in sorted((study / CODING / "models").glob(f"*/{MODEL}")):
        model = load_model(path.parent)
        if card and dict(model.card) == dict(card):
            return model
    return None


def digest_model(model: SpeechModel) -> str:
    """Return a digest of all that decides a model's scores."""
    arrays, words = _STATES[type(model).__name__][0](model)
    digest = hashlib.sha256(_json({"words": words, "codes": list(model.codes), "thresholds": dict(model.thresholds)}))
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype} {array.shape}".encode() + np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _state_of_baseline(model: Any) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    return {name: getattr(model, name) for name in ("pieces", "rarity", "weights", "offsets")}, {}


def _baseline(content: dict[str, Any], arrays: dict[str, np.ndarray]) -> SpeechModel:
    known, codes = len(arrays["pieces"]), tuple(content["codes"])
    if arrays["rarity"].shape != (known,) or arrays["weights"].shape != (known, len(codes)):
        raise ValueError("arrays do not fit each other")
    return Baseline(codes=codes, thresholds=content["thresholds"], card=content["card"], **arrays)


def _state_of_lines(model: Any) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    return ({"weights": model.weights, "offsets": model.offsets},
            {"encoder": model.encoder, "fingerprint": model.fingerprint})


def _lines(content: dict[str, Any], arrays: dict[str, np.ndarray]) -> SpeechModel:
    return EncoderLines(codes=tuple(content["codes"]), thresholds=content["thresholds"], card=content["card"],
                        encoder=content["words"]["encoder"], fingerprint=content["words"]["fingerprint"],
                        weights=arrays["weights"], offsets=arrays["offsets"])


def _state_of_transformer(model: Any) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    return {}, {"name": model.name, "fingerprint": model.fingerprint,
                "labels": {code: list(labels) for code, labels in model.labels.items()}}


def _transformer(content: dict[str, Any], arrays: dict[str, np.ndarray]) -> SpeechModel:
    words = content["words"]
    labels = {code: tuple(words["labels"][code]) for code in content["codes"]}
    return Transformer(words["name"], labels, content["thresholds"], content["card"], words["fingerprint"])


def _state_of_lexicon(model: Any) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    return {}, {"entries": [asdict(entry) for entry in model.entries]}


def _lexicon(content: dict[str, Any], arrays: dict[str, np.ndarray]) -> SpeechModel:
    entries = (Entry(**(given | {"words": tuple(given["words"])})) for given in content["words"]["entries"])
    return Lexicon(tuple(entries), content["card"])


_STATES: dict[str, Any] = {
    "Baseline": (_state_of_baseline, _baseline), "EncoderLines": (_state_of_lines, _lines),
    "Transformer": (_state_of_transformer, _transformer), "Lexicon": (_state_of_lexicon, _lexicon)}


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(_json(content)).hexdigest()


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
