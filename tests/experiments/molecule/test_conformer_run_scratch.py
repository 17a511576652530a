"""A run by the tutorial's own model is a run like any other: frames, checks, files, noise."""

from __future__ import annotations

import numpy as np
import pytest

from engine.conformers import ConformerOptions
from engine.experiments.molecule.conformer_run import Request, conformer_run
from engine.experiments.molecule.denoiser_game import noised
from engine.experiments.molecule.downloads import shown_sdf
from engine.experiments.molecule.own_training import largest_turns, teaching
from engine.experiments.molecule.record import Source
from engine.progress import finish


def test_the_shipped_weights_run_through_the_pages_own_experiment() -> None:
    options = ConformerOptions(steps=50, temperature=1.0, attraction=0.0, candidates=1, retries=0)
    request = Request(4, options, seed=0, device="cpu", model="scratch")
    run = finish(conformer_run(Source("example", "ibuprofen"), request))
    sigmas = run.process.sigmas
    assert sigmas[0] == pytest.approx(1.0, abs=1e-6) and sigmas[-1] == 0
    given = run.record.molecule.xyz[:1]
    off = largest_turns(run.samples.torsions, teaching(run.record, given).torsions)
    assert np.median(off) < 30, "it gives its one conformer back"
    assert run.result.checks.bond_change.max() < 1e-4
    assert not run.playable
    away = finish(noised(run))
    assert away.sigmas[0] == 0 and away.sigmas[-1] == pytest.approx(1.0, abs=1e-6)
    assert "(scratch)" in shown_sdf(run, "model", 0.3, 0.75)
