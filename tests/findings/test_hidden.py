from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from workbench.errors import TableError
from workbench.findings import list_hidden, measure_platforms


def listed(found) -> dict[str, tuple]:
    return {row.row or row.number: (row.posts, row.authors, row.arenas, row.why)
            for row in found.itertuples(index=False)}


def test_each_hidden_number_stands_there_once_with_what_it_is_and_why(busy, parts, groups_of, release) -> None:
    finding = groups_of(parts, total=False)
    released = release(finding, busy)
    found = list_hidden([finding], released, busy)
    assert len(found) == released["made"].suppressed
    told = listed(found)
    assert told["group: lonely"] == (4, 1, 1, "few_authors")
    # the other one passes, but whoever knows the sum would know the lonely ones
    assert told["group: busy"] == (90, 10, 5, "gives_away")


def test_what_is_shown_is_not_listed(busy, parts, groups_of, release) -> None:
    finding = groups_of({"busy": parts["busy"]}, total=False)
    assert list_hidden([finding], release(finding, busy), busy).empty


def test_a_hidden_number_of_the_whole_finding_is_listed_by_its_name(busy, parts, groups_of, release) -> None:
    finding = groups_of({"lonely": parts["lonely"]}, total=False)
    told = listed(list_hidden([finding], release(finding, busy), busy))
    assert told["all"] == told["group: lonely"] == (4, 1, 1, "few_authors")


@pytest.mark.parametrize(("rows", "kind", "why"), [
    ([(f"T-{i % 4}", "loud" if i < 60 else f"a-{i % 9}") for i in range(100)], "group", "one_author"),
    ([(f"T-{i % 2}", f"a-{i % 9}") for i in range(100)], "group", "few_arenas"),
    ([(f"T-{i % 2}", None) for i in range(100)], "channel", "few_arenas"),
    ([(f"T-{0 if i < 80 else i % 4}", None) for i in range(100)], "channel", "one_publisher"),
    ([(f"T-{i % 3}", f"a-{i % 4}") for i in range(100)], "group", "few_authors")])
def test_the_reason_is_the_part_of_the_rule_that_fails(make_corpus, groups_of, release, rows, kind, why) -> None:
    corpus = make_corpus([(arena, account, "2025-08-01", "hej") for arena, account in rows], kind=kind)
    finding = groups_of({"all of them": corpus.posts["post_id"]}, total=False)
    assert set(list_hidden([finding], release(finding, corpus), corpus)["why"]) == {why}


def test_rows_are_told_apart_though_the_gate_has_reordered_them(make_corpus, groups_of, release) -> None:
    rows = [(f"T-{i % 5}", f"a-{i % 10}", "2025-08-01", "hej") for i in range(300)]
    corpus = make_corpus([*rows, *[("T-9", "a-x", "2025-08-02", "hej")] * 4, *[("T-8", "a-y", "2025-08-02", "hej")] * 3])
    post = corpus.posts.set_index("account_id")["post_id"]
    large = corpus.posts.loc[~corpus.posts["account_id"].isin(["a-x", "a-y"]), "post_id"]
    groups = {"z": post[["a-x"]], "b": large[np.arange(300) % 2 == 0], "a": post[["a-y"]], "c": large}
    finding = groups_of(groups, total=False, ranks_by="posts")
    told = listed(list_hidden([finding], release(finding, corpus), corpus))
    assert told["group: z"][0] == 4
    assert told["group: a"][0] == 3
    assert "group: c" not in told or told["group: c"][3] == "gives_away"


def test_a_row_that_goes_with_its_number_is_listed(make_corpus, release) -> None:
    rows = [(f"T-{i % 5}", f"a-{i % 10}", "2025-08-01", "hej") for i in range(100)]
    corpus = make_corpus([*rows, *[("T-9", "a-x", "2025-08-02", "hej")] * 2])
    posts = corpus.posts.assign(platform=corpus.posts["platform"].mask(corpus.posts["arena_id"].eq("T-9"), "youtube"))
    arenas = corpus.arenas.assign(platform=corpus.arenas["platform"].mask(corpus.arenas["arena_id"].eq("T-9"), "youtube"))
    corpus = replace(corpus, posts=posts, arenas=arenas)
    finding = measure_platforms(corpus, quarter="2025Q3")
    found = list_hidden([finding], release(finding, corpus), corpus)
    assert found.loc[found["row"].str.contains("platform: youtube") & found["number"].eq("posts"), "posts"].tolist() == [2]


def test_a_finding_that_was_not_released_is_refused(busy, parts, groups_of, release) -> None:
    finding = groups_of(parts, total=False)
    with pytest.raises(TableError, match="not in this release"):
        list_hidden([groups_of(parts, key="other", total=False)], release(finding, busy), busy)
