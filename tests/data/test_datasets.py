"""Data sets, walked over the registry; helices measured against textbook geometry."""

from itertools import combinations

import pytest
import torch

from engine.data import DATASETS, helices, planar
from engine.data.datasets import Dataset
from engine.evaluation import helix_shape
from engine.evaluation.chains import bond_lengths, radius_of_gyration

every_dataset = pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@every_dataset
def test_draws_have_the_promised_shape_and_size(dataset: Dataset) -> None:
    x = dataset.sample(4000, generator())
    assert x.shape == (4000, dataset.dim) and x.dtype == torch.float32 and x.isfinite().all()
    assert float(x.square().mean().sqrt()) == pytest.approx(1, abs=0.25)
    assert dataset.sample(0, generator()).shape == (0, dataset.dim)


@every_dataset
def test_same_seed_same_draws(dataset: Dataset) -> None:
    one, two = dataset.sample(50, generator(1)), dataset.sample(50, generator(1))
    assert torch.equal(one, two)
    if dataset.key != "point":
        assert not torch.equal(one, dataset.sample(50, generator(2)))


@every_dataset
def test_every_dataset_says_what_it_is(dataset: Dataset) -> None:
    assert DATASETS[dataset.key] is dataset
    assert dataset.label and dataset.help and dataset.scale > 0
    assert dataset.group in {"1d", "2d", "helix", "polymer"}
    assert (dataset.chain_shape is not None) == (dataset.group in {"helix", "polymer"})
    assert (dataset.unit != "") == (dataset.chain_shape is not None)


@every_dataset
def test_chains_are_centred_and_the_rest_has_none(dataset: Dataset) -> None:
    x = dataset.sample(20, generator())
    if dataset.chain_shape is None:
        with pytest.raises(ValueError, match="chains"):
            dataset.to_chain(x)
        return
    chains = dataset.to_chain(x.reshape(4, 5, -1))
    assert chains.shape == (4, 5, *dataset.chain_shape)
    torch.testing.assert_close(chains.flatten(), x.flatten() * dataset.scale)
    torch.testing.assert_close(
        chains.mean(-2), torch.zeros_like(chains.mean(-2)), atol=2e-3, rtol=0
    )


@every_dataset
def test_only_finite_sets_have_parts(dataset: Dataset) -> None:
    train, held_out = dataset.train(), dataset.held_out()
    assert (train is None) == (held_out is None) == (dataset.group != "polymer")
    if train is not None and held_out is not None:
        assert train.shape == (4 * len(held_out), dataset.dim)
        assert held_out.shape == (len(held_out), dataset.dim) and len(held_out) >= 500
        assert torch.cdist(held_out[:300], train).min() > 0


def test_the_exact_mixture_is_what_is_drawn() -> None:
    for dataset in DATASETS.values():
        mixture = dataset.mixture()
        if mixture is not None:
            assert torch.equal(dataset.sample(9, generator()), mixture.sample(9, generator()))


def test_swiss_roll_lies_on_its_spiral() -> None:
    """Radius over angle is 1 on the raw spiral; what is left is the jitter of 0.5."""
    x = 7 * planar.swiss_roll(5000, generator())
    radius, angle = x.norm(dim=1), torch.atan2(x[:, 1], x[:, 0])
    off = (radius - angle + torch.pi) % (2 * torch.pi) - torch.pi
    assert float(off.std()) == pytest.approx(0.5, rel=0.1)
    assert 1.5 * torch.pi - 2.5 < radius.min() and radius.max() < 4.5 * torch.pi + 2.5


def test_checkerboard_fills_every_second_square() -> None:
    cell = (planar.checkerboard(4000, generator()) / 0.9).floor().long()
    assert ((cell.sum(dim=1) % 2) == 0).all()
    assert len(cell.unique(dim=0)) == 8


