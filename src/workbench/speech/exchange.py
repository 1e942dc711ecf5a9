"""Posts to be coded in other programs, and the answers that come back: CSV, Label Studio and doccano."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import InputError, TableError
from workbench.files import make_private, slug, write_atomically
from workbench.speech.answering import ADJUDICATOR, Answer, list_uncoded
from workbench.speech.settling import list_disputed, order_codes
from workbench.tables.codebook import Code, Codebook
from workbench.tables.posts import Corpus

PROGRAMS = ("csv", "label-studio", "doccano")
HANDED_OUT = Path("data", "processed", "coding")  # forget and purge delete it whole
NOTICE = "holds posts: delete this file after use"
NONE = "none"  # a label that says: read, and none of the others applies
UNKNOWN = "?"
_YES, _NO = {"1", "x", "yes", "y", "ja", "j", "true"}, {"0", "no", "n", "nej", "nei", "false"}
_TEXT_COLUMN = f"text ({NOTICE})"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_KEY = re.compile(r"[a-z0-9_.]{1,40}")


@dataclass(frozen=True)
class Received:
    """What a file of answers held.

    Attributes
    ----------
    answers
        Of the posts that can be used.
    faults
        What could not, each with file and row; never text of a post.
    empty
        Posts that nobody coded yet.
    """

    answers: list[Answer] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    empty: int = 0


def write_tasks(folder: Path, corpus: Corpus, *, period: str, codebook: Codebook, coder: str, program: str,
                language: str = "en") -> list[Path]:
    """Write the posts that a coder has yet to code, for another program; texts are redacted as they are in the corpus.

    Nothing in it tells what another coder or the model said. The files hold posts: they are kept to their owner, say
    that they are to be deleted after use, and go whole when anything is forgotten or purged.

    Parameters
    ----------
    coder
        A role; the adjudicator gets the posts on which coders differ.
    program
        One of `PROGRAMS`. Label Studio also gets the labels to set it up with (XML), doccano its list of labels.
    language
        Of names and definitions of codes.

    Returns
    -------
    paths
        The file of posts first.

    Raises
    ------
    TableError
        If there is no such program, or this coder has nothing left to code.
    """
    if program not in PROGRAMS:
        raise TableError(f"Posts are written for {', '.join(PROGRAMS)}, not for {program}.")
    if coder == ADJUDICATOR:
        asked = list_disputed(folder, period, codebook)["post_id"].drop_duplicates()
    else:
        asked = list_uncoded(folder, period, coder=coder)["post_id"]
    texts = corpus.posts.set_index("post_id")["text"].reindex(asked).dropna()
    if texts.empty:
        raise TableError(f"{period}: there is nothing left to code for {coder}. `workbench speech status {period}` "
                         "says how far coders are.")
    place = make_private(folder / HANDED_OUT)
    stem = f"{period}-{slug(coder)}-{program}-holds-posts"
    written = {"csv": _csv_files, "label-studio": _label_studio_files, "doccano": _doccano_files}[program](
        texts, codebook, language)
    paths = []
    for ending, content in written.items():
        paths.append(place / f"{stem}{ending}")
        write_atomically(paths[-1], content)
    return paths


def read_answers(path: Path, *, posts: pd.Series, codebook: Codebook) -> Received:
    """Read the answers of one coder from a file that another program wrote.

    A post counts as coded when the main code of the codebook has an answer (doccano: when it has any label). What was
    asked and has none is then a no; what stands below a no was not asked. A row with a fault is left out and named,
    the others are read.

    Parameters
    ----------
    path
        Ending in .csv, .json (Label Studio) or .jsonl (doccano).
    posts
        Ids of the posts that were drawn: an answer to another one could stand in no share.

    Raises
    ------
    InputError
        If the file is none of these.
    """
    readers = {".csv": _read_csv, ".json": _read_label_studio, ".jsonl": _read_doccano}
    reader = readers.get(path.suffix.casefold())
    if reader is None:
        raise InputError(f"{path}: answers are read from .csv, .json (Label Studio) and .jsonl (doccano).")
    drawn, seen = set(posts), dict[str, str]()
    answers: list[Answer] = []
    faulty: list[str] = []
    empty = 0
    for where, said in reader(path, codebook):
        post = str(said["post_id"] or "")
        values: dict[str, bool | None] = {}
        faults = list(said["faults"])
        if not faults and post not in drawn:
            faults.append("this post was not drawn, so it can stand in no share" if post else "there is no post_id")
        if not (faults or said["values"]):
            empty += 1
            continue
        if not faults and post in seen:
            faults.append(f"this post stands in {seen[post]} already")
        if not faults:
            values, faults = _complete(said["values"], codebook)
        faulty += [f"{path.name}, {where}: {fault}." for fault in faults]
        if not faults:
            seen[post] = where
            answers.append(Answer(post, values, said.get("seconds"), str(said.get("note") or "")))
    return Received(answers, faulty, empty)


def _complete(said: Mapping[str, bool | None], codebook: Codebook) -> tuple[dict[str, bool | None], list[str]]:
    """Return an answer to everything that was asked, and what contradicts itself."""
    values: dict[str, bool | None] = {}
    faults = []
    if codebook.main not in said:
        faults.append(f"{codebook.main} has no answer, others have")
    for code in order_codes(codebook):
        parent = codebook.codes[code].parent
        if parent and values.get(parent) is not True:
            if said.get(code) is True:
                faults.append(f"{code} is yes, but {parent}, below which it stands, is not")
            continue
        values[code] = said.get(code, False)
    return {code: values[code] for code in codebook.codes if code in values}, faults


def _csv_files(texts: pd.Series, codebook: Codebook, language: str) -> dict[str, str]:
    file = io.StringIO()
    # a semicolon is what Excel splits at in the Nordic countries, and the mark in front tells it of UTF-8
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(["post_id", _TEXT_COLUMN, *codebook.codes, "note"])
    writer.writerow(["", "1 = yes, 0 or empty = no, ? = don't know",
                     *(code.text(language).name for code in codebook.codes.values()), ""])
    for post, text in texts.items():
        safe = f"'{text}" if str(text).lstrip(" ").startswith(_FORMULA) else str(text)
        writer.writerow([post, safe, *[""] * len(codebook.codes), ""])
    return {".csv": "\ufeff" + file.getvalue()}


def _read_csv(path: Path, codebook: Codebook) -> Iterator[tuple[str, dict[str, Any]]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # as Excel saves it unasked
    first = text.split("\n", 1)[0]
    delimiter = next((sign for sign in (";", ",", "\t") if sign in first), ";")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [name.strip() for name in next(rows, [])]
    if "post_id" not in header:
        raise InputError(f"{path}: has no column post_id in its first row. Give the file that `workbench speech "
                         "export` wrote, with the answers filled in.")
    unknown = [name for name in header if name not in codebook.codes and name not in ("post_id", "note", "seconds")
               and not name.startswith("text")]
    if any(unknown):
        yield "row 1", {"post_id": None, "values": {}, "faults": [f"{_key(name)} is no code of the codebook"
                                                                  for name in unknown if name]}
    for number, row in enumerate(_rows(path, rows), 2):
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        if (number == 2 and not cells.get("post_id")) or not any(cells.values()):
            continue  # what codes are called, or nothing
        values, faults = _read_cells({code: cells.get(code, "") for code in codebook.codes})
        seconds = _seconds(cells.get("seconds"))
        yield f"row {number}", {"post_id": cells.get("post_id"), "values": values, "faults": faults,
                                "note": cells.get("note", ""), "seconds": seconds}


def _rows(path: Path, rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise InputError(f"{path}: is no table of answers. Save it as CSV once more and read it again.") from error


def _read_cells(cells: Mapping[str, str]) -> tuple[dict[str, bool | None], list[str]]:
    values: dict[str, bool | None] = {}
    faults = []
    for code, cell in cells.items():
        word = cell.casefold().removesuffix(".0")
        if word == UNKNOWN:
            values[code] = None
        elif word in _YES | _NO:
            values[code] = word in _YES
        elif word:
            faults.append(f"{code} is neither 1, 0 nor ?")
    return values, faults


def _label_studio_files(texts: pd.Series, codebook: Codebook, language: str) -> dict[str, str]:
    tasks = [{"data": {"post_id": post, "text": text, "notice": NOTICE}} for post, text in texts.items()]
    return {".json": json.dumps(tasks, ensure_ascii=False, indent=1) + "\n",
            ".xml": _label_studio_setup(codebook, language)}


def _label_studio_setup(codebook: Codebook, language: str) -> str:
    """Return the labelling setup: one question a code that stands alone, one list of boxes for those of a family."""
    from xml.etree import ElementTree as Xml

    view = Xml.Element("View")
    Xml.SubElement(view, "Header", value=f"This project {NOTICE.replace('this file', 'it')}")
    Xml.SubElement(view, "Text", name="text", value="$text")
    for name, codes in _questions(codebook).items():
        shown = {"visibleWhen": "choice-selected", "whenTagName": codes[0].parent, "whenChoiceValue": "yes"} if (
            codes[0].parent) else {}
        part = Xml.SubElement(view, "View", shown)
        Xml.SubElement(part, "Header", value=codes[0].text(language).name if name == codes[0].key else name, size="5")
        if name == codes[0].key:
            asked = Xml.SubElement(part, "Choices", name=name, toName="text", choice="single-radio", required="true")
            for value in ("yes", "no", UNKNOWN):
                Xml.SubElement(asked, "Choice", value=value, hint=codes[0].text(language).definition)
            continue
        asked = Xml.SubElement(part, "Choices", name=name, toName="text", choice="multiple")
        for code in codes:
            Xml.SubElement(asked, "Choice", value=code.text(language).name, alias=code.key,
                           hint=code.text(language).definition)
    Xml.SubElement(view, "TextArea", name="note", toName="text", maxSubmissions="1")
    Xml.indent(view)
    return Xml.tostring(view, encoding="unicode") + "\n"


def _questions(codebook: Codebook) -> dict[str, list[Code]]:
    """Return the codes by question: one that others stand below, or that is alone, by itself; others by family."""
    above = {code.parent for code in codebook.codes.values()}
    asked: dict[str, list[Code]] = {}
    for code in codebook.codes.values():
        name = code.key if code.key in above or "." not in code.key else f"{code.family} of {code.parent or 'any'}"
        asked.setdefault(name, []).append(code)
    return asked


def _read_label_studio(path: Path, codebook: Codebook) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        tasks = None
    if not isinstance(tasks, list):
        raise InputError(f"{path}: is no export of Label Studio. Export the project as JSON (not JSON-MIN).")
    for number, task in enumerate(tasks, 1):
        data = task.get("data") if isinstance(task, dict) else None
        said: dict[str, Any] = {"post_id": (data or {}).get("post_id") if isinstance(data, dict) else None,
                                "values": {}, "faults": []}
        given = [a for a in (task.get("annotations") or [] if isinstance(task, dict) else [])
                 if isinstance(a, dict) and not a.get("was_cancelled")]
        if len(given) > 1:
            said["faults"].append(f"has {len(given)} annotations: export and import those of each coder by themselves")
        elif given:
            labels, said["note"] = _label_studio_labels(given[0].get("result"))
            said["values"], said["faults"] = _read_labels(labels, codebook)
            said["seconds"] = _seconds(given[0].get("lead_time"))
        yield f"task {number}", said


def _label_studio_labels(result: Any) -> tuple[list[str], str]:
    """Return the labels of an annotation, a question's answer as `key`, `key=no` or `key?`, and its note."""
    labels, note = [], ""
    for part in result if isinstance(result, list) else []:
        name, value = str(part.get("from_name")), part.get("value") or {}
        if name == "note":
            note = " ".join(map(str, value.get("text") or []))
        for choice in map(str, value.get("choices") or []):
            labels.append({"yes": name, "no": f"{name}=no", UNKNOWN: f"{name}{UNKNOWN}"}.get(choice, choice))
    return labels, note


