"""A block of a report: what one cell shows, as HTML for the reader and as data for the exporter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.errors import ReleaseError, ReportError
from workbench.reports.fragments import write_fragment
from workbench.spreadsheets import clean_text
from workbench.tables.release import ReleasedFinding
from workbench.wording import open_wording

if TYPE_CHECKING:
    pass

MIMETYPE = "application/vnd.workbench.block+json"
SCHEMA = 1
# content that becomes a file of its own and is never shown as text
FILES = ("svg", "csv")
# a finding, figure or table with nothing in it: a notebook shows why, a report leaves it out
LEFT_OUT = "left_out"
# what only leads to others: without any of them a report leaves it out as well
_LEADING = ("heading", "text")


@dataclass(frozen=True)
class Block:
    """One piece of a report.

    Attributes
    ----------
    kind
        Such as ``heading`` or ``table``; `schema.KINDS` lists them with their keys.
    content
        Strings, numbers and lists only, so that it can stand in a notebook as JSON.
    language
        One of `LANGUAGES`.
    release
        Digest of the release, where the block was made from a whole one.
    removed
        Characters taken out of outside text, because they cannot be seen or turn its direction.
    where
        Cell and block in the notebook, once it has been read from one.
    """

    kind: str
    content: Mapping[str, Any]
    language: str
    release: str | None = None
    removed: int = 0
    where: str = field(default="", compare=False)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return render_section(self)._repr_mimebundle_()


@dataclass(frozen=True)
class Section:
    """Several blocks that one cell shows together, all of one language and release."""

    blocks: tuple[Block, ...]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        data: dict[str, Any] = {
            "schema": SCHEMA,
            "release": next((b.release for b in self.blocks if b.release), None),
            "language": self.blocks[0].language,
            "blocks": [{"kind": b.kind, "content": dict(b.content), "removed": b.removed} for b in self.blocks
                       if b.kind != LEFT_OUT],
        }
        shown = write_fragment([{**b.content, "kind": b.kind} for b in self.blocks], language=data["language"])
        kinds = ", ".join(b.kind for b in self.blocks)
        return {MIMETYPE: data, "text/html": shown, "text/plain": f"report: {kinds}"}


def render_section(*blocks: Block) -> Section:
    """Show several blocks as the output of one cell.

    A chapter of which every finding, figure and table has nothing to show goes with its heading and its words: a report
    has no empty chapters.

    Raises
    ------
    ReportError
        If there is no block, or they differ in language or release.
    """
    if not blocks:
        raise ReportError("render_section got no block. Give it at least one, such as render_heading(…).")
    if len({b.language for b in blocks}) > 1:
        raise ReportError("The blocks of one section have different languages. Make them all with the same `language`.")
    if len({b.release for b in blocks if b.release}) > 1:
        raise ReportError("The blocks of one section come from different releases. Make them all from the same one.")
    return Section(_without_empty_chapters(blocks))


def _without_empty_chapters(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks without headings and paragraphs that lead to nothing."""
    parts: list[list[Block]] = [[]]
    for block in blocks:
        if block.kind == "heading":
            parts.append([])
        parts[-1].append(block)
    kept: list[Block] = []
    below = 0  # level of the next heading that stays
    for part in reversed([p for p in parts if p]):
        kinds = {b.kind for b in part}
        level = part[0].content["level"] if part[0].kind == "heading" else 0
        shows = LEFT_OUT not in kinds or bool(kinds - {LEFT_OUT, *_LEADING}) or below > level > 0
        kept = [*(part if shows else [b for b in part if b.kind == LEFT_OUT]), *kept]
        below = level if shows else below
    return tuple(kept)


def make_block(kind: str, content: Mapping[str, Any], *, language: str, release: str | None = None) -> Block:
    """Return a block whose texts are cleaned of characters that cannot be seen."""
    cleaned, removed = _clean(dict(content))
    return Block(kind, cleaned, language, release, removed)


def leave_out(reason: str, *, language: str) -> Block:
    """Return what stands for an empty figure or table: a note in the notebook, nothing in the report.

    Parameters
    ----------
    reason
        Message id.
    """
    return make_block(LEFT_OUT, {"reason": open_wording(language).say(reason)}, language=language)


def _clean(value: Any) -> tuple[Any, int]:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        parts = {k: (v, 0) if k in FILES else _clean(v) for k, v in value.items()}
        return {k: v for k, (v, _) in parts.items()}, sum(n for _, n in parts.values())
    if isinstance(value, list | tuple):
        items = [_clean(v) for v in value]
        return [v for v, _ in items], sum(n for _, n in items)
    return value, 0


def check_released(finding: object, *, asked_by: str) -> ReleasedFinding:
    """Return a finding if it was released.

    Raises
    ------
    ReleaseError
        If it is anything but a `ReleasedFinding`.
    """
    if not isinstance(finding, ReleasedFinding):
        raise ReleaseError(
            f"{asked_by} takes findings from a release only, and got {type(finding).__name__}. "
            "Pass it through release_findings(…) and take it from the release: release[\"<key>\"]."
        )
    return finding
