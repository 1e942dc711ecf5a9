"""What children and young people meet, and the themes of the town: audited shares of codes (M23, M4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.audited import audit_code
from workbench.findings.speech_names import CODE, NAME, name_code
from workbench.findings.speech_shares import described_posts, verdicts_of
from workbench.findings.speech_telling import (
    CAVEATS,
    FACTS,
    FEWEST_CODED_PART,
    FOUND,
    REASONS,
    UNTOLD,
    largest,
    list_told,
    make_finding,
    share_columns,
    tell_codes,
    tell_share,
    untold,
)
from workbench.tables.finding import Finding
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes

FEWEST_ARENAS = 3  # with enough coded posts, before a share of arenas is told


def _say_codes(key: str) -> Any:
    def say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
        if nothing := untold(data, facts, "high"):
            return nothing
        first = largest(data, "share")
        if first is None:
            high = float(data["high"].max())
            return Headline(f"finding.{key}_under", {"high": high, "count": int(data["high"].notna().sum())}, high=high,
                            low=0.0, test="audit")
        told = {"name": first["name"], "share": float(first["share"])}
        has_rate = pd.notna(first["rate"])
        told |= {"rate": int(first["rate"])} if has_rate else {}
        return Headline(f"finding.{key}{'' if has_rate else '_most'}", told, value=float(first["share"]),
                        low=float(first["low"]), high=float(first["high"]), test="audit")

    return say


def _say_platforms(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if nothing := untold(data, facts, "high"):
        return nothing
    first = largest(data, "share")
    if first is None:
        return Headline("finding.harm_platforms_under", {"high": float(data["high"].max())}, test="audit")
    told = {"name": first["name"], "platform": str(first["platform"]), "share": float(first["share"])}
    return Headline("finding.harm_platforms", told, value=float(first["share"]), low=float(first["low"]),
                    high=float(first["high"]), test="audit")


_CODES = {"code": CODE, "name": NAME, "found": FOUND, **share_columns("found"),
          "rate": Column("Int64", unit="number", shown="number", follows=("found",))}


def _sentences(key: str) -> dict[str, tuple[str, ...]]:
    return {f"finding.{key}": ("name", "share", "rate"), f"finding.{key}_most": ("name", "share"),
            f"finding.{key}_under": ("count", "high"), UNTOLD: ()}


HARMS = Spec(
    key="harms", metric="M23", unit="share", frame="audited_posts", headline=_say_codes("harms"), identity=("code",),
    ranks_by="share", caveats=("upper_end_alone", *CAVEATS), reasons=REASONS,
    columns={**_CODES, "arenas_share": Column("Float64", unit="share", shown="share", follows=("found",), step=0.01)},
    facts={**FACTS, "checked": Fact("arenas")}, sentences=_sentences("harms"))
HARM_PLATFORMS = Spec(
    key="harm_platforms", metric="M23", unit="share", frame="audited_posts", headline=_say_platforms,
    identity=("code", "platform"), caveats=("upper_end_alone", *CAVEATS),
    reasons=("no_harm_found", "few_per_platform", *REASONS), facts=FACTS,
    columns={"code": CODE, "name": NAME, "platform": Column("string", shown="code"), "found": FOUND,
             **share_columns("found")},
    sentences={"finding.harm_platforms": ("name", "platform", "share"), "finding.harm_platforms_under": ("high",),
               UNTOLD: ()})
THEMES = Spec(
    key="themes", metric="M4", unit="share", frame="audited_posts", headline=_say_codes("themes"), identity=("code",),
    ranks_by="share", caveats=("upper_end_alone", *CAVEATS), reasons=("no_themes", *REASONS), columns=_CODES,
    facts=FACTS, sentences=_sentences("themes"))


def measure_harms(corpus: Corpus, speech: SpeechCodes, *, quarter: str) -> Finding:
    """Measure which part of the posts shows each type of harm, by the audit of the quarter (M23).

    Parameters
    ----------
    quarter
        Such as 2025Q3; or a month of it, such as 2025-08: told from the posts of the month that were read.

    Returns
    -------
    finding
        Value: the largest share. Data: one row per type of harm, columns `code`, `name`, `found` (coded posts), `share`
        of all posts with `low` and `high`, `rate` (about one post in so many) and `arenas_share` (of the arenas with at
        least 30 coded posts, those in which it was found; missing where fewer than three have as many). Where the
        interval begins below .05 %, the share is missing and its upper end is told. Facts: `checked`, those arenas.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_harms", months=True)
    codes, unsaid, caveats = list_told(speech, "harm")
    arena = corpus.posts.set_index("post_id")["arena_id"]
    told, checked = [], 0
    for row, audited in tell_codes(speech, codes, ids):
        coded = arena.reindex(audited.coded).value_counts()
        looked = coded.index[coded >= FEWEST_CODED_PART]
        checked = len(looked)
        found = looked.intersection(pd.Index(arena.reindex(audited.found).unique()))
        # a few posts of an arena without it do not say that it has none
        share = len(found) / checked if checked >= FEWEST_ARENAS and len(found) else pd.NA
        told.append((row | {"arenas_share": share}, {"found": audited.found}))
    return make_finding(HARMS, speech, told, unsaid=unsaid, facts={"checked": checked},
                        caveats=_caveats(told, caveats), period=quarter)


