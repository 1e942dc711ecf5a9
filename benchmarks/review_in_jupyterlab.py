"""The desk of a review in a real JupyterLab: ten decisions by keyboard, a restarted kernel, three by mouse.

Chromium is driven without a window. `DESK_SHOTS=FOLDER` saves pictures, `AXE=PATH/axe.min.js` asks axe-core.
"""

from __future__ import annotations

import os
import statistics
import time
import tomllib
from pathlib import Path

import pandas as pd

from benchmarks.browsing import find_chromium, open_browser
from benchmarks.desk_in_jupyterlab import DESK, PERIOD, Sitting, make_study, open_lab
from benchmarks.measuring import Row, row
from workbench.reviewing.proposals import FINDINGS
from workbench.tables.release import CANDIDATE_COLUMNS

TITLE = f"{DESK}.querySelector('.wb-asked h3').textContent"


class Reviewing(Sitting):
    """Somebody at the desk of a review."""

    def run(self) -> None:
        """Run the notebook, and go past the warning by keyboard."""
        self.page.tell("window.jupyterapp.commands.execute('notebook:run-all-cells'); true")
        self.begin()

    def begin(self) -> None:
        """Press Enter at the warning, and wait for a question."""
        self.page.wait(f"!!{DESK}?.querySelector('.wb-row button')")
        self.page.tell("document.querySelectorAll('.Toastify button').forEach("
                       "b => b.textContent === 'No' && b.click()); true")
        self.shoot("warning")
        self.page.tell(f"{DESK}.querySelector('.wb-row button').focus(); true")
        self.page.press("Enter")
        self.page.wait(f"!!{DESK}.querySelector('.wb-asked h3')")

    def decide(self, *keys: str) -> float:
        """Press keys, and return the milliseconds from the last one until the next question is there."""
        for key in keys[:-1]:
            self.page.press(key)
        before, begun = self.page.tell(TITLE), time.perf_counter()
        self.page.press(keys[-1])
        self.page.wait(f"{TITLE} !== {before!r}")
        return 1000 * (time.perf_counter() - begun)

    def type(self, field: int, text: str) -> None:
        """Write into a field, as somebody who types does."""
        self.page.tell(f"""(() => {{ const input = {DESK}.querySelectorAll('input, textarea, select')[{field}];
          input.focus(); input.value = {text!r};
          input.dispatchEvent(new Event('input', {{bubbles: true}})); }})(); true""")

    def restart(self) -> None:
        """Restart the kernel, as its menu does, and run the notebook again."""
        self.page.wait("[...window.jupyterapp.shell.widgets('main')].find(w => w.sessionContext)"
                       ".sessionContext.session.kernel.restart().then(() => true)")
        self.page.tell(f"{DESK}.dataset.old = 'yes'; true")
        self.page.tell("window.jupyterapp.commands.execute('notebook:run-all-cells'); true")
        self.page.wait("!!document.querySelector('.wb-desk:not([data-old]) .wb-row button')")
        self.begin()


def ask(study: Path) -> None:
    """Leave what a run leaves: two topics, and words that stand in posts of the city."""
    for path in (study / "reviews").glob("*.toml"):
        path.unlink()
    topics = {"K-001": "løbehjul fortovet cykelstien hjelm",
              "K-002": "vippen saunaen badebroen svømme", "K-003": "kampen banen mål"}
    words = ("hoppe", "klub", "skole", "lampe", "havn", "sommer", "torvet", "natten", "bilen")
    rows = [("topic", key, " · ".join(told.split()[:3]), told.split()) for key, told in topics.items()]
    rows += [("word", key, key, []) for key in words] + [("domain", "example.invalid", "example.invalid", [])]
    table = pd.DataFrame(rows, columns=["kind", "key", "text", "words"])
    table = table.assign(posts=50, finding="topics", is_open=True)
    path = study / FINDINGS / f"candidates-{PERIOD}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    table[list(CANDIDATE_COLUMNS)].astype(CANDIDATE_COLUMNS).to_parquet(path, index=False)


def decided(study: Path) -> int:
    """Return how many questions the review file answers."""
    given = tomllib.loads((study / "reviews" / f"{PERIOD}.toml").read_text(encoding="utf-8"))
    parts = (given.get(part, {}) for part in ("topics", "words", "domains"))
    return sum(bool(entry["decision"]) for part in parts for entry in part.values())


def look(desk: Reviewing) -> dict[str, float | None]:
    """Look at the desk in all its states, and count what is wrong."""
    texts = f"{DESK}.querySelectorAll('.wb-around .wb-text').length"
    found: dict[str, float | None] = {"covered posts that hold a text": float(desk.page.tell(texts))}
    desk.shoot("topic")
    desk.page.press("1")
    desk.page.wait(f"{texts} === 1")
    desk.shoot("opened")
    found["axe, light"], found["wide at 1280"] = desk.faults(), desk.wide()
    desk.type(1, "Only in English")
    desk.page.press("Enter")
    desk.page.wait(f"!!{DESK}.querySelector('.wb-fault')")
    desk.shoot("fault")
    found["axe, with a fault at its field"] = desk.faults()
    desk.page.tell("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'}).then("
                   "() => true)")
    time.sleep(1)
    desk.shoot("dark")
    found["axe, dark"] = desk.faults()
    desk.type(1, "")
    desk.page.press("Escape")
    return found


def measure(folder: Path) -> list[Row]:
    """Decide in JupyterLab, and count what was kept."""
    if not find_chromium():
        return [row("the review in JupyterLab: not measured", float("nan"), None, "there is no Chromium")]
    study = make_study(folder)
    ask(study)
    shots = Path(os.environ["DESK_SHOTS"]) if os.environ.get("DESK_SHOTS") else None
    with open_lab(study, folder / "lab") as lab, open_browser(folder / "profile") as page:
        desk = Reviewing(page, lab, shots)
        desk.run()
        desk.shoot("role")
        desk.type(0, "ssp-konsulent")
        took = [desk.decide("Enter")]
        found = look(desk)
        took += [desk.decide("Enter"), desk.decide("h"), desk.decide("x")]
        took += [desk.decide(key) for key in ("Enter", "h", "Enter")]
        desk.restart()
        after_restart = str(page.tell(TITLE))
        desk.shoot("restarted")
        took += [desk.decide("Enter"), desk.decide("h"), desk.decide("Enter"), desk.decide("h")]
        by_keyboard = decided(study)
        for name in ("Godkend", "Skjul", "Godkend"):
            before = str(page.tell(TITLE))
            page.click(f"[...{DESK}.querySelectorAll('.wb-keys button')].find("
                       f"b => b.offsetParent && b.textContent.includes('{name}'))")
            page.wait(f"{TITLE} !== {before!r} || {DESK}.querySelector('.wb-left').hidden")
        by_mouse = decided(study) - by_keyboard
        desk.shoot("end")
        outside = [address for address in page.asked if address.startswith("http") and f":{lab.port}/" not in address]
    rows = [("decisions by keyboard, of 10", by_keyboard), ("decisions by mouse, of 3", by_mouse),
            ("after the restart it went on at the fourth word", float("lampe" in after_restart)),
            ("milliseconds from the key to the next question, median", statistics.median(took)),
            ("milliseconds from the key to the next question, longest", max(took)),
            ("addresses outside this machine", len(outside)), *found.items()]
    return [row(name, float(value), None, "") for name, value in rows if value is not None]
