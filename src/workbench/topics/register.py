"""The topic register: ids that stay over the quarters, and whether what people decided about each topic still holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.files import make_private, replace_whole
from workbench.reviewing.proposals import registered_topics
from workbench.tables.posts import Corpus
from workbench.tables.review import Review, empty_review, is_same_topic
from workbench.tables.topics import REGISTER_COLUMNS, TopicRegister, TopicSet
from workbench.topics.matching import (
    GROWTH,
    KEPT_JACCARD,
    NO_TOPIC,
    PART_INCLUSION,
    SMALLEST_PART,
    match_topics,
    measure_confidence,
)
from workbench.topics.snapshots import read_numbers
from workbench.topics.store import load_topics, save_topics

SNAPSHOTS = Path("data") / "processed" / "topics" / "register"
LABELS = "labels.parquet"


def register_topics(corpus: Corpus, topics: TopicSet, *, folder: Path, quarter: str,
                    review: Review | None = None, model_before: TopicSet | None = None) -> TopicRegister:
    """Give the topics of a quarter ids that stay, and say what became of those before.

    Each quarter leaves a snapshot in ``data/processed/topics/register``: which post (hashed)
    was in which topic, and the model. The topics are matched with the snapshot of the quarter before, and a kept
    topic keeps its id. A run that is repeated, with other parameters too, keeps the ids of the topics it finds
    again.

    Parameters
    ----------
    corpus
        That the topics were modelled on, with the quarter and the one before.
    topics
        One model for both quarters.
    folder
        Of the study's state (`Study.state`): outside of a report's run a copy, so that exploring changes nothing.
    quarter
        Such as 2025Q3.
    review
        What people decided about topics, of `reviewing.read_review`; None: nothing yet.
    model_before
        The model of the last snapshot (`load_model_before`) that `topics` continue: both have then placed the posts
        of both quarters, and pairs of their refits measure `confidence`. Without it topics are matched by the
        posts that both models were fitted on, and confidence is missing.

    Returns
    -------
    register
        ``grown`` and ``shrunk`` are kept topics whose share of a quarter's posts rose by half
        or fell by a third under this one model: a description, not a test of change. A topic that was decided
        about is drifted where it is no longer the one that people saw: it shares half or less of its posts
        (Jaccard) with the topic as it was in the earlier quarter of the decision, or has fewer than half of the
        words that were left in the review (`tables.review.is_same_topic`). What was decided in this very quarter
        goes by words alone: a draft leaves no snapshot, and its ids may be dealt out anew. An earlier decision of
        which neither snapshot nor words are known is drifted.

    Raises
    ------
    TableError
        If a snapshot cannot be read, or the model before is not the one of the last snapshot.
    """
    decided = (review or empty_review(quarter, "")).entries
    decided = decided[decided["kind"].eq("topic") & decided["decision"].notna()]
    snapshots = {path.stem: path for path in sorted((folder / SNAPSHOTS).glob("????Q?.parquet"))}
    earlier = max((q for q in snapshots if q < quarter), default=None)
    now, posts = _by_hash(topics.assignments), _posts_of(corpus, quarter)
    matches = None
    if earlier:
        before = read_numbers(snapshots[earlier])
        matches = (match_topics(before, now[now.index.isin(_hashes(posts["post_id"]))])
                   if model_before is None or topics.earlier is None else
                   _match_models(model_before, topics, posts, before))
    # ids of this quarter's own draft are given again to what it numbered; parts of split topics have ids too
    taken = set(decided.loc[decided["period"].ne(quarter), "key"]) | registered_topics(folder)
    ids = _stable_ids(topics, now, matches, snapshots, quarter, taken=taken)
    entries = _entries(topics, matches, ids)
    entries["verdict"] = _with_growth(entries, posts, topics, quarter)
    entries = _with_decisions(entries, decided, topics, now, snapshots, quarter)
    entries["first_label"] = _first_labels(entries, topics, folder, [q for q in (earlier, quarter) if q])
    entries = entries[list(REGISTER_COLUMNS)].astype(REGISTER_COLUMNS)
    save_topics(topics, folder / SNAPSHOTS / quarter)
    _write_labels(folder / SNAPSHOTS / quarter / LABELS, entries)
    _write_snapshot(folder / SNAPSHOTS / f"{quarter}.parquet", now, ids)
    pairs = 0 if topics.earlier is None or topics.refits is None else min(
        r.groups.shape[1] for r in (topics.earlier.refits, topics.refits))
    return TopicRegister(quarter, entries, {
        "quarter_before": earlier, "both_models_assigned_both_quarters": model_before is not None, "refits": pairs,
        "thresholds": {"jaccard": KEPT_JACCARD, "inclusion": PART_INCLUSION, "part": SMALLEST_PART, "growth": GROWTH}})


def load_model_before(folder: Path, quarter: str, *, cache_folder: Path | None = None) -> TopicSet | None:
    """Load the model that `register_topics` left for the last quarter before this one.

    Give it to `model_topics`, `measure_stability` and `register_topics`, so that topics are continued.

    Parameters
    ----------
    folder
        Of the study.
    quarter
        Such as 2025Q3.
    cache_folder
        Of a named embedding, as in `model_topics`.

    Returns
    -------
    topics
        None where no quarter before has a model with topics; topics are then found afresh.

    Raises
    ------
    TableError
        If the files of the model cannot be read.
    """
    earlier = max((path.name for path in (folder / SNAPSHOTS).glob("????Q?") if path.name < quarter), default=None)
    found = load_topics(folder / SNAPSHOTS / earlier, cache_folder=cache_folder) if earlier else None
    return found if found is not None and found.bertopic is not None else None


def name_topics(topics: TopicSet, register: TopicRegister) -> TopicSet:
    """Write ids and people's labels beside the topics, for findings and charts.

    Returns
    -------
    topics
        With the columns `stable_id`, `verdict`, `confidence`, `given_label` (a person's;
        missing where none was given or its topic has drifted), `given_description` (the same) and `is_drifted` (a
        name was given, and the topic has drifted). `label` is the one that the topic got when it came up, while its
        words still say so.
    """
    entries = register.entries.dropna(subset=["topic_id"]).set_index("topic_id")
    drifted = entries["is_drifted"].fillna(False) & entries["label"].notna()
    columns = entries[["stable_id", "verdict", "confidence"]].assign(
        given_label=entries["label"].mask(drifted), is_drifted=drifted,
        given_description=entries["description"].mask(entries["is_drifted"].fillna(False)))
    table = topics.topics.drop(columns=columns.columns, errors="ignore").join(columns, on="topic_id")
    first = table["topic_id"].map(entries["first_label"]).astype("string")
    return replace(topics, topics=table.assign(label=first.fillna(table["label"])))


def _hashes(post_ids: pd.Series) -> np.ndarray:
    return pd.util.hash_pandas_object(post_ids.astype(object), index=False).to_numpy(np.uint64)


def _by_hash(assignments: pd.DataFrame) -> pd.Series:
    return pd.Series(assignments["topic_id"].to_numpy(dtype=np.int64), index=_hashes(assignments["post_id"]))


def _posts_of(corpus: Corpus, quarter: str) -> pd.DataFrame:
    """Return the posts of a quarter and the one before, with the quarter of each."""
    period = corpus.posts["posted_at"].dt.tz_localize(None).dt.to_period("Q").astype(str)
    both = [quarter, str(pd.Period(quarter, freq="Q") - 1)]
    posts: pd.DataFrame = corpus.posts.assign(quarter=period)[period.isin(both)]
    return posts


def _match_models(model_before: TopicSet, topics: TopicSet, posts: pd.DataFrame, before: pd.Series) -> pd.DataFrame:
    """Match two models by the posts of both quarters, the model before under its stable numbers."""
    assert topics.earlier is not None
    chosen = topics.assignments["post_id"].isin(posts["post_id"]).to_numpy()
    now = topics.assignments["topic_id"].to_numpy(np.int64)[chosen]
    matches = match_topics(pd.Series(topics.earlier.topic_id[chosen].astype(np.int64)), pd.Series(now))
    matches = measure_confidence(matches, topics, np.flatnonzero(chosen))
    own = _by_hash(model_before.assignments)
    stable = before.reindex(own.index)
    if stable.isna().any() or (stable.eq(NO_TOPIC) != own.eq(NO_TOPIC)).any():
        raise TableError("model_before is not the model that the register of the quarter before was made with.")
    number = stable.groupby(own).first().astype("int64").to_dict()
    parts = pd.Series([[number[p] for p in parts] for parts in matches["before_parts"]], dtype=object)
    return matches.assign(before=matches["before"].map(number).astype("Int64"), before_parts=parts)


def _first_labels(entries: pd.DataFrame, topics: TopicSet, folder: Path, quarters: list[str]) -> pd.Series:
    """Return the label each topic was given when it came up; its own where its words have moved away from that."""
    known: dict[str, str] = {}
    for quarter in quarters:
        known = _read_labels(folder / SNAPSHOTS / quarter / LABELS) | known
    words_of = dict(zip(topics.topics["topic_id"], topics.topics["words"], strict=True))
    label_of = dict(zip(topics.topics["topic_id"], topics.topics["label"].astype(str), strict=True))
    found = []
    for stable_id, topic in zip(entries["stable_id"], entries["topic_id"], strict=True):
        first = known.get(stable_id)
        if pd.isna(topic):
            found.append(first)
            continue
        label = label_of[topic]
        held = first is not None and is_same_topic(first.split(" · "), {*words_of[topic], *label.split(" · ")})
        found.append(first if held else label)
    return pd.Series(found, index=entries.index, dtype="string")


def _read_labels(path: Path) -> dict[str, str]:
    import pyarrow as pa

    if not path.is_file():
        return {}
    try:
        table = pd.read_parquet(path, columns=["stable_id", "first_label"]).dropna()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(f"{path}: cannot be read. Restore it, or delete it: topics then get new labels.") from error
    return dict(zip(table["stable_id"].astype(str), table["first_label"].astype(str), strict=True))


def _write_labels(path: Path, entries: pd.DataFrame) -> None:
    with replace_whole(path) as part:
        entries[["stable_id", "first_label"]].to_parquet(part, index=False)


def _stable_ids(topics: TopicSet, now: pd.Series, matches: pd.DataFrame | None, snapshots: dict[str, Path],
                quarter: str, *, taken: set[str]) -> dict[int, str]:
    """Return the id of each topic: kept from the quarter before, from an own earlier run, or new."""
    ids = {}
    if matches is not None:
        kept = matches[matches["verdict"] == "kept"]
        ids = {int(t): _code(int(b)) for b, t in zip(kept["before"], kept["now"], strict=True)}
    # a run that is repeated finds its own ids again, and one made up later those of the quarter after it
    later = [q for q in sorted(snapshots) if q >= quarter]
    if later and (later[0] == quarter or matches is None):
        own = match_topics(read_numbers(snapshots[later[0]]), now)
        for b, t in own.loc[own["verdict"] == "kept", ["before", "now"]].itertuples(index=False):
            if int(t) not in ids and _code(int(b)) not in ids.values():
                ids[int(t)] = _code(int(b))
    taken = taken | {_code(int(n)) for path in snapshots.values() for n in read_numbers(path).unique() if n >= 0}
    following = 1 + max((int(name[2:]) for name in taken), default=0)
    for topic in sorted(int(t) for t in topics.topics["topic_id"]):
        if topic not in ids:
            ids[topic] = _code(following)
            following += 1
    return ids


def _code(number: int) -> str:
    return f"K-{number:03d}"


def _entries(topics: TopicSet, matches: pd.DataFrame | None, ids: dict[int, str]) -> pd.DataFrame:
    numbers = [int(t) for t in topics.topics["topic_id"]]
    if matches is None:
        found = pd.DataFrame({"now": numbers}).reindex(columns=["now", "verdict", "before", "jaccard", "confidence"])
        none: pd.Series = pd.Series([[] for _ in numbers], dtype=object)
        found = found.assign(before_parts=none, now_parts=none)
    else:
        found = matches.assign(confidence=matches.get("confidence", np.nan))
    found["verdict"] = found["verdict"].astype("string")
    here = found["now"].notna()
    table = pd.DataFrame({"topic_id": found["now"], "verdict": found["verdict"], "jaccard": found["jaccard"],
                          "confidence": found["confidence"]})
    table["stable_id"] = [ids[int(t)] if known else _code(int(b))
                          for t, b, known in zip(found["now"], found["before"], here, strict=True)]
    table["came_from"] = [[_code(int(b))] if v == "kept" else [_code(p) for p in parts] for b, v, parts in
                          zip(found["before"], found["verdict"].fillna(""), found["before_parts"], strict=True)]
    table["became"] = [[ids[p] for p in parts] for parts in found["now_parts"]]
    return table.astype({c: REGISTER_COLUMNS[c] for c in table.columns})


def _with_growth(entries: pd.DataFrame, posts: pd.DataFrame, topics: TopicSet, quarter: str) -> pd.Series:
    found = posts[["post_id", "quarter"]].merge(topics.assignments[["post_id", "topic_id"]], on="post_id")
    counts = pd.crosstab(found["topic_id"], found["quarter"])
    shares = counts / counts.sum()
    earlier = [q for q in shares if q != quarter]
    if not earlier or quarter not in shares:
        return entries["verdict"]
    now, before = (entries["topic_id"].map(shares[q]).fillna(0) for q in (quarter, earlier[0]))
    kept = entries["verdict"].eq("kept").fillna(False) & before.gt(0)
    return entries["verdict"].mask(kept & now.ge(GROWTH * before), "grown").mask(
        kept & (now * GROWTH).le(before), "shrunk")


def _with_decisions(entries: pd.DataFrame, decided: pd.DataFrame, topics: TopicSet, now: pd.Series,
                    snapshots: dict[str, Path], quarter: str) -> pd.DataFrame:
    """Write what people decided beside each topic, and whether it is still the topic that they saw."""
    columns = {"key": "stable_id", "text": "label", "description": "description", "decision": "decision",
               "period": "reviewed", "words": "words_seen"}
    table = entries.merge(decided[list(columns)].rename(columns=columns), on="stable_id", how="left")
    words_now = dict(zip(topics.topics["topic_id"], topics.topics["words"], strict=True))
    snapshot_of = {str(q): read_numbers(snapshots[str(q)]) for q in table["reviewed"].dropna().unique()
                   if q != quarter and str(q) in snapshots}

    def is_drifted(topic: int, stable_id: str, reviewed: str, seen: list[str]) -> bool:
        if not is_same_topic(seen, words_now[topic]):
            return True
        if reviewed in snapshot_of:
            return _is_moved(snapshot_of[reviewed], now, number=int(stable_id[2:]), topic=topic)
        return reviewed != quarter and not seen

    asked = table.dropna(subset=["decision", "topic_id"])
    drifted = [is_drifted(*row) for row in zip(*(asked[n] for n in ("topic_id", "stable_id", "reviewed", "words_seen")),
                                               strict=True)]
    return table.assign(is_drifted=pd.Series(drifted, index=asked.index, dtype="boolean").reindex(table.index))


def _is_moved(then: pd.Series, now: pd.Series, *, number: int, topic: int) -> bool:
    """Tell whether a topic shares half or less of its posts with a snapshot, of the posts that both hold."""
    shared = then.index.intersection(now.index)
    was, is_now = then.reindex(shared).eq(number), now.reindex(shared).eq(topic)
    return int((was & is_now).sum()) <= KEPT_JACCARD * int((was | is_now).sum())


def _write_snapshot(path: Path, now: pd.Series, ids: dict[int, str]) -> None:
    numbers = now.map({NO_TOPIC: NO_TOPIC} | {t: int(name[2:]) for t, name in ids.items()})
    table = pd.DataFrame({"post": now.index, "topic": numbers.to_numpy(np.int64)}).sort_values("post")
    make_private(path.parent)
    with replace_whole(path) as part:
        table.to_parquet(part, index=False)
