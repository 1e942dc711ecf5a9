"""The page that posts and tables are shown on: its style, its pieces of HTML, words of the corpus as data."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from importlib.resources import files

from workbench.look import read_look

# what redaction puts in place of what names a person
MARKS = ("account", "card", "email", "handle", "iban", "link", "name", "person number", "phone", "plate")
_MARK = re.compile(r"\[(?:" + "|".join(MARKS) + r")\]")


@lru_cache(maxsize=1)
def read_style() -> str:
    """Return the style of all that is shown: colours of the notebook where it has some, else those of the look."""
    look = read_look()
    names = ("ink", "line", "tint", "alarm", "page")
    light = " ".join(f"--own-{name}: {getattr(look, name)};" for name in names)
    dark = " ".join(f"--own-{name}: {look.dark[name]};" for name in names)
    style = (files("workbench.reading") / "style.css").read_text(encoding="utf-8")
    return (f"<style>.wb-reading {{ {light} }}\n@media (prefers-color-scheme: dark) {{ .wb-reading {{ {dark} }} }}\n"
            f"{style}</style>")


def escape(text: object) -> str:
    """Return outside text as data: nothing in it is markup."""
    return html.escape(str(text), quote=True)


def show_redacted(text: str) -> str:
    """Return outside text as data, what was redacted marked."""
    return _MARK.sub(lambda found: f"<mark>{found.group()}</mark>", escape(text))


def fold(summary: str, content: str, kind: str) -> str:
    """Return content that is out of sight until somebody opens it, by mouse or keyboard and without a script."""
    return f'<details class="wb-{kind}"><summary>{summary}</summary>{content}</details>'
