"""Page one holds what matters most, and what the report cannot say stands in one list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.errors import ReleaseError
from workbench.reports import render_finding, render_summary, render_table, render_unsaid
from workbench.reports.blocks import LEFT_OUT
from workbench.tables.release import Release
from workbench.tables.spec import Headline

KEYS = ["volume", "platforms", "topics"]


@pytest.fixture
def silent(release: Release) -> Release:
    """Return a release in which one finding has nothing to tell."""
    coverage = replace(release["platforms"], spec=replace(release["platforms"].spec, reasons=("no_quarter_before",)),
                       headline=Headline("finding.platforms_arenas", reason="no_quarter_before"))
    return replace(release, findings={**release.findings, "platforms": coverage})


def test_the_most_important_finding_comes_first_and_five_are_the_most(release) -> None:
    content = render_summary(release, KEYS, language="da").content
    assert [item["key"] for item in content["items"]] == ["topics", "volume", "platforms"]
    many = {f"f{n}": release["volume"] for n in range(9)}
    assert len(render_summary(replace(release, findings=many), list(many), language="da").content["items"]) == 5


def test_a_refusal_is_no_finding_and_stands_under_what_is_not_known(silent) -> None:
    content = render_summary(silent, KEYS, language="en", tiles=KEYS).content
    assert "platforms" not in [item["key"] for item in (*content["items"], *content["tiles"])]
    assert content["unknown"][0] == "Which arenas came and went: the quarter before was not collected."


def test_a_tile_without_its_label_is_left_out(release) -> None:
    unnamed = replace(release["topics"], headline=Headline("finding.topics_counted", value=0.2))
    chosen = replace(release, findings={"volume": release["volume"], "topics": unnamed})
    assert [t["key"] for t in render_summary(chosen, ["volume"], tiles=["topics", "volume"],
                                             language="da").content["tiles"]] == ["volume"]


def test_a_key_that_is_not_in_the_release_is_refused(release) -> None:
    with pytest.raises(ReleaseError, match="holds no finding wind"):
        render_summary(release, ["wind"], language="da")


def test_what_cannot_be_said_is_listed_once_with_its_reason_and_the_hidden_numbers(silent) -> None:
    twice = replace(silent, findings={**silent.findings, "again": silent["platforms"]},
                    provenance={"gate": {"hidden": 3, "cells": 40}})
    assert render_unsaid(twice, language="en").content["items"] == [
        "Which arenas came and went: the quarter before was not collected.",
        "3 of 40 numbers are hidden because too few people or arenas are behind them."]


def test_a_finding_of_which_every_number_is_hidden_is_among_it(release) -> None:
    weeks = release["volume"].data.assign(posts=release["volume"].data["posts"].mask([True] * 13))
    hidden = replace(release["volume"], data=weeks, suppressed=13)
    said = render_unsaid(replace(release, findings={"volume": hidden}), language="en").content["items"]
    assert said == ["Posts over time: the numbers are hidden because too few people or arenas are behind them."]


def test_where_everything_can_be_said_there_is_no_list(release) -> None:
    assert render_unsaid(release, language="da").kind == LEFT_OUT


def test_neither_sentence_nor_table_of_a_refusal_is_shown(silent) -> None:
    assert render_finding(silent["platforms"], language="da").kind == LEFT_OUT
    assert render_table(silent["platforms"], language="da").kind == LEFT_OUT
