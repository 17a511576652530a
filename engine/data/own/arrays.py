"""NumPy's NPY and NPZ files, read without NumPy's own reader.

``numpy.load`` gives the header of a file to ``ast`` and to ``numpy.dtype``, and the shape in it to
the allocator: a header of 148 bytes can end the process. Here the header is matched as text, only
plain numbers pass, and no array is larger than what lies behind its header. The format:
numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Nothing is ever unpickled.
"""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.own.errors import OwnDataError
from engine.data.own.table import Layout, Table, check_size, column_names, is_turned

Numbers = NDArray[np.generic]

MAGIC = b"\x93NUMPY"
ZIP = b"PK\x03\x04"
MAX_ENTRIES = 1000
MAX_UNPACKED = 64_000_000  #: bytes of all arrays of an archive together
LONGEST_HEADER = 10_000

_TYPE = re.compile(r"""['"]descr['"]\s*:\s*['"]([^'"]{0,40})['"]""")
_ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)\b""")
#: With a comma that may be missing, the ways to part a long number would grow without end.
_SHAPE = re.compile(
    r"""['"]shape['"]\s*:\s*\(((?:\s*\d{1,15}L?\s*,){0,8}(?:\s*\d{1,15}L?)?)\s*\)"""
)
_PLAIN = re.compile(r"[<>|=]?(?:f2|f4|f8|f16|[iu][1248]|b1)")
_DIRECTORY_ENTRY = b"PK\x01\x02"  #: begins the description of each file in an archive
_ENCRYPTED = 0x1


def holds_arrays(data: bytes) -> bool:
    """Whether a file is one of NumPy's, whatever its name says."""
    return data.startswith(MAGIC) or (data.startswith(ZIP) and b".npy" in data)


def read_arrays(data: bytes, asked: Layout) -> Table:
    """The columns of a NumPy file: those of its first matrix, else all vectors of one length.

    What the file is, its first bytes say and not its name.

    Raises:
        OwnDataError: in one sentence, if there are no columns of plain numbers in it.
    """
    arrays = _unpacked(data) if data.startswith(ZIP) else {"array": _array(data)}
    for matrix in arrays.values():
        if matrix.ndim == 2:
            return _of_matrix(matrix, asked)
    if len({len(vector) for vector in arrays.values()}) > 1:
        raise OwnDataError("The arrays in the file differ in length.")
    check_size(max(map(len, arrays.values()), default=0), len(arrays))
    names = column_names(list(arrays))
    return Table(dict(zip(names, arrays.values(), strict=True)))


def _of_matrix(matrix: Numbers, asked: Layout) -> Table:
    answer = is_turned(len(matrix), matrix.shape[1], asked.turned)
    columns = matrix if answer else matrix.T
    check_size(columns.shape[1], len(columns))
    names = column_names([""] * len(columns))
    return Table(dict(zip(names, columns, strict=True)), layout=Layout(turned=answer))


# -------------------------------------------------------------------------------------- an array


@dataclass(frozen=True)
class _Header:
    """What the header of an array says, and where the numbers begin."""

    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    fortran: bool
    end: int


def _array(data: bytes) -> Numbers:
    """The array of an NPY file, a vector or a matrix of at least two columns.

    Raises:
        OwnDataError: in one sentence, if it is none of plain numbers.
    """
    header = _header(data)
    count = math.prod(header.shape)
    if count * header.dtype.itemsize > len(data) - header.end:
        shape = " x ".join(f"{n:,}" for n in header.shape)
        raise OwnDataError(_refusal(f"the {shape} numbers that it promises are not all there"))
    flat = np.frombuffer(data, header.dtype, count, header.end)
    array = flat.reshape(header.shape, order="F" if header.fortran else "C")
    if array.ndim > 2 or (array.ndim == 2 and array.shape[1] == 1):
        array = array.reshape([n for n in array.shape if n != 1])
    if array.ndim not in (1, 2):
        raise OwnDataError(
            f"The array in the file has the shape {header.shape}; points need one row each and two "
            "columns, (N, 2)."
        )
    return array


def _header(data: bytes) -> _Header:
    """What stands before the numbers of an NPY file."""
    if not data.startswith(MAGIC) or len(data) < 12:
        raise OwnDataError(_refusal("it does not begin like one"))
    wide = data[6] > 1  # version 1 has two bytes for the length of the header, later ones four
    (length,) = struct.unpack_from("<I" if wide else "<H", data, 8)
    start = 12 if wide else 10
    if length > min(LONGEST_HEADER, len(data) - start):
        raise OwnDataError(_refusal("its header is cut off or damaged"))
    text = data[start : start + length].decode("latin-1")
    kind, order, shape = _TYPE.search(text), _ORDER.search(text), _SHAPE.search(text)
    if order is None or shape is None or "descr" not in text:
        raise OwnDataError(_refusal("its header is damaged"))
    if kind is None or _PLAIN.fullmatch(kind[1]) is None:
        held = "a table of mixed types" if kind is None else f"values of the type {kind[1]!r}"
        raise OwnDataError(_refusal(f"it holds {held}"))
    try:
        dtype = np.dtype(kind[1])
    except TypeError as problem:  # long doubles exist on some machines only
        raise OwnDataError(_refusal(f"this machine knows no {kind[1]!r}")) from problem
    sides = tuple(int(n) for n in re.findall(r"\d+", shape[1]))
    return _Header(dtype, sides, order[1] == "True", start + length)


def _refusal(why: str) -> str:
    return (
        f"This is not a NumPy file of plain numbers: {why}; please save the array of floats again "
        "with numpy.save."
    )


# ------------------------------------------------------------------------------------ an archive


def _unpacked(data: bytes) -> dict[str, Numbers]:
    """The arrays of plain numbers in an NPZ file.

    Raises:
        OwnDataError: in one sentence, if there are none or the file cannot be unpacked.
    """
    # Counted before zipfile makes an object of each.
    if data.count(_DIRECTORY_ENTRY) > MAX_ENTRIES:
        raise OwnDataError(
            f"The archive holds more than {MAX_ENTRIES:,} files; please save the columns as one "
            "array (N, 2)."
        )
    arrays: dict[str, Numbers] = {}
    first_refusal: OwnDataError | None = None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in _entries(archive):
                content = archive.read(entry)
                try:
                    arrays[entry.filename.removesuffix(".npy")] = _array(content)
                except OwnDataError as refusal:
                    first_refusal = first_refusal or refusal
    except OwnDataError:
        raise
    except NotImplementedError as problem:
        raise OwnDataError(_PACKED.format(_FOREIGN)) from problem
    except _DAMAGED as problem:
        raise OwnDataError(_PACKED.format("it is cut off or damaged")) from problem
    if not arrays and first_refusal is not None:
        raise first_refusal
    if not arrays:
        raise OwnDataError(
            "There is no NumPy array in this archive; please upload a table, or arrays saved with "
            "numpy.savez."
        )
    return arrays


_PACKED = "The archive cannot be unpacked: {}; please save the arrays again with numpy.savez."
_FOREIGN = "it is packed in a way that NumPy never uses"
#: What zipfile raises on archives that are damaged; ValueError, say, on places before the start.
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, struct.error, ValueError)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The arrays of an archive, before any is unpacked; refuses what NumPy does not write."""
    entries = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise OwnDataError(_PACKED.format("it is encrypted"))
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise OwnDataError(_PACKED.format(_FOREIGN))
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise OwnDataError(
            f"The file unpacks to more than {MAX_UNPACKED // 10**6} MB; please keep fewer rows."
        )
    return entries
