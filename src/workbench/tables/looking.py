"""Columns of the tables that are for looking at alone: lists that a researcher reads, and no report shows."""

from __future__ import annotations

from workbench.tables.posts import UTC

# what coders look for: one row per code of a codebook
LISTED_CODE_COLUMNS: dict[str, str] = {
    "code": "string",  # its key
    "name": "string",
    "asked_where": "string",  # the code that must be yes before; empty where it is always asked
    "definition": "string",
    "rules": "object",  # list of borderline cases
    "words": "object",  # list of the words that mention a target or theme
}
# one row per coded post about which the model says something else than people
MISTAKE_COLUMNS: dict[str, str] = {
    "post_id": "string",
    "code": "string",
    "score": "Float64",  # of the model, 0 to 1
    "threshold": "Float64",  # from which the model says yes
    "is_false_alarm": "boolean",  # the model says yes and people no; else it missed what people found
}
# one row per count of posts that findings hold
COUNT_COLUMNS: dict[str, str] = {
    "finding": "string",
    "row": "string",  # what tells the row apart; empty where the count is of the whole finding
    "column": "string",
    "posts": "Int64",
    "authors": "Int64",  # of people's posts; channels and pages that speak themselves have none
    "arenas": "Int64",
    "largest": "Float64",  # part of people's posts by whoever wrote most; else of the loudest channel
    "is_hidden": "boolean",
    "why": "string",  # few authors | few arenas | one author | one arena | tells another | tells a published one
}
# one row per product and finding that was released
RELEASE_COLUMNS: dict[str, str] = {"product": "string", "finding": "string", "counts": "Int64", "hidden": "Int64"}
# one row per arena
LISTED_ARENA_COLUMNS: dict[str, str] = {
    "arena_id": "string",
    "platform": "string",
    "kind": "string",  # channel | group | page | thread | server | chat
    "access": "string",  # open | link | closed
    "category": "string",
    "posts": "Int64",  # without service messages
    "authors": "Int64",  # a channel that speaks itself is one
    "largest": "Float64",  # part of the posts by the author with most of them
    "first_post": UTC,
    "last_post": UTC,
    "collected_to": UTC,
    "forwards_in": "Int64",  # posts of other arenas, or of outside, that it forwards
    "forwards_out": "Int64",  # posts elsewhere that forward it
    "renamed": "Int64",  # times
    "went_private": "boolean",
    "reopened_as": "string",  # code of the arena
    "source_id": "string",
}
# one row per arena and topic
PROFILE_COLUMNS: dict[str, str] = {
    "arena_id": "string",
    "topic_id": "Int64",
    "label": "string",
    "posts": "Int64",  # of the arena in the topic
    "share": "Float64",  # of the arena's posts that are in a topic
    "elsewhere": "Float64",  # share in all other arenas
    "times": "Float64",  # share by elsewhere; missing where nobody else is in the topic
}
