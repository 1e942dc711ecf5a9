"""Every spec that a module of this room declares."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from workbench.tables.spec import Spec


def list_specs() -> dict[str, Spec]:
    """Return the specs of all findings by key, for whoever checks messages, tables and charts against them."""
    package = import_module("workbench.findings")
    modules = sorted(found.name for found in pkgutil.iter_modules(package.__path__))
    specs = [thing for name in modules for thing in vars(import_module(f"workbench.findings.{name}")).values()
             if isinstance(thing, Spec)]
    return {spec.key: spec for spec in specs}
