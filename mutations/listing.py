"""Read the list of breaks and put one into a tree."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
CODE = Path("src", "workbench")


@dataclass(frozen=True)
class Mutation:
    """One break.

    Attributes
    ----------
    room
        Name of the file in ``mutations/breaks`` in which it stands.
    file
        Below ``src/workbench``; a pattern such as ``sources/**/*.py`` where a rule may move.
    find, replace
        The text that is broken, which stands there once, and what is put in its place.
    breaks
        What is wrong then, in words.
    tests
        What pytest is given: files or folders of tests that should notice, from the root of the repository, and
        ``-k`` with words where a few of them do.
    """

    room: str
    file: str
    find: str
    replace: str
    breaks: str
    tests: tuple[str, ...]


def list_rooms() -> list[str]:
    """Return the rooms that have a list of breaks."""
    return sorted(path.stem for path in (Path(__file__).parent / "breaks").glob("*.toml"))


def read_mutations(room: str = "") -> list[Mutation]:
    """Return the breaks of a room, or of all rooms."""
    found = []
    for name in [room] if room else list_rooms():
        listed = tomllib.loads((Path(__file__).parent / "breaks" / f"{name}.toml").read_text(encoding="utf-8"))
        usual = tuple(listed.get("tests", ()))
        found += [Mutation(name, m["file"], m["find"], m["replace"], m["breaks"], tuple(m.get("tests", usual)))
                  for m in listed["mutation"]]
    return found


def find_place(mutation: Mutation, root: Path) -> Path:
    """Return the one file in which the text of a break stands.

    Raises
    ------
    LookupError
        If it stands nowhere, or more than once, or a test that should notice is missing.
    """
    places = {file: file.read_text(encoding="utf-8").count(mutation.find)
              for file in sorted((root / CODE).glob(mutation.file))}
    count = sum(places.values())
    if count != 1:
        raise LookupError(f"{mutation.room}, {mutation.breaks!r}: its text stands {count} times in {mutation.file}")
    files = [test for test in mutation.tests if test.startswith("tests")]
    if not files or not all((root / file).exists() for file in files):
        raise LookupError(f"{mutation.room}, {mutation.breaks!r}: there is no test {' '.join(mutation.tests)!r}")
    if mutation.find == mutation.replace:
        raise LookupError(f"{mutation.room}, {mutation.breaks!r}: it changes nothing")
    return next(file for file, times in places.items() if times)
