from __future__ import annotations

import copy
import time
import warnings
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
def fitted(planted: Planted) -> TopicSet:
    return model_topics(planted[0], seed=1, refits=4)


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
    model_topics(planted[0], seed=1, refits=4)
    assert warnings.filters == before


@pytest.fixture
def mine(modelled: TopicSet) -> object:
    """Return a BERTopic of one's own, to change."""
    return copy.deepcopy(modelled.bertopic)


def test_transform_says_how_sure_it_is_as_the_assignments_do(modelled: TopicSet, posts: pd.DataFrame) -> None:
    topics, sure = modelled.bertopic.transform(posts["text"].tolist())
    inside = (np.array(topics) == modelled.assignments["topic_id"].to_numpy(int)) & (np.array(topics) >= 0)
    np.testing.assert_allclose(sure[inside], modelled.assignments["confidence"][inside].to_numpy(float), atol=1e-5)
    assert (sure[np.array(topics) == -1] == 0).all()


def test_transform_takes_one_text_none_and_embeddings(modelled: TopicSet, posts: pd.DataFrame) -> None:
    texts = posts["text"].tolist()[:20]
    topics, sure = modelled.bertopic.transform(texts)
    one, its = modelled.bertopic.transform(texts[0])
    assert (one, its.tolist()) == (topics[:1], pytest.approx(sure[:1].tolist(), abs=1e-6))
    assert modelled.bertopic.transform([])[0] == []
    vectors = modelled.bertopic.embedding_model.embed(texts)
    for given, of in ((texts, vectors), (None, vectors), (texts, vectors * 3)):
        again, alike = modelled.bertopic.transform(given, embeddings=of)
        assert again == topics
        np.testing.assert_allclose(alike, sure, atol=1e-6)


def test_embeddings_that_are_of_no_use_are_refused(modelled: TopicSet, posts: pd.DataFrame) -> None:
    texts = posts["text"].tolist()[:3]
    with pytest.raises(TableError, match="3 columns"):
        modelled.bertopic.transform(texts, np.ones((3, 3)))
    with pytest.raises(TableError, match="2 rows of embeddings for 3 texts"):
        modelled.bertopic.transform(texts, modelled.bertopic.embedding_model.embed(texts[:2]))
    with pytest.raises(TableError, match="needs texts"):
        modelled.bertopic.transform(None)


@pytest.mark.parametrize("fit", ["fit", "fit_transform", "partial_fit"])
def test_a_model_that_was_fitted_before_says_so(fit: str, modelled: TopicSet) -> None:
    with pytest.raises(TableError, match="model_topics"):
        getattr(modelled.bertopic, fit)(["a text", "another"])


