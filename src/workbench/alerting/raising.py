"""Drafts of alerts: from what was measured, or by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.alerting.log import add_step, list_names, one_at_a_time
from workbench.alerting.states import HOURS, now_utc, read_alert, read_alerts
from workbench.alerting.words import check_choices, check_role
from workbench.errors import CardError, TableError
from workbench.tables.alerts import COUNTS, SIGNAL_COLUMNS, TRIGGERS, Alert, Step, name_day

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SAME_EVENT = pd.Timedelta(hours=12)  # hours and claims of one trigger that begin this near are one event


def raise_signals(study: Path, signals: pd.DataFrame, *, hours: int = HOURS,
                  now: pd.Timestamp | None = None) -> list[Alert]:
    """Draft an alert for each signal that has none yet.

    Parameters
    ----------
    study
        Its folder.
    signals
        Of `findings.list_signals`: columns `SIGNAL_COLUMNS`.
    hours
        For which each holds.
    now
        UTC; None: the clock's.

    Returns
    -------
    alerts
        The new drafts. They are yellow, unconfirmed, and say no type of harm: that is for people.

    Raises
    ------
    TableError
        If the table holds other columns: nothing else crosses over.
    """
    if list(signals.columns) != list(SIGNAL_COLUMNS):
        raise TableError(f"raise_signals takes the columns {', '.join(SIGNAL_COLUMNS)} and no others. Make the table "
                         "with findings.list_signals.")
    raised = []
    with one_at_a_time(study):
        known = [(alert.trigger, alert.since) for alert in read_alerts(study, now=now)]
        for row in signals.to_dict("records"):
            if any(row["trigger"] == trigger and abs(row["since"] - since) <= _SAME_EVENT for trigger, since in known):
                continue
            counts = {name: float(row[name]) for name in COUNTS if pd.notna(row[name])}
            raised.append(_write(study, str(row["trigger"]), row["since"], list(row["platforms"]), hours, now,
                                 {"level": "yellow", **counts}, role=""))
            known.append((row["trigger"], row["since"]))
    return raised


def raise_alert(study: Path, *, role: str, level: str, harm: str = "", platforms: Sequence[str] = (),
                since: pd.Timestamp | None = None, hours: int = HOURS, now: pd.Timestamp | None = None) -> Alert:
    """Draft an alert by hand, of what was observed and not measured.

    Parameters
    ----------
    study
        Its folder.
    role
        Of who raises it: a role, not a name.
    level
        green, yellow or red.
    harm
        A code of the codebook, such as ``harm.exposure``; it may be said later.
    platforms
        Where it was seen.
    since
        When it began, UTC; None: now.
    hours
        For which it holds.
    now
        UTC; None: the clock's.

    Raises
    ------
    CardError
        If something given is not one of what there is; all of it is named.
    """
    check_role(role)
    said = {"level": level, "harm": harm}
    check_choices({name: value for name, value in said.items() if value})
    if since is not None and since > (now or now_utc()):
        raise CardError("since lies in the future. Say when it began.")
    with one_at_a_time(study):
        return _write(study, "hand", (since or now or now_utc()).floor("h"), list(platforms), hours, now, said,
                      role=role)


def _write(study: Path, trigger: str, since: pd.Timestamp, platforms: list[str], hours: int,
           now: pd.Timestamp | None, said: dict[str, Any], *, role: str) -> Alert:
    if trigger not in TRIGGERS:
        raise CardError(f"An alert is raised by {', '.join(TRIGGERS)}, not by {trigger!r}.")
    if not 1 <= hours <= 24 * 30:
        raise CardError("An alert holds for 1 to 720 hours. Say how many.")
    at, day = now or now_utc(), name_day(since)
    taken = [name for name in list_names(study) if name.startswith(day)]
    if len(taken) >= len(_LETTERS):
        raise CardError(f"There are {len(taken)} alerts of {day} already. Decline those that are none.")
    alert_id = f"{day}-{_LETTERS[len(taken)]}"
    told = {"trigger": trigger, "since": f"{since:%Y-%m-%dT%H:%MZ}", "platforms": sorted(platforms), "local": "unknown",
            "verified": "unconfirmed", "expires_at": f"{at + pd.Timedelta(hours=hours):%Y-%m-%dT%H:%MZ}", **said}
    add_step(study, alert_id, Step(at, "raised", role, told))
    return read_alert(study, alert_id, now=at)
