"""The example molecules: all of them load, turn and keep the stereo they promise."""

from __future__ import annotations

import pytest
from rdkit import Chem
from rdkit.Chem import rdCIPLabeler

from engine.chem import MOLECULES
from engine.chem.reading import read_text
from engine.chem.reading.stereo import open_places

#: Key: rotatable bonds by the tutorial's rule.
COUNTS = {
    "ibuprofen": 8,
    "butane": 3,
    "biphenyl": 1,
    "bitolyl": 3,
    "methylacetanilide": 4,
    "estradiol": 3,
    "sucrose": 13,
    "gaba": 4,
    "turn": 8,
    "leu_enkephalin": 24,
    "alanine_dipeptide": 7,
    "aspirin": 5,
    "paracetamol": 4,
    "menthol": 5,
    "decane": 9,
    "resveratrol": 5,
    "penicillin_g": 8,
    "oseltamivir": 14,
    "tamoxifen": 11,
    "cholesterol": 11,
    "sildenafil": 11,
    "imatinib": 10,
    "atorvastatin": 18,
    "pacritinib": 4,
}

#: Key: CIP labels in the order of the atoms (then bonds), from the names of the compounds.
LABELS = {
    "ibuprofen": "S",
    "menthol": "SRR",
    "penicillin_g": "RRS",
    "oseltamivir": "RSR",
    "atorvastatin": "RR",
    "cholesterol": "RRSRSSRS",
    "estradiol": "SSRSS",
    "sucrose": "RSSRRSSSR",
    "turn": "S",
    "leu_enkephalin": "SSS",
    "tamoxifen": "Z",
    "resveratrol": "E",
    "pacritinib": "E",
}


def test_ibuprofen_comes_first_and_every_example_is_counted():
    assert next(iter(MOLECULES)) == "ibuprofen"
    assert set(COUNTS) == set(MOLECULES)
    assert 12 <= len(MOLECULES) <= 24


@pytest.mark.parametrize("key", MOLECULES)
def test_example(key):
    example = MOLECULES[key]
    assert key.isidentifier() and example.name and example.why.endswith(".")
    reading = read_text(example.smiles, example.name)
    assert reading.notes == ()
    mol = reading.mol
    assert not open_places(Chem.MolFromSmiles(example.smiles)), "stereo is fully specified"
    assert sum(report.rotatable for report in reading.reports) == COUNTS[key]
    if key in LABELS:
        assert cip_labels(mol) == LABELS[key]


def cip_labels(mol: Chem.Mol) -> str:
    rdCIPLabeler.AssignCIPLabels(mol)
    return "".join(
        item.GetProp("_CIPCode")
        for item in (*mol.GetAtoms(), *mol.GetBonds())
        if item.HasProp("_CIPCode")
    )
