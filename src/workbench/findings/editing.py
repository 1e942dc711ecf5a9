"""What an editor wrote, joined with the findings it is about: sentences in other words, explanations of peaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from workbench.errors import CardError
from workbench.reviewing.rewording import fit_text
from workbench.reviewing.told import tell
from workbench.tables.editorial import EXPLAINED, Editorial, Worded, list_peaks
from workbench.tables.release import ReleasedFinding
from workbench.wording import open_wording

UNEXPLAINED = "unexplained"


def apply_editorial(released: Mapping[str, ReleasedFinding],
                    editorial: Editorial) -> tuple[dict[str, ReleasedFinding], Worded | None]:
    """Put an editor's words into released findings.

    What is about findings that are not among them is left aside: another product of the period may hold them.

    Returns
    -------
    released, headline
        Findings with the editor's sentences and explanations; the title with its placeholders, None where there is
        none for these findings.

    Raises
    ------
    CardError
        If a sentence does not say what its finding knows: every fault, with file, line and the placeholders there are.
    """
    wording, faults, edited = open_wording(editorial.language), [], dict(released)
    for key, worded in editorial.findings.items():
        if key not in released:
            continue
        text, wrong = fit_text(worded.text, tell(released[key]), wording, is_finding=True)
        faults += [f"{editorial.place(worded.line, f'[findings.{key}]')}: {what}." for what in wrong]
        edited[key] = replace(released[key], worded={editorial.language: text})
    headline = editorial.headline
    if headline and headline.finding in released:
        text, wrong = fit_text(headline.text, tell(released[headline.finding]), wording, is_finding=False)
        faults += [f"{editorial.place(headline.line, '[headline]')}: {what}." for what in wrong]
        headline = replace(headline, text=text)
    else:
        headline = None
    if faults:
        raise CardError(f"{len(faults)} to correct in what was written for the report.\n  " + "\n  ".join(faults))
    for key in set(EXPLAINED) & set(edited):
        edited[key] = explain_peaks(edited[key], editorial)
    return edited, headline


def explain_peaks(finding: ReleasedFinding, editorial: Editorial) -> ReleasedFinding:
    """Return a finding on peaks with the explanations that people gave, each with its source.

    The caveat that peaks are unexplained goes when none is left without an explanation.
    """
    data = finding.data
    peaks = list_peaks(data)
    if not editorial.peaks or peaks.empty or "explanation" not in data:
        return finding
    said = {(e.topic, e.week): f"{e.text} ({e.source})" for e in editorial.peaks}
    given = pd.Series([said.get((topic, week)) for topic, week in zip(peaks["topic"], peaks["week"], strict=True)],
                      index=peaks.index, dtype="string")
    explained = given.reindex(data.index).fillna(data["explanation"])
    is_left = bool(explained[peaks.index].fillna(UNEXPLAINED).eq(UNEXPLAINED).any())
    caveats = finding.caveats if is_left else tuple(c for c in finding.caveats if c != "peaks_unexplained")
    return replace(finding, data=data.assign(explanation=explained), caveats=caveats)
