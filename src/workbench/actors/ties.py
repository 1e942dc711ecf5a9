"""Make ties, weighed and with their evidence, out of who is tied to whom by which post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import TableError
from workbench.tables.actors import EVIDENCE, TIE_COLUMNS
from workbench.tables.posts import Corpus, author_of

Level = Literal["arena", "account"]
Weight = Literal["posts", "accounts", "decay"]
DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True)
class Grounds:
    """The posts that ties are made of, numbered by time and id, and who made each.

    Attributes
    ----------
    post_ids
        By time, then id.
    actor, author, platform
        Of each post: position of the actor in `actor_ids`, a number for whoever counts as its author, and
        position in `platform_names`.
    actor_ids, kinds, platforms
        Actors that post: sorted code, arena or account, platform.
    posted_at
        Microseconds since 1970.
    """

    post_ids: pa.Array
    actor: np.ndarray
    author: np.ndarray
    platform: np.ndarray
    posted_at: np.ndarray
    actor_ids: pa.Array
    kinds: np.ndarray
    platforms: np.ndarray
    platform_names: np.ndarray


def plain(values: pd.Series) -> pa.Array:
    """Return a column of strings as one arrow array."""
    array = pa.array(values, type=pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def encode(values: pd.Series) -> tuple[np.ndarray, pa.Array]:
    """Return the number of each value among the distinct ones, and those; none may be missing."""
    encoded = pc.dictionary_encode(plain(values))
    return np.asarray(encoded.indices).astype(np.int64), encoded.dictionary


def find_in(values: pa.Array, among: pa.Array) -> np.ndarray:
    """Return the position of each value in `among`, -1 where it is missing or not there."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    return np.asarray(pc.fill_null(pc.index_in(values, value_set=among, skip_nulls=True), -1)).astype(np.int64)


def lay_grounds(corpus: Corpus, *, level: Level = "arena") -> Grounds:
    """Lay out the posts of a corpus by number, and the actors that made them.

    At the level of accounts, a post without one was made by its arena.

    Raises
    ------
    TableError
        If `level` is neither arena nor account.
    """
    if level not in ("arena", "account"):
        raise TableError(f"Networks: unknown level {level!r}; use arena or account.")
    posts = _by_time(corpus.posts)
    arenas = corpus.arenas.sort_values("arena_id", ignore_index=True)
    author, _ = pd.factorize(author_of(posts))
    platform, names = pd.factorize(posts["platform"])
    ids, kinds, platforms = (plain(arenas["arena_id"]), np.full(len(arenas), "arena", dtype=object),
                             arenas["platform"].to_numpy(dtype=object))
    actor = find_in(plain(posts["arena_id"]), ids)
    if level == "account":
        known = posts[["account_id", "platform"]].dropna(subset=["account_id"]).drop_duplicates("account_id")
        ids = pa.concat_arrays([ids, plain(known["account_id"])])
        kinds = np.concatenate([kinds, np.full(len(known), "account", dtype=object)])
        platforms = np.concatenate([platforms, known["platform"].to_numpy(dtype=object)])
        own = find_in(plain(posts["account_id"]), ids)
        actor = np.where(own >= 0, own, actor)
    return Grounds(plain(posts["post_id"]), actor, author, platform, _microseconds(posts["posted_at"]), ids, kinds,
                   platforms, np.asarray(names, dtype=object))


