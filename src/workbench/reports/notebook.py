"""The blocks of an executed notebook, and the reasons not to export one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from workbench.errors import ReportError
from workbench.reports.blocks import MIMETYPE, SCHEMA, Block
from workbench.reports.parameters import check_parameters, read_literals, read_parameters

_AGAIN = "Run all of it again, from the first cell to the last, and export it then."


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
    cells = list(enumerate(notebook.cells, start=1))
    code = [(number, cell) for number, cell in cells if cell.cell_type == "code" and cell.source.strip()]
    _check_outputs(code, name)
    _check_counts(code, name)
    _check_injected(notebook, code, name)
    blocks = [block for number, cell in code for block in _blocks_of(number, cell, name)]
    if not blocks:
        raise ReportError(f"{name}: no cell shows a block, so there is nothing to export. Show some with "
                          "workbench.reports.render_…, and run the notebook.")
    return blocks


def _check_outputs(code: Sequence[tuple[int, Any]], name: str) -> None:
    for number, cell in code:
        for output in cell.outputs:
            if output.output_type == "error":
                # the message of the error could hold post text; its class is enough
                raise ReportError(f"{name}, cell {number}: the cell failed with {output.ename}. Mend it. {_AGAIN}")


def _check_counts(code: Sequence[tuple[int, Any]], name: str) -> None:
    counts = [cell.execution_count for _, cell in code]
    if not any(counts):
        raise ReportError(f"{name}: the notebook was not run. {_AGAIN}")
    for expected, (number, cell) in enumerate(code, start=1):
        if cell.execution_count is None:
            raise ReportError(f"{name}, cell {number}: the cell was not run. {_AGAIN}")
        if cell.execution_count != expected:
            raise ReportError(f"{name}, cell {number}: the cell ran as number {cell.execution_count} and stands as "
                              f"number {expected}, so the notebook was run in part or out of order. Restart the "
                              f"kernel. {_AGAIN}")


def _check_injected(notebook: Any, code: Sequence[tuple[int, Any]], name: str) -> None:
    for number, cell in code:
        if "injected-parameters" in cell.metadata.get("tags", []):
            where = f"{name}, cell {number}"
            given = read_literals(cell.source, where=where)
            check_parameters(read_parameters(notebook, where=name), given, where=where)


def _blocks_of(number: int, cell: Any, name: str) -> Iterator[Block]:
    shown = 0
    for output in cell.outputs:
        # streams and errors have no data
        data = output.get("data", {}).get(MIMETYPE)
        if data is None:
            continue
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise ReportError(f"{name}, cell {number}: the block is not of schema version {SCHEMA}, the one this "
                              f"workbench writes. {_AGAIN}")
        for block in _read(data, where=f"{name}, cell {number}"):
            shown += 1
            yield replace(block, where=f"{name}, cell {number}, block {shown}")


def _read(data: dict[str, Any], *, where: str) -> list[Block]:
    try:
        return [Block(kind=str(b["kind"]), content=dict(b["content"]), language=str(data["language"]),
                      release=data["release"], removed=int(b["removed"])) for b in data["blocks"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ReportError(f"{where}: the block's data is not what a render_ function writes. {_AGAIN}") from error
