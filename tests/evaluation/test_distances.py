"""Distances between distributions and sizes of chains, against independent computations."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from scipy.stats import wasserstein_distance

from engine.evaluation import distances, torsion_coverage
from engine.evaluation.chains import bond_lengths, distance_matrix, end_to_end, radius_of_gyration


def normal(n: int, d: int, seed: int) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed))


def test_energy_distance_is_its_definition() -> None:
    x, y = normal(70, 3, 0), normal(50, 3, 1) + 0.3
    a, b = x.double().numpy(), y.double().numpy()
    expected = 2 * cdist(a, b).mean() - cdist(a, a).mean() - cdist(b, b).mean()
    assert distances.energy_distance(x, y) == pytest.approx(expected, rel=1e-10)


def test_energy_distance_of_two_gaussians() -> None:
    """N(0, 1) against N(2, 1), by E|z| of the folded normal; the floor is 2/n E|x - x'|."""
    n = 4000
    distance = distances.energy_distance(normal(n, 1, 2), normal(n, 1, 3) + 2)
    same = 2 / math.sqrt(math.pi)
    apart = same * math.exp(-1) + 2 * math.erf(1)
    assert distance == pytest.approx(2 * (apart - same), rel=0.05)
    floor = np.mean(
        [
            distances.energy_distance(normal(300, 1, 2 * s), normal(300, 1, 2 * s + 1))
            for s in range(60)
        ]
    )
    assert floor == pytest.approx(2 / 300 * same, rel=0.2)


def test_the_energy_floor_is_the_mean_between_draws() -> None:
    """Against the closed form, closely from one pair; and against many pairs, of unequal size."""
    same = 2 / math.sqrt(math.pi)
    found = distances.energy_floor(normal(4000, 1, 2), normal(4000, 1, 3))
    assert found == pytest.approx(2 / 4000 * same, rel=0.02)
    pairs = [(normal(100, 2, 2 * s), normal(300, 2, 2 * s + 1)) for s in range(80)]
    mean = np.mean([distances.energy_distance(*pair) for pair in pairs])
    assert distances.energy_floor(*pairs[0]) == pytest.approx(mean, rel=0.1)


def test_energy_distance_ignores_order_rotation_and_shift() -> None:
    x, y = normal(60, 2, 4), normal(60, 2, 5) * 0.7
    reference = distances.energy_distance(x, y)
    order = torch.randperm(60, generator=torch.Generator().manual_seed(0))
    turn = torch.tensor([[math.cos(1), -math.sin(1)], [math.sin(1), math.cos(1)]])
    shift = torch.tensor([3.0, -4.0])
    assert distances.energy_distance(x[order], y) == pytest.approx(reference, rel=1e-9)
    assert distances.energy_distance(y, x) == pytest.approx(reference, rel=1e-9)
    moved = distances.energy_distance(x @ turn + shift, y @ turn + shift)
    assert moved == pytest.approx(reference, rel=1e-4)
    assert distances.energy_distance(3 * x, 3 * y) == pytest.approx(3 * reference, rel=1e-5)


def test_energy_distance_of_a_sample_to_itself_is_zero() -> None:
    x = normal(100, 4, 6)
    assert distances.energy_distance(x, x) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("other", [torch.zeros(0, 2), torch.zeros(5, 3), torch.zeros(5)])
def test_energy_distance_refuses_what_it_cannot_compare(other: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="Samples must be"):
        distances.energy_distance(torch.zeros(5, 2), other)


def test_energy_ratio_is_near_one_for_the_truth_and_large_for_a_shift() -> None:
    def data(n: int, generator: torch.Generator) -> torch.Tensor:
        return torch.randn(n, 2, generator=generator)

    def shifted(n: int, generator: torch.Generator) -> torch.Tensor:
        return data(n, generator) + 0.5

    ratio = distances.energy_ratio(data, data, n=400, seeds=range(12))
    assert 0.7 < ratio.mean < 1.4 and ratio.seeds == 12 and ratio.n == 400
    assert distances.energy_ratio(shifted, data, n=400, seeds=range(3)).mean > 10
    assert distances.energy_ratio(data, data, n=400, seeds=[0], reference=shifted).mean < 1.3
    with pytest.raises(ValueError, match="seed"):
        distances.energy_ratio(data, data, seeds=[])


@pytest.mark.parametrize(("n", "m"), [(100, 100), (37, 90), (1, 5)])
def test_wasserstein_against_scipy(n: int, m: int) -> None:
    x, y = normal(n, 1, 7).flatten(), normal(m, 1, 8).flatten() * 2 + 1
    expected = wasserstein_distance(x.double().numpy(), y.double().numpy())
    assert distances.wasserstein_1d(x, y) == pytest.approx(expected, rel=1e-9)
    with pytest.raises(ValueError, match="empty"):
        distances.wasserstein_1d(x, y[:0])


def test_a_straight_rod() -> None:
    """Five beads one apart: Rg = sqrt((L^2 - 1) / 12), ends 4 apart."""
    rod = torch.arange(5.0)[:, None] * torch.tensor([0.6, 0.8]) + 7
    chains = rod.expand(3, 5, 2)
    torch.testing.assert_close(radius_of_gyration(chains), torch.full((3,), math.sqrt(2)))
    torch.testing.assert_close(end_to_end(chains), torch.full((3,), 4.0))
    torch.testing.assert_close(bond_lengths(chains), torch.ones(3, 4))
    expected = (torch.arange(5.0)[:, None] - torch.arange(5.0)).abs()
    torch.testing.assert_close(distance_matrix(chains), expected.expand(3, 5, 5))


