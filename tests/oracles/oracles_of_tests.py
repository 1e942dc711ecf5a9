"""Changes and peaks: the formulas of the method appendix, written out."""

from __future__ import annotations

import math
import re
from datetime import timedelta

import numpy as np
from scipy import stats

from tests.oracles.conftest import QUARTER, Town
from tests.oracles.counting import Counter, Expected, group, median, monday, quarter_days, whole_weeks
from tests.oracles.oracles_of_posts import NOT_FOUND_AGAIN, label

SEED = 3


def topic_change(town: Town) -> Expected:
    now, before = town.within(QUARTER), town.within("2025Q2")
    first, second = _distinct(before, now)
    topics = sorted({p["topic"] for p in now + before} - {-1})
    rows, taken = {}, []
    while True:
        told = _round([[p for p in part if p["topic"] not in taken] for part in (first, second)], topics)
        asked = [t for t in topics if t not in NOT_FOUND_AGAIN and t not in taken]
        q = benjamini_hochberg([told[t]["p"] if t in asked else None for t in topics])
        for t, value in zip(topics, q, strict=True):
            if t not in taken:
                rows[t] = told[t] | {"q": value, "p": told[t]["p"] if t in asked else None, "order": None}
        sure = [t for t in asked if rows[t]["q"] < 0.05]
        if not sure:
            break
        taken.append(max(sure, key=lambda t: abs(rows[t]["change"]) / (rows[t]["high"] - rows[t]["low"])))
        rows[taken[-1]]["order"] = len(taken)
    for t, row in rows.items():
        c1, c2 = ([p for p in part if p["topic"] == t] for part in (before, now))
        row |= {"topic_id": t, "stable_id": f"K-{t:03d}", "label": label(town, t), "posts_before": len(c1), "posts": len(c2),
                "share_before": len(c1) / len(before), "share": len(c2) / len(now), "arenas": len({p["arena"] for p in c2})}
        row["verdict"] = _verdict(row, row["q"])
    table = sorted(rows.values(), key=lambda r: (-r["change"], r["topic_id"]))
    changed = [r for r in table if r["verdict"] in ("rose", "fell", "emerged")]
    top = next(r for r in changed if r["order"] == 1)
    told = {"count": len(changed), **{c: top[c] for c in ("label", "posts_before", "posts", "panel_before", "panel", "change",
                                                         "low", "high")}}
    grown = 1 + median(r["seen"] / r["panel_before"] for r in table if r["p"] is not None)
    whole = _round([first, second], topics)
    facts = {"all_before": len(before), "all_posts": len(now), "tested": len(topics) - len(NOT_FOUND_AGAIN),
             "changed": len(changed), "arenas": whole["arenas"], "effective": whole["effective"], "before": "2025Q2",
             "test": "sign_flip", "quarters": 2, "grown": round(grown, 1), "unsaid": "", "fewest_arenas": 3,
             "fewest_posts": 20, "fewest_weeks": 10}
    return Expected(table, facts, f"finding.topic_{top['verdict']}", told, value=top["change"], low=top["low"],
                    high=top["high"], test="sign_flip", p=min(r["q"] for r in changed), is_change=True,
                    caveats=("fixed_panel", "distinct_texts"))


def _distinct(before: list, now: list) -> list[list]:
    """Return the posts that say something first, in arenas with twenty of them in both quarters."""
    panel = {p["arena"] for p in before + now}
    while True:
        kept, counts = [], []
        for part in (before, now):
            seen: set[str] = set()
            first = []
            for post in (p for p in part if p["arena"] in panel):
                words = re.findall(r"[^\W_]+", re.sub(r"(https?://|www\.)\S+", " ", post["text"] or "").lower())
                is_text = len(words) >= 5 or (post["source"] and words)
                key = " ".join(words) if is_text else None if post["source"] else f"post {post['post_id']}"
                if key is not None and key not in seen:
                    seen.add(key)
                    first.append(post)
            kept.append(first)
            counts.append(Counter(p["arena"] for p in first))
        if all(counts[0][a] >= 20 and counts[1][a] >= 20 for a in panel):
            return kept
        # nobody leaves for texts that stood first where nobody is followed, so these go first
        few = {a for a in panel if min(sum(p["arena"] == a for p in part) for part in (before, now)) < 20}
        panel -= few or {a for a in panel if min(c[a] for c in counts) < 20}


