"""What is too small is hidden, over everything that was ever released."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ReleaseError
from workbench.findings import measure_platforms, measure_volume
from workbench.findings.ledger import read_ledger


def test_a_small_cell_and_its_share_are_hidden(busy, parts, groups_of, release) -> None:
    released = release(groups_of(parts, total=False), busy)["made"]
    lonely = released.data.set_index("group").loc["lonely"]
    assert lonely[["posts", "share"]].isna().all()
    # the small one, and either the other or the sum of both
    assert released.suppressed == 2


def test_a_hidden_cell_cannot_be_worked_out_from_the_total(busy, parts, groups_of, release) -> None:
    half = np.arange(len(parts["busy"])) % 2 == 0
    groups = {"first": parts["busy"][half], "second": parts["busy"][~half], "lonely": parts["lonely"]}
    shown = release(groups_of(groups), busy)["made"].data.set_index("group")["posts"]
    assert pd.isna(shown["lonely"])
    known = shown.drop(["total", "lonely"])
    # either the sum is hidden, or a second part of it
    assert pd.isna(shown["total"]) or known.isna().any()
    assert known.notna().any()


def test_of_what_is_nested_the_smaller_goes(busy, parts, groups_of, release) -> None:
    released = release(groups_of({"busy": parts["busy"]}, total=False), busy, ledger="alone.parquet")["made"]
    assert released.data["posts"].tolist() == [90]
    with_sum = release(groups_of(parts, total=False), busy)["made"]
    assert with_sum.data["posts"].isna().all()
    assert with_sum.facts == {"all": 94}


def test_a_sentence_whose_number_is_hidden_says_less_and_has_no_value(busy, parts, groups_of, release) -> None:
    finding = groups_of({"lonely": parts["lonely"]}, total=False)
    assert (finding.sentence, finding.value) == ("finding.some", 4.0)
    released = release(finding, busy)["made"]
    assert (released.sentence, released.value, released.known) == ("finding.none", None, {})


def test_one_account_with_more_than_half_of_the_posts_is_hidden(make_corpus, groups_of, release) -> None:
    for loud, hidden in ((60, True), (50, False)):
        rows = [(f"T-{i % 4:03d}", "a-loud" if i < loud else f"a-{i % 9}", "2025-08-01", "hej") for i in range(100)]
        corpus = make_corpus(rows)
        released = release(groups_of({"all": corpus.posts["post_id"]}, total=False), corpus, ledger=f"{loud}.parquet")
        assert pd.isna(released["made"].data["posts"].iloc[0]) == hidden


def test_channels_need_three_arenas_and_none_with_more_than_three_quarters(make_corpus, groups_of, release) -> None:
    for number, (counts, hidden) in enumerate((([30, 30], True), ([20, 20, 20], False), ([45, 8, 7], False),
                                               ([46, 7, 7], True))):
        rows = [(f"T-{a:03d}", None, "2025-08-01", "hej") for a, n in enumerate(counts) for _ in range(n)]
        corpus = make_corpus(rows, kind="channel")
        released = release(groups_of({"all": corpus.posts["post_id"]}, total=False), corpus, ledger=f"{number}.parquet")
        assert pd.isna(released["made"].data["posts"].iloc[0]) == hidden


def test_arenas_joined_by_lineage_count_once(make_corpus, groups_of, release) -> None:
    rows = [(f"T-{i % 4:03d}", None, "2025-08-01", "hej") for i in range(60)]
    for heirs, hidden in (({}, False), ({"T-001": "T-000", "T-002": "T-001"}, True)):
        corpus = make_corpus(rows, kind="channel", successors=heirs)
        released = release(groups_of({"all": corpus.posts["post_id"]}, total=False), corpus, ledger=f"{hidden}.parquet")
        assert pd.isna(released["made"].data["posts"].iloc[0]) == hidden


def test_two_published_counts_do_not_give_away_their_difference(busy, parts, groups_of, release) -> None:
    ids = busy.posts["post_id"]
    release(groups_of({"busy": parts["busy"]}, total=False), busy, product="last quarter")
    later = release(groups_of({"all": ids}, key="later", total=False), busy, product="this quarter")
    assert pd.isna(later["later"].data["posts"].iloc[0])
    alone = release(groups_of({"all": ids}, key="later", total=False), busy, ledger="other.parquet")
    assert alone["later"].data["posts"].iloc[0] == 94


def test_releasing_the_same_product_again_gives_the_same_and_enters_nothing_twice(busy, release, tmp_path) -> None:
    findings = [measure_platforms(busy, quarter="2025Q3"), measure_volume(busy, quarter="2025Q3")]
    first, entered = release(findings, busy), len(read_ledger(tmp_path / "ledger.parquet").entries)
    second = release(findings, busy)
    assert first.digest == second.digest
    assert entered == len(read_ledger(tmp_path / "ledger.parquet").entries) > 0


def test_two_findings_of_one_key_are_refused(busy, parts, groups_of, release) -> None:
    with pytest.raises(ReleaseError, match="Of 2 findings only 1 have a key of their own"):
        release([groups_of(parts), groups_of(parts)], busy)


def test_a_release_carries_no_post(busy, release) -> None:
    released = release(measure_volume(busy, quarter="2025Q3"), busy)["volume"]
    assert not hasattr(released, "cells")
    assert not {"post_id", "account_id", "text"} & set(released.data.columns)


def test_a_release_tells_its_thresholds_and_how_many_counts_were_hidden(busy, parts, groups_of, release) -> None:
    made = release(groups_of(parts, total=False), busy)
    assert made.provenance["gate"] == {"minimum_authors": 5, "minimum_arenas": 3, "product": "made", "cells": 3,
                                       "hidden": 2}


def test_of_the_tables_behind_it_a_release_tells_parameters_and_no_row_and_no_count_that_passed_no_gate(busy, parts, groups_of, release) -> None:
    made_with = {"network": {"seed": 1, "bridges": [{"actor_id": "T-009", "strength": 4.0}], "versions": {"igraph": "1"},
                             "windows": [10, 60], "unknown": None, "set_aside": {"invitation": 1}, "links": 3}}
    made = release(replace(groups_of(parts), provenance=made_with), busy)
    plain = {"network": {"seed": 1, "versions": {"igraph": "1"}, "windows": [10, 60]}}
    assert made["made"].provenance == made.provenance["parameters"] == plain


def test_many_random_tables_never_expose_a_hidden_cell(make_corpus, groups_of, release) -> None:
    generator = np.random.default_rng(11)
    hid = 0
    for trial in range(25):
        sizes = generator.integers(1, 12, 8)
        rows = [(f"T-{g}{i % 4}", f"a-{g}-{i}", "2025-08-01", "hej") for g, n in enumerate(sizes) for i in range(n)]
        corpus = make_corpus(rows)
        group = corpus.posts["arena_id"].str[2]
        groups = {g: corpus.posts.loc[group == g, "post_id"] for g in sorted(set(group))}
        shown = release(groups_of(groups), corpus, ledger=f"{trial}.parquet")["made"].data.set_index("group")["posts"]
        hidden = shown.drop("total").isna()
        if hidden.any() and pd.notna(shown["total"]):
            hid += 1
            rest = shown["total"] - shown.drop("total").dropna().sum()
            # each hidden cell lies between 1 and what the others leave, an interval at least 5 wide
            assert hidden.sum() >= 2
            assert rest - hidden.sum() >= 5
    assert hid >= 10
