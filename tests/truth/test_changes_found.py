"""A topic that grew is found, over arenas and over weeks; where nothing changed nothing is told; each rule matters."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from benchmarks.change_worlds import few_arenas, many_arenas, told_over_arenas, told_over_weeks
from workbench.findings import compare_topics
from workbench.findings.change import compare_shares
from workbench.findings.change_weeks import compare_weeks
from workbench.tables.posts import LINK_COLUMNS
from workbench.wording import open_wording

LANGUAGES = ("da", "en")


def drawn(draw, seed: int, **more):
    return draw(np.random.default_rng(seed), **more)


@pytest.mark.parametrize(("draw", "told", "least"), [(partial(many_arenas, arenas=40), told_over_arenas, 7),
                                                     (partial(few_arenas, arenas=8), told_over_weeks, 4)])
def test_a_topic_that_grew_threefold_is_found_and_quiet_quarters_tell_nothing(draw, told, least: int) -> None:
    found = 0
    for seed in range(10):
        counts, rising = drawn(draw, seed, times=3.0)
        found += rising in told(counts).index
    assert found >= least
    # 5 % of 20 is 1; 3 is the upper 98 % binomial limit
    assert sum(len(told(drawn(draw, 100 + seed)[0])) > 0 for seed in range(20)) <= 3


def test_what_one_rising_topic_does_to_the_others_is_no_change() -> None:
    rng, others = np.random.default_rng(1), 0
    for _ in range(10):
        base = rng.dirichlet(np.full(8, 5.0))
        shares = np.stack([base, base])
        shares[1, 0] *= 4
        shares /= shares.sum(axis=1, keepdims=True)
        # a calm town: forty arenas that talk alike
        counts = [rng.multinomial(600, shares[q], size=40) for q in (0, 1)]
        echoes = compare_shares(*(pd.DataFrame(c) for c in counts), seed=1)["p"].lt(0.001)
        assert echoes.drop(0).sum() >= 4
        others += len(told_over_arenas(counts).index.drop(0, errors="ignore"))
    assert others <= 2


@pytest.mark.parametrize(("alone", "told"), [(True, False), (False, True)])
def test_among_few_arenas_a_rise_in_one_alone_is_not_told(alone: bool, told: bool) -> None:
    hits = 0
    for seed in range(10):
        counts, rising = drawn(few_arenas, seed, arenas=8, unequal=0.1, posts=600, own=0.1, common=0.02, times=3.0, alone=alone)
        hits += rising in told_over_weeks(counts).index
    assert (hits >= 9) == told
    assert told or hits == 0


def test_a_season_known_from_earlier_quarters_is_no_change() -> None:
    def false(quarters: int) -> int:
        return sum(len(told_over_weeks(drawn(few_arenas, s, arenas=8, quarters=5, season=0.5, common=0.1)[0][-quarters:])) > 0
                   for s in range(20))

    assert false(5) <= 3 < false(2)


def test_weeks_that_are_like_the_one_before_tell_less() -> None:
    false = sum(len(told_over_weeks(drawn(few_arenas, s, arenas=8, quarters=3, common=0.5, common_lag=0.8)[0])) > 0
                for s in range(20))
    assert false <= 4


def test_the_largest_of_few_arenas_does_not_speak_for_all() -> None:
    # topics: one that grows in the largest arena alone, and the rest
    weekly = np.zeros((2, 13, 5, 3), dtype=int)
    weekly[:, :, 0] = [[[300, 2700, 0]], [[900, 2100, 0]]]
    weekly[:, :, 1:] = [3, 27, 0]
    row = compare_weeks(weekly, pd.Index([0, 1])).loc[0]
    # all posts together tell of 10 → 29 %
    assert row["panel"] < 0.27


@pytest.fixture
def repeated(two_quarters, make_topics):
    """Forty arenas with nothing new but one long text, which thirty of them pass on again and again in 2025Q3."""
    corpus, topic_of = two_quarters(2)
    late = corpus.posts["posted_at"] >= pd.Timestamp("2025-07-01", tz="UTC")
    again = late & corpus.posts["arena_id"].lt("T-030") & (corpus.posts.index % 4 == 0)
    text = corpus.posts["text"].mask(again, "se nu hvad der skete nede ved havnen i nat https://a.example/1")
    posts = corpus.posts.assign(text=text.where(~(again & (corpus.posts.index % 8 == 0)), text + "!!"))
    changed = topic_of.mask(pd.Series(again.to_numpy(), index=topic_of.index), 0)
    corpus = replace(corpus, posts=posts)
    return corpus, make_topics(corpus, changed), again


def test_a_text_that_is_passed_on_counts_once(repeated) -> None:
    corpus, topics, _ = repeated
    finding = compare_topics(corpus, topics, quarter="2025Q3", seed=1)
    assert finding.facts["test"] == "sign_flip"
    assert finding.data.set_index("topic_id").loc[0, "share"] > 1.7 * finding.data.set_index("topic_id").loc[0, "share_before"]
    assert finding.sentence == "finding.no_change"
    assert all("≥" not in open_wording(language).say(finding.sentence, finding.known) for language in LANGUAGES)


def test_short_texts_are_the_same_only_where_they_are_forwarded(repeated) -> None:
    corpus, topics, again = repeated
    short = replace(corpus, posts=corpus.posts.assign(text=corpus.posts["text"].mask(again, "se her")))
    assert compare_topics(short, topics, quarter="2025Q3", seed=1).is_change
    ids = corpus.posts.loc[again, "post_id"]
    links = pd.DataFrame({"post_id": ids, "relation": "forward", "target": "0abc", "target_kind": "id"})
    passed = replace(short, links=links[list(LINK_COLUMNS)].astype(LINK_COLUMNS))
    assert not compare_topics(passed, topics, quarter="2025Q3", seed=1).is_change


def test_near_copies_count_once_where_they_are_known(repeated) -> None:
    corpus, topics, again = repeated
    varied = corpus.posts["text"].mask(again, "nu skete det ved havnen i nat nummer " + corpus.posts["post_id"])
    varied = replace(corpus, posts=corpus.posts.assign(text=varied))
    assert compare_topics(varied, topics, quarter="2025Q3", seed=1).is_change
    copies = pd.Series(1, index=corpus.posts.loc[again, "post_id"])
    assert not compare_topics(varied, topics, quarter="2025Q3", seed=1, copies=copies).is_change


def test_an_arena_is_followed_by_what_it_said_first(make_corpus, make_topics) -> None:
    # T-013 has said nothing that the others had not said before
    rows = [(f"T-{a:03d}", f"a-{a}", f"2025-{month}-{1 + i // 4:02d} {10 if a < 13 else 20}:00",
             f"en ganske lang tekst nummer {i if a in (0, 13) else 1000 * a + i} om {month}")
            for month in ("05", "08") for a in range(14) for i in range(30)]
    corpus = make_corpus(rows)
    topics = make_topics(corpus, pd.Series([i % 2 for i in range(len(corpus.posts))], index=corpus.posts["post_id"]))
    assert compare_topics(corpus, topics, quarter="2025Q3", seed=1).facts["arenas"] == 13


def test_an_arena_that_reopened_is_followed_and_arenas_run_together_are_one(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(1, arenas=14, rise=2.5)
    late = corpus.posts["posted_at"] >= pd.Timestamp("2025-07-01", tz="UTC")
    moved = corpus.posts["arena_id"].mask(late & corpus.posts["arena_id"].eq("T-000"), "T-099")
    arenas = pd.concat([corpus.arenas, corpus.arenas.iloc[:1].assign(arena_id="T-099")], ignore_index=True)
    corpus = replace(corpus, posts=corpus.posts.assign(arena_id=moved.astype("string")), arenas=arenas)
    topics = make_topics(corpus, topic_of)
    lineage = pd.DataFrame({"arena_id": ["T-000"], "successor": ["T-099"]})
    run = partial(compare_topics, corpus, topics, quarter="2025Q3", seed=1)
    assert (run().facts["arenas"], run(lineage=lineage).facts["arenas"]) == (13, 14)
    together = pd.DataFrame({"window_seconds": [10, 10, 60, 60], "group": [1, 1, 1, 1],
                             "actor_id": ["T-001", "T-002", "T-002", "T-003"]})
    apart, joined = run(), run(together=together)
    assert apart.facts["test"] == "sign_flip"
    assert joined.facts["effective"] < 11.5 < apart.facts["effective"]
    assert (joined.facts["test"], joined.reason) == ("", "change_few_weeks")  # May and August have nine weeks


def weekly_posts(make_corpus, *, months: list[str], rise: int = 0, arenas: int = 5):
    """Make arenas that post the same on two topics every day of each quarter given by its months, but in the last one."""
    rows = []
    for at, month in enumerate(months):
        for day in pd.date_range(f"{month}-01", periods=90, freq="D"):
            for a in range(arenas):
                first = 2 + (rise if at == len(months) - 1 else 0) + (day.day * (a + 3) + day.month) % 2
                rows += [(f"T-{a:03d}", f"a-{a}-{i}", f"{day:%Y-%m-%d}", "havn" if i < first else "by") for i in range(12)]
    corpus = make_corpus(rows)
    return corpus, corpus.posts["text"].map({"havn": 0, "by": 1})


@pytest.mark.parametrize(("months", "sentence"), [
    (["2025-04", "2025-07"], "finding.topic_rose_here_season"),
    (["2024-10", "2025-01", "2025-04", "2025-07"], "finding.topic_rose_here")])
def test_few_arenas_are_told_of_alone_and_season_is_not_ruled_out_without_a_year(make_corpus, make_topics, months,
                                                                                 sentence) -> None:
    corpus, topic_of = weekly_posts(make_corpus, months=months, rise=2)
    finding = compare_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3", seed=1)
    assert (finding.test, finding.sentence, finding.facts["quarters"]) == ("weeks", sentence, len(months))
    assert "these_arenas" in finding.caveats
    assert finding.data["verdict"].tolist() == ["rose", "unclear"]
    said = [open_wording(language).say(finding.sentence, finding.known) for language in LANGUAGES]
    assert all("5 arena" in text for text in said)
    assert [("årstiden" in said[0], "season" in said[1])] == [("season" in sentence,) * 2]


def test_a_quarter_in_which_nothing_changed_says_what_would_have_been_seen(make_corpus, make_topics) -> None:
    corpus, topic_of = weekly_posts(make_corpus, months=["2025-04", "2025-07"])
    finding = compare_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3", seed=1)
    assert (finding.sentence, finding.is_change, finding.reason) == ("finding.no_change_here", False, "")
    assert 1 < finding.facts["grown"] < 1.5
    assert f"{finding.facts['grown']:.1f} times its share" in open_wording("en").say(finding.sentence, finding.known)


def test_what_cannot_be_told_says_why_and_what_it_takes(make_corpus, make_topics) -> None:
    corpus, topic_of = weekly_posts(make_corpus, months=["2025-04", "2025-07"], arenas=2)
    few = compare_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3", seed=1)
    assert (few.reason, few.facts["arenas"]) == ("change_few_arenas", 2)
    text = open_wording("en").say(f"unsaid.{few.reason}", few.known)
    assert "2 arenas can be compared" in text
    assert "at least 3, each with 20 posts" in text
    alone = compare_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q2", seed=1)
    assert alone.reason == "change_no_quarter_before"
    corpus, topic_of = weekly_posts(make_corpus, months=["2025-04", "2025-07"])
    shaky = make_topics(corpus, topic_of)
    shaky.topics["core"], shaky.topics["inclusion"] = 9, 0.1
    assert compare_topics(corpus, shaky, quarter="2025Q3", seed=1).reason == "change_no_sure_topic"
    short = corpus.posts["posted_at"].between(pd.Timestamp("2025-06-01", tz="UTC"), pd.Timestamp("2025-09-30", tz="UTC"))
    corpus = replace(corpus, posts=corpus.posts[short].reset_index(drop=True))
    topics = make_topics(corpus, corpus.posts["text"].map({"havn": 0, "by": 1}))
    assert compare_topics(corpus, topics, quarter="2025Q3", seed=1).reason == "change_few_weeks"
