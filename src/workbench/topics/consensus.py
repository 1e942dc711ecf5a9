"""Groups that many rough partitions of the texts agree on (evidence accumulation, Fred & Jain 2005)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

RUNS = 60
RUN_TEXTS = 2_000  # of each partition; more cost time and say the same
FEWEST_GROUPS, MOST_GROUPS = 6, 80  # of a partition, spread evenly on a log scale
DIMENSIONS = 64
ROUNDS = 10
_STEP = 0x9E3779B97F4A7C15


def draw_order(keys: np.ndarray, salt: int) -> np.ndarray:
    """Return another number for each text and salt, by which texts are drawn: it hangs on the text alone.

    A few texts more or less change what is drawn a little, where random places in a table would change all of it
    (splitmix64, Steele, Lea & Flood 2014).

    Parameters
    ----------
    keys
        One hash per text, uint64.
    """
    with np.errstate(over="ignore"):
        mixed = keys + np.uint64((salt * _STEP) % 2**64)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def gather_evidence(vectors: np.ndarray, keys: np.ndarray, *, seed: int) -> np.ndarray:
    """Return where texts lie by how often partitions put them together.

    Sixty k-means partitions of 6 to 80 groups, each of other texts, put every text into one group each. The
    coordinates are the leading singular vectors of who is in which group, groups weighed by their size, without the
    constant one.

    Parameters
    ----------
    vectors
        One row of unit length per text.
    keys
        One hash per text (`draw_order`).

    Returns
    -------
    evidence
        Texts by at most 64 dimensions, the strongest first; float32.
    """
    from scipy import sparse
    from scipy.sparse import linalg

    parts = _partitions(vectors, keys, seed=seed)
    starts = np.cumsum([0] + [len(part) for part in parts])
    centers = np.vstack(parts).astype(np.float32)
    nearness = vectors @ centers.T - (centers**2).sum(axis=1) / 2
    nearest = np.stack([nearness[:, one:other].argmax(axis=1) + one
                        for one, other in pairwise(starts)], axis=1)
    together = sparse.csr_matrix((np.ones(nearest.size, np.float32), nearest.ravel(),
                                  np.arange(0, nearest.size + 1, len(parts))), shape=(len(vectors), starts[-1]))
    sizes = np.maximum(np.asarray(together.sum(axis=0)).ravel(), 1)
    weighed = together @ sparse.diags((1 / np.sqrt(sizes)).astype(np.float32))
    wanted = min(DIMENSIONS + 1, min(weighed.shape) - 1)
    left, strength, right = linalg.svds(weighed.astype(np.float64), k=wanted, v0=np.ones(min(weighed.shape)))
    order = np.argsort(-strength)[1:]
    sign = np.sign(right[order, np.abs(right[order]).argmax(axis=1)])  # the solver leaves the signs open
    return np.asarray(left[:, order] * (strength[order] * sign), dtype=np.float32)


def _partitions(vectors: np.ndarray, keys: np.ndarray, *, seed: int) -> list[np.ndarray]:
    from sklearn.cluster import KMeans

    fewest, most = np.log(FEWEST_GROUPS), np.log(MOST_GROUPS)
    wanted = np.exp(fewest + (np.arange(RUNS) + 0.5) / RUNS * (most - fewest)).round().astype(int)
    found = []
    for run, number in enumerate(wanted):
        drawn = np.argsort(draw_order(keys, seed * RUNS + run), kind="stable")
        drawn = drawn[:max(min(RUN_TEXTS, len(drawn) // 2), 2)]
        groups = min(int(number), max(len(drawn) // 5, 2))
        means = KMeans(groups, init=vectors[drawn[:groups]], n_init=1, max_iter=ROUNDS, algorithm="lloyd")
        found.append(means.fit(vectors[drawn]).cluster_centers_)
    return found


def group_texts(evidence: np.ndarray, groups: int, *, seed: int, starts: int) -> np.ndarray:
    """Return the group of each text, 0, 1, ...: k-means of the evidence, the best of some starts."""
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import normalize

    rows = normalize(evidence[:, :max(groups, 8)])
    found = KMeans(groups, n_init=starts, max_iter=100, random_state=seed % 2**32).fit_predict(rows)
    return np.asarray(np.unique(found, return_inverse=True)[1])
