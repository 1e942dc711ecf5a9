"""The desk of a review: what is decided next, what was answered and when it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from workbench.deciding.checks import find_faults, name_entry
from workbench.deciding.evidence import Evidence
from workbench.deciding.files import ChangedElsewhereError, Files, taken_ids
from workbench.deciding.questions import SIGNATURES, Question, list_questions
from workbench.deciding.saying import describe_question, say_end, say_progress, say_words
from workbench.desks import Place, draw_script, draw_style, open_widget, say_failure
from workbench.desks.widget import Message
from workbench.errors import WorkbenchError
from workbench.reviewing import read_review
from workbench.reviewing.told import read_told
from workbench.study import Study
from workbench.tables.posts import Corpus
from workbench.wording import Wording, open_wording

DECISIONS = ("approve", "hide", "merge", "split")
_LOCKS = ("data", "processed", "deciding")


def open_review(study: Study, *, period: str, language: str = "", corpus: Corpus | None = None) -> Any:
    """Open the desk at which people decide about the words of a period, as a widget of JupyterLab.

    It asks for what ``reviews/<period>.toml`` and ``reviews/<period>.report.toml`` leave open, one question after the
    other: topics, words, domains, weeks that stood out, what became of earlier recommendations, and recommendations.
    Each answer stands in its file before the next question is shown; comments, order and all else in the file stay.
    A file that is changed elsewhere meanwhile is read again and never written over. Nothing of it is kept in the
    notebook, and posts are covered until somebody opens them.

    Parameters
    ----------
    study
        Of `open_study`.
    period
        Such as 2025Q3; a report was run for it, at least as a draft.
    language
        Of the desk; empty: the study's own. Names are asked for in the study's language and in English.
    corpus
        Of the period; None: it is loaded.

    Raises
    ------
    InputError
        If no report was run for the period.
    CardError
        If a review file has faults; all of them are named, with file and line.
    """
    posts = corpus if corpus is not None else study.corpus(period)
    desk = ReviewDesk(study, posts, period=period, wording=open_wording(language or study.language))
    return open_widget(desk, script=draw_script("workbench.deciding", "desk.js"), style=draw_style())


class ReviewDesk:
    """A person's place at a review. It is told what the person does, and tells what is to be shown.

    Parameters
    ----------
    study, corpus, period
        As in `open_review`.
    wording
        Of what it says.
    today
        The day that is written beside a role; None: of the clock.
    """

    def __init__(self, study: Study, corpus: Corpus, *, period: str, wording: Wording,
                 today: date | None = None) -> None:
        self.study, self.corpus, self.period, self.wording = study, corpus, period, wording
        self.tell: Callable[[Message], None] = lambda message: None  # to the screen, by itself
        self.shut = ""  # why nothing can be done here any more
        self._today = today
        self._languages = [study.language]
        self._asked = list(dict.fromkeys((study.language, "en")))
        lock = study.folder.joinpath(*_LOCKS) / f"{period}.lock"
        self._place = Place(lock, lambda: self.close(wording.say("desk.opened_again")))
        if self._place.is_taken:
            self.shut = wording.say("decide.open_elsewhere")
        self._files = Files(study.folder, period, language=study.language)
        self._told = read_told(study.folder, period)
        review = read_review(study.folder, period, language=study.language)
        self._before = review.editorial.before
        events = study.events(language=wording.language if wording.language in self._languages else "")
        self._evidence = Evidence(study.folder, corpus, period, events)
        self._answered: set[str] = set()
        self._skipped: list[str] = []
        self._past: str | None = None  # what is looked at again
        self._has_begun = False
        self._load()
        # goes on after the last thing that was decided, and comes back to what was left open before it
        self._at = max((n for n, question in enumerate(self.questions) if self._is_decided(question)), default=-1)

    def __repr__(self) -> str:
        return f"review, {self.period}"

    def _load(self) -> None:
        file = self._files.file
        listed = list_questions(self.study.folder, file, self._told, self._before, self._asked)
        self.questions = [replace(q, is_open=q.is_open and q.id not in self._answered) for q in listed]

    def close(self, why: str) -> None:
        """Take nothing more here."""
        self.shut = why
        self.tell({"kind": "shut", "why": why})

    # ------------------------------------------------------------------ what is asked next

    def _is_decided(self, question: Question) -> bool:
        """Tell whether a person decided: what starts as hidden was not decided by anybody."""
        is_proposed = question.values.get("decision") == "hide" and any(question.about.get("flags", ()))
        return not question.is_open and question.kind not in SIGNATURES and not is_proposed

    def _find(self, name: str | None) -> int | None:
        return next((n for n, question in enumerate(self.questions) if question.id == name), None)

    def current(self) -> Question | None:
        """Return what is asked now; None where nothing is left but what was kept for the end."""
        if (past := self._find(self._past)) is not None:
            return self.questions[past]
        waiting = [n for n, q in enumerate(self.questions) if q.is_open and q.id not in self._skipped]
        if not waiting:
            return None
        found = self.questions[next((n for n in waiting if n > self._at), waiting[0])]
        # no answer is taken without a role above it
        signed = "editor" if found.is_in_report else "reviewer"
        return next((self.questions[n] for n in waiting if self.questions[n].kind == signed), found)

    # ------------------------------------------------------------------ what a person does

    def take(self, message: Mapping[str, Any]) -> list[Message]:
        """Take one message of the screen and return what it is to show."""
        if self.shut:
            return [self._hello()] if message.get("kind") == "ready" else [{"kind": "shut", "why": self.shut}]
        steps = {"ready": self._greet, "begin": self._begin, "answer": self._answer, "skip": self._skip,
                 "back": self._go_back, "forward": self._go_forward, "open": self._open_post}
        step = steps.get(str(message.get("kind")))
        return step(message) if step else []

    def _greet(self, message: Mapping[str, Any]) -> list[Message]:
        return [self._hello(), self._page()] if self._has_begun else [self._hello()]

    def _begin(self, message: Mapping[str, Any]) -> list[Message]:
        self._has_begun = True
        return [self._page()]

    def _answer(self, message: Mapping[str, Any]) -> list[Message]:
        question = self.current()
        if question is None or message.get("question") != question.id:
            return [self._page()]  # pressed twice
        decision = str(message.get("decision"))
        has_decision = question.kind in ("topic", "word", "domain")
        if has_decision != (decision in DECISIONS) or (decision in ("merge", "split") and question.kind != "topic"):
            return [self._page()]
        values = self._read_values(question, message.get("values"))
        faults = find_faults(question, decision, values, others=self.questions, languages=self._languages,
                             asked=self._asked, corpus=self.corpus, wording=self.wording)
        if faults:
            return [{"kind": "faults", "faults": faults, "why": self.wording.say("decide.faults", count=len(faults))}]
        if question.kind == "recommendations" and question.number is None:
            spoken = str(values.get(self._languages[0]))
            values["id"] = name_entry(spoken, taken_ids(self.questions))
        try:
            self._files.save(question, decision, values, today=self._today or datetime.now(UTC).date())
        except ChangedElsewhereError:
            return self._read_again(question, values)
        except (OSError, WorkbenchError) as error:
            return [{"kind": "failed", "why": say_failure(error, self.wording)}]
        at = self._find(question.id)
        self._at = at if self._past is None and at is not None else self._at
        self._past = None
        if not (question.kind == "recommendations" and question.number is None):
            self._answered.add(question.id)
        self._load()
        return [self._page()]

    def _read_again(self, question: Question, values: Mapping[str, Any]) -> list[Message]:
        """Read what somebody changed elsewhere; what was typed here stays on the screen and is not saved."""
        try:
            self._files.read()
        except (OSError, WorkbenchError) as error:
            return [{"kind": "failed", "why": say_failure(error, self.wording)}]
        self._answered.clear()
        self._load()
        if self._find(question.id) is not None:
            self._past = question.id
            return [self._page(typed=values, told=self.wording.say("decide.changed"))]
        self._past = None
        return [self._page(told=self.wording.say("decide.changed_gone"))]

    def _skip(self, message: Mapping[str, Any]) -> list[Message]:
        question = self.current()
        if question is None or message.get("question") != question.id or self._past is not None:
            return self._go_forward(message)
        if question.kind not in SIGNATURES:
            self._skipped.append(question.id)
            self._at = self._find(question.id) or 0
        return [self._page()]

    def _go_back(self, message: Mapping[str, Any]) -> list[Message]:
        here = self._find(self._past)
        if here is None:
            question = self.current()
            here = len(self.questions) if question is None else self._find(question.id) or 0
        decided = [n for n, question in enumerate(self.questions)
                   if not question.is_open and question.kind not in SIGNATURES]
        before = [n for n in decided if n < here] or (decided if self._past is None else [])
        if before:
            self._past = self.questions[before[-1]].id
        return [self._page()]

    def _go_forward(self, message: Mapping[str, Any]) -> list[Message]:
        if self._past is None and self.current() is None:
            self._skipped, self._at = [], -1  # all that was kept for the end
        self._past = None
        return [self._page()]

    def _open_post(self, message: Mapping[str, Any]) -> list[Message]:
        """Send the text of one post: none is on the screen before somebody asks for it."""
        question, number = self.current(), message.get("number")
        posts = self._evidence.find_posts(question) if question else []
        if question is None or message.get("question") != question.id or not isinstance(number, int):
            return []
        if not 0 <= number < len(posts):
            return []
        post = posts[number]
        spoken = "" if pd.isna(post["language"]) else str(post["language"])
        return [{"kind": "post", "number": number, "text": str(post["text"]), "language": spoken}]

    def _read_values(self, question: Question, given: Any) -> dict[str, Any]:
        """Return the fields of an answer: those that the question has, each a line, words only of those proposed."""
        said = given if isinstance(given, Mapping) else {}
        values: dict[str, Any] = {}
        for name, value in question.values.items():
            if name == "decision":
                continue
            new = said.get(name, value)
            if name == "words":
                chosen = new if isinstance(new, list) else []
                values[name] = [word for word in question.words if word in chosen]
            else:
                values[name] = " ".join(str(new).split()) if isinstance(new, str) else str(value)
        keep = ("topic", "week") if question.kind == "peaks" else ("id",)
        return values | {name: question.values[name] for name in keep if name in question.values}

    # ------------------------------------------------------------------ what is shown

    def _hello(self) -> Message:
        return {"kind": "hello", "language": self.wording.tag, "begun": self._has_begun, "shut": self.shut,
                "words": say_words(self.wording, period=self.period)}

    def _page(self, *, typed: Mapping[str, Any] | None = None, told: str = "") -> Message:
        question = self.current()
        open_ones = [q for q in self.questions if q.is_open and q.kind not in SIGNATURES
                     and (q.kind, q.key) != ("recommendations", "")]
        every = [q for q in self.questions if q.kind not in SIGNATURES and (q.kind, q.key) != ("recommendations", "")]
        page = {"kind": "page", "question": None, "progress": say_progress(
            self.wording, total=len(every), left=len(open_ones), skipped=sum(q.id in self._skipped for q in open_ones))}
        if question is None:
            return page | {"told": told or say_end(self.wording, period=self.period, left=len(open_ones))}
        shown = describe_question(self.wording, question, self.questions, self._told, self._evidence, self._asked,
                                  typed or {})
        return page | shown | {"told": told, "is_past": self._past is not None}
