"""How things are measured: seconds, and the peak memory of a fresh process."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

Row = dict[str, object]
SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


def row(measure: str, ours: float, peer: float | None, peer_is: str, **further: object) -> Row:
    """Return one line of the results: what was measured, ours, the peer's in the same run, who the peer is."""
    return {"measure": measure, "ours": ours, "peer": peer, "peer_is": peer_is, **further}


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of one call."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def locked_python() -> str:
    """Return the interpreter of the locked environment: peers bring torch, which BERTopic then loads for us as well."""
    return os.environ.get("LOCKED_PYTHON", sys.executable)


def in_fresh_process(code: str, *arguments: str, python: str = sys.executable) -> tuple[float, float, str]:
    """Run Python code in a process of its own.

    Parameters
    ----------
    python
        Interpreter, where it is not this one.

    Returns
    -------
    seconds, megabytes, printed
        Wall time with start-up, peak resident memory, and what the code printed.
    """
    wrapped = (f"{code}\nimport resource, sys\n"
               "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)")
    begun = time.perf_counter()
    done = subprocess.run([python, "-c", wrapped, *arguments], capture_output=True, text=True, check=False,
                          env=os.environ)
    took = time.perf_counter() - begun
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    peak = next(int(line.split()[1]) for line in reversed(done.stderr.splitlines()) if line.startswith("peak "))
    return took, peak / 1024, done.stdout


def peak_memory() -> float:
    """Return the peak resident memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
