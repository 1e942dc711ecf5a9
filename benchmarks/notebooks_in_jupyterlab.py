"""Notebooks in a real JupyterLab: run all cells, look for errors, overflow, cut text and faults of accessibility.

`python -m benchmarks.notebooks_in_jupyterlab STUDY NOTEBOOK … [--shots FOLDER] [--each] [--axe axe.min.js] [--set
name=value]` runs notebooks on a study (give a copy: a run writes into it) and prints what it found as JSON; it ends
with 1 where something is wrong. `python -m benchmarks notebooks_in_jupyterlab` takes the made-up city and all
notebooks of `notebooks/explore`; `NOTEBOOK_SHOTS=FOLDER` saves pictures, `AXE=PATH/axe.min.js` asks axe-core.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat

from benchmarks.browsing import Page, find_chromium, open_browser
from benchmarks.desk_in_jupyterlab import Lab, make_study, open_lab
from benchmarks.measuring import Row, row

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
WIDTH, HEIGHT = 1280, 900
LONGEST = 900.0  # seconds that a notebook may take
RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
# every cell stands in the page, not only those on the screen, and nothing is asked or offered
SETTINGS = {"@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
            "@jupyterlab/apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"}}
NOTEBOOK = "[...window.jupyterapp.shell.widgets('main')].find(w => w.sessionContext)"
SCROLLER = "document.querySelector('.jp-Notebook .jp-WindowedPanel-outer')"
# the number that an output is told by: of its code cell, as the notebook counts them from 1
CELL = "(e => 1 + [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')].indexOf(e?.closest('.jp-CodeCell')))"


@dataclass(frozen=True)
class Seen:
    """What was seen of a notebook; cells are code cells, counted from 1.

    Attributes
    ----------
    seconds
        From *Run All Cells* to the end of the last one.
    errors, warnings
        Cells that ended in an error, and what they raised; cells that wrote to the error stream.
    overflow
        Cells whose output is wider than its place at 1280 pixels, and by how much; 0 is the notebook itself. What
        scrolls by itself within an output, by keyboard too, is none.
    mute
        Cells that show a table without rows (of ours, which say how many they have, none is) or a picture without a
        description.
    cut
        Cells that show a text which pandas cut at 50 characters.
    faults
        Serious faults that axe-core finds in outputs: cell, rule, how often, where; None where axe was not given.
    asked
        Addresses outside this machine that the page loaded.
    """

    notebook: str
    seconds: float
    errors: list[str]
    warnings: list[str]
    overflow: dict[int, int]
    mute: list[int]
    cut: list[int]
    faults: list[str] | None
    asked: list[str]

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong; warnings are to be read."""
        return not (self.errors or self.overflow or self.mute or self.cut or self.faults or self.asked)


def run_notebooks(study: Path, notebooks: Sequence[Path], *, shots: Path | None = None, each: bool = False,
                  axe: Path | None = None, parameters: Mapping[str, Any] | None = None) -> list[Seen]:
    """Run notebooks in a JupyterLab on a study, one after another, and look at what they show.

    Parameters
    ----------
    study
        A folder with `study.toml`; copies of the notebooks are put into its folder `seen`, and run there.
    shots
        Where pictures go: top, middle and end of each notebook.
    each
        Whether every output gets a picture as well.
    axe
        A file `axe.min.js`; None: accessibility is not looked at.
    parameters
        Set in each notebook that has them, as papermill does.
    """
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place, settings in SETTINGS.items():
            path = folder / "config" / "lab" / "user-settings" / f"{place}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings), encoding="utf-8")
        with open_lab(study, folder) as lab, open_browser(folder / "profile") as page:
            return [_look(page, lab, _place(study, path, parameters or {}), shots, axe, each=each)
                    for path in notebooks]


def _place(study: Path, path: Path, parameters: Mapping[str, Any]) -> Path:
    """Put a copy of a notebook into the study, with its parameters set; return its place in the study."""
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    notebook = load_notebook_node(str(path))
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    known = {n.target.id for c in cells for n in ast.parse(c.source).body if isinstance(n, ast.AnnAssign)
             and isinstance(n.target, ast.Name)}
    given = {name: value for name, value in parameters.items() if name in known}
    if given:
        notebook = parameterize_notebook(notebook, given)
    place = Path("seen") / path.name
    (study / place.parent).mkdir(exist_ok=True)
    nbformat.write(notebook, study / place)
    return place


