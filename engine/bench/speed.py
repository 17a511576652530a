"""How fast the torsional model is: ``python -m engine.bench speed --json FILE``.

One thread, one process, weights loaded, medians of several repetitions taken in turn:

* ``step_seconds``: one denoising step (one call of the network) for ten conformers of ibuprofen
  and of a 61-atom drug.
* ``sampler_overhead``: time of the reverse process over the time of its network calls alone.
* ``ratio_to_etkdg_mmff``: ten conformers of the drug, everything included, over ten of ETKDGv3 +
  MMFF94s; and ``model_to_etkdg_mmff``, what we do after those over the same.
* ``exponent_conformers``, ``exponent_atoms``: slopes of log time over log size, of a step for
  4 to 64 conformers and of chains of 14 to 104 atoms.
* ``load_seconds`` and ``megabytes`` of the weights.
* ``throughput``: conformers per second of the reverse process by the number of molecules
  (ibuprofen) in one batch, for every device of this machine.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from typing import Any

import numpy as np
import torch

from engine.chem import MOLECULES, Mol
from engine.chem.energy import embed
from engine.chem.reading import from_smiles
from engine.chem.structure import to_molecule
from engine.conformers import generate
from engine.networks import checkpoint
from engine.progress import finish
from engine.torsional import MODELS, SampleOptions, TorsionalModel, devices, load, repeat, sample
from engine.torsional.process import sigma_schedule

#: 61 atoms with hydrogens.
DRUG = "COc1ccc2nc(sc2c1)S(=O)Cc1ncc(C)c(OCCCN2CCOCC2)c1C"
CONFORMERS = 10
CHAINS = (4, 8, 12, 16, 24, 34)  #: carbons of the alcohols whose step is timed
COPIES = (4, 8, 16, 32, 64)
BATCHES = {"cpu": (1, 10, 100), "other": (1, 10, 100, 1000)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--model", choices=MODELS, default="torus")
    parser.add_argument("--repeats", type=int, default=7, help="repetitions of each measurement")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """All figures of a run, ready for JSON."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        start = time.perf_counter()
        model = load(args.model)
        loading = time.perf_counter() - start
        ibuprofen, drug = from_smiles(MOLECULES["ibuprofen"].smiles), from_smiles(DRUG)
        return {
            "step_seconds": {
                "ibuprofen": step_seconds(model, ibuprofen, CONFORMERS, args.repeats),
                "drug": step_seconds(model, drug, CONFORMERS, args.repeats),
            },
            **against_etkdg(model, drug, args.repeats),
            "exponent_conformers": exponent(
                COPIES, [step_seconds(model, ibuprofen, k, args.repeats) for k in COPIES]
            ),
            "exponent_atoms": atoms_exponent(model, args.repeats),
            "load_seconds": loading,
            "megabytes": (checkpoint.WEIGHTS / MODELS[args.model]).stat().st_size / 1e6,
            "throughput": {name: throughput(args.model, name) for name in devices()},
            "machine": f"{platform.machine()}, one thread, torch {torch.__version__}",
        }
    finally:
        torch.set_num_threads(threads)


def step_seconds(model: TorsionalModel, mol: Mol, conformers: int, repeats: int) -> float:
    """Median seconds of one network call, over all noise levels of a 20-step run."""
    molecule = to_molecule(mol)
    batch = repeat(molecule, np.repeat(embed(mol, 1, seed=1), conformers, axis=0))
    sigmas = sigma_schedule(20).tolist()[:-1]
    model.score(batch, sigmas[0])
    found = []
    for k in range(max(repeats, len(sigmas))):
        start = time.perf_counter()
        model.score(batch, sigmas[k % len(sigmas)])
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def against_etkdg(model: TorsionalModel, mol: Mol, repeats: int) -> dict[str, float]:
    """The overhead of the sampler, and the time of all we do beside that of ETKDGv3 + MMFF94s."""
    overheads, rounds = [], []
    for seed in range(1, repeats + 1):
        overheads.append(_overhead(model, mol, seed))
        made = finish(generate(mol, model, CONFORMERS, seed=seed))
        rounds.append((made.classical.seconds, made.samples.seconds))
    embedding, ours = (statistics.median(column) for column in zip(*rounds, strict=True))
    return {
        "sampler_overhead": statistics.median(overheads),
        "ratio_to_etkdg_mmff": (embedding + ours) / embedding,
        "model_to_etkdg_mmff": ours / embedding,
    }


def _overhead(model: TorsionalModel, mol: Mol, seed: int) -> float:
    """Time of one reverse process over the time of its network calls."""
    seeds, timed = embed(mol, CONFORMERS, seed), _Timed(model)
    generator, start = torch.Generator().manual_seed(seed), time.perf_counter()
    for _ in sample(timed, to_molecule(mol), seeds, SampleOptions(), generator):
        pass
    return (time.perf_counter() - start) / timed.seconds


class _Timed(TorsionalModel):
    """A model that adds up the seconds of its calls."""

    def __init__(self, model: TorsionalModel) -> None:
        super().__init__(model.network, model.card)
        object.__setattr__(self, "seconds", 0.0)

    seconds: float

    def score(self, batch: Any, sigma: float) -> torch.Tensor:
        start = time.perf_counter()
        found = super().score(batch, sigma)
        object.__setattr__(self, "seconds", self.seconds + time.perf_counter() - start)
        return found


def atoms_exponent(model: TorsionalModel, repeats: int) -> float:
    """How a step grows with the atoms, from chains of one family."""
    mols = [from_smiles("C" * n + "O") for n in CHAINS]
    times = [step_seconds(model, mol, CONFORMERS, repeats) for mol in mols]
    return exponent([mol.GetNumAtoms() for mol in mols], times)


def exponent(sizes: Any, seconds: Any) -> float:
    """The slope of log seconds over log size, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def throughput(name: str, device: str) -> dict[str, float]:
    """Conformers per second of the whole reverse process, by the molecules in one batch."""
    model, mol = load(name, device), from_smiles(MOLECULES["ibuprofen"].smiles)
    molecule, seed = to_molecule(mol), embed(mol, 1, seed=1)
    found = {}
    for size in BATCHES.get(device, BATCHES["other"]):
        generator, start = torch.Generator().manual_seed(1), 0.0
        for _ in sample(model, molecule, np.repeat(seed, size, axis=0), SampleOptions(), generator):
            start = start or time.perf_counter()  # every state is on the CPU: the device is done
        found[str(size)] = size / (time.perf_counter() - start)
    return found
