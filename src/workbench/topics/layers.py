"""Fine groups of texts, the layers they merge into, and which layer to read."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

FINE_GROUPS = 150
ROUNDS = 8
LAYERS = (8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 50, 60, 80, 100)
STARTS = 5  # of which the one with the densest themes is kept
SPLITS = 6
SPLIT_TEXTS = 6_000  # more say the same and cost time
ALIKE = 0.005  # agreements this near are no difference


@dataclass(frozen=True)
class Layers:
    """Fine groups and the layer to read.

    Attributes
    ----------
    fine, themes
        Centroids of unit length.
    agreement
        By number of themes: mean adjusted mutual information of the layers found in two halves.
    """

    fine: np.ndarray
    themes: np.ndarray
    agreement: dict[int, float]


def find_layers(vectors: np.ndarray, *, seed: int, smallest: int, most: int, themes: int | None = None) -> Layers:
    """Find fine groups by k-means, merge them (Ward 1963) and choose the layer to read.

    Each layer is refined by nearest centroids; of five starts the one whose texts are nearest to
    their centroids is kept. Of layers of 8 to `most` groups the one is read
    that two halves of the texts agree on best, measured as the adjusted mutual information of
    the labels that both halves' centroids give all texts (in the way of Lange et al. 2004); of
    layers that are about as good, the one that tells most apart. No label is looked at.

    Parameters
    ----------
    vectors
        One row of unit length per text.
    smallest
        Texts; smaller fine groups are not looked for, and smaller themes dissolve.
    themes
        Read the layer of this many groups, whatever the halves agree on.
    """
    starts = [_fine_groups(vectors, seed=(seed + start) % 2**32, smallest=smallest) for start in range(STARTS)]
    finest = int(starts[0].max()) + 1
    wanted = [k for k in LAYERS if k <= min(most, finest)] if themes is None else [min(themes, finest)]
    wanted = wanted or [min(most, finest)]
    agreement = _agreements(vectors, wanted, seed=seed, smallest=smallest) if len(wanted) > 1 else {wanted[0]: 1.0}
    chosen = max(k for k, agreed in agreement.items() if agreed >= max(agreement.values()) - ALIKE)
    found = [refine(vectors, _merge(vectors, fine, [chosen])[chosen], rounds=ROUNDS, smallest=smallest)
             for fine in starts]
    best = int(np.argmax([(vectors @ centroids.T).max(axis=1).mean() for centroids in found]))
    return Layers(fine=centroids_of(vectors, starts[best]), themes=found[best], agreement=agreement)


def centroids_of(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the mean direction of the texts of each label 0, 1, ..."""
    from scipy import sparse
    from sklearn.preprocessing import normalize

    members = sparse.csr_matrix((np.ones(len(labels), np.float32), (labels, np.arange(len(labels)))))
    return np.asarray(normalize(members @ vectors), dtype=np.float32)


def refine(vectors: np.ndarray, labels: np.ndarray, *, rounds: int, smallest: int) -> np.ndarray:
    """Move texts to the nearest centroid a few times and return the centroids; small groups dissolve."""
    for _ in range(rounds):
        sizes = np.bincount(labels)
        centroids = centroids_of(vectors, labels)[sizes >= min(smallest, sizes.max())]
        labels = (vectors @ centroids.T).argmax(axis=1)
    return np.asarray(centroids)


def _fine_groups(vectors: np.ndarray, *, seed: int, smallest: int) -> np.ndarray:
    from sklearn.cluster import KMeans

    groups = max(2, min(FINE_GROUPS, len(vectors) // smallest))
    with warnings.catch_warnings():  # fewer different texts than groups: the groups are what there is
        warnings.simplefilter("ignore")
        labels = KMeans(groups, init="random", n_init=1, max_iter=15, random_state=seed).fit_predict(vectors)
    return np.unique(labels, return_inverse=True)[1]


def _merge(vectors: np.ndarray, fine: np.ndarray, wanted: list[int]) -> dict[int, np.ndarray]:
    """Return, for each number of groups wanted, the labels of the texts."""
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(centroids_of(vectors, fine), "ward") if fine.max() > 0 else None
    return {k: fine if tree is None or k > fine.max() else fcluster(tree, k, "maxclust")[fine] - 1 for k in wanted}


def _agreements(vectors: np.ndarray, wanted: list[int], *, seed: int, smallest: int) -> dict[int, float]:
    from sklearn.metrics import adjusted_mutual_info_score

    rng = np.random.default_rng(seed)
    found = np.zeros((SPLITS, len(wanted)))
    for row in found:
        order = rng.permutation(len(vectors))[:SPLIT_TEXTS]
        looked_at = vectors[order]
        halves = [looked_at[::2], looked_at[1::2]]
        fine = [_fine_groups(half, seed=int(rng.integers(2**31)), smallest=smallest) for half in halves]
        merged = [_merge(half, groups, wanted) for half, groups in zip(halves, fine, strict=True)]
        for i, k in enumerate(wanted):
            first, second = ((looked_at @ refine(half, labels[k], rounds=ROUNDS // 2, smallest=1).T).argmax(axis=1)
                             for half, labels in zip(halves, merged, strict=True))
            row[i] = adjusted_mutual_info_score(first, second)
    return {k: round(float(agreed), 4) for k, agreed in zip(wanted, found.mean(axis=0), strict=True)}
