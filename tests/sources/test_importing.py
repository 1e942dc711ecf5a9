from __future__ import annotations

import contextlib
import os
from pathlib import Path

import filelock
import pandas as pd
import pytest

from workbench.errors import CardError, InputError
from workbench.sources import load_key, load_ledger


def test_the_same_file_again_changes_no_byte_and_the_ledger_says_so(study, make):
    path = study.put(make.chat(*(make.message(i, date_unixtime=str(1_700_000_000 + i * 4_000_000)) for i in range(9))))
    first = study.take(path).files.iloc[0]
    before = study.state()
    second = study.take(path).files.iloc[0]
    assert (first["new"], first["unchanged"]) == (9, 0)
    assert (second["new"], second["updated"], second["unchanged"], second["kept"]) == (0, 0, 9, 9)
    assert study.state() == before


def test_two_studies_with_one_key_make_the_same_bytes(make_study, make):
    states = []
    for name in ("a", "b"):
        one = make_study(name)
        one.read(make.chat(*(make.message(i, f"hej @nogen og #emne {i}") for i in range(1, 50))))
        states.append(one.state())
    assert states[0] == states[1]


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_newer_version_of_a_post_wins_whatever_comes_first(study, make, newest_first):
    old = study.put(make.chat(make.message(1, "gammel @gammel"), make.message(2)), "a.json")
    new = study.put(make.chat(make.message(1, "ny @nyere", edited_unixtime="1762999999")), "b.json")
    for path in (new, old) if newest_first else (old, new):
        study.take(path)
    corpus = study.corpus()
    assert corpus.posts["text"].tolist() == ["ny [handle]", "Hej alle sammen"]
    assert len(corpus.links) == 1


def test_a_later_collection_wins_over_an_earlier_one(study, make):
    late = study.put(make.chat(make.message(1, "sen")), source="sen", collected_to="2026-01-31")
    early = study.put(make.chat(make.message(1, "tidlig")), source="tidlig", collected_to="2025-12-01")
    row = study.take(late, early).files.iloc[1]
    assert study.corpus().posts["text"].tolist() == ["sen"]
    assert (row["kept"], row["older"]) == (0, 1)
    study.take(early)
    assert study.corpus().posts["text"].tolist() == ["sen"]
    assert study.corpus().arenas["source_id"].tolist() == ["sen"]


def test_more_views_win_and_repeated_keys_in_one_file_are_counted(study, make):
    rows = [make.tracked(1, views="10"), make.tracked(1, views="30"), make.tracked(1, views="20"), make.tracked(2),
            make.tracked(1, views="")]
    ledger = study.take(study.put(make.tracker(*rows), "m.csv"))
    assert study.corpus().posts["views"].tolist() == [30, 120]
    assert ledger.files[["rows_read", "kept", "repeated"]].values.tolist() == [[5, 2, 3]]


def test_a_post_whose_time_was_corrected_moves_to_its_new_quarter(study, make):
    study.take(study.put(make.chat(make.message(1, date_unixtime=..., date="2025-09-30T23:30:00"),
                                   make.message(2)), time_zone='"America/New_York"'))
    assert len(study.corpus(start="2025Q4", end="2025Q4").posts) == 2
    study.take(study.put(make.chat(make.message(1, date_unixtime="1759260600", views=1), make.message(2))))
    assert study.corpus(start="2025Q3", end="2025Q3").posts["post_id"].tolist() == ["T-001:1"]
    assert len(study.corpus().posts) == 2


def test_codes_are_given_by_first_post_and_stay(study, make):
    def put(number, day, name):
        return study.put(make.chat(make.message(1, date_unixtime=str(1_760_000_000 + day * 86_400)), id=number,
                                   name=name), f"{number}.json")

    study.take(put(1, 5, "Sen"), put(2, 3, "Tidlig"), put(3, 3, "Samtidig"))
    assert study.corpus().arenas["title"].tolist() == ["Samtidig", "Tidlig", "Sen"]
    study.take(put(4, 1, "Tidligst"))
    assert dict(study.corpus().arenas[["title", "arena_id"]].values) == {
        "Samtidig": "T-001", "Tidlig": "T-002", "Sen": "T-003", "Tidligst": "T-004"}


def test_an_arena_keeps_its_code_under_a_new_name_and_its_times_grow(study, make):
    study.take(study.put(make.chat(make.message(1)), source="a"))
    study.take(study.put(make.chat(make.message(500), name="Nyt navn"), source="b", collected_from="2025-01-01",
                         collected_to="2026-02-01", reason='"set igen"'))
    [row] = study.corpus().arenas.to_dict("records")
    assert (row["arena_id"], row["title"], row["reason"]) == ("T-001", "Nyt navn", "set igen")
    assert (row["last_seen"] - row["first_seen"]).total_seconds() == 499 * 60
    assert (row["collected_from"].date().isoformat(), row["collected_to"].date().isoformat()) == ("2025-01-01",
                                                                                                  "2026-02-01")


def test_nothing_is_written_unless_every_card_is_complete(study, make):
    good = study.put(make.chat(make.message(1)), source="god")
    bad = study.put(make.chat(make.message(1)), source="dårlig", legal_basis=None, purpose=None)
    with pytest.raises(CardError, match="missing: purpose, legal_basis"):
        study.take(good, bad)
    assert not study.corpus_folder.exists()
    assert not study.settings.key_file.exists()


def test_nothing_is_written_unless_every_format_is_known(study, make):
    good = study.put(make.chat(make.message(1)), source="god")
    bad = study.put({"hvad": "er dette"}, source="ukendt")
    with pytest.raises(InputError, match="--format"):
        study.take(good, bad)
    assert not study.corpus_folder.exists()


