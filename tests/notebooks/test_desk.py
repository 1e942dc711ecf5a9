"""The notebook opens both desks, and neither post nor answer is kept in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from tests.reviews import propose, topic, word
from workbench.settings import read_settings
from workbench.speech import draw_sample, load_codebook, save_sample
from workbench.study import open_study

PERIOD = "2025Q3"


@pytest.fixture(scope="module")
def opened(city_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """The notebook, run on a copy of the made-up city in which a sample was drawn, and the texts of its posts."""
    import papermill

    folder = tmp_path_factory.mktemp("desk")
    study = folder / city_folder.name
    shutil.copytree(city_folder, study, ignore=shutil.ignore_patterns("reports"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_KEY_FILE", str(city_folder.parent / "lillehavn.key"))
        assert read_settings(study).folder == study
        corpus = open_study(study).corpus(PERIOD)
        save_sample(study, PERIOD, draw_sample(corpus, period=PERIOD, codebook=load_codebook(study), seed=1, size=100))
        propose(study, topic("K-003", "løbehjul", "fortovet", "cykelstien"), word("skærgården"))
        source = Path(__file__).parents[2] / "notebooks" / "desk.ipynb"
        papermill.execute_notebook(str(source), str(folder / "out.ipynb"), progress_bar=False, log_output=False,
                                   parameters={"study_folder": str(study), "period": PERIOD})
    return nbformat.read(folder / "out.ipynb", as_version=4), corpus.posts["text"].dropna()


def test_both_desks_open_and_progress_is_told(opened) -> None:
    notebook, _ = opened
    kinds = [kind for cell in notebook.cells for output in cell.get("outputs", []) for kind in output.get("data", {})]
    assert kinds.count("application/vnd.jupyter.widget-view+json") == 2
    assert not [output for cell in notebook.cells for output in cell.get("outputs", []) if output.output_type == "error"]
    assert "coder 1" in json.dumps(notebook.cells[-2].outputs)


def test_no_post_is_kept_in_the_notebook_nor_in_the_state_of_its_widgets(opened) -> None:
    notebook, texts = opened
    kept = json.dumps(notebook, ensure_ascii=False)
    assert kept.count("export default") == 2
    assert "skærgården" not in kept
    assert "wb-desk" in kept  # the state of widgets is in it
    long = texts[texts.str.len().gt(40)].str.slice(0, 40)
    assert len(long) > 500
    assert not any(json.dumps(text, ensure_ascii=False)[1:-1] in kept for text in long)
