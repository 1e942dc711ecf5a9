"""From new posts to the page of an alert on the made-up city: a draft until two people confirmed it, on one page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from workbench.alerting import change_alert, confirm_alert, enrol_role, raise_alert, read_alert
from workbench.cli import app
from workbench.detecting import check_alerts
from workbench.errors import CardError, ReportError
from workbench.runs import run_report
from workbench.study import open_study

UNTIL = pd.Timestamp("2025-09-23 17:00", tz="UTC")  # the rumour has reached its fifth arena
RUMOUR = "2025-09-23-a"


@pytest.fixture(scope="module")
def city(city_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the study in which nothing was released, and no alert is there."""
    folder = tmp_path_factory.mktemp("alerts") / "lillehavn"
    shutil.copytree(city_folder, folder, ignore=shutil.ignore_patterns("reports", "findings", "alerts"))
    return folder


@pytest.fixture(scope="module")
def checked(city: Path):
    """Look at the town as if its data ended while the rumour spreads."""
    return check_alerts(open_study(city), until=UNTIL)


def text_of(folder: Path) -> str:
    from pypdf import PdfReader

    return " ".join(page.extract_text() for page in PdfReader(folder / "report.pdf").pages)


def test_a_rumour_raises_a_draft_while_it_spreads_and_in_less_than_a_minute(city, checked) -> None:
    assert [(a.id, a.trigger, a.state, a.since) for a in checked.alerts] == [
        (RUMOUR, "claim", "draft", pd.Timestamp("2025-09-23 13:00", tz="UTC"))]
    assert checked.seconds < 60
    assert check_alerts(open_study(city), until=UNTIL + pd.Timedelta(hours=1)).alerts == []


def test_the_store_holds_no_post_no_account_and_no_arena(city, checked) -> None:
    corpus = open_study(city).corpus("2025Q3")
    kept = " ".join(path.read_text(encoding="utf-8") for path in (city / "alerts").glob("*.jsonl"))
    assert RUMOUR in "".join(path.name for path in (city / "alerts").iterdir())
    words = set(re.findall(r"[\w:-]+", kept))
    assert words.isdisjoint({*corpus.posts["post_id"], *corpus.posts["account_id"].dropna(), *corpus.arenas["arena_id"]})
    assert not any(word in kept for word in ("ænderne", "maling", "grønt"))


def test_its_page_is_a_draft_until_two_people_confirmed_it_and_refused_once_it_expired(city, checked) -> None:
    study = open_study(city)
    change_alert(city, RUMOUR, role="ssp-konsulent", said={"harm": "harm.misinformation", "level": "yellow"})
    draft = run_report("alert", study=study, period="2025-09-23")
    assert (draft.is_draft, draft.pages, draft.missing) == (True, 1, ("unconfirmed",))
    assert "To forskellige personer har ikke godkendt varslet endnu" in text_of(draft.folder)
    again = run_report("alert", study=study, period="2025-09-23")
    assert (again.is_draft, bool(again.unchanged_since), again.missing) == (True, True, ("unconfirmed",))
    for role in ("ssp-konsulent", "kommunikationschef"):
        confirm_alert(city, RUMOUR, role=role, code=enrol_role(city, role))
    out = run_report("alert", study=study, period="2025-09-23")
    said = text_of(out.folder)
    assert (out.is_draft, out.pages, draft.folder.exists()) == (False, 1, False)
    assert "Udkast" not in said
    assert "kommunikationschef" in said
    assert read_alert(city, RUMOUR).state == "exported"
    late = read_alert(city, RUMOUR).expires_at
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.alerting.states.now_utc", lambda: late)
        patch.setattr("workbench.alerting.following.now_utc", lambda: late)
        with pytest.raises((ReportError, CardError), match="has expired"):
            run_report("alert", study=study, period="2025-09-23")
    assert (out.folder / "report.pdf").is_file()


def test_one_raised_by_hand_on_a_day_without_posts_is_made_without_numbers_in_english(city) -> None:
    raise_alert(city, role="klubleder", level="red", harm="harm.weapons", platforms=["snapchat"],
                since=pd.Timestamp("2026-01-10 18:00", tz="UTC"))
    made = run_report("alert", study=open_study(city), period="2026-01-10", language="en")
    said = text_of(made.folder)
    assert made.pages == 1
    assert "observed, not measured" in said
    assert "Red – act now" in said


def test_the_command_raises_tells_what_is_missing_and_closes(city_folder, tmp_path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    shutil.copy(city_folder / "study.toml", folder)
    run = CliRunner().invoke
    at = ["--study", str(folder), "--role", "ssp-konsulent"]
    told = run(app, ["alert", "raise", "--level", "green", "--harm", "harm.fraud", "--since", "2025-10-01T10:00:00", *at])
    assert "2025-10-01-a: draft. 2 more of two people must confirm it" in told.output
    code = run(app, ["alert", "enrol", *at]).output.split()[0]
    assert "1 more" in run(app, ["alert", "confirm", "2025-10-01-a", "--code", code, *at]).output
    assert run(app, ["alert", "close", "2025-10-01-a", "--happened", "En fidus", "--lesson", "Svar", *at]).exit_code == 0
    listed = run(app, ["alert", "list", "--study", str(folder)]).output
    assert "2025-10-01-a  closed  green  harm.fraud" in listed
    assert "false_alarms: 0% (0 of 1)" in listed
    assert "En fidus" in (folder / "handbook" / "episodes.toml").read_text(encoding="utf-8")
