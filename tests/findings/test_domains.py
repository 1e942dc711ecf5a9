from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from workbench.findings import measure_domains, measure_link_flows, measure_link_platforms
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
        ["youtube.com", 16, 8, 1.0], ["e.dk", 10, 8, 10 / 16]]
    assert finding.data["share_all"].tolist() == [16 / 80, 10 / 80]
    assert finding.known["domain"] == "youtube.com"
    assert (finding.known["share_all"], finding.known["linking_posts"]) == (0.2, 16)


def test_the_domains_of_one_platform_are_one(linking):
    corpus = linking(["x.com"], ["twitter.com", "x.com"], ["t.co"], ["youtu.be"], ["e.dk"])
    data = measure_domains(corpus, quarter="2025Q3").data
    assert dict(zip(data["domain"], data["posts"], strict=True)) == {"x.com": 3, "e.dk": 1, "youtube.com": 1}
    assert not data["is_short"].any()


def test_links_to_platforms_join_the_domains_of_one_platform(linking):
    corpus = linking(*[["youtube.com", "youtu.be"]] * 6, *[["x.com"]] * 2, *[["e.dk"]] * 2)
    finding = measure_link_platforms(corpus, quarter="2025Q3")
    assert finding.data[["platform", "posts", "share"]].to_numpy().tolist() == [["YouTube", 6, 0.6], ["X", 2, 0.2]]
    assert finding.value == 10 / 80


def test_a_domain_of_few_arenas_is_neither_named_nor_released(linking, release):
    corpus = linking(*[["e.dk"]] * 17, *[["o.dk"]] * 15, *([["mine.dk"], *[[]] * 7] * 6))
    finding = measure_domains(corpus, quarter="2025Q3")
    assert finding.data["domain"].tolist() == ["e.dk", "o.dk", "mine.dk"]
    made = release(finding, corpus)
    # the row goes: without its number it would be a name and nothing else
    shown = made["domains"].data["domain"].tolist()
    assert shown == made.candidates["key"].tolist()
    assert "e.dk" in shown
    assert "mine.dk" not in shown
    few = linking(["mine.dk"], ["mine.dk"])
    alone = release(measure_domains(few, quarter="2025Q3"), few, ledger="few.parquet")["domains"]
    assert (alone.sentence, alone.value) == ("finding.domains_scattered", None)
    assert "domain" not in alone.known


@pytest.mark.parametrize("measure", [measure_domains, measure_link_platforms, measure_link_flows])
def test_no_link_at_all_is_a_sentence_and_an_empty_table(linking, measure):
    finding = measure(linking(), quarter="2025Q3")
    assert finding.data.empty
    assert finding.value == 0
    assert open_wording("da").say(finding.sentence, finding.known)


@pytest.mark.parametrize("domains", [[["e.dk"]] * 20, [["youtube.com"]] * 20, [["e.dk"]], [["x.com"]], []])
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_sentence_can_be_said(linking, domains, language):
    for measure in (measure_domains, measure_link_platforms, measure_link_flows):
        finding = measure(linking(*domains), quarter="2025Q3")
        assert open_wording(language).say(finding.sentence, finding.known)


@pytest.fixture
def two_homes(linking):
    """Return a corpus as `linking` makes it, its odd arenas on Reddit."""
    def make(*domains):
        corpus = linking(*domains)
        odd = corpus.posts["arena_id"].str[-1].astype(int) % 2 == 1
        return dataclasses.replace(corpus, posts=corpus.posts.assign(
            platform=corpus.posts["platform"].mask(odd, "reddit")))

    return make


