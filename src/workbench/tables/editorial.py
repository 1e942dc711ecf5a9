"""What an editor writes around the numbers of a period: title, wording, explanations, recommendations, a theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# what a report may hold of an editor's; none of it must be there
PARTS = ("headline", "peaks", "recommendations", "follow_up", "unknown", "focus", "vignettes")
ADDRESSEES = ("committee", "ssp", "schools", "communication", "platforms")
EFFORTS = ("small", "medium", "large")
STATUSES = ("done", "under_way", "dropped")
ALL_POSTS = "all_posts"  # what a week stands out in where it is no topic
EXPLAINED = ("peaks", "speech_peaks", "hours")  # findings whose rows people explain


def list_peaks(data: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a finding that people explain, with `topic`: id of a topic, key of a code, or ``all_posts``.

    Rows of `EXPLAINED` stand for weeks, of which some are peaks, or for hours, all of which stand out; `topic` is
    missing where it is hidden. Of any other table there are none.
    """
    is_of_topics, is_of_codes = {"topic_id", "stable_id", "label"} <= set(data.columns), "code" in data
    if "week" not in data or not {"is_peak", "explanation"} & set(data.columns) or not (is_of_topics or is_of_codes):
        return data.iloc[:0].assign(topic="", week="")
    if is_of_codes:
        topic = data["code"]
    else:
        topic = data["stable_id"].mask(data["topic_id"].isna() & data["label"].eq(ALL_POSTS).fillna(False), ALL_POSTS)
    peaks = data.assign(topic=topic)
    return peaks[peaks["is_peak"].fillna(False).astype(bool)] if "is_peak" in peaks else peaks


@dataclass(frozen=True)
class Worded:
    """A sentence in an editor's words; its numbers are placeholders of the facts of `finding`."""

    finding: str
    text: str
    line: int = 0


@dataclass(frozen=True)
class Explanation:
    """Why a week stood out.

    Attributes
    ----------
    topic, week
        Of the peak: id of the topic, such as K-003, key of the code, such as attack, or ``all_posts``, and week, such
        as 2025-W34.
    text, source, response
        What happened, who says so, and what was done about it; `response` may be empty.
    """

    topic: str
    week: str
    text: str
    source: str
    response: str = ""
    line: int = 0


@dataclass(frozen=True)
class Recommendation:
    """What somebody should do, and the finding that it rests on.

    Attributes
    ----------
    id
        By which the next report follows it up.
    addressee, effort
        One of `ADDRESSEES` and `EFFORTS`.
    finding
        Key of the finding.
    owner
        The role that does it.
    indicator
        How one sees that it worked.
    """

    id: str
    addressee: str
    text: str
    finding: str
    owner: str
    effort: str
    indicator: str
    line: int = 0


@dataclass(frozen=True)
class FollowUp:
    """What became of an earlier recommendation; `status` is one of `STATUSES`, empty while nobody has said."""

    id: str
    text: str
    status: str
    note: str = ""
    line: int = 0


@dataclass(frozen=True)
class Focus:
    """A theme that the report goes into; `findings` are keys of those shown with it."""

    title: str
    lead: str
    paragraphs: tuple[str, ...]
    findings: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Vignette:
    """How a topic sounds, told in other words than any post."""

    topic: str
    text: str
    line: int = 0


@dataclass(frozen=True)
class Editorial:
    """The editor's part of a period's report, its texts in one language.

    Attributes
    ----------
    file
        Such as ``reviews/2025Q3.report.toml``; empty where there is none.
    language
        Of the texts.
    headline
        Title of the report; None: the report's own.
    findings
        Sentences of findings in other words, by key.
    peaks, recommendations, follow_up, unknown, focus, vignettes
        As they stand in the file; `unknown` are sentences on what is not known.
    before
        Recommendations of the last report before this one.
    without
        Of `PARTS`: what this report is to go without.
    """

    file: str = ""
    language: str = "en"
    headline: Worded | None = None
    findings: Mapping[str, Worded] = field(default_factory=dict)
    peaks: tuple[Explanation, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    follow_up: tuple[FollowUp, ...] = ()
    unknown: tuple[str, ...] = ()
    focus: Focus | None = None
    vignettes: tuple[Vignette, ...] = ()
    before: tuple[Recommendation, ...] = ()
    without: tuple[str, ...] = ()

    def place(self, line: int, table: str) -> str:
        """Name a place in the file, for messages."""
        return f"{self.file}, line {line}, {table}"

    def open_parts(self, *, has_peaks: bool = True) -> list[str]:
        """Return the parts that nobody has written and that the report is not said to go without.

        Peaks are open where the period has any without an explanation (`has_peaks`), the follow-up where an earlier
        recommendation has no answer.
        """
        answered = {f.id for f in self.follow_up if f.status}
        asked = {r.id for r in self.before} | {f.id for f in self.follow_up}
        is_open = {"headline": self.headline is None, "peaks": has_peaks, "recommendations": not self.recommendations,
                   "follow_up": bool(asked - answered), "unknown": not self.unknown, "focus": self.focus is None,
                   "vignettes": not self.vignettes}
        return [part for part in PARTS if is_open[part] and part not in self.without]
