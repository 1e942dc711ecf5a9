"""How the times and counts of a column are written, told from all of its cells and never from one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pandas as pd

from workbench.errors import InputError
from workbench.sources.readers.counts import read_counts
from workbench.sources.readers.stamps import TIME_FORMATS, read_stamps

NOTHING = ("", "-", "–", "—", "n/a", "na", "nan", "none", "null", "nat", "?")
DECIMALS = (",", ".")
_ROUNDED = r"\d+(?:[.,]\d+)?[eE]\+?\d+"
_CUT_TO_15 = r"[1-9]\d{14}0{2,}"  # what a spreadsheet leaves of an id of 17 digits or more
_MOST_EXAMPLES = 3
_ORDERS = ("day-first", "month-first")


class AmbiguousColumnError(InputError):
    """A column that can be read in more than one way: what to ask, and which line of the card answers it.

    Attributes
    ----------
    key, options
        Of ``[mapping]`` in the card: the line to write is ``key = option``.
    """

    def __init__(self, where: str, column: str, *, question: str, key: str, options: tuple[str, ...]) -> None:
        lines = " or ".join(f'{key} = "{option}"' for option in options)
        super().__init__(f"{where}: column {column}: {question} Write {lines} under [mapping] of its source.toml.")
        self.where, self.column, self.question, self.key, self.options = where, column, question, key, options

    def __reduce__(self) -> tuple[Any, ...]:
        """Come whole out of the process in which the file was read."""
        return partial(AmbiguousColumnError, question=self.question, key=self.key, options=self.options), (
            self.where, self.column)


@dataclass
class Tally:
    """What the cells of one column can be read as, counted chunk by chunk.

    Attributes
    ----------
    groups
        Ways of reading. Only those of one group can read the same cell.
    readable, only
        How many cells each way reads, and how many of those no other way reads.
    unclear, slashed
        How many cells two ways read as different things, and how many of those hold a stroke.
    """

    groups: tuple[tuple[str, ...], ...]
    read: Callable[[pd.Series, str], pd.Series]
    cells: int = 0
    readable: Counter[str] = field(default_factory=Counter)
    only: Counter[str] = field(default_factory=Counter)
    unclear: int = 0
    slashed: int = 0
    first: list[str] = field(default_factory=list)  # cells that are read
    examples: dict[str, str] = field(default_factory=dict)  # a cell that speaks for a way; "": an unclear one

    def add(self, values: pd.Series) -> None:
        """Count one chunk of cells."""
        rest = filled(values)
        self.cells += len(rest)
        # what read most so far comes first, so that a column written in one way is read once
        for group in sorted(self.groups, key=lambda ways: -max(self.readable[way] for way in ways)):
            if not len(rest):
                break
            found = pd.DataFrame({way: self.read(rest, way) for way in group})
            there = found.notna()
            alone = there.sum(axis=1) == 1
            for way in group:
                self.readable[way] += int(there[way].sum())
                self.only[way] += int((there[way] & alone).sum())
                for cell in rest[there[way] & (alone | (way not in self.examples))].head(1):
                    self.examples[way] = cell
            unclear = there.all(axis=1) & (found[group[0]] != found[group[-1]])
            self.unclear += int(unclear.sum())
            for cell in rest[unclear].head(1):
                self.examples.setdefault("", cell)
            self.slashed += int(rest[unclear].str.contains("/", regex=False).sum())
            self.first += rest[there.any(axis=1)].head(_MOST_EXAMPLES - len(self.first)).tolist()
            rest = rest[~there.any(axis=1)]


@dataclass(frozen=True)
class ColumnReading:
    """How one column is read.

    Attributes
    ----------
    way
        One of `TIME_FORMATS`, a pattern of strptime, or the decimal sign of counts; empty where both say the same.
    cells, unreadable
        Cells that hold something, and those of them that say no time or count.
    examples
        Up to three cells that are read.
    """

    way: str
    cells: int
    unreadable: int
    examples: tuple[str, ...]


def filled(values: pd.Series) -> pd.Series:
    """Return the cells that hold something, without the space around it."""
    stripped = values.dropna().astype("string").str.strip()
    return stripped[~stripped.str.casefold().isin(NOTHING)]


def tally_times(said: str = "") -> Tally:
    """Return an empty tally for a column of times, of which a person may have said how it is written."""
    rest = tuple((way,) for way in TIME_FORMATS if way not in (*_ORDERS, said))
    if said in _ORDERS:  # what was said is not weighed against the other order
        return Tally(((said,), *((way,) for way in _ORDERS if way != said), *rest), read_stamps)
    return Tally((*(((said,),) if said else ()), _ORDERS, *rest), read_stamps)


def tally_counts(said: str = "") -> Tally:
    """Return an empty tally for a column of counts, of which a person may have said which sign begins the fraction."""
    return Tally(((said,),) if said else (DECIMALS,), read_counts)


def conclude_times(tally: Tally, *, where: str, column: str, said: str = "") -> ColumnReading:
    """Say how a column of times is written.

    Parameters
    ----------
    said
        What a person said of it; it counts where it reads anything.

    Raises
    ------
    AmbiguousColumnError
        If day and month could be the other way round, or several ways are mixed.
    InputError
        If no cell holds a time.
    """
    if tally.readable[said]:
        return _reading(tally, said)
    if not +tally.readable:
        raise InputError(f"{where}: column {column}: none of its {tally.cells:,} cells is a time that is known. Name "
                         "another column, or write how it is written under [mapping] of its source.toml, such as "
                         'time_format = "%d-%m-%Y %H:%M".')
    ways = tuple(way for way in TIME_FORMATS if tally.only[way])
    is_order_open = bool(tally.unclear) and not any(tally.only[way] for way in _ORDERS)
    if is_order_open and tally.slashed and not ways:
        # with dots and hyphens the day goes first wherever people write so; a stroke says nothing
        raise AmbiguousColumnError(where, column, key="time_format", options=_ORDERS, question=(
            f"no cell settles whether day or month goes first (such as {tally.examples['']}). Which is it?"))
    ways += ("day-first",) if is_order_open or not ways else ()
    if len(ways) > 1:
        shown = ", ".join(f"{way}: {tally.examples[way]} ({tally.readable[way]:,})" for way in ways)
        raise AmbiguousColumnError(where, column, key="time_format", options=ways, question=(
            f"its times are written in several ways ({shown}). A spreadsheet that takes some of them for dates leaves "
            "it so, with day and month exchanged: export the table again with its times as text. If all is right as "
            "it stands, which way counts?"))
    return _reading(tally, ways[0])


def conclude_counts(tally: Tally, *, where: str, column: str, said: str = "") -> ColumnReading:
    """Say whether comma or dot begins the fraction in a column of counts, where a person has not said it.

    Raises
    ------
    AmbiguousColumnError
        If the same cells would be other counts, or each sign has cells that only it reads.
    """
    if said:
        return _reading(tally, said)
    comma, dot = (tally.only[sign] for sign in DECIMALS)
    if comma and dot:
        raise AmbiguousColumnError(where, column, key="decimal", options=DECIMALS, question=(
            f"{tally.examples[',']} is a count only where a comma begins the fraction, {tally.examples['.']} "
            "only where a dot does. Which sign begins the fraction?"))
    if tally.unclear and not comma and not dot:
        raise AmbiguousColumnError(where, column, key="decimal", options=DECIMALS, question=(
            f"{tally.examples['']} is one count where a comma begins the fraction and another where a dot does. Which "
            "sign begins the fraction?"))
    return _reading(tally, "," if comma else "." if dot else "")


def _reading(tally: Tally, way: str) -> ColumnReading:
    readable = tally.readable[way] if way else max(tally.readable.values(), default=0)
    return ColumnReading(way, tally.cells, tally.cells - readable, tuple(tally.first))


def check_ids(values: pd.Series, *, where: str, column: str) -> None:
    """Refuse ids that a spreadsheet rounded: different posts would become one.

    Raises
    ------
    InputError
        If a cell is written with an exponent, or all long ones end in zeros from the sixteenth digit on.
    """
    values = filled(values)
    rounded = values.str.fullmatch(_ROUNDED)
    long = values.str.fullmatch(r"\d{17,}")
    if not rounded.any() and not (long.sum() > 1 and values[long].str.fullmatch(_CUT_TO_15).all()):
        return
    number = int(rounded.sum()) or int(long.sum())
    raise InputError(f"{where}: column {column}: a spreadsheet rounded {number:,} of its ids to 15 digits "
                     "(1.9E+18), so that different ones look the same. Export the table again with this column as "
                     "text, and do not open it in a spreadsheet in between; or leave the column out of [mapping].")
