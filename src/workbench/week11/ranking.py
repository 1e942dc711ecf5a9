"""Which theme the year's reports speak for: stated rules that propose, and a person who decides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import CardError, ReleaseError
from workbench.shelf import read_tables
from workbench.tables.periods import quarter_bounds
from workbench.tables.release import Release
from workbench.wording import open_wording

Tables = Mapping[str, pd.DataFrame]
KEYS = ("topics", "topic_change", "peaks", "attack_lift", "harms")  # of findings that speak for a theme
RANKED = ["theme", "title", "reasons", "share", "finding", "row", "label"]
# what a table must hold to be read: one that lacks a column, of an older report, says nothing
_NEEDED = {"topics": ("stable_id", "label", "named_by", "share"), "topic_change": ("stable_id", "verdict"),
           "peaks": ("stable_id", "week", "is_peak"), "attack_lift": ("stable_id", "lift_verdict"),
           "harms": ("code", "name", "share", "low")}


def list_year(quarter: str) -> list[str]:
    """List the four quarters of the year that ends with one, the earliest first."""
    quarter_bounds(quarter)
    last = 4 * int(quarter[:4]) + int(quarter[-1]) - 1
    return [f"{number // 4}Q{number % 4 + 1}" for number in range(last - 3, last + 1)]


def read_year(folder: Path, *, quarter: str, language: str) -> dict[str, dict[str, pd.DataFrame]]:
    """Read what the published quarterly reports of a year say, but for its last quarter.

    Parameters
    ----------
    folder
        Of the study.
    quarter
        The last of the year, such as 2025Q3.
    language
        Of the names of topics, where the report was published in it.

    Returns
    -------
    earlier
        Tables by quarter and key of the finding; a quarter without a published report is left out.
    """
    read = {q: read_tables(folder, q, KEYS, product="quarterly", language=language) for q in list_year(quarter)[:-1]}
    return {q: tables for q, tables in read.items() if tables}


def rank_themes(themes: pd.DataFrame, release: Release, earlier: Mapping[str, Tables], *, quarter: str,
                language: str) -> pd.DataFrame:
    """Rank themes by how many reasons the year's numbers give for each.

    A reason is: a harm of the theme that people found in posts they read; a topic that people named with one of its
    words; that such a topic grew, had a week that stood out, or holds more attacks than the rest. Of the same thing in
    several quarters each reason counts once. More reasons go first, then the larger share of posts, then the order of
    the handbook. What was hidden, and what nobody approved, is no reason.

    Parameters
    ----------
    themes
        Of ``study.handbook("themes")``.
    release
        Of the quarter; its findings of `KEYS` are looked at, where it has them.
    earlier
        Of `read_year`.
    quarter
        Such as 2025Q3.
    language
        Of reasons; those of a topic name the topic.

    Returns
    -------
    ranked
        One row a theme with words or harms, the proposed first: `theme`, `title`, `reasons` (sentences), and of
        its largest number in `quarter`, where it has one: `share` of the posts, `finding`, `row` (stable id of the
        topic or code of the harm) and `label`.

    Raises
    ------
    ReleaseError
        If `release` is not a release.
    """
    if not isinstance(release, Release):
        raise ReleaseError(f"rank_themes takes a Release, and got {type(release).__name__}. Make one with "
                           "study.release(…).")
    now = {key: release[key].data for key in KEYS if key in release.findings}
    year = {**{q: earlier[q] for q in list_year(quarter)[:-1] if q in earlier}, quarter: now}
    rows = [_judge(theme, year, quarter, language) for theme in themes.to_dict("records")
            if theme["words"] or theme["harms"]]
    ranked = pd.DataFrame(rows, columns=RANKED, dtype=object)
    order = ranked.assign(count=-ranked["reasons"].map(len), less=-ranked["share"].fillna(0).astype(float))
    return ranked.loc[order.sort_values(["count", "less"], kind="stable").index].reset_index(drop=True)


def choose_theme(themes: pd.DataFrame, ranked: pd.DataFrame, *, theme: str = "") -> dict[str, Any]:
    """Return the theme that a person asked for, or else the first that any reason speaks for.

    Returns
    -------
    chosen
        Fields of the handbook, and `reasons`, `share`, `finding`, `row` and `label` of `rank_themes`. Without a reason
        for any theme it is the good side alone.

    Raises
    ------
    CardError
        If there is no theme of that id, or none for the good side.
    """
    good = good_side(themes)
    known: dict[str, Any] = {str(entry["id"]): entry for entry in themes.to_dict("records")}
    if theme and theme not in known:
        raise CardError(f"handbook/themes.toml has no theme {theme!r}. There are {', '.join(known)}.")
    first = next((str(row["theme"]) for row in ranked.to_dict("records") if row["reasons"]), str(good["id"]))
    chosen = known[theme or first]
    row = next((r for r in ranked.to_dict("records") if r["theme"] == chosen["id"]), {})
    return {**chosen, "reasons": row.get("reasons", []), **{name: row.get(name, pd.NA) for name in RANKED[3:]}}


def good_side(themes: pd.DataFrame) -> dict[str, Any]:
    """Return the theme without words and harms, which stands beside every other.

    Raises
    ------
    CardError
        If there is none.
    """
    found: list[Any] = [entry for entry in themes.to_dict("records") if not (entry["words"] or entry["harms"])]
    if not found:
        raise CardError("handbook/themes.toml has no theme without words and harms: the good side, which always stands "
                        "beside the problem. Write one.")
    good: dict[str, Any] = found[0]
    return good


def tell_themes(ranked: pd.DataFrame, *, theme: str, most: int = 4, language: str) -> list[str]:
    """Say which other themes the year speaks for, and by how many reasons.

    Parameters
    ----------
    theme
        That was chosen: it is left out.
    most
        Themes.
    """
    wording = open_wording(language)
    others = ranked[ranked["theme"].ne(theme) & ranked["reasons"].map(bool)].head(most)
    told = [wording.say("week11.other", {"title": row["title"], "count": len(row["reasons"])})
            for row in others.to_dict("records")]
    return told or [wording.say("week11.no_other")]


def _judge(theme: Mapping[Any, Any], year: Mapping[str, Tables], quarter: str, language: str) -> dict[str, Any]:
    """Return what the year says for a theme: each reason once, in the order of time."""
    reasons: dict[tuple[str, str], str] = {}
    best: dict[str, Any] = {"share": pd.NA, "finding": pd.NA, "row": pd.NA, "label": pd.NA}
    for when, tables in year.items():
        known = {key: _read(tables, key) for key in KEYS}
        for found in (*_harms(theme, known, language), *_topics(theme, known)):
            said = _say(found, when, known, language)
            reasons |= {key: text for key, text in said.items() if key not in reasons}
            if when == quarter and (pd.isna(best["share"]) or found["share"] > best["share"]):
                best = found
    return {"theme": theme["id"], "title": theme["title"], "reasons": list(reasons.values()), **best}


def _read(tables: Tables, key: str) -> pd.DataFrame:
    table = tables.get(key)
    if table is None or not set(_NEEDED[key]) <= set(table):
        return pd.DataFrame(columns=list(_NEEDED[key]))
    return table


def _harms(theme: Mapping[Any, Any], known: Tables, language: str) -> list[dict[str, Any]]:
    """Return the harms of a theme of which people found enough that the share is surely above nothing."""
    told = known["harms"].dropna(subset=["code", "share", "low"])
    told = told[told["code"].isin(theme["harms"]) & told["low"].gt(0)]
    wording = open_wording(language)
    return [{"share": float(row["share"]), "finding": "harms", "row": str(row["code"]),
             "label": wording.named(row["name"])} for row in told.to_dict("records")]


def _topics(theme: Mapping[Any, Any], known: Tables) -> list[dict[str, Any]]:
    """Return the topics that a person named with a word of the theme."""
    told = known["topics"].dropna(subset=["stable_id", "label", "share"])
    told = told[told["named_by"].eq("person")]
    words = [str(word).casefold() for word in theme["words"]]
    return [{"share": float(row["share"]), "finding": "topics", "row": str(row["stable_id"]),
             "label": str(row["label"])}
            for row in told.to_dict("records") if any(word in str(row["label"]).casefold() for word in words)]


def _say(found: Mapping[str, Any], when: str, known: Tables, language: str) -> dict[tuple[str, str], str]:
    """Return the reasons that a harm or topic gives in a quarter, each by what it is a reason of."""
    wording = open_wording(language)
    told = {"label": found["label"], "period": wording.quarter(when)}
    if found["finding"] == "harms":
        return {(found["row"], "harm"): wording.say("week11.reason.harm", told)}
    said = {"topic": True, "rose": _has(known["topic_change"], found["row"], "verdict", "rose"),
            "attacks": _has(known["attack_lift"], found["row"], "lift_verdict", "higher"),
            "peak": _has(known["peaks"], found["row"], "is_peak", True)}
    return {(found["row"], name): wording.say(f"week11.reason.{name}", told) for name, holds in said.items() if holds}


def _has(table: pd.DataFrame, topic: str, column: str, value: str | bool) -> bool:
    own = table.loc[table["stable_id"].eq(topic).fillna(False), column]
    return bool(own.eq(value).fillna(False).any())