def test_no_picture_compiles_anything_and_each_is_the_same_twice(modelled: TopicSet, posts: pd.DataFrame,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    import umap

    model, texts = modelled.bertopic, posts["text"].tolist()
    monkeypatch.setattr(umap.UMAP, "fit", lambda *_, **__: pytest.fail("UMAP was called"))
    first, second = model.visualize_topics(), model.visualize_topics()
    assert first.to_json() == second.to_json()
    assert len(first.data[0].x) == len(modelled.topics)
    assert len(model.visualize_topics(top_n_topics=5, use_ctfidf=True).data[0].x) == 5
    tree = model.hierarchical_topics(texts)
    assert len(model.visualize_hierarchical_documents(texts, tree, sample=1.0).data) > 1


def test_topics_are_drawn_under_the_labels_that_were_given(mine, modelled: TopicSet) -> None:
    mine.set_topic_labels({2: "Cykler"})
    shown = [str(row[1]) for row in mine.visualize_topics(custom_labels=True).data[0].customdata]
    assert shown[2] == "Cykler"
    plain = [str(row[1]) for row in mine.visualize_topics(topics=[4, 2]).data[0].customdata]
    assert [name.split(" | ")[0] for name in plain] == [modelled.topics["words"][t][0] for t in (2, 4)]


def test_a_copy_is_changed_alone(modelled: TopicSet, mine, posts: pd.DataFrame) -> None:
    texts = posts["text"].tolist()
    before = modelled.bertopic.transform(texts[:50])
    mine.merge_topics(texts, [0, 1])
    assert len(mine.get_topic_info()) == len(modelled.bertopic.get_topic_info()) - 1
    assert modelled.bertopic.transform(texts[:50])[0] == before[0]
    assert mine.embedding_model is modelled.bertopic.embedding_model


def test_what_is_merged_in_bertopic_is_merged_for_new_posts(mine, modelled: TopicSet, posts: pd.DataFrame) -> None:
    texts, was = posts["text"].tolist(), modelled.assignments["topic_id"].to_numpy(int)
    mine.merge_topics(texts, [3, 4])
    found = np.array(mine.transform(texts)[0])
    assert np.mean(found == np.array(mine.topics_)) > 0.99
    assert len(set(found[np.isin(was, [3, 4])])) <= 2


def test_a_merge_leaves_the_words_of_other_topics(mine, modelled: TopicSet, posts: pd.DataFrame) -> None:
    was = modelled.assignments["topic_id"].to_numpy(int)
    mine.merge_topics(posts["text"].tolist(), [3, 4])
    now = np.array(mine.topics_)
    for topic in (0, 1, 2, 5, 6):
        assert [w for w, _ in mine.get_topic(int(now[was == topic][0]))] == modelled.topics["words"][topic]


def test_aspects_go_with_their_topics(mine, modelled: TopicSet, posts: pd.DataFrame) -> None:
    was = modelled.assignments["topic_id"].to_numpy(int)
    mine.topic_aspects_ = {"number": {t: [(f"old {t}", 1.0)] for t in mine.topic_representations_}}
    mine.merge_topics(posts["text"].tolist(), [6, 7])
    mine.delete_topics([int(np.array(mine.topics_)[was == 0][0])])
    now = np.array(mine.topics_)
    for topic in (1, 2, 3, 4, 5, 8):
        assert mine.topic_aspects_["number"][int(now[was == topic][0])] == [(f"old {topic}", 1.0)]


def test_a_topic_can_be_deleted_after_labels_were_set_and_the_right_rows_go(mine, modelled: TopicSet) -> None:
    was = modelled.assignments["topic_id"].to_numpy(int)
    vectors, weights = np.array(mine.topic_embeddings_), mine.c_tf_idf_.toarray()
    outside = int(-1 in mine.topic_representations_)
    mine.set_topic_labels({1: "Kampe"})
    mine.delete_topics([0])
    now = np.array(mine.topics_)
    assert mine.custom_labels_[sorted(set(mine.topics_)).index(now[was == 1][0])] == "Kampe"
    rows = sorted(mine.topic_representations_)
    for topic in range(1, len(modelled.topics)):
        row = rows.index(now[was == topic][0])
        np.testing.assert_array_equal(np.array(mine.topic_embeddings_)[row], vectors[topic + outside])
        np.testing.assert_array_equal(mine.c_tf_idf_.toarray()[row], weights[topic + outside])
    assert mine.ctfidf_model._idf_diag.shape == (weights.shape[1],) * 2


def test_a_topic_that_is_not_there_is_named(mine, posts: pd.DataFrame) -> None:
    with pytest.raises(TableError, match="no topic 77"):
        mine.delete_topics([77])
    with pytest.raises(TableError, match="no topic 77"):
        mine.merge_topics(posts["text"].tolist(), [[0, 77]])


def test_outliers_go_where_they_are_likest_and_posts_without_words_nowhere(mine, posts: pd.DataFrame) -> None:
    texts = [*posts["text"].tolist()[:60], "hjelm cykelsti bremse", ""]
    new = mine.reduce_outliers(texts, [-1] * len(texts), strategy="probabilities", probabilities=mine.probabilities_)
    assert new[:-2] == [new_topic for new_topic in new[:-2] if new_topic >= 0]
    assert len(set(new)) > 5
    assert any(w.startswith(("hjelm", "cykelsti", "bremse")) for w, _ in mine.get_topic(new[-2]))
    assert new[-1] == -1
    assert mine.reduce_outliers(texts, [0] * len(texts), strategy="probabilities", threshold=2) == [0] * len(texts)


def test_each_topic_keeps_its_vector_when_no_post_is_left_outside(mine, posts: pd.DataFrame) -> None:
    texts = posts["text"].tolist()
    vectors = dict(zip(sorted(mine.topic_representations_), np.array(mine.topic_embeddings_), strict=True))
    assert -1 in vectors
    mine.update_topics(texts, topics=[max(t, 0) for t in mine.topics_])
    np.testing.assert_array_equal(mine.topic_embeddings_, [vectors[t] for t in range(len(vectors) - 1)])
    assert set(mine.representative_docs_) == set(range(len(vectors) - 1))


def test_updated_words_are_usable_words(mine, posts: pd.DataFrame) -> None:
    mine.update_topics(posts["text"].tolist(), n_gram_range=(2, 2))
    words = [word for topic in range(5) for word, _ in mine.get_topic(topic)]
    assert all(" " in word for word in words)
    assert not {"og", "en", "the", "det", "är"} & {part for word in words for part in word.split()}


def test_bertopics_own_files_are_saved_and_loaded_to_the_same_transform(mine, modelled: TopicSet, posts: pd.DataFrame,
                                                                       tmp_path: Path) -> None:
    texts = posts["text"].tolist()
    mine.set_topic_labels({0: "Cykler"})
    mine.merge_topics(texts, [2, 3])
    mine.save(str(tmp_path / "files"), serialization="safetensors", save_ctfidf=True)
    again = mine.load(str(tmp_path / "files"), embedding_model=mine.embedding_model)
    for one, other in zip(again.transform(texts[:300]), mine.transform(texts[:300]), strict=True):
        np.testing.assert_array_equal(one, other)
    assert again.custom_labels_ == mine.custom_labels_
    assert again.get_topic_info().drop(columns="Representative_Docs").equals(
        mine.get_topic_info().drop(columns="Representative_Docs"))
    one, other = (model.approximate_distribution(texts[:30])[0] for model in (again, mine))
    np.testing.assert_allclose(one, other, atol=1e-6)
    again.merge_topics(texts, [0, 1])
    assert not [path for path in (tmp_path / "files").iterdir() if path.suffix in (".bin", ".pkl", ".pickle")]
    assert posts["text"].iloc[0] not in "".join(path.read_text(errors="replace") for path in (tmp_path / "files").iterdir())
    with pytest.raises(TableError, match="embedding_model="):
        mine.load(tmp_path / "files")
    (tmp_path / "files" / "topic_embeddings.safetensors").write_bytes(b"broken")
    with pytest.raises(TableError, match="cannot be read"):
        mine.load(tmp_path / "files", embedding_model=mine.embedding_model)


def test_a_pickle_comes_back_whole_and_one_that_cannot_be_made_leaves_no_file(mine, posts: pd.DataFrame,
                                                                             tmp_path: Path) -> None:
    from sklearn.feature_extraction.text import CountVectorizer

    texts = posts["text"].tolist()[:200]
    mine.save(str(tmp_path / "whole"))
    again = type(mine).__mro__[1].load(str(tmp_path / "whole"))
    assert again.transform(texts)[0] == mine.transform(texts)[0]
    mine.vectorizer_model = CountVectorizer(analyzer=lambda text: text.split())
    with pytest.raises(TableError, match="cannot be pickled"):
        mine.save(str(tmp_path / "broken"), serialization="pickle")
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]
