"""The file formats: bytes to a sanitised RDKit molecule with the file's atoms and coordinates.

A file is split into records, one record is drawn (its atoms, neighbours and coordinates as they
stand there) and the drawing is settled (bond orders and charges that make sense). Records that
draw the same molecule, atom by atom, are its conformers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from rdkit import Chem

from engine.chem.errors import MoleculeError
from engine.chem.reading import checks
from engine.chem.reading.choices import ReadingChoices
from engine.chem.reading.formats import counting, shape, xyz
from engine.chem.reading.formats.cif import mmcif
from engine.chem.reading.formats.encoding import decode
from engine.chem.reading.formats.mol import mol2, sdf
from engine.chem.reading.formats.pdb import pdb
from engine.chem.reading.formats.records import MAX_RECORDS, Drawing, Entry, unreadable
from engine.chem.structure import label_axes

#: What stands at the start of a line of one format alone.
_MARKS = {
    ".mol2": re.compile(r"^@<TRIPOS>MOLECULE", re.MULTILINE),
    ".sdf": re.compile(r"^M  END|^[ \d]{6}[^\n]*V[23]000\s*$", re.MULTILINE),
    ".cif": re.compile(r"\A\s*data_|^\s*_(?:atom_site|chem_comp_atom)\.", re.MULTILINE),
}


def _no_remarks(_: str) -> list[str]:
    return []


def _unmarked(_: str) -> str:
    return ""


def _never_moved(_: str, __: str) -> None:
    return None


def _always_solid(_: str) -> str:
    return "3D"


@dataclass(frozen=True)
class Format:
    """How one format is read.

    Attributes:
        label: what a person calls it.
        split: the text of the file to its records.
        draw: the text of a record to an unsanitised molecule.
        settle: a drawing to the sanitised molecule and remarks.
        count: the number of atoms that the text of a record has, None where nothing says it.
        remarks: sentences about what ``draw`` decides.
        mark: the text of a record to "2D" or "3D" where it, or the format, says so.
        moved: the texts of two records to the coordinates (N, 3) Angstrom of the second where it
            differs from the first in these alone, else None.
    """

    label: str
    split: Callable[[str], list[Entry]]
    draw: Callable[[str], Chem.Mol]
    settle: Callable[[Drawing, ReadingChoices], tuple[Chem.Mol, list[str]]]
    count: Callable[[str], int | None] = counting.by_construction
    remarks: Callable[[str], list[str]] = _no_remarks
    mark: Callable[[str], str] = _unmarked
    moved: Callable[[str, str], np.ndarray | None] = _never_moved


@dataclass(frozen=True, eq=False)
class Found:
    """One record of a file.

    Attributes:
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


def read(extension: str, data: bytes, choices: ReadingChoices) -> Found:
    """One record of a file; ``extension`` is a key of ``READERS``.

    Conformers in 3D are kept, flat and empty coordinates are removed. Where the largest of several
    separate molecules is chosen, only that one need make sense.

    Raises:
        MoleculeError: if the text holds no such record or it cannot be read.
    """
    style, entries = _split(extension, data)
    record = choices.record
    if not 0 <= record < min(len(entries), MAX_RECORDS):
        raise MoleculeError(
            f"There is no molecule number {record + 1:,} in this file; choose another one."
        )
    entry = entries[record]
    text = entry.whole
    drawing = style.draw(text)
    _check_count(drawing, style.count(text), style)
    fields = {key: drawing.GetProp(key) for key in drawing.GetPropNames()}
    solid = _is_solid(drawing, entry, style)
    if solid:
        others = [e for k, e in enumerate(entries[:MAX_RECORDS]) if k != record]
        alike = [e for e in others if e.size == entry.size]
        alike = _add_moved(drawing, entry, alike, style)
        fields = _add_conformers(drawing, fields, alike, style)
    mol, remarks = _settled(Drawing(drawing, text), style, choices)
    remarks = [*style.remarks(text), *remarks, *_settle_shape(mol, solid)]
    remarks += _about_records(len(entries), record, mol.GetNumConformers())
    return Found(mol, entry.name, remarks, len(entries), fields)


def names(extension: str, data: bytes) -> list[str]:
    """The titles of all records of a file ("" for none), none of them read.

    Raises:
        MoleculeError: if the text holds none.
    """
    return [entry.name for entry in _split(extension, data)[1]]


def _split(extension: str, data: bytes) -> tuple[Format, list[Entry]]:
    """The format and the records of a file."""
    text = decode(data)
    _check_content(extension, text)
    style = READERS[extension]
    entries = style.split(text)
    if not entries:
        raise unreadable(style.label)
    return style, entries


def _check_content(extension: str, text: str) -> None:
    """The text must look like what the extension promises."""
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
    for extension, mark in _MARKS.items():
        if mark.search(text):
            return extension
    if any(line.startswith(("ATOM  ", "HETATM")) for line in text.splitlines()):
        return ".pdb"
    return ""


