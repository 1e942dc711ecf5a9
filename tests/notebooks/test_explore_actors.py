from __future__ import annotations

from pathlib import Path

import nbformat
import networkx as nx
import pytest
from tests.notebooks.exploring import copy_study, faults_of, run_notebook, shown

from workbench.study import open_study

PICTURES = ("plot_network(", "plot_bridges", "plot_network_change", "plot_domains", "plot_link_flows", "plot_spread",
            "plot_coordination")


@pytest.fixture(scope="module")
def explored(city_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, nbformat.NotebookNode]:
    """The study after the notebook ran, and the notebook with its outputs."""
    folder = copy_study(city_folder, tmp_path_factory.mktemp("explored"))
    return folder, run_notebook("3_actors", folder, folder.parent / "out.ipynb", communities_runs=10, language="en")


def test_nothing_in_it_makes_a_reader_stumble(explored) -> None:
    assert faults_of(explored[1]) == []


def test_what_it_saves_opens_again(explored) -> None:
    folder, _ = explored
    saved = folder / "data" / "processed" / "actors"
    graphs = {f"forwards-2025Q3.{kind}" for kind in ("gexf", "graphml", "html")}
    graphs |= {f"together-2025Q3.{kind}" for kind in ("gexf", "html")}
    names = {p.name for p in saved.iterdir()}
    assert names >= graphs
    assert {Path(name).suffix for name in names - graphs} == {".svg", ".png", ".csv"}  # of the chart that was saved
    one, two = nx.read_gexf(saved / "forwards-2025Q3.gexf"), nx.read_graphml(saved / "forwards-2025Q3.graphml")
    assert set(one) == set(two)
    assert set(one.edges) == set(two.edges)
    assert len(one.edges) > 100
    together = nx.read_gexf(saved / "together-2025Q3.gexf")
    assert len({group for _, group in together.nodes(data="community")} - {None}) >= 1
    assert max(q for *_, q in together.edges(data="q")) < 0.05


def test_what_comes_back_from_gephi_stands_beside_ours(explored) -> None:
    folder, notebook = explored
    page = shown(notebook, "read_graph")
    assert "<th" in page
    graph = nx.read_gexf(folder / "data" / "processed" / "actors" / "forwards-2025Q3.gexf")
    assert page.partition("</tbody>")[0].count("<tr>") == len(graph) + 1


def test_it_shows_the_maps_and_says_what_they_show(explored) -> None:
    _, notebook = explored
    words = shown(notebook)
    assert "First, the groups: group 1 has" in words
    assert words.count("<iframe sandbox") == 2
    assert [name for name in PICTURES if "<svg" not in shown(notebook, name)] == []
    assert "New in the network since the quarter before:" in words
    assert "accounts and channels in" in words.casefold()
    assert "modularity" in shown(notebook, "find_tightness")
    assert "declared_move" in shown(notebook, "find_lineage")


def test_it_shows_and_saves_no_title(explored) -> None:
    folder, notebook = explored
    titles = {t for t in open_study(folder).corpus("2025Q3").arenas["title"].dropna() if len(t) > 3}
    assert titles
    files = [p.read_text(encoding="utf-8") for p in (folder / "data" / "processed" / "actors").iterdir()
             if p.suffix != ".png"]
    assert not [t for t in titles for text in (shown(notebook), *files) if t in text]


def test_it_releases_nothing(explored) -> None:
    folder, _ = explored
    assert not (folder / "data" / "processed" / "findings").exists()
