"""One number, one value over all products of a study: what two of them tell of the same thing agrees."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.consistency import FACTS
from workbench.errors import TableError
from workbench.tables.periods import period_bounds
from workbench.tables.spec import Spec

_TOLERANCE = 1e-9
# columns by which rows of two periods speak of the same thing: ids of topics and groups are those of one run
_LASTING = frozenset({"week", "date", "clock", "code", "platform", "arena_kind", "row"})
_TIMES = frozenset({"week", "date"})


def list_published(study: Path, about: Mapping[str, Any]) -> tuple[dict[str, Path], dict[str, Path]]:
    """List the published products whose period overlaps that of one that is being made, itself left out.

    Parameters
    ----------
    about
        Of the manifest of the one being made.

    Returns
    -------
    alike, others
        Folders by product, period and language: those made of the same posts by the same code, and the rest, which
        may well tell other numbers.
    """
    alike: dict[str, Path] = {}
    others: dict[str, Path] = {}
    for path in sorted((study / "reports").glob("*/*/*/manifest.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        if said.get("draft", True) or _name(said) == _name(about) or not _overlap(said.get("period"), about["period"]):
            continue
        is_alike = all(said.get(field) == about[field] for field in ("corpus", "code"))
        (alike if is_alike else others)[_name(said)] = path.parent
    return alike, others


def find_disagreements(folder: Path, other: Path, *, specs: Mapping[str, Spec]) -> list[str]:
    """Find numbers that two finished products tell differently.

    Facts of the same finding and period, or of the same concept and period, have one value; so have the cells of a
    table of the same finding and period, and counts of all posts of the same week or day whatever the period. A number
    that one of them hides says nothing.

    Parameters
    ----------
    folder, other
        With ``tables/*.csv``.
    specs
        Of all findings, by key: what identifies their rows.

    Returns
    -------
    faults
        One part of a sentence each, without the name of either product.
    """
    facts, theirs = _facts(folder), _facts(other)
    return [*_fact_faults(facts, theirs, ["finding", "period", "fact"]),
            *_fact_faults(facts[facts["concept"].ne("")], theirs, ["concept", "period"]),
            *_cell_faults(folder, other, _periods(facts), _periods(theirs), specs)]


def _name(said: Mapping[str, Any]) -> str:
    return f"{said.get('product')} {said.get('period')} ({said.get('language')})"


def _overlap(one: Any, other: str) -> bool:
    try:
        (first, end), (begin, last) = period_bounds(str(one)), period_bounds(other)
    except TableError:
        return False
    return bool(first < last and begin < end)


def _facts(folder: Path) -> pd.DataFrame:
    path = folder / "tables" / f"{FACTS}.csv"
    columns = ["finding", "period", "fact", "concept", "value"]
    facts = pd.read_csv(path, dtype=str, keep_default_na=False) if path.is_file() else pd.DataFrame(columns=columns)
    facts["value"] = pd.to_numeric(facts["value"], errors="coerce")  # names are told in the language of the product
    return facts.dropna(subset=["value"])


def _periods(facts: pd.DataFrame) -> dict[str, str]:
    return dict(zip(facts["finding"], facts["period"], strict=True))


def _fact_faults(one: pd.DataFrame, other: pd.DataFrame, by: list[str]) -> Iterator[str]:
    both = one.drop_duplicates(by).merge(other.drop_duplicates(by), on=by, suffixes=("", "_other"))
    for row in both[~np.isclose(both["value"], both["value_other"], rtol=0, atol=_TOLERANCE)].itertuples():
        yield f"{', '.join(str(getattr(row, name)) for name in by)} is {row.value:g} and {row.value_other:g}"


def _cell_faults(folder: Path, other: Path, mine: Mapping[str, str], theirs: Mapping[str, str],
                 specs: Mapping[str, Spec]) -> Iterator[str]:
    for key in sorted(set(mine) & set(theirs) & set(specs)):
        spec, paths = specs[key], [place / "tables" / f"{key}.csv" for place in (folder, other)]
        by, columns = _compared(spec, is_same_period=mine[key] == theirs[key])
        if not columns or not all(path.is_file() for path in paths):
            continue
        one, two = (pd.read_csv(path, dtype=dict.fromkeys(by, str), keep_default_na=False,
                                na_values={name: [""] for name in columns}) for path in paths)
        if any(set(by) - set(table) or table.duplicated(by).any() for table in (one, two)):
            continue
        joined = one.merge(two, on=by, suffixes=("", "__other"))
        for column in (name for name in columns if f"{name}__other" in joined):
            here, there = (pd.to_numeric(joined[name], errors="coerce") for name in (column, f"{column}__other"))
            wrong = here.notna() & there.notna() & ~np.isclose(here, there, rtol=0, atol=_TOLERANCE)
            if wrong.any():
                at = ", ".join(f"{name} {value}" for name, value in joined.loc[wrong, by].iloc[0].items()
                               if not spec.columns[str(name)].words)
                first, second = here[wrong].iloc[0], there[wrong].iloc[0]
                yield (f"{column} of {at or 'a row'} in {key}.csv is {first:g} and {second:g} "
                       f"({int(wrong.sum())} rows)")


def _compared(spec: Spec, *, is_same_period: bool) -> tuple[list[str], list[str]]:
    """Return by which columns the rows of two tables are joined, and which of the others must be the same."""
    by = list(spec.identity)
    if is_same_period:
        return by, [name for name in spec.columns if name not in by]
    is_lasting = spec.frame == "all_posts" and set(by) <= _LASTING and bool(set(by) & _TIMES)
    return by, [name for name, column in spec.columns.items() if column.unit == "posts"] if is_lasting else []
