"""The themes of an earlier model found again among new texts, and new ones beside them."""

from __future__ import annotations

import numpy as np

from workbench.topics.layers import Layers, centroids_of, fine_groups, refine, ward_costs

ROUNDS = 3  # more, and themes wander off to what else can be told apart in a quarter
ALIKE = 0.7  # cosine of a theme and the same a quarter later: .85 and more; of a planted new one and the nearest: .55
OWN_SHARE = 0.5  # of a fine group's texts: less lies in any one earlier theme, and the group may be a new one


def continue_layers(vectors: np.ndarray, placed: np.ndarray, earlier: np.ndarray, *, seed: int, smallest: int,
                    most: int) -> Layers:
    """Keep the themes of an earlier model that texts are placed in, and find those that it lacks.

    A fine group of texts belongs to an earlier theme if half of them or more were placed in it and
    the group lies no further from it than themes do from their nearest one (median). Other groups
    are merged (Ward 1963) with each other and into the themes while that costs less than to merge a
    theme with its nearest one (median), and texts move to the nearest centroid a few times. A theme that
    ends up less similar than .7 to every earlier one is new. The others keep their earlier centroids:
    what was counted before is counted the same again, unless a new theme is nearer to it.

    Parameters
    ----------
    vectors
        One row of unit length per text.
    placed
        Theme of the earlier model of each text, -1 for none.
    earlier
        Centroids of its themes, of unit length.
    smallest
        Texts; themes that keep fewer have ended.
    most
        Themes in all; where the earlier ones are as many, none is new.
    """
    (fine,) = fine_groups([vectors], seed=seed, smallest=smallest)
    centroids = centroids_of(vectors, fine)
    theme = _themes_of_groups(placed, fine, centroids @ earlier.T, _apart(1 - earlier @ earlier.T))
    labels, alive = _start(placed, fine, theme, smallest=smallest)
    labels = _merge_new(vectors, labels, alive, most=most)
    found = refine(vectors, labels, rounds=ROUNDS, smallest=smallest)
    themes = np.vstack([earlier, found[(found @ earlier.T).max(axis=1) < ALIKE]])
    sizes = np.bincount((vectors @ themes.T).argmax(axis=1), minlength=len(themes))
    kept = np.flatnonzero(sizes >= min(smallest, sizes.max()))
    lasting, new = kept[kept < len(earlier)], kept[kept >= len(earlier)]
    largest = new[np.argsort(-sizes[new], kind="stable")][:max(most - len(lasting), 0)]
    return Layers(fine=centroids, themes=themes[np.append(lasting, np.sort(largest))], agreement={})


def _apart(distance: np.ndarray) -> float:
    """Return how far themes are from their nearest one, half of them further; a single one is far from all."""
    if len(distance) < 2:
        return float("inf")
    return float(np.median((distance + np.diag(np.full(len(distance), np.inf))).min(axis=1)))


def _themes_of_groups(placed: np.ndarray, fine: np.ndarray, similarity: np.ndarray, apart: float) -> np.ndarray:
    """Return the earlier theme of each fine group, -1 where it belongs to none."""
    held = np.zeros((len(similarity), similarity.shape[1] + 1), dtype=np.int64)
    np.add.at(held, (fine, placed + 1), 1)
    best = held[:, 1:].argmax(axis=1)
    rows = np.arange(len(best))
    own = (held[rows, best + 1] >= OWN_SHARE * held.sum(axis=1)) & (1 - similarity[rows, best] <= apart)
    return np.where(own, best, -1)


def _start(placed: np.ndarray, fine: np.ndarray, theme: np.ndarray, *, smallest: int) -> tuple[np.ndarray, int]:
    """Return the group each text starts in, and how many of these are earlier themes; they come first."""
    labels = np.where((theme[fine] >= 0) & (placed >= 0), placed, theme[fine])
    sizes = np.bincount(labels + 1)[1:]
    labels = np.where((labels >= 0) & (np.append(sizes, 0)[labels] >= smallest), labels, len(sizes) + fine)
    kept, labels = np.unique(labels, return_inverse=True)
    return labels, int((kept < len(sizes)).sum())


def _merge_new(vectors: np.ndarray, labels: np.ndarray, earlier: int, *, most: int) -> np.ndarray:
    """Merge groups that are no earlier theme with each other and into themes while that is cheap."""
    labels = labels.copy()
    while (groups := int(labels.max()) + 1) > max(earlier, 1):
        cost = ward_costs(vectors, labels)
        apart = _apart(cost[:earlier, :earlier])
        cost[:earlier, :earlier] = np.inf
        one, other = sorted(divmod(int(cost.argmin()), groups))
        if cost[one, other] >= apart and groups <= most:
            break
        labels[labels == other] = one
        labels[labels > other] -= 1
    return labels
