"""Tell the state of a watch list: what is followed, since when, what is due, and what nobody wrote a decision for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from workbench.tables.posts import Corpus, is_written
from workbench.tables.watching import ACCESSES, WATCHED_COLUMNS, Candidates, WatchChanges
from workbench.watching.naming import known_codes

STRONG = 3  # arenas that point at a candidate


def list_watched(watched: pd.DataFrame, corpus: Corpus, *, today: date) -> pd.DataFrame:
    """List the watch list with what the collection knows of each arena: first and last seen, posts.

    Parameters
    ----------
    watched
        Of `read_watch_list`.
    today
        By which reviews are due.

    Returns
    -------
    watched
        One row each, columns `WATCHED_COLUMNS`, in the order of the list.
    """
    same = known_codes(corpus)
    arenas = corpus.arenas.set_index("arena_id")
    posts = corpus.posts.loc[is_written(corpus.posts), "arena_id"].value_counts()
    code = watched["arena"].map(same).astype("string")
    table = watched.assign(
        arena_id=code, title=code.map(arenas["title"]), first_seen=code.map(arenas["first_seen"]),
        last_seen=code.map(arenas["last_seen"]), posts=code.map(posts).fillna(0).astype("Int64"),
        is_due=(watched["review"] <= pd.Timestamp(today, tz="UTC")) & watched["status"].eq("followed"))
    return table[list(WATCHED_COLUMNS)].astype(WATCHED_COLUMNS)


def list_due(watched: pd.DataFrame, *, before: date | pd.Timestamp) -> pd.DataFrame:
    """List the followed arenas whose review comes before a day, the longest overdue first."""
    limit = pd.Timestamp(before)
    limit = limit.tz_localize("UTC") if limit.tzinfo is None else limit
    due = watched[(watched["review"] < limit) & watched["status"].eq("followed")]
    return due.sort_values(["review", "arena"], ignore_index=True)


def count_watched(watched: pd.DataFrame) -> pd.DataFrame:
    """Count the followed arenas by category and access.

    Returns
    -------
    counts
        One row per category, the largest first: columns `category`, `open`, `link`, `closed`, `arenas`.
    """
    followed = watched[watched["status"] == "followed"]
    counts = pd.crosstab(followed["category"], followed["access"]).reindex(columns=list(ACCESSES), fill_value=0)
    counts = counts.assign(arenas=counts.sum(axis=1)).reset_index().rename_axis(columns=None)
    kinds = {"category": "string", **dict.fromkeys((*ACCESSES, "arenas"), "Int64")}
    return counts.astype(kinds).sort_values(["arenas", "category"], ascending=[False, True], ignore_index=True)


def count_watch_changes(changes: WatchChanges) -> pd.DataFrame:
    """Count the arenas of each change of `compare_watch`: columns `change` and `arenas`."""
    found = changes.table.groupby("change")["arena"].nunique()
    return found.rename("arenas").reset_index().astype({"change": "string", "arenas": "Int64"})


def find_undecided(watched: pd.DataFrame, log: pd.DataFrame) -> list[str]:
    """Find the arenas that are followed without a decision in the log: somebody wrote them into the file alone."""
    decided = set(log.loc[log["what"].isin(["added", "accepted"]), "arena"])
    followed = watched.loc[watched["status"] == "followed", "arena"]
    return sorted(set(followed) - decided)


def find_unfounded(watched: pd.DataFrame, founded: Iterable[str]) -> list[str]:
    """Find the closed arenas that are followed under a card that names no legal basis for closed sources.

    Parameters
    ----------
    founded
        Ids of the source cards that name one.
    """
    closed = watched[watched["status"].eq("followed") & watched["access"].eq("closed")]
    return sorted(closed.loc[~closed["card"].isin(list(founded)), "arena"])


def count_candidates(candidates: Candidates) -> pd.DataFrame:
    """Count the candidates of `find_candidates` by kind.

    Returns
    -------
    counts
        Columns `kind`, `candidates`, `new`, `strong` (three or more arenas of the list point at it) and `needs_basis`.
    """
    table = candidates.table
    by = table.assign(strong=table["arenas"].ge(STRONG)).groupby("kind")
    counts = by.agg(candidates=("arena", "size"), new=("is_new", "sum"), strong=("strong", "sum"),
                    needs_basis=("needs_basis", "sum")).reset_index()
    return counts.astype({"kind": "string", **dict.fromkeys(counts.columns[1:], "Int64")})
