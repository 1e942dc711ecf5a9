"""Words of the corpus in findings: which of them enough people use, and what a person decided about each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.counting_rule import PostIndex, Rule, passing
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.release import CANDIDATE_COLUMNS
from workbench.tables.review import Review
from workbench.tables.spec import Column

BETWEEN = " · "  # the words of a label that nobody gave
LABEL_WORDS = 3
_LISTED = "words"


@dataclass(frozen=True)
class Named:
    """The data of one finding with its words decided.

    Attributes
    ----------
    shown
        With the words that were approved, and those that nobody has decided about.
    approved
        With those alone that were approved: what a title, a sentence and a tile may say.
    candidates
        Every word in it that the counts allow, columns `CANDIDATE_COLUMNS`.
    """

    shown: pd.DataFrame
    approved: pd.DataFrame
    candidates: pd.DataFrame


def drop_hidden_words(finding: Finding, review: Review) -> Finding:
    """Return a finding without the rows that are about a word or domain which a person hid."""
    hidden = _decided(review, "hide")
    away = pd.Series(False, index=finding.data.index)
    for name, column in finding.spec.columns.items():
        if column.words in ("word", "domain"):
            away |= finding.data[name].map(lambda text, kind=column.words: (kind, text) in hidden).astype(bool)
    if not away.any():
        return finding
    place = {row: at for at, row in enumerate(np.flatnonzero(~away).tolist())} | {WHOLE_FINDING: WHOLE_FINDING}
    cells = tuple(Cell(place[c.row], c.column, c.posts) for c in finding.cells if c.row in place)
    return replace(finding, data=finding.data[~away.to_numpy()], cells=cells)


def screen_words(findings: Iterable[Finding], corpus: Corpus, index: PostIndex, rule: Rule) -> frozenset[str]:
    """Return the single words in labels and lists that enough authors in enough arenas use.

    Parameters
    ----------
    findings
        Their columns of the kinds ``topic`` and ``words`` are looked at.
    corpus
        The posts in which the words are counted: all that the findings are about.
    index, rule
        Of `counting_rule`.

    Returns
    -------
    words
        As they stand in the findings. A word with no post of its own passes nothing.
    """
    asked = sorted({word for finding in findings for name, column in finding.spec.columns.items()
                    if column.words in ("topic", _LISTED) for value in finding.data[name] for word in _parts(value)})
    texts = corpus.posts.dropna(subset=["text"])
    if not asked or texts.empty:
        return frozenset()
    from sklearn.feature_extraction.text import CountVectorizer

    folded = {word: word.casefold() for word in asked}
    counter = CountVectorizer(vocabulary=sorted(set(folded.values())), binary=True, lowercase=False,
                              token_pattern=r"[^\W_]+(?:[-'’][^\W_]+)*|\S")
    found = counter.transform(texts["text"].str.casefold()).tocsc()
    column = counter.vocabulary_
    ids = texts["post_id"]
    members = [hash_posts(ids.iloc[found.indices[found.indptr[at]:found.indptr[at + 1]]])
               for at in (column[folded[word]] for word in asked)]
    enough = passing(index, members, rule) & np.array([len(m) > 0 for m in members])
    return frozenset(word for word, passes in zip(asked, enough, strict=True) if passes)


def decide_words(finding: Finding, data: pd.DataFrame, review: Review, allowed: frozenset[str]) -> Named:
    """Apply the counts and a person's decisions to every word of a finding.

    Parameters
    ----------
    finding
        Its spec says which columns hold words.
    data
        Its data after the gate.
    review
        Decisions for the period.
    allowed
        Of `screen_words`.
    """
    shown, approved = data.copy(), data.copy()
    found: list[pd.DataFrame] = []
    for name, column in finding.spec.columns.items():
        if column.words == "topic":
            found.append(_decide_topics(finding, name, shown, approved, review, allowed))
        elif column.words == _LISTED:
            approved[name] = _only(data[name], allowed & _known_words(review))
            shown[name] = _only(data[name], allowed)
        elif column.words:
            found.append(_decide_single(finding.key, name, column, shown, approved, review))
    every = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(CANDIDATE_COLUMNS))
    return Named(shown, approved, every.astype(CANDIDATE_COLUMNS))


def _decide_topics(finding: Finding, name: str, shown: pd.DataFrame, approved: pd.DataFrame, review: Review,
                   allowed: frozenset[str]) -> pd.DataFrame:
    """Write names of topics into both tables; the words of those that nobody named stand where they may."""
    entries = review.entries[review.entries["kind"].eq("topic")].set_index("key")
    is_topic = shown["stable_id"].notna() | (shown["topic_id"].notna() & shown["topic_id"].ne(-1)
                                             if "topic_id" in shown else shown[name].notna())
    is_topic &= shown[name].notna()
    # of a week or a group the posts are not those of the topic
    is_by_topic = "posts" in shown and set(finding.spec.identity) <= {"row", "topic_id"}
    counts = shown["posts"] if is_by_topic else pd.Series(dtype="Int64")
    rows = []
    for at in shown.index[is_topic.astype(bool)]:
        stable, proposed, listed = (shown.at[at, c] if c in shown else None for c in ("stable_id", name, "words"))
        entry = entries.loc[stable] if isinstance(stable, str) and stable in entries.index else None
        decision = None if entry is None or pd.isna(entry["decision"]) else str(entry["decision"])
        text: Any = BETWEEN.join(w for w in _parts(proposed) if w in allowed) or pd.NA
        if decision in ("approve", "rename"):
            assert entry is not None
            # of an entry without a list nothing was deleted
            left = [w for w in _parts(entry["words"]) or _parts(proposed) if w in allowed]
            kept = [w for w in _parts(proposed) if w in left] or left[:LABEL_WORDS]
            text = entry["text"] if pd.notna(entry["text"]) else BETWEEN.join(kept) or pd.NA
        elif decision:
            text = pd.NA
        shown.at[at, name] = text
        approved.at[at, name] = text if decision else pd.NA
        if decision in ("approve", "rename") and "named_by" in shown:
            shown.at[at, "named_by"] = approved.at[at, "named_by"] = "person"
        words = [w for w in _parts(listed) if w in allowed]
        rows.append({"kind": "topic", "key": stable, "text": text, "posts": counts.get(at, pd.NA), "words": words,
                     "finding": finding.key, "is_open": decision is None})
    return pd.DataFrame(rows, columns=list(CANDIDATE_COLUMNS))


def _decide_single(key: str, name: str, column: Column, shown: pd.DataFrame, approved: pd.DataFrame,
                   review: Review) -> pd.DataFrame:
    entries = review.entries[review.entries["kind"].eq(column.words)].drop_duplicates("key").set_index("key")
    decision = shown[name].map(entries["decision"]).astype("string")
    renamed = shown[name].map(entries["text"]).astype("string")
    rows = pd.DataFrame({"kind": column.words, "key": shown[name], "text": shown[name], "posts": shown.get("posts"),
                         "words": [[] for _ in shown.index], "finding": key, "is_open": decision.isna()})
    shown[name] = shown[name].mask(decision.eq("rename").fillna(False), renamed)
    approved[name] = shown[name].where(decision.isin(["approve", "rename"]))
    return rows.dropna(subset=["key"])


def _only(lists: pd.Series, words: frozenset[str]) -> pd.Series:
    return pd.Series([[w for w in _parts(v) if w in words] for v in lists], index=lists.index, dtype=object)


def _parts(value: object) -> list[str]:
    if isinstance(value, list | tuple | np.ndarray):
        return [str(word) for word in value]
    return str(value).split(BETWEEN) if isinstance(value, str) else []


def _decided(review: Review, decision: str) -> set[tuple[str, str]]:
    entries = review.entries[review.entries["decision"].eq(decision).fillna(False)]
    return set(zip(entries["kind"], entries["key"], strict=True))


def _known_words(review: Review) -> frozenset[str]:
    """Return every word that a person let pass: alone, or among the words of a topic."""
    passed = review.entries[review.entries["decision"].isin(["approve", "rename"])]
    listed = {word for words in passed["words"] for word in _parts(words)}
    return frozenset(listed | set(passed.loc[passed["kind"].eq("word"), "key"]))
