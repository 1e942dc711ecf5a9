"""The rule by which a set of posts may be published as a count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.tables.posts import Corpus, author_of

PUBLISHER_KINDS = ("channel", "page")
LARGEST_AUTHOR = 0.5  # of people's posts
LARGEST_PUBLISHER = 0.75  # of all posts


@dataclass(frozen=True)
class Rule:
    """How many authors and arenas a published count of posts needs.

    Attributes
    ----------
    minimum_authors
        Of people's posts.
    minimum_arenas
        Of people's posts, and of all posts.
    """

    minimum_authors: int = 5
    minimum_arenas: int = 3


@dataclass(frozen=True)
class PostIndex:
    """Who wrote each post of a corpus and where, by hash.

    Attributes
    ----------
    posts
        64-bit hashes of the post ids, sorted.
    authors
        Number of the author; -1 where a publisher speaks.
    arenas
        Number of the arena; arenas joined by `successor_of` have one number.
    """

    posts: np.ndarray
    authors: np.ndarray
    arenas: np.ndarray

    @property
    def is_publisher(self) -> np.ndarray:
        """Whether each post is a publisher's."""
        return self.authors < 0

    @property
    def edges(self) -> tuple[int, int, int]:
        """Return where the column blocks of a profile end: authors, people's arenas, publishers' arenas."""
        authors, arenas = int(self.authors.max(initial=-1)) + 1, int(self.arenas.max(initial=-1)) + 1
        return authors, authors + arenas, authors + 2 * arenas


def index_posts(corpus: Corpus) -> PostIndex:
    """Index the posts of a corpus by the hash of their id.

    A post is a publisher's where an open channel or page itself speaks: it has no account. All others are people's:
    groups, chats, comments, closed channels, and posts with an account in what an export calls a channel (Discord
    does). A closed channel without accounts is one author.
    """
    posts = corpus.posts
    arenas = corpus.arenas.set_index("arena_id")
    before = {str(a): str(old) for a, old in arenas["successor_of"].dropna().items()}
    root = posts["arena_id"].map({a: first_of_line(str(a), before) for a in arenas.index}).astype("string")
    speaks = arenas.index[arenas["kind"].isin(PUBLISHER_KINDS) & arenas["access"].eq("open").fillna(False)]
    is_publisher = (posts["account_id"].isna() & posts["arena_id"].isin(speaks)).to_numpy(dtype=bool)
    author = pd.factorize(author_of(posts.assign(arena_id=root)).mask(is_publisher))[0]
    keys = pd.util.hash_pandas_object(posts["post_id"].astype(object), index=False).to_numpy(np.uint64)
    order = np.argsort(keys)
    return PostIndex(keys[order], author[order], pd.factorize(root)[0][order])


def passes(index: PostIndex, posts: np.ndarray, rule: Rule) -> bool:
    """Tell whether a set of posts may be published as a count (`passing`, for one set)."""
    return bool(passing(index, [posts], rule)[0])


def passing(index: PostIndex, sets: Sequence[np.ndarray], rule: Rule) -> np.ndarray:
    """Tell which sets of posts may be published as counts.

    People's posts need enough authors, none with more than half of them, and enough arenas. Publishers' posts need
    enough arenas, none with more than 75 %. A set with both kinds passes if people's posts pass on their own, the
    whole has enough arenas and no publisher has more than 75 % of the whole.

    A post that is not in the corpus cannot vouch: it adds no author and no arena, and counts as one more of people's
    posts by whoever already has most. A set without posts passes: a printed 0 tells of nobody.

    Parameters
    ----------
    index
        The posts of the corpus.
    sets
        Hashes of post ids, each set sorted and without repeats.

    Returns
    -------
    passing
        One truth value a set.

    Notes
    -----
    Blueprint §0a, small cells.
    """
    from scipy import sparse

    if not sets:
        return np.zeros(0, dtype=bool)
    keys, columns = np.unique(np.concatenate([np.asarray(s, dtype=np.uint64) for s in sets]), return_inverse=True)
    edges = np.concatenate([[0], np.cumsum([len(s) for s in sets])])
    within = sparse.csr_array((np.ones(len(columns), dtype=np.int64), columns, edges), shape=(len(sets), len(keys)))
    return judge(within @ profile_posts(index, keys), index, rule)


def profile_posts(index: PostIndex, posts: np.ndarray) -> Any:
    """Return one sparse row a post: its author, its arena as people's or publishers', or that it is not in the corpus.

    Sums of these rows are profiles of sets, differences of profiles are those of nested sets; `judge` reads both.
    """
    from scipy import sparse

    authors, people, publishers = index.edges
    at = np.searchsorted(index.posts, posts)
    is_there = np.zeros(len(posts), dtype=bool)
    near = at < len(index.posts)
    is_there[near] = index.posts[at[near]] == np.asarray(posts)[near]
    at = at[is_there]
    author, arena = np.full((2, len(posts)), -1)
    author[is_there], arena[is_there] = index.authors[at], index.arenas[at]
    is_publisher = is_there.copy()
    is_publisher[is_there] = index.is_publisher[at]
    is_people = is_there & ~is_publisher
    row = np.arange(len(posts))
    rows = [row[is_people], row[is_people], row[is_publisher], row[~is_there]]
    columns = [author[is_people], authors + arena[is_people], people + arena[is_publisher],
               np.full(int((~is_there).sum()), publishers)]
    where = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_array((np.ones(len(where[0]), dtype=np.int64), where), shape=(len(posts), publishers + 1))


def judge(profiles: Any, index: PostIndex, rule: Rule) -> np.ndarray:
    """Tell which profiles pass the rule (`passing` says it in words)."""
    profiles = profiles.tocsc()
    authors, people, publishers = index.edges
    by_author, largest, posts = _weigh(profiles[:, :authors])
    by_people, _, _ = _weigh(profiles[:, authors:people])
    _, speaker, spoken = _weigh(profiles[:, people:publishers])
    by_arena, _, _ = _weigh(profiles[:, authors:people] + profiles[:, people:publishers])
    unknown = profiles[:, publishers:].sum(axis=1)
    people_total, total = posts + unknown, posts + spoken + unknown
    people_pass = ((people_total == 0) | ((by_author >= rule.minimum_authors) & (by_people >= rule.minimum_arenas)
                                          & (largest + unknown <= LARGEST_AUTHOR * people_total)))
    whole_passes = (by_arena >= rule.minimum_arenas) & (speaker <= LARGEST_PUBLISHER * total)
    return np.asarray((total == 0) | (people_pass & whole_passes))


def _weigh(block: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how many columns of each row are filled, the largest and the sum."""
    block = block.tocsr()
    block.eliminate_zeros()
    most = block.max(axis=1).toarray().ravel() if block.shape[1] else np.zeros(block.shape[0])
    return np.diff(block.indptr), most, np.asarray(block.sum(axis=1))


def first_of_line(arena: str, before: Mapping[str, str]) -> str:
    """Return the arena that the line of an arena began with, by what each arena was before."""
    seen = set()
    while arena not in seen and before.get(arena, arena) != arena:
        seen.add(arena)
        arena = before[arena]
    return arena
