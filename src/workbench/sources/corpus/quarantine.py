"""Rows that cannot be read, kept as they came beside the raw exports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self

from workbench.files import make_private, put_in_place

FOLDER = Path("data", "raw", "quarantine")
_UNFINISHED = ".unfinished"


class Quarantine:
    """The quarantine files of one import; they count only once the import does.

    Raw rows hold what the corpus must not, so they never lie under data/processed, not even for
    the time of the import.
    """

    def __init__(self, study: Path) -> None:
        self._study, self._folder = study, study / FOLDER
        self._files: set[Path] = set()

    def __enter__(self) -> Self:
        remove_unfinished(self._study)
        return self

    def __exit__(self, *exception: object) -> None:
        for path in self._files:
            path.unlink(missing_ok=True)

    def add(self, sha256: str, member: str, faults: list[tuple[int, str, Any]]) -> None:
        """Set down rows of a file: where they stand, why they are here, and what they are.

        A file goes by the first digits of its SHA-256: names of exports can be names of persons.
        """
        if not faults:
            return
        make_private(self._folder)
        mark = sha256[:8]
        path = self._folder / f"{mark}.jsonl{_UNFINISHED}"
        mode = "a" if path in self._files else "w"
        with path.open(mode, encoding="utf-8", errors="backslashreplace") as file:
            for place, reason, raw in faults:
                row = {"file": f"{mark}/{member}" if member else mark, "place": place, "reason": reason, "raw": raw}
                file.write(_line(row))
        self._files.add(path)

    def settle(self) -> None:
        """Give the finished files their names."""
        for path in self._files:
            put_in_place(path, path.with_name(path.name.removesuffix(_UNFINISHED)))
        self._files = set()


def remove_unfinished(study: Path) -> None:
    """Remove what a crashed import left behind: rows that no import counts, and that no deletion would look at."""
    for left in (study / FOLDER).glob(f"*{_UNFINISHED}"):
        left.unlink()


def _line(row: dict[str, Any]) -> str:
    try:
        return json.dumps(row, ensure_ascii=False, default=str) + "\n"
    except RecursionError:
        return json.dumps(row | {"raw": "nested too deep to be kept"}, ensure_ascii=False) + "\n"
