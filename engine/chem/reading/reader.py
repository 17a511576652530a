"""Molecules from text and files, ready for the model.

Whatever comes in leaves as an RDKit molecule with explicit hydrogens (those that were added
stand last, so the input's atom order is kept), one 3D conformer, every stereo centre settled,
the file's own data fields and at least one rotatable bond; or as a ``MoleculeError`` of one
sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
from rdkit import Chem
from rdkit.rdBase import BlockLogs

from engine.chem.energy import embed
from engine.chem.errors import MoleculeError
from engine.chem.reading import checks, formats, protonation, stereo
from engine.chem.reading.choices import ReadingChoices
from engine.chem.reading.formats import MAX_RECORDS
from engine.chem.reading.labile import clear_sides
from engine.chem.structure import (
    BondReport,
    identify_rotatable_bonds,
    label_axes,
    stereo_errors,
)
from engine.chem.titles import one_line

EXTENSIONS = tuple(formats.READERS)
MAX_BYTES = 10 * 1024 * 1024

_SEED = 7
#: Files and lines whose content is kept, for when another form or state of them is chosen.
_KEPT = 4
_PLAIN = ReadingChoices()


@dataclass(frozen=True, eq=False)
class Given:
    """A molecule as its source gave it, before a form or a state is chosen.

    Attributes:
        mol: sanitised and checked; conformers in 3D or none.
        name: from the source.
        remarks: sentences about what was decided.
        mapped: whether there were atom map numbers.
        fields: the data of a file's record.
    """

    mol: Chem.Mol
    name: str
    remarks: tuple[str, ...]
    mapped: bool
    fields: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def states(self) -> Mapping[str, Chem.Mol]:
        """Other protonation states that are possible at pH 7.4, by label; found when asked for."""
        with BlockLogs():
            return protonation.states(self.mol)


@dataclass(frozen=True, eq=False)
class Reading:
    """A molecule and what else its source said.

    Attributes:
        mol: explicit hydrogens and one 3D conformer.
        uploaded: (K, N, 3) Angstrom, the conformers of the file, that of ``mol`` first; K = 0 when
            the source has no 3D coordinates.
        reports: what is known of every bond of ``mol``, in RDKit's order.
        notes: sentences about what was decided while reading (records skipped, stereo chosen, ...).
        warnings: those of the notes that change what is sampled: stereo that was chosen.
        forms: labels of the stereoisomers that the source leaves open; empty when it leaves none.
        form: the label of the one that ``mol`` is; "" when none was open.
        given: the molecule before a state or a form was chosen.
    """

    given: Given
    mol: Chem.Mol
    uploaded: np.ndarray
    reports: tuple[BondReport, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    form: str = ""


def read_text(line: str, name: str = "", choices: ReadingChoices = _PLAIN) -> Reading:
    """The molecule that a SMILES or an InChI describes, embedded in 3D.

    Args:
        line: one SMILES or InChI; a name may follow a SMILES after a space.
        name: what to call the molecule; by default the name in ``line``.
        choices: what is open otherwise; ``record`` and ``charge`` are of files alone.

    Raises:
        MoleculeError: with one sentence for the person who typed it.
    """
    content = _of_text(line, choices.largest)
    return _finish(replace(content, name=name or content.name), choices)


def read_file(filename: str, data: bytes, choices: ReadingChoices = _PLAIN) -> Reading:
    """One molecule of a file; its coordinates where it has 3D ones.

    Args:
        filename: its extension says the format, one of ``EXTENSIONS``.
        data: what stands in the file.
        choices: what is open otherwise.

    Raises:
        MoleculeError: with one sentence for the person who uploaded it.
    """
    return _finish(_of_file(filename, data, replace(choices, form="", state="")), choices)


def list_records(filename: str, data: bytes) -> tuple[tuple[str, ...], int]:
    """The names of a file's molecules ("" for none), at most ``MAX_RECORDS``, and their number.

    Raises:
        MoleculeError: as ``read_file`` does, for a file that cannot be split into records.
    """
    names = formats.names(_extension(filename, data), data)
    return tuple(names[:MAX_RECORDS]), len(names)


def from_smiles(smiles: str, name: str = "", largest: bool = False) -> Chem.Mol:
    """``read_text(...).mol``."""
    return read_text(smiles, name, ReadingChoices(largest=largest)).mol


def from_file(filename: str, data: bytes, largest: bool = False) -> Chem.Mol:
    """``read_file(...).mol``, the first molecule of the file."""
    return read_file(filename, data, ReadingChoices(largest=largest)).mol


def _extension(filename: str, data: bytes) -> str:
    """The extension of a file that can be read."""
    _, dot, extension = filename.rpartition(".")
    extension = dot + extension.lower()
    if extension not in EXTENSIONS:
        shown = f"Files ending in “{extension}”" if dot else "Files without an extension"
        raise MoleculeError(
            f"{shown} cannot be read; upload an SDF, MOL, MOL2, PDB, XYZ or mmCIF file."
        )
    if len(data) > MAX_BYTES:
        raise MoleculeError(
            f"This file has {len(data) / 1024**2:.1f} MB and the limit is 10 MB; "
            "save the one molecule you want into a file of its own."
        )
    if not data.strip():
        raise MoleculeError("This file is empty; check that it was saved and upload it again.")
    return extension


@lru_cache(maxsize=_KEPT)
def _of_text(line: str, largest: bool) -> Given:
    with BlockLogs():
        mol, remarks = formats.parse(line)
    own_name = mol.GetProp("_Name") if mol.HasProp("_Name") else ""
    return _checked(mol, own_name, remarks, largest)


@lru_cache(maxsize=_KEPT)
def _of_file(filename: str, data: bytes, choices: ReadingChoices) -> Given:
    extension = _extension(filename, data)
    with BlockLogs():
        found = formats.read(extension, data, choices)
    name = found.title or filename.rpartition(".")[0].rpartition("/")[2]
    content = _checked(found.mol, name, found.remarks, choices.largest)
    return replace(content, fields=found.fields)


def _checked(mol: Chem.Mol, name: str, remarks: list[str], largest: bool) -> Given:
    """What every source goes through before a form or a state is chosen."""
    checks.check_not_empty(mol)
    remarks = list(remarks)
    if largest and len(Chem.GetMolFrags(mol)) > 1:
        mol = checks.largest_piece(mol)
        remarks.append(checks.ONLY_LARGEST)
    checks.check_one_piece(mol)
    checks.check_contents(mol)
    checks.check_electrons(mol)
    checks.check_size(mol)
    remarks += [said for said in (stereo.mixture(mol), stereo.lost(mol)) if said]
    clear_sides(mol)
    mapped = any(atom.GetAtomMapNum() for atom in mol.GetAtoms())
    for atom in mol.GetAtoms():
        atom.SetAtomMapNum(0)
    return Given(mol, name, tuple(remarks), mapped)


def _finish(given: Given, choices: ReadingChoices) -> Reading:
    """Protonation, hydrogens, coordinates and stereo: the same for every source."""
    mol = Chem.Mol(_in_state(given, choices.state))
    notes = [*given.remarks, *_about_protons(given, choices.state)]
    with BlockLogs():
        solid = mol.GetNumConformers() > 0
        finished = _with_own_shape if solid else _with_new_shape
        reading = finished(given, mol, choices.form)
    _label(reading.mol, given)
    return replace(reading, notes=(*notes, *reading.notes))


def _in_state(given: Given, state: str) -> Chem.Mol:
    if state and state not in given.states:
        raise MoleculeError(
            f"“{state}” is not a protonation state of this molecule; choose one of those listed."
        )
    return given.states[state] if state else given.mol


def _about_protons(given: Given, state: str) -> list[str]:
    """Remarks on protons and charge, and on atom map numbers."""
    charge, remarks = Chem.GetFormalCharge(given.mol), []
    if state:
        remarks.append(f"The protonation state {state} is used, possible at pH {protonation.PH}.")
    elif charge:
        protons = (
            "the hydrogens that the file leaves out were added"
            if _lacks_hydrogens(given.mol)
            else "no proton is added or removed"
        )
        remarks.append(f"The molecule is used with its net charge of {charge:+d}; {protons}.")
    if given.mapped:
        remarks.append("The atom map numbers were left out.")
    return remarks


def _lacks_hydrogens(mol: Chem.Mol) -> bool:
    """Whether a molecule with coordinates has none for some of its hydrogens."""
    return mol.GetNumConformers() > 0 and any(atom.GetTotalNumHs() for atom in mol.GetAtoms())


def _label(mol: Chem.Mol, given: Given) -> None:
    """Name and the file's own data fields, nothing else."""
    for key in mol.GetPropNames(includePrivate=True):
        mol.ClearProp(key)
    for key, value in given.fields.items():
        mol.SetProp(key, value)
    mol.SetProp("_Name", one_line(given.name))


