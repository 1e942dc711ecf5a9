"""Tell what changed in the arenas of a watch list, from the time before a period to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from workbench.tables.periods import period_bounds
from workbench.tables.posts import Corpus, is_written
from workbench.tables.watching import WATCH_CHANGE_COLUMNS, WatchChanges
from workbench.watching.naming import known_codes
from workbench.watching.rules import MOST_WEEKS, TIMES, adjust, judge_size, judge_tone

LEVEL = 0.05  # of the share of false ones among the changes that are told
_DAY, _WEEK = pd.Timedelta(days=1), pd.Timedelta(weeks=1)


def compare_watch(corpus: Corpus, watched: pd.DataFrame, lineage: pd.DataFrame, changes: pd.DataFrame, *, period: str,
                  marks: pd.DataFrame | None = None) -> WatchChanges:
    """Compare the arenas of a watch list in a period with the time before.

    New: its first posts are of the period, and it was collected before (else it is newly collected). Gone: it posted in
    the period before, and its collection ended. Moved: it fell silent and reopened as another arena. Larger and
    smaller: a test over the weeks before says so (`rules.judge_size`, q ≤ .05 over the arenas), and it is half as much
    again or two thirds; silent: the same, and nothing was posted. Harsher and milder: a test of the share of marked
    posts says so; without marks nothing is said of tone.

    Parameters
    ----------
    corpus
        Up to the end of the period, and half a year before it where it was collected.
    watched
        Of `read_watch_list`.
    lineage, changes
        Of `actors.find_lineage` and `actors.find_arena_changes`; may be empty.
    period
        Such as 2025-08 or 2025-W34.
    marks
        Columns `post_id` and `is_marked`: what an audited model or people said of posts; None: nothing.

    Returns
    -------
    changes
        Of arenas that the list says are followed.
    """
    start, end = period_bounds(period)
    same = known_codes(corpus)
    followed = watched.loc[watched["status"] == "followed", "arena"].astype(str)
    codes = {same[code]: code for code in followed if code in same}
    posts = corpus.posts.loc[is_written(corpus.posts), ["post_id", "arena_id", "posted_at"]]
    posts = posts[posts["arena_id"].isin(codes) & (posts["posted_at"] < end)]
    moved = _moved(corpus, lineage, set(codes), start, end)
    sizes = _sizes(posts, corpus, start, end)
    tones = _tones(posts, marks, start)
    rows = [*_come_and_gone(posts, corpus, start, end, moved), *moved, *_told(changes, set(codes), start, end),
            *_changed(sizes, gone=_ended(corpus, end) | {row["arena_id"] for row in moved}), *_changed(tones)]
    found = pd.DataFrame(rows, columns=[c for c in WATCH_CHANGE_COLUMNS if c != "arena"])
    found["arena"] = found["arena_id"].map(codes).fillna(found["arena_id"])
    found["evidence"] = pd.Series([e if isinstance(e, list) else [] for e in found["evidence"]], dtype=object)
    found = found[list(WATCH_CHANGE_COLUMNS)].astype(WATCH_CHANGE_COLUMNS)
    return WatchChanges(found.sort_values(["change", "arena"], ignore_index=True), followed=int(followed.nunique()),
                        collected=len(codes), tested=int(sizes["p"].notna().sum()), toned=int(tones["p"].notna().sum()))


def _come_and_gone(posts: pd.DataFrame, corpus: Corpus, start: pd.Timestamp, end: pd.Timestamp,
                   moved: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    times = posts.groupby("arena_id")["posted_at"].agg(["min", "max"])
    from_when = corpus.arenas.set_index("arena_id")["collected_from"]
    heirs, left = {row["successor"] for row in moved}, {row["arena_id"] for row in moved}
    for arena in times.index[times["min"] >= start].difference(list(heirs)):
        is_new = pd.notna(from_when[arena]) and from_when[arena] < start
        yield {"arena_id": arena, "change": "new" if is_new else "newly_collected"}
    ended = _ended(corpus, end)
    was_there = times["max"].between(start - (end - start), start, inclusive="left")
    for arena in times.index[was_there].difference(list(left)):
        if arena in ended:
            yield {"arena_id": arena, "change": "gone"}


def _ended(corpus: Corpus, end: pd.Timestamp) -> set[str]:
    """Return the arenas whose collection ended before the period did: what they posted since nobody knows."""
    arenas = corpus.arenas.set_index("arena_id")["collected_to"]
    return set(arenas.index[arenas.notna() & (arenas < end - _DAY)])


def _moved(corpus: Corpus, lineage: pd.DataFrame, listed: set[str], start: pd.Timestamp,
           end: pd.Timestamp) -> list[dict[str, Any]]:
    """Return the moves that became known in the period: the old arena had fallen silent, and the new one had begun."""
    by_arena = corpus.posts.loc[is_written(corpus.posts)].groupby("arena_id")["posted_at"]
    began, ended = by_arena.min().to_dict(), by_arena.max().to_dict()
    rows: list[dict[str, Any]] = []
    for pair in lineage.to_dict("records"):
        old, new = str(pair["arena_id"]), str(pair["successor"])
        if not {old, new} & listed or not {old, new} <= set(began):
            continue
        if start <= max(ended[old], began[new]) < end:
            proof = dict.fromkeys(post for name in ("move_posts", "forward_posts", "copy_posts")
                                  for post in list(pair.get(name, [])))
            rows.append({"arena_id": old, "change": "moved", "successor": new, "evidence": list(proof)})
    return rows


def _told(changes: pd.DataFrame, listed: set[str], start: pd.Timestamp,
          end: pd.Timestamp) -> Iterator[dict[str, Any]]:
    inside = (changes["until"] >= start) & (changes["until"] < end) & changes["happened"].astype(bool)
    found = changes[inside & changes["arena_id"].isin(listed)].drop_duplicates(["arena_id", "change"])
    yield from ({"arena_id": arena, "change": change} for arena, change in found[["arena_id", "change"]].to_numpy())


def _weekly(posts: pd.DataFrame, start: pd.Timestamp) -> np.ndarray:
    """Return the posts of each of the weeks before a period, by time, from the first with a post of the arena."""
    back = _weeks_back(posts.loc[posts["posted_at"] < start, "posted_at"], start)
    # the week in which it began is not whole
    return np.bincount(back[back < MOST_WEEKS])[::-1][1:]


def _weeks_back(times: pd.Series, start: pd.Timestamp) -> np.ndarray:
    """Return how many whole weeks lie between each time and the period; 0: in the seven days before it."""
    return np.asarray((start - times).dt.total_seconds() // _WEEK.total_seconds(), dtype=int)


def _sizes(posts: pd.DataFrame, corpus: Corpus, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    weeks, ended = (end - start) / _WEEK, _ended(corpus, end)
    rows = []
    for arena, part in posts.groupby("arena_id"):
        before = _weekly(part, start)
        now = part.loc[part["posted_at"] >= start, "post_id"]
        p = float("nan") if arena in ended else judge_size(before, len(now), weeks=weeks)
        usual = float(before.mean()) if len(before) else float("nan")
        rows.append({"arena_id": arena, "p": p, "before": usual, "now": len(now) / weeks,
                     "more": "larger", "less": "smaller" if len(now) else "silent", "evidence": now.tolist()})
    return _judged(rows)


def _tones(posts: pd.DataFrame, marks: pd.DataFrame | None, start: pd.Timestamp) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    if marks is None:
        return _judged(rows)
    known = posts.merge(marks[["post_id", "is_marked"]].dropna(), on="post_id")
    for arena, part in known.groupby("arena_id"):
        earlier, now = part[part["posted_at"] < start], part[part["posted_at"] >= start]
        earlier = earlier[earlier["posted_at"] >= start - MOST_WEEKS * _WEEK]
        week = _weeks_back(earlier["posted_at"], start)
        by = earlier["is_marked"].astype(int).groupby(week).agg(["sum", "size"])
        is_marked = now["is_marked"].astype(bool)
        p = judge_tone(by["sum"].to_numpy(), by["size"].to_numpy(), int(is_marked.sum()), len(now))
        rows.append({"arena_id": arena, "p": p, "before": earlier["is_marked"].mean(), "now": now["is_marked"].mean(),
                     "more": "harsher", "less": "milder", "evidence": now.loc[is_marked, "post_id"].tolist()})
    return _judged(rows)


def _judged(rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["arena_id", "p", "before", "now", "more", "less", "evidence"])
    return table.assign(q=adjust(table["p"].to_numpy(dtype=float)))


def _changed(judged: pd.DataFrame, gone: set[str] | None = None) -> Iterator[dict[str, Any]]:
    """Return the arenas for which a test tells of a change that is large enough to act on."""
    before, now = judged["before"].astype(float), judged["now"].astype(float)
    is_large = (now >= TIMES * before) | (now <= before / TIMES)
    told = judged[(judged["q"] <= LEVEL) & is_large & ~judged["arena_id"].isin(gone or set())]
    for row in told.to_dict("records"):
        yield {**{name: row[name] for name in ("arena_id", "before", "now", "q", "evidence")},
               "change": row["more"] if row["now"] > row["before"] else row["less"]}
