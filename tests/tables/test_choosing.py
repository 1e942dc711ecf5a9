"""A part of a corpus measures like the whole, and a word is found where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.findings import measure_volume
from workbench.study import open_study
from workbench.tables.posts import Corpus, check_corpus
from workbench.tables.topics import TopicSet


@pytest.fixture(scope="module")
def city(city_folder: Path) -> Corpus:
    return open_study(city_folder).corpus("2025Q3")


def test_a_part_is_a_whole_corpus_of_its_own(city: Corpus) -> None:
    part = city.where(platform="telegram", kind="post", language=["da", "sv"], period=("2025-07", "2025-08"))
    check_corpus(part)
    posts = city.posts
    wanted = posts[posts["platform"].eq("telegram") & posts["kind"].eq("post") & posts["language"].isin(["da", "sv"])
                   & (posts["posted_at"] < pd.Timestamp("2025-09-01", tz="UTC"))]
    assert 0 < len(part.posts) < len(posts)
    assert list(part.posts["post_id"]) == list(wanted["post_id"])
    assert set(part.links["post_id"]) <= set(part.posts["post_id"])
    assert len(part.links) == city.links["post_id"].isin(wanted["post_id"]).sum() > 0
    assert set(part.arenas["platform"]) == {"telegram"}
    assert measure_volume(part, quarter="2025Q3").value == len(wanted)
    assert part.provenance["chosen"] == {"platform": ["telegram"], "kind": ["post"], "language": ["da", "sv"],
                                         "period": ("2025-07", "2025-08")}


def test_arenas_that_did_not_post_stay_unless_arenas_were_asked_for(city: Corpus) -> None:
    first = city.posts["arena_id"].iloc[0]
    assert len(city.where(period="2025-07-01").arenas) == len(city.arenas)
    assert list(city.where(arena=first).arenas["arena_id"]) == [first]


def test_text_is_looked_for_as_written_and_never_as_a_pattern(make_corpus: Callable[..., Corpus]) -> None:
    corpus = make_corpus([("T-001", "a", "2025-07-01", "Hvad koster det? 5.5 kr."), ("T-001", "b", "2025-07-02", "545 kr"),
                          ("T-002", "c", "2025-07-03", "KOSTER intet (endnu)")])
    assert len(corpus.where(text="koster").posts) == 2
    assert len(corpus.where(text="5.5").posts) == 1
    assert len(corpus.where(text="(endnu").posts) == 1
    assert len(corpus.where(text=re.compile("5.5")).posts) == 2
    with pytest.raises(TableError, match="empty"):
        corpus.where(text=" ")
    assert "koster" not in str(corpus.where(text="koster").provenance)


def test_a_topic_is_a_part_too(make_corpus: Callable[..., Corpus], make_topics: Callable[..., TopicSet]) -> None:
    corpus = make_corpus([("T-001", "a", f"2025-07-{d:02d}", "ord") for d in range(1, 11)])
    topics = make_topics(corpus, pd.Series([0, 0, 0, 1, 1, -1, -1, -1, -1, -1]))
    assert len(corpus.where(posts=topics.posts_in(0)).posts) == 3
    assert len(corpus.where(posts=topics.posts_in(-1)).posts) == 5
    assert len(topics.posts_in(0, core=True)) == 0
    with pytest.raises(TableError, match=r"no topic 7\. There are 0 to 1"):
        topics.posts_in(7)


@pytest.mark.parametrize(("asked", "told"), [
    ({"arena": "T-999"}, r"no arena_id T-999 in this corpus\. There is T-001"), ({"platform": "telegrm"}, "There is telegram"),
    ({"language": ["da", "xx"]}, "no language xx"), ({"period": "2025-13"}, "no period"),
    ({"period": ("2025-08", "2025-07")}, "Swap the two")])
def test_what_is_not_there_is_refused_and_what_there_is_is_named(make_corpus: Callable[..., Corpus], asked: dict,
                                                                 told: str) -> None:
    corpus = make_corpus([("T-001", "a", "2025-07-01", "ord"), ("T-002", "a", "2025-07-01", "ord")])
    with pytest.raises(TableError, match=told):
        corpus.where(**asked)


def test_a_word_is_shown_where_it_stands_in_order_of_what_follows(make_corpus: Callable[..., Corpus]) -> None:
    corpus = make_corpus([("T-001", "a", "2025-07-01", "vi mødes ved badebroen\ni morgen"),
                          ("T-002", None, "2025-07-02", "Badebroen er lukket, og badebroen bliver lukket")])
    places = corpus.keyword("badebroen", width=12)
    assert list(places["right"]) == [" bliver lukk", " er lukket, ", " i morgen"]
    assert list(places["left"]) == [" lukket, og ", "", "i mødes ved "]
    assert list(places["arena_id"]) == ["T-002", "T-002", "T-001"]
    assert corpus.keyword("findes ikke").empty
