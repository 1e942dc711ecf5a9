"""What every command says of itself with --help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from manual.pages import plain, table


def list_commands() -> dict[str, Any]:
    """Return every command of `workbench` by its full name, groups before the commands in them."""
    from typer.main import get_command

    from workbench.cli import app

    return dict(_walk("workbench", get_command(app)))


def write_commands() -> str:
    """Return the text of the page on commands."""
    told = "\n\n".join(_write_command(name, command) for name, command in list_commands().items())
    return ("# Commands\n\nEach answers `--help` with what stands here. The exit code is 0 for done, 1 for a fault of "
            f"the workbench itself, 2 for refused, with the reason, and 130 for stopped by Ctrl-C.\n\n{told}\n")


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for inner, one in sorted(getattr(command, "commands", {}).items()):
        yield from _walk(f"{name} {inner}", one)


def _write_command(name: str, command: Any) -> str:
    given = [p for p in command.params if not getattr(p, "hidden", False)]
    rows = [(_write_name(p), plain(_clean(getattr(p, "help", "") or "")), _write_default(p)) for p in given]
    inner = sorted(getattr(command, "commands", {}))
    usage = " ".join([name, *(["COMMAND"] if inner else []), *(_write_argument(p) for p in given if _is_argument(p)),
                      *(["[OPTIONS]"] if any(not _is_argument(p) for p in given) else [])])
    parts = [f"## {name}", f"```text\n{usage}\n```", _write_help(command.help or "")]
    if inner:
        parts.append("Commands: " + ", ".join(f"[{i}](#{f'{name} {i}'.replace(' ', '-')})" for i in inner))
    if rows:
        parts.append(table(("Argument or option", "What it does", "Default"), rows))
    return "\n\n".join(parts)


def _write_help(text: str) -> str:
    """Return help as Markdown: paragraphs, and lines that are set in as code."""
    parts: list[str] = []
    for block in text.split("\n\n"):
        if not block.strip():
            continue
        if block.startswith("  "):
            line = block.strip()
            if parts and parts[-1].startswith("```"):
                parts[-1] = f"{parts[-1].removesuffix('```')}{line}\n```"
            else:
                parts.append(f"```text\n{line}\n```")
        else:
            parts.append(plain(_clean(" ".join(block.split()))))
    return "\n\n".join(parts)


def _clean(text: str) -> str:
    """Return help without the marks of the terminal."""
    return re.sub(r"\[/?(?:bold|italic|dim)\]", "", text)


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


def _write_argument(param: Any) -> str:
    name = str(param.metavar or param.name).upper()
    name = f"{name}…" if param.nargs == -1 else name
    return name if param.required else f"[{name}]"


def _write_name(param: Any) -> str:
    if _is_argument(param):
        return f"`{_write_argument(param)}`"
    return ", ".join(f"`{opt}`" for opt in [*param.opts, *param.secondary_opts])


def _write_default(param: Any) -> str:
    if param.required:
        return "needed"
    default = param.default
    is_told = isinstance(default, str | int | float) and not isinstance(default, bool) and default != ""
    return f"`{default}`" if is_told and getattr(param, "show_default", True) else "–"
