"""A digest for a website: few words, one chart, and both as a piece of HTML and as Markdown."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.branding import Brand
from workbench.charts import Chart
from workbench.look import read_look
from workbench.reports.blocks import Block, leave_out, make_block
from workbench.reports.figures import render_figure
from workbench.reports.fragments import make_labels, open_templates
from workbench.reports.numbers import NOT_AUDITED
from workbench.reports.pictures import recolour
from workbench.reports.standing import judge_confidence, number_findings
from workbench.reports.summary import list_unsaid
from workbench.reports.texts import check_release, say_finding
from workbench.tables.release import Release
from workbench.wording import open_wording

MOST_WORDS = 150  # of a digest, its chart left out
MOST_FOR_FINDINGS = 95  # what stands around them is ours, and takes the rest
MOST_FINDINGS = 4
MOST_MISSING = 2  # reasons, where nothing can be told
_PLAIN = re.compile(r"([\\`*_{}\[\]<>#|])")


def render_digest(release: Release, keys: Sequence[str], *, charts: Sequence[Chart], cover: Block,
                  language: str) -> tuple[Block, ...]:
    """Show the most important findings in as many sentences as a digest has room for, and one chart.

    Findings come in the order of `number_findings`; what was not audited, what has nothing to tell and what is the
    title already are left out. Facts and caveats stand in the report itself. Where no finding is left, it says what the
    collection does not allow to say.

    Parameters
    ----------
    keys
        Of the findings that may stand there.
    charts
        Of which the first that shows something is taken.
    cover
        Of `render_cover`, for the title.

    Raises
    ------
    ReleaseError
        If `release` is not a release, or a chart was made from a finding that was not released.
    """
    check_release(release, asked_by="render_digest")
    wording = open_wording(language)
    shown: list[Block] = []
    for key in number_findings(release, [k for k in keys if NOT_AUDITED not in release[k].caveats]):
        level, sentence = judge_confidence(release[key]), say_finding(release[key], wording)
        content = {"key": key, "sentence": sentence, "facts": [], "caveats": [], "level": level,
                   "confidence": wording.say(f"confidence.{level}")}
        block = make_block("finding", content, language=language)
        fits = _count([block, *shown], language) <= MOST_FOR_FINDINGS and len(shown) < MOST_FINDINGS
        shown += [block] if fits and sentence != cover.content["title"] else []
    if not shown:
        missing = list_unsaid(release, wording, first=keys)[:MOST_MISSING]
        told = [make_block("text", {"text": wording.say("report.digest_missing")}, language=language),
                make_block("list", {"items": missing}, language=language)]
        shown += told if missing and _count(told, language) <= MOST_FOR_FINDINGS else []
    figures = [render_figure(chart, language=language) for chart in charts if not chart.is_empty]
    return (*shown, *(figures[:1] or [leave_out("report.nothing_drawn", language=language)]))


def count_words(blocks: Sequence[Mapping[str, Any]], *, language: str) -> int:
    """Count the words of a digest as its reader meets them; what belongs to the chart does not count.

    Parameters
    ----------
    blocks
        Their JSON: `kind` and `content`.
    """
    return sum(bool(re.search(r"\w", word)) for block in blocks for text in _texts(block, language)
               for word in text.split())


def write_pieces(blocks: Sequence[Mapping[str, Any]], *, language: str, draft: bool = True, made_up: bool = False,
                 brand: Brand | None = None) -> tuple[str, str]:
    """Write the blocks of a digest for a website.

    Parameters
    ----------
    blocks
        Their JSON: a cover, texts, headings, lists, findings and figures.
    draft, made_up
        Said at its beginning.
    brand
        Colour of the municipality.

    Returns
    -------
    html, markdown
        A piece without head or script, with class names of its own and every style on its element, so that it can
        stand in any page; it asks for nothing from outside, since the chart lies within it. In Markdown the chart is
        the file ``figures/<key>.svg``.
    """
    brand, labels = brand or Brand(), make_labels(language)
    notes = [labels[name] for name, is_so in (("draft_note", draft), ("made_up", made_up)) if is_so]
    shown = [{"kind": block["kind"], **block["content"]} for block in blocks]
    for content in (c for c in shown if c["kind"] == "figure"):
        picture = recolour(content["svg"], brand.colour)
        content["source"] = open_wording(language).say("report.own_source_alone")  # a piece has no appendix
        content["address"] = f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"
    template = open_templates().get_template("piece.html.j2")
    html = template.render(blocks=shown, labels=labels, notes=notes, language=open_wording(language).tag,
                           accent=read_look().with_accent(brand.colour).accent)
    return html, "\n\n".join(_markdown(shown, labels, notes)) + "\n"


def _count(blocks: Sequence[Block], language: str) -> int:
    return count_words([{"kind": b.kind, "content": b.content} for b in blocks], language=language)


def _texts(block: Mapping[str, Any], language: str) -> Iterator[str]:
    """Give the texts of a block that a reader of a piece meets."""
    content = block["content"]
    match block["kind"]:
        case "cover":
            yield from (content["title"], content["place"], content["period"], make_labels(language)["contact"],
                        content["contact"])
        case "finding":
            yield from (content["sentence"], make_labels(language)["confidence"], content["confidence"])
        case "list":
            yield from content["items"]
        case "text" | "heading":
            yield content["text"]


def _markdown(blocks: Sequence[Mapping[str, Any]], labels: Mapping[str, Any], notes: Sequence[str]) -> Iterator[str]:
    for block in blocks:
        match block["kind"]:
            case "cover":
                yield f"## {_plain(block['title'])}"
                yield _plain(f"{block['place']} · {block['period']}")
                yield from (f"**{_plain(note)}**" for note in notes)
            case "finding":
                yield f"- {_plain(block['sentence'])} ({_plain(labels['confidence'])}: {_plain(block['confidence'])})"
            case "list":
                yield "\n".join(f"- {_plain(item)}" for item in block["items"])
            case "heading":
                yield f"### {_plain(block['text'])}"
            case "text":
                yield _plain(block["text"])
            case "figure":
                yield f"**{_plain(block['title'])}** {_plain(block['subtitle'])}"
                yield f"![{_plain(block['alt'])}](figures/{block['key']}.svg)"
                yield _plain(block["source"])
    yield from (f"{_plain(labels['contact'])}: {_plain(b['contact'])}" for b in blocks if b["kind"] == "cover")


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _PLAIN.sub(r"\\\1", " ".join(text.split()))
