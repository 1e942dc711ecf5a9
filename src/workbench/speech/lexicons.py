"""A model that is a list of words, each with a weight that a person reviewed."""

from __future__ import annotations

import csv
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import CardError
from workbench.speech.calibrating import chances

if TYPE_CHECKING:
    from scipy import sparse

COLUMNS = ("word", "weight", "code", "language", "reviewed_by", "reviewed_on")
SILENT = -3.0  # what a text without any of the words has before the logistic curve: a score of 0.05
YES = 0.5  # the threshold of every code: words that weigh 3 together say yes
HEAVIEST = 10.0
MOST_WORDS = 3  # of an entry that is a phrase
SHORTEST = 3  # letters before a star
CHUNK = 20_000  # texts at a time
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Entry:
    """One word or phrase, and what it weighs for a code.

    Attributes
    ----------
    words
        In small letters; the last may end in a star, which stands for any ending.
    weight
        Added where the text has it, once; below 0 it speaks against the code.
    language
        For which it was reviewed.
    reviewed_by, reviewed_on
        The role of who looked at it, and the day.
    """

    words: tuple[str, ...]
    weight: float
    code: str
    language: str
    reviewed_by: str
    reviewed_on: str


@dataclass(frozen=True)
class Lexicon:
    """A lexicon as a model: weights of the words that a text has, added up, through a logistic curve."""

    entries: tuple[Entry, ...]
    card: Mapping[str, Any]

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes that entries are about, in the order of the file."""
        return tuple(dict.fromkeys(entry.code for entry in self.entries))

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Return, by code, the score from which it says yes."""
        return dict.fromkeys(self.codes, YES)

    def score(self, texts: Sequence[str]) -> np.ndarray:
        """Return the score of each code, texts by codes: an order of posts, no probabilities."""
        from tqdm.auto import tqdm

        weights = np.array([[entry.weight * (entry.code == code) for code in self.codes] for entry in self.entries])
        found = np.zeros((len(texts), len(self.codes)), dtype=np.float32)
        starts = range(0, len(texts), CHUNK)
        for start in tqdm(starts, "scoring", disable=len(starts) < 4, leave=False):
            has = find_entries(texts[start:start + CHUNK], [entry.words for entry in self.entries])
            found[start:start + CHUNK] = chances(has @ weights + SILENT)
        return found


