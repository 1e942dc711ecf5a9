from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from sklearn.metrics import adjusted_mutual_info_score
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from workbench.topics.clusters import NO_TOPIC, TopicCentroids
from workbench.topics.layers import TEXTS_PER_THEME, Layers, _choose, centroids_of, find_layers, jaccard_of_groups


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As `model_topics` has it; threads that wait for each other cost more than they bring here."""
    with threadpool_limits(1):
        yield


def blobs(groups: int, *, seed: int, each: int = 120, width: int = 24) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(groups), each)
    vectors = normalize(normalize(rng.normal(size=(groups, width)))[truth] + rng.normal(size=(len(truth), width)) * 0.12)
    return vectors.astype(np.float32), truth


def layers_of(vectors: np.ndarray, *, refits: int = 0, **more: object) -> Layers:
    keys = np.random.default_rng(0).integers(0, 2**63, len(vectors)).astype(np.uint64)
    return find_layers(vectors, keys=keys, seed=1, smallest=15, refits=refits, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("groups", [10, 20])
def test_the_layer_with_the_planted_number_of_groups_is_chosen(groups: int) -> None:
    vectors, truth = blobs(groups, seed=groups, each=150)
    layers = layers_of(vectors)
    assert len(layers.themes) == groups
    assert adjusted_mutual_info_score(truth, (vectors @ layers.themes.T).argmax(axis=1)) > 0.95
    assert max(layers.stability.values()) <= 1
    assert len(layers.parts) > len(layers.themes)


def test_as_many_themes_are_read_as_a_person_asks_for() -> None:
    vectors, _ = blobs(10, seed=3, each=150)
    assert len(layers_of(vectors, themes=(6, 6)).themes) == 6
    assert len(layers_of(vectors, themes=(4, 8)).themes) == 8


def test_there_is_no_layer_of_themes_too_small_to_be_shown() -> None:
    vectors, _ = blobs(20, seed=5, each=75)
    assert len(layers_of(vectors).themes) <= len(vectors) / TEXTS_PER_THEME


def test_the_number_of_the_quarter_before_stays_where_it_is_found_again_nearly_as_well() -> None:
    scores = np.array([0.80, 0.84, 0.82, 0.70])
    assert _choose([8, 10, 12, 15], scores, held=None) == 12
    assert _choose([8, 10, 12, 15], scores, held=8) == 8
    assert _choose([8, 10, 12, 15], scores, held=15) == 12


def test_the_same_seed_gives_the_same_layer_on_any_number_of_threads() -> None:
    vectors, _ = blobs(12, seed=4, each=60)
    one = layers_of(vectors, refits=2)
    with threadpool_limits(2):
        two = layers_of(vectors, refits=2)
    np.testing.assert_array_equal(one.themes, two.themes)
    for first, second in zip(one.refits, two.refits, strict=True):
        np.testing.assert_array_equal(first, second)
    assert one.stability == two.stability


def test_refits_are_of_other_texts_than_the_fits_that_were_chosen_from() -> None:
    vectors, truth = blobs(10, seed=8, each=150)
    layers = layers_of(vectors, refits=3)
    assert len(layers.refits) == 3
    for again in layers.refits:
        assert adjusted_mutual_info_score(truth, (vectors @ again.T).argmax(axis=1)) > 0.9
        assert not np.array_equal(again, layers.themes)


def test_a_layer_that_tells_languages_apart_is_not_read() -> None:
    vectors, truth = blobs(20, seed=6, each=150)
    spoken = np.tile([0, 1], 10)[truth]
    near = vectors.copy()
    for topic in range(0, 20, 2):  # each topic of one language lies beside one of the other
        near[truth == topic + 1] += 0.8 * centroids_of(vectors, truth)[topic]
    near = normalize(near)
    themes = {told: len(layers_of(near, spoken=given).themes) for told, given in (("told", spoken), ("not told", None))}
    assert themes["told"] == 10
    assert themes["not told"] == 20


def test_groups_are_compared_by_jaccard_and_texts_in_no_group_count_against_it() -> None:
    labels, found = np.array([0, 0, 0, 1, 1, -1]), np.array([1, 1, 0, 0, 0, 1])
    alike = jaccard_of_groups(labels, found, rows=2, columns=2)
    np.testing.assert_allclose(alike, [[1 / 5, 2 / 4], [2 / 3, 0]])


def test_centroids_have_unit_length() -> None:
    vectors, truth = blobs(4, seed=1, each=10)
    assert np.allclose(np.linalg.norm(centroids_of(vectors, truth), axis=1), 1, atol=1e-5)


def test_a_text_is_in_the_subtopic_nearest_to_it_within_its_topic() -> None:
    axes = np.eye(4, dtype=np.float32)
    clusters = TopicCentroids(centroids=normalize([[1, 1, 0, 0], [0, 0, 1, 1]]).astype(np.float32), fine=axes,
                              topic_of=np.array([0, 1]), parent_of=np.array([0, 0, 1, 1]), stability={},
                              labels_=np.zeros(0, int), probabilities_=np.zeros(0))
    vectors = normalize(axes + 0.1).astype(np.float32)
    topics, similarity = clusters.assign(vectors)
    assert topics.tolist() == [0, 0, 1, 1]
    assert ((similarity > 0.5) & (similarity <= 1)).all()
    assert clusters.subtopics(vectors, topics).tolist() == [0, 1, 2, 3]
    assert clusters.subtopics(vectors, np.array([1, 1, 0, NO_TOPIC])).tolist()[3] == NO_TOPIC
    assert set(clusters.subtopics(vectors, np.array([1, 1, 1, 1]))) <= {2, 3}
