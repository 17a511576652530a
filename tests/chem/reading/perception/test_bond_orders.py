"""Bond orders found again from neighbours and coordinates."""

from __future__ import annotations

import pytest
from rdkit import Chem

from engine.chem import MOLECULES
from engine.chem.reading import from_file, from_smiles, read_file
from engine.chem.reading.perception import Hints, infer, perceive


def bare(mol: Chem.Mol) -> Chem.Mol:
    """Atoms, neighbours and coordinates alone, as a PDB file holds them."""
    out = Chem.RWMol(mol)
    for bond in out.GetBonds():
        bond.SetBondType(Chem.BondType.SINGLE)
        bond.SetIsAromatic(False)
        bond.SetStereo(Chem.BondStereo.STEREONONE)
    for atom in out.GetAtoms():
        atom.SetFormalCharge(0)
        atom.SetIsAromatic(False)
        atom.SetNumExplicitHs(0)
        atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    return out.GetMol()


def inferred(drawing: Chem.Mol) -> Chem.Mol:
    """What is found from the shape alone."""
    found = infer(drawing, Hints())
    assert found is not None
    return found[0]


def flat_smiles(mol: Chem.Mol) -> str:
    return Chem.MolToSmiles(Chem.RemoveHs(mol), isomericSmiles=False)


CHARGED = [
    "C[NH+](C)CC(=O)[O-]",
    "CCc1ccc([N+](=O)[O-])cc1",
    "CCNC(N)=[NH2+]",
    "CC[n+]1ccccc1",
    "CCOP(=O)([O-])[O-]",
    "CCCN=[N+]=[N-]",
    "CCS(=O)(=O)Nc1ccccc1",
    "CCC#N",
    "CC[N+]#[C-]",
    "C[S+](C)CC",
    "CCOB(O)c1ccccc1",
    "CC(=S)NCC",
    "CCC1=CC(=O)C=CC1=O",
]


@pytest.mark.parametrize("smiles", CHARGED)
def test_unusual_groups_with_hydrogens(smiles):
    mol = from_smiles(smiles)
    found = perceive(bare(mol))
    assert flat_smiles(found) == flat_smiles(mol)
    assert Chem.GetFormalCharge(found) == Chem.GetFormalCharge(mol)


@pytest.mark.parametrize("key", MOLECULES)
def test_examples_with_and_without_hydrogens(key):
    mol = from_smiles(MOLECULES[key].smiles)
    assert flat_smiles(perceive(bare(mol))) == flat_smiles(mol)
    if not any(atom.GetFormalCharge() for atom in mol.GetAtoms()):  # only hydrogens tell charges
        assert flat_smiles(inferred(bare(Chem.RemoveHs(mol)))) == flat_smiles(mol)


@pytest.mark.parametrize("smiles", ["CCc1ccc([N+](=O)[O-])cc1", "CP(c1ccccc1)c1ccccc1"])
def test_unusual_groups_without_hydrogens(smiles):
    mol = from_smiles(smiles)
    assert flat_smiles(inferred(bare(Chem.RemoveHs(mol)))) == flat_smiles(mol)


def test_a_pdb_without_hydrogens_says_that_it_was_guessed():
    mol = from_smiles(MOLECULES["oseltamivir"].smiles)
    block = Chem.MolToPDBBlock(Chem.RemoveHs(mol), flavor=10)
    reading = read_file("ligand.pdb", block.encode())
    found = reading.mol
    assert Chem.MolToSmiles(Chem.RemoveHs(found)) == Chem.MolToSmiles(Chem.RemoveHs(mol))
    assert any("from bond lengths" in note for note in reading.notes)


def test_a_stated_charge_is_kept():
    mol = from_smiles("CC(=O)[O-]")
    assert Chem.GetFormalCharge(perceive(bare(mol), charge=-1)) == -1


def test_an_impossible_charge_is_ignored():
    mol = from_smiles("CCCC")
    assert Chem.GetFormalCharge(perceive(bare(mol), charge=3)) == 0


def test_nonsense_has_no_answer():
    mol = from_smiles("CCCC")
    broken = Chem.RWMol(mol)
    for index in sorted(range(4, 12), reverse=True):
        broken.RemoveAtom(index)
    assert perceive(bare(broken.GetMol())) is None


#: N-methyl-2-pyridone as some programs write it: every ring bond aromatic, no charges.
PYRIDONE = from_smiles("Cn1ccccc1=O")


def mol2(mol: Chem.Mol, aromatic: str) -> bytes:
    """A MOL2 file of ``mol`` whose ring bonds all have the type ``aromatic``."""
    kinds = {6: "C.ar", 7: "N.ar", 8: "O.2", 1: "H"}
    xyz = mol.GetConformer().GetPositions()
    lines = ["@<TRIPOS>MOLECULE", "pyridone"]
    lines += [f" {mol.GetNumAtoms()} {mol.GetNumBonds()} 0 0 0", "SMALL", "NO_CHARGES", ""]
    lines.append("@<TRIPOS>ATOM")
    for atom, (x, y, z) in zip(mol.GetAtoms(), xyz, strict=True):
        kind = kinds[atom.GetAtomicNum()] if atom.GetIdx() else "C.3"
        label = f"{atom.GetSymbol()}{atom.GetIdx() + 1}"
        lines.append(f"{atom.GetIdx() + 1} {label} {x:.4f} {y:.4f} {z:.4f} {kind} 1 LIG 0.0")
    lines.append("@<TRIPOS>BOND")
    for bond in mol.GetBonds():
        order = aromatic if bond.IsInRing() else str(int(bond.GetBondTypeAsDouble()))
        ends = (bond.GetBeginAtomIdx() + 1, bond.GetEndAtomIdx() + 1)
        lines.append(f"{bond.GetIdx() + 1} {ends[0]} {ends[1]} {order}")
    return ("\n".join(lines) + "\n").encode()


def test_a_mol2_file_whose_aromatic_bonds_do_not_add_up():
    found = from_file("pyridone.mol2", mol2(PYRIDONE, "ar"))
    assert flat_smiles(found) == flat_smiles(PYRIDONE)
