"""Find arenas that were renamed or went private (M2)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.tables.posts import UTC, Corpus, check_corpus

ARENA_CHANGE_COLUMNS: dict[str, Any] = {
    "arena_id": "string",
    "change": "string",  # renamed | went_private
    "since": UTC,  # when the arena was last seen before; missing where only a notice tells of the change
    "until": UTC,  # when it was seen again, or the time of the notice
    "happened": "boolean",  # false: nothing changed from `since` to `until`
}
_TITLED = ("titled", "retitled")


def find_arena_changes(corpus: Corpus) -> pd.DataFrame:
    """Find arenas that were renamed or went private, and how long others are known not to have.

    An arena was renamed when an export shows another title or handle than the one before, or when a service message
    says so. It went private when an export says that it is open no longer (where no export of the arena says
    anything, when the card of its source does), and none says later that it is open again. An arena that was seen
    once only is not listed: whether it changed cannot be told. An arena that reopened as another one is
    another matter: see `find_lineage`.

    Returns
    -------
    changes
        One row per stretch between two sightings of one arena, columns `ARENA_CHANGE_COLUMNS`, sorted by arena,
        change and time. Titles and handles are not in it.

    Raises
    ------
    TableError
        If the corpus is not well formed.
    """
    check_corpus(corpus)
    seen = corpus.sightings.rename(columns={"seen_at": "at", "last_seen": "last"})
    names = [pd.concat([seen.assign(value=seen["title_key"]), _notices(corpus)], ignore_index=True),
             seen.assign(value=seen["handle_key"])]
    found = pd.concat([*(_renamings(some).assign(change="renamed") for some in names),
                       _closings(seen).assign(change="went_private")], ignore_index=True)
    order = ["arena_id", "change", "until", "since", "happened"]
    found = found[found["happened"].astype(bool) | (found["since"] < found["until"])]
    found = found[list(ARENA_CHANGE_COLUMNS)].astype(ARENA_CHANGE_COLUMNS).drop_duplicates()
    return found.sort_values(order, ignore_index=True)


def _notices(corpus: Corpus) -> pd.DataFrame:
    """Return the titles that service messages tell."""
    links = corpus.links.loc[corpus.links["relation"].isin(_TITLED), ["post_id", "relation", "target"]]
    notices = links.merge(corpus.posts[["post_id", "arena_id", "posted_at"]], on="post_id")
    notices = notices.rename(columns={"posted_at": "at", "target": "value"}).dropna(subset=["at"])
    return notices.assign(last=notices["at"], is_notice=notices["relation"] == "retitled")


def _renamings(seen: pd.DataFrame) -> pd.DataFrame:
    stretches = _stretches(seen.reindex(columns=["arena_id", "at", "last", "value", "is_notice"]))
    is_notice = stretches["is_notice"].eq(True).fillna(False).astype(bool)
    stretches["happened"] = is_notice | (stretches["value"] != stretches["before"])
    return stretches[is_notice | stretches["since"].notna()]


def _closings(seen: pd.DataFrame) -> pd.DataFrame:
    says = seen["is_public"].notna().groupby(seen["arena_id"]).transform("any")
    is_open = seen["is_public"].where(says, seen["access"] == "open").astype("boolean")
    # where two sources differ at one time, it was open to one of them
    known = seen.assign(value=is_open).dropna(subset=["value"]).sort_values("value")
    known = known.drop_duplicates(["arena_id", "at", "last"], keep="last")
    stretches = _stretches(known)
    value, before = (stretches[c].astype("boolean") for c in ("value", "before"))
    last_open = stretches["at"].where(value).groupby(stretches["arena_id"]).transform("max")
    stretches["happened"] = before.fillna(False) & ~value & (stretches["until"] >= last_open)
    return stretches[stretches["since"].notna()]


def _stretches(seen: pd.DataFrame) -> pd.DataFrame:
    """Return each sighting with the one of the same arena before it."""
    known = seen.dropna(subset=["value"]).sort_values(["arena_id", "at", "last", "value"], ignore_index=True)
    of_arena = known.groupby("arena_id")
    return known.assign(since=of_arena["at"].shift(), until=known["at"], before=of_arena["value"].shift())
