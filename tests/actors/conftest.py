"""A small corpus made by hand, for what the tests plant in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus

START = pd.Timestamp("2025-07-01", tz="UTC")


def pseudonym(value: str) -> str:
    return hashlib.blake2b(value.encode(), digest_size=8).hexdigest()


def build_corpus(arenas: Sequence[str] | dict[str, dict[str, Any]], posts: Sequence[dict[str, Any]] = (),
                 links: Sequence[tuple[str, str, str, str]] = ()) -> Corpus:
    """Build a corpus; arena keys are pseudonyms of `id <code>`, `handle <code>` and `title <code>`."""
    given = arenas if isinstance(arenas, dict) else {code: {} for code in arenas}
    rows = [{"arena_id": code, "platform": "telegram", "kind": "channel", "access": "open", "title": f"Title {code}",
             "native_key": pseudonym(f"id {code}"), "handle_key": pseudonym(f"handle {code}"),
             "title_key": pseudonym(f"title {code}"), **more} for code, more in given.items()]
    platforms = {row["arena_id"]: row["platform"] for row in rows}
    made = [{"kind": "post", "posted_at": START + pd.Timedelta(minutes=i), "source_id": "s", **post,
             "platform": platforms[post["arena_id"]]} for i, post in enumerate(posts)]
    return Corpus(
        posts=pd.DataFrame(made).reindex(columns=list(POST_COLUMNS)).astype(POST_COLUMNS),
        links=pd.DataFrame(list(links), columns=list(LINK_COLUMNS)).astype(LINK_COLUMNS),
        arenas=pd.DataFrame(rows).reindex(columns=list(ARENA_COLUMNS)).astype(ARENA_COLUMNS),
    )


def build_forwards(weights: dict[tuple[str, str], int], *, arenas: Sequence[str] = ()) -> Corpus:
    """Build a corpus in which arena `target` forwards `weight` posts of `source`, by native id."""
    codes = sorted(set(arenas) | {code for pair in weights for code in pair if not code.startswith("outside")})
    posts, links = [], []
    for (source, target), weight in weights.items():
        for k in range(weight):
            post = f"{target}:{source}-{k}"
            posts.append({"post_id": post, "arena_id": target})
            links.append((post, "forward", pseudonym(f"id {source}"), "id"))
    return build_corpus(codes, posts, links)


def build_planted(groups: int = 3, size: int = 8, *, inside: int = 6, seed: int = 1) -> dict[tuple[str, str], int]:
    """Return ties of groups that forward within themselves, joined by one weak tie each."""
    rng = np.random.default_rng(seed)
    codes = [[f"T-{g * size + i + 1:03d}" for i in range(size)] for g in range(groups)]
    ties = {(a, b): int(rng.integers(inside, 2 * inside)) for members in codes for a in members for b in members
            if a != b and rng.random() < 0.6}
    for g in range(groups):
        ties[codes[g][0], codes[(g + 1) % groups][1]] = 1
    return ties


@pytest.fixture
def corpus_of() -> Callable[..., Corpus]:
    return build_corpus


@pytest.fixture
def forwards_of() -> Callable[..., Corpus]:
    return build_forwards


@pytest.fixture
def planted() -> Callable[..., dict[tuple[str, str], int]]:
    return build_planted


@pytest.fixture
def key_of() -> Callable[[str], str]:
    return pseudonym


@pytest.fixture
def shuffled() -> Callable[[Corpus], Corpus]:
    def shuffle(corpus: Corpus) -> Corpus:
        frames = [f.sample(frac=1, random_state=i).reset_index(drop=True)
                  for i, f in enumerate((corpus.posts, corpus.links, corpus.arenas))]
        return Corpus(*frames)
    return shuffle
