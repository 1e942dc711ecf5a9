"""The desk for coding in a real JupyterLab: posts coded by keyboard, kernel restarted in between, then by mouse.

Chromium is driven without a window. `DESK_SHOTS=FOLDER` saves pictures, `AXE=PATH/axe.min.js` asks axe-core.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.browsing import Page, find_chromium, open_browser
from benchmarks.measuring import Row, row
from workbench.city import build_city
from workbench.settings import read_settings
from workbench.sources import import_exports
from workbench.speech import draw_sample, load_codebook, load_codes, load_samples, save_sample
from workbench.starting import start_study
from workbench.study import open_study

PERIOD, POSTS = "2025Q3", 400
DESK = "document.querySelector('.wb-desk')"
ATTACK = ("1", "c", "Tab", "b", "Enter")  # an attack, how, against whom
RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"


class Lab:
    """A JupyterLab on a study."""

    def __init__(self, study: Path, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.token = secrets.token_hex(16)
        places = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
        root = [f"--ServerApp.root_dir={study}", *(["--allow-root"] if os.name == "posix" and not os.getuid() else [])]
        self.server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", "--no-browser", f"--ServerApp.port={self.port}",
             "--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={self.token}", "--LabApp.news_url=",
             "--LabApp.expose_app_in_browser=True", *root],
            env={**os.environ, **places, "WORKBENCH_STUDY": str(study), "IPYTHONDIR": str(folder / "ipython")},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, path: str, method: str = "GET") -> Any:
        """Ask the server, and return its answer."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/{path}", method=method,
                                       headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(asked, timeout=60) as answer:
            said = answer.read()
        return json.loads(said) if said else None

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + 60
        while True:
            try:
                self.ask("status")
                return
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)


@contextmanager
def open_lab(study: Path, folder: Path) -> Iterator[Lab]:
    """Open a JupyterLab, and close it with its kernels."""
    lab = Lab(study, folder)
    try:
        lab.wait()
        yield lab
    finally:
        lab.server.terminate()
        lab.server.wait(30)


def make_study(folder: Path) -> Path:
    """Make the made-up city, with a sample drawn."""
    study = folder / "city"
    start_study(study, is_city=True, with_review=True)
    build_city(study / "data" / "raw", seed=1)
    import_exports([study / "data" / "raw"], settings=read_settings(study))
    corpus, codebook = open_study(study).corpus(PERIOD), load_codebook(study)
    save_sample(study, PERIOD, draw_sample(corpus, period=PERIOD, codebook=codebook, size=POSTS, seed=1))
    return study


class Sitting:
    """Somebody at the desk."""

    def __init__(self, page: Page, lab: Lab, shots: Path | None) -> None:
        self.page, self.lab, self.shots, self.shot = page, lab, shots, 0
        page.see(width=1280, height=900)
        page.open(f"http://127.0.0.1:{lab.port}/lab/tree/notebooks/desk.ipynb?token={lab.token}&reset")
        page.wait("!!window.jupyterapp && !!document.querySelector('.jp-Notebook .jp-Cell')")
        page.wait("window.jupyterapp.restored.then(() => true)")
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Wait until the notebook's kernel listens."""
        self.page.wait("""(() => {
          const shell = window.jupyterapp.shell, notebook = [...shell.widgets('main')].find(w => w.sessionContext);
          if (notebook) shell.activateById(notebook.id);
          return notebook?.sessionContext.session?.kernel?.status === 'idle'; })()""")

    def run(self) -> None:
        """Run the notebook, and go past the warning by keyboard."""
        self.page.tell("window.jupyterapp.commands.execute('notebook:run-all-cells'); true")
        self.page.wait(f"!!{DESK}?.querySelector('.wb-row button')")
        self.page.tell("document.querySelectorAll('.Toastify button').forEach("  # that offers news
                       "b => b.textContent === 'No' && b.click()); true")
        self.shoot("warning")
        self.page.tell(f"{DESK}.querySelector('.wb-row button').focus(); true")
        self.page.press("Enter")
        self.page.wait(f"!!{DESK}.querySelector('.wb-this')")

    def line(self) -> str:
        """Return what the desk says of the progress."""
        return str(self.page.tell(f"{DESK}.querySelector('.wb-progress').textContent"))

    def coded(self) -> int:
        """Return how many posts are coded, as the desk says."""
        return int(self.page.tell(f"{DESK}.querySelector('progress').value"))

    def answer(self, *keys: str) -> float:
        """Press keys, and return the milliseconds from the last one until the next post is there."""
        for key in keys[:-1]:
            self.page.press(key)
        self.page.tell(f"""window.next = new Promise(done => {{
          const begun = performance.now();
          new MutationObserver((_, seen) => {{
            seen.disconnect();
            requestAnimationFrame(() => done(performance.now() - begun));
          }}).observe({DESK}.querySelector('.wb-post'), {{childList: true}}); }}); true""")
        self.page.press(keys[-1])
        return float(self.page.tell("window.next"))

    def shoot(self, name: str) -> None:
        """Save a picture, where pictures are wanted."""
        self.shot += 1
        if self.shots:
            time.sleep(0.4)
            self.page.shoot(self.shots / f"{self.shot:02d}-{name}.png")

    def restart(self) -> None:
        """Restart the kernel, as its menu does, and run the notebook again."""
        self.page.wait("[...window.jupyterapp.shell.widgets('main')].find(w => w.sessionContext)"
                       ".sessionContext.session.kernel.restart().then(() => true)")
        self.page.tell(f"{DESK}.dataset.old = 'yes'; true")
        self.page.tell("window.jupyterapp.commands.execute('notebook:run-all-cells'); true")
        self.page.wait("!!document.querySelector('.wb-desk:not([data-old]) .wb-row button')")
        self.page.tell(f"{DESK}.querySelector('.wb-row button').focus(); true")
        self.page.press("Enter")
        self.page.wait(f"!!{DESK}.querySelector('.wb-this')")

    def faults(self) -> float | None:
        """Return how many serious faults axe-core finds on the desk."""
        if not os.environ.get("AXE"):
            return None
        self.page.tell(Path(os.environ["AXE"]).read_text(encoding="utf-8") + "; true")
        found = self.page.tell(f"axe.run({DESK}, {{runOnly: {RULES}}}).then(r => r.violations.map("
                               "v => [v.id, v.impact, v.nodes.length, v.nodes[0].html.slice(0, 120)]))")
        for fault in found:
            print("axe:", fault)
        return float(sum(impact in ("serious", "critical") for _, impact, *_ in found))

    def wide(self) -> float:
        """Return by how many pixels something on the desk is wider than the desk."""
        return float(self.page.tell(f"Math.max(...[...{DESK}.querySelectorAll('*')].filter(e => e.offsetParent).map("
                                    f"e => e.getBoundingClientRect().right)) - {DESK}.getBoundingClientRect().right"))


