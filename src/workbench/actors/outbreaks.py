"""Find the texts that went through many arenas within hours of their first post."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from workbench.actors.spread import SPREAD_COLUMNS, find_spread, find_spreads
from workbench.tables.posts import Corpus, empty_frame

WITHIN_HOURS = 6.0  # of the first post, in which arenas are counted
WINDOW = pd.Timedelta(hours=72)  # from its first post, in which a text is followed


def find_outbreaks(corpus: Corpus, *, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Find the texts of a span and how many arenas had each within six hours of its first post there.

    What stood before the span does not count: a text that comes back begins anew.

    Parameters
    ----------
    corpus
        With the span in it. Forwards count: what is passed on spreads too.
    start, end
        Of the span, UTC; posts from the one up to the other.

    Returns
    -------
    outbreaks
        As `find_spreads` tells of texts, by falling arenas; those in at least two.
    """
    return find_spreads(_between(corpus, start, end), least_arenas=2, within_hours=WITHIN_HOURS)


def find_outbreak(corpus: Corpus, *, since: pd.Timestamp) -> pd.DataFrame:
    """Find the way of the text that went through the most arenas of all that were first posted in one hour.

    Parameters
    ----------
    corpus
        With the three days from that hour on.
    since
        The hour, UTC.

    Returns
    -------
    spread
        As `find_spread`, within 72 hours; empty where no text of that hour came to a second arena.
    """
    window = _between(corpus, since, since + WINDOW)
    claims = find_spreads(window, least_arenas=2, within_hours=WITHIN_HOURS)
    begun = claims.loc[claims["first_at"].dt.floor("h").eq(since), "content"]
    return find_spread(window, str(begun.iloc[0])) if len(begun) else empty_frame(SPREAD_COLUMNS)


def _between(corpus: Corpus, start: pd.Timestamp, end: pd.Timestamp) -> Corpus:
    posts = corpus.posts[corpus.posts["posted_at"].ge(start) & corpus.posts["posted_at"].lt(end)]
    links = corpus.links[corpus.links["post_id"].isin(posts["post_id"])]
    return replace(corpus, posts=posts.reset_index(drop=True), links=links.reset_index(drop=True))
