"""The two files of a review as the desk holds them: what changed outside is noticed, and never written over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from workbench.deciding.questions import SIGNATURES, Question
from workbench.errors import CardError
from workbench.files import write_atomically
from workbench.reviewing import ReviewFile, write_review
from workbench.reviewing.answers import SECTIONS, text_of
from workbench.reviewing.reading import check_answers
from workbench.reviewing.report_file import check_report, parse_report
from workbench.reviewing.setting import set_answer, set_entry, set_top


class ChangedElsewhereError(CardError):
    """Somebody changed the file since it was read."""


class Files:
    """A review file and the editor's file of a period.

    Parameters
    ----------
    folder, period
        Of the study.
    language
        Of the study: of the comments in the files.
    """

    def __init__(self, folder: Path, period: str, *, language: str) -> None:
        self.folder, self.period, self.language = folder, period, language
        self.read()

    def read(self) -> ReviewFile:
        """Read both files anew, and put what is not asked yet into them; what is decided stays as it is."""
        self.file = write_review(self.folder, self.period, language=self.language)
        self._known = {path: path.read_bytes() for path in (self.file.path, self.file.report.path)}
        return self.file

    def save(self, question: Question, decision: str, values: Mapping[str, Any], *, today: date) -> None:
        """Put an answer into its file; all else in it stays, to the letter.

        Raises
        ------
        ChangedElsewhereError
            If the file is another one than was read; nothing is written.
        CardError
            If the answer cannot stand in the file.
        OSError
            If it cannot be written.
        """
        path = self.file.report.path if question.is_in_report else self.file.path
        before = path.read_bytes() if path.exists() else b""
        if before != self._known[path]:
            raise ChangedElsewhereError(f"{path.name} was changed elsewhere.")
        after = self._change(question, decision, values, today)(before.decode("utf-8"))
        if question.is_in_report:
            faults = check_report(self.folder, self.period, after, language=self.language, languages=[self.language])
        else:
            faults = check_answers(self.folder, self.period, after, languages=[self.language])
        if faults:
            raise CardError("; ".join(faults[:3]))
        write_atomically(path, after.encode("utf-8"), is_private=False)
        self._known[path] = after.encode("utf-8")

    def _change(self, question: Question, decision: str, values: Mapping[str, Any],
                today: date) -> Callable[[str], str]:
        if question.kind in SIGNATURES:
            return lambda text: set_top(text, {question.kind: values[question.kind], **_day(text, today)})
        if question.is_in_report:
            return lambda text: set_entry(text, question.kind, question.number, _worth(values, _entry(text, question)))
        section = next(name for name, kind in SECTIONS.items() if kind == question.kind)
        answer = {"decision": decision, **(values if decision in ("approve", "merge") else {})}
        if question.kind == "topic":
            answer["into"] = values.get("into", "") if decision == "merge" else ""
        return lambda text: set_answer(text, section, question.key,
                                       _worth(answer, parse_report(text)[0][section][question.key]))


def _entry(text: str, question: Question) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = {} if question.number is None else parse_report(text)[0][question.kind][question.number]
    return entry


def _worth(values: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is empty and does not stand in the file."""
    return {name: value for name, value in values.items() if value or name in entry}


def _day(text: str, today: date) -> dict[str, str]:
    """Return the day of the first signature; one that stands there stays."""
    given = parse_report(text)[0]
    return {} if given.get("date") and text_of(given, "date") else {"date": today.isoformat()}


def taken_ids(questions: Sequence[Question]) -> list[str]:
    """Return the ids that recommendations have."""
    return [question.key for question in questions if question.kind in ("recommendations", "follow_up")]
