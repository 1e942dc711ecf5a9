from __future__ import annotations

from collections.abc import Callable

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure

from workbench.charts import Chart
from workbench.findings import list_specs
from workbench.reports import (
    Block,
    render_cover,
    render_figure,
    render_finding,
    render_heading,
    render_method,
    render_section,
    render_summary,
    render_table,
)
from workbench.tables.release import CANDIDATE_COLUMNS, Release, ReleasedFinding
from workbench.tables.spec import Headline

SPECS = list_specs()


def made(key: str, data: pd.DataFrame, headline: Headline, **more: object) -> ReleasedFinding:
    """Make a released finding of a spec, with what a test wants it to hold."""
    facts = {"posts": 12345, "arenas": 62, "topics": 30}
    return ReleasedFinding(SPECS[key], "2025Q3", data, headline, facts, **more)


@pytest.fixture
def release() -> Release:
    weeks = pd.DataFrame({"week": [f"2025-W{w}" for w in range(27, 40)],
                          "posts": pd.array([*range(100, 1300, 100), None], "Int64")})
    topics = pd.DataFrame({"label": ["skole klub"], "posts": pd.array([10345], "Int64"), "share": [0.838]})
    kinds = pd.DataFrame({"platform": ["telegram", "youtube", "all_posts"], "share": [0.838, 0.162, 1.0],
                          "posts": pd.array([10345, 2000, 12345], "Int64")})
    findings = [
        made("volume", weeks, Headline("finding.volume", value=12345.0), caveats=("copies_counted",), suppressed=1),
        made("platforms", kinds, Headline("finding.platforms", {"panel_share": 0.871}, value=0.871, numerator=10752,
                                          denominator=12345)),
        made("topics", topics, Headline("finding.topics", {"label": "skole klub", "share": 0.05}, value=0.62, low=0.6,
                                        high=0.64, test="sign_flip", p=0.0123, is_change=True),
             caveats=("labels_by_machine",)),
    ]
    card = {"source_id": "telegram-lillehavn", "controller": "Lillehavn Kommune", "purpose": "viden om arenaer",
            "legal_basis": "databeskyttelsesloven § 10", "access": "open", "collected_from": "2025-07-01",
            "collected_to": "2025-09-30", "collected_with": "Telegram Desktop", "tdm_reservation": "none found",
            "delete_by": "2027-09-30"}
    provenance = {"sources": [card], "rows": {"read": 13000, "kept": 12345, "merged": 600, "quarantined": 55},
                  "parameters": {"topics": {"min_topic_size": 15}, "corpus": "a" * 64}, "versions": {"pandas": "3.1.1"}}
    candidates = pd.DataFrame({n: pd.Series(dtype=k) for n, k in CANDIDATE_COLUMNS.items()})
    return Release({f.key: f for f in findings}, "ab12" * 16, "da", candidates, provenance)


def draw(release: Release, key: str) -> Chart:
    figure = Figure(figsize=(6.9, 2.5))
    axes = figure.add_subplot()
    axes.bar(range(3), [1, 2, 3])
    axes.set_xlim(0, 3)
    return Chart(key, key, f"Fund om {key}", "Antal, 3. kvartal 2025", f"Tre søjler om {key}, den sidste højest.",
                 release[key].data, figure, is_released=True)


@pytest.fixture
def make_chart(release: Release) -> Callable[[str], Chart]:
    return lambda key: draw(release, key)


@pytest.fixture
def make_blocks(release: Release) -> Callable[[str], list[Block]]:
    """Make a whole small report in a language."""

    def make(language: str = "da") -> list[Block]:
        return [
            render_cover(release, title="Samtalen samler sig", place="Lillehavn", period="2025Q3",
                         contact="Beredskabet", language=language),
            render_summary(release, ["volume", "topics"], tiles=["volume", "platforms"], language=language),
            render_heading("Hvor meget?", level=1, language=language),
            render_finding(release["volume"], language=language),
            render_figure(draw(release, "volume"), language=language),
            render_table(release["volume"], columns=("week", "posts"), language=language),
            render_heading("Emner", level=2, language=language),
            render_finding(release["topics"], language=language),
            render_figure(draw(release, "topics"), language=language),
            render_heading("section.method", level=1, language=language),
            render_method(release, language=language),
        ]

    return make


@pytest.fixture
def make_notebook() -> Callable[..., nbformat.NotebookNode]:
    """Make an executed notebook that shows each block in a cell of its own, after its parameters."""

    def make(blocks: list[Block], *, injected: str | None = None,
             parameters: str = 'quarter: str = "2025Q3"  # which\nshare: float = 0.5') -> nbformat.NotebookNode:
        cells = [nbformat.v4.new_markdown_cell("# Not exported"), nbformat.v4.new_code_cell(parameters)]
        cells[1].metadata["tags"] = ["parameters"]
        if injected is not None:
            cells.append(nbformat.v4.new_code_cell(injected))
            cells[2].metadata["tags"] = ["injected-parameters"]
        for block in blocks:
            data = render_section(block)._repr_mimebundle_()
            output = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
            cells.append(nbformat.v4.new_code_cell("show", outputs=[output]))
        for count, cell in enumerate((c for c in cells if c.cell_type == "code"), start=1):
            cell.execution_count = count
        return nbformat.v4.new_notebook(cells=cells)

    return make
