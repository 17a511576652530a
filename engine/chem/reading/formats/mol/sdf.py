"""MOL and SDF files, V2000 and V3000."""

from __future__ import annotations

import re

from rdkit import Chem

from engine.chem.reading import checks
from engine.chem.reading.choices import ReadingChoices
from engine.chem.reading.formats.mol import molblock
from engine.chem.reading.formats.records import MAX_RECORDS, Drawing, Entry, unreadable

LABEL = "SDF or MOL"
#: Lines that are looked at for the counts; editors put a few blank ones before or take some away.
_TOP = 40
_COUNTS = re.compile(r"[ \d]{6}.*V[23]000\s*")
#: Data fields of one record that are kept.
MAX_FIELDS = 1000
_FIELD = re.compile(r"^>[^\n]*<", re.MULTILINE)
_SEPARATOR = re.compile(r"^\$\$\$\$[^\n]*\n?", re.MULTILINE)


def split(text: str) -> list[Entry]:
    """The records of an SDF or MOL file; those that can never be chosen only count."""
    entries: list[Entry] = []
    for block in _SEPARATOR.split(text):
        if not block.strip():
            continue
        if len(entries) >= MAX_RECORDS:
            entries.append(Entry("", "", ""))
            continue
        text = _with_header(block)
        lines = text.split("\n", 4)
        counts = lines[3] if len(lines) > 3 else ""
        if "V3000" in counts:
            found = re.search(r"M  V30 COUNTS (\d+ \d+)", text)
            counts = found[1] if found else ""
        entries.append(Entry(lines[0].strip(), text, counts[:6]))
    return entries


def mark(text: str) -> str:
    """What line 2 says of the coordinates: "2D", "3D" or ""."""
    found = text.split("\n", 2)[1:2]
    word = found[0][20:22].upper() if found else ""
    return word if word in ("2D", "3D") else ""


def draw(text: str) -> Chem.Mol:
    """MOL and SDF, V2000 or V3000, with the first ``MAX_FIELDS`` data fields of the record."""
    molblock.check(text)
    supplier = Chem.SDMolSupplier()
    supplier.SetData(_few_fields(text)[0], sanitize=False, removeHs=False, strictParsing=False)
    drawing = supplier[0] if len(supplier) else None
    if drawing is None:
        raise unreadable(LABEL)
    checks.check_not_empty(drawing)
    if drawing.GetNumAtoms() > checks.MAX_ATOMS:
        raise checks.too_large(drawing.GetNumAtoms())
    if drawing.GetNumConformers():
        checks.check_coordinates(drawing)
    molblock.check_groups(drawing)
    return drawing


def settle(drawing: Drawing, _: ReadingChoices) -> tuple[Chem.Mol, list[str]]:
    """The wedges of a flat drawing, or the stereo of the coordinates."""
    checks.check_valence(drawing.mol)
    text, cut = _few_fields(drawing.text)
    mol = Chem.MolFromMolBlock(text, removeHs=False, strictParsing=False)
    if mol is None or mol.GetNumAtoms() != drawing.mol.GetNumAtoms():
        raise unreadable(LABEL)
    # Names and brackets of groups say nothing of the molecule, and damaged ones break copies.
    Chem.ClearMolSubstanceGroups(mol)
    for conformer in list(drawing.mol.GetConformers())[1:]:
        mol.AddConformer(conformer, assignId=True)
    remark = f"Only the first {MAX_FIELDS:,} data fields of this molecule are kept."
    return mol, [remark] if cut else []


def _few_fields(text: str) -> tuple[str, bool]:
    """The record with at most ``MAX_FIELDS`` data fields, and whether others were cut off.

    RDKit looks through all fields of a molecule for each one that it adds.
    """
    if text.count("\n>") <= MAX_FIELDS:
        return text, False
    for k, field in enumerate(_FIELD.finditer(text)):
        if k == MAX_FIELDS:
            return text[: field.start()], True
    return text, False


def _with_header(block: str) -> str:
    """The record with three lines before its counts line, as the format wants it.

    Blank lines before the title are dropped, missing lines of the header are added behind it.
    """
    lines = block.split("\n", _TOP)
    at = next((k for k, line in enumerate(lines[:_TOP]) if _COUNTS.fullmatch(line)), 3)
    extra = at - 3
    if extra > 0 and not any(line.strip() for line in lines[:extra]):
        return "\n".join(lines[extra:])
    if extra < 0:
        return "\n".join([*lines[:at], *[""] * -extra, *lines[at:]])
    return block
