"""Training of the network that reads bond orders off the shape of ligands without hydrogens.

Every molecule is shown with its ideal coordinates or with those of a crystal, each jittered anew,
so that the network learns how far to trust a length. ``engine.train.components`` calls it.
"""

from __future__ import annotations

import math
import time
from dataclasses import fields, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.chem.reading.perception import network
from engine.chem.reading.perception.extraction import Example
from engine.chem.reading.perception.network import Inputs
from engine.chem.reading.perception.skeleton import Skeleton

_JITTER = 0.1  # Angstrom, the most per coordinate


def joined(skeletons: list[Skeleton]) -> Skeleton:
    """Several molecules side by side as one."""
    atoms = np.cumsum([0, *(len(s.numbers) for s in skeletons)])[:-1]
    bonds = np.cumsum([0, *(len(s.bonds) for s in skeletons)])[:-1]

    def stack(tables: list[np.ndarray], starts: np.ndarray) -> np.ndarray:
        return np.concatenate([t + start for t, start in zip(tables, starts, strict=True)])

    sizes = skeletons[0].rings
    shift = [(np.array([a, a, a, a, b])) for a, b in zip(atoms, bonds, strict=True)]
    return Skeleton(
        np.concatenate([s.numbers for s in skeletons]),
        stack([s.bonds for s in skeletons], atoms),
        np.concatenate([s.cyclic for s in skeletons]),
        stack([s.angles for s in skeletons], atoms),
        stack([s.planes for s in skeletons], atoms),
        np.concatenate([s.torsions + row for s, row in zip(skeletons, shift, strict=True)]),
        {size: stack([s.rings[size] for s in skeletons], atoms) for size in sizes},
        {size: stack([s.ring_bonds[size] for s in skeletons], bonds) for size in sizes},
    )


def batch(examples: list[Example], rng: np.random.Generator) -> tuple[Inputs, Tensor, Tensor]:
    """Inputs as tensors, and the right states and kinds, for molecules in jittered shapes."""
    shapes = []
    for example in examples:
        xyz = example.shapes[rng.integers(len(example.shapes))]
        width = _JITTER * rng.random() if rng.random() < 0.85 else 0.0
        shapes.append(xyz + rng.normal(scale=width, size=xyz.shape))
    given = Inputs.of(joined([e.skeleton for e in examples]), np.concatenate(shapes))
    states, kinds = (
        torch.as_tensor(np.concatenate([getattr(e, name) for e in examples]))
        for name in ("states", "kinds")
    )
    return tensors_of(given), states, kinds


def tensors_of(given: Inputs) -> Inputs:
    """The same inputs as tensors."""
    tensors = {f.name: torch.as_tensor(getattr(given, f.name)) for f in fields(given)}
    return replace(given, **tensors)


def started(generator: torch.Generator) -> dict[str, Tensor]:
    """Weights before training: rectifier units that keep the size of what goes through."""
    weights = {}
    for name, shape in network.shapes().items():
        if "bias" in name:
            weights[name] = torch.zeros(shape)
            continue
        gain = math.sqrt(2 / shape[0]) * (0.5 if name[0].isdigit() else 1.0)
        weights[name] = gain * torch.randn(shape, generator=generator)
    return {name: value.requires_grad_() for name, value in weights.items()}


def train(
    examples: list[Example], minutes: float, batch_size: int = 64, rate: float = 2e-3, seed: int = 0
) -> tuple[dict[str, Tensor], int]:
    """The weights after so many minutes of Adam, and the molecules shown until then.

    The rate rises during the first twentieth of the time and then falls along a cosine.
    """
    rng = np.random.default_rng(seed)
    weights = started(torch.Generator().manual_seed(seed))
    optimiser = torch.optim.Adam(weights.values(), lr=rate)
    start, shown, order = time.perf_counter(), 0, np.empty(0, dtype=int)
    mean = np.zeros(2)
    while (done := (time.perf_counter() - start) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate * min(20 * done, 0.5 + 0.5 * math.cos(math.pi * done))
        if len(order) < batch_size:
            order = rng.permutation(len(examples))
        chosen, order = order[:batch_size], order[batch_size:]
        given, states, kinds = batch([examples[k] for k in chosen], rng)
        scores = network.forward(weights, given)
        losses = cross_entropy(scores[0], states), cross_entropy(scores[1], kinds)
        optimiser.zero_grad()
        (losses[0] + losses[1]).backward()
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        optimiser.step()
        shown += batch_size
        mean = 0.98 * mean + 0.02 * np.array([loss.item() for loss in losses])
        if shown // batch_size % 100 == 0:
            print(f"{done:.3f} {shown} {mean.round(4)}", flush=True)
    return weights, shown
