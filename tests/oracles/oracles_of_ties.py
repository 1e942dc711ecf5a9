"""Links, forwards and what was shared together: by walking through the posts."""

from __future__ import annotations

import hashlib
import math
import re
from datetime import timedelta
from itertools import combinations

import networkx as nx
from sklearn.feature_extraction.text import CountVectorizer

from tests.oracles.conftest import BEFORE, QUARTER, Town
from tests.oracles.counting import Counter, Expected, defaultdict
from tests.oracles.oracles_of_posts import label

# whatever the domains of a platform are called, they are one
HOME_DOMAIN = {"youtu.be": "youtube.com", "twitter.com": "x.com"}

PLATFORM = {"youtube.com": "YouTube", "youtu.be": "YouTube", "t.me": "Telegram", "x.com": "X", "twitter.com": "X"}
HOME = {"telegram": "Telegram", "youtube": "YouTube"}
SHORT = {"bit.ly", "youtu.be"}


def _links(town: Town) -> list[tuple[dict, str]]:
    """Return each post of the quarter with each domain it links to, but those of its own platform."""
    posts = {p["post_id"]: p for p in town.within(QUARTER)}
    links = town.corpus.links
    pairs = {(p, t) for p, r, t in zip(links["post_id"], links["relation"], links["target"], strict=True) if r == "domain"}
    return [(posts[p], t) for p, t in sorted(pairs) if p in posts and PLATFORM.get(t) != HOME[posts[p]["platform"]]]


def _tabulate(town: Town, named: list[tuple[dict, tuple]], columns: tuple[str, ...]) -> list[dict]:
    linking = len({p["post_id"] for p, _ in _links(town)})
    members = defaultdict(dict)
    for post, name in named:
        members[name][post["post_id"]] = post["arena"]
    order = sorted(members, key=lambda n: (-len(members[n]), n))
    return [{**dict(zip(columns, n, strict=True)), "posts": len(members[n]), "arenas": len(set(members[n].values())),
             "share": len(members[n]) / linking, "share_all": len(members[n]) / len(town.within(QUARTER))} for n in order]


def _expect(town: Town, key: str, rows: list[dict], told: dict) -> Expected:
    posts, linking = len(town.within(QUARTER)), len({p["post_id"] for p, _ in _links(town)})
    facts = {"posts": posts, "linking_posts": linking, "linking": linking / posts, "found": len([r for r in rows if r.get("row") != "destination"])}
    told = told | {"share_all": next(r["share_all"] for r in rows if r["share"] == told["share"])}
    return Expected(rows, facts, f"finding.{key}", told, value=linking / posts, numerator=linking, denominator=posts,
                    caveats=("links_not_followed",))


def domains(town: Town) -> Expected:
    rows = _tabulate(town, [(p, (HOME_DOMAIN.get(d, d),)) for p, d in _links(town)], ("domain",))
    rows = [r | {"platform": PLATFORM.get(r["domain"]), "is_short": r["domain"] in SHORT} for r in rows][:40]
    return _expect(town, "domains", rows, {c: rows[0][c] for c in ("domain", "share")})


def link_platforms(town: Town) -> Expected:
    rows = _tabulate(town, [(p, (PLATFORM[d],)) for p, d in _links(town) if d in PLATFORM], ("platform",))
    return _expect(town, "link_platforms", rows, {c: rows[0][c] for c in ("platform", "share")})


def link_flows(town: Town) -> Expected:
    ends = [(p, PLATFORM.get(d) or ("short_links" if d in SHORT else "other_sites")) for p, d in _links(town)]
    to = [r | {"row": "destination", "platform": None} for r in _tabulate(town, [(p, (e,)) for p, e in ends], ("destination",))]
    flows = _tabulate(town, [(p, (HOME[p["platform"]], e)) for p, e in ends], ("platform", "destination"))
    flows = [r | {"row": "flow"} for r in flows]
    first = next(r for r in flows if r["destination"] not in ("other_sites", "short_links"))
    return _expect(town, "link_flows", [*to, *flows], {c: first[c] for c in ("platform", "destination", "share")})


def _forwards(town: Town, quarter: str) -> Counter:
    """Return how many posts of each arena were forwarded from each source, arenas of the study or not."""
    return Counter((p["source"], p["arena"]) for p in town.within(quarter) if p["source"] and p["source"] != p["arena"])


