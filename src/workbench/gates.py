"""The last look before publication: no identifiers, no quotes from the corpus, the form that was promised."""

from __future__ import annotations

import ast
import io
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.agreeing import find_disagreements
from workbench.consistency import find_contradictions
from workbench.errors import ReportError
from workbench.findings import list_specs
from workbench.readable import refuse_hard_words, refuse_many_numbers
from workbench.reports.cells import name_cell
from workbench.settings import ALL_LANGUAGES
from workbench.starting import find_notebooks, list_handbook
from workbench.tables.posts import Corpus
from workbench.wording import open_wording

QUOTE_WORDS = 5
SHOWN = 3  # phrases of a cell that its author is shown
_WORD = re.compile(r"\w+")
_BITS = 31  # two words as one number
_BLOCK = 20_000  # posts looked through at a time


@dataclass(frozen=True)
class Finished:
    """A finished product that waits for its gates.

    Attributes
    ----------
    sections
        The JSON of its blocks, in order.
    folder
        With all its files.
    language
        One of `ALL_LANGUAGES`.
    corpus
        The posts that it counts.
    own
        Words of the study itself: its name, its contact, what its source cards say.
    others
        Folders of the published products that were made of the same posts, for periods that overlap; by what they are.
    """

    sections: Sequence[Mapping[str, Any]]
    folder: Path
    language: str
    corpus: Corpus
    own: Sequence[str]
    others: Mapping[str, Path] = field(default_factory=dict)


# by the name that a product file asks for them; every product asks for those of `ALWAYS`
GATES: dict[str, Callable[[Finished], None]] = {
    "identifiers": lambda made: refuse_identifiers(block_texts(made.sections), known=made.own),
    "quotes": lambda made: refuse_quotes(block_texts(made.sections), made.corpus, known=made.own),
    "consistency": lambda made: refuse_contradictions(made.sections, made.folder, language=made.language,
                                                      others=made.others),
    "readable": lambda made: refuse_hard_words(made.sections, language=made.language),
    "two_numbers": lambda made: refuse_many_numbers(made.sections, known=made.own),
}
ALWAYS = ("identifiers", "quotes", "consistency")


def refuse_contradictions(sections: Sequence[Mapping[str, Any]], folder: Path, *, language: str,
                          others: Mapping[str, Path] | None = None) -> None:
    """Refuse a finished product in which two places tell one number differently, or another product does.

    Raises
    ------
    ReportError
        Naming the two places of each, the first five.
    """
    if faults := find_contradictions(sections, folder, language=language):
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise ReportError(f"The report was not published, since its numbers contradict each other: "
                          f"{'; '.join(faults[:5])}{more}. Make both from one finding of the release.")
    specs = list_specs()
    for name, other in (others or {}).items():
        if faults := find_disagreements(folder, other, specs=specs):
            more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
            raise ReportError(f"The report was not published, since the published {name} tells other numbers, made of "
                              f"the same posts: {'; '.join(faults[:5])}{more}. Make both with the same parameters, or "
                              "take the other one out of reports/ first.")


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


def notebook_texts(notebook: Any, *, where: str) -> pd.Series:
    """Return the words that the author of a notebook wrote: notes, texts and comments of code.

    All of it is published with the notebook.

    Returns
    -------
    texts
        Indexed by where the text stands, such as ``quarterly_report.ipynb, the 5th cell``.
    """
    found = [(f"{where}, {name_cell(notebook, index)}", text) for index, cell in enumerate(notebook.cells)
             for text in ([cell.source] if cell.cell_type != "code" else _words_of_code(cell.source))]
    return pd.Series([t for _, t in found], index=[w for w, _ in found], dtype="string")


