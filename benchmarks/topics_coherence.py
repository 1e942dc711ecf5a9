"""Coherence (NPMI) and diversity of topics on real Telegram sets, ours beside BERTopic out of the box."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from pathlib import Path

import pandas as pd

from benchmarks.measuring import SHARED_DATA, Row, row, seconds
from benchmarks.topics_quality import find_minilm
from benchmarks.topics_register import read_channels

SETS = (("tg_activeclubs", "messages.csv"), ("tg_farright_en_2023q3_2024q2", "messages.csv.gz"))
PEER = "BERTopic out of the box (all-MiniLM-L6-v2, UMAP, HDBSCAN)"


def measure(folder: Path) -> list[Row]:
    """Measure topics of each set by the same words-in-texts counts.

    Coherence is given over topics and over posts: few large topics and many small ones are not the same task. A word
    stands in a text if either way of reading finds it there, ours or that of BERTopic's CountVectorizer.
    """
    rows: list[Row] = []
    for name, file in SETS:
        if (path := SHARED_DATA / name / file).is_file():
            rows += _rows(name, read_channels(path))
    return rows


def _rows(name: str, corpus) -> list[Row]:
    from workbench.topics import model_topics

    made = []
    took = {"ours": seconds(lambda: made.append(model_topics(corpus, seed=1)))}
    ours = _figures(corpus, made[0])
    subtopics = _figures(corpus, _fine(made[0]))
    peer: dict[str, float | None] = dict.fromkeys([*ours, "seconds"])
    if model := find_minilm():
        took["peer"] = seconds(lambda: made.append(_out_of_the_box(corpus, model)))
        peer = {**_figures(corpus, made[1]), "seconds": took["peer"]}
    said = PEER if model else f"{PEER}: not installed"
    rows = [row(f"{name}: {what}", value, peer[what], said) for what, value in ours.items()]
    rows += [row(f"{name}: subtopics, {what}", value, None, "") for what, value in subtopics.items()]
    return [*rows, row(f"{name}: seconds", took["ours"], peer["seconds"], said)]


def _figures(corpus, topics) -> dict[str, float]:
    """Return what the words of a topic set are worth."""
    from workbench.topics import measure_coherence, measure_quality

    table = measure_quality(corpus, topics)
    table["npmi"] = measure_coherence(corpus, topics, words_in=_either_words)
    size = table["size"].astype(float)
    return {"topics": float(len(table)), "NPMI, mean over topics": float(table["npmi"].mean()),
            "NPMI, mean over posts": float((table["npmi"] * size).sum() / size.sum()),
            "diversity": table.attrs["diversity"],
            "share of posts in no topic": float((topics.assignments["topic_id"] < 0).mean())}


def _either_words(text: str) -> list[str]:
    from workbench.topics.words import words_of

    return [*words_of(text), *re.findall(r"(?u)\b\w\w+\b", text.lower())]


def _fine(topics):
    """Return our subtopics as a topic set."""
    table = topics.subtopics.drop(columns="topic_id").rename(columns={"subtopic_id": "topic_id"})
    assignments = topics.assignments.assign(topic_id=topics.assignments["subtopic_id"])
    return replace(topics, topics=table.assign(stability=pd.array([pd.NA] * len(table), dtype="Float64")),
                   assignments=assignments)


def _out_of_the_box(corpus, minilm: str):
    from workbench.tables.topics import TopicSet

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from bertopic import BERTopic
        from sentence_transformers import SentenceTransformer

        model = BERTopic(embedding_model=SentenceTransformer(minilm))
        labels, _ = model.fit_transform(corpus.posts["text"].tolist())
    info = model.get_topic_info().query("Topic >= 0")
    words = [[w for w, _ in model.get_topic(t) if w] for t in info["Topic"]]
    table = pd.DataFrame({"topic_id": info["Topic"].to_numpy(), "label": "", "size": info["Count"].to_numpy(),
                          "words": pd.Series(words, dtype=object),
                          "stability": pd.array([pd.NA] * len(info), dtype="Float64")})
    return TopicSet(table, pd.DataFrame({"post_id": corpus.posts["post_id"], "topic_id": labels}))
