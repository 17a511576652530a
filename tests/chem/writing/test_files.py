"""Files of conformers, read back by readers that know nothing of the writers."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem.rdMolTransforms import GetDihedralDeg

from engine.chem.energy import embed
from engine.chem.reading import from_file, from_smiles
from engine.chem.structure import count_clashes, to_molecule
from engine.chem.writing import (
    ConformerSet,
    to_csv_file,
    to_pdb_file,
    to_sdf_file,
    to_trajectory_pdb,
    to_trajectory_xyz,
    to_xyz_file,
)
from engine.molecule import Ensemble

FOLDER = Path(__file__).parents[3] / "assets" / "molecules"
CASES = {
    "betaine": "C[N+](C)(C)CC(=O)[O-]",
    "nitro, aromatic": "CCOc1ccc(cc1)[N+](=O)[O-]",
    "halogens, triple bond": "ClCC(Br)C=CC#CCF",
    "sulfonamide": "CCNS(=O)(=O)c1ccc(Cl)cc1",
    "leu-enkephalin": "leu_enkephalin.pdb",
    "oseltamivir": "oseltamivir.pdb",
}


def molecule(text: str) -> Chem.Mol:
    """From a SMILES or one of the example files."""
    path = FOLDER / text
    return from_file(text, path.read_bytes()) if path.suffix == ".pdb" else from_smiles(text)


def conformer_set(mol: Chem.Mol, k: int = 3, known: bool = True) -> ConformerSet:
    """``k`` conformers with made-up energies, or with none."""
    xyz = embed(mol, k, seed=2, relax=False).astype(np.float32)
    energies = np.array([4.25, 1.5, 2.75, 9.0][:k]) if known else np.empty(0)
    name = "MMFF94s" if known else ""
    ensemble = Ensemble(to_molecule(mol), xyz, energies=energies, energy_name=name)
    return ConformerSet(mol, ensemble, {"seed": 7, "model": "torus"})


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES.keys())
def made(request: pytest.FixtureRequest) -> ConformerSet:
    return conformer_set(molecule(request.param))


def assert_same(found: Chem.Mol, mol: Chem.Mol) -> None:
    """The same atoms in the same order, with the same charges and bonds."""
    for one, two in zip(found.GetAtoms(), mol.GetAtoms(), strict=True):
        assert one.GetSymbol() == two.GetSymbol()
        assert one.GetFormalCharge() == two.GetFormalCharge()
    bonds = [
        {frozenset((b.GetBeginAtomIdx(), b.GetEndAtomIdx())) for b in m.GetBonds()}
        for m in (found, mol)
    ]
    assert bonds[0] == bonds[1]
    plain = [Chem.MolToSmiles(Chem.RemoveHs(m), isomericSmiles=False) for m in (found, mol)]
    assert plain[0] == plain[1]


def test_sdf(made: ConformerSet) -> None:
    supplier = Chem.SDMolSupplier()
    supplier.SetData(to_sdf_file(made), removeHs=False)
    records = list(supplier)
    assert len(records) == 3
    for k, found in enumerate(records):
        assert_same(found, made.mol)
        assert np.abs(found.GetConformer().GetPositions() - made.xyz[k]).max() < 1e-4
        angles = [float(word) for word in found.GetProp("torsions_degrees").split()]
        assert np.abs(np.array(angles) - made.torsions[k]).max() < 0.051
        assert len(found.GetProp("torsion_atoms").split()) == len(angles)
        assert float(found.GetProp("energy_kcal_per_mol")) == made.energies[k]
        assert found.GetProp("energy_model") == "MMFF94s"
        assert found.GetProp("model") == "torus" and found.GetProp("seed") == "7"
        assert not any(name.startswith("_") for name in found.GetPropNames())


def test_the_torsion_atoms_measure_the_torsions(made: ConformerSet) -> None:
    supplier = Chem.SDMolSupplier()
    supplier.SetData(to_sdf_file(made), removeHs=False)
    found = next(iter(supplier))
    quartets = [[int(i) - 1 for i in q.split("-")] for q in found.GetProp("torsion_atoms").split()]
    for quartet, angle in zip(quartets, found.GetProp("torsions_degrees").split(), strict=True):
        measured = GetDihedralDeg(found.GetConformer(), *quartet)
        assert abs((measured - float(angle) + 180) % 360 - 180) < 0.2


def test_what_the_input_file_said_is_in_every_record() -> None:
    mol = from_smiles("CCCO", name="propanol")
    mol.SetProp("IC50_nM", "12.5")
    mol.SetProp("comment", "two\nlines")
    mol.SetProp("seed", "of a plant")
    mol.SetProp("energy_kcal_per_mol", "-3")
    mol.SetProp("_private", "no")
    for known in (True, False):
        supplier = Chem.SDMolSupplier()
        supplier.SetData(to_sdf_file(conformer_set(mol, 2, known)), removeHs=False)
        for found in supplier:
            assert found.GetProp("IC50_nM") == "12.5"
            assert found.GetProp("comment") == "two\nlines"
            assert found.GetProp("input_seed") == "of a plant" and found.GetProp("seed") == "7"
            assert found.GetProp("input_energy_kcal_per_mol") == "-3"
            assert bool(found.HasProp("energy_kcal_per_mol")) == known
            assert not found.HasProp("_private")
    assert mol.GetProp("seed") == "of a plant", "the molecule itself is left alone"


def test_pdb(made: ConformerSet) -> None:
    text = to_pdb_file(made)
    assert text.count("MODEL     ") == text.count("ENDMDL") == 3
    assert max(map(len, text.splitlines())) <= 80
    found = Chem.MolFromPDBBlock(text, removeHs=False)
    assert_same(found, made.mol)
    xyz = np.stack([c.GetPositions() for c in found.GetConformers()])
    assert np.abs(xyz - made.xyz).max() < 6e-4
    assert "1.5000 kcal/mol (MMFF94s, not minimised)" in text and "seed: 7" in text


def test_residues_of_an_uploaded_pdb_stay() -> None:
    made = conformer_set(molecule("leu_enkephalin.pdb"), 1)
    found = Chem.MolFromPDBBlock(to_pdb_file(made), removeHs=False)
    for one, two in zip(found.GetAtoms(), made.mol.GetAtoms(), strict=True):
        was, now = two.GetPDBResidueInfo(), one.GetPDBResidueInfo()
        if was is not None:
            assert now.GetName().strip() == was.GetName().strip()
            assert now.GetResidueName() == was.GetResidueName()
            assert now.GetResidueNumber() == was.GetResidueNumber()


def frames_of(text: str) -> list[tuple[list[str], np.ndarray, str]]:
    """Symbols, positions and comment of every frame of an XYZ file, each read by RDKit."""
    lines, out = text.splitlines(), []
    while lines:
        count = int(lines[0]) + 2
        block, lines = lines[:count], lines[count:]
        mol = Chem.MolFromXYZBlock("\n".join(block) + "\n")
        symbols = [atom.GetSymbol() for atom in mol.GetAtoms()]
        out.append((symbols, mol.GetConformer().GetPositions(), block[1]))
    return out


def test_xyz(made: ConformerSet) -> None:
    frames = frames_of(to_xyz_file(made))
    assert len(frames) == 3
    for k, (symbols, xyz, comment) in enumerate(frames):
        assert symbols == [atom.GetSymbol() for atom in made.mol.GetAtoms()]
        assert np.abs(xyz - made.xyz[k]).max() < 1e-6
        assert f"conformer {k + 1}" in comment and f"={made.energies[k]:.4f}" in comment
        assert comment.endswith(f"charge={Chem.GetFormalCharge(made.mol)}")


def test_table(made: ConformerSet) -> None:
    rows = list(csv.DictReader(StringIO(to_csv_file(made))))
    assert len(rows) == 3
    assert [row["conformer"] for row in rows] == ["1", "2", "3"]
    relative = [float(row["relative energy MMFF94s, not minimised (kcal/mol)"]) for row in rows]
    assert relative == [2.75, 0.0, 1.25]
    torsions = [name for name in rows[0] if name.startswith("torsion ")]
    table = np.array([[float(row[name]) for name in torsions] for row in rows])
    assert np.abs(table - made.torsions).max() < 0.0051
    clashes = [int(row["clashing atom pairs"]) for row in rows]
    assert clashes == count_clashes(made.mol, made.xyz).tolist()
    assert all(row["stereo kept"] == "yes" for row in rows)


def test_without_a_force_field_there_are_no_energies() -> None:
    made = conformer_set(from_smiles("CCCB(O)O"), 2, known=False)
    assert "energy" not in to_csv_file(made) and "energy" not in to_xyz_file(made)
    assert "kcal" not in to_pdb_file(made) and "kcal" not in to_sdf_file(made)


def test_the_trajectory_of_one_conformer() -> None:
    mol = molecule("CC(C)Cc1ccc(cc1)C(C)C(=O)[O-]")
    frames = embed(mol, 4, seed=1, relax=False)
    sigmas = [np.pi, 1.0, 0.1, 0.0]
    text = to_trajectory_pdb(mol, frames, sigmas)
    found = Chem.MolFromPDBBlock(text, removeHs=False)
    assert_same(found, mol)
    xyz = np.stack([c.GetPositions() for c in found.GetConformers()])
    assert np.abs(xyz - frames).max() < 6e-4
    assert "MODEL 1: sigma 180.00 degrees" in text and "MODEL 4: sigma 0.00 degrees" in text
    read = frames_of(to_trajectory_xyz(mol, frames, sigmas))
    assert np.abs(np.stack([xyz for _, xyz, _ in read]) - frames).max() < 1e-6
    assert read[0][2] == "frame 1 sigma 180.00 degrees"


def test_the_fields_of_an_uploaded_file_come_through() -> None:
    mol = from_smiles("CCCO", name="propanol")
    mol.SetProp("IC50_nM", "12.5")
    uploaded = to_sdf_file(conformer_set(mol, 1)).encode()
    again = conformer_set(from_file("again.sdf", uploaded), 1)
    supplier = Chem.SDMolSupplier()
    supplier.SetData(to_sdf_file(again), removeHs=False)
    found = next(iter(supplier))
    assert found.GetProp("IC50_nM") == "12.5"
    assert found.GetProp("input_torsions_degrees"), "what the file said of its own shape"
