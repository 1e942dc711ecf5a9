"""Pictures of little and of much data: no label lies on another, none leaves the page, no two ticks read the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.legend import Legend
from matplotlib.text import Text

from tests.charts import small_coded
from tests.charts.small import PLOTS, small_finding
from workbench.charts import Chart
from workbench.tables.finding import Finding

LANGUAGES = ("da", "en")
LONG = "skolegården · fredagscafé · klassefest"


def much_of(name: str) -> Finding:
    """Return a finding with more rows than are drawn, long names and large numbers."""
    finding, rng = small_finding(name), np.random.default_rng(5)
    if name == "volume":
        weeks = [f"2024-W{w:02d}" for w in range(28, 53)] + [f"2025-W{w:02d}" for w in range(1, 40)]
        rows = [{"week": w, "posts": int(p), "in_quarter": i > 50, "straddles": i == 50}
                for i, (w, p) in enumerate(zip(weeks, rng.integers(900_000, 1_900_000, len(weeks)), strict=True))]
    elif name == "peaks":
        weeks = [f"2024-W{w:02d}" for w in range(40, 53)] + [f"2025-W{w:02d}" for w in range(1, 41)]
        rows = [{"topic_id": 1, "label": LONG, "week": w, "posts": 40_000 if w in ("2025-W30", "2025-W35") else 20_000 + i,
                 "expected": 20_000.0 if w > "2025-W26" else None, "is_peak": w in ("2025-W30", "2025-W35"),
                 "p": 1e-6} for i, w in enumerate(weeks)]
    elif name == "platforms":
        rows = [{"platform": p, "arena_kind": k, "posts": 1_234_567, "share": s}
                for p, k, s in (("telegram", "group", 0.9994), ("field notes", "channel", 0.0003), ("x", "thread", None))]
    elif name == "topics":
        rows = [{"topic_id": i, "label": LONG, "posts": 900 - i, "share": (900 - i) / 9e4,
                 "trust": "not_trusted" if i == 2 else "trusted"} for i in range(30)]
        rows.append({"topic_id": -1, "label": "no_topic", "posts": 70_000, "share": 0.8, "trust": None})
    elif name in ("topic_change", "topic_slope"):
        rows = [{"topic_id": i, "label": LONG, "posts_before": 90, "posts": 90, "share_before": 0.02 + i / 9e4,
                 "share": 0.02 + i / 4e4, "panel_before": 0.02 + i / 9e4, "panel": 0.02 + i / 4e4,
                 "change": d, "low": d - 3e-4, "high": d + 3e-4,
                 "verdict": "rose" if i < 5 else "unclear"} for i, d in enumerate(rng.normal(0, 4e-4, 30))]
    elif name == "topic_weeks":
        rows = [{"topic_id": t, "label": LONG, "week": f"2025-W{w}", "posts": t + w, "of_posts": 900,
                 "share": None if t == w % 14 else (t + w) / 90, "of_topic": 99} for t in range(14) for w in range(27, 40)]
    elif name == "bridges":
        rows = [{"actor": f"T-{i:03d}", "participation": 0.5 + (i % 9) / 60 if i < 13 else rng.random() / 2,
                 "in_class": 1 + i % 3, "is_bridge": i < 13} for i in range(60)]
    elif name == "network":
        codes = [f"T-{i:03d}" for i in range(40)]
        rows = [{"row": "actor", "actor": c, "kind": "arena", "arenas": 1, "community": 1 + i % 9, "is_bridge": i < 13,
                 "size_class": 1 + i % 3} for i, c in enumerate(codes)]
        rows += [{"row": "tie", "source": codes[i], "target": codes[(i * 7 + k) % 40], "weight_class": 1 + k}
                 for i in range(40) for k in range(3)]
    elif name == "network_change":
        rows = [{"change": c, "arenas": n} for c, n in (("stayed", 12_345), ("entered", 1), ("left", 0), ("moved", 12_345))]
    elif name in ("domains", "link_platforms"):
        rows = [{name[:-1] if name == "domains" else "platform": f"et-meget-langt-navn-på-et-sted-{i}.example",
                 "posts": 10, "arenas": 1234, "share": 0.9 - i / 40, "is_short": i % 2 == 0} for i in range(20)]
    elif name == "link_flows":
        ends = [f"Platform {i}" for i in range(14)] + ["other_sites", "short_links"]
        rows = [{"row": "flow", "platform": h, "destination": e, "posts": 9, "arenas": 9,
                 "share": float(rng.random() ** 6 / 9)} for h in ("Telegram", "Reddit", "Mastodon") for e in ends]
        rows += [{"row": "destination", "platform": None, "destination": e, "posts": 9, "share": 0.1} for e in ends]
    elif name == "spread":
        rows = [{"arena": f"T-{i:03d}", "hours": 5.0 * i * i, "arenas": i + 1} for i in range(60)]
    elif name == "composition":
        parts = ("telegram", "field notes", "a category with a very long name", "x", "vk", "gab", "threads", "other_parts")
        rows = [{"by": "category", "part": p, "posts": 10, "arenas": 3, "channels": 1, "groups": 2, "share": 0.125,
                 "arenas_share": 0.125, "channels_share": 0.3 if i < 3 else 0.02, "groups_share": 0.09 + i / 100}
                for i, p in enumerate(parts)]
    elif name == "selection":
        steps = ("read", "kept", "quarter", "text", "topic", "listed", "collected", "active", "panel")
        rows = [{"row": "arenas" if i > 4 else "posts", "step": f"step_{step}", "rows_read": 12_345_600 if i < 2 else None,
                 "posts": 12_345_678 - i if 1 < i < 5 else None, "arenas": 12_345 - i if i > 4 else None}
                for i, step in enumerate(steps)]
    elif name == "speech_peaks":
        weeks = [f"2024-W{w:02d}" for w in range(40, 53)] + [f"2025-W{w:02d}" for w in range(1, 41)]
        rows = [{"code": "attack", "name": {"da": LONG, "en": LONG}, "week": w, "posts": 40_000 if w in ("2025-W30", "2025-W35") else 20_000 + i,
                 "expected": 20_000.0 if w > "2025-W26" else None, "is_peak": w in ("2025-W30", "2025-W35"),
                 "p": 1e-6} for i, w in enumerate(weeks)]
    elif name in ("concentration", "attack_concentration"):
        rows = [{"row": r, "members": i, "of_all": 10, "part": i / 10, "posts": 9, "of_posts": 9,
                 "share": (i / 10) ** (0.3 if r == "arenas" else 0.6), "gini": 0.5}
                for r in ("authors", "arenas") for i in range(1, 11)]
    elif name == "survival":
        rows = [{"day": 7 * i, "at_risk": 400 - i, "gone": 1, "share": 1 - i / 210, "low": 0.97 - i / 209,
                 "high": 1 - i / 230, "is_mark": i % 30 == 0} for i in range(1, 200)]
    elif name == "speech":
        rows = [{"row": "share", "code": c, "state": "audited", "share": s, "low": s * 0.8, "high": s * 1.3, "rate": 20,
                 "raw": s * 1.5} for c, s in (("attack", 0.051), ("hate", 0.011), ("hate_strict", 0.0004),
                                              ("offensive", 0.09), ("recognition", 0.62))]
    elif name == "speech_parts":
        rows = [{"row": "platform", "platform": f"platform {i}", "arena_kind": "group", "category": None, "share": 0.02 * i,
                 "low": 0.01 * i, "high": 0.04 * i, "verdict": "more" if i == 9 else "untested", "raw": 0.03 * i}
                for i in range(1, 10)]
        rows.append({"row": "all", "platform": "all_posts", "arena_kind": None, "category": None, "share": 0.05,
                     "low": 0.04, "high": 0.06, "verdict": None, "raw": 0.06})
    elif name == "speech_weeks":
        rows = [{"row": "audited", "code": c, "week": f"2025-{m:02d}", "share": s + m / 1000, "low": s, "high": s + 0.05,
                 "raw": None} for c, s in (("attack", 0.04), ("hate", 0.01), ("recognition", 0.2)) for m in (7, 8, 9)]
        rows += [{"row": "model", "code": c, "week": f"2025-W{w}", "share": None, "low": None, "high": None, "raw": s + w / 1000}
                 for c, s in (("attack", 0.03), ("hate", 0.01), ("recognition", 0.2)) for w in range(27, 40)]
    elif name in small_coded.MUCH:
        rows = small_coded.MUCH[name]
    else:
        rows = [{"row": "window", "window_seconds": s, "groups": 1234, "accounts": 123_456, "arenas": 5, "posts": 24}
                for s in (1, 10, 60, 3600, 86_400, 172_800)]
    return replace(finding, data=pd.DataFrame(rows).convert_dtypes())


def little_of(name: str) -> Finding:
    """Return a finding of which as little is left as can be drawn."""
    finding = small_finding(name)
    rows = {"network": [0, 1, 4], "network_change": [0, 1, 2, 3], "link_flows": [0, 2], "coordination": [2], "volume": [2],
            "topics": [1], "platforms": [1], "peaks": [2], "speech_peaks": [2], "selection": [1], "survival": [1]}.get(name, [0])
    return replace(finding, data=finding.data.loc[rows].reset_index(drop=True))


def boxes_of(chart: Chart) -> list[tuple[str, Any]]:
    """Return each text of a picture and the room it takes."""
    canvas = FigureCanvasAgg(chart.figure)
    canvas.draw()
    axes, renderer = chart.figure.axes[0], canvas.get_renderer()
    texts = [*axes.texts, *(t for c in axes.get_children() if isinstance(c, Legend) for t in c.get_texts())]
    for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
        if axis.get_visible():
            low, high = sorted(axis.get_view_interval())
            texts += [axis.label, *(label for label, place in zip(axis.get_ticklabels(), axis.get_ticklocs(), strict=True)
                                    if low <= place <= high)]
    # Text.get_window_extent of an annotation would take its arrow along
    return [(t.get_text(), Text.get_window_extent(t, renderer)) for t in texts if t.get_text() and t.get_visible()]


@pytest.mark.parametrize("amount", [little_of, much_of])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(PLOTS))
def test_no_label_lies_on_another_and_none_leaves_the_page(name: str, language: str, amount: Any) -> None:
    chart = PLOTS[name](amount(name), language=language)
    boxes, page = boxes_of(chart), chart.figure.bbox
    assert boxes
    assert [(a, b) for (a, one), (b, two) in combinations(boxes, 2) if one.overlaps(two)] == []
    assert [t for t, b in boxes if b.x0 < page.x0 - 1 or b.x1 > page.x1 + 1 or b.y0 < page.y0 - 1 or b.y1 > page.y1 + 1] == []


@pytest.mark.parametrize("amount", [little_of, small_finding, much_of])
@pytest.mark.parametrize("name", list(PLOTS))
def test_an_axis_with_numbers_has_two_of_them_or_more_and_none_twice(name: str, amount: Any) -> None:
    axes = PLOTS[name](amount(name), language="da").figure.axes[0]
    axes.figure.draw_without_rendering()
    if not axes.axison:
        return
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        labels = [label.get_text() for label, place in zip(axis.get_ticklabels(), axis.get_ticklocs(), strict=True)
                  if axis.get_visible() and low <= place <= high]
        numbers = [text for text in labels if text[:1] in "0123456789+−" and "/" not in text and "kvartal" not in text]
        assert len(set(numbers)) == len(numbers)
        assert len(numbers) != 1 or name == "topic_weeks"


@pytest.mark.parametrize("name", list(PLOTS))
def test_bars_of_little_data_are_no_broader_than_others(name: str) -> None:
    chart = PLOTS[name](little_of(name))
    chart.figure.draw_without_rendering()
    bars = [p.get_window_extent() for p in chart.figure.axes[0].patches if type(p).__name__ == "Rectangle"]
    inch = chart.figure.dpi
    assert all(min(b.width, b.height) <= 0.7 * inch for b in bars)
