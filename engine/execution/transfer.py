"""How work and results travel between processes: pickles, with arrays beside them in shared memory.

Arrays and tensors are not copied into the pickle (protocol 5, PEP 574). Small ones follow it; large
ones are written to a file in a private folder, in memory where the system has one (``/dev/shm``),
from which whoever reads takes them. Where that is full, as it soon is in a container, they follow
the pickle, too.
"""

from __future__ import annotations

import io
import os
import pickle
import shutil
import struct
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

#: Bytes of arrays from which on they travel in a file.
LARGE = 1 << 16
#: Arrays begin at multiples of so many bytes: what vector instructions like.
_ALIGN = 64
_LENGTH = struct.Struct(">Q")
_NAME = "diffusion-explorer-"
_SHARED = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


def folder() -> Path:
    """A new private folder, in memory where the system has one.

    Those of processes that were killed are removed from there.
    """
    shared = None
    if os.access(_SHARED, os.W_OK):
        shared = str(_SHARED)
        for old in _SHARED.glob(f"{_NAME}*-*"):
            number = old.name.removeprefix(_NAME).partition("-")[0]
            if number.isdecimal() and not Path("/proc", number).exists():
                shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_NAME}{os.getpid()}-", dir=shared))


def dumps(value: Any, where: Path | None = None) -> bytes:
    """``value`` as bytes for ``loads``.

    Args:
        value: anything that can be pickled.
        where: the folder for large arrays, which the reader must see; None: all in the bytes.
    """
    buffers: list[pickle.PickleBuffer] = []
    stream = io.BytesIO()
    _Pickler(stream, pickle.HIGHEST_PROTOCOL, buffer_callback=buffers.append).dump(value)
    raw = [buffer.raw() for buffer in buffers]
    sizes = [part.nbytes for part in raw]
    path, start = "", stream.tell()
    if where is not None and sum(sizes) >= LARGE:
        path = _file(where, raw)
    if path:
        start = 0
    else:
        _write(stream, raw)
    head = pickle.dumps((path, start, sizes))
    return _LENGTH.pack(len(head)) + head + stream.getvalue()


def loads(data: bytes) -> Any:
    """The value behind ``dumps``; arrays may be written to. Large ones can be read but once."""
    (path, start, sizes), length = _head(data)
    body = memoryview(bytearray(data[length:]))
    parts = _parts(_taken(Path(path)) if path else body, start, sizes)
    return pickle.loads(body, buffers=parts)  # noqa: S301 - our own processes


def size(data: bytes) -> int:
    """Bytes of what ``dumps`` has written, arrays included."""
    (_, _, sizes), _ = _head(data)
    return max(len(data), sum(sizes))


def discard(data: bytes) -> None:
    """Give up what ``dumps`` has written and nobody is going to read."""
    (path, _, _), _ = _head(data)
    if path:
        Path(path).unlink(missing_ok=True)


def _head(data: bytes) -> tuple[tuple[str, int, list[int]], int]:
    """Where the arrays are (file, offset, sizes), and the length of what precedes the pickle."""
    (length,) = _LENGTH.unpack_from(data)
    end = _LENGTH.size + length
    return pickle.loads(data[_LENGTH.size : end]), end  # noqa: S301 - our own processes


def _parts(data: memoryview, start: int, sizes: list[int]) -> list[memoryview]:
    parts = []
    for size in sizes:
        start = -(-start // _ALIGN) * _ALIGN
        parts.append(data[start : start + size])
        start += size
    return parts


def _file(where: Path, raw: list[memoryview]) -> str:
    """A new file that holds the arrays; "" where there is no room for it."""
    with tempfile.NamedTemporaryFile(dir=where, delete=False) as file:
        try:
            _write(file, raw)
            file.flush()
        except OSError:
            Path(file.name).unlink()
            return ""
    return file.name


def _taken(path: Path) -> memoryview:
    """What is in the file, which is then gone."""
    found = bytearray(path.stat().st_size)
    with path.open("rb") as file:
        file.readinto(found)
    path.unlink()
    return memoryview(found)


def _write(stream: Any, raw: list[memoryview]) -> None:
    for part in raw:
        stream.write(b"\0" * (-stream.tell() % _ALIGN))
        stream.write(part)


class _Pickler(pickle.Pickler):
    """Tensors travel as the arrays they are."""

    def reducer_override(self, value: Any) -> Any:
        torch = sys.modules.get("torch")  # a server starts without it
        if torch is not None and type(value) is torch.Tensor and _plain(value):
            return torch.from_numpy, (value.numpy(),)
        return NotImplemented


def _plain(tensor: Tensor) -> bool:
    """Whether numpy sees the same numbers."""
    import torch

    return (
        tensor.device.type == "cpu"
        and not tensor.requires_grad
        and tensor.layout is torch.strided
        and tensor.dtype != torch.bfloat16
        and not tensor.is_conj()
        and not tensor.is_neg()
    )
