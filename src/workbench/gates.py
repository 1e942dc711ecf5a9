"""The last look before publication: no identifiers, no quotes from the corpus."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.errors import ReportError
from workbench.tables.posts import Corpus
from workbench.wording import open_wording

QUOTE_WORDS = 5
_WORD = re.compile(r"\w+")


def block_texts(sections: Sequence[Mapping[str, Any]]) -> pd.Series:
    """Return every text of the blocks of a notebook, pictures left out.

    Parameters
    ----------
    sections
        The blocks' JSON, in order.

    Returns
    -------
    texts
        Indexed by where the text stands, such as ``block 3 (table)``.
    """
    found = [(f"block {i + 1} ({block['kind']})", text)
             for i, block in enumerate(b for section in sections for b in section["blocks"])
             for text in _strings(block["content"])]
    return pd.Series([t for _, t in found], index=[w for w, _ in found], dtype="string")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if name == "csv":
                yield from _words_of_csv(part)
            elif name != "svg":
                yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


def _words_of_csv(text: str) -> Iterator[str]:
    """Yield the cells of a table that are no numbers: the digits of a share look like a phone number."""
    frame = pd.read_csv(io.StringIO(text), dtype=str)
    cells = pd.Series(frame.to_numpy().ravel(), dtype="string").dropna().drop_duplicates()
    yield from cells[pd.to_numeric(cells, errors="coerce").isna()]


def refuse_identifiers(texts: pd.Series, *, known: Sequence[str] = ()) -> None:
    """Refuse texts that hold a handle, phone number, e-mail address or person number.

    Parameters
    ----------
    texts
        See `block_texts`.
    known
        Texts of the study's own that may stand, such as its contact.

    Raises
    ------
    ReportError
        Naming the places, never the text.
    """
    from workbench.sources import redact

    asked = texts[~texts.isin(list(known))]
    changed = asked[redact(asked).ne(asked).fillna(False)]
    if len(changed):
        places = ", ".join(dict.fromkeys(map(str, changed.index)))
        raise ReportError(f"The report was not published: {places} holds what looks like a handle, phone number, "
                          f"e-mail address or person number. Take it out of the notebook's text or labels.")


def refuse_quotes(texts: pd.Series, corpus: Corpus, *, language: str) -> None:
    """Refuse texts that share five words in a row with a post.

    Phrases of the catalogs themselves are left out: they are ours, and a post may well
    say the same.

    Raises
    ------
    ReportError
        Naming the places, never the words.
    """
    grams = {gram: where for where, text in texts.items() for gram in _grams(text)}
    ours = {g for m in open_wording(language).messages.values() for g in _grams(m)}
    asked = sorted(set(grams) - ours)
    posts = corpus.posts["text"].dropna().drop_duplicates()
    if not asked or posts.empty:
        return
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(ngram_range=(QUOTE_WORDS, QUOTE_WORDS), token_pattern=r"\w+",
                              vocabulary=asked, binary=True)
    found = counter.transform(posts).sum(axis=0).A1 > 0
    quoted = [grams[g] for g, hit in zip(asked, found, strict=True) if hit]
    if quoted:
        places = ", ".join(dict.fromkeys(map(str, quoted)))
        raise ReportError(f"The report was not published: {places} repeats {QUOTE_WORDS} words in a row from a post. "
                          f"Paraphrase it.")


def _grams(text: str) -> set[str]:
    words = _WORD.findall(text.lower())
    return {" ".join(words[i:i + QUOTE_WORDS]) for i in range(len(words) - QUOTE_WORDS + 1)}
