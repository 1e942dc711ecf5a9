"""How few write how much: shares of the most active accounts and arenas, and the Gini coefficient (M14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.periods import posts_of
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

FEWEST_AUTHORS, FEWEST_ARENAS = 20, 6
KINDS = {"authors": ("account_id", FEWEST_AUTHORS), "arenas": ("arena_id", FEWEST_ARENAS)}
TOP_AUTHORS = 10
FEWEST_FOR_PERCENT = 500  # accounts: of fewer, one per cent is fewer than five
FEWEST_APART = 5  # accounts, between the ten and the one per cent
SLICES = 10
NARROWEST = {"authors": TOP_AUTHORS, "arenas": 3}  # in a slice: with fewer the difference of two numbers would tell
MUCH = 0.8
SHARE_STEP, GINI_STEP = 0.001, 0.05


def say_slices(data: pd.DataFrame, facts: Mapping[str, Any], *, key: str = "concentration") -> Headline:
    """Say what the ten most active accounts and the fewest arenas that hold four fifths make up."""
    if not len(data):
        return Headline(f"finding.{key}_few", reason=f"{key}_few")
    known = data.dropna(subset=["share"])
    told: dict[str, Any] = {}
    top = known[known["row"].eq("authors") & known["members"].eq(TOP_AUTHORS)]
    if len(top):
        told |= {"top_share": float(top["share"].iloc[0])}
    some = known[known["row"].eq("arenas") & known["members"].lt(known["of_all"])]
    # the fewest shown that wrote four fifths; where none of them did, the widest slice
    much = some[some["share"].ge(MUCH)] if some["share"].ge(MUCH).any() else some.tail(1)
    if len(much):
        told |= {"members": int(much["members"].iloc[0]), "of_all": int(much["of_all"].iloc[0]),
                 "share": float(much["share"].iloc[0])}
    sentence = {(True, True): "both", (True, False): "authors", (False, True): "arenas"}.get(
        ("top_share" in told, "members" in told))
    if sentence is None:
        return Headline(f"finding.{key}_few", reason=f"{key}_hidden")
    return Headline(f"finding.{key}_{sentence}", told, value=told.get("share", told.get("top_share")))


CONCENTRATION = Spec(
    key="concentration", metric="M14", unit="share", frame="all_posts", headline=say_slices,
    identity=("row", "members"), caveats=("accounts_not_people",),
    reasons=("concentration_few", "concentration_hidden"),
    columns={
        "row": Column("string", shown="code"),  # authors | arenas
        "members": Column("Int64", unit="number", shown="number"),
        "of_all": Column("Int64", unit="number", shown="number"),
        "part": Column("Float64", unit="ratio"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "of_posts": Column("Int64", unit="posts", shown="number"),
        "share": Column("Float64", unit="share", shown="share", share_of=("posts", "of_posts"), step=SHARE_STEP),
        "gini": Column("Float64", unit="ratio", shown="decimal2", follows=("of_posts",), step=GINI_STEP),
    },
    facts={"authors": Fact("accounts"), "arenas": Fact("arenas", "active_arenas")},
    sentences={"finding.concentration_both": ("top_share", "members", "of_all", "share"),
               "finding.concentration_authors": ("top_share",),
               "finding.concentration_arenas": ("members", "of_all", "share"), "finding.concentration_few": ()})


def measure_concentration(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure what part of the posts the most active accounts and arenas wrote (M14).

    Nobody is named or singled out: every number is a sum over ten accounts or three arenas at least, and so is the
    difference of any two of them. Channels and pages speak themselves, so they are counted as arenas only.

    Returns
    -------
    finding
        Value: share of the posts of the fewest arenas shown that wrote four fifths of them, else of the ten most
        active accounts. Data: one row per slice, columns `row` (``authors``: of the posts that accounts wrote;
        ``arenas``: of all posts), `members` (that many, from the most active), `of_all` (all there are), `part`
        (members / of_all), `posts` (theirs), `of_posts`, `share` and `gini` (of all authors or arenas, 0: all wrote as
        many, 1: one wrote all; released to the next twentieth). Accounts have rows from 20 of them on, and one for
        the most active per cent from 500 on; arenas from 6 on.

    Raises
    ------
    TableError
        If the quarter holds no posts.

    Notes
    -----
    The slices are points of the Lorenz curve (Lorenz 1905), from the most active. Gini coefficient of a finite
    population, with x in ascending order: Σ(2i − n − 1)·x_i / (n·Σx_i) (Gini 1912; Dixon et al. 1987).
    """
    posts = posts_of(corpus, quarter)
    rows, cells, _ = cut_slices(posts)
    return Finding(
        CONCENTRATION, quarter, pd.DataFrame(rows, columns=list(CONCENTRATION.columns)), cells=tuple(cells),
        facts={"authors": int(posts["account_id"].nunique()), "arenas": int(posts["arena_id"].nunique())},
        caveats=("accounts_not_people",) if any(row["row"] == "authors" for row in rows) else ())


def cut_slices(posts: pd.DataFrame) -> tuple[list[dict[str, Any]], list[Cell], list[pd.Index]]:
    """Return the slices of the most active accounts and arenas of some posts: rows, cells, and who is in each.

    Who is in a slice is for counting within this room, and never for a table.
    """
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    tops: list[pd.Index] = []
    for kind, (column, fewest) in KINDS.items():
        part = posts.dropna(subset=[column])
        sizes = part[column].value_counts()
        # by name among equals, so that the same posts give the same slices
        sizes = sizes.sort_index().sort_values(ascending=False, kind="stable")
        if len(sizes) < fewest:
            continue
        place = part[column].map(pd.Series(range(len(sizes)), index=sizes.index)).to_numpy(int)
        every, gini = hash_posts(part["post_id"]), _gini(sizes.to_numpy(float))
        for members in _slices(kind, len(sizes)):
            own = hash_posts(part.loc[place < members, "post_id"])
            cells += [Cell(len(rows), "posts", own), Cell(len(rows), "of_posts", every)]
            rows.append({"row": kind, "members": members, "of_all": len(sizes), "part": members / len(sizes),
                         "posts": len(own), "of_posts": len(every), "share": len(own) / len(every), "gini": gini})
            tops.append(sizes.index[:members])
    return rows, cells, tops


def _slices(kind: str, count: int) -> list[int]:
    """Return how many members each slice has, from the most active; no two nearer than may be told, all at the end."""
    chosen = [0, count]
    if kind == "authors":
        chosen.append(TOP_AUTHORS)
        percent = -(-count // 100)
        if count >= FEWEST_FOR_PERCENT and abs(percent - TOP_AUTHORS) >= FEWEST_APART:
            chosen.append(percent)
    for members in (-(-count * i // SLICES) for i in range(1, SLICES)):
        if min(abs(members - other) for other in chosen) >= NARROWEST[kind]:
            chosen.append(members)
    return sorted(chosen)[1:]


def _gini(sizes: np.ndarray) -> float:
    """Return the Gini coefficient of counts."""
    ascending = np.sort(sizes)
    count = len(ascending)
    return float(((2 * np.arange(1, count + 1) - count - 1) * ascending).sum() / (count * ascending.sum()))
