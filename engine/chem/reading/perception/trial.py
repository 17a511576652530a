"""How often bond orders are found again: ligands of the component dictionary without hydrogens.

A component that the network has not learned from is embedded in 3D, its atoms are displaced as in a
crystal structure of middling resolution, and its hydrogens, bond orders and name are taken away.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from engine.chem.reading.perception import components
from engine.chem.reading.perception.extraction import part_of
from engine.chem.reading.perception.ligand import Hints, infer
from engine.chem.reading.perception.template import graph_of

_ATOMS = range(6, 51)


@dataclass(frozen=True)
class Trial:
    """What came out for one ligand.

    Attributes:
        name: of the component.
        expected, found: SMILES without stereo; ``found`` is "" if there is no answer.
        rings: aromatic rings of the component.
        kept: whether no fewer were found.
        seconds: of processor time.
    """

    name: str
    expected: str
    found: str
    rings: int
    kept: bool
    seconds: float


def held_out(count: int, seed: int) -> list[str]:
    """Names of components that the network has not seen, drawn at random."""
    names = sorted(components.listed())
    drawn: list[str] = []
    for k in np.random.default_rng(seed).permutation(len(names)):
        mol = components.component(names[k])
        if mol is not None and mol.GetNumAtoms() in _ATOMS and part_of(mol) == 0:
            drawn.append(names[k])
        if len(drawn) == count:
            break
    return drawn


def attempt(name: str, jitter: float, seed: int) -> Trial | None:
    """One trial with a displacement of ``jitter`` Angstrom a coordinate; None if not embedded."""
    expected = components.component(name)
    if expected is None:
        return None
    hydrogens = Chem.AddHs(expected)
    if rdDistGeom.EmbedMolecule(hydrogens, randomSeed=seed) < 0:
        return None
    if rdForceFieldHelpers.MMFFHasAllMoleculeParams(hydrogens):
        rdForceFieldHelpers.MMFFOptimizeMolecule(hydrogens)
    solid = Chem.RemoveAllHs(hydrogens)
    xyz = solid.GetConformer().GetPositions()
    drawing = Chem.RWMol(graph_of(solid))
    conformer = Chem.Conformer(len(xyz))
    conformer.SetPositions(xyz + np.random.default_rng(seed).normal(scale=jitter, size=xyz.shape))
    drawing.AddConformer(conformer)
    return judge(name, expected, drawing)


def judge(name: str, expected: Chem.Mol, drawing: Chem.Mol) -> Trial:
    """Compare what is found for ``drawing`` with the molecule ``expected``."""
    start = time.process_time()
    answer = infer(drawing, Hints())
    seconds = time.process_time() - start
    rings = _aromatic_rings(expected)
    found = None if answer is None else answer[0]
    return Trial(
        name,
        Chem.MolToSmiles(expected, isomericSmiles=False),
        "" if found is None else Chem.MolToSmiles(Chem.RemoveAllHs(found), isomericSmiles=False),
        rings,
        found is not None and _aromatic_rings(found) >= rings,
        seconds,
    )


def _aromatic_rings(mol: Chem.Mol) -> int:
    """The rings all of whose bonds are aromatic."""
    return sum(
        all(mol.GetBondWithIdx(k).GetIsAromatic() for k in ring)
        for ring in mol.GetRingInfo().BondRings()
    )
