"""Find what the arenas of a watch list point at and nobody has decided about: the snowball."""

from __future__ import annotations

import hashlib

import pandas as pd

from workbench.tables.actors import ActorNetwork
from workbench.tables.periods import period_bounds, week_start
from workbench.tables.platforms import INVITATION
from workbench.tables.posts import Corpus, empty_frame, is_written
from workbench.tables.watching import CANDIDATE_COLUMNS, EVIDENCE_COLUMNS, Candidates
from workbench.watching.naming import find_listed, known_codes

WEEKS_BACK = 13  # up to the end of the period: in a single week evidence is thin
FEWEST_ARENAS = 2  # that point at it: one arena's taste is no sign
TIMES_TO_RETURN = 2  # as much evidence as when it was declined


def find_candidates(corpus: Corpus, network: ActorNetwork, watched: pd.DataFrame, log: pd.DataFrame, *,
                    period: str) -> Candidates:
    """Find channels, groups and invitations that arenas of the watch list point at, the strongest evidence first.

    A candidate was pointed at in the period, and in the thirteen weeks up to its end by two or more arenas of the list:
    by forwards, or by an invitation that they posted. Only what is known to be an arena is a candidate: a source whose
    posts have numbers of their own (an export says which post a forward repeats), an invitation to a group, or an arena
    that was imported and is not on the list. Sources that may be people are counted and never listed. What was declined
    stays away until twice as many arenas, or twice as many posts, point at it.

    Parameters
    ----------
    corpus
        Up to the end of the period.
    network
        Of `actors.link_forwards` for the same posts, by arena.
    watched, log
        Of `read_watch_list` and `read_watch_log`.
    period
        Such as 2025-08 or 2025-W34.

    Returns
    -------
    candidates
        Ranked by arenas, then weeks, then posts, then code.
    """
    start, end = period_bounds(period)
    listed = find_listed(corpus, watched)
    pointing = pd.concat([_forwards(corpus, network), _invitations(corpus)], ignore_index=True)
    posts = corpus.posts.loc[is_written(corpus.posts), ["post_id", "arena_id", "platform", "posted_at"]]
    pointing = pointing.merge(posts, on="post_id")
    pointing = pointing[pointing["arena_id"].isin(listed) & (pointing["posted_at"] < end)
                        & ~pointing["arena"].isin(_decided(corpus, watched, listed))]
    recent = pointing[pointing["posted_at"] >= end - pd.Timedelta(weeks=WEEKS_BACK)]
    in_period = set(recent.loc[recent["posted_at"] >= start, "arena"])
    recent = recent[recent["arena"].isin(in_period)]
    if recent.empty:
        return Candidates(empty_frame(CANDIDATE_COLUMNS), empty_frame(EVIDENCE_COLUMNS))
    table = _describe(recent, corpus)
    before = pointing.loc[pointing["posted_at"] < start, "arena"]
    table["is_new"] = ~table["arena"].isin(before)
    is_arena = table["kind"].ne("unknown")
    enough = table["arenas"].ge(FEWEST_ARENAS)
    declined = _declined(table, log)
    table["was_declined"] = declined["was_declined"]
    shown = table[is_arena & enough & ~declined["stays"]].sort_values(
        ["arenas", "weeks", "posts", "arena"], ascending=[False, False, False, True], ignore_index=True)
    evidence = recent[recent["arena"].isin(shown["arena"])].sort_values(["arena", "posted_at", "post_id"])
    return Candidates(
        shown[list(CANDIDATE_COLUMNS)].astype(CANDIDATE_COLUMNS),
        evidence[list(EVIDENCE_COLUMNS)].astype(EVIDENCE_COLUMNS).reset_index(drop=True),
        {"may_be_people": int((~is_arena).sum()), "too_little": int((is_arena & ~enough).sum()),
         "declined": int((is_arena & enough & declined["stays"]).sum())})


def _forwards(corpus: Corpus, network: ActorNetwork) -> pd.DataFrame:
    """Return source and post of every forward, and whether the source is known to be an arena."""
    ties = network.ties[["source", "posts"]].explode("posts").dropna()
    repeats = corpus.links.loc[corpus.links["relation"] == "repeats", "target"]
    numbered = set(repeats.str.extract(r"-([0-9a-f]{8,}):", expand=False).dropna())
    imported = set(corpus.arenas["arena_id"])
    kinds = {source: "imported" if source in imported else
             "channel" if _is_place(str(source).removeprefix("x-"), numbered) else "unknown"
             for source in ties["source"].unique()}
    return pd.DataFrame({"arena": ties["source"].astype("string"), "kind": ties["source"].map(kinds),
                         "post_id": ties["posts"].astype("string")})


def _is_place(digits: str, numbered: set[str]) -> bool:
    return digits in numbered or any(key.startswith(digits) for key in numbered)


def _invitations(corpus: Corpus) -> pd.DataFrame:
    """Return every invitation that was posted, by a code: the address itself is as good as a key to the group."""
    links = corpus.links
    is_invitation = links["relation"].eq("url") & links["target"].str.contains(INVITATION, regex=True)
    found = links[is_invitation.fillna(False).astype(bool)]
    codes = found["target"].map(lambda url: "i-" + hashlib.blake2b(url.encode(), digest_size=4).hexdigest())
    return pd.DataFrame({"arena": codes.astype("string"), "kind": "invitation", "post_id": found["post_id"]})


def _decided(corpus: Corpus, watched: pd.DataFrame, listed: set[str]) -> set[str]:
    """Return the codes, in the list and in the collection, of what is followed or was removed."""
    same = known_codes(corpus)
    own = set(watched["arena"])
    return own | listed | {same[code] for code in own if code in same}


def _describe(recent: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    access = corpus.arenas.set_index("arena_id")["access"]
    pairs = recent.drop_duplicates(["arena", "arena_id"])
    is_open = pairs["arena_id"].map(access).eq("open")
    by = recent.assign(week=week_start(recent["posted_at"])).groupby("arena")
    table = by.agg(kind=("kind", "first"), platform=("platform", "first"), arenas=("arena_id", "nunique"),
                   posts=("post_id", "nunique"), weeks=("week", "nunique"), first_at=("posted_at", "min"),
                   last_at=("posted_at", "max"))
    table["open_share"] = is_open.groupby(pairs["arena"]).mean()
    table = table.reset_index()
    is_closed = table["kind"].eq("imported") & table["arena"].map(access).ne("open")
    return table.assign(needs_basis=table["kind"].eq("invitation") | is_closed)


def _declined(table: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Return of each candidate whether it was declined, and whether it stays away for that."""
    last = log[log["what"].isin(["declined", "accepted", "added"])].drop_duplicates("arena", keep="last")
    last = last[last["what"] == "declined"].set_index("arena")
    then = {name: table["arena"].map(last[name]).fillna(0).clip(lower=1) for name in ("arenas", "posts")}
    doubled = pd.concat([table[name] >= TIMES_TO_RETURN * then[name] for name in then], axis=1).any(axis=1)
    was = table["arena"].isin(last.index)
    return pd.DataFrame({"was_declined": was, "stays": was & ~doubled})
