"""Tie actors by what they share: links, domains, hashtags, sources, invitations, texts, accounts."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from workbench.actors.copies import find_copies
from workbench.actors.links import gather_actors
from workbench.actors.measures import measure_actors
from workbench.actors.ties import Grounds, Level, check_weight, encode, find_in, lay_grounds, make_ties, plain
from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork
from workbench.tables.platforms import INVITATION
from workbench.tables.posts import Corpus, check_corpus, is_written

Shared = Literal["url", "domain", "hashtag", "forward", "invite", "copy"]
SharedWeight = Literal["newman", "objects", "cosine", "posts", "accounts", "decay"]
MOST_PROOFS = 10_000_000  # posts listed over all ties: about 2 GB while they are sorted
# Telegram's arrive as https://t.me/+<pseudonym>


def link_shared(corpus: Corpus, relation: Shared, *, level: Level = "arena", weight: SharedWeight = "newman",
                half_life_days: float = 30.0, most_proofs: int = MOST_PROOFS) -> ActorNetwork:
    """Tie actors that share the same web links, domains, hashtags, sources, invitations or texts.

    The one-mode projection of who shared what, on all platforms. Ties have no direction.

    Parameters
    ----------
    relation
        What is shared. url: canonical addresses, as imported; youtu.be counts as youtube.com.
        forward: sources forwarded from. invite: addresses that invite into a group or server.
        copy: texts that are nearly the same, as `find_copies` sees it; forwards are left out, they
        are copies by nature.
    level
        As in `link_forwards`.
    weight
        newman: Σ 1/(k−1) over the objects both shared, k actors having shared each (Newman 2001),
        so what everybody shares ties hardly anybody. objects: number of them. cosine: of the two
        actors' counts of posts per object, over all their objects. posts, accounts, decay: of the
        posts that are the evidence, as in `link_forwards`.
    most_proofs
        Posts that may be listed over all ties. Beyond it, the objects that would list most are set
        aside: they are those that tie everybody to everybody.

    Returns
    -------
    network
        Not directed. A tie's evidence are the posts in which either shared an object of both.
        `provenance` counts objects, those shared by two or more, and those set aside.

    Raises
    ------
    TableError
        If the corpus is not well formed or a parameter is unknown.
    """
    if relation not in get_args(Shared):
        raise TableError(f"link_shared: unknown relation {relation!r}; use {', '.join(get_args(Shared))}.")
    check_weight(weight, get_args(SharedWeight), half_life_days)
    check_corpus(corpus)
    grounds = lay_grounds(corpus, level=level)
    links = _links(corpus, relation)
    post = find_in(plain(links["post_id"]), grounds.post_ids)
    links, post = links[post >= 0], post[post >= 0]
    target, _ = encode(links["target"])
    return _project(grounds, grounds.actor[post], target, post, relation=f"shared {relation}", level=level,
                    weight=weight, half_life_days=half_life_days, most_proofs=most_proofs)


def link_members(corpus: Corpus, *, level: Level = "arena", weight: SharedWeight = "newman",
                 half_life_days: float = 30.0, most_proofs: int = MOST_PROOFS) -> ActorNetwork:
    """Tie arenas in which the same accounts post, or accounts that post in the same arenas.

    Only accounts that posted are known; member lists are neither collected nor used. An account's
    first post in an arena is the evidence of its membership. Parameters, returns and raises as
    `link_shared`; the objects are accounts between arenas, arenas between accounts.
    """
    check_weight(weight, get_args(SharedWeight), half_life_days)
    check_corpus(corpus)
    grounds = lay_grounds(corpus, level=level)
    people, places = lay_grounds(corpus, level="account"), lay_grounds(corpus)
    arena, account = places.actor, people.actor
    size = len(people.actor_ids)
    # posts are numbered by time, so the first one met is the first
    _, first = np.unique(arena * size + account, return_index=True)
    first = np.sort(first[people.kinds[account[first]] == "account"])
    one, two = (arena, account) if level == "arena" else (account, arena)
    return _project(grounds, one[first], two[first], first, relation="members", level=level, weight=weight,
                    half_life_days=half_life_days, most_proofs=most_proofs)


def _links(corpus: Corpus, relation: str) -> pd.DataFrame:
    """Return the things shared, one row per post and thing: `post_id`, `target`."""
    if relation == "copy":
        return copied_posts(corpus)[["post_id", "copy"]].astype("string").rename(columns={"copy": "target"})
    links = corpus.links[["post_id", "relation", "target"]].dropna()
    if relation != "invite":
        links = links[links["relation"] == relation]
    if relation == "url":
        target = links["target"].str.replace(r"^https://youtu\.be/([\w-]+)$", r"https://youtube.com/watch?v=\1",
                                             regex=True)
        return links.assign(target=target)
    if relation == "invite":
        return links[(links["relation"] == "invite")
                     | ((links["relation"] == "url") & links["target"].str.contains(INVITATION, regex=True))]
    return links


def copied_posts(corpus: Corpus, *, forwards: bool = False) -> pd.DataFrame:
    """Return the posts with a text long enough to be copied, column `copy` the number of the text."""
    posts = corpus.posts[is_written(corpus.posts)]
    if not forwards:
        posts = posts[~posts["post_id"].isin(corpus.links.loc[corpus.links["relation"] == "forward", "post_id"])]
    return posts.assign(copy=find_copies(posts["text"])).dropna(subset=["copy"])


def _project(grounds: Grounds, actor: np.ndarray, thing: np.ndarray, post: np.ndarray, *, relation: str, level: Level,
             weight: str, half_life_days: float, most_proofs: int) -> ActorNetwork:
    actors, place = gather_actors(grounds, pd.DataFrame({"actor_id": [], "platform": []}, dtype="string"), level,
                                  np.zeros(0, dtype=np.int64))
    shares = pd.DataFrame({"thing": thing, "actor": place[actor], "post": post}).drop_duplicates()
    counts = shares.groupby(["thing", "actor"], sort=True).size().rename("posts").reset_index()
    kept, found = _affordable(counts, most_proofs)
    shares = shares[shares["thing"].isin(kept["thing"])].sort_values(["thing", "actor", "post"])
    pairs = _pairs(kept)
    one, two, proof = _prove(pairs, shares)
    ties = make_ties(one, two, proof, plain(actors["actor_id"]), grounds, relation=relation, weight=weight,
                     half_life_days=half_life_days)
    if weight in ("newman", "objects", "cosine"):
        ties["weight"] = pd.array(_weigh(pairs, counts, len(actors), weight), dtype="Float64")
    actors, measured = measure_actors(actors, ties, directed=False)
    provenance: dict[str, Any] = {"relation": relation, "level": level, "weight": weight, **found,
                                  "arenas": int((actors["kind"] == "arena").sum()), "outside": 0, **measured,
                                  "versions": {"igraph": version("igraph")}}
    if weight == "decay":
        provenance["half_life_days"] = half_life_days
    return ActorNetwork(actors=actors, ties=ties, provenance=provenance, directed=False)


def _affordable(counts: pd.DataFrame, most_proofs: int) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return who shared what, of the objects whose evidence can be listed, and what was set aside."""
    by = counts.groupby("thing")
    size = by["actor"].transform("size").to_numpy(np.int64)
    # each post of an object of k actors is evidence of k − 1 ties
    proofs = pd.Series(by["posts"].sum().to_numpy(np.int64) * (by.size().to_numpy(np.int64) - 1), index=by.size().index)
    proofs = proofs[proofs > 0].sort_values(kind="stable")
    # objects that list equally much are kept or set aside together: no order of names decides
    allowed = proofs[proofs.cumsum() <= most_proofs]
    if len(allowed) < len(proofs):
        allowed = allowed[allowed < proofs.iloc[len(allowed)]]
    kept = counts.assign(size=size)[counts["thing"].isin(allowed.index)].reset_index(drop=True)
    return kept, {"objects": int(counts["thing"].nunique()), "shared_objects": len(proofs),
                  "set_aside": {"shared_too_widely": len(proofs) - len(allowed)}}


