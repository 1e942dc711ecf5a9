"""Batches prepared by several processes side by side, and given back in the order in which they came."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, TypeVar

_WORTH_BYTES = 8_000_000  # starting processes costs more than it saves for less
_AHEAD = 2  # batches that wait for each process
Given = TypeVar("Given")
Made = TypeVar("Made")


@contextmanager
def open_pool(size: int) -> Iterator[tuple[Executor | None, int]]:
    """Open a pool of processes for an import of `size` bytes, and say how many there are.

    There is none for a small import, on one core, and where processes cannot be forked: others would run the caller's
    script again.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if size < _WORTH_BYTES or cores < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield None, 1
        return
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("fork")) as pool:
        pool.submit(int).result()  # forked now, before there are pipes and threads of readers to be inherited
        yield pool, cores


def in_order(given: Iterable[Given], make: Callable[[Given], Made], pool: tuple[Executor | None, int],
             ) -> Iterator[tuple[Given, Made]]:
    """Yield each thing with what is made of it, in order; a pool works on some of them ahead.

    Parameters
    ----------
    make
        A function that other processes can load, such as a `functools.partial` of one in a module.
    """
    executor, cores = pool
    waiting: deque[tuple[Given, Any]] = deque()
    for one in given:
        if executor is None:
            yield one, make(one)
            continue
        waiting.append((one, executor.submit(make, one)))
        if len(waiting) > _AHEAD * cores:
            first, future = waiting.popleft()
            yield first, future.result()
    for first, future in waiting:
        yield first, future.result()