def test_radius_of_gyration_from_all_pairs() -> None:
    """Rg^2 is also the mean squared distance of all pairs, over two."""
    chains = normal(8, 36, 9).reshape(8, 12, 3)
    from_pairs = (distance_matrix(chains).square().mean(dim=(1, 2)) / 2).sqrt()
    torch.testing.assert_close(radius_of_gyration(chains), from_pairs)


def test_torsion_coverage_counts_bins() -> None:
    everywhere = np.radians(np.arange(0, 360, 20) + 5.0)[:, None]
    assert torsion_coverage(everywhere) == 1
    assert torsion_coverage(np.zeros((7, 1))) == pytest.approx(1 / 18)


def test_histograms_are_numpys_row_by_row() -> None:
    values = torch.randn(3, 500, generator=torch.Generator().manual_seed(0))
    edges = torch.linspace(-6, 6, 9)
    counts = [np.histogram(row, edges.numpy(), density=True)[0] for row in values.numpy()]
    np.testing.assert_allclose(distances.histograms(values, edges), np.stack(counts), rtol=1e-6)
    assert float(distances.histograms(values + 100, edges).sum()) == 0


def test_sliced_wasserstein_of_a_shift_is_its_mean_projection() -> None:
    """Moved by a vector of length a, every line sees a |cos|: the mean is 2 a / pi."""
    x = normal(300, 2, 0)
    moved = x + torch.tensor([0.6, -0.8])
    assert distances.sliced_wasserstein(x, moved, 400) == pytest.approx(2 / math.pi, rel=1e-4)
    assert distances.sliced_wasserstein(x, x[torch.randperm(300)]) == pytest.approx(0, abs=1e-12)


def test_sliced_wasserstein_in_one_dimension_is_scipys() -> None:
    x, y = normal(70, 1, 0), 2 * normal(50, 1, 1)
    expected = wasserstein_distance(x[:, 0].numpy(), y[:, 0].numpy())
    assert distances.sliced_wasserstein(x, y) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("d", [2, 5])
def test_sliced_wasserstein_does_not_depend_on_the_axes(d: int) -> None:
    x, y = normal(200, d, 0), normal(150, d, 1) * torch.linspace(0.5, 2, d)
    turn = torch.linalg.qr(normal(d, d, 2))[0]
    seen = [distances.sliced_wasserstein(a, b, 600) for a, b in ((x, y), (x @ turn, y @ turn))]
    assert seen[0] == pytest.approx(seen[1], rel=0.03 if d > 2 else 1e-3)


def test_sliced_wasserstein_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="Samples"):
        distances.sliced_wasserstein(normal(5, 2, 0), normal(5, 3, 0))


def test_the_judge_finds_data_as_far_as_data_and_noise_further() -> None:
    def data(n: int, generator: torch.Generator) -> torch.Tensor:
        return torch.randn(n, 2, generator=generator) + 3

    judge = distances.Judge(data, 400, range(8))
    near = [judge.ratios(normal(400, 2, 50 + k) + 3, k) for k in range(8)]
    for name in distances.DISTANCES:
        assert np.mean([ratio[name] for ratio in near]) == pytest.approx(1, abs=0.5)
        assert judge.ratios(normal(400, 2, 9), 0)[name] > 20
        assert judge.floors[name] > 0 and 0 < judge.floor_spreads[name] < 1


def test_the_judge_counts_in_units_of_its_floor() -> None:
    draws = iter([normal(60, 2, seed) for seed in range(4)])
    judge = distances.Judge(lambda n, generator: next(draws), 60, range(2))
    one, two = (distances.energy_distance(normal(60, 2, s), normal(60, 2, s + 1)) for s in (0, 2))
    assert judge.floors["energy"] == pytest.approx((one + two) / 2)
    other = distances.energy_distance(normal(60, 2, 7), normal(60, 2, 2))
    assert judge.ratios(normal(60, 2, 7), 1)["energy"] == pytest.approx(other / (one + two) * 2)
    with pytest.raises(ValueError, match="seed"):
        distances.Judge(lambda n, generator: normal(n, 2, 0), 5, [])


def test_nearest_distances_are_those_of_a_plain_search() -> None:
    generator = torch.Generator().manual_seed(3)
    x, y = torch.randn(50, 3, generator=generator), torch.randn(70, 3, generator=generator)
    plain = [min(float((a - b).norm()) for b in y) for a in x]
    assert distances.nearest_distances(x, y, chunk=7).tolist() == pytest.approx(plain, rel=1e-5)
    assert distances.nearest_distances(y[:9], y).max() == 0


def test_the_nearest_other_is_never_the_point_itself() -> None:
    x = torch.tensor([[0.0, 0.0], [3.0, 4.0], [3.0, 5.0], [3.0, 5.0]])
    assert distances.nearest_others(x).tolist() == pytest.approx([5.0, 1.0, 0.0, 0.0])


def test_sliced_wasserstein_of_equal_sizes_is_the_mean_over_lines() -> None:
    x, y = normal(300, 2, 1), normal(300, 2, 2) + 0.3
    angle = torch.arange(64) * (math.pi / 64)
    lines = torch.stack([angle.cos(), angle.sin()]).double()
    each = [distances.wasserstein_1d(x.double() @ line, y.double() @ line) for line in lines.T]
    assert distances.sliced_wasserstein(x, y, 64) == pytest.approx(sum(each) / 64, rel=1e-6)
