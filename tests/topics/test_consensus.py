from __future__ import annotations

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score
from sklearn.preprocessing import normalize

from workbench.topics.consensus import draw_order, gather_evidence, group_texts


def blobs(groups: int, *, each: int, noise: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(groups), each)
    places = normalize(rng.normal(size=(groups, 24)))[truth] + rng.normal(size=(len(truth), 24)) * noise
    return normalize(places).astype(np.float32), truth, rng.integers(0, 2**63, len(truth)).astype(np.uint64)


def test_what_partitions_agree_on_tells_planted_groups_better_than_one_k_means_does() -> None:
    from sklearn.cluster import KMeans

    vectors, truth, keys = blobs(9, each=120, noise=0.22)
    found = group_texts(gather_evidence(vectors, keys, seed=1), 9, seed=1, starts=4)
    alone = [adjusted_mutual_info_score(truth, KMeans(9, init="random", n_init=1, random_state=s).fit_predict(vectors))
             for s in range(5)]
    assert adjusted_mutual_info_score(truth, found) > np.mean(alone)
    assert adjusted_mutual_info_score(truth, found) > 0.85


def test_texts_are_drawn_by_what_they_say_and_not_by_where_they_stand() -> None:
    keys = np.random.default_rng(2).integers(0, 2**63, 5000).astype(np.uint64)
    kept = np.arange(5000) % 50 != 0  # one in fifty is deleted
    half = keys[np.argsort(draw_order(keys, 3))[:2500]]
    again = keys[kept][np.argsort(draw_order(keys[kept], 3))[:2450]]
    assert len(np.intersect1d(half, again)) > 0.97 * 2450
    assert len(np.intersect1d(half, keys[np.argsort(draw_order(keys, 4))[:2500]])) < 0.6 * 2500


def test_a_few_texts_more_move_hardly_any_text_to_another_group() -> None:
    vectors, _, keys = blobs(9, each=150, noise=0.22)
    kept = np.arange(len(keys)) % 40 != 0
    one, two = (group_texts(gather_evidence(vectors[some], keys[some], seed=1), 9, seed=1, starts=4)
                for some in (np.ones(len(keys), dtype=bool), kept))
    assert adjusted_mutual_info_score(one[kept], two) > 0.9
