"""Posts a second: a million posts scored by the baseline in a fresh process, beside scikit-learn on like pieces."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measuring import Row, in_fresh_process, row, seconds
from benchmarks.speech_sets import NO_SET, read_lcc

POSTS = 1_000_000
CODED = 1_500
CODES = (1, 40)
PEER_POSTS = 20_000
PEER = "TfidfVectorizer (pieces of words) and logistic regression, scikit-learn"
_SCORE = """
import sys, time
from pathlib import Path
import pandas as pd
from workbench.speech import load_model, score_speech
from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, Corpus, empty_frame
posts = pd.read_parquet(sys.argv[1])
corpus, model = Corpus(posts, empty_frame(LINK_COLUMNS), empty_frame(ARENA_COLUMNS)), load_model(Path(sys.argv[2]))
begun = time.perf_counter()
scores = score_speech(corpus, model)
assert len(scores) == len(posts)
print(time.perf_counter() - begun)
"""


def make_posts(number: int, *, seed: int) -> pd.DataFrame:
    """Make posts out of the halves of sentences, no two alike; a tenth are forwarded word for word."""
    found = read_lcc()
    sentences = (found if found is not None else pd.Series(dtype=object)).tolist() or _made_up(seed)
    halves = [" ".join(words[i:i + 9]) for words in map(str.split, sentences) for i in range(0, len(words), 9)]
    rng = np.random.default_rng(seed)
    first, second = (rng.integers(0, len(halves), number) for _ in range(2))
    texts = [f"{halves[a]} {halves[b]} {i % 977}" for i, (a, b) in enumerate(zip(first, second, strict=True))]
    again = rng.integers(0, number, number // 10)
    for i, j in enumerate(again):
        texts[i] = texts[j]
    posts = pd.DataFrame({"post_id": [f"T-001:{i}" for i in range(number)], "text": texts, "kind": "post"})
    return posts.astype("string")


def measure(folder: Path) -> list[Row]:
    """Train on posts with codes at random, which costs as much as any; score a million."""
    from workbench.speech import save_model, train_baseline

    posts = make_posts(POSTS, seed=1)
    posts.to_parquet(folder / "posts.parquet", index=False)
    rows: list[Row] = [row("letters a post", float(posts["text"].str.len().mean()), None, ""),
                       row("different texts", float(posts["text"].nunique()), None, "")]
    if read_lcc() is None:
        rows.append(row("Danish sentences", float("nan"), None, f"{NO_SET}: words are made up"))
    rng = np.random.default_rng(2)
    coded = posts.sample(CODED, random_state=3).set_index("post_id")["text"]
    groups = pd.Series([f"A-{i}" for i in rng.integers(0, 15, CODED)], index=coded.index)
    peer = _peer(coded.tolist(), posts["text"].tolist(), rng)
    for codes in CODES:
        labels = pd.DataFrame({f"code{i}": rng.random(CODED) < 0.1 for i in range(codes)}, index=coded.index)
        begun = time.perf_counter()
        save_model(train_baseline(coded, labels, groups=groups, seed=1), folder / "model")
        rows.append(row(f"{codes} codes: seconds to train on {CODED:,} posts", time.perf_counter() - begun, None, ""))
        whole, peak, printed = in_fresh_process(_SCORE, str(folder / "posts.parquet"), str(folder / "model"))
        rate = POSTS / float(printed)
        rows += [row(f"{codes} codes: seconds for a million posts", float(printed), POSTS / peer, PEER),
                 row(f"{codes} codes: posts a second", rate, peer, PEER),
                 row(f"{codes} codes: times as fast", rate / peer, 1.0, PEER),
                 row(f"{codes} codes: seconds with start-up and reading", whole, None, ""),
                 row(f"{codes} codes: peak megabytes", peak, None, "")]
    return rows


def _peer(coded: list[str], texts: list[str], rng: np.random.Generator) -> float:
    """Return the posts a second of scikit-learn's vectorizer on the same kinds of pieces, with one code."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    pieces = make_union(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
                        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True))
    model = make_pipeline(pieces, LogisticRegression(max_iter=200)).fit(coded, rng.random(len(coded)) < 0.1)
    return PEER_POSTS / seconds(lambda: model.predict_proba(texts[:PEER_POSTS]))


def _made_up(seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    words = ["".join(rng.choice(list("abdefghijklmnoprstuvyæøå"), rng.integers(2, 9))) for _ in range(20_000)]
    return [" ".join(rng.choice(words, 12)) for _ in range(20_000)]
