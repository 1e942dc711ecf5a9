"""Every post once, whatever sources hold it: field by field, with its versions, its sources and what went missing."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from workbench.sources import purge_sources


def texts(study):
    return study.corpus().posts.set_index("post_id")["text"].to_dict()


def test_what_one_export_lacks_does_not_overwrite_what_another_one_knows(study, make):
    study.take(study.put(make.tracker(make.tracked(5, views="120", number_forwards="14")), "m.csv", source="a",
                         collected_to="2025-12-01"))
    study.take(study.put(make.chat(make.message(5, "Se her", date_unixtime="1759320000"), type="public_channel"),
                         source="b"))
    corpus = study.corpus()
    [post] = corpus.posts.to_dict("records")
    assert (post["views"], post["forwards"], post["source_id"]) == (120, 14, "b")
    assert corpus.post_sources[["post_id", "source_id"]].values.tolist() == [["T-001:5", "a"], ["T-001:5", "b"]]
    assert corpus.post_sources["last_confirmed"].dt.date.astype(str).tolist() == ["2025-12-01", "2025-12-31"]


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_newest_collected_wins_and_not_the_file_that_is_read_last(study, make, newest_first):
    old = study.put(make.tracker(make.tracked(5, views="900")), "m.csv", source="gammel", collected_to="2025-12-01")
    new = study.put(make.tracker(make.tracked(5, views="120")), "m.csv", source="ny")
    for path in (new, old) if newest_first else (old, new):
        study.take(path)
    assert study.corpus().posts["views"].tolist() == [120]


def test_a_card_brought_up_to_date_does_not_make_an_earlier_export_younger(study, make):
    old = study.put(make.tracker(make.tracked(5, views="900")), "a.csv", collected_to="2025-11-01")
    study.take(old)
    new = study.put(make.tracker(make.tracked(5, views="120")), "b.csv", collected_to="2025-12-31")
    study.take(new)
    ledger = study.take(old, new)
    assert study.corpus().posts["views"].tolist() == [120]
    assert ledger.files["new"].sum() == 0


def test_an_edit_keeps_the_older_text_redacted_and_counts_as_edit(study, make):
    study.take(study.put(make.chat(make.message(1, "Ring til @nogen"), make.message(2)), source="a",
                         collected_to="2025-12-01"))
    study.take(study.put(make.chat(make.message(1, "Ring ikke", edited_unixtime="1764900000"), make.message(2)),
                         source="b"))
    corpus = study.corpus()
    assert texts(study)["T-001:1"] == "Ring ikke"
    [version] = corpus.versions.to_dict("records")
    assert (version["post_id"], version["text"], version["why"]) == ("T-001:1", "Ring til [handle]", "edited")
    assert version["source_id"] == "a"
    assert corpus.links.empty  # the mention went with the text that held it


def test_the_same_words_in_other_marks_and_spaces_are_no_edit(study, make):
    study.take(study.put(make.chat(make.message(1, "Vi ses **i morgen**,\nkl. 8!")), source="a",
                         collected_to="2025-12-01"))
    study.take(study.put(make.chat(make.message(1, "vi ses i morgen kl 8")), source="b"))
    assert study.corpus().versions.empty
    assert len(study.corpus().posts) == 1


def test_two_sources_that_show_a_post_otherwise_without_a_time_of_edit_differ(study, make):
    study.take(study.put(make.chat(make.message(1, "Kort tekst her")), source="a", collected_to="2025-12-01"))
    study.take(study.put(make.chat(make.message(1, "En helt anden tekst")), source="b"))
    assert study.corpus().versions["why"].tolist() == ["differs"]


def test_a_version_goes_with_its_source(study, make):
    study.take(study.put(make.chat(make.message(1, "Den gamle tekst")), source="a", collected_to="2025-12-01",
                         delete_by="2026-01-01"))
    study.take(study.put(make.chat(make.message(1, "Den nye tekst", edited_unixtime="1764900000")), source="b"))
    purge_sources(study.settings, on=date(2026, 1, 2))
    assert study.corpus().versions.empty
    assert b"Den gamle tekst" not in study.written()
    assert texts(study) == {"T-001:1": "Den nye tekst"}


def test_a_post_goes_with_its_last_source_and_not_before(study, make):
    study.take(study.put(make.chat(make.message(1), make.message(2)), source="a", collected_to="2025-12-01"))
    study.take(study.put(make.chat(make.message(2), make.message(3)), source="b", delete_by="2026-01-01"))
    purge_sources(study.settings, on=date(2026, 1, 2))
    corpus = study.corpus()
    assert corpus.posts["post_id"].tolist() == ["T-001:1", "T-001:2"]
    assert set(corpus.post_sources["source_id"]) == {"a"}


def test_a_post_that_a_later_export_lacks_is_missing_since_then(study, make):
    first = study.put(make.chat(*(make.message(i) for i in range(1, 11))), source="a", collected_to="2025-12-01")
    later = study.put(make.chat(*(make.message(i) for i in range(1, 9) if i != 5)), source="b")
    study.take(first)
    assert study.corpus().posts["missing_since"].isna().all()
    study.take(later)
    missing = study.corpus().posts.set_index("post_id")["missing_since"].dropna()
    assert missing.to_dict() == {"T-001:5": pd.Timestamp("2025-12-31", tz="UTC")}  # 9 and 10 lie beyond its last
    study.take(study.put(make.chat(*(make.message(i) for i in range(1, 11))), source="c", collected_to="2026-02-01"))
    assert study.corpus().posts["missing_since"].isna().all()


def test_a_later_selection_of_posts_makes_nothing_missing(study, make):
    study.take(study.put(make.chat(*(make.message(i) for i in range(1, 11))), source="a", collected_to="2025-12-01"))
    study.take(study.put(make.chat(make.message(1), make.message(6), make.message(10)), source="b"))
    assert study.corpus().posts["missing_since"].isna().all()


def test_a_file_that_is_as_it_was_is_not_read_again_and_one_whose_card_changed_is(study, make, monkeypatch):
    path = study.put(make.chat(make.message(1), make.message(2)))
    study.take(path)
    row = study.take(path).files.iloc[0]
    assert (row["note"], row["kept"], row["unchanged"]) == ("as it was: not read again", 2, 2)
    study.put(make.chat(make.message(1), make.message(2)), category='"ungdom"')
    row = study.take(path).files.iloc[0]
    assert pd.isna(row["note"])
    assert row["unchanged"] == 2
    assert study.corpus().arenas["category"].tolist() == ["ungdom"]


def test_every_record_is_in_one_column_of_the_ledger(study, make):
    study.take(study.put(make.chat(make.message(1, "gammel", edited_unixtime="1763000000"), make.message(2)),
                         source="a", collected_to="2025-12-01"))
    row = study.take(study.put(make.chat(make.message(1, "ny", edited_unixtime="1764000000"), make.message(2),
                                         make.message(2), make.message(3), 17), source="b")).files.iloc[0]
    parts = ["new", "updated", "unchanged", "repeated", "older", "album_parts", "quarantined", "forgotten"]
    assert row[parts].tolist() == [1, 1, 1, 1, 0, 0, 1, 0]
    assert row["rows_read"] == sum(row[parts])


def test_a_record_that_the_reader_loses_is_missed(study, make, monkeypatch):
    from workbench.sources.readers import guarded

    path = study.put(make.chat(make.message(1), make.message(2), make.message(3)))
    row = study.take(path).files.iloc[0]
    assert (row["counted"], row["unexplained"]) == (3, 0)
    monkeypatch.setattr(guarded, "count_records", lambda stream, form: 4)
    row = study.take(study.put(make.chat(make.message(1), make.message(2), make.message(3)), source="to")).files.iloc[0]
    assert (row["counted"], row["unexplained"]) == (4, 1)
