"""What a new version of the package brings to the files of a study that people changed as well."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.files import write_atomically
from workbench.starting import INSTALLED, start_study


def upgrade_study(folder: Path) -> list[tuple[Path, str]]:
    """Bring the files of a study to this version of the package; what you changed stays as it is.

    Returns
    -------
    files
        As `starting.start_study`: a file that both you and the package changed is ``beside``, and waits for
        `merge_upgrade` or `keep_own`.
    """
    return start_study(folder)


def show_upgrade(folder: Path, path: Path) -> str:
    """Tell what you changed in a file since it was installed, and what the package did.

    A notebook is compared cell by cell (nbdime), anything else line by line.

    Raises
    ------
    WorkbenchError
        If no new version of the file waits.
    """
    was, new = _waiting(folder, path)
    if was is None:
        return _compare(path, "yours", path, "of the package", new)
    return "\n".join((_compare(path, "installed", was, "yours", path),
                      _compare(path, "installed", was, "of the package", new)))


def merge_upgrade(folder: Path, path: Path) -> Path:
    """Put what the package changed into your notebook, where the two do not touch the same lines.

    Your version of before lies beside it as ``<name>.before``.

    Returns
    -------
    before
        Where your version lies.

    Raises
    ------
    WorkbenchError
        If no new version waits, if it is no notebook, if what was installed is not known (a study made by an older
        version), or if both changed the same cell: then nothing is touched.
    """
    from nbdime.merging import merge_notebooks
    from nbformat import writes

    was, new = _waiting(folder, path)
    if path.suffix != ".ipynb" or was is None:
        why = ("only notebooks are merged" if path.suffix != ".ipynb" else
               "what was installed here is not known, since an older version of the package did it")
        raise WorkbenchError(f"{path}: {why}. Take over by hand what you want of {new.name}, then give "
                             f"`workbench upgrade --keep {path.name}`.")
    merged, decisions = merge_notebooks(*(_open(p) for p in (was, path, new)))
    touched = sorted({_cell_of(d.common_path) for d in decisions if d.conflict})
    if touched:
        raise WorkbenchError(f"{path}: you and the package both changed {', '.join(touched)}. Nothing was touched. See "
                             f"`workbench upgrade --diff {path.name}`, take over by hand what you want of {new.name}, "
                             f"then give `workbench upgrade --keep {path.name}`.")
    before = path.with_name(path.name + ".before")
    write_atomically(before, path.read_bytes(), is_private=False)
    write_atomically(path, (writes(merged) + "\n").encode(), is_private=False)
    _settle(folder, path, new)
    return before


def keep_own(folder: Path, path: Path) -> None:
    """Say that your version of a file stays as it is until the package changes it again.

    Raises
    ------
    WorkbenchError
        If no new version of the file waits.
    """
    _settle(folder, path, _waiting(folder, path)[1])


def find_file(folder: Path, name: str) -> Path:
    """Return the file of a study that a name, or the end of a path, means.

    Raises
    ------
    WorkbenchError
        If no new version of such a file waits, or of several.
    """
    waiting = [p.with_suffix("") for p in sorted(folder.rglob("*.new")) if ".workbench" not in p.parts]
    meant = [p for p in waiting if p.as_posix().endswith(name.removesuffix(".new")) and p.exists()]
    if len(meant) != 1:
        told = ", ".join(p.relative_to(folder).as_posix() for p in waiting) or "none"
        raise WorkbenchError(f"{name}: {'several files are' if meant else 'no file is'} meant by that. New versions "
                             f"wait of: {told}.")
    return meant[0]


def _waiting(folder: Path, path: Path) -> tuple[Path | None, Path]:
    new, was = path.with_name(path.name + ".new"), folder / INSTALLED / path.relative_to(folder)
    if not new.exists():
        raise WorkbenchError(f"{path}: no new version of it waits. `workbench upgrade` puts one beside each file that "
                             "both you and the package changed.")
    return (was if was.exists() else None), new


def _settle(folder: Path, path: Path, new: Path) -> None:
    was = folder / INSTALLED / path.relative_to(folder)
    was.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(was, new.read_bytes(), is_private=False)
    new.unlink()


def _open(path: Path) -> Any:
    from nbformat import read

    try:
        return read(path, as_version=4)
    except Exception as error:  # nbformat raises whatever its JSON and its schema do
        raise WorkbenchError(f"{path}: is no notebook that can be read ({type(error).__name__}). Open it in JupyterLab "
                             "and save it, or take the version of the package.") from error


def _cell_of(path: tuple[Any, ...]) -> str:
    return f"cell {path[1] + 1}" if len(path) > 1 and path[0] == "cells" else "the notebook's settings"


def _compare(path: Path, first: str, old: Path, second: str, new: Path) -> str:
    title = f"{path.name}: from what is {first} to what is {second}\n"
    compare: Callable[[Path, Path], str] = _compare_cells if path.suffix == ".ipynb" else _compare_lines
    return title + compare(old, new)


def _compare_cells(old: Path, new: Path) -> str:
    from nbdime import diff_notebooks
    from nbdime.prettyprint import PrettyPrintConfig, pretty_print_notebook_diff

    before, after = _open(old), _open(new)
    out = StringIO()
    pretty_print_notebook_diff("before", "after", before, diff_notebooks(before, after),
                               PrettyPrintConfig(out=out, use_color=False, use_git=False))
    return "".join(out.getvalue().splitlines(keepends=True)[3:]) or "  nothing\n"


def _compare_lines(old: Path, new: Path) -> str:
    from difflib import unified_diff

    before, after = (p.read_text(encoding="utf-8").splitlines() for p in (old, new))
    return "\n".join(list(unified_diff(before, after, lineterm=""))[2:]) + "\n"
