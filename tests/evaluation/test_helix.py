"""Measures of helices, against helices whose shape is known."""

from __future__ import annotations

import math

import pytest
import torch

from engine.data import DATASETS
from engine.data.helices import ALPHA_RADIUS, ALPHA_RISE, ALPHA_TURN, ideal_alpha_helix
from engine.evaluation import helix_shape
from engine.evaluation.chains import distance_matrix
from engine.evaluation.helix import distance_by_separation, turns


def rotation(seed: int) -> torch.Tensor:
    q, _ = torch.linalg.qr(torch.randn(3, 3, generator=torch.Generator().manual_seed(seed)))
    return q * torch.linalg.det(q).sign()


def test_the_ideal_alpha_helix_is_measured_exactly_in_any_orientation() -> None:
    helix = ideal_alpha_helix().double()
    chains = torch.stack([helix, helix @ rotation(1).double().T + 7.0])
    shape = helix_shape(chains)
    torch.testing.assert_close(shape.rise, torch.full((2,), ALPHA_RISE).double(), rtol=1e-5, atol=0)
    turn = torch.full((2,), ALPHA_TURN).double()
    torch.testing.assert_close(shape.residues_per_turn, turn, rtol=1e-5, atol=0)
    radius = torch.full((2,), ALPHA_RADIUS).double()
    torch.testing.assert_close(shape.radius, radius, rtol=1e-5, atol=0)
    assert shape.right_handed.all()


def test_the_mirror_image_is_left_handed_with_the_same_distances() -> None:
    helix = ideal_alpha_helix()[None]
    mirrored = helix * torch.tensor([-1.0, 1.0, 1.0])
    torch.testing.assert_close(distance_matrix(helix), distance_matrix(mirrored))
    assert not helix_shape(mirrored).right_handed.any()
    torch.testing.assert_close(helix_shape(mirrored).rise, -helix_shape(helix).rise)


def test_the_data_set_has_the_geometry_it_claims() -> None:
    data = DATASETS["helix_alpha"]
    chains = data.to_chain(data.sample(500, torch.Generator().manual_seed(0)))
    shape = helix_shape(chains)
    assert shape.right_handed.all()
    assert float(shape.rise.mean()) == pytest.approx(ALPHA_RISE, abs=0.02)
    assert float(shape.residues_per_turn.mean()) == pytest.approx(ALPHA_TURN, abs=0.03)
    assert float(shape.radius.mean()) == pytest.approx(ALPHA_RADIUS, abs=0.03)


def test_turns_of_a_circle_and_its_mirror() -> None:
    angle = torch.arange(13) * (2 * math.pi / 12)
    circle = torch.stack([angle.cos(), angle.sin()], dim=-1)
    mirrored = circle * torch.tensor([1.0, -1.0])
    got = turns(torch.stack([circle, mirrored]))
    torch.testing.assert_close(got, torch.tensor([11 / 12, -11 / 12]))


def test_one_turn_of_the_helix_brings_residues_back() -> None:
    by_separation = distance_by_separation(distance_matrix(ideal_alpha_helix()[None]))[0]
    assert by_separation.shape == (23,)
    one, two, three, four, five = by_separation[:5].tolist()
    assert one < three < two < four < five  # i, i+3 are nearer than i, i+2
    assert three == pytest.approx(5.05, abs=0.01)
    assert four == pytest.approx(6.20, abs=0.01)


def test_shapes_that_are_no_helices_are_refused() -> None:
    with pytest.raises(ValueError, match="Helices are"):
        helix_shape(torch.zeros(1, 3, 3))
    with pytest.raises(ValueError, match="Helices are"):
        helix_shape(torch.zeros(1, 24, 2))
