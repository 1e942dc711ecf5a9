from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet
from workbench.topics import load_topics, model_topics, read_bertopic, save_topics
from workbench.topics.inflections import stem_of

Planted = tuple[Corpus, np.ndarray]


@pytest.fixture(scope="module")
def modelled(planted: Planted) -> TopicSet:
    topics = model_topics(planted[0], seed=1, refits=4)
    count = len(topics.topics)
    table = topics.topics.assign(stability=pd.array(np.linspace(0.9, 0.5, count), dtype="Float64"),
                                 core=pd.array(range(count), dtype="Int64"),
                                 near=pd.array([*range(1, count), 0], dtype="Int64"), unlike=[["hjelm"]] * count)
    return replace(topics, topics=table, assignments=topics.assignments.assign(is_core=pd.array(
        np.arange(len(topics.assignments)) % 2 == 0, dtype="boolean")))


@pytest.fixture
def mine(modelled: TopicSet) -> TopicSet:
    """Return a set of one's own, to change the BERTopic of."""
    return replace(modelled, bertopic=copy.deepcopy(modelled.bertopic))


@pytest.fixture(scope="module")
def texts(planted: Planted, modelled: TopicSet) -> list[str]:
    return planted[0].posts.set_index("post_id")["text"].loc[modelled.assignments["post_id"]].tolist()


def sentences() -> object:
    """Return what says one sentence of each topic, as language models do."""
    from bertopic.representation import BaseRepresentation

    class Sentences(BaseRepresentation):
        def extract_topics(self, topic_model, documents, c_tf_idf, topics):
            return {t: [(f"all about {words[0][0]}", 1.0)] + [("", 0.0)] * 9 for t, words in topics.items()}

    return Sentences()


def same_groups(one: np.ndarray, other: np.ndarray) -> bool:
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))


def check(topics: TopicSet, texts: list[str]) -> None:
    """Check that tables and BERTopic agree, and that all parts are where they belong."""
    table, assignments, model = topics.topics, topics.assignments, topics.bertopic
    now = assignments["topic_id"].to_numpy(int)
    assert table["topic_id"].tolist() == list(range(len(table)))
    assert table["size"].tolist() == [int((now == t).sum()) for t in table["topic_id"]]
    assert table["size"].is_monotonic_decreasing
    assert model.topics_ == now.tolist()
    info = model.get_topic_info().set_index("Topic")
    assert info["Count"].drop(-1, errors="ignore").tolist() == table["size"].tolist()
    assert len(model.topic_embeddings_) == model.c_tf_idf_.shape[0] == len(info)
    assert assignments["set_aside"].isna().eq(now >= 0).all()
    parts, inside = topics.subtopics, assignments[assignments["subtopic_id"] >= 0]
    assert parts["subtopic_id"].tolist() == list(range(len(parts)))
    assert parts["topic_id"].is_monotonic_increasing
    assert model.hdbscan_model.parent_of.tolist() == parts["topic_id"].tolist()
    assert inside["subtopic_id"].map(parts.set_index("subtopic_id")["topic_id"]).eq(inside["topic_id"]).all()
    assert parts["size"].tolist() == [int((inside["subtopic_id"] == i).sum()) for i in range(len(parts))]
    vectors = model.embedding_model.embed(texts)
    found = model.hdbscan_model.subtopics(vectors, now)
    assert np.mean((found == assignments["subtopic_id"].to_numpy(int))[assignments["confidence"].notna()]) > 0.95
    assert read_bertopic(topics) is topics


def test_what_nobody_changed_comes_back_as_it_was(modelled: TopicSet) -> None:
    assert read_bertopic(modelled) is modelled


