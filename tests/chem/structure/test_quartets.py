"""The atoms that measure a torsion: those that a chemist takes, and the angles of known shapes."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom

from engine.chem import MOLECULES
from engine.chem.energy import ForceField, embed
from engine.chem.reading import from_smiles
from engine.chem.structure import identify_rotatable_bonds, to_molecule
from engine.chem.structure.quartets import get_dihedral_atoms, quartets, torsion_names
from engine.geometry import dihedral_angles


def explicit(smiles: str) -> Chem.Mol:
    return Chem.AddHs(Chem.MolFromSmiles(smiles))


def turned(mol: Chem.Mol) -> list[tuple[int, int]]:
    """The bonds that the model turns."""
    return [r.atoms for r in identify_rotatable_bonds(mol) if r.rotatable]


def measured(mol: Chem.Mol) -> dict[str, tuple[int, ...]]:
    """Quartets of the backbone by their names, atoms from the lowest number up, from 1."""
    pairs = turned(mol)
    found = zip(torsion_names(mol, pairs), quartets(mol, pairs), strict=True)
    return {
        name: tuple(i + 1 for i in (q if q[0] < q[3] else q[::-1])) for name, q in found if name
    }


def test_the_backbone_of_alanine_dipeptide_is_measured_by_its_own_atoms() -> None:
    mol = explicit(MOLECULES["alanine_dipeptide"].smiles)
    assert measured(mol) == {
        "ω0": (1, 2, 4, 5), "φ": (2, 4, 5, 7), "ψ": (4, 5, 7, 9), "ω1": (5, 7, 9, 10),
    }  # fmt: skip


def test_residues_count_from_the_n_terminus_whatever_the_order_of_atoms() -> None:
    smiles = MOLECULES["leu_enkephalin"].smiles  # written from the C terminus
    pairs = turned(explicit(smiles))
    names = {name for name in torsion_names(explicit(smiles), pairs) if name}
    assert names == {*(f"φ{k}" for k in (2, 3, 4, 5)), *(f"ψ{k}" for k in (1, 2, 3, 4)),
                     *(f"ω{k}" for k in (1, 2, 3, 4))}  # fmt: skip
    tyrosine = Chem.MolFromSmarts("[NH2][CX4]([CH2]c)C(=O)N")
    mol = explicit(smiles)
    n, alpha, *_, carbonyl, _, _ = mol.GetSubstructMatch(tyrosine)
    [psi] = [pair for pair, name in zip(pairs, torsion_names(mol, pairs), strict=True)
             if name == "ψ1"]  # fmt: skip
    assert set(psi) == {alpha, carbonyl}
    chi = next(pair for pair in pairs if alpha in pair and not set(pair) & {n, carbonyl})
    assert n in get_dihedral_atoms(mol, *chi), "chi1 begins at N"


@pytest.mark.parametrize(
    ("smiles", "bond", "atoms"),
    [
        ("CC(=O)Nc1ccc(O)cc1", (1, 3), {0, 4}),  # an amide: along the chain, not to the oxygen
        ("CCC(=O)OC", (2, 4), {1, 5}),  # an ester
        ("CCS(=O)(=O)NC", (2, 5), {1, 6}),  # a sulfonamide
        ("CC(O)CCC", (1, 3), {2, 4}),  # where two are as long, by the heavier atom
        ("OC(CC)C(C)CC", (1, 4), {2, 6}),  # the longest chain on both sides
        ("CC(=O)CO", (1, 3), {0, 4}),
    ],
)
def test_the_longest_chain_of_heavy_atoms_measures_a_bond(
    smiles: str, bond: tuple[int, int], atoms: set[int]
) -> None:
    a, *_, d = get_dihedral_atoms(explicit(smiles), *bond)
    assert {a, d} == atoms


@pytest.mark.parametrize("smiles", ["CC(N)C(=O)O", "CCNC(=O)CC", "NCCC(=O)O", "c1ccccc1C(=O)NCC"])
def test_what_is_no_peptide_has_no_names(smiles: str) -> None:
    mol = explicit(smiles)
    assert not any(torsion_names(mol, turned(mol)))


def test_the_lowest_conformer_of_alanine_dipeptide_is_c7_equatorial() -> None:
    """A hydrogen bond closes a ring of seven: phi about -85, psi about 70 degrees."""
    mol = from_smiles(MOLECULES["alanine_dipeptide"].smiles)
    xyz = embed(mol, 20, seed=1)
    lowest = xyz[int(ForceField(mol).energies(xyz).argmin())]
    molecule = to_molecule(mol)
    names = torsion_names(mol, [(b, c) for b, c in molecule.rotors.tolist()])
    angle = dict(zip(names, np.degrees(dihedral_angles(lowest, molecule.quartets)), strict=True))
    assert angle["φ"] == pytest.approx(-85, abs=15)
    assert angle["ψ"] == pytest.approx(70, abs=15)
    assert abs(angle["ω0"]) > 165 and abs(angle["ω1"]) > 165


def test_the_amide_of_paracetamol_stands_at_180_degrees_as_its_text_says() -> None:
    assert "180" in MOLECULES["paracetamol"].why
    mol = explicit(MOLECULES["paracetamol"].smiles)
    amide = next(r.atoms for r in identify_rotatable_bonds(mol) if r.note)
    trans = []
    for seed in range(5):
        rdDistGeom.EmbedMolecule(mol, randomSeed=seed)
        quartet = np.array(get_dihedral_atoms(mol, *amide))
        trans.append(abs(np.degrees(dihedral_angles(mol.GetConformer().GetPositions(), quartet))))
    assert min(trans) > 160


def test_quartets_say_how_a_bond_turns_not_what_the_network_sees() -> None:
    """The network reads all paths around a bond; the quartet only names one of them."""
    molecule = to_molecule(from_smiles(MOLECULES["alanine_dipeptide"].smiles))
    for m, quartet in enumerate(molecule.quartets.tolist()):
        assert quartet in molecule.paths[molecule.path_rotor == m].tolist()
