"""The messages between a server and its worker processes: a kind, a task's number, byte strings."""

from __future__ import annotations

import struct
from enum import IntEnum, auto
from typing import BinaryIO

_HEAD = struct.Struct(">BQQQ")


class Kind(IntEnum):
    """What a message is about."""

    # From the server.
    BEGIN = auto()
    CANCEL = auto()
    PAUSE = auto()
    RESUME = auto()
    ANSWER = auto()
    # From the process.
    READY = auto()
    NEWS = auto()
    PAUSED = auto()
    DONE = auto()
    FAILED = auto()
    ASK = auto()


def write(
    stream: BinaryIO, kind: Kind, number: int, first: bytes = b"", second: bytes = b""
) -> None:
    """Send a message at once."""
    head = _HEAD.pack(kind, number, len(first), len(second))
    stream.write(b"".join((head, first, second)))
    stream.flush()


def read(stream: BinaryIO) -> tuple[Kind, int, bytes, bytes] | None:
    """The next message; None when the other side has ended."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, number, first, second = _HEAD.unpack(head)
    body = stream.read(first + second)
    if len(body) < first + second:
        return None
    return Kind(kind), number, body[:first], body[first:]
