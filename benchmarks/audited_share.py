"""Whether the interval of an audited share holds what it promises, over simulated quarters."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from workbench.auditing import allocate_sample, bound_shares

QUARTERS = int(os.environ.get("AUDIT_QUARTERS", "4000"))
POSTS, ARENAS, UNEVEN, BATCH = 20_000, 40, 1.5, 100
SHARES, SIZES = (0.001, 0.002, 0.01, 0.05, 0.2), (400, 1000)
TRAINED_AT = 0.1


@dataclass(frozen=True)
class Quarters:
    """Simulated quarters, one a row: the posts with the code by stratum, and what a model thinks of the strata."""

    posts: np.ndarray  # strata
    having: np.ndarray  # quarters × strata
    fitting: np.ndarray  # quarters × strata: mean score, calibrated in the quarter
    carried: np.ndarray  # the same, calibrated where the share is 10 %
    f1: np.ndarray  # quarters


def draw_quarters(rng, quarters, *, share, power, posts=POSTS):
    outs = []
    for start in range(0, quarters, BATCH):
        n = min(BATCH, quarters - start)
        sizes = rng.lognormal(0, UNEVEN, ARENAS)
        sizes = rng.multinomial(posts, sizes / sizes.sum())
        arena = np.repeat(np.arange(ARENAS), sizes)
        own = rng.beta(0.5, 0.5 * (1 - share) / share, (n, ARENAS))
        own = np.minimum(own * share * posts / (own @ sizes)[:, None], 0.95)
        y = rng.random((n, posts), dtype=np.float32) < own.astype(np.float32)[:, arena]
        z = rng.standard_normal((n, posts), dtype=np.float32)
        z += (0.3 * rng.standard_normal((n, ARENAS), dtype=np.float32))[:, arena]
        z += np.float32(power) * y
        k1, k2 = int(np.ceil(.01 * posts)), int(np.ceil(.1 * posts))
        cut = np.partition(z, [posts - k2, posts - k1], axis=1)
        m1, m2 = z >= cut[:, [posts - k1]], z >= cut[:, [posts - k2]]
        N = np.array([k1, k2 - k1, posts - k2])
        def by(v):
            a, b, c = (v * m1).sum(1), (v * m2).sum(1), v.sum(1)
            return np.stack([a, b - a, c - b], axis=1)
        A = by(y)
        means = []
        for prior in (share, TRAINED_AT):
            lo = np.float32(np.log(prior / (1 - prior)) - power**2 / 2)
            p = 1 / (1 + np.exp(-(lo + np.float32(power) * z)))
            means.append(by(p) / N)
            if prior == share:
                flag = p >= 0.5 if power else np.zeros_like(y)
                # threshold of best F1: half of the F1 itself; near enough .35
                flag = p >= 0.33
                tp = (flag & y).sum(1); f1 = 2 * tp / np.maximum(flag.sum(1) + y.sum(1), 1)
        outs.append((A, *means, f1))
    return Quarters(N, *(np.concatenate(v) for v in zip(*outs)))
def power_for(share, f1=.63):
    from scipy.stats import norm
    def best(d):
        t = np.linspace(-2, 9, 400)
        tp = share * norm.sf(t - d); fp = (1 - share) * norm.sf(t)
        return (2 * tp / (tp + fp + share)).max()
    lo, hi = 0, 8
    for _ in range(40):
        m = (lo + hi) / 2
        lo, hi = (m, hi) if best(m) < f1 else (lo, m)
    return lo

def wilson(n, x, z=1.96):
    p = x / n
    return z / (1 + z*z/n) * 2 * np.sqrt(p*(1-p)/n + z*z/4/n/n)
