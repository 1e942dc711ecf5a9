"""Alerts: what a page of one says, and no post, text, account or name of an arena."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.tables.periods import ZONE
from workbench.tables.release import Release

# what raised it: hours or a week far above what is usual, a text that goes through the arenas, a person
TRIGGERS = ("hours", "week", "claim", "hand")
LEVELS = ("green", "yellow", "red")  # orientation | heightened | act now
LOCAL = ("certain", "likely", "unknown")  # whether it is about this place
VERIFIED = ("confirmed", "unconfirmed", "refuted")  # whether what is told has happened
STATES = ("draft", "confirmed", "exported", "expired", "declined", "closed")

# what measuring hands over to alerting: counts of one event that the gate let through, and no row of anybody
SIGNAL_COLUMNS: dict[str, str] = {
    "trigger": "string",  # of TRIGGERS
    "since": "datetime64[us, UTC]",  # when it began, in whole hours
    "platforms": "object",  # list of their names
    "posts": "Int64",  # missing where the gate hides it: observed, not measured
    "hours": "Int64",  # in which they were written; missing of a week
    "expected": "Float64",  # posts that are usual; missing where nothing is
    "arenas": "Int64",
}
COUNTS = ("posts", "hours", "expected", "arenas")


@dataclass(frozen=True)
class Step:
    """One thing that was done with an alert.

    Attributes
    ----------
    at
        When, UTC.
    what
        raised | changed | confirmed | declined | exported | acted | closed.
    role
        Of who did it; empty where the workbench did.
    told
        What was said: values by name.
    """

    at: pd.Timestamp
    what: str
    role: str
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Alert:
    """One alert, as its log has it at a moment.

    Attributes
    ----------
    id
        The day on which its event began and a letter: 2025-08-20-a.
    trigger
        One of `TRIGGERS`.
    since, raised_at, expires_at
        When its event began, when the draft was made and until when it holds, UTC.
    platforms
        Where it was seen, by name.
    level, harm, local, verified, verified_by
        What people said of it: one of `LEVELS`, a code of the codebook, of `LOCAL`, of `VERIFIED`, and the role that
        looked; `harm` is empty until somebody says it.
    counts
        `COUNTS` of its signal, those that are known.
    state
        One of `STATES`.
    steps
        All that was done with it, in order.
    """

    id: str
    trigger: str
    since: pd.Timestamp
    raised_at: pd.Timestamp
    expires_at: pd.Timestamp
    platforms: tuple[str, ...]
    level: str
    harm: str
    local: str
    verified: str
    verified_by: str
    counts: Mapping[str, float]
    state: str
    steps: tuple[Step, ...]

    @property
    def day(self) -> str:
        """The day on which its event began, by the clocks of the place: the period of its page."""
        return self.id[:10]

    @property
    def quarter(self) -> str:
        """The quarter in which its event began."""
        return str(self.since.tz_localize(None).to_period("Q"))

    @property
    def next_quarter(self) -> str:
        """The quarter after that one: what was learned before it is known."""
        return str(self.since.tz_localize(None).to_period("Q") + 1)

    @property
    def confirmed_by(self) -> tuple[str, ...]:
        """Roles of those who confirmed it as it stands: whoever did so before the last change counts no more."""
        changed = max((n for n, step in enumerate(self.steps) if step.what in ("raised", "changed")), default=0)
        return tuple(step.role for step in self.steps[changed:] if step.what == "confirmed")


def name_day(time: pd.Timestamp) -> str:
    """Return the day of a time by the clocks of the place, such as 2025-08-20."""
    return f"{time.tz_convert(ZONE):%Y-%m-%d}"


def begin_of(date: pd.Timestamp, clock: str) -> pd.Timestamp:
    """Return in UTC when an hour begins that is told by the clocks of the place, as `measure_hours` tells it."""
    return pd.Timestamp(f"{date:%Y-%m-%d} {clock}").tz_localize(ZONE, ambiguous=True).tz_convert("UTC")


def counts_of(release: Release, trigger: str, since: pd.Timestamp) -> dict[str, float]:
    """Return the numbers of one event that a release may tell, by the names of `COUNTS`.

    Empty where the gate hides them, or the release has no such event: it is then observed, and not measured. Of
    several series, the one that is furthest beyond chance tells it.
    """
    key = {"hours": "hours", "week": "peaks", "claim": "spread"}.get(trigger, "")
    if key not in release.findings:
        return {}
    finding = release[key]
    data = finding.data
    if trigger == "claim":
        posts = finding.known.get("posts")
        if data.empty or posts is None or pd.isna(posts):
            return {}
        return {"posts": int(posts), "hours": int(data["hours"].max()) + 1, "arenas": len(data)}
    if trigger == "hours":
        is_it = [begin_of(row["date"], row["clock"]) == since for row in data.to_dict("records")]
    else:
        is_it = list(data["week_start"].eq(since) & data["is_alert"].eq(True).fillna(False))
    found = data[pd.Series(is_it, index=data.index, dtype=bool)].dropna(subset=["posts"]).sort_values("p")
    if found.empty:
        return {}
    return {name: float(found.iloc[0][name]) for name in COUNTS if name in found and pd.notna(found.iloc[0][name])}
