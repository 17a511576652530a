"""Both ways round the square, what is sampled after one direction, and one message."""

from __future__ import annotations

import math

import pytest
import torch

from engine.cartesian.pupils import PUPILS, LessonOptions
from engine.experiments.symmetry.curve import shipped_curve
from engine.experiments.symmetry.directions import DirectionSettings, sample_directions
from engine.experiments.symmetry.message import message
from engine.experiments.symmetry.trio import Pupils, on_shapes, trio_of
from engine.experiments.symmetry.turning import CHANGES, Move, TurnSettings, noised_shape, turn
from engine.experiments.training_run import train
from engine.progress import finish
from engine.streams import stream


@pytest.mark.parametrize("change", CHANGES)
def test_a_move_keeps_distances_but_for_their_order(change: str) -> None:
    x = noised_shape(TurnSettings())[2]
    move = CHANGES[change].draw(stream(3, "choice"))
    expected = torch.cdist(x, x)[move.order][:, move.order]
    assert torch.allclose(torch.cdist(move.places(x), move.places(x)), expected, atol=1e-4)
    gaps = x - x.roll(1, 0)
    moved = move.places(x) - Move(move.matrix, move.shift, move.order).places(x.roll(1, 0))
    assert torch.allclose(move.differences(gaps), moved, atol=1e-5)


def test_the_egnn_follows_every_change_and_the_plain_network_none() -> None:
    for seed in (0, 1):
        errors = finish(turn(TurnSettings(seed=seed))).errors
        assert max(errors["egnn"].values()) < 1e-5
        assert min(errors["plain"].values()) > 0.3
        assert 1e-2 < errors["augmented"]["rotate"] < 0.5 * errors["plain"]["rotate"]


def test_taught_in_one_direction() -> None:
    """The EGNN makes every direction and both hands; the plain network what it saw."""
    made = finish(sample_directions(DirectionSettings(seed=2)))
    even = {key: shapes.evenness for key, shapes in made.sampled.items()}
    assert even["egnn"] > 0.95 and even["augmented"] > 0.9 and even["plain"] < 0.2
    assert made.sampled["plain"].right > 0.95
    binomial = 4 * math.sqrt(0.25 / len(made.data.last))
    assert made.sampled["egnn"].right == pytest.approx(0.5, abs=binomial)
    assert made.sampled["egnn"].misfit < 0.5 * made.sampled["augmented"].misfit
    assert made.t[0] == 100 and made.t[-1] == 0


@pytest.mark.parametrize("layer", [0, 1])
def test_the_shifts_of_a_message_add_up_and_point_along_differences(layer: int) -> None:
    made = finish(turn(TurnSettings()))
    found = message(made, 3, layer)
    assert [one.bead for one in found.neighbours] == [1, 2, 3, 5, 6, 7, 8, 9]
    total = [sum(one.shift[k] for one in found.neighbours) for k in range(3)]
    assert total == pytest.approx(found.total, abs=1e-6)
    assert [a + b for a, b in zip(found.place, found.total, strict=True)] == pytest.approx(
        found.after, abs=1e-5
    )
    for one in found.neighbours:
        size = one.distance / (one.distance + 1) * abs(one.gate * one.weight) * found.factor
        assert math.hypot(*one.shift) == pytest.approx(size, rel=1e-3, abs=1e-6)
        assert 0 < one.gate < 1


def test_a_trio_that_was_trained_is_found_by_its_name() -> None:
    run = finish(train(on_shapes(LessonOptions(steps=50, shapes=8), 1)))
    assert run.samples is not None and run.samples.shape[0] == len(PUPILS)
    assert finish(trio_of(Pupils(run.training))) is run.model
    assert set(run.model.losses) == set(PUPILS)


def test_the_shipped_curve_falls_for_those_who_can_learn_it() -> None:
    curve = shipped_curve()
    egnn, plain, augmented = (curve.error[key] for key in ("egnn", "plain", "augmented"))
    assert max(egnn) < 0.9 * min(augmented), "few shapes in one direction are enough for it"
    assert augmented[-1] < 0.7 * augmented[0], "more directions help"
    assert min(plain) > 1, "more shapes in one direction do not"
