"""Who shared which thing when: one small table that every kind of sharing fits."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from workbench.actors.copies import find_copies
from workbench.actors.ties import find_in, plain
from workbench.errors import TableError
from workbench.tables.posts import UTC, Corpus, is_written

RELATIONS = ("forward", "url", "hashtag", "reply", "copy")
SHARE_COLUMNS: dict[str, str] = {
    "actor_id": "string",
    "object_id": "string",  # what was shared; stays inside, it may be a text or an address
    "shared_at": UTC,
    "post_id": "string",
}


def find_shares(corpus: Corpus, *, relation: str, actors: Literal["account", "arena"] = "account") -> pd.DataFrame:
    """Find who shared which thing when, for one kind of sharing.

    Parameters
    ----------
    relation
        forward: the same post of the same source (by source and text; the export does not say
        which post was forwarded, so forwards without text are left out). url: the same address.
        hashtag. reply: an answer to the same post. copy: the same text or nearly so, as
        `find_copies` sees it; forwards are left out, they are copies by nature.
    actors
        account: who posts is the account, or the arena where a broadcast channel speaks for
        itself. arena: it is the arena where the post stands.

    Returns
    -------
    shares
        One row per post and thing, columns `SHARE_COLUMNS`; service rows are left out.

    Raises
    ------
    TableError
        If `relation` or `actors` is unknown.
    """
    if relation not in RELATIONS or actors not in ("account", "arena"):
        raise TableError(f"find_shares: unknown relation {relation!r} or actors {actors!r}; relations are "
                         f"{', '.join(RELATIONS)}, actors account or arena.")
    posts = corpus.posts[is_written(corpus.posts)]
    links = corpus.links[["post_id", "relation", "target", "target_kind"]].dropna(subset=["target"])
    forwards = links[links["relation"] == "forward"]
    if relation == "copy":
        posts = posts[~_is_in(posts["post_id"], forwards["post_id"])]
        made = posts.assign(object_id=find_copies(posts["text"])).dropna(subset=["object_id"])
    elif relation == "forward":
        made = posts.merge(forwards, on="post_id").dropna(subset=["text"])
        # a pseudonym holds no blank, so source and text cannot run into each other
        made["object_id"] = made["target"].str.cat(made["text"], sep=" ")
    else:
        wanted = links[(links["relation"] == relation) & ((relation != "reply") | (links["target_kind"] == "post"))]
        made = posts.merge(wanted.rename(columns={"target": "object_id"}), on="post_id")
    speaker = made["arena_id"] if actors == "arena" else made["account_id"].fillna(made["arena_id"])
    shares = made.assign(actor_id=speaker, shared_at=made["posted_at"])[list(SHARE_COLUMNS)].astype(SHARE_COLUMNS)
    return shares.drop_duplicates(["post_id", "object_id"], ignore_index=True)


def count_left_out(corpus: Corpus, shares: pd.DataFrame, *, relation: str) -> int:
    """Return how many posts of a kind of sharing have nothing by which they could be compared."""
    posts = corpus.posts.loc[is_written(corpus.posts), "post_id"]
    is_copy = relation == "copy"
    linked = corpus.links.loc[corpus.links["relation"] == ("forward" if is_copy else relation), "post_id"]
    of_kind = posts[_is_in(posts, linked) != is_copy]
    return int((~_is_in(of_kind, shares["post_id"])).sum())


def _is_in(values: pd.Series, among: pd.Series) -> np.ndarray:
    """Return whether each text is among others; many times faster than pandas, which reads them one by one."""
    return find_in(plain(values), plain(among.drop_duplicates())) >= 0
