"""Write a network as an interactive map for exploring: one HTML file that needs no network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.actors.measures import draw_graph, fold_ties, lend_chance, tie_ends
from workbench.errors import TableError
from workbench.files import write_atomically
from workbench.look import read_look
from workbench.tables.actors import ActorNetwork
from workbench.wording import Wording, open_wording

MEASURES = ("in_strength", "out_strength", "pagerank", "betweenness", "core", "participation", "stability")
WORDS = ("search", "found", "none_found", "evidence", "more", "ties", "group", "smaller_groups", "no_group", "outside",
         "hint", "nothing", "weight", *MEASURES)
LOOKS = ("palette", "symbols", "ink", "muted", "alarm")


@dataclass(frozen=True)
class NetworkMap:
    """An interactive map, shown in JupyterLab as the last value of a cell.

    Attributes
    ----------
    path
        The HTML file; opens in any browser, without a network.
    actors, ties
        How many are drawn.
    """

    path: Path
    actors: int
    ties: int

    def _repr_html_(self) -> str:
        page = html.escape(self.path.read_text(encoding="utf-8"), quote=True)
        # a frame of its own: the page can reach neither the notebook nor the server
        return (f'<iframe sandbox="allow-scripts allow-downloads" title="{html.escape(self.path.name)}" '
                f'srcdoc="{page}" style="display:block;box-sizing:border-box;width:100%;height:680px;'
                f'border:1px solid {read_look().line}"></iframe>')


def save_map(network: ActorNetwork, path: Path, *, language: str = "en", most_actors: int = 600,
             most_ties: int = 3_000, most_posts: int = 50) -> NetworkMap:
    """Save an interactive map of a network as one HTML file, and return it to look at.

    Hover names an actor's measures, a click lists its ties and the ids of the posts that are
    the evidence, the search finds codes, the legend hides and shows communities. Codes only, no
    titles. A map is for exploring and not for publication: it shows single arenas and accounts.

    Parameters
    ----------
    path
        Such as ``data/processed/actors/forwards.html``.
    most_actors, most_ties
        The actors with the largest strength are drawn, of their ties the heaviest; the page says
        how many there are in all. Actors without ties are not drawn.
    most_posts
        Ids listed per tie; the page says how many more there are.

    Raises
    ------
    TableError
        If a bound is below 1.
    """
    if min(most_actors, most_ties, most_posts) < 1:
        raise TableError("save_map: most_actors, most_ties and most_posts must be 1 or more.")
    actors, ties = _drawn(network, most_actors, most_ties)
    wording = open_wording(language)
    data = {"words": {name: wording.say(f"map.{name}") for name in WORDS}, "directed": network.directed,
            "actors": _actor_rows(actors, ties), "ties": _tie_rows(actors, ties, most_posts),
            "look": {name: getattr(read_look(), name) for name in LOOKS}}
    page = _page(data, wording, drawn=(len(actors), len(ties)), whole=(len(network.actors), len(network.ties)))
    write_atomically(path, page)
    return NetworkMap(path=path, actors=len(actors), ties=len(ties))


def _drawn(network: ActorNetwork, most_actors: int, most_ties: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the actors and ties to draw, both in an order that does not hang on that of the rows."""
    ties = network.ties[network.ties["source"] != network.ties["target"]]
    strength = pd.concat([ties.set_index(end)["weight"] for end in ("source", "target")]).groupby(level=0).sum()
    ranked = strength.rename("strength").rename_axis("actor_id").reset_index()
    kept = ranked.sort_values(["strength", "actor_id"], ascending=[False, True])["actor_id"].head(most_actors)
    ties = ties[ties["source"].isin(kept) & ties["target"].isin(kept)]
    ties = ties.sort_values(["weight", "source", "target", "relation"], ascending=[False, True, True, True])
    ties = ties.head(most_ties)
    actors = network.actors[network.actors["actor_id"].isin({*ties["source"], *ties["target"]})]
    actors = actors.merge(ranked, on="actor_id").sort_values(["community", "actor_id"], ignore_index=True)
    return actors, ties.reset_index(drop=True)


