from __future__ import annotations

import pytest

from workbench.sources.readers.tabular import count_of, in_utc, listed, plain_text, speaker


@pytest.mark.parametrize(("html", "text"), [
    ("<p>Se &amp; hør</p><p>tak</p>", "Se & hør\ntak"),
    ('Se <a href="https://a.invalid/b"><span class="invisible">https://</span>a.invalid…</a>', "Se https://a.invalid/b"),
    ('<a href="https://a.invalid/b">denne artikel</a>', "denne artikel https://a.invalid/b"),
    ('<a href="https://x.invalid/@anden">@<span>anden</span></a>', "@anden"),
    ("3 < 4 og 5 > 2", "3 < 4 og 5 > 2"),
    ("", None), (None, None), ("<p></p>", None)])
def test_html_becomes_text_and_the_addresses_of_links_stay(html, text):
    assert plain_text(html) == text


@pytest.mark.parametrize(("cell", "parts"), [
    ("a, b,,c", ["a", "b", "c"]), ('["a", 7, null, {}]', ["a", "7"]), ("[a, b]", []), ("REDACTED", []), ("", []),
    ("https://a.invalid/x,y, http://b.invalid", ["https://a.invalid/x,y", "http://b.invalid"])])
def test_a_cell_of_many_is_parted_by_commas_but_addresses_and_json_stay_whole(cell, parts):
    assert listed({"c": cell}, "c") == parts


@pytest.mark.parametrize(("written", "read"), [
    ("1,234", "1234"), ("1,234,567", "1234567"), ("12,34", "12,34"), ("7", "7"), (None, None)])
def test_only_commas_between_thousands_are_left_out(written, read):
    assert count_of(written) == read


@pytest.mark.parametrize(("written", "read"), [
    ("2025-10-01 12:00:00", "2025-10-01 12:00:00Z"), ("2025-10-01T12:00:00.5", "2025-10-01T12:00:00.5Z"),
    ("2025-10-01T12:00:00+02:00", "2025-10-01T12:00:00+02:00"), ("i går", "i går"), ("", None)])
def test_a_time_that_is_utc_says_so(written, read):
    assert in_utc("t")({"t": written}) == read


def test_an_id_goes_before_a_handle_before_a_name_and_who_is_gone_is_nobody():
    cells = {"id": "5.0", "handle": "anden", "name": "Anden Konto", "gone": "[Deleted]"}
    assert speaker(cells, ids="id", handles="handle", names="name") == ("5", "account")
    assert speaker(cells, ids="gone", handles=("gone", "handle"), names="name") == ("Anden Konto", "name")
    assert speaker(cells, ids="gone") == (None, None)
