"""How each number of a report was found, what its words mean, and what people decided."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.reports.blocks import Block, leave_out, make_block
from workbench.reports.texts import check_release, known_facts
from workbench.spreadsheets import write_csv
from workbench.tables.release import Release
from workbench.tables.review import DECISIONS, Review
from workbench.wording import Wording, open_wording

TERMS = ("arena", "post", "forward", "panel", "topic", "core", "attack", "audited_share", "coder_agreement", "interval",
         "p", "peak", "group", "bridge", "hidden", "pseudonym")


def render_methods(release: Release, *, language: str) -> tuple[Block, ...]:
    """Say for every kind of number in a release what was counted, how it was tested and what it does not tell.

    Returns
    -------
    blocks
        A heading of level 3 with the number of the metric and a paragraph for each finding, in the order of the
        release; what has nothing to tell is left out.

    Raises
    ------
    ReleaseError
        If `release` is not a release.
    ReportError
        If a finding has no message ``method.<key>``.
    """
    check_release(release, asked_by="render_methods")
    wording = open_wording(language)
    blocks = []
    for finding in release.findings.values():
        if finding.reason:
            continue
        title = wording.say(f"report.title.{finding.key}", known_facts(finding, wording))
        heading = f"{title} ({finding.metric})" if finding.metric[:1] == "M" else title
        blocks += [make_block("heading", {"text": heading, "level": 3}, language=language),
                   make_block("text", {"text": wording.say(f"method.{finding.key}")}, language=language)]
    return tuple(blocks)


def render_glossary(*, language: str, terms: Sequence[str] = TERMS) -> Block:
    """Show the words of the report with what they mean.

    Parameters
    ----------
    terms
        Of the messages ``glossary.<term>`` and ``glossary.<term>.meaning``, in the order of the table.
    """
    wording = open_wording(language)
    rows = [[wording.say(f"glossary.{t}"), wording.say(f"glossary.{t}.meaning")] for t in terms]
    return _table("glossary", ["term", "meaning_of_term"], rows, wording)


def render_review_log(review: Review, *, language: str) -> Block:
    """Show how many topics, words and domains people approved, renamed, merged, split and hid, and in which role.

    Without a decision it is left out.
    """
    wording = open_wording(language)
    decided = review.entries.dropna(subset=["decision"])
    if decided.empty:
        return leave_out("report.no_rows", language=language)
    counts = decided.groupby(["kind", "decision"]).size()
    order = [(kind, decision) for kind in ("topic", "word", "domain") for decision in DECISIONS
             if (kind, decision) in counts.index]
    rows = [[f"{wording.say(f'review_log.{kind}')}: {wording.say(f'review_log.{decision}')}",
             wording.number(int(counts[(kind, decision)]))] for kind, decision in order]
    return _table("review_log", ["what", "count"], rows, wording, right=("count",))


def _table(key: str, columns: list[str], rows: list[list[str]], wording: Wording, *,
           right: tuple[str, ...] = ()) -> Block:
    shown = [{"label": wording.say(f"column.{c}"), "align": "right" if c in right else "left"} for c in columns]
    content = {"title": wording.say(f"report.title.{key}"), "columns": shown, "rows": rows, "note": "", "key": key,
               "csv": write_csv(pd.DataFrame(rows, columns=columns))}
    return make_block("table", content, language=wording.language)
