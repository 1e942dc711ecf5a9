from __future__ import annotations

import pytest

from workbench.errors import InputError, TableError
from workbench.rehearsing import rehearse_audit
from workbench.starting import start_study
from workbench.study import open_study


def test_posts_of_people_are_never_coded_by_made_up_coders(tmp_path) -> None:
    start_study(tmp_path, name="By", contact="By Kommune")
    with pytest.raises(InputError, match=r"a study of real posts.*workbench speech draw 2025Q3"):
        rehearse_audit(open_study(tmp_path), "2025Q3")
    assert not (tmp_path / "coding").exists()


def test_a_city_whose_truth_is_gone_is_told(tmp_path) -> None:
    start_study(tmp_path, is_city=True)
    with pytest.raises(InputError, match=r"truth\.json: holds no whole truth"):
        rehearse_audit(open_study(tmp_path), "2025Q3")


def test_a_period_that_is_no_quarter_is_refused(tmp_path) -> None:
    start_study(tmp_path, is_city=True)
    with pytest.raises(TableError, match="Give the quarter that holds it: 2025Q3"):
        rehearse_audit(open_study(tmp_path), "2025-07")
