"""Independent pieces of numerical work, each on one core."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Found = TypeVar("Found")


def in_threads(work: Callable[[Task], Found], tasks: Iterable[Task]) -> list[Found]:
    """Return what comes of each task; each runs on one core, so how many there are changes nothing."""
    from threadpoolctl import threadpool_limits

    # a limit on OpenMP holds for the thread that asked for it only, one on BLAS for all
    with threadpool_limits(1), ThreadPoolExecutor(os.cpu_count(), initializer=threadpool_limits, initargs=(1,)) as pool:
        return list(pool.map(work, tasks))
