"""How every chart looks: one font, one palette, few lines."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.look import read_look
from workbench.wording import Wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOK = read_look()
INK, MUTED, GRID, QUIET, ACCENT, ALARM = LOOK.ink, LOOK.muted, LOOK.grid, LOOK.quiet, LOOK.accent, LOOK.alarm
PALETTE, MARKERS = LOOK.palette, LOOK.markers
TEXT, LABEL = LOOK.points["body"], LOOK.points["label"]

_FACES = ("SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf", "SourceSansPro-Bold.ttf", "SourceSansPro-It.ttf")


@lru_cache(maxsize=1)
def _font_families() -> list[str]:
    from matplotlib import font_manager

    faces = [files("font_source_sans_pro") / "files" / face for face in _FACES]
    # words of the corpus may hold emoji and other scripts
    faces += [files("manimgx_fonts") / face for face in ("NotoSans[wght].ttf", "NotoSansArabic[wght].ttf",
                                                         "NotoEmoji[wght].ttf")]
    for face in faces:
        font_manager.fontManager.addfont(str(face))
    # fonts without a semibold are drawn in the weight they have, and say nothing of it on a notebook's error stream
    known = font_manager.fontManager.ttflist
    known += [replace(font, weight=600) for font in known
              if font.fname in map(str, faces[len(_FACES):]) or Path(font.fname).name == "DejaVuSans-Bold.ttf"]
    return list(LOOK.families["chart"])


def new_figure(*, width: float = 170 / 25.4, height: float = 3.3) -> tuple[Figure, Axes]:
    """Return a figure and its axes in the house style.

    Parameters
    ----------
    width, height
        Inches; the default is the text width of a report page, 170 mm.

    Returns
    -------
    figure, axes
        A figure that pyplot does not know, so nothing is shown and nothing leaks.
    """
    from matplotlib.figure import Figure

    with drawing():
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.add_subplot()
    return figure, axes


def style() -> dict[str, Any]:
    """Return the matplotlib settings of the house, for `matplotlib.rc_context`."""
    return {
        "font.family": _font_families(),
        "font.size": TEXT,
        "text.color": INK,
        "text.parse_math": False,
        "axes.labelcolor": INK,
        "axes.edgecolor": MUTED,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "grid.color": GRID,
        "grid.linewidth": 0.8,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "legend.frameon": False,
        "figure.facecolor": "white",
        "svg.fonttype": "path",
    }


def drawing() -> AbstractContextManager[object]:
    """Return a context in which matplotlib draws in the house style."""
    import matplotlib as mpl

    return mpl.rc_context(style())  # type: ignore[arg-type]


def frame(ax: Axes | None, *, height: float) -> tuple[Figure, Axes]:
    """Return the figure and axes to draw on, new ones where none are given."""
    if ax is None:
        return new_figure(height=height)
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure, ax


def name_bars(axes: Axes, names: Sequence[str]) -> None:
    """Name lying bars that carry their numbers beside them; no scale, and one bar alone is no broader than others."""
    axes.set_yticks(range(len(names)), list(names))
    spare = max(2 - len(names), 0) / 2
    axes.set_ylim(-0.5 - spare, len(names) - 0.5 + spare)
    axes.grid(visible=False)
    axes.xaxis.set_visible(False)
    axes.spines[["bottom"]].set_visible(False)


def number_axis(axes: Axes, wording: Wording) -> None:
    """Write the numbers at the y axis the way the language writes them."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: wording.number(value)))