def _with_own_shape(given: Given, mol: Chem.Mol, _: str) -> Reading:
    """Explicit hydrogens where they are missing; the first conformer decides the stereo.

    Other conformers of another stereoisomer, or with atoms on top of each other, are dropped.
    """
    hydrogens, reports = _with_hydrogens(mol)
    checks.check_positions(hydrogens)
    xyz = np.stack([conformer.GetPositions() for conformer in hydrogens.GetConformers()])
    _keep_one_conformer(hydrogens, xyz[0])
    Chem.AssignStereochemistryFrom3D(hydrogens, replaceExistingTags=True)
    clear_sides(hydrogens)
    label_axes(hydrogens, xyz[0])
    good = ~stereo_errors(hydrogens, xyz) & [checks.apart(positions) for positions in xyz]
    good[0] = True
    return Reading(given, hydrogens, xyz[good], reports)


def _with_new_shape(given: Given, mol: Chem.Mol, form: str) -> Reading:
    """An embedded molecule; where stereo is open, the ``form`` or what embedding gives."""
    places = stereo.open_places(mol)
    isomers = stereo.forms(mol, places) if places else {}
    if form and form not in isomers:
        raise MoleculeError(
            f"“{form}” is not a form of this molecule; choose one of the forms that are listed."
        )
    hydrogens, reports = _with_hydrogens(isomers[form] if form else mol)
    _keep_one_conformer(hydrogens, embed(hydrogens, 1, _SEED)[0])
    Chem.AssignStereochemistryFrom3D(hydrogens, replaceExistingTags=True)
    clear_sides(hydrogens)
    label_axes(hydrogens, hydrogens.GetConformer().GetPositions())
    reading = Reading(given, hydrogens, np.empty((0, hydrogens.GetNumAtoms(), 3)), reports)
    if not places:
        return reading
    chosen = form or stereo.label(hydrogens, places)
    notes = [stereo.sentence(mol, places, chosen)]
    listed = sorted({*isomers, chosen} - {""})
    total = stereo.count(places)
    if total > stereo.MAX_FORMS:
        many = f"{len(listed)} are" if listed else "none has a name, so none is"
        notes.append(f"Of the {total:,} combinations that are possible, {many} listed.")
    said = tuple(notes)
    return replace(reading, notes=said, warnings=said, forms=tuple(listed), form=chosen)


def _with_hydrogens(mol: Chem.Mol) -> tuple[Chem.Mol, tuple[BondReport, ...]]:
    """Explicit hydrogens, the added ones last, placed in every conformer; and its bonds."""
    hydrogens = Chem.AddHs(mol, addCoords=mol.GetNumConformers() > 0)
    Chem.SanitizeMol(hydrogens)
    reports = tuple(identify_rotatable_bonds(hydrogens))
    checks.check_rotatable(reports)
    return hydrogens, reports


def _keep_one_conformer(mol: Chem.Mol, xyz: np.ndarray) -> None:
    """Make ``xyz`` (N, 3) Angstrom the one conformer of ``mol``."""
    conformer = Chem.Conformer(mol.GetNumAtoms())
    conformer.Set3D(True)
    conformer.SetPositions(np.asarray(xyz, dtype=np.float64))
    mol.RemoveAllConformers()
    mol.AddConformer(conformer)