def test_flows_run_from_the_platform_of_the_post_to_that_of_the_link(two_homes):
    corpus = two_homes(*[["youtube.com", "youtu.be"]] * 8, *[["e.dk", "o.dk", "x.com"]] * 4, *[["bit.ly"]] * 4)
    finding = measure_link_flows(corpus, quarter="2025Q3")
    rows = {tuple(r[:3]): tuple(r[3:]) for r in finding.data.fillna({"platform": "", "destination": ""}).to_numpy()}
    assert rows["destination", "", "YouTube"] == (8, 8, 0.5, 0.1)
    assert rows["flow", "Telegram", "YouTube"] == (4, 4, 0.25, 0.05)
    assert rows["flow", "Reddit", "X"] == rows["flow", "Reddit", "other_sites"] == rows["flow", "Reddit", "short_links"]
    assert (finding.numerator, finding.denominator) == (16, 80)
    # the flows into a destination are its posts, each once
    flows = finding.data[finding.data["row"] == "flow"].groupby("destination")["posts"].sum()
    ends = finding.data[finding.data["row"] == "destination"].set_index("destination")["posts"]
    assert flows.to_dict() == ends.to_dict()


def test_one_way_from_platform_to_platform_is_a_reason_and_two_are_not(two_homes, linking):
    one = linking(*[["youtube.com", "e.dk"]] * 8)
    assert measure_link_flows(one, quarter="2025Q3").reason == "one_way"
    assert measure_link_flows(linking(*[["youtube.com", "x.com"]] * 8), quarter="2025Q3").reason == ""
    assert measure_link_flows(two_homes(*[["youtube.com"]] * 8), quarter="2025Q3").reason == ""
    assert measure_link_flows(linking(), quarter="2025Q3").reason == "one_way"


def test_what_leads_back_into_the_own_platform_is_no_flow(two_homes):
    corpus = two_homes(*[["t.me", "reddit.com"]] * 8)
    flows = measure_link_flows(corpus, quarter="2025Q3").data.query("row == 'flow'")
    assert set(zip(flows["platform"], flows["destination"], strict=True)) == {("Telegram", "Reddit"), ("Reddit", "Telegram")}


def test_links_of_x_to_its_own_addresses_are_no_external_links(linking):
    corpus = linking(*[["t.co", "twitter.com", "e.dk"]] * 8)
    corpus = dataclasses.replace(corpus, posts=corpus.posts.assign(platform="x"))
    assert measure_domains(corpus, quarter="2025Q3").data["domain"].tolist() == ["e.dk"]


def test_a_small_flow_is_left_out_and_its_destination_does_not_give_it_away(two_homes, release):
    # YouTube from all arenas of Telegram, and from two posts on Reddit
    corpus = two_homes(*[["youtube.com"], ["e.dk"]] * 28, *[["e.dk"], ["e.dk"]] * 8, *[["e.dk"], ["youtube.com"]] * 2)
    finding = measure_link_flows(corpus, quarter="2025Q3")
    counted = finding.data.set_index(["row", "platform", "destination"])["posts"]
    assert counted["flow", "Reddit", "YouTube"] == 2
    shown = release(finding, corpus)["link_flows"].data.set_index(["row", "platform", "destination"])
    assert ("flow", "Reddit", "YouTube") not in shown.index
    assert shown[["posts", "arenas"]].notna().all(axis=None)
    # of the sum and its other part at least one is left out, too
    youtube = [("destination", pd.NA, "YouTube"), ("flow", "Telegram", "YouTube")]
    assert sum(place in shown.index for place in youtube) <= 1
    assert set(shown.xs("flow").index.get_level_values("platform")) == {"Telegram", "Reddit"}


def test_the_largest_flow_from_enough_arenas_to_a_platform_is_named(two_homes, release):
    finding = measure_link_flows(two_homes(*[["e.dk"]] * 40, *[["rumble.com"], []] * 10), quarter="2025Q3")
    assert (finding.known["platform"], finding.known["destination"]) == ("Telegram", "Rumble")
    assert finding.known["share"] == 10 / 50
    few = two_homes(*[["e.dk"]] * 40, ["rumble.com"])
    assert release(measure_link_flows(few, quarter="2025Q3"), few)["link_flows"].sentence == "finding.link_flows_scattered"


def test_a_platform_that_nobody_listed_keeps_its_code(linking):
    corpus = linking(*[["e.dk"]] * 8)
    corpus = dataclasses.replace(corpus, posts=corpus.posts.assign(platform="newsite"))
    assert set(measure_link_flows(corpus, quarter="2025Q3").data["platform"].dropna()) == {"newsite"}
