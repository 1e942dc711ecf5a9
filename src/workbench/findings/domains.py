"""Where links lead: domains and platforms (M19)."""

from __future__ import annotations

import pandas as pd

from workbench.findings.periods import posts_of
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.platforms import NAME_OF, PLATFORM_OF, SHORT_HOSTS
from workbench.tables.posts import Corpus, author_of

MOST_ROWS = 40
NAMED_AUTHORS, NAMED_ARENAS = 5, 3  # of a domain that a sentence names
_BLANKS = ("domain", "platform", "arenas", "share", "is_short")


def measure_domains(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure which domains the posts of a quarter link to (M19).

    Domains are those of the import: registrable by the public-suffix list, of canonical
    addresses. Links back into the post's own platform do not count. Shortened links are
    recognised by their host and never followed.

    Returns
    -------
    finding
        Value: share of all posts that link out. Data: the forty domains with the most posts,
        columns `domain`, `platform` (that the domain belongs to; missing for other sites), `posts`,
        `arenas`, `share` (of the posts that link out; a post with two domains counts for both, so
        shares add up to more than one) and `is_short` (where it leads is not known).

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    posts, links = outward_links(corpus, quarter)
    data, cells = _rows(links, "domain")
    data["platform"] = data["domain"].map(PLATFORM_OF)
    data["is_short"] = data["domain"].isin(SHORT_HOSTS)
    kinds = {"domain": "string", "platform": "string", "posts": "Int64", "arenas": "Int64", "share": "Float64",
             "is_short": "boolean"}
    return _finding("domains", data.reindex(columns=list(kinds)).astype(kinds), cells, links, posts, quarter,
                    named="domain", blanks=_BLANKS)


def measure_link_platforms(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure to which other platforms the posts of a quarter link (M19).

    Returns
    -------
    finding
        Value: share of all posts that link out. Data: one row per platform, largest first, columns
        `platform`, `posts`, `arenas`, `share` (of the posts that link out). Sites that are no
        platform are left out.

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    posts, links = outward_links(corpus, quarter)
    known = links.assign(platform=links["domain"].map(PLATFORM_OF)).dropna(subset=["platform"])
    data, cells = _rows(known, "platform", of=links["post_id"].nunique())
    kinds = {"platform": "string", "posts": "Int64", "arenas": "Int64", "share": "Float64"}
    return _finding("link_platforms", data.reindex(columns=list(kinds)).astype(kinds), cells, known, posts, quarter,
                    named="platform", blanks=("platform", "arenas", "share"), linking=links)


def outward_links(corpus: Corpus, quarter: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the quarter's posts, and each external domain of each post once.

    Returns
    -------
    posts
        Columns `post_id`, `home` (platform), `arena_id`, `author`.
    links
        The same of each link, and `domain`; what leads back into the post's own platform is left out.
    """
    posts = posts_of(corpus, quarter)
    posts = posts[["post_id", "platform", "arena_id"]].assign(author=author_of(posts))
    posts = posts.rename(columns={"platform": "home"})
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


def _finding(key: str, data: pd.DataFrame, members: list[pd.Series], links: pd.DataFrame, posts: pd.DataFrame,
             quarter: str, *, named: str, blanks: tuple[str, ...], linking: pd.DataFrame | None = None) -> Finding:
    out = (links if linking is None else linking)["post_id"].drop_duplicates()
    cells = [Cell(i, "posts", hash_posts(part), blanks) for i, part in enumerate(members)]
    enough = links.groupby(named).agg(arenas=("arena_id", "nunique"), authors=("author", "nunique"))
    enough = enough[(enough["arenas"] >= NAMED_ARENAS) & (enough["authors"] >= NAMED_AUTHORS)]
    first = data.index[data[named].isin(enough.index)]
    facts: dict[str, object] = {"posts": len(posts), "count": len(data), "linking": len(out) / len(posts)}
    sentence = f"finding.{key}_none" if data.empty else f"finding.{key}_scattered"
    if len(first):
        sentence = f"finding.{key}"
        facts |= {named: str(data[named][first[0]]), "share": float(data["share"][first[0]])}
        cells.append(Cell(-1, "share", hash_posts(members[first[0]])))
    return Finding(key=key, metric="M19", sentence=sentence, period=quarter, frame="all_posts", unit="share", data=data,
                   value=len(out) / len(posts), numerator=len(out), denominator=len(posts), facts=facts,
                   caveats=("links_not_followed",), cells=(*cells, Cell(-1, "value", hash_posts(out))))
