from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from workbench.errors import TableError
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet
from workbench.topics import (
    assign_posts,
    load_model_before,
    match_topics,
    model_topics,
    register_topics,
    save_topics,
)
from workbench.topics.register import SNAPSHOTS
from workbench.topics.store import load_topics
from workbench.topics.vectors import count_words, extend_vectors, learn_vectors

Planted = tuple[Corpus, np.ndarray]
BORN, ENDED = 2, 7


@pytest.fixture(scope="module")
def halves(planted_twice: Planted) -> tuple[Corpus, Corpus, pd.Series]:
    """Posts of two quarters: the first lacks a planted topic, the second another one."""
    corpus, truth = planted_twice
    first = np.arange(len(truth)) % 2 == 0
    parts = [replace(corpus, posts=corpus.posts[inside].reset_index(drop=True))
             for inside in (first & (truth != BORN), ~first & (truth != ENDED))]
    return parts[0], parts[1], pd.Series(truth, index=corpus.posts["post_id"])


@pytest.fixture(scope="module")
def before(halves: tuple[Corpus, Corpus, pd.Series]) -> TopicSet:
    return model_topics(halves[0], seed=1, refits=8)


@pytest.fixture(scope="module")
def continued(halves: tuple[Corpus, Corpus, pd.Series], before: TopicSet) -> TopicSet:
    return model_topics(halves[1], seed=1, refits=8, before=before)


def main_topic(topics: TopicSet, truth: pd.Series, planted: int) -> int:
    """Return the topic that most posts of a planted one are in."""
    topic_of = topics.assignments.set_index("post_id")["topic_id"]
    inside = topic_of[truth.reindex(topic_of.index) == planted]
    return int(inside[inside >= 0].mode()[0])


def test_a_continued_model_keeps_its_topics_and_tells_the_new_and_the_ended_one(
        planted_twice: Planted, halves: tuple[Corpus, Corpus, pd.Series], before: TopicSet,
        continued: TopicSet) -> None:
    truth = halves[2]
    matches = match_topics(*[assign_posts(model, planted_twice[0].posts) for model in (before, continued)])
    verdict = matches.dropna(subset=["now"]).set_index("now")["verdict"]
    new, old = main_topic(continued, truth, BORN), main_topic(before, truth, ENDED)
    assert verdict[new] == "born"
    kept = matches[matches["verdict"] == "kept"]
    # themes are found afresh: of the small ones one may be found in another shape
    assert len(kept) >= 0.8 * (len(before.topics) - 1)
    assert kept["jaccard"].median() > 0.9
    assert matches[matches["now"].isna()].set_index("before")["verdict"][old] == "gone"
    inside = continued.assignments["topic_id"] == new
    assert np.mean(truth.reindex(continued.assignments["post_id"]).to_numpy()[inside] == BORN) > 0.8


def test_the_same_posts_continue_without_a_birth(halves: tuple[Corpus, Corpus, pd.Series], before: TopicSet) -> None:
    again = model_topics(halves[0], seed=2, refits=0, before=before)
    matches = match_topics(*[assign_posts(model, halves[0].posts) for model in (before, again)])
    assert (matches["verdict"] == "kept").mean() > 0.9
    assert matches["jaccard"].median() > 0.95


def test_a_continued_model_hangs_neither_on_row_order_nor_on_threads(
        halves: tuple[Corpus, Corpus, pd.Series], before: TopicSet, continued: TopicSet) -> None:
    shuffled = replace(halves[1], posts=halves[1].posts.sample(frac=1, random_state=3))
    with threadpool_limits(2):
        again = model_topics(shuffled, seed=1, refits=8, before=before)
    pd.testing.assert_frame_equal(again.assignments, continued.assignments)
    pd.testing.assert_frame_equal(again.topics, continued.topics)


def test_a_model_that_was_saved_is_continued_like_one_at_hand(halves: tuple[Corpus, Corpus, pd.Series],
                                                              before: TopicSet, continued: TopicSet,
                                                              tmp_path: Path) -> None:
    save_topics(before, tmp_path)
    again = model_topics(halves[1], seed=1, refits=8, before=load_topics(tmp_path))
    pd.testing.assert_frame_equal(again.assignments, continued.assignments)


