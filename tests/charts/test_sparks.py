"""The strip of small lines says what stands in the two findings, and nothing of what they hide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from tests.charts.small import made, small_finding
from workbench.charts import Chart, plot_sparks
from workbench.errors import TableError
from workbench.reports.pictures import read_picture, tidy_picture

WEEKS = [f"2025-W{w}" for w in range(27, 40)]
LONG = "skolegården · fredagscafé · klassefest"


def volume(counts: list[Any]) -> Any:
    rows = [{"week": "2025-W26", "posts": 9999, "in_quarter": False, "straddles": False}]
    rows += [{"week": w, "posts": n, "in_quarter": True, "straddles": False} for w, n in zip(WEEKS, counts, strict=True)]
    return made("volume", "finding.volume", pd.DataFrame(rows).convert_dtypes(), posts=sum(n or 0 for n in counts), arenas=9)


def weeks_of(topics: dict[str, list[Any]], trust: dict[str, str] | None = None) -> Any:
    rows = [{"topic_id": t, "label": label, "trust": (trust or {}).get(label, "trusted"), "week": w,
             "posts": 5, "of_posts": 50, "share": share, "of_topic": 99}
            for t, (label, shares) in enumerate(topics.items()) for w, share in zip([*WEEKS, None], [*shares, 0.9], strict=True)]
    return made("topic_weeks", "finding.topic_weeks", pd.DataFrame(rows).convert_dtypes())


RISING = [0.01 * (i + 1) for i in range(13)]
FLAT = [0.2, 0.3] * 6 + [0.25]


def draw(**more: Any) -> Chart:
    return plot_sparks(volume([100 + 10 * i for i in range(12)] + [90]), weeks_of({"trains": RISING, "snow": FLAT}), **more)


def by_sign(chart: Chart, sign: str) -> list[Any]:
    return [line for line in chart.figure.axes[0].lines if line.get_gid() == sign]


def texts_of(chart: Chart) -> list[str]:
    return [plain(t.get_text()) for t in chart.figure.axes[0].texts]


def plain(text: str) -> str:
    """Return a text whatever the language puts before its per cent."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace(" %", "%")


def test_each_line_is_as_high_as_its_weeks_on_a_scale_from_nought() -> None:
    chart = draw()
    wanted = [[100 + 10 * i for i in range(12)] + [90], RISING, FLAT]
    for place, (line, ring, numbers) in enumerate(zip(by_sign(chart, "spark"), by_sign(chart, "last"), wanted, strict=True)):
        heights = np.asarray(line.get_ydata()) + place
        assert heights / heights.max() == pytest.approx(np.array(numbers) / max(numbers))
        assert 0 < heights.max() < 1
        assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (12, line.get_ydata()[-1])
    assert chart.title == "In quarter 3 of 2025, 1,950 posts were written in 9 arenas"


def test_each_line_has_its_name_its_latest_number_and_where_it_lies() -> None:
    chart = draw()
    assert texts_of(chart) == ["Posts", "90  ▼ below the quarter’s level", "trains", "13.0%  ▲ above the quarter’s level",
                               "snow", "25.0%  ● at the quarter’s level", "week 27", "week 39"]
    assert plain(chart.alt) == ("3 small lines from week 27 to week 39, the latest number: Posts: 90, below the "
                         "quarter’s level; trains: 13.0%, above the quarter’s level; snow: 25.0%, at the quarter’s level.")
    assert "13,0 pct.  ▲ over kvartalets niveau" in texts_of(draw(language="da"))


def test_a_hidden_week_is_a_gap_and_never_nought_and_is_told_of() -> None:
    shares: list[Any] = [*RISING]
    shares[3] = shares[5] = shares[12] = None
    chart = plot_sparks(volume([50] * 13), weeks_of({"trains": shares}))
    line = by_sign(chart, "spark")[1].get_ydata()
    assert np.flatnonzero(np.isnan(line)).tolist() == [3, 5, 12]
    # the week between two hidden ones is a dot, and the ring is at the last that is shown
    [dots] = by_sign(chart, "alone")
    assert list(dots.get_xdata()) == [4]
    assert by_sign(chart, "last")[1].get_xdata()[0] == 11
    assert "hidden" in texts_of(chart)
    assert chart.subtitle.endswith("Gaps: 3 numbers are hidden, too few people or arenas")


def test_topics_that_are_unnamed_not_trusted_or_mostly_hidden_are_not_drawn() -> None:
    topics = {"shaky": RISING, "few": [0.1] * 6 + [None] * 7, "half": [0.1] * 7 + [None] * 6, "nameless": FLAT}
    weeks = weeks_of(topics, {"shaky": "not_trusted"})
    weeks.data.loc[weeks.data["label"] == "nameless", "label"] = pd.NA
    assert texts_of(plot_sparks(volume([50] * 13), weeks))[::2] == ["Posts", "half", "week 27"]
    many = weeks_of({f"word{i}": FLAT for i in range(9)})
    assert len(by_sign(plot_sparks(volume([50] * 13), many), "spark")) == 6
    assert len(by_sign(plot_sparks(volume([50] * 13), many, most_topics=20), "spark")) == 8


