"""The verdict: copies, fresh draws and noise are told apart by their known ratios."""

import pytest
import torch

from engine.data import DATASETS, Subset
from engine.denoisers import exact
from engine.evaluation import Memory
from engine.evaluation.memorisation import COPY, VERDICTS, measure
from engine.noise import Cosine
from engine.samplers import DDIM, sample
from engine.streams import stream

ROLL = DATASETS["swiss_roll"]


def drawn(n: int, seed: int) -> torch.Tensor:
    return ROLL.sample(n, torch.Generator().manual_seed(seed))


def test_a_few_points_are_all_there_is_to_draw() -> None:
    few = Subset(ROLL, 5, seed=3)
    points = few.sample(500, torch.Generator().manual_seed(0))
    assert len(points.unique(dim=0)) == 5
    torch.testing.assert_close(few.train(), ROLL.sample(5, stream(3, "data")))
    assert few.key != Subset(ROLL, 5, seed=4).key
    assert len(few.fresh(500, torch.Generator().manual_seed(0)).unique(dim=0)) == 500
    assert len(ROLL.sample(500, torch.Generator().manual_seed(0)).unique(dim=0)) == 500


def test_copies_memorise() -> None:
    training = drawn(40, 0)
    found = measure(training.repeat(10, 1), training, drawn(2000, 1))
    assert found.ratio == 0 and found.copies == 1
    assert found.verdict == "memorises"


def test_fresh_data_generalises() -> None:
    found = measure(drawn(400, 2), drawn(40, 0), drawn(2000, 1))
    assert found.ratio == pytest.approx(1, abs=0.15)
    assert found.copies == pytest.approx(found.fresh_copies, abs=0.04)
    assert found.verdict == "generalises"


def test_noise_does_neither() -> None:
    noise = torch.randn(400, 2, generator=torch.Generator().manual_seed(0))
    assert measure(noise, drawn(40, 0), drawn(2000, 1)).verdict == "neither"


def test_points_moved_by_a_known_distance() -> None:
    """Moved by d less than half the gap between points, a sample lies d away from its original."""
    training = torch.cartesian_prod(torch.arange(6.0), torch.arange(6.0))
    angle = 6.28 * torch.rand(36, generator=torch.Generator().manual_seed(0))
    moved = training + 0.1 * torch.stack([angle.cos(), angle.sin()], dim=-1)
    fresh = 5 * torch.rand(4000, 2, generator=torch.Generator().manual_seed(1))
    found = measure(moved, training, fresh)
    assert found.distance == pytest.approx(0.1, abs=1e-6)
    # Within a unit cell the distance r to the nearest corner has area pi r^2 for r < 1 / 2.
    assert found.fresh == pytest.approx((0.5 / 3.14159) ** 0.5, rel=0.05)
    assert found.threshold == pytest.approx(COPY * found.fresh)
    assert found.fresh_copies == pytest.approx(0.5 * COPY**2, abs=0.01)


def test_the_exact_denoiser_of_points_memorises_by_construction() -> None:
    training = drawn(30, 0)
    x = torch.randn(200, 2, generator=torch.Generator().manual_seed(4))
    truth = exact(training)
    *_, last = sample(truth, Cosine(T=1000), x, DDIM(steps=200), torch.Generator())
    found = measure(last.x, training, drawn(1000, 1))
    assert found.verdict == "memorises" and found.ratio < 0.05


@pytest.mark.parametrize(
    ("ratio", "energy", "verdict"),
    [(0.1, 9, "memorises"), (0.6, 9, "in between"), (0.9, 2, "generalises"), (2.0, 9, "neither")],
)
def test_the_rule(ratio: float, energy: float, verdict: str) -> None:
    assert Memory(ratio, 1.0, 0.0, 0.0, energy).verdict == verdict
    assert verdict in VERDICTS


def test_comparisons_that_say_nothing_are_refused() -> None:
    training = drawn(10, 0)
    with pytest.raises(ValueError, match="repeats the training points"):
        measure(drawn(10, 1), training, training.repeat(3, 1))
    with pytest.raises(ValueError, match="fresh draws are needed"):
        measure(drawn(10, 1), training, drawn(10, 2))