def open_lexicon(path: Path) -> Lexicon:
    """Open a lexicon: a table (CSV, with commas or semicolons) whose every row a person reviewed.

    Its columns are `word` (a word or a phrase of at most three; a star at the end stands for any ending), `weight`
    (-10 to 10; 3 alone says yes), `code` (key of the codebook), `language`, `reviewed_by` (a role, no name) and
    `reviewed_on` (such as 2025-07-01).

    Raises
    ------
    CardError
        If it cannot be read, or rows have faults: all are told, by line, without the words.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CardError(f"{path}: not in UTF-8. Save it again with the encoding UTF-8.") from None
    except OSError as error:
        raise CardError(f"{path}: cannot be read ({error.strerror}).") from error
    head = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if head.count(";") > head.count(",") else ",")
    if set(rows.fieldnames or ()) != set(COLUMNS):
        raise CardError(f"{path}: the first line must name the columns {', '.join(COLUMNS)}.")
    faults, entries = [], []
    for line, row in enumerate(rows, start=2):
        entry, wrong = _read_entry(row)
        faults += [f"line {line}: {what}" for what in wrong]
        if entry is not None:
            entries.append(entry)
    keys = [(entry.words, entry.code) for entry in entries]
    if repeated := len(keys) - len(set(keys)):
        faults.append(f"{repeated} rows name a word and code that another row has")
    if faults or not entries:
        raise CardError(f"{path}: {'; '.join(faults) or 'there are no words'}. Correct it in a table program; "
                        "docs/models.md says what each column is.")
    return Lexicon(tuple(entries), _card(entries, path.stem))


def find_entries(texts: Sequence[str], entries: Sequence[tuple[str, ...]]) -> sparse.csr_matrix:
    """Return texts by entries, 1 where a text has the word or phrase; words are whole, whatever stands around them."""
    import pandas as pd
    from scipy import sparse

    tokens = [_TOKEN.findall(_fold(text)) for text in texts]
    row = np.repeat(np.arange(len(texts)), [len(words) for words in tokens])
    place, vocabulary = pd.factorize(np.array([word for words in tokens for word in words], dtype=object))
    fits = _fitting(vocabulary, sorted({word for entry in entries for word in entry}))
    rows, columns = [], []
    for column, entry in enumerate(entries):
        hit = np.isin(place, fits[entry[0]])
        for further, word in enumerate(entry[1:], start=1):
            follows = np.zeros_like(hit)
            follows[:-further] = np.isin(place[further:], fits[word]) & (row[further:] == row[:-further])
            hit &= follows
        texts_with = np.unique(row[hit])
        rows.append(texts_with)
        columns.append(np.full(len(texts_with), column))
    where = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.ones(len(where[0])), where), shape=(len(texts), len(entries)))


def _fitting(vocabulary: np.ndarray, wanted: Sequence[str]) -> dict[str, np.ndarray]:
    """Return, for each word of an entry, the places of the words of the texts that it stands for."""
    order = np.array(sorted(range(len(vocabulary)), key=vocabulary.__getitem__), dtype=np.int64)
    ranked = [vocabulary[i] for i in order]
    found = {}
    for word in wanted:
        stem = word.removesuffix("*")
        low = bisect_left(ranked, stem)
        found[word] = order[low:bisect_right(ranked, stem + chr(0x10FFFF) if word.endswith("*") else stem, lo=low)]
    return found


def _read_entry(row: Mapping[str, str | None]) -> tuple[Entry | None, list[str]]:
    """Return a row as an entry, and what is wrong with it."""
    given = {name: (row.get(name) or "").strip() for name in COLUMNS}
    words = tuple(_fold(given["word"]).split())
    faults = []
    if not 1 <= len(words) <= MOST_WORDS or not all([*map(_TOKEN.fullmatch, words[:-1]), _ends_well(words[-1])]):
        faults.append(f"word must be one to {MOST_WORDS} words of letters and digits; a star may only stand at the "
                      f"end, after at least {SHORTEST} letters")
    try:
        weight = float(given["weight"].replace(",", "."))
    except ValueError:
        weight = np.nan
    if not 0 < abs(weight) <= HEAVIEST:
        faults.append(f"weight must be a number between -{HEAVIEST:g} and {HEAVIEST:g}, and not 0")
    if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?", given["code"]):
        faults.append("code must be a key of the codebook, such as attack")
    if not re.fullmatch(r"[a-z]{2}", given["language"]):
        faults.append("language must be two letters, such as da")
    if not given["reviewed_by"] or not _is_day(given["reviewed_on"]):
        faults.append("nobody has reviewed it: reviewed_by must say in what role, and reviewed_on which day, such as "
                      "2025-07-01")
    if faults:
        return None, faults
    return Entry(words, weight, *(given[name] for name in COLUMNS[2:])), []


def _card(entries: Sequence[Entry], name: str) -> dict[str, Any]:
    return {"name": name, "kind": "lexicon", "trained_on": {},
            "entries": dict(sorted(Counter(entry.code for entry in entries).items())),
            "languages": sorted({entry.language for entry in entries}),
            "reviewed_by": sorted({entry.reviewed_by for entry in entries}),
            "reviewed": [min(entry.reviewed_on for entry in entries), max(entry.reviewed_on for entry in entries)],
            "note": "Its scores put posts in order; they are no probabilities, and nothing was measured on posts."}


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _ends_well(word: str) -> bool:
    stem = word.removesuffix("*")
    return bool(_TOKEN.fullmatch(stem)) and (stem == word or len(stem) >= SHORTEST)


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and date.fromisoformat(text) is not None
    except ValueError:
        return False
