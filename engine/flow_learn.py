"""Training a flow network (``engine.flow``) on a toy data set, one update at a time.

Adam under a learning rate that warms up and falls like half a cosine, and an exponential moving
average of the weights, which is what samples; the options are those of ``engine.learn``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import torch
from torch import Generator
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from engine.data import Dataset
from engine.flow import Flow, flow_loss
from engine.learn import FitOptions
from engine.nets import MLP

WARM_UP = 0.02  #: share of the updates in which the learning rate climbs


@dataclass(frozen=True, eq=False)
class FlowProgress:
    """Where a training run stands.

    Attributes
    ----------
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
    averaged = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(options.ema))
    averaged.eval().requires_grad_(False)
    optimizer = torch.optim.Adam(net.parameters(), lr=options.learning_rate, fused=True)
    pace = OneCycleLR(optimizer, options.learning_rate, options.steps, pct_start=WARM_UP)
    flow = Flow(cast(MLP, averaged.module))
    for step in range(1, options.steps + 1):
        loss = flow_loss(net, dataset.sample(options.batch_size, generator), generator)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        pace.step()
        averaged.update_parameters(net)
        yield FlowProgress(step, options.steps, float(loss.detach()), flow)
