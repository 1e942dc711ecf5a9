"""Simulated quarters with a code in some of their posts, a model that scores them, and audits drawn from them.

A quarter has 20,000 posts in 40 arenas of very unequal size; the share of each arena is drawn from a beta distribution
(½, …), whose spread is 1.4 times its mean, and the model errs by arena too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.auditing import allocate_sample, bound_shares, limit_share

POSTS, ARENAS, UNEVEN, BATCH = 20_000, 40, 1.5, 100
F1, Z = 0.63, 1.96
Bounds = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Quarters:
    """Some simulated quarters, one a row; posts of an arena stand together."""

    sizes: np.ndarray  # posts by arena
    has: np.ndarray  # quarters × posts: whether a post has the code
    margin: np.ndarray  # quarters × posts: what the model sees
    stratum: np.ndarray  # quarters × posts: 0 the highest 1 %, 1, 2
    power: float

    @property
    def arena(self) -> np.ndarray:
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def scores(self, prior: float) -> np.ndarray:
        """Return the model's probabilities, calibrated where the share is `prior`."""
        odds = np.float32(np.log(prior / (1 - prior)) - self.power**2 / 2) + np.float32(self.power) * self.margin
        return 1 / (1 + np.exp(-odds))

    def tally(self, kind: np.ndarray, kinds: int) -> np.ndarray:
        """Count posts: quarters × strata × kinds."""
        rows = np.arange(len(self.has))[:, None]
        flat = (rows * 3 + self.stratum) * kinds + kind
        return np.bincount(flat.ravel(), minlength=len(self.has) * 3 * kinds).reshape(-1, 3, kinds)

    def means(self, values: np.ndarray) -> np.ndarray:
        """Return the mean of a value by quarter and stratum."""
        inside = [self.stratum == h for h in range(3)]
        return np.stack([(values * here).sum(axis=1) / here[0].sum() for here in inside], axis=1)


def draw_quarters(rng: np.random.Generator, quarters: int, *, share: float, power: float,
                  posts: int = POSTS) -> Iterator[Quarters]:
    """Draw quarters in batches; arenas have the same sizes within a batch."""
    ends = [posts - int(np.ceil(0.01 * posts)), posts - int(np.ceil(0.1 * posts))]
    for start in range(0, quarters, BATCH):
        count = min(BATCH, quarters - start)
        weights = rng.lognormal(0, UNEVEN, ARENAS)
        sizes = rng.multinomial(posts, weights / weights.sum())
        own = rng.beta(0.5, 0.5 * (1 - share) / share, (count, ARENAS))
        own = np.minimum(own * share * posts / np.maximum(own @ sizes, 1e-9)[:, None], 0.95).astype(np.float32)
        has = rng.random((count, posts), dtype=np.float32) < np.repeat(own, sizes, axis=1)
        margin = rng.standard_normal((count, posts), dtype=np.float32) + np.float32(power) * has
        margin += np.repeat(np.float32(0.3) * rng.standard_normal((count, ARENAS), dtype=np.float32), sizes, axis=1)
        cut = np.partition(margin, ends, axis=1)[:, ends]
        stratum = 2 - (margin >= cut[:, [0]]).astype(np.int8) - (margin >= cut[:, [1]])
        yield Quarters(sizes, has, margin, stratum, power)


def power_for(share: float) -> float:
    """Return how far apart posts with and without the code lie for a model whose best F1 is `F1` at a share."""
    from scipy.stats import norm

    cuts = np.linspace(-2, 9, 400)

    def best(power: float) -> float:
        hit = share * norm.sf(cuts - power)
        return float((2 * hit / (hit + (1 - share) * norm.sf(cuts) + share)).max())

    low, high = 0.0, 8.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if best(middle) < F1 else (low, middle)
    return low


def best_f1(batch: Quarters) -> np.ndarray:
    """Return the F1 of each quarter at the cut that serves all quarters of the batch best."""
    found = []
    for cut in np.linspace(0, batch.power + 1.5, 12):
        flagged = batch.margin >= cut
        hit = (flagged & batch.has).sum(axis=1)
        found.append(2 * hit / np.maximum(flagged.sum(axis=1) + batch.has.sum(axis=1), 1))
    return max(found, key=np.median)


