"""Guided chains: they have the size that was asked for, and the arrows are what guidance adds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.denoisers import ClassifierGuidance
from engine.experiments.polymer.guidance import (
    SCALES,
    Guidance,
    GuidedFilm,
    guide,
    guided_film,
    guided_samples,
    scale_curves,
)
from engine.polymer import GUIDES, adherence
from engine.polymer.data import to_chains, to_points
from engine.polymer.models import STEEP
from engine.progress import finish
from engine.samplers import DDIM, DDPM


def samples(settings: Guidance) -> Tensor:
    """The chains behind the numbers."""
    return finish(guided_samples(settings))


def film(settings: Guidance) -> GuidedFilm:
    """The chains in the picture, with arrows."""
    return finish(guided_film(settings, shifts=True))


@pytest.mark.parametrize("way", GUIDES)
def test_guided_chains_have_the_target_size_and_the_others_do_not(way: str) -> None:
    guided = Guidance(way, target=2.2, scale=1.5, sampler=DDPM(steps=50))
    conditional, plain = (adherence(samples(each), 2.2) for each in (guided, guided.unconditional))
    assert conditional.error < 0.08 < plain.error
    assert conditional.spread < plain.spread


def test_at_scale_0_neither_target_nor_guide_matter() -> None:
    settings = Guidance(scale=0.0, sampler=DDIM(steps=5))
    expected = samples(settings)
    for way in GUIDES:
        for target in (1.4, 2.4):
            same = replace(settings, guide=way, target=target)
            assert torch.equal(samples(same), expected)
            shift = film(same).shift
            assert shift is not None and shift.abs().max() == 0


@pytest.mark.parametrize("way", GUIDES)
def test_arrows_are_what_guidance_adds_to_the_prediction(way: str) -> None:
    made = film(Guidance(way, target=1.5, scale=2.0, sampler=DDIM(steps=6)))
    assert made.shift is not None and len(made.t) == len(made.x) == len(made.shift) == 7
    for k in (3, 6):
        level = float(STEEP.alpha_bar(int(made.t[k])))
        guided, plain = (
            GUIDES[way].denoiser(1.5, scale)(to_points(made.x[k]), level) for scale in (2.0, 0.0)
        )
        expected = to_chains(guided - plain)
        torch.testing.assert_close(made.shift[k], expected, rtol=1e-3, atol=1e-4)


@pytest.mark.slow
def test_chains_are_torn_by_what_the_pull_does_at_high_noise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The numbers of the sentence at the picture: 7 of 400 chains, and none if it comes later."""
    wild = [
        Guidance("classifier", target, scale, seed=seed)
        for target, scale, seed in ((1.4, 5.0, 1), (1.4, 8.0, 1), (1.5, 8.0, 0), (1.5, 8.0, 1))
    ]
    pulled = ClassifierGuidance.__call__

    def late(self: ClassifierGuidance, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        return pulled(self, x_t, alpha_bar) if alpha_bar >= 0.3 else self.denoiser(x_t, alpha_bar)

    def torn() -> int:
        return sum(round(100 * adherence(samples(one), one.target).torn) for one in wild)

    assert torn() == pytest.approx(7, abs=3)
    monkeypatch.setattr(ClassifierGuidance, "__call__", late)
    assert torn() <= 1


def test_the_record_holds_what_is_exported() -> None:
    settings = Guidance("classifier", 1.5, 1.0, DDIM(steps=4), seed=2)
    made = finish(guide(settings, shifts=True))
    names = {"t", "free", "asked", "asked_pull", "free_samples", "asked_samples"}
    arrays = made.arrays()
    assert set(arrays) == names
    assert np.array_equal(arrays["asked_samples"], samples(settings).numpy())
    assert np.array_equal(arrays["free_samples"], samples(replace(settings, scale=0.0)).numpy())
    readings = made.readings()
    assert readings.conditional == adherence(made.asked_samples, 1.5)
    assert readings.unconditional.bond_spread == adherence(made.free_samples, 1.5).bond_spread
    without = finish(guide(settings)).arrays()
    assert set(without) == names - {"asked_pull"}
    assert np.array_equal(without["asked"], arrays["asked"])


def test_every_guide_is_measured_at_every_scale() -> None:
    settings = Guidance(target=2.0, sampler=DDIM(steps=2))
    fractions: list[float] = []
    curves = finish(scale_curves(settings), lambda step: fractions.append(step.fraction)).curves
    assert [curve.guide for curve in curves] == [guide.label for guide in GUIDES.values()]
    assert fractions == sorted(fractions) and fractions[-1] == 1
    for curve, key in zip(curves, GUIDES, strict=True):
        assert curve.scales == SCALES and len(curve.adherence) == len(SCALES)
        again = samples(replace(settings, guide=key, scale=SCALES[3]))
        assert curve.adherence[3] == adherence(again, 2.0)
