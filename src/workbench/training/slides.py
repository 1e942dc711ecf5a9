"""Slides of a course: reveal.js in one file that needs nothing else, one slide a step."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.training.source import SLIDE, Step
from workbench.wording import open_wording

# nothing moves, and colours are those of the system: contrast, dark mode and print are the reader's
_STYLE = """
:root { color-scheme: light dark }
html, body, main { height: 100%; margin: 0 }
html, body.reveal-viewport { background: Canvas; color: CanvasText }
.reveal { font: 38px/1.4 system-ui, sans-serif }
.reveal .slides { text-align: start }
.reveal .slides section { padding: 0 1em }
.reveal h1, .reveal h2 { line-height: 1.15; margin-block: 0 .7em }
.reveal h1 { font-size: 1.7em } .reveal h2 { font-size: 1.4em }
.reveal li { margin-block: .35em }
.reveal footer { font-size: .55em; margin-block-start: 2.5em }
.reveal .controls, .reveal .progress { color: LinkText }
"""
_START = 'Reveal.initialize({hash: true, transition: "none", width: 1100, height: 700});'
# Danish readers find Danish words: reveal.js has labels of its own for those who do not see its arrows
_NAMED = "document.querySelector('.reveal').setAttribute('aria-label', document.title);"


def list_slides(title: str, steps: Sequence[Step], *, language: str) -> list[tuple[str, str]]:
    """List the slides: Markdown, and what stands at the foot; the first is the course's own."""
    say = open_wording(language).say
    told = [(cell.source, f"{number} / {len(steps)} · {say('training.minutes', minutes=step.minutes)}")
            for number, step in enumerate(steps, start=1) for cell in step.of(SLIDE)]
    return [(f"# {title}\n\n{say('training.made_up')}", ""), *told]


def write_slides(title: str, steps: Sequence[Step], *, language: str) -> str:
    """Write the slides as one page; arrow keys turn them, and without scripts they stand below each other."""
    script, style = _reveal()
    sections = "\n".join(f"<section>{_render(text)}" + (f"<footer>{html.escape(foot)}</footer>" if foot else "")
                         + "</section>" for text, foot in list_slides(title, steps, language=language))
    return (f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{html.escape(title)}</title><style>{style}{_STYLE}</style>"
            "<noscript><style>.reveal .slides section{display:block!important;position:static!important}"
            "</style></noscript></head><body>\n"
            f'<main><div class="reveal"><div class="slides">\n{sections}\n</div></div></main>\n'
            f"<script>{script}</script>\n<script>{_NAMED}{_START}</script>\n</body></html>\n")


@lru_cache(maxsize=1)
def _reveal() -> tuple[str, str]:
    """Return script and style of reveal.js (MIT licence, its notice in the script), as `pyreveal` carries them."""
    found = find_spec("pyreveal")
    places = list(found.submodule_search_locations or []) if found else []
    if not places:
        raise WorkbenchError("reveal.js, of which slides are made, is not there. Install the package `pyreveal`.")
    folder = Path(places[0], "revealjs", "dist")
    script, style = ((folder / name).read_text(encoding="utf-8") for name in ("reveal.js", "reveal.css"))
    # a source map would be asked for
    return re.sub(r"//# sourceMappingURL=\S+", "", script).replace("</script", "<\\/script"), style


def read_markdown(text: str) -> list[dict[str, Any]]:
    """Read the Markdown of a slide as headings, paragraphs and lists of plain words, for print."""
    import mistune

    blocks: list[dict[str, Any]] = []
    parsed: Any = mistune.create_markdown(renderer="ast")(text)
    for node in parsed:
        if node["type"] == "heading":
            blocks.append({"kind": "heading", "level": node["attrs"]["level"], "text": _plain(node)})
        elif node["type"] == "list":
            blocks.append({"kind": "list", "items": [_plain(item) for item in node["children"]]})
        elif node["type"] == "paragraph":
            blocks.append({"kind": "text", "text": _plain(node)})
    return blocks


def _plain(node: dict[str, Any]) -> str:
    if node["type"] in ("softbreak", "linebreak"):
        return " "
    return str(node["raw"]) if "raw" in node else "".join(map(_plain, node.get("children", [])))


def _render(text: str) -> str:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    return str(MarkdownWithMath(renderer=IPythonRenderer(escape=True, exclude_anchor_links=True)).render(text))
