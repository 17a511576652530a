"""Training a model of the polymer laboratory: one generator for the command line and the page.

Adam at a learning rate of 1e-3 in batches of 256 for 200 epochs, as in the lecture. Beyond the
lecture the rate may fall to zero like half a cosine, and the weights may be averaged on the way;
both are options, off for the model "lecture".
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from torch import Generator, Tensor

from engine.networks import descend
from engine.networks.descent import check_options, constant, half_cosine
from engine.options import count, number, switch
from engine.polymer.data import POLYMER
from engine.polymer.models import MODELS, Model


@dataclass(frozen=True)
class Options:
    """How to train.

    Raises:
        ValueError: if an option is out of range.
    """

    epochs: int = count(200, "Epochs", "Passes over the training chains.", (1, 2000, 1))
    batch_size: int = count(256, "Batch", "Chains in one update.", (32, 1024, 32))
    learning_rate: float = number(
        1e-3, "Learning rate", "Size of the first updates.", (1e-4, 1e-2, 1e-4), "%.4f"
    )
    width: int = count(256, "Width", "Units in each hidden layer.", (16, 512, 16))
    depth: int = count(3, "Depth", "Hidden layers; a VAE has two on either side.", (1, 5, 1))
    decay: bool = switch(
        True,
        "Learning-rate decay",
        "The learning rate falls to zero at the end, like half a cosine.",
    )
    ema: float = number(
        0.999,
        "Weight averaging",
        "Weight of the past in the exponential moving average of the weights; 0: no averaging.",
        (0.0, 0.9999, 0.0001),
        "%.4f",
    )

    def __post_init__(self) -> None:
        counts = {n: getattr(self, n) for n in ("epochs", "batch_size", "width", "depth")}
        check_options(counts, self.learning_rate, self.ema)

    @property
    def steps(self) -> int:
        """Updates in all."""
        return self.epochs * math.ceil(len(POLYMER.train()) / self.batch_size)


#: Options that made the bundled weights. The widths give all about as many parameters.
SHIPPED: dict[str, Options] = {key: Options() for key in MODELS}
SHIPPED["lecture"] = SHIPPED["steep"] = Options(decay=False, ema=0.0)
SHIPPED["ddpm"] = Options(width=216)
SHIPPED["told"] = Options(width=216, epochs=1500)  # not in the comparison of one budget
SHIPPED["vae"] = replace(SHIPPED["vae"], width=269)
SHIPPED["latent"] = replace(SHIPPED["latent"], width=128)


@dataclass(frozen=True, eq=False)
class Progress:
    """Where a training run stands.

    Attributes:
        step: updates made.
        total: updates to make.
        loss: of this batch.
        model: with the averaged weights, which change as training goes on: deepcopy it to keep it.
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
    model = Model(recipe, averaged)
    pace = half_cosine if options.decay else constant

    def loss() -> Tensor:
        return recipe.loss(net, POLYMER.sample(options.batch_size, generator), generator)

    for step, value in descend(
        net, averaged, loss, steps, options.learning_rate, options.ema, pace
    ):
        yield Progress(step, steps, value, model)
