"""Which topics changed their share since the quarter before (M9, M9w, M11)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.change import LEVEL, MINIMUM_EFFECTIVE_ARENAS, compare_shares, take_out_echoes
from workbench.findings.change_weeks import (
    FEWEST_ARENAS,
    FEWEST_WEEKS,
    MOST_QUARTERS,
    SEASON_QUARTERS,
    compare_weeks,
    count_weeks,
)
from workbench.findings.distinct import MINIMUM_POSTS, join_groups, number_texts, select_panel, unite_arenas
from workbench.findings.periods import (
    check_topics_of,
    posts_before,
    posts_of,
    previous_quarter,
    quarter_bounds,
    written_posts,
)
from workbench.findings.topics import NO_TOPIC, NOT_TRUSTED, name_topics, trust_of, with_topic
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.topics import CERTAIN_CONFIDENCE, TopicSet

MINIMUM_EMERGING_POSTS = 50
CHANGED = ("rose", "fell", "emerged")
AGREED_REFITS = 0.8
NEARLY, NEARLY_POINTS = 0.4, 0.003
ASSIGNED = 0.95  # of a quarter's posts with text, for it to be told of by these topics
_BOTH = ("posts", "posts_before")
_UNSAID = ("change_no_quarter_before", "change_few_arenas", "change_few_weeks", "change_no_sure_topic")


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if facts["unsaid"]:
        return Headline("finding.change_untested", reason=str(facts["unsaid"]))
    test = str(facts["test"])
    where = "" if test == "sign_flip" else "_here" if facts["quarters"] >= SEASON_QUARTERS else "_here_season"
    if not facts["changed"]:
        return Headline(f"finding.no_change{where.removesuffix('_season')}", {"count": facts["tested"]}, test=test)
    changed = data[data["verdict"].isin(CHANGED).fillna(False)]
    # of one taken out later the shares are of what is left without the first: no share of all that was said
    first = changed[changed["order"].eq(1).fillna(False)]
    p = float(changed["q"].min()) if len(changed) else None
    if first.empty or pd.isna(first.iloc[0]["label"]):
        # a name that waits for a person takes no number away
        value, low, high = (float(v) if pd.notna(v) else None for v in (
            first.iloc[0][["change", "low", "high"]] if len(first) else (None, None, None)))
        return Headline(f"finding.topics_changed{where}", {"count": facts["changed"]}, value=value, low=low, high=high,
                        test=test, p=p, is_change=True)
    top = first.iloc[0]
    said = {"count": facts["changed"], "label": top["label"], "posts_before": int(top["posts_before"]),
            "posts": int(top["posts"]), **{name: float(top[name]) for name in ("panel_before", "panel", "change", "low",
                                                                             "high")}}
    verdict = "rose" if where and top["verdict"] == "emerged" else top["verdict"]
    return Headline(f"finding.topic_{verdict}{where}", said, value=said["change"], low=said["low"], high=said["high"],
                    test=test, p=p, is_change=True)


_TOLD = ("label", "panel_before", "panel", "posts_before", "posts")
_HERE = (*_TOLD, "arenas")
TOPIC_CHANGE = Spec(
    key="topic_change", metric="M9", unit="percentage points", frame="fixed_panel", headline=_say, is_tile=True,
    identity=("topic_id",), ranks_by="change", caveats=("fixed_panel", "distinct_texts", "these_arenas"),
    reasons=_UNSAID,
    columns={
        "topic_id": Column("Int64", unit="class"),
        "stable_id": Column("string", follows=("posts",)),
        "label": Column("string", shown="text", follows=_BOTH, words="topic"),
        "posts_before": Column("Int64", unit="posts"),
        "posts": Column("Int64", unit="posts"),
        "share_before": Column("Float64", unit="share", share_of=("posts_before", "whole:all_before")),
        "share": Column("Float64", unit="share", share_of=("posts", "whole:all_posts")),
        "panel_before": Column("Float64", unit="share", shown="share", follows=_BOTH, step=1e-4),
        "panel": Column("Float64", unit="share", shown="share", follows=_BOTH, step=1e-4),
        "change": Column("Float64", unit="percentage points", shown="points", follows=_BOTH, step=1e-4),
        "low": Column("Float64", unit="percentage points", shown="points", follows=_BOTH, step=1e-4),
        "high": Column("Float64", unit="percentage points", shown="points", follows=_BOTH, step=1e-4),
        "p": Column("Float64", unit="p", follows=_BOTH, step=1e-4),
        "q": Column("Float64", unit="p", shown="p", follows=_BOTH, step=1e-4),
        "order": Column("Int64", unit="class", follows=_BOTH),
        "verdict": Column("string", shown="code", follows=_BOTH),
    },
    facts={"all_before": Fact("posts"), "all_posts": Fact("posts", "posts"), "tested": Fact("topics"),
           "changed": Fact("topics"), "arenas": Fact("arenas"), "effective": Fact("number"), "before": Fact(),
           "test": Fact(), "quarters": Fact("number"), "grown": Fact("ratio"), "unsaid": Fact(),
           "fewest_arenas": Fact("number"), "fewest_posts": Fact("number"), "fewest_weeks": Fact("number")},
    sentences={"finding.topic_rose": _TOLD, "finding.topic_fell": _TOLD, "finding.topic_emerged": _TOLD,
               "finding.topics_changed": ("count", "tested"),
               **{f"finding.topic_{verdict}_here{season}": _HERE for verdict in ("rose", "fell")
                  for season in ("", "_season")},
               **{f"finding.topics_changed_here{season}": ("count", "tested", "arenas") for season in ("", "_season")},
               "finding.no_change": ("count", "tested", "grown"),
               "finding.no_change_here": ("count", "tested", "grown", "arenas"), "finding.change_untested": ()})


def compare_topics(corpus: Corpus, topics: TopicSet, *, quarter: str, seed: int, lineage: pd.DataFrame | None = None,
                   together: pd.DataFrame | None = None, copies: pd.Series | None = None) -> Finding:
    """Test which topics changed their share of what was said since the quarter before (M9, M9w, M11).

    What was said, not how often it was passed on: each distinct text of a quarter counts once, in the arena of the
    panel where it stood first. From 12 effective arenas on the test is over arenas; with fewer, but three or more, it
    is over weeks and speaks of these arenas only. Of the topics that changed the surest is taken out of the
    denominators before the others are tested again, so that its echo in them is no change.

    Parameters
    ----------
    corpus
        Both quarters at least; earlier ones tell how much weeks and quarters differ anyway.
    topics
        One model for all of them.
    quarter
        Such as 2025Q3.
    seed
        Of the sign flips.
    lineage
        Columns `arena_id`, `successor` (`actors.find_lineage`): arenas that reopened are one.
    together
        Columns `actor_id`, `group` (`Coordination.members`): arenas known to be run together flip as one.
    copies
        Numbers of near copies by post id (`actors.find_copies`); None: only texts with the same words are copies.

    Returns
    -------
    finding
        Value: the surest change, in fractions. Data: one row per topic, by change, columns `topic_id`, `stable_id`,
        `label`, `posts_before`, `posts`, `share_before`, `share` (of all posts); of distinct posts of the
        arenas followed in both quarters `panel_before`, `panel` (weighted shares, without the topics taken out before),
        `change` (their difference), `low`, `high` (fractions), `p`, `q`, `order` (in which it was taken out) and
        `verdict`: ``rose``, ``fell``, ``emerged`` (M11), ``unclear``, ``one_arena`` (one arena makes more than half
        of it, or the pooled sign differs), ``arenas_differ`` (over weeks: fewer than six of ten arenas moved that way,
        or one makes most of it), ``uncertain`` (the register's match confidence is
        below .8: which topic it was before is not sure, so nothing is tested), ``not_trusted`` (too few core posts, or
        refits do not find them again, so nothing is tested either: M12), ``refits_differ`` (the test finds a change,
        and a fifth of the refits or more do not: no finding) or ``untested``. The fact `test` says which test it was
        (``sign_flip`` or ``weeks``), `quarters` how many were used, `grown` to how many times its share half of the
        topics would have had to grow for four of five quarters to show it.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the topics are of other posts.
    """
    posts, earlier = posts_of(corpus, quarter), posts_before(corpus, quarter)
    check_topics_of(topics, pd.concat([earlier, posts]), asked_by="compare_topics")
    now, before = with_topic(posts, topics), with_topic(earlier, topics)
    data, cells = _describe(now, before, topics)
    sure = [t for t in data["topic_id"] if t not in _unsure(topics)]
    said = partial(_distinct, corpus, topics, units=unite_arenas(corpus, lineage), copies=copies)
    tested, facts = _test(said, sure, quarter=quarter, seed=seed,
                          groups=join_groups(unite_arenas(corpus, lineage), together))
    if earlier.empty:
        facts["unsaid"] = "change_no_quarter_before"
    elif not sure and not facts["unsaid"]:
        facts["unsaid"] = "change_no_sure_topic"
    data = data.join(tested.reindex(columns=_TESTED), on="topic_id").astype({"order": "Int64"})
    spread = now.groupby("topic_id")["arena_id"].nunique().reindex(data["topic_id"]).fillna(0).to_numpy()
    data["verdict"] = _verdicts(data, spread, topics)
    agreed = _agreed_by_refits(data, topics, before["post_id"], now["post_id"])
    data["verdict"] = data["verdict"].mask(data["verdict"].isin(CHANGED) & ~agreed, "refits_differ")
    place = data.sort_values(["change", "topic_id"], ascending=[False, True]).index
    rank = {old: new for new, old in enumerate(place)}
    cells = [Cell(rank.get(c.row, c.row), c.column, c.posts) for c in cells]
    data = data.loc[place].reset_index(drop=True)
    by_weeks = ("these_arenas",) if facts["test"] == "weeks" else ()
    return Finding(
        TOPIC_CHANGE, quarter, data[list(TOPIC_CHANGE.columns)], cells=tuple(cells),
        caveats=("fixed_panel", "distinct_texts", *by_weeks),
        facts={"all_before": len(before), "all_posts": len(now), "tested": int(data["p"].notna().sum()),
               "changed": int(data["verdict"].isin(CHANGED).sum()), "before": previous_quarter(quarter), **facts,
               "fewest_arenas": FEWEST_ARENAS, "fewest_posts": MINIMUM_POSTS, "fewest_weeks": FEWEST_WEEKS},
        provenance={"topics": topics.provenance, "comparison": {"seed": seed}})


_TESTED = ["panel_before", "panel", "change", "low", "high", "p", "q", "order", "pooled", "top_arena", "agree"]


def _describe(now: pd.DataFrame, before: pd.DataFrame, topics: TopicSet) -> tuple[pd.DataFrame, list[Cell]]:
    """Return posts and shares of all posts of each topic in either quarter, and the cells of these counts."""
    there = {*now["topic_id"], *before["topic_id"]}
    ids = [int(t) for t in topics.topics["topic_id"] if t in there]
    names = name_topics(topics).reindex(ids)
    data = names[["stable_id", "label"]].rename_axis("topic_id").reset_index()
    cells = []
    for column, part in (("posts_before", before), ("posts", now)):
        members = dict(iter(part.groupby("topic_id")["post_id"]))
        own = [hash_posts(members.get(t, part["post_id"].iloc[:0])) for t in ids]
        cells += [Cell(row, column, posts) for row, posts in enumerate(own)]
        data[column] = [len(posts) for posts in own]
        data[column.replace("posts", "share")] = data[column] / len(part) if len(part) else np.nan
    cells += [Cell(WHOLE_FINDING, "all_before", hash_posts(before["post_id"])),
              Cell(WHOLE_FINDING, "all_posts", hash_posts(now["post_id"]))]
    return data, cells


def _distinct(corpus: Corpus, topics: TopicSet, quarters: list[str], *, units: pd.Series,
              copies: pd.Series | None) -> pd.DataFrame:
    """Return the distinct posts of the panel of the last two quarters, in each of the quarters that topics tell of."""
    bounds = [quarter_bounds(q) for q in quarters]
    posts = written_posts(corpus)
    posts = posts[(posts["posted_at"] >= bounds[0][0]) & (posts["posted_at"] < bounds[-1][1])]
    unit = posts["arena_id"].map(units).to_numpy(object)
    starts = pd.DatetimeIndex([start for start, _ in bounds])
    place = starts.searchsorted(pd.DatetimeIndex(posts["posted_at"]), side="right") - 1
    # whoever has not twenty posts in both quarters is not in the panel: their texts need no reading
    often = [set(pd.Series(unit[place == at]).value_counts().loc[lambda n: n >= MINIMUM_POSTS].index)
             for at in (len(quarters) - 2, len(quarters) - 1)]
    is_in = np.isin(unit.astype(str), sorted(often[0] & often[1]))
    posts, unit, place = posts[is_in], unit[is_in], place[is_in]
    is_known = posts["text"].isna() | posts["post_id"].isin(topics.assignments["post_id"])
    known = is_known.groupby(place).mean()
    table = with_topic(posts, topics).assign(
        unit=unit, quarter=np.array(quarters, dtype=object)[place], said=number_texts(corpus, posts, copies).to_numpy())
    table = table[np.isin(place, known.index[known >= ASSIGNED])]
    return select_panel(table.dropna(subset=["said"]), quarters=(quarters[-2], quarters[-1]))


def _test(said: Any, sure: list[int], *, quarter: str, seed: int,
          groups: pd.Series) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Test over arenas where there are enough, else over weeks; return the table of topics, and what was done."""
    quarters = [previous_quarter(quarter), quarter]
    panel = said(quarters)
    before, now = (_by_arena(panel[panel["quarter"] == q]) for q in quarters)
    first = compare_shares(before, now, seed=seed, flips=1, together=groups)
    effective = float(first["effective"].iloc[0]) if len(first) else 0.0
    facts = {"arenas": int(panel["unit"].nunique()), "effective": effective, "test": "", "quarters": 2, "unsaid": "",
             "grown": None}
    if effective >= MINIMUM_EFFECTIVE_ARENAS:
        def over_arenas(taken: Any) -> pd.DataFrame:
            return compare_shares(before.drop(columns=taken, errors="ignore"), now.drop(columns=taken, errors="ignore"),
                                  seed=seed, together=groups)

        return _told(take_out_echoes(over_arenas, tested=sure), facts | {"test": "sign_flip"})
    if panel["unit"].map(groups).nunique() < FEWEST_ARENAS:
        return first.iloc[:0], facts | {"unsaid": "change_few_arenas"}
    while len(quarters) < MOST_QUARTERS:
        quarters.insert(0, previous_quarter(quarters[0]))
    panel = said(quarters)
    panel = panel.assign(unit=panel["unit"].map(groups))
    ids = pd.Index(sorted(set(panel["topic_id"]) - {NO_TOPIC}))
    counts = count_weeks(panel, [(q, *quarter_bounds(q)) for q in quarters], ids)
    if len(counts) < 2:
        return first.iloc[:0], facts | {"unsaid": "change_few_weeks"}

    def over_weeks(taken: Any) -> pd.DataFrame:
        kept = ~ids.isin(taken)
        return compare_weeks(counts[..., np.append(kept, True)], ids[kept])

    return _told(take_out_echoes(over_weeks, tested=sure), facts | {"test": "weeks", "quarters": len(counts)})


