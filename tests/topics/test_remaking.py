from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.tables.posts import Corpus
from workbench.tables.review import REVIEW_COLUMNS, Review
from workbench.tables.topics import REGISTER_COLUMNS, TopicRegister, TopicSet
from workbench.topics import apply_review, load_topics, model_topics, save_topics

Planted = tuple[Corpus, np.ndarray]
# a topic that has parts is split, the sixth merged into the first, the third left alone
MERGED, INTO, ALONE = 5, 0, 2


def to_split(fitted: TopicSet) -> int:
    parts = fitted.subtopics["topic_id"].value_counts().drop([MERGED, INTO, ALONE])
    assert parts.iloc[0] >= 2
    return int(parts.index[0])


def is_part(fitted: TopicSet, stable_ids: pd.Series) -> pd.Series:
    return stable_ids.gt(fitted.topics["stable_id"].max())


@pytest.fixture(scope="module")
def fitted(planted: Planted) -> TopicSet:
    made = model_topics(planted[0], seed=1, refits=4)
    made.topics["stable_id"] = [f"K-{t + 1:03d}" for t in made.topics["topic_id"]]
    return made


@pytest.fixture(scope="module")
def applied(fitted: TopicSet) -> TopicSet:
    return decide(fitted)


def decide(fitted: TopicSet, *, is_split: bool = True) -> TopicSet:
    ids = fitted.topics["stable_id"]
    rows = [{"key": ids[MERGED], "decision": "merge", "into": ids[INTO]}]
    rows += [{"key": ids[to_split(fitted)], "decision": "split"}] * is_split
    every = [{"kind": "topic", "period": "2025Q3", "words": [], **row} for row in rows]
    entries = pd.DataFrame(every, columns=list(REVIEW_COLUMNS)).astype(REVIEW_COLUMNS)
    here = pd.DataFrame({"stable_id": ids, "topic_id": range(len(ids))}).reindex(columns=list(REGISTER_COLUMNS))
    register = TopicRegister("2025Q3", here.astype(REGISTER_COLUMNS))
    return apply_review(fitted, Review("2025Q3", "da", entries), register)[0]


@pytest.fixture(scope="module")
def texts(planted: Planted, fitted: TopicSet) -> list[str]:
    return planted[0].posts.set_index("post_id").loc[fitted.assignments["post_id"], "text"].tolist()


def number(topics: TopicSet, stable_id: str) -> int:
    return int(topics.topics.set_index("stable_id")["topic_id"][stable_id])


def test_transform_gives_the_topics_that_people_decided_on(fitted: TopicSet, applied: TopicSet,
                                                           texts: list[str]) -> None:
    parts = is_part(fitted, applied.topics["stable_id"])
    assert parts.sum() >= 2
    given = np.array(applied.bertopic.transform(texts)[0])
    own = applied.assignments["topic_id"].to_numpy(int)
    assert (given == own).mean() > 0.99
    assert (given == own)[np.isin(own, applied.topics.loc[parts, "topic_id"])].mean() > 0.95


def test_the_saved_model_gives_the_same(applied: TopicSet, texts: list[str], tmp_path: Path) -> None:
    save_topics(applied, tmp_path / "topics")
    loaded = load_topics(tmp_path / "topics")
    assert loaded.bertopic.transform(texts[:300])[0] == applied.bertopic.transform(texts[:300])[0]
    new = ["kampen på stadionet med målmanden og træneren", "bussens afgang og letbanens forsinkelse"]
    words = applied.topics.set_index("topic_id")["words"]
    found = loaded.bertopic.transform(new)[0]
    assert any(w.startswith(("kamp", "stadion", "målmand", "træner")) for w in words[found[0]])
    assert any(w.startswith(("bus", "letbane", "afgang")) for w in words[found[1]])


def test_a_merged_topic_has_the_groups_of_both_and_a_split_one_those_of_its_parts(fitted: TopicSet,
                                                                                 applied: TopicSet) -> None:
    before, after = fitted.bertopic.hdbscan_model, applied.bertopic.hdbscan_model
    kept = after.topic_of == number(applied, f"K-{INTO + 1:03d}")
    np.testing.assert_array_equal(after.centroids[kept], before.centroids[np.isin(before.topic_of, [INTO, MERGED])])
    parts = applied.topics.loc[is_part(fitted, applied.topics["stable_id"]), "topic_id"].to_numpy(int)
    of_split = after.centroids[np.isin(after.topic_of, parts)]
    assert sorted(map(tuple, of_split)) == sorted(map(tuple, before.fine[before.parent_of == to_split(fitted)]))
    assert (after.topic_of == -1).sum() == (before.topic_of == -1).sum()
    # a subtopic is a place among the fine groups
    for part in applied.subtopics.itertuples():
        assert after.parent_of[part.subtopic_id] == part.topic_id
    moved = applied.subtopics.merge(fitted.subtopics, on="label", suffixes=("", "_before"))
    np.testing.assert_array_equal(after.fine[moved["subtopic_id"].astype(int)],
                                  before.fine[moved["subtopic_id_before"].astype(int)])


