"""Questions with sliders and buttons for people who see no code: a guess before a picture, a check after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.desks import draw_script, draw_style, open_widget
from workbench.desks.widget import Message
from workbench.errors import InputError
from workbench.training.course import Course, Feedback
from workbench.training.pictures import PICTURES, Shown, Slider
from workbench.training.questions import QUESTIONS, Question
from workbench.training.source import Words
from workbench.wording import open_wording

_ROOM = "workbench.training"
_SIGNS = {"right": "✔", "": "…", "predicted": "→"}


class Control:
    """A guess with the picture that answers it, or a question that is checked.

    It is told what a person does, and tells what is to be shown.

    Parameters
    ----------
    course
        With its town open.
    name
        Of a question, a picture or both; what it says is in the course's notebook under that name.
    is_guess
        Whether it is a guess: the first one stands, and the picture comes after it.
    """

    def __init__(self, course: Course, name: str, *, is_guess: bool) -> None:
        if name not in QUESTIONS or (is_guess and name not in PICTURES):
            raise InputError(f"{name!r}: there is no such {'picture' if is_guess else 'question'}. There are: "
                             f"{', '.join(PICTURES if is_guess else QUESTIONS)}.")
        if course.town is None:
            raise InputError("The made-up city is not open yet. Run the notebook from its first cell on.")
        if name not in course.words:
            raise InputError(f"{name!r}: the notebook of the course says nothing under this name. Give its cell of "
                             "words the tags `ask` and `check:NAME`.")
        self.course, self.name, self.is_guess = course, name, is_guess
        self.question: Question = QUESTIONS[name]
        self.words: Words = course.words[name]
        self.feedback: Feedback | None = None
        self._sliders: tuple[Slider, ...] = PICTURES[name].sliders if is_guess else ()
        self._values: dict[str, Any] = {slider.name: slider.start for slider in self._sliders}
        self._round = 1
        self._answer: Any = None
        self.tell: Callable[[Message], None] = lambda message: None  # to the screen, by itself

    def take(self, message: Mapping[str, Any]) -> list[Message]:
        """Take what a person did, and return what is to be shown."""
        kind, values = message.get("kind"), message.get("values") or {}
        if kind == "ready":
            return [self._describe() | self._tell() | self._draw()]
        if kind == "pressed":
            self.answer(values.get(self.name))
            return [self._tell() | self._draw()]
        self._round += kind == "again"
        for slider in self._sliders:
            self._values[slider.name] = slider.clip(values.get(slider.name))
        return [self._draw()]

    def answer(self, value: Any) -> None:
        """Take an answer: a guess is kept, anything else is checked."""
        say = open_wording(self.course.language).say
        value = self.question.read(value)
        if value is None:
            self.feedback = Feedback("", say("training.choose"))
            return
        self._answer = value
        if not self.is_guess:
            told = self.course.check(self.name, value)
            explained = f"{say('training.is_right')}\n{self.words.said.get('explain', '')}".strip()
            self.feedback = Feedback(told.verdict, explained) if told.is_right else told
            return
        self.course.predict(self.name, value)
        first = self.course.predictions[self.name]
        self._answer = first
        named = self.words.said.get(first, first) if self.question.options else (
            f"{first} {self.words.said.get('unit', '')}".strip())
        self.feedback = Feedback("predicted", say("training.guessed", value=named))

    def __repr__(self) -> str:
        return self.feedback.text if self.feedback else self.words.question

    def _describe(self) -> Message:
        say, said = open_wording(self.course.language).say, self.words.said
        asked: Message = {"name": self.name, "label": self.words.question, "value": self._answer,
                          "button": say("training.show" if self.is_guess else "training.answer")}
        if self.question.options:
            asked["options"] = [[key, said[key]] for key in self.question.options]
        else:
            span = self.question.span
            start = span.start if self._answer is None else self._answer
            asked |= {"low": span.low, "high": span.high, "step": span.step, "value": start,
                      "unit": said.get("unit", "")}
        sliders = [{"name": s.name, "label": said[s.name], "low": s.low, "high": s.high, "step": s.step,
                    "value": self._values[s.name], "unit": said.get(f"{s.name}_unit", "")} for s in self._sliders]
        more = self.is_guess and PICTURES[self.name].is_drawn_again
        return {"asked": asked, "sliders": sliders, "label": self.words.question,
                "more": say("training.again") if more else "", "words": {"silent": say("training.silent")}}

    def _tell(self) -> Message:
        if not self.feedback:
            return {}
        told = self.feedback
        return {"said": {"sign": _SIGNS.get(told.verdict, "↻"), "text": told.text, "is_right": told.is_right},
                "is_done": told.is_right or told.verdict == "predicted"}

    def _draw(self) -> Message:
        town = self.course.town
        if town is None or not self.is_guess or self.name not in self.course.predictions:
            return {}
        values = self._values | {"round": self._round}
        shown: Shown = PICTURES[self.name].draw(town, self.words.said, values)
        result = open_wording(self.course.language).fill(self.words.said.get("result", ""), shown.facts)
        return {"picture": shown.html, "result": result}


def ask_guess(course: Course, name: str, *, answer: Any = None) -> Any:
    """Ask for a guess; after it, show the picture that tells how it is, with sliders where it has some.

    Parameters
    ----------
    course
        With its town open.
    name
        Of a picture; see `pictures.PICTURES`.
    answer
        As if it was guessed already: in the teacher's version.

    Raises
    ------
    InputError
        If there is no such picture, or the notebook says nothing under its name.
    """
    return _open(course, name, answer, is_guess=True)


def ask_question(course: Course, name: str, *, answer: Any = None) -> Any:
    """Ask a question; a wrong answer brings a reply and a hint, the right one its explanation.

    Parameters
    ----------
    course
        With its town open.
    name
        Of a question; see `questions.QUESTIONS`.
    answer
        As if it was answered already: in the teacher's version.

    Raises
    ------
    InputError
        If there is no such question, or the notebook says nothing under its name.
    """
    return _open(course, name, answer, is_guess=False)


def _open(course: Course, name: str, answer: Any, *, is_guess: bool) -> Any:
    control = Control(course, name, is_guess=is_guess)
    if answer is not None:
        control.answer(answer)
    return open_widget(control, script=draw_script(_ROOM, "controls.js", parts=("make.js",)),
                       style=draw_style(_ROOM, "controls.css", within="wb-control"))
