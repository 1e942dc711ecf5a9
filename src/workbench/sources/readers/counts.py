"""Counts as people and tools write them: with thousands parted, or rounded to thousands and millions."""

from __future__ import annotations

import numpy as np
import pandas as pd

_MULTIPLES = {1e3: "k|t|td|tsd|tusind|tusen|thousand", 1e6: "m|mn|mio|mill|mill?ion|millioner|millions|mln",
              1e9: "b|bn|md|mia|mrd|milliard|milliarder|billion|billions"}
_LARGEST = 2**53  # beyond it a float is not exact
_SUFFIX = "|".join(_MULTIPLES.values())


def read_counts(values: pd.Series, decimal: str) -> pd.Series:
    """Read whole numbers of which some are rounded, such as ``1.234``, ``1,2 mio.`` and ``12K``.

    Parameters
    ----------
    decimal
        The sign that begins a fraction, comma or dot; the other one may part thousands, as spaces may.
        Empty where both say the same.

    Returns
    -------
    counts
        Missing where a cell says no whole number.
    """
    decimal = decimal or "."
    thousands = "." if decimal == "," else ","
    pattern = (rf"\+?(?P<whole>\d{{1,3}}(?:[{thousands}\s'’]\d{{3}})+|\d+)(?:[{decimal}](?P<fraction>\d+))?"
               rf"(?:[eE]\+?(?P<exponent>\d{{1,2}}))?\s*(?P<suffix>{_SUFFIX})?\.?")
    parts = values.astype("string").str.strip().str.casefold().str.extract(f"^{pattern}$")
    whole = parts["whole"].str.replace(r"\D", "", regex=True)
    number = pd.to_numeric(whole + "." + parts["fraction"].fillna("0"), errors="coerce").astype("float64")
    number *= 10.0 ** pd.to_numeric(parts["exponent"], errors="coerce").fillna(0).astype("float64")
    for multiple, words in _MULTIPLES.items():
        number = number.where(~parts["suffix"].str.fullmatch(words).fillna(False).astype(bool), number * multiple)
    # a count is whole: three digits that would not be so part thousands by the other sign
    thousandth = parts["suffix"].isna() & (parts["fraction"].str.len() == 3) & (parts["whole"].str.len() <= 3)
    whole_or_rounded = np.isclose(number, number.round(), rtol=0, atol=1e-6) | ~thousandth.fillna(False).astype(bool)
    return number.round().where(whole_or_rounded & (number < _LARGEST)).astype("Int64")
