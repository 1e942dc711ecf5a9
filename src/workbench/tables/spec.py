"""What a finding declares of itself, in one place, for everybody who checks, draws, words or prints it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.errors import ReleaseError

POSTS = "posts"
WHOLE = "whole:"  # before the name of a fact, where a column is said to rest on it
# of a column or fact: what a number counts or is
UNITS = (POSTS, "arenas", "accounts", "groups", "topics", "words", "peaks", "share", "percentage points", "ratio", "p",
         "class", "number")
KINDS = ("string", "Int64", "Float64", "boolean", "bool", "datetime64[us, UTC]", "object")
# how a report's table writes a column: see `reports.render_table`
SHOWN = ("", "text", "code", "named", "words", "day", "week", "number", "decimal", "decimal2", "share", "points", "p")
WORDS = ("topic", "words", "word", "domain")
_NUMBERS = ("Int64", "Float64")


@dataclass(frozen=True)
class Column:
    """One column of a finding's data.

    Attributes
    ----------
    kind
        Type of the values, one of `KINDS`.
    unit
        What a number counts, one of `UNITS`. A column of posts has a cell in every row in which it is
        not missing: the posts it counts.
    shown
        How a report's table writes it, one of `SHOWN`; empty where the table leaves it out. A column shown as
        ``named`` is of the kind object and holds what a municipality calls a code, by language.
    follows
        Columns of posts of the same row, and facts of posts (``whole:posts``), from which this one could be told,
        or that could be told from it: where one of them is hidden, this one goes too.
    share_of
        Numerator (a column) and denominator (a column or fact), where the column is their quotient; both belong
        to `follows` by themselves.
    words
        What words of the corpus it holds: ``topic`` (a topic's name), ``words`` (several, a list), ``word``
        (a word, hashtag or emoji) or ``domain``. Empty where it holds none. They are shown once a person approved.
    step
        Released numbers are rounded to a multiple of it.
    is_kept
        Of a column of posts for which the report is made: where one of several counts must be hidden so that nobody
        works another one out, these are the last.
    """

    kind: str
    unit: str = ""
    shown: str = ""
    follows: tuple[str, ...] = ()
    share_of: tuple[str, str] | None = None
    words: str = ""
    step: float | None = None
    is_kept: bool = False

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Columns of the row, and facts, with which it goes."""
        return (*self.follows, *(self.share_of or ()))


@dataclass(frozen=True)
class Fact:
    """One number or name about a finding as a whole.

    Attributes
    ----------
    unit
        As of a column; a fact of posts has a cell: the posts it counts.
    concept
        What it is, where several findings tell the same number: such as ``active_arenas``. One concept has one
        value in a product.
    follows, share_of
        Facts of posts with which it goes, as of a column.
    """

    unit: str = ""
    concept: str = ""
    follows: tuple[str, ...] = ()
    share_of: tuple[str, str] | None = None

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Facts with which it goes."""
        return (*self.follows, *(self.share_of or ()))


@dataclass(frozen=True)
class Headline:
    """What a finding says, worked out from those of its numbers that may be seen.

    Attributes
    ----------
    sentence
        Message id of the sentence, filled with `facts`.
    facts
        What the sentence names besides the finding's own facts.
    value, low, high
        The main number and its 95 % interval; None where there is none.
    numerator, denominator, of
        Of a share, and what they count; None otherwise.
    test, p
        Name of the test and its p-value, where the sentence speaks of one.
    is_change
        True where a test passed and the text may speak of a change.
    reason
        Why nothing can be told, one of the spec's `reasons`; empty where the sentence tells something. Such a finding
        has no place among the findings of a report: it stands in the list of what cannot be said.
    """

    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    value: float | None = None
    low: float | None = None
    high: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    of: str = POSTS
    test: str | None = None
    p: float | None = None
    is_change: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Spec:
    """What one finding is: its table, its facts, its sentences.

    Attributes
    ----------
    key
        Stable name, such as ``volume``.
    metric
        Number of the metric in the method appendix, such as ``M1``.
    unit
        Of the main number, one of `UNITS`.
    frame
        Message id of what the number is about, such as ``all_posts`` or ``fixed_panel``.
    columns
        Of the data, by name and in order.
    facts
        What is known of the finding as a whole, by name.
    sentences
        Every sentence it may say, and the facts each names.
    headline
        Takes the data and facts that may be seen, gives the sentence and the main number. It runs on what is
        left after the gate, so that a sentence never tells more, or something else, than the picture.
    identity
        Columns that tell rows apart; the first of them is `row`, the kind of row, where there are several.
    caveats
        Message ids of what the reader may have to know.
    reasons
        Why it may have nothing to tell: message ids ``unsaid.<reason>``, filled with its facts.
    rests_on
        Facts of posts without which nothing of the table may be seen.
    drops_hidden
        Column of posts with which, hidden, the whole row goes: without it the row would be a name and no number.
    ranks_by
        Column that rows are ordered by; rows in which it is hidden come last, in the order of `identity`.
    is_tile
        Whether the main number may be shown large, under the message ``tile.<key>``.
    """

    key: str
    metric: str
    unit: str
    frame: str
    columns: Mapping[str, Column]
    sentences: Mapping[str, tuple[str, ...]]
    headline: Callable[[pd.DataFrame, Mapping[str, Any]], Headline]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    identity: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    drops_hidden: str = ""
    ranks_by: str = ""
    is_tile: bool = False

    def __post_init__(self) -> None:
        """Refuse a declaration that contradicts itself."""
        if faults := [*self._unit_faults(), *self._column_faults(), *self._name_faults()]:
            raise ReleaseError(f"The spec of the finding {self.key}: {'; '.join(faults)}. Correct it where it is "
                               "declared.")

    def counts(self) -> list[str]:
        """Return the columns that count posts."""
        return [name for name, column in self.columns.items() if column.unit == POSTS]

    def shown(self) -> dict[str, str]:
        """Return how a report's table writes the columns it shows."""
        return {name: column.shown for name, column in self.columns.items() if column.shown}

    def _unit_faults(self) -> list[str]:
        units = {"the finding": self.unit, **{n: c.unit for n, c in self.columns.items()},
                 **{n: f.unit for n, f in self.facts.items()}}
        return [f"{name} has the unit {unit!r}, and there are {', '.join(UNITS)}"
                for name, unit in units.items() if unit and unit not in UNITS]

    def _column_faults(self) -> list[str]:
        faults = []
        for name, column in self.columns.items():
            if column.kind not in KINDS:
                faults.append(f"{name} is of the kind {column.kind!r}, and there are {', '.join(KINDS)}")
            if column.kind in _NUMBERS and not column.unit:
                faults.append(f"{name} is a number and does not say what of (unit)")
            if column.shown not in SHOWN:
                faults.append(f"{name} is shown as {column.shown!r}, and there are {', '.join(filter(None, SHOWN))}")
            if column.words == "topic" and "stable_id" not in self.columns:
                faults.append(f"{name} names a topic, so there must be its stable_id")
            if column.words and column.words not in WORDS:
                faults.append(f"{name} holds the words {column.words!r}, and there are {', '.join(WORDS)}")
            if column.unit == POSTS and (column.kind != "Int64" or column.share_of):
                faults.append(f"{name} counts posts, so it is a whole number and no share")
            if column.unit == "share" and not column.rests_on and self.counts():
                faults.append(f"{name} is a share and does not say of what (share_of or follows)")
        return faults

    def _name_faults(self) -> list[str]:
        rows = set(self.columns)
        known = {*rows, *(WHOLE + name for name in self.facts)}
        faults = [f"{name} follows {other}, which is neither a column nor a fact"
                  for name, column in self.columns.items() for other in column.rests_on if other not in known]
        faults += [f"the fact {name} follows {other}, which is no fact" for name, fact in self.facts.items()
                   for other in fact.rests_on if other not in self.facts]
        faults += [f"rests_on names {other}, which is no fact of posts" for other in self.rests_on
                   if other not in self.facts or self.facts[other].unit != POSTS]
        faults += [f"identity names {other}, which is no column" for other in self.identity if other not in rows]
        faults += [f"{name} names {other}, which is no column" for name, other in (
            ("ranks_by", self.ranks_by), ("drops_hidden", self.drops_hidden)) if other and other not in rows]
        return faults
