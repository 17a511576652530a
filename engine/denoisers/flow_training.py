"""Training a flow network (``engine.denoisers.flow``) on a toy data set, one update at a time.

Adam under a learning rate that warms up and falls like half a cosine, and an exponential moving
average of the weights, which is what samples; the options are those of
``engine.denoisers.training``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

from torch import Generator, Tensor

from engine.data import Dataset
from engine.denoisers.flow import Flow, flow_loss
from engine.denoisers.training import FitOptions
from engine.networks import MLP, descend
from engine.networks.descent import warmed_up


@dataclass(frozen=True, eq=False)
class FlowProgress:
    """Where a training run stands.

    Attributes:
        step, total: updates made and to make.
        loss: mean squared error of the velocity in this batch.
        flow: samples with the averaged weights, which move on as training does.
    """

    step: int
    total: int
    loss: float
    flow: Flow


def fit_flow(dataset: Dataset, options: FitOptions, generator: Generator) -> Iterator[FlowProgress]:
    """Train on ``dataset``, yielding after every update; stop iterating to cancel.

    Initial weights, data, times and noise all come from ``generator``.
    """
    net = MLP(dataset.dim, options.width, options.depth, generator)
    averaged = copy.deepcopy(net).eval().requires_grad_(False)
    flow = Flow(averaged)

    def loss() -> Tensor:
        return flow_loss(net, dataset.sample(options.batch_size, generator), generator)

    for step, value in descend(
        net, averaged, loss, options.steps, options.learning_rate, options.ema, warmed_up
    ):
        yield FlowProgress(step, options.steps, value, flow)
