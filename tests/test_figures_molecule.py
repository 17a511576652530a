"""Pictures of molecules: what stands still stands still, and charts tell the numbers they got."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.chem.convert import to_molecule, to_sdf
from engine.chem.energy import boltzmann_weights
from engine.chem.library import MOLECULES
from engine.chem.read import from_smiles
from engine.figures import palette
from engine.figures.conformers import (
    Ensemble,
    energy_colours,
    energy_ladder,
    shares,
    torsion_histograms,
)
from engine.figures.molecule import (
    SCRIPT,
    bond_colours,
    broad_side,
    core,
    overlay,
    present,
    still,
)
from engine.molecule import Molecule
from engine.torsional.batch import repeat
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


def test_the_broad_side_faces_the_reader() -> None:
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


def test_shares_add_up_and_wrap() -> None:
    centres, share = shares(np.radians([-179.0, 179.0, 171.0, -171.0, 58.0, 62.0, 0.0, -60.0]))
    found = {int(c): float(s) for c, s in zip(centres, share, strict=True) if s}
    assert found == {180: 50.0, 60: 25.0, 0: 12.5, -60: 12.5}


def make(label: str, role: str, k: int, m: int) -> Ensemble:
    rng = np.random.default_rng(k)
    return Ensemble(label, role, rng.uniform(-np.pi, np.pi, (k, m)), rng.uniform(0, 9, k))


@pytest.mark.parametrize("bonds", [1, 2, 7])
def test_a_histogram_for_every_bond(bonds: int) -> None:
    ensembles = [make("model", "model", 12, bonds), make("ETKDG", "reference", 12, bonds)]
    names = [f"C{m}" for m in range(bonds)]
    figure = torsion_histograms(ensembles, names, ["#123456"] * bonds, dark=False)
    assert len(figure.data) == 2 * bonds
    assert sum(trace.showlegend for trace in figure.data) == 2
    for trace in figure.data[::2]:
        assert np.sum(trace.y) == pytest.approx(100)


def test_the_ladder_stands_on_the_lowest_of_all_and_tells_the_weights() -> None:
    ensembles = [make("model", "model", 5, 1), make("ETKDG", "reference", 8, 1)]
    weights = [boltzmann_weights(e.energies) for e in ensembles]
    figure = energy_ladder(ensembles, weights, "MMFF94s", dark=True)
    rungs = [trace for trace in figure.data if trace.mode == "markers"]
    lowest = min(e.energies.min() for e in ensembles)
    for trace, ensemble, weight in zip(rungs, ensembles, weights, strict=True):
        number = trace.customdata[:, 0].astype(int) - 1
        assert trace.y == pytest.approx(ensemble.energies[number] - lowest)
        assert trace.customdata[:, 1] == pytest.approx(100 * weight[number])
        assert np.all(np.diff(trace.y) >= 0)
    told = [a for a in figure.layout.annotations if a.x > 1]
    assert told[0].text == f"{100 * weights[1].max():.0f} %", "the lowest rung is always told"
    heights = [a.y for a in told]
    highest = max(e.energies.max() for e in ensembles) - lowest
    assert all(b - a >= highest / 18 for a, b in pairwise(heights))
    assert "MMFF94s" in figure.layout.yaxis.title.text


def test_the_lowest_energy_has_the_strongest_colour() -> None:
    colours = energy_colours(np.array([3.0, 1.0, 2.0]), dark=False)
    assert colours[1] == palette.role("model").lower()
    assert len(set(colours)) == 3
