from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from workbench.city import Truth

URL = re.compile(r"https://\S+")


def _fixed(truth: Truth) -> set[str]:
    return set(truth.arenas.loc[truth.arenas["role"].isin(["", "hub", "bridge"]), "native_id"])


def _role(truth: Truth, role: str) -> list[str]:
    return truth.arenas.loc[truth.arenas["role"] == role, "native_id"].tolist()


@pytest.fixture(scope="module")
def ties(raw: pd.DataFrame) -> pd.DataFrame:
    """Forwards between arenas of the set, as the files show them."""
    return raw.dropna(subset="source_arena")[["source_arena", "arena"]]


def test_every_true_post_is_in_the_files_once_and_at_its_time(truth: Truth, labelled: pd.DataFrame) -> None:
    told = truth.rumour["copies"] + 2  # with the first one and the correction
    assert len(labelled) == len(truth.posts) == 20_000 + told - truth.crawler_fault["posts"]
    times = truth.posts.astype(dict.fromkeys(("format", "chat", "message"), object))
    both = labelled.merge(times[["format", "chat", "message", "posted_at"]], on=["format", "chat", "message"])
    assert (both["posted_at_x"] == both["posted_at_y"]).all()


def test_at_least_95_percent_of_messages_are_distinct(raw: pd.DataFrame) -> None:
    assert raw["text"].nunique() >= 0.95 * len(raw)


def test_lengths_are_skewed_around_fourteen_words(raw: pd.DataFrame) -> None:
    words = raw.loc[raw["text"] != "", "text"].str.split().str.len()
    assert 11 <= words.median() <= 18
    assert words.mean() > words.median()
    assert (words <= 2).mean() > 0.01
    assert (words >= 80).mean() > 0.005


def test_languages_labels_and_small_talk_have_their_shares(labelled: pd.DataFrame) -> None:
    share = labelled["language"].value_counts(normalize=True)
    assert share["sv"] == pytest.approx(0.08, abs=0.015)
    assert share["en"] == pytest.approx(0.07, abs=0.015)
    for label, expected in (("attack", 0.04), ("hate", 0.01), ("recognition", 0.2)):
        assert labelled[label].mean() == pytest.approx(expected, rel=0.2), label
    assert labelled["topic"].isna().mean() == pytest.approx(0.12, abs=0.02)
    assert not (labelled["hate"] & ~labelled["attack"]).any()
    assert (labelled["role"] == "near copy").mean() == pytest.approx(0.03, abs=0.012)


def test_a_topic_is_told_in_its_own_languages_only(truth: Truth, labelled: pd.DataFrame) -> None:
    spoken = labelled.dropna(subset="topic").groupby("topic")["language"].agg(set)
    assert len(spoken) == len(truth.topics) == 14
    for topic, languages in truth.topics[["topic", "languages"]].itertuples(index=False):
        assert set(spoken[topic]) == set(languages)


def test_texts_carry_the_words_of_their_topic(truth: Truth, labelled: pd.DataFrame) -> None:
    danish = labelled[labelled["language"].eq("da") & labelled["topic"].notna()]
    told = {t: danish.loc[danish["topic"] == t, "text"].str.casefold() for t in truth.topics["topic"]}
    for topic, words in truth.topics[["topic", "words"]].itertuples(index=False):
        pattern = "|".join(re.escape(w.casefold()) for w in words[:12])
        own = told[topic].str.contains(pattern).mean()
        rest = pd.concat([t for name, t in told.items() if name != topic]).str.contains(pattern).mean()
        assert own > 0.25
        assert own > 8 * rest


def test_the_fixed_panel_has_25_posts_an_arena_in_both_quarters(truth: Truth, raw: pd.DataFrame) -> None:
    counts = raw.groupby(["arena", "quarter"]).size().unstack(fill_value=0)[["2025Q2", "2025Q3"]]
    assert len(_fixed(truth)) >= 26
    assert counts.loc[sorted(_fixed(truth))].min().min() >= 25


def test_groups_have_15_accounts_and_none_writes_a_third(truth: Truth, raw: pd.DataFrame) -> None:
    groups = truth.arenas.loc[truth.arenas["kind"] == "group", "native_id"]
    own = raw[raw["arena"].isin(groups)].groupby("arena")["account"]
    assert len(groups) >= 15
    assert own.nunique().min() >= 15
    assert own.agg(lambda a: a.value_counts(normalize=True).iloc[0]).max() < 1 / 3


