"""Make the folder of a study from the files that come with the package."""

from __future__ import annotations

import errno
import os
from importlib.resources import files
from pathlib import Path

from workbench.errors import WorkbenchError

_FILES = {
    "study.toml": "study.toml",
    "source.toml.example": "data/raw/source.toml.example",
    "raw.md": "data/raw/README.md",
    "processed.md": "data/processed/README.md",
    "reports.md": "reports/README.md",
}


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


def start_study(folder: Path, *, name: str | None = None) -> list[tuple[Path, str]]:
    """Make the folder of a study, or complete one that is there.

    Every file is there whole or not at all; where it breaks off, the same call completes it.

    Parameters
    ----------
    folder
        Made where absent.
    name
        The place, written into a new `study.toml`.

    Returns
    -------
    files
        Path of each file and what happened to it: ``made``, ``kept`` (already the same),
        ``yours`` (a `study.toml` is never touched) or ``beside`` (it was changed, so the new
        version lies beside it as ``<name>.new``).

    Raises
    ------
    WorkbenchError
        If a file cannot be written, or the name cannot stand on a cover.
    """
    starter = files("workbench") / "starter"
    wanted = {folder / target: (starter / source).read_bytes() for source, target in _FILES.items()}
    if name is not None:
        if not name.strip() or not name.isprintable():
            raise WorkbenchError("The name of the study is empty or holds characters that cannot be printed. Give the "
                                 "place, such as --name Odense.")
        study = wanted[folder / "study.toml"].decode()
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        wanted[folder / "study.toml"] = study.replace('"Lillehavn"   ', f'"{quoted}"   ').encode()
    for path in sorted(find_notebooks().rglob("*.ipynb")):
        if not any(part.startswith(".") for part in path.relative_to(find_notebooks()).parts):
            wanted[folder / "notebooks" / path.relative_to(find_notebooks())] = path.read_bytes()
    try:
        return [(path, _place(path, content)) for path, content in wanted.items()]
    except OSError as error:
        todo = ("Free some space and give the same command again" if error.errno in (errno.ENOSPC, errno.EDQUOT)
                else "Choose a folder that you may write to")
        raise WorkbenchError(f"{error.filename or folder}: the study cannot be made there ({error.strerror}). {todo}; "
                             "files that are there already stay as they are.") from error


def _place(path: Path, content: bytes) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, content)
        return "made"
    if path.name == "study.toml":
        return "yours"
    if path.read_bytes() == content:
        return "kept"
    _write(path.with_name(path.name + ".new"), content)
    return "beside"


def _write(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that none is ever seen in part."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
