from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.findings import describe_coordination, release_findings
from workbench.tables.coordination import (
    BIN_COLUMNS,
    COSHARE_COLUMNS,
    LAYER_COLUMNS,
    MEMBER_COLUMNS,
    WITHOUT_COLUMNS,
    Coordination,
)
from workbench.wording import open_wording


def corpus_of(make_corpus):
    """Make 80 posts of 16 accounts in 5 arenas."""
    return make_corpus([(f"T-{i % 5:03d}", f"a-{i % 16:02d}", "2025-08-01", "word0") for i in range(80)])


def coordination_of(corpus, groups: list[list[str]], *, set_aside: int = 0, each: int = 2, actors: int = 16,
                    without: list[str] | None = None) -> Coordination:
    """Tie every pair of each group, at 60 s by links; at one day all groups are one."""
    posts = corpus.posts.groupby("account_id")["post_id"].agg(list)
    # turned by a different number each, so that the first few of all lie in every arena
    posts = {a: own[int(a[2:]) % 5:] + own[:int(a[2:]) % 5] for a, own in posts.items()}
    rows = []
    for members in groups:
        rows += [(a, b, sorted([*posts[a][:each], *posts[b][:each]])) for a in members for b in members if a < b]
    ties = pd.DataFrame(rows, columns=["actor_a", "actor_b", "posts"]).reindex(columns=list(COSHARE_COLUMNS))
    ties = pd.concat([ties.assign(window_seconds=w, relation="url", is_significant=True) for w in (60, 86400)])
    members = pd.DataFrame([(60, n, a) for n, group in enumerate(groups, 1) for a in group]
                           + [(86400, 1, a) for group in groups for a in group],
                           columns=["window_seconds", "group", "actor_id"]).assign(kind="account", ties=2)
    layers = pd.DataFrame({"relation": "url", "window_seconds": [60, 86400], "shares": 100, "pairs": 120, "actors": actors,
                           "set_aside_shares": set_aside, "set_aside_objects": set_aside // 3}).reindex(columns=list(LAYER_COLUMNS))
    freed = [] if without is None else [(60, 1, len(without), [p for a in without for p in posts[a]])]
    return Coordination(ties.astype(COSHARE_COLUMNS), layers.astype(LAYER_COLUMNS),
                        pd.DataFrame(columns=list(BIN_COLUMNS)).astype(BIN_COLUMNS),
                        members[list(MEMBER_COLUMNS)].astype(MEMBER_COLUMNS),
                        without_rule=pd.DataFrame(freed, columns=list(WITHOUT_COLUMNS)).astype(WITHOUT_COLUMNS))


LARGE = [f"a-{k:02d}" for k in range(8)]
SMALL = [f"a-{k:02d}" for k in range(8, 11)]


def test_groups_are_described_by_size_and_posts_and_nobody_is_named(make_corpus) -> None:
    corpus = corpus_of(make_corpus)
    finding = describe_coordination(coordination_of(corpus, [LARGE, SMALL]), corpus, quarter="2025Q3")
    groups = finding.data[finding.data["row"] == "group"]
    assert groups["accounts"].tolist() == [8, 3]
    assert groups["posts"].tolist() == [16, 6]
    assert groups["things"].tolist() == ["url", "url"]
    assert finding.value == 22
    shown = finding.data.to_csv() + str(finding.facts)
    assert not any(name in shown for name in {*corpus.posts["account_id"], *corpus.posts["post_id"]})


@pytest.mark.parametrize(("pair", "is_significant"), [((LARGE[0], LARGE[1]), False), ((LARGE[0], SMALL[0]), True)])
def test_what_chance_makes_and_what_ties_two_groups_is_no_evidence_of_a_group(make_corpus, pair, is_significant) -> None:
    corpus = corpus_of(make_corpus)
    made = coordination_of(corpus, [LARGE, SMALL])
    posts = corpus.posts.loc[corpus.posts["account_id"].isin(pair), "post_id"].tolist()  # all ten, of which four are evidence
    more = pd.DataFrame([(*pair, posts)], columns=["actor_a", "actor_b", "posts"]).reindex(columns=list(COSHARE_COLUMNS))
    more = more.assign(relation="hashtag", window_seconds=60, is_significant=is_significant).astype(COSHARE_COLUMNS)
    other = dataclasses.replace(made, ties=pd.concat([made.ties, more], ignore_index=True))
    pd.testing.assert_frame_equal(describe_coordination(other, corpus, quarter="2025Q3").data,
                                  describe_coordination(made, corpus, quarter="2025Q3").data)


def test_every_window_has_a_row(make_corpus) -> None:
    corpus = corpus_of(make_corpus)
    finding = describe_coordination(coordination_of(corpus, [LARGE]), corpus, quarter="2025Q3")
    windows = finding.data[finding.data["row"] == "window"]
    assert windows["window_seconds"].tolist() == [60, 86400]
    assert windows["accounts"].tolist() == [8, 8]


def test_large_groups_are_shown_and_a_small_one_cannot_be_worked_out(make_corpus, tmp_path) -> None:
    corpus = corpus_of(make_corpus)
    shown = {}
    for name, second in (("large", [f"a-{k:02d}" for k in range(8, 16)]), ("small", SMALL)):
        finding = describe_coordination(coordination_of(corpus, [LARGE, second]), corpus, quarter="2025Q3")
        released = release_findings([finding], corpus, ledger=tmp_path / name, product="p", minimum_authors=5,
                                    minimum_arenas=3)["coordination"]
        shown[name] = released.data[released.data["row"] == "group"]
    assert shown["large"]["posts"].tolist() == [16, 16]
    # the total of both stays, so the large group goes too: it would tell the small one by subtraction
    assert shown["small"][["posts", "accounts", "arenas", "things"]].isna().all(axis=None)


def test_a_single_small_group_is_told_without_a_number(make_corpus, tmp_path) -> None:
    corpus = corpus_of(make_corpus)
    finding = describe_coordination(coordination_of(corpus, [SMALL]), corpus, quarter="2025Q3")
    released = release_findings([finding], corpus, ledger=tmp_path / "ledger.parquet", product="p", minimum_authors=5,
                                minimum_arenas=3)["coordination"]
    assert (released.sentence, released.value) == ("finding.coordination_small", None)
    assert not {"count", "accounts", "arenas", "posts"} & set(released.known)
    assert released.data[["posts", "accounts", "groups"]].isna().all(axis=None)


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_sentence_speaks_of_behaviour_and_never_of_intent(make_corpus, language: str) -> None:
    corpus = corpus_of(make_corpus)
    wording = open_wording(language)
    said = []
    for groups, without in (([], None), ([], LARGE), ([LARGE, SMALL], None), ([LARGE], LARGE), ([LARGE], None)):
        for set_aside in (0, 3):
            made = coordination_of(corpus, groups, set_aside=set_aside, without=without)
            finding = describe_coordination(made, corpus, quarter="2025Q3")
            said += [wording.say(finding.sentence, finding.known)]
            said += [wording.say(f"caveat.{c}", finding.known) for c in finding.caveats]
    assert "8" in said[-2]
    # "uden at have aftalt noget" and "without having agreed" deny it, so the words for agreeing are not looked for
    wrong = ("bot", "troll", "trold", "fake", "falsk", "inauthentic", "campaign", "kampagne", "manipul", "conspir",
             "coordinat", "koordiner", "orchestrat", "plot", "attack", "angreb")
    assert not [w for w in wrong for text in said if w in text.casefold()]


def test_what_was_set_aside_stands_in_the_sentence_with_the_result_without_that_rule(make_corpus) -> None:
    corpus, wording = corpus_of(make_corpus), open_wording("en")

    def say(groups: list[list[str]], **more) -> str:
        finding = describe_coordination(coordination_of(corpus, groups, **more), corpus, quarter="2025Q3")
        return wording.say(finding.sentence, finding.known)

    assert "left out" not in say([LARGE])
    aside = "6 of 100 shares are left out because very many shared the same thing at once (2 in all)"
    assert say([SMALL], set_aside=6, without=LARGE).endswith(f"{aside}; with them the number would be 8")
    assert say([], set_aside=6, without=LARGE).endswith("with them 8 would be in groups")
    assert aside in say([LARGE], set_aside=6)
    assert "what they would change cannot be told" in say([], set_aside=6)


def test_a_result_without_the_rule_that_few_people_are_behind_is_not_told(make_corpus, tmp_path) -> None:
    corpus = corpus_of(make_corpus)
    finding = describe_coordination(coordination_of(corpus, [LARGE], set_aside=6, without=SMALL), corpus, quarter="2025Q3")
    assert finding.known["without"] == 3
    released = release_findings([finding], corpus, ledger=tmp_path / "ledger.parquet", product="p", minimum_authors=5,
                                minimum_arenas=3)["coordination"]
    assert not {"without", "without_posts"} & set(released.known)
    assert released.sentence == "finding.coordination_crowded"


def test_interests_are_a_doubt_only_where_a_long_window_finds_more_than_the_short_ones(make_corpus) -> None:
    corpus = corpus_of(make_corpus)
    same = coordination_of(corpus, [LARGE])
    assert describe_coordination(same, corpus, quarter="2025Q3").caveats == ("coordination_behaviour",)
    more = dataclasses.replace(same, members=pd.concat([same.members, same.members.tail(1).assign(actor_id="a-15")]))
    assert "coordination_interests" in describe_coordination(more, corpus, quarter="2025Q3").caveats


def test_where_fewer_than_three_share_anything_the_reason_is_told(make_corpus) -> None:
    corpus = corpus_of(make_corpus)
    reasons = [describe_coordination(coordination_of(corpus, [], actors=n), corpus, quarter="2025Q3").reason for n in (0, 2, 3)]
    assert reasons == ["too_few_share", "too_few_share", ""]


def test_a_window_that_was_not_looked_at_is_refused(make_corpus) -> None:
    corpus = corpus_of(make_corpus)
    with pytest.raises(TableError, match="60, 86400"):
        describe_coordination(coordination_of(corpus, [LARGE]), corpus, quarter="2025Q3", window_seconds=10)


def test_evidence_outside_the_quarter_is_refused_and_the_message_says_what_to_do(make_corpus) -> None:
    rows = [(f"T-{i % 5:03d}", f"a-{i % 16:02d}", "2025-08-01" if i % 2 else "2025-05-01", "word0") for i in range(80)]
    corpus = make_corpus(rows)
    # accounts with even numbers wrote in May only: four of them, five posts each
    with pytest.raises(TableError, match=r"20 posts behind the ties are not posts of 2025Q3.*find_coordination"):
        describe_coordination(coordination_of(corpus, [LARGE], each=5), corpus, quarter="2025Q3")


def test_a_group_is_counted_by_the_posts_of_its_own_ties(make_corpus) -> None:
    corpus = corpus_of(make_corpus)
    finding = describe_coordination(coordination_of(corpus, [LARGE, SMALL], each=3), corpus, quarter="2025Q3")
    cells = {(c.row, c.column): c.posts for c in finding.cells}
    own = [cells[row, "posts"] for row in (0, 1)]
    assert [len(posts) for posts in own] == [24, 9]
    assert not np.isin(own[0], own[1]).any()
