"""Whom attacks hit, harm, themes, topics and types of arena, by hand."""

from __future__ import annotations

import math
import re

from scipy import stats

from tests.oracles.coding import PARTS, SHARES, coded
from tests.oracles.conftest import QUARTER, Town
from tests.oracles.counting import Expected, group
from tests.oracles.oracles_of_shares import estimate, every, part_of, ratio, step
from tests.oracles.oracles_of_tests import benjamini_hochberg

FEW = 0.0005


class Read:
    """What people read of the quarter, as plain dicts."""

    def __init__(self, town: Town) -> None:
        made = coded(town)
        self.stratum = dict(zip(made.frame["post_id"], made.frame["stratum"], strict=True))
        self.said: dict[str, dict[str, bool]] = {}
        for row in made.settled.to_dict("records"):
            self.said.setdefault(row["code"], {})[row["post_id"]] = bool(row["value"])
        self.score = {c: dict(zip(made.scores["post_id"], made.scores[c], strict=True)) for c in made.scores if c != "post_id"}
        self.posts = [p for p in town.within(QUARTER) if p["post_id"] in self.stratum]

    def found(self, code: str, posts: list | None = None) -> list:
        return [p for p in self.posts if self.said[code].get(p["post_id"]) and (posts is None or p in posts)]

    def read(self, posts: list) -> list:
        return [p for p in posts if p["post_id"] in self.said["attack"]]

    def strata(self, is_found, posts: list | None = None) -> list[tuple[int, int, int]]:
        """Return posts, those read, and those of them of which something holds, of each stratum that there is."""
        told = []
        for h in (1, 2, 3):
            own = [p for p in (self.posts if posts is None else posts) if self.stratum[p["post_id"]] == h]
            read = self.read(own)
            if own:
                told.append((len(own), len(read), sum(bool(is_found(p["post_id"])) for p in read)))
        return told

    def share(self, code: str, posts: list | None = None) -> tuple[float, float, float]:
        return estimate(self.strata(self.said[code].__getitem__, posts))


def name(code: str) -> dict:
    return {language: f"{code} {'da' if language == 'da' else 'en'}" for language in ("da", "en", "no", "sv")}


def written(triple: tuple[float, float, float]) -> dict:
    """Return how a share is told: below .05 % by its upper end alone."""
    value, low, high = map(step, triple)
    return {"share": None, "low": 0.0, "high": high} if triple[1] < FEW else {"share": value, "low": low, "high": high}


def ordered(rows: list[dict], by: str) -> list[dict]:
    return sorted(rows, key=lambda r: (r[by] is None, -(r[by] or 0), r.get("code", ""), r.get("part", "")))


def says(rows: list[dict]) -> dict:
    return {"name": rows[0]["name"], "share": rows[0]["share"]}


def main(row: dict) -> dict:
    return {"value": row["share"], "low": row["low"], "high": row["high"], "test": "audit"}


def parts(read: Read, family: str) -> list[dict]:
    """Return how large a part of the hate each code of a family has."""
    hate, rows = read.said["hate"], []
    for code in (c for c in PARTS if c.startswith(family)):
        mine = read.said[code]
        both = read.strata(lambda p, mine=mine: hate[p] and mine[p])
        others = read.strata(lambda p, mine=mine: hate[p] and not mine[p])
        odds = ratio(both, others, [(n, k, 0) for n, k, _ in both], unknown=0.25)
        rows.append({"code": code, "name": name(code), "found": sum(x for *_, x in both), **written(part_of(odds))})
    return rows


def targets(town: Town) -> Expected:
    read, rows = Read(town), []
    for row in parts(read, "target."):
        code = row["code"]
        word = code.split(".")[1]
        spoken_of = [p for p in read.posts if word in re.findall(r"[^\W_]+", p["text"].lower())]
        more: dict = dict.fromkeys(("mention_found", "per_thousand", "per_low", "per_high", "counted"))
        if len(read.read(spoken_of)) >= 30:
            value, low, high = (1000 * v for v in read.share(code, spoken_of))
            more = {"mention_found": len(read.found(code, spoken_of)), "counted": "by_audit", "per_high": high,
                    "per_thousand": value if low >= 0.5 else None, "per_low": low if low >= 0.5 else 0.0}
        elif spoken_of:
            flagged = sum(read.score[code][p["post_id"]] >= 0.5 for p in spoken_of)
            more |= {"mention_found": flagged, "counted": "by_model", "per_thousand": 1000 * flagged / len(spoken_of)}
        rows.append(row | {"mentions": len(spoken_of), **more})
    rows = ordered(rows, "share")
    assert {r["counted"] for r in rows} == {"by_audit", "by_model", None}
    facts = {"unsaid": "", "of": "hate", "cases": len(read.found("hate"))}
    return Expected(rows, facts, "finding.targets_hate", says(rows), caveats=("several_labels", "mentions_by_model"),
                    **main(rows[0]))


def grounds(town: Town) -> Expected:
    read = Read(town)
    rows = ordered(parts(read, "ground."), "share")
    facts = {"unsaid": "", "of": "hate", "cases": len(read.found("hate"))}
    return Expected(rows, facts, "finding.grounds_hate", says(rows), caveats=("several_labels",), **main(rows[0]))


