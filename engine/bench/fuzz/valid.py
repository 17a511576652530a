"""Valid inputs of every kind, as bytes: what is damaged afterwards."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from engine.chem import Mol
from engine.chem.reading import from_smiles
from engine.chem.writing import to_sdf
from engine.data.own.drawing import STARTERS

SMILES = (
    "CCCO",
    "C[C@H]([NH3+])CC(=O)[O-]",
    "CC(C)Cc1ccc(cc1)[C@@H](C)C(=O)O",
    "C/C=C/CN1CCN(CC1)c1ncccn1",
    "[13CH3]C(F)(Cl)CC[Si](C)(C)C",
    "COP(=O)(O)OCC#N",
    "CC(=O)Oc1ccccc1C(=O)O",
    "C[S@](=O)CC[N+](=O)[O-]",
    "OCC1OC(O)C(O)C(O)C1O",
    "CCO.CCN(CC)CC",
    "Cc1c[nH]c2ccc(CC[NH+](C)C)cc12 |c:3,t:1|",
    "C1CC2CCC1C2CCO",
)
INCHI = (
    "InChI=1S/C5H10O2/c1-3-4(2)5(6)7/h4H,3H2,1-2H3,(H,6,7)/t4-/m0/s1",
    "InChI=1S/C4H9NO2/c1-3(5)2-4(6)7/h3H,2,5H2,1H3,(H,6,7)/p-1",
    "InChI=1S/C3H8O/c1-2-3-4/h4H,2-3H2,1H3",
)
SCHEDULES = ("0.25,0.85 0.5,0.55 0.75,0.25 1,0.05", "1,0", "0.1,0.9 0.2,0.3 1,0.001")

_PDB_ATOM = "HETATM%5d %-4s LIG A   1    %8.3f%8.3f%8.3f  1.00  0.00          %2s"


def inputs() -> dict[str, list[bytes]]:
    """Valid inputs by kind (an extension with its dot, or a word)."""
    mols = [from_smiles(smiles) for smiles in SMILES if "." not in smiles]
    files = {
        ".sdf": [_sdf(mol) for mol in mols],
        ".mol": [_v3000(mol) for mol in mols],
        ".mol2": [_mol2(mol) for mol in mols],
        ".pdb": [_pdb(mol) for mol in mols],
        ".xyz": [_xyz(mol) for mol in mols],
        ".cif": [_component(mol) for mol in mols] + [_sites(mol) for mol in mols],
    }
    found = {kind: [text.encode() for text in texts] for kind, texts in files.items()}
    found["smiles"] = [smiles.encode() for smiles in SMILES]
    found["inchi"] = [inchi.encode() for inchi in INCHI]
    found["schedule"] = [text.encode() for text in SCHEDULES]
    found["drawing"] = [starter.text.encode() for starter in STARTERS.values()]
    return {**found, **_tables(), **_arrays(), "image": _images()}


def _rows(mol: Mol) -> list[tuple[str, int, float, float, float]]:
    """Symbol, formal charge and coordinates of every atom."""
    xyz = mol.GetConformer().GetPositions().tolist()
    atoms = zip(mol.GetAtoms(), xyz, strict=True)
    return [(a.GetSymbol(), a.GetFormalCharge(), *place) for a, place in atoms]


def _bonds(mol: Mol) -> list[tuple[int, int, float]]:
    """Ends, counted from 1, and order (1.5 for aromatic) of every bond."""
    return [
        (b.GetBeginAtomIdx() + 1, b.GetEndAtomIdx() + 1, b.GetBondTypeAsDouble())
        for b in mol.GetBonds()
    ]


def _sdf(mol: Mol) -> str:
    xyz = mol.GetConformer().GetPositions()
    return to_sdf(mol, np.stack([xyz, xyz + 0.25]))


def _v3000(mol: Mol) -> str:
    rows, bonds = _rows(mol), _bonds(mol)
    lines = ["name", "  made", "", "  0  0  0  0  0  0  0  0  0  0999 V3000"]
    body = ["BEGIN CTAB", f"COUNTS {len(rows)} {len(bonds)} 0 0 0", "BEGIN ATOM"]
    for k, (symbol, charge, x, y, z) in enumerate(rows, 1):
        stated = f" CHG={charge}" if charge else ""
        body.append(f"{k} {symbol} {x:.4f} {y:.4f} {z:.4f} 0{stated}")
    body += ["END ATOM", "BEGIN BOND"]
    for k, (i, j, order) in enumerate(bonds, 1):
        body.append(f"{k} {4 if order == 1.5 else int(order)} {i} {j}")
    body += ["END BOND", "BEGIN COLLECTION", "MDLV30/STERAC1 ATOMS=(1 2)", "END COLLECTION"]
    return "\n".join([*lines, *(f"M  V30 {line}" for line in [*body, "END CTAB"]), "M  END", ""])


def _mol2(mol: Mol) -> str:
    rows, bonds = _rows(mol), _bonds(mol)
    lines = ["@<TRIPOS>MOLECULE", "name", f"{len(rows)} {len(bonds)} 1", "SMALL", "GASTEIGER", ""]
    lines.append("@<TRIPOS>ATOM")
    for k, (symbol, charge, x, y, z) in enumerate(rows, 1):
        kind = symbol if symbol in ("H", "F", "Cl", "Si") else f"{symbol}.3"
        lines.append(f"{k} {symbol}{k} {x:.4f} {y:.4f} {z:.4f} {kind} 1 LIG {charge:.4f}")
    lines.append("@<TRIPOS>BOND")
    for k, (i, j, order) in enumerate(bonds, 1):
        lines.append(f"{k} {i} {j} {'ar' if order == 1.5 else int(order)}")
    return "\n".join([*lines, ""])


def _pdb(mol: Mol) -> str:
    lines = ["MODEL        1"]
    for k, (symbol, _, x, y, z) in enumerate(_rows(mol), 1):
        lines.append(_PDB_ATOM % (k, f"{symbol}{k}"[:4], x, y, z, symbol))
    lines.append("ENDMDL")
    lines += [f"CONECT{i:5d}{j:5d}" for i, j, _ in _bonds(mol)]
    return "\n".join([*lines, "END", ""])


def _xyz(mol: Mol) -> str:
    rows = [f"{symbol} {x:.5f} {y:.5f} {z:.5f}" for symbol, _, x, y, z in _rows(mol)]
    return "\n".join([str(len(rows)), "a comment", *rows, ""])


def _component(mol: Mol) -> str:
    """An mmCIF file of a chemical component."""
    orders = {1.0: "SING", 1.5: "AROM", 2.0: "DOUB", 3.0: "TRIP"}
    atom = ("comp_id", "atom_id", "type_symbol", "charge", "pdbx_model_Cartn_x_ideal",
            "pdbx_model_Cartn_y_ideal", "pdbx_model_Cartn_z_ideal")  # fmt: skip
    lines = ["data_LIG", "loop_", *(f"_chem_comp_atom.{name}" for name in atom)]
    rows = enumerate(_rows(mol), 1)
    lines += [f"LIG {s}{k} {s} {c} {x:.3f} {y:.3f} {z:.3f}" for k, (s, c, x, y, z) in rows]
    bond = ("comp_id", "atom_id_1", "atom_id_2", "value_order")
    lines += ["loop_", *(f"_chem_comp_bond.{name}" for name in bond)]
    names = [f"{row[0]}{k}" for k, row in enumerate(_rows(mol), 1)]
    lines += [f"LIG {names[i - 1]} {names[j - 1]} {orders[o]}" for i, j, o in _bonds(mol)]
    return "\n".join([*lines, ""])


def _sites(mol: Mol) -> str:
    """An mmCIF file of a structure."""
    site = ("group_PDB", "id", "type_symbol", "label_atom_id", "label_comp_id", "label_asym_id",
            "label_seq_id", "Cartn_x", "Cartn_y", "Cartn_z")  # fmt: skip
    lines = ["data_1ABC", "_struct.title 'it''s a title'", "loop_"]
    lines += [f"_atom_site.{name}" for name in site]
    for k, (symbol, _, x, y, z) in enumerate(_rows(mol), 1):
        lines.append(f"HETATM {k} {symbol} {symbol}{k} LIG A . {x:.3f} {y:.3f} {z:.3f}")
    return "\n".join([*lines, "#", ""])


def _tables() -> dict[str, list[bytes]]:
    numbers = np.random.default_rng(0).normal(size=(40, 3)).round(4)
    comma = "\n".join(",".join(map(str, row)) for row in numbers.tolist())
    german = comma.replace(",", ";").replace(".", ",")
    return {
        ".csv": [f"a,b,c\n{comma}\n".encode(), f'"x, m",y,z\n{comma}\n'.encode(), german.encode()],
        ".tsv": [comma.replace(",", "\t").encode(), comma.replace(",", "  ").encode()],
    }


def _arrays() -> dict[str, list[bytes]]:
    random = np.random.default_rng(0)
    matrix, whole = random.normal(size=(50, 2)), random.integers(0, 9, (30, 3))
    single, packed = [], []
    for array in (matrix, matrix.astype(np.float32), whole, whole.astype(">i2"), matrix.T):
        file = io.BytesIO()
        np.save(file, array)
        single.append(file.getvalue())
    for save in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        save(file, x=matrix[:, 0], y=matrix[:, 1], note=np.array("text"))
        packed.append(file.getvalue())
    return {".npy": single, ".npz": packed}


def _images() -> list[bytes]:
    pixels = np.random.default_rng(0).integers(0, 255, (40, 50, 4), dtype=np.uint8)
    found = []
    for name, mode in (("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("WEBP", "RGB"),
                       ("GIF", "P"), ("BMP", "RGB"), ("TIFF", "RGBA"), ("TIFF", "L"),
                       ("PNG", "1")):  # fmt: skip
        file = io.BytesIO()
        Image.fromarray(pixels).convert(mode).save(file, name)
        found.append(file.getvalue())
    return found
