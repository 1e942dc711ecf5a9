"""What a notebook shows of a chart stands also where drawings are taken out: untrusted, on a web page, in an editor."""

from __future__ import annotations

import base64
import html
import re
import struct
from dataclasses import replace

import pytest

from workbench.charts import plot_volume
from workbench.findings import measure_volume


@pytest.fixture
def chart(make_corpus):
    rows = [(f"T-{a}", f"a-{a}", f"2025-0{7 + w // 4}-{1 + 7 * (w % 4):02d}", f"ord {w}") for a in range(6) for w in range(12)]
    made = plot_volume(measure_volume(make_corpus(rows), quarter="2025Q3"), language="da")
    return replace(made, title="A & B < C", alt='søjler "stiger" <nu>')


def test_a_chart_is_shown_as_words_with_a_picture_and_as_png_and_svg(chart) -> None:
    bundle = chart._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/png", "image/svg+xml", "text/plain"}
    assert base64.b64decode(bundle["image/png"])[:8] == b"\x89PNG\r\n\x1a\n"
    assert bundle["image/svg+xml"] == chart.svg()
    assert bundle["text/plain"] == chart.alt


def test_the_page_holds_no_drawing_that_a_notebook_without_trust_takes_out(chart) -> None:
    page = chart._repr_mimebundle_()["text/html"]
    assert not re.search(r"<(?:svg|script|style)", page)
    [source] = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    assert source == chart._repr_mimebundle_()["image/png"]


def test_the_picture_has_its_alt_text_and_its_words_are_data(chart) -> None:
    page = chart._repr_mimebundle_()["text/html"]
    assert "<b>A &amp; B &lt; C</b>" in page
    [alt] = re.findall(r'<img alt="([^"]*)"', page)
    assert html.unescape(alt) == chart.alt


def test_it_is_drawn_twice_as_sharp_as_it_is_shown(chart) -> None:
    page = chart._repr_mimebundle_()["text/html"]
    [width] = map(int, re.findall(r'width="(\d+)"', page))
    drawn = struct.unpack(">I", base64.b64decode(chart._repr_mimebundle_()["image/png"])[16:20])[0]
    assert abs(drawn - 2 * width) <= 2
    assert chart._repr_mimebundle_() == chart._repr_mimebundle_()
