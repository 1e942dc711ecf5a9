"""The commands about alerts: looked for, raised, confirmed by two people, acted upon, closed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.options import JsonOption, StudyOption
from workbench.tables.alerts import LEVELS, LOCAL, VERIFIED
from workbench.telling import answer

if TYPE_CHECKING:
    import pandas as pd

    from workbench.study import Study
    from workbench.tables.alerts import Alert

alert = typer.Typer(no_args_is_help=True, help="Draft an alert, confirm it by two people, act upon it, close it.")

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Such as 2025-08-20-a.")]
RoleOption = Annotated[str, typer.Option(help="Who you are: a role, not a name.")]
HarmOption = Annotated[str, typer.Option(help="Type of harm, a code such as harm.exposure.", show_default=False)]
HoursOption = Annotated[int, typer.Option(min=1, max=720, help="For which it holds.")]


@alert.command()
def check(until: Annotated[datetime | None, typer.Option(help="Look as if the data ended then, UTC.",
                                                         show_default=False)] = None,
          days: Annotated[int, typer.Option(min=1, help="At the end of the data, to look at.")] = 3,
          study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Look at the newest posts, and draft an alert for whatever stands out: hours, weeks, texts that spread.

    [bold]Example[/bold]

      workbench alert check
    """
    from workbench.detecting import check_alerts
    from workbench.study import open_study

    done = check_alerts(open_study(study), until=_utc(until), days=days)
    looked = (f"Looked at {done.since:%Y-%m-%d %H:%M} to {done.until:%Y-%m-%d %H:%M} UTC in {done.seconds:.0f} s: all "
              f"posts, {done.topics} topics, and texts in many arenas.")
    if not done.topics:
        looked += " Topics come with the first quarterly report."
    made = "".join(f"\nDraft {a.id}: {a.trigger}. Next: workbench alert set {a.id} --harm CODE --role ROLE"
                   for a in done.alerts)
    known = len(done.signals) - len(done.alerts)
    answer({"alerts": [_tell(a) for a in done.alerts], "signals": len(done.signals), "seconds": round(done.seconds, 1)},
           as_json, looked + (made or "\nNothing new stands out.") + (f"\n{known} known already." if known else ""))


