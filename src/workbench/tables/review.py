"""What people decided about the words of the corpus that a period's products would show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pandas as pd

from workbench.tables.editorial import Editorial

# of a review: shown as proposed; shown as written in the fields of the languages; not shown; a topic counted as part
# of another; a topic whose parts are topics of their own
DECISIONS = ("approve", "rename", "hide", "merge", "split")
REVIEW_COLUMNS: dict[str, str] = {
    "kind": "string",  # topic | word (hashtags and emoji too) | domain
    "key": "string",  # id of the topic, such as K-003, or the word or domain itself
    "decision": "string",  # one of DECISIONS; missing where nobody has decided
    "text": "string",  # what it is called, in the language of the review; missing where it stays as proposed
    "spoken": "string",  # language in which text and description stand; missing where there are none
    "words": "object",  # of a topic: list of the words that may be shown
    "into": "string",  # id of the topic that a merged one is counted with, to the end of a chain
    "period": "string",  # in which it was decided
    "description": "string",  # what a word means or an approved topic is about, in the language of the review
    "note": "string",  # on a topic, of earlier review files; never shown
    "reviewer": "string",  # role of the person; missing where a word was hidden and nobody signed
    "date": "string",  # of the decision, such as 2025-10-02
}
# why a decision about a topic does not fit this quarter's topics: no such topic; another one by now; what it was merged
# into is no topic of this quarter; it has fewer than two parts
REASONS = ("gone", "drifted", "into_gone", "no_parts")
UNFIT_COLUMNS: dict[str, str] = {
    "key": "string",  # id of the topic
    "decision": "string",  # what was decided: one of DECISIONS
    "into": "string",  # of a merge: id of the topic it was to be counted with
    "period": "string",  # in which it was decided
    "date": "string",  # of the decision; missing where nobody signed
    "reason": "string",  # one of REASONS
}
HELD_SHARE = 0.5  # of the words a person saw: with fewer, a topic is another one


def empty_unfit() -> pd.DataFrame:
    """Return the table of decisions that do not fit, without any."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in UNFIT_COLUMNS.items()})


@dataclass(frozen=True)
class LookedFor:
    """A theme that people look for.

    Attributes
    ----------
    words
        That tell it.
    posts
        Ids of posts that are examples of it.
    labels
        What people call it, by language; empty where they gave no name.
    period
        Of the review file it stands in.
    """

    words: tuple[str, ...]
    posts: tuple[str, ...]
    labels: Mapping[str, str]
    period: str


@dataclass(frozen=True)
class Review:
    """The decisions that hold for a period.

    Attributes
    ----------
    period
        Such as 2025Q3.
    language
        In which names are asked for; `spoken` tells where one stands in another.
    entries
        One row per topic, word or domain that people were asked about, columns `REVIEW_COLUMNS`.
    look_for
        Themes that people look for, by the name they gave them in the file.
    unfit
        Decisions that do not fit the topics of the quarter, columns `UNFIT_COLUMNS`; empty as long as no topics were
        looked at.
    editorial
        What an editor wrote for the report of the period.
    """

    period: str
    language: str
    entries: pd.DataFrame
    look_for: Mapping[str, LookedFor] = field(default_factory=dict)
    unfit: pd.DataFrame = field(default_factory=empty_unfit)
    editorial: Editorial = field(default_factory=Editorial)


def empty_review(period: str, language: str) -> Review:
    """Return a review in which nothing is decided."""
    return Review(period, language, pd.DataFrame({n: pd.Series(dtype=k) for n, k in REVIEW_COLUMNS.items()}))


def foreign_languages(review: Review) -> list[str]:
    """Return the languages in which names and meanings stand that nobody wrote in the language of the review."""
    spoken = review.entries["spoken"].dropna() if "spoken" in review.entries else pd.Series(dtype="string")
    return sorted(set(spoken) - {review.language})


def is_same_topic(reviewed: Collection[str], now: Collection[str]) -> bool:
    """Tell whether at least half of the words that a person left in a review are among a topic's words now.

    Ids may be dealt out anew while nothing was published, so an id alone does not say that a decision is about
    this topic. Where either words are not known, nothing speaks against it.
    """
    if not len(reviewed) or not len(now):
        return True
    return len(set(reviewed) & set(now)) >= HELD_SHARE * len(set(reviewed))
