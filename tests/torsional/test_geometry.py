"""Turning bonds changes what it should and nothing else."""

import math

import numpy as np
import pytest
import torch

from engine import geometry
from engine.chem.structure import max_angle_change, max_bond_change, stereo_errors
from engine.torsional import repeat
from engine.torsional.geometry import dihedrals, rmsd, rotate, superpose
from engine.torsional.matching import match, transfer_torsions
from engine.torsional.torus import wrap
from tests.invariance import random_rotation
from tests.molecules import DRUG, IBUPROFEN, chem, record


@pytest.mark.parametrize("smiles", [IBUPROFEN, DRUG])
def test_rotation_adds_delta_to_every_dihedral_and_keeps_the_rest(smiles):
    molecule = record(smiles)
    batch = repeat(molecule, molecule.xyz)
    generator = torch.Generator().manual_seed(0)
    delta = (torch.rand(batch.rotor_mask.shape, generator=generator) - 0.5) * 2 * math.pi
    turned = rotate(batch.xyz, batch.rotors, batch.moving, delta)
    change = dihedrals(turned, batch.quartets) - dihedrals(batch.xyz, batch.quartets)
    assert float(wrap(change - delta).abs().max()) < 1e-4
    assert max_bond_change(molecule.xyz, turned.numpy(), molecule.bonds).max() < 1e-4
    assert max_angle_change(molecule.xyz, turned.numpy(), molecule.bonds).max() < 1e-3
    assert not stereo_errors(chem(smiles), turned.numpy()).any()


def test_order_of_rotors_does_not_matter_up_to_rigid_motion():
    molecule = record(DRUG)
    batch = repeat(molecule, molecule.xyz).to("cpu", torch.float64)
    delta = torch.linspace(-2, 2, molecule.n_rotors, dtype=torch.float64).expand(3, -1)
    forward = rotate(batch.xyz, batch.rotors, batch.moving, delta)
    backward = rotate(batch.xyz, batch.rotors.flip(1), batch.moving.flip(1), delta.flip(1))
    assert float(rmsd(backward, forward, torch.ones(molecule.n_atoms).double()).max()) < 1e-6


def test_numpy_and_torch_measure_superpose_and_turn_alike():
    """``engine.geometry`` and ``engine.torsional.geometry`` are one geometry in two libraries."""
    molecule = record(DRUG)
    xyz = molecule.xyz.astype(np.float64)
    batch = repeat(molecule, xyz).to("cpu", torch.float64)
    angles = geometry.dihedral_angles(xyz, molecule.quartets)
    exact = torch.from_numpy(xyz)
    assert np.abs(dihedrals(exact, batch.quartets).numpy() - angles).max() < 1e-12
    target, weight = exact[:1].expand(len(xyz), -1, -1), torch.from_numpy(molecule.heavy).double()
    laid = geometry.superpose(xyz, molecule.heavy)
    assert np.abs(superpose(exact, target, weight).numpy() - laid).max() < 1e-9
    delta = torch.zeros(len(xyz), molecule.n_rotors, dtype=torch.float64)
    delta[:, 2] = torch.tensor([0.3, -1.2, 2.9])
    turned = rotate(exact, batch.rotors, batch.moving, delta).numpy()
    (b, c), side = molecule.rotors[2], molecule.moving[2]
    ours = xyz.copy()
    ours[:, side] = geometry.rotate_about(xyz[:, side], xyz[:, b], xyz[:, c], delta[:, 2].numpy())
    assert np.abs(turned - ours).max() < 1e-12
    assert np.abs(ours - xyz).max() > 0.1


def test_superposition_undoes_a_rigid_motion_and_refuses_a_mirror():
    molecule = record(IBUPROFEN)
    generator = torch.Generator().manual_seed(0)
    xyz = torch.from_numpy(molecule.xyz).double()
    weight = torch.ones(molecule.n_atoms, dtype=torch.float64)
    moved = xyz @ random_rotation(generator).T + 5
    assert torch.allclose(superpose(moved, xyz, weight), xyz, atol=1e-9)
    mirrored = xyz @ random_rotation(generator, mirror=True).T
    assert float(rmsd(mirrored, xyz, weight).min()) > 0.3


def test_transferring_torsions_gives_the_torsions_of_the_target():
    molecule = record(DRUG)
    xyz = torch.from_numpy(molecule.xyz)
    target = xyz.flip(0)
    quartets = torch.from_numpy(molecule.quartets)
    moved = transfer_torsions(molecule, xyz, target)
    assert float(wrap(dihedrals(moved, quartets) - dihedrals(target, quartets)).abs().max()) < 1e-4


def test_matching_recovers_an_ensemble_made_by_turning_its_own_seeds():
    molecule = record(DRUG)
    batch = repeat(molecule, molecule.xyz)
    delta = torch.linspace(-1, 3, 3 * molecule.n_rotors).view(3, -1)
    reference = rotate(batch.xyz, batch.rotors, batch.moving, delta)[[2, 0, 1]]
    matched, residual = match(molecule, reference, batch.xyz)
    assert float(residual.max()) < 0.01
    assert max_bond_change(molecule.xyz[[2, 0, 1]], matched.numpy(), molecule.bonds).max() < 1e-4


def test_refinement_beats_transferred_torsions():
    molecule = record(DRUG, 6)
    xyz = torch.from_numpy(molecule.xyz)
    heavy = torch.from_numpy(molecule.heavy).float()
    plain = rmsd(transfer_torsions(molecule, xyz[:3], xyz[3:]), xyz[3:], heavy)
    _, residual = match(molecule, xyz[3:], xyz[:3])
    assert float(residual.mean()) < float(plain.mean())
