"""The symmetries of the score network, by a helper that is proven to fail."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.molecule import Molecule
from engine.torsional import TorsionNet, TorsionNetOptions, collate, repeat
from tests.invariance import assert_same, random_rotation
from tests.molecules import DRUG, IBUPROFEN, record

SMALL = TorsionNetOptions(scalars=16, vectors=8, layers=2, forces=4, fourier=2, spins=4)
#: Each part of the output alone.
PARTS = [
    replace(SMALL, **{part: 0 for part in ("forces", "fourier", "spins") if part != only})
    for only in ("forces", "fourier", "spins")
]
DTYPES = [torch.float32, torch.float64]


def network(dtype: torch.dtype, options: TorsionNetOptions = SMALL) -> TorsionNet:
    """Random weights, larger than at initialisation so that every part speaks."""
    torch.manual_seed(0)
    net = TorsionNet(options).to(dtype)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(2.0)
    return net.eval()


def score(net: TorsionNet, molecule: Molecule, xyz: torch.Tensor) -> torch.Tensor:
    batch = repeat(molecule, xyz.float().numpy()).to("cpu", xyz.dtype).with_xyz(xyz)
    with torch.inference_mode():
        return net(batch, torch.full((len(xyz),), 0.7, dtype=xyz.dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("smiles", [IBUPROFEN, DRUG])
@pytest.mark.parametrize("mirror", [False, True])
def test_rigid_motion_keeps_the_score_and_a_mirror_flips_it(dtype, smiles, mirror):
    net, molecule = network(dtype), record(smiles)
    xyz = torch.from_numpy(molecule.xyz).to(dtype)
    turn = random_rotation(torch.Generator().manual_seed(1), mirror).to(dtype)
    assert_same(
        lambda: score(net, molecule, xyz),
        lambda: score(net, molecule, xyz @ turn.T + 2.0),
        sign=-1.0 if mirror else 1.0,
    )


@pytest.mark.parametrize("options", PARTS, ids=["forces", "fourier", "spins"])
def test_every_part_of_the_output_has_the_symmetries_by_itself(options):
    net, molecule = network(torch.float64, options), record(IBUPROFEN)
    xyz = torch.from_numpy(molecule.xyz).double()
    turn = random_rotation(torch.Generator().manual_seed(1), mirror=True).double()
    assert_same(lambda: score(net, molecule, xyz), lambda: -score(net, molecule, xyz @ turn.T))
    flipped = read_backwards(molecule)
    assert_same(lambda: score(net, molecule, xyz), lambda: score(net, flipped, xyz))


def test_the_helper_fails_on_a_network_that_is_not_parity_odd():
    net, molecule = network(torch.float64), record(IBUPROFEN)
    net.linear = torch.nn.Linear(net.linear.in_features, 1, bias=True).double()
    xyz = torch.from_numpy(molecule.xyz).double()
    turn = random_rotation(torch.Generator().manual_seed(1), mirror=True)
    with pytest.raises(AssertionError, match="differs"):
        assert_same(
            lambda: score(net, molecule, xyz),
            lambda: score(net, molecule, xyz @ turn.T),
            sign=-1.0,
        )


def test_the_helper_refuses_a_network_that_says_nothing():
    with pytest.raises(AssertionError, match="zero"):
        assert_same(lambda: torch.zeros(3), lambda: torch.zeros(3))


def read_backwards(molecule: Molecule) -> Molecule:
    """Every bond from its other end."""
    return replace(
        molecule,
        rotors=molecule.rotors[:, ::-1].copy(),
        quartets=molecule.quartets[:, ::-1].copy(),
        moving=~molecule.moving,
        paths=molecule.paths[:, ::-1].copy(),
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_reading_every_bond_from_its_other_end_changes_nothing(dtype):
    net, molecule = network(dtype), record(DRUG)
    flipped = read_backwards(molecule)
    xyz = torch.from_numpy(molecule.xyz).to(dtype)
    assert_same(lambda: score(net, molecule, xyz), lambda: score(net, flipped, xyz))


def permuted(molecule: Molecule, order: np.ndarray) -> Molecule:
    """The same molecule with atom ``order[i]`` standing at place i."""
    place = np.argsort(order)
    return replace(
        molecule,
        numbers=molecule.numbers[order],
        bonds=place[molecule.bonds],
        rotors=place[molecule.rotors],
        quartets=place[molecule.quartets],
        moving=molecule.moving[:, order],
        atom_features=molecule.atom_features[order],
        pair_class=molecule.pair_class[np.ix_(order, order)],
        paths=place[molecule.paths],
        xyz=molecule.xyz[:, order],
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_atom_order_does_not_matter(dtype):
    net, molecule = network(dtype), record(DRUG)
    order = np.random.default_rng(0).permutation(molecule.n_atoms)
    other = permuted(molecule, order)
    assert_same(
        lambda: score(net, molecule, torch.from_numpy(molecule.xyz).to(dtype)),
        lambda: score(net, other, torch.from_numpy(other.xyz).to(dtype)),
    )


def test_the_origin_of_a_conformer_changes_what_is_expected_of_it():
    net, molecule = network(torch.float64), record(IBUPROFEN)
    torch.nn.init.normal_(net.origin)
    batch = repeat(molecule, molecule.xyz).to("cpu", torch.float64)
    sigma = torch.full((len(molecule.xyz),), 0.7, dtype=torch.float64)
    reference, cheap = net(batch, sigma), net(replace(batch, origin=batch.origin + 1), sigma)
    assert (reference - cheap).abs().max() > 1e-3


def test_padding_and_company_do_not_matter():
    net = network(torch.float64)
    small, large = record(IBUPROFEN), record(DRUG)
    together = collate([small, large], [small.xyz[0], large.xyz[0]]).to("cpu", torch.float64)
    with torch.inference_mode():
        both = net(together, torch.full((2,), 0.7, dtype=torch.float64))
    assert_same(
        lambda: score(net, small, torch.from_numpy(small.xyz[:1]).double())[0],
        lambda: both[0, : small.n_rotors],
    )
    assert not both[0, small.n_rotors :].any(), "padding has no score"


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_score_is_the_same_whether_a_gradient_is_wanted_or_not(dtype):
    """Training and sampling add up the neighbours of an atom in different ways."""
    net, molecule = network(dtype), record(DRUG)
    xyz = torch.from_numpy(np.concatenate([molecule.xyz, molecule.xyz[::-1] * 1.01])).to(dtype)
    batch = repeat(molecule, xyz.float().numpy()).to("cpu", dtype).with_xyz(xyz)
    wanted = net(batch, torch.full((len(xyz),), 0.7, dtype=dtype))
    assert wanted.requires_grad
    assert_same(wanted.detach, lambda: score(net, molecule, xyz))


def test_a_batch_in_pieces_has_the_scores_of_the_whole():
    net = network(torch.float64)
    molecules = [record(IBUPROFEN), record(DRUG), record(IBUPROFEN), record(DRUG), record(DRUG)]
    batch = collate(molecules, [molecule.xyz[0] for molecule in molecules])
    batch = batch.to("cpu", torch.float64)
    sigma = torch.tensor([0.1, 0.3, 0.7, 1.2, 2.0], dtype=torch.float64)
    with torch.inference_mode():
        whole = net(batch, sigma)
        for size in (1, 2, 3, 5, 8):
            pieces = batch.split(size)
            assert [len(piece.xyz) for piece in pieces][:-1] == [size] * (len(pieces) - 1)
            parts = [
                net(piece, some) for piece, some in zip(pieces, sigma.split(size), strict=True)
            ]
            torch.testing.assert_close(torch.cat(parts), whole, rtol=1e-10, atol=1e-12)
