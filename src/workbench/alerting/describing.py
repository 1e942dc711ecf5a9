"""How quick and how right the alerts of a study were."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pandas as pd

from workbench.alerting.states import read_alerts
from workbench.tables.alerts import Alert


def describe_alerts(study: Path, *, now: pd.Timestamp | None = None) -> pd.DataFrame:
    """Describe how quick and how right the alerts of a study were.

    Parameters
    ----------
    study
        Its folder.
    now
        UTC; None: the clock's.

    Returns
    -------
    measures
        One row a measure, columns `measure`, `value` (missing where there is nothing to tell it from), `unit` (hours
        or share), `count` (alerts that it is told of) and `of` (alerts it could have been told of):
        ``time_to_alert`` (median hours from the draft until the page went out), ``time_to_action`` (from the draft
        until somebody acted), ``false_alarms`` (of those that ended, the part that was declined or closed as false) and
        ``closed_with_lesson`` (of those that went out, the part that was closed with a lesson).
    """
    alerts = read_alerts(study, now=now)
    ended = [a for a in alerts if a.state in ("declined", "closed")]
    out = [a for a in alerts if _hours_to(a, "exported") is not None]
    false = [a for a in ended if a.state == "declined" or a.steps[-1].told["is_false"]]
    learned = [a for a in out if a.state == "closed" and a.steps[-1].told["lesson"]]
    rows = [("time_to_alert", *_median(alerts, "exported"), "hours"),
            ("time_to_action", *_median(alerts, "acted"), "hours"),
            ("false_alarms", *_share(false, ended), "share"), ("closed_with_lesson", *_share(learned, out), "share")]
    return pd.DataFrame(rows, columns=["measure", "value", "count", "of", "unit"])


def _hours_to(alert: Alert, what: str) -> float | None:
    at = next((step.at for step in alert.steps if step.what == what), None)
    return None if at is None else float((at - alert.raised_at).total_seconds() / 3600)


def _median(alerts: list[Alert], what: str) -> tuple[float | None, int, int]:
    hours = [h for h in (_hours_to(alert, what) for alert in alerts) if h is not None]
    return (median(hours) if hours else None), len(hours), len(alerts)


def _share(some: list[Alert], of: list[Alert]) -> tuple[float | None, int, int]:
    return (len(some) / len(of) if of else None), len(some), len(of)
