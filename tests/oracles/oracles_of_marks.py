"""Weeks, hours and concentration of what a model marks: the formulas of the method appendix, written out."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from statistics import mean, stdev
from zoneinfo import ZoneInfo

import numpy as np
from scipy import stats

from tests.oracles.conftest import QUARTER, Town
from tests.oracles.counting import Counter, Expected, group, median, monday, quarter_days, whole_weeks
from tests.oracles.marking import CODES, EVENING, audited, chance, has, is_marked, moved
from tests.oracles.oracles_of_tests import _flag

BESIDE = 12
ZONE = ZoneInfo("Europe/Copenhagen")


def names(code: str) -> dict:
    # as tests.speech_worlds.make_codebook names them; Norwegian and Swedish fall back on English
    return {"da": f"{code} da", "en": f"{code} en", "no": f"{code} en", "sv": f"{code} en"}


def strata(town: Town) -> tuple[dict, dict]:
    """Return the stratum of each post of the frame, and of each drawn one."""
    speech = audited(town)
    of_post = dict(zip(speech.frame["post_id"], speech.frame["stratum"], strict=True))
    return of_post, {p: of_post[p] for p in speech.sample["post_id"]}


def mid_p(n: int, x: int) -> tuple[float, float]:
    """Return the limits at which the tail with half of its own term is 2.5 %, by halving."""
    def limit(tail) -> float:
        low, high = 0.0, 1.0
        for _ in range(60):
            at = (low + high) / 2
            low, high = (at, high) if tail(at) else (low, at)
        return low

    low = limit(lambda p: stats.binom.sf(x, n, p) + stats.binom.pmf(x, n, p) / 2 < 0.025) if x else 0.0
    high = limit(lambda p: stats.binom.cdf(x - 1, n, p) + stats.binom.pmf(x, n, p) / 2 > 0.025) if x < n else 1.0
    return low, high


def weighed(town: Town, within: set, is_found) -> tuple[dict, dict, dict, int]:
    """Return by stratum the share found, and how far it may be too high and too low, weighed; and the coded posts."""
    of_post, drawn = strata(town)
    size, coded = (Counter(of_post[p] for p in some if p in within) for some in (of_post, drawn))
    found = Counter(of_post[p] for p in drawn if p in within and is_found(p))
    whole, share, below, above = sum(size.values()), {}, {}, {}
    for h in size:
        part = found[h] / coded[h]
        weight = size[h] / whole * math.sqrt(1 - coded[h] / size[h])
        low, high = mid_p(coded[h], found[h])
        share[h] = (part, size[h] / whole * part)
        below[h], above[h] = weight * (part - low), weight * (high - part)
    return share, below, above, sum(coded.values())


def root(parts: dict) -> float:
    return math.sqrt(sum(v**2 for v in parts.values()))


def speech_peaks(town: Town) -> Expected:
    start, end = quarter_days(QUARTER)
    weeks = whole_weeks(town.posts, QUARTER)
    tested = [w for w in weeks if w + timedelta(days=6) >= start]
    read = [p for p in town.posts if p["at"] < end and isinstance(p["text"], str)]
    per_week = Counter(monday(p["at"]) for p in read)
    totals = [per_week[w] for w in weeks]
    rows = []
    for code in CODES:
        by = group((p for p in read if is_marked(p, code)), lambda p: monday(p["at"]))
        posts = [by.get(w, []) for w in weeks]
        for i, w in list(enumerate(weeks))[-53:]:
            found = _flag(posts, totals, totals, i, len(CODES) + BESIDE) if w in tested else None
            is_peak = bool(found and found["is_peak"])
            row = {"code": code, "name": names(code), "week": w.strftime("%G-W%V"), "week_start": w, "posts": len(posts[i]),
                   "expected": found and found["expected"], "p": found and found["p"], "is_peak": is_peak,
                   "is_alert": bool(found and found["is_alert"]), "arenas": found["arenas"] if found and is_peak else None,
                   "as_last_year": found["as_last_year"] if found and is_peak else None, "coded": None, "audited": None,
                   "low": None, "high": None, "explanation": "unexplained" if is_peak else None}
            if is_peak:
                row |= share_of_week(town, w, code)
            rows.append(row)
    flagged = [r for r in rows if r["is_peak"]]
    top = min(flagged, key=lambda r: r["p"])
    told = {"count": len(flagged), **{c: top[c] for c in ("code", "name", "week", "posts", "expected")}}
    facts = {"scored": True, "series": 3, "tested_beside": BESIDE, "weeks": len(tested), "fewest_weeks": 26,
             "measured": True, "found": len(flagged),
             "weeks_before": sum(n >= 0.1 * median(totals) for n in totals[:len(weeks) - len(tested)])}
    return Expected(rows, facts, "finding.speech_peaks", told, value=len(flagged), test="negative_binomial", p=top["p"],
                    is_change=True, caveats=("not_audited", "marked_by_model", "peaks_unexplained"))


def share_of_week(town: Town, week: datetime, code: str) -> dict:
    within = {p["post_id"] for p in town.within(QUARTER) if monday(p["at"]) == week}
    in_week = {p["post_id"]: p["week"] for p in town.posts}
    share, below, above, coded = weighed(town, within, lambda p: has(p, in_week[p], code))
    assert coded >= 30
    value = sum(added for _, added in share.values())
    return {"coded": coded, "audited": value, "low": max(0.0, value - root(below)), "high": min(1.0, value + root(above))}


def attack_concentration(town: Town) -> Expected:
    now = town.within(QUARTER)
    marked = [p for p in now if is_marked(p, "attack")]
    week = {p["post_id"]: p["week"] for p in town.posts}
    rows = []
    for kind, column, fewest in (("authors", "account", 10), ("arenas", "arena", 3)):
        counts = Counter(p[column] for p in marked if p[column])
        order = sorted(counts, key=lambda name: (-counts[name], name))
        n, total, sizes = len(order), sum(counts.values()), sorted(counts.values(), reverse=True)
        at = [10] if kind == "authors" else []
        at += [m for m in (math.ceil(n * i / 10) for i in range(1, 10))
               if min(abs(m - other) for other in (0, n, *at[:1])) >= fewest]
        unlike = sum(abs(a - b) for a in sizes for b in sizes) / (2 * n * total)
        of_who = {p["post_id"]: p[column] for p in now if p[column]}
        for m in [*at, n]:
            row = {"row": kind, "members": m, "of_all": n, "part": m / n, "posts": sum(sizes[:m]), "of_posts": total,
                   "share": sum(sizes[:m]) / total, "gini": unlike, **dict.fromkeys(
                       ("found", "of_found", "audited", "low", "high"))}
            rows.append(row | (part_of_attacks(town, of_who, set(order[:m]), week) if m < n else {}))
    arenas = [r for r in rows if r["row"] == "arenas" and r["members"] < r["of_all"]]
    much = next((r for r in arenas if r["share"] >= 0.8), arenas[-1])
    told = {"top_share": rows[0]["share"], **{c: much[c] for c in ("members", "of_all", "share")}}
    facts = {"scored": True, "authors": len({p["account"] for p in marked} - {None}), "arenas": len({p["arena"] for p in marked})}
    return Expected(rows, facts, "finding.attack_concentration_both", told, value=much["share"],
                    caveats=("not_audited", "marked_by_model", "accounts_not_people"))


def part_of_attacks(town: Town, of_who: dict, top: set, week: dict) -> dict:
    """Return which part of the attacks that people found some wrote: o/(1 + o) of the odds o, by MOVER-R."""
    def of(is_top: bool):
        return weighed(town, set(of_who), lambda p: has(p, week[p], "attack") and (of_who[p] in top) == is_top)

    (x, x_below, x_above, _), (y, y_below, y_above, _) = of(True), of(False)
    found = [p for p in strata(town)[1] if p in of_who and has(p, week[p], "attack")]
    inside, outside = (sum(added for _, added in v.values()) for v in (x, y))
    alike = {h: -math.sqrt(x[h][0] * y[h][0] / ((1 - x[h][0]) * (1 - y[h][0]))) if 0 < x[h][0] < 1 and 0 < y[h][0] < 1
             else 0.0 for h in x}
    odds = []
    for off_x, off_y, end in ((x_below, y_above, min), (x_above, y_below, max)):
        both = sum(alike[h] * off_x[h] * off_y[h] for h in x)
        odds.append(end(np.roots([outside**2 - root(off_y) ** 2, -2 * (inside * outside - both), inside**2 - root(off_x) ** 2])))
    return {"found": sum(of_who[p] in top for p in found), "of_found": len(found), "audited": inside / (inside + outside),
            **{end: float(o / (1 + o)) for end, o in zip(("low", "high"), odds, strict=True)}}


def hours(town: Town) -> Expected:
    start, end = quarter_days(QUARTER)
    posts = [{**p, "at": EVENING.to_pydatetime() + timedelta(minutes=int(170 * chance(p["post_id"], "t")))}
             if moved(p["post_id"], p["week"]) else p for p in town.posts]
    before = {p["arena"] for p in posts if start - timedelta(weeks=8) <= p["at"] <= start}
    near = [p for p in posts if p["at"] < end and p["arena"] in before]
    rows = []
    for code in ("all_posts", *CODES):
        own = group((p for p in near if code == "all_posts" or is_marked(p, code)),
                    lambda p: p["at"].replace(minute=0, second=0, microsecond=0))
        rows += _episodes(code, {hour: len(found) for hour, found in own.items()}, own, start, end)
    top = min(rows, key=lambda r: r["p"])
    told = {"count": len(rows), "seconds": 3600 * top["hours"], **{c: top[c] for c in ("week", "posts", "expected")}}
    is_all = top["code"] == "all_posts"
    told |= {} if is_all else {"name": top["name"]}
    facts = {"series": 4, "measured": True, "found": len(rows), "weeks_before": 8, "weeks_needed": 8, "zone": "Europe/Copenhagen"}
    return Expected(rows, facts, "finding.hours_all" if is_all else "finding.hours", told, value=len(rows), test="student_t", p=top["p"], is_change=True,
                    caveats=("not_audited", "marked_by_model", "peaks_unexplained"))


def _episodes(code: str, count: dict, own: dict, start: datetime, end: datetime) -> list[dict]:
    def three(hour: datetime) -> int:
        return sum(count.get(hour - timedelta(hours=k), 0) for k in range(3))

    hour, usual, high, p_of = start, {}, [], {}
    while hour < end:
        local = hour.astimezone(ZONE).replace(tzinfo=None)
        past = [three((local - timedelta(weeks=w) + timedelta(hours=k)).replace(tzinfo=ZONE).astimezone(UTC))
                for w in range(1, 9) for k in (-1, 0, 1)]
        usual[hour], x = mean(past), three(hour)
        g = [2 * math.sqrt(y + 3 / 8) for y in past]
        t = (2 * math.sqrt(x + 3 / 8) - mean(g)) / (max(stdev(g), 1) * math.sqrt(1 + 1 / 24))
        p_of[hour] = float(stats.t.sf(t, 15))
        if p_of[hour] < 2 / (8_736 * 30) and x >= 20 and x >= 5 * usual[hour]:
            high.append(hour)
        hour += timedelta(hours=1)
    step = timedelta(hours=1)
    high = [h for h in high if h - step in high or h + step in high]
    runs: list[list[datetime]] = []
    for h in high:
        if runs and h - runs[-1][-1] <= 3 * step:
            runs[-1].append(h)
        else:
            runs.append([h])
    rows = []
    for run in runs:
        each = mean(usual[h] for h in run) / 3
        inside = [h for h in (run[0] + k * step for k in range(-2, int((run[-1] - run[0]) / step) + 1)) if count.get(h, 0) > 2 * each]
        span = [inside[0] + k * step for k in range(int((inside[-1] - inside[0]) / step) + 1)]
        found = [p for h in span for p in own.get(h, [])]
        begun, expected = inside[0].astimezone(ZONE), sum(usual[h] / 3 for h in span)
        most = max(Counter(p["arena"] for p in found).values())
        if len(found) - most <= 2 * expected or most == len(found):
            continue
        rows.append({"code": code, "name": code if code == "all_posts" else names(code), "week": inside[0].strftime("%G-W%V"),
                     "date": datetime(begun.year, begun.month, begun.day, tzinfo=UTC), "clock": begun.strftime("%H:00"),
                     "hours": len(span), "posts": len(found), "arenas": len({p["arena"] for p in found}),
                     "expected": expected,
                     "p": min(p_of[h] for h in run), "explanation": "unexplained"})
    return rows
