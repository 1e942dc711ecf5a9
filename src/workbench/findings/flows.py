"""From which platform to which the links lead (M19)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.findings.domains import NAMED_ARENAS, NAMED_AUTHORS, outward_links
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.platforms import NAME_OF, PLATFORM_OF, SHORT_HOSTS
from workbench.tables.posts import Corpus

OTHER, SHORT = "other_sites", "short_links"  # destinations that are no platform
KINDS = {"row": "string", "platform": "string", "destination": "string", "posts": "Int64", "arenas": "Int64",
         "share": "Float64"}


def measure_link_flows(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure from which platform to which the posts of a quarter link (M19).

    Returns
    -------
    finding
        Value: share of all posts that link out. Data: one row per destination (`row` is destination)
        and one per platform of the posts and destination (`row` is flow), each kind largest first;
        columns `platform` (where the posts stand; missing for destinations), `destination` (a
        platform, ``other_sites`` or ``short_links``, of which nobody knows where they lead), `posts`,
        `arenas` and `share` (of the posts that link out). A post that links to two destinations
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
    out = links["post_id"].drop_duplicates()
    parts = [_count(links, row, by) for row, by in (("destination", ["destination"]),
                                                    ("flow", ["platform", "destination"]))]
    data = pd.concat([table for table, _ in parts], ignore_index=True).reindex(columns=[*KINDS, "authors"])
    members = [ids for _, found in parts for ids in found]
    data["share"] = data["posts"] / max(len(out), 1)
    blanks = ("platform", "destination", "arenas", "share")
    cells = [Cell(i, "posts", hash_posts(ids), blanks) for i, ids in enumerate(members)]
    cells.append(Cell(-1, "value", hash_posts(out)))
    named = data[(data["row"] == "flow") & ~data["destination"].isin([OTHER, SHORT]) & (data["arenas"] >= NAMED_ARENAS)
                 & (data["authors"] >= NAMED_AUTHORS)]
    facts: dict[str, object] = {"posts": len(posts), "linking": len(out) / len(posts)}
    sentence = "finding.link_flows_scattered" if len(out) else "finding.link_flows_none"
    if len(named):
        first = named.iloc[0]
        sentence = "finding.link_flows"
        facts |= {c: first[c] for c in ("platform", "destination")} | {"share": float(first["share"])}
        cells.append(Cell(-1, "share", hash_posts(members[int(named.index[0])])))
    return Finding(key="link_flows", metric="M19", sentence=sentence, period=quarter, frame="all_posts", unit="share",
                   data=data[list(KINDS)].astype(KINDS), value=len(out) / len(posts), numerator=len(out),
                   denominator=len(posts), facts=facts, caveats=("links_not_followed",), cells=tuple(cells),
                   totals=_totals(data))


def _count(links: pd.DataFrame, row: str, by: list[str]) -> tuple[pd.DataFrame, list[pd.Series]]:
    """Return posts, arenas and authors of each value or pair, largest first, and the posts of each."""
    groups = links.drop_duplicates([*by, "post_id"]).groupby(by)
    table = groups.agg(posts=("post_id", "size"), arenas=("arena_id", "nunique"), authors=("author", "nunique"))
    table = table.reset_index().sort_values(["posts", *by], ascending=[False] + [True] * len(by), ignore_index=True)
    members = [groups.get_group(key)["post_id"] for key in table[by].itertuples(index=False, name=None)]
    return table.assign(row=row), members


def _totals(data: pd.DataFrame) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return the sums: each destination of the flows that lead there."""
    flow = (data["row"] == "flow").to_numpy()
    return tuple((i, tuple(np.flatnonzero(flow & (data["destination"] == data["destination"].iloc[i])).tolist()))
                 for i in np.flatnonzero(~flow).tolist())
