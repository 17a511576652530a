"""The file formats: bytes to a sanitised RDKit molecule with the file's atoms and coordinates.

A file is split into records, one record is drawn (its atoms, neighbours and coordinates as they
stand there) and the drawing is settled (bond orders and charges that make sense). Records that
draw the same molecule, atom by atom, are its conformers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from rdkit import Chem

from engine.chem import bondorders, checks, cif, pdb, records, xyz
from engine.chem.errors import MoleculeError
from engine.chem.records import MAX_RECORDS, Entry

_FLAT = 1e-3


@dataclass(frozen=True)
class Format:
    """How one format is read.

    Attributes
    ----------
    label: what a person calls it.
    split: the text of the file to its records.
    draw: the text of a record to an unsanitised molecule.
    settle: (drawing, text of the record, largest, charge) to the molecule and remarks.
    """

    label: str
    split: Callable[[str], list[Entry]]
    draw: Callable[[str], Chem.Mol]
    settle: Callable[[Chem.Mol, str, bool, int], tuple[Chem.Mol, list[str]]]


@dataclass(frozen=True, eq=False)
class Found:
    """One record of a file.

    Attributes
    ----------
    mol: sanitised; its conformers in 3D are the record's own, then those of other records.
    title: the record's name.
    remarks: sentences about what was decided.
    count: how many records the file has.
    fields: the record's own data by name.
    """

    mol: Chem.Mol
    title: str
    remarks: list[str]
    count: int
    fields: dict[str, str]


def read(extension: str, data: bytes, largest: bool, record: int, charge: int) -> Found:
    """Record number ``record`` (from 0) of a file; ``extension`` is a key of ``READERS``.

    Conformers in 3D are kept, flat and empty coordinates are removed. With ``largest`` only the
    largest of several separate molecules need make sense. ``charge`` counts for XYZ alone.

    Raises
    ------
    MoleculeError: if the text holds no such record or it cannot be read.
    """
    style, entries = _split(extension, data)
    if not 0 <= record < min(len(entries), MAX_RECORDS):
        raise MoleculeError(
            f"There is no molecule number {record + 1:,} in this file; choose another one."
        )
    entry = entries[record]
    drawing = style.draw(entry.text)
    fields = {key: drawing.GetProp(key) for key in drawing.GetPropNames()}
    if drawing.GetNumConformers() and _is_solid(drawing):
        others = [e for k, e in enumerate(entries[:MAX_RECORDS]) if k != record]
        fields = _add_conformers(
            drawing, fields, [e for e in others if e.size == entry.size], style
        )
    mol, remarks = style.settle(drawing, entry.text, largest, charge)
    _settle_shape(mol)
    remarks = [*remarks, *_about_records(len(entries), record, mol.GetNumConformers())]
    return Found(mol, entry.name, remarks, len(entries), fields)


def names(extension: str, data: bytes) -> list[str]:
    """The titles of all records of a file ("" for none), none of them read.

    Raises
    ------
    MoleculeError: if the text holds none.
    """
    return [entry.name for entry in _split(extension, data)[1]]


def _split(extension: str, data: bytes) -> tuple[Format, list[Entry]]:
    """The format and the records of a file."""
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    _check_content(extension, text)
    style = READERS[extension]
    entries = style.split(text)
    if not entries:
        raise _unreadable(style.label)
    return style, entries


def _check_content(extension: str, text: str) -> None:
    """The text must look like what the extension promises."""
    if "\x00" in text:
        raise MoleculeError(
            "This is a binary file, not a text file; save the molecule as SDF, MOL, MOL2 or PDB."
        )
    own = {".mol": ".sdf", ".mmcif": ".cif"}.get(extension, extension)
    other = _looks_like(text)
    if other in ("", own):
        return
    raise MoleculeError(
        f"This file ends in “{extension}” but holds a file of another format "
        f"({READERS[other].label}); rename it so that it ends in “{other}”."
    )


def _looks_like(text: str) -> str:
    """The extension that the content suggests, or ""."""
    start = text[:2000]
    if "@<TRIPOS>MOLECULE" in text:
        return ".mol2"
    if "M  END" in text or "V2000" in start or "V3000" in start:
        return ".sdf"
    if "_atom_site." in text or "_chem_comp_atom." in text or start.startswith("data_"):
        return ".cif"
    if any(line.startswith(("ATOM  ", "HETATM")) for line in text.splitlines()):
        return ".pdb"
    return ""


def _unreadable(label: str) -> MoleculeError:
    return MoleculeError(
        f"No molecule could be read from this {label} file, it may be cut off or damaged; "
        "save it again or paste the molecule as SMILES."
    )


def _about_records(count: int, record: int, conformers: int) -> list[str]:
    """What to say of the other records of a file."""
    remarks = []
    if conformers > 1:
        remarks.append(
            f"The file holds {conformers:,} conformers of this molecule; all of them are kept."
        )
    if count > max(conformers, 1):
        which = "the first" if record == 0 else f"number {record + 1:,}"
        remarks.append(f"The file holds {count:,} molecules; {which} is shown.")
    if count > MAX_RECORDS:
        remarks.append(f"Only the first {MAX_RECORDS:,} molecules of a file can be chosen.")
    return remarks


def _add_conformers(
    drawing: Chem.Mol, fields: dict[str, str], others: list[Entry], style: Format
) -> dict[str, str]:
    """Give ``drawing`` the coordinates of the ``others`` that draw the same molecule.

    Returns the fields that all of them share: what differs belongs to one conformer only.
    """
    key = _skeleton(drawing)
    for entry in others:
        try:
            other = style.draw(entry.text)
        except MoleculeError:
            continue  # it speaks for itself when it is chosen
        if other.GetNumConformers() and _is_solid(other) and _skeleton(other) == key:
            drawing.AddConformer(other.GetConformer(), assignId=True)
            fields = {
                name: value
                for name, value in fields.items()
                if other.HasProp(name) and other.GetProp(name) == value
            }
    return fields


def _skeleton(mol: Chem.Mol) -> tuple[object, ...]:
    """Elements, charges and bonds in the order of the atoms; the same for conformers."""
    atoms = tuple((a.GetAtomicNum(), a.GetFormalCharge(), a.GetIsotope()) for a in mol.GetAtoms())
    bonds = [
        (*sorted((b.GetBeginAtomIdx(), b.GetEndAtomIdx())), b.GetBondTypeAsDouble())
        for b in mol.GetBonds()
    ]
    return atoms, tuple(sorted(bonds))


def _draw_molblock(text: str) -> Chem.Mol:
    """MOL and SDF, V2000 or V3000, with the data fields of the record."""
    supplier = Chem.SDMolSupplier()
    supplier.SetData(text, sanitize=False, removeHs=False, strictParsing=False)
    drawing = supplier[0] if len(supplier) else None
    if drawing is None:
        raise _unreadable("SDF or MOL")
    checks.check_not_empty(drawing)
    if drawing.GetNumAtoms() > checks.MAX_ATOMS:
        raise checks.too_large(drawing.GetNumAtoms())
    return drawing


def _settle_molblock(
    drawing: Chem.Mol, text: str, largest: bool, charge: int
) -> tuple[Chem.Mol, list[str]]:
    """The wedges of a flat drawing, or the stereo of the coordinates."""
    checks.check_valence(drawing)
    mol = Chem.MolFromMolBlock(text, removeHs=False, strictParsing=False)
    if mol is None or mol.GetNumAtoms() != drawing.GetNumAtoms():
        raise _unreadable("SDF or MOL")
    for conformer in list(drawing.GetConformers())[1:]:
        mol.AddConformer(conformer, assignId=True)
    return mol, []


def _draw_mol2(text: str) -> Chem.Mol:
    """MOL2 with Tripos atom types; charges follow from the types."""
    drawing = Chem.MolFromMol2Block(text, sanitize=False, removeHs=False)
    if drawing is None:
        raise _unreadable("MOL2")
    return drawing


def _settle_mol2(
    drawing: Chem.Mol, text: str, largest: bool, charge: int
) -> tuple[Chem.Mol, list[str]]:
    """``drawing`` sanitised; its bond orders perceived anew where those of the file do not fit.

    Many programs write every bond of a conjugated ring as aromatic, or leave out the charges.
    """
    if largest:
        drawing = checks.largest_piece(drawing)
    checks.check_not_empty(drawing)
    checks.check_one_piece(drawing)
    checks.check_contents(drawing)
    if drawing.GetNumAtoms() > checks.MAX_ATOMS:
        raise checks.too_large(drawing.GetNumAtoms())
    net = _net_charge(drawing)
    mol = Chem.Mol(drawing)
    fits = (
        not Chem.SanitizeMol(mol, catchErrors=True)
        and bondorders.is_saturated(mol)
        and net in (None, Chem.GetFormalCharge(mol))
    )
    if fits:
        return mol, []
    found = bondorders.perceive(drawing, net) if bondorders.has_hydrogens(drawing) else None
    if found is not None:
        return found, []
    checks.check_valence(drawing)
    return mol, []


def _net_charge(drawing: Chem.Mol) -> int | None:
    """The sum of a MOL2 file's partial charges as a whole number; None when it has none."""
    key = "_TriposPartialCharge"
    charges = [float(a.GetProp(key)) for a in drawing.GetAtoms() if a.HasProp(key)]
    return round(sum(charges)) if any(charges) else None


