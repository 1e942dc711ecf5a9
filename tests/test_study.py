"""What a study says of itself in a report."""

from __future__ import annotations

import pytest

from workbench.sources import load_ledger
from workbench.study import open_study


@pytest.fixture
def told(city_folder, monkeypatch):
    monkeypatch.setenv("WORKBENCH_KEY_FILE", str(city_folder.parent / "lillehavn.key"))
    study = open_study(city_folder)
    return study.release([], study.corpus("2025Q3")).provenance["rows"]


def test_rows_are_told_in_whole_hundreds_since_of_a_small_collection_they_could_be_a_hidden_number(city_folder, told) -> None:
    files = load_ledger(city_folder).files
    assert told["kept"] % 100 == told["read"] % 100 == 0
    assert 0 <= told["kept"] - int(files["kept"].fillna(0).sum()) < 100
    assert told["quarantined"] == 0
