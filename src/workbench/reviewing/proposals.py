"""What was ever proposed to the reviewers of a period: the last run's candidates, and those of runs before it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.tables.release import CANDIDATE_COLUMNS

FINDINGS = Path("data") / "processed" / "findings"
_REGISTER = Path("data") / "processed" / "topics" / "register"


def read_candidates(folder: Path, period: str) -> pd.DataFrame | None:
    """Return the words of the last run that a person is asked about, columns `CANDIDATE_COLUMNS`; None without a run.

    Raises
    ------
    TableError
        If the file cannot be read or lacks columns.
    """
    found = _read(folder / FINDINGS / f"candidates-{period}.parquet")
    return None if found is None else found[found["kind"].isin(["topic", "word", "domain"])]


def read_misfits(folder: Path, period: str) -> pd.DataFrame:
    """Return the decisions that did not fit the topics of the last run, columns `CANDIDATE_COLUMNS`.

    Raises
    ------
    TableError
        If the file cannot be read or lacks columns.
    """
    found = _read(folder / FINDINGS / f"candidates-{period}.parquet")
    none = pd.DataFrame(columns=list(CANDIDATE_COLUMNS))
    return none if found is None else found[found["kind"].eq("unfit")]


def read_proposals(folder: Path, period: str) -> pd.DataFrame | None:
    """Return what `workbench review` ever put before the reviewers of a period; None where it never did.

    A later run may no longer propose a word. The answer about it is then without effect, and no fault.
    """
    return _read(folder / FINDINGS / f"proposed-{period}.parquet")


def write_proposals(folder: Path, period: str, proposals: Iterable[pd.DataFrame]) -> None:
    """Keep what was proposed; of a topic all words that were."""
    words: dict[tuple[str, str], set[str]] = {}
    for table in proposals:
        for kind, key, listed in zip(table["kind"], table["key"], table["words"], strict=True):
            words.setdefault((kind, key), set()).update(listed)
    rows = [{"kind": kind, "key": key, "words": sorted(listed)} for (kind, key), listed in words.items()]
    path = folder / FINDINGS / f"proposed-{period}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    pd.DataFrame(rows, columns=list(CANDIDATE_COLUMNS)).astype(CANDIDATE_COLUMNS).to_parquet(part, index=False)
    part.chmod(0o600)
    os.replace(part, path)


def registered_topics(folder: Path) -> set[str]:
    """Return the ids of all topics that the topic register holds."""
    numbers: set[int] = set()
    for path in sorted((folder / _REGISTER).glob("*.parquet")):
        numbers |= {int(n) for n in _load(path)["topic"].unique() if n >= 0}
    return {f"K-{number:03d}" for number in numbers}


def _load(path: Path) -> pd.DataFrame:
    import pyarrow as pa

    try:
        return pd.read_parquet(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(f"{path}: cannot be read. Restore it, or delete it and run the report again.") from error


def _read(path: Path) -> pd.DataFrame | None:
    if not path.is_file():
        return None
    table = _load(path)
    if missing := set(CANDIDATE_COLUMNS) - set(table.columns):
        raise TableError(f"{path}: lacks {', '.join(sorted(missing))}. Delete it and run the report again.")
    table["words"] = pd.Series([[str(word) for word in words] if isinstance(words, list | np.ndarray) else []
                                for words in table["words"]], index=table.index, dtype=object)
    return table[list(CANDIDATE_COLUMNS)].astype(CANDIDATE_COLUMNS)
