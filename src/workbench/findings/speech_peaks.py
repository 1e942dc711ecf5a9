"""Weeks in which a model marks unusually many posts as attacks, hate or recognition (M13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.audited import audit_code, why_unaudited
from workbench.findings.peaks import BASELINE_WEEKS, COLLECTED, FEWEST_WEEKS, count_arenas, flag_peaks
from workbench.findings.periods import bounds_of, week_name, week_start, whole_weeks, written_posts
from workbench.findings.speech_marks import codes_of, mark_posts
from workbench.findings.speech_names import CODE, NAME, name_code
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes

FEWEST_IN_WEEK = 30  # coded posts, before a week's audited share is told


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["scored"]:
        return Headline("finding.speech_peaks_unmeasured", reason="posts_unscored")
    if not facts["measured"]:
        return Headline("finding.speech_peaks_unmeasured", reason="marks_short_history")
    peaks = data[data["is_peak"].fillna(False).astype(bool)]
    main: dict[str, Any] = {"value": float(len(peaks)), "test": "negative_binomial", "is_change": bool(len(peaks))}
    if peaks.empty:
        return Headline("finding.speech_peaks_hidden" if facts["found"] else "finding.no_speech_peaks", **main)
    top = peaks.sort_values(["p", "code", "week"]).iloc[0]
    again = "_again" if pd.notna(top["as_last_year"]) and bool(top["as_last_year"]) else ""
    said = {"count": len(peaks), "code": str(top["code"]), "name": top["name"], "week": str(top["week"]),
            "posts": int(top["posts"]), "expected": float(top["expected"])}
    return Headline(f"finding.speech_peaks{again}", said, p=float(top["p"]), **main)


_SAID = ("count", "week", "posts", "name", "expected")
_AUDITED = ("posts", "coded")
SPEECH_PEAKS = Spec(
    key="speech_peaks", metric="M13", unit="peaks", frame="marked_posts", headline=_say, identity=("code", "week"),
    caveats=("not_audited", "marked_by_model", "peaks_unexplained"), reasons=("posts_unscored", "marks_short_history"),
    columns={
        "code": CODE,
        "name": NAME,
        "week": Column("string", shown="week"),
        "week_start": Column("datetime64[us, UTC]"),
        "posts": Column("Int64", unit="posts", shown="number"),
        # as of the peaks of topics: in whole posts, the weeks behind it are not told
        "expected": Column("Float64", unit="number", shown="number", follows=("posts",), step=1),
        "arenas": Column("Int64", unit="arenas", shown="number", follows=("posts",)),
        "is_peak": Column("boolean", follows=("posts",)),
        "is_alert": Column("boolean", follows=("posts",)),
        "as_last_year": Column("boolean", follows=("posts",)),
        "p": Column("Float64", unit="p", follows=("posts",), step=1e-4),
        "coded": Column("Int64", unit="posts", shown="number", follows=("posts",)),
        "audited": Column("Float64", unit="share", shown="share", follows=_AUDITED, step=0.005),
        "low": Column("Float64", unit="share", shown="share", follows=_AUDITED, step=0.005),
        "high": Column("Float64", unit="share", shown="share", follows=_AUDITED, step=0.005),
        "explanation": Column("string", shown="code", follows=("posts",)),
    },
    facts={"scored": Fact(), "series": Fact("number"), "tested_beside": Fact("number"), "weeks": Fact("number"),
           "fewest_weeks": Fact("number"), "weeks_before": Fact("number"), "measured": Fact(), "found": Fact("number")},
    sentences={"finding.speech_peaks": _SAID, "finding.speech_peaks_again": _SAID, "finding.no_speech_peaks": (),
               "finding.speech_peaks_hidden": (), "finding.speech_peaks_unmeasured": ()})


def measure_speech_peaks(corpus: Corpus, speech: SpeechCodes, scores: pd.DataFrame, *, quarter: str,
                         beside: int = 0) -> Finding:
    """Find the weeks of a quarter in which a model marks more posts than the year before would have it (M13).

    Parameters
    ----------
    corpus
        The quarter and the year before it; with less than 26 scored weeks before, the finding says that peaks could
        not be measured.
    speech
        Of the quarter: thresholds, codebook and audit.
    scores
        Of one model, for the posts of the quarter and of the year before it: `post_id` and one column per code.
    quarter
        Such as 2025Q3; or a month such as 2025-08: the weeks that end in it.
    beside
        Series that the same report tests as well, such as its topics.

    Returns
    -------
    finding
        Value: peaks found. Data: for attacks, hate and recognition, as far as the model knows them, the weeks of the
        past year: `posts` that the model marks, against the scored posts of the week, `expected` (tested weeks),
        `arenas` (at a peak), `is_peak`, `is_alert`, `as_last_year`, `p`, `explanation` (``unexplained`` until a person
        writes one), and of a peak in which at least 30 posts were coded and coders agree, how many (`coded`) and the
        share that people found in that week (`audited`, `low`, `high`).

    Raises
    ------
    TableError
        If the codes are of another quarter, or the scores are of other posts.
    """
    marked = mark_posts(corpus, speech, scores, quarter=quarter, asked_by="measure_speech_peaks")
    codes = codes_of(marked)
    start, end = bounds_of(quarter, months=True)
    posts = written_posts(corpus)
    weeks = whole_weeks(posts[posts["posted_at"] < end], quarter)
    marked = marked.assign(week_start=week_start(marked["posted_at"]))
    totals = marked.groupby("week_start").size().reindex(weeks, fill_value=0)
    long = pd.concat([marked.loc[marked[code], ["post_id", "arena_id", "week_start"]].assign(code=code)
                      for code in codes], ignore_index=True) if codes else marked.iloc[:0].assign(code="")
    counts = long.groupby(["week_start", "code"]).size().unstack("code").reindex(index=weeks, columns=codes).fillna(0)
    tested = int((weeks + pd.Timedelta(days=6) >= start).sum())
    flagged = flag_peaks(counts, tested=tested, totals=totals, beside=beside)
    flagged = count_arenas(flagged, long, weeks, series="code") if len(flagged) else flagged
    data, cells = _rows(marked, flagged, weeks, speech) if len(flagged) else (None, [])
    before = totals[: len(totals) - tested]
    return Finding(
        SPEECH_PEAKS, quarter, pd.DataFrame(data or [], columns=list(SPEECH_PEAKS.columns)), cells=tuple(cells),
        caveats=_caveats(flagged),
        facts={"scored": bool(codes), "series": len(codes), "tested_beside": beside, "weeks": tested,
               "fewest_weeks": FEWEST_WEEKS, "measured": len(flagged) > 0,
               "weeks_before": int((before.gt(0) & (before >= COLLECTED * totals.median())).sum()),
               "found": int(flagged["is_peak"].sum()) if len(flagged) else 0},
        provenance={"speech": speech.provenance, "peaks": {"baseline_weeks": BASELINE_WEEKS}})


def _caveats(flagged: pd.DataFrame) -> tuple[str, ...]:
    if flagged.empty:
        return ()
    return SPEECH_PEAKS.caveats if flagged["is_peak"].any() else SPEECH_PEAKS.caveats[:2]


def _rows(marked: pd.DataFrame, flagged: pd.DataFrame, weeks: pd.DatetimeIndex,
          speech: SpeechCodes) -> tuple[list[dict[str, Any]], list[Cell]]:
    """Return the past year of every code week by week, and the cells of its counts."""
    tests = {(row["series"], weeks[int(row["position"])]): row for row in flagged.to_dict("records")}
    scored = dict(iter(marked.groupby("week_start")["post_id"]))
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    for code in codes_of(marked):
        members = dict(iter(marked[marked[code]].groupby("week_start")["post_id"]))
        nobody, name = marked["post_id"].iloc[:0], name_code(speech.codebook, code)
        for week in weeks[-(BASELINE_WEEKS + 1):]:
            found, test = members.get(week, nobody), tests.get((code, week))
            row: dict[str, Any] = {"code": code, "name": name, "week": week_name(week), "week_start": week,
                                   "posts": len(found), "is_peak": False, "is_alert": False}
            cells.append(Cell(len(rows), "posts", hash_posts(found)))
            if test is not None:
                row |= {"expected": float(test["expected"]), "p": float(test["p"]), "is_alert": bool(test["is_alert"])}
            if test is not None and test["is_peak"]:
                row |= {"is_peak": True, "arenas": int(test["arenas"]), "explanation": "unexplained",
                        "as_last_year": bool(test["as_last_year"])}
                audited, coded = _audited(speech, code, scored[week])
                row |= audited
                cells += [Cell(len(rows), "coded", hash_posts(coded))] if audited else []
            rows.append(row)
    return rows, cells


def _audited(speech: SpeechCodes, code: str, posts: pd.Series) -> tuple[dict[str, Any], pd.Series]:
    """Return what people found in some posts, where enough of them were coded, and those that were."""
    if why_unaudited(speech, code):
        return {}, posts.iloc[:0]
    audited = audit_code(speech, code, among=posts)
    if len(audited.coded) < FEWEST_IN_WEEK:
        return {}, posts.iloc[:0]
    share = audited.estimate
    return {"coded": len(audited.coded), "audited": share.value, "low": share.low, "high": share.high}, audited.coded
