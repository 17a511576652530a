"""What users call things never becomes code, markup or a formula, wherever it is written."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from rdkit import Chem

from engine.chem.structure import depict
from engine.chem.writing import ConformerSet, to_pdb_file, to_sdf_file, to_xyz_file
from engine.conformers import ConformerOptions
from engine.experiments.molecule.conformer_run import Request
from engine.experiments.molecule.downloads import file_stem
from engine.experiments.molecule.ensembles import Selection
from engine.experiments.molecule.record import Record, Source
from engine.figures.offline.molecule_page import webpage
from engine.molecule import Ensemble
from engine.tables import cell
from pages.sections.molecule.script import script
from pages.ui.export.scripts import literal
from pages.ui.tables import ruled
from tests.experiments.molecule import record_of

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><svg onload=alert(1)>",
    "{{data}} {{script}}",
    '"""\nimport os; os.abort()\n"""',
    '") or __import__("os").abort() or ("',
    "\\",
    "\u202egnp.exe\u2066",
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "../../etc/passwd",
    "$$$$\nM  END\n> <x>",
    "a" * 5000,
]


class Tags(HTMLParser):
    """The tags of a page and the names of their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))


def named(name: str, field: str = "field", value: str = "value") -> bytes:
    """Butane as an SDF with this name and this data field."""
    mol = Chem.AddHs(Chem.MolFromSmiles("CCCC"))
    block = Chem.MolToMolBlock(mol).split("\n", 1)[1]
    return f"{' '.join(name.split())}\n{block}> <{field}>\n{value}\n\n$$$$\n".encode()


def read(data: bytes) -> Record:
    return record_of(Source("file", "a.sdf", data))


@pytest.fixture(scope="module")
def butane() -> Record:
    return read(named("butane"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_a_text(butane: Record, text: str) -> None:
    assert ast.literal_eval(literal(text)) == text and literal(text).isprintable()
    request = Request(1, ConformerOptions(), 1, "cpu")
    programs = [
        ast.dump(
            ast.parse(script(Source(kind, name, b"x"), request, "stem", "model", Selection()))
        ).replace(repr(name), "NAME")
        for kind in ("file", "smiles")
        for name in (text, "plain")
    ]
    assert programs[0] == programs[1] and programs[2] == programs[3]
    row = next(csv.reader(io.StringIO(",".join(map(json.dumps, [cell(text)])))))[0]
    assert not row.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert Tags(ruled(["a"], [[text]])).found == Tags(ruled(["a"], [["a"]])).found


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_of_a_molecule_stays_a_name(butane: Record, text: str) -> None:
    found = read(named(text, field=text.replace("\n", " "), value=text))
    assert re.fullmatch(r"[a-z0-9_]{1,80}", file_stem(found))
    frames = np.repeat(found.molecule.xyz[None], 2, axis=0)
    pages = [
        Tags(webpage(record.molecule, record.elements, frames, [1.0, 0.0])).found
        for record in (found, butane)
    ]
    assert pages[0] == pages[1]
    svg = depict(found.mol).svg
    assert Tags(svg).found == Tags(depict(butane.mol).svg).found
    one = ConformerSet(found.mol, Ensemble(found.molecule, found.molecule.xyz[:1]))
    (back,) = read_back(to_sdf_file(one))
    assert Chem.MolToSmiles(Chem.RemoveHs(back)) == "CCCC"
    atoms = found.mol.GetNumAtoms()
    assert len(to_xyz_file(one).splitlines()) == atoms + 2
    kinds = {line[:6].strip() for line in to_pdb_file(one).splitlines()}
    assert kinds <= {"COMPND", "REMARK", "MODEL", "HETATM", "ATOM", "CONECT", "ENDMDL", "END"}


def read_back(text: str) -> list[Chem.Mol]:
    supplier = Chem.SDMolSupplier()
    supplier.SetData(text, removeHs=False)
    return list(supplier)
