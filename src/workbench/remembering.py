"""Results of steps, kept under a name that is made of everything they come from.

The name of an entry is a digest of the function's name, all code and versions, and the content of every argument. What
has changed has another name, so an old result can not be taken for a new one. An entry is tables and JSON, checked by
digests when it is read; what does not match is worked out again. Entries lie in ``data/processed/cache``, whose content
goes with everything else that was made of the corpus.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from workbench.encoding import Encoded, NotPlainError, decode, encode, find_corpus, to_json
from workbench.errors import TableError
from workbench.files import make_private
from workbench.publishing import LOCK, PROCESSED, digest_files
from workbench.staging import CORPUS_MANIFEST, current_run
from workbench.tables.posts import Corpus
from workbench.versions import digest_code, is_unchanged

CACHE = PROCESSED / "cache"
MOST_BYTES = 2 * 2**30
ROOMS = ("topics", "speech", "actors", "findings")
_VALUE, _MANIFEST = "value.json", "manifest.json"
_OLD_SECONDS = 3600  # a part that is older is nobody's any more

P = ParamSpec("P")
R = TypeVar("R")


def remember(study: Path, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Return what a function gives, from an earlier call with the same content where there is one.

    Raises
    ------
    TableError
        If it is no function of `ROOMS`, or an argument is no content but a place where content lies: that may change
        unseen.
    """
    given = inspect.signature(function).bind(*args, **kwargs)
    given.apply_defaults()
    entry = study / CACHE / _name(function, given.arguments)
    corpus = find_corpus(given.arguments.values())
    run = current_run(study)
    if is_unchanged() and not (run and run.is_fresh):
        with suppress(OSError, ValueError, KeyError, LookupError, TypeError, AttributeError, NotPlainError, TableError):
            found: R = _read(entry, corpus)
            return found
    value = function(*args, **kwargs)
    with ExitStack() as held, suppress(OSError, NotPlainError):
        # outside a run a deletion may go on, or may have gone on since the posts were loaded
        if (run or _hold(held, study, corpus)) and _is_here(study, corpus) and is_unchanged():
            _keep(study, entry, value, corpus)
    return value


def _name(function: Callable[..., Any], arguments: Mapping[str, Any]) -> str:
    module, name = function.__module__, function.__qualname__
    room = module.removeprefix("workbench.").split(".")[0]
    if not module.startswith("workbench.") or room not in ROOMS or getattr(
            import_module(module), name, None) is not function:
        raise TableError(f"{name}: only functions of {', '.join(f'workbench.{r}' for r in ROOMS)} are remembered, "
                         "since nothing tells when others change. Call it by itself.")
    told = {}
    for parameter, value in arguments.items():
        try:
            told[parameter] = encode(value).digest()
        except NotPlainError as error:
            raise TableError(f"{name}: what {parameter} holds cannot be told by its content ({error}) Call the "
                             "function by itself, without remembering.") from None
    key = hashlib.sha256(to_json([module, name, digest_code(), sorted(told.items())])).hexdigest()
    return f"{name}-{key[:40]}"


def _read(entry: Path, corpus: Corpus | None) -> Any:
    """Return the value of an entry; raises where it is absent, or is not what was written."""
    import pyarrow.parquet as pq

    said = json.loads((entry / _MANIFEST).read_text(encoding="utf-8"))
    if digest_files(entry) != {**said["files"], _MANIFEST: digest_files(entry / _MANIFEST)[""]}:
        raise ValueError(f"{entry.name} is not as it was written")
    tables = {name: pq.read_table(entry / f"{name}.parquet", partitioning=None) for name in said["tables"]}
    encoded = Encoded(json.loads((entry / _VALUE).read_text(encoding="utf-8")), tables)
    if said["entry"] != entry.name or encoded.digest() != said["value"]:
        raise ValueError(f"{entry.name} is not what was kept")
    value = decode(encoded, corpus=corpus)
    os.utime(entry)
    return value


def _keep(study: Path, entry: Path, value: Any, corpus: Corpus | None) -> None:
    """Write an entry whole or not at all, if what is read of it is the value again."""
    import pyarrow.parquet as pq

    encoded = encode(value)
    digest = encoded.digest()
    make_private(study / CACHE)
    part = Path(tempfile.mkdtemp(dir=study / CACHE, prefix=".", suffix=".part"))
    try:
        for name, table in encoded.tables.items():
            pq.write_table(table, part / f"{name}.parquet", compression="zstd")
        (part / _VALUE).write_bytes(to_json(encoded.tree))
        read = {name: pq.read_table(part / f"{name}.parquet", partitioning=None) for name in encoded.tables}
        if encode(decode(Encoded(encoded.tree, read), corpus=corpus)).digest() != digest:
            return
        of = digest_files(study / CORPUS_MANIFEST).get("")
        told = {"entry": entry.name, "value": digest, "tables": sorted(encoded.tables),
                "corpus": of, "files": digest_files(part)}
        (part / _MANIFEST).write_text(json.dumps(told), encoding="utf-8")
        for path in part.iterdir():
            path.chmod(0o600)
        shutil.rmtree(entry, ignore_errors=True)
        os.rename(part, entry)
        _tidy(study / CACHE, of)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _hold(held: ExitStack, study: Path, corpus: Corpus | None) -> bool:
    """Keep deletions out, and tell whether that worked; without posts nothing tells when a result was made."""
    import filelock

    if corpus is None:
        return False
    lock = filelock.FileLock(study / LOCK, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        return False
    held.callback(lock.release)
    return True


def _is_here(study: Path, corpus: Corpus | None) -> bool:
    """Tell whether posts were loaded from the corpus as it lies there now, from which nothing was deleted since."""
    if corpus is None:
        return True
    loaded = corpus.provenance.get("parts", {})
    try:
        said = json.loads((study / CORPUS_MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    now = {part["file"]: part["sha256"] for part in said["parts"]}
    return bool(loaded) and loaded.items() <= now.items()


def _tidy(cache: Path, corpus: str | None) -> None:
    """Remove what killed runs left, what was made of another corpus, and the oldest entries beyond the bound."""
    entries = []
    for path in cache.iterdir():
        begun = path.stat().st_mtime
        if path.name.startswith("."):
            if time.time() - begun > _OLD_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
            continue
        entries.append((begun, path, sum(file.stat().st_size for file in path.iterdir())))
    total = 0
    for _, path, size in sorted(entries, reverse=True):
        total += size
        if total > MOST_BYTES or _corpus_of(path) != corpus:
            shutil.rmtree(path, ignore_errors=True)


def _corpus_of(entry: Path) -> str | None:
    try:
        said: str | None = json.loads((entry / _MANIFEST).read_text(encoding="utf-8")).get("corpus")
    except (OSError, ValueError, AttributeError):
        return ""
    return said
