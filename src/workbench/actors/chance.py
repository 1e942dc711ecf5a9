"""Compare how tightly knit a network is with copies in which only the number of ties is kept (M15, M16)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from workbench.actors.communities import leiden
from workbench.actors.measures import draw_graph, fold_ties, settle
from workbench.actors.rewiring import rewire
from workbench.errors import TableError
from workbench.tables.actors import CHANCE_COLUMNS, ActorNetwork


def find_tightness(network: ActorNetwork, *, seed: int, graphs: int = 99) -> pd.DataFrame:
    """Find how tightly knit a network is beside rewired copies of it.

    In a rewired copy every actor has as many ties as it had, in and out (Maslov & Sneppen 2002),
    so what popular actors alone bring about is no sign of a tight knot. Only ties between actors
    of the corpus count: sources outside are not collected, so they can neither answer nor close.

    Parameters
    ----------
    graphs
        Rewired copies, at least 19; p is never below 1/(graphs + 1).

    Returns
    -------
    table
        One row per measure, columns `CHANCE_COLUMNS`: reciprocity (share of ties that are
        answered; missing where ties have no direction), clustering (share of connected triples
        that are closed; direction and weight left out) and modularity (weighted, the best that
        Leiden finds). Missing where there are no such ties.

    Raises
    ------
    TableError
        If `graphs` is below 19.
    """
    if graphs < 19:
        raise TableError(f"find_tightness: graphs is {graphs}; at least 19 are needed for a p of .05.")
    names = ["reciprocity", "clustering", "modularity"]
    seen = pd.DataFrame(np.nan, index=range(graphs + 1), columns=names)
    inside = network.actors.loc[network.actors["kind"] != "outside", "actor_id"]
    ties = network.ties[network.ties["source"].isin(inside) & network.ties["target"].isin(inside)]
    if len(ties):
        ends, weights = settle(replace(network, ties=ties))[1:]
        rng = np.random.default_rng(seed)
        for i in range(graphs + 1):
            drawn = rewire(ends, rng, directed=network.directed) if i else ends
            seen.loc[i] = _measure(drawn, weights, network.directed, int(rng.integers(2**31)))
    chance = seen.iloc[1:]
    higher = (chance >= seen.iloc[0] - 1e-12).sum()
    table = pd.DataFrame({"observed": seen.iloc[0], "expected": chance.mean(), "low": chance.quantile(0.025),
                          "high": chance.quantile(0.975), "p": (1 + higher) / (graphs + 1)})
    table["p"] = table["p"].where(table["observed"].notna())
    return table.rename_axis("measure").reset_index()[list(CHANCE_COLUMNS)].astype(CHANCE_COLUMNS)


def _measure(ends: np.ndarray, weights: np.ndarray, directed: bool, seed: int) -> list[float]:
    size = int(ends.max()) + 1
    folded, summed = fold_ties(size, ends, weights)
    graph = draw_graph(size, folded)
    # each pair that is answered makes one folded tie out of two
    answered = 2 * (len(ends) - len(folded)) / len(ends) if directed else np.nan
    groups = leiden(graph, summed, seed)
    return [answered, graph.transitivity_undirected(mode="zero"),
            graph.modularity(groups.tolist(), weights=summed.tolist())]
