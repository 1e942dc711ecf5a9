"""The topic register: two real quarters, and planted births, splits and merges of the made-up city found again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measuring import SHARED_DATA, Row, row

REAL = (("tg_farright_en_2023q3_2024q2", "messages.csv.gz", ("2023Q3", "2023Q4", "2024Q1")),)
TUNED_ON, REPORTED_ON = 1, 7


def measure(folder: Path) -> list[Row]:
    """Measure what the register says of plants, and of two real quarters."""
    rows = []
    for seed, said in ((TUNED_ON, "thresholds looked at on this seed"), (REPORTED_ON, "another seed")):
        rows += [replace_note(r, said) for r in _plants(_city(folder, seed), seed)]
    for name, file, quarters in REAL:
        if (path := SHARED_DATA / name / file).is_file():
            rows += _real(read_channels(path, quarters=quarters), name, quarters)
    return rows


def replace_note(found: Row, note: str) -> Row:
    """Return a row with what is said of it."""
    return {**found, "peer_is": note}


def _city(folder: Path, seed: int):
    from workbench.city import build_city
    from workbench.settings import read_settings
    from workbench.sources import import_exports, load_corpus
    from workbench.starting import start_study

    study = folder / f"city-{seed}"
    start_study(study)
    build_city(study / "data" / "raw", seed=seed)
    import_exports([study / "data" / "raw"], settings=read_settings(study))
    return load_corpus(study)


def _plants(corpus, seed: int) -> list[Row]:
    """Plant births, ends, splits and merges by which posts each model is given, and count what is found.

    A birth: the model before sees no post of some topics. An end: the model now sees none. A split and a merge cannot
    be planted in posts, so they are planted in a model: parts of a topic, by a word, told apart or taken together, with
    a tenth of all posts moved to another topic or to none, as one refit differs from the next.
    """
    from workbench.topics import assign_posts, match_topics, model_topics

    whole = model_topics(corpus, seed=1)
    topic_of = assign_posts(whole, corpus.posts)
    period = corpus.posts["posted_at"].dt.tz_localize(None).dt.to_period("Q").astype(str).to_numpy()
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(whole.topics["topic_id"].to_numpy(dtype=int))
    born, gone, split, merged = drawn[:2], drawn[2:4], drawn[4:6], drawn[6:10].reshape(2, 2)
    steady = [t for t in drawn if t not in {*born, *gone, *split, *merged.ravel()}]

    before, now = topic_of.where(~topic_of.isin(born), -1), topic_of.where(~topic_of.isin(gone), -1)
    texts = corpus.posts.set_index("post_id")["text"].fillna("")
    for t in split:
        parts = pd.util.hash_pandas_object(texts[now == t], index=False).to_numpy() % 5 < 2
        now[now.index[now == t][parts]] = 100 + t
    for one, other in merged:
        now[now == other] = one
    now, before = _noise(now, rng), _noise(before, rng)
    matches = match_topics(before, now)
    told = dict(zip(matches["now"].dropna(), matches.loc[matches["now"].notna(), "verdict"], strict=True))
    ended = matches[matches["now"].isna()].set_index("before")["verdict"]
    rows = [row(f"city {seed}: planted births found", _share([told.get(t) == "born" for t in born]), None, ""),
            row(f"city {seed}: planted ends found", _share([ended.get(t) == "gone" for t in gone]), None, ""),
            row(f"city {seed}: planted splits found", _share([told.get(100 + t) == "split" for t in split]), None, ""),
            row(f"city {seed}: planted merges found",
                _share([_is_merged(told, ended, *pair) for pair in merged]), None, ""),
            row(f"city {seed}: topics left alone and kept", _share([told.get(t) == "kept" for t in steady]), None, "")]

    posts = corpus.posts[np.isin(period, ["2025Q2", "2025Q3"])]
    parts = [replace(corpus, posts=corpus.posts[(period == quarter) & ~topic_of.isin(without).to_numpy()])
             for quarter, without in (("2025Q2", born), ("2025Q3", gone))]
    first, steady = model_topics(parts[0], seed=1), [t for t in drawn if t not in {*born, *gone}]
    for kind, second in (("found afresh", model_topics(parts[1], seed=1)),
                         ("continued", model_topics(parts[1], seed=1, before=first))):
        found = _matched([first, second], posts)
        assigned = assign_posts(second, posts)
        truth = topic_of.reindex(assigned.index)
        by_truth = {t: _verdict_of(t, truth, assigned, found) for t in [*born, *steady]}
        name = f"city {seed}, a model a quarter, {kind}"
        rows += [row(f"{name}: born topics said to be born", _share([by_truth[t] == "born" for t in born]), None, ""),
                 row(f"{name}: topics left alone and kept", _share([by_truth[t] == "kept" for t in steady]), None, ""),
                 *_confidence_rows(name, found)]
    return rows


def _matched(models: list, posts: pd.DataFrame) -> pd.DataFrame:
    """Return the matches of two models, with their confidence where the second continued the first."""
    from workbench.topics import assign_posts, match_topics, measure_confidence

    now = models[1]
    if now.earlier is None:
        return match_topics(*[assign_posts(m, posts) for m in models])
    chosen = now.assignments["post_id"].isin(posts["post_id"]).to_numpy()
    before, found = now.earlier.topic_id[chosen], now.assignments["topic_id"].to_numpy(np.int64)[chosen]
    matches = match_topics(pd.Series(before.astype(np.int64)), pd.Series(found))
    return measure_confidence(matches, now, np.flatnonzero(chosen))


def _noise(topic_of: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Move a tenth of the posts to the topic of a post drawn at random."""
    moved = rng.random(len(topic_of)) < 0.1
    return topic_of.mask(moved, pd.Series(rng.permutation(topic_of.to_numpy()), index=topic_of.index))


