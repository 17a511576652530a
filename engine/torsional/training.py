"""Denoising score matching on the torus, from matched ensembles.

On a CPU, on a GPU, or on several through ``torchrun`` (DistributedDataParallel). The length is
given in minutes of wall clock; a run can be stopped and taken up again where it was.
"""

from __future__ import annotations

import contextlib
import copy
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from engine.molecule import Molecule
from engine.options import setting
from engine.torsional.batch import Batch, collate
from engine.torsional.network import TorsionNet
from engine.torsional.process import perturb, random_sigmas, score_loss
from engine.torsional.training_set import TrainingData, TrainingSet

#: Noise levels (radians) at which validation is reported.
VALIDATION_SIGMAS = (0.1, 0.3, 0.7, 1.2, 2.0)
MOMENTS = ("exp_avg", "exp_avg_sq", "momentum_buffer")
VALIDATION_BATCH = 16
#: Muon is for matrices with so many rows and columns, not for these at the network's border.
SMALLEST, BORDER = 8, ("embed", "noise", "linear", "odd", "out")


@dataclass(frozen=True)
class TrainingOptions:
    """How long and how."""

    minutes: float = setting(120.0, "wall clock; sets the decay of the learning rate")
    batch_size: int = setting(16, "conformers per step and process")
    learning_rate: float = setting(5e-3, "at its highest")
    weight_decay: float = setting(1e-2, "decoupled")
    ema_half_life: float = setting(700.0, "of the averaged weights, steps")
    pretraining: float = setting(
        0.8,
        "batches from the --pretrain file, if any: their share at first, falling evenly to none",
    )
    mixed_precision: bool = setting(
        True, "bfloat16 in the large products, otherwise float32 throughout"
    )
    compile: bool = setting(False, "torch.compile; wants a C++ compiler, twice as fast")
    seed: int = setting(1, "of weights, noise and order")
    validate_every: int = setting(1000, "steps")


@dataclass(frozen=True, eq=False)
class Progress:
    """A moment of training.

    Attributes:
        step, fraction: updates so far; share of the time spent.
        loss: of the training batches, running mean.
        validation: loss by noise level, 1 = predicting zero.
        network: the averaged weights.
        loader_share: part of the time that went into making batches and noise.
    """

    step: int
    fraction: float
    loss: float
    validation: dict[float, float]
    network: TorsionNet
    loader_share: float