def test_bertopic_has_the_numbers_sizes_and_words_of_the_tables(applied: TopicSet) -> None:
    info = applied.bertopic.get_topic_info().set_index("Topic")
    assert info["Count"].drop(-1).to_dict() == applied.topics.set_index("topic_id")["size"].to_dict()
    assert info["Representation"].drop(-1).tolist() == applied.topics["words"].tolist()
    assert applied.bertopic.topics_ == applied.assignments["topic_id"].tolist()


def test_words_of_a_topic_weigh_as_if_they_were_counted_anew(applied: TopicSet, texts: list[str]) -> None:
    from sklearn.preprocessing import normalize

    counts = applied.bertopic.vectorizer_model.transform(texts)
    own = applied.assignments["topic_id"].to_numpy(int)
    classes = range(-1, len(applied.topics))
    per_class = np.vstack([np.asarray(counts[own == t].sum(axis=0)) for t in classes])
    idf = np.log1p(per_class.sum() / len(classes) / np.maximum(per_class.sum(axis=0), 1))
    weights = np.sqrt(normalize(per_class, norm="l1")) * idf
    found = applied.bertopic.c_tf_idf_.toarray()
    alike = [np.corrcoef(weights[1 + t], found[1 + t])[0, 1] for t in applied.topics["topic_id"]]
    is_part = applied.topics["stable_id"].gt("K-011")
    assert min(np.array(alike)[~is_part]) > 0.99
    assert np.allclose(applied.bertopic.ctfidf_model._idf_diag.diagonal(), idf, rtol=0.05)
    # of a part the model knows no more than the words that tell it
    assert min(np.array(alike)[is_part]) > 0.5


def test_a_topic_lies_where_its_posts_lie(applied: TopicSet, texts: list[str]) -> None:
    vectors = np.asarray(applied.bertopic.embedding_model.embed_documents(texts))
    own = applied.assignments["topic_id"].to_numpy(int)
    for topic in applied.topics["topic_id"]:
        mean, found = vectors[own == topic].mean(axis=0), applied.bertopic.topic_embeddings_[1 + topic]
        assert mean @ found / np.linalg.norm(mean) / np.linalg.norm(found) > 0.99


def test_what_bertopic_offers_works_on_it(planted: Planted, applied: TopicSet, texts: list[str]) -> None:
    model = applied.bertopic
    topics, similarities = model.find_topics("festivalkoncert", top_n=1)
    assert any(w.startswith(("koncert", "festival")) for w in applied.topics["words"][topics[0]])
    assert 0.3 < similarities[0] <= 1.0001
    assert len(model.visualize_hierarchy().data)
    assert len(model.visualize_heatmap().data)
    assert len(model.hierarchical_topics(texts)) == len(applied.topics) - 1


def test_texts_that_show_a_topic_are_of_that_topic(fitted: TopicSet, applied: TopicSet, texts: list[str]) -> None:
    topic_of = dict(zip(texts, applied.assignments["topic_id"], strict=True))
    shown = applied.bertopic.representative_docs_
    assert {topic_of[text] for topic, some in shown.items() for text in some if topic != topic_of[text]} == set()
    assert len(shown[number(applied, f"K-{INTO + 1:03d}")]) == 3
    assert set(shown) == {-1, *applied.topics["topic_id"]}


def test_a_bertopic_that_knows_the_rows_of_its_posts_and_its_words_is_told_both(fitted: TopicSet) -> None:
    model = copy(fitted.bertopic)
    model.representative_posts_ = {t: [t, t + 20] for t in range(-1, len(fitted.topics))}
    model.agreed_words_ = {}
    done = decide(replace(fitted, bertopic=model))
    shown = done.bertopic.representative_posts_
    unchanged = number(done, f"K-{ALONE + 1:03d}")
    assert shown[unchanged] == [ALONE, ALONE + 20]
    topic_of, near = done.assignments["topic_id"], done.assignments["confidence"]
    for topic in set(shown) - {-1}:
        if topic == number(done, f"K-{INTO + 1:03d}") or is_part(fitted, done.topics["stable_id"])[topic]:
            assert (topic_of[shown[topic]] == topic).all()
            assert near[shown[topic]].min() >= near[topic_of.eq(topic)].nlargest(3).min()
    assert {t: words for t, words in done.bertopic.agreed_words_.items() if t >= 0} == dict(enumerate(done.topics["words"]))
    assert model.agreed_words_ == {}


def test_the_topics_given_stay_as_they_were(fitted: TopicSet, applied: TopicSet) -> None:
    assert fitted.bertopic.topics_ == fitted.assignments["topic_id"].tolist()
    assert len(fitted.bertopic.topic_embeddings_) == 1 + len(fitted.topics)
    assert len(applied.topics) == len(fitted.topics) - 2 + int((fitted.subtopics["topic_id"] == to_split(fitted)).sum())


def test_a_merge_alone_needs_no_split(fitted: TopicSet, texts: list[str]) -> None:
    merged = decide(fitted, is_split=False)
    assert len(merged.topics) == len(fitted.topics) - 1
    given, own = np.array(merged.bertopic.transform(texts)[0]), merged.assignments["topic_id"].to_numpy(int)
    assert (given == own).mean() > 0.99
