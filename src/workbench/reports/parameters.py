"""The parameters of a notebook, read from its cells without running them."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.errors import ReportError


def read_parameters(notebook: Any, *, where: str) -> dict[str, Any]:
    """Return what the cell tagged ``parameters`` assigns; empty where there is none.

    Parameters
    ----------
    where
        Name of the notebook, for messages.

    Raises
    ------
    ReportError
        If the cell does more than assign plain values.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
            return read_literals(cell.source, where=f"{where}, cell {number}")
    return {}


def check_parameters(known: Mapping[str, Any], given: Mapping[str, Any], *, where: str) -> None:
    """Check given parameters against those a notebook declares.

    A whole number may stand for a float; a declared None takes anything.

    Raises
    ------
    ReportError
        If a name is not declared, or a value has another type; the closest name is suggested.
    """
    for name, value in given.items():
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"The known ones are {', '.join(known) or 'none'}."
            raise ReportError(f"{where}: {name} is not a parameter of the notebook. {hint} Run it again with that.")
        if not _same_type(value, known[name]):
            raise ReportError(f"{where}: the parameter {name} is {type(value).__name__} and should be "
                              f"{type(known[name]).__name__}. Run the notebook again with such a value.")


def read_literals(source: str, *, where: str) -> dict[str, Any]:
    """Return what a cell assigns, if all it does is assign plain values to names.

    Raises
    ------
    ReportError
        If it does anything else.
    """
    try:
        return dict(_assignments(ast.parse(source)))
    except (SyntaxError, ValueError) as error:
        raise ReportError(f"{where}: a parameters cell may only assign plain values to names, such as "
                          "quarter: str = \"2025Q3\". Move everything else to the next cell.") from error


def _same_type(value: Any, default: Any) -> bool:
    return default is None or type(value) is type(default) or (type(value) is int and type(default) is float)


def _assignments(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=value):
                yield target, ast.literal_eval(value)
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
                yield target, ast.literal_eval(value)
            case ast.Expr(value=ast.Constant(value=str())):
                continue
            case _:
                raise ValueError("not an assignment of a literal")
