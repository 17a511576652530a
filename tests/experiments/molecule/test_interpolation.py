"""Frames between frames turn torsions and nothing else."""

from __future__ import annotations

import numpy as np

from engine.chem.structure import max_bond_change
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.interpolation import interpolated


def test_between_two_frames_bonds_keep_their_lengths(run: Run) -> None:
    molecule, process = run.record.molecule, run.process
    frames, sigmas = interpolated(molecule, process.frames, process.sigmas, 21)
    assert frames.shape == (21, 4, 33, 3) and len(sigmas) == 21
    assert np.abs(frames[::4] - process.frames).max() < 1e-4
    assert np.allclose(sigmas[::4], process.sigmas) and (np.diff(sigmas) < 0).all()
    for xyz in frames:
        assert max_bond_change(run.samples.xyz, xyz, molecule.bonds).max() < 1e-3


def test_many_frames_are_thinned_out(run: Run) -> None:
    molecule, process = run.record.molecule, run.process
    fewer, levels = interpolated(molecule, process.frames, process.sigmas, 3)
    assert len(fewer) == len(levels) == 3
    assert np.array_equal(fewer[0], process.frames[0])
    assert np.array_equal(fewer[-1], process.frames[-1])