def test_a_channel_speaks_for_itself(truth: Truth, raw: pd.DataFrame) -> None:
    channels = truth.arenas.loc[truth.arenas["kind"] == "channel", "native_id"]
    own = raw[raw["arena"].isin(channels)]
    assert (own["account"].str.removeprefix("channel") == own["arena"]).all()


def test_volumes_by_arena_are_skewed_and_by_week_calm(raw: pd.DataFrame) -> None:
    by_arena = raw["arena"].value_counts()
    assert by_arena.iloc[:8].sum() > 0.35 * len(raw)
    by_week = raw["posted_at"].dt.strftime("%G-W%V").value_counts()
    assert len(by_week) == 65
    assert by_week.max() < 1.6 * by_week.median()
    assert by_week.var() > by_week.mean()


def test_there_is_one_peak_and_it_is_the_planted_one(truth: Truth, labelled: pd.DataFrame) -> None:
    week = labelled["posted_at"].dt.strftime("%G-W%V")
    counts = labelled.groupby(["topic", week]).size().unstack(fill_value=0)
    lift = counts.div(counts.median(axis=1), axis=0)
    assert lift.stack().idxmax() == (truth.peak["topic"], truth.peak["week"])
    assert truth.peak["week"] >= "2025-W27"
    before = counts.loc[truth.peak["topic"]]
    before = before[before.index < truth.peak["week"]][-52:]
    assert before.median() == truth.peak["usual"]
    assert counts.at[truth.peak["topic"], truth.peak["week"]] == truth.peak["posts"] >= 5 * truth.peak["usual"]
    inside = labelled[(labelled["topic"] == truth.peak["topic"]) & (week == truth.peak["week"])]
    assert sorted(set(inside["chat"])) == truth.peak["arenas"]
    assert len(truth.peak["arenas"]) >= 6
    assert inside["chat"].value_counts(normalize=True).iloc[0] < 0.25
    lift.loc[truth.peak["topic"], truth.peak["week"]] = 0
    others = lift.drop(index=truth.riser["topic"])
    assert others.max().max() < 3


def test_one_topic_doubles_on_most_arenas_and_the_others_stay(truth: Truth, labelled: pd.DataFrame) -> None:
    panel = labelled[labelled["arena"].isin(_fixed(truth)) & labelled["quarter"].isin(["2025Q2", "2025Q3"])]
    share = panel.groupby("quarter")["topic"].value_counts(normalize=True, dropna=False).unstack("quarter")
    change = (share["2025Q3"] / share["2025Q2"]).rename(index=str)
    assert 1.6 < change[truth.riser["topic"]] < 2.5
    rest = change.drop([truth.riser["topic"]])
    assert rest.between(0.75, 1.3).all()
    is_riser = panel["topic"].eq(truth.riser["topic"]).fillna(False)
    by_arena = is_riser.groupby([panel["arena"], panel["quarter"]]).mean().unstack()
    assert (by_arena["2025Q3"] > by_arena["2025Q2"]).mean() > 0.75
    overall = labelled["topic"].eq(truth.riser["topic"]).fillna(False).groupby(labelled["quarter"]).mean()
    assert overall["2025Q2"] == pytest.approx(truth.riser["before"])
    assert overall["2025Q3"] == pytest.approx(truth.riser["after"])


def test_forwards_make_three_communities_that_only_the_bridge_joins(truth: Truth, ties: pd.DataFrame) -> None:
    community = truth.arenas.set_index("native_id")["community"]
    bridge = truth.bridge["native_id"]
    assert len(ties) >= 2_500
    assert (ties["source_arena"] != ties["arena"]).all()
    own = ties[(ties["source_arena"] != bridge) & (ties["arena"] != bridge)]
    within = community[own["source_arena"]].to_numpy() == community[own["arena"]].to_numpy()
    assert within.mean() > 0.95
    assert set(community[own["arena"]]) == {1, 2, 3}
    for here, there in (("source_arena", "arena"), ("arena", "source_arena")):
        reached = community[ties.loc[ties[here] == bridge, there]].value_counts()
        assert set(reached.index) == set(truth.bridge["communities"])
        assert reached.min() >= 30


