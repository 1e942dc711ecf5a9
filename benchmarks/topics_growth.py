"""Time and memory of topics as a corpus grows, on posts of the made-up city."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.measuring import Row, in_fresh_process, locked_python, row

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
SEED_POSTS = 20_000

# grown texts are nearly all different: each is a post and a few words of another of a nearby arena
_GROW = """
import sys
import numpy as np, pandas as pd
from workbench.tables.posts import Corpus
posts, size = pd.read_parquet(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(1)
written = posts[posts["text"].notna()].sort_values(["arena_id", "post_id"], ignore_index=True)
first = rng.integers(0, len(written) - 1, size)
texts = written["text"].to_numpy(object)
near = np.clip(first + rng.integers(-500, 500, size), 0, len(written) - 1)
parts = [(texts[i], texts[j].split()) for i, j in zip(first, near)]
where = rng.random(size)
grown = written.iloc[first].assign(post_id=[f"G:{i:07d}" for i in range(size)],
                                   text=[" ".join([a, *b[int(w * len(b)):][:3]]) for (a, b), w in zip(parts, where)])
grown = grown.astype({"post_id": "string", "text": "string"}).reset_index(drop=True)
del parts, texts, first, near
corpus = Corpus(grown, pd.DataFrame(), pd.DataFrame())
"""
_MODEL = """
import time, resource
from workbench.topics import model_topics
begun = time.perf_counter()
topics = model_topics(corpus, seed=1)
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, len(topics.topics))
"""


def _city(folder: Path) -> Path:
    from workbench.city import build_city
    from workbench.settings import read_settings
    from workbench.sources import import_exports, load_corpus
    from workbench.starting import start_study

    start_study(folder / "city")
    build_city(folder / "city" / "data" / "raw", seed=1, posts=SEED_POSTS)
    import_exports([folder / "city" / "data" / "raw"], settings=read_settings(folder / "city"))
    path = folder / "posts.parquet"
    load_corpus(folder / "city").posts.to_parquet(path)
    return path


def measure(folder: Path) -> list[Row]:
    """Time `model_topics` from 10,000 to a million posts, each in a process of its own."""
    posts = _city(folder)
    rows, taken = [], []
    nobody = "no peer: BERTopic out of the box is measured in topics_speed"
    for size in SIZES:
        _, _, printed = in_fresh_process(_GROW + _MODEL, str(posts), str(size), python=locked_python())
        took, memory, topics = (float(v) for v in printed.split())
        taken.append(took)
        rows += [row(f"{size:,} posts: seconds", took, None, nobody, topics=topics),
                 row(f"{size:,} posts: peak megabytes", memory, None, nobody)]
    exponent = np.polyfit(np.log(SIZES), np.log(taken), 1)[0]
    return [*rows, row("exponent of time by posts", float(exponent), None, nobody)]