def _round(parts: list[list], topics: list[int]) -> dict:
    n1, n2 = (Counter(p["arena"] for p in part) for part in parts)
    panel = sorted(a for a in n1 if n1[a] >= 20 and n2[a] >= 20)
    h = {a: n1[a] * n2[a] / (n1[a] + n2[a]) for a in panel}
    total = sum(h[a] / (h[a] + 300) for a in panel)
    w = {a: h[a] / (h[a] + 300) / total for a in panel}
    effective = 1 / sum(x**2 for x in w.values())
    assert effective >= 12
    # the flips of the seed, the same for all topics
    signs = np.random.default_rng(SEED).choice([-1.0, 1.0], size=(9999, len(panel)))
    asked = len({p["topic"] for part in parts for p in part})
    told: dict = {"arenas": len(panel), "effective": effective}
    for topic in topics:
        c1, c2 = (Counter(p["arena"] for p in part if p["topic"] == topic) for part in parts)
        told[topic] = _test(panel, w, effective, signs, c1, c2, n1, n2, asked)
    return told


def _test(panel: list, w: dict, effective: float, signs: np.ndarray, c1: Counter, c2: Counter, n1: Counter,
          n2: Counter, asked: int) -> dict:
    d = {a: c2[a] / n2[a] - c1[a] / n1[a] for a in panel}
    change = sum(w[a] * d[a] for a in panel)
    # CR2 of Bell and McCaffrey for a weighted mean: each squared residual over 1 - its weight
    variance = sum(w[a] ** 2 * (d[a] - change) ** 2 / (1 - w[a]) for a in panel)
    reach = stats.t.ppf(0.975, effective - 1) * math.sqrt(variance)
    seen = (stats.t.ppf(1 - 0.025 / asked, effective - 1) + stats.t.ppf(0.8, effective - 1)) * math.sqrt(variance)
    flipped = np.abs(signs @ np.array([w[a] * d[a] for a in panel]))
    as_large = int((flipped >= abs(change) - 1e-12).sum())
    pooled = sum(c2[a] for a in panel) / sum(n2[a] for a in panel) - sum(c1[a] for a in panel) / sum(n1[a] for a in panel)
    return {"panel_before": sum(w[a] * c1[a] / n1[a] for a in panel), "panel": sum(w[a] * c2[a] / n2[a] for a in panel),
            "change": change, "low": change - reach, "high": change + reach, "p": (1 + as_large) / 10_000, "pooled": pooled,
            "seen": seen, "largest": max(w[a] * d[a] / change for a in panel) if change else math.nan}


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
    written = [p for p in town.posts if p["at"] < end]
    by = group((p for p in written if p["topic"] >= 0), lambda p: (p["topic"], monday(p["at"])))
    per_week = Counter(monday(p["at"]) for p in written)
    totals = [per_week[w] for w in weeks]
    series = len(town.truth.topics)
    rows = []
    for topic in range(series):
        posts = [by.get((topic, w), []) for w in weeks]
        found = {w: _flag(posts, totals, totals, i, series) for i, w in enumerate(weeks) if w in tested}
        if any(f["is_peak"] for f in found.values()):
            rows += [_week_row(town, topic, w, len(posts[weeks.index(w)]), found.get(w)) for w in weeks[-53:]]
    # arenas that posted in the tested weeks and in the first thirteen of the time they are held against
    begin = max(len(weeks) - len(tested) - 53, 0)
    early, late = ({p["arena"] for p in written if monday(p["at"]) in part}
                   for part in (weeks[begin:begin + 13], tested))
    steady = group((p for p in written if p["arena"] in early & late), lambda p: monday(p["at"]))
    posts = [steady.get(w, []) for w in weeks]
    for i, w in enumerate(weeks):
        found = _flag(posts, [len(x) for x in posts], [1] * len(weeks), i, 1) if w in tested else None
        if found and found["is_peak"]:
            rows.append(_week_row(town, 0, w, len(posts[i]), found) | {"topic_id": None, "stable_id": None, "label": "all_posts"})
    flagged = [r for r in rows if r["is_peak"]]
    of_topics = [r for r in flagged if r["topic_id"] is not None]
    top = min(of_topics, key=lambda r: r["p"])
    told = {"count": len(of_topics), **{c: top[c] for c in ("topic_id", "label", "week", "posts", "expected", "arenas")}}
    facts = {"series": series, "weeks": len(tested), "fewest_weeks": 26, "measured": True, "found": len(flagged),
             "weeks_before": sum(n >= 0.1 * median(totals) for n in totals[:len(weeks) - len(tested)])}
    return Expected(rows, facts, "finding.peaks", told, value=len(flagged), test="negative_binomial", p=top["p"],
                    is_change=True, caveats=("peaks_unexplained", "peaks_of_share"))


