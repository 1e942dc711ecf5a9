"""The parameters of a notebook, read from its cells without running them."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.errors import ReportError
from workbench.reports.cells import name_cell


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
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
            return read_literals(cell.source, where=f"{where}, {name_cell(notebook, index)}")
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
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise _not_plain(where, error.lineno) from error
    except ValueError as error:
        raise _not_plain(where, None) from error
    return dict(pair for statement in statements for pair in _assignments(statement, where))


def _not_plain(where: str, line: int | None) -> ReportError:
    place = where if line is None else f"{where}, line {line}"
    return ReportError(f"{place}: a parameters cell may only assign plain values to names, such as "
                       "quarter: str = \"2025Q3\". Move everything else to the next cell.")


def _same_type(value: Any, default: Any) -> bool:
    return default is None or type(value) is type(default) or (type(value) is int and type(default) is float)


def _assignments(statement: ast.stmt, where: str) -> Iterator[tuple[str, Any]]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
            pass
        case ast.Expr(value=ast.Constant(value=str())):
            return
        case _:
            raise _not_plain(where, statement.lineno)
    try:
        yield target, ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise _not_plain(where, statement.lineno) from error
