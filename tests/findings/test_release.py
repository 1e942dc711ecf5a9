from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.findings import measure_platforms, measure_volume, release_findings
from workbench.tables.finding import Cell, Finding, hash_posts


@pytest.fixture
def busy(make_corpus):
    """Ninety posts of ten accounts in five arenas, and four posts of one account in one arena."""
    rows = [(f"T-{i % 5:03d}", f"a-{i % 10}", f"2025-08-{1 + i % 28:02d}", "hej") for i in range(90)]
    return make_corpus([*rows, *[("T-009", "a-lonely", "2025-09-10", "hej")] * 4])


def finding_of(groups: dict[str, pd.Series], *, key: str = "made", total: bool = True, value: bool = False) -> Finding:
    names = list(groups)
    parts = [Cell(i, "posts", hash_posts(groups[n]), ("share",)) for i, n in enumerate(names)]
    every = pd.concat(list(groups.values()))
    counts = [len(groups[n]) for n in names]
    if total:
        names.append("total")
        counts.append(len(every))
        parts.append(Cell(len(names) - 1, "posts", hash_posts(every)))
    data = pd.DataFrame({"group": pd.array(names, dtype="string"), "posts": pd.array(counts, dtype="Int64"),
                         "share": pd.array([c / len(every) for c in counts], dtype="Float64")})
    if value:
        parts.append(Cell(-1, "value", parts[0].posts))
    return Finding(key=key, metric="M1", sentence="finding.volume", period="2025Q3", frame="all_posts", unit="posts",
                   data=data, value=float(counts[0]), facts={"posts": counts[0]}, cells=tuple(parts),
                   totals=((len(names) - 1, tuple(range(len(names) - 1))),) if total else ())


def release(findings, corpus, tmp_path, product="made"):
    return release_findings(findings, corpus, ledger=tmp_path / "ledger.parquet", product=product,
                            minimum_authors=5, minimum_arenas=3)


def test_a_small_cell_and_its_share_are_hidden(busy, tmp_path) -> None:
    ids = busy.posts["post_id"]
    lonely = busy.posts["arena_id"].eq("T-009")
    released = release([finding_of({"busy": ids[~lonely], "lonely": ids[lonely]}, total=False)], busy, tmp_path)
    shown = released["made"].data.set_index("group")
    assert pd.isna(shown.loc["lonely", "posts"])
    assert pd.isna(shown.loc["lonely", "share"])
    assert shown.loc["busy", "posts"] == 90
    assert released["made"].suppressed == 1


def test_a_hidden_cell_cannot_be_worked_out_from_the_total(busy, tmp_path) -> None:
    ids = busy.posts["post_id"]
    lonely = busy.posts["arena_id"].eq("T-009").to_numpy()
    half = np.arange(len(ids)) % 2 == 0
    groups = {"first": ids[~lonely & half], "second": ids[~lonely & ~half], "lonely": ids[lonely]}
    shown = release([finding_of(groups)], busy, tmp_path)["made"].data.set_index("group")["posts"]
    visible = shown.drop("total").dropna()
    if pd.notna(shown["total"]):
        assert shown["total"] - visible.sum() >= 5 + 4
        assert shown.drop("total").isna().sum() >= 2


def test_a_number_in_the_sentence_that_rests_on_a_small_cell_is_withheld(busy, tmp_path) -> None:
    ids = busy.posts["post_id"]
    lonely = busy.posts["arena_id"].eq("T-009")
    finding = finding_of({"lonely": ids[lonely], "busy": ids[~lonely]}, total=False, value=True)
    withheld = release([finding], busy, tmp_path)["made"]
    assert withheld.sentence == "finding.withheld"
    assert withheld.value is None
    assert withheld.facts == {}


def test_one_account_with_more_than_half_of_the_posts_is_hidden(make_corpus, tmp_path) -> None:
    rows = [(f"T-{i % 4:03d}", "a-loud" if i < 60 else f"a-{i % 9}", "2025-08-01", "hej") for i in range(100)]
    corpus = make_corpus(rows)
    released = release([finding_of({"all": corpus.posts["post_id"]}, total=False)], corpus, tmp_path)
    assert pd.isna(released["made"].data["posts"].iloc[0])


def test_in_channels_an_arena_counts_as_the_author(make_corpus, tmp_path) -> None:
    for arenas, hidden in ((4, True), (6, False)):
        corpus = make_corpus([(f"T-{i % arenas:03d}", None, "2025-08-01", "hej") for i in range(60)], kind="channel")
        folder = tmp_path / str(arenas)
        released = release([finding_of({"all": corpus.posts["post_id"]}, total=False)], corpus, folder)
        assert pd.isna(released["made"].data["posts"].iloc[0]) == hidden


def test_arenas_joined_by_lineage_count_once(make_corpus, tmp_path) -> None:
    rows = [(f"T-{i % 6:03d}", None, "2025-08-01", "hej") for i in range(60)]
    corpus = make_corpus(rows, kind="channel", successors={"T-001": "T-000", "T-002": "T-001"})
    released = release([finding_of({"all": corpus.posts["post_id"]}, total=False)], corpus, tmp_path)
    assert pd.isna(released["made"].data["posts"].iloc[0])


def test_two_published_counts_do_not_give_away_their_difference(busy, tmp_path) -> None:
    ids = busy.posts["post_id"]
    lonely = busy.posts["arena_id"].eq("T-009")
    release([finding_of({"busy": ids[~lonely]}, total=False)], busy, tmp_path, product="last quarter")
    later = release([finding_of({"all": ids}, key="later", total=False)], busy, tmp_path, product="this quarter")
    assert pd.isna(later["later"].data["posts"].iloc[0])
    alone = release([finding_of({"all": ids}, key="later", total=False)], busy, tmp_path / "other", product="this quarter")
    assert alone["later"].data["posts"].iloc[0] == 94


def test_releasing_the_same_product_again_gives_the_same(busy, tmp_path) -> None:
    finding = measure_platforms(busy, quarter="2025Q3")
    first = release([finding, measure_volume(busy, quarter="2025Q3")], busy, tmp_path)
    second = release([finding, measure_volume(busy, quarter="2025Q3")], busy, tmp_path)
    assert first.digest == second.digest
    ledger = pd.read_parquet(tmp_path / "ledger.parquet")
    assert not ledger.duplicated(["product", "finding", "cell"]).any()


def test_a_release_carries_no_post(busy, tmp_path) -> None:
    released = release([measure_volume(busy, quarter="2025Q3")], busy, tmp_path)["volume"]
    assert not hasattr(released, "cells")
    assert not {"post_id", "account_id", "text"} & set(released.data.columns)


def test_many_random_tables_never_expose_a_hidden_cell(make_corpus, tmp_path) -> None:
    generator = np.random.default_rng(11)
    for trial in range(25):
        sizes = generator.integers(1, 12, 8)
        rows = [(f"T-{g}{i % 4}", f"a-{g}-{i}", "2025-08-01", "hej") for g, n in enumerate(sizes) for i in range(n)]
        corpus = make_corpus(rows)
        group = corpus.posts["arena_id"].str[2]
        groups = {g: corpus.posts.loc[group == g, "post_id"] for g in sorted(set(group))}
        shown = release([finding_of(groups)], corpus, tmp_path / str(trial))["made"].data.set_index("group")["posts"]
        hidden = shown.drop("total").isna()
        if hidden.any() and pd.notna(shown["total"]):
            rest = shown["total"] - shown.drop("total").dropna().sum()
            # each hidden cell lies between 0 and the rest
            assert hidden.sum() >= 2
            assert rest >= 5
