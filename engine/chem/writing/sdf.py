"""Conformers as an SDF: one record each, with what is known of it as data fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO

import numpy as np
from rdkit import Chem

from engine.chem.structure import with_conformers
from engine.chem.titles import one_line, printable
from engine.chem.writing.conformer_set import ConformerSet


def to_sdf_file(conformers: ConformerSet) -> str:
    """One record per conformer, with its energy, its torsions, and what the input file said.

    ``torsion_atoms`` names the quartets by atom numbers from 1, as ``1-2-4-5 2-4-6-9``;
    ``torsions_degrees`` has the angles in the same order. A property of the input that has the
    name of one of ours stays as ``input_<name>``.
    """
    ours = [_fields(conformers, k) for k in range(len(conformers.xyz))]
    reserved = {*_MEASURED, *conformers.rows, *conformers.properties}
    return to_sdf(_renamed(conformers.mol, reserved), conformers.xyz, ours)


def to_sdf(mol: Chem.Mol, xyz: np.ndarray, fields: Sequence[Mapping[str, str]] = ()) -> str:
    """Plain SDF records of conformers, atoms in the order of ``mol``.

    Args:
        mol: its public properties become data fields of every record.
        xyz: (K, N, 3), Angstrom.
        fields: further data fields of each of the K records.
    """
    copies = with_conformers(mol, xyz)
    name = one_line(mol.GetProp("_Name")) if mol.HasProp("_Name") else ""
    for key in mol.GetPropNames(includePrivate=True):
        copies.ClearProp(key)  # also notes of programs, which would go into the header
    for key, value in mol.GetPropsAsDict(autoConvertStrings=False).items():
        copies.SetProp(_field_name(key), _field_value(str(value)))
    stream = StringIO()
    writer = Chem.SDWriter(stream)
    for k in range(copies.GetNumConformers()):
        for key, value in fields[k].items() if fields else ():
            copies.SetProp(_field_name(key), _field_value(value))
        copies.SetProp("_Name", _unlike_separator(f"{name} conformer {k + 1}".strip()))
        writer.write(copies, confId=k)
    writer.close()
    return stream.getvalue()


#: Names of the fields that ``to_sdf_file`` computes.
_MEASURED = (
    "conformer",
    "energy_kcal_per_mol",
    "relative_energy_kcal_per_mol",
    "energy_model",
    "energy_note",
    "torsion_atoms",
    "torsions_degrees",
)


def _fields(conformers: ConformerSet, k: int) -> dict[str, str]:
    """The data fields of record ``k``."""
    fields = {"conformer": str(k + 1)}
    if len(conformers.energies):
        fields["energy_kcal_per_mol"] = f"{conformers.energies[k]:.4f}"
        fields["relative_energy_kcal_per_mol"] = f"{conformers.relative[k]:.4f}"
        fields["energy_model"] = conformers.energy_name
        fields["energy_note"] = conformers.energy_note
    fields |= {name: _number(values[k]) for name, values in conformers.rows.items()}
    for key, value in conformers.properties.items():
        fields[key] = _number(value)
    quartets = (conformers.molecule.quartets + 1).tolist()
    fields["torsion_atoms"] = " ".join("-".join(map(str, atoms)) for atoms in quartets)
    fields["torsions_degrees"] = " ".join(f"{angle:.1f}" for angle in conformers.torsions[k])
    return fields


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _renamed(mol: Chem.Mol, reserved: set[str]) -> Chem.Mol:
    """A copy of ``mol`` whose properties leave the names ``reserved`` free."""
    out = Chem.Mol(mol)
    for key in reserved.intersection(mol.GetPropNames()):
        out.SetProp(f"input_{key}", mol.GetProp(key))
        out.ClearProp(key)
    return out


def _field_name(key: str) -> str:
    """A name between < and >, in one line."""
    return one_line(key).translate({ord("<"): "(", ord(">"): ")"}) or "field"


def _field_value(value: str) -> str:
    """A value without blank lines, which would end it, and without the end of a record."""
    lines = [line for line in printable(value).split("\n") if line.strip()]
    return "\n".join(map(_unlike_separator, lines))


def _unlike_separator(line: str) -> str:
    """A line that does not end the record."""
    return f" {line}" if line.startswith("$$$$") else line
