"""The corpus: posts, the relations they make and the arenas they stand in."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.errors import TableError

if TYPE_CHECKING:
    import re
    from collections.abc import Collection

    import pandera.pandas as pa

    Names = str | Collection[str] | None

UTC = "datetime64[us, UTC]"
FIELD_NOTE = "field note"
NOT_WRITTEN = ("service", FIELD_NOTE)  # of `kind`
FIELD_NOTES = "field notes"  # the platform of the places that notes are of

POST_COLUMNS: dict[str, str] = {
    "post_id": "string",  # "<arena code>:<id in that arena>", unique
    "platform": "string",  # telegram, youtube, ...
    "arena_id": "string",  # code such as T-014
    "account_id": "string",  # pseudonym; missing where the arena itself speaks
    "posted_at": UTC,  # missing where the export has no readable time; such posts are loaded only on request
    "kind": "string",  # post | comment | service | field note
    "text": "string",  # redacted; missing where the post has no text
    "language": "string",  # da, sv, nb, fi, en, ...; missing where it cannot be told
    "views": "Int64",  # missing is not zero
    "reactions": "Int64",
    "forwards": "Int64",
    "replies": "Int64",
    "edited_at": UTC,
    "collected_at": UTC,  # when the post was last confirmed: by the newest export that holds it
    "missing_since": UTC,  # when the first export was made that covers its place and does not hold it
    "media": "string",  # kind only
    "album": "string",  # given | inferred, where several records of the export are this one post; else missing
    "source_id": "string",  # id of the source card; of several, the one that collected it last
}

LINK_COLUMNS: dict[str, str] = {
    "post_id": "string",
    # forward | reply | repeats (the very post that a forward or repost shows again) | mention | url | domain | hashtag;
    # a service message that tells the arena's title: titled (as it began) | retitled (changed) | moved_from (that of
    # the group it was before); of a field note: code | severity (1 to 4) | platform (as people know it, or other)
    "relation": "string",
    "target": "string",  # a pseudonym for what is an account or arena, else the thing itself
    # id | handle | name (pseudonyms) | post | original (of `repeats`: <pseudonym of its place>:<id there>, or an id
    # that is unique on the platform) | url | domain | hashtag
    "target_kind": "string",
}

VERSION_COLUMNS: dict[str, str] = {
    "post_id": "string",
    "text": "string",  # redacted: an older text, or the same post as another source shows it
    "edited_at": UTC,
    "first_confirmed": UTC,  # of the first and last exports that show this text
    "last_confirmed": UTC,
    "source_id": "string",
    "why": "string",  # edited | differs: nothing tells that it was edited, but two sources show it otherwise
}

POST_SOURCE_COLUMNS: dict[str, str] = {
    "post_id": "string",
    "source_id": "string",
    "first_confirmed": UTC,  # when the source's first and last exports were made that hold the post
    "last_confirmed": UTC,
}

JOIN_COLUMNS: dict[str, str] = {
    "arena_id": "string",  # the code that posts had before
    "same_as": "string",  # the code that they have now
    "why": "string",  # one export names both | the same posts | the group moved | a person says so
    "posts": "Int64",  # that both hold, by which it was told; missing where it was told otherwise
    "same_ids": "boolean",  # whether one post has one id in both
}

ARENA_COLUMNS: dict[str, str] = {
    "arena_id": "string",
    "platform": "string",
    "title": "string",  # stays here, never exported
    "kind": "string",  # channel | group | page | thread | server | chat
    "access": "string",  # open | link | closed
    "category": "string",
    "reason": "string",  # why the arena is watched
    "first_seen": UTC,
    "last_seen": UTC,
    "collected_from": UTC,
    "collected_to": UTC,
    "successor_of": "string",  # arena code, where a person has recorded it
    "source_id": "string",
    "native_key": "string",  # keyed pseudonyms, by which forwards and mentions are resolved
    "handle_key": "string",
    "title_key": "string",
}

SIGHTING_COLUMNS: dict[str, str] = {
    "arena_id": "string",
    "source_id": "string",
    "seen_at": UTC,  # when the export was made, as far as it or its card tells
    "last_seen": UTC,  # the last post in it: of two exports on one day the later one has it later
    "title_key": "string",  # keyed pseudonyms
    "handle_key": "string",
    "access": "string",  # open | link | closed, of the source's card
    "is_public": "boolean",  # what the export says; missing where it says nothing
}


def empty_frame(columns: dict[str, str]) -> pd.DataFrame:
    """Return a frame with these typed columns and no rows."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


