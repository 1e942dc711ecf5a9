"""What the collection is made of: shares of posts, arenas, channels and groups (M1, four-way composition)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.periods import posts_of
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

MOST_PARTS = 8
OTHER_PARTS, NO_CATEGORY = "other_parts", "no_category"
# one speaks to many; everything else is a group, in which many speak
BROADCAST = ("channel", "page")
WAYS = ("posts", "arenas", "channels", "groups")


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if len(data) < 2:
        return Headline("finding.composition_one", reason="composition_one")
    known = data.dropna(subset=["share"])
    if known.empty:
        return Headline("finding.composition_hidden", reason="composition_hidden")
    top = known.iloc[int(known["share"].to_numpy(float).argmax())]
    told = {"part": str(top["part"]), "share": float(top["share"]), "count": int(top["arenas"])}
    return Headline(f"finding.composition_{top['by']}", told, value=float(top["share"]), numerator=int(top["posts"]),
                    denominator=int(facts["posts"]))


def _share(of: str) -> Column:
    return Column("Float64", unit="share", shown="share", share_of=(of, f"whole:{of}"))


COMPOSITION = Spec(
    key="composition", metric="M1", unit="share", frame="all_posts", headline=_say, identity=("part",),
    ranks_by="posts", caveats=("subscriptions_unknown",), reasons=("composition_one", "composition_hidden"),
    columns={
        "by": Column("string"),  # category | platform | kind
        "part": Column("string", shown="code"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "arenas": Column("Int64", unit="arenas", shown="number"),
        "channels": Column("Int64", unit="arenas", shown="number"),
        "groups": Column("Int64", unit="arenas", shown="number"),
        "share": _share("posts"),
        "arenas_share": _share("arenas"),
        "channels_share": _share("channels"),
        "groups_share": _share("groups"),
    },
    facts={"posts": Fact("posts", "posts"), "arenas": Fact("arenas", "active_arenas"),
           "channels": Fact("arenas"), "groups": Fact("arenas")},
    sentences={**{f"finding.composition_{by}": ("part", "share", "count", "arenas")
                  for by in ("category", "platform", "kind")},
               "finding.composition_one": ("arenas",), "finding.composition_hidden": ("arenas",)})


def measure_composition(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure how posts, arenas, channels and groups divide over the parts of the collection (M1).

    The parts are the categories of the source cards where these differ, else the platforms where there are several,
    else the kinds of arenas. Shares of subscriptions belong to the same picture; no export that is read
    tells how many subscribe, so they are left out and a caveat says so.

    Returns
    -------
    finding
        Value: share of posts of the largest part. Data: one row per part by posts, at most eight (the smallest
        together as ``other_parts``), columns `by` (category, platform or kind), `part`, `posts`, `arenas` (that
        posted), `channels` (channels and pages among them), `groups` (all others) and of each its share of the
        quarter's: `share`, `arenas_share`, `channels_share`, `groups_share` (missing where there are none at all).

    Raises
    ------
    TableError
        If the quarter holds no posts.

    Notes
    -----
    After the four-way composition of the EFBI Digital Report: the same categories as shares of messages,
    subscriptions, groups and channels.
    """
    posts = posts_of(corpus, quarter)
    arenas = corpus.arenas.set_index("arena_id")
    arenas = arenas[arenas.index.isin(posts["arena_id"])]
    by, part_of = _part_of(arenas)
    found = posts["arena_id"].map(part_of)
    order = list(found.value_counts().sort_index().sort_values(ascending=False, kind="stable").index)
    if len(order) > MOST_PARTS:
        small = part_of.isin(order[MOST_PARTS - 1:])
        part_of = part_of.mask(small, OTHER_PARTS)
        order, found = [*order[:MOST_PARTS - 1], OTHER_PARTS], posts["arena_id"].map(part_of)
    is_channel = arenas["kind"].isin(BROADCAST)
    facts = {"posts": len(posts), "arenas": len(arenas), "channels": int(is_channel.sum()),
             "groups": int((~is_channel).sum())}
    rows: list[dict[str, Any]] = []
    cells = [Cell(WHOLE_FINDING, "posts", hash_posts(posts["post_id"]))]
    for part in order:
        own, ids = part_of.eq(part), posts.loc[found.eq(part), "post_id"]
        counts = {"posts": len(ids), "arenas": int(own.sum()), "channels": int((own & is_channel).sum()),
                  "groups": int((own & ~is_channel).sum())}
        shares = {"share" if way == "posts" else f"{way}_share": counts[way] / facts[way] if facts[way] else pd.NA
                  for way in WAYS}
        cells.append(Cell(len(rows), "posts", hash_posts(ids)))
        rows.append({"by": by, "part": part, **counts, **shares})
    data = pd.DataFrame(rows, columns=list(COMPOSITION.columns))
    return Finding(COMPOSITION, quarter, data, facts=facts, cells=tuple(cells),
                   caveats=COMPOSITION.caveats)


def _part_of(arenas: pd.DataFrame) -> tuple[str, pd.Series]:
    """Return by what the arenas are told apart, and the part of each."""
    if arenas["category"].nunique(dropna=False) > 1:
        return "category", arenas["category"].fillna(NO_CATEGORY)
    if arenas["platform"].nunique() > 1:
        return "platform", arenas["platform"]
    return "kind", arenas["kind"]
