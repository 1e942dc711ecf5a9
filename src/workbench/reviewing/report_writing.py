"""What `workbench review` does for the editor: begins the file, says what is open and what does not fit."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.reviewing.report_file import report_path
from workbench.reviewing.report_template import write_template
from workbench.reviewing.rewording import fit_text
from workbench.reviewing.told import Told, read_told
from workbench.tables.editorial import Editorial
from workbench.wording import open_wording


@dataclass(frozen=True)
class ReportFile:
    """What became of the editor's file.

    Attributes
    ----------
    path
        Of the file.
    is_new
        Whether it was written now.
    open
        Parts that nobody has written, of `tables.editorial.PARTS`.
    unfit
        What does not fit the last run, each with file, line and what to do.
    """

    path: Path
    is_new: bool
    open: tuple[str, ...]
    unfit: tuple[str, ...]

    def describe(self) -> str:
        """Say where the file is, what is open in it and what does not fit."""
        said = f"What you write for the report goes into {self.path}."
        still = f" Open: {', '.join(self.open)}; a report can be published without." if self.open else ""
        left = "".join(f"\n  {line}" for line in self.unfit)
        return said + still + (f"\nWhat does not fit the last run:{left}" if left else "")


def write_report_file(folder: Path, period: str, editorial: Editorial) -> ReportFile:
    """Write the editor's file of a period where there is none; one that is there is left as it is, to the byte.

    Parameters
    ----------
    editorial
        Of `read_review`; its language is that of the comments.
    """
    path, told = report_path(folder, period), read_told(folder, period)
    is_new = not path.exists()
    if is_new:
        text = write_template(period, told, editorial.before, open_wording(editorial.language))
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    peaks = {peak for one in told.values() for peak in one.peaks}
    explained = {(e.topic, e.week) for e in editorial.peaks}
    has_peaks = bool(peaks - explained) if told else not explained
    return ReportFile(path, is_new, tuple(editorial.open_parts(has_peaks=has_peaks)),
                      tuple(find_misfits(editorial, told)) if told else ())


def find_misfits(editorial: Editorial, told: Mapping[str, Told]) -> list[str]:
    """Return what an editor wrote that does not fit what a run told, each with file and line."""
    wording, missing = open_wording(editorial.language), f"the last run told nothing of this finding; it told of " \
        f"{', '.join(key for key, one in told.items() if not one.reason)}"
    found: list[tuple[int, str, str]] = []
    sentences = [(f"[findings.{key}]", worded, True) for key, worded in editorial.findings.items()]
    sentences += [("[headline]", editorial.headline, False)] if editorial.headline else []
    for table, worded, is_finding in sentences:
        if worded.finding not in told:
            found.append((worded.line, table, missing))
            continue
        faults = fit_text(worded.text, told[worded.finding], wording, is_finding=is_finding)[1]
        found += [(worded.line, table, what) for what in faults]
    peaks = {peak for one in told.values() for peak in one.peaks}
    found += [(e.line, "[[peaks]]", "this topic has no peak in this week") for e in editorial.peaks
              if (e.topic, e.week) not in peaks]
    for r in editorial.recommendations:
        if r.finding not in told:
            found.append((r.line, "[[recommendations]]", missing))
        elif told[r.finding].reason:
            found.append((r.line, "[[recommendations]]", f"the finding {r.finding} has nothing to tell in this period, "
                          "so nothing can rest on it"))
    if editorial.focus:
        found += [(editorial.focus.line, "[focus]", missing)
                  for key in (*editorial.focus.findings, *editorial.focus.figures) if key not in told]
    return [f"{editorial.place(line, table)}: {what}." for line, table, what in found]
