"""What people decided about topics, in everything that is made of them: tables, groups and the fitted BERTopic."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import TableError
from workbench.reviewing import hold_decisions
from workbench.reviewing.merging import save_merge as save_merge
from workbench.tables.review import Review, is_same_topic
from workbench.tables.topics import TopicRegister, TopicSet
from workbench.topics.matching import KEPT_JACCARD
from workbench.topics.parting import Parting, find_parts, read_parts_of, write_records
from workbench.topics.remaking import remake_model, renumber_topics

LOWEST = ("stability", "confidence", "inclusion")  # of several topics made one: nothing gets surer by that


def apply_review(topics: TopicSet, review: Review, register: TopicRegister, *,
                 folder: Path | None = None) -> tuple[TopicSet, Review]:
    """Apply what people decided about topics: split, name and merge them.

    Give the result to what measures, and the topics as they were found to `register_topics`: the register compares
    models, not decisions. A decision that does not fit the topics of this quarter any more is not applied.

    Parameters
    ----------
    topics
        Of `name_topics`.
    review
        Of `reviewing.read_review` or `Study.review(quarter)`: what people decided, whatever became of it.
    register
        Of `register_topics`, which says what has become another topic.
    folder
        Of the study's state (`Study.state`), where it is written which post is in which part, so that parts keep
        their ids; None: ids of parts hold by their words alone.

    Returns
    -------
    topics
        With topics that were split replaced by their parts, and merged topics counted with what they were merged
        into; numbered anew by size where there are any. A part has the label and words of the subtopic that it was,
        an id of its own, `verdict` ``kept`` where an earlier run knew it and ``split`` else, and the stability of what
        it was a part of. `bertopic` agrees: `transform` gives these topics, and `save_topics` saves them. A post stays
        in the part that it was in; a new post goes to the nearest group.
    review
        In which topics are open again whose decision does not fit; `unfit` lists these.

    Raises
    ------
    TableError
        If the topics have no `stable_id`, or a record of parts cannot be read.
    """
    _check(topics, "apply_review")
    here = register.entries.dropna(subset=["topic_id"])
    drifted = set(here.loc[here["is_drifted"].fillna(False), "stable_id"])
    parting = find_parts(topics, review, drifted=drifted, folder=folder, quarter=register.quarter)
    if folder:
        write_records(parting, folder, register.quarter)
    apart = _with_looked_for(_split(topics, parting), review)
    apart, moved = _name_parts(apart, review, parting, folder, register.quarter)
    named = set(apart.topics["stable_id"])
    held = hold_decisions(review, here=named, drifted=(drifted & named) - set(parting.known.values()) | moved,
                          split=parting.outcome)
    return _finish(topics, _merge(apart, _merged(held))), held


def merge_topics(topics: TopicSet, review: Review | Mapping[str, str]) -> TopicSet:
    """Count the posts of each merged topic with the topic that a person merged it into.

    `apply_review` does this and all else that people can decide.

    Parameters
    ----------
    topics
        Of `name_topics`.
    review
        Of `reviewing.hold_review`, so that decisions about topics that are other ones by now are left out. To try it
        out, the ids themselves, such as ``{"K-007": "K-002"}``; what is to stand in a report is decided in the review.

    Returns
    -------
    topics
        Without the merged topics. Each topic they went into keeps its id, label and words, has their posts and
        parts, and the sum of their sizes; its stability and confidence are the lowest of its parts, so that a merge
        makes nothing sure. Topics are numbered anew by size, in `bertopic` too. A topic whose target is none of these
        topics stays as it is.

    Raises
    ------
    TableError
        If the topics have no `stable_id`, or one is merged and merged into.
    """
    _check(topics, "merge_topics")
    if not isinstance(review, Review) and (both := sorted({*review} & {*review.values()})):
        raise TableError(f"merge_topics: {', '.join(both)} is merged and merged into. Merge each topic into one that "
                         "stays.")
    return _finish(topics, _merge(topics, _merged(review) if isinstance(review, Review) else review))


def _check(topics: TopicSet, asked_by: str) -> None:
    if "stable_id" not in topics.topics:
        raise TableError(f"{asked_by} needs the ids of the register. Call name_topics(topics, register) first.")


def _finish(found: TopicSet, decided: TopicSet) -> TopicSet:
    """Renumber topics and subtopics where topics were split or merged, and let the model say the same."""
    same = decided.assignments["topic_id"].equals(found.assignments["topic_id"])
    if same and len(decided.topics) == len(found.topics):
        return decided
    renumbered, origins = renumber_topics(found, decided)
    return remake_model(renumbered, origins)


def _split(topics: TopicSet, parting: Parting) -> TopicSet:
    """Replace topics by their parts, numbered after all others."""
    table = topics.topics
    if parting.known:
        ids = table["topic_id"].map(parting.known)
        table = table.assign(stable_id=ids.astype("string").fillna(table["stable_id"]))
        if "verdict" in table:
            table["verdict"] = table["verdict"].mask(ids.notna(), "kept")
    if not parting.parts:
        return replace(topics, topics=table)
    first = int(table["topic_id"].max()) + 1
    numbers = {part: first + place for place, part in enumerate(parting.parts)}
    parts = topics.subtopics[topics.subtopics["subtopic_id"].isin(list(numbers))]
    whole = table.set_index("topic_id").loc[parts["topic_id"]].reset_index()
    called = [parting.parts[int(s)] for s in parts["subtopic_id"]]
    own: dict[str, Any] = {"topic_id": parts["subtopic_id"].map(numbers).to_numpy(), "stable_id": called,
           **{name: parts[name].to_numpy() for name in ("label", "words", "size")},
           "verdict": ["kept" if name in parting.earlier else "split" for name in called],
           "description": pd.NA, "near": pd.NA, "unlike": pd.Series([[] for _ in called], dtype=object)}
    if topics.refits is not None:  # they tell how far each part is found again
        own["core"] = pd.NA
    rows = whole.assign(**{name: values for name, values in own.items() if name in table})
    kept = table[~table["topic_id"].isin(parts["topic_id"])]
    by_part = topics.assignments["subtopic_id"].map(numbers)
    # a post without a part of its own is counted with the largest
    largest = dict(zip(parts["topic_id"].iloc[::-1], parts["subtopic_id"].map(numbers).iloc[::-1], strict=True))
    topic_of = topics.assignments["topic_id"].replace(largest).mask(by_part.notna(), by_part).astype("Int64")
    owner = topics.subtopics["subtopic_id"].map(numbers)
    owner = topics.subtopics["topic_id"].mask(owner.notna(), owner).astype("Int64")
    every = pd.concat([kept, rows.astype(table.dtypes)], ignore_index=True)
    return replace(topics, topics=_counted(every, topic_of, topics.assignments),
                   assignments=topics.assignments.assign(topic_id=topic_of),
                   subtopics=topics.subtopics.assign(topic_id=owner),
                   provenance={**topics.provenance, "split": int(parts["topic_id"].nunique())})


def _merged(review: Review) -> dict[str, str]:
    """Return what a person merged, by ids: which topic into which."""
    merged = review.entries[review.entries["kind"].eq("topic") & review.entries["decision"].eq("merge").fillna(False)]
    return dict(zip(merged["key"], merged["into"], strict=True))


def _merge(topics: TopicSet, ids: Mapping[str, str]) -> TopicSet:
    table = topics.topics
    number = dict(zip(table["stable_id"], table["topic_id"].astype(int), strict=True))
    into = {number[key]: number[end] for key, end in ids.items() if key in number and end in number and key != end}
    if not into:
        return topics

    def follow(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(topic_id=frame["topic_id"].replace(into).astype("Int64"))

    every, assignments = follow(table).groupby("topic_id"), follow(topics.assignments)
    kept = table[~table["topic_id"].isin(list(into))]
    lowest = {name: every[name].min() for name in LOWEST if name in table}
    kept = kept.assign(**{name: kept["topic_id"].map(values).astype(table[name].dtype)
                          for name, values in lowest.items()})
    kept = _counted(kept.reset_index(drop=True), assignments["topic_id"], assignments)
    if "near" in kept:
        near = kept["near"].replace(into)
        kept = kept.assign(near=near.mask(near.eq(kept["topic_id"]).fillna(False)).astype(table["near"].dtype))
    return replace(topics, topics=kept, assignments=assignments, subtopics=follow(topics.subtopics),
                   provenance={**topics.provenance, "merged": len(into)})


def _counted(table: pd.DataFrame, topic_of: pd.Series, assignments: pd.DataFrame) -> pd.DataFrame:
    """Write how many posts each topic has, and how many of them are core."""
    counts = {"size": topic_of.value_counts()}
    if "core" in table and "is_core" in assignments and table["core"].notna().any():
        counts["core"] = topic_of[assignments["is_core"].fillna(False).astype(bool)].value_counts()
    known = {name: table["topic_id"].map(count).fillna(0).astype(table[name].dtype) for name, count in counts.items()}
    if "core" in known:  # of parts it is measured anew
        known["core"] = known["core"].mask(table["core"].isna())
    return table.assign(**known)


def _with_looked_for(topics: TopicSet, review: Review) -> TopicSet:
    """Call a theme that was looked for what people call it, where they gave its topic no name since."""
    if "looked_for" not in topics.topics or "given_label" not in topics.topics:
        return topics
    names = {name: theme.labels.get(review.language, pd.NA) for name, theme in review.look_for.items()}
    labels = topics.topics["looked_for"].map(names).astype("string")
    return replace(topics, topics=topics.topics.assign(given_label=topics.topics["given_label"].fillna(labels)))


def _name_parts(topics: TopicSet, review: Review, parting: Parting, folder: Path | None,
                quarter: str) -> tuple[TopicSet, set[str]]:
    """Write people's labels beside parts, and return the ids of those that are no longer what people saw."""
    parts = {*parting.parts.values(), *parting.known.values()}
    if not parts:
        return topics, set()
    entries = review.entries[review.entries["kind"].eq("topic") & review.entries["decision"].notna()]
    said = {row["key"]: row for row in entries[entries["key"].isin(list(parts))].to_dict("records")}
    number = dict(zip(topics.topics["stable_id"], topics.topics["topic_id"], strict=True))
    words = dict(zip(topics.topics["stable_id"], topics.topics["words"], strict=True))
    moved = {name for name, entry in said.items() if name in number and not _is_still(
        entry, words[name], topics.assignments.loc[topics.assignments["topic_id"].eq(number[name]), "post_id"], folder,
        quarter)}
    table = topics.topics
    is_part = table["stable_id"].isin(list(parts))
    for column, field in (("given_label", "text"), ("given_description", "description")):
        if column in table:
            given = table["stable_id"].map({name: said[name][field] for name in set(said) - moved}).astype("string")
            table = table.assign(**{column: table[column].mask(is_part, given)})
    if "is_drifted" in table:
        named = {name for name in moved if pd.notna(said[name]["text"])}
        table = table.assign(is_drifted=table["is_drifted"].mask(is_part, table["stable_id"].isin(list(named))))
    return replace(topics, topics=table), moved


def _is_still(entry: dict[Hashable, Any], words: Collection[str], posts: pd.Series, folder: Path | None,
              quarter: str) -> bool:
    """Tell whether a part is what people decided about: by its words, and by its posts in that earlier quarter."""
    if not is_same_topic(entry["words"], words):
        return False
    if entry["period"] == quarter:
        return True
    number = int(entry["key"][2:])
    record = read_parts_of(folder, number, entry["period"])
    if record is None:
        return bool(entry["words"])
    hashes = pd.util.hash_pandas_object(posts.astype(object), index=False).to_numpy()
    was, is_now = record[record.eq(number)].index, record.index[record.index.isin(hashes)]
    return len(was.intersection(is_now)) > KEPT_JACCARD * len(was.union(is_now))
