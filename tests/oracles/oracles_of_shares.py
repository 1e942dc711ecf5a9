"""Shares of speech by hand: estimators written out for one stratum at a time, tests with the same order of chance."""

from __future__ import annotations

import math

import numpy as np
from ppi_py import ppi_mean_ci
from scipy import optimize, stats

from tests.oracles.conftest import QUARTER, Town
from tests.oracles.counting import Counter, Expected, group, quarter_days, whole_weeks
from tests.oracles.oracles_of_tests import _distinct, benjamini_hochberg
from tests.oracles.speaking import CODES, spoken

SEED = 5
NAN = math.nan


class Heard:
    """The audit of one quarter as plain dicts."""

    def __init__(self, town: Town, quarter: str = QUARTER) -> None:
        made = spoken(town, quarter)
        self.stratum = dict(zip(made.frame["post_id"], made.frame["stratum"], strict=True))
        self.said: dict[str, dict[str, bool]] = {code: {} for code in CODES}
        for row in made.settled.to_dict("records"):
            self.said[row["code"]][row["post_id"]] = bool(row["value"])
        self.score = {code: dict(zip(made.scores["post_id"], made.scores[code], strict=True)) for code in CODES
                      if code in made.scores}
        self.posts = [p for p in town.within(quarter) if p["post_id"] in self.stratum]

    def counts(self, code: str, posts: list | None = None) -> list[tuple[int, int, int]]:
        """Return posts, coded and found of each stratum that some posts have."""
        told = []
        for h in (1, 2, 3):
            own = [p["post_id"] for p in (self.posts if posts is None else posts) if self.stratum[p["post_id"]] == h]
            coded = [p for p in own if p in self.said[code]]
            if own:
                told.append((len(own), len(coded), sum(self.said[code][p] for p in coded)))
        return told

    def share(self, code: str, posts: list | None = None) -> tuple[float, float, float]:
        return estimate(self.counts(code, posts))

    def numbers(self, code: str, posts: list | None = None) -> dict:
        """Return how many were coded and found."""
        strata = self.counts(code, posts)
        return {"coded": sum(n for _, n, _ in strata), "found": sum(x for _, _, x in strata)}

    def flagged(self, code: str, posts: list | None = None) -> list:
        return [p for p in (self.posts if posts is None else posts) if self.score[code][p["post_id"]] >= 0.5]


def limits(coded: int, found: int) -> tuple[float, float]:
    """Return mid-P limits: the shares at which the tail, with half of what was seen, is 2.5 %."""
    if not coded:
        return 0.0, 1.0

    def root(tail) -> float:
        return optimize.brentq(lambda p: tail(p) - 0.025, 1e-12, 1 - 1e-12, xtol=1e-14)

    half = stats.binom.pmf
    low = 0.0 if not found else root(lambda p: stats.binom.sf(found, coded, p) + half(found, coded, p) / 2)
    high = 1.0 if found == coded else root(lambda p: stats.binom.cdf(found - 1, coded, p) + half(found, coded, p) / 2)
    return low, high


def terms(strata: list[tuple[int, int, int]], unknown: float = 0.5) -> list[tuple]:
    """Return of each stratum what it adds, how far that is off either way, its weight, whether none or all were found."""
    every, told = sum(size for size, _, _ in strata), []
    for size, coded, found in strata:
        share, (low, high), weight = found / coded if coded else unknown, limits(coded, found), size / every
        left = weight * math.sqrt(1 - coded / size)
        told.append((weight * share, left * (share - low), left * (high - share), coded and not found, coded and found == coded))
    return told


def off(told: list[tuple], way: int) -> float:
    """Return how far a sum is off: strata with nothing (upwards) or everything (downwards) count once, by the largest."""
    end = 4 if way == 1 else 3
    at_end = max([t[way] for t in told if t[end]], default=0.0)
    return math.sqrt(sum(t[way] ** 2 for t in told if not t[end]) + at_end**2)


def estimate(strata: list[tuple[int, int, int]]) -> tuple[float, float, float]:
    if not strata:
        return NAN, NAN, NAN
    told = terms(strata)
    value = sum(t[0] for t in told)
    return value, max(0.0, value - off(told, 1)), min(1.0, value + off(told, 2))


def step(value: float, size: float = 0.0005) -> float:
    return round(value / size) * size


