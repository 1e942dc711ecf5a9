"""Answers of the course for analysts: which of them are right, and which wrong ones are typical."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import pandas as pd

from workbench.training.answering import FORM, OTHER, RIGHT, is_number, word
from workbench.training.practice import DRAFTS
from workbench.training.town import Town

_FEWEST = 5  # authors behind a number
_MOST = 0.5  # of its posts by one author
_DRIFTED = {"text": "message", "time": "date"}
_BEFORE = {"body", "timestamp", "unix_timestamp"}  # as the columns were called
_LEAKS = {"a": "figures", "b": "place", "c": RIGHT, "d": "gate"}
_PUBLISH = {"review": RIGHT, "publish": "publish", "remove": "remove"}
assert set(_LEAKS) == set(DRAFTS)


def _judge_drift(answer: Any, town: Town, given: Any) -> str:
    """Which column holds the text, and which the time."""
    if not isinstance(answer, Mapping) or set(answer) != set(_DRIFTED):
        return FORM
    told = {name: word(value) for name, value in answer.items()}
    if told == _DRIFTED:
        return RIGHT
    if told["text"] == _DRIFTED["time"] and told["time"] == _DRIFTED["text"]:
        return "swapped"
    return "before" if _BEFORE & set(told.values()) else OTHER


def _judge_quarantine(answer: Any, town: Town, given: Any) -> str:
    """How many rows were set aside; `given` is what the import said."""
    if not is_number(answer) or not isinstance(given, pd.DataFrame) or "what" not in given:
        return FORM
    told = given.set_index("what")["told"]
    if "quarantined" not in told:
        return FORM
    known = {int(told["quarantined"]): RIGHT, int(told["kept"]): "kept", int(told["rows_read"]): "read"}
    return known.get(int(answer), OTHER)


def _judge_fault(answer: Any, town: Town, given: Any) -> str:
    known = set(town.everything.arenas["arena_id"].str.casefold())
    return (town.judge("fault", word(answer)) or OTHER) if word(answer) in known else FORM


def _judge_trust(answer: Any, town: Town, given: Any) -> str:
    """Which topics are too unsure for a finding; `given` is the list of topics."""
    from workbench.tables.topics import is_trusted

    if not isinstance(given, pd.DataFrame) or not {"core", "inclusion"} <= set(given):
        return FORM
    chosen = _as_set(answer)
    if chosen is None or not all(is_number(one) for one in chosen) or not chosen <= set(given["topic_id"]):
        return FORM
    unsure = set(given.loc[~is_trusted(given).fillna(False).astype(bool), "topic_id"])
    small = set(given.nsmallest(len(unsure), "size")["topic_id"])
    if chosen == unsure:
        return RIGHT
    return "trusted" if not chosen & unsure else "small" if chosen == small else _compare(chosen, unsure)


def _judge_cells(answer: Any, town: Town, given: Any) -> str:
    """Which arenas' numbers have too few people behind them; `given` is the table."""
    chosen = _as_set(answer)
    if not isinstance(given, pd.DataFrame) or "authors" not in given or chosen is None:
        return FORM
    if not chosen <= set(given["arena_id"]):
        return FORM
    few = set(given.loc[given["authors"].lt(_FEWEST) | given["largest"].gt(_MOST), "arena_id"])
    if chosen == few:
        return RIGHT
    alone = set(given.loc[given["authors"].eq(1), "arena_id"])
    by_posts = set(given.loc[given["posts"].lt(_FEWEST), "arena_id"])
    return "alone" if chosen == alone else "posts" if chosen == by_posts else _compare(chosen, few)


def _choose(known: Mapping[str, str]) -> Callable[[Any, Town, Any], str]:
    def judge(answer: Any, town: Town, given: Any) -> str:
        return known.get(word(answer), FORM)

    return judge


def _as_set(answer: Any) -> set[Any] | None:
    return set(answer) if isinstance(answer, list | tuple | set) else None


def _compare(chosen: Collection[Any], right: Collection[Any]) -> str:
    return "too_few" if set(chosen) < set(right) else "too_many" if set(chosen) > set(right) else OTHER


ANALYSTS: dict[str, Callable[[Any, Any, Any], str]] = {
    "drift": _judge_drift,
    "quarantine": _judge_quarantine,
    "fault": _judge_fault,
    "trust": _judge_trust,
    "leak": _choose(_LEAKS),
    "cells": _judge_cells,
    "publish": _choose(_PUBLISH),
}
