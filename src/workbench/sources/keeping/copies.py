"""What others hold of an account that is to be forgotten: copies of its texts, and its names."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyarrow as pa

from workbench.sources.redaction.pseudonyms import normal_form, pseudonym

SHORTEST_COPY = 5  # words of a text that is a copy where it stands whole in another
LONGEST_RUN = 8  # words in a row that make a copy of a longer text
NAME = "[name]"
_WORD = re.compile(r"\w+")
_NAME_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_TOKEN = re.compile(r"@?[\w.\-]{2,64}")
_NAME_LENGTHS = (4, 3, 2)  # words; a name of one word may be any word, and is looked for only where it is given
_SHORTEST_PART = 3
_LONGEST_NAME = 80
_MOST_KNOWN = 200_000
_BETWEEN_CELLS = re.compile(r'["\n\r,;\t<>]')


class Runs:
    """Runs of words by which copies of some texts are found: whole texts of 5 to 8 words, any 8 of longer ones."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_first: dict[str, set[tuple[str, ...]]] = {}
        for text in set(texts):
            words = _WORD.findall(text.casefold())
            length = min(len(words), LONGEST_RUN)
            if length >= SHORTEST_COPY:
                for start in range(len(words) - length + 1):
                    self._by_first.setdefault(words[start], set()).add(tuple(words[start:start + length]))

    def stand_in(self, text: str) -> bool:
        """Tell whether a text holds one of the runs."""
        if not self._by_first:
            return False
        words = _WORD.findall(text.casefold())
        for start, word in enumerate(words):
            for run in self._by_first.get(word, ()):
                if tuple(words[start:start + len(run)]) == run:
                    return True
        return False


@dataclass
class Person:
    """Who is to be forgotten, as far as the key and the one who asks know.

    Attributes
    ----------
    accounts
        Pseudonyms of accounts, handles and display names.
    handles, names
        As they were given, and display names that were found by their pseudonym.
    """

    key: bytes
    platforms: tuple[str, ...]
    accounts: frozenset[str]
    handles: frozenset[str]
    names: set[str] = field(default_factory=set)
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)

    @property
    def words(self) -> frozenset[str]:
        """Handles and names as they may stand in files."""
        return self.handles | frozenset(self.names)

    @property
    def _telling(self) -> frozenset[str]:
        return frozenset(word for word in self.words if not word.isdecimal())

    def is_known(self, via: str, value: str) -> bool:
        """Tell whether a value is an id, handle or name of this person."""
        normal = normal_form(via, value)
        if not normal:
            return False
        if (via, normal) not in self._known:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known[via, normal] = any(pseudonym(self.key, f"{platform}:{via}", normal) in self.accounts
                                           for platform in self.platforms)
        return self._known[via, normal]

    def find_names(self, text: str) -> set[str]:
        """Return the display names of this person that a text holds, found by their pseudonyms."""
        return {name for name in _capitalised(text) if self.is_known("name", name)}

    def learn_names(self, texts: Iterable[str]) -> None:
        """Note every display name of this person that these texts hold."""
        for text in texts:
            self.names |= self.find_names(text)

    def learn_cells(self, text: str) -> None:
        """Note every display name of two or more words that fills a cell or value of an export."""
        for cell in {cell.strip() for cell in _BETWEEN_CELLS.split(text)}:
            if len(cell) <= _LONGEST_NAME and " " in cell and not any(char in cell for char in "{}[]"):
                name = _unescaped(cell)
                if self.is_known("name", name):
                    self.names.add(name)

    def is_named_in(self, value: Any) -> bool:
        """Tell whether a record holds an id, a handle or a name of this person, anywhere."""
        for scalar in _scalars(value):
            if any(self.is_known(via, scalar) for via in ("account", "handle", "name")):
                return True
            if any(self.is_known(via, token) for token in _TOKEN.findall(scalar) for via in ("account", "handle")):
                return True
            if self.find_names(scalar) or _pattern(self._telling, re.IGNORECASE).search(scalar):
                return True
        return False

    def redact(self, text: str, *, is_near: bool) -> str:
        """Return a text with this person's names replaced.

        Parameters
        ----------
        is_near
            Whether the text stands in an arena where the person wrote: there a part of the name means the person, too,
            and so does a handle that looks like any other word.
        """
        plain = frozenset(h for h in self.handles if h.isalpha() and len(h) >= _SHORTEST_PART)
        text = _pattern(self._telling - plain, re.IGNORECASE).sub(NAME, text)
        if is_near:
            parts = frozenset(p for n in self.names for p in n.split() if len(p) >= _SHORTEST_PART and p[0].isupper())
            text = _pattern(plain, re.IGNORECASE).sub(NAME, text)
            text = _pattern(parts, 0).sub(NAME, text)
        return text


