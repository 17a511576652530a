"""Inputs made to do harm: huge counts, deep nesting, quadratic patterns, bombs. Sizes vary."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import numpy as np

from engine.bench.fuzz.damage import Random

_SITE = "loop_\n" + "".join(
    f"_atom_site.{name}\n"
    for name in ("group_PDB", "id", "type_symbol", "label_atom_id", "label_comp_id",
                 "label_asym_id", "label_seq_id", "Cartn_x", "Cartn_y", "Cartn_z")
)  # fmt: skip
_V3000 = "\n made\n\n  0  0  0  0  0  0  0  0  0  0999 V3000\nM  V30 BEGIN CTAB\n"
#: Small molecules on which searches for names, rings or matches take very long.
_HARD = (
    "CCC12C3C4C5C1C6C7C2C8C3C9C4C1C5C6C2C7C8C9C12",
    "CC1CCC(CC1)C1CCC(CC1)C1CCC(CC1)C1CCC(CC1)C1CCC(CC1)C",
    "C12C3C4C1C5C4C3C25C12C3C4C1C5C4C3C25",
    "CC(C)(C)C(C(C)(C)C)(C(C)(C)C)C(C(C)(C)C)(C(C)(C)C)C(C)(C)C",
    "C1CC2CCC1CC2C1CC2CCC1CC2C1CC2CCC1CC2C1CC2CCC1CC2",
)


def crafted(random: Random) -> tuple[str, bytes]:
    """The kind of an input and the input."""
    return CRAFTED[random.integers(len(CRAFTED))](random)


def _size(random: Random, low: float, high: float) -> int:
    """Between two powers of ten, every one as likely."""
    return int(10 ** random.uniform(low, high))


def _v3000_counts(random: Random) -> tuple[str, bytes]:
    text = f"{_V3000}M  V30 COUNTS {_size(random, 3, 9)} {_size(random, 0, 9)} 0 0 0\n"
    atoms = "".join(f"M  V30 {k} C {k}.0 0 0 0\n" for k in range(1, 4))
    return ".sdf", f"{text}M  V30 BEGIN ATOM\n{atoms}M  V30 END ATOM\nM  END\n".encode()


def _v3000_list(random: Random) -> tuple[str, bytes]:
    text = f"{_V3000}M  V30 COUNTS 3 2 0 0 0\nM  V30 BEGIN ATOM\n"
    text += "".join(f"M  V30 {k} C {k}.0 0 0 0\n" for k in range(1, 4)) + "M  V30 END ATOM\n"
    text += "M  V30 BEGIN BOND\nM  V30 1 1 1 2\nM  V30 2 1 2 3\nM  V30 END BOND\n"
    words = ("MDLV30/STERAC1 ATOMS", "MDLV30/STEREL2 ATOMS", "1 DAT 0 ATOMS", "MDLV30/HILITE BONDS")
    word = words[random.integers(len(words))]
    room = "SGROUP" if "DAT" in word else "COLLECTION"
    text += f"M  V30 BEGIN {room}\nM  V30 {word}=({_size(random, 2, 9)} 1)\nM  V30 END {room}\n"
    return ".mol", f"{text}M  V30 END CTAB\nM  END\n".encode()


def _fields(random: Random) -> tuple[str, bytes]:
    head = "\n made\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n"
    atoms = "".join(f"{k:10.4f}    0.0000    0.1000 C   0  0\n" for k in range(2))
    fields = "".join(f">  <f{k}>\n{k}\n\n" for k in range(_size(random, 2, 4.6)))
    return ".sdf", f"{head}{atoms}  1  2  1  0\nM  END\n{fields}$$$$\n".encode()


def _records(random: Random) -> tuple[str, bytes]:
    count = _size(random, 1, 4.5)
    molecule = "\n made\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n"
    molecule += "    0.0000    0.0000    0.0000 C   0  0\nM  END\n$$$$\n"
    return ".sdf", (molecule * count).encode()


def _chains(random: Random) -> tuple[str, bytes]:
    """Chains of atoms with neighbours along them."""
    n, pieces = _size(random, 2, 4.3), int(random.integers(1, 3))
    atoms = [f"{k + 1} C{k} {1.4 * k % 997:.3f} {k // 997} 0 C.3" for k in range(n * pieces)]
    bonds = [f"{k} {k} {k + 1} 1" for k in range(1, n * pieces) if k % n]
    text = f"@<TRIPOS>MOLECULE\nx\n{len(atoms)} {len(bonds)}\nSMALL\nNO_CHARGES\n@<TRIPOS>ATOM\n"
    return ".mol2", "\n".join([text + "\n".join(atoms), "@<TRIPOS>BOND", *bonds, ""]).encode()


def _models(random: Random) -> tuple[str, bytes]:
    """Many models, many lines of neighbours."""
    models, neighbours = _size(random, 1, 3.7), _size(random, 1, 3.7)
    atom = "HETATM    1 C1   LIG A   1       0.000   0.000   0.000  1.00  0.00           C\n"
    bonds = "CONECT    1    2\n" * neighbours
    return ".pdb", (f"MODEL\n{atom}ENDMDL\n" * models + bonds).encode()


def _ball(random: Random) -> tuple[str, bytes]:
    """Atoms much too close to one another."""
    n = _size(random, 1, 2.5)
    places = random.normal(size=(n, 3)) * n ** (1 / 3)
    symbols = random.choice(["C", "N", "O", "H", "S", "P"], n)
    rows = [f"{s} {x:.3f} {y:.3f} {z:.3f}" for s, (x, y, z) in zip(symbols, places, strict=True)]
    return ".xyz", "\n".join([str(n), "", *rows, ""]).encode()


def _xyz_frames(random: Random) -> tuple[str, bytes]:
    n = _size(random, 1, 4)
    frame = "3\n\nC 0 0 0\nC 1.5 0 0\nO 2 1.3 0\n"
    return ".xyz", (frame * n + f"{'9' * _size(random, 0, 3.7)}\n").encode()


def _quotes(random: Random) -> tuple[str, bytes]:
    mark = ("'", '"', "'a ", '"a ', ";", "#")[random.integers(6)]
    return ".cif", f"data_x\n_a {mark * _size(random, 2, 5)}\n".encode()


def _protein(random: Random) -> tuple[str, bytes]:
    n = _size(random, 2, 4.5)
    name = "LIG" if random.random() < 0.5 else "ALA"
    rows = [f"HETATM {k} C C{k} {name} A {k % 99} {k % 97}.0 {k // 97}.0 0.0" for k in range(n)]
    return ".cif", ("data_x\n" + _SITE + "\n".join(rows) + "\n").encode()


def _components(random: Random) -> tuple[str, bytes]:
    """Many components, many bonds, of which none is the other's."""
    n = _size(random, 1, 3.9)
    text = "data_x\nloop_\n_chem_comp_atom.comp_id\n_chem_comp_atom.atom_id\n"
    text += "_chem_comp_atom.type_symbol\n" + "".join(f"L{k} C1 C\nL{k} C2 C\n" for k in range(n))
    text += "loop_\n_chem_comp_bond.comp_id\n_chem_comp_bond.atom_id_1\n"
    text += "_chem_comp_bond.atom_id_2\n_chem_comp_bond.value_order\n"
    return ".cif", (text + "".join(f"L{k} C1 C2 SING\n" for k in range(n))).encode()


