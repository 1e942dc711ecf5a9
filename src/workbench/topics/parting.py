"""Topics that people split: their parts, under ids that stay over runs and quarters."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.files import make_private, replace_whole
from workbench.reviewing.proposals import registered_topics
from workbench.tables.review import Review, is_same_topic
from workbench.tables.topics import TopicSet
from workbench.topics.matching import PART_INCLUSION, SMALLEST_PART, match_topics
from workbench.topics.snapshots import read_numbers

REGISTER = Path("data") / "processed" / "topics" / "register"
NO_TOPIC = -1


@dataclass(frozen=True)
class Parting:
    """What is to be split, and how the parts are called.

    Attributes
    ----------
    outcome
        By id of each topic that people split: empty where it was, else why not, one of `tables.review.REASONS`.
    parts
        Stable id of each subtopic that becomes a topic, by subtopic id.
    known
        Stable id of each topic that is a part of an earlier quarter, found by the model as a topic of its own; by
        topic id.
    earlier
        Stable ids of all parts that the record of an earlier quarter knows.
    records
        By id of the topic that was split: the number of its part by post hash, -1 where a post is in none.
    """

    outcome: dict[str, str] = field(default_factory=dict)
    parts: dict[int, str] = field(default_factory=dict)
    known: dict[int, str] = field(default_factory=dict)
    earlier: set[str] = field(default_factory=set)
    records: dict[str, pd.Series] = field(default_factory=dict)


def find_parts(topics: TopicSet, review: Review, *, drifted: Collection[str], folder: Path | None,
               quarter: str) -> Parting:
    """Find what people split, and give the parts their ids.

    A topic that was never split before is split into its subtopics. Where an earlier run left a record, a topic is
    split again that holds two of the parts or more, whatever it is called by now; and a topic that holds one of
    them, and shares more than half of its posts with it, is that part. Parts are matched with those of the record
    as topics are (`match_topics`), and keep their ids. A part that nobody asked about yet takes the id under which a
    draft of this very quarter asked about its words, else the next that was never given.

    Parameters
    ----------
    topics
        With `stable_id`.
    drifted
        Ids of topics that are other ones than those decided about.
    folder
        Of the study's state, as for `register_topics`; None: nothing is known of earlier runs.
    """
    found = Parting()
    entries = review.entries[review.entries["kind"].eq("topic")]
    asked = sorted(entries.loc[entries["decision"].eq("split").fillna(False), "key"])
    if not asked:
        return found
    now, fine = (_by_hash(topics.assignments, column) for column in ("topic_id", "subtopic_id"))
    fresh: list[int] = []
    of_parent: dict[str, tuple[list[int], list[int]]] = {}
    for parent in asked:
        record = read_record(folder, parent, quarter)
        targets, single, found.outcome[parent] = _targets(topics, now, parent, record, is_drifted=parent in drifted)
        # what two people's decisions ask for goes to the first
        single = {t: name for t, name in single.items() if t not in found.known}
        subtopics = [s for s in _subtopics_of(topics, targets) if s not in found.parts]
        ids = _kept(record, fine.where(fine.isin(subtopics), NO_TOPIC))
        found.parts.update({s: ids.get(s, "") for s in subtopics})
        found.known.update(single)
        found.earlier.update(_earlier_ids(folder, parent, quarter))
        fresh += [s for s in subtopics if s not in ids]
        of_parent[parent] = (subtopics, list(single))
    taken = {*topics.topics["stable_id"].dropna(), *entries["key"], *(registered_topics(folder) if folder else ())}
    found.parts.update(_new_ids(topics, fresh, entries, taken, period=review.period))
    for parent, (subtopics, alone) in of_parent.items():
        numbers = fine.map({s: _number(found.parts[s]) for s in subtopics}).fillna(
            now.map({t: _number(found.known[t]) for t in alone}))
        found.records[parent] = numbers.fillna(NO_TOPIC).astype("int64")
    called = {*found.parts.values(), *found.known.values()}
    # a part has no parts of its own
    found.outcome.update({parent: "no_parts" for parent, why in found.outcome.items() if why and parent in called})
    return found


def _subtopics_of(topics: TopicSet, chosen: list[int]) -> list[int]:
    table = topics.subtopics
    return [int(s) for t in chosen for s in table.loc[table["topic_id"].eq(t), "subtopic_id"]]


def _targets(topics: TopicSet, now: pd.Series, parent: str, record: pd.Series | None, *,
             is_drifted: bool) -> tuple[list[int], dict[int, str], str]:
    """Return the topics to split, those that are a part already, and why there is neither."""
    known = topics.topics.loc[topics.topics["stable_id"].eq(parent).fillna(False), "topic_id"]
    is_here = len(known) == 1
    single: dict[int, str] = {}
    if record is None:
        if not is_here or is_drifted:
            return [], single, "drifted" if is_here else "gone"
        targets = [int(known.item())]
    else:
        targets, single = _holders(record, now)
        if single and not targets:
            return [], single, ""
        if not targets:
            return [], {}, "drifted" if is_here else "gone"
    divided = [t for t in targets if topics.subtopics["topic_id"].eq(t).sum() >= 2]
    return divided, single, "" if divided or single else "no_parts"


def _holders(record: pd.Series, now: pd.Series) -> tuple[list[int], dict[int, str]]:
    """Return the topics that hold two parts of a record or more, and those that are one of them."""
    shared = record.index.intersection(now.index)
    table = pd.crosstab(record.reindex(shared).to_numpy(), now.reindex(shared).to_numpy())
    sizes = table.sum(axis=0).to_numpy(float)
    table = table[table.index >= 0]
    together = table.to_numpy(float)
    in_part = np.maximum(together.sum(axis=1, keepdims=True), 1)
    inside = np.where(together / in_part >= PART_INCLUSION, together, 0)
    held, largest = inside.sum(axis=0), inside.max(axis=0, initial=0)
    # a splinter beside one part makes no whole
    is_whole = (held >= PART_INCLUSION * sizes) & (held - largest >= np.maximum(SMALLEST_PART * sizes, 1))
    targets = [int(t) for t in table.columns[is_whole] if t != NO_TOPIC]
    return targets, _kept(record, now.mask(now.isin(targets), NO_TOPIC))


def _kept(record: pd.Series | None, now: pd.Series) -> dict[int, str]:
    """Return the ids of those topics or parts now that are parts of a record."""
    if record is None or now.empty:
        return {}
    matches = match_topics(record, now)
    kept = matches[matches["verdict"].eq("kept")]
    return {int(n): _code(int(b)) for b, n in zip(kept["before"], kept["now"], strict=True)}


def _new_ids(topics: TopicSet, fresh: list[int], entries: pd.DataFrame, taken: set[str], *,
             period: str) -> dict[int, str]:
    """Give an id to parts that no record knows: that of a question about their words in this file, or the next."""
    words = dict(zip(topics.subtopics["subtopic_id"].astype(int), topics.subtopics["words"], strict=True))
    of_topics = set(topics.topics["stable_id"].dropna())
    asked = entries[entries["period"].eq(period) & ~entries["key"].isin(list(of_topics))]
    # a question all of whose words were deleted goes last: it fits any part
    pairs = sorted((-len(set(seen) & set(words[part])), key, place, part) for place, part in enumerate(fresh)
                   for key, seen in zip(asked["key"], asked["words"], strict=True) if is_same_topic(seen, words[part]))
    ids: dict[int, str] = {}
    for _, key, _, part in pairs:
        if part not in ids and key not in ids.values():
            ids[part] = key
    following = 1 + max((_number(name) for name in taken), default=0)
    for part in fresh:
        if part not in ids:
            ids[part] = _code(following)
            following += 1
    return ids


def read_record(folder: Path | None, parent: str, quarter: str) -> pd.Series | None:
    """Return the parts of a topic as they were last recorded: number of the part by post hash.

    The quarter's own record goes first, then the last before it, then the first after it.

    Raises
    ------
    TableError
        If the file cannot be read.
    """
    paths = _records(folder, parent)
    before, after = [q for q in paths if q < quarter], [q for q in paths if q > quarter]
    chosen = quarter if quarter in paths else max(before, default=None) or min(after, default=None)
    return None if chosen is None else read_numbers(paths[chosen])


def _earlier_ids(folder: Path | None, parent: str, quarter: str) -> set[str]:
    """Return the ids of the parts of a topic in the last quarter before that knows them."""
    paths = _records(folder, parent)
    before = [q for q in paths if q < quarter]
    return {_code(int(n)) for n in read_numbers(paths[max(before)]).unique() if n >= 0} if before else set()


def _records(folder: Path | None, parent: str) -> dict[str, Path]:
    found = sorted((folder / REGISTER).glob(f"split-{parent}-????Q?.parquet")) if folder else []
    return {path.stem[-6:]: path for path in found}


def read_parts_of(folder: Path | None, number: int, quarter: str) -> pd.Series | None:
    """Return the record of a quarter that holds a part, by its number; None where there is none."""
    for path in sorted((folder / REGISTER).glob(f"split-*-{quarter}.parquet")) if folder else ():
        if (record := read_numbers(path)).eq(number).any():
            return record
    return None


def write_records(parting: Parting, folder: Path, quarter: str) -> None:
    """Write which post is in which part beside the register's snapshot, and take away what a run before wrote."""
    written = {f"split-{parent}-{quarter}.parquet": record for parent, record in parting.records.items()
               if record.ge(0).any()}
    for path in (folder / REGISTER).glob(f"split-*-{quarter}.parquet"):
        if path.name not in written:
            path.unlink()
    for name, record in written.items():
        make_private(folder / REGISTER)
        table = pd.DataFrame({"post": record.index.to_numpy(np.uint64), "topic": record.to_numpy(np.int64)})
        with replace_whole(folder / REGISTER / name) as part:
            table.sort_values("post").to_parquet(part, index=False)


def _by_hash(assignments: pd.DataFrame, column: str) -> pd.Series:
    hashes = pd.util.hash_pandas_object(assignments["post_id"].astype(object), index=False).to_numpy(np.uint64)
    return pd.Series(assignments[column].fillna(NO_TOPIC).to_numpy(dtype=np.int64), index=hashes)


def _code(number: int) -> str:
    return f"K-{number:03d}"


def _number(name: str) -> int:
    return int(name[2:])
