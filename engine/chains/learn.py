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

from torch import Generator, Tensor

from engine.chains.models import MODELS, POLYMER, Model
from engine.descent import check_options, constant, count_option, descend, half_cosine


@dataclass(frozen=True)
class Options:
    """How to train.

    Raises
    ------
    ValueError: if an option is out of range.
    """

    epochs: int = count_option(
        200, "Epochs", "Times that every training chain is seen.", 1, 2000, 1
    )
    batch_size: int = count_option(256, "Batch", "Chains in one update.", 32, 1024, 32)
    learning_rate: float = field(
        default=1e-3,
        metadata=dict(
            label="Learning rate", help="Size of the first updates.",
            min=1e-4, max=1e-2, step=1e-4, unit="", format="%.4f",
        ),
    )  # fmt: skip
    width: int = count_option(256, "Width", "Units in each hidden layer.", 16, 512, 16)
    depth: int = count_option(3, "Depth", "Hidden layers; a VAE has two on either side.", 1, 5, 1)
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
        counts = {n: getattr(self, n) for n in ("epochs", "batch_size", "width", "depth")}
        check_options(counts, self.learning_rate, self.ema)

    @property
    def steps(self) -> int:
        """Updates in all."""
        train = POLYMER.train()
        chains = 0 if train is None else len(train)
        return self.epochs * math.ceil(chains / self.batch_size)


#: Options that made the shipped weights. The widths give all about as many parameters.
SHIPPED: dict[str, Options] = {key: Options() for key in MODELS}
SHIPPED["lecture"] = SHIPPED["steep"] = Options(decay=False, ema=0.0)
SHIPPED["ddpm"] = Options(width=216)
SHIPPED["told"] = Options(width=216, epochs=1500)  # not in the comparison of one budget
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
    model = Model(recipe, averaged, {})
    pace = half_cosine if options.decay else constant

    def loss() -> Tensor:
        return recipe.loss(net, POLYMER.sample(options.batch_size, generator), generator)

    for step, value in descend(
        net, averaged, loss, steps, options.learning_rate, options.ema, pace
    ):
        yield Progress(step, steps, value, model)
