"""The desk as it stands in a browser: driven by keys and by mouse, with a real desk behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.browsing import Page, find_chromium, open_browser
from tests.speech.desks import PERIOD, make_study, sit
from workbench.desks import draw_script, draw_style
from workbench.speech import code_post, load_codes, load_samples
from workbench.tables.posts import Corpus

pytestmark = pytest.mark.skipif(not find_chromium(), reason="there is no Chromium to look with")

PATIENCE = "PATIENCE = 6000"
SCRIPT = draw_script("workbench.speech", "desk.js").replace(
    PATIENCE, "PATIENCE = 600")  # nobody waits that long here
DESK = "document.querySelector('.wb-desk')"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with open_browser(tmp_path_factory.mktemp("profile")) as page:
        page.see(width=1280, height=900)
        yield page


class Seat:
    """A page with the script, whose messages a real desk answers."""

    def __init__(self, page: Page, desk: Any, *, is_silent: bool = False) -> None:
        self.page, self.desk, self.is_silent, self.heard = page, desk, is_silent, []
        page.open("about:blank")
        page.wait("document.readyState === 'complete'")
        page.tell(f"""(async () => {{
          document.documentElement.lang = 'en';
          document.body.innerHTML = '<style></style><main></main>';
          document.querySelector('style').textContent = {json.dumps(draw_style())};
          window.sent = []; window.take = null;
          const model = {{ send: m => sent.push(m), on: (_, f) => {{ window.take = f; }}, off: () => {{}} }};
          const address = URL.createObjectURL(new Blob([{json.dumps(SCRIPT)}], {{type: 'text/javascript'}}));
          const made = await import(address);
          made.default.render({{ model, el: document.querySelector('main') }});
        }})()""")
        self.pass_on()

    def pass_on(self) -> None:
        """Give to the desk what the page sent, and back what it says."""
        for message in self.page.tell("window.sent.splice(0)"):
            self.heard.append(message)
            for answer in () if self.is_silent else self.desk.take(message):
                self.page.tell(f"take({json.dumps(answer)}); true")

    def press(self, *keys: str, shift: bool = False) -> None:
        for key in keys:
            self.page.press(key, shift=shift)
            self.pass_on()

    def text(self, part: str) -> str:
        return str(self.page.tell(f"{DESK}.querySelector('{part}').textContent"))

    def pressed(self) -> list[str]:
        return list(self.page.tell(f"[...{DESK}.querySelectorAll('.wb-code [aria-pressed=true]')].map("
                                   "b => b.getAttribute('aria-label') ?? b.lastChild.textContent)"))

    def shown(self, part: str) -> bool:
        return bool(self.page.tell(f"{DESK}.querySelector('{part}').offsetParent !== null"))


@pytest.fixture
def study(make_corpus, tmp_path: Path) -> tuple[Corpus, Path]:
    return make_study(make_corpus, tmp_path), tmp_path


def said(folder: Path, coder: str = "coder 1") -> list[set[str]]:
    """Codes with a yes, post by post in the order of coding."""
    codes = load_codes(folder, PERIOD)
    codes = codes[codes["coder"].eq(coder)]
    return [set(some.loc[some["value"].fillna(False), "code"]) for _, some in codes.groupby("post_id", sort=False)]


def test_twenty_posts_are_coded_by_keyboard_alone(browser: Page, study) -> None:
    corpus, folder = study
    seat = Seat(browser, sit(corpus, folder))
    assert seat.shown(".wb-panel")
    assert not seat.shown(".wb-post")  # the warning comes first
    seat.press("Enter")
    for number in range(20):
        seat.press(*(["1", "a", "Tab", "a", "Enter"] if number % 5 == 0 else ["0"]))
    assert said(folder) == [{"attack", "marker.threat", "target.police"} if i % 5 == 0 else set() for i in range(20)]
    assert seat.text(".wb-progress").startswith("20 of 30 coded")


def test_a_second_window_that_begins_again_shows_what_was_marked(browser: Page, study) -> None:
    corpus, folder = study
    seat = Seat(browser, sit(corpus, folder))
    seat.press("Enter", "0", "2", "a")
    assert seat.pressed() == ["hate en", "ground.religion en"]
    browser.wait("window.sent.length > 0")
    seat.pass_on()
    marks, post = seat.pressed(), seat.text(".wb-this .wb-text")
    seat = Seat(browser, sit(corpus, folder))
    seat.press("Enter")
    assert (seat.pressed(), seat.text(".wb-this .wb-text")) == (marks, post)


def test_text_is_text_and_stays_covered_until_somebody_uncovers_it(browser: Page, study) -> None:
    corpus, folder = study
    corpus.posts["text"] = "<img src=x onerror='window.hit=1'><b>bold</b>\n\u202eback"
    seat = Seat(browser, sit(corpus, folder))
    seat.press(".")
    assert seat.page.tell(f"getComputedStyle({DESK}.querySelector('.wb-this .wb-text')).filter") != "none"
    assert seat.page.tell(f"{DESK}.querySelector('.wb-this .wb-text').getAttribute('aria-hidden')") == "true"
    seat.press(".")
    assert seat.page.tell(f"getComputedStyle({DESK}.querySelector('.wb-this .wb-text')).filter") == "none"
    assert seat.text(".wb-this .wb-text") == corpus.posts["text"].iloc[0]
    assert seat.page.tell(f"{DESK}.querySelectorAll('img, b').length") == 0
    assert seat.page.tell("window.hit ?? 0") == 0
    seat.press("0")  # the next one is covered again
    assert seat.page.tell(f"getComputedStyle({DESK}.querySelector('.wb-this .wb-text')).filter") != "none"


def test_nothing_is_saved_by_a_slip(browser: Page, study) -> None:
    corpus, folder = study
    seat = Seat(browser, sit(corpus, folder))
    seat.press("Enter", "Enter")
    assert "Press 0 if nothing applies" in seat.text(".wb-alarm")
    seat.press("1", "0")
    assert "Something is marked" in seat.text(".wb-alarm")
    assert said(folder) == []
    seat.press("1", "0")
    assert said(folder) == [set()]


def test_don_t_know_notes_back_and_later_go_by_keyboard(browser: Page, study) -> None:
    corpus, folder = study
    seat = Seat(browser, sit(corpus, folder))
    seat.press("Enter")
    seat.press("1", shift=True)
    seat.press(",", "h", "i", "1", "Enter")  # in the note digits and letters are written
    assert load_codes(folder, PERIOD).set_index("code")["value"].isna()["attack"]
    first = seat.text(".wb-this .wb-text")
    seat.press("+")
    assert seat.text(".wb-this .wb-text") != first
    seat.press("Backspace")
    assert seat.page.tell(f"{DESK}.querySelector('textarea').value") == "hi1"
    assert seat.pressed() == ["attack en: Don’t know"]
    seat.press("Escape", "-")
    assert load_codes(folder, PERIOD).groupby("post_id", sort=False)["value"].apply(lambda v: v.isna().all()).tolist() == [False, True]


def test_the_meaning_of_a_code_is_shown_while_it_is_looked_at(browser: Page, study) -> None:
    corpus, folder = study
    seat = Seat(browser, sit(corpus, folder))
    seat.press("Enter", "3", "?")
    assert "What recognition is." in seat.text(".wb-help")
    seat.press("2")
    assert "What ground.religion is." in seat.text(".wb-help")
    seat.press("?")
    assert not seat.shown(".wb-help")


def test_an_answer_stays_on_the_screen_where_it_cannot_be_saved(browser: Page, study, monkeypatch) -> None:
    corpus, folder = study
    seat = Seat(browser, sit(corpus, folder))
    seat.press("Enter", "1", "b")

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("workbench.speech.desk.code_post", fail)
        seat.press("Enter")
    assert "the disk is full" in seat.text(".wb-alarm")
    assert seat.pressed() == ["attack en", "marker.insult en"]
    seat.press("Enter")
    assert said(folder) == [{"attack", "marker.insult"}]
    assert not seat.shown(".wb-alarm")


def test_a_kernel_that_does_not_answer_is_told_and_the_answer_stays(browser: Page, study) -> None:
    corpus, folder = study
    seat = Seat(browser, sit(corpus, folder))
    seat.press("Enter", "1")
    seat.is_silent = True
    seat.press("Enter")
    browser.wait(f"!{DESK}.querySelector('.wb-alarm').hidden", seconds=10)
    assert "kernel does not respond" in seat.text(".wb-alarm")
    assert seat.pressed() == ["attack en"]
    seat.is_silent = False
    seat.press("Enter")
    assert said(folder) == [{"attack"}]


def test_a_mouse_does_as_well(browser: Page, study) -> None:
    corpus, folder = study
    seat = Seat(browser, sit(corpus, folder))
    for part in (".wb-row button", "[aria-keyshortcuts='1']", ".wb-code [aria-label*='threat']", ".wb-keys .wb-first"):
        browser.click(f"{DESK}.querySelector(\"{part}\")")
        seat.pass_on()
    codes = load_codes(folder, PERIOD).set_index("code")["value"]
    assert codes["attack"]
    assert codes.isna().tolist().count(True) == codes.isna()["marker.threat"] == 1


def test_disputes_are_decided_by_keyboard(browser: Page, study) -> None:
    corpus, folder = study
    sample = load_samples(folder, PERIOD).sort_values("position")
    post = sample.loc[sample["is_double"], "post_id"].iloc[0]
    desk = sit(corpus, folder)
    for coder, value in (("coder 1", True), ("coder 2", False)):
        code_post(folder, period=PERIOD, coder=coder, post_id=post, values={"attack": value, "recognition": value}, codebook=desk.codebook)
    seat = Seat(browser, sit(corpus, folder, "adjudicator"))
    seat.press("Enter", "1", "Enter")
    assert "not decided yet" in seat.text(".wb-alarm")
    seat.press("1", "3", "Enter")  # no, yes
    assert said(folder, "adjudicator") == [{"recognition"}]
    assert "nothing more to decide" in seat.text(".wb-alarm")


@pytest.mark.parametrize("scale", [1, 2])
def test_nothing_is_wider_than_the_page(browser: Page, study, scale: int) -> None:
    corpus, folder = study
    corpus.posts["text"] = "w" * 400
    seat = Seat(browser, sit(corpus, folder))
    browser.see(width=1280, height=900, scale=scale)
    try:
        seat.press("Enter", "1")
        assert browser.tell("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert browser.tell(f"[...{DESK}.querySelectorAll('*')].every(e => e.getBoundingClientRect().right <= innerWidth)")
    finally:
        browser.see(width=1280, height=900)


def test_every_control_has_a_name_and_each_group_is_one_stop_of_the_tab_key(browser: Page, study) -> None:
    corpus, folder = study
    seat = Seat(browser, sit(corpus, folder))
    seat.press("Enter", "1")
    assert browser.tell(f"[...{DESK}.querySelectorAll('button, textarea, progress')].every("
                        "e => (e.getAttribute('aria-label') || e.textContent || e.labels?.[0]?.textContent || '').trim())")
    stops = browser.tell(f"[...{DESK}.querySelectorAll('.wb-group')].filter(g => g.offsetParent).map("
                         "g => g.querySelectorAll('[tabindex=\"0\"]').length)")
    assert stops == [1, 1, 1, 1]
    assert browser.tell("document.activeElement.textContent").endswith("marker.threat en")
    assert browser.tell("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    seat.press("ArrowRight", "ArrowRight", " ")
    assert seat.pressed() == ["attack en", "marker.insult en"]


def test_keys_stay_within_the_desk(browser: Page, study) -> None:
    corpus, folder = study
    seat = Seat(browser, sit(corpus, folder))
    browser.tell("window.leaked = 0; document.body.addEventListener('keydown', () => { leaked++; }); true")
    seat.press("Enter", "1", "d", "d", "Escape")
    assert browser.tell("leaked") == 0
    assert browser.tell(f"{DESK}.dataset.lmSuppressShortcuts") == "true"
