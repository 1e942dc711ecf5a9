"""The picture of from which platform to which the links lead (M19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, known_fact, left_out, make_chart
from workbench.charts.style import INK, LABEL, MUTED, PALETTE, drawing, frame
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

MOST_DESTINATIONS = 9  # the smaller platforms are drawn together
LAST = ("rest", "other_sites", "short_links")  # what is no one platform stands below
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "||||", "++++")
# everything in inches of a report page
BODY, SLOT, GAP, BAR, TOP = 2.3, 0.23, 0.09, 0.13, 0.02
LEFT, RIGHT, WIDTH, LONGEST = 1.4, 4.3, 6.9, 16  # of the bars; of the page; letters of a name


def plot_link_flows(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw the links as streams from the platforms of the posts to where they lead (a Sankey chart).

    A stream is as broad as the posts it stands for. The nine largest platforms are destinations of
    their own, the smaller ones one together; each platform of posts has a colour and a pattern.
    Hidden flows are not drawn, but counted below the title; where they lead, the share is said to be
    at least what is drawn.

    Parameters
    ----------
    finding
        Of `measure_link_flows`.
    """
    check_key(finding, "link_flows", asked_by="plot_link_flows")
    wording = open_wording(language)
    if finding.reason:
        # one way alone is no picture
        return empty_chart(finding, wording.say("chart.link_flows.none"), language=language, ax=ax)
    rows = finding.data[finding.data["row"].ne("destination").fillna(True)]
    known = rows.dropna(subset=["row", "platform", "destination", "posts", "share"])
    hidden = int(known_fact(finding, "found", len(rows))) - len(known)
    known = known[known["posts"] > 0]
    if known.empty:
        return empty_chart(finding, wording.say("chart.link_flows.none"), language=language, ax=ax)
    ends = finding.data[finding.data["row"] == "destination"].dropna(subset=["destination", "posts"])
    flows, names, partial = _fold(known, set(ends["destination"]), wording)
    left, right = (_order(flows, side) for side in ("platform", "destination"))
    scale = BODY / float(flows["share"].sum())
    spots = {side: _stack(sizes * scale) for side, sizes in (("platform", left), ("destination", right))}
    height = max(float(s["below"].iloc[-1]) for s in spots.values()) + 2 * TOP
    for side in spots.values():
        side["top"] += (height - float(side["below"].iloc[-1])) / 2
    figure, axes = frame(ax, height=height + 0.1)
    with drawing():
        axes.set(xlim=(0, WIDTH), ylim=(height, 0), xticks=[], yticks=[])
        axes.set_axis_off()
        _draw_streams(axes, flows, spots, scale, wording)
        _draw_ends(axes, spots["platform"], LEFT - BAR, LEFT - BAR - 0.08, [_short(p) for p in left.index], "right")
        _draw_ends(axes, spots["destination"], RIGHT, RIGHT + BAR + 0.08,
                   [wording.say(f"chart.link_flows.node{'_at_least' * (d in partial)}", name=names[str(d)],
                                share=float(share)) for d, share in right.items()], "left")
    parts = "; ".join(wording.say("chart.link_flows.from_to", platform=_short(p), destination=names[d], share=float(s))
                      for p, d, s in flows.nlargest(5, "share")[["platform", "destination", "share"]].to_numpy())
    alt = wording.say("chart.link_flows.alt", sources=wording.words([_short(p) for p in left.index]), drawn=len(right),
                      parts=parts)
    return make_chart(finding, figure, language=language, alt=alt, notes=left_out(wording, hidden=hidden))


def _fold(known: pd.DataFrame, whole: set[str], wording: Wording) -> tuple[pd.DataFrame, dict[str, str], set[str]]:
    """Return the flows to draw, those to smaller platforms as one, and each destination's name.

    And which destinations are not `whole`: some of what leads there is not drawn.
    """
    known = known[["platform", "destination", "share"]].astype({"share": float})
    platforms = known[~known["destination"].isin(LAST)].groupby("destination")["share"].sum()
    ranked = platforms.reset_index().sort_values(["share", "destination"], ascending=[False, True])["destination"]
    rest = list(ranked[MOST_DESTINATIONS:])
    partial = set(known["destination"]) - whole
    partial |= {"rest"} if partial & set(rest) else set()
    known = known.assign(destination=known["destination"].mask(known["destination"].isin(rest), "rest"))
    flows = known.groupby(["platform", "destination"])["share"].sum().reset_index()
    names = {d: _short(d) for d in flows["destination"]}
    names |= {code: wording.say(f"value.{code}") for code in LAST[1:]}
    return flows, names | {"rest": wording.say("chart.link_flows.rest", count=len(rest))}, partial


