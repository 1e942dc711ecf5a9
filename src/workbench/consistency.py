"""One number, one value: what a finished product says in words, tables, pictures, HTML and PDF agrees."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.wording import Wording, open_wording

PAGES = ("report.html", "fragment.html", "fragment.md")
FACTS = "facts"  # the table of everything that sentences may name
_ENTITIES = ("topic_id", "week", "actor", "community")  # columns by which tables speak of the same thing
_APART = {"row", "label", "topic"}  # told apart elsewhere, or words in the language of the report
_TOKEN = re.compile(r"(?<![\w-])[+−-]?\d+(?:[.,\u202f\u00a0]\d+)*(?![\w-])")
_CODE = re.compile(r"\b[A-Z]-\d+\b|\b\d{4}-W\d\d\b|\b\d{4}Q[1-4]\b|\b\d{1,2}/\d\d\b")
_STROKE = re.compile(rb"(?:-?[\d.]+ +){2,6}(?:[mlcvy]|re)\s+")
_TOLERANCE = 1e-9


def find_contradictions(sections: Sequence[Mapping[str, Any]], folder: Path, *, language: str) -> list[str]:
    """Find numbers of a finished product that contradict each other.

    Parameters
    ----------
    sections
        The blocks' JSON of the executed notebook, in order.
    folder
        Of the product: `tables/*.csv`, `report.pdf` and those of `PAGES` that it has.
    language
        Of the product.

    Returns
    -------
    faults
        One sentence each, naming the two places: a number in words that no table of its finding holds, one concept
        with two values, one key with two tables, a cell hidden in one table and shown in another or with another
        value, an empty figure or table, and a number of a block that HTML or PDF do not show.
    """
    blocks = [block for section in sections for block in section["blocks"]]
    tables = {path.stem: pd.read_csv(path) for path in sorted((folder / "tables").glob("*.csv"))}
    wording = open_wording(language)
    return [*_empty_faults(blocks), *_key_faults(blocks), *_concept_faults(tables.get(FACTS)),
            *_cell_faults({k: t for k, t in tables.items() if k != FACTS}), *_word_faults(blocks, tables, wording),
            *_shown_faults(blocks, folder)]


def _empty_faults(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for number, block in enumerate(blocks, start=1):
        content = block["content"]
        if block["kind"] == "table" and not content["rows"]:
            yield f"block {number}, the table {content['key']}, has no rows"
        if block["kind"] == "figure" and _read(content["csv"]).empty:
            yield f"block {number}, the figure {content['key']}, is drawn from no rows"


def _key_faults(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    seen: dict[str, tuple[int, str]] = {}
    for number, block in enumerate(blocks, start=1):
        key, csv = block["content"].get("key"), block["content"].get("csv")
        if key and csv is not None:
            first, other = seen.setdefault(key, (number, csv))
            if csv != other:
                yield f"block {first} and block {number} have different numbers under the one name {key}"


def _concept_faults(facts: pd.DataFrame | None) -> Iterator[str]:
    if facts is None:
        return
    for concept, rows in facts.dropna(subset=["concept"]).groupby(["concept", "period"]):
        values = rows.drop_duplicates("value")
        if len(values) > 1:
            told = " and ".join(f"{v} in {k}" for k, v in zip(values["finding"], values["value"], strict=True))
            yield f"the facts have two values of {concept[0]}: {told}"


def _cell_faults(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Compare every two tables that speak of the same topics, weeks, arenas or groups."""
    for (one, first), (two, second) in combinations(tables.items(), 2):
        by = [c for c in _ENTITIES if c in first and c in second]
        if not by or any(c in t for t in (first, second) for c in _ENTITIES if c not in by):
            continue
        first_rows, second_rows = (t.dropna(subset=by) for t in (first, second))
        if first_rows.duplicated(by).any() or second_rows.duplicated(by).any():
            continue
        joined = first_rows.merge(second_rows, on=by, suffixes=("", "__two"))
        for column in (str(c).removesuffix("__two") for c in joined if str(c).endswith("__two")):
            if column not in _APART and (wrong := _different(joined[column], joined[f"{column}__two"])).any():
                at = joined.loc[wrong, by].iloc[0]
                place = ", ".join(f"{c} {v}" for c, v in at.items())
                yield (f"{one}.csv and {two}.csv tell {column} of {place} differently, or one hides what the other "
                       f"shows ({int(wrong.sum())} rows)")


def _different(one: pd.Series, two: pd.Series) -> pd.Series:
    both = one.notna() & two.notna()
    if pd.api.types.is_numeric_dtype(one) and pd.api.types.is_numeric_dtype(two):
        unlike = pd.Series(~np.isclose(one.astype(float), two.astype(float), rtol=0, atol=_TOLERANCE), index=one.index)
    else:
        unlike = one.astype(str) != two.astype(str)
    return (both & unlike) | (one.notna() != two.notna())


