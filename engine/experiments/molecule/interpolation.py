"""Frames between the frames of a reverse process, for films that look smooth."""

from __future__ import annotations

import numpy as np
import torch

from engine.molecule import Molecule
from engine.torsional.geometry import dihedrals, rotate
from engine.torsional.torus import wrap


def interpolated(
    molecule: Molecule, frames: np.ndarray, sigmas: np.ndarray, wanted: int
) -> tuple[np.ndarray, np.ndarray]:
    """About ``wanted`` frames, the first and the last kept.

    Many frames are thinned out; between few, the torsions turn the shorter way round, so that
    bonds keep their lengths at every moment.

    Args:
        molecule: The molecule.
        frames: ``(F, K, N, 3)`` Angstrom; one differs from the next in torsions only.
        sigmas: ``(F,)`` noise levels in radians.
        wanted: How many frames there should be.

    Returns:
        Frames ``(F', K, N, 3)`` and their noise levels ``(F',)``.
    """
    if len(frames) > wanted:
        kept = np.unique(np.linspace(0, len(frames) - 1, wanted).round().astype(int))
        return frames[kept], sigmas[kept]
    parts = max(1, (wanted - 1) // max(1, len(frames) - 1))
    shares = np.arange(parts) / parts
    count = frames.shape[1]
    rotors = torch.from_numpy(molecule.rotors).expand(count, -1, -1)
    moving = torch.from_numpy(molecule.moving).expand(count, -1, -1)
    quartets = torch.from_numpy(molecule.quartets)
    out, levels = [], []
    for f in range(len(frames) - 1):
        here, there = torch.from_numpy(frames[f]), torch.from_numpy(frames[f + 1])
        delta = wrap(dihedrals(there, quartets) - dihedrals(here, quartets))
        out += [rotate(here, rotors, moving, float(share) * delta).numpy() for share in shares]
        levels += (sigmas[f] + shares * (sigmas[f + 1] - sigmas[f])).tolist()
    return np.stack([*out, frames[-1]]), np.array([*levels, sigmas[-1]])
