from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import CardError
from workbench.handbook import add_claims, read_handbook

ENTRY = """# vores log
[[claim]]   # den fra sommer
id = "c-0123456789ab"
title_da = "At noget er sket"
status = "refuted"
assessed_by = "miljøvagten"
assessed = "2025-09-23 15:00"
source_da = "Måling"
response_da = ""
responded = ""
"""


def write(folder: Path, text: str) -> Path:
    (folder / "handbook").mkdir()
    (folder / "handbook" / "claims.toml").write_bytes(text.encode())
    return folder / "handbook" / "claims.toml"


def test_new_claims_are_put_at_the_end_and_nothing_else_is_touched(tmp_path) -> None:
    path = write(tmp_path, ENTRY)
    assert add_claims(tmp_path, ["c-0123456789ab", "c-aaaaaaaaaaaa"], language="da") == ["c-aaaaaaaaaaaa"]
    assert path.read_text(encoding="utf-8").startswith(ENTRY)
    log = read_handbook(tmp_path, "claims", language="da")
    assert log["id"].tolist() == ["c-0123456789ab", "c-aaaaaaaaaaaa"]
    assert log["status"].tolist() == ["refuted", "unconfirmed"]
    assert log["title"].isna().tolist() == [False, True]
    before = path.read_bytes()
    assert add_claims(tmp_path, ["c-aaaaaaaaaaaa"], language="da") == []
    assert path.read_bytes() == before


def test_ends_of_lines_stay_as_they_are(tmp_path) -> None:
    path = write(tmp_path, ENTRY.replace("\n", "\r\n").rstrip())
    add_claims(tmp_path, ["c-aaaaaaaaaaaa"], language="da")
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")
    assert len(read_handbook(tmp_path, "claims", language="da")) == 2


def test_a_study_without_a_log_gets_one_that_explains_itself(tmp_path) -> None:
    add_claims(tmp_path, ["c-aaaaaaaaaaaa"], language="en")
    assert (tmp_path / "handbook" / "claims.toml").read_text(encoding="utf-8").startswith("# What went round")
    assert "title_en" in (tmp_path / "handbook" / "claims.toml").read_text(encoding="utf-8")


def test_a_log_with_faults_is_told_and_left_alone(tmp_path) -> None:
    path = write(tmp_path, ENTRY.replace('"refuted"', '"løgn"'))
    before = path.read_bytes()
    with pytest.raises(CardError, match=r"claims\.toml, line 5: status is not one of"):
        add_claims(tmp_path, ["c-aaaaaaaaaaaa"], language="da")
    assert path.read_bytes() == before


@pytest.mark.parametrize(("change", "what"), [
    (('assessed_by = "miljøvagten"', 'assessed_by = ""'), "line 5: where this is written, assessed_by must be, too"),
    (('source_da = "Måling"', ""), "source must be, too"), (('title_da = "At noget er sket"', ""), "title must be, too"),
    (('assessed = "2025-09-23 15:00"', ""), "assessed must be, too"),
    (('responded = ""', 'responded = "2025-09-23 16:00"'), "response must be, too"),
    (('response_da = ""', 'response_da = "Rettelse"'), "responded must be, too"),
    (('"miljøvagten"', '"Hanne Jensen"'), "assessed_by looks like a person's name"),
    (('"2025-09-23 15:00"', '"i går"'), "assessed is not written as it should be")])
def test_no_claim_is_judged_without_who_when_and_how_they_know(tmp_path, change, what) -> None:
    write(tmp_path, ENTRY.replace(*change))
    with pytest.raises(CardError, match=what) as refused:
        read_handbook(tmp_path, "claims", language="da")
    assert "Hanne" not in str(refused.value)


def test_an_entry_that_nobody_judged_needs_nothing(tmp_path) -> None:
    write(tmp_path, '[[claim]]\nid = "c-0123456789ab"\nstatus = "unconfirmed"\n')
    assert read_handbook(tmp_path, "claims", language="da")["assessed_by"].isna().all()
