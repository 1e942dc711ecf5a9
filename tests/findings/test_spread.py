from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from workbench.findings import describe_bridges, describe_knit, describe_network_change, describe_spread
from workbench.tables.actors import ACTOR_COLUMNS, TIE_COLUMNS, ActorNetwork
from workbench.wording import open_wording


def said(finding):
    return [open_wording(language).say(finding.sentence, finding.known) for language in ("da", "en")]


def spread_of(hours):
    rows = [{"post_id": f"T-{i:03d}:1", "arena_id": f"T-{i:03d}", "hours": h, "arenas": i + 1, "is_first_here": True}
            for i, h in enumerate(hours)]
    if rows:
        rows.append(rows[-1] | {"post_id": "again", "is_first_here": False})
    columns = ["post_id", "arena_id", "hours", "arenas", "is_first_here"]
    return pd.DataFrame(rows, columns=columns).astype({"post_id": "string"})


def test_a_spread_has_a_row_per_arena_and_counts_all_posts():
    finding = describe_spread(spread_of([0, 1.5, 30]), quarter="2025Q3")
    assert finding.data.to_numpy().tolist() == [["T-000", 0.0, 1], ["T-001", 1.5, 2], ["T-002", 30.0, 3]]
    assert (finding.value, finding.known["hours"], finding.known["posts"]) == (3, 30, 4)
    assert len(finding.cells[0].posts) == 4
    assert all("30" in text for text in said(finding))


def test_content_that_nobody_had_is_said():
    finding = describe_spread(spread_of([]), quarter="2025Q3")
    assert finding.sentence == "finding.spread_none"
    assert all(said(finding))


def followed(*changes):
    rows = [{"actor_id": f"T-{i}", "kind": "arena", "change": c if c != "moved" else "stayed",
             "has_moved": c == "moved"} for i, c in enumerate(changes)]
    rows.append({"actor_id": "x-1", "kind": "outside", "change": "entered", "has_moved": pd.NA})
    return pd.DataFrame(rows).astype({"has_moved": "boolean"})


MATCHES = pd.DataFrame({"fate": ["kept", "born"], "community_now": [1, 2]})


def test_churn_counts_arenas_only_and_stays_within_nought_and_one():
    finding = describe_network_change(followed("stayed", "stayed", "moved", "entered", "left"), MATCHES, quarter="2025Q3")
    assert finding.value == 2 / (4 + 4)
    assert dict(zip(finding.data["change"], finding.data["arenas"], strict=True)) == {
        "stayed": 3, "entered": 1, "left": 1, "moved": 1}
    assert all(said(finding))


@pytest.mark.parametrize("changes", [(), ("entered", "entered"), ("left",)])
def test_without_a_quarter_before_there_is_no_churn(changes):
    finding = describe_network_change(followed(*changes), MATCHES.head(0), quarter="2025Q3")
    assert finding.value is None
    assert finding.sentence == "finding.network_change_none"


def test_bridges_are_named_by_code_with_a_class_and_no_count(make_corpus):
    corpus = make_corpus([(f"T-{i % 4:03d}", None, "2025-08-01", "w") for i in range(80)])
    corpus = replace(corpus, arenas=corpus.arenas.assign(kind="channel", access="open"))
    # T-003 has ties with a source outside alone, so it stands on no map
    actors = pd.DataFrame({"actor_id": ["T-000", "T-001", "T-002", "T-003", "x-1"], "kind": ["arena"] * 4 + ["outside"],
                           "community": [1, 1, 2, 2, 2], "in_strength": [90.0, 5.0, 5.0, 40.0, 0.0]})
    posts = corpus.posts["post_id"][corpus.posts["arena_id"] == "T-000"].tolist()
    others = corpus.posts["post_id"][corpus.posts["arena_id"] == "T-003"].tolist()
    ties = pd.DataFrame({"source": ["T-001", "T-002", "x-1"], "target": ["T-000", "T-000", "T-003"], "relation": "forward",
                         "weight": [10.0, 10.0, 20.0], "posts": [posts[:10], posts[10:], others]}).astype(TIE_COLUMNS)
    network = ActorNetwork(actors.reindex(columns=list(ACTOR_COLUMNS)).astype(ACTOR_COLUMNS), ties,
                           {"communities": {"seed": 1}, "certain": True, "is_above_null": True})
    finding = describe_bridges(network, corpus, quarter="2025Q3")
    # of ten posts with either group 1 - 2·10·9/(20·19) = .53, told to the twentieth below
    assert finding.data.to_numpy().tolist() == [["T-000", 0.5, 3, True], ["T-001", 0.0, 1, False], ["T-002", 0.0, 1, False]]
    assert finding.known["bridge"] == "T-000"
    assert all("T-000" in text for text in said(finding))
    within = replace(network, actors=network.actors.assign(community=1).astype(ACTOR_COLUMNS))
    none = describe_bridges(within, corpus, quarter="2025Q3")
    assert none.sentence == "finding.bridges_none"
    assert all(said(none))


@pytest.mark.parametrize(("observed", "p", "sentence"), [(0.6, 0.01, "finding.knit"), (0.3, 0.4, "finding.knit_by_chance"),
                                                         (None, None, "finding.network_empty")])
def test_arenas_are_called_tightly_knit_only_where_chance_is_not_enough(observed, p, sentence):
    chance = pd.DataFrame({"measure": ["reciprocity", "clustering", "modularity"], "observed": [0.5, observed, 0.4],
                           "expected": 0.25, "low": 0.2, "high": 0.3, "p": [0.01, p, 0.01]})
    finding = describe_knit(chance, quarter="2025Q3")
    assert finding.sentence == sentence
    assert finding.p == p
    assert all(said(finding))
