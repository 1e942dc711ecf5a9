"""Which topics changed their share since the quarter before (M9, M11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.change import adjust_p, compare_shares
from workbench.findings.periods import check_topics_of, posts_before, posts_of, previous_quarter
from workbench.findings.topics import NOT_TRUSTED, name_topics, trust_of, with_topic
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.topics import CERTAIN_CONFIDENCE, TopicSet

MINIMUM_EMERGING_POSTS = 50
CHANGED = ("rose", "fell", "emerged")
AGREED_REFITS = 0.8
NEARLY, NEARLY_POINTS = 0.4, 0.003
_BOTH = ("posts", "posts_before")


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    test = "sign_flip" if facts["tested"] else None
    changed = data[data["verdict"].isin(CHANGED)]
    if changed.empty:
        return Headline("finding.no_change" if test else "finding.change_untested", test=test)
    top = changed.assign(size=changed["change"].abs()).sort_values(["size", "topic_id"]).iloc[-1]
    said = {"count": len(changed), "label": top["label"],
            **{name: float(top[name]) for name in ("panel_before", "panel", "change", "low", "high")}}
    sentence = f"finding.topic_{top['verdict']}" if pd.notna(top["label"]) else "finding.topics_changed"
    return Headline(sentence, said, value=said["change"], low=said["low"], high=said["high"], test=test,
                    p=float(changed["q"].min()), is_change=True)


_TOLD = ("label", "panel_before", "panel")
TOPIC_CHANGE = Spec(
    key="topic_change", metric="M9", unit="percentage points", frame="fixed_panel", headline=_say, is_tile=True,
    identity=("topic_id",), ranks_by="change", caveats=("fixed_panel",),
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
        "verdict": Column("string", shown="code", follows=_BOTH),
    },
    facts={"all_before": Fact("posts"), "all_posts": Fact("posts", "posts"), "tested": Fact("topics"),
           "arenas": Fact("arenas"), "effective": Fact("number"), "before": Fact()},
    sentences={"finding.topic_rose": _TOLD, "finding.topic_fell": _TOLD, "finding.topic_emerged": _TOLD,
               "finding.topics_changed": ("count", "tested"), "finding.no_change": ("tested",),
               "finding.change_untested": ()})


def compare_topics(corpus: Corpus, topics: TopicSet, *, quarter: str, seed: int) -> Finding:
    """Test which topics changed their share since the quarter before (M9, M11).

    Parameters
    ----------
    corpus
        Both quarters at least.
    topics
        One model for both quarters.
    quarter
        Such as 2025Q3.
    seed
        Of the sign flips.

    Returns
    -------
    finding
        Value: the largest change, in fractions. Data: one row per topic, by change, columns `topic_id`, `stable_id`,
        `label`, `posts_before`, `posts`, `share_before`, `share` (of all posts); of the arenas followed in both
        quarters `panel_before`, `panel` (weighted shares), `change` (their difference), `low`, `high` (fractions),
        `p`, `q` and `verdict`: ``rose``,
        ``fell``, ``emerged`` (M11), ``unclear``, ``one_arena`` (one arena makes more than half
        of it, or the pooled sign differs), ``uncertain`` (the register's match confidence is
        below .8: which topic it was before is not sure, so nothing is tested), ``not_trusted`` (too few core posts, or
        refits do not find them again, so nothing is tested either: M12), ``refits_differ`` (the test finds a change,
        and a fifth of the refits or more do not: no finding) or ``untested`` (fewer than 12 effective arenas).

    Raises
    ------
    TableError
        If the quarter holds no posts, or the topics are of other posts.
    """
    posts, earlier = posts_of(corpus, quarter), posts_before(corpus, quarter)
    check_topics_of(topics, pd.concat([earlier, posts]), asked_by="compare_topics")
    now, before = with_topic(posts, topics), with_topic(earlier, topics)
    shares = compare_shares(_by_arena(before), _by_arena(now), seed=seed)
    ids = [t for t in topics.topics["topic_id"] if t in shares.index]
    members = {name: dict(iter(part.groupby("topic_id")["post_id"]))
               for name, part in (("posts_before", before), ("posts", now))}
    nobody = now["post_id"].iloc[:0]
    data = shares.loc[ids].rename_axis("topic_id").reset_index().drop(columns=["arenas", "effective"])
    for column, total in (("posts_before", len(before)), ("posts", len(now))):
        data[column] = [len(members[column].get(t, nobody)) for t in ids]
        data[column.replace("posts", "share")] = data[column] / total if total else np.nan
    names = name_topics(topics).reindex(data["topic_id"])
    data["stable_id"], data["label"] = names["stable_id"].to_numpy(), names["label"].to_numpy()
    data = _with_verdicts(data, topics, now.groupby("topic_id")["arena_id"].nunique())
    agreed = _agreed_by_refits(data, topics, before["post_id"], now["post_id"])
    data["verdict"] = data["verdict"].mask(data["verdict"].isin(CHANGED) & ~agreed, "refits_differ")
    data = data.sort_values(["change", "topic_id"], ascending=[False, True], ignore_index=True)
    cells = [Cell(row, column, hash_posts(members[column].get(t, nobody)))
             for row, t in enumerate(data["topic_id"]) for column in ("posts_before", "posts")]
    cells += [Cell(WHOLE_FINDING, "all_before", hash_posts(before["post_id"])),
              Cell(WHOLE_FINDING, "all_posts", hash_posts(now["post_id"]))]
    arenas, effective = (float(shares[c].iloc[0]) if len(shares) else 0.0 for c in ("arenas", "effective"))
    return Finding(
        TOPIC_CHANGE, quarter, data[list(TOPIC_CHANGE.columns)], cells=tuple(cells), caveats=TOPIC_CHANGE.caveats,
        facts={"all_before": len(before), "all_posts": len(now), "tested": int(data["p"].notna().sum()),
               "arenas": int(arenas), "effective": effective, "before": previous_quarter(quarter)},
        provenance={"topics": topics.provenance, "comparison": {"seed": seed}})


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
    return table.pivot_table(index="arena_id", columns="topic_id", values="post_id", aggfunc="count", fill_value=0)


def _with_verdicts(data: pd.DataFrame, topics: TopicSet, arenas: pd.Series) -> pd.DataFrame:
    """Return the topics with q and verdict; what is not sure to be the same topic, or no sure one, is not tested."""
    uncertain, trust = data["topic_id"].isin(_uncertain(topics)).to_numpy(), trust_of(topics)
    shaky = np.array([trust.get(t) == NOT_TRUSTED for t in data["topic_id"]], dtype=bool)
    data = data.assign(p=data["p"].mask(uncertain | shaky))
    data["q"] = adjust_p(data["p"])
    spread = arenas.reindex(data["topic_id"]).fillna(0).to_numpy()
    return data.assign(verdict=np.select([shaky, uncertain], [NOT_TRUSTED, "uncertain"], _verdicts(data, spread)))


def _uncertain(topics: TopicSet) -> list[int]:
    """Return the topics whose match with the quarter before was measured and is not sure."""
    if "confidence" not in topics.topics:
        return []
    below = topics.topics["confidence"].lt(CERTAIN_CONFIDENCE).fillna(False)
    return [int(t) for t in topics.topics.loc[below, "topic_id"]]


def _verdicts(data: pd.DataFrame, arenas: np.ndarray) -> np.ndarray:
    rejects = data["q"].lt(0.05).to_numpy()
    change, pooled = data["change"].to_numpy(float), data["pooled"].to_numpy(float)
    lopsided = (np.sign(change) != np.sign(pooled)) | (data["top_arena"].to_numpy(float) > 0.5)
    # M11 is about the arenas followed in both quarters, not about who came and went
    doubled = (data["panel"] >= 2 * data["panel_before"]).to_numpy()
    emerged = doubled & (data["posts"] >= MINIMUM_EMERGING_POSTS).to_numpy() & (arenas >= 3)
    direction = np.where(change > 0, np.where(emerged, "emerged", "rose"), "fell")
    verdict = np.where(rejects, np.where(lopsided, "one_arena", direction), "unclear")
    return np.where(data["p"].isna(), "untested", verdict)
