"""What is talked about, and what changed since last quarter (M9, M11)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.findings.change import adjust_p, compare_shares
from workbench.findings.periods import posts_of, previous_quarter, quarter_bounds, written_posts
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.topics import CERTAIN_CONFIDENCE, TopicSet
from workbench.tables.words import is_public

NO_TOPIC = -1
MINIMUM_EMERGING_POSTS = 50
STABLE, DOUBTFUL = 0.75, 0.60
NOT_TRUSTED = "not_trusted"


def measure_topics(corpus: Corpus, topics: TopicSet, *, quarter: str) -> Finding:
    """Measure each topic's share of all posts of a quarter (M9).

    Posts in no topic, and posts without words, are a row of their own: the shares are of
    *all* posts.

    Returns
    -------
    finding
        Value: share of posts that belong to some topic. Data: one row per topic by size,
        then ``-1`` (no topic) and a total, columns `topic_id` (missing in the total),
        `stable_id` (of the register), `label` (a person's, else the topic's words; or
        ``no_topic``, ``all_posts``), `named_by` (``person``, ``words``, or ``words_after_drift``
        where the topic is no longer what a person named), `words` (those used by at least 5
        authors in 3 arenas), `posts`, `share`, `arenas`, `stability` (0 to 1; missing where it was not
        measured) and `trust` (``stable`` from .75, ``doubtful`` from .60, ``not_trusted`` below: M12).

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    chosen = with_topic(posts_of(corpus, quarter), topics)
    screened = _screen_words(chosen, topics)
    known, names, trust = topics.topics.set_index("topic_id"), _names(topics, screened), trust_of(topics)
    sizes = chosen.groupby("topic_id").size()
    order = sorted((t for t in sizes.index if t != NO_TOPIC), key=lambda t: (-sizes[t], t))
    rows, cells = [], []
    for topic in [*order, NO_TOPIC] if NO_TOPIC in sizes.index else order:
        part = chosen[chosen["topic_id"] == topic]
        words = screened.get(topic, [])
        label, named_by = names.get(topic, ("no_topic", None))
        rows.append({"topic_id": topic, "stable_id": _stable_id(known, topic), "label": label, "named_by": named_by,
                     "words": ", ".join(words[:8]), "posts": len(part), "share": len(part) / len(chosen),
                     "arenas": part["arena_id"].nunique(), "stability": known["stability"].get(topic, np.nan),
                     "trust": trust.get(topic, pd.NA)})
        cells.append(Cell(len(rows) - 1, "posts", hash_posts(part["post_id"]),
                          ("share", "arenas", "stable_id", "label", "named_by", "words", "stability", "trust")))
    rows.append({"topic_id": pd.NA, "label": "all_posts", "words": "", "posts": len(chosen), "share": 1.0,
                 "arenas": chosen["arena_id"].nunique(), "stability": np.nan})
    cells.append(Cell(len(rows) - 1, "posts", hash_posts(chosen["post_id"]), ("share", "arenas")))
    data = pd.DataFrame(rows).astype({
        "topic_id": "Int64", "stable_id": "string", "label": "string", "named_by": "string", "words": "string",
        "posts": "Int64", "share": "Float64", "arenas": "Int64", "stability": "Float64", "trust": "string"})
    inside = chosen[chosen["topic_id"] != NO_TOPIC]
    facts: dict[str, object] = {"topics": len(order), "posts": len(chosen), "in_topic": len(inside) / len(chosen)}
    sayable = [row for row, topic in enumerate(order) if trust.get(topic) != NOT_TRUSTED]
    if sayable:
        first = data.iloc[sayable[0]]
        facts |= {"label": first["label"], "share": float(first["share"])}
        cells.append(Cell(-1, "share", cells[sayable[0]].posts))
    sentence = "finding.topics" if sayable else "finding.topics_shaky" if order else "finding.no_topics"
    return Finding(
        key="topics", metric="M9", sentence=sentence, period=quarter,
        frame="all_posts", unit="share", data=data, facts=facts, value=len(inside) / len(chosen),
        numerator=len(inside), denominator=len(chosen), caveats=_name_caveats(data["named_by"]),
        cells=(*cells, Cell(-1, "value", hash_posts(inside["post_id"]))),
        totals=((len(rows) - 1, tuple(range(len(rows) - 1))),))


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
        Value: topics that changed. Data: one row per topic, columns `topic_id`, `label`,
        `posts_before`, `posts`, `share_before`, `share` (of all posts), `pooled`, `change`,
        `low`, `high` (fractions, on the fixed panel), `p`, `q` and `verdict`: ``rose``,
        ``fell``, ``emerged`` (M11), ``unclear``, ``one_arena`` (one arena makes more than half
        of it, or the pooled sign differs), ``uncertain`` (the register's match confidence is
        below .8: which topic it was before is not sure, so nothing is tested), ``not_trusted`` (its
        stability is below .60, so nothing is tested either: M12) or ``untested`` (fewer than 12
        effective arenas).
    """
    now = with_topic(posts_of(corpus, quarter), topics)
    first, last = quarter_bounds(previous_quarter(quarter))
    posts = written_posts(corpus)
    before = with_topic(posts[(posts["posted_at"] >= first) & (posts["posted_at"] < last)], topics)
    labels = {t: name for t, (name, _) in _names(topics, _screen_words(now, topics)).items()}
    shares = compare_shares(_by_arena(before), _by_arena(now), seed=seed)
    ids = [t for t in topics.topics["topic_id"] if t in shares.index]
    members = {name: dict(iter(part.groupby("topic_id")["post_id"]))
               for name, part in (("before", before), ("now", now))}
    nobody = now["post_id"].iloc[:0]
    data = shares.loc[ids].rename_axis("topic_id").reset_index().drop(columns=["arenas", "effective"])
    for name, column, total in (("before", "posts_before", len(before)), ("now", "posts", len(now))):
        data[column] = [len(members[name].get(t, nobody)) for t in ids]
        data[column.replace("posts", "share")] = data[column] / max(total, 1)
    data["label"] = [labels.get(t, "") for t in ids]
    uncertain = data["topic_id"].isin(_uncertain(topics)).to_numpy()
    trust = trust_of(topics)
    shaky = np.array([trust.get(t) == NOT_TRUSTED for t in data["topic_id"]], dtype=bool)
    data["p"] = data["p"].mask(uncertain | shaky)
    data["q"] = adjust_p(data["p"])
    spread = now.groupby("topic_id")["arena_id"].nunique().reindex(ids).fillna(0).to_numpy()
    data["verdict"] = np.select([shaky, uncertain], [NOT_TRUSTED, "uncertain"], _verdicts(data, spread))
    data = data.sort_values(["change", "topic_id"], ascending=[False, True], ignore_index=True)
    blanks = ("pooled", "change", "low", "high", "p", "q", "verdict", "label", "share", "share_before")
    cells = [Cell(i, column, hash_posts(members[name].get(t, nobody)), blanks)
             for i, t in enumerate(data["topic_id"]) for name, column in (("before", "posts_before"), ("now", "posts"))]
    kinds = {"topic_id": "Int64", "label": "string", "posts_before": "Int64", "posts": "Int64",
             "share_before": "Float64", "share": "Float64", "pooled": "Float64", "change": "Float64",
             "low": "Float64", "high": "Float64", "p": "Float64", "q": "Float64", "verdict": "string"}
    data = data[list(kinds)].astype(kinds)
    effective = float(shares["effective"].iloc[0]) if len(shares) else 0.0
    return _change_finding(data, cells, quarter=quarter, effective=effective,
                           arenas=int(shares["arenas"].iloc[0]) if len(shares) else 0)


def _change_finding(data: pd.DataFrame, cells: list[Cell], *, quarter: str, effective: float, arenas: int) -> Finding:
    changed = data[data["verdict"].isin(["rose", "fell", "emerged"])]
    tested = int(data["p"].notna().sum())
    facts: dict[str, object] = {"count": len(changed), "tested": tested, "arenas": arenas, "effective": effective,
                                "before": previous_quarter(quarter)}
    value = low = high = None
    sentence = "finding.no_change" if tested else "finding.change_untested"
    if len(changed):
        top = changed.assign(size=changed["change"].abs()).sort_values(["size", "topic_id"]).iloc[-1]
        sentence = f"finding.topic_{top['verdict']}"
        value, low, high = float(top["change"]), float(top["low"]), float(top["high"])
        facts |= {"label": top["label"], "share_before": float(top["share_before"]), "share": float(top["share"]),
                  "change": value, "low": low, "high": high}
        cells += [Cell(-1, c.column, c.posts) for c in cells if c.row == top.name]
    return Finding(
        key="topic_change", metric="M9", sentence=sentence, period=quarter, frame="fixed_panel",
        unit="percentage points", data=data, facts=facts, value=value, low=low, high=high,
        test="sign_flip" if tested else None, p=float(changed["q"].min()) if len(changed) else None,
        is_change=bool(len(changed)), caveats=("fixed_panel",), cells=tuple(cells))


def with_topic(posts: pd.DataFrame, topics: TopicSet) -> pd.DataFrame:
    """Return posts with their `topic_id`, -1 for none."""
    table = posts[["post_id", "arena_id", "account_id", "posted_at", "text"]].merge(
        topics.assignments[["post_id", "topic_id"]], on="post_id", how="left")
    return table.assign(topic_id=table["topic_id"].fillna(NO_TOPIC).astype("int64"))


def _by_arena(table: pd.DataFrame) -> pd.DataFrame:
    return table.pivot_table(index="arena_id", columns="topic_id", values="post_id", aggfunc="count", fill_value=0)


def public_labels(posts: pd.DataFrame, topics: TopicSet) -> pd.Series:
    """Return each topic's label by topic id: a person's, else up to three words that may be named in public."""
    names = _names(topics, _screen_words(with_topic(posts, topics), topics))
    return pd.Series({t: name for t, (name, _) in names.items()}, dtype="string").reindex(
        topics.topics["topic_id"].astype("int64"), fill_value="")


def _names(topics: TopicSet, screened: dict[int, list[str]]) -> dict[int, tuple[str, str]]:
    """Return what each topic is called in public, and who called it that.

    A label that a person gave, if its topic is still the one it was given to; else the words of
    its own label, then its other words, of those that may be named.
    """
    table = topics.topics.set_index("topic_id")
    nothing = pd.Series(pd.NA, index=table.index)
    given, drifted = table.get("given_label", nothing), table.get("is_drifted", nothing).fillna(False)
    names = {}
    for topic, words in screened.items():
        if pd.notna(given[topic]):
            names[topic] = (str(given[topic]), "person")
            continue
        first = [w for w in str(table.at[topic, "label"]).split(" · ") if w in words]
        named = list(dict.fromkeys([*first, *words]))[:3]
        names[topic] = (" · ".join(named), "words_after_drift" if drifted[topic] else "words")
    return names


def _name_caveats(named_by: pd.Series) -> tuple[str, ...]:
    found = set(named_by.dropna())
    return (("labels_by_machine",) if found - {"person"} else ()) + (
        ("labels_drifted",) if "words_after_drift" in found else ())


def _stable_id(known: pd.DataFrame, topic: int) -> object:
    return known["stable_id"].get(topic, pd.NA) if "stable_id" in known else pd.NA


def _uncertain(topics: TopicSet) -> list[int]:
    """Return the topics whose match with the quarter before was measured and is not sure."""
    if "confidence" not in topics.topics:
        return []
    below = topics.topics["confidence"].lt(CERTAIN_CONFIDENCE).fillna(False)
    return [int(t) for t in topics.topics.loc[below, "topic_id"]]


def trust_of(topics: TopicSet) -> dict[int, str]:
    """Return what the stability of each topic that was measured allows to say of it (Hennig 2007; M12)."""
    measured = topics.topics.dropna(subset=["stability"])
    words = np.select([measured["stability"] >= STABLE, measured["stability"] >= DOUBTFUL], ["stable", "doubtful"],
                      NOT_TRUSTED)
    return dict(zip(measured["topic_id"].astype(int), map(str, words), strict=True))


def _screen_words(table: pd.DataFrame, topics: TopicSet) -> dict[int, list[str]]:
    """Return each topic's words that enough authors in enough arenas use to be named in public."""
    parts = dict(iter(table.groupby("topic_id")))
    screened = {}
    for topic, words in zip(topics.topics["topic_id"], topics.topics["words"], strict=True):
        part = parts.get(topic)
        if part is None:
            continue
        screened[int(topic)] = [w for w in words if is_public(part, str(w))]
    return screened


def _verdicts(data: pd.DataFrame, arenas: np.ndarray) -> np.ndarray:
    rejects = data["q"].lt(0.05).to_numpy()
    change, pooled = data["change"].to_numpy(float), data["pooled"].to_numpy(float)
    lopsided = (np.sign(change) != np.sign(pooled)) | (data["top_arena"].to_numpy(float) > 0.5)
    doubled = (data["share"] >= 2 * data["share_before"]).to_numpy()
    emerged = doubled & (data["posts"] >= MINIMUM_EMERGING_POSTS).to_numpy() & (arenas >= 3)
    direction = np.where(change > 0, np.where(emerged, "emerged", "rose"), "fell")
    verdict = np.where(rejects, np.where(lopsided, "one_arena", direction), "unclear")
    return np.where(data["p"].isna(), "untested", verdict)