def test_merged_topics_are_one_in_tables_words_parts_and_for_new_posts(mine: TopicSet, texts: list[str]) -> None:
    before = mine.assignments.copy()
    was = before["topic_id"].to_numpy(int)
    mine.bertopic.merge_topics(texts, [[2, 5], [7, 1]])
    merged = read_bertopic(mine)
    now = merged.assignments["topic_id"].to_numpy(int)
    expected = pd.Series(was).replace({5: 2, 7: 1}).to_numpy()
    assert same_groups(now, expected)
    assert same_groups(now, np.array(mine.bertopic.topics_))
    check(merged, texts)
    assert np.mean(np.array(merged.bertopic.transform(texts)[0]) == now) > 0.99
    np.testing.assert_array_equal(merged.assignments["confidence"], before["confidence"])
    assert merged.provenance["readings"][-1]["merged"] == {str(now[was == 2][0]): [2, 5], str(now[was == 1][0]): [1, 7]}
    pd.testing.assert_frame_equal(mine.assignments, before)


def test_bertopics_own_merge_and_what_is_read_have_the_same_words(mine: TopicSet, texts: list[str]) -> None:
    was = mine.assignments["topic_id"].to_numpy(int)
    mine.bertopic.merge_topics(texts, [3, 4])
    merged = read_bertopic(mine)
    theirs = mine.bertopic.topics_[int(np.flatnonzero(was == 3)[0])]
    ours = int(merged.assignments["topic_id"].to_numpy(int)[was == 3][0])
    assert merged.topics["words"][ours] == [word for word, _ in mine.bertopic.get_topic(theirs)]
    assert merged.topics["label"][ours] == " · ".join(merged.topics["words"][ours][:3])
    assert set(mine.topics["words"][3][:3]) & set(merged.topics["words"][ours])


def test_the_words_of_a_merged_topic_are_no_inflections_of_one_another(mine: TopicSet, texts: list[str]) -> None:
    mine.bertopic.merge_topics(texts, [0, 1])
    words = read_bertopic(mine).topics["words"][0]
    assert len(words) == 10
    for language in ("da", "sv", "en"):
        assert len({stem_of(word, language) for word in words}) == 10


def test_all_that_bertopic_does_works_on_merged_topics_and_can_be_read_again(mine: TopicSet, texts: list[str],
                                                                            tmp_path: Path) -> None:
    mine.bertopic.merge_topics(texts, [0, 1])
    once = read_bertopic(mine)
    once.bertopic.merge_topics(texts, [0, 1])
    once.bertopic.delete_topics([2])
    once.bertopic.reduce_topics(texts, 6)
    twice = read_bertopic(once)
    check(twice, texts)
    model = twice.bertopic
    assert len(model.visualize_topics().data) == 1
    assert len(model.visualize_barchart().data) == len(twice.topics)
    assert len(model.hierarchical_topics(texts)) == len(twice.topics) - 1
    assert model.approximate_distribution(texts[:20])[0].shape == (20, len(twice.topics))
    save_topics(twice, tmp_path)
    loaded = load_topics(tmp_path)
    assert loaded.bertopic.transform(texts)[0] == model.transform(texts)[0]
    assert read_bertopic(loaded) is loaded
    assert len(twice.provenance["readings"]) == 2


def test_reduced_topics_are_read(mine: TopicSet, texts: list[str]) -> None:
    mine.bertopic.reduce_topics(texts, nr_topics=6)
    reduced = read_bertopic(mine)
    assert len(reduced.topics) == 5
    assert same_groups(reduced.assignments["topic_id"].to_numpy(int), np.array(mine.bertopic.topics_))
    check(reduced, texts)


def test_reducing_to_more_topics_than_there_are_changes_nothing(mine: TopicSet, texts: list[str]) -> None:
    assert mine.bertopic.reduce_topics(texts, nr_topics=100) is mine.bertopic
    assert read_bertopic(mine) is mine