def _by_time(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the posts by time and id; as given where they already are."""
    time, ids = _microseconds(posts["posted_at"]), plain(posts["post_id"])
    later, same = time[1:] > time[:-1], time[1:] == time[:-1]
    after = np.asarray(pc.greater(ids.slice(1), ids.slice(0, max(len(ids) - 1, 0))))
    if bool((later | (same & after)).all()):
        return posts
    return posts.sort_values(["posted_at", "post_id"], ignore_index=True)


def _microseconds(times: pd.Series) -> np.ndarray:
    return np.asarray(times.dt.tz_localize(None).to_numpy(dtype="datetime64[us]").astype(np.int64))


def check_weight(weight: str, allowed: tuple[str, ...], half_life_days: float) -> None:
    """Refuse a weight that does not exist and a half-life that is no time."""
    if weight not in allowed:
        raise TableError(f"Networks: unknown weight {weight!r}; use {', '.join(allowed[:-1])} or {allowed[-1]}.")
    if not half_life_days > 0:
        raise TableError(f"Networks: half_life_days is {half_life_days}; it must be above 0.")


def make_ties(source: np.ndarray, target: np.ndarray, post: np.ndarray, actor_ids: pa.Array, grounds: Grounds, *,
              relation: str, weight: str, half_life_days: float) -> pd.DataFrame:
    """Return one row per pair, columns `TIE_COLUMNS`, and each pair's posts once.

    Parameters
    ----------
    source, target
        Positions in `actor_ids`.
    post
        Positions in `grounds.post_ids`.
    weight
        posts: distinct posts. accounts: distinct authors of them. decay: each post counts
        ½ to the power of its age in half-lives, age counted from the latest post of the corpus.
    """
    # one sort of plain integers is many times faster than sorting rows by two columns
    count, size = max(len(grounds.post_ids), 1), max(len(actor_ids), 1)
    pair, keys = pd.factorize(source * size + target)
    order = np.argsort(keys, kind="stable")
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.arange(len(keys))
    keys = keys[order]
    proof = _distinct(rank[pair] * count + post)
    pair, post = np.divmod(proof, count)
    sizes = np.bincount(pair, minlength=len(keys))
    worth = sizes.astype(float)
    if weight == "accounts":
        worth = _accounts(pair, grounds.author[post], len(keys))
    elif weight == "decay":
        worth = np.bincount(pair, _fade(grounds, post, half_life_days), minlength=len(keys))
    return tie_frame(actor_ids, keys // size, keys % size, relation=relation, weight=worth,
                     posts=evidence(grounds, sizes, post))


def tie_frame(actor_ids: pa.Array, source: np.ndarray, target: np.ndarray, *, relation: str, weight: np.ndarray,
              posts: Any) -> pd.DataFrame:
    """Return ties as a frame with the columns `TIE_COLUMNS`."""
    names = pd.array(actor_ids, dtype="string")
    columns = {"source": names.take(source), "target": names.take(target), "weight": weight, "posts": posts}
    return pd.DataFrame(columns).assign(relation=relation)[list(TIE_COLUMNS)].astype(TIE_COLUMNS)


def evidence(grounds: Grounds, sizes: np.ndarray, post: np.ndarray) -> Any:
    """Return lists of post ids: the first `sizes[0]` of `post` make the first list, and so on."""
    is_used = np.zeros(len(grounds.post_ids), dtype=bool)
    is_used[post] = True
    place = np.cumsum(is_used, dtype=np.int32) - 1
    ids = pa.DictionaryArray.from_arrays(pa.array(place[post], type=pa.int32()),
                                         grounds.post_ids.take(pa.array(np.flatnonzero(is_used))))
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    return pd.arrays.ArrowExtensionArray(pa.ListArray.from_arrays(pa.array(offsets), ids).cast(EVIDENCE.pyarrow_dtype))


def _distinct(values: np.ndarray) -> np.ndarray:
    """Return the distinct values, sorted; quicker than np.unique where most are distinct."""
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def _accounts(pair: np.ndarray, author: np.ndarray, pairs: int) -> np.ndarray:
    authors = int(author.max(initial=0)) + 1
    return np.bincount(_distinct(pair * authors + author) // authors, minlength=pairs).astype(float)


def _fade(grounds: Grounds, post: np.ndarray, half_life_days: float) -> np.ndarray:
    age = (grounds.posted_at.max(initial=0) - grounds.posted_at[post]) / DAY
    # never quite nothing: betweenness takes the inverse
    return np.asarray(np.maximum(np.exp2(-age / half_life_days), 1e-12))
