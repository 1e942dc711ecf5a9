"""Which numbers go with which, finding by finding: the rule as it is meant, beside the specs that declare it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from tests.oracles.conftest import Town
from workbench.findings import list_specs, release, release_findings
from workbench.tables.finding import WHOLE_FINDING, Finding
from workbench.tables.release import ReleasedFinding

TOPIC = {"stable_id", "label"}
PANEL = {"panel_before", "panel", "change", "low", "high", "p", "q", "order", "verdict"}
SHARE = {"share", "low", "high"}
TESTED = {"rest", "p", "q", "verdict"}
POWERED = {"powered", "powered_low", "powered_high"}
JUDGED = {"change", "low", "high", "p", "q", "verdict"}
TOLD_OF_MODEL = {f"{what}{end}" for what in ("precision", "recall") for end in ("", "_low", "_high")}
RATE = {"per_thousand", "per_low", "per_high", "counted"}
LIFT = {"attack_share", "rest_share", "lift", "lift_low", "lift_high", "lift_p", "lift_q"}
BY_TYPE = {code: {code, f"{code}_low", f"{code}_high"} for code in ("recognition", "attack")}
# where every count of a column, or a fact, is hidden: what is hidden with it, of the table and of the facts
WITH: dict[tuple[str, str], tuple[set[str], set[str]]] = {
    ("volume", "posts"): (set(), set()),
    ("volume", "whole:posts"): (set(), set()),
    ("platforms", "whole:panel_posts"): (set(), {"panel_share"}),
    ("platforms", "whole:posts"): ({"share"}, {"panel_share"}),
    ("topics", "whole:inside"): (set(), {"in_topic"}),
    ("topics", "whole:posts"): ({"share"}, {"in_topic"}),
    ("topic_weeks", "posts"): ({"share"}, set()),
    ("topic_weeks", "of_posts"): ({"share"}, set()),
    ("topic_weeks", "of_topic"): ({"share"} | TOPIC | {"trust"}, set()),
    ("topic_change", "posts"): ({"share"} | PANEL | TOPIC, set()),
    ("topic_change", "posts_before"): ({"share_before"} | PANEL | (TOPIC - {"stable_id"}), set()),
    ("topic_change", "whole:all_before"): ({"share_before"}, set()),
    ("topic_change", "whole:all_posts"): ({"share"}, set()),
    ("peaks", "posts"): ({"expected", "arenas", "is_peak", "is_alert", "as_last_year", "p", "explanation"}, set()),
    ("speech_peaks", "posts"): ({"expected", "arenas", "is_peak", "is_alert", "as_last_year", "p", "coded", "audited", "low",
                                 "high", "explanation"}, set()),
    ("speech_peaks", "coded"): ({"audited", "low", "high"}, set()),
    ("attack_concentration", "of_posts"): ({"share", "gini"}, set()),
    ("attack_concentration", "found"): ({"audited", "low", "high"}, set()),
    ("attack_concentration", "of_found"): ({"audited", "low", "high"}, set()),
    ("domains", "whole:posts"): ({"share_all"}, {"linking"}),
    ("domains", "whole:linking_posts"): ({"share"}, {"linking"}),
    ("link_platforms", "whole:linking_posts"): ({"share"}, {"linking"}),
    ("link_flows", "whole:posts"): ({"share_all"}, {"linking"}),
    ("communities", "posts"): ({"arenas", "topic", "stable_id"}, set()),
    ("communities", "forwards"): ({"inside"}, set()),
    ("communities", "inner"): ({"inside"}, set()),
    ("coordination", "posts"): ({"groups", "accounts", "arenas", "things"}, set()),
    ("new_words", "posts_before"): ({"first_seen", "growth"}, set()),
    ("composition", "posts"): ({"share"}, set()),
    ("composition", "whole:posts"): ({"share"}, set()),
    ("concentration", "of_posts"): ({"share", "gini"}, set()),
    ("local_relevance", "posts"): ({"arenas", "share"}, set()),
    ("local_relevance", "whole:posts"): ({"share"}, set()),
    ("reach", "posts"): ({"views", "median_views"}, set()),
    ("reach", "whole:posts"): (set(), set()),
    ("selection", "posts"): (set(), {"posts", "with_topic", "in_topic"}),
    ("selection", "whole:posts"): (set(), {"in_topic"}),
    ("selection", "whole:with_topic"): (set(), {"in_topic"}),
    ("speech", "flagged"): ({"raw"}, set()),
    ("recognition_ratio", "coded"): ({"ratio", "low", "high"}, set()),
    ("recognition_ratio", "attacks"): ({"ratio", "low", "high"}, set()),
    ("recognition_ratio", "recognitions"): ({"ratio", "low", "high"}, set()),
    ("speech_parts", "flagged"): ({"raw"}, set()),
    ("speech_weeks", "posts"): (SHARE | {"raw"}, set()),
    ("speech_weeks", "coded"): (SHARE, set()),
    ("speech_weeks", "found"): (SHARE, set()),
    ("speech_weeks", "flagged"): ({"raw"}, set()),
    ("speech_model", "marked"): (TOLD_OF_MODEL, set()),
    ("speech_model", "found"): (TOLD_OF_MODEL, set()),
    ("agreement", "whole:posts"): ({"alpha", "low", "high", "agreement"}, set()),
    **{("speech_change", column): (JUDGED, set()) for column in ("coded_before", "coded", "found_before", "found")},
    ("targets", "found"): (SHARE, set()),
    ("targets", "whole:cases"): (SHARE, set()),
    ("targets", "mentions"): (RATE, set()),
    ("targets", "mention_found"): (RATE, set()),
    ("grounds", "found"): (SHARE, set()),
    ("grounds", "whole:cases"): (SHARE, set()),
    ("harms", "found"): (SHARE | {"rate", "arenas_share"}, set()),
    ("harm_platforms", "found"): (SHARE, set()),
    ("themes", "found"): (SHARE | {"rate"}, set()),
    ("attack_lift", "attack_found"): (LIFT | TOPIC | {"named_by", "lift_verdict"}, set()),
    ("recognition_arenas", "recognitions"): (BY_TYPE["recognition"], set()),
    ("recognition_arenas", "attacks"): (BY_TYPE["attack"], set()),
}
ALL_ROWS_GO = [("network", "whole:posts"), ("spread", "whole:posts"), ("domains", "posts"), ("link_platforms", "posts"),
               ("link_flows", "posts"), ("new_words", "posts"), ("hours", "posts")]
# of these the row of all posts counts what a fact counts, so both are hidden together
WITH_THE_ROW_OF_ALL = {
    ("platforms", "posts"): ({"share", "authors", "median_posts"}, {"posts", "panel_share"}),
    ("topics", "posts"): ({"share", "core_share", "arenas", "stability", "inclusion", "trust", "words", "named_by"} | TOPIC, {"posts", "in_topic"}),
    ("concentration", "posts"): ({"share", "of_posts", "gini"}, set()),
    ("attack_concentration", "posts"): ({"share", "of_posts", "gini"}, set()),
    ("reach", "of_posts"): (set(), {"posts"}),
    # hate among attacks counts no posts but the coded ones, and keeps its share
    ("speech", "posts"): (POWERED | {"rate", "raw"}, {"posts"}),
    ("speech", "coded"): (SHARE | POWERED | {"rate"}, {"coded"}),
    ("speech", "found"): (SHARE | POWERED | {"rate"}, set()),
    ("speech", "whole:posts"): (POWERED | {"rate", "raw", "posts"}, set()),
    ("speech", "whole:coded"): (POWERED | {"rate"}, set()),
    ("speech_parts", "posts"): (SHARE | TESTED | {"arenas", "raw"}, set()),
    ("speech_parts", "coded"): (SHARE | TESTED, {"coded"}),
    ("speech_parts", "found"): (SHARE | TESTED, {"found"}),
    ("speech_parts", "whole:coded"): (TESTED, set()),
    ("speech_parts", "whole:found"): (TESTED, set()),
    ("audit_design", "posts"): (set(), {"posts"}),
    ("audit_design", "coded"): (set(), {"coded"}),
    ("audit_design", "whole:posts"): (set(), set()),
    ("audit_design", "whole:coded"): (set(), set()),
}
STEPS = {("platforms", "median_posts"): 10, ("topics", "stability"): 0.01, ("topics", "inclusion"): 0.01, ("topics", "core_share"): 0.05, ("peaks", "expected"): 1, ("peaks", "p"): 1e-4,
         ("spread", "hours"): 0.1, ("claims", "hours"): 0.1, ("claims", "hours_to_response"): 0.1, ("bridges", "participation"): 0.05, ("new_words", "growth"): 0.1,
         ("reach", "views"): 100, ("reach", "median_views"): 10, ("concentration", "share"): 0.001, ("concentration", "gini"): 0.05,
         ("speech_peaks", "expected"): 1, ("speech_peaks", "p"): 1e-4, ("hours", "expected"): 1, ("hours", "p"): 1e-4,
         ("attack_concentration", "share"): 0.001, ("attack_concentration", "gini"): 0.05,
         **{(key, c): 0.005 for key in ("speech_peaks", "attack_concentration") for c in ("audited", "low", "high")},
         **{("topic_change", c): 1e-4 for c in PANEL - {"verdict", "order"}},
         **{("speech", c): 0.0005 for c in SHARE | POWERED}, **{("speech_weeks", c): 0.0005 for c in SHARE},
         **{("speech_parts", c): 0.0005 for c in SHARE | {"rest"}}, ("speech_parts", "p"): 0.001, ("speech_parts", "q"): 0.001,
         **{("recognition_ratio", c): 0.1 for c in ("ratio", "low", "high")}, **{("speech_model", c): 0.05 for c in TOLD_OF_MODEL},
         **{("agreement", c): 0.01 for c in ("alpha", "low", "high", "agreement")},
         **{("speech_change", c): 0.001 for c in JUDGED - {"verdict"}},
         **{(key, c): 0.0005 for key in ("targets", "grounds", "harms", "harm_platforms", "themes") for c in SHARE},
         **{("recognition_arenas", c): 0.0005 for columns in BY_TYPE.values() for c in columns},
         **{("targets", c): 0.1 for c in RATE - {"counted"}}, ("harms", "arenas_share"): 0.01,
         **{("attack_lift", c): 0.0005 for c in ("attack_share", "rest_share")},
         **{("attack_lift", c): 0.01 for c in ("lift", "lift_low", "lift_high")},
         **{("attack_lift", f"lift_{c}"): 1e-4 for c in "pq"}}
UNITS = {"volume": "posts", "platforms": "share", "coverage": "arenas", "topics": "share", "topic_weeks": "share",
         "topic_change": "percentage points", "topic_verdicts": "share", "peaks": "peaks", "domains": "share",
         "link_platforms": "share", "link_flows": "share", "network": "posts", "communities": "groups", "bridges": "arenas",
         "knit": "share", "network_change": "share", "spread": "arenas", "claims": "number", "coordination": "posts", "new_words": "words",
         "composition": "share", "selection": "share", "concentration": "share", "reach": "number", "local_relevance": "share",
         "survival": "share", "speech": "share", "recognition_ratio": "ratio", "speech_parts": "share", "speech_weeks": "share",
         "speech_model": "share", "agreement": "number", "audit_design": "posts", "speech_change": "percentage points",
         "targets": "share", "grounds": "share", "harms": "share", "harm_platforms": "share", "themes": "share",
         "attack_lift": "ratio", "recognition_arenas": "share",
         "speech_peaks": "peaks", "hours": "peaks", "attack_concentration": "share"}
# nothing of these may be shown large: words that wait, marks of chance, and what stands beside a map
NO_TILE = {"topic_verdicts", "domains", "link_platforms", "link_flows", "communities", "bridges", "knit", "network_change",
           "spread", "claims", "coordination", "new_words", "topic_weeks", "composition", "selection", "concentration", "reach",
          "local_relevance", "survival", "speech_parts", "speech_weeks", "speech_model", "agreement", "audit_design", "speech_change",
           "targets", "grounds", "harms", "harm_platforms", "themes", "attack_lift", "recognition_arenas", "speech_peaks", "hours",
           "attack_concentration"}


@pytest.fixture
def without(town: Town, measured: Callable[[str], Finding], tmp_path, monkeypatch) -> Callable[[str, str], ReleasedFinding]:
    """Release one finding, the counts of one column or fact hidden whatever they are."""
    def run(key: str, column: str) -> ReleasedFinding:
        finding, fact = measured(key), column.removeprefix("whole:")
        asked = [c for c in finding.cells if (c.column, c.row == WHOLE_FINDING) == (fact, fact != column) and len(c.posts)]
        names = {c.posts.tobytes() for c in asked}
        # every word is used by enough, so that what goes goes with its number
        every = {*town.truth.topics["label"], *(w for words in town.truth.topics["words"] for w in words)}
        monkeypatch.setattr(release, "screen_words", lambda *rest: frozenset(every))
        monkeypatch.setattr(release, "decide_hidden",
                            lambda sets, *rest: {i for i, posts in enumerate(sets) if posts.tobytes() in names})
        return release_findings([finding], town.corpus, ledger=tmp_path / "ledger.parquet", product="made",
                                minimum_authors=1, minimum_arenas=1)[key]

    return run


def lost(before: pd.DataFrame, after: pd.DataFrame, counted: str) -> set[str]:
    """Return the columns of which nothing is left in rows that lost a count."""
    def told(column: pd.Series) -> pd.Series:
        return column.map(lambda v: len(v) > 0 if isinstance(v, list) else pd.notna(v)).astype(bool)

    rows = after[counted].isna() if counted in after else pd.Series(True, index=after.index)
    return {c for c in before if told(before[c]).any() and not told(after.loc[rows, c]).any()} - {counted}


@pytest.mark.parametrize(("key", "column"), [*WITH, *WITH_THE_ROW_OF_ALL])
def test_with_a_hidden_count_goes_what_would_tell_it_and_nothing_else(without, measured, key: str, column: str) -> None:
    columns, facts = {**WITH, **WITH_THE_ROW_OF_ALL}[key, column]
    finding, released = measured(key), without(key, column)
    fact = column.removeprefix("whole:")
    # parts of compounds are no words of the town's topics
    assert lost(finding.data, released.data, column) - {"parts"} == columns
    assert set(finding.facts) - set(released.facts) == facts | ({fact} if fact != column else set())


@pytest.mark.parametrize(("key", "column"), ALL_ROWS_GO)
def test_where_the_number_goes_that_a_row_is_about_the_row_goes(without, measured, key: str, column: str) -> None:
    before, after = measured(key).data, without(key, column).data
    assert len(after) == 0 < len(before)


def test_every_count_of_every_finding_is_told_of_here() -> None:
    for key, spec in list_specs().items():
        told = {c for k, c in [*WITH, *WITH_THE_ROW_OF_ALL, *ALL_ROWS_GO] if k == key}
        facts = {f"whole:{name}" for name, fact in spec.facts.items() if fact.unit == "posts"}
        same = {"domains", "link_platforms", "link_flows"}  # the facts of links are the same three times
        # nothing is set aside in the town: tests/findings/test_coordination.py hides what would be found without that
        told |= {"whole:without_posts"} if key == "coordination" else set()
        assert {*spec.counts(), *facts} - told <= ({"whole:posts", "whole:linking_posts"} if key in same else set()), key


def test_what_would_tell_more_than_it_shows_is_rounded() -> None:
    found = {(key, name): column.step for key, spec in list_specs().items() for name, column in spec.columns.items()
             if column.step}
    assert found == STEPS


def test_every_main_number_has_its_unit_and_some_are_never_shown_large() -> None:
    assert {key: spec.unit for key, spec in list_specs().items()} == UNITS
    assert {key for key, spec in list_specs().items() if not spec.is_tile} == NO_TILE