def draw_codes(rng: np.random.Generator, there: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Draw posts of each quarter and stratum without replacement, and count them by kind (the last axis)."""
    left, rest, kinds = drawn.copy(), there.sum(axis=-1), []
    for kind in range(there.shape[-1]):
        rest = rest - there[..., kind]
        kinds.append(rng.hypergeometric(there[..., kind], rest, left))
        left = left - kinds[-1]
    return np.stack(kinds, axis=-1)


def allocate(posts: np.ndarray, means: np.ndarray, size: int) -> np.ndarray:
    """Allocate the sample of each quarter."""
    return np.stack([allocate_sample(posts, m, size=size) for m in means])


def covers(bounds: Bounds, true: np.ndarray) -> float:
    """Return how often the interval holds what is true, of the quarters that have an estimate."""
    value, low, high = bounds
    is_told = ~np.isnan(low) & ~np.isnan(true) & ~np.isnan(value)
    return float(np.mean((low <= true + 1e-12) & (true <= high + 1e-12), where=is_told)) if is_told.any() else np.nan


def width(bounds: Bounds) -> float:
    return float(np.nanmedian(bounds[2] - bounds[1]))


def wilson(coded: np.ndarray | int, found: np.ndarray) -> Bounds:
    """Return Wilson's interval of a plain random sample."""
    share, square = found / coded, Z**2 / coded
    middle = (share + square / 2) / (1 + square)
    half = Z * np.sqrt(share * (1 - share) / coded + square / coded / 4) / (1 + square)
    return share, middle - half, middle + half


def wald(posts: np.ndarray, coded: np.ndarray, found: np.ndarray) -> Bounds:
    """Return the stratified normal interval."""
    weight, share = posts / posts.sum(), found / coded
    value = (weight * share).sum(axis=-1)
    half = Z * np.sqrt((weight**2 * (1 - coded / posts) * share * (1 - share) / coded).sum(axis=-1))
    return value, value - half, value + half


def mover_by_squares(posts: np.ndarray, coded: np.ndarray, found: np.ndarray) -> Bounds:
    """Return the MOVER interval in which every stratum without a case counts by itself."""
    weight, left, share = posts / posts.sum(), 1 - coded / posts, found / coded
    low, high = limit_share(coded, found)
    value = (weight * share).sum(axis=-1)
    below, above = (np.sqrt((weight**2 * left * d**2).sum(axis=-1)) for d in (share - low, high - share))
    return value, np.maximum(value - below, 0), value + above


def jeffreys(posts: np.ndarray, coded: np.ndarray, found: np.ndarray) -> Bounds:
    """Return the MOVER interval from the limits of Jeffreys."""
    from scipy.special import betaincinv

    weight, left, share = posts / posts.sum(), 1 - coded / posts, found / coded
    low, high = (betaincinv(found + 0.5, coded - found + 0.5, p) for p in (0.025, 0.975))
    low, high = np.where(found == 0, 0, low), np.where(found == coded, 1, high)
    value = (weight * share).sum(axis=-1)
    below, above = (np.sqrt((weight**2 * left * d**2).sum(axis=-1)) for d in (share - low, high - share))
    return value, np.maximum(value - below, 0), value + above


def allocate_by_neyman(posts: np.ndarray, means: np.ndarray, size: int) -> np.ndarray:
    """Allocate samples by what the model thinks alone, at least 40 to each stratum."""
    wanted = posts * np.sqrt(np.clip(means, 0.005, 0.5) * (1 - np.clip(means, 0.005, 0.5)))
    drawn = np.maximum(np.round(wanted / wanted.sum(axis=1, keepdims=True) * size), 40).astype(int)
    drawn[:, 2] = size - drawn[:, :2].sum(axis=1)
    return np.asarray(drawn)


RULES = {"ours": bound_shares, "each stratum without a case by itself": mover_by_squares, "Jeffreys": jeffreys,
         "Wald, stratified": wald}
