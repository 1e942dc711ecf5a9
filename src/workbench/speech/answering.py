"""What coders answered, written down at once: one file a coder, one line an answer, the last one counts."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import InputError, TableError
from workbench.files import make_private, slug, sync
from workbench.speech.storing import coding_folder, hold_coding, load_samples
from workbench.tables.codebook import Codebook
from workbench.tables.speech import CODE_COLUMNS

FIRST_CODER, ADJUDICATOR = "coder 1", "adjudicator"
CODES = "codes"
_LAST_BYTES = 2**16  # longer than any answer
LONGEST_PAUSE = 600.0  # seconds: who answers later was away
_ROLE = re.compile(r"coder [1-9]\d?|adjudicator")
UNCODED_COLUMNS = ("post_id", "sample", "purpose", "position", "is_double")


def code_post(folder: Path, *, period: str, coder: str, post_id: str, values: Mapping[str, bool | None],
              codebook: Codebook, seconds: float | None = None, note: str = "") -> None:
    """Write down what a coder says of a post; it is on the disk when this returns.

    An answer changes earlier ones of the same coder to the same codes of the post, and nothing else: an earlier line
    is never touched.

    Parameters
    ----------
    folder
        Of the study.
    coder
        A role: ``coder 1``, ``coder 2``, ..., or ``adjudicator``.
    values
        By code: True, False, or None for don't know. Codes that were not asked are left out.
    codebook
        By which was coded: its version and digest stand in every line.
    seconds
        On this post, from seeing it to the answer.
    note
        Of the coder, for those who code; never published.

    Raises
    ------
    TableError
        If the coder is no role, a code is not in the codebook, a value is neither yes, no nor don't know, or the
        codebook has changed under the version that codes of this coder name.
    """
    check_coder(coder)
    if unknown := sorted(set(values) - set(codebook.codes)):
        raise TableError(f"{', '.join(unknown)}: not in version {codebook.version} of the codebook, so nobody can "
                         "answer it. Code by the codebook of the study.")
    if wrong := sorted(code for code, value in values.items() if not (value is None or isinstance(value, bool))):
        raise TableError(f"{', '.join(wrong)}: an answer is True, False, or None for don't know.")
    answer = {"post_id": post_id, "values": dict(values), "coder": coder,
              "coded_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
              "seconds": None if seconds is None else round(float(seconds), 1), "note": note,
              "version": codebook.version, "digest": codebook.digest}
    path = make_private(coding_folder(folder, period) / CODES) / f"{slug(coder)}.jsonl"
    with hold_coding(folder):
        _check_digest(path, codebook)
        _append(path, json.dumps(answer, ensure_ascii=False))


def load_codes(folder: Path, period: str) -> pd.DataFrame:
    """Load everything coders said of the posts of a period; of answers to the same code of a post the last one.

    Returns
    -------
    codes
        Columns `CODE_COLUMNS`, by coder in the order in which posts were answered first; empty where nobody coded.

    Raises
    ------
    InputError
        If a line is an answer of another workbench than this one. A line that a power cut tore is none.
    """
    said: dict[tuple[str, str, str], tuple[Any, ...]] = {}
    for path, number, answer in read_lines(folder, period):
        try:
            about = (str(answer["coder"]), pd.Timestamp(answer["coded_at"]), answer["seconds"], str(answer["version"]))
            for code, value in answer["values"].items():
                said[about[0], str(answer["post_id"]), str(code)] = (value, *about)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise InputError(f"{path}, line {number}: is no answer of a coder. Restore the file from a backup of the "
                             "study, or take the line out.") from error
    rows = [(post, code, *rest) for (_, post, code), rest in said.items()]
    table = pd.DataFrame(rows, columns=list(CODE_COLUMNS))
    return table.assign(coded_at=pd.to_datetime(table["coded_at"], utc=True)).astype(CODE_COLUMNS)


def load_notes(folder: Path, period: str) -> pd.DataFrame:
    """Load the notes coders wrote, for those who code: one row per post and coder, the last note of each.

    Returns
    -------
    notes
        Columns `post_id`, `coder` and `note`.
    """
    said = {(str(a["post_id"]), str(a["coder"])): str(a.get("note") or "") for _, _, a in read_lines(folder, period)}
    rows = [(*key, note) for key, note in said.items() if note]
    return pd.DataFrame(rows, columns=["post_id", "coder", "note"], dtype="string")


def read_lines(folder: Path, period: str) -> Iterator[tuple[Path, int, dict[str, Any]]]:
    """Give every answer of a period as it was written: file, line and answer; torn lines are passed over."""
    for path in sorted((coding_folder(folder, period) / CODES).glob("*.jsonl")):
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            answer = _read_answer(line)
            if answer is not None:
                yield path, number, answer


def check_digests(folder: Path, period: str, codebook: Codebook) -> None:
    """Refuse codes that name the codebook's version, but were made by another text of it.

    Raises
    ------
    TableError
        The message names file, line and version.
    """
    for path, number, answer in read_lines(folder, period):
        _check_line(path, number, answer, codebook)


def list_uncoded(folder: Path, period: str, *, coder: str, purpose: str = "") -> pd.DataFrame:
    """List the posts of the samples that a coder has yet to code, in the order in which to code them.

    The first coder codes every post, all others those that two are to code. Nothing in it tells what another coder
    or the model said.

    Parameters
    ----------
    purpose
        ``share`` or ``learning``; empty: both, the sample for shares first.

    Returns
    -------
    posts
        Columns `post_id`, `sample`, `purpose`, `position` and `is_double`.
    """
    check_coder(coder)
    done = {str(a["post_id"]) for _, _, a in read_lines(folder, period) if a.get("coder") == coder}
    asked = asked_of(load_samples(folder, period), coder)
    asked = asked[~asked["post_id"].isin(done)]
    if purpose:
        asked = asked[asked["purpose"].eq(purpose)]
    return asked.reset_index(drop=True)


def asked_of(sample: pd.DataFrame, coder: str) -> pd.DataFrame:
    """Return the posts of a sample that a coder is to code, in order, each once; see `list_uncoded`."""
    if coder != FIRST_CODER:
        sample = sample[sample["is_double"].fillna(False)]
    ordered = sample.sort_values(["purpose", "position"], ascending=[False, True])  # share before learning
    return ordered.drop_duplicates("post_id")[list(UNCODED_COLUMNS)].reset_index(drop=True)


def measure_progress(folder: Path, period: str) -> pd.DataFrame:
    """Measure how far coders are.

    Returns
    -------
    progress
        One row a coder, the first two always: `coder`, `asked` posts, `coded` of them, `left`, and `seconds` a post
        (median, pauses of more than ten minutes left out; missing where not measured).
    """
    sample = load_samples(folder, period)
    answers = pd.DataFrame([(a.get("coder"), str(a["post_id"]), a.get("seconds"))
                            for _, _, a in read_lines(folder, period)], columns=["coder", "post_id", "seconds"])
    answers["seconds"] = pd.to_numeric(answers["seconds"]).astype("Float64")
    coders = sorted({FIRST_CODER, "coder 2", *answers["coder"]} - {ADJUDICATOR})
    rows = []
    for coder in coders:
        own = answers[answers["coder"].eq(coder)]
        asked = asked_of(sample, coder)["post_id"]
        coded = int(asked.isin(own["post_id"]).sum())
        worked = own.loc[own["seconds"].le(LONGEST_PAUSE).fillna(False), "seconds"]
        rows.append((coder, len(asked), coded, len(asked) - coded, worked.median() if len(worked) else pd.NA))
    return pd.DataFrame(rows, columns=["coder", "asked", "coded", "left", "seconds"]).astype(
        {"coder": "string", "asked": "Int64", "coded": "Int64", "left": "Int64", "seconds": "Float64"})


def check_coder(coder: str) -> None:
    """Refuse coders that are no role: a name of a person stands nowhere in a study.

    Raises
    ------
    TableError
        The message does not repeat what was given.
    """
    if not _ROLE.fullmatch(coder):
        raise TableError("A coder is named by a role: \"coder 1\", \"coder 2\" and so on, or \"adjudicator\". Names of "
                         "persons do not belong into a study.")


def _check_digest(path: Path, codebook: Codebook) -> None:
    """Check the last answer of a file alone: those before it were checked when it was written."""
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LAST_BYTES))
        for line in reversed(file.read().split(b"\n")):
            if answer := _read_answer(line):
                _check_line(path, None, answer, codebook)
                return


def _check_line(path: Path, number: int | None, answer: Mapping[str, Any], codebook: Codebook) -> None:
    if answer.get("version") == codebook.version and answer.get("digest") != codebook.digest:
        where = f"{path}, line {number}" if number else str(path)
        raise TableError(f"{where}: coded by another text of version {codebook.version} of the codebook. What was "
                         "asked has changed since: give the changed codebook a new version, or take back the change.")


def _read_answer(line: bytes) -> dict[str, Any] | None:
    """Return what a line says; None where it is empty, or a power cut left a piece of it only."""
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and isinstance(answer.get("values"), dict) else None


def _append(path: Path, line: str) -> None:
    """Write a line at the end of a file and wait until it is on the disk."""
    is_new = not path.exists()
    with path.open("a+b") as file:
        if is_new:
            path.chmod(0o600)
        is_torn = False  # the power went in the middle of a line
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            is_torn = file.read(1) != b"\n"
        file.write((("\n" if is_torn else "") + line + "\n").encode())
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        sync(path.parent)
