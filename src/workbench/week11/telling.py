"""What the pack says of itself: its title, why this theme, and what is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from workbench.tables.release import Release
from workbench.week11.ranking import list_year
from workbench.wording import is_missing, open_wording


def tell_title(theme: Mapping[str, Any], *, language: str) -> str:
    """Return the title of the pack of a theme."""
    return open_wording(language).say("week11.title", {"title": theme["title"]})


def tell_reasons(theme: Mapping[str, Any], *, language: str, most: int = 6) -> list[str]:
    """Return the reasons for a theme, the latest ones where there are many; without any, what it stands on instead."""
    reasons = list(theme["reasons"])[-most:]
    has_problem = bool(theme["words"] or theme["harms"])
    return reasons or [open_wording(language).say(f"week11.reason.{'chosen' if has_problem else 'good'}")]


def tell_missing(theme: Mapping[str, Any], release: Release, earlier: Collection[str], *, quarter: str,
                 language: str) -> list[str]:
    """Say which numbers the pack lacks, and what stands in their place; that nothing is missing where all are there.

    Parameters
    ----------
    theme
        Of `choose_theme`.
    release
        With the finding `speech`.
    earlier
        Quarters of which a report was published, of `read_year`.
    """
    wording = open_wording(language)
    has_problem = bool(theme["words"] or theme["harms"])
    speech = release["speech"].data
    has_kind = bool(speech.loc[speech["code"].eq("recognition") & speech["row"].eq("share"), "share"].notna().any())
    lacks_theme = has_problem and is_missing(theme["share"])
    silent = [q for q in list_year(quarter)[:-1] if q not in earlier]
    said = {"theme": lacks_theme, "kind": not has_kind,
            "chart": not has_kind and (lacks_theme or not has_problem), "year": bool(silent)}
    facts = {"periods": wording.words([wording.quarter(q) for q in silent])}
    told = [wording.say(f"week11.missing.{what}", facts) for what, holds in said.items() if holds]
    return told or [wording.say("week11.missing.nothing")]
