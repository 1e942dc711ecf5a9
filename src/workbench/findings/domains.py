"""Where links lead: domains and platforms (M19)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from workbench.findings.periods import posts_of
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.platforms import HOME_OF, NAME_OF, PLATFORM_OF, SHORT_HOSTS
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

MOST_ROWS = 40


def say_links(key: str, names: tuple[str, ...]) -> Callable[[pd.DataFrame, Mapping[str, Any]], Headline]:
    """Return the headline of a table of links: the largest row that is shown, and its share of the posts that link out.

    Parameters
    ----------
    key
        Of the finding.
    names
        Columns that name a row in the sentence.
    """
    def say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
        main: dict[str, Any] = {}
        if "linking" in facts:
            main = {"value": float(facts["linking"]), "numerator": int(facts["linking_posts"]),
                    "denominator": int(facts["posts"])}
        none, few = (("no_links", "links_scattered") if key == "domains" else
                     ("no_platform_links", "platforms_scattered"))
        if not facts["found"]:
            return Headline(f"finding.{key}_none", **main, reason=none)
        shown = data.dropna(subset=["posts", "share"])
        shown = shown[shown["posts"].gt(0)]
        if shown.empty:
            return Headline(f"finding.{key}_scattered", **main, reason=few)
        first = shown.iloc[int(shown["posts"].to_numpy(int).argmax())]
        if pd.isna(first["share_all"]) or "posts" not in facts:
            return Headline("finding.links_share", {"share": first["share"]}, **main)
        said = {name: first[name] for name in (*names, "share", "share_all")}
        is_named = first[list(names)].notna().all()
        return Headline(f"finding.{key}" if is_named else f"finding.{key}_unnamed", said, **main)

    return say


LINK_REASONS = ("no_links", "no_platform_links", "links_scattered", "platforms_scattered")
_OF = ("share", "share_all", "linking_posts", "posts")
_SHARE_ALONE = {"finding.links_share": ("share",)}
LINK_FACTS = {"posts": Fact("posts", "posts"), "linking_posts": Fact("posts", "linking_posts"),
              "linking": Fact("share", share_of=("linking_posts", "posts")), "found": Fact("number")}
_COUNTS = {"posts": Column("Int64", unit="posts", shown="number"),
           "arenas": Column("Int64", unit="arenas", shown="number", follows=("posts",)),
           "share": Column("Float64", unit="share", shown="share", share_of=("posts", "whole:linking_posts")),
           "share_all": Column("Float64", unit="share", shown="share", share_of=("posts", "whole:posts"))}
DOMAINS = Spec(
    key="domains", metric="M19", unit="share", frame="all_posts", headline=say_links("domains", ("domain",)),
    identity=("domain",), drops_hidden="posts", caveats=("links_not_followed",), facts=LINK_FACTS, reasons=LINK_REASONS,
    columns={"domain": Column("string", shown="text", words="domain"), "platform": Column("string", shown="code"),
             **_COUNTS, "is_short": Column("boolean")},
    sentences={"finding.domains": ("domain", *_OF), "finding.domains_unnamed": _OF,
               "finding.domains_scattered": (), "finding.domains_none": (), **_SHARE_ALONE})
LINK_PLATFORMS = Spec(
    key="link_platforms", metric="M19", unit="share", frame="all_posts",
    headline=say_links("link_platforms", ("platform",)), identity=("platform",), drops_hidden="posts",
    caveats=("links_not_followed",), facts=LINK_FACTS, reasons=LINK_REASONS,
    columns={"platform": Column("string", shown="code"), **_COUNTS},
    sentences={"finding.link_platforms": ("platform", *_OF), "finding.link_platforms_scattered": (),
               "finding.link_platforms_none": (), **_SHARE_ALONE})


def measure_domains(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure which domains the posts of a quarter link to (M19).

    Domains are those of the import: registrable by the public-suffix list, of canonical
    addresses. The domains of one platform are one: twitter.com counts as x.com, youtu.be as
    youtube.com. Links back into the post's own platform do not count. Shortened links are
    recognised by their host and never followed.

    Returns
    -------
    finding
        Value: share of all posts that link out. Data: the forty domains with the most posts,
        columns `domain`, `platform` (that the domain belongs to; missing for other sites), `posts`,
        `arenas`, `share` (of the posts that link out; a post with two domains counts for both, so
        shares add up to more than one), `share_all` (of all posts) and `is_short` (where it leads is not known).

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    posts, links = outward_links(corpus, quarter)
    data, members = _rows(links.assign(domain=links["domain"].replace(HOME_OF)), "domain")
    data["platform"] = data["domain"].map(PLATFORM_OF)
    data["is_short"] = data["domain"].isin(SHORT_HOSTS)
    return _finding(DOMAINS, data, members, links, posts, quarter)


def measure_link_platforms(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure to which other platforms the posts of a quarter link (M19).

    Returns
    -------
    finding
        Value: share of all posts that link out. Data: one row per platform, largest first, columns
        `platform`, `posts`, `arenas`, `share` (of the posts that link out) and `share_all` (of all posts).
        Sites that are no
        platform are left out.

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    posts, links = outward_links(corpus, quarter)
    known = links.assign(platform=links["domain"].map(PLATFORM_OF)).dropna(subset=["platform"])
    data, members = _rows(known, "platform", of=links["post_id"].nunique())
    return _finding(LINK_PLATFORMS, data, members, links, posts, quarter)


def outward_links(corpus: Corpus, quarter: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the quarter's posts, and each external domain of each post once.

    Returns
    -------
    posts
        Columns `post_id`, `home` (platform), `arena_id`.
    links
        The same of each link, and `domain`; what leads back into the post's own platform is left out.
    """
    posts = posts_of(corpus, quarter)
    posts = posts[["post_id", "platform", "arena_id"]].rename(columns={"platform": "home"})
    links = corpus.links.loc[corpus.links["relation"] == "domain", ["post_id", "target"]].drop_duplicates()
    links = links.rename(columns={"target": "domain"}).merge(posts, on="post_id")
    is_own = links["domain"].map(PLATFORM_OF) == links["home"].map(NAME_OF)
    return posts, links[~is_own.fillna(False).astype(bool)].reset_index(drop=True)


