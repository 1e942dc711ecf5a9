from __future__ import annotations

import time
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet
from workbench.topics import load_topics, model_topics, save_topics

Planted = tuple[Corpus, np.ndarray]


@pytest.fixture(scope="module")
def fitted(planted: Planted) -> TopicSet:
    return model_topics(planted[0], seed=1)


@pytest.fixture(scope="module", params=["fitted", "loaded"])
def modelled(request: pytest.FixtureRequest, fitted: TopicSet, tmp_path_factory: pytest.TempPathFactory) -> TopicSet:
    if request.param == "fitted":
        return fitted
    folder = tmp_path_factory.mktemp("topics")
    save_topics(fitted, folder)
    return load_topics(folder)


@pytest.fixture(scope="module")
def posts(planted: Planted, modelled: TopicSet) -> pd.DataFrame:
    return planted[0].posts.set_index("post_id").loc[modelled.assignments["post_id"]]


def test_bertopic_has_our_numbers_sizes_and_words(modelled: TopicSet) -> None:
    info = modelled.bertopic.get_topic_info().set_index("Topic")
    assert info["Count"].drop(-1).tolist() == modelled.topics["size"].tolist()
    assert info["Representation"].drop(-1).tolist() == modelled.topics["words"].tolist()
    assert modelled.bertopic.topics_ == modelled.assignments["topic_id"].tolist()


def test_transform_places_new_posts_with_words_that_were_never_seen(modelled: TopicSet) -> None:
    new = ["hjelmene og løbehjulene på cykelstierne", "the rockets and satellites in orbit", "qqq zzz xxx", ""]
    topics, _ = modelled.bertopic.transform(new)
    words = modelled.topics["words"]
    assert any(w.startswith(("løbehjul", "hjelm", "cykelsti")) for w in words[topics[0]])
    assert any(w.startswith(("rocket", "satellite", "orbit")) for w in words[topics[1]])
    assert topics[2:] == [-1, -1]


def test_transform_agrees_with_the_assignments(modelled: TopicSet, posts: pd.DataFrame) -> None:
    topics, _ = modelled.bertopic.transform(posts["text"].tolist())
    assert np.mean(np.array(topics) == modelled.assignments["topic_id"].to_numpy(int)) > 0.99


def test_find_topics_finds_a_topic_by_a_word(modelled: TopicSet) -> None:
    topics, similarities = modelled.bertopic.find_topics("festivalkoncert", top_n=1)
    assert any(w.startswith(("koncert", "festival")) for w in modelled.topics["words"][topics[0]])
    assert 0.3 < similarities[0] <= 1.0001


def test_hierarchical_topics_joins_all_topics(modelled: TopicSet, posts: pd.DataFrame) -> None:
    tree = modelled.bertopic.hierarchical_topics(posts["text"].tolist())
    assert len(tree) == len(modelled.topics) - 1
    assert sorted(tree["Topics"].iloc[0]) == modelled.topics["topic_id"].tolist()


def test_topics_over_time_takes_datetimes_and_counts_every_post(modelled: TopicSet, posts: pd.DataFrame) -> None:
    months = posts["posted_at"].dt.tz_localize(None).dt.to_period("M").dt.start_time
    table = modelled.bertopic.topics_over_time(posts["text"].tolist(), months.tolist())
    assert table["Frequency"].sum() == len(posts)
    counted = table.groupby("Topic")["Frequency"].sum()
    assert counted.drop(-1).tolist() == modelled.topics["size"].tolist()


def test_the_pictures_of_bertopic_can_be_drawn(modelled: TopicSet) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of umap, on few points
        assert len(modelled.bertopic.visualize_topics().data) == 1
    assert len(modelled.bertopic.visualize_barchart().data) > 1


def test_ten_thousand_documents_are_drawn_in_time_around_their_topics(modelled: TopicSet, posts: pd.DataFrame) -> None:
    figures = []
    begun = time.perf_counter()
    for _ in range(2):  # as nothing was compiled or learned, the second is like the first
        figures.append(modelled.bertopic.visualize_documents(posts["text"].tolist(), sample=1.0))
    assert time.perf_counter() - begun < 2 * 60 * len(posts) / 10_000
    assert sum(len(trace.x) for trace in figures[0].data) >= len(posts)
    np.testing.assert_allclose(*(np.sort(figure.data[1].x) for figure in figures))


def test_documents_can_be_drawn_where_they_were_placed_before(modelled: TopicSet, posts: pd.DataFrame) -> None:
    places = np.random.default_rng(1).normal(size=(len(posts), 2))
    figure = modelled.bertopic.visualize_documents(posts["text"].tolist(), reduced_embeddings=places)
    assert set(places[:, 0]) <= {x for trace in figure.data for x in trace.x}


def test_topics_per_class_counts_every_post(modelled: TopicSet, posts: pd.DataFrame) -> None:
    table = modelled.bertopic.topics_per_class(posts["text"].tolist(), classes=posts["language"].tolist())
    assert table["Frequency"].sum() == len(posts)


def test_a_loaded_model_places_new_posts_like_the_fitted_one(modelled: TopicSet, fitted: TopicSet,
                                                             posts: pd.DataFrame) -> None:
    texts = [*posts["text"].tolist()[:300], "festivalkoncert ved bryggen", ""]
    assert modelled.bertopic.transform(texts)[0] == fitted.bertopic.transform(texts)[0]
    assert modelled.bertopic.get_topic(0) == fitted.bertopic.get_topic(0)


def test_modelling_leaves_the_warning_filters_alone(planted: Planted) -> None:
    before = list(warnings.filters)
    model_topics(planted[0], seed=1)
    assert warnings.filters == before
