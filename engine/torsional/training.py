"""Denoising score matching on the torus, from matched ensembles."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.molecule import Molecule
from engine.torsional.batch import Batch, collate
from engine.torsional.network import TorsionNet, TorsionNetOptions
from engine.torsional.process import perturb, random_sigmas, score_loss

#: Noise levels (radians) at which validation is reported.
VALIDATION_SIGMAS = (0.1, 0.3, 0.7, 1.2, 2.0)


@dataclass(frozen=True)
class TrainingOptions:
    """How long and how; ``minutes`` of wall clock set the length and the learning-rate decay."""

    minutes: float = 120.0
    batch_size: int = 16
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    ema_half_life: float = 700.0
    seed: int = 1
    validate_every: int = 1000


@dataclass(frozen=True, eq=False)
class Progress:
    """A moment of training: ``validation`` is the loss by noise level, 1 = predicting zero."""

    step: int
    fraction: float
    loss: float
    validation: dict[float, float]
    network: TorsionNet


def split(molecules: Sequence[Molecule], share: float) -> tuple[list[Molecule], list[Molecule]]:
    """Training and validation molecules; every 1/share-th by position is held out."""
    every = round(1 / share)
    held = [m for i, m in enumerate(molecules) if i % every == 0]
    return [m for i, m in enumerate(molecules) if i % every], held


def fit(
    training: Sequence[Molecule],
    validation: Sequence[Molecule],
    options: TrainingOptions,
    network: TorsionNet | None = None,
    device: str = "cpu",
) -> Iterator[Progress]:
    """Train on conformers ``Molecule.xyz``; yields the averaged network at every validation.

    Molecules are drawn uniformly, then one of their conformers: the benchmark counts every
    conformer once, so no Boltzmann weights.
    """
    generator = torch.Generator().manual_seed(options.seed)
    torch.manual_seed(options.seed)
    network = (network or TorsionNet(TorsionNetOptions())).to(device)
    average = copy.deepcopy(network)
    optimiser = torch.optim.AdamW(
        network.parameters(), options.learning_rate, weight_decay=options.weight_decay
    )
    exam = _exam(validation, device)
    start, step, loss_mean = time.monotonic(), 0, 1.0
    while True:
        step += 1
        fraction = (time.monotonic() - start) / (60 * options.minutes)
        rate = options.learning_rate * min(1.0, step / 500) * _decay(fraction)
        for group in optimiser.param_groups:
            group["lr"] = rate
        batch = _draw(training, options.batch_size, generator, device)
        loss = _step(network, optimiser, batch, generator)
        loss_mean += 0.005 * (loss - loss_mean)
        _average(average, network, min(0.5 ** (1 / options.ema_half_life), 1 - 1 / (step + 1)))
        if step % options.validate_every == 0 or fraction >= 1:
            yield Progress(step, min(fraction, 1.0), loss_mean, validate(average, exam), average)
        if fraction >= 1:
            return


def _decay(fraction: float) -> float:
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(fraction, 1.0)))


def _draw(
    molecules: Sequence[Molecule], count: int, generator: torch.Generator, device: str
) -> Batch:
    chosen = [molecules[i] for i in torch.randint(len(molecules), (count,), generator=generator)]
    which = torch.rand(count, generator=generator).tolist()
    xyz: list[np.ndarray] = [m.xyz[int(u * len(m.xyz))] for m, u in zip(chosen, which, strict=True)]
    return collate(chosen, xyz).to(device)


def _step(
    network: TorsionNet, optimiser: torch.optim.Optimizer, batch: Batch, generator: torch.Generator
) -> float:
    sigma = random_sigmas(len(batch.xyz), generator)
    noised, score = _perturb(batch, sigma, generator)
    level = sigma.to(score.device)
    loss = score_loss(network(noised, level), score, level, batch.rotor_mask).mean()
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    return float(loss.detach())


def _perturb(batch: Batch, sigma: Tensor, generator: torch.Generator) -> tuple[Batch, Tensor]:
    """``perturb`` with a CPU generator whatever the device, so that a seed means one thing."""
    noised, score = perturb(batch.to("cpu"), sigma, generator)
    return noised.to(batch.xyz.device), score.to(batch.xyz.device)


@torch.no_grad()
def _average(average: TorsionNet, network: TorsionNet, keep: float) -> None:
    for mean, now in zip(average.parameters(), network.parameters(), strict=True):
        mean.lerp_(now, 1 - keep)


def _exam(molecules: Sequence[Molecule], device: str) -> list[tuple[float, Batch, Tensor]]:
    """Fixed noised batches at every validation sigma, two conformers of each molecule."""
    generator = torch.Generator().manual_seed(0)
    questions = []
    for sigma in VALIDATION_SIGMAS:
        for first in range(0, len(molecules), 16):
            chosen = molecules[first : first + 16]
            for k in range(2):
                batch = collate(chosen, [m.xyz[(k * len(m.xyz)) // 2] for m in chosen])
                noised, score = perturb(batch, torch.full((len(chosen),), sigma), generator)
                questions.append((sigma, noised.to(device), score.to(device)))
    return questions


@torch.inference_mode()
def validate(
    network: TorsionNet, exam: Sequence[tuple[float, Batch, Tensor]]
) -> dict[float, float]:
    """Mean loss at each validation sigma, in units of predicting zero."""
    losses: dict[float, list[Tensor]] = {}
    for sigma, batch, score in exam:
        level = torch.full((len(batch.xyz),), sigma, device=batch.xyz.device)
        losses.setdefault(sigma, []).append(
            score_loss(network(batch, level), score, level, batch.rotor_mask)
        )
    return {sigma: float(torch.cat(values).mean()) for sigma, values in losses.items()}
