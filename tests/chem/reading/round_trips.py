"""Molecules drawn at random from public lists, and writers of every format."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from rdkit import Chem, RDConfig
from rdkit.Chem.rdMolDescriptors import CalcNumRotatableBonds
from rdkit.rdBase import BlockLogs

from engine.chem.structure import to_molecule
from engine.chem.writing import ConformerSet, to_pdb_file, to_sdf_file, to_xyz_file
from engine.molecule import Ensemble

ELEMENTS = {"H", "B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Br", "I"}
HEAVY = range(5, 28)


@cache
def drawn(n: int, seed: int = 18) -> tuple[str, ...]:
    """SMILES of ``n`` molecules of RDKit's lists (NCI's first 5,000, WEHI's screening set).

    Each is of one piece, of usual elements and with a bond that turns; every fourth has charged
    atoms, and every sixth is given an isotope.
    """
    data = Path(RDConfig.RDDataDir)
    lines = (data / "NCI" / "first_5K.smi").read_text(encoding="utf-8").splitlines()
    names = [line.split()[0] for line in lines]
    with (data / "Pains" / "test_data" / "wehi_mols.csv").open(encoding="utf-8") as file:
        names += [row[0] for row in csv.reader(file)]
    random = np.random.default_rng(seed)
    charged = iter(random.permutation([name for name in names if "+" in name or "-]" in name]))
    others = iter(random.permutation([name for name in names if "+" not in name]))
    found: list[str] = []
    while len(found) < n:
        smiles = str(next(others if len(found) % 4 else charged))
        with BlockLogs():
            mol = Chem.MolFromSmiles(smiles)
        if mol is None or not _fits(mol):
            continue
        if len(found) % 6 == 5:
            atom = mol.GetAtomWithIdx(int(random.integers(mol.GetNumAtoms())))
            atom.SetIsotope(round(atom.GetMass()) + 1)
            smiles = Chem.MolToSmiles(mol)
        found.append(smiles)
    return tuple(found)


def _fits(mol: Chem.Mol) -> bool:
    return (
        mol.GetNumAtoms() in HEAVY
        and len(Chem.GetMolFrags(mol)) == 1
        and CalcNumRotatableBonds(mol) > 0
        and {atom.GetSymbol() for atom in mol.GetAtoms()} <= ELEMENTS
        and not any(atom.GetNumRadicalElectrons() for atom in mol.GetAtoms())
    )


def _conformers(mol: Chem.Mol) -> ConformerSet:
    xyz = mol.GetConformer().GetPositions()[None]
    return ConformerSet(mol, Ensemble(to_molecule(mol), xyz.astype(np.float32)))


def _kekule(mol: Chem.Mol) -> Chem.Mol:
    copy = Chem.Mol(mol)
    Chem.Kekulize(copy, clearAromaticFlags=True)
    return copy


def to_mol2(mol: Chem.Mol) -> str:
    """MOL2 with Tripos types; the column of partial charges holds the formal ones."""
    lines = ["@<TRIPOS>MOLECULE", "x", f"{mol.GetNumAtoms()} {mol.GetNumBonds()} 1", "SMALL"]
    lines += ["USER_CHARGES", "", "@<TRIPOS>ATOM"]
    plain = _kekule(mol)
    for atom in plain.GetAtoms():
        k, charge = atom.GetIdx(), float(atom.GetFormalCharge())
        x, y, z = mol.GetConformer().GetAtomPosition(k)
        name = f"{atom.GetSymbol()}{k + 1}"
        kind = _tripos(atom, mol.GetAtomWithIdx(k))
        lines.append(f"{k + 1} {name} {x:.4f} {y:.4f} {z:.4f} {kind} 1 LIG {charge:.4f}")
    lines.append("@<TRIPOS>BOND")
    for bond in plain.GetBonds():
        ends = bond.GetBeginAtomIdx() + 1, bond.GetEndAtomIdx() + 1
        order = int(bond.GetBondTypeAsDouble())
        aromatic = mol.GetBondWithIdx(bond.GetIdx()).GetIsAromatic()
        lines.append(f"{bond.GetIdx() + 1} {ends[0]} {ends[1]} {'ar' if aromatic else order}")
    return "\n".join([*lines, ""])


def _tripos(atom: Chem.Atom, whole: Chem.Atom) -> str:
    """The Tripos type of an atom of a Kekulé structure; ``whole`` knows what is aromatic."""
    symbol = atom.GetSymbol()
    if symbol not in ("C", "N", "O", "S", "P"):
        return symbol
    if whole.GetIsAromatic() and symbol in "CN":
        return f"{symbol}.ar"
    doubles = sum(b.GetBondTypeAsDouble() == 2 for b in atom.GetBonds())
    triple = any(b.GetBondTypeAsDouble() == 3 for b in atom.GetBonds())
    if symbol == "N" and atom.GetFormalCharge() == 1 and atom.GetDegree() == 4:
        return "N.4"
    if symbol == "S" and doubles and atom.GetDegree() > 2:
        return "S.o2" if doubles > 1 else "S.o"
    return f"{symbol}.{1 if triple or doubles > 1 else 2 if doubles and symbol != 'P' else 3}"


def to_mmcif(mol: Chem.Mol) -> str:
    """An mmCIF component, with charges, bond orders and ideal coordinates."""
    atom = ("comp_id", "atom_id", "type_symbol", "charge", "pdbx_aromatic_flag",
            "pdbx_model_Cartn_x_ideal", "pdbx_model_Cartn_y_ideal",
            "pdbx_model_Cartn_z_ideal")  # fmt: skip
    bond = ("comp_id", "atom_id_1", "atom_id_2", "value_order")
    names = [f"{a.GetSymbol().upper()}{a.GetIdx() + 1}" for a in mol.GetAtoms()]
    lines = ["data_LIG", "loop_", *(f"_chem_comp_atom.{word}" for word in atom)]
    for a, name in zip(mol.GetAtoms(), names, strict=True):
        x, y, z = mol.GetConformer().GetAtomPosition(a.GetIdx())
        flag = "Y" if a.GetIsAromatic() else "N"
        symbol = a.GetSymbol().upper()
        lines.append(f"LIG {name} {symbol} {a.GetFormalCharge()} {flag} {x:.4f} {y:.4f} {z:.4f}")
    lines += ["loop_", *(f"_chem_comp_bond.{word}" for word in bond)]
    orders = {1.0: "SING", 2.0: "DOUB", 3.0: "TRIP"}
    for b in _kekule(mol).GetBonds():
        one, other = names[b.GetBeginAtomIdx()], names[b.GetEndAtomIdx()]
        lines.append(f"LIG {one} {other} {orders[b.GetBondTypeAsDouble()]}")
    return "\n".join([*lines, ""])


#: By name: the extension and the writer.
WRITERS: dict[str, tuple[str, Callable[[Chem.Mol], str]]] = {
    "SDF": (".sdf", lambda mol: to_sdf_file(_conformers(mol))),
    "MOL V2000": (".mol", Chem.MolToMolBlock),
    "MOL V3000": (".mol", Chem.MolToV3KMolBlock),
    "MOL2": (".mol2", to_mol2),
    "PDB": (".pdb", lambda mol: to_pdb_file(_conformers(mol))),
    "PDB by RDKit": (".pdb", Chem.MolToPDBBlock),
    "mmCIF": (".cif", to_mmcif),
    "XYZ": (".xyz", lambda mol: to_xyz_file(_conformers(mol))),
    "XYZ by RDKit": (".xyz", lambda mol: Chem.MolToXYZBlock(mol, precision=5)),
}
#: Formats that have no place for the mass of an atom.
WITHOUT_ISOTOPES = {"MOL2", "PDB", "PDB by RDKit", "mmCIF", "XYZ", "XYZ by RDKit"}
