"""What the desk of a review says: its words, a question with its fields, how far somebody is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.deciding.checks import MOST
from workbench.deciding.evidence import Evidence
from workbench.deciding.questions import SIGNATURES, Question
from workbench.desks.widget import Message
from workbench.reviewing.report_fields import TABLES, field_name
from workbench.reviewing.rewording import facts_of
from workbench.reviewing.told import Told
from workbench.wording import Wording

SHARED = ("progress", "keys", "warning", "begin", "how", "no_kernel", "skip", "back", "forward", "key_enter",
          "key_backspace", "key_escape", "show_text")
WORDS = ("approve", "save", "hide", "merge", "split", "edit", "posts", "post", "form", "events", "choose_none",
         "words_key")
LISTS = {"warnings": 3, "how_lines": 5}
_PREFIX = {"warnings": "decide.warnings", "how_lines": "decide.how"}
_KINDS = {"addressee": "addressee", "effort": "effort", "status": "status"}
_LONG = 90  # letters, from which on a field has more lines than one


def say_words(wording: Wording, *, period: str) -> Message:
    """Return the words that stand on the desk, by name."""
    lists = {name: [wording.say(f"{_PREFIX[name]}.{n}") for n in range(1, size + 1)] for name, size in LISTS.items()}
    return {**{name: wording.say(f"desk.{name}") for name in SHARED},
            **{name: wording.say(f"decide.{name}") for name in WORDS}, **lists,
            "title": wording.say("decide.title", period=_say_period(wording, period))}


def _say_period(wording: Wording, period: str) -> str:
    return wording.period(period) if re.fullmatch(r"\d{4}(Q[1-4]|-\d{2})", period) else period


def say_progress(wording: Wording, *, total: int, left: int, skipped: int) -> Message:
    """Return how far somebody is."""
    parts = [wording.say("desk.decided", coded=total - left, total=total), wording.say("desk.left", left=left)]
    if skipped:
        parts.append(wording.say("desk.skipped", skipped=skipped))
    return {"line": " · ".join(parts), "coded": total - left, "total": total}


def say_end(wording: Wording, *, period: str, left: int) -> str:
    """Return what comes next where nothing is asked any more."""
    return wording.say("decide.end_left", count=left) if left else wording.say("decide.end", period=period)


def describe_question(wording: Wording, question: Question, questions: Sequence[Question], told: Mapping[str, Told],
                      evidence: Evidence, asked: Sequence[str], typed: Mapping[str, Any]) -> Message:
    """Return a question as the screen shows it: title, lines, posts without their texts, fields, what can be done.

    Parameters
    ----------
    questions
        All of them, for the topics that one can be merged into.
    told
        What the last run told, for what a recommendation can rest on.
    typed
        What somebody typed and could not save.
    """
    values = {**question.values, **typed}
    posts = evidence.find_posts(question)
    page = {"question": question.id, "kindof": question.kind, "title": _say_title(wording, question),
            "lines": _say_lines(wording, question, questions, evidence), "fields": _list_fields(
                wording, question, questions, told, asked, values),
            "acts": {"topic": ["approve", "hide", "merge", "split"], "word": ["approve", "hide"],
                     "domain": ["approve", "hide"]}.get(question.kind, ["save"]),
            "posts": [_say_post(wording, post) for post in posts], "events": [], "now": ""}
    if question.kind == "peaks":
        events = evidence.find_events(question.values["week"])
        page["events"] = [f"{wording.day(day)}: {label}" for day, label in events] or [wording.say("decide.no_events")]
    decision = str(question.values.get("decision", ""))
    if decision and not question.is_open:
        into = f" → {question.values['into']}" if decision == "merge" else ""
        page["now"] = wording.say("decide.now", decision=wording.say(f"decide.said.{decision}") + into)
    return page


def _say_title(wording: Wording, question: Question) -> str:
    key = question.key
    if question.kind == "peaks":
        topic = question.values["topic"]
        named = topic if topic.startswith("K-") else wording.say(
            "decide.all_posts" if topic == "all_posts" else "decide.code", code=topic)
        week = wording.when(question.values["week"], with_year=True)
        return wording.say("decide.title.peaks", topic=named, week=week)
    if question.kind == "recommendations":
        return wording.say("decide.title.recommendations" if key else "decide.title.recommendation_new")
    return wording.say(f"decide.title.{question.kind}", key=key)


def _say_lines(wording: Wording, question: Question, questions: Sequence[Question], evidence: Evidence) -> list[str]:
    lines = []
    if question.kind in ("topic", "word", "domain"):
        if question.about.get("posts") is not None:
            lines.append(wording.say("decide.posts_count", count=question.about["posts"]))
        shown = question.words or (question.key,)
        flagged = [(word, why) for word, why in zip(shown, question.about["flags"], strict=True) if why]
        lines += [f"{word}: {wording.say(f'review.{why}')}" for word, why in flagged]
    if question.kind == "follow_up":
        lines.append(str(question.about["text"]))
    if question.kind == "peaks" and not evidence.knows(question.values["topic"]):
        lines.append(wording.say("decide.posts_of_week"))
    if wording.knows(help_of := f"decide.help.{question.kind}"):
        lines.append(wording.say(help_of))
    return lines


def _say_post(wording: Wording, post: Mapping[Any, Any]) -> str:
    """Return where and when a post stands and how long it is; never what it says."""
    return wording.say("decide.post_line", arena=str(post["arena_id"]), day=post["posted_at"].date(),
                       words=len(str(post["text"]).split()))


def _list_fields(wording: Wording, question: Question, questions: Sequence[Question], told: Mapping[str, Told],
                 asked: Sequence[str], values: Mapping[str, Any]) -> list[Message]:
    if question.kind in SIGNATURES:
        return [_line(question.kind, wording.say("decide.field.role"), values, MOST["role"])]
    if question.kind == "topic":
        words = {"name": "words", "type": "words", "label": wording.say("decide.field.words"),
                 "value": list(values["words"]), "options": [{"value": w, "text": w} for w in question.words]}
        named = _spoken(wording, "", "decide.field.name", MOST["topic"], asked, values)
        about = _spoken(wording, "description", "decide.field.description", MOST["description"], asked, values)
        into = _choice("into", wording.say("decide.field.into"), values, _topics(question, questions))
        return [words, *named, *about, into]
    if question.kind == "word":
        return _spoken(wording, "", "decide.field.meaning", MOST["word"], asked, values)
    if question.kind == "domain":
        return []
    return _entry_fields(wording, question, told, asked, values)


def _entry_fields(wording: Wording, question: Question, told: Mapping[str, Told], asked: Sequence[str],
                  values: Mapping[str, Any]) -> list[Message]:
    fields: list[Message] = []
    for base, field in TABLES[question.kind].items():
        if base in ("id", "topic", "week") or (question.kind == "follow_up" and not base):
            continue
        label = f"decide.field.{question.kind}.{base or 'text'}"
        if field.is_spoken:
            fields += _spoken(wording, base, label, field.most, asked, values)
        elif base == "finding":
            options = [(key, wording.say(one.sentence, facts)) for key, one in told.items()
                       if not one.reason and wording.can_say(one.sentence, facts := facts_of(one, wording))]
            fields.append(_choice(base, wording.say(label), values, options))
        else:
            fields.append(_choice(base, wording.say(label), values, [
                (code, wording.say(f"{_KINDS[base]}.{code}")) for code in field.choices]))
    return fields


def _topics(question: Question, questions: Sequence[Question]) -> list[tuple[str, str]]:
    """Return the topics that this one can be counted with, by id and words."""
    return [(other.key, f"{other.key} – {' · '.join(other.words[:4])}") for other in questions
            if other.kind == "topic" and other.key != question.key and other.values["decision"] != "hide"]


def _spoken(wording: Wording, base: str, label: str, most: int, asked: Sequence[str],
            values: Mapping[str, Any]) -> list[Message]:
    return [_line(field_name(base, code), wording.say(label, language=wording.language_name(code)), values, most) |
            {"lang": code} for code in asked]


def _line(name: str, label: str, values: Mapping[str, Any], most: int) -> Message:
    return {"name": name, "type": "text" if most > _LONG else "line", "label": label,
            "value": str(values.get(name, "")), "most": most}


def _choice(name: str, label: str, values: Mapping[str, Any], options: Sequence[tuple[str, str]]) -> Message:
    return {"name": name, "type": "choice", "label": label, "value": str(values.get(name, "")),
            "options": [{"value": value, "text": text} for value, text in options]}
