"""Fine groups of texts, the layers they merge into, and which layer to read."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from workbench.topics.threads import in_threads

FINE_GROUPS = 150
ROUNDS = 8
LAYERS = (8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 50, 60, 80, 100)
MOST_NEEDED = 15  # themes that a report wants at least,
POSTS_PER_THEME = 700  # where there are as many posts for each
STARTS = 5  # of which the one with the densest themes is kept
SPLITS = 10
SPLIT_TEXTS = 6_000  # more say the same and cost time
LANGUAGE_WEIGHT = 0.25  # at 1, topics that only people of one language have are not told apart


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


def find_layers(vectors: np.ndarray, *, seed: int, smallest: int, most: int, themes: int | None = None,
                spoken: np.ndarray | None = None, posts: int = 0) -> Layers:
    """Find fine groups by k-means, merge them (Ward 1963, groups weighed by texts) and choose the layer to read.

    Each layer is refined by nearest centroids; of five starts the one whose texts are nearest to
    their centroids is kept. Two halves of the texts, split ten times, say how good a layer is: the
    adjusted mutual information of the labels that both halves' centroids give all texts (in the
    way of Lange et al. 2004), less a quarter of what the labels tell about language (normalised
    mutual information). Read is the finest layer that lies within one standard error of the best
    one, of 8 to `most` groups; many posts are never read as fewer than one theme per 700, or 15.
    No label is looked at.

    Parameters
    ----------
    vectors
        One row of unit length per text.
    smallest
        Texts; smaller fine groups are not looked for, and smaller themes dissolve.
    themes
        Read the layer of this many groups, whatever the halves agree on.
    spoken
        Number of each text's language.
    posts
        That the texts stand for.
    """
    starts = fine_groups([vectors] * STARTS, seed=seed, smallest=smallest)
    finest = int(starts[0].max()) + 1
    fewest = min(MOST_NEEDED, posts // POSTS_PER_THEME)
    wanted = [k for k in LAYERS if fewest <= k <= min(most, finest)] if themes is None else [min(themes, finest)]
    wanted = wanted or [min(most, finest)]
    chosen, agreement = wanted[0], {wanted[0]: 1.0}
    if len(wanted) > 1:
        agreed, told = _agreements(vectors, wanted, np.zeros(len(vectors)) if spoken is None else spoken,
                                   seed=seed, smallest=smallest)
        chosen = wanted[_finest_of_the_best(agreed - LANGUAGE_WEIGHT * told)]
        agreement = {k: round(float(mean), 4) for k, mean in zip(wanted, agreed.mean(axis=0), strict=True)}
    found = in_threads(lambda fine: refine(vectors, _merge(vectors, fine, [chosen])[chosen], rounds=ROUNDS,
                                            smallest=smallest), starts)
    best = int(np.argmax([(vectors @ centroids.T).max(axis=1).mean() for centroids in found]))
    return Layers(fine=centroids_of(vectors, starts[best]), themes=found[best], agreement=agreement)


def _finest_of_the_best(scores: np.ndarray) -> int:
    """Return the last column whose mean lies within one standard error of the best one's (one row per split)."""
    mean, error = scores.mean(axis=0), scores.std(axis=0, ddof=1) / np.sqrt(len(scores))
    best = int(mean.argmax())
    return int(np.flatnonzero(mean >= mean[best] - error[best])[-1])


def centroids_of(vectors: np.ndarray, labels: np.ndarray, *, unit: bool = True) -> np.ndarray:
    """Return the mean direction (or the mean, not of unit length) of the texts of each label 0, 1, ..."""
    from scipy import sparse
    from sklearn.preprocessing import normalize

    members = sparse.csr_matrix((np.ones(len(labels), np.float32), (labels, np.arange(len(labels)))))
    sums = members @ vectors
    return np.asarray(normalize(sums), np.float32) if unit else sums / np.bincount(labels)[:, None]


def refine(vectors: np.ndarray, labels: np.ndarray, *, rounds: int, smallest: int) -> np.ndarray:
    """Move texts to the nearest centroid a few times and return the centroids; small groups dissolve."""
    for _ in range(rounds):
        sizes = np.bincount(labels)
        centroids = centroids_of(vectors, labels)[sizes >= min(smallest, sizes.max())]
        labels = (vectors @ centroids.T).argmax(axis=1)
    return np.asarray(centroids)


def fine_groups(samples: list[np.ndarray], *, seed: int, smallest: int) -> list[np.ndarray]:
    """Return the fine group of each text of each sample."""
    from sklearn.cluster import KMeans

    def group(place: int) -> np.ndarray:
        groups = max(2, min(FINE_GROUPS, len(samples[place]) // smallest))
        means = KMeans(groups, init="random", n_init=1, max_iter=15, random_state=(seed + place) % 2**32)
        return np.unique(means.fit_predict(samples[place]), return_inverse=True)[1]

    with warnings.catch_warnings():  # fewer different texts than groups: the groups are what there is
        warnings.simplefilter("ignore")
        return in_threads(group, range(len(samples)))


def ward_costs(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return by how much the sum of squares grows if two groups are merged (Ward 1963); infinite with itself."""
    sizes = np.bincount(labels).astype(float)
    means = centroids_of(vectors, labels, unit=False)
    squares = ((means[:, None] - means[None]) ** 2).sum(axis=2)
    cost = squares * np.outer(sizes, sizes) / np.add.outer(sizes, sizes)
    np.fill_diagonal(cost, np.inf)
    return np.asarray(cost)


def _merge(vectors: np.ndarray, fine: np.ndarray, wanted: list[int]) -> dict[int, np.ndarray]:
    """Return, for each number of groups wanted, the labels of the texts."""
    sizes, cost = np.bincount(fine).astype(float), ward_costs(vectors, fine)
    label = np.arange(len(sizes))
    found = {k: fine for k in wanted if k >= len(sizes)}
    for left in range(len(sizes) - 1, 0, -1):
        one, other = sorted(divmod(int(cost.argmin()), len(sizes)))
        joined = sizes + sizes[one] + sizes[other]
        merged = ((sizes + sizes[one]) * cost[one] + (sizes + sizes[other]) * cost[other]
                  - sizes * cost[one, other]) / joined  # Lance & Williams 1967
        merged[~np.isfinite(merged)] = np.inf
        cost[one], cost[:, one] = merged, merged
        cost[other], cost[:, other] = np.inf, np.inf
        sizes[one] += sizes[other]
        label[label == other] = one
        if left in wanted:
            found[left] = np.unique(label, return_inverse=True)[1][fine]
    return found


def _agreements(vectors: np.ndarray, wanted: list[int], spoken: np.ndarray, *, seed: int,
                smallest: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how well two halves agree and what their labels tell of the language, splits by layers."""
    from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(vectors))[:SPLIT_TEXTS] for _ in range(SPLITS)]
    halves = [vectors[order[start::2]] for order in orders for start in (0, 1)]
    fine = fine_groups(halves, seed=seed, smallest=smallest)
    merged = [_merge(half, groups, wanted) for half, groups in zip(halves, fine, strict=True)]
    agreed, told = np.zeros((2, SPLITS, len(wanted)))
    for row, order in enumerate(orders):
        for i, k in enumerate(wanted):
            labels = [(vectors[order] @ refine(halves[half], merged[half][k], rounds=ROUNDS // 2, smallest=1).T
                       ).argmax(axis=1) for half in (2 * row, 2 * row + 1)]
            agreed[row, i] = adjusted_mutual_info_score(*labels)
            told[row, i] = np.mean([normalized_mutual_info_score(spoken[order], found) for found in labels])
    return agreed, told