def told(triple: tuple[float, float, float], names: tuple[str, str, str] = ("share", "low", "high")) -> dict:
    return dict(zip(names, map(step, triple), strict=True))


def every(share: float, low: float) -> int | None:
    """Return the round number nearest to one in so many, in the sense of how many times it is off."""
    round_ones = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100, 120, 150, 200, 250]
    return None if low < 0.0005 else min(round_ones, key=lambda r: max(r * share, 1 / (r * share)))


def ratio(first: list, second: list, both: list[tuple[int, int, int]], unknown: float = 0.5) -> tuple[float, float, float]:
    """Return a ratio with the roots of (x − θy)² = d_x² − 2θc + θ²d_y², c from how far both go together."""
    one, two = terms(first, unknown), terms(second, unknown)
    x, y = sum(t[0] for t in one), sum(t[0] for t in two)
    alike = []
    for (_, n, a), (_, _, b), (_, _, c) in zip(first, second, both, strict=True):
        p, q = (a / n, b / n) if n else (0, 0)
        spread = p * (1 - p) * q * (1 - q)
        alike.append((c / n - p * q) / math.sqrt(spread) if spread > 0 else 0.0)
    ends = []
    for way in (1, 2):
        other = 3 - way
        dx, dy = off(one, way), off(two, other)
        c = sum(r * s[way] * t[other] for r, s, t in zip(alike, one, two, strict=True))
        a, b, d = y**2 - dy**2, x * y - c, x**2 - dx**2
        root = math.sqrt(max(b**2 - a * d, 0))
        ends.append((b - root) / a if way == 1 else (b + root) / a if a > 1e-12 * y**2 else math.inf)
    return x / y, max(ends[0], 0.0) if x else 0.0, ends[1]


def part_of(odds: tuple[float, float, float]) -> tuple[float, float, float]:
    low, value, high = (1.0 if math.isinf(r) else r / (1 + r) for r in (odds[1], odds[0], odds[2]))
    return value, low, high


def powered(heard: Heard, code: str) -> tuple[float, float, float]:
    value = variance = 0.0
    for h in (1, 2, 3):
        own = [p["post_id"] for p in heard.posts if heard.stratum[p["post_id"]] == h]
        coded = [p for p in own if p in heard.said[code]]
        said = np.array([heard.said[code][p] for p in coded], dtype=float)
        weight = len(own) / len(heard.posts)
        if len(coded) == len(own):
            value += weight * said.mean()
            continue
        known, rest = (np.array([heard.score[code][p] for p in own if (p in heard.said[code]) == is_in], dtype=float)
                       for is_in in (True, False))
        low, high = (float(np.squeeze(v)) for v in ppi_mean_ci(said, known, rest, alpha=0.05, **(
            {} if said.std() else {"lam": 0.0})))
        value += weight * (low + high) / 2
        variance += weight**2 * (1 - len(coded) / len(own)) * ((high - low) / 2) ** 2
    return value, max(0.0, value - math.sqrt(variance)), min(1.0, value + math.sqrt(variance))


def speech(town: Town) -> Expected:
    heard = Heard(town)
    rows = []
    for code in CODES:
        row = {"row": "share", "code": code, "state": "audited", "posts": len(heard.posts), **heard.numbers(code),
               **told(heard.share(code))}
        row["rate"] = every(row["share"], row["low"])
        row |= dict.fromkeys(("powered", "powered_low", "powered_high", "flagged", "threshold", "raw"))
        if code in heard.score:
            row |= told(powered(heard, code), ("powered", "powered_low", "powered_high"))
            marked = len(heard.flagged(code))
            row |= {"flagged": marked, "threshold": 0.5, "raw": marked / len(heard.posts)}
        rows.append(row)
    for name, part, whole in (("hate_of_attacks", "hate", "attack"), ("strict_of_hate", "hate_strict", "hate")):
        has, both = heard.counts(whole), heard.counts(part)  # in the town hate is attack, and strict hate is hate
        rest = [(size, n, x - y) for (size, n, x), (_, _, y) in zip(has, both, strict=True)]
        nothing = [(size, n, 0) for size, n, _ in has]
        rows.append({**dict.fromkeys(rows[0]), "row": "part", "code": name, "state": "audited", "posts": None,
                     "coded": sum(x for _, _, x in has), "found": sum(x for _, _, x in both),
                     **told(part_of(ratio(both, rest, nothing, 0.25)))})
    attack, hate = rows[0], rows[1]
    return Expected(rows, {"posts": len(heard.posts), "coded": attack["coded"]}, "finding.speech_hate",
                    {"share": attack["share"], "rate": attack["rate"], "hate": hate["share"]}, value=attack["share"],
                    low=attack["low"], high=attack["high"], test="audit", caveats=("shares_of_frame",))


