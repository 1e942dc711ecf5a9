"""Tells whether a report in its place is what the same order would give again, from a sealed note of how it was made.

The note holds digests of all that goes into a report and of all that came out. It is sealed with a secret that lies
beside it for the owner alone: what another wrote, or changed, is no note, and the report is made again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.alerting import list_alerts
from workbench.files import START_PAGE, make_private, write_atomically
from workbench.orders import Order
from workbench.publishing import PASSING, PROCESSED, digest_files
from workbench.settings import CARD_FILE
from workbench.staging import CORPUS_MANIFEST, FINDINGS, STATE
from workbench.versions import digest_code

NOTES = PROCESSED / "made"  # goes with what else was made of the corpus
SECRET = ".secret"
_ELSEWHERE = ("data", "reports", START_PAGE)


@dataclass(frozen=True)
class Made:
    """How a report came to its place.

    Attributes
    ----------
    asked
        Digest of the order, the notebook, all code, and all files of the study that a report may rest on.
    state
        Of ledger and topic register, as the report left them.
    report
        SHA-256 of its files, by name.
    pages, is_draft
        Of the report.
    on
        Day and minute, in UTC.
    """

    asked: str
    state: str
    report: dict[str, str]
    pages: int
    is_draft: bool
    on: str


def digest_order(order: Order) -> str:
    """Return a SHA-256 of everything that goes into a report but ledger and register, which a report changes."""
    study = order.study.folder
    said = [order.product.name, order.period, order.language, sorted(order.parameters.items()), digest_code(),
            [digest_files(path) for path in (order.product.path, order.product.notebook)],
            {path.relative_to(study).as_posix(): digest_files(path)[""] for path in _study_files(study)},
            digest_files(study / CORPUS_MANIFEST.parent),
            list_alerts(study)["state"].tolist()]  # which change as time goes by
    return hashlib.sha256(json.dumps(said, default=repr).encode()).hexdigest()


def note_made(order: Order, asked: str, *, pages: int, is_draft: bool) -> None:
    """Note how the report that was just put in its place was made; call it within the lock."""
    study = order.study.folder
    made = Made(asked, _digest_state(study), digest_files(order.folder(is_draft=is_draft)), pages, is_draft,
                datetime.now(UTC).isoformat(timespec="minutes"))
    folder = make_private(study / NOTES)
    if not (folder / SECRET).is_file():
        write_atomically(folder / SECRET, secrets.token_bytes(32))
    told = asdict(made)
    write_atomically(_note(order), json.dumps({"made": told, "seal": _seal(folder, order, told)}))


def find_unchanged(order: Order) -> Made | None:
    """Return how the report in its place was made, if the same order would give it again; else None."""
    study = order.study.folder
    try:
        said = json.loads(_note(order).read_text(encoding="utf-8"))
        is_own = hmac.compare_digest(said["seal"], _seal(study / NOTES, order, said["made"]))
        made = Made(**said["made"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    is_same = (is_own and made.report == digest_files(order.folder(is_draft=made.is_draft))
               and made.state == _digest_state(study) and made.asked == digest_order(order))
    return made if is_same else None


def open_words(order: Order) -> pd.DataFrame:
    """Return the words of a period that wait for a person, as its last draft left them."""
    words = pd.read_parquet(order.study.folder / FINDINGS / f"candidates-{order.period}.parquet")
    return words[words["is_open"].astype(bool)]


def _note(order: Order) -> Path:
    return order.study.folder / NOTES / f"{order.entry}.json"


def _seal(folder: Path, order: Order, told: dict[str, Any]) -> str:
    said = json.dumps([order.entry, told], sort_keys=True).encode()
    return hmac.new((folder / SECRET).read_bytes(), said, "sha256").hexdigest()


def _digest_state(study: Path) -> str:
    return hashlib.sha256(json.dumps([digest_files(study / part) for part in STATE]).encode()).hexdigest()


def _study_files(study: Path) -> Iterator[Path]:
    """Give every file of people's own that a notebook may read, and the cards of the exports."""
    for path in sorted(study.iterdir()):
        if path.name.startswith(".") or path.name in _ELSEWHERE:
            continue
        for file in (path,) if path.is_file() else sorted(path.rglob("*")):
            inside = file.relative_to(study)
            is_left_out = any(part.startswith((".", "__pycache__")) for part in inside.parts)
            if file.is_file() and file.suffix != ".ipynb" and not is_left_out and not any(map(file.match, PASSING)):
                yield file
    yield from sorted((study / "data" / "raw").rglob(CARD_FILE))
