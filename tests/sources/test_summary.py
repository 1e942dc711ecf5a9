from __future__ import annotations

import pandas as pd

from workbench.sources.corpus.summary import summarise, total


def test_an_import_is_told_in_one_line_per_source(study, make):
    first = study.put(make.chat(*(make.message(i) for i in range(1, 4)), 17), "a.json", source="en")
    study.put(make.chat(make.message(3), make.message(4)), "b.json", source="en")
    study.put(make.chat(make.message(1), id=7, name="To"), "c.json", source="to")
    lines = summarise(study.take(study.folder / "data" / "raw").files)
    assert [line.split(":")[0] for line in lines] == ["en", "to"]
    assert lines[0].startswith("en: 2 files; 4 posts kept (4 new); 1 repeated; 1 set aside (")
    assert "not a record: 1" in lines[0]
    assert lines[1].startswith("to: 1 file; 1 post kept (1 new); ")
    [again] = summarise(study.take(first).files)
    assert "2 posts kept (2 unchanged)" in again


def test_what_hints_at_an_export_that_is_not_whole_is_said_of_its_source(study, make):
    [line] = summarise(study.take(study.put(make.chat(make.message(1), make.message(2, date="x", date_unixtime="x")),
                                            collected_to="2026-03-01")).files)
    assert "nothing in the last 118 days of the card" in line
    assert "1 without a readable time" in line


def test_files_that_are_no_exports_are_named_with_the_reason_and_many_are_counted(study, make):
    path = study.put(make.chat(make.message(1)))
    (path.parent / "tom.json").write_text("")
    for number in range(5):
        (path.parent / f"noter{number}.txt").write_text("x")
    _, *others = summarise(study.take(path.parent).files)
    assert len(others) == 2
    assert any(line.startswith("Not read: data/raw/kilde/tom.json: ") and "empty" in line for line in others)
    [many] = [line for line in others if "noter" in line]
    assert many.startswith("Not read: data/raw/kilde/noter0.txt, data/raw/kilde/noter1.txt, data/raw/kilde/noter2.txt "
                           "and 2 more: is in no format that is known")


def test_a_ledger_is_told_by_the_columns_it_has():
    files = pd.DataFrame({"file": ["a", "b"], "format": "telegram-desktop", "source_id": "en", "rows_read": [9, 1], "kept": [4, 1],
                          "new": [4, 1], "repeated": [2, 0], "older": [1, 0], "album_parts": [2, 0], "quarantined": [0, 0]})
    assert summarise(files) == ["en: 2 files; 5 posts kept (5 new); 2 repeated; 1 older than what is there; 2 further pictures of albums."]
    assert (total(files, "kept"), total(files, "merged")) == (5, 0)
