"""What was said, each distinct text once, in the arena of the panel where it stood first (blueprint §0a, M9)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.findings.counting_rule import first_of_line
from workbench.tables.posts import Corpus

LEAST_WORDS = 5  # shorter texts are nobody's copy: many people write them by themselves
MINIMUM_POSTS = 20


def select_panel(posts: pd.DataFrame, *, quarters: tuple[str, str]) -> pd.DataFrame:
    """Return the distinct posts of the arenas followed in both quarters.

    An arena is followed if 20 distinct posts or more stood in it first in either quarter; which those are depends on
    who is in the panel, so arenas that fall below are left out and all is counted again. A text that returns in
    another quarter counts once in each: counted in the first alone, whatever is said every quarter would fall.

    Parameters
    ----------
    posts
        Columns `said` (number of the text), `unit` (of the arena) and `quarter`, in order of time.
    quarters
        The two that are compared; posts of others are kept where their arena is in the panel.
    """
    inside = None
    while True:
        part = (posts if inside is None else posts[posts["unit"].isin(inside)]).drop_duplicates(["quarter", "said"])
        counts = part.groupby(["unit", "quarter"]).size().unstack(fill_value=0).reindex(columns=quarters, fill_value=0)
        enough = set(counts.index[(counts >= MINIMUM_POSTS).all(axis=1)])
        if inside is None:  # who has too few posts of any kind never counts
            every = posts.groupby(["unit", "quarter"]).size().unstack(fill_value=0)
            every = every.reindex(columns=quarters, fill_value=0)
            inside = set(every.index[(every >= MINIMUM_POSTS).all(axis=1)])
        elif enough == inside:
            return part
        else:
            inside = enough


def number_texts(corpus: Corpus, posts: pd.DataFrame, copies: pd.Series | None = None) -> pd.Series:
    """Return a number for what each post says; forwards and copies of it have the same.

    Texts are alike if their words are, whatever their case, punctuation, emoji and addresses; those of fewer than
    five words only where a post passes them on.

    Parameters
    ----------
    corpus
        Its links tell which posts are forwards.
    posts
        Some of its posts.
    copies
        By post id, the same number for near copies (`actors.find_copies` of texts by post id); None: only texts with
        the same words are copies.

    Returns
    -------
    said
        By the index of `posts`; missing where a post passes on what nobody can tell: a forward without text.
    """
    passed_on = posts["post_id"].isin(corpus.links.loc[corpus.links["relation"] == "forward", "post_id"]).to_numpy()
    words = _plain_words(posts["text"])
    lengths = words.str.count(" ").fillna(-1).to_numpy(float, na_value=-1) + words.ne("").fillna(False).to_numpy(bool)
    is_text = (lengths >= LEAST_WORDS) | (passed_on & (lengths > 0))
    key = ("post:" + posts["post_id"]).mask(is_text, "text:" + words).mask(passed_on & (lengths <= 0))
    if copies is not None:
        near = posts["post_id"].map(copies)
        key = key.mask(near.notna(), "copy:" + near.astype("string"))
    repeats = corpus.links[corpus.links["relation"] == "repeats"].drop_duplicates("post_id")
    if len(repeats):
        shown = posts["post_id"].map(repeats.set_index("post_id")["target"])
        key = key.fillna("same:" + shown.astype("string"))
    numbers = pd.factorize(key)[0]
    return pd.Series(numbers, index=posts.index).where(numbers >= 0).astype("Int64")


def _plain_words(texts: pd.Series) -> pd.Series:
    """Return the words of each text in small letters, without addresses and signs; empty where there is no text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pa.array(texts.fillna(""), type=pa.large_string())
    words = words.combine_chunks() if isinstance(words, pa.ChunkedArray) else words
    for pattern, instead in ((r"(https?://|www\.)\S+", " "), (r"[^\p{L}\p{N}]+", " ")):
        words = pc.replace_substring_regex(words, pattern, instead)
    plain = pc.utf8_trim_whitespace(pc.utf8_lower(words))
    return pd.Series(plain.to_pandas().to_numpy(object), index=texts.index, dtype="string")


def unite_arenas(corpus: Corpus, lineage: pd.DataFrame | None) -> pd.Series:
    """Return which unit each arena belongs to: arenas that reopened under another name are one with their heirs."""
    before = {str(a): str(old) for a, old in corpus.arenas.set_index("arena_id")["successor_of"].dropna().items()}
    if lineage is not None:
        before |= {str(heir): str(old) for old, heir in zip(lineage["arena_id"], lineage["successor"], strict=True)}
    every = corpus.arenas["arena_id"].astype(str)
    return pd.Series([first_of_line(a, before) for a in every], index=every)


def join_groups(units: pd.Series, together: pd.DataFrame | None) -> pd.Series:
    """Return which group each unit flips with: those known to be run together, and each other one by itself.

    Parameters
    ----------
    units
        By arena (`unite_arenas`).
    together
        Columns `actor_id` and `group`, and `window_seconds` where groups were looked for at several; accounts are
        passed over (`Coordination.members`).
    """
    from scipy import sparse

    names = np.array(sorted(set(units)))
    if together is None or together.empty:
        return pd.Series(names, index=names)
    members = together[together["actor_id"].isin(units.index)]
    by = [c for c in ("window_seconds", "group") if c in members]
    unit = np.searchsorted(names, members["actor_id"].map(units).to_numpy(str))
    group = members.groupby(by).ngroup().to_numpy() + len(names)
    size = len(names) + int(group.max(initial=0)) + 1
    graph = sparse.coo_matrix((np.ones(len(unit)), (unit, group)), shape=(size, size))
    part = sparse.csgraph.connected_components(graph, directed=False)[1][: len(names)]
    first = {p: names[i] for i, p in reversed(list(enumerate(part)))}
    return pd.Series([first[p] for p in part], index=names)