def _inside(town: Town, quarter: str) -> Counter:
    return Counter({pair: n for pair, n in _forwards(town, quarter).items() if pair[0] != "outside"})


def _groups(town: Town, quarter: str = QUARTER) -> dict[str, int]:
    """Return the group of each actor, as Leiden found it; the one source outside is called so."""
    actors = town.networks[quarter].actors
    tied = actors[actors["community"].notna()]
    return {a if k == "arena" else "outside": int(c)
            for a, k, c in zip(tied["actor_id"], tied["kind"], tied["community"], strict=True)}


def _class(value: float, largest: float) -> int:
    return 1 + (10 * value >= largest > 0) + (3 * value >= largest > 0)


def _participation(town: Town) -> dict[str, float]:
    group_of, ends = _groups(town), defaultdict(Counter)
    for (a, b), n in _inside(town, QUARTER).items():
        ends[a][group_of[b]] += n
        ends[b][group_of[a]] += n
    found = {}
    for actor, by in ends.items():
        s = sum(by.values())
        if s >= 10:
            found[actor] = 1 - sum(n * (n - 1) for n in by.values()) / (s * (s - 1))
    return found


def _channels(town: Town) -> set[str]:
    arenas = town.corpus.arenas
    speaks = {a for a, k in zip(arenas["arena_id"], arenas["kind"], strict=True) if k in ("channel", "page")}
    return speaks - {p["arena"] for p in town.posts if p["account"]}


def _signs(town: Town) -> dict[str, str]:
    """Return the sign on the map of each arena that has one: people's arenas stand together, three or more."""
    group_of, channels = _groups(town), _channels(town)
    tied = {a for pair in _inside(town, QUARTER) for a in pair}
    by_group = defaultdict(list)
    for arena in sorted(tied - channels):
        by_group[group_of[arena]].append(arena)
    small = [a for members in by_group.values() if len(members) < 3 for a in members]
    signs = {a: f"G{g}" for g, members in by_group.items() if len(members) >= 3 for a in members}
    return signs | {a: a for a in tied & channels} | (dict.fromkeys(small, "G0") if len(small) >= 3 else {})


def network(town: Town) -> Expected:
    every, inside, group_of, spread = _forwards(town, QUARTER), _inside(town, QUARTER), _groups(town), _participation(town)
    codes, sign = sorted(town.corpus.arenas["arena_id"]), _signs(town)
    strength, drawn = Counter(), Counter()
    for arena, name in sign.items():
        strength[name] += sum(n for pair, n in every.items() if arena in pair)
    for (a, b), n in inside.items():
        if sign.get(a, a) != sign.get(b, b) and a in sign and b in sign:
            drawn[sign[a], sign[b]] += n
    rows = []
    for name in sorted(strength):
        members = [a for a in sign if sign[a] == name]
        rows.append({"row": "actor", "actor": name, "kind": "arena" if name in codes else "together", "arenas": len(members),
                     "community": None if name == "G0" else min(group_of[a] for a in members),
                     "is_bridge": name in codes and spread.get(name, 0) >= 0.5,
                     "size_class": _class(strength[name], max(strength.values())), "source": None, "target": None,
                     "weight_class": None})
    rows += [{"row": "tie", "actor": None, "kind": None, "arenas": None, "community": None, "is_bridge": None, "size_class": None,
              "source": a, "target": b, "weight_class": _class(n, max(drawn.values()))} for (a, b), n in sorted(drawn.items())]
    graph = nx.Graph()
    for (a, b), n in every.items():
        graph.add_edge(a, b, weight=n + (graph[a][b]["weight"] if graph.has_edge(a, b) else 0))
    parts = [{a for a in graph if group_of[a] == g} for g in set(group_of.values())]
    made = town.networks[QUARTER].provenance
    active = {p["arena"] for p in town.within(QUARTER)}
    tied, most = {a for pair in inside for a in pair}, [p for p, n in inside.items() if n == max(inside.values())]
    ends = dict(zip(("source", "target"), most[0], strict=True)) if len(most) == 1 and set(most[0]) <= _channels(town) else {}
    facts = {"posts": sum(inside.values()), "arenas": len(active), "tied": len(tied & active),
             "undrawn": len(tied - set(sign)) + len(active - tied), **ends, "ties": len(inside), "count": len({group_of[a] for a in codes if a in group_of}), "is_sure": True,
             "modularity": nx.community.modularity(graph, parts),
             # of random runs and rewired copies: as the network tells them
             "modularity_null": made["modularity_null"], "mean_ami": made["mean_ami"]}
    assert facts["modularity_null"] < facts["modularity"]
    return Expected(rows, facts, "finding.network", value=sum(inside.values()), caveats=("forwards_only",))


