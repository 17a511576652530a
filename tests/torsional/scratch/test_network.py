"""Symmetries of the tutorial's network, and what it does in a mirror."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.molecule import Molecule
from engine.networks import checkpoint
from engine.torsional import collate, load, repeat
from engine.torsional.geometry import dihedrals, rotate
from engine.torsional.scratch import FromScratch, ScratchNet, ScratchNetOptions
from tests.invariance import assert_same, random_rotation
from tests.molecules import DRUG, IBUPROFEN, record
from tests.torsional.test_network import permuted, read_backwards

SMALL = ScratchNetOptions(hidden=16, layers=2)


def network(options: ScratchNetOptions = SMALL) -> ScratchNet:
    net = ScratchNet(options, torch.Generator().manual_seed(0)).double().eval()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(2.0)
    return net


def noise(net: ScratchNet, molecule: Molecule, xyz: Tensor) -> Tensor:
    batch = repeat(molecule, xyz.float().numpy()).to("cpu", xyz.dtype).with_xyz(xyz)
    with torch.inference_mode():
        return net(batch, torch.full((len(xyz),), 0.7, dtype=xyz.dtype))


def places(molecule: Molecule) -> Tensor:
    return torch.from_numpy(molecule.xyz).double()


@pytest.mark.parametrize("smiles", [IBUPROFEN, DRUG])
def test_turned_and_moved_molecules_have_the_same_noise(smiles: str) -> None:
    net, molecule = network(), record(smiles)
    turn = random_rotation(torch.Generator().manual_seed(1))
    xyz = places(molecule)
    assert_same(lambda: noise(net, molecule, xyz), lambda: noise(net, molecule, xyz @ turn.T + 2.0))


def test_it_tells_a_mirror_image_but_need_not_flip_its_sign() -> None:
    """An EGNN alone would answer the same; the true score would answer the opposite."""
    net, molecule = network(), record(IBUPROFEN)
    mirror = random_rotation(torch.Generator().manual_seed(1), mirror=True)
    xyz = places(molecule)
    here, there = noise(net, molecule, xyz), noise(net, molecule, xyz @ mirror.T)
    size = float(here.abs().max())
    assert float((here - there).abs().max()) > 1e-3 * size, "it is not blind to the mirror"
    assert float((here + there).abs().max()) > 1e-3 * size, "nor odd"
    batch = repeat(molecule, molecule.xyz).to("cpu", torch.float64)
    level = torch.full((len(xyz),), 0.7, dtype=torch.float64)
    with torch.inference_mode():
        features = [
            net.nodes(batch.features, x, batch.atom_mask, level)[0] for x in (xyz, xyz @ mirror.T)
        ]
    assert_same(lambda: features[0], lambda: features[1])


def test_the_order_of_atoms_and_of_a_torsion_does_not_matter() -> None:
    net, molecule = network(), record(DRUG)
    other = permuted(molecule, np.random.default_rng(0).permutation(molecule.n_atoms))
    assert_same(
        lambda: noise(net, molecule, places(molecule)), lambda: noise(net, other, places(other))
    )
    backwards = read_backwards(molecule)
    assert_same(
        lambda: noise(net, molecule, places(molecule)),
        lambda: noise(net, backwards, places(molecule)),
    )


def test_of_its_own_molecule_it_sees_the_torsions_alone() -> None:
    molecule = record(IBUPROFEN)
    net = network(ScratchNetOptions(hidden=16, layers=2, atoms=molecule.n_atoms))
    net.given.copy_(places(molecule)[0])
    net.atoms_given.copy_(torch.from_numpy(molecule.atom_features))
    batch = repeat(molecule, molecule.xyz[:1]).to("cpu", torch.float64)
    assert net.knows(batch) and not net.knows(repeat(record(DRUG), record(DRUG).xyz))
    turn = torch.zeros(1, molecule.n_rotors, dtype=torch.float64)
    turn[0, 0] = 1.0
    level = torch.full((1,), 0.7, dtype=torch.float64)
    with torch.inference_mode():
        before = net(batch, level)
        turned = batch.with_xyz(rotate(batch.xyz, batch.rotors, batch.moving, turn))
        gap = (net(turned, level) - before)[0].abs()
    assert float(gap[0]) > 1e-3, "it answers to the torsion that was turned"
    assert float(gap[1:].max()) < 1e-10, "and no other knows of it"
    four, time = net.atoms_of_torsions(level, batch.quartets[0])
    alone = net.read(four, time, dihedrals(batch.xyz, batch.quartets)[:, None])[:, 0]
    torch.testing.assert_close(alone.detach(), before, rtol=1e-10, atol=1e-10)


def test_padding_has_no_noise() -> None:
    net, small, large = network(), record(IBUPROFEN), record(DRUG)
    together = collate([small, large], [small.xyz[0], large.xyz[0]]).to("cpu", torch.float64)
    with torch.inference_mode():
        both = net(together, torch.full((2,), 0.7, dtype=torch.float64))
    assert_same(lambda: noise(net, small, places(small)[:1])[0], lambda: both[0, : small.n_rotors])
    assert not both[0, small.n_rotors :].any()


def test_weights_make_a_round_trip(tmp_path: Path) -> None:
    molecule = record(IBUPROFEN)
    net = ScratchNet(
        ScratchNetOptions(hidden=16, layers=2, atoms=molecule.n_atoms),
        torch.Generator().manual_seed(3),
    )
    net.given.copy_(torch.from_numpy(molecule.xyz[0]))
    net.atoms_given.copy_(torch.from_numpy(molecule.atom_features))
    card = {"name": "x", "network": "ScratchNet", "hyperparameters": asdict(net.options)}
    path = tmp_path / "x.safetensors"
    checkpoint.save(path, net.state_dict(), card)
    model = load(path=path)
    assert isinstance(model, FromScratch) and model.sizes == net.options
    batch = repeat(molecule, molecule.xyz)
    expected = FromScratch(net, {}).score(batch, 0.5)
    assert torch.equal(model.score(batch, 0.5), expected)
    assert float(expected.abs().max()) > 1e-3
