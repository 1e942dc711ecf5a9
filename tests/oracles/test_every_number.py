"""Every number of every finding is what a short calculation of its own says, on the made-up town."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from tests.oracles import (
    oracles_of_codes,
    oracles_of_marks,
    oracles_of_measures,
    oracles_of_posts,
    oracles_of_shares,
    oracles_of_tests,
    oracles_of_ties,
)
from tests.oracles.conftest import Town
from tests.oracles.counting import Expected
from tests.oracles.findings import MEASURED
from workbench.findings import list_specs
from workbench.tables.finding import Finding, check_finding

ORACLES: dict[str, Callable[[Town], Expected]] = {
    name: found for module in (oracles_of_posts, oracles_of_measures, oracles_of_tests, oracles_of_ties, oracles_of_codes,
                               oracles_of_shares, oracles_of_marks)
    for name, found in vars(module).items() if name in MEASURED}
HEADLINE = ("sentence", "value", "low", "high", "numerator", "denominator", "test", "p", "is_change")


def same(found: Any, expected: Any) -> bool:
    """Tell whether two values are the same: nothing, a word or a list as it is, a number to nine digits."""
    if isinstance(expected, list):
        return list(found) == expected
    missing = [v is None or v is pd.NA or (isinstance(v, float) and math.isnan(v)) for v in (found, expected)]
    if any(missing):
        return all(missing)
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return math.isclose(float(found), float(expected), rel_tol=1e-9)
    return bool(found == expected)


def test_every_finding_has_its_oracle() -> None:
    assert set(ORACLES) == set(MEASURED) == set(list_specs())


@pytest.mark.parametrize("key", MEASURED)
def test_every_cell_of_the_table_is_what_counting_by_hand_says(town: Town, measured: Callable[[str], Finding], key: str) -> None:
    finding, expected = check_finding(measured(key)), ORACLES[key](town)
    assert len(finding.data) == len(expected.rows) > 0
    wrong = [f"{column} in row {at}: {found[column]!r}, by hand {by_hand[column]!r}"
             for at, (found, by_hand) in enumerate(zip(finding.data.to_dict("records"), expected.rows, strict=True))
             for column in finding.spec.columns if not same(found[column], by_hand[column])]
    assert wrong == []


@pytest.mark.parametrize("key", MEASURED)
def test_every_fact_and_the_whole_headline_are_what_counting_by_hand_says(town: Town, measured: Callable[[str], Finding],
                                                                         key: str) -> None:
    finding, expected = measured(key), ORACLES[key](town)
    by_hand = {**expected.facts, **expected.told}
    assert set(finding.known) == set(by_hand)
    wrong = [f"{name}: {value!r}, by hand {by_hand[name]!r}" for name, value in finding.known.items()
             if not same(value, by_hand[name])]
    wrong += [f"{name}: {getattr(finding, name)!r}, by hand {getattr(expected, name)!r}" for name in HEADLINE
              if not same(getattr(finding, name), getattr(expected, name))]
    assert wrong == []
    assert finding.caveats == expected.caveats
