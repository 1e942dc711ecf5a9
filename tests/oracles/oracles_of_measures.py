"""What the collection is made of, who writes how much, what is seen, where it is about, how long it lasts: by hand."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from tests.oracles.conftest import BEFORE, QUARTER, Town
from tests.oracles.counting import Counter, Expected, group, median
from tests.oracles.findings import PLACES, lineage


def composition(town: Town) -> Expected:
    """The town's arenas have no category and stand on two platforms, so the parts are these."""
    now = town.within(QUARTER)
    kind = {p["arena"]: p["kind"] for p in now}
    channels = {a for a, k in kind.items() if k in ("channel", "page")}
    whole = {"posts": len(now), "arenas": len(kind), "channels": len(channels), "groups": len(kind) - len(channels)}
    rows = []
    for platform, posts in sorted(group(now, "platform").items(), key=lambda item: -len(item[1])):
        arenas = {p["arena"] for p in posts}
        own = {"posts": len(posts), "arenas": len(arenas), "channels": len(arenas & channels), "groups": len(arenas - channels)}
        shares = {"share" if c == "posts" else f"{c}_share": own[c] / whole[c] if whole[c] else None for c in own}
        rows.append({"by": "platform", "part": platform, **own, **shares})
    told = {"part": rows[0]["part"], "share": rows[0]["share"], "count": rows[0]["arenas"]}
    return Expected(rows, whole, "finding.composition_platform", told, value=rows[0]["share"],
                    numerator=rows[0]["posts"], denominator=len(now), caveats=("subscriptions_unknown",))


def selection(town: Town) -> Expected:
    """The town was not imported, so nobody knows what was read."""
    now, before = town.within(QUARTER), {p["arena"] for p in town.within(BEFORE)}
    active = {p["arena"] for p in now}
    steps = {"quarter": len(now), "text": sum(isinstance(p["text"], str) for p in now),
             "topic": sum(isinstance(p["text"], str) and p["topic"] >= 0 for p in now)}
    # collection of one arena ended with the quarter before
    ended = sum(role == "silent" for role in town.truth.arenas["role"])
    listed = len(town.truth.arenas)
    arenas = {"listed": listed, "collected": listed - ended, "active": len(active), "panel": len(active & before)}
    rows = [{"row": "posts", "step": f"step_{s}", "posts": n, "rows_read": None, "arenas": None} for s, n in steps.items()]
    rows += [{"row": "arenas", "step": f"step_{s}", "posts": None, "rows_read": None, "arenas": n} for s, n in arenas.items()]
    facts = {"posts": len(now), "with_topic": steps["topic"], "in_topic": steps["topic"] / len(now), "listed": listed,
             "active": len(active)}
    return Expected(rows, facts, "finding.selection", value=steps["topic"] / len(now), numerator=steps["topic"],
                    denominator=len(now))


def concentration(town: Town) -> Expected:
    now = town.within(QUARTER)
    by_account = Counter(p["account"] for p in now if p["account"])
    by_arena = Counter(p["arena"] for p in now)
    # the most active ten accounts, then tenths of all: of some hundred accounts no tenth is nearer to another than ten
    tenths = {len(c): [math.ceil(len(c) * i / 10) for i in range(1, 11)] for c in (by_account, by_arena)}
    at = {"authors": [10, *(m for m in tenths[len(by_account)] if m >= 20)],
          "arenas": [m for m in tenths[len(by_arena)] if m >= 3]}
    rows = []
    for kind, counts in (("authors", by_account), ("arenas", by_arena)):
        sizes, total, n = sorted(counts.values(), reverse=True), sum(counts.values()), len(counts)
        unlike = sum(abs(a - b) for a in sizes for b in sizes) / (2 * n * total)
        rows += [{"row": kind, "members": m, "of_all": n, "part": m / n, "posts": sum(sizes[:m]), "of_posts": total,
                  "share": sum(sizes[:m]) / total, "gini": unlike} for m in at[kind]]
    much = next(r for r in rows if r["row"] == "arenas" and r["share"] >= 0.8)
    told = {"top_share": rows[0]["share"], **{c: much[c] for c in ("members", "of_all", "share")}}
    return Expected(rows, {"authors": len(by_account), "arenas": len(by_arena)}, "finding.concentration_both", told,
                    value=much["share"], caveats=("accounts_not_people",))


