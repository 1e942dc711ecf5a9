"""Arenas that exports show under several ids, handles or titles: found, decided on by a person, and read as one.

Nothing is rewritten on disk: a code once given stays with its posts, and which codes are one is looked up when the
corpus is loaded. So a person can undo it, and a later export can show it of posts imported long before.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import InputError
from workbench.sources.corpus.arenas import join_rows
from workbench.sources.corpus.merging import STATES, groups_of, post_ids
from workbench.sources.corpus.preparing import MADE_ID
from workbench.sources.corpus.store import arrow_schema, read_part, to_frame
from workbench.tables.posts import JOIN_COLUMNS, empty_frame

DECISIONS = "arenas.toml"
BY_KEY, BY_POSTS, BY_MOVE, BY_PERSON = "one export names both", "the same posts", "the group moved", "a person says so"
TWIN_COLUMNS: dict[str, str] = {"post_id": "string", "same_as": "string"}  # of posts whose ids differ between exports
TWINS = arrow_schema(TWIN_COLUMNS)
# What it takes for two arenas to be one: so many posts of the same words at the same time, so many words in them, and
# so much of what the smaller one holds of the time that both cover
_LEAST_WITH_IDS, _LEAST_POSTS, _LEAST_WORDS, _LEAST_SHARE = 3, 2, 8, 0.5
_MOST_ARENAS = 20  # a text that stands in more arenas in one minute is no sign of anything


def read_joins(folder: Path, manifest: dict[str, Any] | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read which arenas were found to be one, and which posts."""
    tables = []
    for name, columns in (("joins", JOIN_COLUMNS), ("twins", TWIN_COLUMNS)):
        part = (manifest or {}).get(name)
        tables.append(to_frame(read_part(folder, part), columns) if part else empty_frame(columns))
    return tables[0], tables[1]


