from __future__ import annotations

import copy
import json
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet
from workbench.topics import exchange, load_topics, model_topics, read_bertopic, save_topics

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
    empty = model_topics(corpus, seed=1, refits=0)
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


@pytest.fixture
def mine(measured: TopicSet) -> TopicSet:
    """Return a set of one's own, to change the BERTopic of."""
    return replace(measured, bertopic=copy.deepcopy(measured.bertopic))


def test_groups_come_back_with_all_that_is_known_of_them(measured: TopicSet, tmp_path: Path) -> None:
    save_topics(measured, tmp_path)
    groups, again = (topics.bertopic.hdbscan_model for topics in (measured, load_topics(tmp_path)))
    for field in fields(groups):
        one, other = getattr(groups, field.name), getattr(again, field.name)
        assert type(one) is type(other), field.name
        if isinstance(one, dict):
            assert one == other
        else:
            assert len(one) == len(other)
            for a, b in zip(one, other, strict=True):
                np.testing.assert_array_equal(a, b)


@dataclass(frozen=True)
class Refitted:
    """Groups of which a tuple is known too."""

    centroids: np.ndarray
    refits: tuple[np.ndarray, ...]
    stability: dict[int, float]
    looked_for: tuple[str, ...] = ("havn",)
    seeds: tuple[int, ...] = (1, 2)


@pytest.mark.parametrize("refits", [0, 1, 12])
def test_what_is_a_list_of_arrays_comes_back_in_its_order(refits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "TopicCentroids", Refitted)
    groups = Refitted(np.ones((2, 3)), tuple(np.full((i + 1, 2), i) for i in range(refits)), {8: 0.5}, ("havn",), ())
    again = exchange.read_clusters(exchange.cluster_arrays(groups), exchange.cluster_words(groups))
    assert [part.tolist() for part in again.refits] == [part.tolist() for part in groups.refits]
    assert (again.stability, again.looked_for) == (groups.stability, groups.looked_for)
    assert again.seeds == (1, 2)


def test_labels_and_aspects_are_saved(mine: TopicSet, tmp_path: Path) -> None:
    model = mine.bertopic
    model.set_topic_labels({2: "Kampe på stadion"})
    model.topic_aspects_ = {"pairs": {t: [(f"word {t}", 0.5)] for t in model.topic_representations_},
                            "texts": {t: f"about {t}" for t in model.topic_representations_}}
    save_topics(mine, tmp_path)
    again = load_topics(tmp_path).bertopic
    assert again.custom_labels_ == model.custom_labels_
    assert again.topic_aspects_ == model.topic_aspects_
    assert again.get_topic_info()["pairs"].tolist() == model.get_topic_info()["pairs"].tolist()


def test_an_aspect_that_is_no_text_is_refused_before_anything_is_written(mine: TopicSet, tmp_path: Path) -> None:
    mine.bertopic.topic_aspects_ = {"pictures": {t: object() for t in mine.bertopic.topic_representations_}}
    with pytest.raises(TableError, match="no text"):
        save_topics(mine, tmp_path / "topics")
    assert not (tmp_path / "topics").exists()


def test_representative_posts_have_their_texts_where_the_corpus_is_given(planted: Planted, measured: TopicSet,
                                                                         tmp_path: Path) -> None:
    save_topics(measured, tmp_path)
    shown = measured.bertopic.get_representative_docs()
    assert load_topics(tmp_path, corpus=planted[0]).bertopic.get_representative_docs() == shown
    bare = load_topics(tmp_path).bertopic
    ids = measured.assignments["post_id"].iloc[bare.representative_posts_[0]]
    assert planted[0].posts.set_index("post_id")["text"].loc[ids].tolist() == shown[0]
    with pytest.raises(TableError, match=r"load_topics\(folder, corpus=corpus\)"):
        bare.get_representative_docs(0)
    assert len(bare.get_topic_info()) == len(shown)


def test_no_text_of_a_post_is_saved(planted: Planted, mine: TopicSet, tmp_path: Path) -> None:
    texts = planted[0].posts.set_index("post_id")["text"].loc[mine.assignments["post_id"]].tolist()
    mine.bertopic._save_representative_docs(pd.DataFrame({"Document": texts, "Topic": mine.bertopic.topics_,
                                                          "ID": range(len(texts))}))
    save_topics(mine, tmp_path)
    saved = "".join(path.read_text(errors="replace") for path in tmp_path.iterdir())
    shown = [text for part in mine.bertopic.get_representative_docs().values() for text in part]
    assert shown
    assert not [text for text in shown if text in saved]


def test_what_was_saved_before_there_were_labels_is_loaded(measured: TopicSet, tmp_path: Path) -> None:
    save_topics(measured, tmp_path)
    words = json.loads((tmp_path / "model.json").read_text())
    del words["extras"]
    (tmp_path / "model.json").write_text(json.dumps(words))
    again = load_topics(tmp_path).bertopic
    assert again.get_topics() == measured.bertopic.get_topics()
    assert again.custom_labels_ is None


def test_words_counted_in_another_way_are_counted_so_after_loading(planted: Planted, mine: TopicSet,
                                                                   tmp_path: Path) -> None:
    from sklearn.feature_extraction.text import CountVectorizer

    texts = planted[0].posts.set_index("post_id")["text"].loc[mine.assignments["post_id"]].tolist()
    mine.bertopic.update_topics(texts, vectorizer_model=CountVectorizer(stop_words=["hjelm"], min_df=2))
    read = read_bertopic(mine)
    save_topics(read, tmp_path)
    again = load_topics(tmp_path).bertopic
    assert again.vectorizer_model.get_params()["stop_words"] == ["hjelm"]
    one, other = (model.approximate_distribution(texts[:30])[0] for model in (read.bertopic, again))
    np.testing.assert_allclose(one, other)


def test_a_vectorizer_with_functions_is_refused_with_what_to_do(planted: Planted, mine: TopicSet,
                                                                tmp_path: Path) -> None:
    from sklearn.feature_extraction.text import CountVectorizer

    texts = planted[0].posts.set_index("post_id")["text"].loc[mine.assignments["post_id"]].tolist()
    mine.bertopic.update_topics(texts, vectorizer_model=CountVectorizer(analyzer=str.split))
    with pytest.raises(TableError, match="without vectorizer_model"):
        save_topics(read_bertopic(mine), tmp_path / "topics")
