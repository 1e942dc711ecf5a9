"""A course that somebody takes: predictions before the run, checks with hints; nothing outlives the notebook."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.training.answering import EMPTY, RIGHT
from workbench.training.checking import judge_answer
from workbench.training.source import Words, read_words
from workbench.training.town import Town, open_town
from workbench.wording import open_wording

GATE = "ethics"  # the check without which the city stays shut


@dataclass(frozen=True)
class Feedback:
    """What a check or a prediction says.

    Attributes
    ----------
    verdict
        See `checking.judge_answer`; empty where nothing was answered yet.
    text
        In the language of the course.
    """

    verdict: str
    text: str

    @property
    def is_right(self) -> bool:
        """Whether the answer is right."""
        return self.verdict == RIGHT

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        sign = {RIGHT: "✔", EMPTY: "…"}.get(self.verdict, "↻")
        return (f'<p role="status" style="border-inline-start:.3em solid;padding:.4em .8em;max-width:44em">'
                f'<span aria-hidden="true">{sign}</span> {html.escape(self.text)}</p>')


@dataclass
class Course:
    """A course in progress. All it keeps is in the memory of the notebook: no names, no marks, no file.

    Attributes
    ----------
    language
        Of what it says.
    words
        What its checks say, by their names.
    town
        None until the first step is passed.
    predictions
        By step: what was expected before the run.
    tries
        By check: verdicts in order, one per different answer.
    """

    language: str
    words: dict[str, Words]
    town: Town | None = None
    predictions: dict[str, Any] = field(default_factory=dict)
    tries: dict[str, list[str]] = field(default_factory=dict)
    _answers: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def predict(self, step: str, value: Any) -> Feedback:
        """Record what is expected, before the cell that shows it runs; the first prediction stands."""
        say = open_wording(self.language).say
        if value is None or value == "":
            return Feedback(EMPTY, say("training.predict"))
        first = self.predictions.setdefault(step, value)
        return Feedback("predicted", say("training.predicted", value=str(first)))

    def check(self, name: str, answer: Any, *, given: Any = None) -> Feedback:
        """Check an answer: say that it is right, or what it overlooks, with one more hint for each new wrong answer.

        Parameters
        ----------
        name
            Of the check.
        answer
            Of the participant.
        given
            What the answer was read from, where the right one depends on it.
        """
        verdict = judge_answer(name, answer, self.town, given)
        seen = self._answers.setdefault(name, [])
        if verdict != EMPTY and (not seen or seen[-1] != repr(answer)):
            # the same cell run again is no new try
            seen.append(repr(answer))
            self.tries.setdefault(name, []).append(verdict)
        return Feedback(verdict, self._tell(name, verdict))

    def _tell(self, name: str, verdict: str) -> str:
        say, words = open_wording(self.language).say, self.words.get(name, Words())
        if verdict == EMPTY:
            return say("training.empty")
        if verdict == RIGHT:
            return say("training.right")
        wrong = sum(tried != RIGHT for tried in self.tries[name])
        told = [words.replies.get(verdict) or say("training.form" if verdict == "form" else "training.wrong")]
        if words.hints:
            told.append(say("training.hint", text=words.hints[min(wrong, len(words.hints)) - 1]))
        if wrong > len(words.hints):
            told.append(say("training.ask"))
        return " ".join(told)

    def open_town(self, folder: str | Path) -> Town:
        """Open the made-up city; where the course begins with a gate, only for those who passed it.

        Raises
        ------
        InputError
            If the first step is not passed, or the folder holds no town of a course.
        """
        if GATE in self.words and RIGHT not in self.tries.get(GATE, [])[-1:]:
            raise InputError(open_wording(self.language).say("training.gate"))
        self.town = open_town(folder)
        return self.town


def open_course(course_file: str | Path, *, language: str) -> Course:
    """Open a course: read what its checks say from its notebook.

    Parameters
    ----------
    course_file
        The notebook of the course.
    language
        da or en.

    Raises
    ------
    ReportError
        If the file is no notebook.
    InputError
        If it belongs to no course.
    """
    return Course(language, read_words(Path(course_file), language))
