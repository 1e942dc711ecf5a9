from __future__ import annotations

import pandas as pd
import pytest

from workbench.findings import describe_new_words
from workbench.topics import find_new_words
from workbench.wording import open_wording


def rows(text: str, *, month: str, authors: int, posts: int = 1) -> list[tuple[str, str, str, str]]:
    return [(f"T-{a % 4:03d}", f"a-{a}", f"{month}-{1 + p:02d}", f"{text} {month} {a} {p}")
            for a in range(authors) for p in range(posts)]


@pytest.fixture
def corpus(make_corpus):
    return make_corpus([*rows("kaffe og kage løbe hjul", month="2025-05", authors=20, posts=3),
                        *rows("kaffe løbehjul", month="2025-08", authors=9),
                        *rows("hjelm", month="2025-06", authors=1), *rows("hjelm", month="2025-07", authors=12)])


def described(corpus, **more):
    return describe_new_words(find_new_words(corpus, quarter="2025Q3"), corpus, quarter="2025Q3", **more)


def said(finding):
    return [open_wording(language).say(finding.sentence, finding.known) for language in ("da", "en")]


def test_new_and_growing_words_stand_with_what_is_behind_them(corpus) -> None:
    finding = described(corpus)
    data = finding.data.set_index("word")
    assert data["status"].to_dict() == {"løbehjul": "new_word", "hjelm": "growing_word"}
    assert data.loc["løbehjul", ["kind", "first_seen", "posts", "arenas", "parts"]].tolist() == [
        "word", "2025-W31", 9, 4, ["løbe", "hjul"]]
    assert data["growth"].isna().to_dict() == {"løbehjul": True, "hjelm": False}
    assert (finding.known["new"], finding.known["growing"]) == (1, 1)
    for cell in finding.cells:
        assert finding.data[cell.column].iloc[cell.row] == len(cell.posts)
    assert said(finding) == ["2 ord at kende; nye: 1, med mindst tre gange så stor en andel som før: 1",
                             "2 words to know; new: 1, with at least three times the share of before: 1"]


def test_what_few_wrote_before_is_not_told_and_a_word_of_few_not_at_all(corpus, release) -> None:
    finding = described(corpus)
    shown = release(finding, corpus)["new_words"].data.set_index("word")
    assert shown.loc["hjelm", ["posts_before", "first_seen", "growth"]].isna().all()
    assert shown.loc["hjelm", "posts"] == 12
    assert shown.loc["løbehjul", "first_seen"] == "2025-W31"
    strict = release(finding, corpus, minimum_authors=10, ledger="strict.parquet")
    assert strict["new_words"].data["word"].tolist() == ["hjelm"]
    assert strict.candidates["key"].tolist() == ["hjelm"]
    assert strict["new_words"].value == 1


def test_words_of_too_few_are_left_out_whoever_found_them(make_corpus, release) -> None:
    for number, (authors, arenas) in enumerate(((4, 4), (12, 2))):
        few = [(f"T-{a % arenas:03d}", f"a-{a}", f"2025-08-{1 + p:02d}", f"hjelm {a} {p}")
               for a in range(authors) for p in range(3)]
        corpus = make_corpus([*rows("kaffe", month="2025-05", authors=20), *few])
        words = pd.DataFrame([{"word": "hjelm", "kind": "word", "status": "new", "first_seen": "2025-W31",
                               "posts_before": 0, "posts": len(few), "arenas": arenas, "growth": 0.0, "parts": [],
                               "post_ids": corpus.posts.loc[corpus.posts["text"].str.startswith("hjelm"), "post_id"]}])
        made = release(describe_new_words(words, corpus, quarter="2025Q3"), corpus, ledger=f"{number}.parquet")
        assert made["new_words"].data.empty
        assert made.candidates.empty
        assert made["new_words"].sentence == "finding.new_words_none"


def test_the_first_ones_are_shown(corpus) -> None:
    first = described(corpus, most_words=1)
    assert first.data["word"].tolist() == ["løbehjul"]
    assert (first.known["count"], first.known["new"], first.known["growing"]) == (1, 1, 0)


def test_no_new_word_and_no_time_before_are_told_apart(make_corpus) -> None:
    same = make_corpus([*rows("kaffe", month="2025-05", authors=9), *rows("kaffe", month="2025-08", authors=9)])
    first = make_corpus(rows("kaffe", month="2025-08", authors=9))
    for corpus, sentence in ((same, "finding.new_words_none"), (first, "finding.new_words_first")):
        finding = described(corpus)
        assert (finding.sentence, len(finding.data)) == (sentence, 0)
        assert all(said(finding))


def test_words_that_a_person_explained_stand_first_with_what_they_mean(corpus, release, decide) -> None:
    review = decide(("word", "hjelm", "approve", {"description": "hovedværn"}), ("word", "løbehjul", "approve"))
    finding = described(corpus, review=review)
    assert finding.data["word"].tolist() == ["hjelm", "løbehjul"]
    assert finding.data["meaning"].fillna("").tolist() == ["hovedværn", ""]
    shown = release(finding, corpus, review=review)["new_words"]
    assert shown.data["meaning"].fillna("").tolist() == ["hovedværn", ""]
    assert "2 words to know, 1 of them explained; new: 1" in said(shown)[1]


def test_the_meaning_of_a_word_that_nobody_decided_about_is_not_told(corpus, decide) -> None:
    for decision in (None, "hide"):
        review = decide(("word", "hjelm", decision, {"description": "hovedværn"}))
        assert described(corpus, review=review).data["meaning"].isna().all()