def _smiles(random: Random) -> tuple[str, bytes]:
    n = _size(random, 0.5, 4)
    texts = (
        _HARD[random.integers(len(_HARD))],
        "C" * n,
        "C(" * n + ")" * n,
        "C" + "1" * n + "C1",
        "".join(f"C%({k})" for k in range(n)),
        ".".join(["CCO"] * n),
        "[" + "9" * n + "C]CC",
        "[C@@" * n,
        "C1CC1" * n,
        "CC(" + "F)C(" * min(n, 40) + "O)CC",
        "C/C=C" * min(n, 40),
        "CC[Fe]" + "(c1cccc1)" * min(n, 20),
        "CCCO |$" + ";" * n + "$|",
    )
    return "smiles", texts[random.integers(len(texts))].encode()


def _columns(random: Random) -> tuple[str, bytes]:
    n = _size(random, 2, 5)
    row = ",".join(["1.5"] * n)
    return ".csv", f"{row}\n{row}\n".encode()


def _rows(random: Random) -> tuple[str, bytes]:
    n = _size(random, 3, 6)
    return ".csv", (b"1.5,2.5\n" * n)[:9_000_000]


def _npy(random: Random) -> tuple[str, bytes]:
    """A header that promises or demands too much."""
    kinds = ("<f8", "|O", "<M8[s/0]", "<m8[0s]", "<f99", "|V99999999", "<U99999999", "<c16", "?",
             "[('a','<f8')]", "<f8'*9**9+'", "|S0", "<f2", ">i1", "(2,)f8")  # fmt: skip
    shapes = ("(10000000000000,)", "(-1,)", "(True,2)", "(2,2)", "()", "(0,2)", "(2," * 500,
              f"({_size(random, 1, 9)},2)", "(1e3,2)", "(99**99,)", "(2,2" + ",1" * 60 + ")",
              "(" * _size(random, 1, 4), "([2],2)")  # fmt: skip
    kind, shape = kinds[random.integers(len(kinds))], shapes[random.integers(len(shapes))]
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    if random.random() < 0.5:
        length = struct.pack("<H", len(header) % 2**16)
        return ".npy", b"\x93NUMPY\x01\x00" + length + header + bytes(32)
    length = struct.pack("<I", _size(random, 1, 9.6) if random.random() < 0.3 else len(header))
    return ".npy", b"\x93NUMPY\x02\x00" + length + header + bytes(32)