def test_posts_of_a_deleted_topic_are_in_none_and_say_why(mine: TopicSet, texts: list[str]) -> None:
    was = mine.assignments["topic_id"].to_numpy(int)
    mine.bertopic.delete_topics([3])
    left = read_bertopic(mine)
    now = left.assignments["topic_id"].to_numpy(int)
    assert (now[was == 3] == -1).all()
    assert left.assignments["set_aside"][was == 3].eq("removed").all()
    assert left.assignments["confidence"][was == 3].isna().all()
    assert left.provenance["posts_in_no_topic"]["removed"] == (was == 3).sum()
    assert left.provenance["share_in_no_topic"] == pytest.approx((now == -1).mean())
    assert sorted(left.topics["words"]) == sorted(mine.topics["words"].drop(3))  # two of one size may change places
    assert set(np.array(left.bertopic.transform([t for t, old in zip(texts, was, strict=True) if old == 3])[0])) == {-1}
    for topic, words in zip(left.topics["topic_id"], left.topics["words"], strict=True):
        assert left.bertopic.find_topics(" ".join(words[:4]), top_n=1)[0] == [topic]
    check(left, texts)


def test_where_every_topic_is_deleted_nothing_changes(mine: TopicSet) -> None:
    with pytest.raises(TableError, match="no topic would be left"):
        mine.bertopic.delete_topics(list(range(len(mine.topics))))
    assert read_bertopic(mine) is mine


def test_new_words_become_the_words_and_no_post_moves(mine: TopicSet, texts: list[str], tmp_path: Path) -> None:
    mine.bertopic.update_topics(texts, n_gram_range=(2, 2))
    worded = read_bertopic(mine)
    assert all(" " in word for words in worded.topics["words"] for word in words)
    assert worded.topics["label"][0] == " · ".join(worded.topics["words"][0][:3])
    pd.testing.assert_frame_equal(worded.assignments, mine.assignments)
    pd.testing.assert_frame_equal(worded.topics.drop(columns=["label", "words"]),
                                  mine.topics.drop(columns=["label", "words"]))
    save_topics(worded, tmp_path)
    again = load_topics(tmp_path).bertopic
    one, other = (model.approximate_distribution(texts[:30], min_similarity=0)[0] for model in (worded.bertopic, again))
    assert one.any()
    np.testing.assert_allclose(other, one)
    check(worded, texts)


def test_a_sentence_becomes_the_label_and_the_words_stay_words(mine: TopicSet, texts: list[str]) -> None:
    mine.bertopic.update_topics(texts, representation_model=sentences())
    said = read_bertopic(mine)
    assert said.topics["label"].str.startswith("all about ").all()
    assert said.topics["words"].map(len).eq(10).all()
    for words, old in zip(said.topics["words"], mine.topics["words"], strict=True):
        assert set(words[:5]) & set(old)


def test_a_given_label_becomes_the_label_and_the_names_of_bertopic_do_not(mine: TopicSet) -> None:
    mine.bertopic.set_topic_labels({1: "Cykler"})
    named = read_bertopic(mine)
    assert named.topics["label"].tolist() == ["Cykler" if t == 1 else label for t, label in
                                              enumerate(mine.topics["label"])]
    pd.testing.assert_frame_equal(named.assignments, mine.assignments)
    assert named.bertopic.get_topic_info().set_index("Topic")["CustomName"][1] == "Cykler"
    assert named.provenance["readings"][-1]["labels_given"] == 1
    assert read_bertopic(named) is named


@pytest.mark.parametrize("change", ["merge", "delete", "reassign"])
def test_a_label_goes_with_its_topic_when_numbers_change(change: str, mine: TopicSet, texts: list[str]) -> None:
    was = mine.assignments["topic_id"].to_numpy(int)
    mine.bertopic.set_topic_labels({4: "Koncerter", 8: "Raketter"})
    mine = read_bertopic(mine)
    if change == "merge":
        mine.bertopic.merge_topics(texts, [2, 4])
    elif change == "delete":
        mine.bertopic.delete_topics([1, 2])
    else:
        mine.bertopic.update_topics(texts, topics=np.where(was == 4, 2, was).tolist())
    changed = read_bertopic(mine)
    now = changed.assignments["topic_id"].to_numpy(int)
    assert changed.topics["label"][now[was == 8][0]] == "Raketter"
    assert (changed.topics["label"][now[was == 4][0]] == "Koncerter") == (change != "reassign")
    check(changed, texts)


