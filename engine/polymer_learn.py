"""Training a model of the polymer laboratory: one generator for the command line and the page.

Adam at a learning rate of 1e-3 in batches of 256 for 200 epochs, as in the lecture. Beyond the
lecture the rate may fall to zero like half a cosine, and the weights may be averaged on the way;
both are options, off for the lecture's own model.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor

from engine.polymer_models import MODELS, POLYMER, Model


def _count(default: int, label: str, meaning: str, low: int, high: int, step: int) -> int:
    metadata = dict(label=label, help=meaning, min=low, max=high, step=step, unit="", format="%d")
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Options:
    """How to train.

    Raises
    ------
    ValueError: if an option is out of range.
    """

    epochs: int = _count(200, "Epochs", "Times that every training chain is seen.", 1, 400, 1)
    batch_size: int = _count(256, "Batch", "Chains in one update.", 32, 1024, 32)
    learning_rate: float = field(
        default=1e-3,
        metadata=dict(
            label="Learning rate", help="Size of the first updates.",
            min=1e-4, max=1e-2, step=1e-4, unit="", format="%.4f",
        ),
    )  # fmt: skip
    width: int = _count(256, "Width", "Units in each hidden layer.", 16, 512, 16)
    depth: int = _count(3, "Depth", "Hidden layers; a VAE has two on either side.", 1, 5, 1)
    decay: bool = field(
        default=True,
        metadata=dict(label="Falling rate", help="The learning rate falls to zero at the end."),
    )
    ema: float = field(
        default=0.999,
        metadata=dict(
            label="Averaging",
            help="The weights used are a moving average; 0: the last ones.",
            min=0.0, max=0.9999, step=0.0001, unit="", format="%.4f",
        ),
    )  # fmt: skip

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "width", "depth"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}.")
        if not 0 < self.learning_rate < 1:
            raise ValueError(f"The learning rate must lie in (0, 1), not {self.learning_rate:g}.")
        if not 0 <= self.ema < 1:
            raise ValueError(f"The averaging must lie in [0, 1), not {self.ema:g}.")

    @property
    def steps(self) -> int:
        """Updates in all."""
        train = POLYMER.train()
        chains = 0 if train is None else len(train)
        return self.epochs * math.ceil(chains / self.batch_size)


#: Options that made the shipped weights. The widths give all about as many parameters.
SHIPPED: dict[str, Options] = {key: Options() for key in MODELS}
SHIPPED["lecture"] = SHIPPED["steep"] = Options(decay=False, ema=0.0)
SHIPPED["ddpm"] = SHIPPED["told"] = Options(width=216)
SHIPPED["vae"] = replace(SHIPPED["vae"], width=269)
SHIPPED["latent"] = replace(SHIPPED["latent"], width=128)


@dataclass(frozen=True, eq=False)
class Progress:
    """Where a training run stands.

    Attributes
    ----------
    step, total: updates made and to make.
    loss: of this batch.
    model: with the averaged weights, which move on as training does: deepcopy it to keep it.
    """

    step: int
    total: int
    loss: float
    model: Model


def fit(key: str, options: Options, generator: Generator) -> Iterator[Progress]:
    """Train the model ``key``, yielding after every update; stop iterating to cancel.

    All randomness comes from ``generator``: the same seed gives the same network (on the same
    machine and number of threads).
    """
    recipe, steps = MODELS[key], options.steps
    net = recipe.build(options.width, options.depth, generator)
    averaged = copy.deepcopy(net).eval().requires_grad_(False)
    weights: list[Tensor] = [*net.parameters()]
    averages: list[Tensor] = [*averaged.parameters()]
    optimizer = torch.optim.Adam(weights, lr=options.learning_rate, fused=True)
    model = Model(recipe, averaged, {})
    for step in range(1, steps + 1):
        if options.decay:
            rate = 0.5 * (1 + math.cos(math.pi * step / steps)) + 1e-3
            optimizer.param_groups[0]["lr"] = options.learning_rate * rate
        loss = recipe.loss(net, POLYMER.sample(options.batch_size, generator), generator)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(averages, weights, 1 - min(options.ema, step / (step + 10)))
        yield Progress(step, steps, float(loss.detach()), model)