@dataclass(frozen=True)
class Corpus:
    """Collected posts of a study, pseudonymised and redacted.

    Attributes
    ----------
    posts
        One row per post, columns `POST_COLUMNS`, sorted by time and `post_id`.
    links
        One row per relation a post makes, columns `LINK_COLUMNS`.
    arenas
        One row per arena, columns `ARENA_COLUMNS`.
    provenance
        Source hashes, parameters, rows in, rows dropped and why.
    sightings
        One row per way in which a source showed an arena, columns `SIGHTING_COLUMNS`: what the arena was called, and
        how open it was, at each collection. Pages and chats of persons are left out, and arenas imported before
        there was this table.
    versions
        Other texts of posts than the newest, columns `VERSION_COLUMNS`.
    post_sources
        One row per post and source that holds it, columns `POST_SOURCE_COLUMNS`.
    joins
        Arenas that exports show under several ids, handles or titles, columns `JOIN_COLUMNS`.
    """

    posts: pd.DataFrame
    links: pd.DataFrame
    arenas: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)
    sightings: pd.DataFrame = field(default_factory=lambda: empty_frame(SIGHTING_COLUMNS))
    versions: pd.DataFrame = field(default_factory=lambda: empty_frame(VERSION_COLUMNS))
    post_sources: pd.DataFrame = field(default_factory=lambda: empty_frame(POST_SOURCE_COLUMNS))
    joins: pd.DataFrame = field(default_factory=lambda: empty_frame(JOIN_COLUMNS))

    def where(self, *, arena: Names = None, platform: Names = None, category: Names = None, kind: Names = None,
              language: Names = None, period: str | tuple[str, str] | None = None,
              text: str | re.Pattern[str] | None = None, posts: Collection[str] | None = None) -> Corpus:
        """Choose a part of the posts, as a corpus that measures like the whole.

        Parameters
        ----------
        arena, platform, category, kind, language
            One value or several, such as ``kind="comment"`` or ``arena=["T-001", "T-002"]``; None: all.
        period
            Such as 2025Q3, 2025-07, 2025-W27 or 2025-07-14; of two, from the first to the end of the last.
        text
            What stands somewhere in the text, as written, in upper or lower case; or a pattern of `re.compile`.
        posts
            Ids, such as ``topics.posts_in(3)``.

        Returns
        -------
        corpus
            The posts with their links, versions and sources. Arenas stay, whether they posted or not, unless arenas,
            platforms or categories were asked for.

        Raises
        ------
        TableError
            If there is no such arena, platform, category, kind or language, or no such period.

        Notes
        -----
        What is released counts against everything released before, so a part of a corpus tells no more than the gate
        lets through.
        """
        from workbench.tables.choosing import choose_posts

        named = {"arena_id": arena, "platform": platform, "category": category, "kind": kind, "language": language}
        return choose_posts(self, named, period=period, text=text, posts=posts)

    def keyword(self, word: str | re.Pattern[str], *, width: int = 60) -> pd.DataFrame:
        """Show a word where it stands, in order of what follows it (keyword in context).

        Parameters
        ----------
        word
            As written, in upper or lower case, also within longer words; or a pattern of `re.compile`.
        width
            Characters shown on each side.

        Returns
        -------
        places
            One row per place, columns `left`, `word`, `right`, `arena_id`, `posted_at`, `language`, `post_id`. The
            texts are those of the corpus: redacted, and for your eyes only.
        """
        from workbench.tables.choosing import find_keyword

        return find_keyword(self, word, width=width)


def is_written(posts: pd.DataFrame) -> pd.Series:
    """Return whether each row was written in its arena: whatever counts posts counts these alone.

    Service messages (joins, pins and the like) are not, and field notes are not: these are what street workers saw, a
    source of their own.

    Returns
    -------
    is_written
        The index of `posts`.
    """
    return ~posts["kind"].isin(NOT_WRITTEN)


def author_of(posts: pd.DataFrame) -> pd.Series:
    """Return who counts as the author of each post.

    Broadcast channels have no authors: there the arena counts as the author
    (blueprint, small cells).

    Returns
    -------
    authors
        Pseudonym, or ``arena:<code>`` where the account is missing; the index of `posts`.
    """
    return posts["account_id"].fillna("arena:" + posts["arena_id"])


@lru_cache(maxsize=1)
def _schemas() -> dict[str, pa.DataFrameSchema]:
    import pandera.pandas as pa

    def column(kind: str, *, required: bool = False, unique: bool = False) -> pa.Column:
        return pa.Column(kind, nullable=not required, unique=unique)

    needed = {"posts": ["post_id", "platform", "arena_id", "kind", "source_id"],
              "links": ["post_id", "relation", "target", "target_kind"],
              "arenas": ["arena_id", "platform", "kind", "access"],
              "sightings": ["arena_id", "source_id", "seen_at", "access"],
              "versions": ["post_id", "text", "source_id", "why"],
              "post_sources": ["post_id", "source_id", "first_confirmed", "last_confirmed"],
              "joins": ["arena_id", "same_as", "why"]}
    keys = {"posts": "post_id", "arenas": "arena_id", "joins": "arena_id"}
    frames = {"posts": POST_COLUMNS, "links": LINK_COLUMNS, "arenas": ARENA_COLUMNS,
              "sightings": SIGHTING_COLUMNS, "versions": VERSION_COLUMNS, "post_sources": POST_SOURCE_COLUMNS,
              "joins": JOIN_COLUMNS}
    return {
        name: pa.DataFrameSchema(
            {c: column(k, required=c in needed[name], unique=c == keys.get(name)) for c, k in columns.items()},
            strict=False,
            name=name,
        )
        for name, columns in frames.items()
    }


def check_corpus(corpus: Corpus) -> Corpus:
    """Check a corpus against its columns and return it.

    Raises
    ------
    TableError
        If a column is missing, has another type or holds missing or repeated keys. The
        message names columns and counts, never values.
    """
    import pandera.errors

    faults: list[str] = []
    for name, schema in _schemas().items():
        try:
            schema.validate(getattr(corpus, name), lazy=True)
        except pandera.errors.SchemaErrors as error:
            # pandera's own message holds the offending values: name columns and checks only
            # but where a column is missing: there the case is the column's own name
            cases = error.failure_cases.astype({"column": str, "check": str})
            missing = cases["check"] == "column_in_dataframe"
            cases.loc[missing, "column"] = cases.loc[missing, "failure_case"].astype(str)
            faults += sorted(f"{name}.{column}: {check}"
                             for column, check in cases[["column", "check"]].drop_duplicates().itertuples(index=False))
    unknown = set(corpus.posts["arena_id"].unique()) - set(corpus.arenas["arena_id"]) if not faults else set()
    if unknown:
        faults.append(f"posts.arena_id: {len(unknown)} arenas are not in the arenas table")
    if faults:
        raise TableError("The corpus is not well formed: " + "; ".join(faults) + ".")
    return corpus