def test_of_two_labels_that_of_the_larger_topic_names_what_was_merged(mine: TopicSet, texts: list[str]) -> None:
    mine.bertopic.set_topic_labels({2: "Larger", 7: "Smaller"})
    mine.bertopic.merge_topics(texts, [7, 2])
    merged = read_bertopic(mine)
    assert merged.topics["label"].isin(["Larger", "Smaller"]).sum() == 1
    assert "Larger" in merged.topics["label"].tolist()


def test_posts_that_were_moved_keep_their_topic_and_it_is_said(mine: TopicSet, texts: list[str]) -> None:
    was = mine.assignments["topic_id"].to_numpy(int)
    new = mine.bertopic.reduce_outliers(texts, mine.bertopic.topics_, strategy="c-tf-idf", threshold=0.01)
    mine.bertopic.update_topics(texts, topics=new)
    moved = read_bertopic(mine)
    now, changed = moved.assignments["topic_id"].to_numpy(int), np.array(new) != was
    assert changed.sum() > 20
    assert same_groups(now, np.array(new))
    assert moved.provenance["readings"][-1]["posts_moved"] == changed.sum()
    assert "one by one" in moved.provenance["readings"][-1]["note"]
    assert moved.assignments["confidence"][changed].isna().all()
    assert moved.assignments["subtopic_id"][changed].eq(-1).all()
    np.testing.assert_array_equal(moved.assignments["confidence"][~changed], mine.assignments["confidence"][~changed])
    assert moved.provenance["share_in_no_topic"] == pytest.approx((now == -1).mean())
    check(moved, texts)


def test_a_post_moved_from_one_topic_to_another_has_no_confidence_in_it(mine: TopicSet, texts: list[str]) -> None:
    was = mine.assignments["topic_id"].to_numpy(int)
    chosen = np.flatnonzero(was == 3)[::2]
    new = was.copy()
    new[chosen] = 5
    mine.bertopic.update_topics(texts, topics=new.tolist())
    moved = read_bertopic(mine)
    assert same_groups(moved.assignments["topic_id"].to_numpy(int), new)
    assert moved.assignments["confidence"].iloc[chosen].isna().all()
    assert moved.assignments["subtopic_id"].iloc[chosen].eq(-1).all()
    assert moved.provenance["readings"][-1]["posts_moved"] == len(chosen)
    check(moved, texts)


def test_topics_merged_by_giving_posts_another_number_are_merged_for_new_posts(mine: TopicSet, texts: list[str]) -> None:
    was = mine.assignments["topic_id"].to_numpy(int)
    mine.bertopic.update_topics(texts, topics=np.where(was == 6, 0, was).tolist())
    merged = read_bertopic(mine)
    now = merged.assignments["topic_id"].to_numpy(int)
    assert merged.provenance["readings"][-1]["posts_moved"] == 0
    assert np.mean(np.array(merged.bertopic.transform(texts)[0]) == now) > 0.99
    check(merged, texts)


def test_posts_in_no_topic_merged_into_one_are_moved_one_by_one(mine: TopicSet, texts: list[str]) -> None:
    was = mine.assignments["topic_id"].to_numpy(int)
    mine.bertopic.merge_topics(texts, [0, -1])
    moved = read_bertopic(mine)
    now = moved.assignments["topic_id"].to_numpy(int)
    assert (now >= 0).all()
    assert moved.provenance["readings"][-1]["posts_moved"] == (was == -1).sum()
    assert moved.bertopic.transform([""])[0] == [-1]
    check(moved, texts)


