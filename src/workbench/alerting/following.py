"""What happens with an alert after it was drafted: changed, declined, sent out, acted upon, closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from workbench.alerting.episodes import write_episode
from workbench.alerting.log import add_step, one_at_a_time
from workbench.alerting.states import now_utc, read_alert
from workbench.alerting.words import check_choices, check_role, check_text
from workbench.errors import CardError
from workbench.tables.alerts import Alert, Step

CLOSING_DAYS = 14  # within which an alert that went out is closed with a report
_ENDED = ("declined", "closed")


def change_alert(study: Path, alert_id: str, *, role: str, said: dict[str, str], hours: int | None = None,
                 now: pd.Timestamp | None = None) -> Alert:
    """Say more of an alert, or something else; whoever confirmed it before must do so again.

    Parameters
    ----------
    study
        Its folder.
    alert_id
        Such as 2025-08-20-a.
    role
        Of who says it. Whoever says `verified` is the one who looked.
    said
        Of `level`, `harm`, `local` and `verified`.
    hours
        For which it holds from now on; None: as before.
    now
        UTC; None: the clock's.

    Raises
    ------
    CardError
        If it was declined or closed, nothing is said, or a value is not one of what there is.
    """
    check_role(role)
    check_choices(said)
    if not said and hours is None:
        raise CardError("Nothing was said. Give --level, --harm, --local, --verified or --hours.")
    at = now or now_utc()
    with one_at_a_time(study):
        _refuse(read_alert(study, alert_id, now=at), _ENDED, "changed")
        told: dict[str, Any] = dict(said)
        if "verified" in said:
            told["verified_by"] = role.strip()
        if hours is not None:
            told["expires_at"] = f"{at + pd.Timedelta(hours=hours):%Y-%m-%dT%H:%MZ}"
        add_step(study, alert_id, Step(at, "changed", role.strip(), told))
        return read_alert(study, alert_id, now=at)


def decline_alert(study: Path, alert_id: str, *, role: str, because: str, now: pd.Timestamp | None = None) -> Alert:
    """Say that a draft is no alert, and why; it counts as a false alarm that did not go out.

    Raises
    ------
    CardError
        If it went out already: then it is closed, as a false alarm.
    """
    check_role(role)
    told = {"because": check_text("because", because)}
    at = now or now_utc()
    with one_at_a_time(study):
        alert = read_alert(study, alert_id, now=at)
        _refuse(alert, _ENDED, "declined")
        if _first(alert, "exported") is not None:
            raise CardError(f"{alert_id} went out already. Close it as a false alarm: workbench alert close {alert_id} "
                            "--false-alarm …")
        add_step(study, alert_id, Step(at, "declined", role.strip(), told))
        return read_alert(study, alert_id, now=at)


def note_action(study: Path, alert_id: str, *, role: str, now: pd.Timestamp | None = None) -> Alert:
    """Note that somebody has acted; the first time counts.

    Raises
    ------
    CardError
        If the alert was declined or closed.
    """
    check_role(role)
    return _note(study, alert_id, Step(now or now_utc(), "acted", role.strip()), _ENDED)


def note_export(study: Path, alert_id: str, *, now: pd.Timestamp | None = None) -> Alert:
    """Note that the page of a confirmed alert was made; further pages of what stands there are no news.

    Raises
    ------
    CardError
        If two people have not confirmed it, or it has expired.
    """
    at = now or now_utc()
    if read_alert(study, alert_id, now=at).state == "exported":
        return read_alert(study, alert_id, now=at)
    return _note(study, alert_id, Step(at, "exported", ""), (*_ENDED, "draft", "expired"))


def close_alert(study: Path, alert_id: str, *, role: str, happened: str, lesson: str, is_false: bool = False,
                language: str = "da", now: pd.Timestamp | None = None) -> Alert:
    """Close an alert with what happened and what was learned; what happened goes into the handbook as an episode.

    Parameters
    ----------
    study
        Its folder.
    alert_id
        Such as 2025-08-20-a.
    role
        Of who closes it.
    happened, lesson
        One line each, without any person in it. A lesson that nobody drew is left empty.
    is_false
        Whether it was a false alarm; then there is no episode.
    language
        In which `happened` is written.
    now
        UTC; None: the clock's.

    Raises
    ------
    CardError
        If it is declined or closed already, or a text is not one line.
    """
    check_role(role)
    text = check_text("happened", happened)
    told = {"happened": text, "is_false": is_false, "lesson": check_text("lesson", lesson) if lesson.strip() else ""}
    at = now or now_utc()
    with one_at_a_time(study):
        alert = read_alert(study, alert_id, now=at)
        _refuse(alert, _ENDED, "closed")
        if not is_false:
            write_episode(study, alert, text=text, role=role.strip(), language=language, on=at)
        add_step(study, alert_id, Step(at, "closed", role.strip(), told))
        return read_alert(study, alert_id, now=at)


def find_hold(study: Path, alert_id: str, *, now: pd.Timestamp | None = None) -> str:
    """Return why the page of an alert is a draft: ``unconfirmed`` before two people confirmed it; else empty.

    Raises
    ------
    CardError
        If it has expired, was declined or is closed: then no page of it is made any more.
    """
    alert = read_alert(study, alert_id, now=now)
    if alert.state == "expired":
        raise CardError(f"{alert_id} has expired ({alert.expires_at:%Y-%m-%d %H:%M} UTC), so no page of it is made any "
                        f"more. If it still holds, prolong it and let two people confirm it again: workbench alert set "
                        f"{alert_id} --hours 72 --role ROLE. If it is over: workbench alert close {alert_id}.")
    _refuse(alert, _ENDED, "made into a page")
    return "unconfirmed" if alert.state == "draft" else ""


def _note(study: Path, alert_id: str, step: Step, refused: tuple[str, ...]) -> Alert:
    with one_at_a_time(study):
        _refuse(read_alert(study, alert_id, now=step.at), refused, step.what)
        add_step(study, alert_id, step)
        return read_alert(study, alert_id, now=step.at)


def _refuse(alert: Alert, states: tuple[str, ...], what: str) -> None:
    if alert.state in states:
        at = alert.steps[-1].at
        raise CardError(f"{alert.id} is {alert.state} (last step {at:%Y-%m-%d %H:%M} UTC), so it cannot be {what}.")


def _first(alert: Alert, what: str) -> pd.Timestamp | None:
    return next((step.at for step in alert.steps if step.what == what), None)
