"""A digest for a website: as many findings as it has words for, one chart, and two pieces that ask for nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from workbench.branding import Brand
from workbench.consistency import find_contradictions
from workbench.editions import clean_notebook, write_edition
from workbench.errors import ReleaseError, ReportError
from workbench.reports import render_cover, render_digest, render_text
from workbench.reports.fragments import make_labels
from workbench.reports.layout import Layout
from workbench.reports.website import MOST_FOR_FINDINGS, MOST_WORDS, count_words, write_pieces

WORDS = {"language": "da"}


@pytest.fixture
def cover(release):
    return render_cover(release, title="Byen og *nettet* <b>", place="Lillehavn", period="2025Q3",
                        contact="Kommunen, post@by.example", **WORDS)


@pytest.fixture
def digest(release, cover, make_chart):
    charts = [make_chart("volume")]
    return [cover, *render_digest(release, ["volume"], charts=charts, cover=cover, **WORDS),
            render_text("text.digest", **WORDS)]


def told(blocks) -> list[dict]:
    return [{"kind": b.kind, "content": dict(b.content)} for b in blocks]


def test_a_digest_shows_findings_without_their_small_print_and_one_chart(digest) -> None:
    assert [b.kind for b in digest] == ["cover", "finding", "figure", "text"]
    assert (digest[1].content["facts"], digest[1].content["caveats"]) == ([], [])


def test_what_the_title_says_is_not_said_again(release, cover, digest) -> None:
    same = render_cover(release, title=digest[1].content["sentence"], place="L", period="2025Q3", contact="K", **WORDS)
    assert [b.kind for b in render_digest(release, ["volume"], charts=[], cover=same, **WORDS)] == ["left_out"]


def test_where_nothing_can_be_told_the_digest_says_why(release, cover, monkeypatch) -> None:
    monkeypatch.setattr("workbench.reports.website.list_unsaid", lambda *_, **__: ["Et.", "To.", "Tre."])
    made = render_digest(release, [], charts=[], cover=cover, **WORDS)
    assert made[0].content["text"] == "Mere kan der ikke siges om kvartalet endnu:"
    assert made[1].content["items"] == ["Et.", "To."]
    assert "- Et" in write_pieces(told([cover, *made[:2]]), **WORDS)[1]


def test_findings_stop_where_the_words_do(release, cover, digest, monkeypatch) -> None:
    words = count_words(told(digest[1:2]), **WORDS)
    for most, shown in ((words, 1), (words - 1, 0)):
        monkeypatch.setattr("workbench.reports.website.MOST_FOR_FINDINGS", most)
        made = render_digest(release, ["volume"], charts=[], cover=cover, **WORDS)
        assert sum(b.kind == "finding" for b in made) == shown


def test_words_of_the_chart_do_not_count_and_signs_are_no_words(digest) -> None:
    assert count_words(told([b for b in digest if b.kind != "figure"]), **WORDS) == count_words(told(digest), **WORDS)
    assert count_words([{"kind": "text", "content": {"text": "To ord – og 3 til."}}], **WORDS) == 5
    assert MOST_FOR_FINDINGS < MOST_WORDS


def test_only_a_release_becomes_a_digest(cover) -> None:
    with pytest.raises(ReleaseError, match="render_digest takes a Release"):
        render_digest("volume", [], charts=[], cover=cover, **WORDS)


class Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.given: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.given += attrs


def test_the_piece_fits_into_any_page_and_asks_for_nothing(digest) -> None:
    html, _ = write_pieces(told(digest), draft=False, **WORDS)
    parts = Parts()
    parts.feed(html)
    assert not {"html", "head", "body", "script", "style", "link", "iframe", "h1"} & set(parts.tags)
    assert parts.tags[0] == "section"
    assert parts.tags.count("img") == 1
    assert all(value.startswith("findings-piece") for name, value in parts.given if name == "class")
    assert all(value.startswith("data:image/svg+xml;base64,") for name, value in parts.given if name in ("src", "href"))
    assert not any(name.startswith("on") for name, _ in parts.given)
    assert dict(parts.given)["alt"] == digest[2].content["alt"]
    assert "http" not in html


def test_outside_text_becomes_markup_in_neither_piece(digest) -> None:
    html, markdown = write_pieces(told(digest), draft=False, **WORDS)
    assert "<b>" not in html
    assert r"\*nettet\* \<b\>" in markdown


def test_a_draft_and_a_made_up_city_say_so_in_both_pieces(digest) -> None:
    for draft, made_up in ((True, False), (False, True)):
        both = write_pieces(told(digest), draft=draft, made_up=made_up, **WORDS)
        mark = make_labels("da")["draft_note"]
        assert [("Opdigtet" in piece, mark in piece) for piece in both] == [(made_up, draft)] * 2


def test_both_pieces_say_what_the_blocks_say(digest) -> None:
    for piece in write_pieces(told(digest), draft=False, **WORDS):
        plain = re.sub(r"\s+", "", piece.replace("\\", ""))
        for text in (digest[1].content["sentence"], digest[2].content["title"], digest[3].content["text"]):
            assert re.sub(r"\s+", "", text) in plain


def test_a_piece_that_tells_another_number_is_found(digest, tmp_path) -> None:
    section = {"blocks": told(digest), "language": "da", "release": None}
    html, markdown = write_pieces(section["blocks"], draft=False, **WORDS)
    for name, text in (("fragment.html", html), ("fragment.md", markdown)):
        sentence = digest[1].content["sentence"]
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert not [f for f in find_contradictions([section], tmp_path, language="da") if name in f]
        plain = text.replace(sentence, sentence[::-1])
        assert plain != text
        (tmp_path / name).write_text(plain, encoding="utf-8")
        assert [f for f in find_contradictions([section], tmp_path, language="da") if f"{name} differ" in f]


def edition(notebook, folder, **layout):
    """Write the files of a product of one page."""
    form = Layout(cover=False, contents=False, **layout)
    return write_edition(clean_notebook(notebook), folder, draft_because=[], tables={}, about={}, layout=form,
                         settings=SimpleNamespace(brand=Brand(), made_up=False))


def test_too_many_words_are_refused_with_their_number(make_notebook, digest, tmp_path) -> None:
    long = make_notebook([*digest, *[render_text("text.digest", **WORDS)] * 6])
    words = count_words(told(digest), **WORDS) + 6 * count_words(told(digest[-1:]), **WORDS)
    with pytest.raises(ReportError, match=f"The digest has {words} words, and may have 150"):
        edition(long, tmp_path / "made", form="fragment")


def test_both_pieces_are_files_of_the_edition_of_that_form_only(make_notebook, digest, tmp_path) -> None:
    files, pages = edition(make_notebook(digest), tmp_path / "made", form="fragment")
    assert {"fragment.html", "fragment.md", "report.pdf", "figures/volume.svg"} <= set(files)
    assert pages == 1
    sheet, _ = edition(make_notebook(digest), tmp_path / "other", form="sheet")
    assert set(files) - set(sheet) == {"fragment.html", "fragment.md"}
