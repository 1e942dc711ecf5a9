"""Words of the corpus need enough people behind them, and then a person who lets them pass."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from workbench.findings import (
    compare_topics,
    describe_new_words,
    measure_domains,
    measure_peaks,
    measure_topic_weeks,
    measure_topics,
)
from workbench.tables.posts import LINK_COLUMNS
from workbench.tables.topics import TopicSet
from workbench.wording import open_wording

TOPICS = (("K-001", "havn · bad", 60), ("K-002", "skole · hemmelig", 40))


@pytest.fixture
def corpus(make_corpus):
    """Two topics; one word of the second is used by one account only."""
    rows = [(f"T-{i % 5:03d}", f"a-{i % 10}", "2025-08-01", f"havn bad {i}" if t == 0 else f"skole {i}")
            for t, (_, _, posts) in enumerate(TOPICS) for i in range(posts)]
    return make_corpus([*rows, *[("T-000", "a-1", "2025-08-02", "skole hemmelig")] * 3])


@pytest.fixture
def topics(corpus, make_topics) -> TopicSet:
    made = make_topics(corpus, corpus.posts["text"].str.startswith("skole").astype(int))
    return TopicSet(made.topics.assign(
        stable_id=pd.array([k for k, _, _ in TOPICS], dtype="string"), stability=0.9,
        label=pd.array([label for _, label, _ in TOPICS], dtype="string"),
        words=pd.Series([["havn", "bad"], ["skole", "hemmelig"]], dtype=object)), made.assignments)


@pytest.fixture
def topics_of(corpus, topics, release):
    """Release the topics under a review."""
    def run(review=None):
        made = release(measure_topics(corpus, topics, quarter="2025Q3"), corpus, review=review,
                       ledger=f"{id(review)}.parquet")
        return made, made["topics"]

    return run


def said(finding, language: str = "da") -> str:
    return open_wording(language).say(finding.sentence, finding.known)


def test_without_a_review_no_sentence_names_a_word_and_the_draft_holds_the_candidates(topics_of) -> None:
    made, shown = topics_of()
    assert shown.sentence == "finding.topics_unnamed"
    assert not {"havn", "bad", "skole"} & set(said(shown).split())
    assert shown.data["label"].tolist()[:2] == ["havn · bad", "skole"]
    assert made.is_open
    assert made.candidates[["kind", "key", "text", "posts", "finding", "is_open"]].to_numpy().tolist() == [
        ["topic", "K-001", "havn · bad", 60, "topics", True], ["topic", "K-002", "skole", 43, "topics", True]]
    assert made.candidates["words"].tolist() == [["havn", "bad"], ["skole"]]


def test_a_word_that_one_account_uses_stands_nowhere_reviewed_or_not(topics_of, decide) -> None:
    approved = decide(*[("topic", key, "approve", {"words": ["havn", "bad", "skole", "hemmelig"]}) for key, _, _ in TOPICS])
    for review in (None, approved):
        made, shown = topics_of(review)
        everything = shown.data.to_csv() + str(shown.known) + made.candidates.to_csv()
        assert "hemmelig" not in everything
        assert "skole" in everything


def test_a_word_is_counted_however_it_is_written(corpus, topics, release) -> None:
    capitals = TopicSet(topics.topics.assign(label=pd.array(["Havn · BAD", "Hemmelig"], dtype="string")), topics.assignments)
    shown = release(measure_topics(corpus, capitals, quarter="2025Q3"), corpus)["topics"].data
    assert shown["label"].iloc[0] == "Havn · BAD"
    assert pd.isna(shown["label"].iloc[1])


def test_a_word_that_no_post_has_passes_nothing(corpus, topics, release) -> None:
    unused = TopicSet(topics.topics.assign(label=pd.array(["opfundet · bad", "skole"], dtype="string")), topics.assignments)
    assert release(measure_topics(corpus, unused, quarter="2025Q3"), corpus)["topics"].data["label"].iloc[0] == "bad"


def test_words_of_a_hidden_topic_are_not_let_pass_by_its_entry(topics_of, decide) -> None:
    review = decide(("topic", "K-001", "hide", {"words": ["havn", "bad"]}), ("topic", "K-002", "approve"))
    assert topics_of(review)[1].data["words"].tolist()[:2] == [[], []]


def test_an_approved_label_stands_in_the_sentence_and_the_rest_waits(topics_of, decide) -> None:
    made, shown = topics_of(decide(("topic", "K-001", "approve")))
    assert shown.sentence == "finding.topics"
    assert "havn · bad" in said(shown)
    assert made.candidates.set_index("key")["is_open"].to_dict() == {"K-001": False, "K-002": True}
    assert made.is_open
    assert shown.data["label"].tolist()[:2] == ["havn · bad", "skole"]  # a draft shows what there is to decide


def test_once_all_is_decided_only_what_was_approved_is_shown(topics_of, decide) -> None:
    made, shown = topics_of(decide(("topic", "K-001", "approve", {"words": ["havn"]}), ("topic", "K-002", "hide")))
    assert not made.is_open
    assert shown.data["label"].tolist()[0] == "havn"  # the reviewer deleted the other word
    assert pd.isna(shown.data["label"].iloc[1])
    assert shown.data["words"].tolist()[:2] == [["havn"], []]
    assert shown.data["posts"].tolist()[:2] == [60, 43]  # its posts are counted all the same


@pytest.mark.parametrize(("language", "name"), [("da", "Badning i havnen"), ("en", "Swimming in the harbour")])
def test_a_renamed_topic_is_called_what_the_person_wrote_in_that_language(topics_of, decide, language, name) -> None:
    review = decide(("topic", "K-001", "rename", {"text": name}), ("topic", "K-002", "merge", {"into": "K-001"}),
                    language=language)
    made, shown = topics_of(review)
    assert name in said(shown, language)
    assert shown.data["label"].iloc[0] == name
    assert shown.data["named_by"].iloc[0] == "person"
    assert pd.isna(shown.data["label"].iloc[1])
    assert made.language == language
    assert not made.is_open


def test_labels_by_machine_are_told_until_a_person_named_them_all(topics_of, decide) -> None:
    renamed = [("topic", key, "rename", {"text": f"Emne {key}"}) for key, _, _ in TOPICS]
    assert topics_of(decide(*renamed[:1]))[1].caveats == ("counted_by_model", "labels_by_machine")
    assert topics_of(decide(*renamed))[1].caveats == ("counted_by_model",)


def test_an_entry_without_a_decision_decides_nothing(topics_of, decide) -> None:
    made, shown = topics_of(decide(("topic", "K-001", None, {"text": "Forslag"}), ("topic", "K-002", "approve")))
    assert shown.sentence == "finding.topics_unnamed"
    assert "Forslag" not in shown.data.to_csv()
    assert made.candidates.set_index("key")["is_open"].to_dict() == {"K-001": True, "K-002": False}


def test_a_topic_whose_count_is_hidden_is_no_candidate(make_corpus, make_topics, release) -> None:
    rows = [(f"T-{i % 5:03d}", "a-1" if i < 3 else f"a-{i % 10}", "2025-08-01", "lille" if i < 3 else "stor") for i in range(80)]
    corpus = make_corpus(rows)
    topics = make_topics(corpus, corpus.posts["text"].eq("lille").astype(int))
    named = TopicSet(topics.topics.assign(stable_id=["K-001", "K-002"], given_label=["Stort emne", "Lille emne"]),
                     topics.assignments)
    made = release(measure_topics(corpus, named, quarter="2025Q3"), corpus)
    assert made["topics"].data.set_index("topic_id")["posts"].isna()[1]
    assert "K-002" not in made.candidates["key"].tolist()
    assert "Lille emne" not in made["topics"].data.to_csv()


def test_a_topic_without_an_id_is_a_candidate_of_its_own(make_corpus, make_topics, release) -> None:
    rows = [(f"T-{i % 5:03d}", f"a-{i % 10}", "2025-08-01", f"word{i % 2}") for i in range(100)]
    corpus = make_corpus(rows)
    topics = make_topics(corpus, corpus.posts["text"].str[-1].astype(int))
    made = release(measure_topics(corpus, topics, quarter="2025Q3"), corpus)
    assert made.candidates["text"].tolist() == ["word0", "word1"]
    assert made.is_open


def test_a_candidate_is_told_with_the_posts_of_the_topic_and_not_of_a_week(corpus, topics, release) -> None:
    weeks = measure_topic_weeks(corpus, topics, quarter="2025Q3")
    alone = release(weeks, corpus)
    assert alone.candidates["key"].tolist() == ["K-001", "K-002"]
    assert alone.candidates["posts"].isna().all()
    both = release([weeks, compare_topics(corpus, topics, quarter="2025Q3", seed=1)], corpus, ledger="both.parquet")
    assert both.candidates.set_index("key")["posts"].to_dict() == {"K-001": 60, "K-002": 43}


def test_a_change_is_told_without_the_name_until_it_is_approved(two_quarters, make_topics, release, decide) -> None:
    corpus, topic_of = two_quarters(1, rise=2.2)
    topics = make_topics(corpus, topic_of)
    topics.topics["stable_id"] = [f"K-{t:03d}" for t in topics.topics["topic_id"]]
    finding = compare_topics(corpus, topics, quarter="2025Q3", seed=1)
    verdict = finding.data["verdict"].iloc[0]
    assert finding.sentence == f"finding.topic_{verdict}"
    plain = release(finding, corpus)["topic_change"]
    assert (plain.sentence, plain.is_change) == ("finding.topics_changed", True)
    assert "word0" not in said(plain).casefold()
    named = release(finding, corpus, ledger="named.parquet", review=decide(("topic", "K-000", "approve")))["topic_change"]
    assert "word0" in said(named).casefold()
    assert named.value == plain.value == pytest.approx(finding.value, abs=5e-5)


def test_a_peak_is_told_without_the_name_until_it_is_approved(make_corpus, make_topics, release, decide) -> None:
    weeks = pd.date_range("2024-07-01", "2025-09-22", freq="7D")
    # half of each week's posts are of another topic: a topic that is all there is cannot take up more of it
    quiet = [(f"T-{i % 4:03d}", f"a-{i}", f"{w:%Y-%m-%d}", f"word{i % 2}") for w in weeks for i in range(20)]
    corpus = make_corpus([*quiet, *[(f"T-{i % 8:03d}", f"a-{i % 20}", "2025-08-06", "word0") for i in range(200)]])
    topics = make_topics(corpus, corpus.posts["text"].str[-1].astype(int))
    topics.topics["stable_id"] = [f"K-{t + 1:03d}" for t in topics.topics["topic_id"]]
    finding = measure_peaks(corpus, topics, quarter="2025Q3")
    assert said(release(finding, corpus)["peaks"]).count("word0") == 0
    named = release(finding, corpus, ledger="named.parquet", review=decide(("topic", "K-001", "approve")))["peaks"]
    assert (named.sentence, named.known["label"]) == ("finding.peaks", "word0")


@pytest.fixture
def linking(make_corpus):
    corpus = make_corpus([(f"T-{i % 8:03d}", f"a-{i % 11}", "2025-08-01", "word0") for i in range(80)])
    rows = [(p, "domain", "mindre.dk" if i % 4 == 3 else "stor.dk", "domain") for i, p in enumerate(corpus.posts["post_id"])]
    return dataclasses.replace(corpus, links=pd.DataFrame(rows, columns=list(LINK_COLUMNS)).astype(LINK_COLUMNS))


def test_a_domain_is_named_once_approved_renamed_as_written_and_gone_where_hidden(linking, release, decide) -> None:
    finding = measure_domains(linking, quarter="2025Q3")
    drafted = release(finding, linking, ledger="0.parquet")
    assert drafted["domains"].sentence == "finding.domains_unnamed"
    assert drafted["domains"].data["domain"].tolist() == ["stor.dk", "mindre.dk"]
    both = ("domain", "mindre.dk", "approve")
    for number, (decision, sentence, names) in enumerate((
            (("domain", "stor.dk", "approve"), "finding.domains", ["stor.dk", "mindre.dk"]),
            (("domain", "stor.dk", "rename", {"text": "Den store"}), "finding.domains", ["Den store", "mindre.dk"]),
            (("domain", "stor.dk", "hide"), "finding.domains", ["mindre.dk"]))):
        made = release(finding, linking, ledger=f"{number + 1}.parquet", review=decide(decision, both))
        assert made["domains"].data["domain"].tolist() == names
        assert (made["domains"].sentence, made["domains"].known["domain"]) == (sentence, names[0])
        assert not made.is_open
        assert "stor.dk" not in said(made["domains"]) or decision[2] == "approve"


def test_a_decision_about_a_word_is_none_about_a_domain_of_that_name(linking, release, decide) -> None:
    made = release(measure_domains(linking, quarter="2025Q3"), linking, review=decide(("word", "stor.dk", "approve")))
    assert made["domains"].data["domain"].tolist() == ["stor.dk", "mindre.dk"]
    assert made.candidates["is_open"].all()
    assert made["domains"].sentence == "finding.domains_unnamed"


def test_the_counts_of_the_other_rows_stay_theirs_where_a_word_is_hidden(make_corpus, release, decide) -> None:
    corpus = make_corpus([(f"T-{i % 8:03d}", f"a-{i % 11}", "2025-08-01", "word0") for i in range(120)])
    posts = corpus.posts.sort_values("account_id", kind="stable")["post_id"].tolist()
    # the last one is of one account
    targets = [*["lille.dk"] * 5, *["mindre.dk"] * 45, *["stor.dk"] * 70]
    rows = [(p, "domain", t, "domain") for p, t in zip(posts, targets, strict=True)]
    linked = dataclasses.replace(corpus, links=pd.DataFrame(rows, columns=list(LINK_COLUMNS)).astype(LINK_COLUMNS))
    finding = measure_domains(linked, quarter="2025Q3")
    assert finding.data["domain"].tolist() == ["stor.dk", "mindre.dk", "lille.dk"]
    made = release(finding, linked, review=decide(("domain", "stor.dk", "hide"), ("domain", "mindre.dk", "approve")))
    assert made["domains"].data[["domain", "posts"]].to_numpy().tolist() == [["mindre.dk", 45]]


@pytest.fixture
def worded(make_corpus):
    rows = [(f"T-{a % 4:03d}", f"a-{a}", f"2025-{m}", f"{w} {a} {m}") for m, w in (("05-01", "kaffe"), ("08-01", "kaffe"))
            for a in range(20)]
    used = [(f"T-{a % 4:03d}", f"b-{a}", "2025-08-05", f"{w} {a} {w}") for w in ("løbehjul", "hjelm") for a in range(12)]
    corpus = make_corpus([*rows, *used])
    words = pd.DataFrame([{"word": w, "kind": "word", "status": "new", "first_seen": "2025-W32", "posts_before": 0,
                           "posts": 12, "arenas": 4, "growth": 0.0, "parts": parts,
                           "post_ids": corpus.posts.loc[corpus.posts["text"].str.startswith(w), "post_id"]}
                          for w, parts in (("løbehjul", ["løbe", "hjul"]), ("hjelm", []))])
    return corpus, describe_new_words(words, corpus, quarter="2025Q3")


def test_new_words_wait_and_a_hidden_one_is_not_counted(worded, release, decide) -> None:
    corpus, finding = worded
    drafted = release(finding, corpus)
    assert drafted.is_open
    assert drafted.candidates[["kind", "key"]].to_numpy().tolist() == [["word", "løbehjul"], ["word", "hjelm"]]
    made = release(finding, corpus, ledger="decided.parquet",
                   review=decide(("word", "løbehjul", "hide"), ("word", "hjelm", "approve")))
    assert made["new_words"].data["word"].tolist() == ["hjelm"]
    assert (made["new_words"].value, made["new_words"].known["count"]) == (1, 1)
    assert made["new_words"].suppressed == 0


def test_parts_of_a_compound_are_shown_where_they_pass_the_counts_and_a_person(make_corpus, worded, release,
                                                                              decide) -> None:
    corpus, finding = worded
    many = corpus.posts["text"].str.startswith("kaffe")  # now many write "løbe", nobody "hjul"
    corpus = dataclasses.replace(corpus, posts=corpus.posts.assign(
        text=corpus.posts["text"].mask(many, "løbe " + corpus.posts["text"])))
    both = [("word", w, "approve") for w in ("løbehjul", "hjelm")]
    drafted = release(finding, corpus, ledger="0.parquet")["new_words"].data.set_index("word")
    assert drafted.loc["løbehjul", "parts"] == ["løbe"]
    silent = release(finding, corpus, ledger="1.parquet", review=decide(*both))["new_words"].data.set_index("word")
    assert silent.loc["løbehjul", "parts"] == []
    told = release(finding, corpus, ledger="2.parquet", review=decide(*both, ("word", "løbe", "approve")))
    assert told["new_words"].data.set_index("word").loc["løbehjul", "parts"] == ["løbe"]


def test_hiding_a_word_hides_no_post_of_the_other_rows(worded, release, decide) -> None:
    corpus, finding = worded
    made = release(finding, corpus, review=decide(("word", "løbehjul", "hide")))
    assert made["new_words"].data[["word", "posts"]].to_numpy().tolist() == [["hjelm", 12]]