def recognition_ratio(town: Town) -> Expected:
    heard = Heard(town)
    first, second = heard.counts("recognition"), heard.counts("attack")
    together = []
    for h in (1, 2, 3):
        coded = [p["post_id"] for p in heard.posts if p["post_id"] in heard.said["attack"] and heard.stratum[p["post_id"]] == h]
        together.append((0, len(coded), sum(heard.said["attack"][p] and heard.said["recognition"][p] for p in coded)))
    value, low, high = ratio(first, second, together)
    row = {"coded": sum(n for _, n, _ in first), "attacks": sum(x for _, _, x in second),
           "recognitions": sum(x for _, _, x in first), "ratio": value, "low": low, "high": high}
    return Expected([row], {"unsaid": ""}, "finding.recognition_ratio", {"ratio": value}, value=value, low=low, high=high,
                    test="audit")


def _arenas(heard: Heard) -> dict[str, tuple[float, float]]:
    """Return of each arena with coded posts how many posts these stand for, and how many of them are attacks."""
    size = Counter(heard.stratum.values())
    coded = [p for p in heard.posts if p["post_id"] in heard.said["attack"]]
    drawn = Counter(heard.stratum[p["post_id"]] for p in coded)
    found = {}
    for arena, posts in sorted(group(coded, "arena").items()):
        weights = [(size[heard.stratum[p["post_id"]]] / drawn[heard.stratum[p["post_id"]]],
                    heard.said["attack"][p["post_id"]]) for p in posts]
        found[arena] = sum(w for w, _ in weights), sum(w for w, is_attack in weights if is_attack)
    return found


def _exchange(weighed: dict[str, tuple[float, float]], inside: set[str]) -> float:
    """Return how often whole arenas exchanged at random differ as much, each difference over its own error."""
    m, y = (np.array([v[i] for v in weighed.values()]) for i in (0, 1))
    is_in = np.array([a in inside for a in weighed])

    def size(chosen: np.ndarray) -> np.ndarray:
        shares, errors = [], []
        for side in (chosen, ~chosen):
            share = (side * y).sum(axis=1) / (side * m).sum(axis=1)
            count = side.sum(axis=1)
            left = side * (y - share[:, None] * m)
            errors.append((left**2).sum(axis=1) / (side * m).sum(axis=1) ** 2 * count / (count - 1))
            shares.append(share)
        error = np.sqrt(errors[0] + errors[1])
        return np.divide(np.abs(shares[0] - shares[1]), error, out=np.zeros_like(error), where=error > 0)

    order = np.argsort(np.random.default_rng(SEED).random((9999, len(is_in))), axis=1)
    seen = size(is_in[None, :])[0]
    return (1 + int((size(is_in[order]) >= seen - 1e-12).sum())) / 10_000


def speech_parts(town: Town) -> Expected:
    heard, rows = Heard(town), []
    weighed = _arenas(heard)
    parts = sorted(group(heard.posts, lambda p: (p["platform"], p["kind"])).items())
    for (platform, kind), posts in [*parts, (("all_posts", None), heard.posts)]:
        mine = {p["post_id"] for p in posts}
        rest = [p for p in heard.posts if p["post_id"] not in mine]
        arenas = {p["arena"] for p in posts}
        marked = len(heard.flagged("attack", posts))
        rows.append({
            "row": "platform" if kind else "all", "platform": platform, "arena_kind": kind, "category": None,
            "arenas": len(arenas), "posts": len(posts), **heard.numbers("attack", posts), **told(heard.share("attack", posts)),
            "rest": step(heard.share("attack", rest)[0]) if rest else None,
            "p": _exchange(weighed, arenas) if rest else None, "flagged": marked, "raw": marked / len(posts)})
    for row, q in zip(rows, benjamini_hochberg([r["p"] for r in rows]), strict=True):
        way = "more" if row["rest"] and row["share"] > row["rest"] else "less"
        row |= {"q": q, "verdict": None if q is None else way if q < 0.05 else "no_difference"}
    top = max((r for r in rows if r["verdict"] in ("more", "less")), key=lambda r: abs(r["share"] - r["rest"]))
    said = {c: top[c] for c in ("platform", "arena_kind", "share", "rest")}
    facts = {"unsaid": "", "arenas": len(weighed), **heard.numbers("attack")}
    return Expected(rows, facts, "finding.speech_parts_platform", {**said, "effective": len(weighed)}, value=top["share"],
                    low=top["low"], high=top["high"], test="arena_permutation", p=top["p"], is_change=True,
                    caveats=("arenas_differ_not_people",))


