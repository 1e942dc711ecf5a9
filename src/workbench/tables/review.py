"""What people decided about the words of the corpus that a period's products would show."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

# of a review: shown as proposed; shown as written in `da` and `en`; not shown; a topic counted as part of another
DECISIONS = ("approve", "rename", "hide", "merge")
REVIEW_COLUMNS: dict[str, str] = {
    "kind": "string",  # topic | word (hashtags and emoji too) | domain
    "key": "string",  # id of the topic, such as K-003, or the word or domain itself
    "decision": "string",  # one of DECISIONS; missing where nobody has decided
    "text": "string",  # what it is called, in the language of the review; missing where it stays as proposed
    "words": "object",  # of a topic: list of the words that may be shown
    "into": "string",  # id of the topic that a merged one is counted with, to the end of a chain
    "period": "string",  # in which it was decided
    "description": "string",  # what a word means, in the language of the review; what a topic is about
    "reviewer": "string",  # role of the person; missing where a word was hidden and nobody signed
    "date": "string",  # of the decision, such as 2025-10-02
}
HELD_SHARE = 0.5  # of the words a person saw: with fewer, a topic is another one


@dataclass(frozen=True)
class Review:
    """The decisions that hold for a period.

    Attributes
    ----------
    period
        Such as 2025Q3.
    language
        Of `text`: da or en.
    entries
        One row per topic, word or domain that people were asked about, columns `REVIEW_COLUMNS`.
    """

    period: str
    language: str
    entries: pd.DataFrame


def empty_review(period: str, language: str) -> Review:
    """Return a review in which nothing is decided."""
    return Review(period, language, pd.DataFrame({n: pd.Series(dtype=k) for n, k in REVIEW_COLUMNS.items()}))


def is_same_topic(reviewed: Collection[str], now: Collection[str]) -> bool:
    """Tell whether at least half of the words that a person left in a review are among a topic's words now.

    Ids may be dealt out anew while nothing was published, so an id alone does not say that a decision is about
    this topic. Where either words are not known, nothing speaks against it.
    """
    if not len(reviewed) or not len(now):
        return True
    return len(set(reviewed) & set(now)) >= HELD_SHARE * len(set(reviewed))
