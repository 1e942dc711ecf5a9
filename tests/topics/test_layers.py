from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_mutual_info_score
from sklearn.preprocessing import normalize

from workbench.topics.clusters import NO_TOPIC, TopicCentroids
from workbench.topics.layers import centroids_of, find_layers, refine


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
    vectors, _ = blobs(12, seed=4)
    one, two = (find_layers(vectors, seed=7, smallest=15, most=40) for _ in range(2))
    np.testing.assert_array_equal(one.themes, two.themes)
    assert one.agreement == two.agreement


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