def _week_row(town: Town, topic: int, week, posts: int, found: dict | None) -> dict:
    is_peak = bool(found and found["is_peak"])
    return {"topic_id": topic, "stable_id": f"K-{topic:03d}", "label": label(town, topic), "week": week.strftime("%G-W%V"),
            "week_start": week, "posts": posts, "expected": found and found["expected"],
            "arenas": found["arenas"] if found and is_peak else None, "is_peak": is_peak,
            "is_alert": bool(found and found["is_alert"]), "as_last_year": found["as_last_year"] if found and is_peak else None,
            "p": found and found["p"], "explanation": "unexplained" if is_peak else None}


def _flag(posts: list[list], totals: list[int], sizes: list[int], at: int, series: int) -> dict:
    counts = [len(p) for p in posts]
    past = [i for i in range(max(0, at - 53), at - 1) if totals[i] >= 0.1 * median(totals)]
    part, phi = baseline([counts[i] for i in past], [sizes[i] for i in past])
    whole = sum(sizes[i] for i in past)

    def is_peak(i: int) -> tuple[float, float, bool]:
        mean = part * sizes[i]
        p = tail(counts[i], mean, phi * (1 + sizes[i] / whole) * mean)
        return mean, p, p < 0.1 / (52 * series) and counts[i] >= max(20, 1.5 * mean)

    (mean, p, flagged), arenas = is_peak(at), {p["arena"] for p in posts[at]}
    flagged = flagged and len(arenas) >= 2
    return {"expected": mean, "p": p, "arenas": len(arenas), "is_peak": flagged,
            "is_alert": flagged and p < 0.025 / (52 * series) and counts[at] >= 3 * mean,
            # of the time of the town: no year of 53 weeks
            "as_last_year": flagged and any(is_peak(i)[2] for i in range(at - 53, at - 50) if i >= 0)}


def baseline(past: list[int], sizes: list[int]) -> tuple[float, float]:
    """Return share and dispersion; weeks with an Anscombe residual over 2.58 count less, twice over (Noufaily 2013)."""
    weight = [1.0] * len(past)
    for _ in range(3):
        part = max(sum(g * y for g, y in zip(weight, past, strict=True))
                   / sum(g * n for g, n in zip(weight, sizes, strict=True)), 1e-9)
        means = [part * n for n in sizes]
        spread = sum(g * (y - m) ** 2 / m for g, y, m in zip(weight, past, means, strict=True))
        phi = max(1.0, spread / max(sum(weight) - 1, 1))
        residual = [1.5 * (y ** (2 / 3) - m ** (2 / 3)) / (m ** (1 / 6) * math.sqrt(phi))
                    for y, m in zip(past, means, strict=True)]
        weight = [(2.58 / r) ** 2 if r > 2.58 else 1.0 for r in residual]
    return part, phi


def tail(x: int, mean: float, variance: float) -> float:
    """Return P(X >= x) of a negative binomial, as a sum of its terms."""
    size, chance = mean**2 / (variance - mean), mean / variance
    term = size * math.log(chance) + x * math.log1p(-chance) + math.lgamma(size + x) - math.lgamma(size) - math.lgamma(x + 1)
    total, k, step = 0.0, x, math.exp(term)
    while step > 1e-18 * max(total, 1e-300):
        total, k, step = total + step, k + 1, step * (size + k) / (k + 1) * (1 - chance)
    return total
