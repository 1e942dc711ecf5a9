"""How many themes there are, the parts in them, and the same found again in parts of the texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.topics.consensus import draw_order, gather_evidence, group_texts
from workbench.topics.threads import in_threads

LAYERS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 50, 60, 80, 100)
FEWEST_THEMES, MOST_THEMES = 10, 40  # fewer tell a reader little, more are not read
TEXTS_PER_THEME = 100  # at least, on average: a quarter's part of fewer would mostly be hidden
MOST_TEXTS = 8_000  # that groups are found on; more cost time and say the same
SUBSAMPLE = 0.8
TRIALS = 8  # fits of samples beside the one of all texts, of which the one is read that the others find again best
STARTS = 4
TOLERANCE = 0.03  # a finer layer is worth this much of stability,
HELD = 0.12  # and the number of themes of the quarter before this much: with another, hardly a theme is kept
LANGUAGE_WEIGHT = 0.25  # at 1, topics that only people of one language have are not told apart
PARTS = (2, 3, 4)  # times as many parts as themes


@dataclass(frozen=True)
class Layers:
    """Groups of texts in two layers, and the upper one found again.

    Attributes
    ----------
    themes, parts
        Centroids of unit length.
    refits
        Centroids of the themes of each refit.
    stability
        By number of themes: how well the one that is read is found again by the others.
    """

    themes: np.ndarray
    parts: np.ndarray
    refits: tuple[np.ndarray, ...]
    stability: dict[int, float]


def find_layers(vectors: np.ndarray, *, keys: np.ndarray, seed: int, smallest: int, refits: int,
                themes: tuple[int, int] = (FEWEST_THEMES, MOST_THEMES), held: int | None = None,
                spoken: np.ndarray | None = None) -> Layers:
    """Find themes by evidence accumulation, as many as are found again best, and the parts in them.

    Themes are found nine times, eight of them on four fifths of the texts, with the vectors fixed; read is the fit
    whose themes the others find again best (a text's theme and its nearest one, mean Jaccard index over texts and
    fits). How many themes: the finest layer that is less good by .03 at most than the best one, of 10 to `most`
    themes and 150 texts a theme or more; what labels tell about language counts against a layer (a quarter of the
    normalised mutual information). The parts are the best layer of two to four times as many groups. No label is
    looked at. Refits that had no say in this are kept for judging the themes.

    Parameters
    ----------
    vectors
        One row of unit length per text.
    keys
        One hash per text: what is drawn hangs on texts, not on their places.
    smallest
        Texts; groups that keep fewer dissolve.
    refits
        Of four fifths of the texts, for judging.
    themes
        Fewest and most; of one number that is read, whatever is found again.
    held
        Themes of the quarter before: as many are read again while that layer is less good by .12 at most.
    spoken
        Number of each text's language.
    """
    some = np.sort(np.argsort(draw_order(keys, seed), kind="stable")[:MOST_TEXTS])
    smallest = max(round(smallest * len(some) / len(keys)), 2)
    wanted = _wanted(len(keys), len(some) // (2 * smallest), themes=themes, held=held)
    vectors, keys = vectors[some], keys[some]
    trials = range(1 + TRIALS)
    samples = [np.arange(len(some))] + [
        np.flatnonzero(draw_order(keys, seed + refit) < np.uint64(SUBSAMPLE * 2**64))
        for refit in range(1, len(trials) + refits)]
    evidence = in_threads(lambda place: gather_evidence(vectors[samples[place]], keys[samples[place]],
                                                        seed=seed + place), range(len(samples)))

    def find(place: int, groups: int) -> np.ndarray:
        labels = group_texts(evidence[place], min(groups, len(samples[place])), seed=seed + place, starts=STARTS)
        return _large(vectors[samples[place]], labels, smallest=smallest)

    def tried(numbers: list[int]) -> dict[int, tuple[float, np.ndarray]]:
        """Return, by number of groups, the fit that the others are most like, and how much."""
        fits = in_threads(lambda task: find(*task), [(place, k) for k in numbers for place in trials])
        by_number = [fits[start:start + len(trials)] for start in range(0, len(fits), len(trials))]
        return dict(zip(numbers, in_threads(lambda some: _most_alike(vectors, some), by_number), strict=True))

    found = tried(wanted)
    told = [_tells(spoken[some], (vectors @ fit.T).argmax(axis=1)) if spoken is not None else 0.0
            for _, fit in found.values()]
    alike = np.array([mean for mean, _ in found.values()])
    chosen = _choose(wanted, alike - LANGUAGE_WEIGHT * np.array(told), held=held)
    finer = [k for k in (times * chosen for times in PARTS) if k <= len(some) // (2 * smallest)]
    parts = max(tried(finer).values(), key=lambda fit: fit[0])[1] if finer else found[chosen][1]
    again = in_threads(lambda place: find(place, chosen), range(len(trials), len(samples)))
    return Layers(themes=found[chosen][1], parts=parts, refits=tuple(again),
                  stability={k: round(float(mean), 4) for k, (mean, _) in found.items()})


def _most_alike(vectors: np.ndarray, fits: list[np.ndarray]) -> tuple[float, np.ndarray]:
    """Return the fit whose groups the other fits find again best, and how well."""
    labels = [(vectors @ centroids.T).argmax(axis=1) for centroids in fits]
    alike = [np.mean([_found_again(one, other) for other in labels if other is not one]) for one in labels]
    best = int(np.argmax(alike))
    return float(alike[best]), fits[best]


def _wanted(texts: int, room: int, *, themes: tuple[int, int], held: int | None) -> list[int]:
    """Return the numbers of themes to look at: the layers that were asked for and that there are texts for."""
    least, most = themes
    if least == most:
        return [most]
    upper = max(min(most, room, max(texts // TEXTS_PER_THEME, least)), 1)
    layers = {k for k in LAYERS if min(least, upper) <= k <= upper}
    layers |= {held} if held is not None and least <= held <= upper else set()
    return sorted(layers) or [upper]


def _choose(wanted: list[int], scores: np.ndarray, *, held: int | None) -> int:
    """Return how many themes are read: the most that are found again nearly as well as the best number."""
    best = scores.max()
    if held in wanted and scores[wanted.index(held)] >= best - HELD:
        return held
    return max(k for k, found in zip(wanted, scores, strict=True) if found >= best - TOLERANCE)


def jaccard_of_groups(labels: np.ndarray, found: np.ndarray, *, rows: int, columns: int) -> np.ndarray:
    """Return the Jaccard index of each group of one grouping with each group of another, rows by columns.

    Parameters
    ----------
    labels, found
        Group of each text, -1 for none; texts in no group count against an index.
    """
    shared = np.bincount((labels + 1) * (columns + 1) + found + 1, minlength=(rows + 1) * (columns + 1))
    table = shared.reshape(rows + 1, columns + 1).astype(float)
    union = table.sum(axis=1)[:, None] + table.sum(axis=0)[None] - table
    return np.asarray((table / np.maximum(union, 1))[1:, 1:])


def _found_again(labels: np.ndarray, found: np.ndarray) -> float:
    """Return how alike a text's group is to its nearest one of another grouping, mean over texts."""
    alike = jaccard_of_groups(labels, found, rows=int(labels.max()) + 1, columns=int(found.max()) + 1)
    return float(alike.max(axis=1)[labels].mean())


def _tells(spoken: np.ndarray, labels: np.ndarray) -> float:
    from sklearn.metrics import normalized_mutual_info_score

    return float(normalized_mutual_info_score(spoken, labels))


def centroids_of(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the mean direction of the texts of each label 0, 1, ..."""
    from scipy import sparse
    from sklearn.preprocessing import normalize

    members = sparse.csr_matrix((np.ones(len(labels), np.float32), (labels, np.arange(len(labels)))))
    return np.asarray(normalize(members @ vectors), np.float32)


def _large(vectors: np.ndarray, labels: np.ndarray, *, smallest: int) -> np.ndarray:
    """Return the centroids of the groups that texts go to; those that keep too few dissolve."""
    centroids = centroids_of(vectors, labels)
    sizes = np.bincount((vectors @ centroids.T).argmax(axis=1), minlength=len(centroids))
    return np.asarray(centroids[sizes >= min(smallest, sizes.max())])
