"""The parents' sheet as its notebook makes it, of findings that a test gives."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from types import SimpleNamespace

import nbformat
import pandas as pd

import workbench as wb
from workbench.findings import list_specs
from workbench.handbook import read_handbook
from workbench.reports.blocks import Block, Section
from workbench.starting import find_notebooks
from workbench.tables.release import Release, ReleasedFinding
from workbench.tables.spec import Headline

SPECS = list_specs()
PERIOD = "2025Q3"


def found(key: str, data: dict, headline: Headline, **facts: object) -> ReleasedFinding:
    """Make a released finding of a spec."""
    columns = SPECS[key].columns
    frame = pd.DataFrame({name: data.get(name, []) for name in columns})
    return ReleasedFinding(SPECS[key], PERIOD, frame, headline, facts)


def seen(**shares: float | None) -> ReleasedFinding:
    """Make the finding of harms: the share of each type, None where it may not be told."""
    data = {"code": [f"harm.{name}" for name in shares], "share": pd.array(list(shares.values()), "Float64")}
    data |= {name: [pd.NA] * len(shares) for name in SPECS["harms"].columns if name not in data}
    return found("harms", data, Headline("finding.harms_under", {"high": 0.01, "count": len(shares)}), unsaid="")


VOLUME = found("volume", {}, Headline("finding.volume", value=4195.0), posts=4195, arenas=38)
ATTACKS = found("speech", {}, Headline("finding.speech", {"share": 0.0435, "rate": 25}, value=0.0435, low=0.04,
                                       high=0.05, test="audit"), posts=4172, coded=1000)


def release_of(release: Release, *findings: ReleasedFinding) -> Release:
    """Return a release of these findings."""
    return replace(release, findings={f.key: f for f in findings})


def make_sheet(release: Release, language: str, *, known: tuple[str, ...] = ("harm.bullying", "harm.fraud",
                                                                             "harm.drugs")) -> list[Block]:
    """Return the blocks of the sheet: the cells of the notebook that show some, run in their order."""
    notebook = nbformat.read(find_notebooks() / "parents.ipynb", as_version=4)
    lines = read_handbook(STARTER, "help_lines", language=language, own="da")
    study = SimpleNamespace(name="Lillehavn", contact="Lillehavn Kommune, hjaelp@lillehavn.invalid", language=language)
    names = {"wb": wb, "study": study, "release": release, "lines": lines, "quarter": PERIOD, "known": " ".join(known),
             "words": {"language": language}}
    blocks: list[Block] = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and "render_" in cell.source:
            before, _, last = cell.source.partition("wb.reports.render_section(")
            exec(before, names)
            section: Section = eval(f"wb.reports.render_section({last}", names)
            blocks += [block for block in section.blocks if block.kind != "left_out"]
    return blocks


STARTER = files("workbench") / "starter"
