"""What a review of a period asks, in the order in which it is asked, and what the files answer already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.reviewing import ReviewFile, flag_words
from workbench.reviewing.answers import SECTIONS, Answers, decision_of, read_answers, text_of
from workbench.reviewing.proposals import read_candidates
from workbench.reviewing.report_fields import MOST, TABLES, field_name
from workbench.reviewing.report_file import entries_of, parse_report
from workbench.reviewing.told import Told
from workbench.tables.editorial import Recommendation
from workbench.tables.review import is_same_topic

LISTED = ("peaks", "follow_up", "recommendations")
SIGNATURES = {"reviewer": "review", "editor": "report"}


@dataclass(frozen=True)
class Question:
    """One thing to decide.

    Attributes
    ----------
    kind
        ``reviewer`` and ``editor`` (whose role stands above a file), ``topic``, ``word``, ``domain``, or one of
        `LISTED`.
    key
        Of the topic, word or domain; of a peak topic and week; of what was recommended its id.
    is_open
        Whether nobody has decided.
    values
        What the file says: fields by name, texts, and for ``words`` those that are to be shown.
    words
        Of a topic: all that tell it.
    number
        Of an entry in the editor's file; None where it is not there yet.
    about
        What is known besides, such as `posts`, or the `finding` that proposed it.
    """

    kind: str
    key: str
    is_open: bool
    values: Mapping[str, Any]
    words: tuple[str, ...] = ()
    number: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """By which the screen names it."""
        return f"{self.kind}:{self.key}"

    @property
    def is_in_report(self) -> bool:
        """Whether it is answered in the editor's file."""
        return self.kind in (*LISTED, "editor")


def list_questions(folder: Path, file: ReviewFile, told: Mapping[str, Told], before: Sequence[Recommendation],
                   asked: Sequence[str]) -> list[Question]:
    """Return all questions of a period: topics, words, domains, peaks, what was recommended before, recommendations.

    Parameters
    ----------
    file
        Of `reviewing.write_review`, which has put every question of the review into its file.
    told
        What the last run told, by finding.
    before
        What the last report recommended.
    asked
        Languages in which names and texts are asked for.
    """
    answers = read_answers(file.path, file.period)
    candidates = read_candidates(folder, file.period)
    found = [] if candidates is None else _reviewed(answers, candidates, file.open, asked)
    given = parse_report(file.report.path.read_bytes().decode("utf-8-sig"))[0]
    editorial = [*_peaks(given, told, asked), *_follow_ups(given, before, asked), *_recommended(given, asked)]
    signed = [Question("reviewer", "", not text_of(answers.given, "reviewer"),
                       {"reviewer": text_of(answers.given, "reviewer")})]
    editor = [Question("editor", "", not text_of(given, "editor"), {"editor": text_of(given, "editor")})]
    return [*signed, *found, *(editor if editorial else []), *editorial]


def _reviewed(answers: Answers, candidates: pd.DataFrame, waiting: pd.DataFrame,
              asked: Sequence[str]) -> list[Question]:
    still = set(zip(waiting["kind"], waiting["key"], strict=True))
    rows = candidates.dropna(subset=["key"]).drop_duplicates(["kind", "key"])
    found = []
    for section, kind in SECTIONS.items():
        own = answers.sound(section)
        for row in rows[rows["kind"].eq(kind)].to_dict("records"):
            if (key := row["key"]) in own:
                found.append(_question(kind, row, own[key], asked, is_open=(kind, key) in still))
    return found


def _question(kind: str, row: Mapping[Any, Any], entry: Mapping[str, Any], asked: Sequence[str], *,
              is_open: bool) -> Question:
    proposed = tuple(map(str, row["words"]))
    values: dict[str, Any] = {"decision": decision_of(dict(entry))}
    if kind != "domain":
        values |= {name: text_of(dict(entry), name) for name in asked}
    if kind == "topic":
        values |= {f"description_{name}": text_of(dict(entry), f"description_{name}") for name in asked}
        kept = list(entry.get("words", []))
        if not is_same_topic(kept, proposed) and is_open:
            # it has become another one: what looks like a name is left out of its words of today
            kept = [word for word, reason in zip(proposed, flag_words(proposed), strict=True) if pd.isna(reason)]
        values |= {"words": [word for word in proposed if word in kept], "into": text_of(dict(entry), "into")}
    about = {"posts": None if pd.isna(row["posts"]) else int(row["posts"]),
             "flags": [None if pd.isna(reason) else str(reason) for reason in flag_words(proposed or [row["key"]])]}
    return Question(kind, str(row["key"]), is_open, values, proposed, about=about)


def empty_values(table: str, asked: Sequence[str]) -> dict[str, str]:
    """Return the fields of an entry of the editor's file that people fill in, empty."""
    return {name: "" for base, what in TABLES[table].items()
            for name in ([field_name(base, code) for code in asked] if what.is_spoken else [base])}


def _values(table: str, entry: Mapping[str, Any], asked: Sequence[str]) -> dict[str, str]:
    return {name: text_of(dict(entry), name) for name in empty_values(table, asked)}


def _peaks(given: dict[str, Any], told: Mapping[str, Told], asked: Sequence[str]) -> list[Question]:
    listed = entries_of(given, "peaks")
    number = {(e.get("topic"), e.get("week")): n for n, e in enumerate(listed) if isinstance(e, dict)}
    found = []
    for topic, week in dict.fromkeys(peak for one in told.values() for peak in one.peaks):
        at = number.get((topic, week))
        values = _values("peaks", listed[at] if at is not None else {}, asked) | {"topic": topic, "week": week}
        found.append(Question("peaks", f"{topic}/{week}", not any(values[n] for n in asked), values, number=at))
    return found


def _follow_ups(given: dict[str, Any], before: Sequence[Recommendation], asked: Sequence[str]) -> list[Question]:
    listed = entries_of(given, "follow_up")
    number = {e.get("id"): n for n, e in enumerate(listed) if isinstance(e, dict)}
    found = []
    for one in before:
        at = number.get(one.id)
        entry = listed[at] if at is not None else {"id": one.id}
        values = _values("follow_up", entry, asked) | {"id": one.id}
        found.append(Question("follow_up", one.id, not values["status"], values, number=at, about={"text": one.text}))
    return found


def _recommended(given: dict[str, Any], asked: Sequence[str]) -> list[Question]:
    """Return what is recommended, and one more that may be written."""
    listed = [(n, e) for n, e in enumerate(entries_of(given, "recommendations")) if isinstance(e, dict)]
    found = [Question("recommendations", text_of(e, "id") or str(n), False, _values("recommendations", e, asked),
                      number=n) for n, e in listed]
    if len(listed) < MOST["recommendations"]:
        found.append(Question("recommendations", "", True, empty_values("recommendations", asked)))
    return found
