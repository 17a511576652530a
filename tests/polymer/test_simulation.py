"""The simulation against statistical mechanics."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.evaluation.chains import bond_lengths, distance_matrix, radius_of_gyration
from engine.polymer import simulation
from engine.polymer.__main__ import main


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_forces_are_minus_the_gradient_of_the_energy() -> None:
    """Bonds by their energy function, other pairs by Lennard-Jones, through autograd."""
    model = simulation.BeadSpring(beads=5, attraction=0.7)
    x = simulation._start(5, 6, generator()).double()
    x = (x + 0.05 * torch.randn(x.shape, generator=generator(1))).requires_grad_()
    bonds = (x[:, 1:] - x[:, :-1]).norm(dim=0)
    energy = model.bond_energy(bonds).sum()
    for i in range(5):
        for j in range(i + 2, 5):
            sixth = (x[:, i] - x[:, j]).norm(dim=0) ** -6
            energy = energy + (4 * model.attraction * (sixth**2 - sixth)).sum()
    (gradient,) = torch.autograd.grad(energy, x)
    forces = simulation.Forces(model)(x.detach().float())
    torch.testing.assert_close(forces, -gradient.float(), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(forces.sum(dim=1), torch.zeros(2, 6), atol=1e-3, rtol=0)


def test_a_dimer_has_the_boltzmann_bond_length() -> None:
    """Two beads: p(r) ~ r exp(-U(r) / T) in the plane, by quadrature."""
    model = simulation.BeadSpring(beads=2)
    r = torch.linspace(0.6, 1.49, 5000, dtype=torch.float64)
    weight = r * (-model.bond_energy(r) / model.temperature).exp()
    mean = float((weight * r).sum() / weight.sum())
    std = float(((weight * r * r).sum() / weight.sum() - mean**2).sqrt())
    lengths = torch.cat(
        [
            bond_lengths(x).flatten().clone()
            for i, (x, _) in enumerate(simulation.simulate(model, 2000, 1500, generator()))
            if i >= 500 and i % 50 == 0
        ]
    )
    assert float(lengths.mean()) == pytest.approx(mean, abs=0.003)
    assert float(lengths.std()) == pytest.approx(std, rel=0.04)


def test_velocities_reach_the_temperature() -> None:
    """Equipartition: each velocity component has variance k_B T."""
    model = simulation.BeadSpring(temperature=0.7, friction=5.0)
    for _, v in simulation.simulate(model, 500, 500, generator()):
        last = v
    assert last.shape == (500, 12, 2)
    assert float(last.square().mean()) == pytest.approx(0.7, rel=0.05)


def test_attraction_makes_chains_smaller() -> None:
    sizes = []
    for attraction in (0.2, 1.5):
        model = simulation.BeadSpring(attraction=attraction)
        for x, _ in simulation.simulate(model, 200, 1500, generator()):
            last = x
        sizes.append(float(radius_of_gyration(last).mean()))
    assert sizes[1] < 0.9 * sizes[0]


def test_alignment_only_moves_and_turns() -> None:
    chains = torch.randn(40, 12, 2, generator=generator()) * torch.tensor([1.0, 2.0]) + 5
    aligned = simulation.align(chains)
    before, after = distance_matrix(chains), distance_matrix(aligned)
    torch.testing.assert_close(before, after, rtol=1e-4, atol=1e-4)
    x, y = aligned.unbind(-1)
    assert (x * y).mean(1).abs().max() < 1e-4 and (x.var(1) > y.var(1)).all()
    assert (x[:, 0] <= x[:, -1]).all()

    def area(c: torch.Tensor) -> torch.Tensor:
        """Signed area of the closed outline, which a mirror would flip."""
        following = c.roll(-1, dims=1)
        return (c[..., 0] * following[..., 1] - c[..., 1] * following[..., 0]).sum(1)

    centred = chains - chains.mean(1, keepdim=True)
    torch.testing.assert_close(area(aligned), area(centred), rtol=1e-3, atol=1e-3)


def test_same_seed_same_chains() -> None:
    model = simulation.BeadSpring()
    one, two, other = (simulation.make(5, seed, 20, model) for seed in (1, 1, 2))
    assert torch.equal(one, two) and not torch.equal(one, other)


def test_command_line_writes_a_compact_file(tmp_path: Path) -> None:
    path = tmp_path / "chains.npz"
    main(["--chains", "50", "--steps", "200", "--out", str(path)])
    with np.load(path, allow_pickle=False) as file:
        chains = torch.from_numpy(file["chains"] * file["resolution"])
        assert file["chains"].dtype == np.int16 and chains.shape == (50, 12, 2)
        assert float(file["scale"]) == pytest.approx(float(chains.square().mean().sqrt()), abs=1e-3)
    assert float(bond_lengths(chains).mean()) == pytest.approx(0.968, abs=0.01)


def test_the_shipped_file_is_small() -> None:
    assert simulation.OUTPUT.stat().st_size < 600_000


def test_one_bead_is_no_chain() -> None:
    with pytest.raises(ValueError, match="2 beads"):
        next(simulation.simulate(simulation.BeadSpring(beads=1), 1, 1, generator()))
    with pytest.raises(SystemExit):
        main(["--chains", "0"])


def test_in_space_chains_leave_the_plane_and_keep_their_bonds() -> None:
    """A dimer in space: p(r) ~ r^2 exp(-U(r) / T), by quadrature."""
    model = simulation.BeadSpring(beads=2, dimensions=3)
    r = torch.linspace(0.6, 1.49, 5000, dtype=torch.float64)
    weight = r.square() * (-model.bond_energy(r) / model.temperature).exp()
    mean = float((weight * r).sum() / weight.sum())
    lengths, heights = [], []
    for i, (x, _) in enumerate(simulation.simulate(model, 2000, 1500, generator())):
        if i >= 500 and i % 50 == 0:
            lengths.append(bond_lengths(x).flatten().clone())
            heights.append((x[:, 1, 2] - x[:, 0, 2]).abs().mean())
    assert float(torch.cat(lengths).mean()) == pytest.approx(mean, abs=0.003)
    assert heights[-1] > 0.3


def test_alignment_in_space_only_moves_and_turns() -> None:
    chains = torch.randn(60, 9, 3, generator=generator()) * torch.tensor([1.0, 3.0, 2.0]) - 4
    aligned = simulation.align(chains)
    before, after = distance_matrix(chains), distance_matrix(aligned)
    torch.testing.assert_close(before, after, rtol=1e-4, atol=1e-3)
    spread = aligned.mT @ aligned
    off = spread - torch.diag_embed(spread.diagonal(dim1=1, dim2=2))
    assert off.abs().max() < 1e-2
    widths = spread.diagonal(dim1=1, dim2=2)
    assert (widths.diff(dim=1) <= 0).all()
    assert (aligned[:, 0, 0] <= aligned[:, -1, 0]).all() and (aligned[:, 1, 1] >= 0).all()

    def hand(c: torch.Tensor) -> torch.Tensor:
        """Signed volume of three bonds, which a mirror would flip."""
        bonds = c.diff(dim=1)[:, :3]
        return torch.linalg.det(bonds)

    torch.testing.assert_close(hand(chains), hand(aligned), rtol=1e-3, atol=1e-2)


def test_the_command_makes_longer_chains_in_space(tmp_path: Path) -> None:
    path = tmp_path / "long.npz"
    size = ["--beads", "20", "--dimensions", "3", "--chains", "5", "--steps", "20"]
    main([*size, "--out", str(path)])
    with np.load(path) as file:
        assert file["chains"].shape == (5, 20, 3)
    with pytest.raises(ValueError, match="2 or 3 dimensions"):
        next(simulation.simulate(simulation.BeadSpring(dimensions=4), 1, 1, generator()))