def _doccano_files(texts: pd.Series, codebook: Codebook, language: str) -> dict[str, str]:
    lines = [json.dumps({"text": text, "label": [], "post_id": post, "notice": NOTICE}, ensure_ascii=False)
             for post, text in texts.items()]
    alone = [name for name, codes in _questions(codebook).items() if name == codes[0].key]
    labels = [NONE, *codebook.codes, *(f"{key}{UNKNOWN}" for key in alone)]
    return {".jsonl": "".join(line + "\n" for line in lines),
            "-labels.json": json.dumps([{"text": label} for label in labels], ensure_ascii=False, indent=1) + "\n"}


def _read_doccano(path: Path, codebook: Codebook) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(path.read_bytes().decode("utf-8-sig", "replace").split("\n"), 1):
        if not line.strip():
            continue
        said: dict[str, Any] = {"post_id": None, "values": {}, "faults": []}
        try:
            row = json.loads(line)
            labels = [str(label) for label in row.get("label") or row.get("labels") or []]
            said["post_id"] = row.get("post_id") or (row.get("meta") or {}).get("post_id")
            said["note"] = " ".join(map(str, row.get("Comments") or row.get("comments") or []))
            if labels:
                said["values"], said["faults"] = _read_labels(labels, codebook)
                said["values"] = {codebook.main: False} | said["values"]
        except (ValueError, AttributeError, TypeError):
            said["faults"].append("cannot be read as JSON with text, label and post_id")
        yield f"line {number}", said


def _read_labels(labels: list[str], codebook: Codebook) -> tuple[dict[str, bool | None], list[str]]:
    """Return answers by labels `key`, `key=no` and `key?`."""
    values: dict[str, bool | None] = {}
    faults = []
    for label in labels:
        key, value = (label.removesuffix(UNKNOWN), None) if label.endswith(UNKNOWN) else (
            label.removesuffix("=no"), not label.endswith("=no"))
        if key in codebook.codes:
            if key in values:
                faults.append(f"{key} is answered twice")
            values[key] = value
        elif label != NONE:
            faults.append(f"{_key(label)} is no code of the codebook")
    return values, faults


def _key(name: str) -> str:
    """Return a name as it may stand in a message: what does not look like a code could be text of a post."""
    return name if _KEY.fullmatch(name) else "a label"


def _seconds(value: Any) -> float | None:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return None
    return seconds if 0 <= seconds < 86_400 else None
