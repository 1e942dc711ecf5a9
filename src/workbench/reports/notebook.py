"""The blocks of an executed notebook, and the reasons not to export one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.errors import ReportError
from workbench.reports.blocks import MIMETYPE, SCHEMA, Block
from workbench.reports.cells import name_cell
from workbench.reports.parameters import check_parameters, read_literals, read_parameters

_AGAIN = "Run all of it again, from the first cell to the last, and export it then."
_RESTORE = "Restore the notebook from a copy, or remove it to use the one that comes with the workbench."


def open_notebook(path: Path) -> Any:
    """Read a notebook from its file, as version 4 of the format.

    Raises
    ------
    ReportError
        If the file cannot be read or is no notebook; where its JSON breaks off, the message
        names the line.
    """
    import nbformat

    try:
        # nbformat's own errors quote the notebook
        json.loads(text := path.read_text(encoding="utf-8"))
        notebook = nbformat.convert(nbformat.reader.reads(text), 4)
        nbformat.validate(notebook)
    except OSError as error:
        raise ReportError(f"{path}: cannot be read ({error.strerror}). Ask for the right to read it.") from error
    except UnicodeDecodeError as error:
        raise ReportError(f"{path}: is not text in UTF-8, so it is no notebook. {_RESTORE}") from error
    except json.JSONDecodeError as error:
        raise ReportError(f"{path}, line {error.lineno}: the file is not whole or was edited by hand, so it is no "
                          f"notebook. {_RESTORE}") from error
    except (nbformat.ValidationError, ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ReportError(f"{path}: the file is JSON but no notebook. {_RESTORE}") from error
    return notebook


def read_blocks(notebook: Any, *, name: str) -> list[Block]:
    """Return the blocks a notebook shows, in order, each knowing its cell.

    Parameters
    ----------
    notebook
        An nbformat notebook node, executed from its first cell to its last.
    name
        Of the notebook, for messages.

    Raises
    ------
    ReportError
        If it was not run, failed, or was run in part or out of order; if its injected
        parameters are not those of its parameters cell; if it shows no block, or blocks of
        another schema version.
    """
    # each with the words by which messages name it
    code = [(f"{name}, {name_cell(notebook, index)}", cell) for index, cell in enumerate(notebook.cells)
            if cell.cell_type == "code" and cell.source.strip()]
    _check_outputs(code)
    _check_counts(code, name)
    _check_injected(notebook, code, name)
    blocks = [block for where, cell in code for block in _blocks_of(cell, where)]
    if not blocks:
        raise ReportError(f"{name}: no cell shows a block, so there is nothing to export. Show some with "
                          "workbench.reports.render_…, and run the notebook.")
    return blocks


def digest_cells(notebook: Any) -> str:
    """Return the SHA-256 of what a notebook does: its code cells in order, less what was given from outside."""
    code = [cell.source for cell in notebook.cells
            if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", [])]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()


def _check_outputs(code: Sequence[tuple[str, Any]]) -> None:
    for where, cell in code:
        for output in cell.outputs:
            if output.output_type == "error":
                # the message of the error could hold post text; its class is enough
                raise ReportError(f"{where}: the cell failed with {output.ename}. Mend it. {_AGAIN}")


def _check_counts(code: Sequence[tuple[str, Any]], name: str) -> None:
    counts = [cell.execution_count for _, cell in code]
    if not any(counts):
        raise ReportError(f"{name}: the notebook was not run. {_AGAIN}")
    for expected, (where, cell) in enumerate(code, start=1):
        if cell.execution_count is None:
            raise ReportError(f"{where}: the cell was not run. {_AGAIN}")
        if cell.execution_count != expected:
            raise ReportError(f"{where}: the cell ran as number {cell.execution_count} and stands as number "
                              f"{expected}, so the notebook was run in part or out of order. Restart the kernel. "
                              f"{_AGAIN}")


def _check_injected(notebook: Any, code: Sequence[tuple[str, Any]], name: str) -> None:
    for where, cell in code:
        if "injected-parameters" in cell.metadata.get("tags", []):
            given = read_literals(cell.source, where=where)
            check_parameters(read_parameters(notebook, where=name), given, where=where)


def _blocks_of(cell: Any, where: str) -> Iterator[Block]:
    shown = 0
    for output in cell.outputs:
        # streams and errors have no data
        data = output.get("data", {}).get(MIMETYPE)
        if data is None:
            continue
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise ReportError(f"{where}: the block is not of schema version {SCHEMA}, the one this workbench writes. "
                              f"{_AGAIN}")
        for block in _read(data, where=where):
            shown += 1
            yield replace(block, where=f"{where}, block {shown}")


def _read(data: dict[str, Any], *, where: str) -> list[Block]:
    try:
        return [Block(kind=str(b["kind"]), content=dict(b["content"]), language=str(data["language"]),
                      release=data["release"], removed=int(b["removed"])) for b in data["blocks"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ReportError(f"{where}: the block's data is not what a render_ function writes. {_AGAIN}") from error
