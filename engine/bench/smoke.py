"""Measurements, each of which a reader can repeat: ``python -m engine.bench smoke --json FILE``.

``conformers`` compares with reference ensembles (``engine.bench.conformers``), ``speed`` times the
torsional model (``engine.bench.speed``), ``toy`` compares samplers on the toy data
(``engine.bench.toy``).

``smoke`` writes the figures that the project promises:

* ``ibuprofen_seconds``: 10 conformers of ibuprofen in 20 steps, local structures, energies and
  checks included, weights loaded; the median of three runs in this process.
* ``swiss_roll_energy_ratio``: 2,000 samples of the learned Swiss roll (DDPM, all 1,000 steps
  of the linear schedule) against 2,000 fresh points, over the same for two fresh draws;
  mean of 20 seeds.
* ``max_bond_change_angstrom`` and ``stereo_errors``: over all example molecules.
"""

from __future__ import annotations

import platform
import statistics
import time
from typing import Any

import torch

from engine.chem import MOLECULES
from engine.chem.reading import from_smiles
from engine.conformers import generate
from engine.data import DATASETS
from engine.denoisers import learned
from engine.evaluation import distances
from engine.progress import finish
from engine.torsional import load
from engine.train import toy as train

#: Conformers drawn of every example molecule for the checks of ``smoke``.
CONFORMERS = 4
#: Repetitions of the Swiss roll; single ones scatter by more than half of the ratio.
SWISS_ROLL_SEEDS = 20


def ibuprofen_seconds(repeats: int = 3) -> float:
    """Median seconds for 10 conformers of ibuprofen, 20 steps, everything included."""
    model, mol = load(), from_smiles(MOLECULES["ibuprofen"].smiles)
    seconds = []
    for seed in range(1, repeats + 1):
        start = time.perf_counter()
        finish(generate(mol, model, 10, seed=seed))
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def swiss_roll_energy_ratio() -> distances.EnergyRatio:
    """Quality of the learned Swiss roll in units of the data's own sampling error."""
    return train.measure(DATASETS["swiss_roll"], learned.load("swiss_roll"), seeds=SWISS_ROLL_SEEDS)


def conservation() -> tuple[float, int]:
    """Largest change of a bond length (Angstrom) and number of stereo errors, all examples."""
    model, change, errors = load(), 0.0, 0
    for example in MOLECULES.values():
        made = finish(generate(from_smiles(example.smiles, example.name), model, CONFORMERS))
        change = max(change, float(made.checks.bond_change.max()))
        errors += int(made.checks.stereo_errors.sum())
    return change, errors


def smoke() -> dict[str, Any]:
    """The promised figures; see the module's docstring."""
    ratio = swiss_roll_energy_ratio()
    change, errors = conservation()
    return {
        "ibuprofen_seconds": round(ibuprofen_seconds(), 3),
        "swiss_roll_energy_ratio": round(ratio.mean, 3),
        "swiss_roll_energy_ratio_spread": round(ratio.spread, 3),
        "max_bond_change_angstrom": change,
        "stereo_errors": errors,
        "example_molecules": len(MOLECULES),
        "torch_threads": torch.get_num_threads(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }
