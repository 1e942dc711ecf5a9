"""How much, where, about what, when: by counting posts one by one."""

from __future__ import annotations

from datetime import timedelta

from tests.oracles.conftest import QUARTER, Town
from tests.oracles.counting import Counter, Expected, group, median, monday, quarter_days, whole_weeks
from tests.oracles.findings import SEEN, VERDICTS

NOT_FOUND_AGAIN = (2, 3)  # of one the core is not put there again, the other has a core of 49 posts


def label(town: Town, topic: int) -> str:
    return str(town.truth.topics["label"].iloc[topic])


def volume(town: Town) -> Expected:
    now, (start, end) = town.within(QUARTER), quarter_days(QUARTER)
    counts = Counter(monday(p["at"]) for p in town.posts if p["at"] < end)
    weeks = whole_weeks(town.posts, QUARTER)[-65:]
    rows = [{"week": f"{w.isocalendar()[0]}-W{w.isocalendar()[1]:02d}", "week_start": w, "posts": counts[w],
             "in_quarter": start <= w, "straddles": w < start <= w + timedelta(days=6)} for w in weeks]
    facts = {"posts": len(now), "arenas": len({p["arena"] for p in now})}
    return Expected(rows, facts, "finding.volume", value=len(now), caveats=("copies_counted",))


def platforms(town: Town) -> Expected:
    now, before = town.within(QUARTER), {p["arena"] for p in town.within("2025Q2")}
    rows = []
    for (platform, kind), posts in sorted(group(now, lambda p: (p["platform"], p["kind"])).items()):
        accounts = {p["account"] for p in posts if p["account"]}
        rows.append({"row": "platform", "platform": platform, "arena_kind": kind, "arenas": len({p["arena"] for p in posts}),
                     "posts": len(posts), "share": len(posts) / len(now), "authors": len(accounts) or None,
                     "median_posts": median(Counter(p["arena"] for p in posts).values())})
    arenas = Counter(p["arena"] for p in now)
    rows.append({"row": "all", "platform": "all_posts", "arena_kind": None, "arenas": len(arenas), "posts": len(now),
                 "share": 1.0, "authors": None, "median_posts": median(arenas.values())})
    panel = sum(p["arena"] in before for p in now)
    facts = {"posts": len(now), "panel_posts": panel, "panel_share": panel / len(now), "arenas": len(arenas)}
    return Expected(rows, facts, "finding.platforms", value=panel / len(now), numerator=panel, denominator=len(now))


def coverage(town: Town) -> Expected:
    now, before = ({p["arena"] for p in town.within(q)} for q in (QUARTER, "2025Q2"))
    ever = {p["arena"] for p in town.posts if p["at"] < quarter_days(QUARTER)[0]}
    # the only heir posted in the quarter before already, so nothing reopened; collection of one arena ended in June
    ended = {a for a, role in zip(town.corpus.arenas["arena_id"], town.truth.arenas["role"], strict=True) if role == "silent"}
    counts = {"stayed": len(now & ever), "new": len(now - ever), "newly_collected": 0, "reopened": 0,
              "silent": len(before - now - ended), "gone": len((before - now) & ended)}
    rows = [{"status": s, "arenas": n, "of_arenas": sum(counts.values())} for s, n in counts.items()]
    told = {change: [seen for seen in SEEN if seen[1] == change] for change in ("renamed", "went_private")}
    rows += [{"status": s, "arenas": sum(seen[4] for seen in found), "of_arenas": len(found)} for s, found in told.items()]
    changed, total = counts["new"] + counts["gone"], len(before) + len(now)
    facts = {**counts, "before": len(before), "now": len(now), "churn": changed / total}
    return Expected(rows, facts, "finding.coverage", value=len(now), caveats=("silent_not_gone", "change_where_told"))


def topics(town: Town) -> Expected:
    now = town.within(QUARTER)
    by_topic = group(now, "topic")
    order = sorted(set(by_topic) - {-1}, key=lambda t: (-len(by_topic[t]), t))
    rows = [_topic_row(town, t, by_topic[t], len(now)) for t in order]
    for row, topic, name, posts in (("none", -1, "no_topic", by_topic[-1]), ("all", None, "all_posts", now)):
        rows.append(_topic_row(town, order[0], posts, len(now)) | {
            "row": row, "topic_id": topic, "stable_id": None, "label": name, "named_by": None, "words": [],
            "stability": None, "inclusion": None, "trust": None, "core_share": None})
    inside = len(now) - len(by_topic[-1])
    facts = {"topics": len(order), "posts": len(now), "inside": inside, "in_topic": inside / len(now)}
    told = {"label": label(town, order[0]), "share": len(by_topic[order[0]]) / len(now)}
    largest = len(by_topic[order[0]])
    return Expected(rows, facts, "finding.topics", told, value=largest / len(now), numerator=largest, denominator=len(now),
                    caveats=("counted_by_model", "labels_by_machine"))


