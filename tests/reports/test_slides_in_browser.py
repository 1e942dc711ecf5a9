"""Slides as a browser shows them: by keyboard alone, notes and all, with nothing run but their own scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.browsing import Page, find_chromium, open_browser
from workbench.reports import render_cover, render_heading, render_html, render_list, render_notes
from workbench.reports.layout import Layout

pytestmark = pytest.mark.skipif(not find_chromium(), reason="there is no Chromium to look with")

FULL = ["En linje, som nogen skal kunne læse fra bagerste række i salen."] * 8
PRESENT = "Reveal.getCurrentSlide().querySelector('h1, h2').textContent"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with open_browser(tmp_path_factory.mktemp("profile")) as page:
        page.see(width=1280, height=720)
        yield page


@pytest.fixture
def shown(browser: Page, release, tmp_path: Path) -> Page:
    words = {"language": "da"}
    blocks = [render_cover(release, title="Hvad møder vores børn?", place="Lillehavn", period="2025Q3",
                           contact="Beredskabet", **words),
              render_notes("Velkommen.", sources="Opslag", **words)]
    for title, items in (("Kort", ["Spørg."]), ("Fuldt", FULL)):
        blocks += [render_heading(title, level=1, **words), render_list(items, **words),
                   render_notes(f"Sig noget om {title}.", sources="En bog", **words)]
    path = tmp_path / "report.html"
    path.write_text(render_html(blocks, draft=False, layout=Layout(contents=False, form="slides"), **words), encoding="utf-8")
    browser.asked.clear()
    browser.open(path.as_uri())
    browser.wait("typeof Reveal !== 'undefined' && Reveal.isReady()")
    return browser


def turn(page: Page, key: str, title: str) -> None:
    page.press(key)
    page.wait(f"{PRESENT} === '{title}'", seconds=5)


def test_arrow_keys_turn_the_slides_and_nothing_is_asked_for(shown: Page) -> None:
    assert shown.tell(PRESENT) == "Hvad møder vores børn?"
    turn(shown, "ArrowRight", "Kort")
    turn(shown, "ArrowRight", "Fuldt")
    turn(shown, "ArrowLeft", "Kort")
    assert [address for address in shown.asked if not address.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("way", ["key", "button"])
def test_the_notes_of_the_slide_come_and_go_by_key_and_by_button(shown: Page, way: str) -> None:
    def press() -> None:
        if way == "key":
            shown.press("s")
        else:
            shown.tell("document.querySelector('button.turn').focus()")
            shown.press("Enter")

    state = "document.querySelector('button.turn').getAttribute('aria-pressed')"
    panel = "document.querySelector('.speaker-notes')"
    seen = f"getComputedStyle({panel}).display !== 'none' && {panel}.innerText"
    assert (shown.tell(state), shown.tell(seen)) == ("false", False)
    press()
    shown.wait(f"{state} === 'true' && {seen}", seconds=5)
    assert "Velkommen." in shown.tell(seen)
    turn(shown, "ArrowRight", "Kort")
    assert "Sig noget om Kort." in shown.tell(seen)
    assert shown.tell(f"{panel}.getAttribute('role') + ' ' + {panel}.getAttribute('aria-label')") == (
        "region Noter til den, der taler")
    press()
    shown.wait(f"{state} === 'false' && !({seen})", seconds=5)


def test_words_are_as_large_as_fit_their_slide(shown: Page) -> None:
    size = "parseFloat(getComputedStyle(Reveal.getCurrentSlide().querySelector('ul')).fontSize)"
    turn(shown, "ArrowRight", "Kort")
    few = shown.tell(size)
    turn(shown, "ArrowRight", "Fuldt")
    assert shown.tell(size) < few
    assert shown.tell("(() => { const s = Reveal.getCurrentSlide().querySelector('.slide > div'); "
                      "return s.scrollHeight <= s.clientHeight + 1; })()")


def test_a_script_that_is_not_the_pages_own_does_not_run(shown: Page) -> None:
    shown.tell("""(() => { const made = document.createElement('script'); made.textContent = 'window.foreign = 1';
      document.body.append(made); document.body.insertAdjacentHTML('beforeend', '<b onclick="window.foreign = 2">x</b>');
      document.body.lastChild.click(); })()""")
    assert shown.tell("typeof window.foreign") == "undefined"


def test_on_paper_every_slide_stands_with_its_notes(shown: Page) -> None:
    shown.call("Emulation.setEmulatedMedia", media="print")
    visible = "[...document.querySelectorAll('aside.notes')].map(n => n.getBoundingClientRect().height > 10)"
    assert shown.tell(visible) == [True] * 3
    assert shown.tell("getComputedStyle(document.querySelector('button.turn')).display") == "none"
    shown.call("Emulation.setEmulatedMedia", media="")


def test_without_scripts_the_slides_stand_below_each_other(shown: Page) -> None:
    shown.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        shown.open(shown.asked[0] + "?plain")
        shown.wait("location.search && document.readyState === 'complete' && document.querySelectorAll('section').length === 3")
        tops = shown.tell("[...document.querySelectorAll('section')].map(s => s.getBoundingClientRect().top)")
    finally:
        shown.call("Emulation.setScriptExecutionDisabled", value=False)
    assert tops == sorted(tops)
    assert len(set(tops)) == 3