def test_the_register_leaves_the_model_that_the_next_quarter_continues(
        halves: tuple[Corpus, Corpus, pd.Series], before: TopicSet, tmp_path: Path) -> None:
    register_topics(halves[0], before, folder=tmp_path, quarter="2025Q3")
    assert load_model_before(tmp_path, "2025Q3") is None
    found = load_model_before(tmp_path, "2025Q4")
    assert found is not None
    pd.testing.assert_frame_equal(found.assignments, before.assignments)


def test_a_quarter_without_topics_is_not_continued(make_texts: Callable[..., Corpus], tmp_path: Path) -> None:
    few = make_texts(["løbehjul og hjelm"] * 5)
    save_topics(model_topics(few, seed=1), tmp_path / SNAPSHOTS / "2025Q2")
    assert load_model_before(tmp_path, "2025Q3") is None


def test_what_cannot_be_continued_is_refused_and_says_why(halves: tuple[Corpus, Corpus, pd.Series],
                                                          before: TopicSet) -> None:
    with pytest.raises(TableError, match="before has no fitted model; load it with load_topics"):
        model_topics(halves[1], seed=1, before=replace(before, bertopic=None))
    other = replace(before, provenance=before.provenance | {
        "parameters": before.provenance["parameters"] | {"embedding": "model2vec:some"}})
    with pytest.raises(TableError, match="before was modelled with the embedding model2vec:some"):
        model_topics(halves[1], seed=1, before=other)


def test_both_models_place_the_posts_and_pairs_of_refits_say_how_sure_a_match_is(
        halves: tuple[Corpus, Corpus, pd.Series], before: TopicSet, continued: TopicSet, tmp_path: Path) -> None:
    assert continued.earlier is not None
    assert len(continued.earlier.topic_id) == len(continued.assignments)
    corpus = replace(halves[1], posts=halves[1].posts.assign(posted_at=pd.Timestamp("2025-08-01", tz="UTC")))
    register_topics(halves[0], before, folder=tmp_path, quarter="2025Q2")
    entries = register_topics(corpus, continued, folder=tmp_path, quarter="2025Q3", model_before=before).entries
    sure = entries["confidence"]
    assert sure.between(0, 1).all()
    assert sure[entries["verdict"].isin(["kept", "grown", "shrunk"])].median() >= 0.8
    # refits that find something else each time make every match unsure
    rng = np.random.default_rng(1)
    lost = replace(continued.refits, groups=rng.permutation(continued.refits.groups))
    shaken = register_topics(corpus, replace(continued, refits=lost), folder=tmp_path, quarter="2025Q3",
                             model_before=before).entries
    assert shaken.loc[shaken["verdict"].isin(["kept", "grown", "shrunk"]), "confidence"].max() < 0.8


def test_texts_of_known_words_keep_their_vectors_when_new_words_join(planted: Planted) -> None:
    texts = planted[0].posts["text"].tolist()
    language, learned = np.zeros(1000, dtype=int), []
    for some in (texts[:1000], texts[1000:2000]):
        learned.append(learn_vectors(*count_words(some), language=language, languages=1, seed=1))
    joined = extend_vectors(*learned)
    assert list(joined.words) == sorted({*learned[0].words, *learned[1].words})
    np.testing.assert_allclose(joined.embed(texts[:1000]), learned[0].embed(texts[:1000]), atol=1e-5)


def test_a_new_word_lies_near_the_words_it_keeps_company_with() -> None:
    rng = np.random.default_rng(1)
    groups = [[f"{letter}{i}" for i in range(12)] for letter in ("aa", "bb", "cc", "dd")]

    def write(words: list[list[str]]) -> list[str]:
        return [" ".join(rng.choice(words[i % 4], 5, replace=False)) for i in range(800)]

    first, second = write(groups), write([[*groups[0], "zug"], *groups[1:]])
    learned = [learn_vectors(*count_words(texts), language=np.zeros(800, dtype=int), languages=1, seed=1)
               for texts in (first, second)]
    vectors = extend_vectors(*learned).embed(["zug", *(" ".join(group) for group in groups)])
    near = vectors[0] @ vectors[1:].T
    assert near[0] > 0.5
    assert near[1:].max() < near[0] / 2
