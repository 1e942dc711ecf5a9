"""What a sheet for parents says of a town: types of harm in words, two numbers at most, and where help is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.reports.blocks import Block, leave_out, make_block
from workbench.reports.numbers import NOT_AUDITED, say_value
from workbench.reports.texts import check_release, known_facts, render_contacts
from workbench.tables.release import Release
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    import pandas as pd

MOST_TYPES, MOST_NUMBERS = 3, 2


def render_harms(release: Release, *, known: Sequence[str], language: str) -> tuple[Block, ...]:
    """Show three types of harm in words: those that the town's audit saw most, and else what is good to know.

    A type is seen where people found it in the audit of the quarter and its share may be told; it is told without that
    share. Where fewer than three were, the rest are of `known`, and a sentence says that nobody counted them.

    Parameters
    ----------
    release
        With the finding ``harms``, or without.
    known
        Codes such as ``harm.bullying``, in the order in which they are taken.

    Raises
    ------
    ReleaseError
        If `release` is not a release.
    ReportError
        If a code of `known` has no words.
    """
    check_release(release, asked_by="render_harms")
    wording = open_wording(language)
    seen = _seen(release, wording)
    rest = [code for code in known if code not in seen][:MOST_TYPES - len(seen)]
    blocks: list[Block] = []
    for lead, codes in (("parents.seen", seen), ("parents.unseen", rest)):
        if codes:
            items = [wording.say(f"parents.{code}") for code in codes]
            blocks += [make_block("text", {"text": wording.say(lead)}, language=language, release=release.digest),
                       make_block("list", {"items": items}, language=language, release=release.digest)]
    return tuple(blocks)


def _seen(release: Release, wording: Wording) -> list[str]:
    """Return the codes whose share may be told, largest first; one that a town named itself has no words here."""
    finding = release.findings.get("harms")
    if finding is None or finding.reason:
        return []
    told = finding.data.dropna(subset=["share"]).sort_values(["share", "code"], ascending=[False, True])
    return [code for code in told["code"] if wording.knows(f"parents.{code}")][:MOST_TYPES]


def render_based_numbers(release: Release, keys: Sequence[str], *, language: str) -> Block:
    """Show the numbers of at most two findings, each with what it is a part of; nothing where none may be told.

    Parameters
    ----------
    keys
        Of findings, in the order in which they are taken. One that is not in the release, was hidden or not audited, or
        has no words ``parents.number.<key>`` and ``parents.base.<key>`` is passed over.

    Raises
    ------
    ReleaseError
        If `release` is not a release.
    """
    check_release(release, asked_by="render_based_numbers")
    wording, tiles = open_wording(language), []
    for finding in (release.findings[key] for key in keys if key in release.findings):
        facts, says = known_facts(finding, wording), [f"parents.{part}.{finding.key}" for part in ("number", "base")]
        if (finding.value is None or finding.reason or NOT_AUDITED in finding.caveats
                or not all(wording.can_say(message, facts) for message in says)):
            continue
        label, base = (wording.say(message, facts) for message in says)
        tiles.append({"key": finding.key, "value": say_value(finding.value, finding.unit, wording), "label": label,
                      "note": base, "arrow": ""})
    if not tiles:
        return leave_out("report.nothing_told", language=language)
    return make_block("numbers", {"tiles": tiles[:MOST_NUMBERS]}, language=language, release=release.digest)


def render_help(lines: pd.DataFrame, *, contact: str, language: str) -> Block:
    """Show whom parents can call or write to: the municipality's ambassador, then the help lines for parents.

    Parameters
    ----------
    lines
        Of `Study.handbook("help_lines")`. One with the id ``ambassador`` stands first; where there is none, the
        contact of the study does.
    contact
        Of the study: who answers questions.
    """
    import pandas as pd

    wording, is_own = open_wording(language), lines["id"].eq("ambassador")
    first = lines[is_own] if is_own.any() else pd.DataFrame([{
        "name": wording.say("parents.ambassador"), "web": contact, "text": wording.say("parents.ambassador.text")}])
    theirs = lines[~is_own & lines["audience"].map(lambda told: "parents" in told).astype(bool)]
    return render_contacts(pd.concat([first.dropna(axis=1, how="all"), theirs]).reindex(columns=lines.columns),
                           language=language)