def test_other_columns_are_missing_only_where_posts_are_others(mine: TopicSet, texts: list[str]) -> None:
    was, mine = mine.assignments["topic_id"].to_numpy(int), replace(mine, refits=None)  # as if it had been loaded
    mine.bertopic.merge_topics(texts, [3, 4])
    merged = read_bertopic(mine)
    now = merged.assignments["topic_id"].to_numpy(int)
    new = {t: int(now[was == t][0]) for t in mine.topics["topic_id"]}
    table = merged.topics
    assert table.dtypes.equals(mine.topics.dtypes)
    assert table.loc[new[3], ["stability", "core", "near"]].isna().all()
    for old in set(new) - {3, 4}:
        assert table["core"][new[old]] == old
        assert table["stability"][new[old]] == mine.topics["stability"][old]
        assert table["label"][new[old]] == mine.topics["label"][old]
        near = mine.topics["near"][old]
        assert pd.isna(table["near"][new[old]]) if near in (3, 4) else table["near"][new[old]] == new[near]
        assert (table["unlike"][new[old]] == []) == (near in (3, 4))
    gone = np.isin(was, [3, 4])
    assert merged.assignments["is_core"].dtype == "boolean"
    assert merged.assignments["is_core"][gone].isna().all()
    assert merged.assignments["is_core"][~gone].equals(mine.assignments["is_core"][~gone])


def test_topics_that_were_changed_and_not_read_are_not_saved(mine: TopicSet, texts: list[str], tmp_path: Path) -> None:
    mine.bertopic.merge_topics(texts, [0, 1])
    with pytest.raises(TableError, match=r"read_bertopic\(topics\)"):
        save_topics(mine, tmp_path / "topics")
    assert not (tmp_path / "topics").exists()
    save_topics(read_bertopic(mine), tmp_path / "topics")


def test_a_topic_that_no_group_stands_for_is_refused(mine: TopicSet, texts: list[str]) -> None:
    made_up = [99 if i % 10 == 0 else t for i, t in enumerate(mine.bertopic.topics_)]
    mine.bertopic.update_topics(texts, topics=made_up)
    with pytest.raises(TableError, match=r"Topic 99 .* made of posts of other topics"):
        read_bertopic(mine)


def test_labels_that_are_too_few_are_refused(mine: TopicSet) -> None:
    mine.bertopic.custom_labels_ = ["one", "two"]
    with pytest.raises(TableError, match="set_topic_labels"):
        read_bertopic(mine)


def test_assignments_that_were_changed_beside_the_model_are_refused(mine: TopicSet) -> None:
    merged = mine.assignments.assign(topic_id=mine.assignments["topic_id"].replace({1: 0}))
    with pytest.raises(TableError, match="Read the BERTopic first"):
        read_bertopic(replace(mine, assignments=merged))


def test_topics_without_a_model_are_refused(modelled: TopicSet) -> None:
    with pytest.raises(TableError, match="load_topics"):
        read_bertopic(replace(modelled, bertopic=None))


@pytest.mark.parametrize("change", ["merge_topics", "update_topics", "reduce_topics"])
def test_texts_of_other_posts_are_refused(change: str, mine: TopicSet, texts: list[str]) -> None:
    with pytest.raises(TableError, match="of all posts"):
        getattr(mine.bertopic, change)(texts[:100], *([[0, 1]] if change == "merge_topics" else []))
    assert read_bertopic(mine) is mine


def test_topics_that_were_merged_are_judged_by_the_groups_of_both(planted: Planted, texts: list[str]) -> None:
    fitted = model_topics(planted[0], seed=1, refits=4)
    changed = replace(fitted, bertopic=copy.deepcopy(fitted.bertopic))
    was = fitted.assignments["topic_id"].to_numpy(int)
    changed.bertopic.merge_topics(texts, [3, 4])
    merged = read_bertopic(changed)
    new = int(merged.assignments["topic_id"].to_numpy(int)[was == 3][0])
    counterparts = merged.bertopic.hdbscan_model.counterparts
    np.testing.assert_array_equal(counterparts[new], fitted.refits.counterparts[[3, 4]].any(axis=0))
    np.testing.assert_array_equal(merged.refits.counterparts, counterparts)
    assert merged.topics["core"][new] >= fitted.topics["core"][[3, 4]].sum()
    assert merged.topics["inclusion"][new] > 0.8
