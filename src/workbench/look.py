"""How charts, PDF, HTML and maps look: colours and type, from one file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Look:
    """Colours and type.

    Attributes
    ----------
    ink, muted, accent, alarm
        Colours that text may have, on white and on `tint`.
    quiet
        Of bars and signs beside those a chart is about.
    grid, line, tint, draft, pale, deep
        Lines in charts and in tables, boxes, the word across a draft, both ends of a heat map.
    palette, markers, symbols
        Of groups: colours, matplotlib's and plotly's signs that go with them.
    families
        Font families by ``chart``, ``pdf`` and ``html``, the first that has a letter writes it.
    points
        Sizes by name in charts and PDF.
    rems
        Sizes by name in HTML.
    """

    ink: str
    muted: str
    accent: str
    alarm: str
    quiet: str
    grid: str
    line: str
    tint: str
    draft: str
    pale: str
    deep: str
    palette: tuple[str, ...]
    markers: tuple[str, ...]
    symbols: tuple[str, ...]
    families: Mapping[str, tuple[str, ...]] = field(repr=False)
    points: Mapping[str, float] = field(repr=False)
    rems: Mapping[str, float] = field(repr=False)

    def for_pdf(self) -> dict[str, Any]:
        """Return what the Typst template reads."""
        colours = ("ink", "muted", "accent", "alarm", "line", "tint", "draft")
        return {**{c: getattr(self, c) for c in colours}, "families": self.families["pdf"],
                "points": dict(self.points)}

    def for_html(self) -> str:
        """Return the custom properties that the style sheet of a page uses."""
        colours = {c: getattr(self, c) for c in ("ink", "muted", "accent", "alarm", "line", "tint")}
        sizes = {f"size-{name}": f"{size}rem" for name, size in self.rems.items()}
        family = ", ".join(f'"{name}"' if " " in name else name for name in self.families["html"])
        parts = {**colours, **sizes, "family": family}
        return ":root { " + " ".join(f"--{name}: {value};" for name, value in parts.items()) + " }\n"


@lru_cache(maxsize=1)
def read_look() -> Look:
    """Read the look from the package; every colour and size that is used must be there."""
    parts = tomllib.loads((files("workbench") / "look.toml").read_text(encoding="utf-8"))
    groups = parts["groups"]
    return Look(
        **parts["colours"], palette=tuple(groups["colours"]), markers=tuple(groups["markers"]),
        symbols=tuple(groups["symbols"]),
        families=MappingProxyType({name: tuple(found) for name, found in parts["families"].items()}),
        points=MappingProxyType(parts["points"]), rems=MappingProxyType(parts["rems"]))
