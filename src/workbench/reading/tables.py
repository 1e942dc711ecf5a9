"""A table to search and sort in a notebook, without a network, with what each column means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.reading.help import FINDING, explain, recognise
from workbench.reading.keeping import save_table, with_index
from workbench.reading.page import escape, fold, read_style
from workbench.tables.finding import Finding
from workbench.tables.release import ReleasedFinding
from workbench.wording import Wording, is_missing, open_wording

MISSING = "–"
_LONG_TEXT = 60  # characters from which a text needs a wide column


@dataclass(frozen=True)
class ShownTable:
    """A table as a notebook shows it.

    Attributes
    ----------
    html
        The page; it needs no network, and where no script runs it is a plain table.
    table
        All of it, as pandas.
    note
        What stands above it.
    """

    html: str = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    note: str = ""

    def _repr_html_(self) -> str:
        return self.html

    def save(self, path: str | Path) -> Path:
        """Save the whole table as .xlsx, .csv or .parquet, see `save_table`."""
        return save_table(self.table, path)


def show_table(table: pd.DataFrame | Finding | ReleasedFinding, *, note: str = "", most: int = 500,
               language: str = "en") -> ShownTable:
    """Show a table with a field to search in, headers that sort, and what each column means at the mouse.

    Parameters
    ----------
    table
        Any table of the workbench, or another one; of a finding, its data. An index with a name is shown too.
    note
        A sentence to stand above it.
    most
        Rows shown; the page says how many there are. Searching and sorting are among those shown.
    language
        Of the help and the words around, one of `LANGUAGES`.

    Raises
    ------
    TableError
        If it is no table, or `most` is below 1.
    """
    if isinstance(table, Finding | ReleasedFinding):
        return lay_out(table.data, FINDING, note=note, most=most, language=language)
    if not isinstance(table, pd.DataFrame):
        raise TableError(f"show_table takes a table, and got {type(table).__name__}. Of a corpus, name one of its "
                         "tables: corpus.posts, corpus.links, corpus.arenas.")
    if most < 1:
        raise TableError(f"show_table: most is {most}. Give the number of rows to show, 1 or more.")
    whole = with_index(table)
    return lay_out(whole, recognise(map(str, whole.columns)), note=note, most=most, language=language)


def lay_out(whole: pd.DataFrame, kind: str, *, note: str = "", most: int = 500, language: str) -> ShownTable:
    """Lay out a table of a documented kind, see `show_table`."""
    wording = open_wording(language)
    shown = whole.head(most)
    helps = [explain(str(c), kind, wording) for c in whole.columns]
    told = wording.say("reading.rows_shown", shown=len(shown), of=len(whole)) if len(whole) > most else \
        wording.say("reading.rows", rows=len(whole))
    words = (f'data-search="{escape(wording.say("reading.search"))}" '
             f'data-found="{escape(wording.say("reading.found"))}"')
    frame = (f'<div class="wb-frame" tabindex="0" role="region" aria-label="{escape(wording.say("reading.table"))}">'
             f"{_grid(shown, helps)}</div>")
    page = (f'<div class="wb-reading wb-table" lang="{wording.tag}" {words}>{read_style()}'
            f"{f'<p>{escape(note)}</p>' if note else ''}<p>{escape(told)}</p>{frame}"
            f"{_meanings(whole, helps, wording)}<script>{_script()}</script></div>")
    return ShownTable(page, whole, note)


@lru_cache(maxsize=1)
def _script() -> str:
    return (files("workbench.reading") / "table.js").read_text(encoding="utf-8")


def _grid(table: pd.DataFrame, helps: list[str]) -> str:
    kinds = [_class(table.iloc[:, i]) for i in range(table.shape[1])]
    hints = [f' title="{escape(told)}"' if told else "" for told in helps]
    heads = "".join(f'<th scope="col"{kind}{hint}>{escape(name)}</th>'
                    for name, kind, hint in zip(table.columns, kinds, hints, strict=True))
    cells = [[f"<td{kind}>{escape(write_cell(value))}</td>" for value in table.iloc[:, i].tolist()]
             for i, kind in enumerate(kinds)]
    rows = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _class(column: pd.Series) -> str:
    """Return how a column is set: numbers to the right, times in one line, long texts wide enough to read."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return ' class="wb-time"'
    is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if is_number:
        return ' class="wb-number"'
    return ' class="wb-long"' if column.dropna().map(lambda value: len(str(value))).gt(_LONG_TEXT).any() else ""


def write_cell(value: Any) -> str:
    """Return how a cell is written: times in UTC, numbers to four digits, lists with commas, a dash for nothing."""
    if isinstance(value, list | tuple | np.ndarray):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {v}" for k, v in value.items())
    if is_missing(value):
        return MISSING
    if isinstance(value, pd.Timestamp):
        moment = value if value.tzinfo is None else value.tz_convert("UTC")
        return f"{moment:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.4g}"
    return str(value)


def _meanings(table: pd.DataFrame, helps: list[str], wording: Wording) -> str:
    told = [(name, said) for name, said in zip(table.columns, helps, strict=True) if said]
    if not told:
        return ""
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in told)
    return fold(escape(wording.say("reading.meanings")), f'<dl class="wb-facts">{listed}</dl>', "help")