def test_what_is_drawn_stands_in_the_table() -> None:
    table = draw().table
    assert table.groupby("series", sort=False)["value"].apply(list).to_dict() == {
        "Posts": [100.0 + 10 * i for i in range(12)] + [90.0], "trains": RISING, "snow": FLAT}
    assert set(table.loc[table["unit"] == "posts", "series"]) == {"Posts"}


def test_without_any_week_the_picture_says_so() -> None:
    chart = plot_sparks(volume([None] * 13), weeks_of({"trains": [None] * 13}))
    assert chart.is_empty
    assert texts_of(chart) == [plain(chart.alt)]


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_words_lie_on_others_and_none_leave_the_page(language: str) -> None:
    chart = plot_sparks(volume([1_234_567] * 13), weeks_of({f"{i} {LONG}": FLAT for i in range(7)}), language=language, most_topics=7)
    canvas = FigureCanvasAgg(chart.figure)
    canvas.draw()
    boxes = [t.get_window_extent(canvas.get_renderer()) for t in chart.figure.axes[0].texts]
    page = chart.figure.bbox
    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]
    assert all(page.x0 <= b.x0 and b.x1 <= page.x1 and page.y0 <= b.y0 and b.y1 <= page.y1 for b in boxes)
    read_picture(tidy_picture(chart.svg()))


def test_a_strip_is_released_only_where_both_findings_are() -> None:
    from workbench.tables.finding import Finding

    first, second = volume([50] * 13), weeks_of({"trains": FLAT})
    raw = Finding(second.spec, "2025Q3", second.data.assign(stable_id="K-001"), facts={"topics": 1, "drawn": 1, "weeks": 13})
    assert plot_sparks(first, second).is_released
    assert not plot_sparks(first, raw).is_released
    with pytest.raises(TableError, match="takes the finding topic_weeks"):
        plot_sparks(first, replace(small_finding("topics")))


@pytest.mark.parametrize(("names", "said"), [
    (["2025-W27-W28", "2025-W29-W30", "2025-W38-W39"], ["weeks 27–28", "weeks 38–39"]), (["2025-07", "2025-08", "2025-09"], ["July", "September"])])
def test_fortnights_and_months_are_written_as_such(names: list[str], said: list[str]) -> None:
    rows = [{"week": name, "posts": 50 + i, "in_quarter": True, "straddles": False} for i, name in enumerate(names)]
    chart = plot_sparks(made("volume", "finding.volume", pd.DataFrame(rows).convert_dtypes(), posts=153, arenas=9),
                        replace(weeks_of({"trains": FLAT}), data=weeks_of({"trains": FLAT}).data.iloc[:0]))
    assert texts_of(chart) == ["Posts", "52", *said]
    assert f"from {said[0]} to {said[1]}" in chart.alt


def test_posts_by_week_and_topics_by_fortnight_stand_on_one_axis_of_time_without_gaps_between_them() -> None:
    pairs = [f"2025-W{w}-W{w + 1}" for w in range(27, 39, 2)]
    rows = [{"topic_id": 0, "label": "trains", "trust": "trusted", "week": pair, "posts": 5, "of_posts": 50,
             "share": None if pair == pairs[1] else 0.1, "of_topic": 99} for pair in pairs]
    chart = plot_sparks(volume([50] * 13), made("topic_weeks", "finding.topic_weeks", pd.DataFrame(rows).convert_dtypes()))
    weeks, fortnights = by_sign(chart, "spark")
    assert list(weeks.get_xdata()) == list(range(13))
    # in the middle between its two weeks
    assert list(fortnights.get_xdata()) == [0.5, 2.5, 4.5, 6.5, 8.5, 10.5]
    assert by_sign(chart, "last")[1].get_xdata()[0] == 10.5
    assert texts_of(chart)[-2:] == ["week 27", "week 39"]
    assert "Posts each week, topics each fortnight" in chart.subtitle
    assert chart.subtitle.endswith("Gap: 1 number is hidden, too few people or arenas")
    assert "topics each" not in draw().subtitle


def test_months_stand_in_their_middle() -> None:
    rows = [{"week": f"2025-{month:02d}", "posts": 50, "in_quarter": True, "straddles": False} for month in (7, 8, 9)]
    chart = plot_sparks(made("volume", "finding.volume", pd.DataFrame(rows).convert_dtypes(), posts=150, arenas=9),
                        weeks_of({"trains": FLAT}))
    months, weeks = by_sign(chart, "spark")
    # 16.5 July, 16.5 August and 16 September at noon, in weeks from the middle of week 27, 3 July 12:00
    assert list(months.get_xdata()) == pytest.approx([13 / 7, 44 / 7, 74.5 / 7])
    assert list(weeks.get_xdata()) == list(range(13))
