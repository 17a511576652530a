"""Molecules from text and files, ready for the model.

Whatever comes in leaves as an RDKit molecule with explicit hydrogens (those that were added
stand last, so a file's atom order is kept), one 3D conformer, every stereo centre settled and
at least one rotatable bond; or as a ``MoleculeError`` of one sentence.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem
from rdkit.rdBase import BlockLogs

from engine.chem import checks, formats
from engine.chem.embed import embed
from engine.chem.errors import MoleculeError

__all__ = ["EXTENSIONS", "MAX_BYTES", "MoleculeError", "from_file", "from_smiles", "notes"]

EXTENSIONS = tuple(formats.READERS)
MAX_BYTES = 10 * 1024 * 1024
MAX_TEXT = 4000

_SEED = 7


def from_smiles(text: str, name: str = "", largest: bool = False) -> Chem.Mol:
    """The molecule that a SMILES describes, embedded in 3D.

    Parameters
    ----------
    text: one SMILES; a name may follow after a space.
    largest: of several separate molecules take the largest instead of raising.

    Raises
    ------
    MoleculeError: with one sentence for the person who typed it.
    """
    text = text.strip()
    with BlockLogs():
        mol = _parse_smiles(text)
    own_name = mol.GetProp("_Name") if mol.HasProp("_Name") else ""
    return _finish(mol, name or own_name, [], largest)


def from_file(filename: str, data: bytes, largest: bool = False) -> Chem.Mol:
    """The first molecule of an SDF, MOL, MOL2 or PDB file; its coordinates where it has 3D ones.

    Parameters
    ----------
    filename: its extension tells the format.
    largest: of several separate molecules take the largest instead of raising.

    Raises
    ------
    MoleculeError: with one sentence for the person who uploaded it.
    """
    stem, dot, extension = filename.rpartition(".")
    extension = dot + extension.lower()
    if extension not in EXTENSIONS:
        shown = f"Files ending in “{extension}”" if dot else "Files without an extension"
        raise MoleculeError(f"{shown} cannot be read; bring an SDF, MOL, MOL2 or PDB file.")
    if len(data) > MAX_BYTES:
        raise MoleculeError(
            f"This file has {len(data) / 1024**2:.1f} MB and the limit is 10 MB; "
            "save the one molecule you want into a file of its own."
        )
    if not data.strip():
        raise MoleculeError("This file is empty; check that it was saved and bring it again.")
    with BlockLogs():
        mol, remarks = formats.read(extension, data, largest)
    title = mol.GetProp("_Name").strip() if mol.HasProp("_Name") else ""
    return _finish(mol, title or stem.rpartition("/")[2], remarks, largest)


def notes(mol: Chem.Mol) -> tuple[str, ...]:
    """Sentences about what was decided while reading (records skipped, stereo chosen, ...).

    They travel as a property of ``mol`` and are lost when it is pickled.
    """
    return tuple(mol.GetProp("_notes").split("\n")) if mol.HasProp("_notes") else ()


def record_count(mol: Chem.Mol) -> int:
    """How many molecules the file held that ``mol`` came from (1 for SMILES)."""
    return mol.GetIntProp("_records") if mol.HasProp("_records") else 1


def _parse_smiles(text: str) -> Chem.Mol:
    """A sanitised molecule without explicit hydrogens."""
    if not text:
        raise MoleculeError("Nothing was typed; enter a SMILES such as CC(=O)Oc1ccccc1C(=O)O.")
    if len(text) > MAX_TEXT:
        raise MoleculeError(
            f"This text has {len(text):,} characters, too many for a molecule of "
            f"{checks.MAX_ATOMS} atoms; choose a smaller one."
        )
    if len(text.splitlines()) > 1:
        raise MoleculeError("There are several lines here; enter one SMILES at a time.")
    parameters = Chem.SmilesParserParams()
    for key in ("sanitize", "removeHs"):
        setattr(parameters, key, False)
    drawing = Chem.MolFromSmiles(text, parameters)
    if drawing is None:
        raise MoleculeError(_smiles_trouble(text))
    checks.check_valence(drawing)
    mol = Chem.MolFromSmiles(text)
    if mol is None:
        raise MoleculeError(f"“{_short(text)}” is not a possible molecule; check the structure.")
    return mol


def _smiles_trouble(text: str) -> str:
    """What is most likely wrong with a SMILES that cannot be parsed."""
    word = text.split()[0]
    shown = f"“{_short(word)}” is not a SMILES"
    if word.startswith("InChI="):
        return "This is an InChI, which cannot be read here; enter the molecule as SMILES."
    if ">" in word:
        return "This is a reaction, not a molecule; enter one molecule as SMILES."
    for opening, closing in ("()", "[]"):
        if word.count(opening) != word.count(closing):
            return f"{shown}: a bracket {opening} or {closing} is missing; add it."
    for atom in ("R", "X"):
        if f"[{atom}" in word:
            return f"{shown} of one molecule: replace [{atom}] by a real atom."
    return f"{shown}; write the structure like CC(=O)Oc1ccccc1C(=O)O, which is aspirin."


def _short(text: str, length: int = 40) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _finish(mol: Chem.Mol, name: str, remarks: list[str], largest: bool) -> Chem.Mol:
    """Checks, hydrogens, coordinates and stereo: the same for every source."""
    records = record_count(mol)
    checks.check_not_empty(mol)
    if largest and len(Chem.GetMolFrags(mol)) > 1:
        mol = checks.largest_piece(mol)
        remarks = [*remarks, "Only the largest of several separate molecules is shown."]
    checks.check_one_piece(mol)
    checks.check_contents(mol)
    checks.check_electrons(mol)
    checks.check_size(mol)
    for atom in mol.GetAtoms():
        atom.SetAtomMapNum(0)
    with BlockLogs():
        mol, remarks = _in_three_dimensions(mol, remarks)
    for key in mol.GetPropNames(includePrivate=True):
        mol.ClearProp(key)
    mol.SetProp("_Name", name)
    mol.SetIntProp("_records", records)
    if remarks:
        mol.SetProp("_notes", "\n".join(remarks))
    return mol


def _in_three_dimensions(mol: Chem.Mol, remarks: list[str]) -> tuple[Chem.Mol, list[str]]:
    """Explicit hydrogens and one 3D conformer, whose stereo becomes the molecule's own."""
    has_shape = mol.GetNumConformers() > 0 and mol.GetConformer().Is3D()
    hydrogens = Chem.AddHs(mol, addCoords=has_shape)
    Chem.SanitizeMol(hydrogens)
    checks.check_rotatable(hydrogens)
    if has_shape:
        checks.check_positions(hydrogens)
    else:
        xyz = embed(hydrogens, 1, _SEED)[0]
        conformer = Chem.Conformer(hydrogens.GetNumAtoms())
        conformer.SetPositions(xyz.astype(np.float64))
        hydrogens.RemoveAllConformers()
        hydrogens.AddConformer(conformer)
    before = _labels(hydrogens)
    Chem.AssignStereochemistryFrom3D(hydrogens, replaceExistingTags=True)
    chosen = _labels(hydrogens) - before
    if chosen > 0 and not has_shape:
        remarks = [*remarks, _open_stereo(chosen)]
    return hydrogens, remarks


def _labels(mol: Chem.Mol) -> int:
    """How many atoms and double bonds carry a stereo label."""
    atoms = sum(a.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED for a in mol.GetAtoms())
    return atoms + sum(b.GetStereo() > Chem.BondStereo.STEREOANY for b in mol.GetBonds())


def _open_stereo(count: int) -> str:
    if count == 1:
        return "One stereo centre was left open; one of its two forms was chosen."
    return f"{count} stereo centres were left open; one form of each was chosen."
