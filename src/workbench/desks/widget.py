"""A desk in JupyterLab: a widget that carries messages and keeps nothing of them in the notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any, Protocol

from workbench.look import read_look

Message = dict[str, Any]


class Desk(Protocol):
    """What is told what a person does, and tells what is to be shown."""

    tell: Callable[[Message], None]  # to the screen, by itself

    def take(self, message: Mapping[str, Any]) -> list[Message]:
        """Take one message of the screen and return what it is to show."""


def open_widget(desk: Desk, package: str, script: str) -> Any:
    """Put a desk on the screen.

    Posts and answers go as messages, never as the widget's state: what is saved in a notebook is its state.

    Parameters
    ----------
    package, script
        Where the desk's own script lies.
    """
    import anywidget

    class DeskWidget(anywidget.AnyWidget):
        """A desk on the screen."""

        def __init__(self) -> None:
            self._esm = draw_script(package, script)
            self._css = draw_style()
            super().__init__()  # makes both part of the state
            self.desk = desk
            desk.tell = self.send
            self.on_msg(self._hear)

        def _hear(self, widget: Any, message: Any, buffers: Any) -> None:
            if isinstance(message, dict):
                for answer in desk.take(message):
                    self.send(answer)

    return DeskWidget()


def draw_script(package: str, script: str) -> str:
    """Return one script: what all desks are made of, and what is this one's own."""
    parts = (files("workbench.desks") / "parts.js", files(package) / script)
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


def draw_style() -> str:
    """Return the style sheet: the colours of the look, for JupyterLab's light and dark themes, and what uses them."""
    look = read_look()
    light, dark = (" ".join(f"--wb-{name}: {value};" for name, value in colours.items())
                   for colours in ({name: getattr(look, name) for name in look.dark}, look.dark))
    family = ", ".join(f'"{name}"' if " " in name else name for name in look.families["html"])
    return (f".wb-desk {{ color-scheme: light; --wb-family: {family}; {light} }}\n"
            f'[data-jp-theme-light="false"] .wb-desk {{ color-scheme: dark; {dark} }}\n'
            + (files("workbench.desks") / "desk.css").read_text(encoding="utf-8"))
