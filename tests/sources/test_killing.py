"""Deletions stopped at their riskiest steps: what a reader then sees, and what the next command makes of it."""

from __future__ import annotations

import json
from datetime import date

import pytest

import workbench.sources.corpus.deleting as deleting
from workbench.errors import WorkbenchError
from workbench.settings import read_settings
from workbench.sources import forget_accounts, import_exports, load_corpus, purge_sources, rotate_key
from workbench.starting import start_study
from workbench.study import open_study

ON = date(2026, 1, 31)
# steps of a deletion, the first one after it was written down, then the riskiest; benchmarks/killing.py takes them all
STEPS = ("write_manifest", "remove_files", "remove_derived", "scan_study")


class Killed(BaseException):
    """Stands for a kill: nothing in the code may catch it."""


@pytest.fixture
def held(study, make):
    """A study with a source that is due, a person in both sources, rows in quarantine, and things made of it."""
    person = {"from": "Kirsten Planteret", "from_id": "user77"}
    due = study.put(make.chat(*(make.message(i, f"gammelt opslag nummer {i} om havnen og broen") for i in range(1, 4)),
                              {"views": "gammel"}, id=111, name="Gammel"), source="gammel", delete_by="2026-01-31")
    stays = study.put(make.chat(make.message(1), make.message(2, "Mit eget opslag", **person), {"views": 5, **person},
                                id=222, name="Ny"), source="ny")
    study.take(due, stays)
    (study.folder / "data" / "processed" / "topics" / "2025Q4").mkdir(parents=True)
    return due


def purge(study):
    return purge_sources(study.settings, on=ON)


def forget(study):
    return forget_accounts(["user77"], settings=study.settings, on=ON)


def stop_before(step, study, deed):
    """Do a deed that is killed before one of its steps."""
    with pytest.MonkeyPatch.context() as patch:
        def kill(*args, **options):
            raise Killed

        patch.setattr(deleting, step, kill)
        with pytest.raises(Killed):
            deed(study)


def sources_seen(study):
    return set(study.corpus().posts["source_id"])


def is_whole(study):
    """Say that nothing is under way, and that the corpus can be read."""
    folder = study.corpus_folder
    assert not (folder / "journal.json").exists()
    assert not (folder / "journal.parquet").exists()
    named = json.loads((folder / "manifest.json").read_text())
    parts = {p["file"] for p in named["parts"]}
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("posts/*.parquet")} <= parts
    study.corpus()


@pytest.mark.parametrize("step", STEPS)
def test_a_purge_that_was_killed_shows_nothing_of_what_is_due_and_the_next_import_finishes_it(study, held, make, step):
    stop_before(step, study, purge)
    assert sources_seen(study) == {"ny"}
    study.take(study.put(make.chat(make.message(9), id=222, name="Ny"), "mere.json", source="ny"))
    is_whole(study)
    assert sources_seen(study) == {"ny"}
    assert not held.exists()
    assert not (study.folder / "data" / "processed" / "topics").exists()
    assert "gammel" not in "".join(p.read_text() for p in (study.folder / "data/raw/quarantine").iterdir())
    [certificate] = (study.folder / "data" / "processed" / "certificates").iterdir()
    assert json.loads(certificate.read_text())["left"] == []
    assert b"gammelt opslag" not in study.written()


@pytest.mark.parametrize("step", ["write_manifest", "remove_lines"])
def test_a_forgetting_that_was_killed_is_finished_without_the_handle(study, held, step):
    stop_before(step, study, forget)
    assert not study.corpus().posts["text"].str.contains("eget opslag").any()
    journal = (study.corpus_folder / "journal.json").read_text()
    assert not {"user77", "Kirsten", "Planteret"} & set(journal.replace('"', " ").split())
    purge(study)
    is_whole(study)
    assert "Planteret" not in "".join(p.read_text() for p in (study.folder / "data/raw/quarantine").iterdir())
    names = sorted(p.name for p in (study.folder / "data" / "processed" / "certificates").iterdir())
    assert names == ["forget-2026-01-31-1.json", "purge-2026-01-31-1.json"]
    said = json.loads((study.folder / "data" / "processed" / "certificates" / names[0]).read_text())
    assert said["looked for"]["handles and names"].startswith("not looked for")


@pytest.mark.parametrize("following", [purge, forget, lambda study: rotate_key(study.settings)],
                         ids=["purge", "forget", "rotate"])
def test_after_a_killed_purge_every_command_leaves_a_whole_study(study, held, following):
    stop_before("remove_files", study, purge)
    following(study)
    is_whole(study)
    assert sources_seen(study) == {"ny"}
    assert not held.exists()


def test_a_purge_killed_before_it_was_written_down_has_changed_nothing(study, held):
    before = study.corpus().posts
    with pytest.MonkeyPatch.context() as patch:
        def kill(path, content, **options):
            raise Killed

        patch.setattr(deleting, "write_atomically", kill)
        with pytest.raises(Killed):
            purge(study)
    assert study.corpus().posts.equals(before)
    assert held.exists()
    purge(study)
    is_whole(study)
    assert sources_seen(study) == {"ny"}


def test_what_cannot_be_deleted_is_said_and_stops_every_command_until_it_can(study, held, monkeypatch):
    def refuse(*args, **options):
        raise PermissionError(13, "Permission denied", "result.json")

    with monkeypatch.context() as patch:
        patch.setattr(deleting, "remove_files", refuse)
        for deed in (purge, forget, lambda study: study.take(held)):
            with pytest.raises(WorkbenchError, match="cannot be finished"):
                deed(study)
        assert sources_seen(study) == {"ny"}
    forget(study)
    assert not held.exists()
    is_whole(study)


def test_a_journal_that_cannot_be_read_stops_everything(study, held):
    stop_before("remove_files", study, purge)
    (study.corpus_folder / "journal.json").write_text("{")
    with pytest.raises(WorkbenchError, match="damaged"):
        load_corpus(study.folder)
    with pytest.raises(WorkbenchError, match="cannot be read"):
        study.take(held)


def test_opening_a_study_finishes_what_was_killed(tmp_path, held, study, make):
    start_study(tmp_path / "by")
    with (tmp_path / "by" / "study.toml").open("a") as file:
        file.write('\nkey_file = "../by.key"\n')
    study.settings = read_settings(tmp_path / "by")
    due = study.put(make.chat(make.message(1)), delete_by="2026-01-31")
    import_exports([due], settings=study.settings)
    stop_before("remove_files", study, purge)
    assert due.exists()
    open_study(tmp_path / "by")
    assert not due.exists()
    is_whole(study)
