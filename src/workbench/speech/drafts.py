"""What a coder marked and has not said yet, and which posts wait for the end: on the disk as it is marked."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.files import make_private, write_atomically
from workbench.speech.storing import hold_coding

LONGEST_NOTE = 2000


class Drafts:
    """The drafts of a coder, by post, those that wait for the end in their order.

    One line a post with its id, as in the files of answers, so that deletion takes lines out of both alike.

    Parameters
    ----------
    folder
        Of the study.
    path
        Of the file, below its ``coding``.
    codes
        That may be marked.
    """

    def __init__(self, folder: Path, path: Path, codes: Collection[str]) -> None:
        self._folder, self._path = folder, path
        self._drafts: dict[str, dict[str, Any]] = {}
        with suppress(OSError):  # nothing was begun
            for line in path.read_text(encoding="utf-8").splitlines():
                with suppress(ValueError, KeyError, TypeError, AttributeError):  # torn: nothing that was saved is in it
                    said = json.loads(line)
                    self.keep(str(said["post_id"]), said, codes, is_skipped=said["is_skipped"] is True)

    def get(self, post: str) -> dict[str, Any]:
        """Return `values`, `note` and `seconds` of a draft; nothing where there is none."""
        return {name: value for name, value in self._drafts.get(post, {}).items() if name != "is_skipped"}

    def waiting(self) -> list[str]:
        """Return the posts that wait for the end."""
        return [post for post, draft in self._drafts.items() if draft["is_skipped"]]

    def keep(self, post: str, said: Mapping[str, Any], codes: Collection[str], *, is_skipped: bool = False) -> None:
        """Keep what a message says of a post; one that is skipped goes behind all others."""
        before = self._drafts.pop(post, {}) if is_skipped else self._drafts.get(post, {})
        self._drafts[post] = {"values": read_values(said, codes), "note": read_note(said),
                              "seconds": read_seconds(said) or 0.0,
                              "is_skipped": is_skipped or before.get("is_skipped", False)}

    def drop(self, posts: Collection[str]) -> bool:
        """Forget drafts, and tell whether there were any."""
        return len([post for post in posts if self._drafts.pop(post, None)]) > 0

    def keep_only(self, posts: Collection[str]) -> None:
        """Forget drafts of all other posts."""
        self.drop(set(self._drafts) - set(posts))

    def write(self) -> None:
        """Write them down; they are on the disk when this returns."""
        lines = [json.dumps({"post_id": post, **draft}, ensure_ascii=False) for post, draft in self._drafts.items()]
        make_private(self._path.parent)
        with hold_coding(self._folder):
            write_atomically(self._path, "".join(line + "\n" for line in lines))


def read_values(said: Mapping[str, Any], codes: Collection[str]) -> dict[str, bool | None]:
    """Return the answers of a message to codes that may be marked; whatever else it holds is none."""
    values = said.get("values")
    if not isinstance(values, dict):
        return {}
    return {code: value for code, value in values.items()
            if code in codes and (value is None or isinstance(value, bool))}


def read_note(said: Mapping[str, Any]) -> str:
    """Return the note of a message."""
    return str(said.get("note") or "")[:LONGEST_NOTE]


def read_seconds(said: Mapping[str, Any]) -> float | None:
    """Return the seconds of a message, where they are a time."""
    value = said.get("seconds")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return None
    return float(value)