def _topic_row(town: Town, topic: int, posts: list, total: int) -> dict:
    ever = [p for p in town.posts if p["topic"] == topic]
    core = sum(not p["post_id"].endswith("0") for p in ever)
    return {"row": "topic", "topic_id": topic, "stable_id": f"K-{topic:03d}", "label": label(town, topic),
            "named_by": "words", "words": list(town.truth.topics["words"].iloc[topic])[:8], "posts": len(posts),
            "share": len(posts) / total, "core_share": core / len(ever), "arenas": len({p["arena"] for p in posts}), "stability": 0.9,
            "inclusion": 0.79 if topic == 2 else 0.8,
            "trust": "not_trusted" if topic in NOT_FOUND_AGAIN else "trusted"}


def topic_weeks(town: Town) -> Expected:
    now, start = town.within(QUARTER), quarter_days(QUARTER)[0]
    weeks = [w for w in whole_weeks(town.posts, QUARTER) if w >= start]
    names = [f"{w.isocalendar()[0]}-W{w.isocalendar()[1]:02d}" for w in weeks]
    by_week = group(now, lambda p: p["week"] if p["week"] in names else None)
    sizes = Counter(p["topic"] for p in now if p["topic"] >= 0)
    order = sorted(sizes, key=lambda t: (-sizes[t], t))
    rows = []
    for topic in order[:5]:
        for week in [*names, None]:
            of, posts = len(by_week[week]), sum(p["topic"] == topic for p in by_week[week])
            row = _topic_row(town, topic, now, len(now))
            rows.append({**{c: row[c] for c in ("topic_id", "stable_id", "label", "trust")}, "week": week, "posts": posts,
                         "of_posts": of, "share": posts / of, "of_topic": sizes[topic]})
    top = max((r for r in rows if r["week"]), key=lambda r: r["share"])
    told = {"label": top["label"], "week": top["week"], "share": top["share"]}
    return Expected(rows, {"topics": len(order), "drawn": 5, "weeks": len(weeks)}, "finding.topic_weeks", told,
                    value=top["share"], numerator=top["posts"], denominator=top["of_posts"])


def topic_verdicts(town: Town) -> Expected:
    rows = []
    for verdict in ("kept", "grown", "shrunk", "split", "merged", "born", "gone"):
        own = [(is_now, sure) for v, is_now, sure in VERDICTS if v == verdict]
        rows.append({"verdict": verdict, "topics": sum(n for n, _ in own), "ended": sum(not n for n, _ in own),
                     "uncertain": sum(sure < 0.8 for _, sure in own)})
    by = {r["verdict"]: r for r in rows}
    again = sum(by[v]["topics"] for v in ("kept", "grown", "shrunk"))
    before = again + sum(r["ended"] for r in rows)
    facts = {"again": again, "of": before, "before": "2025Q2", "born": by["born"]["topics"], "split": by["split"]["topics"],
             "merged": by["merged"]["topics"], "gone": by["gone"]["ended"], "uncertain": sum(r["uncertain"] for r in rows)}
    return Expected(rows, facts, "finding.topic_verdicts_uncertain", value=again / before, caveats=("growth_described",))


def spread(town: Town) -> Expected:
    urls = Counter(u for p in town.posts for u in {w.rstrip(".,!?") for w in p["text"].split() if w.startswith("http")})
    most = max(urls.values())
    link = max(u for u, n in urls.items() if n == most)
    posts = [p for p in town.posts if link in {w.rstrip(".,!?") for w in p["text"].split()}]
    rows, seen = [], set()
    for post in sorted(posts, key=lambda p: (p["at"], p["post_id"])):
        if post["arena"] not in seen:
            seen.add(post["arena"])
            hours = (post["at"] - min(p["at"] for p in posts)).total_seconds() / 3600
            rows.append({"arena": post["arena"], "hours": hours, "arenas": len(seen)})
    told = {"count": len(rows), "hours": rows[-1]["hours"], "arena": rows[0]["arena"]}
    return Expected(rows, {"posts": len(posts)}, "finding.spread", told, value=len(rows), caveats=("first_collected",))


def new_words(town: Town) -> Expected:
    """Count the words that were found; whether others should have been is asked in the room that finds them."""
    from tests.oracles.findings import MEASURED

    first, seen = [], set()
    for post in sorted(town.posts, key=lambda p: (p["at"], p["post_id"])):
        if post["text"] not in seen:
            seen.add(post["text"])
            first.append({**post, "words": _words(post["text"])})
    now, before = ([p for p in first if (p["quarter"] == QUARTER) is q] for q in (True, False))
    rows = []
    for found in MEASURED["new_words"](town).data.to_dict("records"):
        has, had = ([p for p in some if found["word"] in p["words"]] for some in (now, before))
        growth = ((len(has) + 0.5) / len(now)) / ((len(had) + 0.5) / len(before))
        rows.append(found | {"posts": len(has), "posts_before": len(had), "arenas": len({p["arena"] for p in has}),
                             "first_seen": min(p["at"] for p in has + had).strftime("%G-W%V"),
                             "status": "growing_word" if had else "new_word", "growth": growth if had else None})
        assert not had or growth >= 3
    new = sum(r["status"] == "new_word" for r in rows)
    return Expected(rows, {"has_before": True}, "finding.new_words", {"count": len(rows), "new": new, "growing": len(rows) - new},
                    value=len(rows), caveats=("new_where_collected",))


def _words(text: str) -> set[str]:
    kept = "".join(c if c.isalpha() or c in "-'’" else " " for c in text.casefold())
    return {w.strip("-'’") for w in kept.split()}