def _look(page: Page, lab: Lab, place: Path, shots: Path | None, axe: Path | None, *, each: bool) -> Seen:
    already = len(page.asked)
    page.see(width=WIDTH, height=HEIGHT)
    page.open(f"http://127.0.0.1:{lab.port}/lab/tree/{place.as_posix()}?token={lab.token}&reset")
    page.wait("!!window.jupyterapp && !!document.querySelector('.jp-Notebook .jp-Cell')")
    page.wait("window.jupyterapp.restored.then(() => true)")
    page.wait(f"(() => {{ const n = {NOTEBOOK}; if (n) window.jupyterapp.shell.activateById(n.id); "
              "return n?.sessionContext.session?.kernel?.status === 'idle'; })()")
    begun = time.monotonic()
    page.tell("window.ran = null; window.jupyterapp.commands.execute('notebook:run-all-cells').then("
              "() => { window.ran = true; }, () => { window.ran = true; }); true")
    page.wait("window.ran", seconds=LONGEST)
    took = time.monotonic() - begun
    page.wait(f"{NOTEBOOK}.context.save().then(() => true)")
    time.sleep(2)  # pictures that a script draws
    seen = Seen(place.name, round(took, 1), *(_told(page, kind) for kind in ("error", "stderr")), _wide(page),
                _mute(page), _cut(page), _faults(page, axe),
                sorted({a for a in page.asked[already:] if a.startswith("http") and f":{lab.port}/" not in a}))
    if shots:
        _shoot(page, shots, place.stem, each=each)
    page.wait(f"{NOTEBOOK}.sessionContext.shutdown().then(() => true)")
    return seen


def _told(page: Page, kind: str) -> list[str]:
    """Return the errors, or the lines on the error stream, with their cells."""
    is_it = "o.output_type === 'error'" if kind == "error" else "o.output_type === 'stream' && o.name === 'stderr'"
    told = page.tell(
        f"{NOTEBOOK}.content.model.toJSON().cells.filter(c => c.cell_type === 'code').flatMap((c, i) => c.outputs"
        f".filter(o => {is_it}).map(o => `cell ${{i + 1}}: ${{o.ename || ''}} ${{o.evalue || [o.text].flat()"
        ".join('')}`.trim().slice(0, 300)))")
    return [str(line) for line in told]


def _wide(page: Page) -> dict[int, int]:
    """Return by how many pixels outputs are wider than their place."""
    outputs = page.tell(
        "[...document.querySelectorAll('.jp-Notebook .jp-OutputArea-output')].map(o => { const right = e => {"
        " const s = getComputedStyle(e).overflowX; return (s === 'auto' || s === 'scroll') && e.tabIndex >= 0"
        "  || e.tagName === 'IFRAME' ? 0 : Math.max(0, e.scrollWidth - e.clientWidth) && s !== 'hidden'"
        "  && s !== 'clip' && e.clientWidth ? e.scrollWidth - e.clientWidth : 0; };"
        f" return [{CELL}(o), Math.max(right(o), ...[...o.children].map(right))]; }}).filter(([, by]) => by > 1)")
    found = {int(cell): int(by) for cell, by in outputs}
    own = int(page.tell(f"Math.max({SCROLLER}.scrollWidth - {SCROLLER}.clientWidth, "
                        "document.documentElement.scrollWidth - innerWidth)"))
    return {0: own, **found} if own > 1 else found


def _mute(page: Page) -> list[int]:
    """Return cells whose table has no row, or whose picture nobody described."""
    found = page.tell(
        "[...document.querySelectorAll('.jp-OutputArea-output table')].filter(t => "
        "!t.closest('.wb-report, .wb-reading') && !t.querySelector('tbody tr, tr td'))"
        ".concat([...document.querySelectorAll('.jp-OutputArea-output img')]"
        ".filter(i => !i.alt), [...document.querySelectorAll('.jp-OutputArea-output svg[role=img]')].filter(s => "
        f"!s.getAttribute('aria-label') && !s.getAttribute('aria-labelledby') && !s.querySelector('title')))"
        f".map({CELL})")
    return sorted({int(cell) for cell in found})


