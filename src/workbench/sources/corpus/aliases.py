"""What else an account is known by, in pseudonyms, and which accounts are to be forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from workbench.sources.corpus.preparing import Prepared
from workbench.sources.readers.records import Batch
from workbench.sources.redaction.pseudonyms import pseudonyms

# One row per other name of an account: `account_id` as in posts, `alias` the pseudonym of a handle or name
ACCOUNT_COLUMNS: dict[str, str] = {
    "platform": "string", "account_id": "string", "alias": "string",
    "is_handle": "boolean",  # whether the alias is a handle, and the account known by its id
}


def read_aliases(batch: Batch, *, platform: str, key: bytes) -> pd.DataFrame:
    """Return what else the accounts of a batch are known by, columns `ACCOUNT_COLUMNS`.

    Without it an account that an export shows by its id could not be found by its handle, and so not be
    forgotten.
    """
    known = batch.posts[["account_via", "account", "handle", "shown_name"]].drop_duplicates()
    account = pseudonyms(key, platform, known["account_via"], known["account"])
    found = []
    for column, via in (("handle", "handle"), ("shown_name", "name")):
        alias = pseudonyms(key, platform, pd.Series(via, index=known.index, dtype="string"), known[column])
        is_handle = known["account_via"].eq("account") & (via == "handle")
        found.append(pd.DataFrame({"account_id": account, "alias": alias, "is_handle": is_handle}))
    rows = pd.concat(found, ignore_index=True).dropna().drop_duplicates()
    return rows[rows["account_id"] != rows["alias"]].assign(platform=platform)[list(ACCOUNT_COLUMNS)].astype(
        ACCOUNT_COLUMNS)


def joined_accounts(aliases: pd.DataFrame) -> dict[str, str]:
    """Return the account that a handle stands for, by the pseudonym of the handle; none where it had two owners."""
    handles = aliases[aliases["is_handle"].fillna(False).astype(bool)].drop_duplicates(["account_id", "alias"])
    own = handles[~handles["alias"].duplicated(keep=False) & ~handles["alias"].isin(handles["account_id"])]
    return dict(zip(own["alias"], own["account_id"], strict=True))


def join_aliases(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return each alias once, in a fixed order."""
    frames = [part for part in parts if len(part)]
    if not frames:
        return pd.DataFrame(columns=list(ACCOUNT_COLUMNS)).astype(ACCOUNT_COLUMNS)
    return pd.concat(frames).drop_duplicates().sort_values(list(ACCOUNT_COLUMNS), ignore_index=True)


def drop_forgotten(prepared: Prepared, forgotten: frozenset[str], titles: frozenset[str],
                   arenas: np.ndarray) -> tuple[Prepared, int]:
    """Leave out the posts of forgotten accounts and what points at them.

    Parameters
    ----------
    forgotten
        Pseudonyms.
    titles
        Pseudonyms of what their pages were called.
    arenas
        Per arena of the batch: whether it is the page or chat of a forgotten account.

    Returns
    -------
    prepared, dropped
        What stays, and the number of posts left out.
    """
    if not (forgotten or titles):
        return prepared, 0
    posts = prepared.posts
    gone = posts["account_id"].isin(forgotten).to_numpy(dtype=bool) | arenas[posts["arena"]]
    links = prepared.links
    links = links[~links["row"].isin(posts.loc[gone, "row"]) & ~points_at(links["target"], forgotten | titles)]
    return replace(prepared, posts=posts[~gone], links=links), int(gone.sum())


def points_at(targets: pd.Series, forgotten: Iterable[str]) -> pd.Series:
    """Return which targets are, or hold, one of these pseudonyms."""
    found = targets.str.extract(r"(a-[0-9a-f]{16})", expand=False)
    return found.isin(list(forgotten)).astype(bool)
