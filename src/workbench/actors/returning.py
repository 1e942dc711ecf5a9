"""What somebody did to a network in Gephi, brought back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# of an attribute in GEXF and GraphML: the type of the column
_KINDS = {"integer": "Int64", "int": "Int64", "long": "Int64", "short": "Int64", "byte": "Int64", "double": "Float64",
          "float": "Float64", "bigdecimal": "Float64", "boolean": "boolean"}
_OURS = ("label", "type", "posts", "language", "first_seen", "last_seen", "start", "end")  # as `save_graph` writes them


def read_graph(network: ActorNetwork, path: Path) -> ActorNetwork:
    """Read a graph that was saved, changed in Gephi and exported from it: its new columns, and who was filtered out.

    Parameters
    ----------
    network
        The one that `save_graph` wrote.
    path
        GEXF or GraphML, as Gephi and networkx export them.

    Returns
    -------
    network
        Columns that the file has and `actors` has not are added under the names they have there (``modularity_class``,
        ``x`` and ``y`` of a GEXF's layout); columns that are there already stay as they are. Actors and ties that are
        no longer in the file are gone. `provenance` gains `read_back`: the columns, and how many actors and ties went.

    Raises
    ------
    TableError
        If the file is no such graph, or has nodes that are no actors of this network.
    """
    root = _parse(path)
    nodes, ties = (_read_gexf if _name(root) == "gexf" else _read_graphml)(root, path)
    strangers = int((~nodes.index.isin(network.actors["actor_id"])).sum())
    if strangers or nodes.empty or not nodes.index.is_unique:
        raise TableError(f"{path}: {strangers} of {len(nodes)} nodes are no actors of this network. Give the network "
                         "that the file was saved from, with the same level, arena or account.")
    new = nodes.drop(columns=[c for c in nodes if c in network.actors or c in _OURS])
    actors = network.actors[network.actors["actor_id"].isin(nodes.index)].reset_index(drop=True)
    actors = actors.join(new, on="actor_id")
    kept = pd.Series([pair in ties or (not network.directed and pair[::-1] in ties)
                      for pair in zip(network.ties["source"], network.ties["target"], strict=True)],
                     index=network.ties.index, dtype=bool)
    told = {"columns": list(new), "actors_gone": len(network.actors) - len(actors), "ties_gone": int((~kept).sum())}
    return replace(network, actors=actors, ties=network.ties[kept].reset_index(drop=True),
                   provenance={**network.provenance, "read_back": told})


def _parse(path: Path) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import parse

    try:
        root: Element | None = parse(path).getroot()
    except (ParseError, DefusedXmlException, UnicodeDecodeError) as error:
        raise TableError(f"{path}: is no GEXF or GraphML that can be read ({type(error).__name__}). In Gephi: File, "
                         "Export, Graph file, and choose GEXF.") from error
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}).") from error
    if root is None or _name(root) not in ("gexf", "graphml"):
        raise TableError(f"{path}: is neither GEXF nor GraphML. In Gephi: File, Export, Graph file, and choose GEXF.")
    return root


def _read_gexf(root: Element, path: Path) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    names, kinds = {}, {}
    for block in _all(root, "attributes"):
        if block.get("class") == "node":
            for told in _all(block, "attribute"):
                names[told.get("id")] = title = str(told.get("title"))
                kinds[title] = _KINDS.get(str(told.get("type")).casefold(), "string")
    rows: dict[str, dict[str, Any]] = {}
    for node in _all(root, "node"):
        row = rows.setdefault(str(node.get("id")), {})
        row |= {names[v.get("for")]: v.get("value") for v in _all(node, "attvalue") if v.get("for") in names}
        for place in _all(node, "position"):
            row |= {axis: place.get(axis) for axis in ("x", "y")}
            kinds |= {"x": "Float64", "y": "Float64"}
    return _typed(rows, kinds, path), {(str(e.get("source")), str(e.get("target"))) for e in _all(root, "edge")}


def _read_graphml(root: Element, path: Path) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    keys = {k.get("id"): k for k in _all(root, "key") if k.get("for") in ("node", "all")}
    names = {key: str(told.get("attr.name") or key) for key, told in keys.items()}
    kinds = {names[key]: _KINDS.get(str(told.get("attr.type")).casefold(), "string") for key, told in keys.items()}
    rows = {str(node.get("id")): {names[d.get("key")]: d.text for d in _all(node, "data") if d.get("key") in names}
            for node in _all(root, "node")}
    return _typed(rows, kinds, path), {(str(e.get("source")), str(e.get("target"))) for e in _all(root, "edge")}


def _typed(rows: dict[str, dict[str, Any]], kinds: dict[str, str], path: Path) -> pd.DataFrame:
    """Return a row per node, by its id, each column of the type that the file declares."""
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(kinds), dtype=object)
    try:
        return pd.DataFrame({name: _column(table[name], kind) for name, kind in kinds.items()}, index=table.index)
    except (ValueError, TypeError) as error:
        raise TableError(f"{path}: a column of numbers holds something else. Export it again.") from error


def _column(values: pd.Series, kind: str) -> pd.Series:
    if kind == "boolean":
        return values.map(lambda v: {"true": True, "false": False}.get(str(v).casefold())).astype("boolean")
    if kind == "string":
        return values.astype("string")
    numbers: pd.Series = pd.to_numeric(values).astype("Float64")
    return numbers.astype("Int64") if kind == "Int64" else numbers


def _all(element: Element, name: str) -> list[Element]:
    """Return the elements of a name below another, whatever namespace and version of the format they are of."""
    return [found for found in element.iter() if _name(found) == name]


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
