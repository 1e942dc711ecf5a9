"""Questions with sliders and buttons for people who see no code: a guess before a picture, a check after it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import anywidget

from workbench.errors import InputError
from workbench.look import read_look
from workbench.training.course import Course, Feedback
from workbench.training.pictures import PICTURES, Shown, Slider
from workbench.training.questions import QUESTIONS, Question
from workbench.training.source import Words
from workbench.wording import open_wording

Message = dict[str, Any]
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

    def take(self, message: Mapping[str, Any]) -> Message:
        """Take what a person did, and return what is to be shown."""
        kind, values = message.get("kind"), message.get("values") or {}
        if kind == "ready":
            return self._describe() | self._tell() | self._draw()
        if kind == "pressed":
            self.answer(values.get(self.name))
            return self._tell() | self._draw()
        self._round += kind == "again"
        for slider in self._sliders:
            self._values[slider.name] = slider.clip(values.get(slider.name))
        return self._draw()

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


class ControlWidget(anywidget.AnyWidget):
    """A control on the screen. What is chosen goes as messages, never as the widget's state."""

    def __init__(self, control: Control) -> None:
        self._esm = (files("workbench.training") / "controls.js").read_text(encoding="utf-8")
        self._css = draw_style()
        super().__init__()  # makes both part of the state
        self.control = control
        self.on_msg(self._hear)

    def _hear(self, widget: Any, message: Any, buffers: Any) -> None:
        if isinstance(message, dict):
            self.send(self.control.take(message))

    def __repr__(self) -> str:
        return repr(self.control)


def ask_guess(course: Course, name: str, *, answer: Any = None) -> ControlWidget:
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


def ask_question(course: Course, name: str, *, answer: Any = None) -> ControlWidget:
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


def _open(course: Course, name: str, answer: Any, *, is_guess: bool) -> ControlWidget:
    control = Control(course, name, is_guess=is_guess)
    if answer is not None:
        control.answer(answer)
    return ControlWidget(control)


def draw_style() -> str:
    """Return the style sheet: the colours of the look, for JupyterLab's light and dark themes, and what uses them."""
    look = read_look()
    light, dark = (" ".join(f"--wb-{name}: {value};" for name, value in colours.items())
                   for colours in ({name: getattr(look, name) for name in look.dark}, look.dark))
    family = ", ".join(f'"{name}"' if " " in name else name for name in look.families["html"])
    return (f".wb-control {{ color-scheme: light; --wb-family: {family}; {light} }}\n"
            f'[data-jp-theme-light="false"] .wb-control {{ color-scheme: dark; {dark} }}\n'
            + (files("workbench.training") / "controls.css").read_text(encoding="utf-8"))
