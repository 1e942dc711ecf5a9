"""A finding that is not what its spec declares is refused, and the message says where."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ReleaseError
from workbench.findings import measure_topics
from workbench.tables.finding import WHOLE_FINDING, Cell, check_finding
from workbench.tables.spec import Column, Fact, Headline

START = "The finding made is not what its spec declares"


@pytest.fixture
def finding(parts, groups_of):
    return groups_of(parts)


def refused(finding) -> str:
    with pytest.raises(ReleaseError, match=START) as caught:
        check_finding(finding)
    return str(caught.value)


def test_what_is_as_declared_passes(finding) -> None:
    assert check_finding(finding) is finding


@pytest.mark.parametrize(("row", "column", "said"), [
    (1, "posts", "posts in row 1 counts posts and has no cell"),
    (WHOLE_FINDING, "all", "the fact all counts posts and has no cell")])
def test_a_count_without_a_cell_is_refused(finding, row: int, column: str, said: str) -> None:
    kept = tuple(c for c in finding.cells if (c.row, c.column) != (row, column))
    assert said in refused(replace(finding, cells=kept))


def test_a_count_that_is_missing_needs_no_cell_and_has_none(finding) -> None:
    data = finding.data.assign(posts=finding.data["posts"].mask(finding.data["group"].eq("lonely")),
                               share=finding.data["share"].mask(finding.data["group"].eq("lonely")))
    without = tuple(c for c in finding.cells if c.row != 1)
    assert check_finding(replace(finding, data=data, cells=without))
    assert "posts in row 1 does not match the 4 posts of its cell" in refused(replace(finding, data=data))


@pytest.mark.parametrize("column", ["post", "Posts", "share", "group"])
def test_a_cell_of_a_misspelled_column_or_of_one_that_counts_nothing_is_refused(finding, column: str) -> None:
    first, *others = finding.cells
    said = refused(replace(finding, cells=(replace(first, column=column), *others)))
    assert f"a cell names {column}, row 0, which is no count of posts" in said
    assert "posts in row 0 counts posts and has no cell" in said


def test_a_cell_beyond_the_table_or_given_twice_is_refused(finding) -> None:
    beyond = Cell(99, "posts", finding.cells[0].posts)
    assert "a cell names posts, row 99" in refused(replace(finding, cells=(*finding.cells, beyond)))
    assert "1 cells stand twice" in refused(replace(finding, cells=(*finding.cells, finding.cells[0])))


@pytest.mark.parametrize("at", [0, 3])
def test_a_cell_that_does_not_match_its_count_is_refused(finding, at: int) -> None:
    short = tuple(replace(c, posts=c.posts[:-1]) if i == at else c for i, c in enumerate(finding.cells))
    assert f"does not match the {len(short[at].posts)} posts of its cell" in refused(replace(finding, cells=short))


def test_a_share_that_is_not_its_quotient_is_refused(finding) -> None:
    wrong = finding.data.assign(share=finding.data["share"].where(finding.data.index != 1, 0.05))
    assert "share in row 1 is not posts / whole:all" in refused(replace(finding, data=wrong))
    other = finding.data.assign(share=finding.data["posts"] / finding.data["posts"].iloc[0])
    assert "share in row 0 is not posts / whole:all" in refused(replace(finding, data=other))


def test_a_share_of_another_column_of_the_row_is_checked_too(parts, groups_of) -> None:
    columns = {"group": Column("string"), "posts": Column("Int64", unit="posts"), "of": Column("Int64", unit="posts"),
               "share": Column("Float64", unit="share", share_of=("posts", "of"))}
    made = groups_of({"busy": parts["busy"]}, total=False, columns=columns, more={"of": [90]})
    made = replace(made, cells=(*made.cells, Cell(0, "of", made.cells[0].posts)))
    assert check_finding(made)
    assert "share in row 0 is not posts / of" in refused(replace(made, data=made.data.assign(share=0.5)))


def test_a_fact_that_is_not_its_quotient_is_refused(parts, groups_of) -> None:
    facts = {"all": Fact("posts"), "some": Fact("posts"), "part": Fact("share", share_of=("some", "all"))}
    made = groups_of(parts, facts=facts)
    some = Cell(WHOLE_FINDING, "some", made.cells[0].posts)
    right = replace(made, facts={"all": 94, "some": 90, "part": 90 / 94}, cells=(*made.cells, some))
    assert check_finding(right)
    assert "the fact part is not some / all" in refused(replace(right, facts={**right.facts, "part": 0.9}))


@pytest.mark.parametrize(("changes", "said"), [
    ({"facts": {"all": 94, "surplus": 1}}, "the fact surplus is not declared"),
    ({"caveats": ("seen_late",)}, "the caveat seen_late is not declared")])
def test_an_undeclared_fact_or_caveat_is_refused(finding, changes: dict, said: str) -> None:
    with pytest.raises(ReleaseError, match=START) as caught:
        replace(finding, **changes)
    assert said in str(caught.value)


def test_an_undeclared_column_is_refused_and_a_missing_one_too(finding) -> None:
    with pytest.raises(ReleaseError, match="the column account is not declared"):
        replace(finding, data=finding.data.assign(account="a-1"))
    with pytest.raises(ReleaseError, match="the column share is missing"):
        replace(finding, data=finding.data.drop(columns="share"))


@pytest.mark.parametrize(("headline", "said"), [
    (Headline("finding.other", {"group": "busy"}), "the sentence finding.other is not declared"),
    (Headline("finding.some"), "the sentence finding.some lacks the fact group"),
    (Headline("finding.some", {"group": None}), "the sentence finding.some lacks the fact group"),
    (Headline("finding.some", {"group": pd.NA}), "the sentence finding.some lacks the fact group")])
def test_a_sentence_that_is_not_declared_or_lacks_a_fact_is_refused(parts, groups_of, headline, said: str) -> None:
    with pytest.raises(ReleaseError, match=START) as caught:
        groups_of(parts, headline=lambda data, facts: headline)
    assert said in str(caught.value)


def test_a_sentence_that_lacks_its_fact_only_once_the_fact_is_hidden_is_refused_by_the_gate(parts, busy, groups_of,
                                                                                            release) -> None:
    made = groups_of({"lonely": parts["lonely"]}, total=False, sentences={"finding.all": ("all",)},
                     headline=lambda data, facts: Headline("finding.all"))
    with pytest.raises(ReleaseError, match=r"the sentence finding\.all lacks the fact all"):
        release(made, busy)


def test_the_gate_checks_every_finding(finding, busy, release) -> None:
    with pytest.raises(ReleaseError, match="counts posts and has no cell"):
        release(replace(finding, cells=finding.cells[1:]), busy)


def test_many_faults_are_told_at_once_and_no_more_than_five_by_name(finding) -> None:
    said = refused(replace(finding, cells=(Cell(7, "a", np.array([], np.uint64)), Cell(8, "b", np.array([], np.uint64)))))
    assert said.count(";") == 5
    assert "and 1 more" in said


def test_the_table_has_the_types_and_the_order_that_are_declared(finding) -> None:
    turned = replace(finding, data=finding.data[["share", "posts", "group"]].astype({"posts": "float64"}))
    assert turned.data.dtypes.astype(str).to_dict() == {"group": "string", "posts": "Int64", "share": "Float64"}
    assert list(turned.data.columns) == ["group", "posts", "share"]


def test_no_message_about_a_finding_names_a_word_of_the_corpus(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(5)
    made = measure_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3")
    with pytest.raises(ReleaseError) as caught:
        check_finding(replace(made, cells=()))
    assert "word" not in str(caught.value)


def test_a_reason_that_is_not_declared_is_refused(parts, groups_of) -> None:
    def silent(data, facts) -> Headline:
        return Headline("finding.all", reason="tired")

    with pytest.raises(ReleaseError, match="the reason tired is not declared"):
        groups_of(parts, headline=silent, sentences={"finding.all": ("all",)})
    assert groups_of(parts, headline=silent, sentences={"finding.all": ("all",)}, reasons=("tired",)).reason == "tired"
