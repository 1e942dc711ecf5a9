from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import networkx as nx
import pytest

from workbench.study import open_study


@pytest.fixture(scope="module")
def explored(city_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, nbformat.NotebookNode]:
    """The study after the notebook ran, and the notebook with its outputs."""
    import papermill

    folder = tmp_path_factory.mktemp("explored") / "lillehavn"
    shutil.copytree(city_folder, folder, ignore=shutil.ignore_patterns("reports", "findings"))
    out = folder.parent / "out.ipynb"
    papermill.execute_notebook(str(folder / "notebooks" / "explore" / "networks.ipynb"), str(out), progress_bar=False,
                               parameters={"study_folder": str(folder), "communities_runs": 10, "language": "en"},
                               log_output=False)
    return folder, nbformat.read(out, as_version=4)


def shown(notebook: nbformat.NotebookNode) -> str:
    """Return everything that the notebook shows."""
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    return "\n".join(str(o.get("text", "")) + "".join(str(v) for v in o.get("data", {}).values()) for o in outputs)


def test_what_it_saves_opens_again(explored) -> None:
    folder, _ = explored
    saved = folder / "data" / "processed" / "actors"
    names = {f"forwards-2025Q3.{kind}" for kind in ("gexf", "graphml", "html")}
    names |= {f"together-2025Q3.{kind}" for kind in ("gexf", "html")}
    assert {p.name for p in saved.iterdir()} == names
    one, two = nx.read_gexf(saved / "forwards-2025Q3.gexf"), nx.read_graphml(saved / "forwards-2025Q3.graphml")
    assert set(one) == set(two)
    assert set(one.edges) == set(two.edges)
    assert len(one.edges) > 100
    together = nx.read_gexf(saved / "together-2025Q3.gexf")
    assert len({group for _, group in together.nodes(data="community")} - {None}) >= 1
    assert max(q for *_, q in together.edges(data="q")) < 0.05


def test_it_shows_the_maps_and_says_what_they_show(explored) -> None:
    _, notebook = explored
    words = shown(notebook)
    assert "First, the groups: group 1 has" in words
    assert words.count("<iframe sandbox") == 2
    # the map, bridges, change, domains, flows, spread and coordination
    assert words.count("<svg") == 7
    assert "New in the network since the quarter before:" in words
    assert "accounts and channels in" in words.casefold()


def test_it_shows_and_saves_no_title(explored) -> None:
    folder, notebook = explored
    titles = {t for t in open_study(folder).corpus("2025Q3").arenas["title"].dropna() if len(t) > 3}
    assert titles
    files = [p.read_text(encoding="utf-8") for p in (folder / "data" / "processed" / "actors").iterdir()]
    assert not [t for t in titles for text in (shown(notebook), *files) if t in text]


def test_it_releases_nothing(explored) -> None:
    folder, _ = explored
    assert not (folder / "data" / "processed" / "findings").exists()
