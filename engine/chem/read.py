"""Molecules from text and files, ready for the model.

Whatever comes in leaves as an RDKit molecule with explicit hydrogens (those that were added
stand last, so the input's atom order is kept), one 3D conformer, every stereo centre settled,
the file's own data fields and at least one rotatable bond; or as a ``MoleculeError`` of one
sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from rdkit import Chem
from rdkit.rdBase import BlockLogs

from engine.chem import checks, formats, protonation, stereo, text
from engine.chem.embed import embed
from engine.chem.errors import MoleculeError
from engine.chem.geometry import stereo_errors
from engine.chem.records import MAX_RECORDS

__all__ = [
    "EXTENSIONS",
    "MAX_BYTES",
    "MoleculeError",
    "Reading",
    "from_file",
    "from_smiles",
    "list_records",
    "notes",
    "read_file",
    "read_text",
]

EXTENSIONS = tuple(formats.READERS)
MAX_BYTES = 10 * 1024 * 1024

_SEED = 7


@dataclass(frozen=True, eq=False)
class Reading:
    """A molecule and what else its source said.

    Attributes
    ----------
    mol: explicit hydrogens and one 3D conformer.
    uploaded: (K, N, 3) Angstrom, the conformers of the file, that of ``mol`` first; K = 0 when
        the source has no 3D coordinates.
    forms: labels of the stereoisomers that the source leaves open; empty when it leaves none.
    form: the label of the one that ``mol`` is; "" when none was open.
    states: labels of the protonation states at pH 7.4 that are not the one given.
    """

    mol: Chem.Mol
    uploaded: np.ndarray
    forms: tuple[str, ...] = ()
    form: str = ""
    states: tuple[str, ...] = ()


def read_text(
    line: str, name: str = "", largest: bool = False, form: str = "", state: str = ""
) -> Reading:
    """The molecule that a SMILES or an InChI describes, embedded in 3D.

    Parameters
    ----------
    line: one SMILES or InChI; a name may follow a SMILES after a space.
    largest: of several separate molecules take the largest instead of raising.
    form: one of ``Reading.forms``, where stereo was left open; "" takes what embedding gives.
    state: one of ``Reading.states``; "" keeps every proton where it was given.

    Raises
    ------
    MoleculeError: with one sentence for the person who typed it.
    """
    with BlockLogs():
        mol, remarks = text.parse(line)
    own_name = mol.GetProp("_Name") if mol.HasProp("_Name") else ""
    return _finish(_Draft(mol, name or own_name, remarks), largest, form, state)


def read_file(
    filename: str,
    data: bytes,
    largest: bool = False,
    record: int = 0,
    charge: int = 0,
    form: str = "",
    state: str = "",
) -> Reading:
    """One molecule of a file; its coordinates where it has 3D ones.

    Parameters
    ----------
    filename: its extension tells the format, one of ``EXTENSIONS``.
    largest: of several separate molecules take the largest instead of raising.
    record: which one, from 0, as listed by ``list_records``.
    charge: the net charge; of XYZ files alone, which do not say it.
    form, state: as in ``read_text``.

    Raises
    ------
    MoleculeError: with one sentence for the person who uploaded it.
    """
    extension = _extension(filename, data)
    with BlockLogs():
        found = formats.read(extension, data, largest, record, charge)
    name = found.title or filename.rpartition(".")[0].rpartition("/")[2]
    draft = _Draft(found.mol, name, found.remarks, found.fields)
    return _finish(draft, largest, form, state)


def list_records(filename: str, data: bytes) -> tuple[tuple[str, ...], int]:
    """The names of a file's molecules ("" for none), at most ``MAX_RECORDS``, and their number.

    Raises
    ------
    MoleculeError: as ``read_file`` does, for a file that cannot be split into records.
    """
    names = formats.names(_extension(filename, data), data)
    return tuple(names[:MAX_RECORDS]), len(names)


def from_smiles(smiles: str, name: str = "", largest: bool = False) -> Chem.Mol:
    """``read_text(...).mol``."""
    return read_text(smiles, name, largest).mol


def from_file(filename: str, data: bytes, largest: bool = False) -> Chem.Mol:
    """``read_file(...).mol``, the first molecule of the file."""
    return read_file(filename, data, largest).mol


def notes(mol: Chem.Mol) -> tuple[str, ...]:
    """Sentences about what was decided while reading (records skipped, stereo chosen, ...).

    They travel as a property of ``mol`` and are lost when it is pickled.
    """
    return tuple(mol.GetProp("_notes").split("\n")) if mol.HasProp("_notes") else ()


def _extension(filename: str, data: bytes) -> str:
    """The extension of a file that is worth reading."""
    _, dot, extension = filename.rpartition(".")
    extension = dot + extension.lower()
    if extension not in EXTENSIONS:
        shown = f"Files ending in “{extension}”" if dot else "Files without an extension"
        raise MoleculeError(
            f"{shown} cannot be read; bring an SDF, MOL, MOL2, PDB, XYZ or mmCIF file."
        )
    if len(data) > MAX_BYTES:
        raise MoleculeError(
            f"This file has {len(data) / 1024**2:.1f} MB and the limit is 10 MB; "
            "save the one molecule you want into a file of its own."
        )
    if not data.strip():
        raise MoleculeError("This file is empty; check that it was saved and bring it again.")
    return extension


@dataclass
class _Draft:
    """A molecule as its source gave it: sanitised, conformers in 3D or none."""

    mol: Chem.Mol
    name: str
    remarks: list[str]
    fields: dict[str, str] = field(default_factory=dict)


def _finish(draft: _Draft, largest: bool, form: str, state: str) -> Reading:
    """Checks, hydrogens, coordinates and stereo: the same for every source."""
    mol, remarks = draft.mol, list(draft.remarks)
    checks.check_not_empty(mol)
    if largest and len(Chem.GetMolFrags(mol)) > 1:
        mol = checks.largest_piece(mol)
        remarks.append("Only the largest of several separate molecules is shown.")
    checks.check_one_piece(mol)
    checks.check_contents(mol)
    checks.check_electrons(mol)
    checks.check_size(mol)
    remarks += _kept_and_dropped(mol, state)
    for atom in mol.GetAtoms():
        atom.SetAtomMapNum(0)
    with BlockLogs():
        states = protonation.states(mol)
        mol = _in_state(mol, states, state)
        solid = mol.GetNumConformers() > 0
        reading = _with_own_shape(mol) if solid else _with_new_shape(mol, form, remarks)
    _label(reading.mol, draft, remarks)
    return replace(reading, states=tuple(states))


def _in_state(mol: Chem.Mol, states: dict[str, Chem.Mol], state: str) -> Chem.Mol:
    if state and state not in states:
        raise MoleculeError(
            f"“{state}” is not a protonation state of this molecule; choose one of those listed."
        )
    return states[state] if state else mol


def _kept_and_dropped(mol: Chem.Mol, state: str) -> list[str]:
    """Remarks on charge, on stereo that is not absolute and on atom map numbers."""
    charge, mixture = Chem.GetFormalCharge(mol), stereo.mixture(mol)
    remarks = [mixture] if mixture else []
    if state:
        remarks.append(f"Protons were moved as at pH {protonation.PH}: {state}.")
    elif charge:
        remarks.append(
            f"The molecule is used with its net charge of {charge:+d}; no proton is added or "
            "taken away."
        )
    if any(atom.GetAtomMapNum() for atom in mol.GetAtoms()):
        remarks.append("The atom map numbers were left out.")
    return remarks


def _label(mol: Chem.Mol, draft: _Draft, remarks: list[str]) -> None:
    """Name, notes and the file's own data fields, nothing else."""
    for key in mol.GetPropNames(includePrivate=True):
        mol.ClearProp(key)
    for key, value in draft.fields.items():
        mol.SetProp(key, value)
    mol.SetProp("_Name", draft.name)
    if remarks:
        mol.SetProp("_notes", "\n".join(remarks))


