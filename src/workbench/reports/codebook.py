"""What coders looked for, in the words of the codebook."""

from __future__ import annotations

import pandas as pd

from workbench.reports.blocks import Block, leave_out, make_block, write_csv
from workbench.reports.texts import check_release
from workbench.tables.codebook import Code, Codebook
from workbench.tables.release import Release
from workbench.wording import Wording, open_wording

_OWN = ("attack", "hate", "offensive", "recognition")  # families that stand on their own


def render_definitions(release: Release, codebook: Codebook, *, language: str) -> Block:
    """Say what the report calls an attack, hate and recognition, and that none of it means unlawful.

    Without an audited finding in the release it is left out: then nothing is called so.
    """
    if not _is_audited(release):
        return leave_out("report.no_rows", language=language)
    wording = open_wording(language)
    points = [f"{code.text(language).name}: {code.text(language).definition}" for code in codebook.of(*_OWN)]
    content = {"lead": wording.say("report.definitions_lead"), "points": points}
    return make_block("points", content, language=language, release=release.digest)


def render_codebook(release: Release, codebook: Codebook, *, language: str) -> Block:
    """Show every code that coders could give, with its definition, in the order in which it is asked.

    Without an audited finding in the release it is left out.
    """
    if not _is_audited(release):
        return leave_out("report.no_rows", language=language)
    wording = open_wording(language)
    rows = [[wording.say(f"family.{code.family}"), code.text(language).name, _define(code, wording)]
            for code in codebook.codes.values()]
    columns = ["family", "code_name", "definition"]
    content = {"title": wording.say("report.title.codebook", version=codebook.version),
               "columns": [{"label": wording.say(f"column.{c}"), "align": "left"} for c in columns], "rows": rows,
               "note": "", "key": "codebook", "csv": write_csv(pd.DataFrame(rows, columns=columns))}
    return make_block("table", content, language=language)


def _define(code: Code, wording: Wording) -> str:
    told = code.text(wording.language).definition
    return told if code.is_strict else wording.say("report.not_strict", definition=told)


def _is_audited(release: Release) -> bool:
    check_release(release, asked_by="render_codebook")
    return any(f.test == "audit" and not f.reason for f in release.findings.values())
