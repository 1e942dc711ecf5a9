"""The page that says it all, and what the report cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.charts import Chart
from workbench.errors import ReleaseError
from workbench.reports.blocks import Block, leave_out, make_block
from workbench.reports.editing import list_recommendations
from workbench.reports.figures import render_figure
from workbench.reports.numbers import NOT_AUDITED, show_tiles
from workbench.reports.standing import judge_confidence, number_findings, point_arrow
from workbench.reports.texts import check_release, known_facts, render_list, say_finding
from workbench.tables.release import Release, ReleasedFinding
from workbench.tables.review import Review
from workbench.wording import Wording, open_wording

MOST_TILES = 4
MOST_RECOMMENDED = 3
MOST_UNKNOWN = 3
MOST_UNSAID = 2  # of a short product
WORDS_A_MINUTE = 200


def render_summary(release: Release, keys: Sequence[str], *, language: str, tiles: Sequence[str] = (),
                   review: Review | None = None, strip: Chart | None = None) -> Block:
    """Show page one: up to four big numbers, five findings in plain words, three recommendations, what is not known.

    The most important finding comes first: a tested change or an audited number before a test that found no change,
    and that before what is only counted; among equals the order of `keys` decides. What has nothing to tell has no
    place among them: why it has not stands under what is not known, unless an editor wrote that part. The block brings
    its own heading of level 1.

    Parameters
    ----------
    keys
        Of the findings that may stand there.
    tiles
        Keys of findings that may be shown as big numbers above them; the first four that have a number are. One that
        was not audited (caveat ``not_audited``) has none here.
    review
        With the editor's part; None: nobody wrote any.
    strip
        A chart of the weeks at a glance, between numbers and findings.

    Raises
    ------
    ReleaseError
        If a key is not in the release.
    ReportError
        If a recommendation rests on a finding that has nothing to tell.
    """
    check_release(release, asked_by="render_summary")
    wording = open_wording(language)
    if unknown := [k for k in (*keys, *tiles) if k not in release.findings]:
        raise ReleaseError(f"render_summary: the release holds no finding {', '.join(unknown)}. "
                           f"It holds {', '.join(release.findings)}.")
    numbered = number_findings(release, keys)
    items = [_item(release[k], wording) for k in numbered]
    large = [release[k] for k in tiles if NOT_AUDITED not in release[k].caveats]
    numbers = show_tiles(release, large, language=language, asked_by="render_summary")
    content: dict[str, Any] = {
        "heading": wording.say("report.one_page"), "tiles": numbers[:MOST_TILES], "items": items,
        "unknown": _unknown(release, keys, review, wording),
        "note": wording.say("report.summary_note"), "reading_time": _reading_time(items, wording)}
    if review is not None:
        content["recommendations"] = [
            {"number": int(r["number"]), "addressee": wording.say(f"addressee.{r['addressee']}"), "text": r["text"]}
            for r in list_recommendations(release, review, language=language, most=MOST_RECOMMENDED)]
    figure = render_figure(strip, language=language) if strip is not None else None
    if figure is not None and figure.kind == "figure":
        content["strip"] = {name: figure.content[name] for name in ("svg", "alt")}
    return make_block("summary", content, language=language, release=release.digest)


def render_headlines(release: Release, keys: Sequence[str], *, language: str, heading: str, most: int = 3) -> Block:
    """Show the few things to know of a short product, a line each with arrow and how sure it is.

    The order is that of `render_summary`. An arrow points up where hours or weeks stand out, and says that nothing
    changed where a test found none. What could not be told stands below. The block brings its own heading.

    Parameters
    ----------
    keys
        Of the findings that may stand there.
    heading
        Message id, or the heading itself.

    Raises
    ------
    ReleaseError
        If a key is not in the release.
    """
    check_release(release, asked_by="render_headlines")
    wording = open_wording(language)
    if unknown := [k for k in keys if k not in release.findings]:
        raise ReleaseError(f"render_headlines: the release holds no finding {', '.join(unknown)}. "
                           f"It holds {', '.join(release.findings)}.")
    numbered = number_findings(release, keys)[:most]
    items = [{**_item(release[k], wording), "arrow": point_arrow(release[k]) or _point_peaks(release[k])}
             for k in numbered]
    content: dict[str, Any] = {
        "heading": wording.say(heading) if wording.knows(heading) else heading, "tiles": [], "items": items,
        "unknown": list_unsaid(release, wording, first=keys)[:MOST_UNSAID],
        "note": wording.say("report.headlines_note" if items else "report.nothing_measured")}
    return make_block("summary", content, language=language, release=release.digest)


def _point_peaks(finding: ReleasedFinding) -> str:
    """Return the arrow of what is counted by week or hour and tested against the time before."""
    return "" if finding.unit != "peaks" or not finding.test else "up" if finding.is_change else "same"


def render_unsaid(release: Release, *, language: str) -> Block:
    """List what this report cannot say, with the reason and what it would take; left out where there is nothing.

    Raises
    ------
    ReleaseError
        If `release` is not a release.
    """
    check_release(release, asked_by="render_unsaid")
    wording = open_wording(language)
    gate = release.provenance.get("gate", {})
    hidden = int(gate.get("hidden", 0))
    counted = [wording.say("report.hidden_numbers", count=hidden, cells=gate["cells"])] if hidden else []
    items = [*list_unsaid(release, wording), *counted]
    if not items:
        return leave_out("report.nothing_unsaid", language=language)
    return render_list(items, language=language)


def _item(finding: ReleasedFinding, wording: Wording) -> dict[str, str]:
    level = judge_confidence(finding)
    return {"key": finding.key, "sentence": say_finding(finding, wording), "level": level,
            "confidence": wording.say(f"confidence.{level}"), "arrow": point_arrow(finding)}


def _unknown(release: Release, keys: Sequence[str], review: Review | None, wording: Wording) -> list[str]:
    written = review.editorial.unknown if review is not None else ()
    missed = list_unsaid(release, wording, first=keys)[:MOST_UNKNOWN]
    return [*written][:MOST_UNKNOWN] or [*missed, wording.say("report.not_seen")]


def list_unsaid(release: Release, wording: Wording, *, first: Sequence[str] = ()) -> list[str]:
    """Return why findings have nothing to tell, each reason once; those of page one `first`."""
    silent = [f for f in release.findings.values() if f.reason]
    silent.sort(key=lambda f: first.index(f.key) if f.key in first else len(first))
    said = [wording.say(f"unsaid.{f.reason}", known_facts(f, wording)) for f in silent]
    return [*dict.fromkeys(said), *(
        wording.say("report.all_hidden", title=wording.say(f"report.title.{f.key}", known_facts(f, wording)))
        for f in release.findings.values() if not f.reason and _is_hidden(f))]


def _is_hidden(finding: ReleasedFinding) -> bool:
    """Tell whether of all that a table counts nothing may be shown."""
    counts = finding.spec.counts()
    return bool(finding.suppressed and counts and finding.data[counts].isna().all(axis=None))


def _reading_time(items: Sequence[dict[str, Any]], wording: Wording) -> str:
    words = sum(len(item["sentence"].split()) for item in items)
    return wording.say("report.reading_time", count=max(1, round(words / WORDS_A_MINUTE)))
