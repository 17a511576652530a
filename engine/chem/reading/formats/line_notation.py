"""Molecules written as one line of text: SMILES and InChI."""

from __future__ import annotations

import re
import unicodedata

from rdkit import Chem
from rdkit.Chem.inchi import MolFromInchi, MolToInchi

from engine.chem.errors import MoleculeError
from engine.chem.reading import checks
from engine.chem.reading.formats import shape
from engine.chem.reading.formats.mol import molblock

MAX_TEXT = 4000

_KEY = re.compile(r"(InChIKey=)?[A-Z]{14}-[A-Z]{10}-[A-Z]")
_MOBILE = re.compile(r"\(H\d*-?,([\d,]+)\)")


def parse(text: str) -> tuple[Chem.Mol, list[str]]:
    """The sanitised molecule of a SMILES or an InChI, atoms as written, and remarks.

    Hydrogens that stand as atoms in a SMILES keep their place; others stay implicit.

    Raises:
        MoleculeError: with one sentence for the person who typed it.
    """
    text = text.strip()
    if not text:
        raise MoleculeError("Nothing was typed; enter a SMILES such as CC(=O)Oc1ccccc1C(=O)O.")
    if len(text) > MAX_TEXT:
        raise MoleculeError(
            f"This text has {len(text):,} characters, too many for a molecule of "
            f"{checks.MAX_ATOMS} atoms; choose a smaller one."
        )
    if len(text.splitlines()) > 1:
        raise MoleculeError("There are several lines here; enter one SMILES at a time.")
    if not _is_writing(text):
        raise MoleculeError(
            "This text holds bytes that are no letters, so it is damaged; type or copy it again."
        )
    if _KEY.fullmatch(text):
        raise MoleculeError(
            "This is an InChIKey, from which no structure can be computed; "
            "enter the molecule as SMILES or InChI."
        )
    if text.lower().startswith("inchi="):
        return _parse_inchi("InChI=" + text[6:])
    mol = _parse_smiles(text)
    if mol.GetNumConformers() and not _has_own_shape(mol):
        mol.RemoveAllConformers()
    return mol, []


def _is_writing(text: str) -> bool:
    """Whether the text has neither control characters nor half of a character (a surrogate)."""
    return not any(
        unicodedata.category(letter) in ("Cc", "Cs") for letter in text if letter != "\t"
    )


def _parse_smiles(text: str) -> Chem.Mol:
    """A sanitised molecule without added hydrogens."""
    parameters = Chem.SmilesParserParams()
    for key in ("sanitize", "removeHs"):
        setattr(parameters, key, False)
    drawing = Chem.MolFromSmiles(text, parameters)
    if drawing is None:
        raise MoleculeError(_smiles_trouble(text))
    checks.check_valence(drawing)
    molblock.check_groups(drawing)
    setattr(parameters, "sanitize", True)  # noqa: B010 (the stubs do not know it)
    mol = Chem.MolFromSmiles(text, parameters)
    if mol is None:
        raise MoleculeError(f"“{_short(text)}” is not a possible molecule; check the structure.")
    return mol


def _has_own_shape(mol: Chem.Mol) -> bool:
    """Whether the coordinates behind a SMILES are a shape in space; most are those of a drawing."""
    checks.check_coordinates(mol)
    whole = checks.apart(mol.GetConformer().GetPositions())
    return whole and shape.is_solid(mol, "") and shape.scale(mol) == 1


def _parse_inchi(text: str) -> tuple[Chem.Mol, list[str]]:
    """The molecule of an InChI; heavy atoms in the order of its own numbers."""
    word = text.split(maxsplit=1)[0]
    drawing = MolFromInchi(word, sanitize=False, removeHs=False)
    if drawing is None:
        raise MoleculeError(
            "This InChI cannot be read, it may be cut off; copy it again as a whole or enter "
            "the molecule as SMILES."
        )
    checks.check_valence(drawing)
    mol = MolFromInchi(word)
    if mol is None:
        raise MoleculeError(
            "This InChI does not describe a possible molecule; enter the molecule as SMILES."
        )
    remarks = []
    if _is_tautomeric(mol, word):
        remarks.append(
            "An InChI leaves open which atoms carry the mobile hydrogens; one tautomer was "
            "chosen, so enter a SMILES if you want another."
        )
    if word.startswith("InChI=1S/") and MolToInchi(mol, options="/WarnOnEmptyStructure") != word:
        remarks.append(
            "Written back as an InChI the molecule differs from what was typed; compare the "
            "drawing with what you expect."
        )
    return mol, remarks


def _is_tautomeric(mol: Chem.Mol, inchi: str) -> bool:
    """Whether mobile hydrogens could sit on unlike atoms (the two oxygens of an acid are alike)."""
    for group in _MOBILE.findall(inchi):
        atoms = [mol.GetAtomWithIdx(int(n) - 1) for n in group.split(",")]
        around = [{other.GetIdx() for other in atom.GetNeighbors()} for atom in atoms]
        alike = len({atom.GetAtomicNum() for atom in atoms}) == 1
        if not alike or any(len(a) != 1 or a != around[0] for a in around):
            return True
    return False


def _smiles_trouble(text: str) -> str:
    """What is most likely wrong with a SMILES that cannot be parsed."""
    word = text.split(maxsplit=1)[0]
    shown = f"“{_short(word)}” is not a SMILES"
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