def _is_merged(told: dict, ended: pd.Series, one: int, other: int) -> bool:
    # the larger part may keep the id; then the other one went into it
    return told.get(one) == "merged" or "merged" in (ended.get(one), ended.get(other))


def _verdict_of(topic: int, truth: pd.Series, assigned: pd.Series, found: pd.DataFrame) -> str:
    """Return the verdict on the topic of the model now that holds most posts of a true one."""
    inside = assigned[(truth == topic) & (assigned >= 0)]
    return "" if inside.empty else str(found.set_index("now").loc[inside.value_counts().index[0], "verdict"])


def _confidence_rows(name: str, found: pd.DataFrame) -> list[Row]:
    now = found[found["now"].notna()]
    kept = now[now["verdict"] == "kept"]
    rows = [row(f"{name}: topics now", len(now), None, ""), row(f"{name}: kept", len(kept), None, "")]
    if "confidence" in found:
        rows += [row(f"{name}: kept, mean confidence", float(kept["confidence"].mean()), None, ""),
                 row(f"{name}: kept with confidence of .8 or more", int((kept["confidence"] >= 0.8).sum()), None, "")]
    rows += [row(f"{name}: {verdict}", int((found["verdict"] == verdict).sum()), None, "")
             for verdict in ("split", "merged", "born", "gone")]
    return rows


def _real(corpus, name: str, quarters: tuple[str, ...]) -> list[Row]:
    """Match models of one quarter each and of two, as reports make them: found afresh, and the one before continued."""
    from workbench.topics import model_topics

    period = corpus.posts["posted_at"].dt.tz_localize(None).dt.to_period("Q").astype(str)
    posts = corpus.posts[period.isin(quarters[1:])]
    said = f"{quarters[1]} to {quarters[2]}, {len(posts):,} posts, 20 refit pairs"
    rows = []
    for kind, spans in (("a model a quarter", (quarters[1:2], quarters[2:])),
                        ("a model of two quarters", (quarters[:2], quarters[1:]))):
        parts = [replace(corpus, posts=corpus.posts[period.isin(span)]) for span in spans]
        first = model_topics(parts[0], seed=1)
        for way, second in (("found afresh", model_topics(parts[1], seed=1)),
                            ("continued", model_topics(parts[1], seed=1, before=first))):
            found = _matched([first, second], posts)
            rows += [replace_note(r, said) for r in _confidence_rows(f"{name}, {kind}, {way}", found)]
    return rows


def read_channels(path: Path, *, quarters: tuple[str, ...] | None = None):
    """Read posts of a telegram-tracker export straight into a corpus, for measuring only."""
    from workbench.sources.corpus.languages import detect_languages
    from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame

    table = pd.read_csv(path, usecols=["channel_id", "msg_id", "cleaned_message", "date"], dtype="string")
    table = table.drop_duplicates(["channel_id", "msg_id"])
    table = table[table["cleaned_message"].fillna("").str.len() > 60]
    posts = pd.DataFrame({"post_id": table["channel_id"] + ":" + table["msg_id"], "platform": "telegram",
                          "arena_id": table["channel_id"], "kind": "post", "text": table["cleaned_message"],
                          "posted_at": pd.to_datetime(table["date"], utc=True), "source_id": "measured"})
    if quarters:
        posts = posts[posts["posted_at"].dt.tz_localize(None).dt.to_period("Q").astype(str).isin(quarters)]
    posts["language"] = detect_languages(posts["text"])
    posts = posts.reindex(columns=list(POST_COLUMNS)).astype(POST_COLUMNS).sort_values("post_id", ignore_index=True)
    return Corpus(posts=posts, links=empty_frame(LINK_COLUMNS), arenas=empty_frame(ARENA_COLUMNS))


def _share(found: list[bool]) -> float:
    return sum(found) / len(found) if found else float("nan")