@alert.command("raise")
def raise_(role: RoleOption, level: Annotated[str, typer.Option(help=f"{', '.join(LEVELS)}.")],
           harm: HarmOption = "",
           platform: Annotated[list[str], typer.Option(help="Where it was seen.", show_default=False)] = [],  # noqa: B006
           since: Annotated[datetime | None, typer.Option(help="When it began, UTC; default: now.",
                                                          show_default=False)] = None,
           hours: HoursOption = 72, study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Draft an alert by hand, of what was observed and not measured.

    [bold]Example[/bold]

      workbench alert raise --role ssp-konsulent --level red --harm harm.exposure --platform snapchat
    """
    from workbench.alerting import raise_alert

    _say(raise_alert(_open(study).folder, role=role, level=level, harm=harm, platforms=platform, since=_utc(since),
                     hours=hours), as_json)


@alert.command("set")
def set_(alert_id: IdArgument, role: RoleOption, harm: HarmOption = "",
         level: Annotated[str, typer.Option(help=f"{', '.join(LEVELS)}.", show_default=False)] = "",
         local: Annotated[str, typer.Option(help=f"Is it about this place: {', '.join(LOCAL)}.",
                                            show_default=False)] = "",
         verified: Annotated[str, typer.Option(help=f"Is it true: {', '.join(VERIFIED)}; you are who looked.",
                                               show_default=False)] = "",
         hours: Annotated[int | None, typer.Option(min=1, max=720, help="For which it holds from now on.",
                                                   show_default=False)] = None,
         study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Say more of an alert; whoever confirmed it before must do so again.

    [bold]Example[/bold]

      workbench alert set 2025-08-20-a --role ssp-konsulent --harm harm.exposure --verified confirmed
    """
    from workbench.alerting import change_alert

    given = {"harm": harm, "level": level, "local": local, "verified": verified}
    _say(change_alert(_open(study).folder, alert_id, role=role, hours=hours,
                      said={name: value for name, value in given.items() if value}), as_json)


@alert.command()
def enrol(role: Annotated[str, typer.Option(help="Of the person: a role, not a name.")],
          withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the right to confirm from all in the role.")]
          = False, study: StudyOption = None) -> None:
    """Give one person a code for confirming alerts: shown once, kept as a keyed hash only.

    [bold]Example[/bold]

      workbench alert enrol --role ssp-konsulent
    """
    from workbench.alerting import enrol_role, withdraw_role

    folder = _open(study).folder
    if withdraw:
        typer.echo(f"{withdraw_role(folder, role)} people in the role {role} may confirm no more.")
        return
    typer.echo(f"{enrol_role(folder, role)}\nThis code is for one person in the role {role}, and is shown once. It is "
               "not kept: whoever loses it gets a new one.")


@alert.command()
def confirm(alert_id: IdArgument, role: RoleOption,
            code: Annotated[str, typer.Option(prompt="Your code", hide_input=True, help="Of `workbench alert enrol`; "
                                              "asked for where it is not given.", show_default=False)],
            study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Confirm an alert as it stands; it takes two different people in two different roles.

    [bold]Example[/bold]

      workbench alert confirm 2025-08-20-a --role ssp-konsulent
    """
    from workbench.alerting import confirm_alert

    _say(confirm_alert(_open(study).folder, alert_id, role=role, code=code), as_json)


@alert.command()
def decline(alert_id: IdArgument, role: RoleOption,
            because: Annotated[str, typer.Option(help="Why it is none, in one line without persons.")],
            study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Say that a draft is no alert, and why.

    [bold]Example[/bold]

      workbench alert decline 2025-08-20-a --role ssp-konsulent --because "en konkurrence i idrætsklubben"
    """
    from workbench.alerting import decline_alert

    _check_words(because)
    _say(decline_alert(_open(study).folder, alert_id, role=role, because=because), as_json)


@alert.command()
def act(alert_id: IdArgument, role: RoleOption, study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Note that somebody has acted; the first time counts.

    [bold]Example[/bold]

      workbench alert act 2025-08-20-a --role beredskabschef
    """
    from workbench.alerting import note_action

    _say(note_action(_open(study).folder, alert_id, role=role), as_json)


@alert.command()
def close(alert_id: IdArgument, role: RoleOption,
          happened: Annotated[str, typer.Option(help="What happened, in one line without persons.")],
          lesson: Annotated[str, typer.Option(help="What was learned, likewise.", show_default=False)] = "",
          false_alarm: Annotated[bool, typer.Option("--false-alarm", help="It was none.")] = False,
          study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Close an alert; what happened goes into handbook/episodes.toml, for the next monthly brief.

    [bold]Example[/bold]

      workbench alert close 2025-08-20-a --role ssp-konsulent --happened "Et rygte om klubben" --lesson "Svar samme dag"
    """
    from workbench.alerting import close_alert

    _check_words(happened, lesson)
    opened = _open(study)
    _say(close_alert(opened.folder, alert_id, role=role, happened=happened, lesson=lesson, is_false=false_alarm,
                     language=opened.language), as_json)


@alert.command("list")
def list_(study: StudyOption = None, as_json: JsonOption = False) -> None:
    """List all alerts as they are now, and how quick and how right they were.

    [bold]Example[/bold]

      workbench alert list
    """
    from workbench.alerting import describe_alerts, list_alerts

    folder = _open(study).folder
    alerts, measures = list_alerts(folder), describe_alerts(folder)
    lines = [f"{a['id']}  {a['state']}  {a['level']}  {a['harm'] or '–'}  until {a['expires_at']:%Y-%m-%d %H:%M} UTC"
             for a in alerts.to_dict("records")]
    lines += [f"{m.measure}: {_value(m)} ({m.count} of {m.of})" for m in measures.itertuples()]
    answer({"alerts": alerts.astype({"since": str, "raised_at": str, "expires_at": str}).to_dict("records"),
            "measures": measures.astype(object).where(measures.notna(), None).to_dict("records")}, as_json,
           "\n".join(lines))


def _value(measure: Any) -> str:
    if measure.value is None or measure.value != measure.value:
        return "–"
    return f"{measure.value:.1f} hours" if measure.unit == "hours" else f"{measure.value:.0%}"


def _open(study: Any) -> Study:
    from workbench.study import open_study

    return open_study(study)


def _utc(time: datetime | None) -> pd.Timestamp | None:
    if time is None:
        return None
    import pandas as pd

    return pd.Timestamp(time, tz="UTC")


def _check_words(*texts: str) -> None:
    """Refuse words that hold the name, handle or number of a person."""
    import pandas as pd

    from workbench.gates import refuse_identifiers

    refuse_identifiers(pd.Series(list(texts), index=["what you wrote"] * len(texts), dtype="string"), known=[])


def _tell(told: Alert) -> dict[str, Any]:
    return {"id": told.id, "state": told.state, "trigger": told.trigger, "level": told.level, "harm": told.harm,
            "since": f"{told.since:%Y-%m-%dT%H:%MZ}", "expires_at": f"{told.expires_at:%Y-%m-%dT%H:%MZ}",
            "confirmed_by": list(told.confirmed_by), "counts": dict(told.counts)}


def _say(told: Alert, as_json: bool) -> None:
    """Say what an alert is now, and what comes next."""
    from workbench.alerting.confirming import count_missing

    page = f"workbench report alert --period {told.day} -p alert_id={told.id}"
    following = {"draft": f"{count_missing(told)} more of two people must confirm it: workbench alert confirm "
                          f"{told.id} --role ROLE. Its page as a draft: {page}",
                 "confirmed": f"Next: {page}", "exported": f"Its page is out. Next: workbench alert act {told.id}",
                 "expired": f"It has expired. Next: workbench alert close {told.id}"}
    answer(_tell(told), as_json, f"{told.id}: {told.state}. {following.get(told.state, '')}".strip())