def speech_weeks(town: Town) -> Expected:
    heard, rows = Heard(town), []
    weeks = [w for w in whole_weeks(heard.posts, QUARTER) if w >= quarter_days(QUARTER)[0]]
    for code in ("attack", "hate", "recognition"):
        for month in ("2025-07", "2025-08", "2025-09"):
            posts = [p for p in heard.posts if f"{p['at']:%Y-%m}" == month]
            rows.append({"row": "audited", "code": code, "week": month, "posts": len(posts), **heard.numbers(code, posts),
                         **told(heard.share(code, posts)), "flagged": None, "raw": None})
        for week in weeks:
            name = f"{week.isocalendar()[0]}-W{week.isocalendar()[1]:02d}"
            posts = [p for p in heard.posts if p["week"] == name]
            marked = len(heard.flagged(code, posts))
            rows.append({**dict.fromkeys(rows[0]), "row": "model", "code": code, "week": name, "posts": len(posts),
                         "flagged": marked, "raw": marked / len(posts)})
    months = [r for r in rows if r["row"] == "audited" and r["code"] == "attack"]
    alike = max(r["low"] for r in months) <= min(r["high"] for r in months)
    return Expected(rows, {"unsaid": ""}, f"finding.speech_weeks{'_same' if alike else ''}",
                    {"lowest": min(r["share"] for r in months), "highest": max(r["share"] for r in months)}, test="audit",
                    caveats=("weeks_not_audited",))


def speech_model(town: Town) -> Expected:
    heard, rows = Heard(town), []
    for code in ("attack", "hate", "offensive", "recognition"):
        by = {p["post_id"] for p in heard.flagged(code)}
        yes, no = ([], [])
        for h in (1, 2, 3):
            for cells, is_in in ((yes, True), (no, False)):
                own = [p for p, s in heard.stratum.items() if s == h and (p in by) == is_in]
                coded = [p for p in own if p in heard.said[code]]
                cells += [(len(own), len(coded), sum(heard.said[code][p] for p in coded))] if own else []
        coded_marked = sum(n for _, n, _ in yes)
        row = {"code": code, "threshold": 0.5, "marked": coded_marked, "found": heard.numbers(code)["found"]}
        size = 0.05 if min(row["marked"], row["found"]) >= 100 else 0.1
        recall = _recall(yes, no)
        row |= _coarse("precision", estimate(yes), size)
        row |= _coarse("recall", recall, size)
        if not sum(x for _, _, x in no):
            row |= {"recall": None, "recall_high": None}
        rows.append(row)
    top = rows[0]
    said = {"code": "attack", "precision": top["precision"]}
    way = ("_least", {"least": top["recall_low"]}) if top["recall"] is None else ("", {"recall": top["recall"]})
    return Expected(rows, {"unsaid": ""}, f"finding.speech_model{way[0]}", {**said, **way[1]}, test="audit")


def _recall(yes: list, no: list) -> tuple[float, float, float]:
    """Return r/(1+r), r the found among the marked to the found among the others, which are other posts."""
    # each cell weighs as in the whole
    told_ = terms([*yes, *no])
    x, y = (sum(t[0] for t in part) for part in (told_[:len(yes)], told_[len(yes):]))
    ends = []
    for way in (1, 2):
        dx, dy = (math.sqrt(sum(t[w] ** 2 for t in part)) for part, w in ((told_[:len(yes)], way), (told_[len(yes):], 3 - way)))
        a, d = y**2 - dy**2, x**2 - dx**2
        root = math.sqrt(max((x * y) ** 2 - a * d, 0))
        # one root, written so that it holds where y is 0
        ends.append(d / (x * y + root) if way == 1 else (x * y + root) / a if a > 1e-12 * y**2 else math.inf)
    return x / (x + y), *(1.0 if math.isinf(r) else r / (1 + r) for r in ends)