def test_the_bridge_has_the_highest_participation(truth: Truth, ties: pd.DataFrame) -> None:
    community = truth.arenas.set_index("native_id")["community"]
    both = pd.concat([ties, ties.rename(columns={"source_arena": "arena", "arena": "source_arena"})])
    both = both[both["source_arena"] != truth.bridge["native_id"]]
    strength = both.groupby(["arena", both["source_arena"].map(community)]).size().unstack(fill_value=0)
    total = strength.sum(axis=1)
    enough = total >= 10
    participation = 1 - (strength * (strength - 1)).sum(axis=1) / (total * (total - 1))
    ranked = participation[enough].sort_values()
    assert ranked.index[-1] == truth.bridge["native_id"]
    assert ranked.iloc[-1] > 0.5 > 2 * ranked.iloc[-2]


def test_a_4cat_forward_from_inside_names_the_id_its_arena_has(truth: Truth, raw: pd.DataFrame) -> None:
    inside = raw[(raw["format"] == "4cat-telegram") & raw["source_arena"].notna()]
    assert len(inside) > 500
    assert (inside["source_id"] == inside["source_arena"]).all()
    outside = raw["source"].notna() & raw["source_arena"].isna()
    assert 50 < outside.sum() < 400


def test_one_arena_closes_says_where_it_moves_and_reopens(truth: Truth, raw: pd.DataFrame, ties: pd.DataFrame) -> None:
    old, new = (raw[raw["arena"] == truth.moved[name]].sort_values("posted_at") for name in ("old", "new"))
    days = (new["posted_at"].iloc[0] - old["posted_at"].iloc[-1]).days
    assert 0 <= days <= 14
    assert old["quarter"].iloc[-1] == new["quarter"].iloc[0] == "2025Q2"
    arenas = truth.arenas.set_index("native_id")
    last = old.iloc[-1]
    assert last["message"] == truth.moved["message"]
    assert arenas.at[truth.moved["new"], "title"] in last["text"]
    assert f"@{arenas.at[truth.moved['new'], 'handle']}" in last["text"]
    from_old = (ties["source_arena"] == truth.moved["old"]) & (ties["arena"] == truth.moved["new"])
    assert from_old.sum() >= 10


def test_two_arenas_are_new_and_one_falls_silent_in_the_last_quarter(truth: Truth, raw: pd.DataFrame) -> None:
    first, last = (raw.groupby("arena")["quarter"].agg(how) for how in ("min", "max"))
    fresh = set(first.index[first == "2025Q3"])
    assert fresh == set(_role(truth, "new"))
    assert len(fresh) == 2
    gone = set(last.index[last < "2025Q3"])
    assert gone == {*_role(truth, "silent"), truth.moved["old"]}


def test_the_ring_shares_its_links_within_the_window_and_nobody_else_does(truth: Truth, raw: pd.DataFrame) -> None:
    ring = set(truth.ring["accounts"])
    assert len(ring) == 8
    shared = raw.assign(url=raw["text"].map(lambda t: URL.findall(t)[:1])).explode("url").dropna(subset="url")
    shared["account"] = shared["account"].str.removeprefix("user")
    occasions = shared[shared["url"].isin(truth.ring["links"])].groupby("url")
    assert len(occasions) == truth.ring["occasions"] >= 12
    assert (occasions["unix"].agg(np.ptp) <= truth.ring["window_seconds"]).all()
    assert all(set(accounts) == ring for _, accounts in occasions["account"])
    others = shared[~shared["url"].isin(truth.ring["links"])].sort_values("unix")
    assert others["url"].nunique() > 100
    close = others.groupby("url")["unix"].diff() <= truth.ring["window_seconds"]
    assert close.mean() < 0.01


def test_a_copied_text_repeats_the_message_it_names(truth: Truth, labelled: pd.DataFrame) -> None:
    copies = labelled.dropna(subset="copy_of")
    exact = copies[copies["role"] == "forward"]
    assert len(exact) > 100
    assert exact["text"].isin(set(labelled.loc[labelled["copy_of"].isna(), "text"])).all()
    near = copies[copies["role"] == "near copy"]
    assert not near["text"].isin(set(labelled.loc[labelled["copy_of"].isna(), "text"])).any()
