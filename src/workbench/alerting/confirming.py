"""Who may confirm an alert, and that two different people did."""

from __future__ import annotations

import secrets
from pathlib import Path

import pandas as pd

from workbench.alerting.log import PEOPLE, add_step, key_code, one_at_a_time, read_steps
from workbench.alerting.states import CONFIRMATIONS, now_utc, read_alert
from workbench.alerting.words import check_role
from workbench.errors import CardError
from workbench.tables.alerts import Alert, Step

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
_GROUPS, _GROUP = 4, 4


def enrol_role(study: Path, role: str, *, now: pd.Timestamp | None = None) -> str:
    """Give one person a personal code for confirming alerts; what is kept is a keyed hash of it, and the role.

    Parameters
    ----------
    study
        Its folder.
    role
        Of the person; several people may have the same one.
    now
        UTC; None: the clock's.

    Returns
    -------
    code
        Told once, for that person alone; it can be given out anew, never read again.

    Raises
    ------
    CardError
        If it is no role.
    """
    check_role(role)
    code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    with one_at_a_time(study):
        add_step(study, PEOPLE, Step(now or now_utc(), "enrolled", role.strip(), {"person": key_code(study, code)}))
    return code


def withdraw_role(study: Path, role: str, *, now: pd.Timestamp | None = None) -> int:
    """Take the right to confirm from all who have a role, as when one of them leaves; return from how many."""
    with one_at_a_time(study):
        people = [person for person, their in _people(study).items() if their.casefold() == role.strip().casefold()]
        for person in people:
            add_step(study, PEOPLE, Step(now or now_utc(), "withdrawn", role.strip(), {"person": person}))
    return len(people)


def confirm_alert(study: Path, alert_id: str, *, role: str, code: str, now: pd.Timestamp | None = None) -> Alert:
    """Confirm an alert as it stands: the first of two people, or the second.

    Parameters
    ----------
    study
        Its folder.
    alert_id
        Such as 2025-08-20-a.
    role, code
        Of who confirms, as `enrol_role` gave them.
    now
        UTC; None: the clock's.

    Raises
    ------
    CardError
        If the alert is no draft or says no type of harm; if nobody has that code in that role; or if the other
        confirmation is by the same person or the same role.
    """
    at = now or now_utc()
    with one_at_a_time(study):
        alert = read_alert(study, alert_id, now=at)
        if alert.state != "draft":
            raise CardError(f"{alert_id} is {alert.state}, and only a draft is confirmed.")
        if not alert.harm:
            raise CardError(f"{alert_id} says no type of harm yet. Say it first: workbench alert set {alert_id} --harm "
                            "harm.exposure --role ROLE.")
        person = key_code(study, code)
        their = _people(study).get(person)
        if their is None or their.casefold() != role.strip().casefold():
            raise CardError(f"Nobody has this code in the role {role.strip()!r}. Whoever leads gives codes out: "
                            "workbench alert enrol --role ROLE.")
        before = [step for step in alert.steps[_changed(alert):] if step.what == "confirmed"]
        if any(step.told["person"] == person for step in before):
            raise CardError(f"This person has confirmed {alert_id} already. It takes two different people.")
        if any(step.role.casefold() == their.casefold() for step in before):
            raise CardError(f"{their} has confirmed {alert_id} already. It takes two different roles, so that "
                            "it is seen from two sides.")
        add_step(study, alert_id, Step(at, "confirmed", their, {"person": person}))
        return read_alert(study, alert_id, now=at)


def count_missing(alert: Alert) -> int:
    """Return how many people must still confirm an alert before it may go out."""
    return max(CONFIRMATIONS - len(alert.confirmed_by), 0)


def _changed(alert: Alert) -> int:
    return max(n for n, step in enumerate(alert.steps) if step.what in ("raised", "changed"))


def _people(study: Path) -> dict[str, str]:
    """Return the role of everybody who may confirm, by their keyed hash."""
    found: dict[str, str] = {}
    for step in read_steps(study, PEOPLE):
        if step.what == "enrolled":
            found[step.told["person"]] = step.role
        else:
            found.pop(step.told["person"], None)
    return found
