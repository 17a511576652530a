"""Diffusion of a molecule's 3N coordinates, and the networks that respect their symmetry.

From noise to ten conformers of a molecule, without any force field::

    from engine.cartesian import CoordinateDenoiser, SampleOptions, conformers, load
    from engine.chem.reading import from_smiles
    from engine.chem.structure import to_molecule
    from engine.progress import finish

    molecule = to_molecule(from_smiles("CC(C)Cc1ccc(cc1)C(C)C(=O)O"))
    denoiser = CoordinateDenoiser(load().network, molecule)
    run = finish(conformers(denoiser, molecule, 10, SampleOptions(steps=100)))
    print(run.xyz.shape, run.trajectory.x.shape)
"""

from engine.cartesian.exact import AlignedEnsemble
from engine.cartesian.model import MODELS, CoordinateDenoiser, Model, load, shipped
from engine.cartesian.network import CoordinateNet, NetworkOptions
from engine.cartesian.sampling import CoordinateRun, SampleOptions, conformers
from engine.networks.egnn import EGNN, EGNNOptions, Step, all_pairs

__all__ = [
    "EGNN", "MODELS", "AlignedEnsemble", "CoordinateDenoiser", "CoordinateNet", "CoordinateRun",
    "EGNNOptions", "Model", "NetworkOptions", "SampleOptions", "Step", "all_pairs", "conformers",
    "load", "shipped",
]  # fmt: skip