def communities(town: Town) -> Expected:
    group_of, now = _groups(town), town.within(QUARTER)
    rows = []
    for number in sorted({g for a, g in group_of.items() if a != "outside"}):
        members = {a for a, g in group_of.items() if g == number and a != "outside"}
        posts = [p for p in now if p["arena"] in members]
        # from arenas of the study alone, as on the map
        forwards = [p for p in posts if p["source"] in group_of and p["source"] not in (p["arena"], "outside")]
        inner = sum(p["source"] in members for p in forwards)
        topic = Counter(p["topic"] for p in posts if p["topic"] >= 0).most_common(1)[0][0]
        rows.append({"community": number, "arenas": len(members), "posts": len(posts), "forwards": len(forwards), "inner": inner,
                     "inside": inner / len(forwards), "stable_id": f"K-{topic:03d}", "topic": label(town, topic)})
    facts = {"count": len(rows), "ties": len(_inside(town, QUARTER))}
    return Expected(rows, facts, "finding.communities", value=len(rows))


def bridges(town: Town) -> Expected:
    spread, into, channels = _participation(town), Counter(), _channels(town)
    for (_, b), n in _forwards(town, QUARTER).items():
        into[b] += n
    rows = [{"actor": a, "participation": math.floor(p * (20 if a in channels else 4) + 1e-9) / (20 if a in channels else 4),
             "is_bridge": p >= 0.5, "in_class": _class(into[a], max(into[x] for x in spread))} for a, p in spread.items()]
    alike = Counter((r["participation"], r["in_class"]) for r in rows if r["actor"] not in channels)
    rows = [r for r in rows if r["actor"] in channels or alike[r["participation"], r["in_class"]] >= 3]
    rows.sort(key=lambda r: (-r["participation"], r["actor"]))
    found = [r["actor"] for r in rows if r["is_bridge"]]
    facts = {"arenas": len(rows), "ties": len(_inside(town, QUARTER)), "has_groups": True}
    return Expected(rows, facts, "finding.bridges" if found else "finding.bridges_none",
                    {"count": len(found), "bridge": found[0]} if found else {}, value=len(found), caveats=("forwards_only",))


def knit(town: Town) -> Expected:
    directed = nx.DiGraph(_inside(town, QUARTER).keys())
    observed = {"reciprocity": nx.reciprocity(directed), "clustering": nx.transitivity(directed.to_undirected())}
    rows = []
    for row in town.chance.to_dict("records"):  # rewired copies are drawn at random: taken as the network tells them
        assert row["low"] <= row["expected"] <= row["high"]
        rows.append(row | ({"observed": observed[row["measure"]]} if row["measure"] in observed else {}))
    closed = next(r for r in rows if r["measure"] == "clustering")
    assert closed["p"] == 0.05  # higher than all of nineteen copies
    return Expected(rows, {c: closed[c] for c in ("observed", "expected", "p")}, "finding.knit", value=closed["observed"],
                    test="rewired_ties", p=closed["p"], caveats=("forwards_only",))


def network_change(town: Town) -> Expected:
    before, now = ({a for pair in _forwards(town, q) for a in pair} - {"outside"} for q in (BEFORE, QUARTER))
    old, new, matches = _groups(town, BEFORE), _groups(town), town.changes[1]
    kept = {b: n for b, n, fate in zip(matches["community_before"], matches["community_now"], matches["fate"], strict=True)
            if fate == "kept"}
    moved = sum(new[a] != kept.get(old[a], new[a]) for a in before & now)
    counts = {"stayed": len(before & now), "entered": len(now - before), "left": len(before - now), "moved": moved}
    rows = [{"change": c, "arenas": n} for c, n in counts.items()]
    facts = {**counts, "before": len(before), "now": len(now), "kept": len(kept),
             "groups": len(set(_groups(town).values()))}
    changed, total = len(now ^ before), len(before) + len(now)
    return Expected(rows, facts, "finding.network_change", value=changed / total, numerator=changed, denominator=total,
                    caveats=("forwards_only",))


