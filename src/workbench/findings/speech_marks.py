"""The posts that a model marks: attacks, hate, recognition, by its scores over any span of time."""

from __future__ import annotations

import pandas as pd

from workbench.errors import TableError
from workbench.findings.periods import bounds_of, quarter_of, written_posts
from workbench.tables.posts import Corpus
from workbench.tables.speech import SpeechCodes

FOLLOWED = ("attack", "hate", "recognition")


def mark_posts(corpus: Corpus, speech: SpeechCodes, scores: pd.DataFrame, *, quarter: str,
               asked_by: str) -> pd.DataFrame:
    """Return the posts that were scored, up to the end of a quarter or month, and what the model says of each.

    Parameters
    ----------
    corpus
        The quarter and the time before it.
    speech
        Of the quarter, or of the one that holds the month; from it come the thresholds.
    scores
        `post_id` and one column per code, of one model, for the posts of the whole span: `speech.scores` holds those of
        the quarter alone.

    Returns
    -------
    marked
        Columns `post_id`, `arena_id`, `account_id`, `posted_at`, and one of truth values for each of `FOLLOWED` that
        the model knows. A post without a score is not among them: nothing is known of it.

    Raises
    ------
    TableError
        If the codes are of another quarter, or none of the quarter's posts was scored though others were.
    """
    check_codes_of(speech, quarter, asked_by=asked_by)
    known = [code for code in FOLLOWED if code in scores and code in speech.thresholds]
    start, end = bounds_of(quarter, months=True)
    posts = written_posts(corpus)
    posts = posts.loc[posts["posted_at"] < end, ["post_id", "arena_id", "account_id", "posted_at"]]
    if not known:
        return posts.iloc[:0]
    marked = posts.merge(scores[["post_id", *known]].dropna(), on="post_id", how="inner", validate="one_to_one")
    if len(scores) and not marked["posted_at"].ge(start).any():
        raise TableError(f"{asked_by}: none of the posts of {quarter} is among the {len(scores)} that were scored. "
                         "Score the posts of the corpus that is measured.")
    return marked.assign(**{code: marked[code].ge(speech.thresholds[code]) for code in known})


def check_codes_of(speech: SpeechCodes, period: str, *, asked_by: str) -> None:
    """Refuse codes that are not of a quarter, or of the quarter that holds a month.

    Raises
    ------
    TableError
        Saying whose codes to give.
    """
    if speech.period != quarter_of(period):
        raise TableError(f"{asked_by}: the codes are of {speech.period}, and {period} is asked for. Give those of the "
                         f"quarter: study.speech(\"{quarter_of(period)}\").")


def codes_of(marked: pd.DataFrame) -> list[str]:
    """Return the codes that posts are marked with."""
    return [code for code in FOLLOWED if code in marked]