def test_ideal_alpha_helix_is_textbook() -> None:
    """3.6 residues a turn, 1.5 Angstrom rise, 2.3 Angstrom radius, right-handed."""
    helix = helices.ideal_alpha_helix()[None]
    shape = helix_shape(helix)
    assert float(shape.rise) == pytest.approx(1.5, abs=1e-4)
    assert float(shape.residues_per_turn) == pytest.approx(3.6, abs=1e-4)
    assert float(shape.radius) == pytest.approx(2.3, abs=1e-4)
    assert bond_lengths(helix).mean() == pytest.approx(3.83, abs=0.01)
    torch.testing.assert_close(helix.mean(1), torch.zeros(1, 3), atol=1e-5, rtol=0)


def test_alpha_helices_vary_naturally_about_the_textbook() -> None:
    dataset = DATASETS["helix_alpha"]
    chains = dataset.to_chain(dataset.sample(2000, generator()))
    shape = helix_shape(chains)
    assert shape.right_handed.all()
    assert float(shape.rise.mean()) == pytest.approx(1.5, abs=0.05)
    assert float(shape.residues_per_turn.mean()) == pytest.approx(3.6, abs=0.05)
    assert float(shape.radius.mean()) == pytest.approx(2.3, abs=0.1)
    assert 0.01 < float(shape.residues_per_turn.std()) < 0.1
    bonds = bond_lengths(chains)
    assert float(bonds.mean()) == pytest.approx(3.8, abs=0.05) and float(bonds.std()) < 0.25
    assert (chains[:, -1, 2] - chains[:, 0, 2]).mean() == pytest.approx(23 * 1.5, abs=0.5)


def test_the_planar_helix_expands_at_even_steps() -> None:
    dataset = DATASETS["helix_planar"]
    chains = dataset.to_chain(dataset.sample(2000, generator()))
    assert bond_lengths(chains).mean() == pytest.approx(3.8, abs=0.1)
    step = chains.diff(dim=1)
    bend = torch.atan2(step[..., 1], step[..., 0]).diff(dim=1).sin().asin().mean(0)
    assert (bend > 0).all(), "always turning the same way"
    assert bend[:3].mean() > 2 * bend[-3:].mean(), "less and less, as the spiral widens"


CHAINS = [key for key, dataset in DATASETS.items() if dataset.group == "polymer"]


@pytest.mark.parametrize("key", CHAINS)
def test_polymer_chains_are_aligned_and_physical(key: str) -> None:
    dataset = DATASETS[key]
    train = dataset.train()
    assert train is not None
    chains = dataset.to_chain(train)
    widths = chains.var(1)
    for i, j in combinations(range(chains.shape[-1]), 2):
        assert ((chains[..., i] * chains[..., j]).mean(1).abs() < 4e-3).all()
        assert (widths[:, i] >= widths[:, j] - 2e-3).all()
    assert (chains[:, 0, 0] <= chains[:, -1, 0]).all()
    bonds = bond_lengths(chains)
    assert float(bonds.mean()) == pytest.approx(0.968, abs=0.006) and float(bonds.max()) < 1.35
    size = radius_of_gyration(chains)
    assert float(size.max()) > 1.8 * float(size.min()), "coils and extended chains"
    assert float(chains.square().mean().sqrt()) == pytest.approx(dataset.scale, rel=0.01)


@pytest.mark.parametrize("key", CHAINS)
def test_polymer_readings_keep_size_and_alignment(key: str) -> None:
    """Mirrored or read from the other end: the same set of sizes, still aligned, no repeats."""
    dataset = DATASETS[key]
    held_out = dataset.held_out()
    assert held_out is not None
    fresh = dataset.fresh(len(held_out), generator())
    sizes = [radius_of_gyration(dataset.to_chain(x)).sort().values for x in (fresh, held_out)]
    torch.testing.assert_close(sizes[0], sizes[1])
    chains = dataset.to_chain(fresh)
    assert (chains[:, 0, 0] <= chains[:, -1, 0]).all()
    if chains.shape[-1] == 3:
        assert (chains[:, 1, 1] >= -1e-3).all()
    exact = "donot_use_mm_for_euclid_dist"
    nearest = torch.cdist(fresh, held_out, compute_mode=exact).min(dim=1).values
    same = (nearest < 1e-5).float().mean()
    assert float(same) == pytest.approx(0.25, abs=0.06)
    assert len(dataset.fresh(len(held_out) + 9, generator())) == len(held_out) + 9
