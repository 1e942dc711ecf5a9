from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from workbench.topics.chance import deal_words, group_lifts, measure_lift, tell_from_chance
from workbench.topics.vectors import count_words


def written(*, themes: bool, long_posts: bool, seed: int = 1) -> tuple[list[str], np.ndarray]:
    """Eight groups of posts; with themes each has words of its own, without them all draw the same words."""
    rng = np.random.default_rng(seed)
    labels = np.arange(1600) % 8
    common = [f"alm{chr(97 + i % 26)}{i}" for i in range(400)]
    own = [[f"tema{chr(97 + t)}{i}" for i in range(14)] for t in range(8)]
    lengths = rng.choice([4, 60], 1600) if long_posts else np.full(1600, 9)
    return [" ".join([*rng.choice(common, n, replace=False), *(rng.choice(own[t], 4, replace=False) if themes else [])])
            for t, n in zip(labels, lengths, strict=True)], labels


def told(texts: list[str], labels: np.ndarray) -> np.ndarray:
    counts, words = count_words(texts, texts)
    keys = pd.util.hash_array(np.array(texts, dtype=object))
    return tell_from_chance(counts, words, labels, np.zeros(len(texts), dtype=int), keys, groups=8, seed=1)


def test_groups_with_words_of_their_own_are_themes() -> None:
    assert told(*written(themes=True, long_posts=False)).all()


def test_groups_that_share_nothing_are_none_however_long_their_posts_are() -> None:
    for long_posts in (False, True):
        assert not told(*written(themes=False, long_posts=long_posts)).any()


def test_chance_is_judged_by_posts_as_long_as_the_real_ones() -> None:
    # posts of two lengths make pairs meet more often than words alone would, in every group and by chance alike
    texts, labels = written(themes=False, long_posts=True)
    counts, _ = count_words(texts, texts)
    spoken = np.zeros(len(texts), dtype=int)
    short, _ = count_words(*[written(themes=False, long_posts=False)[0]] * 2)
    assert group_lifts(counts, labels, spoken, groups=8).mean() > 1.3 * group_lifts(short, labels, spoken, groups=8).mean()


def test_words_are_dealt_out_within_their_language_and_every_text_keeps_its_length() -> None:
    rng = np.random.default_rng(3)
    has = rng.random((300, 40)) < 0.2
    has[:150, 20:] = has[150:, :20] = False
    counts, spoken = sparse.csr_matrix(has.astype(np.float32)), np.repeat([0, 1], 150)
    dealt = deal_words(counts, spoken, seed=1)
    assert dealt[:150, 20:].nnz == dealt[150:, :20].nnz == 0
    assert (dealt.sum(axis=1) <= counts.sum(axis=1)).all()
    assert dealt.nnz > 0.8 * counts.nnz
    assert (dealt != counts).nnz > 0.5 * counts.nnz


def test_lift_is_how_much_oftener_pairs_meet_than_by_chance() -> None:
    together = sparse.csc_matrix(np.repeat([[1.0, 1.0], [0.0, 0.0]], 500, axis=0))
    # 500 meetings where 250 are expected, and twenty more prove nothing
    assert measure_lift(together, np.zeros(1000)) == 500 / (250 + 20)
    assert measure_lift(together, np.repeat([0, 1], 500)) == 500 / (500 + 20)
