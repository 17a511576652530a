"""The bytes of a file as text, in whichever encoding a program or an editor saved it.

Files of text state no encoding. A byte order mark decides; else the zero bytes of UTF-16
and UTF-32 show where the letters stand; else it is UTF-8, and what is not is the Western code
page of Windows (a superset of printable Latin-1).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

#: The longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Bytes of one letter, the place of the byte that says an ASCII letter, and the encoding.
_WIDE = ((4, 0, "utf-32-le"), (4, 3, "utf-32-be"), (2, 0, "utf-16-le"), (2, 1, "utf-16-be"))
_SAMPLE = 4096
_MOSTLY = 0.9


def decode(data: bytes) -> str:
    """The text of a file with a line feed at the end of every line; no text has zero bytes."""
    text = _text(data)
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def opened(path: Path) -> TextIO:
    """A file of any length to read ``lines`` from.

    Raises:
        OSError: if it cannot be read.
    """
    with path.open("rb") as file:
        encoding = _wide_encoding(file.read(_SAMPLE)) or "utf-8-sig"
    return path.open(encoding=encoding, errors="surrogateescape")


def lines(file: TextIO, longest: int) -> Iterator[str]:
    """The lines of a file that was ``opened``, each with a line feed at its end, one at a time.

    Of a line with more than ``longest`` letters the rest is left out.
    """
    while line := file.readline(longest):
        rest = line
        while not rest.endswith("\n") and (rest := file.readline(longest)):
            pass
        if not line.isascii():
            line = _line(line.encode("utf-8", "surrogateescape"))
        yield line.removesuffix("\n") + "\n"


def _text(data: bytes) -> str:
    data = data.removeprefix(codecs.BOM_UTF8)
    encoding = _wide_encoding(data)
    if encoding:
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Line by line: records of several programs may stand in one file.
        return "".join(_line(line) for line in data.splitlines(keepends=True))


def _wide_encoding(data: bytes) -> str:
    """UTF-16 or UTF-32, known by a mark or by its zero bytes; else ""."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), "") or _wide(data)


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, known by the zero bytes of ASCII letters; else ""."""
    sample = data[:_SAMPLE]
    if b"\x00" not in sample:
        return ""
    for width, place, encoding in _WIDE:
        columns = [sample[k : len(sample) - len(sample) % width : width] for k in range(width)]
        letters, rest = columns.pop(place), b"".join(columns)
        zeros = rest.count(0) / max(len(rest), 1)
        if zeros > _MOSTLY and letters.count(0) == 0:
            return encoding
    return ""


def _line(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")