def _word_faults(blocks: Sequence[Mapping[str, Any]], tables: Mapping[str, pd.DataFrame],
                 wording: Wording) -> Iterator[str]:
    """Look for every number of a sentence, tile, title and caption in the table and facts of its finding."""
    facts = tables.get(FACTS, pd.DataFrame(columns=["finding", "period", "fact", "value"]))
    known: dict[str, set[str]] = {}
    for number, block in enumerate(blocks, start=1):
        for key, place, text in _said(block):
            if key not in known:
                own = facts[facts["finding"].eq(key)]
                known[key] = _written([own["value"], own["period"]], tables.get(key), wording)
                # a window of 60 seconds is written as 1 minute
                known[key] |= {form for seconds in own.loc[own["fact"].eq("seconds"), "value"]
                               for form in _tokens(wording.within(float(seconds)))}
            lost = [token for token in _tokens(text) if token not in known[key]]
            if lost:
                yield f"block {number} ({place}) says {', '.join(lost)}, which {key}.csv and facts.csv do not hold"


def _said(block: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the finding, the place and the words of what a block says about a finding."""
    content, kind = block["content"], block["kind"]
    if kind in ("numbers", "summary"):
        for tile in content["tiles"]:
            yield tile["key"], "tile", f"{tile['value']} {tile['note']}"
        for item in content.get("items", []):
            yield item["key"], "summary", item["sentence"]
    elif kind == "finding":
        yield content["key"], "finding", " ".join([content["sentence"], *content["facts"]])
    elif kind == "alert":
        yield content["key"], "spread", content["spread"]
    elif kind == "figure":
        yield content["finding"], "title of the figure", content["title"]
    elif kind == "recommendations":
        for entry in (e for group in content["groups"] for e in group["entries"]):
            yield entry["key"], "recommendation", entry["basis"]


def _written(facts: Sequence[pd.Series], table: pd.DataFrame | None, wording: Wording) -> set[str]:
    """Return every form in which the language may write the values of a finding."""
    columns = [*facts, *([] if table is None else [table[c] for c in table])]
    numbers = pd.concat([pd.to_numeric(c, errors="coerce") for c in columns]).dropna().unique()
    forms = {form for value in numbers for form in _forms(float(value), wording)}
    words = {str(v) for c in columns for v in c.dropna().unique()}
    # the digits of a week, a period or a name are no number of the finding
    digits = {form for text in words for token in re.findall(r"\d+", text) for form in (token, token.lstrip("0"))}
    return forms | digits | {"95", *_tokens(wording.number(0.001, 3))}


def _forms(value: float, wording: Wording) -> Iterator[str]:
    for text in (*(wording.number(value, decimals) for decimals in (0, 1, 2, 3)), wording.share(value),
                 wording.points(value)):
        yield from _tokens(text)


def _tokens(text: str) -> list[str]:
    return [token.replace("\u2212", "-") for token in _TOKEN.findall(_CODE.sub(" ", text))]


def _shown_faults(blocks: Sequence[Mapping[str, Any]], folder: Path) -> Iterator[str]:
    """Look for the words of every sentence, tile and table in the page, and for their numbers in the PDF."""
    paper = folder / "report.pdf"
    pages = {path.name: _words_of_page(path) for name in PAGES if (path := folder / name).is_file()}
    numbers = set(re.findall(r"\d+", _text_of_pdf(paper))) if paper.is_file() else None
    for number, block in enumerate(blocks, start=1):
        for text in _visible(block):
            yield from (f"block {number} ({block['kind']}) and {page} differ: a text of the block is not in the page"
                        for page, words in pages.items() if _squeeze(text) not in words)
            if numbers is not None and set(re.findall(r"\d+", text)) - numbers:
                yield f"block {number} ({block['kind']}) and report.pdf differ: a number of the block is on no page"


def _visible(block: Mapping[str, Any]) -> Iterator[str]:
    content = block["content"]
    for _, place, text in _said(block):
        if place in ("summary", "title of the figure", "spread"):
            yield text
    if block["kind"] == "finding":
        yield content["sentence"]
    if block["kind"] in ("numbers", "summary"):
        yield from (tile["value"] for tile in content["tiles"])
    if block["kind"] == "table":
        yield from (cell for row in content["rows"] for cell in row if cell)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _words_of_page(path: Path) -> str:
    page = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return _squeeze(page.replace("\\", ""))  # before signs that Markdown would obey
    reader = _Words()
    reader.feed(page)
    return _squeeze(" ".join(reader.parts))


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _text_of_pdf(path: Path) -> str:
    """Return the text of a PDF; strokes are left out first, since pypdf would read every point of a map."""
    from pypdf import PdfReader
    from pypdf.generic import DecodedStreamObject, NameObject

    said = []
    for page in PdfReader(path).pages:
        drawn = page.get_contents()
        if drawn is not None:
            plain = DecodedStreamObject()
            plain.set_data(_STROKE.sub(b"", drawn.get_data()))
            page[NameObject("/Contents")] = plain
        said.append(page.extract_text())
    return " ".join(said)


def _read(csv: str) -> pd.DataFrame:
    try:
        return pd.read_csv(io.StringIO(csv))
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
