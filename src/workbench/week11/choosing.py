"""Activities and questions for a theme, from the handbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.errors import CardError
from workbench.wording import measure_lix

AGES = ("6-9", "10-12", "13-15", "16-18")
CHILDREN, PARENTS = 25, 35  # LIX, at most


def choose_activities(activities: pd.DataFrame, theme: Mapping[str, Any]) -> pd.DataFrame:
    """Choose five activities: one for each age band that fits the theme, and one about what is good.

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
        where none does, the first about what is good. Then one more about what is good.

    Raises
    ------
    CardError
        If an age band has no activity, or none is left about what is good.
    """
    missing = [band for band in AGES if not activities["ages"].eq(band).any()]
    if missing:
        raise CardError(f"handbook/activities.toml has no activity for the ages {', '.join(missing)}. Write one for "
                        "each.")
    shared = _shared(activities, theme)
    is_good = activities["harms"].map(len).eq(0)
    order = activities.assign(shared=shared, other=~is_good).sort_values(["shared", "other"], kind="stable",
                                                                         ascending=[False, True])
    fitting = order.drop_duplicates("ages").index
    spare = activities.index[is_good & ~activities.index.isin(fitting)]
    if spare.empty:
        raise CardError("handbook/activities.toml has too few activities without harms: about what people do well for "
                        "each other. Write one more.")
    by_age = {band: place for place, band in enumerate(AGES)}
    chosen = activities.loc[[*fitting, spare[0]]]
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


def is_easy(texts: Sequence[str], *, most: int) -> bool:
    """Tell whether texts are as easy to read as they must be, each a line of its own."""
    return measure_lix("\n".join(texts)) <= most


def _shared(entries: pd.DataFrame, theme: Mapping[str, Any]) -> pd.Series:
    harms = set(theme["harms"])
    return entries["harms"].map(lambda own: len(harms & set(own)))
