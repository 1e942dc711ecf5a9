"""A desk in JupyterLab: a widget that carries messages and keeps nothing of them in the notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any, Protocol

from workbench.look import read_look

Message = dict[str, Any]


class Desk(Protocol):
    """What is told what a person does, and tells what is to be shown; in words where no widget is drawn."""

    tell: Callable[[Message], None]  # to the screen, by itself

    def take(self, message: Mapping[str, Any]) -> list[Message]:
        """Take one message of the screen and return what it is to show."""


def open_widget(desk: Desk, *, script: str, style: str) -> Any:
    """Put a desk on the screen.

    Posts and answers go as messages, never as the widget's state: what is saved in a notebook is its state.

    Parameters
    ----------
    script, style
        As `draw_script` and `draw_style` return them.
    """
    import anywidget

    class DeskWidget(anywidget.AnyWidget):
        """A desk on the screen."""

        def __init__(self) -> None:
            self._esm, self._css = script, style
            super().__init__()  # makes both part of the state
            self.desk = desk
            desk.tell = self.send
            self.on_msg(self._hear)

        def _hear(self, widget: Any, message: Any, buffers: Any) -> None:
            if isinstance(message, dict):
                for answer in desk.take(message):
                    self.send(answer)

        def __repr__(self) -> str:
            return repr(self.desk)

    return DeskWidget()


def draw_script(package: str, script: str, *, parts: Sequence[str] = ("make.js", "parts.js")) -> str:
    """Return one script: what all desks are made of, and what is this one's own.

    Parameters
    ----------
    package, script
        Where the own script lies.
    parts
        Scripts of this room that it stands on.
    """
    shared = [files("workbench.desks") / part for part in parts]
    return "\n".join(part.read_text(encoding="utf-8") for part in (*shared, files(package) / script))


def draw_style(package: str = "workbench.desks", sheet: str = "desk.css", *, within: str = "wb-desk") -> str:
    """Return the style sheet: the colours of the look, for JupyterLab's light and dark themes, and what uses them.

    Parameters
    ----------
    package, sheet
        Where the rules lie.
    within
        The class of what they are for.
    """
    look = read_look()
    light, dark = (" ".join(f"--wb-{name}: {value};" for name, value in colours.items())
                   for colours in ({name: getattr(look, name) for name in look.dark}, look.dark))
    family = ", ".join(f'"{name}"' if " " in name else name for name in look.families["html"])
    return (f".{within} {{ color-scheme: light; --wb-family: {family}; {light} }}\n"
            f'[data-jp-theme-light="false"] .{within} {{ color-scheme: dark; {dark} }}\n'
            + (files(package) / sheet).read_text(encoding="utf-8"))
