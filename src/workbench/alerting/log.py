"""The log of each alert: lines that are only ever added, each sealed on the one before.

The seal is keyed with a secret that lies beside the logs for the owner alone, so that a line which somebody wrote or
took out by hand is noticed. The store lies apart from what was made of posts, and holds nothing of them but counts.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import CardError
from workbench.files import make_private, sync, write_atomically
from workbench.tables.alerts import Step

FOLDER = "alerts"  # of a study
ENDING = ".jsonl"
PEOPLE = "people"  # the log of who may confirm, beside those of the alerts
_SECRET, _LOCK = ".secret", ".lock"


@contextmanager
def one_at_a_time(study: Path) -> Iterator[None]:
    """Hold the store of a study, so that two commands never number, confirm or close the same thing."""
    import filelock

    with filelock.FileLock(make_private(study / FOLDER) / _LOCK, mode=0o600):
        yield


def add_step(study: Path, name: str, step: Step) -> None:
    """Add a line to a log, sealed and on the disk; call it within `one_at_a_time`."""
    path = make_private(study / FOLDER) / f"{name}{ENDING}"
    lines = _lines(path)
    said = {"at": f"{step.at:%Y-%m-%dT%H:%MZ}", "what": step.what, "role": step.role, "told": dict(step.told)}
    line = json.dumps({**said, "seal": _seal(study, name, lines, said)}, ensure_ascii=False, sort_keys=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)


def read_steps(study: Path, name: str) -> tuple[Step, ...]:
    """Read a log; empty where there is none.

    Raises
    ------
    CardError
        If a line was changed, added or taken out by hand.
    """
    path = study / FOLDER / f"{name}{ENDING}"
    lines = _lines(path)
    steps = []
    for number, line in enumerate(lines):
        try:
            said = json.loads(line)
            seal = said.pop("seal")
            is_own = hmac.compare_digest(seal, _seal(study, name, lines[:number], said))
        except (ValueError, KeyError, TypeError, AttributeError):
            is_own = False
        if not is_own:
            raise CardError(f"{FOLDER}/{path.name}, line {number + 1}: not as the workbench wrote it, so nobody can "
                            "tell who confirmed what. Take the file from a backup, or raise the alert anew.")
        steps.append(Step(pd.Timestamp(said["at"]), said["what"], said["role"], said["told"]))
    return tuple(steps)


def list_names(study: Path) -> list[str]:
    """Return the ids of all alerts that have a log, by day."""
    found = (study / FOLDER).glob(f"*{ENDING}") if (study / FOLDER).is_dir() else ()
    return sorted(path.name.removesuffix(ENDING) for path in found if path.name != f"{PEOPLE}{ENDING}")


def key_code(study: Path, code: str) -> str:
    """Return what is kept of a personal code: its keyed hash, however it was typed."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hmac.new(_secret(study), plain.encode(), "sha256").hexdigest()


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def _seal(study: Path, name: str, before: list[str], said: Mapping[str, Any]) -> str:
    text = json.dumps([name, hashlib.sha256("\n".join(before).encode()).hexdigest(), said], sort_keys=True)
    return hmac.new(_secret(study), text.encode(), "sha256").hexdigest()


def _secret(study: Path) -> bytes:
    path = study / FOLDER / _SECRET
    if not path.is_file():
        make_private(path.parent)
        write_atomically(path, secrets.token_bytes(32))
    return path.read_bytes()