def _words_of_code(source: str) -> Iterator[str]:
    """Yield the texts of code as they are when it runs, and its comments."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        yield source  # a magic command, or a cell that will fail
        return
    yield from (n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
    yield from (comment for _, _, comment in (line.partition("#") for line in source.splitlines()) if comment)


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
        See `block_texts` and `notebook_texts`.
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


def refuse_quotes(texts: pd.Series, corpus: Corpus, *, known: Sequence[str] = ()) -> None:
    """Refuse texts that share five words in a row with a post.

    Phrases of the package's own notebooks, catalogs and handbook are left out: they are ours, and a post may well say
    the same.

    Parameters
    ----------
    texts
        See `block_texts`.
    known
        Texts of the study's own that may stand.

    Raises
    ------
    ReportError
        Naming the places, never the words.
    """
    if quoted := _quoted(texts, corpus, known):
        places = ", ".join(dict.fromkeys(where for where, _ in quoted))
        raise ReportError(f"The report was not published: {places} repeats {QUOTE_WORDS} words in a row from a post. "
                          f"Paraphrase it.")


def refuse_quoting_notebook(texts: pd.Series, corpus: Corpus, *, known: Sequence[str] = ()) -> None:
    """Refuse a notebook whose own words share five in a row with a post, before it runs.

    Parameters
    ----------
    texts
        See `notebook_texts`.

    Raises
    ------
    ReportError
        Naming cells and words: they are the author's own, and what else the post says is not shown.
    """
    shown: dict[str, list[str]] = {}
    for where, words in _quoted(texts, corpus, known):
        phrases = shown.setdefault(where, [])
        following, _, last = words.rpartition(" ")
        if phrases and phrases[-1].endswith(following):
            phrases[-1] += f" {last}"  # one phrase of six words, not two of five
        else:
            phrases.append(words)
    if shown:
        said = "; ".join(f"{where}: {', '.join(f'“{p}”' for p in found[:SHOWN])}" for where, found in shown.items())
        raise ReportError(f"{said}. These words stand in a row in a post too, and nothing published may quote one. "
                          "Write them in other words; nothing was run.")


def _quoted(texts: pd.Series, corpus: Corpus, known: Sequence[str]) -> list[tuple[str, str]]:
    """Return place and words of every five words in a row that a post has too and that are not ours."""
    grams: dict[str, str] = {}
    for where, text in texts.items():
        for gram in _grams(text):
            grams.setdefault(gram, str(where))
    ours = own_phrases().union(*map(_grams, known))
    asked = [gram for gram in grams if gram not in ours]
    posts = corpus.posts["text"].dropna().drop_duplicates()
    if not asked or posts.empty:
        return []
    said = _said_by(posts, asked)
    return [(grams[gram], gram) for gram in asked if gram in said]


def _said_by(posts: pd.Series, asked: Sequence[str]) -> set[str]:
    """Return which of the phrases stand in a post; words are compared as numbers, since posts may be a million."""
    number = {word: n for n, word in enumerate(sorted({w for gram in asked for w in gram.split(" ")}), start=1)}
    sought = {tuple(number[word] for word in gram.split(" ")): gram for gram in asked}
    starts = {words[:2] for words in sought}
    begun = np.fromiter(sorted(first << _BITS | second for first, second in starts), dtype=np.int64)
    found: set[str] = set()
    for part in range(0, len(posts), _BLOCK):
        # a word of no phrase is 0, and so is the end of each post
        words = [number.get(word, 0) for text in posts.iloc[part:part + _BLOCK]
                 for word in (*_WORD.findall(text.lower()), "")]
        codes = np.array(words, dtype=np.int64)
        places = np.flatnonzero(np.isin(codes[:-1] << _BITS | codes[1:], begun))
        found |= {sought[key] for at in places if (key := tuple(words[at:at + QUOTE_WORDS])) in sought}
    return found


@cache
def own_phrases() -> frozenset[str]:
    """Return every five words in a row of the catalogs, notebooks and handbook that come with the package."""
    import nbformat

    said = [message for language in ALL_LANGUAGES for message in open_wording(language).messages.values()]
    for path in sorted(find_notebooks().rglob("*.ipynb")):
        if not any(part.startswith(".") for part in path.relative_to(find_notebooks()).parts):
            notebook = nbformat.read(path, as_version=4)
            said += [text for cell in notebook.cells for text in (cell.source, *_words_of_code(cell.source))]
    written = [tomllib.loads(file.read_text(encoding="utf-8")) for file in list_handbook(is_city=True)]
    said += _strings(written)
    return frozenset(gram for text in said for gram in _grams(text))


def _grams(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return [" ".join(words[i:i + QUOTE_WORDS]) for i in range(len(words) - QUOTE_WORDS + 1)]