def _rows(links: pd.DataFrame, column: str, *, of: int | None = None) -> tuple[pd.DataFrame, list[pd.Series]]:
    """Return posts, arenas and share of each value, largest first, and the posts of each."""
    by = links.drop_duplicates([column, "post_id"]).groupby(column)
    data = by.agg(posts=("post_id", "size"), arenas=("arena_id", "nunique")).reset_index()
    data = data.sort_values(["posts", column], ascending=[False, True], ignore_index=True).head(MOST_ROWS)
    data["share"] = data["posts"] / max(links["post_id"].nunique() if of is None else of, 1)
    return data, [links.loc[links[column] == value, "post_id"].drop_duplicates() for value in data[column]]


def _finding(spec: Spec, data: pd.DataFrame, members: list[pd.Series], links: pd.DataFrame, posts: pd.DataFrame,
             quarter: str) -> Finding:
    cells = [Cell(row, "posts", hash_posts(part)) for row, part in enumerate(members)]
    facts, own = link_facts(links, posts, found=len(data))
    data["share_all"] = data["posts"] / len(posts)
    return Finding(spec, quarter, data.reindex(columns=list(spec.columns)), facts=facts, cells=(*cells, *own),
                   caveats=spec.caveats)


def link_facts(links: pd.DataFrame, posts: pd.DataFrame, *, found: int) -> tuple[dict[str, Any], list[Cell]]:
    """Return how many posts link out, by the names of `LINK_FACTS`, and their cells."""
    out = links["post_id"].drop_duplicates()
    facts = {"posts": len(posts), "linking_posts": len(out), "linking": len(out) / len(posts), "found": found}
    return facts, [Cell(WHOLE_FINDING, "posts", hash_posts(posts["post_id"])),
                   Cell(WHOLE_FINDING, "linking_posts", hash_posts(out))]
