"""The record of processing that article 30 asks for, and the outline of an impact assessment, from the cards."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import InputError
from workbench.files import CODING, WRITTEN, slug, write_atomically
from workbench.settings import CARD_FILE, Settings, SourceCard, read_card
from workbench.sources.corpus.removing import RAW
from workbench.sources.corpus.store import read_manifest
from workbench.wording import Wording, is_missing, open_wording

if TYPE_CHECKING:
    import pandas as pd

_CARD_ROWS = ("controller", "purpose", "legal_basis", "access", "closed_basis", "collected_by", "collected_with",
              "collected", "tdm", "delete_by")
_SECTIONS = {
    "record": ("controller", "purposes", "subjects", "data", "special", "coding", "written", "recipients",
               "transfers", "deletion", "security"),
    "assessment": ("description", "coding", "necessity", "subjects", "risks", "measures", "open"),
}


def describe_processing(settings: Settings, *, language: str, products: pd.DataFrame | None = None) -> dict[str, str]:
    """Write the record of processing activities (GDPR article 30) and an outline of the impact assessment (article 35).

    What the cards and the workbench know is filled in; what only the controller can say is left as a question in
    square brackets.

    Parameters
    ----------
    products
        What is made of the posts, a row each: `title`, `period`, `purpose`, `recipients` and `kept_months`; None: the
        record says nothing of it.

    Returns
    -------
    documents
        Markdown by file name.

    Raises
    ------
    CardError
        If a card has faults.
    InputError
        If there is no card under ``data/raw``.
    """
    cards = [read_card(path.parent) for path in sorted((settings.folder / RAW).rglob(CARD_FILE))]
    if not cards:
        raise InputError(f"{settings.folder / RAW}: no {CARD_FILE} here, so there is nothing to record yet.")
    wording = open_wording(language)
    written = [folder for folder in WRITTEN if (settings.folder / folder).is_dir()]
    is_there = {"coding": (settings.folder / CODING).is_dir(), "written": bool(written)}
    sections = {kind: [s for s in names if is_there.get(s, True)] for kind, names in _SECTIONS.items()}
    facts = {"study": _plain(settings.name), "contact": _plain(settings.contact), "count": len(cards),
             "controllers": _each(c.controller for c in cards), "purposes": _each(c.purpose for c in cards),
             "bases": _each(c.legal_basis for c in cards), "closed": sum(c.access == "closed" for c in cards),
             "last": max(c.delete_by for c in cards), "first": min(c.delete_by for c in cards),
             "key": (read_manifest(settings.folder) or {}).get("key_fingerprint", "–"),
             "written": "; ".join(wording.say(f"record.written.{folder}") for folder in written)}
    made = _products(products, wording) if products is not None else []
    return {wording.say(f"record.file.{kind}"): _document(kind, sections[kind], wording, facts, cards,
                                                          made if kind == "record" else [])
            for kind in _SECTIONS}


def _document(kind: str, sections: Iterable[str], wording: Wording, facts: dict[str, object],
              cards: list[SourceCard], made: list[str]) -> str:
    lines = [f"# {wording.say(f'record.{kind}.title', facts)}", "", wording.say(f"record.{kind}.intro", facts), ""]
    for section in sections:
        lines += [f"## {wording.say(f'record.{section}.title')}", "", wording.say(f"record.{section}", facts), ""]
    lines += [*made, f"## {wording.say('record.sources.title')}", ""]
    for card in cards:
        header = f"| {wording.say('record.field')} | {wording.say('record.value')} |"
        lines += [f"### {_plain(card.source_id)}", "", header, "|---|---|"]
        lines += [f"| {wording.say(f'record.card.{row}')} | {_card_value(card, row, wording)} |" for row in _CARD_ROWS]
        lines.append("")
    return "\n".join(lines)


def _products(products: pd.DataFrame, wording: Wording) -> list[str]:
    """Return the lines about what is made of the posts: for what, for whom, for how long."""
    columns = ("product", "period", "purpose", "recipients", "kept")
    header = " | ".join(wording.say(f"record.products.{name}") for name in columns)
    lines = [f"## {wording.say('record.products.title')}", "", wording.say("record.products"), "", f"| {header} |",
             f"|{'---|' * len(columns)}"]
    open_answer = wording.say("record.products.open")
    for row in products.to_dict("records"):
        kept = row["kept_months"]
        told = [_plain(row["title"]), wording.say(f"record.period.{row['period']}"),
                *(_plain(row[name]) or open_answer for name in ("purpose", "recipients")),
                open_answer if is_missing(kept) else wording.say("record.products.months", count=int(kept))]
        lines.append(f"| {' | '.join(told)} |")
    return [*lines, ""]


def _card_value(card: SourceCard, row: str, wording: Wording) -> str:
    if row == "collected":
        return f"{wording.day(card.collected_from)} – {wording.day(card.collected_to)}"
    if row == "tdm":
        return _plain(f"{card.tdm_reservation} ({card.tdm_checked})")
    if row == "delete_by":
        return wording.day(card.delete_by)
    if row == "access":
        return wording.say(f"value.{card.access}")
    return _plain(str(getattr(card, row))) or "–"


def _each(values: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(_plain(v) for v in values))


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(text.split()))


def write_processing(settings: Settings, *, language: str, products: pd.DataFrame | None = None) -> list[Path]:
    """Write the documents of `describe_processing` to ``reports/<place>/record`` and return where they are."""
    folder = settings.folder / "reports" / slug(settings.name) / "record"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in describe_processing(settings, language=language, products=products).items():
        path = folder / name
        write_atomically(path, text, is_private=False)
        written.append(path)
    return written
