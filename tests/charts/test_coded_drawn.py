"""What is drawn of the audit, read back from the picture, is what stands in the table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from tests.charts.small import PLOTS, small_finding
from workbench.charts import Chart
from workbench.charts.style import ACCENT, ALARM, MUTED
from workbench.tables.release import ReleasedFinding
from workbench.wording import open_wording

SHARES = ("targets", "grounds", "harms", "themes")


def draw(name: str, finding: ReleasedFinding | None = None, language: str = "en") -> Chart:
    chart = PLOTS[name](finding or small_finding(name), language=language)
    chart.figure.draw_without_rendering()
    return chart


def hide(name: str, row: int, *columns: str) -> ReleasedFinding:
    finding = small_finding(name)
    data = finding.data.copy()
    data.loc[row, list(columns)] = pd.NA
    return replace(finding, data=data)


def read(chart: Chart) -> dict[str, dict[str, Any]]:
    """Return what stands in the picture beside each name: bar, interval and words."""
    axes = chart.figure.axes[0]
    names = {round(at): label.get_text() for at, label in zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)}
    told: dict[str, dict[str, Any]] = {name: {} for name in names.values()}
    for bar in axes.patches:
        told[names[round(bar.get_y() + bar.get_height() / 2)]]["bar"] = bar
    for line in axes.lines:
        told[names[round(float(line.get_ydata()[0]))]]["ends"] = [float(v) for v in line.get_xdata()]
    for text in axes.texts:
        told[names[round(text.xy[1])]]["says"] = text.get_text()
    return told


@pytest.mark.parametrize("name", SHARES)
def test_each_bar_is_as_long_as_its_share_and_its_line_as_its_interval(name: str) -> None:
    drawn = read(draw(name))
    first = small_finding(name).data.iloc[0]
    assert drawn["the mayor"]["bar"].get_width() == pytest.approx(first["share"])
    assert drawn["the mayor"]["ends"] == pytest.approx([first["low"], first["high"]])
    assert f"{100 * first['share']:.1f}%" in drawn["the mayor"]["says"]
    assert next(iter(read(draw(name, language="da")))) in ("pupilse", "mayore")  # in the report's words


@pytest.mark.parametrize("name", SHARES)
def test_what_was_found_too_seldom_has_no_bar_and_is_said_to_be_below_the_upper_end(name: str) -> None:
    finding = small_finding(name)
    seldom = finding.data.copy()
    seldom.loc[seldom.index[-1], "found"] = 2
    told = read(draw(name, replace(finding, data=seldom)))["the others"]
    high = float(small_finding(name).data.iloc[-1]["high"])
    assert "bar" not in told
    assert told["ends"] == pytest.approx([0, high])
    assert told["says"] == f"under {100 * high:.1f}%"


@pytest.mark.parametrize(("language", "said"), [
    ("en", "Not found in the sample, and so under {}: the others"), ("da", "Ikke fundet i stikprøven og derfor under {}: otherse"),
    ("sv", "Inte hittat i stickprovet och därför under {}: the others"),
    ("no", "Ikke funnet i stikkprøven og derfor under {}: the others")])
@pytest.mark.parametrize("name", SHARES)
def test_what_was_not_found_is_no_row_of_the_picture_but_one_sentence_below_it(name: str, language: str, said: str) -> None:
    chart = draw(name, language=language)
    assert ("the others" in read(chart), "otherse" in read(chart)) == (False, False)
    high = open_wording(language).share(float(small_finding(name).data.iloc[-1]["high"]))
    assert said.format(high) in chart.subtitle
    assert said.format(high) in chart.alt


@pytest.mark.parametrize(("name", "said"), [
    ("targets", "the mayor: 60.0% of the cases"), ("grounds", "the mayor: 50.0% of the cases"),
    ("harms", "the mayor: 5.0% of the posts"), ("themes", "the mayor: 5.0% of the posts"),
    ("attack_lift", "trains: attacks are 4.0 times as frequent as in the rest")])
def test_a_picture_below_its_sentence_is_called_by_what_was_found(name: str, said: str) -> None:
    assert draw(name).name == said
    assert all(draw(name, language=language).name not in (said, "") for language in ("da", "sv", "no"))
    # where nothing can be named, by what it is of
    finding = small_finding(name)
    silent = replace(finding, facts={}, headline=replace(finding.headline, facts={}))
    assert draw(name, silent).name == open_wording("en").say(f"report.title.{finding.key}")


@pytest.mark.parametrize("name", ["grounds", "harms", "themes"])
def test_where_nothing_was_found_there_is_no_picture(name: str) -> None:
    finding = small_finding(name)
    nothing = replace(finding, data=finding.data[finding.data["found"].eq(0)].reset_index(drop=True))
    chart = draw(name, nothing)
    assert chart.is_empty
    assert chart.alt.startswith("Not found in the sample")
    # what is hidden may have been found: it stays a row
    unseen = replace(nothing, data=nothing.data.assign(found=pd.NA, high=pd.NA, low=pd.NA))
    assert "Not found" not in draw(name, unseen).alt


@pytest.mark.parametrize("name", SHARES)
def test_a_hidden_share_has_neither_bar_nor_line_and_keeps_its_name(name: str) -> None:
    seen = hide(name, 0, "found", "share", "low", "high")
    chart = draw(name, replace(seen, data=seen.data.assign(found=seen.data["found"].mask(seen.data["found"].eq(0), 2))))
    assert read(chart)["the mayor"] == {"says": "hidden"}
    assert "60" not in chart.alt.replace("160", "")
    # without a lower end a share is not drawn as if it were sure
    assert "under" in read(draw(name, hide(name, 0, "low")))["the mayor"]["says"]


def test_a_rate_by_the_model_alone_is_hatched_and_has_no_interval() -> None:
    chart = draw("mentions")
    drawn = read(chart)
    assert drawn["the mayor"]["bar"].get_width() == 21.5
    assert drawn["the mayor"]["ends"] == [15.0, 31.0]
    assert (drawn["the mayor"]["bar"].get_hatch(), bool(drawn["the pupils"]["bar"].get_hatch())) == ("", True)
    assert drawn["the pupils"]["bar"].get_width() == 200
    assert "ends" not in drawn["the pupils"]
    assert drawn["the pupils"]["says"] == "200.0, the model alone"
    assert "the others" not in drawn
    assert "Not found in the sample, and so under 40.0: the others" in chart.subtitle
    assert "Hatched" in chart.subtitle
    only_people = draw("mentions", replace(small_finding("mentions"), data=small_finding("mentions").data.drop(index=1)))
    assert "Hatched" not in only_people.subtitle
    unknown = draw("mentions", hide("mentions", 1, "mention_found", "per_thousand", "counted"))
    assert "the pupils" not in read(unknown)
    assert "Cannot be given for: the pupils" in unknown.subtitle


@pytest.mark.parametrize("columns", [("per_thousand", "per_high"), ("share", "low", "high")])
def test_who_is_hit_is_drawn_with_attacks_per_mention_or_not_at_all(columns: tuple[str, ...]) -> None:
    finding = small_finding("targets")
    half = replace(finding, data=finding.data.assign(**dict.fromkeys(columns, pd.NA)))
    for name in ("targets", "mentions"):
        assert not draw(name).is_empty
        assert draw(name, half).is_empty
        assert "only together" in draw(name, half).alt


def test_a_topic_is_drawn_at_its_lift_and_filled_where_it_differs() -> None:
    axes = draw("attack_lift").figure.axes[0]
    data = small_finding("attack_lift").data
    assert [t.get_text() for t in axes.get_yticklabels()] == ["snow", "trains"]
    even, *lines = axes.lines
    assert set(even.get_xdata()) == {1}
    ends, dots = lines[::2], lines[1::2]
    for row, end, dot in zip(data.iloc[::-1].to_dict("records"), ends, dots, strict=True):
        assert list(end.get_xdata()) == [row["lift_low"], row["lift_high"]]
        assert list(dot.get_xdata()) == [row["lift"]]
        is_filled = to_hex(dot.get_markerfacecolor()) == ALARM.lower()
        assert is_filled == (row["lift_verdict"] == "higher")
        assert to_hex(dot.get_color()) == (ALARM if is_filled else MUTED).lower()


def test_a_topic_without_a_name_is_counted_and_not_drawn() -> None:
    chart = draw("attack_lift", hide("attack_lift", 1, "label"))
    assert [t.get_text() for t in chart.figure.axes[0].get_yticklabels()] == ["trains"]
    assert "Not drawn: 1 topic without a name" in chart.subtitle
    gone = draw("attack_lift", hide("attack_lift", 1, "label", "lift", "lift_low", "lift_high"))
    assert "1 hidden" in gone.subtitle
    assert "without a name" not in gone.subtitle
    finding = small_finding("attack_lift")
    nobody = draw("attack_lift", replace(finding, data=finding.data.assign(label=pd.NA)))
    assert nobody.is_empty
    assert "named" in nobody.alt


def test_an_interval_that_begins_at_nothing_stays_on_the_page() -> None:
    finding = small_finding("attack_lift")
    chart = draw("attack_lift", replace(finding, data=finding.data.assign(lift_low=0.0)))
    assert min(float(x) for line in chart.figure.axes[0].lines for x in line.get_xdata()) > 0


def test_recognition_and_attacks_stand_at_their_shares_and_tell_apart_without_colour() -> None:
    axes = draw("recognition_arenas").figure.axes[0]
    dots = {line.get_label(): line for line in axes.lines if line.get_label() in ("Recognition", "Attacks")}
    assert [t.get_text() for t in axes.get_yticklabels()] == ["groups", "channels"]
    assert dots["Recognition"].get_xdata() == pytest.approx([12, 8])
    assert np.isnan(dots["Attacks"].get_xdata()[0])
    assert dots["Attacks"].get_xdata()[1] == 10
    assert dots["Recognition"].get_marker() != dots["Attacks"].get_marker()
    ends = [list(line.get_xdata()) for line in axes.lines if line not in dots.values()]
    assert ends == [pytest.approx(e) for e in ([9, 16], [5, 12], [0, 2], [7, 14])]
    texts = [t.get_text() for t in axes.texts]
    assert "under 2.0%" in texts
    assert "12.0% (9.0% – 16.0%)" in texts
    assert to_hex(dots["Recognition"].get_color()) == ACCENT.lower()


def test_a_hidden_type_of_share_says_so() -> None:
    finding = hide("recognition_arenas", 0, "recognition", "recognition_low", "recognition_high")
    chart = draw("recognition_arenas", finding)
    assert "hidden" in [t.get_text() for t in chart.figure.axes[0].texts]
    assert "recognition hidden, attacks 10.0%" in chart.alt