def read_decisions(study: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Read from ``arenas.toml`` which arenas a person says are one, and which are not.

    Raises
    ------
    InputError
        If the file is damaged or holds something else.
    """
    path = study / DECISIONS
    if not path.is_file():
        return [], []
    form = '[[same]] or [[apart]], each with arenas = ["T-001", "T-002"]'
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as TOML ({error}). It holds {form}.") from error
    pairs: dict[str, list[tuple[str, str]]] = {"same": [], "apart": []}
    for kind, entries in given.items():
        for entry in entries if kind in pairs and isinstance(entries, list) else [None]:
            codes = entry.get("arenas") if isinstance(entry, dict) else None
            if not (isinstance(codes, list) and len(codes) >= 2 and all(isinstance(code, str) for code in codes)):
                raise InputError(f"{path}: {kind} is not as it must be. The file holds {form}.")
            pairs[kind] += [(codes[0], code) for code in codes[1:]] if kind == "same" else [
                (a, b) for i, a in enumerate(codes) for b in codes[i + 1:]]
    return pairs["same"], pairs["apart"]


def decide_joins(found: pd.DataFrame, study: Path, codes: Iterable[str]) -> pd.DataFrame:
    """Return which arenas count as one, after what a person said.

    Parameters
    ----------
    found
        Columns `JOIN_COLUMNS`.
    codes
        Of all arenas.

    Returns
    -------
    joins
        Columns `JOIN_COLUMNS`; `same_as` is the end of every chain.

    Raises
    ------
    InputError
        If a person names an arena that is not there, or parts what is one by way of a third.
    """
    same, apart = read_decisions(study)
    known = set(codes)
    if unknown := sorted({code for pair in (*same, *apart) for code in pair} - known):
        raise InputError(f"{study / DECISIONS}: there is no arena {', '.join(unknown)}. The codes stand in "
                         "study.corpus().arenas; without this file each has the code it was given.")
    parted = {frozenset(pair) for pair in apart}
    pairs = zip(found["arena_id"], found["same_as"], strict=True)
    kept = found[np.array([frozenset(pair) not in parted for pair in pairs], dtype=bool)]
    said = pd.DataFrame([(max(pair), min(pair), BY_PERSON, None, None) for pair in same], columns=list(JOIN_COLUMNS))
    edges = pd.concat([kept, said.astype(JOIN_COLUMNS)]) if len(said) else kept
    leader = _leaders(list(zip(edges["arena_id"], edges["same_as"], strict=True)))
    for a, b in apart:
        if leader.get(a, a) == leader.get(b, b):
            raise InputError(f"{study / DECISIONS}: {a} and {b} are to be apart, but each is one with a third arena. "
                             "Name those pairs under [[apart]] too.")
    edges = edges[edges["arena_id"].map(leader) != edges["arena_id"]].drop_duplicates("arena_id")
    return edges.assign(same_as=edges["arena_id"].map(leader)).astype(JOIN_COLUMNS).sort_values(
        "arena_id", ignore_index=True)


def _leaders(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return the lowest code of those that are one, by code."""
    leader: dict[str, str] = {}

    def find(code: str) -> str:
        while leader.setdefault(code, code) != code:
            code = leader[code]
        return code

    for a, b in pairs:
        low, high = sorted((find(a), find(b)))
        leader[high] = low
    return {code: find(code) for code in leader}


def apply_joins(tables: dict[str, pd.DataFrame], joins: pd.DataFrame, twins: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Give posts, links, sightings and coverage the codes of the arenas they belong to now, and arenas one row each.

    Parameters
    ----------
    tables
        `arenas`, and any others with `arena_id`, `post_id` or, of replies, a post as `target`.
    """
    if joins.empty:
        return tables
    now = dict(zip(joins["arena_id"], joins["same_as"], strict=True))
    same_ids, alike = _same(joins, twins)
    done = {}
    for name, table in tables.items():
        changed = table.copy(deep=False)
        if "arena_id" in table and name != "arenas":
            changed["arena_id"] = table["arena_id"].map(now).fillna(table["arena_id"]).astype("string")
        for column in ("post_id", "target"):
            if column in table:
                is_post = table["target_kind"] == "post" if column == "target" else pd.Series(True, index=table.index)
                changed[column] = table[column].where(~is_post, _renamed(table[column], alike, same_ids))
        done[name] = join_rows(table, now) if name == "arenas" else changed
    return done


def count_met_again(states: np.ndarray, spilled: Iterable[Path], stored: Iterable[Path], codes: np.ndarray,
                    joins: pd.DataFrame, twins: pd.DataFrame) -> None:
    """Note of new rows whose post stands in another arena that is the same one that they are not new.

    Parameters
    ----------
    states
        Per sequence number, a position in `merging.STATES`; changed in place, before anybody else sees them.
    spilled, stored
        Parts of posts: of the import, and of what was there before it.
    """
    same_ids, alike = _same(joins, twins)
    among = pa.array(sorted({*joins["arena_id"], *joins["same_as"]}), type=pa.string())

    def renamed(ids: pa.Array | pa.ChunkedArray) -> pd.Series:
        return _renamed(pd.Series(ids.to_pandas(), dtype="string"), alike, same_ids)

    before: set[str] = set()
    for path in stored if len(among) else ():
        for table in groups_of(path, ["post_id", "arena_id"]):
            some = table.filter(pc.is_in(table["arena_id"], value_set=among))
            before.update(renamed(some["post_id"]))
    for path in spilled if len(among) else ():
        for table in groups_of(path, ["arena", "native_id", "sequence"]):
            code = pa.array(codes[table["arena"].to_numpy()], type=pa.string())
            some = table.filter(pc.is_in(code, value_set=among))
            ids, numbers = renamed(post_ids(some, codes)), some["sequence"].to_numpy()
            met = (ids.isin(before) | ids.duplicated()).to_numpy(dtype=bool) & (states[numbers] == STATES.index("new"))
            states[numbers[met]] = STATES.index("unchanged")
            before.update(ids)


def _same(joins: pd.DataFrame, twins: pd.DataFrame) -> tuple[dict[str, str], dict[str, str]]:
    """Return the codes whose ids of posts are those of another one, and the posts that have another id there."""
    now = dict(zip(joins["arena_id"], joins["same_as"], strict=True))
    same_ids = {a: b for a, b, same in zip(joins["arena_id"], joins["same_as"], joins["same_ids"], strict=True)
                if not pd.isna(same) and same}
    return same_ids, _chain({post: other for post, other in zip(twins["post_id"], twins["same_as"], strict=True)
                             if now.get(_code(post), _code(post)) == now.get(_code(other), _code(other))})


def _code(post: str) -> str:
    return post.partition(":")[0]


def _chain(alike: dict[str, str]) -> dict[str, str]:
    ends = {}
    for post, other in alike.items():
        seen = {post}
        while other in alike and other not in seen:
            seen.add(other)
            other = alike[other]
        ends[post] = other
    return ends


def _renamed(ids: pd.Series, alike: dict[str, str], codes: dict[str, str]) -> pd.Series:
    if alike:
        ids = ids.map(alike).fillna(ids)
    parts = ids.str.extract(r"^([^:]*):(.*)$")
    code = parts[0].map(codes).astype("string")
    return ids.where(code.isna(), code.str.cat(parts[1], sep=":")).astype("string")


def find_candidates(paths: Sequence[Path], touched: set[str]) -> set[str]:
    """Find arenas that share words in the same minute at least twice with one of those touched, reading keys alone.

    Whatever makes two arenas one shows in this, so that texts need to be looked at of few arenas only.
    """
    codes: list[str] = []
    keys, places = [np.empty(0, dtype=np.uint64)], [np.empty(0, dtype=np.int32)]
    for path in paths:
        for rows in groups_of(path, ["arena_id", "posted_at", "said"]):
            has_words = pc.not_equal(rows["said"], pa.scalar(0, pa.uint64()))
            table = rows.filter(pc.and_(has_words, pc.is_valid(rows["posted_at"])))
            arenas = table["arena_id"].combine_chunks().dictionary_encode()
            known = {code: number for number, code in enumerate(codes)}
            own = [known.setdefault(code, len(known)) for code in arenas.dictionary.to_pylist()]
            codes = list(known)
            minutes = table["posted_at"].cast(pa.timestamp("s", tz="UTC"), safe=False).cast(pa.int64()).to_numpy() // 60
            keys.append(table["said"].to_numpy() ^ (minutes.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)))
            places.append(np.array(own, dtype=np.int32)[arenas.indices.to_numpy()] if len(table) else places[0])
    once = pd.DataFrame({"key": np.concatenate(keys), "place": np.concatenate(places)}).drop_duplicates()
    times = once.groupby("key")["place"].transform("size")
    some = once[(times > 1) & (times <= _MOST_ARENAS)]
    pairs = some.merge(some, on="key", suffixes=("", "_other"))
    pairs = pairs[pairs["place"] != pairs["place_other"]]
    pairs = pairs[pairs["place"].isin([n for n, code in enumerate(codes) if code in touched])]
    shared = pairs.groupby(["place", "place_other"]).size()
    return {codes[place] for pair in shared.index[shared >= _LEAST_POSTS] for place in pair}


def comparable_posts(paths: Iterable[Path], of_arenas: Iterable[str]) -> pd.DataFrame:
    """Return what posts of some arenas can be compared by: `arena_id`, `post_id`, `posted_at`, `said`, `kind`."""
    wanted = pa.array(sorted(of_arenas), type=pa.string())
    found = []
    for path in paths:
        for rows in groups_of(path, ["post_id", "arena_id", "posted_at", "said", "kind"]):
            table = rows.filter(pc.and_(pc.is_in(rows["arena_id"], value_set=wanted), pc.is_valid(rows["posted_at"])))
            if len(table):
                found.append(table.to_pandas(types_mapper={pa.string(): pd.StringDtype()}.get))
    if not found:
        return pd.DataFrame(columns=["arena_id", "post_id", "posted_at", "said", "kind"])
    posts: pd.DataFrame = pd.concat(found, ignore_index=True)
    return posts.drop_duplicates(["post_id", "said"])


def find_same_posts(posts: pd.DataFrame, touched: set[str], native: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find arenas that hold the same posts.

    With ids that an export gives, the same post has the same id, second and words; with ids made of the content, the
    same minute and words.

    Parameters
    ----------
    posts
        Of one platform, as `comparable_posts` returns them.
    touched
        Arenas of which something new was imported: one of each pair is among them.
    native
        Keyed ids by arena, where an export shows one: arenas of two ids are not one by the ids of their posts.

    Returns
    -------
    joins, twins
        Columns `JOIN_COLUMNS` and `TWIN_COLUMNS`.
    """
    native_ids = posts["post_id"].str.extract(r":(.*)$", expand=False)
    posts = posts.assign(minute=posts["posted_at"].dt.floor("min"), native=native_ids)
    made = posts["native"].str.match(MADE_ID)
    by_content = set(posts.loc[made, "arena_id"])
    joins: list[tuple[Any, ...]] = []
    twins: list[pd.DataFrame] = []
    for a, b, number, words, same_ids in _shared(posts[posts["said"] != 0], made, touched):
        pair = frozenset((a, b))
        if same_ids and (native.reindex([a, b]).nunique() > 1 or number < _LEAST_WITH_IDS):
            continue
        if not same_ids and (not pair & by_content or number < _LEAST_POSTS or words < _LEAST_WORDS):
            continue
        if number < _LEAST_SHARE * _in_common_time(posts, a, b):
            continue
        low, high = sorted(pair)
        joins.append((high, low, BY_POSTS, number, same_ids))
        if not same_ids:
            twins.append(_twins(posts, low, high))
    table = pd.DataFrame(joins, columns=list(JOIN_COLUMNS)).drop_duplicates(["arena_id", "same_as"])
    return table.astype(JOIN_COLUMNS), (pd.concat(twins) if twins else empty_frame(TWIN_COLUMNS)).astype(TWIN_COLUMNS)


def _shared(posts: pd.DataFrame, made: pd.Series, touched: set[str]) -> list[tuple[str, str, int, int, bool]]:
    """Return pairs of arenas with the number of posts and words they share, by id first."""
    found = []
    for columns, same_ids in ((["native", "posted_at", "said"], True), (["minute", "said"], False)):
        once = (posts[~made.reindex(posts.index)] if same_ids else posts).drop_duplicates(["arena_id", *columns])
        several = once.groupby(columns)["arena_id"].transform("size")
        some = once[(several > 1) & (several <= _MOST_ARENAS)][["arena_id", *columns]]
        pairs = some.merge(some, on=columns, suffixes=("", "_other"))
        pairs = pairs[(pairs["arena_id"] < pairs["arena_id_other"])
                      & (pairs["arena_id"].isin(touched) | pairs["arena_id_other"].isin(touched))]
        pairs = pairs.assign(words=pairs["said"].to_numpy(dtype=np.uint64) & np.uint64(15))
        counted = pairs.groupby(["arena_id", "arena_id_other"]).agg(number=("said", "size"), words=("words", "sum"))
        found += [(str(a), str(b), int(n), int(w), same_ids) for (a, b), n, w in counted.itertuples()]
    by_id = {(a, b) for a, b, *_, same_ids in found if same_ids}
    return [pair for pair in found if pair[4] or pair[:2] not in by_id]


def find_moves(paths: Iterable[Path], arenas: pd.DataFrame) -> pd.DataFrame:
    """Find groups that went on as supergroups, under another id and with ids of posts of their own.

    The supergroup begins with a notice that names the group it was; of that title there is one group, which ended then.

    Returns
    -------
    joins
        Columns `JOIN_COLUMNS`.
    """
    notices = [table.filter(pc.equal(table["relation"], "moved_from")).to_pandas() for path in paths
               for table in groups_of(path, ["post_id", "relation", "target"])]
    told = pd.concat(notices) if notices else pd.DataFrame(columns=["post_id", "target"])
    by_code = arenas.set_index("arena_id")
    rows = []
    for post, title in told[["post_id", "target"]].drop_duplicates().itertuples(index=False):
        now = _code(str(post))
        is_other = (by_code["title_key"] == title) & (by_code.index != now) & by_code["kind"].isin(["group", "chat"])
        begun = pd.Timestamp(by_code["first_seen"][now]) + pd.Timedelta(days=1)
        ended = by_code.index[is_other & (by_code["last_seen"] <= begun)]
        if len(ended) == 1:
            low, high = sorted((now, str(ended[0])))
            rows.append((high, low, BY_MOVE, None, False))
    return pd.DataFrame(rows, columns=list(JOIN_COLUMNS)).astype(JOIN_COLUMNS)


def _in_common_time(posts: pd.DataFrame, a: str, b: str) -> int:
    """Return how many posts with text the smaller of two arenas holds of the time that both cover."""
    minutes = [posts.loc[(posts["arena_id"] == code) & (posts["said"] != 0), "minute"] for code in (a, b)]
    start, end = max(m.min() for m in minutes), min(m.max() for m in minutes)
    return min(int(m.between(start, end).sum()) for m in minutes)


def _twins(posts: pd.DataFrame, low: str, high: str) -> pd.DataFrame:
    """Match the posts of two arenas by minute, words and kind, in sequence where several are alike."""
    key = ["minute", "said", "kind"]
    sides = []
    for code in (low, high):
        side = posts[posts["arena_id"] == code].sort_values(["posted_at", "post_id"])
        sides.append(side.assign(turn=side.groupby(key).cumcount())[[*key, "turn", "post_id"]])
    both = sides[1].merge(sides[0], on=[*key, "turn"], suffixes=("", "_low"))
    return both[["post_id", "post_id_low"]].set_axis(list(TWIN_COLUMNS), axis=1)


