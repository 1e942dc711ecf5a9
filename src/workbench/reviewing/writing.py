"""Write the review file of a period: what waits for a person, added below what stands there already."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import CardError, InputError
from workbench.reviewing.answers import DESCRIPTIONS, LOOK_FOR, SECTIONS, Answers, read_answers, say_fault
from workbench.reviewing.flags import flag_words
from workbench.reviewing.lines import find_header, find_places, quote, say
from workbench.reviewing.notes import add_notes, find_unfit, say_unfit
from workbench.reviewing.proposals import read_candidates, read_proposals, write_proposals
from workbench.reviewing.reading import read_review, review_path
from workbench.reviewing.report_file import ENDING
from workbench.reviewing.report_writing import ReportFile, write_report_file
from workbench.tables.release import CANDIDATE_COLUMNS
from workbench.tables.review import Review, is_same_topic
from workbench.wording import Wording, open_wording

OLD_LABELS = "topics.toml"


@dataclass(frozen=True)
class ReviewFile:
    """What became of a review file.

    Attributes
    ----------
    path
        Of the file.
    added
        Questions that are new in it.
    hidden
        Those of them that look like names or insults and start as hidden.
    taken_over
        Names that an earlier `topics.toml` gave to topics among them.
    nameless
        Topics that cannot be decided about: they have no id, since the report used no register.
    period
        Such as 2025Q3.
    open
        What waits for a person, columns `CANDIDATE_COLUMNS`.
    unfit
        Decisions about topics that did not fit those of the last run, columns `UNFIT_COLUMNS`.
    report
        The editor's file of the same period.
    """

    path: Path
    added: int
    hidden: int
    taken_over: int
    nameless: int
    period: str
    open: pd.DataFrame
    unfit: pd.DataFrame
    report: ReportFile

    def waiting(self) -> dict[str, list[str]]:
        """Return the keys of what waits for a person, by kind."""
        return {str(kind): list(rows["key"]) for kind, rows in self.open.groupby("kind", sort=False)}

    def list_all(self) -> dict[str, Any]:
        """Return what became of both files as plain data: what is open, and what does not fit any more."""
        unfit = self.unfit.astype(object).where(self.unfit.notna(), None)
        return {"file": str(self.path), "added": self.added, "hidden": self.hidden, "taken_over": self.taken_over,
                "nameless": self.nameless, "open": self.waiting(), "unfit": unfit.to_dict("records"),
                "report": {"file": str(self.report.path), "made": self.report.is_new, "open": list(self.report.open),
                           "unfit": list(self.report.unfit)}}

    def describe(self) -> str:
        """Say where the file is, what was added and what is open."""
        said = [f"The review is in {self.path}."] + [words for count, words in (
            (self.added, f"{self.added:,} questions were added."),
            (self.hidden, f"{self.hidden:,} look like names or insults and start as hidden."),
            (self.taken_over, f"{self.taken_over:,} names were taken over from topics.toml, which is not read any "
                              "more."),
            (self.nameless, f"{self.nameless:,} topics have no id, so nobody can decide about them: name them with the "
                            "topic register.")) if count]
        still = [f"{kind}s: {', '.join(keys) if kind == 'topic' else f'{len(keys):,}'}"
                 for kind, keys in self.waiting().items()]
        left = [f"\n  {line}" for line in say_unfit(self.unfit)]
        waiting = f"Open: {'; '.join(still)}." if still else (
            f"Nothing is open. Next: workbench report quarterly --period {self.period}")
        misfits = "".join(["\nDecisions that no longer fit:", *left]) if left else ""
        return f"{' '.join(said)}\n{waiting}\n{self.report.describe()}{misfits}"


def write_review(folder: Path, period: str, *, language: str) -> ReviewFile:
    """Write the review file of a period, or add to it what is new in the last run.

    No line that stands in it is changed or removed. What people decided about topics and does not fit those of the
    last run any more is told in comments. Words that look like names or insults start as ``hide``, and
    do not stand among the words of a topic, each with a comment; names out of an earlier `topics.toml` stand beside
    their topics when the first file of a study is written. Beside it the editor's file is begun, see
    `report_writing.write_report_file`.

    Parameters
    ----------
    folder
        Of the study.
    period
        Such as 2025Q3.
    language
        Of the comments in the file; names are asked for in it and in English.

    Raises
    ------
    InputError
        If no report was run for the period.
    CardError
        If a review file has faults, see `read_review`, or is written in a way that nothing can be added to it.
    """
    path = review_path(folder, period)
    candidates = read_candidates(folder, period)
    if candidates is None:
        raise InputError(f"{folder}: nothing to review yet for {period}. Run `workbench report quarterly --period "
                         f"{period}` first: its draft shows the words.")
    review = read_review(folder, period, language=language)
    nameless = int(candidates["key"].isna().sum())
    waiting = candidates.dropna(subset=["key"])
    unfit = find_unfit(folder, review, waiting)
    waiting = waiting[_waits(waiting, review, set(unfit["key"]))].drop_duplicates(["kind", "key"])
    wording = open_wording(language)
    is_first = all(other.name.endswith(ENDING) for other in path.parent.glob("*.toml"))
    labels = _old_labels(folder) if is_first else {}
    before = path.read_bytes().decode("utf-8") if path.is_file() else _skeleton(period, wording)
    known = read_answers(path, period) if path.is_file() else None
    asked = [known is not None and key in known.answers(_section(kind))
             for kind, key in zip(waiting["kind"], waiting["key"], strict=True)]
    new = waiting[~np.array(asked, dtype=bool)]
    after = _with_changed_topics(_added(before, new, labels, language, wording), waiting, known, wording)
    after = add_notes(after, unfit, period, wording)
    if known is None or LOOK_FOR not in known.given:
        after = _with_look_for(after, wording)
    if known is None or after != before:
        _check_added(path, before, after, new)
        _replace(path, after.encode())
    write_proposals(folder, period, [_proposed_before(folder, period, known), candidates.dropna(subset=["key"])])
    hidden = new.index[new["kind"].ne("topic") & flag_words(new["key"]).notna().to_numpy()]
    taken_over = int(new["key"].isin(list(labels)).sum())
    return ReviewFile(path, len(new), len(hidden), taken_over, nameless, period,
                      waiting.drop(hidden).reset_index(drop=True), unfit,
                      write_report_file(folder, period, review.editorial))


def _proposed_before(folder: Path, period: str, known: Answers | None) -> pd.DataFrame:
    """Return what was proposed before; where that is not known, what the file answers is taken to be."""
    found = read_proposals(folder, period)
    if found is not None or known is None:
        return pd.DataFrame(columns=list(CANDIDATE_COLUMNS)) if found is None else found
    rows = [{"kind": kind, "key": key, "words": entry.get("words", [])}
            for section, kind in SECTIONS.items() for key, entry in known.sound(section).items()]
    return pd.DataFrame(rows, columns=list(CANDIDATE_COLUMNS))


def _waits(candidates: pd.DataFrame, review: Review, unfit: set[str]) -> pd.Series:
    """Tell which candidates wait: nobody has decided, in this file or as of the last run, or it does not fit."""
    decided = review.entries.dropna(subset=["decision"])
    known = {(row["kind"], row["key"]): row for row in decided.to_dict("records")}

    def waits(kind: str, key: str, words: Sequence[str], is_open: bool) -> bool:
        found = known.get((kind, key))
        if not is_open or found is None:
            return is_open
        # an earlier period's topic is open again where the run said so
        return kind == "topic" and (key in unfit or found["period"] != review.period
                                    or not is_same_topic(found["words"], words))

    was_open = candidates["is_open"].fillna(True)
    rows = zip(candidates["kind"], candidates["key"], candidates["words"], was_open, strict=True)
    return pd.Series([waits(kind, key, words, bool(is_open)) for kind, key, words, is_open in rows],
                     index=candidates.index, dtype=bool)


def _section(kind: str) -> str:
    return next(section for section, name in SECTIONS.items() if name == kind)


def _skeleton(period: str, wording: Wording) -> str:
    parts = [_comment(wording, "review.head", period=period),
             f'reviewer = ""  # {wording.say("review.reviewer")}\ndate = ""  # {wording.say("review.date")}\n',
             _comment(wording, "review.topics"), _comment(wording, "review.words") + "[words]\n",
             _comment(wording, "review.domains") + "[domains]\n"]
    return "\n".join(parts)


def _comment(wording: Wording, message: str, **facts: Any) -> str:
    asked = _asked(wording.language)
    known = {"fields": ", ".join(asked), "descriptions": ", ".join(DESCRIPTIONS[name] for name in asked),
             "languages": [wording.language_name(name) for name in asked], **facts}
    return "".join(f"# {line}".rstrip() + "\n" for line in wording.say(message, known).split("\n"))


def _asked(language: str) -> list[str]:
    """Return the languages in which names are asked for: the study's, and English for readers from elsewhere."""
    return list(dict.fromkeys((language, "en")))


