"""Pictures of what the audit found: whom attacks hit, attacks per mention, types of harm, themes (M8, M23)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, known_fact, left_out, make_chart
from workbench.charts.style import ACCENT, INK, MUTED, drawing, frame, name_bars
from workbench.wording import Wording, is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST = 38  # letters of a name at the axis
ROOM = 2.1  # of the longest interval, so that the words beside it fit
BY_MODEL = "by_model"


def plot_targets(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw which part of the hate or the attacks hits each group, or has each ground, with its interval.

    Parts of what hits groups are drawn only where attacks per mention can be drawn too: both or neither.

    Parameters
    ----------
    finding
        Of `measure_targets` or `measure_grounds`.
    """
    check_key(finding, "targets", "grounds", asked_by="plot_targets")
    if finding.key == "targets" and not _stand_together(finding):
        return _neither(finding, language, ax)
    return _plot_shares(finding, language, ax)


def plot_harms(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw the share of all posts that shows each type of harm, or is about each theme, with its interval.

    Parameters
    ----------
    finding
        Of `measure_harms` or `measure_themes`.
    """
    check_key(finding, "harms", "themes", asked_by="plot_harms")
    return _plot_shares(finding, language, ax)


def plot_mentions(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw attacks on each group per 1,000 posts that mention it; hatched where the model alone counted.

    Parameters
    ----------
    finding
        Of `measure_targets`. Groups stand in the order of `plot_targets`, and are drawn only where that can be drawn
        too: both or neither.
    """
    check_key(finding, "targets", asked_by="plot_mentions")
    if not _stand_together(finding):
        return _neither(finding, language, ax, key="mentions")
    wording = open_wording(language)
    named = _named(finding)
    has_none = named["mention_found"].eq(0).fillna(False).astype(bool)
    has_rate = named["per_thousand"].notna() | (named["per_high"].notna() & ~has_none)
    is_unfound = ~has_rate & has_none & named["per_high"].notna()
    rows = named[has_rate].iloc[::-1]
    is_model = [bool(m) for m in rows["counted"].eq(BY_MODEL).fillna(False)]
    value, low, high = (_numbers(rows, c) for c in ("per_thousand", "per_low", "per_high"))
    labels = [_say_rate(wording, *told) for told in zip(value, low, high, is_model, strict=True)]
    names = [_short(wording.named(name)) for name in rows["name"]]
    figure = _draw(ax, names, value, low, high, labels, is_hatched=is_model)
    return make_chart(finding, figure, language=language, key="mentions", alt=_alt("mentions", names, labels, wording),
                      notes=[*([wording.say("chart.mentions.by_model")] if any(is_model) else []),
                             *_unfound(named[is_unfound], wording, "per_high"),
                             *_no_rate(named[~has_rate & ~is_unfound], wording),
                             *left_out(wording, hidden=len(finding.data) - len(named))])


def _plot_shares(finding: AnyFinding, language: str, ax: Axes | None) -> Chart:
    wording = open_wording(language)
    named = _named(finding)
    is_unfound = named["found"].eq(0).fillna(False).astype(bool) & named["high"].notna()
    unfound = _unfound(named[is_unfound], wording, "high")
    rows = named[~is_unfound].iloc[::-1]
    value, low, high = (_numbers(rows, c) for c in ("share", "low", "high"))
    if rows.empty and unfound:
        return empty_chart(finding, unfound[0], language=language, ax=ax)
    if np.isnan(high).all():
        return empty_chart(finding, wording.say(f"chart.{finding.key}.none"), language=language, ax=ax)
    labels = [_say_share(wording, *told) for told in zip(value, low, high, strict=True)]
    names = [_short(wording.named(name)) for name in rows["name"]]
    figure = _draw(ax, names, value, low, high, labels)
    of = known_fact(finding, "of", "")
    whole = {"whole": wording.say(f"chart.targets.of_{of}")} if of else {}
    return make_chart(finding, figure, language=language, facts=whole, alt=_alt(finding.key, names, labels, wording),
                      notes=[*unfound, *left_out(wording, hidden=len(finding.data) - len(named))])


def _named(finding: AnyFinding) -> pd.DataFrame:
    return finding.data[~finding.data["name"].map(is_missing).astype(bool)]


def _unfound(rows: pd.DataFrame, wording: Wording, high: str) -> list[str]:
    """Say in one sentence what was not found: bars that are all alike would tell no more."""
    if rows.empty:
        return []
    end = float(rows[high].max())
    return [wording.say("chart.coded.unfound", names=wording.words([wording.named(n) for n in rows["name"]]),
                        high=wording.share(end) if high == "high" else wording.number(end, 1))]


def _no_rate(rows: pd.DataFrame, wording: Wording) -> list[str]:
    names = [wording.named(name) for name in rows["name"]]
    return [wording.say("chart.mentions.no_rate", names=wording.words(names))] if names else []


def _alt(key: str, names: Sequence[str], labels: Sequence[str], wording: Wording) -> str:
    parts = [f"{name}: {said}" for name, said in zip(names[::-1], labels[::-1], strict=True)]
    return wording.say(f"chart.{key}.alt", parts="; ".join(parts))


def _draw(ax: Axes | None, names: Sequence[str], value: np.ndarray, low: np.ndarray, high: np.ndarray,
          labels: Sequence[str], *, is_hatched: Sequence[bool] = ()) -> Figure:
    """Draw lying bars with their intervals and the words beside them; of what is only known to be below, no bar."""
    figure, axes = frame(ax, height=0.25 + 0.29 * max(len(names), 2))
    hatched = list(is_hatched) or [False] * len(names)
    end = np.fmax(np.nan_to_num(high), np.nan_to_num(value))
    with drawing():
        for i, said in enumerate(labels):
            if not np.isnan(value[i]):
                axes.barh(i, value[i], height=0.62, facecolor="white" if hatched[i] else ACCENT, edgecolor=ACCENT,
                          hatch="/////" if hatched[i] else "", linewidth=0.8)
            is_known = not np.isnan(high[i])
            if is_known:
                axes.plot([0 if np.isnan(low[i]) else low[i], high[i]], [i, i], color=INK, linewidth=1.2, marker="|",
                          markersize=6)
            axes.annotate(said, (end[i], i), xytext=(6, 0), textcoords="offset points", va="center",
                          color=INK if is_known or not np.isnan(value[i]) else MUTED)
        name_bars(axes, names)
        axes.set_xlim(0, ROOM * float(end.max()) or 1)
    return figure


def _stand_together(finding: AnyFinding) -> bool:
    """Tell whether there is a part and a rate to draw: who is hit most may only be talked about most."""
    data = finding.data.dropna(subset=["name"])
    return bool(data["share"].notna().any() and data["per_thousand"].notna().any())


def _neither(finding: AnyFinding, language: str, ax: Axes | None, key: str | None = None) -> Chart:
    return empty_chart(finding, open_wording(language).say("chart.targets.both_or_neither"), language=language, ax=ax,
                       key=key)


def _numbers(rows: pd.DataFrame, column: str) -> np.ndarray:
    return np.asarray(rows[column].to_numpy(float, na_value=np.nan))


def _say_share(wording: Wording, value: float, low: float, high: float) -> str:
    if np.isnan(high):
        return wording.say("unit.suppressed")
    if np.isnan(value) or np.isnan(low):
        return wording.say("chart.coded.under", high=wording.share(high))
    return wording.say("chart.coded.value", **{name: wording.share(n) for name, n in (
        ("value", value), ("low", low), ("high", high))})


def _say_rate(wording: Wording, value: float, low: float, high: float, is_model: bool) -> str:
    if np.isnan(high):
        unknown = np.isnan(value) or not is_model
        return wording.say("chart.mentions.not_given") if unknown else wording.say(
            "chart.mentions.model", value=wording.number(value, 1))
    if np.isnan(value) or np.isnan(low):
        return wording.say("chart.coded.under", high=wording.number(high, 1))
    return wording.say("chart.coded.value", value=wording.number(value, 1), low=wording.number(low, 1),
                       high=wording.number(high, 1))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[:LONGEST - 1]}…"