def codes(read: Read, family: str) -> list[dict]:
    rows = []
    for code in (c for c in SHARES if c.startswith(family)):
        triple = read.share(code)
        row = {"code": code, "name": name(code), "found": len(read.found(code)), **written(triple)}
        rows.append(row | {"rate": every(triple[0], triple[1]) if row["share"] else None})
    return rows


def harms(town: Town) -> Expected:
    read = Read(town)
    full = [a for a, posts in group(read.read(read.posts), "arena").items() if len(posts) >= 30]
    rows = []
    for row in codes(read, "harm."):
        met = {p["arena"] for p in read.found(row["code"])} & set(full)
        rows.append(row | {"arenas_share": len(met) / len(full) if len(full) >= 3 and met else None})
    rows = ordered(rows, "share")
    assert rows[-1]["share"] is None
    return Expected(rows, {"unsaid": "", "checked": len(full)}, "finding.harms", says(rows) | {"rate": rows[0]["rate"]},
                    caveats=("upper_end_alone",), **main(rows[0]))


def harm_platforms(town: Town) -> Expected:
    read, rows = Read(town), []
    for code in sorted(c for c in SHARES if c.startswith("harm.") and read.found(c)):
        for platform, posts in sorted(group(read.posts, "platform").items()):
            assert len(read.read(posts)) >= 30
            rows.append({"code": code, "name": name(code), "platform": platform, "found": len(read.found(code, posts)),
                         **written(read.share(code, posts))})
    top = max((r for r in rows if r["share"]), key=lambda r: r["share"])
    caveats = ("upper_end_alone",) if any(r["share"] is None for r in rows) else ()
    return Expected(rows, {"unsaid": ""}, "finding.harm_platforms", says([top]) | {"platform": top["platform"]},
                    caveats=caveats, **main(top))


def themes(town: Town) -> Expected:
    rows = ordered(codes(Read(town), "theme."), "share")
    return Expected(rows, {"unsaid": ""}, "finding.themes", says(rows) | {"rate": rows[0]["rate"]},
                    caveats=("upper_end_alone",), **main(rows[0]))


def attack_lift(town: Town) -> Expected:
    read, asked, rows = Read(town), 0, []
    topics = town.topics.topics.set_index("topic_id")
    for number, topic in topics.iterrows():
        inside = [p for p in read.posts if p["topic"] == number]
        outside = [p for p in read.posts if p["topic"] != number]
        if topic["core"] < 50 or topic["inclusion"] < 0.8 or len(read.read(inside)) < 30:
            continue
        asked += 1
        if len(read.found("attack", inside)) < 10:
            continue
        (x, x_low, x_high), (y, y_low, y_high) = read.share("attack", inside), read.share("attack", outside)
        ends = []
        for dx, dy, sign in ((x - x_low, y_high - y, -1), (x_high - x, y - y_low, 1)):
            a, b, c = y**2 - dy**2, x * y, x**2 - dx**2
            ends.append((b + sign * math.sqrt(b**2 - a * c)) / a)
        off = math.hypot(x - x_low, y_high - y) if x > y else math.hypot(x_high - x, y - y_low)
        rows.append({"topic_id": number, "stable_id": topic["stable_id"], "label": topic["label"], "named_by": "words",
                     "attack_found": len(read.found("attack", inside)), "attack_share": x, "rest_share": y, "lift": x / y,
                     "lift_low": ends[0], "lift_high": ends[1], "lift_p": 2 * stats.norm.sf(stats.norm.ppf(0.975) * abs(x - y) / off)})
    adjusted = benjamini_hochberg([r["lift_p"] for r in rows] + [1.0] * (asked - len(rows)))
    for row, q in zip(rows, adjusted, strict=False):
        is_sure = q < 0.05 and not row["lift_low"] <= 1 <= row["lift_high"]
        row |= {"lift_q": q, "lift_verdict": ("higher" if row["lift"] > 1 else "lower") if is_sure else "not_different"}
    rows = ordered(rows, "lift")
    top, count = rows[0], sum(r["lift_verdict"] == "higher" for r in rows)
    assert asked > len(rows) > 1
    assert top["lift_verdict"] == "higher"
    told = {"count": count, **{c: top[c] for c in ("attack_share", "rest_share", "lift", "label")}}
    return Expected(rows, {"unsaid": "", "asked": asked}, "finding.attack_lift", told, value=top["lift"], low=top["lift_low"],
                    high=top["lift_high"], test="audit", caveats=("posts_of_quarter", "labels_by_machine"))


def recognition_arenas(town: Town) -> Expected:
    read, rows = Read(town), []
    for kind, posts in sorted(group(read.posts, "kind").items()):
        assert len(read.read(posts)) >= 30
        row = {"by": "kind", "part": kind, "arenas": len({p["arena"] for p in posts})}
        for code, column in (("recognition", "recognitions"), ("attack", "attacks")):
            one = written(read.share(code, posts))
            row |= {column: len(read.found(code, posts)), code: one["share"], f"{code}_low": one["low"],
                    f"{code}_high": one["high"]}
        rows.append(row)
    top = max((r for r in rows if r["recognition"]), key=lambda r: r["arenas"])
    return Expected(rows, {"unsaid": ""}, "finding.recognition_arenas", {c: top[c] for c in ("part", "recognition", "attack")},
                    value=top["recognition"], low=top["recognition_low"], high=top["recognition_high"], test="audit",
                    caveats=("types_not_tested",))
