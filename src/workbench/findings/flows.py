"""From which platform to which the links lead (M19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from workbench.findings.domains import LINK_FACTS, link_facts, outward_links, say_links
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.platforms import NAME_OF, PLATFORM_OF, SHORT_HOSTS
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Headline, Spec

OTHER, SHORT = "other_sites", "short_links"  # destinations that are no platform
_say_flows = say_links("link_flows", ("platform", "destination"))


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    flows = data[data["row"].eq("flow") & data["posts"].gt(0).fillna(False) & ~data["destination"].isin([OTHER, SHORT])]
    said = _say_flows(flows, facts)
    # whether anything is linked to at all is what the tables of domains and platforms tell
    is_one_way = max(flows["platform"].nunique(), flows["destination"].nunique()) < 2
    return replace(said, reason="one_way") if said.reason or is_one_way else said


LINK_FLOWS = Spec(
    key="link_flows", metric="M19", unit="share", frame="all_posts", headline=_say, facts=LINK_FACTS,
    identity=("row", "platform", "destination"), drops_hidden="posts", caveats=("links_not_followed",),
    reasons=("one_way",),
    columns={
        "row": Column("string"),  # destination | flow
        "platform": Column("string", shown="code"),
        "destination": Column("string", shown="code"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "arenas": Column("Int64", unit="arenas", shown="number", follows=("posts",)),
        "share": Column("Float64", unit="share", shown="share", share_of=("posts", "whole:linking_posts")),
        "share_all": Column("Float64", unit="share", shown="share", share_of=("posts", "whole:posts")),
    },
    sentences={"finding.link_flows": ("platform", "destination", "share", "share_all", "linking_posts", "posts"),
               "finding.links_share": ("share",), "finding.link_flows_scattered": (), "finding.link_flows_none": ()})


def measure_link_flows(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure from which platform to which the posts of a quarter link (M19).

    Returns
    -------
    finding
        Value: share of all posts that link out. Data: one row per destination (`row` is destination)
        and one per platform of the posts and destination (`row` is flow), each kind largest first;
        columns `platform` (where the posts stand; missing for destinations), `destination` (a
        platform, ``other_sites`` or ``short_links``, of which nobody knows where they lead), `posts`,
        `arenas`, `share` (of the posts that link out) and `share_all` (of all
        posts). A post that links to two destinations
        counts for both, so shares add up to more than one; the flows into a destination add up to it.

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    posts, links = outward_links(corpus, quarter)
    is_short = links["domain"].isin(SHORT_HOSTS)
    links["destination"] = links["domain"].map(PLATFORM_OF).fillna(is_short.map({True: SHORT, False: OTHER}))
    links["platform"] = links["home"].map(NAME_OF).fillna(links["home"])
    parts = [_count(links, row, by) for row, by in (("destination", ["destination"]),
                                                    ("flow", ["platform", "destination"]))]
    data = pd.concat([table for table, _ in parts], ignore_index=True).reindex(columns=list(LINK_FLOWS.columns))
    cells = [Cell(row, "posts", hash_posts(ids)) for row, ids in enumerate(ids for _, found in parts for ids in found)]
    facts, own = link_facts(links, posts, found=int(data["row"].eq("flow").sum()))
    data["share"] = data["posts"] / max(facts["linking_posts"], 1)
    data["share_all"] = data["posts"] / facts["posts"]
    return Finding(LINK_FLOWS, quarter, data, facts=facts, cells=(*cells, *own), caveats=LINK_FLOWS.caveats)


def _count(links: pd.DataFrame, row: str, by: list[str]) -> tuple[pd.DataFrame, list[pd.Series]]:
    """Return posts and arenas of each value or pair, largest first, and the posts of each."""
    groups = links.drop_duplicates([*by, "post_id"]).groupby(by)
    table = groups.agg(posts=("post_id", "size"), arenas=("arena_id", "nunique"))
    table = table.reset_index().sort_values(["posts", *by], ascending=[False] + [True] * len(by), ignore_index=True)
    members = [groups.get_group(key)["post_id"] for key in table[by].itertuples(index=False, name=None)]
    return table.assign(row=row), members
