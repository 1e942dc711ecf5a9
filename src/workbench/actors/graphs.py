"""Write a network as a file that Gephi opens."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork

if TYPE_CHECKING:
    import networkx as nx


def save_graph(network: ActorNetwork, path: Path, *, kind: Literal["gexf", "graphml"] = "gexf") -> None:
    """Save a network as GEXF 1.2 or GraphML, with codes and measures but no post ids and no titles.

    Nodes carry the columns of `actors` that are not missing, ties `relation`, `weight` and
    `posts`, here their number. The same network gives the same bytes.

    Raises
    ------
    TableError
        If `kind` is neither, or a code holds a character that XML does not allow.
    """
    import networkx as nx

    if kind not in ("gexf", "graphml"):
        raise TableError(f"save_graph: unknown kind {kind!r}; use gexf or graphml.")
    codes = network.actors["actor_id"]
    if wrong := int((~codes.str.fullmatch(r"[\w.:-]+")).sum()):
        raise TableError(f"ActorNetwork.actors: {wrong} actor_id are not codes of letters, digits and . : _ -; "
                         "nothing was written.")
    stream = BytesIO()
    graph = _plain(network)
    if kind == "gexf":
        writer = nx.readwrite.gexf.GEXFWriter(version="1.2draft")
        # the writer puts in today's date, and the same network must give the same bytes
        del writer.xml[0].attrib["lastmodifieddate"]
        writer.add_graph(graph)
        writer.write(stream)
    else:
        nx.write_graphml(graph, stream)
    part = path.with_name(path.name + ".part")
    part.write_bytes(stream.getvalue())
    os.replace(part, path)


def _plain(network: ActorNetwork) -> nx.DiGraph:
    """Return the graph with plain attributes: GEXF and GraphML know no lists and nothing missing."""
    import networkx as nx

    graph = nx.DiGraph()
    for row in network.actors.sort_values("actor_id").to_dict("records"):
        graph.add_node(row.pop("actor_id"), **{str(k): _value(v) for k, v in row.items() if not pd.isna(v)})
    for row in network.ties.sort_values(["source", "target"]).to_dict("records"):
        graph.add_edge(row["source"], row["target"], relation=str(row["relation"]), weight=float(row["weight"]),
                       posts=len(row["posts"]))
    return graph


def _value(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
