"""Slides of a course, one a step."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from workbench.reports.slides import write_slides
from workbench.training.source import SLIDE, Step
from workbench.wording import open_wording

# colours are those of the system: contrast, dark mode and print are the reader's
_STYLE = """
:root { color-scheme: light dark }
html, body.reveal-viewport { background: Canvas; color: CanvasText }
.reveal { font: 38px/1.4 system-ui, sans-serif }
.reveal h1, .reveal h2 { line-height: 1.15; margin-block: 0 .7em }
.reveal h1 { font-size: 1.7em } .reveal h2 { font-size: 1.4em }
.reveal li { margin-block: .35em }
.reveal footer { font-size: .55em; margin-block-start: 2.5em }
"""


def list_slides(title: str, steps: Sequence[Step], *, language: str) -> list[tuple[str, str]]:
    """List the slides: Markdown, and what stands at the foot; the first is the course's own."""
    say = open_wording(language).say
    told = [(cell.source, f"{number} / {len(steps)} · {say('training.minutes', minutes=step.minutes)}")
            for number, step in enumerate(steps, start=1) for cell in step.of(SLIDE)]
    return [(f"# {title}\n\n{say('training.made_up')}", ""), *told]


def show_slides(title: str, steps: Sequence[Step], *, language: str) -> str:
    """Return the slides as one page of HTML."""
    sections = "\n".join(f"<section>{_render(text)}" + (f"<footer>{html.escape(foot)}</footer>" if foot else "")
                         + "</section>" for text, foot in list_slides(title, steps, language=language))
    return write_slides(sections, title=title, language=language, style=_STYLE)


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