def _told(changes: pd.DataFrame, facts: dict[str, Any]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the changes, and among the facts to how many times its share a topic would have had to grow to be seen."""
    asked = changes[changes["p"].notna() & changes["panel_before"].gt(0)]
    grown = 1 + (asked["seen"] / asked["panel_before"]).median() if len(asked) else np.nan
    return changes, facts | {"grown": round(float(grown), 1) if np.isfinite(grown) else None}


def _agreed_by_refits(data: pd.DataFrame, topics: TopicSet, before: pd.Series, now: pd.Series) -> np.ndarray:
    """Tell for which topics four fifths of the refits have the change of the share too.

    A refit has it if its counterpart's share of all posts moves the same way, and by as much within two
    fifths or .3 percentage points. Where no refits were kept, nothing speaks against it.
    """
    if topics.refits is None or not topics.refits.groups.shape[1]:
        return np.ones(len(data), dtype=bool)
    was, is_now = (topics.assignments["post_id"].isin(posts).to_numpy() for posts in (before, now))
    agreed = []
    for topic, share_before, share in data[["topic_id", "share_before", "share"]].itertuples(index=False):
        inside, moved = topics.refits.posts_of(int(topic)), float(share) - float(share_before)
        again = inside[is_now].sum(axis=0) / max(len(now), 1) - inside[was].sum(axis=0) / max(len(before), 1)
        alike = np.abs(again - moved) <= max(NEARLY * abs(moved), NEARLY_POINTS)
        agreed.append(float(np.mean((np.sign(again) == np.sign(moved)) & alike)) >= AGREED_REFITS)
    return np.array(agreed, dtype=bool)


def _by_arena(table: pd.DataFrame) -> pd.DataFrame:
    return table.pivot_table(index="unit", columns="topic_id", values="post_id", aggfunc="count", fill_value=0)


def _unsure(topics: TopicSet) -> dict[int, str]:
    """Return the topics that are not tested: no sure ones, or not sure to be the same as in the quarter before."""
    unsure: dict[int, str] = {}
    if "confidence" in topics.topics:
        below = topics.topics["confidence"].lt(CERTAIN_CONFIDENCE).fillna(False)
        unsure = {int(t): "uncertain" for t in topics.topics.loc[below, "topic_id"]}
    return unsure | {t: NOT_TRUSTED for t, trust in trust_of(topics).items() if trust == NOT_TRUSTED}


def _verdicts(data: pd.DataFrame, arenas: np.ndarray, topics: TopicSet) -> np.ndarray:
    rejects = data["q"].astype(float).lt(LEVEL).to_numpy()
    change, pooled = data["change"].to_numpy(float), data["pooled"].to_numpy(float)
    is_by_arena = data["agree"].isna().to_numpy()
    lopsided = (np.sign(change) != np.sign(pooled)) | (is_by_arena & (data["top_arena"].to_numpy(float) > 0.5))
    differing = ~is_by_arena & ~data["agree"].eq(True).fillna(False).to_numpy(bool)
    # M11 is about the arenas followed in both quarters, not about who came and went
    doubled = (data["panel"] >= 2 * data["panel_before"]).to_numpy(bool, na_value=False)
    emerged = doubled & (data["posts"] >= MINIMUM_EMERGING_POSTS).to_numpy() & (arenas >= 3)
    direction = np.where(change > 0, np.where(emerged, "emerged", "rose"), "fell")
    found = np.select([lopsided, differing], ["one_arena", "arenas_differ"], direction)
    verdict = np.where(data["p"].isna(), "untested", np.where(rejects, found, "unclear"))
    why = data["topic_id"].map(_unsure(topics))
    return np.where(why.notna(), why, verdict)