def _settled(
    drawing: Drawing, style: Format, choices: ReadingChoices
) -> tuple[Chem.Mol, list[str]]:
    """The settled molecule; of several separate ones an error that offers the largest."""
    if drawing.mol.GetNumAtoms() > checks.MAX_ATOMS:
        raise checks.too_large(drawing.mol.GetNumAtoms())
    count = len(Chem.GetMolFrags(drawing.mol))
    if not drawing.mol.GetNumBonds():  # single atoms, of which no format tells more
        if count > 1 and not choices.largest:
            raise checks.several_pieces(count, None)
        checks.check_contents(drawing.mol)
        checks.check_rotatable(())
    if count < 2:
        return style.settle(drawing, choices)
    try:
        mol, remarks = style.settle(drawing, replace(choices, largest=True))
    except MoleculeError:
        if choices.largest:
            raise
        raise checks.several_pieces(count, None) from None  # it would tell of one part only
    largest = checks.largest_piece(mol)
    if not choices.largest:
        raise checks.several_pieces(count, largest)
    return largest, [*remarks, checks.ONLY_LARGEST]


def _check_count(drawing: Chem.Mol, stated: int | None, style: Format) -> None:
    """No atom of the text may be missing from the drawing."""
    count = drawing.GetNumAtoms()
    if stated not in (None, count):
        raise MoleculeError(
            f"This {style.label} file lists {stated:,} atoms but counts {count:,} of them; "
            "correct the count or save the file again."
        )


def _about_records(count: int, record: int, conformers: int) -> list[str]:
    """Remarks on the other records of a file."""
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


def _add_moved(drawing: Chem.Mol, first: Entry, others: list[Entry], style: Format) -> list[Entry]:
    """Give ``drawing`` the coordinates of records that differ from ``first`` in these alone.

    Returns the other records, which have to be drawn: also those whose bonds have other lengths.
    """
    bonds = np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in drawing.GetBonds()])
    left = []
    for entry in others:
        xyz = style.moved(first.text, entry.text)
        if xyz is None or not len(bonds) or not shape.keeps_lengths(drawing, bonds, xyz):
            left.append(entry)
            continue
        conformer = Chem.Conformer(len(xyz))
        conformer.SetPositions(xyz)
        drawing.AddConformer(conformer, assignId=True)
    return left


def _add_conformers(
    drawing: Chem.Mol, fields: dict[str, str], others: list[Entry], style: Format
) -> dict[str, str]:
    """Give ``drawing`` the coordinates of the ``others`` that draw the same molecule.

    Returns the fields that all of them share: what differs belongs to one conformer only.
    """
    key = _skeleton(drawing)
    for entry in others:
        try:
            other = style.draw(entry.whole)
        except MoleculeError:
            continue  # the error is shown when that record is chosen
        if _is_solid(other, entry, style) and _skeleton(other) == key:
            drawing.AddConformer(other.GetConformer(), assignId=True)
            fields = {
                name: value
                for name, value in fields.items()
                if other.HasProp(name) and other.GetProp(name) == value
            }
    return fields


def _is_solid(drawing: Chem.Mol, entry: Entry, style: Format) -> bool:
    """Whether the record holds a shape in space."""
    return drawing.GetNumConformers() > 0 and shape.is_solid(drawing, style.mark(entry.text))


def _skeleton(mol: Chem.Mol) -> tuple[object, ...]:
    """Elements, charges and bonds in the order of the atoms; the same for conformers."""
    atoms = tuple((a.GetAtomicNum(), a.GetFormalCharge(), a.GetIsotope()) for a in mol.GetAtoms())
    bonds = [
        (*sorted((b.GetBeginAtomIdx(), b.GetEndAtomIdx())), b.GetBondTypeAsDouble())
        for b in mol.GetBonds()
    ]
    return atoms, tuple(sorted(bonds))


def _settle_shape(mol: Chem.Mol, solid: bool) -> list[str]:
    """Keep the conformers of a shape in space, drop a drawing's; a remark if that needs one.

    Of a shape that is not in Angstrom the stereo is kept.
    """
    scale = shape.scale(mol) if solid and mol.GetNumConformers() else 1.0
    if scale != 1:
        Chem.AssignStereochemistryFrom3D(mol, replaceExistingTags=True)
        label_axes(mol, mol.GetConformer().GetPositions())
    if not solid or scale != 1:
        mol.RemoveAllConformers()
    for conformer in mol.GetConformers():
        conformer.Set3D(True)
    if scale == 1:
        return []
    remark = (
        f"The bonds in this file are {scale:.2g} times as long as real ones, so its coordinates "
        "are not used; the stereo that they show is kept."
    )
    return [remark]


_SDF = Format(sdf.LABEL, sdf.split, sdf.draw, sdf.settle, counting.sdf, mark=sdf.mark)
_CIF = Format("mmCIF", mmcif.split, mmcif.draw, mmcif.settle, mark=_always_solid)

#: Extension to format.
READERS: dict[str, Format] = {
    ".sdf": _SDF,
    ".mol": _SDF,
    ".mol2": Format(mol2.LABEL, mol2.split, mol2.draw, mol2.settle, counting.mol2),
    ".pdb": Format(
        "PDB",
        pdb.split,
        pdb.draw,
        pdb.settle,
        remarks=pdb.remarks,
        mark=_always_solid,
        moved=pdb.moved,
    ),
    ".xyz": Format("XYZ", xyz.split, xyz.draw, xyz.settle, remarks=xyz.remarks, mark=_always_solid),
    ".cif": _CIF,
    ".mmcif": _CIF,
}