def _with_own_shape(mol: Chem.Mol) -> Reading:
    """Explicit hydrogens where they are missing; the first conformer decides the stereo.

    Other conformers of another stereoisomer, or with atoms on top of each other, are dropped.
    """
    hydrogens = _with_hydrogens(mol)
    checks.check_positions(hydrogens)
    xyz = np.stack([conformer.GetPositions() for conformer in hydrogens.GetConformers()])
    _keep_one_conformer(hydrogens, xyz[0])
    Chem.AssignStereochemistryFrom3D(hydrogens, replaceExistingTags=True)
    good = ~stereo_errors(hydrogens, xyz) & [checks.apart(positions) for positions in xyz]
    good[0] = True
    return Reading(hydrogens, xyz[good])


def _with_new_shape(mol: Chem.Mol, form: str, remarks: list[str]) -> Reading:
    """An embedded molecule; where stereo is open, the ``form`` or what embedding gives."""
    places = stereo.open_places(mol)
    choices = stereo.forms(mol, places) if places else {}
    if form and form not in choices:
        raise MoleculeError(
            f"“{form}” is not a form of this molecule; choose one of the forms that are listed."
        )
    hydrogens = _with_hydrogens(choices[form] if form else mol)
    _keep_one_conformer(hydrogens, embed(hydrogens, 1, _SEED)[0])
    Chem.AssignStereochemistryFrom3D(hydrogens, replaceExistingTags=True)
    nothing = np.empty((0, hydrogens.GetNumAtoms(), 3))
    if not places:
        return Reading(hydrogens, nothing)
    chosen = form or stereo.label(hydrogens, places)
    remarks.append(stereo.sentence(mol, places, chosen))
    listed = sorted({*choices, chosen} - {""})
    total = stereo.count(mol)
    if total > stereo.MAX_FORMS:
        remarks.append(f"Of the {total:,} combinations that are open, {len(listed)} are offered.")
    return Reading(hydrogens, nothing, tuple(listed), chosen)


def _with_hydrogens(mol: Chem.Mol) -> Chem.Mol:
    """Explicit hydrogens, the added ones last, placed in every conformer."""
    hydrogens = Chem.AddHs(mol, addCoords=mol.GetNumConformers() > 0)
    Chem.SanitizeMol(hydrogens)
    checks.check_rotatable(hydrogens)
    return hydrogens


def _keep_one_conformer(mol: Chem.Mol, xyz: np.ndarray) -> None:
    """Make ``xyz`` (N, 3) Angstrom the one conformer of ``mol``."""
    conformer = Chem.Conformer(mol.GetNumAtoms())
    conformer.Set3D(True)
    conformer.SetPositions(np.asarray(xyz, dtype=np.float64))
    mol.RemoveAllConformers()
    mol.AddConformer(conformer)
