from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.auditing import check_spread


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Six thousand posts in thirty arenas of unequal size; the first stratum lies mostly in three of them."""
    rng = np.random.default_rng(1)
    sizes = rng.multinomial(6000, rng.dirichlet(np.full(30, 0.7)))
    arena = np.repeat([f"arena {n}" for n in range(30)], sizes)
    hot = np.isin(arena, [f"arena {n}" for n in (3, 7, 11)])
    return pd.DataFrame({"arena": arena, "stratum": np.where(rng.random(6000) < np.where(hot, 0.5, 0.01), 1, 2)})


def test_random_samples_pass(frame: pd.DataFrame) -> None:
    for seed in range(20):
        spread = check_spread(frame["arena"], frame["arena"].sample(300, random_state=seed), seed=seed)
        assert spread.is_plausible
        assert spread.arenas == pytest.approx(spread.expected, abs=6)


def test_samples_of_a_few_arenas_do_not_pass_and_it_is_told_how_many_arenas_there_should_be(frame: pd.DataFrame) -> None:
    large = frame["arena"].value_counts().index[:5]
    taken = frame.loc[frame["arena"].isin(large), "arena"].sample(300, random_state=1)
    spread = check_spread(frame["arena"], taken, seed=1)
    assert not spread.is_plausible
    assert spread.arenas == 5 < spread.expected


def test_the_same_number_from_each_arena_is_no_random_sample_either(frame: pd.DataFrame) -> None:
    taken = frame.groupby("arena")["arena"].head(10)
    assert not check_spread(frame["arena"], taken, seed=1).is_plausible


def test_a_stratified_sample_passes_only_beside_its_strata(frame: pd.DataFrame) -> None:
    drawn = frame.groupby("stratum").sample(150, random_state=1)
    assert not check_spread(frame["arena"], drawn["arena"], seed=1).is_plausible
    chances = []
    for seed in range(10):
        drawn = frame.groupby("stratum").sample(150, random_state=seed)
        spread = check_spread(frame["arena"], drawn["arena"], seed=seed, frame_strata=frame["stratum"],
                              sample_strata=drawn["stratum"])
        assert spread.is_plausible
        chances.append(spread.p)
    # random samples are as uneven as random samples: a half of the others is more so
    assert 0.25 < np.mean(chances) < 0.75


def test_posts_that_the_frame_does_not_have_do_not_pass(frame: pd.DataFrame) -> None:
    assert not check_spread(frame["arena"], pd.Series(["elsewhere"] * 5), seed=1).is_plausible
    few = pd.Series([frame["arena"].value_counts().index[-1]] * 200)
    assert not check_spread(frame["arena"], few, seed=1).is_plausible


def test_one_arena_is_no_sign_of_anything_where_there_is_only_one() -> None:
    assert check_spread(pd.Series(["a"] * 500), pd.Series(["a"] * 50), seed=1).is_plausible
