"""The page of an alert: how serious, what is known and how surely, what to do now and who decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.errors import CardError
from workbench.reports.blocks import Section, make_block
from workbench.reports.texts import check_release, render_cover
from workbench.spreadsheets import write_csv
from workbench.tables.alerts import COUNTS, SIGNAL_COLUMNS, Alert, counts_of
from workbench.tables.codebook import Codebook
from workbench.tables.periods import ZONE, week_name
from workbench.tables.release import Release
from workbench.wording import Wording, open_wording

_GENERAL = ("do_download", "do_contact", "do_names")  # what nobody does, whatever a plan says
_LABELS = ("do", "do_not", "decides", "contacts", "message")
NUMBERS = "alert"  # the table of the numbers on the page


def render_alert(alert: Alert, release: Release, *, plan: pd.DataFrame, lines: pd.DataFrame, codebook: Codebook,
                 place: str, contact: str, language: str) -> Section:
    """Show an alert on one page.

    Steps, contacts and the message to parents are those of the municipality's plan for this type of harm; numbers are
    those of the release. Where it hides them, or nothing was measured, the page says "observed, not measured".

    Parameters
    ----------
    alert
        Of `study.alert`.
    release
        With what `findings.measure_event` measured; of nothing, where it was raised by hand.
    plan, lines
        Of `Study.handbook`: ``plan`` and ``help_lines``.
    codebook
        Of the study; it names the type of harm.
    place, contact
        Of the cover.
    language
        Of the page.

    Raises
    ------
    ReleaseError
        If `release` is not a release.
    CardError
        If the codebook does not know the type of harm.
    """
    check_release(release, asked_by="render_alert")
    wording = open_wording(language)
    harm = _name_harm(alert, codebook, wording)
    cover = render_cover(release, title=wording.say("alert.title", harm=harm), place=place, period=alert.day,
                         contact=contact, language=language)
    rows = plan[plan["code"].eq(alert.harm)].to_dict("records")
    planned: dict[str, Any] = {str(name): value for name, value in rows[0].items()} if rows else {}
    counts = counts_of(release, alert.trigger, alert.since)
    spread = _say_spread(alert, counts, wording)
    content = {"alert_id": alert.id, "level": alert.level, "level_word": wording.say(f"alert.level.{alert.level}"),
               "fields": _fields(alert, harm, spread, wording), "spread": spread,
               "title": cover.content["title"], "key": NUMBERS,
               "csv": write_csv(_table(alert, counts), language=language),
               **_steps(planned, wording),
               "lines": _contacts(planned, lines, wording),
               **{f"{name}_label": wording.say(f"alert.{name}") for name in _LABELS}, "note": wording.say("alert.note")}
    return Section((cover, make_block("alert", content, language=language, release=release.digest)))


def _name_harm(alert: Alert, codebook: Codebook, wording: Wording) -> str:
    if not alert.harm:
        return wording.say("alert.harm_unsaid")
    code = next((c for c in codebook.of("harm") if c.key == alert.harm), None)
    if code is None:
        raise CardError(f"The alert {alert.id} is of the type {alert.harm}, which codebook.toml does not know. Say "
                        f"another: workbench alert set {alert.id} --harm CODE --role ROLE.")
    return code.text(wording.language).name


def _fields(alert: Alert, harm: str, spread: str, wording: Wording) -> list[dict[str, str]]:
    seen = wording.words([wording.say_value(name) for name in alert.platforms])
    roles = wording.words(alert.confirmed_by)
    checked = f"alert.verified.{alert.verified}{'' if alert.verified_by else '_unchecked'}"
    said = {
        "what": harm, "where": seen or wording.say("alert.where_unsaid"), "since": _since(alert, wording),
        "spread": spread, "local": wording.say(f"alert.local.{alert.local}"),
        "checked": wording.say(checked, role=alert.verified_by),
        "confirmed": roles if roles else wording.say("alert.nobody"),
        "until": _moment(alert.expires_at, wording), "number": alert.id,
        "raised": _moment(alert.raised_at, wording)}
    return [{"name": wording.say(f"alert.field.{name}"), "value": value} for name, value in said.items()]


def _since(alert: Alert, wording: Wording) -> str:
    if alert.trigger == "week":
        return wording.when(week_name(alert.since), with_year=True)
    return _moment(alert.since, wording)


def _moment(time: pd.Timestamp, wording: Wording) -> str:
    local = time.tz_convert(ZONE)
    return wording.say("alert.moment", day=local.date(), clock=wording.say("alert.clock", hour=f"{local:%H}",
                                                                           minute=f"{local:%M}"))


def _say_spread(alert: Alert, counts: Mapping[str, float], wording: Wording) -> str:
    if not {"posts", "arenas"} <= counts.keys() or (alert.trigger != "claim" and "expected" not in counts):
        return wording.say("alert.observed")
    facts = {**counts, "count": int(counts.get("hours", 0))}
    return wording.say(f"alert.spread.{alert.trigger}", facts)


def _table(alert: Alert, counts: Mapping[str, float]) -> pd.DataFrame:
    """Return the numbers of the page as a table of one row, missing where they are not told."""
    row: dict[str, Any] = {"alert": alert.id, "trigger": alert.trigger, **{n: counts.get(n, pd.NA) for n in COUNTS}}
    return pd.DataFrame([row]).astype({name: SIGNAL_COLUMNS[name] for name in COUNTS})


def _steps(planned: Mapping[str, Any], wording: Wording) -> dict[str, Any]:
    general = [wording.say(f"alert.{name}") for name in _GENERAL]
    missing = wording.say("alert.plan_missing")
    message = planned.get("message")
    return {"do": list(planned["do"])[:3] if planned else [missing],
            "do_not": list(planned["do_not"])[:3] if planned else general,
            "decides": planned.get("decides", missing),
            "message": message if isinstance(message, str) else wording.say("alert.message_missing")}


def _contacts(planned: Mapping[str, Any], lines: pd.DataFrame, wording: Wording) -> list[dict[str, str]]:
    """Return the help lines of the plan; one that nobody wrote down says so, rather than being left out."""
    known = {row["id"]: row for row in lines.fillna("").to_dict("records")}
    shown = list(planned.get("contacts", [])) or [line for line, row in known.items() if "acute" in row["audience"]]
    empty = {"name": "", "phone": "", "web": "", "hours": "", "text": ""}
    return [{name: known[key][name] for name in empty} if key in known else
            {**empty, "name": key, "text": wording.say("alert.contact_missing")} for key in shown]
