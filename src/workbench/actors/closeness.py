"""How often two actors fall within the window on things that both share anyway.

Actors of one small community share the same things without having agreed on anything, and over an hour or a day
many of those fall together. This second test takes what both shared, at any time, as given, and asks only whether
more of it than usual lies within the window. Where two actors have n things in common, the number within the window
is a sum of n draws; by Hoeffding (1956, Ann. Math. Statist. 27(3)) its upper tail is at most the binomial one of
the same mean.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from workbench.actors.sweep import Pairs, Slots, sweep_pairs

BLOCK_CELLS = 10_000_000


def find_usual(slots: Slots, followers: np.ndarray) -> float:
    """Return which part of all pairs of shares of one thing by two actors lies within the window.

    Over all pairs of shares, or the mean over things where that is higher: neither a few things that are
    shared for months nor many that two actors shared may make closeness look rare.
    """
    item, actors = slots.item, max(len(slots.actor_ids), 1)
    many = np.bincount(item, minlength=slots.objects)
    code, times = np.unique(item * actors + slots.actor, return_counts=True)
    own = np.bincount(code // actors, times * (times - 1), minlength=slots.objects)
    possible = (many * (many - 1) - own) / 2
    close = np.zeros(slots.objects)
    for left, right in sweep_pairs(slots, followers):
        two = slots.actor[left] != slots.actor[right]
        close += np.bincount(item[left[two]], minlength=slots.objects)
    shared = possible > 0
    if not shared.any():
        return 1.0
    return float(max(close.sum() / possible.sum(), (close[shared] / possible[shared]).mean()))


def together_p(slots: Slots, pairs: Pairs, weight: np.ndarray, usual: float) -> np.ndarray:
    """Return how likely so many of the things that both actors of a pair shared lie within the window.

    Parameters
    ----------
    weight
        Of each pair: things within the window.
    usual
        Chance of one share of each, as `find_usual` gives it; m and n shares have m·n chances.
    """
    from scipy import sparse, special

    of = sparse.csr_matrix((np.ones(len(slots.item)), (slots.actor, slots.item)),
                           shape=(len(slots.actor_ids), slots.objects))
    done = np.cumsum(np.diff(of.indptr)[pairs.a]) // BLOCK_CELLS
    starts = np.append(np.flatnonzero(np.diff(done, prepend=-1)), len(done))
    p = np.ones(len(weight))
    for begin, end in pairwise(starts):
        both = of[pairs.a[begin:end]].multiply(of[pairs.b[begin:end]]).tocsr()
        both.data = -np.expm1(both.data * np.log1p(-min(usual, 1 - 1e-12)))
        things = np.maximum(np.diff(both.indptr), 1)
        mean = np.clip(np.asarray(both.sum(axis=1)).ravel() / things, 0, 1)
        at_least = np.clip(weight[begin:end], 1, things)
        p[begin:end] = special.betainc(at_least, things - at_least + 1, mean)
    return np.asarray(np.where(weight > 0, p, 1.0))
