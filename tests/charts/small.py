"""Small findings of every kind that can be drawn, for tests that hide their numbers one by one."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.charts import small_coded
from workbench.charts import (
    plot_attack_concentration,
    plot_bridges,
    plot_composition,
    plot_concentration,
    plot_coordination,
    plot_domains,
    plot_link_flows,
    plot_network,
    plot_network_change,
    plot_peaks,
    plot_platforms,
    plot_selection,
    plot_speech,
    plot_speech_parts,
    plot_speech_peaks,
    plot_speech_weeks,
    plot_spread,
    plot_survival,
    plot_topic_change,
    plot_topic_slope,
    plot_topic_weeks,
    plot_topics,
    plot_volume,
)
from workbench.findings import list_specs
from workbench.tables.release import ReleasedFinding
from workbench.tables.spec import Headline

SPECS = list_specs()

PLOTS = {"volume": plot_volume, "platforms": plot_platforms, "topics": plot_topics, "topic_change": plot_topic_change,
         "topic_slope": plot_topic_slope, "peaks": plot_peaks, "topic_weeks": plot_topic_weeks,
         "bridges": plot_bridges, "network": plot_network, "network_change": plot_network_change,
         "domains": plot_domains, "link_platforms": plot_domains, "link_flows": plot_link_flows, "spread": plot_spread,
         "coordination": plot_coordination, "composition": plot_composition, "selection": plot_selection,
         "concentration": plot_concentration, "survival": plot_survival, "speech": plot_speech,
         "speech_parts": plot_speech_parts, "speech_weeks": plot_speech_weeks, "speech_peaks": plot_speech_peaks,
         "attack_concentration": plot_attack_concentration}

_ROWS: dict[str, list[dict[str, Any]]] = {
    "volume": [
        {"week": "2025-W26", "posts": 31, "in_quarter": False, "straddles": False},
        {"week": "2025-W27", "posts": 52, "in_quarter": False, "straddles": True},
        {"week": "2025-W28", "posts": 45, "in_quarter": True, "straddles": False}],
    "platforms": [
        {"platform": "reddit", "arena_kind": "thread", "posts": 300, "share": 0.3},
        {"platform": "telegram", "arena_kind": "group", "posts": 700, "share": 0.7},
        {"platform": "all_posts", "arena_kind": None, "posts": 1000, "share": 1.0}],
    "topics": [
        {"topic_id": 4, "label": "snow", "posts": 420, "share": 0.42, "trust": "not_trusted"},
        {"topic_id": 2, "label": "trains", "posts": 310, "share": 0.31, "trust": "trusted"},
        {"topic_id": -1, "label": "no_topic", "posts": 270, "share": 0.27, "trust": None},
        {"topic_id": None, "label": "all_posts", "posts": 1000, "share": 1.0, "trust": None}],
    "topic_change": [
        {"topic_id": 2, "label": "trains", "posts_before": 50, "posts": 150, "share_before": 0.05, "share": 0.16, "panel_before": 0.06, "panel": 0.15,
         "change": 0.09, "low": 0.04, "high": 0.15, "verdict": "rose"},
        {"topic_id": 4, "label": "snow", "posts_before": 300, "posts": 260, "share_before": 0.31, "share": 0.27, "panel_before": 0.3, "panel": 0.28,
         "change": -0.02, "low": -0.05, "high": 0.01, "verdict": "unclear"},
        {"topic_id": 5, "label": "boats", "posts_before": 90, "posts": 80, "share_before": 0.09, "share": 0.08, "panel_before": 0.1, "panel": 0.07,
         "change": None, "low": None, "high": None, "verdict": "untested"}],
    "peaks": [
        {"topic_id": 2, "label": "trains", "week": "2025-W30", "posts": 11, "expected": None, "is_peak": False, "p": None},
        {"topic_id": 2, "label": "trains", "week": "2025-W31", "posts": 14, "expected": 12.5, "is_peak": False, "p": 0.4},
        {"topic_id": 2, "label": "trains", "week": "2025-W32", "posts": 61, "expected": 13.5, "is_peak": True, "p": 1e-9}],
    "topic_weeks": [
        {"topic_id": t, "label": label, "week": week, "posts": posts, "of_posts": 100, "share": posts / 100, "of_topic": 99}
        for t, label, of in ((2, "trains", (40, 20, 9)), (4, "snow", (5, 60, 4)))
        for week, posts in zip(("2025-W27", "2025-W28", None), of, strict=True)],
    "bridges": [
        {"actor": "T-001", "participation": 0.7, "in_class": 3, "is_bridge": True},
        {"actor": "T-002", "participation": 0.2, "in_class": 1, "is_bridge": False},
        {"actor": "T-003", "participation": 0.3, "in_class": 2, "is_bridge": False}],
    "network": [
        *({"row": "actor", "actor": a, "kind": kind, "arenas": n, "community": c, "is_bridge": a == "T-002", "size_class": size}
          for a, kind, n, c, size in (("T-001", "arena", 1, 1, 1), ("T-002", "arena", 1, 1, 3), ("T-003", "arena", 1, 2, 2),
                                      ("G2", "together", 4, None, 1))),
        *({"row": "tie", "source": s, "target": t, "weight_class": w}
          for s, t, w in (("T-001", "T-002", 1), ("T-002", "T-003", 3), ("G2", "T-001", 1), ("G2", "T-002", 1),
                          ("G2", "T-003", 2)))],
    "network_change": [
        {"change": c, "arenas": n} for c, n in (("stayed", 60), ("entered", 25), ("left", 7), ("moved", 12))],
    "domains": [
        {"domain": "news.example", "posts": 90, "arenas": 8, "share": 0.45, "is_short": False},
        {"domain": "s.example", "posts": 40, "arenas": 5, "share": 0.2, "is_short": True}],
    "link_platforms": [
        {"platform": "YouTube", "posts": 90, "arenas": 8, "share": 0.45},
        {"platform": "X", "posts": 40, "arenas": 5, "share": 0.2}],
    "link_flows": [
        {"row": "destination", "platform": None, "destination": "YouTube", "posts": 70, "arenas": 9, "share": 0.35},
        {"row": "destination", "platform": None, "destination": "other_sites", "posts": 20, "arenas": 6, "share": 0.1},
        {"row": "flow", "platform": "Telegram", "destination": "YouTube", "posts": 50, "arenas": 6, "share": 0.25},
        {"row": "flow", "platform": "Reddit", "destination": "YouTube", "posts": 20, "arenas": 3, "share": 0.1},
        {"row": "flow", "platform": "Telegram", "destination": "other_sites", "posts": 20, "arenas": 6, "share": 0.1}],
    "spread": [
        {"arena": "T-007", "hours": 0.0, "arenas": 1}, {"arena": "T-001", "hours": 1.5, "arenas": 2},
        {"arena": "T-003", "hours": 2.5, "arenas": 3}, {"arena": "T-002", "hours": 30.0, "arenas": 4}],
    "coordination": [
        {"row": "group", "window_seconds": 60, "groups": None, "accounts": 8, "arenas": 5, "posts": 24},
        {"row": "window", "window_seconds": 10, "groups": 0, "accounts": 0, "arenas": 0, "posts": 0},
        {"row": "window", "window_seconds": 60, "groups": 1, "accounts": 8, "arenas": 5, "posts": 24},
        {"row": "window", "window_seconds": 86400, "groups": 2, "accounts": 19, "arenas": 9, "posts": 60}],
    "composition": [
        {"by": "platform", "part": p, "posts": n, "arenas": a, "channels": c, "groups": g, "share": n / 1000,
         "arenas_share": a / 10, "channels_share": c / 4, "groups_share": g / 6}
        for p, n, a, c, g in (("telegram", 700, 5, 4, 1), ("reddit", 300, 5, 0, 5))],
    "selection": [
        {"row": "posts", "step": "step_read", "rows_read": 9100, "posts": None, "arenas": None},
        {"row": "posts", "step": "step_quarter", "rows_read": None, "posts": 4000, "arenas": None},
        {"row": "posts", "step": "step_topic", "rows_read": None, "posts": 1234, "arenas": None},
        {"row": "arenas", "step": "step_listed", "rows_read": None, "posts": None, "arenas": 40},
        {"row": "arenas", "step": "step_active", "rows_read": None, "posts": None, "arenas": 30}],
    "concentration": [
        {"row": r, "members": m, "of_all": of, "part": m / of, "posts": n, "of_posts": t, "share": n / t, "gini": 0.5}
        for r, m, of, n, t in (("authors", 10, 40, 200, 500), ("authors", 40, 40, 500, 500), ("arenas", 3, 9, 450, 900),
                               ("arenas", 6, 9, 810, 900), ("arenas", 9, 9, 900, 900))],
    "attack_concentration": [
        {"row": r, "members": m, "of_all": of, "part": m / of, "posts": n, "of_posts": t, "share": n / t, "gini": 0.5,
         "found": n // 3 if m < of else None, "of_found": t // 3 if m < of else None, "audited": n / t if m < of else None,
         "low": n / t - 0.1 if m < of else None, "high": n / t + 0.1 if m < of else None}
        for r, m, of, n, t in (("authors", 10, 40, 120, 300), ("authors", 40, 40, 300, 300), ("arenas", 3, 9, 350, 500),
                               ("arenas", 6, 9, 450, 500), ("arenas", 9, 9, 500, 500))],
    "speech_peaks": [
        {"code": code, "name": {"da": f"{code} da", "en": name}, "week": f"2025-W{30 + i}", "posts": posts,
         "expected": expected, "is_peak": peak, "p": p, "arenas": 4 if peak else None,
         "explanation": "unexplained" if peak else None}
        for code, name, weeks in (
            ("attack", "Boos", ((9, None, False, None), (12, 10.5, False, 0.3), (70, 11.5, True, 1e-9))),
            ("hate", "Hisses", ((2, None, False, None), (41, 3.5, True, 1e-5), (4, 3.5, False, 0.4))))
        for i, (posts, expected, peak, p) in enumerate(weeks)],
    "survival": [
        {"day": d, "at_risk": n, "gone": g, "share": s, "low": low, "high": high, "is_mark": m}
        for d, n, g, s, low, high, m in ((30, 20, 0, 1.0, None, None, True), (60, 20, 2, 0.9, 0.66, 0.97, False),
                                         (91, 18, 0, 0.9, 0.66, 0.97, True), (200, 9, 3, 0.6, 0.3, 0.81, False))],
}
_ROWS |= {
    "speech": [
        {"row": "share", "code": c, "state": "audited", "share": share, "low": low,
         "high": high, "rate": rate, "raw": raw}
        for c, share, low, high, rate, raw in (
            ("attack", 0.051, 0.04, 0.0635, 20, 0.08), ("hate", 0.0025, 0.0, 0.009, None, 0.004),
            ("recognition", 0.22, 0.181, 0.262, 5, None))],
    "speech_parts": [
        {"row": row, "platform": p, "arena_kind": k, "category": c, "share": share,
         "low": share - 0.01, "high": share + 0.02, "verdict": verdict, "raw": raw}
        for row, p, k, c, share, verdict, raw in (
            ("platform", "youtube", "page", None, 0.12, "more", 0.1), ("category", None, None, "local", 0.02, "untested", None),
            ("all", "all_posts", None, None, 0.05, None, 0.06))],
    "speech_weeks": [
        *({"row": "audited", "code": c, "week": f"2025-{7 + i:02d}", "share": share + i / 100, "low": share,
           "high": share + 0.05, "raw": None} for c, share in (("attack", 0.04), ("recognition", 0.2)) for i in range(2)),
        *({"row": "model", "code": "attack", "week": week, "raw": raw} for week, raw in (("2025-W28", 0.1), ("2025-W31", 0.3)))],
}
_ROWS["topic_slope"] = _ROWS["topic_change"]

_FACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "volume": ("volume", {"posts": 97, "arenas": 9, "per_week": 48.5, "weeks": 1}),
    "platforms": ("platforms", {"platforms": 2, "arenas": 9, "posts": 1000, "panel_share": 0.8}),
    "topics": ("topics", {"topics": 2, "posts": 1000, "in_topic": 0.73, "label": "trains", "share": 0.31}),
    "topic_change": ("topic_rose", {"count": 1, "tested": 2, "arenas": 20, "effective": 15.0, "before": "2025Q2",
                                    "label": "trains", "posts_before": 50, "posts": 150, "panel_before": 0.06, "panel": 0.15, "change": 0.09, "low": 0.04,
                                    "high": 0.15}),
    "peaks": ("peaks", {"topic_id": 2, "count": 1, "series": 2, "weeks": 13, "fewest_weeks": 26, "label": "trains", "week": "2025-W32",
                        "posts": 61, "expected": 13.5, "arenas": 4}),
    "topic_weeks": ("topic_weeks", {"topics": 2, "drawn": 2, "weeks": 2, "label": "snow", "week": "2025-W28", "share": 0.6}),
    "bridges": ("bridges", {"count": 1, "bridge": "T-001", "arenas": 3}),
    "network": ("network", {"posts": 90, "arenas": 3, "ties": 5, "count": 2, "tied": 3, "bridges": ["T-002"],
                            "bridge_count": 1, "bridge": "T-002", "modularity": 0.4, "modularity_null": 0.2,
                            "mean_ami": 0.9}),
    "network_change": ("network_change", {"stayed": 60, "entered": 25, "left": 7, "moved": 12, "before": 67, "now": 85,
                                          "kept": 2, "groups": 3}),
    "domains": ("domains", {"posts": 900, "linking_posts": 200, "share_all": 0.1, "found": 2, "linking": 0.22, "domain": "news.example", "share": 0.45}),
    "link_platforms": ("link_platforms", {"posts": 900, "linking_posts": 200, "share_all": 0.1, "found": 2, "linking": 0.22, "platform": "YouTube",
                                          "share": 0.45}),
    "link_flows": ("link_flows", {"posts": 900, "linking_posts": 200, "share_all": 0.05, "found": 3, "linking": 0.22, "platform": "Telegram", "destination": "YouTube",
                                  "share": 0.25}),
    "spread": ("spread", {"count": 4, "hours": 30.0, "posts": 9, "arena": "T-007"}),
    "coordination": ("coordination", {"count": 1, "accounts": 8, "posts": 24, "arenas": 5, "seconds": 60, "tested": 99,
                                      "set_aside": 0, "shares": 400}),
    "composition": ("composition_platform", {"arenas": 10, "posts": 1000, "channels": 4, "groups": 6, "part": "telegram",
                                             "share": 0.7, "count": 5}),
    "selection": ("selection", {"posts": 4000, "with_topic": 1234, "in_topic": 0.3085, "listed": 40, "active": 30}),
    "concentration": ("concentration_both", {"authors": 40, "arenas": 9, "top_share": 0.4, "members": 6, "of_all": 9,
                                             "share": 0.9}),
    "attack_concentration": ("attack_concentration_both", {"scored": True, "authors": 40, "arenas": 9, "top_share": 0.4,
                                                           "members": 6, "of_all": 9, "share": 0.9}),
    "speech_peaks": ("speech_peaks", {"scored": True, "series": 2, "tested_beside": 3, "weeks": 2, "fewest_weeks": 26,
                                      "weeks_before": 60, "measured": True, "found": 2, "count": 2, "code": "attack",
                                      "name": {"da": "attack da", "en": "Boos"}, "week": "2025-W32", "posts": 70,
                                      "expected": 11.5}),
    "survival": ("survival", {"arenas": 20, "gone": 5, "day": 91, "share": 0.9, "low": 0.66, "high": 0.97}),
}
_FACTS |= {
    "speech": ("speech", {"share": 0.051, "rate": 20, "posts": 4000, "coded": 400}),
    "speech_parts": ("speech_parts_platform", {"platform": "youtube", "arena_kind": "page", "share": 0.12, "rest": 0.03,
                                               "arenas": 30}),
    "speech_weeks": ("speech_weeks_same", {"lowest": 0.04, "highest": 0.06}),
}
_FACTS["topic_slope"] = _FACTS["topic_change"]
PLOTS |= small_coded.PLOTS
_ROWS |= small_coded.ROWS
_FACTS |= small_coded.FACTS


def made(key: str, sentence: str, data: pd.DataFrame, *, value: float | None = None, **facts: Any) -> ReleasedFinding:
    """Make a released finding that says this of this data."""
    return ReleasedFinding(SPECS[key], "2025Q3", data, Headline(sentence, value=value), facts)


def small_finding(name: str) -> ReleasedFinding:
    """Return the small finding of a chart, its numbers all shown, in types that can be missing."""
    sentence, facts = _FACTS[name]
    key = {"topic_slope": "topic_change", "mentions": "targets"}.get(name, name)
    return made(key, f"finding.{sentence}", pd.DataFrame(_ROWS[name]).convert_dtypes(), value=1.0, **facts)
