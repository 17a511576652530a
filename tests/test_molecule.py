"""The record that crosses from chemistry to mathematics: turning, alignment, conversion."""

from __future__ import annotations

import numpy as np
import pytest

from engine.chem.structure import max_angle_change, max_bond_change, stereo_errors, to_molecule
from engine.geometry import dihedral_angles, superpose
from engine.molecule import Molecule
from tests.chem.structure.test_torsions import circular, random_molecules


def turn(molecule: Molecule, xyz: np.ndarray, rotor: int, delta: float) -> np.ndarray:
    """``xyz`` (N, 3) with the moving side of ``rotor`` turned by Rodrigues' formula."""
    b, c = molecule.rotors[rotor]
    axis = xyz[c] - xyz[b]
    axis = axis / np.linalg.norm(axis)
    out, side = xyz.copy(), molecule.moving[rotor]
    arm = xyz[side] - xyz[c]
    out[side] = (
        xyz[c]
        + arm * np.cos(delta)
        + np.cross(axis, arm) * np.sin(delta)
        + np.outer(arm @ axis, axis) * (1 - np.cos(delta))
    )
    return out


def test_turning_a_rotor_changes_its_own_angle_and_nothing_else():
    """100 random molecules, every rotor: lengths, angles and stereo stay, one dihedral moves."""
    rng = np.random.default_rng(0)
    for mol in random_molecules():
        molecule = to_molecule(mol)
        xyz = mol.GetConformer().GetPositions()
        deltas = rng.uniform(-np.pi, np.pi, molecule.n_rotors)
        turned = np.array([turn(molecule, xyz, m, d) for m, d in enumerate(deltas)])
        before = dihedral_angles(xyz, molecule.quartets)
        after = dihedral_angles(turned, molecule.quartets)
        assert circular(after, before + np.diag(deltas)).max() < 1e-6
        assert max_bond_change(xyz, turned, molecule.bonds).max() < 1e-4
        assert max_angle_change(xyz, turned, molecule.bonds).max() < 1e-4
        assert not stereo_errors(mol, turned).any()


def test_the_moving_side_is_the_smaller_and_holds_c_not_b():
    for mol in random_molecules()[:30]:
        molecule = to_molecule(mol)
        for (b, c), side in zip(molecule.rotors, molecule.moving, strict=True):
            assert side[c] and not side[b]
            assert 2 * side.sum() <= molecule.n_atoms


def test_the_record_agrees_with_the_molecule_it_came_from():
    mol = random_molecules()[0]
    molecule = to_molecule(mol, name="first")
    assert molecule.name == "first"
    assert molecule.numbers.tolist() == [a.GetAtomicNum() for a in mol.GetAtoms()]
    assert len(molecule.bonds) == len(molecule.bond_orders) == mol.GetNumBonds()
    assert molecule.heavy.sum() == mol.GetNumHeavyAtoms()
    assert np.abs(molecule.xyz[0] - mol.GetConformer().GetPositions()).max() < 1e-5
    assert np.isfinite(molecule.atom_features).all()
    assert (molecule.pair_class == molecule.pair_class.T).all()


def test_coordinates_of_the_wrong_shape_are_refused():
    molecule = to_molecule(random_molecules()[0])
    with pytest.raises(ValueError, match="shape"):
        molecule.with_xyz(np.zeros((2, molecule.n_atoms + 1, 3)))
    assert molecule.with_xyz(np.zeros((4, molecule.n_atoms, 3))).xyz.shape[0] == 4


def random_rotation(rng: np.random.Generator) -> np.ndarray:
    rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return rotation * np.linalg.det(rotation)


def test_align_undoes_rotation_and_translation():
    rng = np.random.default_rng(1)
    xyz = rng.normal(size=(20, 3)).astype(np.float32)
    moved = np.array([xyz @ random_rotation(rng).T + rng.normal(size=3) for _ in range(6)])
    assert np.abs(superpose(moved.astype(np.float32), reference=xyz) - xyz).max() < 1e-5
    assert np.array_equal(superpose(moved[:1]).round(9), moved[:1].round(9))


def test_align_fits_the_masked_atoms_only_and_never_reflects():
    rng = np.random.default_rng(2)
    xyz = rng.normal(size=(12, 3))
    mask = np.arange(12) < 6
    other = xyz @ random_rotation(rng).T + 5
    other[~mask] += rng.normal(size=(6, 3))
    assert np.abs(superpose(other[None], mask, xyz)[0, mask] - xyz[mask]).max() < 1e-9
    mirror = superpose((xyz * [1, 1, -1])[None], reference=xyz)[0]
    assert np.abs(mirror - xyz).max() > 0.1
    lengths = np.linalg.norm(mirror[0] - mirror[1:], axis=1)
    assert np.abs(lengths - np.linalg.norm(xyz[0] - xyz[1:], axis=1)).max() < 1e-9


def test_align_of_no_conformers():
    assert superpose(np.zeros((0, 5, 3))).shape == (0, 5, 3)
