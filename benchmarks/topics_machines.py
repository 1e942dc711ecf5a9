"""Whether topics are the same on other processors: kernels of older and newer families, and one or two threads."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.measuring import SHARED_DATA, Row, in_fresh_process, locked_python, row
from benchmarks.topics_speed import NO_SET, import_posts

SET = "tg_activeclubs"
# what OpenBLAS calls processors, and the instructions numpy then does without
FAMILIES = {"Nehalem": "X86_V3 X86_V4 AVX512_ICL", "Haswell": "X86_V4 AVX512_ICL", "Zen": "X86_V4 AVX512_ICL",
            "SkylakeX": "AVX512_ICL"}
_MODEL = """
import json, sys
import pandas as pd
from workbench.tables.posts import Corpus
from workbench.topics import model_topics
found = model_topics(Corpus(pd.read_parquet(sys.argv[1]), pd.DataFrame(), pd.DataFrame()), seed=1)
print(json.dumps([found.assignments["topic_id"].tolist(), found.assignments["confidence"].fillna(-1).tolist()]))
"""


def measure(folder: Path) -> list[Row]:
    """Model the same posts as several processors would, and compare the topics with those of this one."""
    from sklearn.metrics import adjusted_rand_score

    if not (SHARED_DATA / SET).is_dir():
        return [row(SET, 0, None, NO_SET)]
    posts = str(import_posts(SET, folder))
    here = _topics(posts, {})
    rows = []
    for threads in ("1", "2"):
        same = _topics(posts, {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}) == here
        rows.append(row(f"{SET}: the same to the last digit on {threads} threads", float(same), None, "this processor"))
    scores = []
    for family, without in FAMILIES.items():
        there = _topics(posts, {"OPENBLAS_CORETYPE": family, "NPY_DISABLE_CPU_FEATURES": without})
        scores.append(adjusted_rand_score(here[0], there[0]))
        rows.append(row(f"{SET}: ARI as on {family}", scores[-1], None, "this processor", same=there == here))
    return [*rows, row(f"{SET}: mean ARI over processors", float(np.mean(scores)), None, "this processor")]


def _topics(posts: str, settings: dict[str, str]) -> list[list[float]]:
    with _environment(settings):
        return list(json.loads(in_fresh_process(_MODEL, posts, python=locked_python())[2]))


@contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
