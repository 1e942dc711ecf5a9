"""A small table with one hidden number, from which it can be worked out: until enough is hidden."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

WIDTH = 5  # of the interval that a hidden number keeps at least
TOTAL = "total"
_DISTRICTS = ("Ørnebakken", "Tønderbæk", "Solhøj", "Vesterkaj")
_MONTHS = ("2025-07", "2025-08", "2025-09")
Place = tuple[str, str]


@dataclass(frozen=True)
class Puzzle:
    """Posts of made-up districts by month, with totals.

    Attributes
    ----------
    counts
        One row per district, one column per month; no totals.
    hidden
        District and month of the one count that has too few authors behind it.
    """

    counts: pd.DataFrame
    hidden: Place

    fewest = 4  # hidden counts that keep each other safe: two rows by two columns

    @property
    def hidden_value(self) -> int:
        """The count that nobody is to know."""
        return self.at(self.hidden)

    def at(self, place: Place) -> int:
        """Return the count of a district and month."""
        return int(self.counts[place[1]][place[0]])

    @property
    def totals_of_hidden(self) -> tuple[int, int]:
        """Totals of its row and of its column."""
        return int(self.counts.T[self.hidden[0]].sum()), int(self.counts[self.hidden[1]].sum())

    def knows(self, cells: Any) -> bool:
        """Tell whether these are districts and months of the table."""
        if not isinstance(cells, list | tuple | set):
            return False
        return all(isinstance(c, list | tuple) and len(c) == 2 and c[0] in self.counts.index
                   and c[1] in self.counts.columns for c in cells)

    def show(self, cells: Collection[Any] = ()) -> pd.DataFrame:
        """Return the table as it would be printed: hidden counts missing, totals of rows and columns shown."""
        table = self.counts.astype("Int64")
        for place in {*map(tuple, cells), self.hidden}:
            table.loc[place] = pd.NA
        table[TOTAL] = self.counts.sum(axis=1).astype("Int64")
        table.loc[TOTAL] = [*self.counts.sum(), int(self.counts.to_numpy().sum())]
        return table

    def bound(self, cells: Collection[Any]) -> pd.DataFrame:
        """Return what a reader can work out of each hidden count: the least and the most that it can be."""
        from scipy.optimize import linprog

        places = sorted({*map(tuple, cells), self.hidden})
        lines = [(axis, name) for axis, names in enumerate((self.counts.index, self.counts.columns)) for name in names]
        known = np.array([[place[axis] == name for place in places] for axis, name in lines], dtype=float)
        left = known @ np.array([float(self.at(place)) for place in places])
        found = []
        for i, place in enumerate(places):
            one = np.eye(len(places))[i]
            low, high = (sign * linprog(sign * one, A_eq=known, b_eq=left).fun for sign in (1, -1))
            found.append({"district": place[0], "month": place[1], "least": round(low), "most": round(high)})
        return pd.DataFrame(found)

    def is_safe(self, cells: Collection[Any]) -> bool:
        """Tell whether every hidden count stays unknown by at least `WIDTH`."""
        told = self.bound(cells)
        return bool((told["most"] - told["least"]).ge(WIDTH).all())


def draw_puzzle(*, seed: int = 1) -> Puzzle:
    """Draw a small table of posts in which one count has too few authors.

    Parameters
    ----------
    seed
        Another one gives another table.
    """
    rng = np.random.default_rng(seed)
    counts = pd.DataFrame(rng.integers(18, 60, (len(_DISTRICTS), len(_MONTHS))), index=list(_DISTRICTS),
                          columns=list(_MONTHS)).rename_axis("district")
    hidden = (_DISTRICTS[int(rng.integers(4))], _MONTHS[int(rng.integers(3))])
    counts.loc[hidden] = int(rng.integers(6, 10))
    return Puzzle(counts, hidden)
