"""How charts, PDF, HTML and maps look: colours and type, from one file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

# contrast that text must have (WCAG 2, AA)
READABLE = 4.5


@dataclass(frozen=True)
class Look:
    """Colours and type.

    Attributes
    ----------
    ink, muted, accent, alarm
        Colours that text may have, on white and on `tint`.
    quiet
        Of bars and signs beside those a chart is about.
    grid, line, tint, page, draft, pale, deep
        Lines in charts and in tables, boxes, the paper, the word across a draft, both ends of a heat map.
    dark
        Colours of a page on a dark screen, by name.
    levels
        Of alerts: green, yellow and red, by name.
    palette, markers, symbols
        Of groups: colours, matplotlib's and plotly's signs that go with them.
    families
        Font families by ``chart``, ``pdf`` and ``html``, the first that has a letter writes it.
    points
        Sizes by name in charts and PDF.
    sheet
        Those that are smaller on a sheet of one or two pages.
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
    page: str
    draft: str
    pale: str
    deep: str
    palette: tuple[str, ...]
    markers: tuple[str, ...]
    symbols: tuple[str, ...]
    dark: Mapping[str, str] = field(repr=False)
    levels: Mapping[str, str] = field(repr=False)
    families: Mapping[str, tuple[str, ...]] = field(repr=False)
    points: Mapping[str, float] = field(repr=False)
    sheet: Mapping[str, float] = field(repr=False)
    rems: Mapping[str, float] = field(repr=False)

    def for_pdf(self) -> dict[str, Any]:
        """Return what the Typst template reads."""
        colours = ("ink", "muted", "accent", "alarm", "line", "tint", "draft")
        return {**{c: getattr(self, c) for c in colours}, "levels": dict(self.levels), "families": self.families["pdf"],
                "points": dict(self.points), "sheet": dict(self.sheet)}

    def for_html(self) -> str:
        """Return the custom properties that the style sheet of a page uses, on a light screen and on a dark one."""
        colours = {c: getattr(self, c) for c in self.dark}
        sizes = {f"size-{name}": f"{size}rem" for name, size in self.rems.items()}
        family = ", ".join(f'"{name}"' if " " in name else name for name in self.families["html"])
        levels = {f"level-{name}": colour for name, colour in self.levels.items()}
        parts = {**colours, **levels, **sizes, "family": family}
        light, dark = (" ".join(f"--{name}: {value};" for name, value in found.items()) for found in (parts, self.dark))
        return (f":root {{ color-scheme: light dark; --sheet: {self.page}; {light} }}\n"
                f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n")

    def with_accent(self, colour: str | None) -> Look:
        """Return the look with another main colour, lightened for dark screens until it can be read there."""
        if colour is None or colour.casefold() == self.accent.casefold():
            return self
        steps = (mix_white(colour, part / 20) for part in range(21))
        light = next(c for c in steps if contrast(c, self.dark["tint"]) >= READABLE)
        return replace(self, accent=colour, dark=MappingProxyType({**self.dark, "accent": light}))


def contrast(one: str, two: str) -> float:
    """Return how much lighter one colour is than the other, 1 to 21, as WCAG 2 counts it."""
    dark, light = sorted((_luminance(one), _luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def mix_white(colour: str, part: float) -> str:
    """Return a colour with a part of white in it, from 0 to 1."""
    return "#" + "".join(f"{round(v + (255 - v) * part):02x}" for v in bytes.fromhex(colour[1:]))


def _luminance(colour: str) -> float:
    parts = (v / 255 for v in bytes.fromhex(colour[1:]))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=1)
def read_look() -> Look:
    """Read the look from the package; every colour and size that is used must be there."""
    parts = tomllib.loads((files("workbench") / "look.toml").read_text(encoding="utf-8"))
    groups = parts["groups"]
    return Look(
        **parts["colours"], palette=tuple(groups["colours"]), markers=tuple(groups["markers"]),
        symbols=tuple(groups["symbols"]), dark=MappingProxyType(parts["dark"]),
        levels=MappingProxyType(parts["levels"]),
        families=MappingProxyType({name: tuple(found) for name, found in parts["families"].items()}),
        points=MappingProxyType(parts["points"]), sheet=MappingProxyType(parts["sheet"]),
        rems=MappingProxyType(parts["rems"]))
