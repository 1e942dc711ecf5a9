from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workbench.study import open_study
from workbench.training.town import Town, hand_out_town, open_town


@pytest.fixture(scope="session")
def town_folder(city_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up city as a course hands it out, once for all tests of courses."""
    folder = tmp_path_factory.mktemp("course")
    whole = folder / "whole"
    shutil.copytree(city_folder, whole, ignore=shutil.ignore_patterns("reports", "findings", "cache", "notebooks"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_KEY_FILE", str(city_folder.parent / "lillehavn.key"))
        hand_out_town(open_study(whole), folder / "participant" / "lillehavn")
    return folder / "participant" / "lillehavn"


@pytest.fixture(scope="session")
def town(town_folder: Path) -> Town:
    return open_town(town_folder)
