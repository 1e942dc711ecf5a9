"""The store of alerts and the store of posts are two lanes: nothing moves a row of anybody between them."""

from __future__ import annotations

import inspect
import subprocess
import sys
import typing
from dataclasses import fields
from pathlib import Path

import pandas as pd

import workbench.alerting as alerting
from workbench.tables.alerts import COUNTS, SIGNAL_COLUMNS, Alert, Step

# what may go in and come out: times, words, numbers, a folder, the alert itself and tables of the columns below
PLAIN = {Path, str, bool, int, float, type(None), pd.Timestamp, Alert, Step}
COLUMNS = {
    "list_alerts": {"id", "state", "trigger", "level", "harm", "since", "raised_at", "expires_at", "confirmed_by"},
    "describe_alerts": {"measure", "value", "count", "of", "unit"},
}
TAKES_TABLES = {"raise_signals"}


def kinds(annotation) -> set:
    parts = typing.get_args(annotation)
    return set().union(*(kinds(part) for part in parts)) if parts else {annotation}


def test_every_public_function_takes_and_gives_plain_values_only() -> None:
    for name in alerting.__all__:
        hints = typing.get_type_hints(getattr(alerting, name))
        given = hints.pop("return")
        taken = set().union(*map(kinds, hints.values()))
        assert taken - PLAIN <= ({pd.DataFrame} if name in TAKES_TABLES else {...}), name
        assert kinds(given) - PLAIN <= ({pd.DataFrame} if name in COLUMNS else set()), name


def test_tables_that_come_out_hold_no_columns_but_those_of_a_page(tmp_path) -> None:
    for name, columns in COLUMNS.items():
        assert set(getattr(alerting, name)(tmp_path).columns) == columns


def test_a_signal_is_a_kind_a_time_platforms_and_four_counts() -> None:
    assert set(SIGNAL_COLUMNS) == {"trigger", "since", "platforms", *COUNTS}
    assert {f.name for f in fields(Alert)} == {
        "id", "trigger", "since", "raised_at", "expires_at", "platforms", "level", "harm", "local", "verified",
        "verified_by", "counts", "state", "steps"}


def test_loading_all_of_alerting_loads_no_table_of_posts() -> None:
    code = ("import sys, workbench.alerting as a\n"
            "[getattr(a, n) for n in a.__all__]\n"
            "print([m for m in sys.modules if m.startswith('workbench.') and m.split('.')[1] in ('sources', 'topics', "
            "'speech', 'actors', 'findings', 'reading') or m in ('workbench.tables.posts', 'workbench.tables.actors', "
            "'workbench.tables.coordination', 'workbench.tables.speech')])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_function_of_the_lane_reads_outside_its_store_and_the_handbook() -> None:
    source = "".join(inspect.getsource(sys.modules[getattr(alerting, n).__module__]) for n in alerting.__all__)
    assert "processed" not in source
    assert '"raw"' not in source