def _pairs(kept: pd.DataFrame) -> pd.DataFrame:
    """Return every pair of actors of every object: rows of `kept`, the smaller actor first."""
    start = kept.groupby("thing").cumcount().to_numpy(np.int64)
    # each row pairs with the rows that follow it within its object
    follow = kept["size"].to_numpy(np.int64) - 1 - start
    one = np.repeat(np.arange(len(kept)), follow)
    two = one + 1 + _count_up(follow)
    actor, posts = kept["actor"].to_numpy(np.int64), kept["posts"].to_numpy(np.int64)
    return pd.DataFrame({"one": one, "two": two, "source": actor[one], "target": actor[two],
                         "size": kept["size"].to_numpy(np.int64)[one], "product": posts[one] * posts[two],
                         "one_posts": posts[one], "two_posts": posts[two]})


def _prove(pairs: pd.DataFrame, shares: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return source, target and post of every piece of evidence: the posts of both, of each shared object."""
    row = shares.groupby(["thing", "actor"], sort=True).ngroup().to_numpy(np.int64)
    begin = np.searchsorted(row, np.arange(row.max(initial=-1) + 1))
    post, found = shares["post"].to_numpy(np.int64), []
    for side in ("one", "two"):
        times = pairs[f"{side}_posts"].to_numpy(np.int64)
        at = np.repeat(begin[pairs[side]] if len(pairs) else np.zeros(0, dtype=np.int64), times) + _count_up(times)
        found.append((np.repeat(pairs["source"].to_numpy(np.int64), times),
                      np.repeat(pairs["target"].to_numpy(np.int64), times), post[at]))
    one, two, proof = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return one, two, proof


def _weigh(pairs: pd.DataFrame, counts: pd.DataFrame, size: int, weight: str) -> np.ndarray:
    """Return the weight of each pair, in the order of source and target."""
    key = pairs["source"].to_numpy(np.int64) * size + pairs["target"].to_numpy(np.int64)
    keys, position = np.unique(key, return_inverse=True)
    worth = {"newman": 1 / (pairs["size"].to_numpy(float) - 1), "objects": np.ones(len(pairs)),
             "cosine": pairs["product"].to_numpy(float)}[weight]
    found: np.ndarray = np.bincount(position.ravel(), worth, minlength=len(keys))
    if weight != "cosine":
        return found
    squares = np.bincount(counts["actor"], counts["posts"].to_numpy(float) ** 2, minlength=size)
    return np.asarray(found / np.sqrt(squares[keys // size] * squares[keys % size]))


def _count_up(times: np.ndarray) -> np.ndarray:
    """Return 0 to n − 1 for each n, one after the other."""
    return np.asarray(np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times))
