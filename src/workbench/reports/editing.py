"""What an editor wrote, as blocks: recommendations, follow-up, explained weeks, what is not known, a focus theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.errors import ReportError
from workbench.reports.blocks import Block, leave_out, make_block
from workbench.reports.figures import render_figure
from workbench.reports.numbers import render_finding
from workbench.reports.standing import number_findings
from workbench.reports.texts import check_release, render_list, say_finding
from workbench.spreadsheets import write_csv
from workbench.tables.editorial import ADDRESSEES, ALL_POSTS, EXPLAINED, Editorial, list_peaks
from workbench.tables.release import Release, ReleasedFinding
from workbench.tables.review import Review
from workbench.wording import Wording, is_missing, open_wording

if TYPE_CHECKING:
    import pandas as pd

_EMPTY = "report.nothing_written"
MOST_ACTIONS = 2  # on a slide
ACTION_LETTERS = 220  # of both together
_ON_TIME = ("volume", "peaks", "speech_peaks", "topic_weeks")  # pictures that events can be drawn on


def render_recommendations(release: Release, review: Review, *, language: str, numbered: Sequence[str] = ()) -> Block:
    """Show what is recommended, by addressee, each with the finding it rests on, owner, effort and indicator.

    A report without recommendations says so in a line; a draft leaves that to the list of what is open.

    Parameters
    ----------
    review
        As `Study.review` reads it, in the language of the report.
    numbered
        Keys of the findings that may stand on page one, as `render_summary` is given them.

    Raises
    ------
    ReportError
        If one rests on a finding that the release does not hold or that has nothing to tell; with file and line.
    """
    entries = list_recommendations(release, review, language=language, numbered=numbered)
    wording = open_wording(language)
    if not entries:
        return leave_out(_EMPTY, language=language) if release.is_open else make_block(
            "text", {"text": wording.say("report.no_recommendations")}, language=language)
    labels = {f"{name}_label": wording.say(f"report.{message}") for name, message in (
        ("basis", "rests_on"), ("owner", "owner"), ("effort", "effort"), ("indicator", "indicator"))}
    groups = [{"addressee": wording.say(f"addressee.{who}"), "entries": [
        {name: value for name, value in e.items() if name != "addressee"} for e in entries if e["addressee"] == who]}
        for who in ADDRESSEES]
    content = {"groups": [group for group in groups if group["entries"]], **labels}
    return make_block("recommendations", content, language=language, release=release.digest)


def list_recommendations(release: Release, review: Review, *, language: str, numbered: Sequence[str] = (),
                         most: int | None = None) -> list[dict[str, str]]:
    """Return the recommendations in the order of the file, the first `most` of them, as texts.

    Returns
    -------
    entries
        Each with `number`, `addressee` (its code), `text`, `key`, `cited` and `basis` (of the finding: its key, its
        number on page one in words, its sentence), `owner`, `effort` and `indicator`.

    Raises
    ------
    ReportError
        As `render_recommendations`.
    """
    check_release(release, asked_by="render_recommendations")
    editorial, wording = _editorial(review, language), open_wording(language)
    on_page_one = number_findings(release, numbered)
    return [{"number": str(number), "addressee": r.addressee, "text": r.text, "key": r.finding,
             "cited": _cited(r.finding, on_page_one, wording),
             "basis": say_finding(_told(release, r.finding, editorial.place(r.line, "[[recommendations]]")), wording),
             "owner": r.owner,
             "effort": wording.say(f"effort.{r.effort}"), "indicator": r.indicator}
            for number, r in enumerate(editorial.recommendations[:most], start=1)]


def render_actions(release: Release, review: Review, *, language: str) -> Block:
    """List what is recommended, the first two, each with whom it is for; left out without any.

    The second stands there only where both are short: a slide has room for so many letters.
    """
    check_release(release, asked_by="render_actions")
    wording = open_wording(language)
    items = [f"{wording.say(f'addressee.{r.addressee}')}: {r.text}"
             for r in _editorial(review, language).recommendations[:MOST_ACTIONS]]
    items = items if len("".join(items)) <= ACTION_LETTERS else items[:1]
    return render_list(items, language=language) if items else leave_out(_EMPTY, language=language)


def render_follow_up(release: Release, review: Review, *, language: str) -> Block:
    """Show what became of the last recommendations; one that nobody answered is told too."""
    check_release(release, asked_by="render_follow_up")
    editorial, wording = _editorial(review, language), open_wording(language)
    if not any(f.status for f in editorial.follow_up):
        return leave_out(_EMPTY, language=language)
    told = {f.id for f in editorial.follow_up}
    rows = [[f.text, wording.say(f"status.{f.status or 'open'}"), f.note] for f in editorial.follow_up]
    rows += [[r.text, wording.say("status.open"), ""] for r in editorial.before if r.id not in told]
    return _table("follow_up", ("recommendation", "follow_status", "follow_note"), rows, language=language,
                  release=release)


def render_unknown(release: Release, review: Review, *, language: str) -> Block:
    """Show what is not known, a sentence each."""
    check_release(release, asked_by="render_unknown")
    points = list(_editorial(review, language).unknown)
    if not points:
        return leave_out(_EMPTY, language=language)
    content = {"lead": open_wording(language).say("report.unknown_lead"), "points": points}
    return make_block("points", content, language=language, release=release.digest)


def render_peak_log(release: Release, review: Review, *, language: str, events: pd.DataFrame | None = None) -> Block:
    """Show every week, and every few hours, that stand out, why, what happened in town that week, and what was done.

    Parameters
    ----------
    release
        With some of the findings ``peaks``, ``speech_peaks`` and ``hours``; without a peak the table is left out.
    events
        Columns `date` and `label`, as `Study.events` reads them.
    """
    check_release(release, asked_by="render_peak_log")
    editorial, wording = _editorial(review, language), open_wording(language)
    found = [f for key in EXPLAINED if (f := release.findings.get(key)) is not None and len(_peaks_of(f))]
    if not found:
        return leave_out("report.no_rows", language=language)
    told = {(e.topic, e.week): e for e in editorial.peaks}
    happened = _events_by_week(events)
    columns = ("week", "label", "against_expected", "arenas", "explanation", "event", "response")
    rows = []
    for row in (row for finding in found for row in _peaks_of(finding).to_dict("records")):
        why = told.get((row["topic"], row["week"]))
        rows.append([_say_when(row, wording), _say_topic(row, wording),
                     wording.say("report.against", posts=row["posts"], expected=row["expected"]),
                     wording.number(row["arenas"]),
                     wording.say("report.explained", text=why.text, source=why.source.removesuffix("."))
                     if why else wording.say("report.unexplained"),
                     "; ".join(happened.get(str(row["week"]), [])), why.response if why else ""])
    # what nobody wrote about needs no column
    kept = [i for i, name in enumerate(columns) if name not in ("event", "response") or any(row[i] for row in rows)]
    block = _table("peak_log", [columns[i] for i in kept], [[row[i] or wording.number(None) for i in kept]
                                                            for row in rows], language=language, release=release)
    content = {**block.content, "key": found[0].key, "csv": write_csv(found[0].data, language=language)}
    return make_block("table", content, language=language, release=release.digest)


def render_focus(release: Release, review: Review, *, language: str,
                 events: pd.DataFrame | None = None) -> tuple[Block, ...]:
    """Show the focus theme: its heading and text, then the findings and figures that the editor named.

    The blocks go into `render_section` one by one: ``render_section(*render_focus(…))``.

    Raises
    ------
    ReportError
        If a finding is not in the release, has nothing to tell, or there is no picture of that name.
    """
    check_release(release, asked_by="render_focus")
    editorial = _editorial(review, language)
    focus = editorial.focus
    if focus is None:
        return (leave_out(_EMPTY, language=language),)
    where = editorial.place(focus.line, "[focus]")
    content = {"label": open_wording(language).say("report.focus"), "heading": focus.title, "lead": focus.lead,
               "paragraphs": list(focus.paragraphs)}
    shown = [render_finding(_told(release, key, where), language=language) for key in focus.findings]
    drawn = [_draw(_told(release, key, where), where, language=language, events=events) for key in focus.figures]
    return (make_block("focus", content, language=language, release=release.digest), *shown, *drawn)


def render_vignettes(release: Release, review: Review, *, language: str) -> Block:
    """Show how topics sound, told in other words than any post.

    Raises
    ------
    ReportError
        If one is about a topic that the release does not name.
    """
    check_release(release, asked_by="render_vignettes")
    editorial = _editorial(review, language)
    if not editorial.vignettes:
        return leave_out(_EMPTY, language=language)
    names = _topic_names(release)
    lost = [v for v in editorial.vignettes if v.topic not in names]
    if lost:
        raise ReportError("; ".join(f"{editorial.place(v.line, '[[vignettes]]')}: this report names no such topic"
                                    for v in lost) + ". Choose one that it names, or take the vignette out.")
    content = {"note": open_wording(language).say("report.vignettes_note"),
               "vignettes": [{"title": names[v.topic], "text": v.text} for v in editorial.vignettes]}
    return make_block("vignettes", content, language=language, release=release.digest)


def render_open_parts(release: Release, review: Review, *, language: str) -> Block:
    """Say in a draft which parts nobody has written; a published report leaves it out."""
    check_release(release, asked_by="render_open_parts")
    editorial, wording = _editorial(review, language), open_wording(language)
    explained = {(e.topic, e.week) for e in editorial.peaks}
    peaks = [_peaks_of(f) for key in EXPLAINED if (f := release.findings.get(key)) is not None]
    found = {(t, w) for part in peaks for t, w in zip(part["topic"], part["week"], strict=True) if t}
    has_peaks = bool(found - explained)
    parts = editorial.open_parts(has_peaks=has_peaks)
    if not release.is_open or not parts:
        return leave_out(_EMPTY, language=language)
    said = wording.say("report.open_parts", parts=[wording.say(f"part.{part}") for part in parts],
                       file=editorial.file or f"reviews/{review.period}.report.toml")
    return make_block("text", {"text": said}, language=language)


def _editorial(review: Review, language: str) -> Editorial:
    editorial = review.editorial
    if editorial.file and editorial.language != language:
        raise ReportError(f"{editorial.file} was read in the language {editorial.language}, and the report is in "
                          f"{language}. Read it with study.review(quarter, language=language).")
    return editorial


def _told(release: Release, key: str, where: str) -> ReleasedFinding:
    """Return a finding that something rests on."""
    found = release.findings.get(key)
    if found is None:
        raise ReportError(f"{where}: the report holds no such finding; it holds "
                          f"{', '.join(k for k, f in release.findings.items() if not f.reason)}.")
    if found.reason:
        raise ReportError(f"{where}: the finding {key} has nothing to tell in this period, so nothing can rest on it. "
                          "Name another, or take it out.")
    return found


def _cited(key: str, numbered: Sequence[str], wording: Wording) -> str:
    """Return the number that a finding has on page one, in words; empty where it has none."""
    place = list(numbered).index(key) + 1 if key in numbered else 0
    return wording.say("report.cited", number=str(place)) if place else ""


def _draw(finding: ReleasedFinding, where: str, *, language: str, events: pd.DataFrame | None) -> Block:
    import workbench.charts

    plot = getattr(workbench.charts, f"plot_{finding.key}", None)
    if plot is None:
        raise ReportError(f"{where}: there is no figure {finding.key}. Name another, or take it out.")
    more: dict[str, Any] = {"events": events} if finding.key in _ON_TIME else {}
    return render_figure(plot(finding, language=language, **more), language=language)


def _peaks_of(finding: ReleasedFinding) -> pd.DataFrame:
    peaks = list_peaks(finding.data)
    return peaks.assign(topic=peaks["topic"].fillna("")).dropna(subset=["week"])


def _say_when(row: Mapping[Any, Any], wording: Wording) -> str:
    """Return the week, or day and hour where hours stand out."""
    week = wording.say("report.week_short", week=str(int(str(row["week"])[-2:])))
    known = {name: row.get(name) for name in ("date", "clock")}
    return wording.say("report.hours_short", known) if wording.can_say("report.hours_short", known) else week


def _say_topic(row: Mapping[Any, Any], wording: Wording) -> str:
    """Return the name of what stands out: of a topic, of a code, or of all posts."""
    if row["topic"] == ALL_POSTS:
        return wording.say_value(ALL_POSTS)
    name: Any = row.get("name", row.get("label"))
    return wording.number(None) if is_missing(name) else wording.named(name)


def _events_by_week(events: pd.DataFrame | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if events is not None:
        for day, label in zip(events["date"], events["label"], strict=True):
            year, week, _ = day.isocalendar()
            found.setdefault(f"{year}-W{week:02d}", []).append(str(label))
    return found


def _topic_names(release: Release) -> dict[str, str]:
    names: dict[str, str] = {}
    for finding in release.findings.values():
        if {"stable_id", "label"} <= set(finding.data.columns):
            named = finding.data.dropna(subset=["stable_id", "label"])
            names |= dict(zip(named["stable_id"].astype(str), named["label"].astype(str), strict=True))
    return names


def _table(key: str, columns: Sequence[str], rows: list[list[str]], *, language: str, release: Release) -> Block:
    """Return a table of texts; only its numbers of arenas stand to the right."""
    import pandas as pd

    wording = open_wording(language)
    content = {"title": wording.say(f"report.title.{key}"), "rows": rows, "note": "", "key": key,
               "columns": [{"label": wording.say(f"column.{name}"), "align": "right" if name == "arenas" else "left"}
                           for name in columns], "csv": write_csv(pd.DataFrame(rows, columns=list(columns)))}
    return make_block("table", content, language=language, release=release.digest)