def _added(text: str, new: pd.DataFrame, labels: dict[str, str], language: str, wording: Wording) -> str:
    """Return the text with new topics after the last one, and new words and domains at the end of their tables."""
    for section, kind in SECTIONS.items():
        rows = new[new["kind"].eq(kind)]
        if rows.empty:
            continue
        reasons = flag_words(rows["key"])
        lines: list[str] = []
        for (_, row), reason in zip(rows.iterrows(), reasons, strict=True):
            if kind == "topic":
                lines += ["", *_topic_lines(row, labels.get(row["key"], ""), language, wording)]
            else:
                lines.append(_word_line(row["key"], kind, reason, wording))
        text = _insert(text, section, lines)
    return text


def _topic_lines(row: pd.Series, label: str, language: str, wording: Wording) -> list[str]:
    reasons = flag_words(row["words"])
    shown = [quote(word) for word, reason in zip(row["words"], reasons, strict=True) if pd.isna(reason)]
    out = [f"{say(word)} ({wording.say(f'review.{reason}')})"
           for word, reason in zip(row["words"], reasons, strict=True) if pd.notna(reason)]
    told = [wording.say("review.posts", count=int(row["posts"]))] if pd.notna(row["posts"]) else []
    told += [say(row["text"])] if pd.notna(row["text"]) else []
    names = [f"{name} = {quote(label if name == language else '')}" for name in _asked(language)]
    return [f"[topics.{row['key']}]" + (f"  # {' – '.join(told)}" if told else ""),
            f"words = [{', '.join(shown)}]" + (f"  # {wording.say('review.left_out')} {', '.join(out)}" if out else ""),
            'decision = ""' + (f"  # {wording.say('review.taken_over')}" if label else ""),
            *names, 'into = ""', *(f'{DESCRIPTIONS[name]} = ""' for name in _asked(language))]


