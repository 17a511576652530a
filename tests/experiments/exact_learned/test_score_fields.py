"""Both scores on one grid: against themselves, and against the exact density."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.experiments.exact_learned import score_fields
from engine.experiments.exact_learned.score_fields import ScoreSettings, fields_of
from engine.experiments.film import exact_denoiser
from engine.experiments.networks import Network
from engine.noise import Cosine
from engine.progress import Step, finish


def settings(dataset: str, T: int) -> ScoreSettings:
    return ScoreSettings(Network(dataset), Cosine(T=T), 0)


def test_truth_against_itself_shows_no_error() -> None:
    heard: list[Step] = []
    steps = fields_of(exact_denoiser("eight_gaussians"), settings("eight_gaussians", 20))
    found = finish(steps, heard.append)
    assert [step.fraction for step in heard] == [k / 40 for k in range(1, 41)]
    assert found.t[0] == 20 and found.t[-1] == 1
    assert float(found.error.max()) == found.bound == 0
    assert found.lines is not None
    np.testing.assert_array_equal(*found.lines)
    mass = found.density[-1].sum() * (2 * score_fields.WINDOW / (score_fields.CELLS - 1)) ** 2
    assert mass == pytest.approx(1, abs=0.02)


def test_streamlines_lead_uphill() -> None:
    """Along every streamline of the exact score the exact density rises, but for the last bit."""
    chosen = settings("eight_gaussians", 10)
    found = finish(fields_of(exact_denoiser("eight_gaussians"), chosen))
    k = 4
    assert found.lines is not None
    lines = torch.from_numpy(found.lines[0][k])
    level = float(chosen.schedule.alpha_bar(int(found.t[k])))
    log_q = exact_denoiser("eight_gaussians").posterior(lines.reshape(-1, 2), level)[0]
    log_q = log_q.reshape(lines.shape[:2])
    assert float((log_q[:, -1] - log_q[:, 0]).min()) > -1e-3
    assert float((log_q.diff(dim=1) > -1e-3).double().mean()) > 0.99


def test_the_same_settings_give_the_same_record() -> None:
    first, second = (
        finish(score_fields.score_fields(settings("three_gaussians", 6))).arrays() for _ in range(2)
    )
    assert list(first) == list(second)
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name])