def measure_harm_platforms(corpus: Corpus, speech: SpeechCodes, *, quarter: str) -> Finding:
    """Measure which part of each platform's posts shows a type of harm (M23).

    Returns
    -------
    finding
        Value: the largest share. Data: one row per type of harm that was found at all, and platform with at least 30
        coded posts; columns `code`, `name`, `platform`, `found`, `share` of the platform's posts, `low` and `high`, as
        of `measure_harms`. The platforms are described side by side; whether they differ is not tested.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_harm_platforms")
    codes, unsaid, caveats = list_told(speech, "harm")
    posts = corpus.posts[corpus.posts["post_id"].isin(ids)]
    parts = dict(iter(posts.groupby("platform", sort=True)["post_id"]))
    met = [code for code in codes if len(audit_code(speech, code.key, among=ids).found)]
    told = []
    for code in met:
        for platform, own in parts.items():
            if len(verdicts_of(speech, (code.key,), own)) >= FEWEST_CODED_PART:
                audited = audit_code(speech, code.key, among=own)
                row = {"code": code.key, "name": name_code(speech.codebook, code.key), "platform": str(platform)}
                told.append((row | tell_share(audited), {"found": audited.found}))
    unsaid = unsaid or ("no_harm_found" if not met else "" if told else "few_per_platform")
    return make_finding(HARM_PLATFORMS, speech, told, unsaid=unsaid, caveats=_caveats(told, caveats))


def measure_themes(corpus: Corpus, speech: SpeechCodes, *, quarter: str) -> Finding:
    """Measure which part of the posts is about each theme that the town put into its codebook (M4).

    Returns
    -------
    finding
        Value: the largest share. Data: one row per theme, columns `code`, `name`, `found` (coded posts), `share` of all
        posts with `low` and `high`, and `rate` (about one post in so many), as of `measure_harms`.

    Raises
    ------
    TableError
        If the quarter holds no posts, or the codes are of another one.
    """
    ids = described_posts(corpus, speech, quarter=quarter, asked_by="measure_themes")
    codes, unsaid, caveats = list_told(speech, "theme")
    told = [(row, {"found": audited.found}) for row, audited in tell_codes(speech, codes, ids)]
    unsaid = "no_themes" if unsaid == "not_in_codebook" else unsaid
    return make_finding(THEMES, speech, told, unsaid=unsaid, caveats=_caveats(told, caveats))


def _caveats(told: list[tuple[dict[str, Any], dict[str, pd.Series]]], caveats: tuple[str, ...]) -> tuple[str, ...]:
    return ("upper_end_alone", *caveats) if any(pd.isna(row["share"]) for row, _ in told) else caveats
