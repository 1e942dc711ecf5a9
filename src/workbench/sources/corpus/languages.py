"""The language of texts, told by character sequences."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from workbench.sources.redaction.distinct import as_arrow

LANGUAGES = ("da", "sv", "no", "fi", "en", "de", "pl", "ar", "so", "tr", "uk", "ru", "fr", "es", "it", "lt")
MINIMUM_LETTERS = 20
_READ_LETTERS = 400  # more changes next to nothing and costs time
_NO_WORDS = r"https?://\S+|\[(?:handle|link|email|person number|phone|name|iban|card|account|plate)\]|[#@][\pL\pN_]+"
_NO_WORDS_HINT = r"https?://|\[|[#@]"
_ENOUGH = f"(?:[A-Za-z][^A-Za-z]*){{{MINIMUM_LETTERS}}}"
_TEXTS_AT_ONCE = 20_000


@dataclass(frozen=True)
class _Model:
    """py3langid's model as arrays: an automaton over bytes and the weight of each feature per language."""

    moves: np.ndarray  # next state, by row and byte
    row: np.ndarray  # of each state
    feature: np.ndarray  # that a state stands for; -1 for none
    weights: np.ndarray  # features x languages
    prior: np.ndarray
    languages: np.ndarray


@lru_cache(maxsize=1)
def _model() -> _Model:
    from py3langid.langid import MODEL_DIR, MODEL_FILE
    from py3langid.modelio import load_model

    weights, prior, classes, moves, row, feature = load_model(MODEL_DIR / MODEL_FILE)
    chosen = [i for i, code in enumerate(classes) if code in LANGUAGES]
    return _Model(np.asarray(moves).reshape(-1, 256), np.asarray(row),
                  np.asarray(feature, dtype=np.int32), np.asarray(weights)[:, chosen], np.asarray(prior)[chosen],
                  np.array(["nb" if classes[i] == "no" else classes[i] for i in chosen], dtype=object))


def detect_languages(texts: pd.Series) -> pd.Series:
    """Detect the language of each text, among Nordic and other languages common in Nordic cities.

    Naive Bayes over byte sequences (Lui & Baldwin 2012) with the model of py3langid, for all texts at once.

    Returns
    -------
    languages
        ISO 639 codes (Norwegian is nb); missing for texts of fewer than 20 letters, counted
        without links, handles and hashtags.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    words = as_arrow(texts)
    others = pc.fill_null(pc.match_substring_regex(words, _NO_WORDS_HINT), False)
    words = pc.replace_with_mask(words, others, pc.replace_substring_regex(words.filter(others), _NO_WORDS, " "))
    enough = np.array(pc.fill_null(pc.match_substring_regex(words, _ENOUGH), False).to_numpy(zero_copy_only=False))
    doubted = pa.array(~enough)  # letters of other alphabets take longer to count
    letters = pc.count_substring_regex(words.filter(doubted), r"\pL")
    enough[~enough] = pc.fill_null(pc.greater_equal(letters, MINIMUM_LETTERS), False).to_numpy(zero_copy_only=False)
    kept = pc.if_else(pa.array(enough), words, None).to_numpy(zero_copy_only=False)
    codes, distinct = pd.factorize(np.asarray(kept, dtype=object))
    found = [_classify(distinct[i : i + _TEXTS_AT_ONCE]) for i in range(0, len(distinct), _TEXTS_AT_ONCE)]
    table = pd.array([*(code for part in found for code in part), None], dtype="string")
    return pd.Series(table[codes], index=texts.index, name="language")  # -1 picks the missing one at the end


def _encoded(text: str) -> bytes:
    text = text[:_READ_LETTERS]
    return unicodedata.normalize("NFC", text.lower() if text.isupper() else text).encode("utf-8", "surrogatepass")


def _classify(texts: np.ndarray) -> np.ndarray:
    """Return the likeliest language of each text."""
    from scipy.sparse import csr_array

    model = _model()
    encoded = [_encoded(text) for text in texts]
    rows, features = _walk(encoded, model)
    pairs, counts = np.unique(rows * len(model.weights) + features, return_counts=True)
    shape = (len(encoded), len(model.weights))
    weighed = csr_array((np.log1p(counts.astype(np.float32)), (pairs // shape[1], pairs % shape[1])), shape=shape)
    scores = weighed @ model.weights + model.prior
    return np.asarray(model.languages[np.asarray(scores).argmax(axis=1)])


def _walk(encoded: list[bytes], model: _Model) -> tuple[np.ndarray, np.ndarray]:
    """Step through all texts side by side, byte by byte, and return (text, feature) of every feature met."""
    lengths = np.array([len(text) for text in encoded])
    order = np.argsort(-lengths, kind="stable")  # so that the texts that go on are always the first ones
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])[order]
    stream = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    going = len(encoded) - np.searchsorted(np.sort(lengths), np.arange(lengths.max(initial=0)), side="right")
    state = np.zeros(len(encoded), dtype=np.int64)
    rows, features = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for step, count in enumerate(going):
        state = model.moves[model.row[state[:count]], stream[starts[:count] + step]]
        met = model.feature[state]
        some = np.flatnonzero(met >= 0)
        rows.append(order[some])
        features.append(met[some].astype(np.int64))
    return np.concatenate(rows), np.concatenate(features)
