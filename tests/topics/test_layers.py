from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_mutual_info_score
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from workbench.topics.clusters import NO_TOPIC, TopicCentroids
from workbench.topics.layers import _merge, centroids_of, find_layers, refine


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


@pytest.mark.parametrize("groups", [10, 20])
def test_the_layer_with_the_planted_number_of_groups_is_chosen(groups: int) -> None:
    vectors, truth = blobs(groups, seed=groups)
    layers = find_layers(vectors, seed=1, smallest=15, most=40)
    assert abs(len(layers.themes) - groups) <= 2
    assert adjusted_mutual_info_score(truth, (vectors @ layers.themes.T).argmax(axis=1)) > 0.95
    assert max(layers.agreement.values()) <= 1
    assert len(layers.fine) > len(layers.themes)


def test_the_same_seed_gives_the_same_layer() -> None:
    vectors, _ = blobs(12, seed=4, each=60)
    one, two = (find_layers(vectors, seed=7, smallest=15, most=40) for _ in range(2))
    np.testing.assert_array_equal(one.themes, two.themes)
    assert one.agreement == two.agreement


def test_many_posts_are_never_read_as_fewer_than_fifteen_themes() -> None:
    vectors, _ = blobs(10, seed=4, each=60)
    read = {posts: find_layers(vectors, seed=1, smallest=15, most=25, posts=posts) for posts in (1200, 8400, 20_000)}
    assert [min(layers.agreement) for layers in read.values()] == [8, 12, 15]


def test_a_layer_that_tells_languages_apart_is_not_read() -> None:
    vectors, truth = blobs(20, seed=6, each=60)
    spoken = np.tile([0, 1], 10)[truth]
    near = vectors.copy()
    for topic in range(0, 20, 2):  # each topic of one language lies beside one of the other
        near[truth == topic + 1] += 0.5 * centroids_of(vectors, truth)[topic]
    near = normalize(near)
    themes = {told: len(find_layers(near, seed=1, smallest=15, most=25, spoken=given).themes)
              for told, given in (("told", spoken), ("not told", None))}
    assert themes["told"] == 10
    assert themes["not told"] == 20


def test_merging_is_that_of_ward_where_groups_are_as_large() -> None:
    points = np.random.default_rng(2).normal(size=(30, 4))
    fine = np.repeat(np.arange(30), 2)
    found = _merge(np.repeat(points, 2, axis=0), fine, [12, 5, 2])
    for k, labels in found.items():
        wanted = fcluster(linkage(points, "ward"), k, "maxclust")[fine]
        assert adjusted_mutual_info_score(wanted, labels) > 0.999
        assert labels.max() + 1 == k


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_centroids_have_unit_length_and_small_groups_dissolve(seed: int, smallest: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = normalize(rng.normal(size=(60, 5))).astype(np.float32)
    labels = rng.permutation(np.r_[np.arange(7), rng.integers(0, 7, 53)])
    assert np.allclose(np.linalg.norm(centroids_of(vectors, labels), axis=1), 1, atol=1e-5)
    assert 1 <= len(refine(vectors, labels, rounds=3, smallest=smallest)) <= 7


def test_a_text_is_in_the_subtopic_nearest_to_it_within_its_topic() -> None:
    axes = np.eye(4, dtype=np.float32)
    clusters = TopicCentroids(centroids=normalize([[1, 1, 0, 0], [0, 0, 1, 1]]).astype(np.float32), fine=axes,
                              topic_of=np.array([0, 1]), parent_of=np.array([0, 0, 1, 1]), agreement={},
                              labels_=np.zeros(0, int), probabilities_=np.zeros(0))
    vectors = normalize(axes + 0.1).astype(np.float32)
    topics, similarity = clusters.assign(vectors)
    assert topics.tolist() == [0, 0, 1, 1]
    assert ((similarity > 0.5) & (similarity <= 1)).all()
    assert clusters.subtopics(vectors, topics).tolist() == [0, 1, 2, 3]
    assert clusters.subtopics(vectors, np.array([1, 1, 0, NO_TOPIC])).tolist()[3] == NO_TOPIC
    assert set(clusters.subtopics(vectors, np.array([1, 1, 1, 1]))) <= {2, 3}
