"""Choose from a handbook what a product of one month shows: by the harm that stands out, else in turn."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

MOST_WORDS = 6
MOST_EPISODES = 4
MOST_LETTERS = 1200  # of the words of a page, with both meanings
EPISODE_LETTERS = 600
MONTHS_BACK = 12  # of words that fill up; a change of a platform is news for three
NEWS_MONTHS = 3
SHORT = 15  # minutes


def choose_harms(harms: pd.DataFrame, episodes: pd.DataFrame, *, month: str) -> list[str]:
    """Choose the types of harm that stand out in a month: those with a released share, then those the network met.

    Parameters
    ----------
    harms
        Data of the released finding `harms`, columns `code` and `share` (missing where it is not told).
    episodes
        Of `Study.handbook("episodes")`, columns `month` and `harm`.
    month
        Such as 2025-08.

    Returns
    -------
    codes
        Of the codebook, the largest share first; none where neither tells of any.
    """
    told = harms.dropna(subset=["share"]).sort_values(["share", "code"], ascending=[False, True])["code"]
    met = episodes.loc[episodes["month"].eq(month), "harm"].dropna()
    return list(dict.fromkeys(map(str, [*told, *met])))


def choose_questions(questions: pd.DataFrame, harms: Sequence[str], *, month: str, most: int = 3) -> pd.DataFrame:
    """Choose questions to ask, other ones from month to month: about what stands out, and one that always fits.

    Parameters
    ----------
    questions
        Of `Study.handbook("questions")`, column `harms` with the codes that each is about.
    harms
        Of `choose_harms`.
    most
        At most so many.
    """
    about = _turn(_about(questions, harms), month, most - 1)
    always = questions[questions["harms"].map(len).eq(0)]
    chosen = pd.concat([about, _turn(always, month, most - len(about))])
    rest = questions.drop(index=chosen.index)
    return pd.concat([chosen, _turn(rest, month, most - len(chosen))]).head(most).reset_index(drop=True)


def choose_activity(activities: pd.DataFrame, harms: Sequence[str], *, month: str, where: str = "club",
                    minutes: int = SHORT) -> pd.DataFrame:
    """Choose one activity for a place, about what stands out where there is one, else in turn from month to month.

    Parameters
    ----------
    activities
        Of `Study.handbook("activities")`.
    where
        club, class or home.
    minutes
        At most; where all take longer, the shortest are taken.

    Returns
    -------
    activity
        One row, none where there is no activity for the place.
    """
    own = activities[activities["where"].eq(where)]
    if own.empty:
        return own
    short = own[own["minutes"].astype(int).le(max(minutes, int(own["minutes"].astype(int).min())))]
    return _one_of(short, harms, month)


def choose_rule(rules: pd.DataFrame, harms: Sequence[str], *, month: str) -> pd.DataFrame:
    """Choose one rule of the law, about what stands out where there is one, else in turn; one row, or none."""
    return _one_of(rules, harms, month)


def choose_words(words: pd.DataFrame, *, month: str, most: int = MOST_WORDS) -> pd.DataFrame:
    """Choose words first seen in a month, filled up with those of the year before it, the newest first.

    Fewer where they are long: a page holds 1,200 letters of them.

    Parameters
    ----------
    words
        Of `Study.handbook("glossary")`, columns `first_seen`, `meaning` and `innocent`.
    """
    age = _months(words["first_seen"], month)
    recent = words[age.between(0, MONTHS_BACK - 1)]
    chosen = recent.loc[age[recent.index].sort_values(kind="stable").index].head(most)
    return _fitting(chosen, ("meaning", "innocent"), MOST_LETTERS)


def choose_changes(changes: pd.DataFrame, *, month: str, most: int = 1) -> pd.DataFrame:
    """Choose what platforms changed in a month, else the latest of the three months before; column `month`."""
    age = _months(changes["month"], month)
    recent = changes[age.between(0, NEWS_MONTHS)]
    newest = recent[age[recent.index].eq(age[recent.index].min())]
    return newest.head(most).reset_index(drop=True)


def choose_episodes(episodes: pd.DataFrame, *, month: str, most: int = MOST_EPISODES) -> pd.DataFrame:
    """Choose what the network met in a month, good and bad by turns, so that neither crowds out the other.

    Fewer where they are long: a page holds 600 letters of them.

    Parameters
    ----------
    episodes
        Of `Study.handbook("episodes")`, columns `month`, `tone` and `text`.
    """
    own = episodes[episodes["month"].eq(month)]
    turn = own.groupby("tone").cumcount()
    order = own.assign(turn=turn).sort_values(["turn", "tone"], ascending=[True, False], kind="stable").index
    return _fitting(own.loc[order].head(most), ("text",), EPISODE_LETTERS)


def _one_of(entries: pd.DataFrame, harms: Sequence[str], month: str) -> pd.DataFrame:
    about = _about(entries, harms[:1])
    about = about if len(about) else _about(entries, harms)
    return _turn(about if len(about) else entries, month, 1).reset_index(drop=True)


def _about(entries: pd.DataFrame, harms: Sequence[str]) -> pd.DataFrame:
    """Return the entries about any of some harms."""
    return entries[entries["harms"].map(lambda codes: bool(set(codes) & set(harms))).astype(bool)]


def _turn(entries: pd.DataFrame, month: str, most: int) -> pd.DataFrame:
    """Return some entries, other ones than the month before as long as there are others."""
    if not len(entries) or most <= 0:
        return entries.iloc[:0]
    year, number = map(int, month.split("-"))
    at = (12 * year + number) * most % len(entries)
    return pd.concat([entries.iloc[at:], entries.iloc[:at]]).head(most)


def _fitting(entries: pd.DataFrame, columns: Sequence[str], letters: int) -> pd.DataFrame:
    """Return the first entries whose texts together have no more than so many letters."""
    lengths = sum((entries[column].astype(str).str.len() for column in columns), start=pd.Series(0, entries.index))
    return entries[lengths.cumsum().le(letters)].reset_index(drop=True)


def _months(names: pd.Series, month: str) -> pd.Series:
    """Return how many months before one each of others lies; negative for later ones."""
    def count(name: str) -> int:
        return 12 * int(name[:4]) + int(name[5:7])

    ages: pd.Series = names.map(lambda name: count(month) - count(str(name))).astype(int)
    return ages