def _order(flows: pd.DataFrame, side: str) -> pd.Series:
    """Return the share of each platform of one side, largest first, what is no one platform last."""
    sizes = flows.groupby(side)["share"].sum().reset_index()
    sizes["last"] = [LAST.index(name) + 1 if side == "destination" and name in LAST else 0 for name in sizes[side]]
    sizes = sizes.sort_values(["last", "share", side], ascending=[True, False, True])
    return sizes.set_index(side)["share"]


def _stack(heights: pd.Series) -> pd.DataFrame:
    """Return the top of each bar, in a slot that is never too low for its label."""
    slots = np.maximum(heights, SLOT)
    below = slots.cumsum() + GAP * np.arange(len(slots))
    return pd.DataFrame({"height": heights, "top": below - slots + (slots - heights) / 2, "below": below})


def _draw_streams(axes: Axes, flows: pd.DataFrame, spots: dict[str, pd.DataFrame], scale: float,
                  wording: Wording) -> None:
    """Draw each flow from its place at the left to its place at the right, in the order of both sides."""
    from matplotlib.patches import PathPatch

    place = {side: {name: i for i, name in enumerate(table.index)} for side, table in spots.items()}
    flows = flows.assign(i=flows["platform"].map(place["platform"]), j=flows["destination"].map(place["destination"]),
                         height=flows["share"] * scale)
    for side, by in (("platform", ["i", "j"]), ("destination", ["j", "i"])):
        flows = flows.sort_values(by)
        used = flows.groupby(side)["height"].cumsum() - flows["height"]
        flows[f"{side}_top"] = flows[side].map(spots[side]["top"]) + used
    # the thin ones lie on the broad ones
    flows = flows.sort_values("height", ascending=False, kind="stable")
    columns = ["i", "platform_top", "destination_top", "height", "share"]
    for i, start, end, high, share in flows[columns].itertuples(index=False):
        colour = PALETTE[i % len(PALETTE)]
        # where the colours begin anew, they meet other patterns
        hatch = HATCHES[(i + i // len(PALETTE)) % len(HATCHES)]
        axes.add_patch(PathPatch(_ribbon(start, end, high), facecolor=_pale(colour), edgecolor=colour, linewidth=0.7,
                                 hatch=hatch, gid="stream"))
        if high >= SLOT and len(spots["platform"]) > 1:
            axes.annotate(wording.share(float(share)), (RIGHT - 0.1, end + high / 2), ha="right", va="center",
                          color=INK, fontsize=LABEL, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2})


def _ribbon(start: float, end: float, high: float) -> Path:
    """Return the outline of a stream, its ends level with the bars."""
    from matplotlib.path import Path

    middle = (LEFT + RIGHT) / 2
    there = [(LEFT, start), (middle, start), (middle, end), (RIGHT, end)]
    back = [(RIGHT, end + high), (middle, end + high), (middle, start + high), (LEFT, start + high)]
    curve = [Path.CURVE4] * 3
    return Path([*there, *back, there[0]], [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])


def _draw_ends(axes: Axes, spots: pd.DataFrame, x: float, label_x: float, labels: list[str], side: Any) -> None:
    """Draw the bars of one side with their names beside them."""
    from matplotlib.patches import Rectangle

    for i, (top, high, label) in enumerate(zip(spots["top"], spots["height"], labels, strict=True)):
        colour = PALETTE[i % len(PALETTE)] if side == "right" else MUTED
        axes.add_patch(Rectangle((x, top), BAR, high, facecolor=colour, edgecolor="none"))
        axes.annotate(label, (label_x, top + high / 2), ha=side, va="center", color=INK)


def _pale(colour: str) -> tuple[float, ...]:
    from matplotlib.colors import to_rgb

    return tuple(1 - 0.42 * (1 - c) for c in to_rgb(colour))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[:LONGEST - 1]}…"
