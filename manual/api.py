"""Pages of the rooms and of every public name in them."""

from __future__ import annotations

import inspect
from importlib import import_module

from manual.names import PublicName, list_rooms
from manual.pages import heading, rst_table

OPTIONS = {"class": ("members", "show-inheritance"), "exception": ("show-inheritance",)}


def write_api() -> dict[str, str]:
    """Return the text of each page by its path: one for all rooms, one a room, one a name."""
    rooms = list_rooms()
    pages = {"api/index.rst": _write_index(rooms)}
    for room, names in rooms.items():
        pages[f"api/{room}.rst"] = _write_room(room, names)
        pages |= {f"{name.page}.rst": _write_name(name, room) for name in names}
    return pages


def _write_index(rooms: dict[str, list[PublicName]]) -> str:
    rows = [(f":doc:`{room} </api/{room}>`", str(len(names)), _opening(room)) for room, names in rooms.items()]
    listed = "\n".join(f"   {room}" for room in rooms)
    return "\n".join([
        heading("Public names"), "",
        "Each room does one thing to a table and hands the result over. Names are loaded on first use, so that "
        "``import workbench`` costs next to nothing: ``import workbench as wb``, then ``wb.findings.measure_volume``.",
        "", rst_table(("Room", "Names", "What it does"), rows, widths=(25, 10, 65)), "",
        ".. toctree::", "   :hidden:", "   :maxdepth: 1", "", listed, ""])


def _write_room(room: str, names: list[PublicName]) -> str:
    rows = [(f":doc:`{name.name} </{name.page}>`", name.summary) for name in names]
    return "\n".join([heading(room), "", _opening(room), "",
                      rst_table(("Name", "What it does"), rows, widths=(35, 65)), ""])


def _write_name(name: PublicName, room: str) -> str:
    options = "".join(f"\n   :{option}:" for option in OPTIONS.get(name.kind, ()))
    return "\n".join([
        ":orphan:", "", heading(name.name), "",
        f"In :doc:`{room} </api/{room}>`. Its source is ``{name.file}``.", "",
        f".. py:currentmodule:: {name.module}", "",
        f".. auto{name.kind}:: {name.module}.{name.name}{options}", ""])


def _opening(module: str) -> str:
    """Return the sentence with which a module opens."""
    opening = inspect.getdoc(import_module(module)) or ""
    return opening.split("\n\n")[0].replace("\n", " ") or "Tables that rooms hand over: frozen, around pandas frames."
