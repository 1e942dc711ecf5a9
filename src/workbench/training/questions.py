"""What the courses without code ask: the answers to choose from or the span of a slider, and what is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.training.toys import count_alarms, spread_rumour
from workbench.training.town import Town
from workbench.training.youth import find_group, find_rumour

RIGHT, OTHER, FORM = "right", "other", "form"
FEW = 10  # pupils: a rumour that fewer heard has died out
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
        Tells what kind of answer a number is; None where it is a guess.
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
    """The fewest of ten that must check so that the rumour dies out, if each tells three."""
    def dies(checks: int) -> bool:
        return spread_rumour(3, checks, 10)[-1] < FEW

    if not dies(answer):
        return "half" if answer == 5 else "too_few"
    return RIGHT if answer == min(filter(dies, range(11))) else "too_many"


def _judge_alarms(answer: int, town: Town) -> str:
    right, wrong = count_alarms(40, 90, 10)
    share = round(10 * wrong / (right + wrong))
    return {share: RIGHT, 1: "tenth", 9: "ninth", 10 - share: "turned"}.get(answer, OTHER)


def _judge_fewest(answer: int, town: Town) -> str:
    """The fewest of the eight messages that the filter of words judges wrongly; see `pictures`."""
    return {2: RIGHT, 0: "none", 5: "first"}.get(answer, "higher" if answer > 2 else OTHER)


def _judge_hours(answer: int, town: Town) -> str:
    return OTHER


def _judge_accounts(answer: int, town: Town) -> str:
    return OTHER
