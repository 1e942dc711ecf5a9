from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.findings import compare_topics, measure_topics, release_findings
from workbench.tables.topics import Refits, TopicSet
from workbench.wording import open_wording


@pytest.fixture
def named(two_quarters, make_topics):
    """Two quarters in which topic 0 doubles, with what a register writes beside the topics."""
    corpus, topic_of = two_quarters(1, rise=2.2)
    topics = make_topics(corpus, topic_of)
    count = len(topics.topics)
    columns = {"stable_id": pd.array([f"K-{t + 1:03d}" for t in range(count)], dtype="string"),
               "given_label": pd.array(["Løbehjul i byen", *[pd.NA] * (count - 1)], dtype="string"),
               "confidence": pd.array([pd.NA] * count, dtype="Float64"),
               "is_drifted": pd.array([False, True, *[False] * (count - 2)], dtype="boolean")}

    def make(**changed) -> TopicSet:
        return TopicSet(topics.topics.assign(**{**columns, **changed}), topics.assignments)

    return corpus, make


def test_a_topic_carries_its_id_and_the_name_a_person_gave_it(named) -> None:
    corpus, make = named
    finding = measure_topics(corpus, make(), quarter="2025Q3")
    rows = finding.data.dropna(subset=["topic_id"]).set_index("topic_id")
    assert rows.loc[0, ["stable_id", "label", "named_by"]].tolist() == ["K-001", "Løbehjul i byen", "person"]
    assert rows.loc[2, ["stable_id", "label", "named_by"]].tolist() == ["K-003", "word2", "words"]
    change = compare_topics(corpus, make(), quarter="2025Q3", seed=1)
    assert change.known["label"] == "Løbehjul i byen"


def test_a_topic_that_drifted_stands_with_its_words_and_the_reader_is_told(named) -> None:
    corpus, make = named
    finding = measure_topics(corpus, make(), quarter="2025Q3")
    drifted = finding.data.set_index("stable_id").loc["K-002"]
    assert (drifted["label"], drifted["named_by"]) == ("word1", "words_after_drift")
    assert finding.caveats == ("counted_by_model", "labels_by_machine", "labels_drifted")
    steady = measure_topics(corpus, make(is_drifted=False), quarter="2025Q3")
    assert steady.caveats == ("counted_by_model", "labels_by_machine")
    people = measure_topics(corpus, make(is_drifted=False, given_label="Emne"), quarter="2025Q3")
    assert people.caveats == ("counted_by_model",)


def test_a_change_of_a_topic_with_an_uncertain_match_is_not_tested(named) -> None:
    corpus, make = named
    sure = compare_topics(corpus, make(confidence=0.8), quarter="2025Q3", seed=1).data.set_index("topic_id")
    assert sure.loc[0, "verdict"] in ("rose", "emerged")
    unsure = compare_topics(corpus, make(confidence=0.79), quarter="2025Q3", seed=1)
    assert set(unsure.data["verdict"]) == {"uncertain"}
    assert unsure.data["p"].isna().all()
    assert not unsure.is_change