def _cut(page: Page) -> list[int]:
    """Return cells with a text that pandas cut."""
    found = page.tell("[...document.querySelectorAll('.jp-OutputArea-output table.dataframe td')].filter(d => "
                      f"d.textContent.length >= 45 && d.textContent.endsWith('...')).map({CELL})")
    return sorted({int(cell) for cell in found})


def _faults(page: Page, axe: Path | None) -> list[str] | None:
    """Return the serious faults that axe-core finds in what cells show."""
    if axe is None:
        return None
    page.tell(axe.read_text(encoding="utf-8") + "; true")
    page.tell("window.found = null; const shown = [...document.querySelectorAll('.jp-Notebook "
              ".jp-OutputArea-output')]; (shown.length ? axe.run({include: shown}, {iframes: false, runOnly: "
              f"{RULES}}}) : Promise.resolve({{violations: []}})).then(r => {{ window.found = r.violations.filter(v "
              "=> ['serious', 'critical'].includes(v.impact)).flatMap(v => Object.entries(v.nodes.reduce((all, n) => "
              f"{{ const cell = {CELL}(document.querySelector(n.target[0])); (all[cell] ||= []).push(n); return all; "
              "}, {})).map(([cell, nodes]) => `cell ${cell}: ${v.id}, ${nodes.length} times, ${"
              "nodes[0].html.slice(0, 200)}`)); }).catch(e => { window.found = [`axe: ${e}`]; }); true")
    page.wait("window.found !== null", seconds=300)
    return [str(line) for line in page.tell("window.found")]


def _shoot(page: Page, shots: Path, name: str, *, each: bool) -> None:
    for part, where in (("1-top", "0"), ("2-middle", f"({SCROLLER}.scrollHeight - {SCROLLER}.clientHeight) / 2"),
                        ("3-end", f"{SCROLLER}.scrollHeight")):
        page.tell(f"{SCROLLER}.scrollTop = {where}; true")
        time.sleep(0.5)
        page.shoot(shots / f"{name}-{part}.png")
    cells = page.tell("[...document.querySelectorAll('.jp-Notebook .jp-CodeCell')].map((c, i) => "
                      "c.querySelector('.jp-OutputArea-output') ? i : -1).filter(i => i >= 0)") if each else []
    page.see(width=WIDTH, height=1600)
    for cell in cells:
        page.tell(f"document.querySelectorAll('.jp-Notebook .jp-CodeCell')[{cell}].scrollIntoView(); true")
        time.sleep(0.3)
        page.shoot(shots / f"{name}-cell-{cell + 1:02d}.png")


def measure(folder: Path) -> list[Row]:
    """Run the notebooks for exploring on the made-up city, and count what is wrong."""
    if not find_chromium():
        return [row("notebooks in JupyterLab: not measured", float("nan"), None, "there is no Chromium")]
    shots, axe = (Path(os.environ[name]) if os.environ.get(name) else None for name in ("NOTEBOOK_SHOTS", "AXE"))
    seen = run_notebooks(make_study(folder), sorted((NOTEBOOKS / "explore").glob("*.ipynb")), shots=shots, axe=axe)
    rows = []
    for one in seen:
        print(json.dumps(asdict(one), ensure_ascii=False))
        rows += [row(f"{one.notebook}: seconds", one.seconds, None, "")]
        rows += [row(f"{one.notebook}: {name}", len(found), None, "") for name, found in asdict(one).items()
                 if isinstance(found, list | dict)]
    return rows


def main() -> int:
    """Run the notebooks named on the study named."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks.notebooks_in_jupyterlab", description=__doc__)
    ask.add_argument("study", type=Path)
    ask.add_argument("notebooks", type=Path, nargs="+")
    ask.add_argument("--shots", type=Path)
    ask.add_argument("--each", action="store_true")
    ask.add_argument("--axe", type=Path)
    ask.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    given = ask.parse_args()
    parameters = {name: _read(value) for name, _, value in (pair.partition("=") for pair in given.set)}
    seen = run_notebooks(given.study.resolve(), given.notebooks, shots=given.shots, each=given.each, axe=given.axe,
                         parameters=parameters)
    print(json.dumps([asdict(one) for one in seen], indent=1, ensure_ascii=False))
    return 0 if all(one.is_well for one in seen) else 1


def _read(value: str) -> Any:
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return value


if __name__ == "__main__":
    sys.exit(main())
