"""Every ligand that ships with RDKit loads or is refused in one sentence; nothing else happens."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from rdkit import Chem, RDConfig

from engine.chem.reading import MoleculeError, read_file, read_text
from engine.chem.reading.formats.mol import mol2, sdf
from tests.chem.reading.test_reader import assert_one_sentence

FEW, MANY = 30, 300
SPLITTERS = {".sdf": sdf.split, ".mol": sdf.split, ".mol2": mol2.split}
FILES = (".pdb", ".xyz", ".cif")

Case = tuple[str, int, str, str]  # file, number of the record or line, extension, text


def evenly(items: list, count: int) -> list:
    """``count`` of ``items``, evenly spread; all where there are fewer."""
    count = min(count, len(items))
    return [items[k * len(items) // count] for k in range(count)]


def groups() -> list[list[Case]]:
    """The cases of each file with molecules in RDKit's data and contributions."""
    folders = [Path(RDConfig.RDDataDir), Path(RDConfig.RDContribDir)]
    found = []
    for path in sorted(p for folder in folders for p in folder.rglob("*")):
        kind = path.suffix.lower()
        if kind in (".smi", *SPLITTERS, *FILES):
            text = path.read_text(encoding="utf-8", errors="replace")
            if kind in SPLITTERS:
                parts = [entry.text for entry in SPLITTERS[kind](text)]
            else:
                parts = [line for line in text.splitlines() if line] if kind == ".smi" else [text]
            found.append([(path.name, k, kind, part) for k, part in enumerate(parts)])
    return [group for group in found if group]


def cases(count: int) -> list[Case]:
    """About ``count`` cases, spread over the files and over each file."""
    found, out = sorted(groups(), key=len), []
    for k, group in enumerate(found):
        out += evenly(group, (count - len(out)) // (len(found) - k))
    return out


def outcome(case: Case) -> str:
    """ "loaded", or the sentence of refusal without what is particular to the molecule."""
    name, number, kind, text = case
    try:
        smiles = kind == ".smi"
        reading = read_text(text.split()[0]) if smiles else read_file(name, text.encode())
    except MoleculeError as error:
        assert_one_sentence(error)
        return " ".join(w for w in str(error).split()[:12] if w.isalpha())
    assert reading.mol.GetNumConformers() == 1, (name, number)
    assert reading.uploaded.shape[1:] == (reading.mol.GetNumAtoms(), 3)
    assert Chem.DetectChemistryProblems(reading.mol) == ()
    return "loaded"


def test_a_few_real_molecules_load_or_say_why_not(capfd):
    counts = Counter(outcome(case) for case in cases(FEW))
    assert counts["loaded"] > counts.total() / 2
    assert capfd.readouterr().err == ""


@pytest.mark.slow
def test_real_molecules_load_or_say_why_not():
    counts = Counter(outcome(case) for case in cases(MANY))
    assert counts.total() >= 0.9 * MANY
    assert counts["loaded"] > counts.total() / 2
