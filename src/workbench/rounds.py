"""Every product of a study for a period: the ones of that kind, and those of the shorter periods within it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.alerting import list_alerts
from workbench.errors import ReportError, WorkbenchError
from workbench.products import Product, find_products
from workbench.runs import UNCONFIRMED, run_report
from workbench.study import Study
from workbench.tables.periods import list_periods, period_bounds, period_kind

FIRST = "quarterly"  # what other products of its quarter tell stands in it
_KINDS = ("quarter", "month", "week", "day")  # from the longest


def list_due(products: Mapping[str, Product], period: str, *, days: Sequence[str] = ()) -> list[tuple[str, str]]:
    """List which products a period asks for, as name and period, in the order in which they are made.

    A quarter asks for what is made for a quarter, and for each of its months and weeks. They come in the order in which
    a town would have published them, since what was published first may hide a number of what comes after it: by the
    end of their period, the shorter first; of a quarter, the report first. What is made for a day is made when
    something happened: on those of `days`, or where that day is asked for.
    """
    kinds = _KINDS[_KINDS.index(period_kind(period)):]
    within = {kind: list_periods(period, kind) for kind in kinds}
    if period_kind(period) != "day":
        within["day"] = [day for day in within["day"] if day in days]
    due = [(product, each) for product in products.values() if product.period in kinds
           for each in within[product.period]]
    due.sort(key=lambda d: (period_bounds(d[1])[1], -_KINDS.index(d[0].period), d[0].name != FIRST, d[0].name))
    return [(product.name, each) for product, each in due]


def list_days(study: Path) -> list[str]:
    """List the days of alerts that are neither expired nor closed: those whose page may be made."""
    alerts = list_alerts(study)
    return sorted(set(alerts.loc[alerts["state"].isin(["draft", "confirmed", "exported"]), "id"].str[:10]))


def check_every(name: str | None, period: str | None, parameters: Sequence[str] | None) -> None:
    """Refuse what does not go with all products at once.

    Raises
    ------
    ReportError
        If a product or a parameter is named, or no period.
    """
    if name or parameters:
        raise ReportError("--all makes every product as it is: name no product and give no parameter with it.")
    if not period:
        raise ReportError("Say for which period all products are to be made: workbench report --all --period 2025Q3.")


def run_all(study: Study, *, period: str, language: str | None = None, is_fresh: bool = False, progress: bool = False,
            tell: Callable[[str], None] = lambda words: print(words, file=sys.stderr)) -> pd.DataFrame:
    """Make every product of a study for a period; one that is refused does not keep the others from being made.

    Parameters
    ----------
    period
        Such as 2025Q3; see `list_due`.
    language
        A product that is not made in it is passed over, and says so; None: the study's.
    is_fresh, progress, tell
        As of `run_report`; `tell` is called with each product as it begins.

    Returns
    -------
    made
        One row a product and period: `product`, `period`, `state` (published, draft, unchanged or refused), `pages`,
        `seconds`, `folder` (empty where refused) and `why` (what to do; empty where all is well).
    """
    products, rows = find_products(study.folder), []
    for name, each in list_due(products, period, days=list_days(study.folder)):
        tell(f"{name} {each} …")
        rows.append(_run(name, each, study, {"language": language, "is_fresh": is_fresh, "progress": progress,
                                             "tell": tell}))
    return pd.DataFrame(rows, columns=["product", "period", "state", "pages", "seconds", "folder", "why"])


def describe_round(made: pd.DataFrame, period: str) -> str:
    """Say what became of every product, and what is to be done about those that are no report yet."""
    if made.empty:
        return f"The study has no product that is made for {period}, or within it. `workbench report` lists them all."
    lines = [f"{row['product']} {row['period']}: {row['state']}"
             + (f", {row['pages']} page{'s' * (row['pages'] != 1)}, {row['seconds']:.0f} s" if row["folder"] else "")
             + (f". {row['why']}" if row["why"] else "") for row in made.to_dict("records")]
    counts = made["state"].value_counts()
    return "\n".join([*lines, f"{len(made)} products: " + ", ".join(f"{counts[s]} {s}" for s in counts.index)])


def _run(name: str, period: str, study: Study, how: Mapping[str, Any]) -> dict[str, Any]:
    begun = time.monotonic()
    row: dict[str, Any] = {"product": name, "period": period}
    try:
        run = run_report(name, study=study, period=period, **how)
    except WorkbenchError as error:
        return {**row, "state": "refused", "pages": 0, "seconds": round(time.monotonic() - begun, 1), "folder": "",
                "why": str(error)}
    state = "unchanged" if run.unchanged_since else "draft" if run.is_draft else "published"
    count = len(run.open_words)
    words = f"{count} word{' waits' if count == 1 else 's wait'}: workbench review {period}" if count else ""
    return {**row, "state": state, "pages": run.pages, "seconds": round(run.seconds, 1), "folder": str(run.folder),
            "why": words or ", ".join(_lacks(field) for field in run.missing)}


def _lacks(field: str) -> str:
    return "two people must confirm it" if field == UNCONFIRMED else f"study.toml lacks {field}"
