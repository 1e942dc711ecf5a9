"""From what was collected to what is analysed: the steps, and how much is left at each (M2, M26)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.periods import check_topics_of, posts_before, posts_of, quarter_bounds
from workbench.findings.topics import NO_TOPIC, with_topic
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.topics import TopicSet

ROUGH = 100  # rows: of a small collection their exact number could be the one the gate hid


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if "with_topic" in facts and "posts" in facts:
        return Headline("finding.selection", value=float(facts["in_topic"]), numerator=int(facts["with_topic"]),
                        denominator=int(facts["posts"]))
    return Headline("finding.selection_arenas")


SELECTION = Spec(
    key="selection", metric="M2", unit="share", frame="all_posts", headline=_say, identity=("row", "step"),
    caveats=("rows_rounded",),
    columns={
        "row": Column("string"),  # posts | arenas
        "step": Column("string", shown="code"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "rows_read": Column("Int64", unit="number", shown="number"),
        "arenas": Column("Int64", unit="arenas", shown="number"),
    },
    facts={"posts": Fact("posts", "posts"), "with_topic": Fact("posts"),
           "in_topic": Fact("share", share_of=("with_topic", "posts")), "listed": Fact("arenas"),
           "active": Fact("arenas", "active_arenas")},
    sentences={"finding.selection": ("listed", "active", "in_topic"),
               "finding.selection_arenas": ("listed", "active")})


def measure_selection(corpus: Corpus, topics: TopicSet, *, quarter: str) -> Finding:
    """Measure how much is left at each step from what was read to what is analysed (M2, M26).

    Parameters
    ----------
    corpus
        All that was collected up to the quarter's end; its provenance tells what was read.
    topics
        Of the same posts.
    quarter
        Such as 2025Q3.

    Returns
    -------
    finding
        Value: share of the quarter's posts that have a topic. Data: one row per step, columns `row` (posts or
        arenas) and `step`. Of posts: ``step_read`` and ``step_kept`` (rows of all exports of any time, up to the
        next hundred: `rows_read`; left out where the corpus does not know them), ``step_quarter``, ``step_text`` and
        ``step_topic`` (`posts`, each part of the one before). Of arenas: ``step_listed`` (known to the study),
        ``step_collected`` (some time of the quarter), ``step_active`` (posted in it) and ``step_panel`` (posted in
        the quarter before as well), in `arenas`.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the topics are of other posts.
    """
    posts = posts_of(corpus, quarter)
    check_topics_of(topics, posts, asked_by="measure_selection")
    told = with_topic(posts, topics)
    has_text, has_topic = told["text"].notna(), told["topic_id"].ne(NO_TOPIC)
    kept = {"step_quarter": told["post_id"], "step_text": told.loc[has_text, "post_id"],
            "step_topic": told.loc[has_text & has_topic, "post_id"]}
    rows: list[dict[str, Any]] = [{"row": "posts", "step": step, "rows_read": number}
                                  for step, number in _rows_read(corpus).items()]
    cells = [Cell(len(rows) + at, "posts", hash_posts(ids)) for at, ids in enumerate(kept.values())]
    rows += [{"row": "posts", "step": step, "posts": len(ids)} for step, ids in kept.items()]
    arenas = _arenas(corpus, posts, quarter)
    rows += [{"row": "arenas", "step": step, "arenas": number} for step, number in arenas.items()]
    every, last = hash_posts(kept["step_quarter"]), hash_posts(kept["step_topic"])
    cells += [Cell(WHOLE_FINDING, "posts", every), Cell(WHOLE_FINDING, "with_topic", last)]
    return Finding(
        SELECTION, quarter, pd.DataFrame(rows, columns=list(SELECTION.columns)), cells=tuple(cells),
        facts={"posts": len(every), "with_topic": len(last), "in_topic": len(last) / len(every),
               "listed": arenas["step_listed"], "active": arenas["step_active"]},
        caveats=SELECTION.caveats if rows[0]["step"] == "step_read" else ())


def _rows_read(corpus: Corpus) -> dict[str, int]:
    """Return the rows of all exports and those that were kept, up to the next hundred; nothing where not known."""
    sources = corpus.provenance.get("sources", [])
    sums = {step: sum(int(s[name]) for s in sources if s.get(name) is not None)
            for step, name in (("step_read", "rows_read"), ("step_kept", "kept"))}
    return {step: -(-number // ROUGH) * ROUGH for step, number in sums.items()} if sums["step_read"] else {}


def _arenas(corpus: Corpus, posts: pd.DataFrame, quarter: str) -> dict[str, int]:
    start, end = quarter_bounds(quarter)
    arenas = corpus.arenas.set_index("arena_id")
    # what was seen after the quarter only was not there to be followed
    arenas = arenas[~(arenas["first_seen"] >= end).fillna(False).astype(bool)]
    active, before = set(posts["arena_id"]), set(posts_before(corpus, quarter)["arena_id"])
    # an arena that posted was collected, whatever its card says; one without dates of which nothing is known was not
    inside = (arenas["collected_from"] < end) & (arenas["collected_to"] >= start)
    collected = set(arenas.index[inside.fillna(False).astype(bool)]) | active
    return {"step_listed": len(arenas), "step_collected": len(collected), "step_active": len(active),
            "step_panel": len(active & before)}
