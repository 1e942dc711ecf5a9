"""What is handed out on paper: a poster, activities, a quiz, a slip."""

from __future__ import annotations

import pandas as pd

from workbench.charts import Chart
from workbench.errors import ReportError
from workbench.reports.blocks import Block, make_block
from workbench.reports.figures import render_figure
from workbench.wording import Wording, open_wording

MARKS = ("letters", "boxes")


def render_page(*, language: str) -> Block:
    """Begin a new page with what comes next; nothing where one begins anyway."""
    return make_block("page", {}, language=language)


def render_poster(chart: Chart, *, message: str, call: str, language: str) -> tuple[Block, ...]:
    """Show a page of its own: one message in large type, a chart, and what to do.

    Where the chart has nothing to draw, a hundred empty signs stand in its place for a class to colour.

    Parameters
    ----------
    chart
        Of `plot_for_children`.
    message, call
        One short sentence each, or two.
    """
    wording = open_wording(language)
    count = make_block("poster", {"text": wording.say("week11.poster.count"), "signs": 100}, language=language)
    return (make_block("poster", {"text": message, "signs": 0}, language=language),
            count if chart.is_empty else render_figure(chart, language=language),
            make_block("poster", {"text": call, "signs": 0}, language=language))


def render_activities(activities: pd.DataFrame, *, language: str) -> Block:
    """Show activities: for whom, where and how long, what to do step by step, what it takes, what it is to bring.

    Parameters
    ----------
    activities
        Of ``study.handbook("activities")``; those of a block share one page, and are set as large as they fit.
    """
    wording = open_wording(language)
    shown = [{"title": row["title"], "about": _about(row["ages"], row["where"], row["minutes"], wording),
              "text": row["text"], "steps": list(row["steps"]), "materials": _given(row["materials"]),
              "marker": _given(row["marker"])} for row in activities.to_dict("records")]
    labels = {f"{name}_label": wording.say(f"handout.{name}") for name in ("materials", "marker")}
    return make_block("activities", {"activities": shown, **labels}, language=language)


def render_questions(questions: pd.DataFrame, *, marks: str, language: str) -> Block:
    """Show questions with their choices, numbered; one without choices gets room to write.

    Parameters
    ----------
    questions
        Columns `text` and `choices`.
    marks
        Before a choice: ``letters`` (a quiz) or ``boxes`` (a slip).

    Raises
    ------
    ReportError
        If `marks` is neither.
    """
    if marks not in MARKS:
        raise ReportError(f"render_questions: marks is {marks!r}, and must be one of {', '.join(MARKS)}.")
    shown = [{"text": row["text"], "choices": list(row["choices"])} for row in questions.to_dict("records")]
    return make_block("questions", {"questions": shown, "marks": marks}, language=language)


def render_answers(questions: pd.DataFrame, *, language: str) -> Block:
    """Show the right answer of each question of a quiz, and why.

    Parameters
    ----------
    questions
        Columns `text`, `choices`, `right` (number of the right choice, from 1) and `why`.
    """
    shown = [{"text": row["text"], "right": f"{'ABC'[row['right'] - 1]}. {row['choices'][row['right'] - 1]}",
              "why": row["why"]} for row in questions.to_dict("records")]
    return make_block("answers", {"answers": shown}, language=language)


def _about(ages: str, where: str, minutes: int, wording: Wording) -> str:
    first, last = ages.split("-")
    return wording.say("handout.about", {"first": first, "last": last, "where": wording.say(f"handout.{where}"),
                                         "number": int(minutes)})


def _given(text: object) -> str:
    return text if isinstance(text, str) else ""
