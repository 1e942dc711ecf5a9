"""The notebooks on a study of real channels, where the data are there: other languages, gaps, nothing planted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import papermill
import pytest
from tests.notebooks.exploring import faults_of, run_notebook, shown

from workbench.sources import import_exports
from workbench.starting import start_study
from workbench.study import open_study

WALKS = ("1_import", "2_topics", "3_actors", "4_speech", "5_findings", "6_arenas")
CARD = """controller = "Prøveby Kommune"
purpose = "afprøvning"
legal_basis = "databeskyttelsesloven § 10"
access = "open"
collected_by = "en medarbejder"
collected_with = "telegram-tracker"
collected_from = 2021-01-01
collected_to = 2024-12-31
tdm_reservation = "none found"
tdm_checked = "2025-01-01"
delete_by = 2090-01-01
"""


@pytest.fixture(scope="module")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    posts = shared_data / "tg_nordic_small" / "messages.csv"
    if not posts.is_file():
        pytest.skip("shared/data/tg_nordic_small is not there")
    folder = tmp_path_factory.mktemp("real") / "study"
    start_study(folder, name="Prøveby")
    place = folder / "data" / "raw" / "channels"
    place.mkdir()
    shutil.copyfile(posts, place / posts.name)
    (place / "source.toml").write_text(CARD, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_KEY_FILE", str(folder.parent / "real.key"))
        import_exports([place], settings=open_study(folder).settings)
        yield folder


@pytest.mark.parametrize("name", WALKS)
def test_it_runs_on_real_channels_and_nothing_makes_a_reader_stumble(name: str, real: Path, tmp_path: Path) -> None:
    more = {"1_import": {}, "3_actors": {"communities_runs": 5}}.get(name, {"refits": 2})
    assert faults_of(run_notebook(name, real, tmp_path / "out.ipynb", quarter="2024Q2", **more)) == []


@pytest.mark.parametrize("name", WALKS)
def test_an_empty_study_says_kindly_what_to_do_before_it_stops(name: str, tmp_path: Path) -> None:
    start_study(tmp_path / "tom", name="Tom")
    with pytest.raises(papermill.exceptions.PapermillExecutionError, match="nothing has been imported"):
        run_notebook(name, tmp_path / "tom", tmp_path / "out.ipynb")
    notebook = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert "wb-warning" in shown(notebook, "open_study").partition("</style>")[2]