def coordination(town: Town) -> Expected:
    """Expect the planted group and no other: posts of its accounts on one address within a minute of another's."""
    ring = {str(a) for a in town.truth.ring["accounts"]}
    urls = defaultdict(set)
    for post in town.within(BEFORE):
        for word in post["text"].split():
            if word.startswith("http"):
                urls[word.rstrip(".,!?")].add((post["at"], post["post_id"], post["account"] or post["arena"], post["arena"]))
    together = {one for posts in urls.values() for a, b in combinations(sorted(posts), 2)
                if a[2] != b[2] and {a[2], b[2]} <= ring and (b[0] - a[0]).total_seconds() <= 60 for one in (a, b)}
    shares = sum(map(len, urls.values()))
    actors = {p[2] for posts in urls.values() for p in posts}
    size = {"accounts": len({p[2] for p in together}), "arenas": len({p[3] for p in together}), "posts": len(together),
            "things": "url"}
    nothing = {"accounts": 0, "arenas": 0, "posts": 0, "things": ""}
    rows = [{"row": "group", "window_seconds": 60, "group": 1, "groups": None, **size}]
    rows += [{"row": "window", "window_seconds": w, "group": None, "groups": int(w >= 60), **(size if w >= 60 else nothing)}
             for w in (10, 60, 3600, 86_400)]
    facts = {"seconds": 60, "found": True, "actors": len(actors), "tested": len(actors) * (len(actors) - 1) // 2, "things": 0,
             "set_aside": 0, "shares": shares}
    told = {"count": 1, **{c: size[c] for c in ("accounts", "arenas", "posts")}}
    return Expected(rows, facts, "finding.coordination", told, value=len(together), test="exchanged_shares", caveats=("coordination_behaviour",))




def _plain(text: str | None) -> str:
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"(https?://|www\.)\S+", " ", text or "").lower()))


def _alike(texts: list[str]) -> dict[str, int]:
    """Return the group of each text: every pair is compared, by the pieces of five letters that both have."""
    seen = CountVectorizer(analyzer="char", ngram_range=(5, 5), binary=True, lowercase=False).fit_transform(texts)
    both = (seen @ seen.T).tocoo()
    size = seen.getnnz(axis=1)
    graph = nx.Graph()
    graph.add_nodes_from(texts)
    graph.add_edges_from((texts[i], texts[j]) for i, j, n in zip(both.row, both.col, both.data, strict=True)
                         if n / (size[i] + size[j] - n) >= 0.7)
    return {text: number for number, part in enumerate(nx.connected_components(graph)) for text in part}


def claims(town: Town) -> Expected:
    said = [(p["at"], p["post_id"], p["arena"], p["platform"], _plain(p["text"])) for p in town.posts]
    said = sorted(row for row in said if len(row[-1].split()) >= 5 and f"{row[0]:%Y-%m}" <= "2025-09")
    group = _alike(sorted({row[-1] for row in said}))
    copies, now = defaultdict(list), defaultdict(list)
    for row in said:
        copies[group[row[-1]]].append(row)
        if f"{row[0]:%Y-%m}" == "2025-09":
            now[group[row[-1]]].append(row)
    wide = {g: rows for g, rows in now.items() if len({r[2] for r in rows}) >= 3}
    ids = {g: hashlib.sha256(copies[g][0][-1].encode()).hexdigest()[:12] for g in wide}
    order = sorted(wide, key=lambda g: (-len({r[2] for r in wide[g]}), -len(wide[g]), ids[g]))
    shown = sorted(order[:8], key=lambda g: (-len({r[2] for r in wide[g]}), str(1 + sorted(ids.values()).index(ids[g]))))
    answered = (copies[order[0]][0][0] + timedelta(days=2)).replace(second=0, microsecond=0)
    rows = [{"claim": str(1 + sorted(ids.values()).index(ids[g])), "title": "At noget er sket" if g == order[0] else None,
             "status": "refuted" if g == order[0] else "unconfirmed",
             "arenas": len({r[2] for r in wide[g]}), "platforms": len({r[3] for r in wide[g]}),
             "hours": (wide[g][-1][0] - wide[g][0][0]).total_seconds() / 3600,
             "hours_to_response": (answered - copies[g][0][0]).total_seconds() / 3600 if g == order[0] else None}
            for g in shown]
    return Expected(rows, {"found": len(wide), "assessed": 1, "answered": 1, "least": 3}, "finding.claims",
                    {"count": len(wide)}, value=len(wide), caveats=("first_collected",))
