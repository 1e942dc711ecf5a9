from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics.quality import measure_coherence, measure_quality, read_posts

WORDS = [["hjelm", "styr"], ["kage", "fløde"], ["hjelm", "fløde"]]
TEXTS = ["hjelm styr", "hjelm styr grus", "kage fløde", "kage", "hjelm kage", "vejr vind"]


def topics_of(corpus, topic_of: list[int], words: list[list[str]] = WORDS, confidence: list[float] | None = None) -> TopicSet:
    table = pd.DataFrame({"topic_id": range(len(words)), "label": [" · ".join(w) for w in words],
                          "words": pd.Series(words, dtype=object),
                          "size": [topic_of.count(t) for t in range(len(words))], "stability": None})
    assignments = pd.DataFrame({"post_id": corpus.posts["post_id"], "topic_id": topic_of,
                                "confidence": confidence or 1.0})
    return TopicSet(table.reindex(columns=list(TOPIC_COLUMNS)).astype(TOPIC_COLUMNS), assignments.reindex(columns=list(ASSIGNMENT_COLUMNS)).astype(ASSIGNMENT_COLUMNS))


def test_coherence_is_npmi_over_different_texts(make_texts) -> None:
    corpus = make_texts([*TEXTS, TEXTS[0]])  # a copy changes nothing
    found = measure_coherence(corpus, topics_of(corpus, [0, 0, 1, 1, 2, -1, 0]))
    # by hand, of six texts: hjelm 3, styr 2, both 2; kage 3, fløde 1, both 1; hjelm and fløde never
    assert found == pytest.approx([np.log((2 / 6) / (3 / 6 * 2 / 6)) / -np.log(2 / 6),
                                   np.log((1 / 6) / (3 / 6 * 1 / 6)) / -np.log(1 / 6), -1.0])


def test_words_that_always_and_only_meet_have_coherence_one(make_texts) -> None:
    corpus = make_texts(["hjelm styr", "hjelm styr grus", "vejr", "vind"])
    assert measure_coherence(corpus, topics_of(corpus, [0, 0, -1, -1], [["hjelm", "styr"]])) == pytest.approx([1.0])


def test_quality_stands_beside_each_topic(make_texts) -> None:
    corpus = make_texts(TEXTS, languages=["da", "sv", "da", None, "da", "en"])
    corpus.posts.loc[1, "platform"] = "youtube"
    topics = topics_of(corpus, [0, 0, 1, 1, 2, -1])
    topics.topics["core"] = pd.array([50, 49, 50], dtype="Int64")
    topics.topics["inclusion"] = pd.array([0.8, 0.9, 0.79], dtype="Float64")
    table = measure_quality(corpus, topics)
    assert table["is_trusted"].tolist() == [True, False, False]
    assert table["diversity"].tolist() == [0.5, 0.5, 0.0]
    assert table.attrs["diversity"] == 4 / 6
    first = table.set_index("topic_id").loc[0]
    assert (first["platform: telegram"], first["platform: youtube"]) == (0.5, 0.5)
    assert (first["language: da"], first["language: sv"], first["language: en"]) == (0.5, 0.5, 0.0)
    assert table.set_index("topic_id").loc[1, "language: ?"] == 0.5


def test_without_refits_nothing_is_said_of_trust(make_texts) -> None:
    corpus = make_texts(TEXTS)
    assert measure_quality(corpus, topics_of(corpus, [0, 0, 1, 1, 2, -1]))["is_trusted"].isna().all()


def test_the_posts_behind_a_topic_come_from_many_arenas_and_each_text_once(make_texts) -> None:
    corpus = make_texts([f"tekst {i}" for i in range(12)] + ["tekst 0"] * 3, arenas=3)
    confidence = [0.9, 0.2, 0.1, *np.linspace(0.8, 0.3, 12)]
    posts = read_posts(corpus, topics_of(corpus, [0] * 15, [["tekst"]], confidence), topic_id=0, most_posts=5)
    assert len(posts) == 5
    assert posts["arena_id"].head(3).nunique() == 3
    assert posts["text"].is_unique
    assert posts["confidence"].iloc[0] == 0.9


