"""The arenas in one table: what they are, how large, since when, and what became of them."""

from __future__ import annotations

import pandas as pd

from workbench.tables.actors import ActorNetwork
from workbench.tables.looking import LISTED_ARENA_COLUMNS
from workbench.tables.posts import Corpus, author_of, is_written


def list_arenas(corpus: Corpus, *, network: ActorNetwork | None = None, changes: pd.DataFrame | None = None,
                lineage: pd.DataFrame | None = None) -> pd.DataFrame:
    """List the arenas of a corpus, the largest first; their titles are not in it.

    Parameters
    ----------
    network
        Of `link_forwards` for the same posts; None: the two columns of forwards are missing.
    changes
        Of `find_arena_changes`; None: `renamed` and `went_private` are missing. They are missing, too, of arenas of
        which nothing tells.
    lineage
        Of `find_lineage`; None: `reopened_as` is missing.

    Returns
    -------
    arenas
        One row per arena, also one without posts, columns `LISTED_ARENA_COLUMNS`.
    """
    posts = corpus.posts[is_written(corpus.posts)]
    posts = posts.assign(author=author_of(posts))
    by_arena = posts.groupby("arena_id")
    most = posts.groupby(["arena_id", "author"]).size().groupby("arena_id").max()
    told = by_arena.agg(posts=("post_id", "size"), authors=("author", "nunique"), first_post=("posted_at", "min"),
                        last_post=("posted_at", "max"))
    told["largest"] = most / told["posts"]
    table = corpus.arenas.set_index("arena_id").join(told)
    table[["posts", "authors"]] = table[["posts", "authors"]].fillna(0)
    if network is not None:
        ways = {"forwards_in": "target", "forwards_out": "source"}
        for name, end in ways.items():
            counts = network.ties["posts"].map(len).groupby(network.ties[end]).sum()
            table[name] = counts.reindex(table.index, fill_value=0)
    if changes is not None:
        for name, change in {"renamed": "renamed", "went_private": "went_private"}.items():
            own = changes[changes["change"].eq(change)]
            counts = own["happened"].astype(int).groupby(own["arena_id"]).sum().reindex(table.index)
            table[name] = counts.gt(0).astype("boolean").mask(counts.isna()) if name == "went_private" else counts
    if lineage is not None:
        heirs = lineage.drop_duplicates("arena_id").set_index("arena_id")["successor"]
        table["reopened_as"] = heirs.reindex(table.index)
    listed = table.reset_index().reindex(columns=list(LISTED_ARENA_COLUMNS)).astype(LISTED_ARENA_COLUMNS)
    return listed.sort_values(["posts", "arena_id"], ascending=[False, True], ignore_index=True)
