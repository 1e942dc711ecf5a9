"""Make the folder of a study from the files that come with the package."""

from __future__ import annotations

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
        If the folder cannot be written.
    """
    starter = files("workbench") / "starter"
    wanted = {folder / target: (starter / source).read_bytes() for source, target in _FILES.items()}
    if name:
        study = wanted[folder / "study.toml"].decode()
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        wanted[folder / "study.toml"] = study.replace('"Lillehavn"   ', f'"{quoted}"   ').encode()
    for path in sorted(find_notebooks().rglob("*.ipynb")):
        if not any(part.startswith(".") for part in path.relative_to(find_notebooks()).parts):
            wanted[folder / "notebooks" / path.relative_to(find_notebooks())] = path.read_bytes()
    try:
        return [(path, _place(path, content)) for path, content in wanted.items()]
    except OSError as error:
        raise WorkbenchError(f"{folder}: the study cannot be made there ({error.strerror}). "
                             f"Choose a folder that you may write to.") from error


def _place(path: Path, content: bytes) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return "made"
    if path.name == "study.toml":
        return "yours"
    if path.read_bytes() == content:
        return "kept"
    path.with_name(path.name + ".new").write_bytes(content)
    return "beside"
