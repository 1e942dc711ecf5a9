"""Tell right answers from wrong ones, and typical wrong ones from others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import InputError, ReportError
from workbench.training.analysing import ANALYSTS
from workbench.training.answering import EMPTY, FORM, OTHER, RIGHT, is_number, word
from workbench.training.puzzle import Puzzle
from workbench.training.questions import CHECKED
from workbench.training.town import Town

LANE = {"figures": RIGHT, "names": "names", "alert": "alert"}
LEAST_WORDS = 4  # of a caveat and of an action
_NEAR = 0.051  # percentage points: what rounding to one decimal takes away
_PARTS = ("number", "low", "high", "denominator", "caveat", "action")


def judge_answer(check: str, answer: Any, town: Town | None, given: Any = None) -> str:
    """Tell what kind of answer this is.

    Parameters
    ----------
    check
        A name of `CHECKS`, or of `questions.CHECKED`.
    answer
        Of a participant.
    town
        Of the course; None before it is open.
    given
        What the participant worked with, where the right answer depends on it.

    Returns
    -------
    verdict
        ``right``; the name of a typical wrong answer; ``form``: no answer of the kind that was asked for; ``other``;
        empty where nothing was answered yet.

    Raises
    ------
    InputError
        If there is no such check, or it needs the town.
    """
    asked = CHECKED.get(check)
    if asked is None and check not in CHECKS:
        raise InputError(f"check: there is no check {check!r}. There are: {', '.join([*CHECKS, *CHECKED])}.")
    if answer is None or (isinstance(answer, str | list | tuple) and not answer):
        return EMPTY
    if isinstance(answer, Mapping) and not any(value or value == 0 for value in answer.values()):
        return EMPTY
    if town is None and check != "ethics":
        raise InputError("The made-up city is not open yet. Begin with the first step and run the cells in order.")
    return asked.tell(answer, town) if asked and town else CHECKS[check](answer, town, given)


def _judge_lane(answer: Any, town: Town | None, given: Any) -> str:
    return LANE.get(word(answer), FORM)


def _judge_arena(check: str) -> Callable[[Any, Town, Any], str]:
    def judge(answer: Any, town: Town, given: Any) -> str:
        known = set(town.everything.arenas["arena_id"].str.casefold())
        return (town.judge(check, word(answer)) or OTHER) if word(answer) in known else FORM

    return judge


def _judge_code(answer: Any, town: Town, given: Any) -> str:
    """Codes on which coders differ are not reported: their agreement stands in the town."""
    told = town.speech.agreement.set_index("code")["verdict"]
    if word(answer) not in told.index:
        return FORM
    return RIGHT if told[word(answer)] == "low" else "agreed"


def _judge_share(answer: Any, town: Town, given: Any) -> str:
    from workbench.training.exercises import list_shares

    if not is_number(answer):
        return FORM
    shares = list_shares(town)["percent"]
    for name, verdict in (("audit", RIGHT), ("model", "model"), ("sample", "sample")):
        if abs(float(answer) - float(shares[name])) < _NEAR:
            return verdict
    return "unit" if abs(100 * float(answer) - float(shares["audit"])) < 2 * _NEAR else OTHER


def _judge_seed(answer: Any, town: Town, given: Any) -> str:
    if not is_number(answer) or not isinstance(given, pd.DataFrame):
        return FORM
    lost = int((~given["found_again"]).sum())
    moved = int(given["label_then"].ne(given["label_now"]).sum())
    return {len(given): "all", len(given) - lost: "kept", moved: "labels", lost: RIGHT}.get(int(answer), OTHER)


def _judge_lift(answer: Any, town: Town, given: Any) -> str:
    from workbench.training.exercises import load_model

    sizes = load_model(town).topics.set_index("topic_id")["size"]
    if not is_number(answer) or not isinstance(given, pd.DataFrame) or int(answer) not in sizes.index:
        return FORM
    lift = given[given["low"] > 1].set_index("topic_id")["lift"]
    if len(lift) and int(answer) == lift.idxmax():
        return RIGHT
    return "largest" if int(answer) == sizes.idxmax() else "lower" if int(answer) in lift.index else OTHER


def _judge_week(answer: Any, town: Town, given: Any) -> str:
    if not isinstance(given, pd.DataFrame) or _week(answer) not in set(given["week"]):
        return FORM
    if town.judge("peak", _week(answer)) == RIGHT:
        return RIGHT
    return "fault" if _week(answer) == given.nlargest(1, "posts")["week"].iloc[0] else OTHER


def _judge_hidden(answer: Any, town: Town, given: Any) -> str:
    if not is_number(answer) or not isinstance(given, Puzzle):
        return FORM
    if int(answer) == given.hidden_value:
        return RIGHT
    return "total" if int(answer) in given.totals_of_hidden else OTHER


def _judge_suppressed(answer: Any, town: Town, given: Any) -> str:
    if not isinstance(given, Puzzle) or not given.knows(answer):
        return FORM
    cells = {*map(tuple, answer), given.hidden}
    if given.is_safe(cells):
        return RIGHT if len(cells) <= given.fewest else "too_many"
    if len(cells) == 1:
        return "one"
    return "line" if any(len({cell[place] for cell in cells}) == 1 for place in (0, 1)) else OTHER


def _judge_paraphrase(answer: Any, town: Town, given: Any) -> str:
    from workbench.gates import refuse_identifiers, refuse_quotes

    words = pd.Series([str(answer)], index=["answer"], dtype="string")
    try:
        refuse_identifiers(words)
    except ReportError:
        return "identifier"
    try:
        refuse_quotes(words, town.quarter)
    except ReportError:
        return "quote"
    return RIGHT if _count_words(answer) >= 2 * LEAST_WORDS else "short"


def _judge_finding(answer: Any, town: Town, given: Any) -> str:
    """One finding: number, interval and denominator of the audit, and words that say what holds and what to do."""
    from workbench.training.exercises import list_shares

    if not isinstance(answer, Mapping) or not set(_PARTS) <= set(answer):
        return FORM
    if not all(is_number(answer[name]) for name in ("number", "denominator")):
        return FORM
    audit = list_shares(town).loc["audit"].astype(float).to_dict()
    if abs(float(answer["number"]) - audit["percent"]) >= _NEAR:
        return "number"
    if not all(is_number(answer[end]) and abs(float(answer[end]) - audit[end]) < _NEAR for end in ("low", "high")):
        return "interval"
    if int(answer["denominator"]) != int(audit["of"]):
        return "denominator"
    return next((part for part in ("caveat", "action") if _count_words(answer[part]) < LEAST_WORDS), RIGHT)


def _judge_export(answer: Any, town: Town, given: Any) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        root: Any = PdfReader(Path(str(answer))).trailer["/Root"]
    except (OSError, PyPdfError, KeyError, ValueError):
        return FORM
    if not root.get("/MarkInfo", {}).get("/Marked"):
        return "untagged"
    return RIGHT if root.get("/Lang") else "no_language"


def _week(answer: Any) -> str:
    return str(answer).strip().upper()


def _count_words(text: Any) -> int:
    return len(str(text).split())


PROFESSIONALS: dict[str, Callable[[Any, Any, Any], str]] = {
    "ethics": _judge_lane,
    "missing": _judge_arena("missing"),
    "coding": _judge_code,
    "share": _judge_share,
    "seed": _judge_seed,
    "lift": _judge_lift,
    "bridge": _judge_arena("bridge"),
    "peak": _judge_week,
    "puzzle": _judge_hidden,
    "suppress": _judge_suppressed,
    "paraphrase": _judge_paraphrase,
    "finding": _judge_finding,
    "export": _judge_export,
}
CHECKS = PROFESSIONALS | ANALYSTS