def _word_line(key: str, kind: str, reason: Any, wording: Wording) -> str:
    decision = '""' if pd.isna(reason) else '"hide"'
    fields = "" if kind == "domain" else "".join(f', {name} = ""' for name in _asked(wording.language))
    why = "" if pd.isna(reason) else f"  # {wording.say(f'review.{reason}')}"
    return f"{quote(key)} = {{ decision = {decision}{fields} }}{why}"


def _insert(text: str, section: str, added: list[str]) -> str:
    """Put lines after the last answer of a section; every other line stays as it is, its line end too."""
    lines = text.split("\n")
    end = "\r" if lines[0].endswith("\r") else ""
    last = max((place.last for place in find_places(text) if place.section == section), default=None)
    at = last or find_header(text, section)
    if at is None and section == "topics":
        at = _before_comments(lines, find_header(text, "words") or find_header(text, "domains"))
    if at is None:
        # the table is not there any more
        added = [*([] if section == "topics" else ["", f"[{section}]"]), *added]
        at = len(lines) - 1 if lines[-1] == "" else len(lines)
    if at == len(lines):
        # the last line has no line end yet
        lines[-1] += end
        return "\n".join([*lines, *(line + end for line in added), ""])
    return "\n".join([*lines[:at], *(line + end for line in added), *lines[at:]])


def _with_look_for(text: str, wording: Wording) -> str:
    """Add the section of themes that people look for, with an example."""
    end = "\r\n" if text.split("\n")[0].endswith("\r") else "\n"
    section = _comment(wording, "review.look_for") + f"[{LOOK_FOR}]\n" + _comment(wording, "review.look_for_example")
    return text + ("" if text.endswith("\n") else end) + (end + section.replace("\n", end))


def _before_comments(lines: list[str], header: int | None) -> int | None:
    """Return how many lines stand before a table and the comment and empty line above it."""
    if header is None:
        return None
    at = header - 1
    while at and lines[at - 1].startswith("#"):
        at -= 1
    while at and not lines[at - 1].strip():
        at -= 1
    return at


def _with_changed_topics(text: str, waiting: pd.DataFrame, known: Answers | None, wording: Wording) -> str:
    """Write the words of a topic that is another one by now under its old answer, for a person to take over."""
    for key, words in waiting.loc[waiting["kind"].eq("topic"), ["key", "words"]].itertuples(index=False):
        entry = known.sound("topics").get(key) if known else None
        if entry is None or is_same_topic(entry.get("words", []), words):
            continue
        place = next(p for p in find_places(text) if (p.section, p.key) == ("topics", key))
        note = f"# {wording.say('review.changed')} words = [{', '.join(map(quote, words))}]"
        lines = text.split("\n")
        end = "\r" if lines[0].endswith("\r") else ""
        if note + end not in lines:
            text = "\n".join([*lines[:place.last], note + end, *lines[place.last:]])
    return text


def _check_added(path: Path, before: str, after: str, new: pd.DataFrame) -> None:
    """Make sure that the new text says all that the old one said, and asks the new questions besides."""
    was = tomllib.loads(before.removeprefix("\ufeff"))
    try:
        now = tomllib.loads(after.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        now = {}
    is_asked = [now.get(_section(kind), {}).pop(key, None) is not None
                for kind, key in zip(new["kind"], new["key"], strict=True)]
    if not all(is_asked) or {name: value for name, value in now.items() if value or name in was} != was:
        raise CardError(f"{path}: new questions cannot be added to the way it is written. Write each topic as a table "
                        "[topics.K-003], and the answers about words below [words], about domains below [domains].")


def _old_labels(folder: Path) -> dict[str, str]:
    """Return the names in a `topics.toml` of earlier versions of the workbench."""
    path = folder / OLD_LABELS
    if not path.is_file():
        return {}
    try:
        given = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CardError(f"{path}: not in UTF-8. Save it again with the encoding UTF-8, or delete it.") from error
    except tomllib.TOMLDecodeError as error:
        raise CardError(f"{path}: not valid TOML ({say_fault(error)}). Correct the line it names, or delete the file: "
                        "its names are taken over into the review.") from None
    labels = {key: entry.get("label") for key, entry in given.items() if isinstance(entry, dict)}
    return {key: label for key, label in labels.items() if isinstance(label, str) and label.strip()}


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)
