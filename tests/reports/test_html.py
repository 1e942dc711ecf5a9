from __future__ import annotations

import base64
import hashlib
import io
import re
from html.parser import HTMLParser

from pypdf import PdfReader

from workbench.reports import render_html, render_pdf, render_section
from workbench.reports.blocks import Block


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_a_page_has_language_title_landmarks_and_headers(make_blocks):
    html = render_html(make_blocks(), language="da", draft=False)
    page = Page(html)
    assert page.all("html") == [{"lang": "da", "dir": "ltr"}]
    assert "<title>Samtalen samler sig – Lillehavn</title>" in html
    assert [len(page.all(tag)) for tag in ("header", "nav", "main", "footer", "h1")] == [1, 1, 1, 1, 1]
    assert all(th.get("scope") in ("col", "row") for th in page.all("th"))
    assert page.all("a")[0] == {"class": "skip", "href": "#content"}
    labels = [d["aria-label"] for d in page.all("div") if d.get("role") == "img"]
    assert labels == ["Tre søjler om volume, den sidste højest.", "Tre søjler om topics, den sidste højest."]


def test_a_page_asks_for_nothing_from_outside(make_blocks):
    html = render_html(make_blocks(), language="da", draft=False)
    page = Page(html)
    assert not {"script", "link", "iframe", "img"} & {tag for tag, _ in page.tags}
    assert "@import" not in html
    addresses = [a[k] for _, a in page.tags for k in ("href", "src", "xlink:href") if k in a]
    assert addresses
    assert all(address.startswith("#") for address in addresses)


def test_a_policy_before_all_content_lets_the_page_load_its_own_style_and_nothing_else(make_blocks):
    html = render_html(make_blocks(), language="da", draft=False)
    page = Page(html)
    assert page.tags[:4] == [("html", {"lang": "da", "dir": "ltr"}), ("head", {}), ("meta", {"charset": "utf-8"}),
                             ("meta", page.all("meta")[1])]
    policy = page.all("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    rules = dict(rule.strip().split(" ", 1) for rule in policy["content"].split(";"))
    assert {rules[name] for name in ("default-src", "base-uri", "form-action")} == {"'none'"}
    assert rules["img-src"] == rules["font-src"] == "data:"
    assert set(rules) <= {"default-src", "base-uri", "form-action", "img-src", "font-src", "style-src", "style-src-elem",
                          "style-src-attr"}
    [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert rules["style-src-elem"] == f"'sha256-{digest}'"


def test_no_element_of_a_page_listens_for_an_event_or_runs_a_script(make_blocks):
    page = Page(render_html(make_blocks(), language="da", draft=False))
    assert "script" not in {tag for tag, _ in page.tags}
    attributes = [(key, value) for _, given in page.tags for key, value in given.items()]
    assert [key for key, _ in attributes if key.startswith("on")] == []
    assert [key for key, value in attributes if "javascript:" in (value or "").casefold()] == []


def test_no_two_ids_are_the_same_and_every_link_finds_its_own(make_blocks):
    page = Page(render_html(make_blocks(), language="da", draft=False))
    ids = [a["id"] for _, a in page.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    links = [a[k][1:] for _, a in page.tags for k in ("href", "xlink:href") if k in a]
    assert set(links) <= set(ids)


def test_html_and_pdf_tell_the_same_numbers(make_blocks):
    blocks = make_blocks()
    html = re.sub(r"<(style|svg).*?</\1>", "", render_html(blocks, language="da", draft=False), flags=re.DOTALL)
    page = re.sub(r"<[^>]*>", " ", html[html.index("<main"):html.index("</main>")])
    reader = PdfReader(io.BytesIO(render_pdf(blocks, language="da", draft=False)))
    pdf = " ".join(p.extract_text() for p in reader.pages)
    numbers = set(re.findall(r"\d+(?:[.,]\d+)*", page))
    assert "12.345" in numbers
    assert numbers <= set(re.findall(r"\d+(?:[.,]\d+)*", pdf))


def test_a_draft_says_so_and_a_report_does_not(make_blocks):
    assert "Draft" in render_html(make_blocks("en"), language="en", draft=True)
    assert "Draft" not in render_html(make_blocks("en"), language="en", draft=False)


def test_the_same_blocks_give_the_same_page(make_blocks):
    first, second = (render_html(make_blocks(), language="da", draft=False) for _ in range(2))
    assert first == second


def test_outside_text_never_becomes_markup(make_blocks):
    text = "<script>alert(1)</script> {{ 7 * 7 }}"
    block = Block("text", {"text": text}, "da")
    for html in (render_html([make_blocks()[0], block], language="da", draft=False),
                 render_section(block)._repr_mimebundle_()["text/html"]):
        assert "&lt;script&gt;" in html
        assert "<script>" not in html
        assert "{{ 7 * 7 }}" in html


def test_what_was_removed_from_outside_text_is_told(make_blocks):
    block = Block("text", {"text": "a"}, "en", removed=3)
    assert "3 characters that cannot be seen" in render_html([*make_blocks("en"), block], language="en", draft=False)
