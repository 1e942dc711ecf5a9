from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet
from workbench.topics import load_topics, model_topics, save_topics

Planted = tuple[Corpus, np.ndarray]


@pytest.fixture(scope="module")
def measured(planted: Planted) -> TopicSet:
    return model_topics(planted[0], seed=1, refits=8)


def test_saved_topics_come_back_the_same(measured: TopicSet, tmp_path: Path) -> None:
    save_topics(measured, tmp_path / "topics")
    again = load_topics(tmp_path / "topics")
    pd.testing.assert_frame_equal(again.topics, measured.topics)
    pd.testing.assert_frame_equal(again.assignments, measured.assignments)
    pd.testing.assert_frame_equal(again.subtopics, measured.subtopics)
    assert again.provenance == measured.provenance


def test_saving_twice_gives_the_same_bytes(measured: TopicSet, tmp_path: Path) -> None:
    for name in ("a", "b"):
        save_topics(measured, tmp_path / name)
    a, b = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("a", "b"))
    assert a == b
    assert set(a) == {"topics.parquet", "subtopics.parquet", "assignments.parquet", "provenance.json", "model.npz", "model.json"}


def test_an_empty_set_can_be_saved(planted: Planted, tmp_path: Path) -> None:
    corpus = Corpus(planted[0].posts.iloc[:5], planted[0].links, planted[0].arenas)
    empty = model_topics(corpus, seed=1)
    save_topics(empty, tmp_path)
    again = load_topics(tmp_path)
    pd.testing.assert_frame_equal(again.topics, empty.topics)
    assert again.provenance == empty.provenance


def test_a_missing_file_is_named(measured: TopicSet, tmp_path: Path) -> None:
    save_topics(measured, tmp_path)
    (tmp_path / "assignments.parquet").unlink()
    with pytest.raises(TableError, match=r"assignments\.parquet is missing"):
        load_topics(tmp_path)


@pytest.mark.parametrize("name", ["topics.parquet", "subtopics.parquet", "assignments.parquet", "provenance.json",
                                  "model.npz", "model.json"])
def test_a_broken_file_is_named(name: str, measured: TopicSet, tmp_path: Path) -> None:
    save_topics(measured, tmp_path)
    (tmp_path / name).write_bytes(b"PAR1 broken")
    with pytest.raises(TableError, match=name):
        load_topics(tmp_path)


def test_a_file_without_its_columns_is_refused(measured: TopicSet, tmp_path: Path) -> None:
    save_topics(measured, tmp_path)
    measured.topics.drop(columns="label").to_parquet(tmp_path / "topics.parquet")
    with pytest.raises(TableError, match=r"topics\.parquet: lacks the columns label"):
        load_topics(tmp_path)


@pytest.mark.parametrize("gone", [[0], [-1], "all"])
def test_files_of_two_models_are_refused(gone: list[int] | str, measured: TopicSet, tmp_path: Path) -> None:
    save_topics(measured, tmp_path)
    rows = measured.topics.index if gone == "all" else measured.topics.index[gone]
    measured.topics.drop(index=rows).to_parquet(tmp_path / "topics.parquet", index=False)
    with pytest.raises(TableError, match="not of one model"):
        load_topics(tmp_path)