@dataclass(frozen=True)
class Rewriter:
    """Takes a person's words and names out of what others wrote (`corpus.withdrawing.Rewriting`).

    Attributes
    ----------
    near
        Arenas where the person wrote.
    copies
        Ids of posts that are forwards of the person's: their text is the person's own.
    """

    person: Person
    runs: Runs
    near: Collection[str]
    copies: Collection[str]

    def posts(self, posts: pa.Table) -> tuple[pa.Table, frozenset[str]]:
        """Return posts with texts taken out or changed, and the ids of those that have none any more."""
        texts, languages = posts["text"].to_pylist(), posts["language"].to_pylist()
        ids, arenas = posts["post_id"].to_pylist(), posts["arena_id"].to_pylist()
        emptied, is_changed = set(), False
        for row, text in enumerate(texts):
            if text is None:
                continue
            if ids[row] in self.copies or self.runs.stand_in(text):
                texts[row], languages[row], is_changed = None, None, True
                emptied.add(ids[row])
                continue
            redacted = self.person.redact(text, is_near=arenas[row] in self.near)
            if redacted != text:
                texts[row], is_changed = redacted, True
        if not is_changed:
            return posts, frozenset()
        for name, values in (("text", texts), ("language", languages)):
            place, kept = posts.column_names.index(name), posts.schema.field(name)
            posts = posts.set_column(place, kept, pa.array(values, type=kept.type))
        return posts, frozenset(emptied)

    def title(self, title: str) -> str:
        """Return the title of an arena without the person's names."""
        return self.person.redact(title, is_near=False)

    def names(self, target: str) -> bool:
        """Tell whether an address or hashtag holds a name or handle of the person."""
        return self.person.redact(target, is_near=False) != target


def read_row(line: str) -> Any:
    """Return the record of a row in quarantine; the line itself where it cannot be read."""
    try:
        return json.loads(line)["raw"]
    except (ValueError, KeyError, TypeError):
        return line


@lru_cache(maxsize=32)
def _pattern(words: frozenset[str], flags: int) -> re.Pattern[str]:
    said = "|".join(r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)@?(?:{said})(?:['’]?s)?(?!\w)" if said else r"(?!)", flags)


def _capitalised(text: str) -> Iterator[str]:
    """Give what may be names: two to four words in a row with a capital, the last one without its genitive too."""
    run: list[str] = []
    end = 0
    for found in [*_NAME_WORD.finditer(text), None]:
        follows = found is not None and found[0][0].isupper() and (not run or text[end:found.start()].strip() == "")
        if follows and found is not None:
            run.append(found[0].rstrip(".-'’"))
            end = found.end()
            continue
        yield from _windows(run)
        is_first = found is not None and found[0][0].isupper()
        run, end = ([found[0]], found.end()) if found is not None and is_first else ([], 0)


def _windows(words: list[str]) -> Iterator[str]:
    for length in _NAME_LENGTHS:
        for start in range(len(words) - length + 1):
            name = " ".join(words[start:start + length])
            yield name
            if (bare := re.sub(r"['’]?s$", "", name)) != name:
                yield bare


def _unescaped(cell: str) -> str:
    """Return a value of JSON with its letters as they are."""
    try:
        return str(json.loads(f'"{cell}"')) if "\\" in cell else cell
    except ValueError:
        return cell


def _scalars(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str | int) and not isinstance(one, bool):
            yield str(one)
