from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the wheel of this checkout into an empty folder."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True,
                   capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_carries_notebooks_lock_catalogs_and_templates(wheel: Path) -> None:
    for path in [p for ending in ("*.ipynb", "*.product.toml") for p in (ROOT / "notebooks").rglob(ending)]:
        assert (wheel / "workbench" / path.relative_to(ROOT)).read_bytes() == path.read_bytes()
    assert (wheel / "workbench" / "requirements.lock").read_bytes() == (ROOT / "requirements.lock").read_bytes()
    for path in (ROOT / "src" / "workbench").rglob("*"):
        if path.suffix in (".po", ".typ", ".j2", ".css", ".toml", ".pyi", ".example", ".csv"):
            assert (wheel / path.relative_to(ROOT / "src")).is_file(), path


def test_a_study_is_made_from_the_wheel_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    code = "import workbench; print(workbench.__file__); from workbench.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "init", "by"], cwd=tmp_path, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(wheel)}, check=True)
    assert str(wheel) in done.stdout
    assert (tmp_path / "by" / "notebooks" / "quarterly_report.ipynb").is_file()


def test_the_wheel_carries_its_license_under_a_name_that_is_free(wheel: Path) -> None:
    [facts] = wheel.glob("*.dist-info")
    assert facts.name.startswith("findings_workbench-")
    assert (facts / "licenses" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    metadata = (facts / "METADATA").read_text(encoding="utf-8").splitlines()
    assert {"Name: findings-workbench", "License-Expression: MIT", "License-File: LICENSE"} <= set(metadata)


def test_the_command_of_the_wheel_says_its_version(wheel: Path, tmp_path: Path) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    done = subprocess.run([sys.executable, "-c", "from workbench.cli import main; main()", "--version"], cwd=tmp_path,
                          capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(wheel)}, check=True)
    assert done.stdout == f"workbench {declared}\n"
