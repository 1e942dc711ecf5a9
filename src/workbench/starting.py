"""Make the folder of a study from the files that come with the package."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.files import write_atomically
from workbench.settings import MADE_UP_NAME

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_CITYS_CONTACT = f"{MADE_UP_NAME} Kommune, sikkerdigital@lillehavn.invalid"
_FILES = {
    "study.toml": "study.toml",
    "codebook.toml": "codebook.toml",
    "source.toml.example": "data/raw/source.toml.example",
    "gazetteer.csv.example": "gazetteer.csv.example",
    "raw.md": "data/raw/README.md",
    "processed.md": "data/processed/README.md",
    "reports.md": "reports/README.md",
}
# what people wrote in the made-up city
_CITY_FILES = {
    "city-review.toml": "reviews/2025Q3.toml",
    "city-report.toml": "reviews/2025Q3.report.toml",
    "city-events.csv": "events.csv",
    "city-gazetteer.csv": "gazetteer.csv",
}
HANDBOOK = "handbook"  # what a municipality writes for its practice; in the made-up city some of it is written
_CITY_CODEBOOK = "city-codebook.toml"  # themes of the made-up city, after everybody's codebook
_YOURS = ("study.toml", "gazetteer.csv", "events.csv")  # and every review: never touched once they are there
# codes name its version: a new one lies beside, for people to take over between quarters
NEVER_UPDATED = ("codebook.toml",)
COURSES = "training"  # sources of courses, with their solutions: `workbench training build` reads them from the package
# what the package put there, as it was: tells what you changed from what a new version of the package did
INSTALLED = Path(".workbench") / "installed"


def find_notebooks() -> Path:
    """Return the folder of the notebooks that come with the package.

    The wheel carries a copy; an editable install has none, so the checkout is next.

    Raises
    ------
    WorkbenchError
        If neither is there.
    """
    package = Path(str(files("workbench")))
    for folder in (package / "notebooks", package.parents[1] / "notebooks"):
        if (folder / "quarterly_report.ipynb").is_file():
            return folder
    raise WorkbenchError("The notebooks that come with workbench are missing. Install the package again.")


def list_handbook(*, is_city: bool) -> list[Traversable]:
    """List the files of the handbook that a study begins with; those of the made-up city come last and go before."""
    starter = files("workbench") / "starter"
    return [file for source in (HANDBOOK, *([f"city-{HANDBOOK}"] if is_city else []))
            for file in sorted((starter / source).iterdir(), key=lambda file: file.name)]


def start_study(folder: Path, *, name: str | None = None, contact: str | None = None, is_city: bool = False,
                with_review: bool = False) -> list[tuple[Path, str]]:
    """Make the folder of a study, or complete one that is there.

    Every file is there whole or not at all; where it breaks off, the same call completes it.

    Parameters
    ----------
    folder
        Made where absent.
    name, contact
        The place, and who answers questions, written into a new `study.toml`; without them nothing is published.
    is_city
        Write the made-up city's name and contact, that it is made up, and its theme into the codebook.
    with_review
        Put the review of the made-up city (20,000 posts, seed 1, 2025Q3), what its editor wrote, its events and the
        list of its places there.

    Returns
    -------
    files
        Path of each file and what happened to it: ``made``, ``kept`` (already the same), ``updated`` (you had not
        touched it), ``yours`` (a `study.toml`, review, list of events or of places is never touched, nor is a file that
        you changed and the package did not), ``beside`` (both changed it, so the new version lies beside it as
        ``<name>.new``) or ``gone`` (a notebook that the package no longer has, and that you had not touched).

    Raises
    ------
    WorkbenchError
        If a file cannot be written, or name or contact cannot stand on a cover.
    """
    starter = files("workbench") / "starter"
    wanted = {folder / target: (starter / source).read_bytes() for source, target in _FILES.items()}
    wanted |= {folder / HANDBOOK / file.name: file.read_bytes() for file in list_handbook(is_city=is_city)}
    if with_review:
        wanted |= {folder / target: (starter / source).read_bytes() for source, target in _CITY_FILES.items()}
    given = {"name": name, "contact": contact}
    if is_city:
        wanted[folder / "codebook.toml"] += (starter / _CITY_CODEBOOK).read_bytes()
        given = {"name": name or MADE_UP_NAME, "contact": contact or _CITYS_CONTACT}
    wanted[folder / "study.toml"] = _fill_in(wanted[folder / "study.toml"].decode(), given, is_city=is_city).encode()
    for path in sorted(p for ending in ("ipynb", "product.toml") for p in find_notebooks().rglob(f"*.{ending}")):
        below = path.relative_to(find_notebooks())
        if not any(part.startswith(".") for part in below.parts) and below.parts[0] != COURSES:
            wanted[folder / "notebooks" / below] = path.read_bytes()
    try:
        placed = [(path, _place(path, content, was=folder / INSTALLED / path.relative_to(folder)))
                  for path, content in wanted.items()]
        return placed + _remove_outdated(folder, set(wanted))
    except OSError as error:
        todo = ("Free some space and give the same command again" if error.errno in (errno.ENOSPC, errno.EDQUOT)
                else "Choose a folder that you may write to")
        raise WorkbenchError(f"{error.filename or folder}: the study cannot be made there ({error.strerror}). {todo}; "
                             "files that are there already stay as they are.") from error


def _fill_in(study: str, given: Mapping[str, str | None], *, is_city: bool) -> str:
    for field, value in given.items():
        if value is None:
            continue
        if not value.strip() or not value.isprintable():
            raise WorkbenchError(f"The {field} of the study is empty or holds characters that cannot be printed. Give "
                                 "it anew, such as --name Odense --contact \"Odense Kommune, post@odense.dk\".")
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        head, empty, rest = study.partition(f'\n{field} = ""')
        study = f'{head}\n{field} = "{quoted}"{rest}' if empty else study
    if is_city:
        study = study.replace("\nlanguage = ", "\nmade_up = true                # a made-up city: every page says so"
                              "\nlanguage = ", 1)
    return study


def _remove_outdated(folder: Path, wanted: set[Path]) -> list[tuple[Path, str]]:
    """Remove notebooks that the package had and has no longer; those that you changed are yours from now on."""
    done = []
    for was in sorted((folder / INSTALLED / "notebooks").rglob("*.*")):
        path = folder / was.relative_to(folder / INSTALLED)
        if path in wanted or not was.is_file():
            continue
        there = path.exists()
        is_own = there and path.read_bytes() != was.read_bytes()
        if there and not is_own:
            path.unlink()
        was.unlink()  # only now: where it breaks off between the two, the same call finishes it
        if there:
            done.append((path, "yours" if is_own else "gone"))
    return done


def _place(path: Path, content: bytes, *, was: Path) -> str:
    """Put a file in its place, or beside what people made of it; `was` is what the package put there last."""
    now = path.read_bytes() if path.exists() else None
    if now not in (None, content) and (path.name in _YOURS or path.parent.name == "reviews"):
        return "yours"
    before = was.read_bytes() if was.exists() else None
    if now not in (None, content, before) or (path.name in NEVER_UPDATED and now not in (None, content)):
        if content == before:
            return "yours"
        write_atomically(path.with_name(path.name + ".new"), content, is_private=False)
        return "beside"
    if now != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content, is_private=False)
    # only now: where it breaks off between the two, the same call finds the file as it wants it
    if before != content:
        was.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(was, content, is_private=False)
    return "made" if now is None else "kept" if now == content else "updated"