def _split_pdb(text: str) -> list[Entry]:
    entries = records.split_pdb(text)
    if not entries:
        raise MoleculeError(
            "There is no ATOM or HETATM line in this PDB file; check that it is complete."
        )
    return entries


def _is_solid(mol: Chem.Mol) -> bool:
    """Whether the first conformer is in 3D and whole."""
    positions = mol.GetConformer().GetPositions()
    return bool(np.isfinite(positions).all() and np.ptp(positions[:, 2]) >= _FLAT)


def _settle_shape(mol: Chem.Mol) -> None:
    """Keep the conformers when the first is 3D, drop them when it is flat or broken."""
    if mol.GetNumConformers() and not _is_solid(mol):
        mol.RemoveAllConformers()
    for conformer in mol.GetConformers():
        conformer.Set3D(True)


_SDF = Format("SDF or MOL", records.split_sdf, _draw_molblock, _settle_molblock)
_PDB = Format("PDB", _split_pdb, pdb.draw, lambda mol, _, largest, __: pdb.settle(mol, largest))
_CIF = Format("mmCIF", cif.split, cif.draw, lambda mol, text, big, _: cif.settle(mol, text, big))

#: Extension to format.
READERS: dict[str, Format] = {
    ".sdf": _SDF,
    ".mol": _SDF,
    ".mol2": Format("MOL2", records.split_mol2, _draw_mol2, _settle_mol2),
    ".pdb": _PDB,
    ".xyz": Format("XYZ", records.split_xyz, xyz.draw, lambda m, _, big, q: xyz.settle(m, big, q)),
    ".cif": _CIF,
    ".mmcif": _CIF,
}
