"""Read what people decided about the words of a period: its own review file and those before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import CardError, InputError, TableError
from workbench.reviewing.answers import (
    DESCRIPTIONS,
    NOTE,
    SECTIONS,
    Answers,
    day_of,
    decision_of,
    find_faults,
    parse_answers,
    read_answers,
    text_of,
)
from workbench.reviewing.proposals import read_candidates, read_proposals, registered_topics
from workbench.reviewing.report_file import ENDING, read_editorial
from workbench.reviewing.themes import read_themes, theme_faults
from workbench.settings import LANGUAGES
from workbench.tables.periods import period_bounds
from workbench.tables.review import REVIEW_COLUMNS, Review

REVIEWS = "reviews"


def review_path(folder: Path, period: str) -> Path:
    """Return where the review file of a period lies in a study's folder.

    Raises
    ------
    TableError
        If it is no period, see `tables.periods`.
    """
    period_bounds(period)
    return folder / REVIEWS / f"{period}.toml"


def read_review(folder: Path, period: str, *, language: str, languages: Sequence[str] | None = None) -> Review:
    """Read the decisions that people made for a period and the periods before it.

    Words and domains stay decided. A topic's decision goes by its id; whether the topic is still the one that
    was decided about is told by the register (`topics.register_topics`), and `topics.apply_review` tells what does not
    fit it any more. Where two files decide about the same, the later period goes first; what a file leaves open takes
    nothing back. Themes that people look for are looked for in later periods too, until a file leaves them without
    words and posts. What an editor wrote for the report (``<period>.report.toml``) holds for its own period alone.

    Parameters
    ----------
    folder
        Of the study; the files lie in its ``reviews``.
    period
        Such as 2025Q3. Periods that end later are not read.
    language
        Of `text` and `description`. What nobody wrote in it stands in the first of `languages` in which somebody did,
        or in any; column `spoken` tells.
    languages
        In which a name must be given, if it is given at all; None: `language` alone.

    Raises
    ------
    CardError
        If a file has faults: all of all files at once, with file, line and table, never with a word of the corpus.
    InputError
        If a language is none of those that reports are made in.
    TableError
        If the candidates cannot be read, or `period` is none.
    """
    languages = languages or (language,)
    if not {language, *languages} <= set(LANGUAGES):
        raise InputError(f"A review is read in {' or '.join(LANGUAGES)}, not in {language!r} of {list(languages)}.")
    files = [read_answers(path, path.stem) for path in _files_until(folder, period)]
    faults = _collect_faults(folder, files, languages)
    editorial, more = read_editorial(folder, period, language=language, languages=languages)
    faults += more
    if faults:
        raise CardError(f"{folder / REVIEWS}: {len(faults)} to correct. Nothing was changed.\n  " + "\n  ".join(faults))
    speaks = tuple(dict.fromkeys((language, *languages, *LANGUAGES)))
    rows = [row for file in files for row in _rows(file, speaks)]
    table = pd.DataFrame(rows, columns=list(REVIEW_COLUMNS)).astype(REVIEW_COLUMNS)
    # the last decision of each, and of what nobody decided the last question
    order = table["decision"].notna().sort_values(kind="stable").index
    table = table.loc[order].drop_duplicates(["kind", "key"], keep="last").sort_index()
    return Review(period, language, _follow(table).reset_index(drop=True), read_themes(files), editorial=editorial)


def check_answers(folder: Path, period: str, text: str, *, languages: Sequence[str]) -> list[str]:
    """Return every fault that the review files would have with this text as the one of the period.

    Raises
    ------
    CardError
        If a file cannot be read, or the text is not TOML.
    """
    own = review_path(folder, period)
    files = [read_answers(path, path.stem) for path in _files_until(folder, period) if path != own]
    said = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return _collect_faults(folder, [*files, parse_answers(own, period, said)], languages)


def _collect_faults(folder: Path, files: list[Answers], languages: Sequence[str]) -> list[str]:
    faults = [fault for file in files for fault in find_faults(file, languages=languages)]
    registered = registered_topics(folder) if files else set()
    faults += [fault for file in files for fault in _unknown(folder, file, registered)]
    return [*faults, *theme_faults(files, languages=languages), *_merge_faults(files)]


def _files_until(folder: Path, period: str) -> list[Path]:
    """Return the files of all periods that end no later, the own one last, each before those that end after it."""
    end = period_bounds(period)[1]
    found = {}
    for path in sorted((folder / REVIEWS).glob("*.toml")):
        if path.name.endswith(ENDING):
            continue
        try:
            found[path] = period_bounds(path.stem)
        except TableError as error:
            raise CardError(f"{path}: not called after a period. Name it so, or move it out of the folder. {error}"
                            ) from None
    until = [path for path, (_, last) in found.items() if last <= end]
    return sorted(until, key=lambda path: (path.stem == period, found[path][1], found[path][0], path.stem))


def _unknown(folder: Path, file: Answers, registered: set[str]) -> list[str]:
    """Return the faults of answers to what nobody asked; only where it is known what was asked."""
    proposals = read_proposals(folder, file.period)
    if proposals is None:
        return []
    candidates = read_candidates(folder, file.period)
    every = proposals if candidates is None else pd.concat([proposals, candidates])
    known = {kind: set(every.loc[every["kind"].eq(kind), "key"].dropna()) for kind in SECTIONS.values()}
    known["topic"] |= registered
    faults = []
    for section, kind in SECTIONS.items():
        for key, entry in file.sound(section).items():
            if key not in known[kind]:
                faults.append(file.fault(section, key, f"nobody proposed this {kind}: correct it as `workbench review "
                                                       f"{file.period}` proposes it, or delete it"))
            elif (into := text_of(entry, "into")) and into not in known["topic"]:
                faults.append(file.fault(section, key, "into names a topic that does not exist"))
    topics = every[every["kind"].eq("topic")]
    for key, entry in file.sound("topics").items():
        proposed = {word for words in topics.loc[topics["key"].eq(key), "words"] for word in words}
        if proposed and any(word not in proposed for word in entry.get("words", [])):
            faults.append(file.fault("topics", key, "words holds one that nobody proposed: words can be deleted, not "
                                                    "added; a name goes into the field of its language, such as da"))
    return faults


def _merge_faults(files: list[Answers]) -> list[str]:
    """Return the faults of merges, by what holds over all files."""
    decided: dict[str, tuple[Answers, dict[str, Any]]] = {}
    for file in files:
        decided |= {key: (file, entry) for key, entry in file.sound("topics").items() if decision_of(entry)}
    faults = []
    for key, (file, entry) in decided.items():
        if text_of(entry, "into") == key:
            continue  # told already
        seen, at = {key}, key
        while at in decided and decision_of(decided[at][1]) == "merge":
            at = text_of(decided[at][1], "into")
            if at in seen:
                faults.append(file.fault("topics", key, "merges that go round in a circle: let one of the topics stay"))
                break
            seen.add(at)
        else:
            if decision_of(entry) == "merge" and at in decided and decision_of(decided[at][1]) == "hide":
                faults.append(file.fault("topics", key, f"merged into {at}, which is hidden: hide this one too, or let "
                                                        f"{at} stay"))
    return faults


def _rows(file: Answers, languages: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of a file, each text in the first of the languages in which it was written."""
    signed = {"reviewer": text_of(file.given, "reviewer") or pd.NA, "date": day_of(file) or pd.NA,
              "period": file.period}
    rows = []
    for section, kind in SECTIONS.items():
        for key, entry in file.sound(section).items():
            decision, spoken = decision_of(entry), _spoken(entry, languages)
            text, description = text_of(entry, spoken or ""), _spoken(entry, languages, DESCRIPTIONS)
            row: dict[str, Any] = {**signed, "kind": kind, "key": key, "decision": decision or pd.NA,
                                   "text": pd.NA, "spoken": pd.NA, "into": pd.NA, "description": pd.NA, "note": pd.NA,
                                   "words": [w for w in entry.get("words", []) if w.strip()]}
            if kind == "topic":
                if decision == "approve" and text:
                    row |= {"decision": "rename", "text": text, "spoken": spoken}
                row["into"] = text_of(entry, "into") or pd.NA if decision == "merge" else pd.NA
                if decision == "approve":
                    row["description"] = text_of(entry, DESCRIPTIONS[description]) if description else pd.NA
                    row["spoken"] = spoken or description or pd.NA
                row["note"] = text_of(entry, NOTE) or pd.NA
            elif kind == "word":
                row |= {"description": text or pd.NA, "spoken": spoken or pd.NA}
            rows.append(row)
    return rows


def _spoken(entry: dict[str, Any], languages: Sequence[str], fields: Mapping[str, str] | None = None) -> str | None:
    """Return the first language in which a text was written; None where there is none."""
    return next((code for code in languages if text_of(entry, fields[code] if fields else code)), None)


def _follow(table: pd.DataFrame) -> pd.DataFrame:
    """Let a merge name the topic at the end of its chain."""
    merged = table[table["kind"].eq("topic") & table["decision"].eq("merge").fillna(False)]
    into = dict(zip(merged["key"], merged["into"], strict=True))

    def end(key: Any) -> Any:
        while key in into:
            key = into[key]
        return key

    return table.assign(into=table["into"].map(end, na_action="ignore").astype("string"))
