"""Made-up studies to code in: a corpus with threads, a codebook, a sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from tests.speech_worlds import make_codebook
from workbench.speech import draw_sample, save_sample
from workbench.speech.desk import Desk
from workbench.tables.codebook import Codebook
from workbench.tables.posts import LINK_COLUMNS, Corpus
from workbench.wording import open_wording

KEYS = ("attack", "hate", "recognition", "marker.threat", "marker.insult", "ground.religion", "target.police", "harm.weapons")
PERIOD = "2025Q3"


def make_book() -> Codebook:
    return make_codebook(KEYS)


def make_study(make_corpus: Any, folder: Path, *, posts: int = 30, size: int = 30, double: int = 10,
               scores: pd.DataFrame | None = None) -> Corpus:
    """Fill a folder with a sample; post i of arena i % 3 says "text i"."""
    rows = [(f"T-00{i % 3}", f"a-{i % 7}", f"2025-07-{1 + i // 24:02d} {i % 24:02d}:00", f"text {i}") for i in range(posts)]
    corpus = make_corpus(rows)
    save_sample(folder, PERIOD, draw_sample(corpus, period=PERIOD, codebook=make_book(), seed=1, size=size, double=double,
                                            scores=scores))
    return corpus


def link(corpus: Corpus, replies: dict[str, str]) -> Corpus:
    """Make posts answers to others."""
    links = pd.DataFrame({"post_id": list(replies), "relation": "reply", "target": list(replies.values()), "target_kind": "post"})
    return Corpus(posts=corpus.posts, links=links.astype(LINK_COLUMNS), arenas=corpus.arenas)


def sit(corpus: Corpus, folder: Path, coder: str = "coder 1", *, language: str = "en") -> Desk:
    return Desk(corpus, folder, period=PERIOD, coder=coder, codebook=make_book(), wording=open_wording(language))


def begin(desk: Desk) -> dict[str, Any]:
    """Begin, and return the page that is shown."""
    desk.take({"kind": "ready"})
    return desk.take({"kind": "begin", "blur": False})[0]


def say(desk: Desk, page: dict[str, Any], values: dict[str, bool | None] | None = None, **more: Any) -> dict[str, Any]:
    """Answer, and return what is shown next."""
    return desk.take({"kind": "answer", "post": page["post"], "values": values or {}, "seconds": 4.0, "note": "", **more})[0]
