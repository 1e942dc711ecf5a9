from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from workbench.findings import measure_domains, measure_link_platforms, release_findings
from workbench.tables.posts import LINK_COLUMNS
from workbench.wording import open_wording


@pytest.fixture
def linking(make_corpus):
    """Return a corpus of 80 posts in eight arenas; a list of domains for each of the first of them."""
    def make(*domains):
        corpus = make_corpus([(f"T-{i % 8:03d}", f"a-{i % 11}", "2025-08-01", "word0") for i in range(80)])
        posts = [f"T-{i % 8:03d}:{i // 8}" for i in range(80)]
        rows = [(posts[i], "domain", d, "domain") for i, some in enumerate(domains) for d in some]
        return dataclasses.replace(corpus, links=pd.DataFrame(rows, columns=list(LINK_COLUMNS)).astype(LINK_COLUMNS))

    return make


def test_a_domain_counts_each_post_once_and_shares_are_of_posts_that_link_out(linking):
    corpus = linking(*[["e.dk", "e.dk", "youtube.com"]] * 10, *[["youtu.be"]] * 6, ["t.me"], ["t.me"])
    finding = measure_domains(corpus, quarter="2025Q3")
    assert (finding.numerator, finding.denominator) == (16, 80)
    assert finding.data[["domain", "posts", "arenas", "share"]].to_numpy().tolist() == [
        ["e.dk", 10, 8, 10 / 16], ["youtube.com", 10, 8, 10 / 16], ["youtu.be", 6, 6, 6 / 16]]
    assert finding.data["is_short"].tolist() == [False, False, True]
    assert finding.facts["domain"] == "e.dk"


def test_links_to_platforms_join_the_domains_of_one_platform(linking):
    corpus = linking(*[["youtube.com", "youtu.be"]] * 6, *[["x.com"]] * 2, *[["e.dk"]] * 2)
    finding = measure_link_platforms(corpus, quarter="2025Q3")
    assert finding.data[["platform", "posts", "share"]].to_numpy().tolist() == [["YouTube", 6, 0.6], ["X", 2, 0.2]]
    assert finding.value == 10 / 80


def test_a_domain_of_few_arenas_is_neither_named_nor_released(linking, tmp_path):
    corpus = linking(*[["e.dk"]] * 17, *[["o.dk"]] * 15, *([["mine.dk"], *[[]] * 7] * 6))
    finding = measure_domains(corpus, quarter="2025Q3")
    assert finding.data["domain"].tolist() == ["e.dk", "o.dk", "mine.dk"]
    released = release_findings([finding], corpus, ledger=tmp_path / "l.parquet", product="p", minimum_authors=5,
                                minimum_arenas=3)["domains"]
    assert released.data["domain"].isna().tolist() == [False, False, True]
    alone = measure_domains(linking(["mine.dk"], ["mine.dk"]), quarter="2025Q3")
    assert alone.sentence == "finding.domains_scattered"
    assert "domain" not in alone.facts


@pytest.mark.parametrize("measure", [measure_domains, measure_link_platforms])
def test_no_link_at_all_is_a_sentence_and_an_empty_table(linking, measure):
    finding = measure(linking(), quarter="2025Q3")
    assert finding.data.empty
    assert finding.value == 0
    assert open_wording("da").say(finding.sentence, finding.facts)


@pytest.mark.parametrize("domains", [[["e.dk"]] * 20, [["youtube.com"]] * 20, [["e.dk"]], [["x.com"]], []])
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_sentence_can_be_said(linking, domains, language):
    for measure in (measure_domains, measure_link_platforms):
        finding = measure(linking(*domains), quarter="2025Q3")
        assert open_wording(language).say(finding.sentence, finding.facts)
