from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import InputError, TableError
from workbench.settings import read_card
from workbench.sources import load_corpus, read_export


@pytest.fixture
def filled(study, make):
    months = pd.date_range("2025-02-01", periods=8, freq="MS", tz="UTC")
    study.take(
        study.put(make.chat(*(make.message(9 - i, "se #emne", date_unixtime=str(int(t.timestamp())))
                              for i, t in enumerate(months)))),
        study.put(make.page(make.thread("Ug1")), "yt.json"))
    return study


def test_posts_are_sorted_by_time_and_id(filled):
    posts = filled.corpus().posts
    assert posts[["posted_at", "post_id"]].equals(
        posts[["posted_at", "post_id"]].sort_values(["posted_at", "post_id"], ignore_index=True))
    assert len(posts) == 9


def test_quarters_are_inclusive(filled):
    assert len(filled.corpus(start="2025Q2", end="2025Q2").posts) == 3
    assert len(filled.corpus(start="2025Q2").posts) == 7
    corpus = filled.corpus(end="2025Q1")
    assert len(corpus.posts) == 2
    assert set(corpus.links["post_id"]) == set(corpus.posts["post_id"])


def test_one_platform_can_be_asked_for(filled):
    corpus = filled.corpus(platform="youtube")
    assert corpus.arenas["arena_id"].tolist() == ["Y-001"]
    assert corpus.posts["platform"].tolist() == ["youtube"]


def test_a_quarter_without_posts_is_an_empty_corpus_with_its_arenas(filled):
    corpus = filled.corpus(start="2020Q1", end="2020Q4")
    assert len(corpus.posts) == len(corpus.links) == 0
    assert len(corpus.arenas) == 2


def test_only_the_parts_that_are_needed_are_read(filled):
    for part in filled.corpus_folder.glob("posts/telegram-2025Q1*"):
        part.write_bytes(b"itu")
    assert len(filled.corpus(start="2025Q2", end="2025Q3", platform="telegram").posts) == 6
    with pytest.raises(TableError, match="was changed after the import"):
        filled.corpus()


def test_a_part_that_is_gone_is_named(filled):
    for part in filled.corpus_folder.glob("links/telegram-2025Q1*"):
        part.unlink()
    with pytest.raises(TableError, match="telegram-2025Q1"):
        filled.corpus()


@pytest.mark.parametrize("quarter", ["2025", "2025Q5", "2025q1", "Q1", "", "2025Q1 "])
def test_a_malformed_quarter_is_refused(filled, quarter):
    with pytest.raises(InputError, match="2025Q3"):
        filled.corpus(start=quarter)


def test_quarters_the_wrong_way_round_are_refused(filled):
    with pytest.raises(InputError, match="comes after"):
        filled.corpus(start="2025Q3", end="2025Q1")


def test_a_study_without_an_import_says_what_to_do(study):
    with pytest.raises(TableError, match="workbench import"):
        load_corpus(study.folder, start=None, end=None, platform=None)


def test_an_unknown_platform_is_refused_with_the_known_ones(filled):
    with pytest.raises(TableError, match="telegram, youtube"):
        filled.corpus(platform="msn")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema_version": 99}'])
def test_a_damaged_or_newer_manifest_is_refused(filled, content):
    (filled.corpus_folder / "manifest.json").write_text(content)
    with pytest.raises(TableError, match=r"manifest\.json"):
        filled.corpus()


def test_provenance_names_sources_parts_and_period(filled):
    provenance = filled.corpus(start="2025Q2", end="2025Q2").provenance
    assert {s["format"] for s in provenance["sources"]} == {"telegram-desktop", "youtube-comments"}
    assert all(file.split("/")[1].startswith("telegram-2025Q2") for file in provenance["parts"])
    assert (provenance["start"], provenance["posts"]) == ("2025Q2", 3)


def test_one_file_can_be_read_without_a_study(study, make):
    path = study.put(make.chat(make.message(1), {"id": 2}, {}))
    corpus = read_export(path, card=read_card(path), key=b"k" * 32)
    assert corpus.posts["post_id"].tolist() == ["T-001:1", "T-001:2"]
    assert corpus.provenance["ledger"]["quarantine_reasons"] == "neither id, time nor text: 1"
    assert not study.corpus_folder.exists()
