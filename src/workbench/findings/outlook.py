"""What a collection can show of a quarter and what it cannot, told before anything is modelled or tested."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.change import MINIMUM_EFFECTIVE_ARENAS, SHRINKAGE
from workbench.findings.change_weeks import FEWEST_ARENAS
from workbench.findings.counting_rule import LARGEST_PUBLISHER, Rule, index_posts, passing
from workbench.findings.distinct import MINIMUM_POSTS
from workbench.findings.peaks import FEWEST_WEEKS
from workbench.findings.periods import posts_before, posts_of, quarter_bounds, week_start, written_posts
from workbench.tables.finding import hash_posts
from workbench.tables.posts import Corpus

OUTLOOK_COLUMNS: dict[str, str] = {
    "question": "string",  # what a report would tell of: volume | topics | change | peaks | network | together | reach
    "answer": "string",  # yes | partly | no
    "message": "string",  # id of the sentence that says why, and what it would take
    "facts": "object",  # what the sentence names: a mapping
}
FEWEST_TEXTS, ENOUGH_TEXTS = 100, 1000  # different ones: below the first no theme is trusted, above the second several
FEWEST_SHARES = 50  # forwards, links and hashtags that several arenas have in common
FEWEST_TIES = 3
MOSTLY = 0.5


def describe_outlook(corpus: Corpus, *, quarter: str, minimum_authors: int, minimum_arenas: int) -> pd.DataFrame:
    """Tell what a report on a quarter will be able to say, from counts alone.

    Parameters
    ----------
    corpus
        The quarter and what was collected before it.
    quarter
        Such as 2025Q3.
    minimum_authors, minimum_arenas
        Of a published count.

    Returns
    -------
    outlook
        One row per question, columns `OUTLOOK_COLUMNS`.

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    posts, earlier = posts_of(corpus, quarter), posts_before(corpus, quarter)
    asked: dict[str, Callable[[], tuple[str, str, dict[str, Any]]]] = {
        "volume": lambda: _volume(corpus, posts, Rule(minimum_authors, minimum_arenas)),
        "topics": lambda: _topics(posts),
        "change": lambda: _change(posts, earlier),
        "peaks": lambda: _peaks(corpus, quarter),
        "network": lambda: _network(corpus, posts),
        "together": lambda: _together(corpus, posts),
        "reach": lambda: _reach(posts),
    }
    rows = [(question, *tell()) for question, tell in asked.items()]
    told = pd.DataFrame(rows, columns=["question", "answer", "reason", "facts"])
    told["message"] = "outlook." + told["question"] + "." + told.pop("reason")
    return told[list(OUTLOOK_COLUMNS)].astype(OUTLOOK_COLUMNS)


def _volume(corpus: Corpus, posts: pd.DataFrame, rule: Rule) -> tuple[str, str, dict[str, Any]]:
    index = index_posts(corpus)
    weeks = [hash_posts(ids) for _, ids in posts["post_id"].groupby(week_start(posts["posted_at"]))]
    shown = int(passing(index, weeks, rule).sum())
    facts = {"posts": len(posts), "arenas": posts["arena_id"].nunique(), "shown": shown, "weeks": len(weeks)}
    if not passing(index, [hash_posts(posts["post_id"])], rule)[0]:
        largest = float(posts["arena_id"].value_counts(normalize=True).iloc[0])
        is_one = facts["arenas"] >= rule.minimum_arenas and largest > LARGEST_PUBLISHER
        return "no", "one_arena" if is_one else "hidden", facts | {"minimum": rule.minimum_arenas, "largest": largest}
    return ("yes", "weeks", facts) if shown >= MOSTLY * len(weeks) else ("partly", "months", facts)


def _topics(posts: pd.DataFrame) -> tuple[str, str, dict[str, Any]]:
    facts = {"texts": int(posts["text"].dropna().nunique()), "fewest": FEWEST_TEXTS, "enough": ENOUGH_TEXTS}
    if facts["texts"] < FEWEST_TEXTS:
        return "no", "few", facts
    return ("yes", "many", facts) if facts["texts"] >= ENOUGH_TEXTS else ("partly", "some", facts)


def _change(posts: pd.DataFrame, earlier: pd.DataFrame) -> tuple[str, str, dict[str, Any]]:
    if earlier.empty:
        return "no", "no_quarter_before", {}
    both = pd.concat([part.dropna(subset=["text"])["arena_id"].value_counts() for part in (earlier, posts)], axis=1,
                     join="inner").to_numpy(float)
    both = both[(both >= MINIMUM_POSTS).all(axis=1)]
    pairs = both.prod(axis=1) / np.maximum(both.sum(axis=1), 1)
    weights = pairs / (pairs + SHRINKAGE)
    effective = float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0
    facts = {"arenas": len(both), "needed": MINIMUM_EFFECTIVE_ARENAS, "fewest": FEWEST_ARENAS}
    if len(both) < FEWEST_ARENAS:
        return "no", "few_arenas", facts
    return ("yes", "arenas", facts) if effective >= MINIMUM_EFFECTIVE_ARENAS else ("partly", "by_weeks", facts)


def _peaks(corpus: Corpus, quarter: str) -> tuple[str, str, dict[str, Any]]:
    start, _ = quarter_bounds(quarter)
    times = written_posts(corpus)["posted_at"]
    before = times[times < start]
    weeks = int(week_start(before).nunique())
    facts = {"weeks": weeks, "needed": FEWEST_WEEKS}
    return ("yes", "history", facts) if weeks >= FEWEST_WEEKS else ("no", "short_history", facts)


def _network(corpus: Corpus, posts: pd.DataFrame) -> tuple[str, str, dict[str, Any]]:
    links = corpus.links[corpus.links["relation"].eq("forward")]
    found = links.merge(posts[["post_id", "arena_id"]], on="post_id")
    facts = {"ties": len(found[["arena_id", "target"]].drop_duplicates()),
             "forwards": int(found["post_id"].nunique()), "fewest": FEWEST_TIES}
    return ("yes", "ties", facts) if facts["ties"] >= FEWEST_TIES else ("no", "few_ties", facts)


def _together(corpus: Corpus, posts: pd.DataFrame) -> tuple[str, str, dict[str, Any]]:
    kinds = ["forward", "url", "hashtag"]
    links = corpus.links[corpus.links["relation"].isin(kinds) & corpus.links["post_id"].isin(posts["post_id"])]
    where = links.merge(posts[["post_id", "arena_id"]], on="post_id")
    several = where.groupby(["relation", "target"])["arena_id"].transform("nunique") > 1
    facts = {"shares": int(several.sum()), "fewest": FEWEST_SHARES}
    return ("yes", "shares", facts) if facts["shares"] >= FEWEST_SHARES else ("no", "few_shares", facts)


def _reach(posts: pd.DataFrame) -> tuple[str, str, dict[str, Any]]:
    facts = {"seen": float(posts["views"].notna().mean())}
    return ("yes", "views", facts) if facts["seen"] >= MOSTLY else ("no", "no_views", facts)
