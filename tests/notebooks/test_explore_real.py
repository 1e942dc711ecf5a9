"""The notebooks on a study of real channels, where the machine has one: other languages, gaps, nothing planted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.notebooks.exploring import copy_study, faults_of, run_notebook

REAL = Path(os.environ.get("WORKBENCH_REAL_STUDY", "/tmp/real/nordic"))


@pytest.mark.skipif(not (REAL / "study.toml").is_file(), reason="there is no study of real channels here")
@pytest.mark.parametrize(("name", "more"), [("1_import", {}), ("2_topics", {"refits": 2}),
                                            ("3_actors", {"communities_runs": 5})])
def test_it_runs_on_real_channels_and_nothing_makes_a_reader_stumble(name: str, more: dict, tmp_path: Path) -> None:
    study = copy_study(REAL, tmp_path)
    assert faults_of(run_notebook(name, study, tmp_path / "out.ipynb", **more)) == []


@pytest.mark.parametrize("name", ["1_import", "2_topics", "3_actors"])
def test_an_empty_study_says_kindly_what_to_do_before_it_stops(name: str, tmp_path: Path) -> None:
    import nbformat
    import papermill
    from tests.notebooks.exploring import shown

    from workbench.starting import start_study

    start_study(tmp_path / "tom", name="Tom")
    with pytest.raises(papermill.exceptions.PapermillExecutionError, match="nothing has been imported"):
        run_notebook(name, tmp_path / "tom", tmp_path / "out.ipynb")
    notebook = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert "wb-warning" in shown(notebook, "open_study").partition("</style>")[2]
