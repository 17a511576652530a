"""Still pictures of molecules, and how conformers are superposed in all pictures."""

from __future__ import annotations

import numpy as np
import pytest

from engine.chem import MOLECULES
from engine.chem.reading import from_smiles
from engine.chem.structure import to_molecule
from engine.chem.writing import to_sdf
from engine.figures import palette
from engine.figures.molecule.views import (
    SCRIPT,
    bond_colours,
    core,
    overlay,
    present,
    present_whole,
    still,
)
from engine.geometry import broad_side
from engine.molecule import Molecule
from engine.torsional import repeat
from engine.torsional.geometry import rotate


@pytest.fixture(scope="module", params=["ibuprofen", "decane", "alanine_dipeptide"])
def molecule(request: pytest.FixtureRequest) -> Molecule:
    """A record with one conformer."""
    return to_molecule(from_smiles(MOLECULES[request.param].smiles))


def turned(molecule: Molecule, count: int, seed: int = 0) -> np.ndarray:
    """(count, N, 3): the molecule with every torsion turned at random."""
    import torch

    batch = repeat(molecule, np.repeat(molecule.xyz[:1], count, axis=0))
    generator = torch.Generator().manual_seed(seed)
    delta = 6.28 * torch.rand(count, molecule.n_rotors, generator=generator)
    return rotate(batch.xyz, batch.rotors, batch.moving, delta).numpy()


def test_the_core_is_what_no_torsion_moves(molecule: Molecule) -> None:
    xyz = turned(molecule, 5)
    mask = core(molecule)
    assert mask.sum() >= 3
    assert np.allclose(xyz[:, mask], molecule.xyz[0][mask], atol=1e-5)


def test_present_lays_conformers_on_their_core(molecule: Molecule) -> None:
    xyz = turned(molecule, 4)
    rotation = broad_side(np.random.default_rng(1).normal(size=(9, 3)).astype(np.float32))
    scattered = xyz @ rotation + np.arange(12).reshape(4, 1, 3)
    laid = present(molecule, scattered[None])
    assert laid.shape == (1, 4, molecule.n_atoms, 3)
    mask = core(molecule)
    assert np.abs(laid[0][:, mask] - laid[0][:1, mask]).max() < 1e-3
    assert np.allclose(
        np.linalg.norm(np.diff(laid[0], axis=1), axis=-1),
        np.linalg.norm(np.diff(scattered, axis=1), axis=-1),
        atol=1e-3,
    )


def test_the_broad_side_faces_the_viewer() -> None:
    points = np.random.default_rng(0).normal(size=(200, 3)) * [1.0, 5.0, 3.0]
    rotation = broad_side(points)
    assert np.linalg.det(rotation) == pytest.approx(1.0, abs=1e-5)
    spread = (points @ rotation).std(axis=0)
    assert spread[0] > spread[1] > spread[2]


def test_each_bond_has_a_colour_of_its_own() -> None:
    molecule = to_molecule(from_smiles(MOLECULES["ibuprofen"].smiles))
    assert len(set(bond_colours(molecule))) == molecule.n_rotors == 8


@pytest.mark.parametrize("dark", [False, True])
def test_still_views_load_our_own_script_and_nothing_else(dark: bool) -> None:
    mol = from_smiles("CCO")
    sdf = to_sdf(mol, np.repeat(mol.GetConformer().GetPositions()[None], 2, axis=0))
    for view in (still(sdf, dark), overlay(sdf, ["#112233", "#445566"], dark)):
        page = view._make_html()
        assert SCRIPT in page
        assert "https://" not in page.replace("https://3dmol.org", "") or "cdn" not in page.lower()
        assert palette.BACKGROUND.on(dark) in page


def test_a_conformer_of_moving_atoms_is_laid_as_one_rigid_whole(molecule: Molecule) -> None:
    rng = np.random.default_rng(0)
    start = molecule.xyz[:1]
    frames = np.stack([start, start + rng.normal(size=start.shape)])
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    moved = frames @ turn + rng.normal(size=3)
    laid = present_whole(molecule, moved, moved[0])
    assert np.allclose(laid[0], present(molecule, start), atol=1e-4)
    gap = laid[1, 0][:, None] - laid[1, 0][None]
    before = frames[1, 0][:, None] - frames[1, 0][None]
    assert np.allclose(np.linalg.norm(gap, axis=-1), np.linalg.norm(before, axis=-1), atol=1e-4)