def _coarse(name: str, triple: tuple[float, float, float], size: float) -> dict:
    value, low, high = triple
    return {name: round(value / size) * size, f"{name}_low": math.floor(low / size + 1e-9) * size,
            f"{name}_high": math.ceil(high / size - 1e-9) * size}


def agreement(town: Town) -> Expected:
    made = spoken(town)
    coders: dict[tuple[str, str], set[str]] = {}
    for row in made.codes.to_dict("records"):
        coders.setdefault((row["code"], row["post_id"]), set()).add(row["coder"])
    rows = [{"code": code, "name": {**{lang: f"{code} {lang}" for lang in ("da", "en")}, "sv": f"{code} en", "no": f"{code} en"},
             "alpha": 0.8, "low": 0.8 - 0.1,
             "high": 0.8 + 0.1, "agreement": 0.95, "verdict": "agree_good"} for code in CODES]
    twice = {post for (_, post), who in coders.items() if len(who) > 1}
    return Expected(rows, {"unsaid": "", "posts": len(twice), "unseen": 0}, "finding.agreement", {"codes": 5, "good": 5, "low": 0})


def audit_design(town: Town) -> Expected:
    heard = Heard(town)
    strata = heard.counts("attack")
    whole = {"posts": len(heard.posts), "coded": sum(n for _, n, _ in strata)}
    rows = [{"stratum": f"stratum_{h}", "posts": size, "coded": n} for h, (size, n, _) in enumerate(strata, start=1)]
    return Expected([*rows, {"stratum": "all_posts", **whole}], {"unsaid": "", **whole}, "finding.audit_design", test="audit")


def speech_change(town: Town) -> Expected:
    before, now = Heard(town, "2025Q2"), Heard(town)
    both = {p["arena"] for p in before.posts} & {p["arena"] for p in now.posts}
    panel = [[p for p in heard.posts if p["arena"] in both] for heard in (before, now)]
    distinct = _distinct(*panel)
    n1, n2 = (Counter(p["arena"] for p in part) for part in distinct)
    arenas = sorted(n1)
    h = [n1[a] * n2[a] / (n1[a] + n2[a]) for a in arenas]
    w = np.array([x / (x + 300) for x in h]) / sum(x / (x + 300) for x in h)
    signs = np.random.default_rng(SEED).choice([-1.0, 1.0], size=(9999, len(arenas)))
    rows = []
    for code in ("attack", "hate", "recognition"):
        (a, al, ah), (b, bl, bh) = (heard.share(code, part) for heard, part in zip((now, before), panel[::-1], strict=True))
        row = {"code": code, "change": a - b, "low": a - b - math.hypot(a - al, bh - b), "high": a - b + math.hypot(ah - a, b - bl)}
        for heard, ending in ((before, "_before"), (now, "")):
            row |= {f"{name}{ending}": n for name, n in heard.numbers(code).items()}
        c1, c2 = (Counter(p["arena"] for p in heard.flagged(code, part)) for heard, part in zip((before, now), distinct, strict=True))
        d = w * np.array([c2[x] / n2[x] - c1[x] / n1[x] for x in arenas])
        row["p"] = (1 + int((np.abs(signs @ d) >= abs(d.sum()) - 1e-12).sum())) / 10_000
        rows.append(row)
    for row, q in zip(rows, benjamini_hochberg([r["p"] for r in rows]), strict=True):
        row |= {"q": q, "verdict": "unclear"}
    assert all(r["q"] > 0.05 or r["low"] <= 0 <= r["high"] for r in rows)  # nothing was planted to change
    top = rows[0]
    seen = round(100 * (top["high"] - top["low"]) / 2 * (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) / stats.norm.ppf(0.975), 1)
    facts = {"unsaid": "", "before": "2025Q2", "arenas": len(arenas), "effective": 1 / float((w**2).sum())}
    return Expected(rows, facts, "finding.speech_unchanged", {"code": "attack", "seen": seen}, value=top["change"],
                    low=top["low"], high=top["high"], test="sign_flip", p=top["p"], caveats=("fixed_panel", "tested_by_model"))
