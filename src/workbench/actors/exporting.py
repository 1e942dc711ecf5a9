"""Write a network as a file that Gephi, Gephi Lite, Pajek and networkx open."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.files import write_atomically
from workbench.tables.actors import ActorNetwork
from workbench.tables.posts import Corpus

if TYPE_CHECKING:
    import networkx as nx

TIME = "%Y-%m-%dT%H:%M:%SZ"
DAY = "%Y-%m-%d"
KINDS = ("gexf", "graphml", "pajek")


def save_graph(network: ActorNetwork, path: Path, *, kind: Literal["gexf", "graphml", "pajek"] = "gexf",
               corpus: Corpus | None = None) -> None:
    """Save a network as GEXF 1.2, GraphML or Pajek, with codes and measures but no post ids and no titles.

    In GEXF and GraphML nodes carry `label` (the code), `type` (arena, account or outside) and the other columns of
    `actors`; ties `weight`, `edge_type` (the relation) and `n_objects` (posts that are the
    evidence). What is missing is left out. Pajek (a `.net` file) knows codes, weights and relations
    only; of several relations Pajek makes layers, and networkx reads the first alone. The same network gives
    the same bytes. A file with accounts is personal data, pseudonyms
    or not: it is for exploring and not for publication.

    Parameters
    ----------
    corpus
        The posts that the network was made of. In GEXF and GraphML nodes then also carry `posts`, `language` (the most
        frequent one), `first_seen` and `last_seen`, ties `first_seen` and `last_seen` (times in
        UTC); in GEXF also when they are there, for the timeline: nodes from the first to the
        last day, ties on the days that have evidence.

    Raises
    ------
    TableError
        If `kind` is none of them, or a code or relation holds a character other than letters, digits and . : _ -
        (in a relation also blanks).
    """
    if kind not in KINDS:
        raise TableError(f"save_graph: unknown kind {kind!r}; use {', '.join(KINDS[:-1])} or {KINDS[-1]}.")
    _refuse_signs(network)
    if kind == "pajek":
        write_atomically(path, _pajek(network))
        return
    graph = _plain(network, corpus, spells=kind == "gexf")
    write_atomically(path, _gexf(graph) if kind == "gexf" else _graphml(graph))


def _refuse_signs(network: ActorNetwork) -> None:
    """Refuse what could end a label and begin something else in one of the formats."""
    for where, found, signs in (("actors: {} actor_id", network.actors["actor_id"], ". : _ -"),
                                ("ties: {} relation", network.ties["relation"], ". : _ - and blanks")):
        allowed = r"[\w.: -]+" if "blanks" in signs else r"[\w.:-]+"
        if wrong := int((~found.str.fullmatch(allowed).fillna(False).astype(bool)).sum()):
            raise TableError(f"ActorNetwork.{where.format(wrong)} are not codes of letters, digits and {signs}; "
                             "nothing was written.")


def _pajek(network: ActorNetwork) -> bytes:
    """Return vertices by code, then the ties of each relation, numbered and named as Pajek has them."""
    codes = sorted(network.actors["actor_id"])
    number = {code: i for i, code in enumerate(codes, 1)}
    lines = [f"*Vertices {len(codes)}", *(f'{i} "{code}"' for code, i in number.items())]
    word = "*Arcs" if network.directed else "*Edges"
    for place, (relation, ties) in enumerate(network.ties.groupby("relation", sort=True), 1):
        lines.append(f'{word} :{place} "{relation}"')
        rows = sorted(zip(ties["source"].map(number), ties["target"].map(number), ties["weight"], strict=True))
        lines += [f"{source} {target} {float(weight):.10g}" for source, target, weight in rows]
    # Pajek runs on Windows and ends lines as Windows does
    return "\r\n".join([*lines, ""]).encode()


def _gexf(graph: nx.Graph) -> bytes:
    from networkx.readwrite.gexf import GEXFWriter

    writer = GEXFWriter(version="1.2draft")
    # the writer puts in today's date and its own version, and the same network must give the same bytes
    meta = writer.xml[0]
    del meta.attrib["lastmodifieddate"]
    meta[0].text = "workbench"
    writer.add_graph(graph)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _graphml(graph: nx.Graph) -> bytes:
    import networkx as nx

    stream = BytesIO()
    nx.write_graphml(graph, stream)
    return stream.getvalue()


def _plain(network: ActorNetwork, corpus: Corpus | None, *, spells: bool) -> nx.Graph:
    """Return the graph with plain attributes: GEXF and GraphML know no lists of posts and nothing missing."""
    import networkx as nx

    actors = network.actors.rename(columns={"kind": "type"}).assign(label=network.actors["actor_id"])
    ties = network.ties.rename(columns={"relation": "edge_type"})
    ties = ties.assign(n_objects=pd.Series([len(p) for p in ties["posts"]], index=ties.index, dtype="int64"))
    if corpus is not None:
        actors, ties = _date_actors(actors, corpus, spells=spells), _date_ties(ties, corpus, spells=spells)
    ties = ties.drop(columns="posts").sort_values(["source", "target", "edge_type"])
    is_multi = bool(ties.duplicated(["source", "target"]).any())
    graph: nx.Graph = ((nx.MultiDiGraph if network.directed else nx.MultiGraph) if is_multi
                       else nx.DiGraph if network.directed else nx.Graph)()
    for row in actors.sort_values("actor_id").to_dict("records"):
        graph.add_node(row.pop("actor_id"), **_present(row))
    for number, row in enumerate(ties.to_dict("records")):
        # GraphML writes the key as the id of the edge, which must stand once in the file
        key = {"key": number} if is_multi else {}
        graph.add_edge(row.pop("source"), row.pop("target"), **key, **_present(row))
    return graph


def _present(row: dict[Any, Any]) -> dict[str, Any]:
    """Return the attributes that are not missing, as plain Python values."""
    return {str(k): v.item() if isinstance(v, np.generic) else v for k, v in row.items()
            if isinstance(v, list) or not pd.isna(v)}


def _date_actors(actors: pd.DataFrame, corpus: Corpus, *, spells: bool) -> pd.DataFrame:
    """Add how much, in which language and from when to when each actor posted."""
    posts = corpus.posts[["arena_id", "account_id", "posted_at", "language"]]
    # an actor is an arena or an account, and their codes never meet
    said = pd.concat([posts.rename(columns={c: "actor_id"})[["actor_id", "posted_at", "language"]]
                      for c in ("arena_id", "account_id")])
    said = said[said["actor_id"].isin(actors["actor_id"])]
    seen = said.groupby("actor_id")["posted_at"].agg(first="min", last="max", posts="size")
    # the first of equally frequent languages by name
    tongues = said.groupby(["actor_id", "language"]).size().rename("times").reset_index()
    tongues = tongues.sort_values(["actor_id", "times", "language"], ascending=[True, False, True])
    seen["language"] = tongues.drop_duplicates("actor_id").set_index("actor_id")["language"]
    seen["first_seen"], seen["last_seen"] = seen["first"].dt.strftime(TIME), seen["last"].dt.strftime(TIME)
    if spells:
        seen["start"], seen["end"] = seen["first"].dt.strftime(DAY), seen["last"].dt.strftime(DAY)
    return actors.join(seen.drop(columns=["first", "last"]), on="actor_id")


def _date_ties(ties: pd.DataFrame, corpus: Corpus, *, spells: bool) -> pd.DataFrame:
    """Add from when to when each tie has evidence, and the runs of days that have some."""
    ties = ties.reset_index(drop=True)
    proof = pd.DataFrame({"tie": np.repeat(ties.index.to_numpy(), ties["n_objects"]),
                          "post_id": pd.array([p for posts in ties["posts"] for p in posts], dtype="string")})
    proof = proof.merge(corpus.posts[["post_id", "posted_at"]], on="post_id")
    seen = proof.groupby("tie")["posted_at"].agg(["min", "max"])
    ties["first_seen"], ties["last_seen"] = seen["min"].dt.strftime(TIME), seen["max"].dt.strftime(TIME)
    if not spells:
        return ties
    days = proof.assign(day=proof["posted_at"].dt.floor("D"))[["tie", "day"]]
    days = days.drop_duplicates().sort_values(["tie", "day"], ignore_index=True)
    goes_on = (days["tie"] == days["tie"].shift()) & (days["day"] - days["day"].shift() == pd.Timedelta(days=1))
    runs = days.groupby(["tie", (~goes_on).cumsum()])["day"].agg(["min", "max"])
    named = pd.Series(list(zip(runs["min"].dt.strftime(DAY), runs["max"].dt.strftime(DAY), strict=True)),
                      index=runs.index.get_level_values("tie"), dtype=object)
    ties["spells"] = named.groupby(level=0).agg(list) if len(named) else None
    return ties
