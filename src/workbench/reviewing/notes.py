"""Decisions that no longer fit: told to whoever reviews, and kept as comments in the review file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.reviewing.lines import find_places, say
from workbench.reviewing.proposals import read_misfits
from workbench.tables.review import UNFIT_COLUMNS, Review, is_same_topic
from workbench.wording import Wording, open_wording


def find_unfit(folder: Path, review: Review, candidates: pd.DataFrame) -> pd.DataFrame:
    """Return the decisions that did not fit the topics of the last run and were not changed since.

    Parameters
    ----------
    folder
        Of the study.
    review
        Of `read_review`.
    candidates
        Of the last run.

    Returns
    -------
    unfit
        Columns `UNFIT_COLUMNS`.
    """
    decided = review.entries[review.entries["kind"].eq("topic")].set_index("key")
    words_now = dict(zip(*(candidates.loc[candidates["kind"].eq("topic"), n] for n in ("key", "words")), strict=True))
    rows = []
    for key, reason, (decision, period) in read_misfits(folder, review.period)[["key", "text", "words"]].itertuples(
            index=False):
        if key not in decided.index:
            continue
        entry = decided.loc[key]
        if pd.isna(entry["decision"]) or (entry["decision"], entry["period"]) != (decision, period):
            continue
        if reason == "drifted" and period == review.period and is_same_topic(entry["words"], words_now.get(key, [])):
            continue  # a person has looked at its words of today
        rows.append({**entry[["decision", "into", "period", "date"]].to_dict(), "key": key, "reason": reason})
    return pd.DataFrame(rows, columns=list(UNFIT_COLUMNS)).astype(UNFIT_COLUMNS)


def say_unfit(unfit: pd.DataFrame, wording: Wording | None = None) -> list[str]:
    """Say of each decision what was decided, when, and why it does not fit, in English where no wording is given."""
    spoken = wording or open_wording("en")
    said = []
    for row in unfit.fillna("").to_dict("records"):
        decision = "approve" if row["decision"] == "rename" else row["decision"]
        decided = " → ".join(part for part in (decision, row["into"]) if part)
        when = ", ".join(part for part in (row["period"], row["date"]) if part)
        said.append(f"{row['key']}: \"{decided}\" ({when}). {spoken.say('review.unfit_' + row['reason'])}")
    return said


def add_notes(text: str, unfit: pd.DataFrame, period: str, wording: Wording) -> str:
    """Write decisions that do not fit into the text of a review file as comments, each once.

    A comment stands below the answer where that is in this file, else below all topics. Of an answer of this very
    period whose topic has other words by now the file tells already.
    """
    told = unfit[~(unfit["reason"].eq("drifted") & unfit["period"].eq(period))]
    for key, what in zip(told["key"], say_unfit(told, wording), strict=True):
        lines = text.split("\n")
        end = "\r" if lines[0].endswith("\r") else ""
        note = f"# {say(what)}{end}"
        if note in lines:
            continue
        places = [place for place in find_places(text) if place.section == "topics"]
        own = [place.last for place in places if place.key == key]
        at = own[0] if own else max((place.last for place in places), default=None)
        if at is None:
            text = text + ("" if text.endswith("\n") else f"{end}\n") + note + "\n"
        else:
            lines[at - 1] = lines[at - 1] if at < len(lines) else lines[at - 1] + end
            text = "\n".join([*lines[:at], note, *(lines[at:] or [""])])
    return text
