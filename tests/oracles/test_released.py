"""What is released is what was counted, rounded as its spec says, or it is missing: never another number."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from tests.oracles.conftest import Town
from tests.oracles.findings import MEASURED
from workbench.findings import release_findings
from workbench.tables.finding import Finding
from workbench.tables.release import Release

NUMBERS = ("Int64", "Float64")


@pytest.fixture(scope="module")
def released(town: Town, measured: Callable[[str], Finding], tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release_findings([measured(key) for key in MEASURED], town.corpus, product="made", minimum_authors=5,
                            minimum_arenas=3, ledger=tmp_path_factory.mktemp("ledger") / "ledger.parquet")


def rounded(value: float, step: float | None) -> float:
    return round(round(value / step) * step if step else value, 6)


@pytest.mark.parametrize("key", MEASURED)
def test_every_released_number_is_the_measured_one_rounded(released: Release, measured: Callable[[str], Finding],
                                                           key: str) -> None:
    spec, before, after = measured(key).spec, measured(key).data, released[key].data
    place = {tuple(map(str, r)): i for i, r in enumerate(before[list(spec.identity)].itertuples(index=False))}
    assert len(place) == len(before)  # identity tells the rows apart
    for at, row in enumerate(after[list(spec.identity)].itertuples(index=False)):
        was = before.iloc[place[tuple(map(str, row))]]
        for name, column in spec.columns.items():
            if column.kind in NUMBERS and pd.notna(after[name].iloc[at]):
                assert after[name].iloc[at] == pytest.approx(rounded(float(was[name]), column.step), abs=1e-9), name
    for name, value in released[key].facts.items():
        assert value == pytest.approx(measured(key).facts[name], abs=5e-7) if isinstance(value, float) else (
            value == measured(key).facts[name])


def test_much_is_released_and_what_is_hidden_is_counted(released: Release, measured: Callable[[str], Finding]) -> None:
    for key in ("volume", "platforms", "topics", "topic_weeks", "topic_change", "domains", "communities"):
        counts = measured(key).spec.counts()
        assert released[key].data[counts].notna().mean(axis=None) > 0.5, key
    hidden = released.provenance["gate"]["hidden"]
    assert 0 < hidden < released.provenance["gate"]["cells"]
    assert hidden == sum(released[key].suppressed for key in MEASURED)


def test_no_sentence_of_a_draft_names_a_word_of_the_town(released: Release, town: Town) -> None:
    labels = set(town.truth.topics["label"])
    for key in MEASURED:
        assert not labels & {str(v) for v in released[key].known.values()}, key
    assert released.is_open
