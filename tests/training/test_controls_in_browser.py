"""The controls as they stand in a browser, by keyboard and by mouse, with a real course behind them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from benchmarks.browsing import Page, find_chromium, open_browser
from workbench.desks import draw_script, draw_style
from workbench.training import find_course
from workbench.training.controls import Control
from workbench.training.course import Course
from workbench.training.source import read_words

pytestmark = pytest.mark.skipif(not find_chromium(), reason="there is no Chromium to look with")

SCRIPT = draw_script("workbench.training", "controls.js", parts=("make.js",)).replace(
    "PATIENCE = 6000", "PATIENCE = 300")  # nobody waits that long here
STYLE = draw_style("workbench.training", "controls.css", within="wb-control")
BOX = "document.querySelector('.wb-control')"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with open_browser(tmp_path_factory.mktemp("profile")) as page:
        page.see(width=1280, height=900)
        yield page


class Seat:
    """A page with a control, whose messages the kernel's side answers."""

    def __init__(self, page: Page, control: Control) -> None:
        self.page, self.control = page, control
        page.open("about:blank")
        page.wait("document.readyState === 'complete'")
        page.tell(f"""(async () => {{
          document.body.innerHTML = '<style></style><main></main>';
          document.querySelector('style').textContent = {json.dumps(STYLE)};
          window.sent = []; window.take = null;
          const model = {{ send: m => sent.push(m), on: (_, f) => {{ window.take = f; }}, off: () => {{}} }};
          const address = URL.createObjectURL(new Blob([{json.dumps(SCRIPT)}], {{type: 'text/javascript'}}));
          (await import(address)).default.render({{ model, el: document.querySelector('main') }});
        }})()""")
        self.pass_on()

    def pass_on(self) -> None:
        for message in self.page.tell("window.sent.splice(0)"):
            self.page.tell(f"take({json.dumps(self.control.take(message)[0])}); true")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.press(key)
            self.pass_on()

    def click(self, part: str) -> None:
        self.page.click(f"{BOX}.querySelector('{part}')")
        self.pass_on()

    def read(self, part: str) -> str:
        return str(self.page.tell(f"{BOX}.querySelector('{part}').innerText"))

    def is_hidden(self, part: str) -> bool:
        return bool(self.page.tell(f"{BOX}.querySelector('{part}').hidden"))


@pytest.fixture
def course(town) -> Course:
    return Course("en", read_words(find_course("pupils"), "en"), town=town)


def test_a_guess_and_its_sliders_go_by_keyboard(browser: Page, course: Course) -> None:
    seat = Seat(browser, Control(course, "spread", is_guess=True))
    assert seat.is_hidden(".wb-picture")
    seat.press("Tab", "ArrowRight", "ArrowRight", "Enter")
    assert course.predictions == {"spread": 20}
    assert "20 pupils" in seat.read(".wb-said")
    before = seat.read(".wb-result")
    seat.press("Tab", "ArrowLeft")
    assert seat.read(".wb-result") != before
    assert seat.read(".wb-sliders output") == "2"
    # the first guess stands
    assert browser.tell(f"{BOX}.querySelector('form input').disabled")


def test_a_question_goes_by_keyboard_and_by_mouse(browser: Page, course: Course) -> None:
    seat = Seat(browser, Control(course, "friend", is_guess=False))
    seat.click(".wb-go")
    assert seat.read(".wb-said").endswith("Choose an answer first.")
    seat.press("Tab")
    browser.tell(f"{BOX}.querySelector('input').focus(); true")
    seat.press(" ", "Enter")
    assert course.words["friend"].replies["ask_on"] in seat.read(".wb-said")
    seat.click("label:last-of-type")
    seat.click(".wb-go")
    assert course.words["friend"].said["explain"] in seat.read(".wb-said")
    assert course.tries["friend"] == ["ask_on", "right"]


def test_while_a_picture_is_drawn_only_the_last_place_of_a_slider_is_asked_for(browser: Page, course: Course) -> None:
    control = Control(course, "spread", is_guess=True)
    control.answer(100)
    seat = Seat(browser, control)
    browser.tell(f"{BOX}.querySelector('.wb-sliders input').focus(); true")
    for _ in range(3):
        browser.press("ArrowRight")
    [asked] = browser.tell("window.sent.splice(0)")
    assert asked["values"]["tells"] == 4
    browser.tell(f"take({json.dumps(control.take(asked)[0])}); true")
    [asked] = browser.tell("window.sent.splice(0)")
    assert asked["values"]["tells"] == 6
    browser.tell(f"take({json.dumps(control.take(asked)[0])}); true")
    assert browser.tell("window.sent") == []
    assert seat.read(".wb-sliders output") == "6"


def test_keys_do_not_reach_the_shortcuts_of_jupyterlab(browser: Page, course: Course) -> None:
    seat = Seat(browser, Control(course, "spread", is_guess=True))
    browser.tell("window.heard = []; document.addEventListener('keydown', e => heard.push(e.key)); true")
    browser.tell(f"{BOX}.querySelector('input').focus(); true")
    seat.press("ArrowRight", "d", "Enter")
    assert browser.tell("window.heard") == []
    assert course.predictions == {"spread": 10}


def test_each_input_has_a_name_and_what_is_said_is_announced(browser: Page, course: Course) -> None:
    for name, is_guess in (("spread", True), ("friend", False), ("feed", True)):
        control = Control(course, name, is_guess=is_guess)
        control.answer(100 if name == "spread" else "argue" if name == "feed" else "stop")
        Seat(browser, control)
        unnamed = browser.tell(f"[...{BOX}.querySelectorAll('input')].filter(e => !e.labels.length || "
                               "!e.labels[0].textContent.trim()).length")
        assert unnamed == 0
        assert browser.tell(f"{BOX}.querySelector('.wb-said').getAttribute('role')") == "status"
        texts = browser.tell(f"[...{BOX}.querySelectorAll('input[type=range]')].map(e => e.getAttribute("
                             "'aria-valuetext'))")
        assert all(texts)


def test_a_kernel_that_does_not_answer_is_told(browser: Page, course: Course) -> None:
    seat = Seat(browser, Control(course, "friend", is_guess=False))
    browser.click(f"{BOX}.querySelector('.wb-go')")
    browser.wait(f"{BOX}.querySelector('.wb-said').innerText.includes('Nothing happens')", seconds=5)
    seat.pass_on()
    assert "Choose an answer" in seat.read(".wb-said")


def test_nothing_is_wider_than_a_narrow_window(browser: Page, course: Course) -> None:
    browser.see(width=480, height=900)
    for name in ("filter", "rumour", "feed"):
        control = Control(course, name, is_guess=True)
        control.answer("argue" if name == "feed" else 3)
        Seat(browser, control)
        wide = browser.tell(f"Math.max(...[...{BOX}.querySelectorAll('*')].filter(e => e.offsetParent).map("
                            f"e => e.getBoundingClientRect().right)) - {BOX}.getBoundingClientRect().right")
        assert wide <= 0, name
    browser.see(width=1280, height=900)
