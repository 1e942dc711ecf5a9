"""Activities and questions for a theme, from the handbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.errors import CardError
from workbench.wording import measure_lix

AGES = ("6-9", "10-12", "13-15", "16-18")
ACTIVITIES = 5
CHILDREN = 25  # LIX, at most


def choose_activities(activities: pd.DataFrame, theme: Mapping[str, Any]) -> pd.DataFrame:
    """Choose five activities: one for each age band that fits the theme, and one more; one at least is about the good.

    Parameters
    ----------
    activities
        Of ``study.handbook("activities")``.
    theme
        Of `choose_theme`.

    Returns
    -------
    chosen
        Rows of `activities`, by age. In each band the one that shares most harms with the theme, of several the first;
        where none shares any, the first about what people do well for each other. The fifth is about that too, where
        one is left.

    Raises
    ------
    CardError
        If an age band has no activity, there are fewer than five, or none is about what people do well for each other.
    """
    missing = [band for band in AGES if not activities["ages"].eq(band).any()]
    if missing:
        raise CardError(f"handbook/activities.toml has no activity for the ages {', '.join(missing)}. Write one for "
                        "each.")
    order = activities.assign(shared=_shared(activities, theme), other=activities["harms"].map(len).gt(0))
    order = order.sort_values(["shared", "other"], kind="stable", ascending=[False, True])
    fitting = order.drop_duplicates("ages").index
    spare = order.drop(fitting).sort_values("other", kind="stable").index
    picked = [*fitting, *spare[:1]]
    if len(picked) < ACTIVITIES or order.loc[picked, "other"].all():
        raise CardError("handbook/activities.toml needs five activities, of which one has no harms: it is about what "
                        "people do well for each other. Write one more.")
    by_age = {band: place for place, band in enumerate(AGES)}
    chosen = activities.loc[picked]
    return chosen.sort_values("ages", key=lambda ages: ages.map(by_age), kind="stable").reset_index(drop=True)


def choose_quiz(quiz: pd.DataFrame, theme: Mapping[str, Any], *, count: int = 6) -> pd.DataFrame:
    """Choose the questions that fit a theme best, then those about what is good, then the rest.

    Parameters
    ----------
    quiz
        Of ``study.handbook("quiz")``.
    theme
        Of `choose_theme`.
    count
        Questions.

    Raises
    ------
    CardError
        If there are fewer, or one is too hard to read for children (`measure_lix` above `CHILDREN`); each is named.
    """
    if len(quiz) < count:
        raise CardError(f"handbook/quiz.toml has {len(quiz)} questions, and a quiz has {count}. Write more.")
    order = quiz.assign(shared=_shared(quiz, theme), other=quiz["harms"].map(len).gt(0))
    chosen = quiz.loc[order.sort_values(["shared", "other"], kind="stable", ascending=[False, True]).index[:count]]
    hard = [row["id"] for row in chosen.to_dict("records")
            if not is_easy([row["text"], *row["choices"], row["why"]], most=CHILDREN)]
    if hard:
        raise CardError(f"handbook/quiz.toml: {', '.join(hard)} {'is' if len(hard) == 1 else 'are'} too hard to read "
                        f"for children: LIX above {CHILDREN}. Write shorter sentences and shorter words.")
    return chosen.reset_index(drop=True)


def choose_lines(lines: pd.DataFrame, *, most: int = 8) -> pd.DataFrame:
    """Choose the help lines for those at home: what is for parents first, then for children, then when it is urgent.

    Parameters
    ----------
    lines
        Of ``study.handbook("help_lines")``.
    most
        Lines.
    """
    order = {audience: place for place, audience in enumerate(("parents", "children", "acute"))}
    place = lines["audience"].map(lambda own: min((order[a] for a in own if a in order), default=len(order)))
    known = place[place.lt(len(order)).astype(bool)].sort_values(kind="stable")
    return lines.loc[known.index[:most]].reset_index(drop=True)


def is_easy(texts: Sequence[str], *, most: int) -> bool:
    """Tell whether texts are as easy to read as they must be, each a line of its own."""
    return measure_lix("\n".join(texts)) <= most


def _shared(entries: pd.DataFrame, theme: Mapping[str, Any]) -> pd.Series:
    harms = set(theme["harms"])
    return entries["harms"].map(lambda own: len(harms & set(own)))
