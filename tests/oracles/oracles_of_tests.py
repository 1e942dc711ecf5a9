"""Changes and peaks: the formulas of the method appendix, written out."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
from scipy import stats

from tests.oracles.conftest import QUARTER, Town
from tests.oracles.counting import Counter, Expected, group, monday, quarter_days, whole_weeks
from tests.oracles.oracles_of_posts import NOT_FOUND_AGAIN, label

SEED = 3


def topic_change(town: Town) -> Expected:
    now, before = town.within(QUARTER), town.within("2025Q2")
    n1, n2 = Counter(p["arena"] for p in before), Counter(p["arena"] for p in now)
    panel = sorted(a for a in n1 if n1[a] >= 20 and n2[a] >= 20)
    h = {a: n1[a] * n2[a] / (n1[a] + n2[a]) for a in panel}
    total = sum(h[a] / (h[a] + 300) for a in panel)
    w = {a: h[a] / (h[a] + 300) / total for a in panel}
    effective = 1 / sum(x**2 for x in w.values())
    assert effective >= 12
    # the flips of the seed, the same for all topics
    signs = np.random.default_rng(SEED).choice([-1.0, 1.0], size=(9999, len(panel)))
    rows = []
    for topic in sorted({p["topic"] for p in now + before} - {-1}):
        c1, c2 = (Counter(p["arena"] for p in posts if p["topic"] == topic) for posts in (before, now))
        rows.append(_test(panel, w, effective, signs, c1, c2, n1, n2) | {
            "topic_id": topic, "stable_id": f"K-{topic:03d}", "label": label(town, topic), "posts_before": sum(c1.values()),
            "posts": sum(c2.values()), "share_before": sum(c1.values()) / len(before), "share": sum(c2.values()) / len(now),
            "arenas": len(c2)})
    for row in rows:
        row["p"] = None if row["topic_id"] in NOT_FOUND_AGAIN else row["p"]  # these are not found again: nothing is tested
    for row, q in zip(rows, benjamini_hochberg([r["p"] for r in rows]), strict=True):
        row["q"], row["verdict"] = q, _verdict(row, q)
    rows.sort(key=lambda r: (-r["change"], r["topic_id"]))
    top = max((r for r in rows if r["verdict"] in ("rose", "fell", "emerged")), key=lambda r: abs(r["change"]))
    count = sum(r["verdict"] in ("rose", "fell", "emerged") for r in rows)
    told = {"count": count, **{c: top[c] for c in ("label", "panel_before", "panel", "change", "low", "high")}}
    facts = {"all_before": len(before), "all_posts": len(now), "tested": len(rows) - len(NOT_FOUND_AGAIN), "arenas": len(panel),
             "effective": effective, "before": "2025Q2"}
    smallest = min(r["q"] for r in rows if r["verdict"] in ("rose", "fell", "emerged"))
    return Expected(rows, facts, f"finding.topic_{top['verdict']}", told, value=top["change"], low=top["low"],
                    high=top["high"], test="sign_flip", p=smallest, is_change=True, caveats=("fixed_panel",))


def _test(panel: list, w: dict, effective: float, signs: np.ndarray, c1: Counter, c2: Counter, n1: Counter,
          n2: Counter) -> dict:
    d = {a: c2[a] / n2[a] - c1[a] / n1[a] for a in panel}
    change = sum(w[a] * d[a] for a in panel)
    # CR2 of Bell and McCaffrey for a weighted mean: each squared residual over 1 - its weight
    variance = sum(w[a] ** 2 * (d[a] - change) ** 2 / (1 - w[a]) for a in panel)
    reach = stats.t.ppf(0.975, effective - 1) * math.sqrt(variance)
    scale = math.sqrt(sum((w[a] * d[a]) ** 2 for a in panel))
    flipped = [abs(sum(s * w[a] * d[a] for s, a in zip(row, panel, strict=True))) / scale for row in signs.tolist()]
    as_large = sum(t >= abs(change) / scale - 1e-9 for t in flipped)
    pooled = sum(c2[a] for a in panel) / sum(n2[a] for a in panel) - sum(c1[a] for a in panel) / sum(n1[a] for a in panel)
    return {"panel_before": sum(w[a] * c1[a] / n1[a] for a in panel), "panel": sum(w[a] * c2[a] / n2[a] for a in panel),
            "change": change, "low": change - reach, "high": change + reach, "p": (1 + as_large) / 10_000, "pooled": pooled,
            "largest": max(w[a] * d[a] / change for a in panel)}


def benjamini_hochberg(p: list[float | None]) -> list[float | None]:
    """Return q-values: of the k-th smallest of m the least of m/j·p of all from the k-th on."""
    known = sorted(x for x in p if x is not None)
    least = {x: min(known[j] * len(known) / (j + 1) for j in range(known.index(x), len(known))) for x in known}
    return [None if x is None else min(1.0, least[x]) for x in p]


def _verdict(row: dict, q: float | None) -> str:
    if q is None:
        return "not_trusted"
    if q >= 0.05:
        return "unclear"
    if row["pooled"] * row["change"] < 0 or row["largest"] > 0.5:
        return "one_arena"
    if row["change"] < 0:
        return "fell"
    has_emerged = row["panel"] >= 2 * row["panel_before"] and row["posts"] >= 50 and row["arenas"] >= 3
    return "emerged" if has_emerged else "rose"


def peaks(town: Town) -> Expected:
    start, end = quarter_days(QUARTER)
    weeks = whole_weeks(town.posts, QUARTER)
    tested = [w for w in weeks if w + timedelta(days=6) >= start]
    by = group((p for p in town.posts if p["at"] < end and p["topic"] >= 0), lambda p: (p["topic"], monday(p["at"])))
    series = len(town.truth.topics)
    rows = []
    for topic in range(series):
        counts = [len(by.get((topic, w), [])) for w in weeks]
        found = {w: _flag(counts[max(0, i - 52):i], counts[i], {p["arena"] for p in by.get((topic, w), [])}, series)
                 for i, w in enumerate(weeks) if w in tested}
        if any(f["is_peak"] for f in found.values()):
            rows += [_week_row(town, topic, w, counts[weeks.index(w)], found.get(w)) for w in weeks[-53:]]
    flagged = [r for r in rows if r["is_peak"]]
    top = min(flagged, key=lambda r: r["p"])
    told = {"count": len(flagged), **{c: top[c] for c in ("topic_id", "label", "week", "posts", "expected", "arenas")}}
    facts = {"series": series, "weeks": len(tested), "fewest_weeks": 26, "measured": True}
    return Expected(rows, facts, "finding.peaks", told, value=len(flagged), test="negative_binomial", p=top["p"],
                    is_change=True, caveats=("peaks_unexplained",))


def _week_row(town: Town, topic: int, week, posts: int, found: dict | None) -> dict:
    is_peak = bool(found and found["is_peak"])
    return {"topic_id": topic, "stable_id": f"K-{topic:03d}", "label": label(town, topic), "week": week.strftime("%G-W%V"),
            "week_start": week, "posts": posts, "expected": found and found["expected"],
            "arenas": found["arenas"] if found and is_peak else None, "is_peak": is_peak,
            "is_alert": bool(found and found["is_alert"]), "p": found and found["p"],
            "explanation": "unexplained" if is_peak else None}


def _flag(past: list[int], x: int, arenas: set, series: int) -> dict:
    mean, phi = baseline(past)
    p = tail(x, mean, phi * (1 + 1 / len(past)) * mean)
    is_large = x >= 20 and len(arenas) >= 2
    return {"expected": mean, "p": p, "arenas": len(arenas), "is_peak": p < 0.1 / (52 * series) and is_large and x >= 1.5 * mean,
            "is_alert": p < 0.025 / (52 * series) and is_large and x >= 3 * mean}


def baseline(past: list[int]) -> tuple[float, float]:
    """Return mean and dispersion; weeks with an Anscombe residual over 2.58 count less, twice over (Noufaily 2013)."""
    weight = [1.0] * len(past)
    for _ in range(3):
        mean = max(sum(g * y for g, y in zip(weight, past, strict=True)) / sum(weight), 1e-9)
        spread = sum(g * (y - mean) ** 2 / mean for g, y in zip(weight, past, strict=True))
        phi = max(1.0, spread / max(sum(weight) - 1, 1))
        residual = [1.5 * (y ** (2 / 3) - mean ** (2 / 3)) / (mean ** (1 / 6) * math.sqrt(phi)) for y in past]
        weight = [(2.58 / r) ** 2 if r > 2.58 else 1.0 for r in residual]
    return mean, phi


def tail(x: int, mean: float, variance: float) -> float:
    """Return P(X >= x) of a negative binomial, as a sum of its terms."""
    size, chance = mean**2 / (variance - mean), mean / variance
    term = size * math.log(chance) + x * math.log1p(-chance) + math.lgamma(size + x) - math.lgamma(size) - math.lgamma(x + 1)
    total, k, step = 0.0, x, math.exp(term)
    while step > 1e-18 * max(total, 1e-300):
        total, k, step = total + step, k + 1, step * (size + k) / (k + 1) * (1 - chance)
    return total
