"""The desk in JupyterLab: a widget that carries messages and keeps nothing of them in the notebook."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import anywidget

from workbench.look import read_look
from workbench.speech.desk import Desk


class DeskWidget(anywidget.AnyWidget):
    """A desk on the screen.

    Posts and answers go as messages, never as the widget's state: what is saved in a notebook is its state.
    """

    def __init__(self, desk: Desk) -> None:
        self._esm = (files("workbench.speech") / "desk.js").read_text(encoding="utf-8")
        self._css = draw_style()
        super().__init__()  # makes both part of the state
        self.desk = desk
        desk.tell = self.send
        self.on_msg(self._hear)

    def _hear(self, widget: Any, message: Any, buffers: Any) -> None:
        if isinstance(message, dict):
            for answer in self.desk.take(message):
                self.send(answer)


def draw_style() -> str:
    """Return the style sheet: the colours of the look, for JupyterLab's light and dark themes, and what uses them."""
    look = read_look()
    light, dark = (" ".join(f"--wb-{name}: {value};" for name, value in colours.items())
                   for colours in ({name: getattr(look, name) for name in look.dark}, look.dark))
    family = ", ".join(f'"{name}"' if " " in name else name for name in look.families["html"])
    return (f".wb-desk {{ color-scheme: light; --wb-family: {family}; {light} }}\n"
            f'[data-jp-theme-light="false"] .wb-desk {{ color-scheme: dark; {dark} }}\n'
            + (files("workbench.speech") / "desk.css").read_text(encoding="utf-8"))
