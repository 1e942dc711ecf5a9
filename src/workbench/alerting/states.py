"""What an alert is at a moment, told from its log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.alerting.log import FOLDER, list_names, read_steps
from workbench.errors import CardError
from workbench.tables.alerts import COUNTS, Alert, Step

HOURS = 72  # for which an alert holds
CONFIRMATIONS = 2
_SAID = ("level", "harm", "local", "verified", "verified_by")
LIST_COLUMNS = ("id", "state", "trigger", "level", "harm", "since", "raised_at", "expires_at", "confirmed_by")


def read_alert(study: Path, alert_id: str, *, now: pd.Timestamp | None = None) -> Alert:
    """Read one alert as it is now.

    Parameters
    ----------
    study
        Its folder.
    alert_id
        Such as 2025-08-20-a.
    now
        UTC; None: the clock's.

    Raises
    ------
    CardError
        If there is none of that id, or its log was changed by hand.
    """
    names = list_names(study)
    if alert_id not in names:
        raise CardError(f"There is no alert {alert_id!r} in {FOLDER}/. There are: {', '.join(names[-10:]) or 'none'}.")
    return tell_alert(alert_id, read_steps(study, alert_id), now or now_utc())


def list_alerts(study: Path, *, now: pd.Timestamp | None = None) -> pd.DataFrame:
    """List all alerts of a study as they are now.

    Returns
    -------
    alerts
        One row an alert in order of its event, columns `id`, `state`, `trigger`, `level`, `harm`, `since`, `raised_at`,
        `expires_at` and `confirmed_by` (roles).
    """
    found = read_alerts(study, now=now)
    rows = [{name: getattr(alert, name) for name in LIST_COLUMNS} for alert in found]
    return pd.DataFrame(rows, columns=list(LIST_COLUMNS))


def read_alerts(study: Path, *, now: pd.Timestamp | None = None) -> list[Alert]:
    """Read all alerts of a study as they are now, in order of their events."""
    at = now or now_utc()
    return [tell_alert(name, read_steps(study, name), at) for name in list_names(study)]


def find_alert(study: Path, day: str, alert_id: str = "", *, now: pd.Timestamp | None = None) -> Alert:
    """Find the alert whose page is asked for.

    Parameters
    ----------
    day
        On which its event began, such as 2025-08-20.
    alert_id
        Which one, where there are several that day; empty: the one that neither was declined nor is closed.

    Raises
    ------
    CardError
        If there is none that day, or several and none is named.
    """
    if alert_id:
        found = [read_alert(study, alert_id, now=now)]
    else:
        of_day = [a for a in read_alerts(study, now=now) if a.day == day]
        found = [a for a in of_day if a.state not in ("declined", "closed")] or of_day[-1:]
    if len(found) != 1 or found[0].day != day:
        there = ", ".join(a.id for a in found) or "none"
        raise CardError(f"There must be one alert of {day} to show, and there is {there}. Name it with "
                        "-p alert_id=ID, or make one with `workbench alert raise` or `workbench alert check`.")
    return found[0]


def tell_alert(alert_id: str, steps: Sequence[Step], now: pd.Timestamp) -> Alert:
    """Return what the steps of a log make of an alert at a moment."""
    told: dict[str, Any] = {}
    for step in steps:
        if step.what in ("raised", "changed"):
            told |= step.told
    return Alert(
        id=alert_id, trigger=told["trigger"], since=pd.Timestamp(told["since"]), raised_at=steps[0].at,
        expires_at=pd.Timestamp(told["expires_at"]), platforms=tuple(told["platforms"]),
        **{name: told.get(name, "") for name in _SAID}, counts={n: told[n] for n in COUNTS if told.get(n) is not None},
        state=_state(steps, pd.Timestamp(told["expires_at"]), now), steps=tuple(steps))


def now_utc() -> pd.Timestamp:
    """Return the minute that it is, UTC."""
    return pd.Timestamp.now("UTC").floor("min")


def _state(steps: Sequence[Step], expires_at: pd.Timestamp, now: pd.Timestamp) -> str:
    done = {step.what for step in steps}
    if ended := done & {"closed", "declined"}:
        return "closed" if "closed" in ended else "declined"
    if now >= expires_at:
        return "expired"
    # what was confirmed and exported before a change is not what stands there now
    last = max(n for n, step in enumerate(steps) if step.what in ("raised", "changed"))
    since = [step.what for step in steps[last:]]
    if "exported" in since:
        return "exported"
    return "confirmed" if since.count("confirmed") >= CONFIRMATIONS else "draft"
