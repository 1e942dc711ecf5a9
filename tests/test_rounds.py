from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from workbench import rounds
from workbench.errors import ReportError
from workbench.rounds import check_every, describe_round, list_due, run_all
from workbench.runs import ReportRun
from workbench.tables.periods import list_periods

PRODUCTS = {name: SimpleNamespace(name=name, period=period) for name, period in (
    ("alert", "day"), ("brief", "month"), ("digest", "quarter"), ("quarterly", "quarter"), ("watch", "week"))}


def test_products_come_in_the_order_in_which_a_town_would_publish_them_and_the_report_first_of_its_quarter() -> None:
    due = list_due(PRODUCTS, "2025Q3")
    assert due[:5] == [*[("watch", f"2025-W{week}") for week in range(28, 31)], ("brief", "2025-07"),
                       ("watch", "2025-W31")]
    assert due[-4:] == [("brief", "2025-09"), ("quarterly", "2025Q3"), ("digest", "2025Q3"), ("watch", "2025-W40")]
    assert len(due) == 3 + 2 + 13
    assert list_due(PRODUCTS, "2025-08") == [*[("watch", f"2025-W{w}") for w in range(32, 36)], ("brief", "2025-08")]
    assert list_due(PRODUCTS, "2025-08-20") == [("alert", "2025-08-20")]


def test_what_is_made_for_a_day_is_made_on_the_days_of_alerts_that_are_open() -> None:
    days = ["2025-06-30", "2025-08-20", "2025-10-01"]
    assert [due for due in list_due(PRODUCTS, "2025Q3", days=days) if due[0] == "alert"] == [("alert", "2025-08-20")]
    assert [name for name, _ in list_due(PRODUCTS, "2025-07", days=days)].count("alert") == 0


@pytest.mark.parametrize(("period", "kind", "first", "last", "count"), [
    ("2025Q3", "quarter", "2025Q3", "2025Q3", 1), ("2025Q4", "month", "2025-10", "2025-12", 3),
    ("2024-12", "week", "2024-W49", "2025-W01", 5), ("2024-02", "day", "2024-02-01", "2024-02-29", 29),
    ("2025-W01", "day", "2024-12-30", "2025-01-05", 7), ("2025-W01", "week", "2025-W01", "2025-W01", 1),
])
def test_shorter_periods_are_those_that_begin_within_the_longer(period, kind, first, last, count: int) -> None:
    found = list_periods(period, kind)
    assert (found[0], found[-1], len(found)) == (first, last, count)


def test_one_product_that_is_refused_does_not_keep_the_others_from_being_made(tmp_path: Path, monkeypatch) -> None:
    def run(name: str, *, period: str, **_: object) -> ReportRun:
        if name == "digest":
            raise ReportError("The digest has 160 words.")
        words = pd.DataFrame({"kind": ["word"], "key": ["x"], "text": ["x"]})
        return ReportRun(tmp_path / name, {}, 2, words if name == "brief" else words.iloc[:0], 1.0,
                         unchanged_since="2025-10-01" if period == "2025-08" and name == "watch" else "")

    monkeypatch.setattr(rounds, "run_report", run)
    monkeypatch.setattr(rounds, "find_products", lambda folder: {
        **{n: PRODUCTS[n] for n in ("brief", "digest", "quarterly")},
        "watch": SimpleNamespace(name="watch", period="month")})
    told: list[str] = []
    made = run_all(SimpleNamespace(folder=tmp_path), period="2025Q3", tell=told.append)
    state = made.set_index(["product", "period"])["state"]
    assert state["quarterly", "2025Q3"] == "published"
    assert state["digest", "2025Q3"] == "refused"
    assert state["brief", "2025-07"] == "draft"
    assert state["watch", "2025-08"] == "unchanged"
    assert len(told) == len(made) == 8
    said = describe_round(made, "2025Q3")
    assert "digest 2025Q3: refused. The digest has 160 words." in said
    assert "brief 2025-07: draft, 2 pages, 1 s. 1 word waits: workbench review 2025-07" in said
    assert "8 products: " in said
    assert all(part in said.splitlines()[-1] for part in ("3 draft", "3 published", "1 refused", "1 unchanged"))


def test_all_products_take_no_name_and_need_a_period() -> None:
    check_every(None, "2025Q3", [])
    for given in (("brief", "2025Q3", []), (None, "2025Q3", ["seed=2"]), (None, None, [])):
        with pytest.raises(ReportError, match="--all"):
            check_every(*given)


def test_a_study_without_products_of_the_period_says_so() -> None:
    assert "no product that is made for 2025-08-20" in describe_round(
        pd.DataFrame(columns=["product", "period", "state", "pages", "seconds", "folder", "why"]), "2025-08-20")
