"""How far two coders agree, code by code: Krippendorff's alpha over the posts of the frame (M25)."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pandas as pd

from workbench.speech.answering import ADJUDICATOR
from workbench.speech.settling import Answers, lay_answers
from workbench.tables.codebook import STRICT_HATE, Codebook
from workbench.tables.speech import AGREEMENT_COLUMNS, FEWEST_YES, GOOD_ALPHA

RESAMPLES = 2_000


def measure_agreement(codes: pd.DataFrame, sample: pd.DataFrame, codebook: Codebook, *, seed: int) -> pd.DataFrame:
    """Measure on each code how far coders agree, from the posts that were drawn to be coded by two.

    Parameters
    ----------
    codes
        Of `load_codes`; the adjudicator's are no coder's.
    sample
        Of all samples. Posts that two coded of their own accord are left out, as are those chosen for learning.
    seed
        Of the bootstrap.

    Returns
    -------
    agreement
        Columns `AGREEMENT_COLUMNS`, one row per code that anybody answered, `STRICT_HATE` among them. `alpha` weighs
        each post by the posts of its stratum that it stands for; `low` and `high` are the 95 % percentile interval of
        2,000 resamples of posts within strata. Counts and `agreement` are plain. A code below another is judged on
        posts where both said yes to the one above: elsewhere it was never asked, and the many posts where it follows
        from the other that it is no would lend it agreement that is the other's.

    Notes
    -----
    Nominal alpha from coincidences o, with as many coders as there are: α = 1 − (n−1)·o₀₁/(n₀·n₁), with o weighted and
    scaled to the number of posts (Krippendorff 2019, ch. 12). Alpha of a code below another is that among the posts
    that all found relevant, as cuα is (Krippendorff, Mathet, Bouvry & Widlöcher 2016).
    """
    drawn = sample[sample["purpose"].eq("share")]
    coded = codes[codes["coder"].ne(ADJUDICATOR) & codes["post_id"].isin(drawn["post_id"])]
    answers = lay_answers(coded, codebook)
    asked, names = _asked_values(answers, codebook)
    rows = drawn.set_index("post_id").reindex(answers.posts)
    is_double = rows["is_double"].fillna(False).to_numpy(dtype=bool) & (answers.is_given.any(axis=2).sum(axis=0) > 1)
    stratum = rows["stratum"].fillna(0).to_numpy(dtype=np.int64)[is_double]
    posts = rows["stratum_posts"].fillna(1).to_numpy(dtype=float)[is_double]
    values = asked[:, is_double]
    told = [_tell_code(name, values[:, :, i], stratum, posts, seed) for i, name in enumerate(names)
            if np.isfinite(asked[:, :, i]).any()]
    return pd.DataFrame(told, columns=list(AGREEMENT_COLUMNS)).astype(AGREEMENT_COLUMNS)


def _asked_values(answers: Answers, codebook: Codebook) -> tuple[np.ndarray, list[str]]:
    """Return answers, coders × posts × codes, missing where not every coder said yes to the code above."""
    values, names = answers.values.copy(), list(answers.codes)
    for place, code in enumerate(answers.codes):
        parent = codebook.codes[code].parent
        if parent in names:
            above = np.where(answers.is_given[:, :, names.index(parent)], answers.values[:, :, names.index(parent)], 1)
            values[:, :, place] = np.where((above == 1).all(axis=0), values[:, :, place], np.nan)
    grounds = [names.index(c.key) for c in codebook.of("ground") if c.is_strict]
    if "hate" in names and grounds:
        hate, own = answers.values[:, :, names.index("hate")], answers.values[:, :, grounds]
        told = np.where((own == 1).any(axis=2), 1.0, np.where((own == 0).all(axis=2), 0.0, np.nan))
        strict = np.where(hate == 0, 0.0, np.where(hate == 1, told, np.nan))
        values, names = np.concatenate([values, strict[:, :, None]], axis=2), [*names, STRICT_HATE]
    return values, names


def _tell_code(code: str, values: np.ndarray, stratum: np.ndarray, posts: np.ndarray, seed: int) -> dict[str, object]:
    """Return a row of agreement on one code; `values` is coders × double-coded posts."""
    is_told = np.isfinite(values)
    is_pair = is_told.sum(axis=0) > 1
    row: dict[str, object] = dict.fromkeys(AGREEMENT_COLUMNS, pd.NA) | {"code": code, "posts": int(is_pair.sum())}
    if not is_pair.any():
        return row | {"both": 0, "first_only": 0, "second_only": 0, "neither": 0, "verdict": "single"}
    # of more than two coders, the first two of each post stand in the counts; alpha has all of them
    order = np.argsort(~is_told, axis=0, kind="stable")
    first, second = (np.take_along_axis(values, order[i:i + 1], axis=0)[0][is_pair] == 1 for i in (0, 1))
    both, only_first, only_second = (int(v.sum()) for v in (first & second, first & ~second, ~first & second))
    alpha, low, high = _bound_alpha(values, stratum, posts, np.random.default_rng([seed, crc32(code.encode())]))
    is_few = min(both + only_first, both + only_second) < FEWEST_YES
    verdict = "undecided" if is_few or np.isnan(alpha) else "good" if alpha >= GOOD_ALPHA else "low"
    return row | {"alpha": alpha, "low": low, "high": high, "agreement": float((first == second).mean()), "both": both,
                  "first_only": only_first, "second_only": only_second,
                  "neither": len(first) - both - only_first - only_second, "verdict": verdict}


def _bound_alpha(values: np.ndarray, stratum: np.ndarray, posts: np.ndarray,
                 rng: np.random.Generator) -> tuple[float, float, float]:
    """Return weighted alpha and its bootstrap interval.

    A post counts by how many coders answered and how many said yes, so that a resample of a stratum is one draw of how
    often each such case comes up.
    """
    told, yes = np.isfinite(values).sum(axis=0), (values == 1).sum(axis=0)
    cases, case = np.unique(np.stack([told, yes]), axis=1, return_inverse=True)
    case = case.ravel()
    levels, level = np.unique(stratum, return_inverse=True)
    counts = np.zeros((len(levels), cases.shape[1]))
    np.add.at(counts, (level, case), 1)
    size = counts.sum(axis=1)
    in_stratum = np.array([posts[level == i][0] for i in range(len(levels))])
    weight = in_stratum / in_stratum.sum() * size.sum() / size
    drawn = np.stack([rng.multinomial(int(size[h]), counts[h] / size[h], size=RESAMPLES) for h in range(len(levels))])
    alpha = float(_alpha(cases, np.einsum("h,hc->c", weight, counts)[None])[0])
    resampled = _alpha(cases, np.einsum("h,hrc->rc", weight, drawn))
    resampled = resampled[np.isfinite(resampled)]
    low, high = np.percentile(resampled, [2.5, 97.5]) if len(resampled) and np.isfinite(alpha) else (np.nan, np.nan)
    return alpha, float(low), float(high)


def _alpha(cases: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return alpha of each row of weights over cases (coders who answered, of them yes); missing if all are alike."""
    told, yes = cases
    is_pair = told > 1
    told, yes, weights = told[is_pair], yes[is_pair], weights[:, is_pair]
    ones, noes = weights @ yes, weights @ (told - yes)
    differing = weights @ (2 * yes * (told - yes) / np.maximum(told - 1, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((ones > 0) & (noes > 0), 1 - (ones + noes - 1) * differing / (2 * ones * noes), np.nan)
