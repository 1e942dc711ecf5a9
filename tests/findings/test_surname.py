"""A private person's surname that many write, in lower case, as a hashtag and as a domain, is published nowhere."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from workbench.findings import describe_new_words, measure_domains, measure_topic_weeks, measure_topics
from workbench.tables.posts import LINK_COLUMNS
from workbench.topics import find_new_words

NAME = "vestergaard"


@pytest.fixture
def measured(make_corpus, make_topics):
    """Two hundred and eighty posts of 160 accounts about one person, and as many about the harbour."""
    rows = [(f"T-{i % 8:03d}", f"a-{i % 160}", f"2025-08-{1 + i % 28:02d}", f"nu skriver alle om {NAME} #{NAME} nummer {i}")
            for i in range(280)]
    rows += [(f"T-{i % 8:03d}", f"a-{i % 160}", f"2025-{5 + 3 * (i % 2):02d}-{1 + i % 28:02d}", f"havnen er dejlig {i}")
             for i in range(280)]
    corpus = make_corpus(rows)
    about = corpus.posts["text"].str.contains(NAME)
    links = pd.DataFrame({"post_id": corpus.posts.loc[about, "post_id"], "relation": "domain",
                          "target": f"{NAME}.example", "target_kind": "domain"}).astype(LINK_COLUMNS)
    corpus = dataclasses.replace(corpus, links=links)
    topics = make_topics(corpus, (~about).astype(int))
    named = topics.topics.assign(
        label=pd.array([f"{NAME} · skriver", "havnen · dejlig"], dtype="string"), stability=0.9,
        stable_id=pd.array(["K-001", "K-002"], dtype="string"),
        words=pd.Series([[NAME, "skriver"], ["havnen", "dejlig"]], dtype=object))
    topics = dataclasses.replace(topics, topics=named)
    words = find_new_words(corpus, quarter="2025Q3")
    assert NAME in set(words["word"])
    found = [measure_topics(corpus, topics, quarter="2025Q3"), measure_topic_weeks(corpus, topics, quarter="2025Q3"),
             describe_new_words(words, corpus, quarter="2025Q3"), measure_domains(corpus, quarter="2025Q3")]
    return corpus, found


def told(released) -> str:
    return "".join(f"{f.sentence} {dict(f.known)} {f.headline}" for f in released.findings.values())


def test_before_a_person_has_looked_no_sentence_title_or_tile_names_it_and_the_release_is_open(measured, release) -> None:
    corpus, found = measured
    made = release(found, corpus)
    assert NAME not in told(made)
    assert made.is_open
    assert NAME in made.candidates.to_csv()  # it is what the reviewer is asked about


def test_hidden_by_the_reviewer_it_stands_in_no_table_either(measured, release, decide) -> None:
    corpus, found = measured
    candidates = release(found, corpus).candidates
    decided = [(kind, key, "hide" if NAME in text else "approve", {"words": [w for w in words if w != NAME]})
               for kind, key, text, words in candidates[["kind", "key", "text", "words"]].itertuples(index=False)]
    made = release(found, corpus, review=decide(*decided), ledger="other.parquet")
    assert not made.is_open
    assert NAME not in told(made) + "".join(f.data.to_csv() for f in made.findings.values())
    assert "havnen" in "".join(f.data.to_csv() for f in made.findings.values())
