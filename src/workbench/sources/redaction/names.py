"""The names of people in a study, kept under a key, and redacted wherever a text of it writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from workbench.sources.redaction.name_forms import (
    common_spelling,
    endings,
    is_ordinary,
    is_phrase,
    joined_words,
    lone_surname,
    name_words,
    written_orders,
)

NAME_COLUMNS = {"kind": "int8", "token": "uint64", "stands_for": "uint64"}
"""Columns of a name book; nothing in it can be read or tried out without the key.

kind
    1 a word of a name, in one of its forms; 2 the first two words of a name; 3 a name; 4 a name that is
    redacted only where its words begin with capitals; 5 a name without spaces; 6 a surname that is redacted alone.
token
    64 bits, keyed, of the word, the words or the name.
stands_for
    Token of the word without ending, for kind 1; else 0.
"""
FORM, BEGIN, NAME, CAPITAL, JOINED, SURNAME = range(1, 7)


@dataclass(frozen=True)
class NameBook:
    """A name book ready to be looked up in.

    Attributes
    ----------
    table
        As `NAME_COLUMNS`.
    key
        Under which it was made.
    """

    table: pd.DataFrame
    key: bytes = field(repr=False)

    def __len__(self) -> int:
        return len(self.table)

    def of_kind(self, kind: int) -> np.ndarray:
        """Return the tokens of one kind, in order."""
        tokens = self.table["token"].to_numpy()[self.table["kind"].to_numpy() == kind]
        return np.asarray(np.sort(tokens))

    @cached_property
    def forms(self) -> tuple[np.ndarray, np.ndarray]:
        """Tokens of all forms in order, and what each stands for."""
        rows = self.table[self.table["kind"] == FORM].sort_values(["token", "stands_for"])
        return rows["token"].to_numpy(), rows["stands_for"].to_numpy()

    @cached_property
    def begins(self) -> np.ndarray:
        """Tokens of the first two words of names, in order."""
        return self.of_kind(BEGIN)

    @cached_property
    def names(self) -> frozenset[int]:
        """Tokens of names redacted in any case."""
        return frozenset(self.of_kind(NAME).tolist())

    @cached_property
    def capitals(self) -> frozenset[int]:
        """Tokens of names redacted where their words begin with capitals."""
        return frozenset(self.of_kind(CAPITAL).tolist())

    @cached_property
    def joined(self) -> np.ndarray:
        """Tokens of names without spaces, in order."""
        return self.of_kind(JOINED)

    @cached_property
    def surnames(self) -> np.ndarray:
        """Tokens of surnames that are redacted alone, in order."""
        return self.of_kind(SURNAME)


def keyed_names(names: Iterable[str], *, key: bytes, ordinary: Collection[str] = ()) -> pd.DataFrame:
    """Key names of people so that texts can be searched for them, and nobody without the key can read them.

    Kept are the names of two to five words: as they are, with fewer middle names or with initials, turned round,
    and without spaces; their words with the endings of the Nordic languages. A surname is looked for alone
    where another word of the name or its ending shows that it is one, and it is no ordinary word, place or given name.

    Parameters
    ----------
    names
        Display names of accounts. Those of one word, of bots and of deleted accounts are passed over.
    ordinary
        Further words that are not to be redacted alone, such as the place of the study.

    Returns
    -------
    book
        As `NAME_COLUMNS`, in order; the same for the same set of names.
    """
    people = sorted({words for name in names if (words := name_words(name))})
    spelled = {word: common_spelling(word) for words in people for word in (*words, *(w[0] for w in words))}
    lemmas = tokens_of_words(list(spelled.values()), key)
    lemma = dict(zip(spelled, lemmas.tolist(), strict=True))
    never = frozenset(map(common_spelling, ordinary))
    rows: dict[int, set[int]] = {kind: set() for kind in (NAME, CAPITAL, SURNAME)}
    begins: set[tuple[int, ...]] = set()
    joined: set[str] = set()
    for words in people:
        kind = CAPITAL if is_phrase(words) else NAME
        for written in set(written_orders(words)):
            row = tuple(lemma[word] for word in written)
            begins.add(row[:2])
            has_initial = any(len(word) == 1 for word in written)
            is_doubtful = has_initial or (written[0] == words[-1] and is_ordinary(written[0]))
            rows[CAPITAL if is_doubtful else kind].add(token_of_name(key, row))
        joined.update(common_spelling(word + end) for word in joined_words(words) for end in ("", "s"))
        if kind == NAME and (surname := lone_surname(words)) and spelled[surname] not in never:
            rows[SURNAME].add(lemma[surname])
    pairs = sorted({(form, spelled[word]) for word in spelled for form in endings(word)})
    made = [_frame(kind, np.fromiter(tokens, dtype=np.uint64, count=len(tokens))) for kind, tokens in rows.items()]
    made += [_frame(FORM, tokens_of_words([form for form, _ in pairs], key), tokens_of_words([of for _, of in pairs],
                                                                                             key)),
             _frame(BEGIN, tokens_of_words([pair_of(*pair) for pair in sorted(begins)], key)),
             _frame(JOINED, tokens_of_words(sorted(joined), key))]
    return join_names(made)


def pair_of(first: int, second: int) -> bytes:
    """Return what is hashed for two words in a row, by their tokens."""
    return first.to_bytes(8, "little") + second.to_bytes(8, "little")


def _frame(kind: int, tokens: np.ndarray, stands_for: np.ndarray | None = None) -> pd.DataFrame:
    of = np.zeros(len(tokens), dtype=np.uint64) if stands_for is None else stands_for
    return pd.DataFrame({"kind": np.full(len(tokens), kind, dtype=np.int8), "token": tokens, "stands_for": of})


def join_names(books: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Join name books made under one key."""
    empty = pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in NAME_COLUMNS.items()})
    joined = pd.concat([empty, *books], ignore_index=True).astype(NAME_COLUMNS)
    return joined.drop_duplicates().sort_values(list(NAME_COLUMNS), ignore_index=True)


def tokens_of_words(words: Sequence[str | bytes], key: bytes) -> np.ndarray:
    """Return the tokens of many words at once: SipHash under a key drawn from the study's."""
    drawn = hashlib.blake2b(key=key, digest_size=16, person=b"names").digest()
    return np.asarray(pd.util.hash_array(np.array([*words, ""], dtype=object)[:-1], categorize=False,
                                         hash_key="".join(chr(byte & 127) for byte in drawn)))


def token_of_name(key: bytes, words: Iterable[int]) -> int:
    """Return the token of a row of words, by their tokens."""
    content = b"".join(word.to_bytes(8, "little") for word in words)
    return int.from_bytes(hashlib.blake2b(content, key=key, digest_size=8, person=b"name").digest(), "little")