def test_coverage_is_the_share_of_posts_with_a_word_of_the_label_in_any_inflection(make_texts) -> None:
    corpus = make_texts(["hjelm grus", "hjelmen sten", "hjelm grus", "vejr", "kage", "kagen kager"], languages=["da"] * 6)
    topics = topics_of(corpus, [0, 0, 0, 0, 1, -1], [["hjelm", "sand"], ["fløde"], []])
    topics.topics["label"] = ["Hjelm · sand", "fløde", ""]
    found = measure_quality(corpus, topics)["coverage"]
    assert found.tolist()[:2] == [3 / 4, 0]
    assert pd.isna(found[2])


@pytest.fixture
def mixed(make_texts):
    """Posts of one topic in three arenas, by language; two of them are its core."""
    corpus = make_texts([f"tekst {i}" for i in range(9)], languages=["da", "sv", None] * 3, arenas=9)
    corpus.posts["arena_id"] = ["T-000", "T-000", "T-001", *["T-002"] * 6]
    topics = topics_of(corpus, [0] * 9, [["tekst"]], list(np.linspace(0.9, 0.1, 9)))
    return corpus, topics


def test_posts_are_read_of_one_language_or_arena(mixed) -> None:
    corpus, topics = mixed
    assert read_posts(corpus, topics, topic_id=0, language="sv")["text"].tolist() == ["tekst 1", "tekst 4", "tekst 7"]
    assert read_posts(corpus, topics, topic_id=0, language="?")["text"].tolist() == ["tekst 2", "tekst 5", "tekst 8"]
    assert read_posts(corpus, topics, topic_id=0, arena="T-000")["text"].tolist() == ["tekst 0", "tekst 1"]
    assert len(read_posts(corpus, topics, topic_id=0, language="da", arena="T-002")) == 2


def test_only_the_core_of_a_topic_is_read_where_asked(mixed) -> None:
    corpus, topics = mixed
    topics.assignments["is_core"] = pd.array([False, True, None, True, *[False] * 5], dtype="boolean")
    assert read_posts(corpus, topics, topic_id=0, core_only=True)["text"].tolist() == ["tekst 1", "tekst 3"]
    assert len(read_posts(corpus, topics, topic_id=0)) == 9


def test_what_cannot_be_read_says_what_there_is(mixed) -> None:
    corpus, topics = mixed
    with pytest.raises(TableError, match=r"no posts with language fi; there is: \?, da, sv"):
        read_posts(corpus, topics, topic_id=0, language="fi")
    with pytest.raises(TableError, match="no posts with arena_id T-9; there is: T-000, T-001, T-002"):
        read_posts(corpus, topics, topic_id=0, arena="T-9")
    earlier = TopicSet(topics.topics, topics.assignments.drop(columns="is_core", errors="ignore"))
    with pytest.raises(TableError, match="no core posts"):
        read_posts(corpus, earlier, topic_id=0, core_only=True)


def test_an_unknown_topic_is_named(make_texts) -> None:
    corpus = make_texts(TEXTS)
    with pytest.raises(TableError, match="no topic 9"):
        read_posts(corpus, topics_of(corpus, [0, 0, 1, 1, 2, -1]), topic_id=9)


def test_text_of_posts_reaches_no_finding_even_where_a_topic_set_carries_it(make_corpus, make_topics) -> None:
    from workbench.findings import compare_topics, measure_topics

    corpus = make_corpus([(f"T-{a}", f"a-{a}-{i}", f"2025-0{m}-1{i}", f"hemmelig besked nummer {a} {i} {m}")
                          for a in range(5) for i in range(5) for m in (5, 8)])
    topics = make_topics(corpus, pd.Series(0, index=corpus.posts["post_id"]))
    topics.topics["representative"] = [read_posts(corpus, topics, topic_id=0)["text"].tolist()]
    for finding in (measure_topics(corpus, topics, quarter="2025Q3"),
                    compare_topics(corpus, topics, quarter="2025Q3", seed=1)):
        assert "hemmelig" not in finding.data.to_csv() + str(finding.facts)