def _npz(random: Random) -> tuple[str, bytes]:
    """Zeros that unpack to much, many entries, or entries that are no arrays."""
    how, file = random.integers(3), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        if how == 0:
            array = io.BytesIO()
            np.save(array, np.zeros((_size(random, 4, 7.7), 2), dtype=np.uint8))
            archive.writestr("x.npy", array.getvalue())
        for k in range(_size(random, 1, 4) if how == 1 else 2):
            archive.writestr(f"{k}.npy" if how else f"{k}.txt", b"\x93NUMPY" if how == 1 else b"x")
    return ".npz" if random.random() < 0.8 else ".npy", file.getvalue()


def _png(random: Random) -> tuple[str, bytes]:
    """A picture of one colour with extreme sides, packed to almost nothing."""
    width, height = _size(random, 0, 5), _size(random, 0, 5)
    raw = (b"\0" + bytes(width)) * min(height, 60_000_000 // (width + 1) + 1)

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = chunk(b"IDAT", zlib.compress(raw, 1))
    return "image", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + packed + chunk(b"IEND", b"")


def _other_pictures(random: Random) -> tuple[str, bytes]:
    side = _size(random, 1, 5)
    pictures = (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\nshowpage\n",
        b"P5\n%d %d\n255\n\0" % (side, side),
        b"P3\n%d 2\n255\n1 x 3\n" % side,
        b"DDS " + struct.pack("<7I", 124, 4103, side, side, 0, 0, 0) + bytes(96),
        b"\x01\xda\x01\x01\x00\x03"
        + struct.pack(">3H", side % 65536, side % 65536, 9)
        + bytes(600),
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"GIF89a" + struct.pack("<2H", side % 65536, side % 65536) + b"\x80\0\0" + bytes(20),
        b"BM" + struct.pack("<IIIIiiHHI", 99, 0, 54, 40, side, -side, 1, 24, 0) + bytes(40),
        b"II*\0" + struct.pack("<IH", 8, 65535) + bytes(300),
    )
    return "image", pictures[random.integers(len(pictures))]


def _schedule(random: Random) -> tuple[str, bytes]:
    texts = ("5e-324,0.5 1,0", "1,0.9999999999999999", "0.5,5e-324 1,0", "nan,nan", "1,nan",
             "0.5,inf 1,0", "1e-300,0.5 1,1e-300", "0.5,0.5 0.5000000001,0.49 1,0",
             " ".join(f"{k / 900},{1 - k / 901}" for k in range(1, 901)), "1,0 " * 99, "1,-0.0",
             "0.5,0.9999999999 1,0.5")  # fmt: skip
    return "schedule", texts[random.integers(len(texts))].encode()


def _drawing(random: Random) -> tuple[str, bytes]:
    n = _size(random, 1, 6)
    texts = ("I_" + "AA" * n, ".".join(["I_gAgA"] * n), "." * n, "IAgAgA", "I_" + "__" * n)
    return "drawing", texts[random.integers(len(texts))].encode()


CRAFTED: tuple[Callable[[Random], tuple[str, bytes]], ...] = (
    _v3000_counts, _v3000_list, _fields, _records, _chains, _models, _ball, _xyz_frames, _quotes,
    _protein, _components, _smiles, _smiles, _columns, _rows, _npy, _npy, _npz, _png,
    _other_pictures, _schedule, _drawing,
)  # fmt: skip
