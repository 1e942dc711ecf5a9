"""The start page, the pages that stand in the checkout, and what a report contains."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path

from manual.code import list_makers
from manual.names import ROOT
from manual.pages import plain
from workbench.findings import list_specs
from workbench.wording import Wording, open_wording

READ_ALONG = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")
NOTEBOOK = ROOT / "notebooks" / "quarterly_report.ipynb"
_CALLS = ("render_heading", "render_finding", "render_table", "render_figure")


def copy_pages(folder: Path) -> list[str]:
    """Copy what stands in the checkout as Markdown, and return the paths of the pages below `docs`."""
    pages = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "docs").rglob("*.md"))
    for name in (*READ_ALONG, *pages):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return pages


def write_start(pages: list[str]) -> str:
    """Return the text of the start page, with the order of all pages."""
    guides = [p.removesuffix(".md") for p in pages if p.count("/") == 1]
    decisions = [p.removesuffix(".md") for p in pages if p.count("/") > 1]
    trees = (("Use it", ["README", "commands", *guides]),
             ("Look it up", ["api/index", "metrics/index", "gallery/index", "report"]),
             ("How it is built", ["ARCHITECTURE", "CONTRIBUTING", "CHANGELOG", *decisions]))
    return "\n\n".join([
        "# workbench: the manual",
        "Understand what a city's people meet on social media: topics, actor networks and audited shares, from export "
        "to accessible PDF.",
        "- **New here?** [What it is, how to try it and how to use it on your own data](README.md)\n"
        "- **What does a number mean?** [A page for every metric](metrics/index.md)\n"
        "- **Which picture?** [The gallery](gallery/index.md)\n"
        "- **Which function?** [Every public name](api/index.rst), [every command](commands.md)\n"
        "- **What stands in a report?** [The report, section by section](report.md)",
        "All of it is made from the code, the catalogs of the reports and `docs/` by `make docs`; it needs no network.",
        *(f"```{{toctree}}\n:caption: {caption}\n:hidden:\n\n" + "\n".join(names) + "\n```"
          for caption, names in trees)]) + "\n"


def write_report() -> str:
    """Return the text of the page on what the quarterly report contains, read from its notebook."""
    wording = open_wording("en")
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    lines = []
    for call in sorted((n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Call)), key=lambda n: n.lineno):
        if isinstance(call.func, ast.Attribute) and call.func.attr in _CALLS:
            lines.append(_write_call(call, wording))
    return "\n".join([
        "# The report, section by section", "",
        "What the quarterly report shows, in its order. What has nothing to tell is left out of it, and stands with "
        "its reason on the page of what the report cannot say. `notebooks/quarterly_report.ipynb` makes it, so a "
        "study can change it.", "", *lines]) + "\n"


def _write_call(call: ast.Call, wording: Wording) -> str:
    if ast.unparse(call.func).endswith("render_heading"):
        level = next(ast.literal_eval(k.value) for k in call.keywords if k.arg == "level")
        return f"\n{'#' * (level + 1)} {plain(wording.messages[str(ast.literal_eval(call.args[0]))])}\n"
    key = re.findall(r"found\['(\w+)'\]", ast.unparse(call))[0]
    metric, title = list_specs()[key].metric, _title(key, wording)
    what = {"render_finding": "Sentence", "render_table": "Table"}.get(ast.unparse(call.func).split(".")[-1])
    if what is None:
        chart = re.findall(r"plot_\w+", ast.unparse(call))[0]
        what = f"Picture [`{chart}`](gallery/{chart}.md)"
    makers = ", ".join(f"[`{name.name}`]({name.page}.rst)" for name in list_makers().get(key, []))
    return f"- {what}: {title} ([{metric}](metrics/{metric}.md), by {makers})"


def _title(key: str, wording: Wording) -> str:
    return plain(re.sub(r"\{(\w+)(?::\w+)?\}", "…", wording.messages[f"report.title.{key}"]))
