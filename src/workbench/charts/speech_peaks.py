"""The picture of what a model marks week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, known_fact, left_out, make_chart
from workbench.charts.events import place_events, say_events
from workbench.charts.peaks import draw_weeks
from workbench.charts.spans import hidden_spans
from workbench.charts.style import frame
from workbench.wording import is_missing, open_wording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_speech_peaks(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None,
                      events: pd.DataFrame | None = None) -> Chart:
    """Draw week by week how many posts the model marks: with the code of the clearest peak, else as attacks.

    Parameters
    ----------
    finding
        Of `measure_speech_peaks`.
    events
        Columns `date` and `label`, as `Study.events` reads them: those in the weeks shown are marked.
    """
    check_key(finding, "speech_peaks", asked_by="plot_speech_peaks")
    wording = open_wording(language)
    data = finding.data.dropna(subset=["week", "code"])
    data = data.assign(is_peak=data["is_peak"].astype("boolean").fillna(False).astype(bool))
    hidden = left_out(wording, hidden=len(finding.data) - len(data))
    peaks = data[data["is_peak"]]
    # the one of the sentence, where that names one
    named = peaks[peaks["code"].eq(known_fact(finding, "code", "")) & peaks["week"].eq(known_fact(finding, "week", ""))]
    strongest = named if len(named) else peaks.sort_values(["p", "code", "week"]).head(1)
    code = strongest["code"].iloc[0] if len(strongest) else next(iter(data["code"]), "")
    series = data[data["code"].eq(code)].reset_index(drop=True)
    counts = series["posts"].to_numpy(float, na_value=float("nan"))
    if np.isnan(counts).all():
        return empty_chart(finding, wording.say("chart.speech_peaks.none"), language=language, ax=ax)
    names = [name for name in series["name"] if not is_missing(name)]
    name = wording.named(names[0]) if names else wording.say_value(str(code))
    markers = place_events(events, list(series["week"]), wording)
    figure, axes = frame(ax, height=1.9)
    draw_weeks(axes, series, markers, wording)
    said = {"name": name, "low": float(np.nanmin(counts)), "high": float(np.nanmax(counts)),
            **{column: strongest[column].iloc[0] for column in ("week", "posts", "expected") if len(strongest)}}
    alt = "chart.speech_peaks.alt" if wording.can_say("chart.speech_peaks.alt", said) else (
        "chart.speech_peaks.alt_hidden" if len(strongest) else "chart.speech_peaks.alt_none")
    return make_chart(finding, figure, language=language, facts={"marked_as": name},
                      alt=wording.say(alt, said) + say_events(markers, wording),
                      notes=[*hidden_spans("week", int(np.isnan(counts).sum()), wording), *hidden])
