"""Find the arena that a forward or mention points at, by pseudonyms alone."""

from __future__ import annotations

import pandas as pd

from workbench.tables.posts import Corpus

KEY_OF_KIND = {"id": "native_key", "handle": "handle_key", "name": "title_key"}


def resolve_links(corpus: Corpus, relations: tuple[str, ...]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Resolve the links that point at an account or arena.

    Returns
    -------
    links
        One row per link: `post_id`, `relation`, `target`, `arena_id` (where the post stands),
        `found` (code of the arena pointed at; missing outside the corpus) and `is_shared`
        (the key belongs to two or more arenas, so `found` is missing).
    set_aside
        Links left out, by reason.
    """
    asked = corpus.links[corpus.links["relation"].isin(relations)]
    points = asked[asked["target_kind"].isin(list(KEY_OF_KIND)) & asked["target"].notna()]
    placed = points.merge(corpus.posts[["post_id", "platform", "arena_id"]], on="post_id")
    keys = pd.concat([
        corpus.arenas[["platform", column, "arena_id"]].rename(columns={column: "target", "arena_id": "found"})
        .assign(target_kind=pd.Series(kind, index=corpus.arenas.index, dtype="string"))
        for kind, column in KEY_OF_KIND.items()
    ]).dropna(subset=["target"])
    by = ["platform", "target_kind", "target"]
    keys["is_shared"] = keys.groupby(by)["found"].transform("nunique") > 1
    keys["found"] = keys["found"].mask(keys["is_shared"])
    links = placed.merge(keys.drop_duplicates(by), on=by, how="left")
    links["is_shared"] = links["is_shared"].astype("boolean").fillna(False).astype(bool)
    set_aside = {"points_at_no_account": len(asked) - len(points), "post_not_in_corpus": len(points) - len(placed)}
    return links[["post_id", "relation", "target", "arena_id", "found", "is_shared"]], set_aside