class Trainer:
    """A training run: network, averaged network, optimiser and clock.

    ``dist`` must be initialised before if there are several processes; each draws its own
    batches, gradients are averaged, and only the first one's ``run`` validates.
    """

    def __init__(self, network: TorsionNet, options: TrainingOptions, device: str = "cpu") -> None:
        self.options, self.device = options, torch.device(device)
        self.many = dist.is_available() and dist.is_initialized()
        self.rank = dist.get_rank() if self.many else 0
        self.network = network.to(self.device)
        self.average = copy.deepcopy(self.network)
        self.optimisers = _optimisers(self.network, options)
        self.caller: nn.Module = self.network
        if self.many:
            self.caller = nn.parallel.DistributedDataParallel(self.caller)
        if options.compile:
            # Every batch has other sizes, and the number of neighbour pairs depends on the data.
            torch._dynamo.config.capture_dynamic_output_shape_ops = True  # noqa: SLF001
            self.caller = torch.compile(self.caller, dynamic=True)  # type: ignore[assignment]
        self.step, self.elapsed, self.loss, self._loading = 0, 0.0, 1.0, 0.0

    def run(self, data: TrainingData, validation: Sequence[ValidationBatch]) -> Iterator[Progress]:
        """Train to the end; yields at every validation."""
        place = self.device if self.device.type == "cuda" else "cpu"
        generator = torch.Generator(place)
        generator.manual_seed(self.options.seed + 1000 * self.rank + 1_000_000 * self.step)
        start, before, began = time.monotonic(), self.elapsed, self.step
        self._loading = 0.0
        fraction = self._fraction()
        while fraction < 1:
            share = self.options.pretraining * (1 - fraction)
            early = bool(torch.rand((), generator=generator, device=place) < share)
            source = data.pretraining if early and data.pretraining is not None else data.reference
            self._update(source, fraction, generator)
            self.elapsed = before + time.monotonic() - start
            fraction = self._fraction()  # in step with the other processes: once per update
            due = self.step % self.options.validate_every == 0 or fraction >= 1
            if due and self.rank == 0:
                share = self._loading / (self.elapsed - before)
                found = validate(self.average, validation)
                yield Progress(self.step, min(1.0, fraction), self.loss, found, self.average, share)
        if self.step == began:
            raise ValueError("This run has already come to its end: give it more minutes.")

    def _fraction(self) -> float:
        """Share of the time spent, the same in every process."""
        share = self.elapsed / (60 * self.options.minutes)
        if not self.many:
            return share
        shared = torch.tensor(share, device=self.device, dtype=torch.float64)
        dist.broadcast(shared, 0)
        return float(shared)

    def _update(self, source: TrainingSet, fraction: float, generator: torch.Generator) -> None:
        began = time.monotonic()
        self.step += 1
        rate = self.options.learning_rate * min(1.0, self.step / 500) * _decay(fraction)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        batch = source.draw(self.options.batch_size, generator)
        sigma = random_sigmas(len(batch.xyz), generator).to(self.device)
        noised, score = perturb(batch, sigma, generator)
        self._loading += time.monotonic() - began
        with self._precision():
            prediction = self.caller(noised, sigma)
        loss = score_loss(prediction.float(), score, sigma, batch.rotor_mask).mean()
        self.network.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        self.loss += 0.005 * (float(loss.detach()) - self.loss)
        self._follow(min(0.5 ** (1 / self.options.ema_half_life), 1 - 1 / (self.step + 1)))

    def _precision(self) -> contextlib.AbstractContextManager[Any]:
        enabled = self.options.mixed_precision
        return torch.autocast(self.device.type, torch.bfloat16, enabled=enabled)

    @torch.no_grad()
    def _follow(self, keep: float) -> None:
        for mean, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
            mean.lerp_(now, 1 - keep)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """All that is needed to go on: tensors by name, and numbers."""
        tensors = {f"network.{k}": v for k, v in self.network.state_dict().items()}
        tensors |= {f"average.{k}": v for k, v in self.average.state_dict().items()}
        for name, parameter in self.network.named_parameters():
            for optimiser in self.optimisers:
                known = optimiser.state.get(parameter, {})
                tensors |= {f"{m}.{name}": known[m] for m in MOMENTS if m in known}
        return tensors, {"step": self.step, "elapsed": self.elapsed, "loss": self.loss}

    def restore(self, tensors: dict[str, Tensor], numbers: dict[str, Any]) -> None:
        """Go on from what ``state`` gave."""
        self.step, self.elapsed, self.loss = (numbers[k] for k in ("step", "elapsed", "loss"))
        for prefix, network in (("network", self.network), ("average", self.average)):
            network.load_state_dict({k: tensors[f"{prefix}.{k}"] for k in network.state_dict()})
        parameters = dict(self.network.named_parameters())
        for optimiser in self.optimisers:
            mine = {p for group in optimiser.param_groups for p in group["params"]}
            for name, parameter in parameters.items():
                known = {m: tensors[f"{m}.{name}"] for m in MOMENTS if f"{m}.{name}" in tensors}
                if parameter in mine and known:
                    state = {m: value.to(self.device) for m, value in known.items()}
                    optimiser.state[parameter] = {"step": torch.tensor(float(self.step)), **state}


def _optimisers(network: TorsionNet, options: TrainingOptions) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the network, AdamW for the rest.

    Muon (Jordan 2024; Liu et al. 2025, arXiv 2502.16982, whose scaling lets both share one
    learning rate) turns the momentum of a matrix into its nearest orthogonal matrix.
    """
    inner: list[nn.Parameter] = []
    rest: list[nn.Parameter] = []
    for name, p in network.named_parameters():
        matrix = p.ndim == 2 and min(p.shape) >= SMALLEST and name.split(".")[0] not in BORDER
        (inner if matrix else rest).append(p)
    rate, decay = options.learning_rate, options.weight_decay
    return [
        torch.optim.Muon(inner, rate, decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, rate, weight_decay=decay),
    ]


def _decay(fraction: float) -> float:
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(fraction, 1.0)))


@dataclass(frozen=True, eq=False)
class ValidationBatch:
    """A noised batch at one noise level, and the score that a network should give."""

    sigma: float
    batch: Batch
    score: Tensor


def validation_batches(molecules: Sequence[Molecule], device: str = "cpu") -> list[ValidationBatch]:
    """Fixed noised batches at every validation sigma, two conformers of each molecule."""
    generator = torch.Generator().manual_seed(0)
    batches = []
    for sigma in VALIDATION_SIGMAS:
        for first in range(0, len(molecules), VALIDATION_BATCH):
            chosen = molecules[first : first + VALIDATION_BATCH]
            for k in range(2):
                batch = collate(chosen, [m.xyz[(k * len(m.xyz)) // 2] for m in chosen])
                noised, score = perturb(batch, torch.full((len(chosen),), sigma), generator)
                batches.append(ValidationBatch(sigma, noised.to(device), score.to(device)))
    return batches


@torch.inference_mode()
def validate(network: TorsionNet, validation: Sequence[ValidationBatch]) -> dict[float, float]:
    """Mean loss at each validation sigma, in units of predicting zero."""
    losses: dict[float, list[Tensor]] = {}
    for known in validation:
        batch = known.batch
        level = torch.full((len(batch.xyz),), known.sigma, device=batch.xyz.device)
        found = score_loss(network(batch, level), known.score, level, batch.rotor_mask)
        losses.setdefault(known.sigma, []).append(found)
    return {sigma: float(torch.cat(values).mean()) for sigma, values in losses.items()}
