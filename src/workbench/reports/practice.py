"""What a municipality wrote in its handbook, as blocks; what nobody wrote for the time is said in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.reports.blocks import Block, make_block
from workbench.reports.texts import render_list, render_text
from workbench.wording import end_sentence, is_missing, open_wording

if TYPE_CHECKING:
    import pandas as pd


def render_words(words: pd.DataFrame, *, language: str) -> Block:
    """Show words, emoji and formats, set like help lines: month and kind, what each means, what it means innocently.

    Parameters
    ----------
    words
        Of `handbook.choose_words`, columns `word`, `kind`, `first_seen`, `meaning` and `innocent`.
    """
    if words.empty:
        return render_text("practice.no_words", language=language)
    wording = open_wording(language)
    lines = [{"name": str(row["word"]), "phone": "", "web": "",
              "hours": wording.say(f"practice.kind_{row['kind']}", seen=wording.period(str(row["first_seen"]))),
              "text": wording.say("practice.word", meaning=end_sentence(str(row["meaning"])),
                                  innocent=end_sentence(str(row["innocent"])))} for row in words.to_dict("records")]
    return make_block("contacts", {"lines": lines}, language=language)


def render_open_questions(questions: pd.DataFrame, *, language: str) -> Block:
    """Show questions to ask, column `text`."""
    if questions.empty:
        return render_text("practice.no_questions", language=language)
    return render_list([str(text) for text in questions["text"]], language=language)


def render_changes(changes: pd.DataFrame, *, language: str) -> Block:
    """Show what platforms changed, with month and source: columns `month`, `platform`, `text` and `source`."""
    wording = open_wording(language)
    said = [wording.say("practice.change", platform=row["platform"], month=wording.period(str(row["month"])),
                        text=end_sentence(str(row["text"])), source=str(row["source"]).rstrip("."))
            for row in changes.to_dict("records")]
    return render_list(said, language=language) if said else render_text("practice.no_changes", language=language)


def render_activity(activity: pd.DataFrame, *, language: str) -> Block:
    """Show one activity: minutes and ages, its steps, what it takes, and the marker by which one sees that it worked.

    Parameters
    ----------
    activity
        Of `handbook.choose_activity`: one row, or none.
    """
    if activity.empty:
        return render_text("practice.no_activity", language=language)
    wording, row = open_wording(language), activity.iloc[0]
    lead = wording.say("practice.activity", title=row["title"], minutes=str(row["minutes"]),
                       ages=str(row["ages"]).replace("-", "–"))
    more = [wording.say(f"practice.{name}", text=end_sentence(str(row[name]))) for name in ("materials", "marker")
            if not is_missing(row[name])]
    return make_block("points", {"lead": lead, "points": [str(row["text"]), *row["steps"], *more]}, language=language)


def render_rule(rule: pd.DataFrame, *, language: str) -> Block:
    """Show one rule of the law, with its paragraph: of `handbook.choose_rule`, one row or none."""
    if rule.empty:
        return render_text("practice.no_rule", language=language)
    wording, row = open_wording(language), rule.iloc[0]
    title = wording.say("practice.rule", title=row["title"], paragraph=row["paragraph"])
    content = {"vignettes": [{"title": title, "text": str(row["text"])}], "note": wording.say("practice.rule_note")}
    return make_block("vignettes", content, language=language)


def render_episodes(episodes: pd.DataFrame, *, language: str) -> Block:
    """Show what the network met, good and bad: of `handbook.choose_episodes`, columns `tone` and `text`."""
    wording = open_wording(language)
    said = [wording.say(f"practice.episode_{row['tone']}", text=row["text"]) for row in episodes.to_dict("records")]
    return render_list(said, language=language) if said else render_text("practice.no_episodes", language=language)