def code_by_keyboard(desk: Sitting) -> list[float]:
    """Code twenty posts; the kernel is restarted while the eleventh is marked and not yet saved."""
    took = [desk.answer(*(ATTACK if i % 5 == 0 else ("0",))) for i in range(10)]
    desk.page.press("4")
    desk.page.press("b")
    time.sleep(1)
    desk.shoot("marked")
    desk.restart()
    desk.shoot("restarted")
    took.append(desk.answer("Enter"))
    return took + [desk.answer("0") for _ in range(9)]


def look(desk: Sitting) -> dict[str, float | None]:
    """Look at the desk in all its states, and count what is wrong."""
    found: dict[str, float | None] = {}
    for name, keys in (("open", "1"), ("meaning", "?"), ("covered", "?:")):
        for key in keys:
            desk.page.press(key)
        desk.shoot(name)
        if name == "meaning":
            found["axe, with the meaning of a code"] = desk.faults()
    desk.page.press(":")
    found["axe, light"], found["wide at 1280"] = desk.faults(), desk.wide()
    desk.page.press("/")
    desk.page.wait(f"!{DESK}.querySelector('.wb-panel').hidden")
    desk.shoot("outlook")
    found["axe, outlook"] = desk.faults()
    desk.page.press("Enter")
    desk.page.tell("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'}).then("
                   "() => true)")
    time.sleep(1)
    desk.shoot("dark")
    found["axe, dark"] = desk.faults()
    desk.page.see(width=1280, height=900, scale=2)
    time.sleep(0.5)
    desk.page.tell(f"{DESK}.scrollIntoView(); true")
    desk.shoot("zoom")
    found["wide at 200 %"] = desk.wide()
    desk.page.see(width=1280, height=900)
    return found


def measure(folder: Path) -> list[Row]:
    """Code in JupyterLab, and count what was kept."""
    if not find_chromium():
        return [row("the desk in JupyterLab: not measured", float("nan"), None, "there is no Chromium")]
    study = make_study(folder)
    shots = Path(os.environ["DESK_SHOTS"]) if os.environ.get("DESK_SHOTS") else None
    with open_lab(study, folder / "lab") as lab, open_browser(folder / "profile") as page:
        desk = Sitting(page, lab, shots)
        desk.run()
        desk.shoot("post")
        took = code_by_keyboard(desk)
        told = desk.coded()
        codes = load_codes(study, PERIOD)
        for part in ("[aria-keyshortcuts='1']", ".wb-keys .wb-first"):
            page.click(f"{DESK}.querySelector(\"{part}\")")
        page.wait(f"{DESK}.querySelector('progress').value === {told + 1}")
        by_mouse = load_codes(study, PERIOD)["post_id"].nunique() - codes["post_id"].nunique()
        found = look(desk)
        outside = [address for address in page.asked if address.startswith("http") and f":{lab.port}/" not in address]
    order = load_samples(study, PERIOD).sort_values("position")["post_id"].tolist()
    yes = codes[codes["value"].fillna(False)].groupby("post_id")["code"].size()
    in_order = sum(a == b for a, b in zip(codes["post_id"].unique(), order, strict=False))
    rows = [("posts coded by keyboard, of 20", codes["post_id"].nunique()), ("of them as the desk says", told),
            ("of them in the order of the sample", in_order),
            ("posts with a yes, of 3 (one marked before the restart)", len(yes)),
            ("posts coded by mouse, of 1", by_mouse),
            ("milliseconds from the key to the next post, median", statistics.median(took)),
            ("milliseconds from the key to the next post, longest", max(took)),
            ("keys for a post to which nothing applies", 1),
            ("keys for an attack with how and against whom", len(ATTACK)),
            ("addresses outside this machine", len(outside)), *found.items()]
    return [row(name, float(value), None, "") for name, value in rows if value is not None]
