"""From rows as sources hold them to posts, each once: field by field the newest that is known."""

from __future__ import annotations

import pandas as pd

from workbench.tables.posts import LINK_COLUMNS, POST_COLUMNS, POST_SOURCE_COLUMNS, VERSION_COLUMNS, empty_frame

_NEWEST = ["collected_at", "edited_at", "views"]
_OF_TEXT = ["text", "language", "said"]  # these three go together
# What an export tells; all else stands in the text
_TOLD = ("forward", "reply", "repeats", "titled", "retitled", "moved_from")
_TARGET_RANK = {"id": 0, "handle": 1, "name": 2}


def merge_posts(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Merge the rows of each post.

    Of every field the value stays that was collected last; missing never overwrites known.

    Parameters
    ----------
    rows
        Columns `store.ROW_COLUMNS`, and `said`.

    Returns
    -------
    posts, said
        Columns `POST_COLUMNS` but `missing_since`, in order of time and id; and what the text of each post says, by
        `post_id`.
    """
    several = rows["post_id"].duplicated(keep=False)
    posts = rows
    if several.any():
        many = rows[several].sort_values(["post_id", *_NEWEST], na_position="first", kind="stable")
        grouped = many.groupby("post_id", sort=False)
        merged = grouped.last()
        written = many[many["text"].notna()].groupby("post_id", sort=False).tail(1).set_index("post_id")
        for name in _OF_TEXT:
            merged.loc[written.index, name] = written[name]
        merged["source_id"] = grouped["source_id"].tail(1).to_numpy()
        posts = pd.concat([rows[~several], merged.reset_index()[rows.columns].astype(rows.dtypes)])
    posts = posts.sort_values(["posted_at", "post_id"], ignore_index=True)
    said = pd.Series(posts["said"].to_numpy(), index=posts["post_id"])
    return posts[[name for name in POST_COLUMNS if name in posts]], said


def list_versions(rows: pd.DataFrame, posts: pd.DataFrame, said: pd.Series) -> pd.DataFrame:
    """List the texts of posts other than the newest, columns `VERSION_COLUMNS`."""
    several = rows[rows["post_id"].duplicated(keep=False) & rows["text"].notna()]
    other = several[several["said"].to_numpy() != said.reindex(several["post_id"]).to_numpy()]
    if other.empty:
        return empty_frame(VERSION_COLUMNS)
    other = other.sort_values(["post_id", *_NEWEST], na_position="first", kind="stable")
    grouped = other.groupby(["post_id", "said"], sort=False)
    versions = grouped[["text", "edited_at", "source_id"]].last()
    versions["first_confirmed"] = grouped["first_confirmed"].min()
    versions["last_confirmed"] = grouped["collected_at"].max()
    versions = versions.reset_index()
    edited = versions["post_id"].map(posts.set_index("post_id")["edited_at"])
    by_time = edited.notna() & (versions["edited_at"].isna() | (versions["edited_at"] < edited))
    now = several[several["said"].to_numpy() == said.reindex(several["post_id"]).to_numpy()]
    shown = pd.MultiIndex.from_frame(now[["post_id", "source_id"]].drop_duplicates())
    of_one = pd.MultiIndex.from_frame(versions[["post_id", "source_id"]]).isin(shown)
    versions["why"] = (by_time | of_one).map({True: "edited", False: "differs"})
    typed: pd.DataFrame = versions[list(VERSION_COLUMNS)].astype(VERSION_COLUMNS)
    return typed.sort_values(["post_id", "last_confirmed", "first_confirmed", "text"], ignore_index=True)


def list_post_sources(rows: pd.DataFrame) -> pd.DataFrame:
    """List which source holds which post, and when it was confirmed there, columns `POST_SOURCE_COLUMNS`."""
    table = rows[["post_id", "source_id", "first_confirmed", "collected_at"]].rename(
        columns={"collected_at": "last_confirmed"})
    several = table.duplicated(["post_id", "source_id"], keep=False)
    if several.any():
        grouped = table[several].groupby(["post_id", "source_id"], sort=False)
        joined = grouped.agg(first_confirmed=("first_confirmed", "min"), last_confirmed=("last_confirmed", "max"))
        table = pd.concat([table[~several], joined.reset_index()])
    return table.astype(POST_SOURCE_COLUMNS).sort_values(["post_id", "source_id"], ignore_index=True)


def merge_links(links: pd.DataFrame, rows: pd.DataFrame, said: pd.Series) -> pd.DataFrame:
    """Return the relations of each post once, columns `LINK_COLUMNS`.

    What stands in the text is that of the newest one. What exports tell counts of every source, but of a forward, of
    which one export names the id and another one the handle, the id.

    Parameters
    ----------
    links
        Columns `LINK_COLUMNS`, `source_id` and `said`.
    """
    several = links["post_id"].isin(rows.loc[rows["post_id"].duplicated(keep=False), "post_id"])
    if several.any():
        many = links[several]
        is_current = many["said"].to_numpy() == said.reindex(many["post_id"]).to_numpy()
        many = many[is_current | many["relation"].isin(_TOLD).to_numpy()].drop_duplicates(list(LINK_COLUMNS))
        rank = many["target_kind"].map(_TARGET_RANK).fillna(len(_TARGET_RANK))
        best = rank.groupby([many["post_id"], many["relation"]]).transform("min")
        many = many[(many["relation"] != "forward") | (rank == best)]
        links = pd.concat([links[~several], many])
    columns = list(LINK_COLUMNS)
    return links[columns].astype(LINK_COLUMNS).sort_values(columns, ignore_index=True)
