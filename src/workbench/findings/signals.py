"""What is so far above the usual that people should look at it at once: flags from counts, and what may be told."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.findings.hours import measure_hours
from workbench.findings.peaks import measure_peaks
from workbench.findings.spread import describe_spread
from workbench.tables.alerts import SIGNAL_COLUMNS, Alert, begin_of, counts_of
from workbench.tables.finding import Finding
from workbench.tables.periods import period_bounds
from workbench.tables.posts import Corpus
from workbench.tables.release import Release
from workbench.tables.topics import TopicSet

FEWEST_ARENAS = 5  # within six hours
TIMES = 1.5
WEEKS_BEFORE, FEWEST_WEEKS = 52, 8


def flag_claims(claims: pd.DataFrame, before: pd.DataFrame, *, weeks: float) -> pd.DataFrame:
    """Tell which texts went through more arenas within six hours than any of the year before.

    Parameters
    ----------
    claims, before
        Of `actors.find_outbreaks`: of the days that are looked at, and of up to 52 weeks before them.
    weeks
        How many weeks were collected before.

    Returns
    -------
    claims
        With `furthest` (arenas of the text that went furthest before; 0 without any) and `is_flagged`: at least 5
        arenas and one and a half times as many as the furthest, with at least 8 weeks to hold it against.

    Notes
    -----
    Where nothing changes, each of n weeks is the one with the record equally often, so that the last of 52 weeks sets
    one with probability 1/52: about one a year. That it must be beaten by half makes it less than that.
    """
    furthest = int(before["arenas"].max()) if len(before) else 0
    is_flagged = claims["arenas"].ge(max(FEWEST_ARENAS, TIMES * furthest)) & (weeks >= FEWEST_WEEKS)
    return claims.assign(furthest=furthest, is_flagged=is_flagged.astype(bool))


def measure_event(corpus: Corpus, alert: Alert, *, claim: pd.DataFrame | None = None,
                  topics: TopicSet | None = None) -> list[Finding]:
    """Measure what an alert is about, for its page.

    Parameters
    ----------
    corpus
        Up to the quarter in which the event began, and a year before it.
    alert
        Of `study.alert`: raised by hours, a week or a claim. Nothing is measured of one that was raised by hand.
    claim
        Of `actors.find_outbreak`, of the hour in which it began.
    topics
        Of `topics.assign_topics`; needed for a week.

    Returns
    -------
    findings
        `measure_hours`, `measure_peaks` or `describe_spread` of its quarter; none where the corpus holds no posts of it
        or what it takes is not there.
    """
    start, end = period_bounds(alert.quarter)
    if not corpus.posts["posted_at"].between(start, end, inclusive="left").any():
        return []
    if alert.trigger == "hours":
        return [measure_hours(corpus, quarter=alert.quarter)]
    if alert.trigger == "week" and topics is not None:
        return [measure_peaks(corpus, topics, quarter=alert.quarter)]
    if alert.trigger == "claim" and claim is not None and len(claim):
        return [describe_spread(claim, quarter=alert.quarter)]
    return []


def list_signals(found: Finding, release: Release, corpus: Corpus, *, since: pd.Timestamp, until: pd.Timestamp,
                 minimum_arenas: int) -> pd.DataFrame:
    """List what a measure flagged in the last days, with the numbers that the gate let through and no others.

    Parameters
    ----------
    found
        Of `measure_hours`, `measure_peaks` or `describe_spread`.
    release
        With it, from the gate. What is hidden there is missing here: it is observed, and not measured.
    corpus
        The posts it counts: platforms are named in which at least `minimum_arenas` arenas wrote meanwhile.
    since, until
        Of the days that are looked at, UTC; of a claim, `since` is the hour in which it began.
    minimum_arenas
        Of the study.

    Returns
    -------
    signals
        Columns `SIGNAL_COLUMNS`, in order of time.
    """
    trigger, events = {"hours": ("hours", _hours), "peaks": ("week", _weeks), "spread": ("claim", None)}[found.spec.key]
    begun = events(found) if events else [(since, pd.Timedelta(0))] * (len(found.data) > 0)
    posts = corpus.posts[["platform", "arena_id", "posted_at"]]
    rows: list[dict[str, Any]] = []
    for at, lasts in begun:
        if at + lasts < since or at >= until:
            continue
        near = posts[posts["posted_at"].ge(at) & posts["posted_at"].lt(until)]
        arenas = near.groupby("platform")["arena_id"].nunique()
        rows.append({"trigger": trigger, "since": at, "platforms": sorted(arenas.index[arenas >= minimum_arenas]),
                     **counts_of(release, trigger, at)})
    table = pd.DataFrame(rows, columns=list(SIGNAL_COLUMNS)).astype(SIGNAL_COLUMNS)
    return table.drop_duplicates(["trigger", "since"]).sort_values("since", ignore_index=True)


def _hours(found: Finding) -> list[tuple[pd.Timestamp, pd.Timedelta]]:
    """Return when each episode began, and how long it took."""
    return [(begin_of(row["date"], row["clock"]), pd.Timedelta(hours=int(row["hours"])))
            for row in found.data.to_dict("records")]


def _weeks(found: Finding) -> list[tuple[pd.Timestamp, pd.Timedelta]]:
    """Return the weeks in which a topic, or all posts, are far enough above the usual for an alert."""
    weeks = found.data.loc[found.data["is_alert"].eq(True), "week_start"].drop_duplicates()
    return [(week, pd.Timedelta(days=7)) for week in weeks]
