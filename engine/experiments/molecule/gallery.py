"""The example molecules as the gallery draws them."""

from __future__ import annotations

from engine.chem import MOLECULES
from engine.chem.reading import from_smiles
from engine.chem.writing import to_sdf
from engine.geometry import broad_side
from engine.progress import Step, Steps


def example_sdf(keys: tuple[str, ...]) -> Steps[list[str]]:
    """One SDF record per example, by its key in ``MOLECULES``, the broad side to the front."""
    records: list[str] = []
    for key in keys:
        example = MOLECULES[key]
        yield Step(len(records), len(keys), f"Building {example.name}")
        mol = from_smiles(example.smiles, name=example.name)
        xyz = mol.GetConformer().GetPositions()
        records.append(to_sdf(mol, (xyz @ broad_side(xyz))[None]))
    return records
