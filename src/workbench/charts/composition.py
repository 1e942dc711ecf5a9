"""The picture of what the collection is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, make_chart
from workbench.charts.style import INK, PALETTE, drawing, frame, name_bars
from workbench.wording import is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

# from the top: share of what
WAYS = {"posts": "share", "arenas": "arenas_share", "channels": "channels_share", "groups": "groups_share"}
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "++++", "oooo")
ROOMY = 0.09  # of a bar: a smaller part holds no number


def plot_composition(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw the parts of the collection as shares of posts, of arenas, of channels and of groups.

    Each bar is a whole; what is hidden of it is left blank. Parts differ by pattern as well as by colour. Where the
    parts are the kinds of arenas themselves, there are two bars only.

    Parameters
    ----------
    finding
        Of `measure_composition`.
    """
    check_key(finding, "composition", asked_by="plot_composition")
    wording = open_wording(language)
    data = finding.data.dropna(subset=["part"])
    by_kind = data["by"].eq("kind").any()
    ways = {way: column for way, column in WAYS.items()
            if data[column].fillna(0).gt(0).any() and not (by_kind and way in ("channels", "groups"))}
    if not ways or len(finding.data) < 2:
        return empty_chart(finding, wording.say("chart.composition.none"), language=language, ax=ax)
    names = [wording.say_value(part) for part in data["part"]]
    figure, axes = frame(ax, height=0.55 + 0.4 * max(len(ways), 2) + 0.28 * -(-len(names) // 3))
    with drawing():
        for place, column in enumerate(reversed(list(ways.values()))):
            shares = data[column].to_numpy(float, na_value=np.nan)
            starts = np.concatenate([[0], np.nancumsum(shares)[:-1]])
            for at, (share, start) in enumerate(zip(shares, starts, strict=True)):
                if np.isnan(share) or share == 0:
                    continue
                axes.barh(place, share, left=start, height=0.66, facecolor=PALETTE[at], edgecolor="white",
                          hatch=HATCHES[at], linewidth=0.8)
                if share >= ROOMY:
                    axes.annotate(wording.share(float(share)), (start + share / 2, place), ha="center", va="center",
                                  color=INK, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})
        name_bars(axes, [wording.say(f"chart.composition.{way}") for way in reversed(ways)])
        axes.set_xlim(0, 1)
        axes.legend(_signs(len(names)), names, loc="upper left", bbox_to_anchor=(0, 0), ncols=3, borderpad=0,
                    handlelength=1.6)
    parts = [wording.say("chart.composition.part", way=wording.say(f"chart.composition.{way}"), parts=wording.words([
        wording.say("chart.topics.part", name=name, share=float(share))
        for name, share in zip(names, data[column], strict=True) if not is_missing(share)]))
        for way, column in ways.items()]
    is_hidden = data[list(ways.values())].isna().any(axis=None) or len(data) < len(finding.data)
    return make_chart(finding, figure, language=language,
                      alt=wording.say("chart.composition.alt", parts=" ".join(parts)),
                      notes=[wording.say("chart.composition.hidden")] if is_hidden else [])


def _signs(count: int) -> list[Patch]:
    from matplotlib.patches import Patch

    return [Patch(facecolor=PALETTE[at], edgecolor="white", hatch=HATCHES[at]) for at in range(count)]
