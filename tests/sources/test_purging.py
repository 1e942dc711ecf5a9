from __future__ import annotations

import json
from datetime import date

import pytest

from workbench.errors import CardError
from workbench.sources import list_raw, purge_sources

DUE = {"delete_by": "2026-01-31"}
ON = date(2026, 1, 31)


@pytest.fixture
def two_sources(study, make):
    old = study.put(make.chat(*(make.message(i) for i in range(1, 4)), {"views": 1}, id=111, name="Gammel"), source="gammel", **DUE)
    new = study.put(make.chat(*(make.message(i) for i in range(1, 3)), id=222, name="Ny"), source="ny")
    study.take(old, new)
    derived = study.folder / "data" / "processed" / "topics" / "2025Q4"
    derived.mkdir(parents=True)
    (derived / "assignments.parquet").write_bytes(b"x")
    return old, new


def test_what_is_due_goes_raw_quarantined_and_derived_and_the_rest_stays(study, two_sources):
    old, new = two_sources
    done = purge_sources(study.settings, on=ON)
    assert done.sources[["source_id", "files", "posts"]].to_numpy().tolist() == [["gammel", 2, 3]]
    assert (old.exists(), new.exists()) == (False, True)
    assert (old.parent / "source.toml").exists()
    assert not list((study.folder / "data" / "raw" / "quarantine").iterdir())
    assert not (study.folder / "data" / "processed" / "topics").exists()
    corpus = study.corpus()
    assert set(corpus.posts["source_id"]) == {"ny"}
    assert corpus.arenas["title"].tolist() == ["Ny"]
    assert b"Gammel" not in study.written()


def test_words_that_waited_for_a_review_go_and_the_ledger_of_released_numbers_stays(study, two_sources):
    findings = study.folder / "data" / "processed" / "findings"
    findings.mkdir()
    for name in ("candidates-2025Q4.parquet", "proposed-2025Q4.parquet", "ledger.parquet"):
        (findings / name).write_bytes(b"x")
    purge_sources(study.settings, on=ON)
    assert [path.name for path in findings.iterdir()] == ["ledger.parquet"]


def test_the_certificate_says_what_was_deleted_and_that_nothing_is_left(study, two_sources):
    certificate = json.loads(purge_sources(study.settings, on=ON).certificate.read_text())
    assert certificate["state"] == "done"
    assert certificate["removed"]["posts"] == 3
    assert {"data/raw/gammel/result.json"} <= {f["file"] for f in certificate["files"]}
    assert all(len(f["sha256"]) == 64 for f in certificate["files"])
    assert set(certificate["check"].values()) == {0}


def test_a_dry_run_deletes_nothing(study, two_sources):
    before = study.state()
    done = purge_sources(study.settings, on=ON, dry_run=True)
    assert done.sources["posts"].tolist() == [3]
    assert done.certificate is None
    assert study.state() == before
    assert two_sources[0].exists()


def test_the_day_before_nothing_is_due(study, two_sources):
    assert purge_sources(study.settings, on=date(2026, 1, 30)).sources.empty


def test_purging_again_deletes_nothing_more_and_writes_no_certificate(study, two_sources):
    purge_sources(study.settings, on=ON)
    before = study.state()
    assert purge_sources(study.settings, on=ON).certificate is None
    assert study.state() == before


def test_posts_go_even_where_their_exports_are_gone_already(study, two_sources):
    two_sources[0].unlink()
    (two_sources[0].parent / "source.toml").unlink()
    assert purge_sources(study.settings, on=ON).sources["posts"].tolist() == [3]
    assert set(study.corpus().posts["source_id"]) == {"ny"}


def test_an_arena_with_posts_from_a_source_that_stays_is_kept(study, make):
    study.take(study.put(make.chat(make.message(1)), source="gammel", **DUE),
               study.put(make.chat(make.message(2)), source="ny"))
    purge_sources(study.settings, on=ON)
    corpus = study.corpus()
    assert (len(corpus.posts), len(corpus.arenas)) == (1, 1)


def test_a_card_with_faults_stops_the_purge_and_is_named(study, two_sources):
    (study.folder / "data" / "raw" / "ny" / "source.toml").write_text("controller = 'x'")
    with pytest.raises(CardError, match="delete_by"):
        purge_sources(study.settings, on=ON)
    assert two_sources[0].exists()


def test_folders_with_a_card_of_their_own_are_not_deleted_with_the_one_above(study, make):
    outer = study.put(make.chat(make.message(1)), source="ydre", **DUE)
    inner = study.put(make.chat(make.message(1), id=5), source="ydre/indre")
    study.take(outer, inner)
    purge_sources(study.settings, on=ON)
    assert (outer.exists(), inner.exists()) == (False, True)


def test_the_raw_exports_are_listed_with_their_day_of_deletion(study, two_sources):
    listed = list_raw(study.settings)
    assert listed[["source_id", "files"]].to_numpy().tolist() == [["gammel", 1], ["ny", 1]]
    assert listed["delete_by"].tolist() == [date(2026, 1, 31), date(2027, 9, 30)]
