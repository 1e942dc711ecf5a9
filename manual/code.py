"""Where the metrics stand in the code: the docstrings that name them, and the functions that make each finding."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from types import CodeType, FunctionType

from manual.names import ROOT, SOURCE, PublicName, list_rooms
from workbench.tables.spec import Spec

_NUMBER = re.compile(r"\bM(\d{1,2})(w?)(?!\w)(?:[–-]M?(\d{1,2})\b)?")
_MAKES = ("measure_", "compare_", "describe_")


@dataclass(frozen=True)
class Place:
    """A docstring that names metrics.

    Attributes
    ----------
    file
        Below the root of the checkout.
    line
        Of the definition.
    name
        Of function or class; empty where the module itself says it.
    module
        Such as ``workbench.findings.volume``.
    metrics
        That it names.
    """

    file: str
    line: int
    name: str
    module: str
    metrics: frozenset[str]


def named_metrics(text: str) -> frozenset[str]:
    """Return the numbers of metrics in a text; M15–M17 are three."""
    found = set()
    for first, letter, last in _NUMBER.findall(text):
        found |= {f"M{n}{letter}" for n in range(int(first), int(last or first) + 1)}
    return frozenset(found)


@lru_cache(maxsize=1)
def list_places() -> tuple[Place, ...]:
    """Return every docstring of the package that names a metric, by file and line."""
    places = []
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
                metrics = named_metrics(ast.get_docstring(node) or "")
                if metrics:
                    places.append(Place(path.relative_to(ROOT).as_posix(), getattr(node, "lineno", 1),
                                        getattr(node, "name", ""), module, metrics))
    return tuple(sorted(places, key=lambda place: (place.file, place.line)))


@lru_cache(maxsize=1)
def list_makers() -> dict[str, list[PublicName]]:
    """Return by key of a finding the public functions that make it."""
    makers: dict[str, list[PublicName]] = {}
    for name in list_rooms()["workbench.findings"]:
        if isinstance(name.thing, FunctionType) and name.name.startswith(_MAKES):
            for key in {spec.key for spec in _reached(name.thing, set())}:
                makers.setdefault(key, []).append(name)
    return makers


@lru_cache(maxsize=1)
def list_pictures() -> dict[str, list[PublicName]]:
    """Return by key of a finding the functions that draw it."""
    charts: dict[str, list[PublicName]] = {}
    for name in list_rooms()["workbench.charts"]:
        if isinstance(name.thing, FunctionType):
            for node in ast.walk(ast.parse(inspect.getsource(name.thing))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check_key":
                    for key in node.args[1:]:
                        charts.setdefault(ast.literal_eval(key), []).append(name)
    return charts


def read_constant(path: str) -> object:
    """Return a constant of the code by its path below the package, such as ``findings.hours.TIMES``."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(f"workbench.{module}"), name)


def _reached(function: FunctionType, seen: set[FunctionType]) -> Iterator[Spec]:
    """Return the specs that a function, and those of its room that it calls, name."""
    seen.add(function)
    for name in sorted(_named(function.__code__)):
        thing = function.__globals__.get(name)
        for one in thing.values() if isinstance(thing, dict) else (thing,):
            if isinstance(one, Spec):
                yield one
        if isinstance(thing, FunctionType) and thing not in seen and thing.__module__.startswith("workbench.findings"):
            yield from _reached(thing, seen)


def _named(code: CodeType) -> set[str]:
    inner = [_named(c) for c in code.co_consts if isinstance(c, CodeType)]
    return {*code.co_names, *set().union(*inner)}