def _place(actors: pd.DataFrame, ties: pd.DataFrame) -> np.ndarray:
    """Return positions, by springs (Fruchterman & Reingold 1991) from a circle sorted by community."""
    if actors.empty:
        return np.zeros((0, 2))
    ends, weights = fold_ties(len(actors), tie_ends(actors["actor_id"], ties), ties["weight"].to_numpy(float))
    graph = draw_graph(len(actors), ends)
    angle = 2 * np.pi * np.arange(len(actors)) / len(actors)
    start = np.column_stack([np.cos(angle), np.sin(angle)]) * np.sqrt(len(actors))
    with lend_chance(0):
        found = graph.layout_fruchterman_reingold(weights=np.log1p(weights).tolist(), seed=start.tolist(), niter=500,
                                                  grid="nogrid")
    spots = np.asarray(found.coords).reshape(-1, 2)
    return np.asarray(np.round(spots - spots.mean(axis=0), 3))


def _actor_rows(actors: pd.DataFrame, ties: pd.DataFrame) -> list[dict[str, Any]]:
    spots = _place(actors, ties)
    top = float(actors["strength"].max()) if len(actors) else 1.0
    sizes = 7 + 19 * np.sqrt(actors["strength"].to_numpy(float) / top)
    shown = [c for c in ("kind", "platform", "community", *MEASURES) if c in actors]
    return [{"id": row["actor_id"], "x": float(x), "y": float(y), "size": round(float(size), 1),
             **{c: _plain(row[c]) for c in shown if not pd.isna(row[c])}}
            for row, (x, y), size in zip(actors.to_dict("records"), spots, sizes, strict=True)]


def _tie_rows(actors: pd.DataFrame, ties: pd.DataFrame, most_posts: int) -> list[dict[str, Any]]:
    place = {actor: i for i, actor in enumerate(actors["actor_id"])}
    top = float(ties["weight"].max()) if len(ties) else 1.0
    # the classes of the static map: up to a tenth, up to a third of the heaviest, above
    classes = np.digitize(ties["weight"].to_numpy(float) / top, [0.1, 1 / 3])
    columns = (ties[c].tolist() for c in ("source", "target", "relation", "weight", "posts"))
    return [{"s": place[source], "t": place[target], "relation": relation, "weight": _plain(weight), "class": int(c),
             "posts": [str(p) for p in list(posts)[:most_posts]], "count": len(posts)}
            for source, target, relation, weight, posts, c in zip(*columns, classes, strict=True)]


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _page(data: dict[str, Any], wording: Wording, *, drawn: tuple[int, int], whole: tuple[int, int]) -> str:
    """Return the page: outside text stands in one block of JSON that cannot end its own element."""
    from plotly.offline import get_plotlyjs

    room = files("workbench.actors")
    script = (room / "map.js").read_text(encoding="utf-8")
    library = get_plotlyjs()
    block = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        block = block.replace(sign, f"\\u{ord(sign):04x}")
    # no other script runs on the page, and nothing is loaded from anywhere
    policy = (f"default-src 'none'; script-src {_digest(library)} {_digest(script)}; "
              "style-src 'unsafe-inline'; img-src data: blob:; form-action 'none'; base-uri 'none'")
    facts = {"actors": drawn[0], "ties": drawn[1], "all_actors": whole[0], "all_ties": whole[1]}
    parts = {"language": wording.tag, "policy": policy, "title": wording.say("map.title", facts),
             "note": wording.say("map.note", facts), "search": wording.say("map.search"),
             "library": library, "data": block, "script": script, "look": read_look().for_html()}
    raw = {"library", "data", "script", "look"}
    page = (room / "map.html").read_text(encoding="utf-8")
    # one pass over the template, so that nothing that was put in is read as a mark
    pieces = page.split("%%")
    pieces[1::2] = [parts[name] if name in raw else html.escape(parts[name]) for name in pieces[1::2]]
    return "".join(pieces)


def _digest(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
