"""The picture of where links lead (M19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, known_fact, left_out, make_chart
from workbench.charts.style import ACCENT, INK, drawing, frame, name_bars
from workbench.wording import is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_DOMAINS = 14
LONGEST = 34  # letters of a domain at the axis


def plot_domains(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw the domains or platforms that most posts link to, as shares of the posts that link out.

    Hidden rows are not drawn, but counted below the title. Domains that shorten links are marked.

    Parameters
    ----------
    finding
        Of `measure_domains` or `measure_link_platforms`.
    """
    check_key(finding, "domains", "link_platforms", asked_by="plot_domains")
    wording = open_wording(language)
    column = "domain" if "domain" in finding.data else "platform"
    rows = finding.data.dropna(subset=[column, "posts", "share"])
    shown = rows.head(MOST_DOMAINS).iloc[::-1]
    if shown.empty:
        return empty_chart(finding, wording.say(f"chart.{finding.key}.none"), language=language, ax=ax)
    shares = 100 * shown["share"].to_numpy(float)
    is_short = shown["is_short"].fillna(False).astype(bool) if "is_short" in shown else [False] * len(shown)
    figure, axes = frame(ax, height=0.3 + 0.25 * max(len(shown), 2))
    with drawing():
        axes.barh(range(len(shown)), shares, color=ACCENT, height=0.66)
        name_bars(axes, [_short(name) for name in shown[column]])
        # room for the words beside the longest bar
        axes.set_xlim(0, (2.6 if any(is_short) else 1.75) * max(shares) or 1)
        for i, (share, arenas, short) in enumerate(zip(shown["share"], shown["arenas"], is_short, strict=True)):
            label = wording.share(float(share)) if is_missing(arenas) else wording.say(
                f"chart.domains.bar{'_short' if short else ''}", share=float(share), count=int(arenas))
            axes.annotate(label, (shares[i], i), xytext=(5, 0), textcoords="offset points", va="center", color=INK)
    parts = [f"{name}: {wording.share(float(share))}"
             for name, share in shown[[column, "share"]].iloc[::-1].itertuples(index=False)]
    alt = wording.say(f"chart.{finding.key}.alt", drawn=len(shown), parts="; ".join(parts))
    return make_chart(finding, figure, language=language, alt=alt,
                      notes=left_out(wording, smaller=len(rows) - len(shown),
                                     hidden=int(known_fact(finding, "found", len(finding.data))) - len(rows)))


def _short(domain: str) -> str:
    return domain if len(domain) <= LONGEST else f"{domain[:LONGEST - 1]}…"
