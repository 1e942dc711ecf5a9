"""`workbench claims` on a small collection: what it lists, what it puts into the log, and that no text is told."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from workbench.cli import app
from workbench.study import Study, open_study

TEXT = "Ænderne i byens havn har drukket maling og bliver grønne hele natten"


@pytest.fixture
def study(tmp_path, make_corpus, monkeypatch):
    (tmp_path / "study.toml").write_text('name = "By"\ncontact = "By Kommune"\nlanguage = "da"\nminimum_authors = 5\n'
                                         "minimum_arenas = 3\n", encoding="utf-8")
    told = make_corpus([(f"T-{a:03d}", f"a-{a}", f"2025-08-0{a + 1}T10:00", TEXT) for a in range(4)])
    monkeypatch.setattr(Study, "corpus", lambda self, start=None, end=None, platform=None: {"2025Q3": told}[start])
    return tmp_path


def test_claims_are_listed_without_their_text_and_put_into_the_log_once(study) -> None:
    command = ["claims", "--month", "2025-08", "--study", str(study)]
    first = CliRunner().invoke(app, [*command, "--json"])
    assert first.exit_code == 0, first.output
    told = json.loads(first.output)
    claim = told["claims"][0]
    assert (claim["posts"], claim["arenas"], claim["hours"], sum(claim["hourly"])) == (4, 4, 72.0, 4)
    assert told["added"] == [claim["claim"]]
    assert pd.isna(open_study(study).handbook("claims")["title"].iloc[0])
    again = CliRunner().invoke(app, command)
    assert f'find_claim(corpus, "{claim["claim"]}", month="2025-08")' in again.output
    assert "Put into" not in again.output
    kept = (first.output + again.output + (study / "handbook" / "claims.toml").read_text(encoding="utf-8")).lower()
    assert not any(word in kept for word in ("ænderne", "drukket", "maling", "natten"))
