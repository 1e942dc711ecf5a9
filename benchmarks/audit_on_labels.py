"""An audit of posts that people labelled whole: how often the interval holds the true share, and how wide it is.

Half of DKHate teaches the baseline, half of Davidson another one; the other half is the quarter to be audited: scored,
sampled and estimated by the code that a study runs, with the published labels as the coders' answers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measuring import Row, row
from benchmarks.speech_sets import NO_SET, read_davidson, read_dkhate

PERIOD, DRAWS = "2025Q3", 300
FIRST_DAY = "2025-07-01"


def measure(folder: Path) -> list[Row]:
    """Audit the other half of each set several hundred times."""
    rows: list[Row] = []
    for name, read in (("DKHate, offensive", read_dkhate), ("Davidson, hate", read_davidson)):
        found = read()
        if found is None:
            rows.append(row(f"{name}: {NO_SET}", float("nan"), None, ""))
            continue
        texts, truth = found
        rows += _audit(name, texts.reset_index(drop=True), np.asarray(truth, dtype=bool), folder)
    return rows


def _audit(name: str, texts: pd.Series, truth: np.ndarray, folder: Path) -> list[Row]:
    from workbench.auditing import estimate_share, limit_share
    from workbench.speech import draw_sample, load_codebook, score_speech, train_baseline

    order = np.random.default_rng(1).permutation(len(texts))
    known, new = order[: len(order) // 2], order[len(order) // 2:]
    labels = pd.DataFrame({"attack": truth[known]}, index=known)
    model = train_baseline(texts.loc[known], labels, groups=pd.Series(known.astype(str), index=known), seed=1)
    corpus = _corpus(texts.loc[new])
    scores = score_speech(corpus, model)
    is_true = pd.Series(truth[new], index=corpus.posts["post_id"])
    rows, codebook = [], load_codebook(folder)
    for size in (400, 1000):
        held, widths, plain = [], [], []
        for seed in range(DRAWS):
            drawn = draw_sample(corpus, period=PERIOD, codebook=codebook, seed=seed, scores=scores,
                                size=size)
            value = drawn.sample["post_id"].map(is_true).astype(int)
            strata = drawn.sample.assign(found=value).groupby("stratum").agg(
                posts=("stratum_posts", "first"), coded=("post_id", "size"), found=("found", "sum"))
            told = estimate_share(strata["posts"], strata["coded"], strata["found"])
            held.append(told.low <= is_true.mean() <= told.high)
            widths.append(told.high - told.low)
            low, high = limit_share(np.array([size]), np.array([round(size * is_true.mean())]))
            plain.append(float((high - low)[0]))
        what = f"{name}, {is_true.mean():.1%} of {len(new)} posts, {size} codes"
        rows += [row(f"{what}: intervals that hold the true share", float(np.mean(held)), 0.95, "what they promise"),
                 row(f"{what}: median width", float(np.median(widths)), float(np.median(plain)),
                     "a plain random sample (binomial)")]
    return rows


def _corpus(texts: pd.Series) -> object:
    from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame

    arenas = [f"T-{i % 40:03d}" for i in range(len(texts))]
    posts = pd.DataFrame({"post_id": [f"{a}:{i}" for i, a in enumerate(arenas)], "arena_id": arenas,
                          "account_id": [f"a-{i}" for i in range(len(texts))], "text": texts.to_numpy()})
    posts = posts.assign(platform="reddit", kind="comment", source_id="labels",
                         posted_at=pd.Timestamp(FIRST_DAY, tz="UTC"))
    posts = posts.reindex(columns=list(POST_COLUMNS)).astype(POST_COLUMNS)
    codes = pd.DataFrame({"arena_id": sorted(set(arenas)), "platform": "reddit", "kind": "group", "access": "open"})
    return Corpus(posts=posts, links=empty_frame(LINK_COLUMNS),
                  arenas=codes.reindex(columns=list(ARENA_COLUMNS)).astype(ARENA_COLUMNS))
