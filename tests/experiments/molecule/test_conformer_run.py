"""A run: what holds for every sample, what is shown on the way, and what tells two runs apart."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.chem import MoleculeError
from engine.conformers import ConformerOptions, unstrained
from engine.experiments.molecule import conformer_run as conformer_run_module
from engine.experiments.molecule.conformer_run import (
    Progress,
    Request,
    Run,
    conformer_run,
    sample_conformers,
)
from engine.experiments.molecule.ensembles import relaxed_samples
from engine.experiments.molecule.record import Record, Source
from engine.progress import Step, finish
from engine.torsional import Batch, TorsionalModel, load
from tests.experiments.molecule import record_of, run_of
from tests.molecules import DRUG


def test_a_run_keeps_lengths_angles_and_stereo(run: Run) -> None:
    assert run.process.frames.shape == (6, 4, 33, 3)
    assert run.changes.shape == (2, 6, 4)
    assert run.changes[0].max() < 1e-4 and run.changes[1].max() < 1e-2
    assert not run.result.checks.stereo_errors.any()
    assert run.process.sigmas[0] > 3 and run.process.sigmas[-1] == 0
    assert run.energy_name == "MMFF94s" and len(run.samples.energies) == 4


def test_the_same_seed_gives_the_same_conformers(ibuprofen: Record, run: Run) -> None:
    again = finish(conformer_run(ibuprofen.source, run.request))
    assert np.array_equal(again.process.frames, run.process.frames)
    other = run_of(ibuprofen, conformers=4, steps=5, seed=4)
    assert not np.allclose(other.samples.xyz, run.samples.xyz, atol=0.1)


def test_runs_are_told_apart_by_value_and_by_number(ibuprofen: Record) -> None:
    """An ``id`` would not do: the next object may get that of one that was freed."""
    options = {"conformers": 1, "steps": 5, "retries": 0, "candidates": 1}
    serials = []
    for seed in (1, 1, 2):
        made = run_of(ibuprofen, seed=seed, **options)
        serials.append(made.serial)
        del made
        gc.collect()
    assert len(set(serials)) == 3
    one, again, other = (run_of(ibuprofen, seed=seed, **options) for seed in (1, 1, 2))
    assert one == again and hash(one) == hash(again) and one.serial != again.serial
    assert one != other


def test_a_molecule_that_cannot_be_read_is_an_error_of_the_run() -> None:
    request = Request(1, ConformerOptions(), 1, "cpu")
    with pytest.raises(MoleculeError, match="separate molecules"):
        finish(conformer_run(Source("smiles", "CCO.CCCCC"), request))


def test_progress_is_shown_from_the_first_structure_on(ibuprofen: Record) -> None:
    steps: list[Step] = []
    options = ConformerOptions(steps=5, retries=0, candidates=1)
    finish(sample_conformers(ibuprofen, Request(3, options, 1, "cpu")), steps.append)
    assert steps[0].partial is None, "there is nothing to see yet"
    shown = [step.partial for step in steps[1:]]
    assert all(isinstance(partial, Progress) for partial in shown)
    built = [len(partial.snapshot.xyz) for partial in shown if not partial.turning]
    assert built == [1, 2, 3]
    assert [partial.turning for partial in shown] == sorted(partial.turning for partial in shown)
    assert sum(partial.turning for partial in shown) >= 6
    shares = [step.fraction for step in steps]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1)


def test_lengths_and_angles_hold_on_the_way() -> None:
    """Some seeds give no candidate: each picture is measured against those that it came from."""
    drug = record_of(Source("smiles", DRUG))
    changes = []

    def look(step: Step) -> None:
        if step.partial is not None and step.partial.turning:
            changes.append(step.partial.changes)

    request = Request(6, ConformerOptions(steps=3), 1, "cpu")
    made = finish(sample_conformers(drug, request), look)
    used = unstrained(drug.mol, made.classical.xyz, 24)[:6]
    assert list(used) != list(range(6)), "a local structure was left out"
    lengths, angles = np.max(changes, axis=(0, 2, 3))
    assert lengths < 1e-4 and angles < 1e-2


def test_methods_are_named_by_the_field_that_relaxed_them() -> None:
    made = run_of(record_of(Source("smiles", "CCOB(OCC)CC")), conformers=1, steps=5)
    assert made.classical.source == "ETKDGv3 + UFF"
    assert finish(relaxed_samples(made)).source == "Torsional diffusion, then UFF"


def test_relaxing_lowers_every_energy(run: Run) -> None:
    relaxed = finish(relaxed_samples(run))
    assert (relaxed.energies <= run.samples.energies + 1e-6).all()


@pytest.mark.parametrize(
    "problem",
    [torch.cuda.OutOfMemoryError("CUDA out of memory."), RuntimeError("MPS backend out of memory")],
)
def test_where_the_gpu_has_too_little_memory_the_cpu_goes_on(
    ibuprofen: Record, run: Run, monkeypatch: pytest.MonkeyPatch, problem: RuntimeError
) -> None:
    """The network is on the device, and fails at the third step of the reverse process."""
    calls: list[float] = []

    class Full(TorsionalModel):
        def score(self, batch: Batch, sigma: float) -> torch.Tensor:
            calls.append(sigma)
            if len(calls) == 3:
                raise problem
            return super().score(batch, sigma)

    full = Full(**vars(load("torus", "cpu")))
    real = conformer_run_module.model
    monkeypatch.setattr(
        conformer_run_module,
        "model",
        lambda name, device: full if device == "cuda:0" else real(name, device),
    )
    found = finish(sample_conformers(ibuprofen, replace(run.request, device="cuda:0")))
    assert len(calls) == 3 and found.device == "cpu" and run.device == "cpu"
    assert np.array_equal(found.process.frames, run.process.frames)


def test_another_error_of_the_gpu_is_an_error(
    ibuprofen: Record, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str, device: str) -> TorsionalModel:
        raise RuntimeError("CUDA error: device-side assert triggered")

    monkeypatch.setattr(conformer_run_module, "model", broken)
    with pytest.raises(RuntimeError, match="device-side"):
        finish(sample_conformers(ibuprofen, replace(run.request, device="cuda:0")))
