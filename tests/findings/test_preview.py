"""What the gate would hide is told before anything is released, with the reason, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from workbench.findings import list_counts, list_releases, release_findings
from workbench.reading.help import recognise

LEAST = {"minimum_authors": 5, "minimum_arenas": 3}


@pytest.fixture
def preview(tmp_path: Path):
    def run(findings, corpus, ledger: str = "ledger.parquet") -> pd.DataFrame:
        told = list_counts(findings, corpus, ledger=tmp_path / ledger, **LEAST)
        return told[told["column"].eq("posts")]  # without the fact of all of them

    return run


def test_what_is_told_beforehand_is_what_the_gate_hides(busy, parts, groups_of, release, preview) -> None:
    made = groups_of(parts)
    told = preview([made], busy)
    released = release(made, busy)["made"]
    hidden = set(told.loc[told["is_hidden"] & told["column"].eq("posts"), "row"])
    assert hidden
    assert hidden == set(released.data.loc[released.data["posts"].isna(), "group"])
    assert told["is_hidden"].tolist() == sorted(told["is_hidden"], reverse=True)


def test_nothing_is_entered_in_the_ledger(busy, parts, groups_of, preview, tmp_path: Path) -> None:
    preview([groups_of(parts)], busy)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("posts", "why"), [
    ([("T-1", "a"), ("T-2", "b"), ("T-3", "c"), ("T-4", "d")], "few authors"),
    ([("T-1", f"a{i}") for i in range(6)], "few arenas"),
    ([(f"T-{i}", f"a{i}") for i in range(5)] + [("T-1", "loud")] * 9, "one author"),
    ([("T-1", None)] * 9 + [("T-2", None), ("T-3", None)], "one arena"),
    ([(f"T-{i}", f"a{i}") for i in range(6)], ""),
])
def test_the_reason_is_the_rule_that_a_count_breaks(make_corpus, groups_of, preview, posts: list, why: str) -> None:
    kind = "channel" if posts[0][1] is None else "group"
    corpus = make_corpus([(arena, account, "2025-07-01", "ord") for arena, account in posts], kind=kind)
    [row] = preview([groups_of({"some": corpus.posts["post_id"]}, total=False)], corpus).to_dict("records")
    assert (row["row"], row["why"], row["is_hidden"]) == ("some", why, bool(why))
    assert row["posts"] == len(posts)
    assert row["arenas"] == len({arena for arena, _ in posts})
    assert row["authors"] == len({account for _, account in posts} - {None})


def test_the_largest_part_is_that_of_whoever_wrote_most(make_corpus, groups_of, preview) -> None:
    rows = [(f"T-{i}", f"a{i}", "2025-07-01", "ord") for i in range(5)] + [("T-1", "loud", "2025-07-02", "ord")] * 5
    corpus = make_corpus(rows)
    told = preview([groups_of({"some": corpus.posts["post_id"]}, total=False)], corpus)
    assert told["largest"].tolist() == [0.5]


def test_a_count_that_tells_what_a_report_hid_is_named_as_such(busy, parts, groups_of, release, preview) -> None:
    everything = pd.concat(list(parts.values()))
    release(groups_of({"all": everything}, total=False), busy)
    told = preview([groups_of({"most": parts["busy"]}, total=False)], busy)
    assert told["why"].tolist() == ["tells a published one"]
    fresh = preview([groups_of({"most": parts["busy"]}, total=False)], busy, "another.parquet")
    assert fresh["is_hidden"].tolist() == [False]


def test_one_of_two_counts_that_tell_a_third_is_named_as_such(busy, parts, groups_of, preview) -> None:
    everything = pd.concat(list(parts.values()))
    told = preview([groups_of({"all": everything, "most": parts["busy"]}, total=False)], busy)
    assert set(told.loc[told["is_hidden"], "why"]) == {"tells another"}


def test_releases_are_listed_by_product_and_finding(busy, parts, groups_of, tmp_path: Path) -> None:
    path = tmp_path / "ledger.parquet"
    assert list_releases(path).empty
    made = groups_of(parts)
    released = release_findings([made], busy, ledger=path, product="quarterly-2025Q3", **LEAST)["made"]
    [row] = list_releases(path).to_dict("records")
    assert row == {"product": "quarterly-2025Q3", "finding": "made", "counts": len(made.cells),
                   "hidden": released.suppressed}
    assert recognise(list_releases(path).columns) == "releases"
