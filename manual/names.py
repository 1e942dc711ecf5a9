"""Every public name of every room, as the package itself lists them."""

from __future__ import annotations

import inspect
import pkgutil
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "workbench"
# rooms without a list of names of their own: their public classes are what the others hand over
HANDED_OVER = ("tables", "settings", "errors")


@dataclass(frozen=True)
class PublicName:
    """A name that a person may use.

    Attributes
    ----------
    module
        That it is taken from, such as ``workbench.findings``.
    name
        In that module, such as ``measure_volume``.
    thing
        What it stands for.
    """

    module: str
    name: str
    thing: object

    @property
    def kind(self) -> str:
        """Which directive documents it: function, class, exception or data."""
        if inspect.isclass(self.thing):
            return "exception" if issubclass(self.thing, BaseException) else "class"
        return "function" if inspect.isfunction(self.thing) else "data"

    @property
    def page(self) -> str:
        """Where its page lies, without ending."""
        return f"api/{self.module}.{self.name}"

    @property
    def summary(self) -> str:
        """First line of its docstring; empty where it is a plain value."""
        text = inspect.getdoc(self.thing) or "" if self.kind != "data" else ""
        return " ".join(text.split("\n\n")[0].split())

    @property
    def file(self) -> str:
        """Of its source, below the root of the checkout."""
        if self.kind == "data":
            return _below_root(import_module(self.module))
        return _below_root(import_module(str(self.thing.__module__)))


def list_rooms() -> dict[str, list[PublicName]]:
    """Return the public names by room, rooms in the order of the alphabet, after the root package."""
    rooms = {"workbench": _listed("workbench")}
    for stub in sorted(SOURCE.glob("*/__init__.pyi")):
        rooms[f"workbench.{stub.parent.name}"] = _listed(f"workbench.{stub.parent.name}")
    for name in HANDED_OVER:
        rooms[f"workbench.{name}"] = _handed_over(f"workbench.{name}")
    return rooms


def list_names() -> list[PublicName]:
    """Return the public names of all rooms."""
    return [name for names in list_rooms().values() for name in names]


def _listed(module: str) -> list[PublicName]:
    package = import_module(module)
    found = [PublicName(module, name, getattr(package, name)) for name in package.__all__]
    return [name for name in found if not isinstance(name.thing, ModuleType)]


def _handed_over(name: str) -> list[PublicName]:
    package = import_module(name)
    inner = [f"{name}.{m.name}" for m in pkgutil.iter_modules(getattr(package, "__path__", []))]
    return [PublicName(module, cls.__name__, cls) for module in inner or [name]
            for cls in vars(import_module(module)).values()
            if inspect.isclass(cls) and cls.__module__ == module and not cls.__name__.startswith("_")]


def _below_root(module: ModuleType) -> str:
    return Path(str(module.__file__)).resolve().relative_to(ROOT).as_posix()
