"""What happens to files on the way, and what people do to them on purpose: bytes to bytes."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

Random = np.random.Generator
Damage = Callable[[bytes, Random], bytes]

MAX_BYTES = 400_000  #: no damaged file grows beyond; larger ones are crafted (``crafted``)
#: What is opened and closed thousands of times.
_PAIRS = (
    (b"(", b")"), (b"[", b"]"), (b"C(", b")"), (b'"', b'"'), (b"' ", b" '"), (b"{", b"}"),
    (b"\n", b""), (b" ", b""), (b"9", b""),
)  # fmt: skip

#: Put in place of a number.
_NUMBERS = (
    "nan", "NaN", "-inf", "Infinity", "1e39", "1e308", "-1e-320", "0", "-0", "-1", "1", "+-+5",
    "99999999", "999999999999", "2147483648", "4294967296", "-9223372036854775809", "9" * 400,
    "9" * 4301, "1,5", "1.5.2", "1D+02", "0x10", "1_000", "*^-6", "²",
    "\N{ARABIC-INDIC DIGIT THREE}", "\N{MINUS SIGN}1.5", "", "?", ".", "1e", "--3", "½",
    "**********",
)  # fmt: skip
#: Put anywhere.
_WORDS = (
    "\0", "\ufeff", "\N{RIGHT-TO-LEFT OVERRIDE}abc", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}",
    "é", "中文", "\U0001f600", "\N{MINUS SIGN}", "'", '"', ";", "\n;\n", "\t", "\r", "\r\n\r\n",
    "        ", "#", "$$$$", "M  END\n", "M  CHG  8   1   9", "M  RGP  1   1   1\n", "> <f>\n",
    "@<TRIPOS>BOND\n", "@<TRIPOS>MOLECULE\n", "ENDMDL\n", "MODEL\n", "CONECT    1    1    1\n",
    "TER\n", "END\n", "loop_\n", "data_\n", "save_\n", "stop_\n", "_atom_site.id\n", "M  V30 ",
    "M  V30 -\n", "(", ")", "[", "]", "[C@@", "%(100)", "=", "#", "$", "\\", "/", "@", "*", "[R1]",
    "[#119]", "|(0,0,0;1,1,nan)|", "|&1:0,o2:1|", "{", "}", "<b>", "![a](http://x/y.png)",
    "=cmd|' /C calc'!A0", "V3000", "V2000", "R#", "A", "Q", "D", "X", "Lv", "Xx", "InChI=1S/",
)  # fmt: skip
_BYTES = (
    b"\xff",
    b"\xfe\xff",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xc0\x80",
    b"\x80",
    b"\x1a",
    b"PK\x03\x04",
)
_NUMBER = re.compile(rb"[-+]?\d+(?:\.\d*)?")


def damaged(data: bytes, random: Random, others: list[bytes]) -> bytes:
    """``data`` after one to three accidents; ``others`` are valid inputs to mix it with."""
    for _ in range(int(random.integers(1, 4))):
        if random.random() < 0.1:
            data = _spliced(data, others[random.integers(len(others))], random)
        else:
            data = DAMAGES[random.integers(len(DAMAGES))](data, random)[:MAX_BYTES]
    return data


def _place(data: bytes, random: Random) -> int:
    return int(random.integers(len(data) + 1))


def _slice(data: bytes, random: Random, longest: int = 2000) -> slice:
    start = _place(data, random)
    return slice(start, start + int(random.integers(1, min(longest, len(data) + 1) + 1)))


def _flip_bits(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(int(random.integers(1, 9)) if data else 0):
        changed[random.integers(len(data))] ^= 1 << int(random.integers(8))
    return bytes(changed)


def _random_bytes(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + random.bytes(int(random.integers(1, 40))) + data[at:]


def _cut(data: bytes, random: Random) -> bytes:
    return data[: _place(data, random)]


def _beheaded(data: bytes, random: Random) -> bytes:
    return data[_place(data, random) :]


def _without(data: bytes, random: Random) -> bytes:
    part = _slice(data, random, 200)
    return data[: part.start] + data[part.stop :]


def _repeated(data: bytes, random: Random) -> bytes:
    part = _slice(data, random)
    times = int(10 ** random.uniform(0, 3))
    return data[: part.start] + data[part] * times + data[part.stop :]


def _nested(data: bytes, random: Random) -> bytes:
    """Brackets, quotes or one byte, up to ten thousand times."""
    at, times = _place(data, random), int(10 ** random.uniform(1, 4))
    opened, closed = _PAIRS[random.integers(len(_PAIRS))]
    ends = closed * times if random.random() < 0.5 else b""
    return data[:at] + opened * times + ends + data[at:]


def _lines(data: bytes, random: Random) -> bytes:
    """Lines swapped, dropped or said again."""
    lines = data.split(b"\n")
    one, other = random.integers(len(lines), size=2)
    how = random.integers(4)
    if how == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif how == 1:
        lines.insert(one, lines[other])
    elif how == 2:
        del lines[min(one, other) : max(one, other)]
    else:
        lines = [lines[k] for k in random.permutation(len(lines))]
    return b"\n".join(lines)


def _number(data: bytes, random: Random) -> bytes:
    """One number becomes another thing."""
    found = list(_NUMBER.finditer(data[:50_000]))
    if not found:
        return data
    hit = found[random.integers(len(found))]
    word = _NUMBERS[random.integers(len(_NUMBERS))].encode()
    if random.random() < 0.3:
        word = b"%d" % (int(hit[0].split(b".")[0] or b"0") + int(random.integers(-3, 4)))
    if random.random() < 0.3:  # keeps the columns
        word = word[: len(hit[0])].rjust(len(hit[0]))
    return data[: hit.start()] + word + data[hit.end() :]


def _numbers_swapped(data: bytes, random: Random) -> bytes:
    found = list(_NUMBER.finditer(data[:50_000]))
    if len(found) < 2:
        return data
    first, second = sorted(random.choice(len(found), 2, replace=False))
    a, b = found[first], found[second]
    return b"".join((data[: a.start()], b[0], data[a.end() : b.start()], a[0], data[b.end() :]))


def _word(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    if random.random() < 0.2:
        return data[:at] + _BYTES[random.integers(len(_BYTES))] + data[at:]
    word = _WORDS[random.integers(len(_WORDS))].encode()
    over = len(word) if random.random() < 0.5 else 0
    return data[:at] + word + data[at + over :]


def _recoded(data: bytes, random: Random) -> bytes:
    """Another encoding, other ends of lines, other blanks."""
    how = random.integers(7)
    if how < 3:
        text = data.decode("latin-1")
        return text.encode(("utf-16", "utf-16-le", "utf-32")[how])
    old, new = ((b"\n", b"\r"), (b"\n", b"\r\n"), (b" ", b"\t"), (b" ", b""))[how - 3]
    return data.replace(old, new)


def _spliced(data: bytes, other: bytes, random: Random) -> bytes:
    """The head of one input on the tail of another."""
    return data[: _place(data, random)] + other[_place(other, random) :]


DAMAGES: tuple[Damage, ...] = (
    _flip_bits, _random_bytes, _cut, _beheaded, _without, _repeated, _nested, _lines, _number,
    _number, _number, _numbers_swapped, _word, _word, _recoded,
)  # fmt: skip