def test_without_a_register_topics_have_no_ids_and_are_called_by_their_words(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(1)
    data = measure_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3").data
    assert data["stable_id"].isna().all()
    assert set(data["named_by"].dropna()) == {"words"}


def test_a_topic_that_is_not_found_again_is_no_finding(named) -> None:
    corpus, make = named
    trusted = compare_topics(corpus, make(core=50, inclusion=0.8), quarter="2025Q3", seed=1)
    assert trusted.is_change
    shaky = compare_topics(corpus, make(core=50, inclusion=0.79), quarter="2025Q3", seed=1)
    assert set(shaky.data["verdict"]) == {"not_trusted"}
    assert shaky.data[["p", "q"]].isna().all(axis=None)
    assert not shaky.is_change
    assert measure_topics(corpus, make(core=49, inclusion=1.0), quarter="2025Q3").sentence == "finding.topics_shaky"


def test_the_headline_names_the_largest_topic_that_is_found_again(named) -> None:
    corpus, make = named
    plain = measure_topics(corpus, make(core=50, inclusion=0.8, given_label=pd.NA), quarter="2025Q3")
    largest = plain.data["topic_id"].iloc[0]
    shaky = [0.3 if t == largest else 0.8 for t in make().topics["topic_id"]]
    finding = measure_topics(corpus, make(core=50, inclusion=pd.array(shaky, dtype="Float64"), given_label=pd.NA), quarter="2025Q3")
    assert finding.known["label"] == plain.data["label"].iloc[1]
    assert finding.data["trust"].iloc[0] == "not_trusted"
    assert (plain.sentence, finding.sentence) == ("finding.topics", "finding.topics_trusted")


def test_the_largest_that_is_shown_is_not_called_the_largest_where_a_larger_one_is_hidden(make_corpus, make_topics,
                                                                                          release, decide) -> None:
    rows = [(f"T-{i % 5:03d}", "a-loud" if t == 0 and i < 30 else f"a-{i % 10}", "2025-08-01", f"word{t}")
            for t, n in ((0, 50), (1, 46), (2, 45), (3, 400)) for i in range(n)]
    corpus = make_corpus(rows)
    topics = make_topics(corpus, corpus.posts["text"].str[-1].astype(int).replace(3, -1))
    topics.topics["stable_id"] = ["K-0", "K-1", "K-2"]
    review = decide(*[("topic", f"K-{t}", "approve") for t in range(3)])
    released = release(measure_topics(corpus, topics, quarter="2025Q3"), corpus, review=review)["topics"]
    assert released.data.set_index("topic_id")["posts"].isna()[0]
    shown = released.data.dropna(subset=["posts"]).iloc[0]
    assert (released.sentence, released.known["label"]) == ("finding.topics_trusted", shown["label"])


def test_a_topic_that_was_too_small_before_has_its_id_wherever_its_posts_are_shown(named, tmp_path) -> None:
    corpus, make = named
    topics = make()
    before = topics.assignments["post_id"].isin(corpus.posts.loc[corpus.posts["posted_at"].lt("2025-07-01"), "post_id"])
    tiny = topics.assignments.index[before & topics.assignments["topic_id"].eq(5)][2:]
    topics.assignments.loc[tiny, "topic_id"] = -1
    found = release_findings([measure_topics(corpus, topics, quarter="2025Q3"),
                              compare_topics(corpus, topics, quarter="2025Q3", seed=1)], corpus,
                             ledger=tmp_path / "ledger.parquet", product="x", minimum_authors=5, minimum_arenas=3).findings
    shares, change = (found[key].data.set_index("topic_id").loc[5] for key in ("topics", "topic_change"))
    assert pd.isna(change["posts_before"])
    assert shares["posts"] > 0
    assert shares["stable_id"] == change["stable_id"] == "K-006"


def test_a_change_that_refits_do_not_tell_is_no_finding(named) -> None:
    corpus, make = named
    topics = make()
    labels = topics.assignments["topic_id"].to_numpy(dtype=np.int16)
    stands_for = np.repeat(np.eye(len(topics.topics), dtype=bool)[:, None, :], 10, axis=1)

    def refitted(lost: int) -> TopicSet:
        """As many of ten refits put the posts anywhere."""
        rng, groups = np.random.default_rng(1), np.repeat(labels[:, None], 10, axis=1)
        for refit in range(lost):
            groups[:, refit] = rng.permutation(labels)
        return replace(topics, refits=Refits(groups, stands_for))

    told = compare_topics(corpus, refitted(2), quarter="2025Q3", seed=1)
    assert told.is_change
    doubted = compare_topics(corpus, refitted(3), quarter="2025Q3", seed=1)
    assert "refits_differ" in set(doubted.data["verdict"])
    assert not doubted.is_change
    assert all(open_wording(language).say("value.refits_differ") for language in ("da", "en"))


@pytest.mark.parametrize(("unlisted", "told"), [({}, False), ({"und": 4000}, False), ({"kl": 1}, False), ({"kl": 400}, True)])
def test_languages_without_a_list_of_common_words_are_told(named, unlisted: dict[str, int], told: bool) -> None:
    corpus, make = named
    topics = replace(make(), provenance={"unsupported_languages": unlisted})
    caveats = measure_topics(corpus, topics, quarter="2025Q3").caveats
    assert ("languages_unlisted" in caveats) == told
    assert all(open_wording(language).say("caveat.languages_unlisted") for language in ("da", "en"))
