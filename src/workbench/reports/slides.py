"""Slides as one page of HTML that needs nothing else: reveal.js, its style and what may run are all in it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from workbench.errors import WorkbenchError

_PLAIN = ".reveal .slides section{display:block!important;position:static!important}.turn{display:none}"


def write_slides(sections: str, *, title: str, language: str, style: str, before: str = "", author: str = "") -> str:
    """Write slides as one page; arrow keys turn them, and without scripts they stand below each other.

    What a browser may load and run is the page's own style sheet and scripts, by their digests, and nothing else.

    Parameters
    ----------
    sections
        HTML, one ``<section>`` a slide.
    style
        CSS, behind that of reveal.js and of all slides.
    before
        HTML that stands before the slides.

    Raises
    ------
    WorkbenchError
        If reveal.js is not installed.
    """
    script, sheet = _read_reveal()
    whole = sheet + _read("slides.css") + style
    start = _read("slides.js")
    named = f'<meta name="author" content="{html.escape(author)}">' if author else ""
    return (f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{_policy((whole, _PLAIN), (script, start))}">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{named}'
            f"<title>{html.escape(title)}</title><style>{whole}</style>"
            f"<noscript><style>{_PLAIN}</style></noscript></head><body>\n{before}"
            f'<main><div class="reveal"><div class="slides">\n{sections}\n</div></div></main>\n'
            f"<script>{script}</script>\n<script>{start}</script>\n</body></html>\n")


@lru_cache(maxsize=1)
def _read_reveal() -> tuple[str, str]:
    """Return script and style of reveal.js (MIT licence, its notice in the script), as `pyreveal` carries them."""
    found = find_spec("pyreveal")
    places = list(found.submodule_search_locations or []) if found else []
    if not places:
        raise WorkbenchError("reveal.js, of which slides are made, is not there. Install the package `pyreveal`.")
    folder = Path(places[0], "revealjs", "dist")
    script, style = ((folder / name).read_text(encoding="utf-8") for name in ("reveal.js", "reveal.css"))
    # a source map would be asked for
    return re.sub(r"//# sourceMappingURL=\S+", "", script).replace("</script", "<\\/script"), style


def _read(name: str) -> str:
    return (files("workbench.reports") / "templates" / name).read_text(encoding="utf-8")


def _policy(styles: tuple[str, ...], scripts: tuple[str, ...]) -> str:
    """Say what a browser may load; shapes of charts carry their colours as style attributes."""
    style, script = (" ".join(f"'sha256-{_digest(text)}'" for text in texts) for texts in (styles, scripts))
    return (f"default-src 'none'; script-src {script}; style-src 'unsafe-inline'; style-src-elem {style}; "
            "style-src-attr 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
