"""A network at one noise level, worked out as far as the browser wants it.

What depends on the level alone, features of the beads and the perceptron's scales and shifts, is
computed here; ``assets/js/symmetry/networks.js`` does the rest for every place of a hand.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.cartesian.plain import Equivariant, Plain, Velocity
from engine.networks.perceptron import sinusoidal_embedding


@torch.no_grad()
def packed_network(net: Velocity, noise: float) -> tuple[dict[str, str | int], dict[str, Tensor]]:
    """Kind and sizes of ``net``, and its weights by name, at the phase ``noise``.

    Raises:
        TypeError: if the browser does not know such a network.
    """
    u = torch.tensor(noise)
    if isinstance(net, Equivariant):
        weights = {k: v for k, v in net.egnn.state_dict().items() if not k.startswith("enter")}
        weights["told"] = net.egnn.enter(net.features(u[None]))[0]
        size = net.egnn.options
        return (
            {"kind": "egnn", "nodes": net.nodes, "width": size.hidden, "depth": size.layers},
            weights,
        )
    if isinstance(net, Plain):
        mlp = net.net
        weights = {k: v for k, v in mlp.state_dict().items() if not k.startswith("time")}
        weights["film"] = mlp.time(sinusoidal_embedding(u, mlp.embedding))
        return (
            {"kind": "plain", "nodes": net.nodes, "width": mlp.width, "depth": mlp.depth},
            weights,
        )
    raise TypeError(f"The browser does not know a {type(net).__name__}.")
