from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.errors import ReportError
from workbench.reports import render_heading
from workbench.reports.blocks import Block
from workbench.reports.schema import check_blocks


def change(blocks, kind, **changes):
    """Return the report with the first block of a kind changed, as a notebook's file could have been."""
    place = next(i for i, b in enumerate(blocks) if b.kind == kind)
    changed = replace(blocks[place], content={**blocks[place].content, **changes}, where="cell 4, block 2")
    return [*blocks[:place], changed, *blocks[place + 1:]]


def test_a_whole_report_passes(make_blocks):
    check_blocks(make_blocks(), language="da")


@pytest.mark.parametrize(("kind", "changes", "fault"), [
    ("table", {"rows": [["uge 27", "1", "2"]]}, "row 1 has 3 cells under a header of 2"),
    ("table", {"rows": [["uge 27", 5]]}, "row 1 is not a list of texts"),
    ("table", {"columns": [{"label": "A", "align": "middle"}], "rows": []}, "neither left nor right"),
    ("table", {"columns": []}, "no columns"),
    ("figure", {"alt": "  "}, "alt is empty"),
    ("figure", {"svg": "<svg"}, "not well-formed"),
    ("figure", {"key": "../a"}, "key is not a plain name"),
    ("heading", {"level": 3}, "level 3 after level 1"),
    ("heading", {"level": 4}, "there are 1, 2 and 3"),
    ("heading", {"level": True}, "level must be int"),
    ("finding", {"extra": "x"}, "extra is unknown"),
    ("finding", {"caveats": [1]}, "caveats 1 is not text"),
    ("summary", {"tiles": [{"value": "1"}]}, "tiles 1: label is missing"),
    ("finding", {"sentence": "a\u202eb"}, "1 characters cannot be seen"),
    ("finding", {"sentence": "a\u4e2d"}, "U+4E2D"),
    ("method", {"parts": [{"title": "A", "columns": [{"label": "A", "align": "left"}], "rows": [["1", "2"]]}]},
     "row 1 has 2 cells under a header of 1"),
])
def test_a_faulty_block_is_refused_and_named(make_blocks, kind, changes, fault):
    with pytest.raises(ReportError) as caught:
        check_blocks(change(make_blocks(), kind, **changes), language="da")
    assert str(caught.value).startswith("cell 4, block 2")
    assert fault in str(caught.value)


def test_an_unknown_kind_is_refused(make_blocks):
    with pytest.raises(ReportError, match=r"block 12.*no such kind"):
        check_blocks([*make_blocks(), Block("poem", {}, "da")], language="da")


def test_a_first_heading_below_level_one_is_refused(make_blocks):
    with pytest.raises(ReportError, match="level 2 after level 0"):
        check_blocks([make_blocks()[0], render_heading("A", level=2, language="da")], language="da")


def test_a_report_starts_with_its_only_cover(make_blocks):
    blocks = make_blocks()
    for wrong in (blocks[1:], [*blocks, blocks[0]], []):
        with pytest.raises(ReportError, match="start with its cover"):
            check_blocks(wrong, language="da")


def test_blocks_of_two_languages_or_releases_are_refused(make_blocks):
    blocks = make_blocks()
    with pytest.raises(ReportError, match="2 different languages"):
        check_blocks(blocks, language="en")
    with pytest.raises(ReportError, match="2 different releases"):
        check_blocks([*blocks[:-1], replace(blocks[-1], release="cd" * 32)], language="da")


def test_emoji_and_arabic_can_be_printed(make_blocks):
    check_blocks([make_blocks()[0], render_heading("سلام 🎈 ÆØÅ ğ ї", level=1, language="da")], language="da")
