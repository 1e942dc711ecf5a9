"""A picture of every chart, drawn on the made-up city, with its title, its alt text and the lines that make it."""

from __future__ import annotations

import ast
import html
import json
import os
import shutil
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from manual.names import list_rooms
from manual.pages import plain
from workbench.versions import digest_code
from workbench.wording import end_sentence

IMPORT = "import workbench as wb"
PERIODS = ("2025Q2", "2025Q3")
WORDS = ("title", "subtitle", "alt")


@lru_cache(maxsize=1)
def read_examples() -> dict[str, dict[str, str]]:
    """Return the shared steps and the examples, by name."""
    told = tomllib.loads(Path(__file__).with_name("examples.toml").read_text(encoding="utf-8"))
    return {part: {name: code.strip() for name, code in told[part].items()} for part in ("steps", "examples")}


def list_steps(code: str) -> list[str]:
    """Return the names of the shared steps that lines of code rest on, in the order in which they are made."""
    steps, found = read_examples()["steps"], []
    for name in sorted({n.id for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Name)}):
        if name in steps and name not in found:
            own = ast.parse(steps[name]).body[0]
            assert isinstance(own, ast.Assign)
            found += [step for step in [*list_steps(ast.unparse(own.value)), name] if step not in found]
    return found


def write_example(chart: str) -> str:
    """Return all lines that make a chart."""
    told = read_examples()
    code = told["examples"][chart]
    return "\n".join([IMPORT, "", *(told["steps"][name] for name in list_steps(code)), code])


def draw_example(chart: str, known: dict[str, Any], *, place: str = "lillehavn") -> Any:
    """Run the lines of an example and return its chart; `known` is what other examples made, and gains what this does.

    Parameters
    ----------
    place
        Folder of the study that stands for "lillehavn".
    """
    told = read_examples()
    code = told["examples"][chart]
    known.setdefault("wb", import_module("workbench"))
    for name in list_steps(code):
        if name not in known:
            exec(told["steps"][name].replace('"lillehavn"', repr(place)), known)
    *lines, last = ast.parse(code).body
    if not isinstance(last, ast.Expr):
        raise ValueError(f"The example of {chart} must end with the chart.")
    exec(compile(ast.Module(lines, []), chart, "exec"), known)
    return eval(compile(ast.Expression(last.value), chart, "eval"), known)


def draw_pictures(folder: Path) -> dict[str, dict[str, str]]:
    """Draw every example on the made-up city; what was drawn by the same code before is taken as it is.

    Returns
    -------
    drawn
        By chart: `title`, `subtitle` and `alt`. The pictures are ``<chart>.svg`` in `folder`.

    Raises
    ------
    ValueError
        If there is nothing to draw for an example; once all are drawn, with the charts.
    """
    told, words, digest = read_examples(), folder / "words.json", digest_code()
    if words.exists() and (kept := json.loads(words.read_text(encoding="utf-8")))["made_of"] == [digest, told]:
        return dict(kept["drawn"])
    folder.mkdir(parents=True, exist_ok=True)
    town = _make_town(folder.parent / "lillehavn", digest)
    known: dict[str, Any] = {}
    drawn, empty = {}, []
    for chart in told["examples"]:
        picture = draw_example(chart, known, place=str(town))
        (folder / f"{chart}.svg").write_text(picture.svg(), encoding="utf-8")
        drawn[chart] = {word: getattr(picture, word) for word in WORDS}
        empty += [f"{chart}: {picture.alt}"] if picture.is_empty else []
    if empty:
        raise ValueError(f"The made-up city has nothing to draw for these examples: {'; '.join(empty)}")
    words.write_text(json.dumps({"made_of": [digest, told], "drawn": drawn}, ensure_ascii=False), encoding="utf-8")
    return drawn


def write_gallery(drawn: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the text of each page by its path: one for all pictures, one a chart.

    Parameters
    ----------
    drawn
        Of `draw_pictures`; a chart that is not in it has no picture.
    """
    charts = [name for name in list_rooms()["workbench.charts"] if name.kind == "function"]
    cards = [f'<li><a href="{name.name}.html">{_picture(name.name, drawn, is_small=True)}<code>{name.name}</code></a>'
             f"<p>{html.escape(name.summary)}</p></li>" for name in charts]
    index = "\n".join([
        "# Gallery", "", "Every chart, drawn on the made-up city, where nothing is real. Each takes the finding of its "
        "name and gives a `Chart`: figure, title, subtitle, alt text and its numbers as a table.", "",
        '<ul class="gallery">', *cards, "</ul>", "",
        "```{toctree}", ":hidden:", "", *(name.name for name in charts), "```", ""])
    return {"gallery/index.md": index,
            **{f"gallery/{name.name}.md": _write_chart(name.name, name.summary, drawn) for name in charts}}


def _write_chart(chart: str, summary: str, drawn: Mapping[str, Mapping[str, str]]) -> str:
    told = drawn.get(chart)
    words = [] if told is None else [
        f"<figure>{_picture(chart, drawn)}<figcaption><strong>{html.escape(end_sentence(told['title']))}</strong> "
        f"{html.escape(told['subtitle'])}</figcaption></figure>",
        f"## What the picture says to those who do not see it\n\n{plain(told['alt'])}"]
    return "\n\n".join([f"# {chart}", plain(summary), *words,
                        f"## The lines that make it\n\n```python\n{write_example(chart)}\n```",
                        f"All that it takes: [`{chart}`](../api/workbench.charts.{chart}.rst)."]) + "\n"


def _picture(chart: str, drawn: Mapping[str, Mapping[str, str]], *, is_small: bool = False) -> str:
    """Return a picture as HTML; a small one stands beside its name, so it has no words of its own."""
    if chart not in drawn:
        return ""
    alt = "" if is_small else html.escape(drawn[chart]["alt"], quote=True)
    return f'<img src="../_static/gallery/{chart}.svg" alt="{alt}"{" loading=lazy" if is_small else ""}>'


def _make_town(folder: Path, digest: str) -> Path:
    """Make a study of the made-up city, imported and coded by its made-up coders; one of the same code stays."""
    from workbench.city import build_city
    from workbench.rehearsing import rehearse_audit
    from workbench.settings import read_settings
    from workbench.sources import import_exports
    from workbench.starting import start_study
    from workbench.study import open_study

    os.environ["WORKBENCH_KEY_FILE"] = str(folder.with_name("lillehavn.key"))
    made_by = folder.with_name("lillehavn.digest")
    if made_by.exists() and made_by.read_text(encoding="utf-8") == digest:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    start_study(folder, is_city=True, with_review=True)
    build_city(folder / "data" / "raw", seed=1)
    import_exports([folder / "data" / "raw"], settings=read_settings(folder))
    for period in PERIODS:
        rehearse_audit(open_study(folder), period)
    made_by.write_text(digest, encoding="utf-8")
    return folder
