"""What the courses without code ask: the answers to choose from or the span of a slider, and what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from workbench.training.town import Town
from workbench.training.toys import count_alarms, spread_rumour
from workbench.training.youth import SHOWN, count_hidden, find_group, find_rumour, list_small_counts

RIGHT, OTHER, FORM = "right", "other", "form"
FEW = 10  # pupils: a rumour that fewer heard has died out
FOUND, FALSE = 90, 10  # of a hundred: attacks that the machine finds, ordinary messages that it takes for one
FEWEST, AT_FIRST = 2, 6  # of the eight messages that the filter judges wrongly: at best, and before its slider moves
Judge = Callable[[Any, Town], str]


@dataclass(frozen=True)
class Span:
    """What a slider can be set to, and where it stands at first."""

    low: int
    high: int
    step: int = 1
    start: int = 0

    def clip(self, value: Any) -> int:
        """Return a value as one of the slider's."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self.start
        return int(min(max(value, self.low), self.high))


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    options
        Names of the answers to choose from; none: a number is asked for.
    right
        Which of them is right; each other one is a typical wrong answer of its own name.
    span
        Of the number.
    judge
        Tells what kind of answer a number is, and which are typical wrong ones; None where it is a guess.
    """

    options: tuple[str, ...] = ()
    right: str = ""
    span: Span = field(default=Span(0, 100))
    judge: Judge | None = None

    def read(self, value: Any) -> Any:
        """Return an answer as one that can be given, else None."""
        if self.options:
            return value if value in self.options else None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return int(value) if is_number and self.span.low <= value <= self.span.high else None

    def tell(self, answer: Any, town: Town, given: Any = None) -> str:
        """Return ``right``, the name of a typical wrong answer, ``other`` or ``form``."""
        value = self.read(answer)
        if value is None:
            return FORM
        if self.options:
            return RIGHT if value == self.right else str(value)
        return self.judge(value, town) if self.judge else OTHER


def _judge_spread(answer: int, town: Town) -> str:
    """Judge how many of ten must check at least so that the rumour dies out, if each tells three."""
    def dies(checks: int) -> bool:
        return spread_rumour(3, checks, 10)[-1] < FEW

    if not dies(answer):
        return "half" if answer == 5 else "too_few"
    return RIGHT if answer == min(filter(dies, range(11))) else "too_many"


def _judge_half(answer: int, town: Town) -> str:
    """Judge at how many attacks as many alarms are right as are false."""
    right, false = count_alarms(answer, FOUND, FALSE)
    if right == false:
        return RIGHT
    return {500: "half", 40: "start"}.get(answer, "too_few" if right < false else "too_many")


def _judge_fewest(answer: int, town: Town) -> str:
    """Judge how few of the eight messages the filter can judge wrongly; its words are in the course."""
    return RIGHT if answer == FEWEST else "none" if answer < FEWEST else "first" if answer == AT_FIRST else "higher"


def _judge_before(answer: int, town: Town) -> str:
    told = find_rumour(town)
    wrong = {len(told.told): "all", len(told.told) - told.before: "after", told.told["arena_id"].nunique(): "places"}
    return RIGHT if answer == told.before else wrong.get(answer, OTHER)


def _judge_hidden(answer: int, town: Town) -> str:
    told, few = list_small_counts(town), count_hidden(town)
    wrong = {int(told["authors"].eq(1).sum()): "one", len(told): "all", len(told) - few: "turned"}
    return RIGHT if answer == few else wrong.get(answer, OTHER)


def _judge_group(answer: int, town: Town) -> str:
    members = len(find_group(town).members)
    return RIGHT if answer == members else {SHOWN: "all", 1: "one"}.get(answer, "fewer" if answer < members else OTHER)


def _guess(high: int, step: int = 1, low: int = 0) -> Question:
    return Question(span=Span(low, high, step, low))


def _choose(*options: str, right: str = "") -> Question:
    return Question(options=options, right=right)


def _count(high: int, judge: Judge, step: int = 1) -> Question:
    return Question(span=Span(0, high, step), judge=judge)


# in order of the courses: what is asked before a picture, and what is checked after it
GUESSES: dict[str, Question] = {
    "youth": _guess(100),
    "cell": _guess(20),
    "rumour": _guess(20),
    "group": _guess(20),
    "meaning": _choose("warm", "mocking", "unsure"),
    "spread": _guess(400, 10),
    "filter": _guess(8),
    "feed": _choose("argue", "friend", "homework", "cat"),
    "alarms": _guess(10),
    "classes": _guess(100, 5),
}
CHECKED: dict[str, Question] = {
    "youth_says": _choose("all", "wish", "posts", "danger", right="posts"),
    "cell_hidden": _count(20, _judge_hidden),
    "rumour_why": _choose("slow", "place", "lie", "long", right="place"),
    "group_size": _count(20, _judge_group),
    "group_says": _choose("robots", "person", "together", "crime", right="together"),
    "meaning_sure": _choose("list", "ban", "ask", "report", right="ask"),
    "help": _choose("names", "delete", "listen", "alone", right="listen"),
    "activity": _choose("phones", "hunt", "town", "talk", right="town"),
    "rumour_late": _count(20, _judge_before),
    "spread_stop": _count(10, _judge_spread),
    "filter_fewest": _count(8, _judge_fewest),
    "feed_top": _choose("true", "many", "person", "friends", right="many"),
    "alarms_half": _count(500, _judge_half, 10),
    "classes_sure": _choose("small", "large", "same", right="large"),
    "friend": _choose("ask_on", "deny", "wait", "stop", right="stop"),
}
QUESTIONS: dict[str, Question] = GUESSES | CHECKED
