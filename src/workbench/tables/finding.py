"""A finding: one measured thing with its denominator, interval, test and the data to draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import ReleaseError
from workbench.tables.spec import POSTS, WHOLE, Headline, Spec

WHOLE_FINDING = -1  # the row of a cell that belongs to a fact of the finding, not to a row of its data
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Cell:
    """One number that counts posts, and the posts it counts.

    Attributes
    ----------
    row
        Position of the number's row in `Finding.data`; -1 for a fact of the finding.
    column
        Column of `Finding.data`, or name of the fact, that holds the count.
    posts
        64-bit hashes of the post ids that are counted (`hash_posts`), sorted.
    """

    row: int
    column: str
    posts: np.ndarray


class Said:
    """What every finding tells of itself, from its spec and headline."""

    spec: Spec
    facts: Mapping[str, Any]
    headline: Headline

    @property
    def key(self) -> str:
        """Stable name, such as ``volume`` or ``topic_change``."""
        return self.spec.key

    @property
    def metric(self) -> str:
        """Number of the metric in the method appendix, such as ``M1``."""
        return self.spec.metric

    @property
    def unit(self) -> str:
        """Of the main number: posts, arenas, share, percentage points, …."""
        return self.spec.unit

    @property
    def frame(self) -> str:
        """Message id of what the number is about, such as ``all_posts`` or ``fixed_panel``."""
        return self.spec.frame

    @property
    def sentence(self) -> str:
        """Message id of the sentence that states the finding; filled with `known`."""
        return self.headline.sentence

    @property
    def known(self) -> dict[str, Any]:
        """What the sentence and its neighbours may name: the facts of the finding and of its headline."""
        return {**self.facts, **self.headline.facts}

    @property
    def value(self) -> float | None:
        """The main number; None where there is none or it is hidden."""
        return self.headline.value

    @property
    def low(self) -> float | None:
        """Lower end of its 95 % interval."""
        return self.headline.low

    @property
    def high(self) -> float | None:
        """Upper end of its 95 % interval."""
        return self.headline.high

    @property
    def numerator(self) -> int | None:
        """Of a share; None otherwise."""
        return self.headline.numerator

    @property
    def denominator(self) -> int | None:
        """Of a share; None otherwise."""
        return self.headline.denominator

    @property
    def test(self) -> str | None:
        """Name of the test, where the finding speaks of one."""
        return self.headline.test

    @property
    def p(self) -> float | None:
        """The p-value of the test."""
        return self.headline.p

    @property
    def reason(self) -> str:
        """Why it has nothing to tell; empty where it tells something."""
        return self.headline.reason

    @property
    def is_change(self) -> bool:
        """True where a test passed and the text may speak of a change."""
        return self.headline.is_change


@dataclass(frozen=True)
class Finding(Said):
    """One measured thing, not yet released.

    Attributes
    ----------
    spec
        What it declares of itself; the data, facts and cells are checked against it.
    period
        Quarter such as 2025Q3.
    data
        The table to draw, with the columns of the spec.
    facts
        What is known of the finding as a whole, by the names of the spec; missing where there is nothing to
        tell. Never text of posts.
    cells
        Every count of posts in `data` and `facts`, for the release gate.
    caveats
        Message ids of what the reader must know.
    provenance
        Parameters, seeds, periods and versions of the tables it was made from, by table.
    headline
        What it says, from all of its numbers.

    Raises
    ------
    ReleaseError
        If data, facts, caveats or sentence are not what the spec declares.
    """

    spec: Spec
    period: str
    data: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()
    caveats: tuple[str, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    headline: Headline = field(init=False)

    def __post_init__(self) -> None:
        """Type the data as declared, work out the headline, refuse what was not declared."""
        refuse(self.key, _name_faults(self.spec, self.data, self.facts, self.caveats))
        typed = self.data[list(self.spec.columns)].astype({n: c.kind for n, c in self.spec.columns.items()})
        object.__setattr__(self, "data", typed.reset_index(drop=True))
        headline = self.spec.headline(self.data, self.facts)
        refuse(self.key, headline_faults(self.spec, headline, self.facts))
        object.__setattr__(self, "headline", headline)


def hash_posts(post_ids: pd.Series) -> np.ndarray:
    """Return sorted 64-bit hashes of post ids, the way cells name the posts they count."""
    return np.sort(pd.util.hash_pandas_object(post_ids.astype(object), index=False).to_numpy(dtype=np.uint64))


def check_finding(finding: Finding) -> Finding:
    """Check that every count of a finding has its cell, every cell its count, and every share its quotient.

    Raises
    ------
    ReleaseError
        If not: naming finding, column and row.
    """
    refuse(finding.key, [*_cell_faults(finding), *_share_faults(finding)])
    return finding


def refuse(key: str, faults: list[str]) -> None:
    """Raise one error of all the faults of a finding, if there are any."""
    if faults:
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise ReleaseError(f"The finding {key} is not what its spec declares: {'; '.join(faults[:5])}{more}. Correct "
                           "the function that measures it, or its spec.")


def headline_faults(spec: Spec, headline: Headline, facts: Mapping[str, Any]) -> list[str]:
    """Return what a headline says that the spec does not declare."""
    if headline.sentence not in spec.sentences:
        return [f"the sentence {headline.sentence} is not declared"]
    if headline.reason and headline.reason not in spec.reasons:
        return [f"the reason {headline.reason} is not declared"]
    known = {**facts, **headline.facts}
    return [f"the sentence {headline.sentence} lacks the fact {name}"
            for name in spec.sentences[headline.sentence] if known.get(name) is None or known[name] is pd.NA]


def _name_faults(spec: Spec, data: pd.DataFrame, facts: Mapping[str, Any], caveats: tuple[str, ...]) -> list[str]:
    parts = (("the column", data.columns, spec.columns), ("the fact", facts, spec.facts),
             ("the caveat", caveats, spec.caveats))
    faults = [f"{what} {name} is not declared" for what, given, declared in parts for name in given
              if name not in declared]
    return faults + [f"the column {name} is missing" for name in spec.columns if name not in data]


def _cell_faults(finding: Finding) -> Iterator[str]:
    given = {(c.row, c.column): c for c in finding.cells}
    if len(given) < len(finding.cells):
        yield f"{len(finding.cells) - len(given)} cells stand twice"
    counts = {(WHOLE_FINDING, name): finding.facts.get(name) for name, fact in finding.spec.facts.items()
              if fact.unit == POSTS}
    for column in finding.spec.counts():
        counts |= {(row, column): value for row, value in enumerate(finding.data[column])}
    for (row, column), value in counts.items():
        where = f"the fact {column}" if row == WHOLE_FINDING else f"{column} in row {row}"
        cell = given.pop((row, column), None)
        is_missing = value is None or value is pd.NA
        if cell is None and not is_missing:
            yield f"{where} counts posts and has no cell"
        elif cell is not None and (is_missing or len(cell.posts) != value):
            yield f"{where} does not match the {len(cell.posts)} posts of its cell"
    for row, column in given:
        yield (f"a cell names {'the fact ' if row == WHOLE_FINDING else ''}{column}, row {row}, which is no count of "
               "posts")


def _share_faults(finding: Finding) -> Iterator[str]:
    for name, column in finding.spec.columns.items():
        if column.share_of is None:
            continue
        above, below = (_numbers(finding, source) for source in column.share_of)
        with np.errstate(divide="ignore", invalid="ignore"):
            wanted = above / below
        found = finding.data[name].to_numpy(float, na_value=np.nan)
        wrong = np.flatnonzero((np.abs(found - wanted) > _TOLERANCE) & ~np.isnan(found))
        yield from (f"{name} in row {row} is not {' / '.join(column.share_of)}" for row in wrong)
    for name, fact in finding.spec.facts.items():
        if fact.share_of is not None and finding.facts.get(name) is not None:
            part, whole = (float(finding.facts[other]) for other in fact.share_of)
            if whole and abs(float(finding.facts[name]) - part / whole) > _TOLERANCE:
                yield f"the fact {name} is not {' / '.join(fact.share_of)}"


def _numbers(finding: Finding, source: str) -> np.ndarray:
    if source.startswith(WHOLE):
        return np.full(len(finding.data), float(finding.facts[source.removeprefix(WHOLE)]))
    return finding.data[source].to_numpy(float, na_value=np.nan)