def test_a_file_that_fails_while_reading_takes_back_the_whole_call(study, make):
    study.take(study.put(make.chat(make.message(1))))
    before = study.state()
    good = study.put(make.chat({"id": 3}, make.message(2)), "god.json")
    bad = study.put('{"type": "public_channel", "messages": [{"id": 1}', "itu.json")
    with pytest.raises(InputError, match="itu"):
        study.take(good, bad)
    assert study.state() == before
    assert not list((study.folder / "data" / "raw").rglob("quarantine/*"))


def test_folders_are_walked_without_the_projects_own_files_and_unknown_ones_are_listed(study, make):
    path = study.put(make.chat(make.message(1)))
    folder = path.parent
    for name, content in {"truth.json": "{}", "truth-posts.csv": "a,b", "SOURCE.md": "# x", "README.md": "# x",
                          "source.toml.example": "x", "README.md.new": "x", "noter.txt": "x",
                          "quarantine/q.jsonl": "{}", "sub/tom.json": "", ".skjult/a.json": "{}"}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    files = study.take(folder).files.set_index("name")
    files.index = [Path(name).name for name in files.index]
    assert set(files.index) == {"result.json", "noter.txt", "tom.json"}
    assert files["format"].to_dict() == dict.fromkeys(files.index, "not an export") | {
        "result.json": "telegram-desktop"}
    assert "empty" in files.loc["tom.json", "note"]


def test_a_folder_without_an_export_is_refused_with_what_to_do(study):
    folder = study.folder / "data" / "raw"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("# x")
    with pytest.raises(InputError, match=r"no export here\. Put"):
        study.take(folder)
    (folder / "noter.txt").write_text("x")
    with pytest.raises(InputError, match=r"only data/raw/noter\.txt \(.*source\.toml beside"):
        study.take(folder)
    assert not study.settings.key_file.exists()


def test_a_folder_without_a_card_but_with_an_export_is_refused(study, make):
    path = study.put(make.chat(make.message(1)))
    (path.parent / "source.toml").unlink()
    with pytest.raises(CardError, match=r"no source\.toml"):
        study.take(path.parent)


def test_a_file_named_twice_is_read_once(study, make):
    path = study.put(make.chat(make.message(1)))
    assert len(study.take(path, path.parent, path).files.query("format == 'telegram-desktop'")) == 1


@pytest.mark.parametrize("step", range(12))
def test_a_crash_at_any_step_leaves_the_old_state_whole(study, make, monkeypatch, step):
    study.take(study.put(make.chat(*(make.message(i, "før @her") for i in range(1, 20)))))
    before = study.corpus()
    later = study.put(make.chat(*(make.message(i, "efter @her", edited_unixtime="1762999999") for i in range(1, 30))),
                      "b.json")
    replace, calls = os.replace, []

    def crash(*args):
        calls.append(args)
        if len(calls) > step:
            raise KeyboardInterrupt
        replace(*args)

    monkeypatch.setattr(os, "replace", crash)
    with contextlib.suppress(KeyboardInterrupt):
        study.take(later)
    monkeypatch.undo()
    corpus = study.corpus()
    manifest_done = any(str(target).endswith("manifest.json") for _, target in calls[:step])
    if not manifest_done:
        pd.testing.assert_frame_equal(corpus.posts, before.posts)
        pd.testing.assert_frame_equal(corpus.links, before.links)
    study.take(later)
    assert study.corpus().posts["text"].tolist() == ["efter [handle]"] * 29
    names = {p.split(".")[0] for p in study.state()}
    assert names == {"", "accounts", "arenas", "coverage", "joins", "ledger", "manifest", "names",
                     "sightings", "twins",
                     "posts/telegram-2025Q4", "links/telegram-2025Q4"}


def test_the_crash_test_reaches_beyond_the_manifest(study, make, monkeypatch):
    load_key(study.settings)
    targets = []
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda a, b: (targets.append(Path(b).name), replace(a, b))[1])
    study.read(make.chat(make.message(1, "@her er vi")))
    assert targets.index("manifest.json") <= 10
    assert targets[-1] == "ledger.parquet"


def test_a_second_import_waits_and_is_then_refused(study, make, monkeypatch):
    path = study.put(make.chat(make.message(1)))
    study.take(path)
    monkeypatch.setattr("workbench.sources.corpus.store.LOCK_SECONDS", 0.2)
    with filelock.FileLock(study.corpus_folder / ".lock"), pytest.raises(InputError, match="another import"):
        study.take(path)
    assert study.take(path).files["unchanged"].tolist() == [1]


def test_the_history_keeps_what_each_file_did_when_it_last_changed_something(study, make):
    first = study.put(make.chat(make.message(1)), "a.json")
    second = study.put(make.chat(make.message(2)), "b.json")
    study.take(first)
    study.take(first, second)
    history = load_ledger(study.folder).files
    assert history["new"].tolist() == [1, 1]
    assert {s["sha256"] for s in study.corpus().provenance["sources"]} == set(history["sha256"])


def test_names_of_files_are_kept_nowhere(study, make):
    ledger = study.take(study.put(make.chat(make.message(1)), "WhatsApp-chat med Kirsten.json"))
    assert ledger.files["name"].tolist() == ["data/raw/kilde/WhatsApp-chat med Kirsten.json"]
    assert b"Kirsten" not in study.written()
    assert load_ledger(study.folder).files["file"].str.fullmatch(r"[0-9a-f]{8}\.json").all()


def test_every_row_is_accounted_for(study, make):
    path = study.put(make.chat(*(make.message(i % 7, date_unixtime="x" if i % 5 == 0 else str(1_762_000_000 + i),
                                               date="") for i in range(100))))
    row = study.take(path).files.iloc[0]
    assert row["rows_read"] == 100 == row["kept"] + row["repeated"] + row["older"] + row["quarantined"]
