from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from dataclasses import replace

import pandas as pd
import pytest

from workbench.charts import plot_volume
from workbench.errors import TableError
from workbench.findings import measure_volume


@pytest.fixture
def finding(make_corpus):
    rows = [(f"T-{a}", f"a-{a}-{i}", f"2025-{7 + w // 4:02d}-{1 + 7 * (w % 4):02d}", f"tekst {a} {i} {w}")
            for a in range(6) for i in range(4) for w in range(12)]
    return measure_volume(make_corpus(rows), quarter="2025Q3")


def test_a_chart_is_saved_with_its_numbers(finding, tmp_path) -> None:
    chart = plot_volume(finding, language="da")
    svg, png, numbers = chart.save(tmp_path)
    assert [p.name for p in (svg, png, numbers)] == ["volume-draft.svg", "volume-draft.png", "volume-draft.csv"]
    ET.parse(svg)
    assert png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert pd.read_csv(numbers)["posts"].tolist() == chart.table["posts"].tolist()


def test_a_draft_says_so_in_the_picture_and_the_chart_stays_as_it_was(finding, tmp_path) -> None:
    chart = plot_volume(finding, language="da")
    before = chart.svg()
    svg = chart.save(tmp_path)[0].read_text(encoding="utf-8")
    assert 'id="draft"' in svg
    assert 'id="draft"' not in before
    assert chart.svg() == before


def test_what_was_released_is_no_draft(finding, tmp_path) -> None:
    chart = replace(plot_volume(finding, language="da"), is_released=True)
    paths = chart.save(tmp_path)
    assert [p.name for p in paths] == ["volume.svg", "volume.png", "volume.csv"]
    assert 'id="draft"' not in paths[0].read_text(encoding="utf-8")


def test_a_saved_picture_tells_what_it_shows_to_those_who_do_not_see_it(finding, tmp_path) -> None:
    chart = replace(plot_volume(finding, language="en"), title="A & B < C", alt="bars <rise>")
    svg, png, _ = chart.save(tmp_path)
    assert re.search(r'role="img"><title>A &amp; B &lt; C</title><desc>bars &lt;rise&gt;</desc>', svg.read_text("utf-8"))
    assert b"bars <rise>" in png.read_bytes()


def test_the_same_chart_gives_the_same_files_under_the_name_that_is_asked_for(finding, tmp_path) -> None:
    first = [p.read_bytes() for p in plot_volume(finding, language="da").save(tmp_path, name="mine", dots=60)]
    again = plot_volume(finding, language="da").save(tmp_path, name="mine", dots=60)
    assert [p.read_bytes() for p in again] == first
    assert again[0].name == "mine-draft.svg"
    width = struct.unpack(">I", first[1][16:20])[0]
    assert width == pytest.approx(60 * 170 / 25.4, abs=2)


def test_a_folder_that_is_not_there_and_a_name_that_is_a_path_are_refused(finding, tmp_path) -> None:
    chart = plot_volume(finding, language="da")
    with pytest.raises(TableError, match="no folder"):
        chart.save(tmp_path / "none")
    with pytest.raises(TableError, match="a name alone"):
        chart.save(tmp_path, name="../volume")
