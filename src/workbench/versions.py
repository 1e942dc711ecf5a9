"""What code runs here, ours and that of others, in one digest: whoever keeps a result keeps it under this name."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent
LOCK = "requirements.lock"
_COPIES = ("notebooks", LOCK)  # in a wheel: each counts by itself


def digest_code() -> str:
    """Return a SHA-256 of the workbench's own files, the versions of all packages, Python and the machine's kind.

    Sums in another order change the last digits, so what the processor can do counts too. All of the package's files
    count, words and looks as well as code: which of them a step reads is nobody's guess.
    """
    return hashlib.sha256(json.dumps([_surroundings(), digest_own_code()]).encode()).hexdigest()


def digest_own_code() -> str:
    """Return a SHA-256 of the workbench's own files: code, words and looks."""
    return _digest(_stamps())


def digest_lock() -> str | None:
    """Return the SHA-256 of the list of packages that this version was tested with; None where there is none."""
    path = _find_lock()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else None


@cache
def list_unlocked() -> dict[str, str]:
    """Return the packages at hand that the lock has in another version, or we may use and it has not, by version."""
    from importlib.metadata import distributions, requires

    path = _find_lock()
    lock = path.read_text(encoding="utf-8") if path else ""
    pins: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, re.MULTILINE):
        pins.setdefault(_one_name(name), set()).add(version)
    for line in requires("findings-workbench") or ():
        pins.setdefault(_one_name(re.split(r"[^\w.-]", line)[0]), set())
    found = {_one_name(package.name): package.version for package in distributions()}
    return {name: version for name, version in sorted(found.items()) if name in pins and version not in pins[name]}


def is_unchanged() -> bool:
    """Tell whether the files that `digest_code` first read in this process are still the same.

    A process goes on with the code that it began with: where the files have become others, nobody knows by which of
    the two a result was made.
    """
    return _stamps() == _first()


def _stamps() -> tuple[tuple[str, int, int], ...]:
    stats = ((path, path.stat()) for path in _files())
    return tuple((path.relative_to(SOURCE).as_posix(), stat.st_mtime_ns, stat.st_size) for path, stat in stats)


@cache
def _first() -> tuple[tuple[str, int, int], ...]:
    return _stamps()


def _files() -> list[Path]:
    found = (path for path in sorted(SOURCE.rglob("*")) if "__pycache__" not in path.parts)
    return [path for path in found if path.is_file() and path.relative_to(SOURCE).parts[0] not in _COPIES]


def _find_lock() -> Path | None:
    """Return the lock: a wheel carries it, and in a checkout it lies beside the sources."""
    return next((path for path in (SOURCE / LOCK, SOURCE.parents[1] / LOCK) if path.is_file()), None)


def _one_name(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


@cache
def _digest(stamps: tuple[tuple[str, int, int], ...]) -> str:
    _first()
    seen = hashlib.sha256()
    for name, *_ in stamps:
        content = (SOURCE / name).read_bytes()
        seen.update(f"\n{name} {len(content)}\n".encode())
        seen.update(content)
    return seen.hexdigest()


def _surroundings() -> list[object]:
    from importlib.metadata import distributions

    import numpy as np

    features = np._core._multiarray_umath.__cpu_features__  # type: ignore[attr-defined]

    packages = sorted({f"{found.name} {found.version}" for found in distributions()})
    return [packages, platform.python_version(), platform.system(), platform.machine(),
            sorted(name for name, has in features.items() if has)]
