"""A new version of the package and what people changed in a study get along."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from workbench import starting
from workbench.errors import WorkbenchError
from workbench.starting import INSTALLED, start_study
from workbench.upgrading import find_file, keep_own, merge_upgrade, show_upgrade, upgrade_study

NAME = "notebooks/explore/3_actors.ipynb"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    start_study(tmp_path / "by")
    return tmp_path / "by"


@pytest.fixture
def package(study: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Stand for the notebooks of a later version of the package, which a test may change."""
    folder = tmp_path / "package"
    for path in (study / "notebooks").rglob("*.*"):
        target = folder / path.relative_to(study / "notebooks")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    monkeypatch.setattr(starting, "find_notebooks", lambda: folder)
    return folder / "explore" / "3_actors.ipynb"


def edit(path: Path, cell: int, text: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[cell].source = text
    nbformat.write(notebook, path)


def cells(path: Path) -> list[str]:
    return [c.source for c in nbformat.read(path, as_version=4).cells]


def what(study: Path) -> str:
    return {p.relative_to(study).as_posix(): said for p, said in upgrade_study(study)}[NAME]


def test_a_file_nobody_touched_is_updated_and_one_only_you_touched_stays_yours(study: Path, package: Path) -> None:
    assert what(study) == "kept"
    edit(package, 0, "# New words of the package")
    assert what(study) == "updated"
    assert cells(study / NAME)[0] == "# New words of the package"
    edit(study / NAME, 0, "# My own words")
    assert what(study) == "yours"
    assert cells(study / NAME)[0] == "# My own words"
    assert not (study / f"{NAME}.new").exists()


def test_a_notebook_that_the_package_no_longer_has_goes_unless_you_changed_it(study: Path, package: Path) -> None:
    package.unlink()
    assert what(study) == "gone"
    assert not (study / NAME).exists()
    assert not (study / INSTALLED / NAME).exists()
    assert NAME not in {p.relative_to(study).as_posix() for p, _ in upgrade_study(study)}


def test_a_notebook_of_yours_stays_when_the_package_drops_it(study: Path, package: Path) -> None:
    edit(study / NAME, 0, "# My own words")
    (study / "notebooks" / "mine.ipynb").write_text("{}", encoding="utf-8")
    package.unlink()
    assert what(study) == "yours"
    assert NAME not in {p.relative_to(study).as_posix() for p, _ in upgrade_study(study)}
    assert cells(study / NAME)[0] == "# My own words"
    assert (study / "notebooks" / "mine.ipynb").exists()


def test_where_both_changed_it_yours_stays_and_the_new_one_lies_beside(study: Path, package: Path) -> None:
    edit(package, 0, "# New words of the package")
    edit(study / NAME, 2, "my_own = 1")
    assert what(study) == "beside"
    assert cells(study / NAME)[2] == "my_own = 1"
    told = show_upgrade(study, study / NAME)
    mine, theirs = told.split("to what is of the package")
    assert "my_own = 1" in mine
    assert "New words of the package" not in mine
    assert "New words of the package" in theirs
    before = merge_upgrade(study, study / NAME)
    assert cells(study / NAME)[0] == "# New words of the package"
    assert cells(study / NAME)[2] == "my_own = 1"
    assert cells(before)[2] == "my_own = 1"
    assert what(study) == "yours"
    assert not (study / f"{NAME}.new").exists()


def test_the_same_cell_changed_by_both_is_named_and_nothing_is_touched(study: Path, package: Path) -> None:
    edit(package, 0, "# New words of the package")
    edit(study / NAME, 0, "# Something else altogether, by me")
    upgrade_study(study)
    held = (study / NAME).read_bytes()
    with pytest.raises(WorkbenchError, match=r"both changed cell 1\. Nothing was touched"):
        merge_upgrade(study, study / NAME)
    assert (study / NAME).read_bytes() == held
    keep_own(study, study / NAME)
    assert what(study) == "yours"
    edit(package, 0, "# Newer words still")
    assert what(study) == "beside"


def test_a_study_of_an_older_version_is_never_overwritten(study: Path, package: Path) -> None:
    (study / INSTALLED / NAME).unlink()
    edit(package, 0, "# New words of the package")
    assert what(study) == "beside"
    with pytest.raises(WorkbenchError, match="not known"):
        merge_upgrade(study, study / NAME)
    assert "New words of the package" in show_upgrade(study, study / NAME)


def test_text_files_are_compared_by_lines_and_not_merged(study: Path) -> None:
    readme = study / "reports" / "README.md"
    (study / INSTALLED / "reports" / "README.md").write_text("as it was\n", encoding="utf-8")
    readme.write_text("mine\n", encoding="utf-8")
    upgrade_study(study)
    assert "+mine" in show_upgrade(study, readme)
    with pytest.raises(WorkbenchError, match="only notebooks are merged"):
        merge_upgrade(study, readme)


def test_a_file_is_found_by_its_name_and_a_wrong_name_lists_what_waits(study: Path, package: Path) -> None:
    with pytest.raises(WorkbenchError, match="New versions wait of: none"):
        find_file(study, "3_actors.ipynb")
    edit(package, 0, "# New words of the package")
    edit(study / NAME, 2, "my_own = 1")
    upgrade_study(study)
    assert find_file(study, "3_actors.ipynb") == study / NAME
    with pytest.raises(WorkbenchError, match=NAME):
        find_file(study, "network.ipynb")
    with pytest.raises(WorkbenchError, match="no new version of it waits"):
        keep_own(study, study / "study.toml")


def test_a_broken_notebook_is_named_and_left_alone(study: Path, package: Path) -> None:
    edit(package, 0, "# New words of the package")
    (study / NAME).write_text("{", encoding="utf-8")
    upgrade_study(study)
    with pytest.raises(WorkbenchError, match="is no notebook that can be read"):
        merge_upgrade(study, study / NAME)
    assert (study / NAME).read_text(encoding="utf-8") == "{"


def test_a_new_codebook_is_told_as_a_choice_and_not_as_a_change_of_yours(study: Path) -> None:
    from workbench.telling import tell_upgrade

    codebook, notebook = study / "codebook.toml", study / NAME
    alone = tell_upgrade(study, [(codebook, "beside"), (notebook, "kept")])
    assert "Both you" not in alone
    assert "A new codebook.toml lies beside yours" in alone
    assert alone.endswith("Next: workbench upgrade --diff codebook.toml, then --keep")
    both = tell_upgrade(study, [(codebook, "beside"), (notebook, "beside")])
    assert f"Both you and the package changed {NAME}: yours stays" in both
    assert both.endswith(f"Next: workbench upgrade --diff {Path(NAME).name}, then --merge or --keep")
    assert tell_upgrade(study, [(notebook, "updated")]) == f"{study}: 1 updated."


@pytest.mark.parametrize(("is_edited", "said"), [(False, "gone"), (True, "yours")])
def test_a_notebook_that_another_one_replaced_goes_unless_you_changed_it(study: Path, is_edited: bool, said: str) -> None:
    old = "notebooks/coding.ipynb"
    for path in (study / old, study / INSTALLED / old):
        path.write_text("{}", encoding="utf-8")
    if is_edited:
        (study / old).write_text('{"own": 1}', encoding="utf-8")
    assert {p.relative_to(study).as_posix(): what for p, what in upgrade_study(study)}[old] == said
    assert (study / old).exists() is is_edited
    assert (study / "notebooks" / "desk.ipynb").is_file()


def test_a_notebook_of_your_own_with_an_old_name_is_left_alone(study: Path) -> None:
    (study / "notebooks" / "coding.ipynb").write_text("{}", encoding="utf-8")
    upgrade_study(study)
    assert (study / "notebooks" / "coding.ipynb").read_text(encoding="utf-8") == "{}"
