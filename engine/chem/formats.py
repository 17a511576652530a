"""The file formats: bytes to a sanitised RDKit molecule with the file's atoms and coordinates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from rdkit import Chem

from engine.chem import bondorders, checks, pdb
from engine.chem.errors import MoleculeError

_MARKS = {".mol2": "@<TRIPOS>MOLECULE", ".pdb": "ATOM  ", ".sdf": "M  END"}
_FLAT = 1e-3


def read(extension: str, data: bytes, largest: bool = False) -> tuple[Chem.Mol, list[str]]:
    """The first molecule of a file and remarks about it; ``extension`` is a key of ``READERS``.

    A conformer in 3D is kept; flat and empty coordinates are removed. With ``largest`` only the
    largest of several separate molecules need make sense.

    Raises
    ------
    MoleculeError: if the text holds no molecule of that format.
    """
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    _check_content(extension, text)
    mol, records, remarks = READERS[extension](text, largest)
    if records > 1:
        remarks = [*remarks, f"The file holds {records:,} molecules; the first is shown."]
    mol.SetIntProp("_records", records)
    return _settle_shape(mol), remarks


def _check_content(extension: str, text: str) -> None:
    """The text must look like what the extension promises."""
    if "\x00" in text:
        raise MoleculeError(
            "This is a binary file, not a text file; save the molecule as SDF, MOL, MOL2 or PDB."
        )
    own = ".sdf" if extension == ".mol" else extension
    if own == _looks_like(text):
        return
    for other, label in ((".sdf", "SDF or MOL"), (".mol2", "MOL2"), (".pdb", "PDB")):
        if other == _looks_like(text):
            raise MoleculeError(
                f"This file ends in “{extension}” but holds a {label} file; "
                f"rename it so that it ends in “{other}”."
            )


def _looks_like(text: str) -> str:
    """The extension that the content suggests, or ""."""
    if _MARKS[".mol2"] in text:
        return ".mol2"
    if _MARKS[".sdf"] in text or "V2000" in text[:2000] or "V3000" in text[:2000]:
        return ".sdf"
    if any(line.startswith(("ATOM  ", "HETATM")) for line in text.splitlines()):
        return ".pdb"
    return ""


def _unreadable(label: str) -> MoleculeError:
    return MoleculeError(
        f"No molecule could be read from this {label} file, it may be cut off or damaged; "
        "save it again or paste the molecule as SMILES."
    )


def _read_molblock(text: str, largest: bool) -> tuple[Chem.Mol, int, list[str]]:
    """MOL and SDF: V2000 or V3000, wedges of a flat drawing or the stereo of the coordinates."""
    blocks = [block for block in text.split("$$$$") if block.strip()]
    if not blocks:
        raise _unreadable("SDF or MOL")
    block = blocks[0].removeprefix("\n") if text.startswith("$$$$") else blocks[0]
    drawing = Chem.MolFromMolBlock(block, sanitize=False, removeHs=False, strictParsing=False)
    if drawing is None:
        raise _unreadable("SDF or MOL")
    checks.check_not_empty(drawing)
    if drawing.GetNumAtoms() > checks.MAX_ATOMS:
        raise checks.too_large(drawing.GetNumAtoms())
    checks.check_valence(drawing)
    mol = Chem.MolFromMolBlock(block, removeHs=False, strictParsing=False)
    if mol is None:
        raise _unreadable("SDF or MOL")
    return mol, len(blocks), []


def _read_mol2(text: str, largest: bool) -> tuple[Chem.Mol, int, list[str]]:
    """MOL2 with Tripos atom types; charges follow from the types."""
    records = text.count(_MARKS[".mol2"])
    start = text.index(_MARKS[".mol2"]) if records else 0
    block = _MARKS[".mol2"] + text[start:].split(_MARKS[".mol2"])[1] if records else text
    drawing = Chem.MolFromMol2Block(block, sanitize=False, removeHs=False)
    if drawing is None:
        raise _unreadable("MOL2")
    if largest:
        drawing = checks.largest_piece(drawing)
    checks.check_not_empty(drawing)
    checks.check_one_piece(drawing)
    checks.check_contents(drawing)
    if drawing.GetNumAtoms() > checks.MAX_ATOMS:
        raise checks.too_large(drawing.GetNumAtoms())
    return _mol2_bond_orders(drawing), records, []


def _mol2_bond_orders(drawing: Chem.Mol) -> Chem.Mol:
    """``drawing`` sanitised; its bond orders perceived anew where those of the file do not fit.

    Many programs write every bond of a conjugated ring as aromatic, or leave out the charges.
    """
    charge = _net_charge(drawing)
    mol = Chem.Mol(drawing)
    fits = (
        not Chem.SanitizeMol(mol, catchErrors=True)
        and bondorders.is_saturated(mol)
        and charge in (None, Chem.GetFormalCharge(mol))
    )
    if fits:
        return mol
    found = bondorders.perceive(drawing, charge) if bondorders.has_hydrogens(drawing) else None
    if found is not None:
        return found
    checks.check_valence(drawing)
    return mol


def _net_charge(drawing: Chem.Mol) -> int | None:
    """The sum of a MOL2 file's partial charges as a whole number; None when it has none."""
    key = "_TriposPartialCharge"
    charges = [float(a.GetProp(key)) for a in drawing.GetAtoms() if a.HasProp(key)]
    return round(sum(charges)) if any(charges) else None


def _settle_shape(mol: Chem.Mol) -> Chem.Mol:
    """Keep the first conformer when it is 3D, drop it when it is flat or broken."""
    while mol.GetNumConformers() > 1:
        mol.RemoveConformer(mol.GetConformers()[-1].GetId())
    if mol.GetNumConformers() == 0:
        return mol
    conformer = mol.GetConformer()
    xyz = conformer.GetPositions()
    if not np.isfinite(xyz).all() or np.ptp(xyz[:, 2]) < _FLAT:
        mol.RemoveAllConformers()
    else:
        conformer.Set3D(True)
    return mol


#: Extension to reader; each returns the molecule, the number of records and remarks.
READERS: dict[str, Callable[[str, bool], tuple[Chem.Mol, int, list[str]]]] = {
    ".sdf": _read_molblock,
    ".mol": _read_molblock,
    ".mol2": _read_mol2,
    ".pdb": pdb.read,
}
