"""What coders looked for, in the words of the codebook."""

from __future__ import annotations

from workbench.reports.blocks import Block, leave_out, make_block
from workbench.reports.texts import check_release
from workbench.tables.codebook import Code, Codebook
from workbench.tables.release import Release
from workbench.wording import Wording, open_wording

_OWN = ("attack", "hate", "offensive", "recognition")  # families that stand on their own
# of the codebook: what stands under one heading
_TOGETHER = (("attack", "marker"), ("hate", "ground"), ("offensive",), ("recognition", "form"), ("target",), ("harm",),
             ("theme",))


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


def render_codebook(release: Release, codebook: Codebook, *, language: str) -> tuple[Block, ...]:
    """Show every code that coders could give, with its definition: a heading and a paragraph for each family of codes.

    Without an audited finding in the release it is left out.
    """
    if not _is_audited(release):
        return (leave_out("report.no_rows", language=language),)
    wording = open_wording(language)
    blocks = [make_block("text", {"text": wording.say("report.codebook", version=codebook.version)}, language=language)]
    for families in _TOGETHER:
        codes = codebook.of(*families)
        if codes:
            told = " ".join(f"{code.text(language).name}: {_define(code, wording)}" for code in codes)
            title = {"text": wording.say(f"family.{families[0]}"), "level": 3}
            blocks += [make_block("heading", title, language=language),
                       make_block("text", {"text": told}, language=language)]
    return tuple(blocks)


def _define(code: Code, wording: Wording) -> str:
    told = code.text(wording.language).definition.removesuffix(".") + "."
    return told if code.is_strict else wording.say("report.not_strict", definition=told)


def _is_audited(release: Release) -> bool:
    check_release(release, asked_by="render_codebook")
    return any(f.test == "audit" and not f.reason for f in release.findings.values())
