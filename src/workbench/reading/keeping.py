"""Save a table so that others can open it: Excel, CSV or Parquet."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.files import replace_whole
from workbench.spreadsheets import LONGEST_CELL, MOST_ROWS, fill_page, guard_text, save_workbook
from workbench.wording import is_missing

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGEST = 2**53  # whole numbers up to it are exact in a spreadsheet


def save_table(table: pd.DataFrame, path: str | Path, *, bom: bool = False) -> Path:
    """Save a table as .xlsx, .csv or .parquet, by the ending of the name; a file of that name is replaced.

    In Excel a time is UTC and its header says so, for cells have no zones; lists stand with commas, a missing value is
    an empty cell, and no text is ever a formula (in a CSV, an apostrophe before it sees to that). Parquet keeps all
    types. The file is for its owner alone (mode 600): it may hold posts.

    Parameters
    ----------
    path
        Such as ``posts.xlsx``, in a folder that is there.
    bom
        Of a CSV: whether it begins with the mark by which an older Excel tells UTF-8.

    Returns
    -------
    path
        Of the file.

    Raises
    ------
    TableError
        If it is no table, two columns have one name, the ending is another one, there is no such folder, the file
        cannot be written, or an Excel sheet cannot hold it.
    """
    path = Path(path)
    writers: dict[str, Callable[[pd.DataFrame], bytes]] = {
        ".xlsx": _excel, ".csv": lambda t: _csv(t, bom=bom), ".parquet": _parquet}
    _check(table, path, tuple(writers))
    content = writers[path.suffix.casefold()](with_index(table))
    try:
        with replace_whole(path) as part:
            part.write_bytes(content)
    except PermissionError as error:
        raise TableError(f"save_table: {path.name} cannot be written. Close it where it is open, or choose a folder "
                         "of your own.") from error
    return path


def with_index(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose index is a column where it says something: where it has a name or is no row number."""
    index = table.index
    if all(name is None for name in index.names) and pd.api.types.is_integer_dtype(index):
        return table.reset_index(drop=True)
    names = [str(name) if name is not None else f"index_{place}" for place, name in enumerate(index.names)]
    # the index of a table that was sorted into groups often stands in it already
    is_there = set(names) <= set(map(str, table.columns))
    return table.reset_index(drop=True) if is_there else table.reset_index(names=names)


def _check(table: pd.DataFrame, path: Path, endings: tuple[str, ...]) -> None:
    if not isinstance(table, pd.DataFrame):
        raise TableError(f"save_table takes a table, and got {type(table).__name__}. Of a corpus, name one of its "
                         "tables, such as corpus.posts; of a finding, its data.")
    if path.suffix.casefold() not in endings:
        raise TableError(f"save_table: {path.name} has no ending that is known. There is {', '.join(endings)}.")
    if not path.parent.is_dir():
        raise TableError(f"save_table: there is no folder {path.parent}. Make it first, or choose another.")
    twice = table.columns[table.columns.duplicated()].unique()
    if len(twice):
        raise TableError(f"save_table: two columns are called {', '.join(map(str, twice))}. Rename one of them.")


def _plain(value: Any) -> Any:
    """Return a value as a cell of a spreadsheet can hold it."""
    if isinstance(value, list | tuple | np.ndarray):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False, default=str)
    if is_missing(value):
        return None
    if isinstance(value, pd.Timestamp | dt.datetime):
        moment = pd.Timestamp(value)
        moment = moment.tz_convert("UTC").tz_localize(None) if moment.tzinfo else moment
        return moment.to_pydatetime(warn=False)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value) if abs(int(value)) <= _LARGEST else str(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else str(value)
    return value if isinstance(value, str | dt.date | dt.time) else str(value)


def _excel(table: pd.DataFrame) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if len(table) >= MOST_ROWS:
        raise TableError(f"save_table: {len(table)} rows are more than an Excel sheet holds ({MOST_ROWS - 1} and the "
                         "header). Save it as .csv or .parquet, or a part of it.")
    columns, names = [], []
    for name in table.columns:
        values = [_plain(v) for v in table[name].tolist()]
        values = [ILLEGAL_CHARACTERS_RE.sub("", v) if isinstance(v, str) else v for v in values]
        long = sum(isinstance(v, str) and len(v) > LONGEST_CELL for v in values)
        if long:
            raise TableError(f"save_table: {long} texts of the column {name} are longer than a cell of Excel holds "
                             f"({LONGEST_CELL} letters). Save it as .csv or .parquet.")
        columns.append(values)
        is_zoned = any(isinstance(v, dt.datetime) and v.tzinfo for v in table[name].head(1000).tolist()) \
            or isinstance(table[name].dtype, pd.DatetimeTZDtype)
        names.append(f"{name} (UTC)" if is_zoned else str(name))
    book = Workbook()
    page = book.active
    page.title = "table"
    fill_page(page, [names, *zip(*columns, strict=True)], top=1)
    return save_workbook(book)


def _csv(table: pd.DataFrame, *, bom: bool) -> bytes:
    def plain(value: Any) -> Any:
        written = _plain(value) if isinstance(value, list | tuple | np.ndarray | Mapping) else value
        return guard_text(written) if isinstance(written, str) else written

    texts = {c: table[c].astype(object).map(plain) for c in table.columns
             if not pd.api.types.is_numeric_dtype(table[c]) and not pd.api.types.is_datetime64_any_dtype(table[c])}
    safe = table.assign(**texts).rename(columns=lambda name: guard_text(str(name)))
    return str(safe.to_csv(index=False, lineterminator="\n")).encode("utf-8-sig" if bom else "utf-8")


def _parquet(table: pd.DataFrame) -> bytes:
    import io

    import pyarrow as pa

    plain = table.copy(deep=False)
    plain.attrs = {}  # notes of a table may hold what Parquet cannot
    # lists of ids that share their storage are written, but pandas cannot read them back
    nested = [c for c in plain if isinstance(plain[c].dtype, pd.ArrowDtype) and plain[c].dtype.kind == "O"]
    for column in nested:
        lists = [None if is_missing(v) else list(v) for v in plain[column].tolist()]
        plain[column] = pd.Series(lists, index=plain.index, dtype=object)
    made = io.BytesIO()
    try:
        plain.to_parquet(made, index=False)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise TableError("save_table: a column holds values of several kinds, which Parquet cannot keep. Save it as "
                         ".xlsx or .csv.") from error
    return made.getvalue()
