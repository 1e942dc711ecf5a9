"""Readers in a process of their own, so that no file can take the study down.

The process is forked (Linux) or started anew, may take a limit of memory beyond what it begins with, and is ended
where it neither reads nor gives anything for a limit of seconds; how long a file takes in all does not matter. It
reads a few batches ahead while its parent works on those before.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from workbench.errors import InputError, WorkbenchError
from workbench.settings import SourceCard
from workbench.sources.readers.counting import count_records
from workbench.sources.readers.detection import detect_format, known_formats, may_be_export, no_export
from workbench.sources.readers.opening import Stream, list_streams
from workbench.sources.readers.records import RAW_LINK, RAW_POST, Batch, Format, frame_of

_BEAT_SECONDS = 0.5
_HEADER = 8  # bytes before every message: how long it is; a sign of life is empty
FORKS = sys.platform == "linux"  # elsewhere a forked process may not use what its parent's threads hold


@dataclass(frozen=True)
class Limits:
    """What a reader may take.

    Attributes
    ----------
    memory
        Bytes beyond what its process begins with; on Linux.
    idle_seconds
        Without reading or giving anything, while its parent waits.
    ahead
        Batches that are read before they are asked for.
    """

    memory: int = 1 << 30
    idle_seconds: float = 30.0
    ahead: int = 2


class _Stopped(Exception):
    """A reader that came to no end, and why."""


@dataclass(frozen=True)
class _Task:
    """What a process is to do; for one that is started anew, streams and formats go by name."""

    kind: str
    streams: Sequence[Stream]
    forms: Sequence[Format] = ()
    card: SourceCard | None = None

    def named(self) -> tuple[Any, ...]:
        return self.kind, [(s.path, s.member) for s in self.streams], [_named(f) for f in self.forms], self.card

    @staticmethod
    def of(kind: str, places: list[tuple[Path, str]], forms: list[tuple[str, str, str]],
           card: SourceCard | None) -> _Task:
        found = {(s.path, s.member): s for path in dict.fromkeys(p for p, _ in places) for s in list_streams(path)}
        return _Task(kind, [found[place] for place in places], [_format(*form) for form in forms], card)

    def run(self, passed: Callable[[], None]) -> Iterator[Any]:
        for number, stream in enumerate(self.streams):
            watched = replace(stream, passed=passed)
            if self.kind == "detect":
                try:
                    yield number, _named(detect_format(watched))
                except InputError as error:
                    yield number, error
                continue
            form = self.forms[number]
            if self.kind == "names":
                yield number, form.names(watched)
            elif self.kind == "counts":
                yield number, count_records(watched, form)
            else:
                assert self.card is not None
                yield number, None
                yield from ((number, batch) for batch in form.read(watched, self.card))


def _named(form: Format) -> tuple[str, str, str]:
    return form.name, form.platform, form.letter


def _format(name: str, platform: str, letter: str) -> Format:
    form = known_formats()[name]
    return form if form.platform == platform else replace(form, platform=platform, letter=letter)


def read_guarded(streams: Sequence[tuple[Stream, Format]], card: SourceCard, *,
                 limits: Limits = Limits()) -> Iterator[tuple[int, Batch]]:
    """Yield the batches of streams one after the other, each with the number of its stream, read in another process.

    Where the reader dies, runs out of memory or hangs, the batches before are kept, the last one of that stream holds
    one fault that says so, and the streams after it are read.

    Raises
    ------
    InputError
        As the reader itself.
    """
    begun = 0
    while begun < len(streams):
        left = streams[begun:]
        task = _Task("batches", [stream for stream, _ in left], [form for _, form in left], card)
        now, rows, arenas = 0, 0, list[Any]()
        with closing(_messages(task, limits)) as messages:
            try:
                for number, batch in messages:
                    if batch is None:  # the stream begins
                        now, rows, arenas = number, 0, []
                        continue
                    arenas = batch.arenas
                    rows += len(batch.posts) + len(batch.faults) + batch.covered
                    yield begun + number, batch
                return
            except _Stopped as stopped:
                fault = (rows + 1, f"the reader stopped here: it {stopped}", None)
                yield begun + now, Batch(frame_of(RAW_POST, []), frame_of(RAW_LINK, []), arenas, [fault])
        begun += now + 1


def names_guarded(streams: Sequence[tuple[Stream, Format]], *, limits: Limits = Limits()) -> set[str]:
    """Return the display names of accounts in streams, read in another process.

    Raises
    ------
    InputError
        As the reader itself, or where it comes to no end: without the names nothing may be imported.
    """
    names: set[str] = set()
    done = 0
    with closing(_messages(_Task("names", [s for s, _ in streams], [form for _, form in streams]), limits)) as messages:
        try:
            for done, found in enumerate((found for _, found in messages), 1):  # noqa: B007
                names |= found
        except _Stopped as stopped:
            raise InputError(_no_end(streams[done][0], stopped)) from None
    return names


def count_guarded(streams: Sequence[tuple[Stream, Format]], *, limits: Limits = Limits()) -> list[int | None]:
    """Count the records of streams (`count_records`) in another process; None also where the count comes to no end."""
    counts: list[int | None] = []
    while len(counts) < len(streams):
        left = streams[len(counts):]
        task = _Task("counts", [stream for stream, _ in left], [form for _, form in left])
        try:
            with closing(_messages(task, limits)) as messages:
                for _, count in messages:
                    counts.append(count)
        except _Stopped:
            counts.append(None)
    return counts


def detect_guarded(streams: Sequence[Stream], *, limits: Limits = Limits()) -> list[Format | InputError]:
    """Tell the formats of streams in another process; of one that is no export, the error that says so."""
    found: list[Format | InputError | None] = [
        no_export(stream) if stream.member and not may_be_export(stream) else None for stream in streams]
    left = [number for number, told in enumerate(found) if told is None]
    while left:
        try:
            with closing(_messages(_Task("detect", [streams[number] for number in left]), limits)) as messages:
                for place, told in messages:
                    found[left[place]] = told if isinstance(told, InputError) else _format(*told)
        except _Stopped as stopped:
            number = next(number for number in left if found[number] is None)
            found[number] = InputError(_no_end(streams[number], stopped))
        left = [number for number in left if found[number] is None]
    return [told for told in found if told is not None]


def _no_end(stream: Stream, stopped: _Stopped) -> str:
    return f"{stream.name}: cannot be read: the reader {stopped}. Leave the file out, or export it again."


def _messages(task: _Task, limits: Limits) -> Any:
    """Yield what a task gives in another process."""
    with _Child(task, limits) as child:
        yield from child


class _Child:
    """A process that works on a task, and the thread that takes in what it says."""

    def __init__(self, task: _Task, limits: Limits) -> None:
        self._limits = limits
        self._said: queue.Queue[bytes | None] = queue.Queue(limits.ahead)
        self._is_closed = False
        self._heard = time.monotonic()
        self._start = _fork if FORKS else _spawn
        self._pipe, self._end = self._start(task, limits)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *exception: object) -> None:
        self._is_closed = True
        self._end(True)
        while self._thread.is_alive():  # it may wait for room
            with suppress(queue.Empty):
                self._said.get_nowait()
            self._thread.join(0.01)
        self._pipe.close()

    def _listen(self) -> None:
        while not self._is_closed:
            header = self._pipe.read(_HEADER)
            size = int.from_bytes(header, "little")
            said = self._pipe.read(size) if size else b""
            self._heard = time.monotonic()
            if len(header) < _HEADER or len(said) < size:
                self._said.put(None)
                return
            if size:
                self._said.put(said)
                self._heard = time.monotonic()

    def __iter__(self) -> Iterator[Any]:
        while True:
            try:
                said = self._said.get(timeout=min(1.0, self._limits.idle_seconds))
            except queue.Empty:
                if time.monotonic() - self._heard > self._limits.idle_seconds:
                    raise _Stopped(f"made no progress for {self._limits.idle_seconds:g} seconds") from None
                continue
            if said is None:
                raise _Stopped(self._end(False))
            kind, value = pickle.loads(said)
            if kind == "end":
                return
            if kind == "error":
                raise value
            if kind == "stopped":
                raise _Stopped(value)
            yield value


def _fork(task: _Task, limits: Limits) -> tuple[BinaryIO, Callable[[bool], str]]:
    import signal

    reading, writing = os.pipe()
    with warnings.catch_warnings():  # other threads hold nothing that readers use
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if process == 0:
        try:
            gc.freeze()  # else the first collection copies the parent's whole heap
            os.close(reading)
            _limit_memory(limits.memory)
            _serve(task, os.fdopen(writing, "wb"))
        finally:
            os._exit(1)  # nothing of the parent's is to be tidied up here
    os.close(writing)
    status: list[int] = []

    def end(kill: bool) -> str:
        if not status:
            if kill:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            status.append(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
        return f"was ended by signal {-status[0]}" if status[0] < 0 else "broke off"

    return os.fdopen(reading, "rb"), end


def _spawn(task: _Task, limits: Limits) -> tuple[BinaryIO, Callable[[bool], str]]:
    import subprocess

    process = subprocess.Popen([sys.executable, "-m", __spec__.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError), process.stdin as told:
        pickle.dump((limits, task.named()), told)

    def end(kill: bool) -> str:
        if kill:
            process.kill()
        code = process.wait()
        return f"was ended by signal {-code}" if code < 0 else "broke off"

    return cast("BinaryIO", process.stdout), end


def _limit_memory(most: int) -> None:
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + most
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
    except (ImportError, OSError, ValueError):  # a system that has no such limit
        return


def _serve(task: _Task, pipe: BinaryIO) -> None:
    """Work on a task in this process and say what it gives, then how it ended."""
    beaten = time.monotonic()

    def say(message: bytes) -> None:
        nonlocal beaten
        pipe.write(len(message).to_bytes(_HEADER, "little") + message)
        pipe.flush()
        beaten = time.monotonic()

    def passed() -> None:
        if time.monotonic() - beaten > _BEAT_SECONDS:
            say(b"")

    try:
        for found in task.run(passed):
            say(pickle.dumps(("found", found), protocol=5))
        said: tuple[str, Any] = "end", None
    except WorkbenchError as error:
        said = "error", error
    except MemoryError:
        said = "stopped", "ran out of memory"
    except RecursionError:
        said = "stopped", "met records nested too deep"
    except BrokenPipeError:
        os._exit(1)  # nobody wants to know any more
    except Exception as error:  # its own words may hold what the post says
        said = "stopped", f"failed ({type(error).__name__})"
    say(pickle.dumps(said, protocol=5))
    pipe.close()
    os._exit(0)


def _main() -> None:
    """Work on the task that standard input names."""
    limits, task = pickle.load(sys.stdin.buffer)
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _limit_memory(limits.memory)
    _serve(_Task.of(*task), pipe)


if __name__ == "__main__":
    _main()
