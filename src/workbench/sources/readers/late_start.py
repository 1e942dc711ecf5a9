"""Streams whose records begin after something else: a line of JavaScript, lines about a query."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from workbench.sources.readers.opening import Stream

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LONGEST_START = 16_384


class _Rest(io.RawIOBase):
    """What is left of a stream, after some bytes that were read already."""

    def __init__(self, held: bytes, inner: BinaryIO) -> None:
        self._held, self._inner = held, inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        piece, self._held = self._held[: len(view)], self._held[len(view) :]
        piece = piece or self._inner.read(len(view))
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._inner.close()
        super().close()


@dataclass(frozen=True)
class _LateStream(Stream):
    start_of: Callable[[bytes], int] = field(default=lambda head: 0, repr=False, compare=False)

    def open(self, **options: Any) -> BinaryIO:
        inner = cast("Any", super()).open(**options)
        head = inner.read(_LONGEST_START)
        return cast("BinaryIO", io.BufferedReader(_Rest(head[self.start_of(head) :], inner), 1 << 20))


def begin_at(stream: Stream, start_of: Callable[[bytes], int]) -> Stream:
    """Return a stream as it is from where its records begin.

    Parameters
    ----------
    start_of
        Where that is, given the first bytes, up to 16 KiB.
    """
    return _LateStream(**{one.name: getattr(stream, one.name) for one in fields(stream)}, start_of=start_of)