def reach(town: Town) -> Expected:
    number = {post_id: n for n, post_id in enumerate(town.corpus.posts["post_id"])}
    now = [p | {"n": number[p["post_id"]]} for p in town.within(QUARTER)]
    rows = []
    parts = [("platform", *name, posts) for name, posts in sorted(group(now, lambda p: (p["platform"], p["kind"])).items())]
    for row, platform, kind, posts in [*parts, ("all", "all_posts", None, now)]:
        own = [p for p in posts if p["n"] % 7 and p["n"] % 13 >= 7]
        views = [p["n"] % 997 for p in own]
        rows.append({"row": row, "platform": platform, "arena_kind": kind, "arenas": len({p["arena"] for p in own}),
                     "posts": len(own), "of_posts": len(posts), "views": sum(views), "median_views": median(views)})
    told = {"views": rows[-1]["views"], "median_views": rows[-1]["median_views"], "counted": rows[-1]["posts"]}
    return Expected(rows, {"posts": len(now)}, "finding.reach", told, value=rows[-1]["median_views"],
                    caveats=("views_not_people", "subscribers_unknown"))


def local_relevance(town: Town) -> Expected:
    now = town.within(QUARTER)
    words = [set(re.findall(r"\w+", (p["text"] or "").lower())) for p in now]
    asked = {"district": {"havnen"}, "street": {"torv", "torvet", "fyrvej"}, "other": {"bogby"}}
    asked = {kind: names | {f"{name}s" for name in names} for kind, names in asked.items()}
    asked["any_place"] = set().union(*asked.values())
    rows = []
    for kind, names in asked.items():
        own = [p for p, said in zip(now, words, strict=True) if said & names]
        listed = len(PLACES) if kind == "any_place" else int((PLACES["kind"] == kind).sum())
        rows.append({"row": "all" if kind == "any_place" else "kind", "kind": kind, "names": listed, "posts": len(own),
                     "arenas": len({p["arena"] for p in own}), "share": len(own) / len(now)})
    facts = {"posts": len(now), "places": len(PLACES), "is_checked": False}
    last = rows[-1]
    assert last["posts"] > 50
    return Expected(rows, facts, "finding.local_relevance", {"share": last["share"]}, value=last["share"],
                    numerator=last["posts"], denominator=len(now), caveats=("places_not_checked",))


def survival(town: Town) -> Expected:
    """One arena was collected until June only; the one that reopened counts with its heir."""
    first: dict[str, datetime] = {}
    for post in town.posts:
        first[post["arena"]] = min(first.get(post["arena"], post["at"]), post["at"])
    pair = lineage(town).iloc[0]
    ended = {a for a, role in zip(town.corpus.arenas["arena_id"], town.truth.arenas["role"], strict=True) if role == "silent"}
    lives = []
    for arena, day in first.items():
        if arena != pair["successor"]:
            end = datetime(2025, 6, 30, tzinfo=UTC) if arena in ended else datetime(2025, 9, 30, tzinfo=UTC)
            lives.append(((end - day).days, arena in ended))
    at = sorted({d for d, gone in lives if gone} | {m for m in (30, 91, 182, 365, 730, 1095) if m <= max(d for d, _ in lives)})
    rows, alive, spread = [], 1.0, 0.0
    for day in at:
        n, d = sum(life >= day for life, _ in lives), sum(life == day and gone for life, gone in lives)
        alive, spread = alive * (1 - d / n), spread + d / (n * (n - d))
        edges = (None, None)
        if alive < 1:
            s = math.sqrt(spread) / math.log(alive)
            edges = tuple(alive ** math.exp(-sign * 1.959963984540054 * s) for sign in (1, -1))
        rows.append({"day": day, "at_risk": n, "gone": d, "share": alive, "low": edges[0], "high": edges[1],
                     "is_mark": day in (30, 91, 182, 365, 730, 1095)})
    facts = {"arenas": len(lives), "gone": len(ended)}
    year = next((r for r in rows if r["day"] == 365), None)
    told = {c: year[c] for c in ("share", "low", "high")} if year and year["low"] else {}
    return Expected(rows, facts, "finding.survival_year" if told else "finding.survival_gone", told,
                    value=told.get("share"), low=told.get("low"), high=told.get("high"), caveats=("arenas_gone_before",))
