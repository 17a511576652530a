"""Drawing chains from the models of the polymer laboratory, freely or with a wish.

Every model is asked in the same way: noise goes in, ``paths`` yields points (n, 24) on the way, and
the chains (n, 12, 2) in sigma are those of the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Generator, Tensor

from engine.chains.models import LATENT, POLYMER, STEEP, Model, Near, Noise, shipped
from engine.denoise import Denoiser
from engine.guidance import ClassifierFree, ClassifierGuidance
from engine.sample import DDPM, Sampler, sample
from engine.trajectory import State

#: Ways to guide, and the scale that is recommended for each.
GUIDES = {"free": "Classifier-free", "classifier": "Classifier"}
RECOMMENDED = {"free": 1.0, "classifier": 1.0}


def chains(x: Tensor) -> Tensor:
    """Chains (..., 12, 2) in sigma from points x (..., 24)."""
    return POLYMER.to_chain(x)


def noise_dim(model: Model) -> int:
    """Numbers of noise from which the model makes one chain."""
    return LATENT if model.recipe.key in ("vae", "latent") else POLYMER.dim


def paths(
    model: Model, x_T: Tensor, sampler: Sampler, generator: Generator, vae: Model | None = None
) -> Iterator[State]:
    """The way from noise x_T (n, 24 or 2) to chains: states x (n, 24), the last at t = 0.

    A latent model's states are decoded by ``vae`` (default: the one that ships); a VAE's only state
    is its result.
    """
    if model.recipe.key == "vae":
        yield State(0.0, _decode(model, x_T))
        return
    decoder = (vae or shipped("vae")) if model.recipe.key == "latent" else None
    for state in sample(Noise(model.net), model.recipe.schedule, x_T, sampler, generator):
        yield state if decoder is None else State(state.t, _decode(decoder, state.x))


@torch.no_grad()
def _decode(vae: Model, z: Tensor) -> Tensor:
    return vae.net.decode(z)


def draw(model: Model, n: int, generator: Generator, sampler: Sampler | None = None) -> Tensor:
    """(n, 12, 2) chains in sigma; diffusion by DDPM with all steps unless told otherwise."""
    x_T = torch.randn(n, noise_dim(model), generator=generator)
    for state in paths(model, x_T, sampler or DDPM(), generator):
        last = state.x
    return chains(last)


def guided(
    way: str, asked: float, scale: float, models: Mapping[str, Model] | None = None
) -> Denoiser:
    """A denoiser that asks for a radius of gyration, in sigma.

    way: a key of ``GUIDES``. models: by key, where they are not those that ship.

    Raises
    ------
    ValueError: if there is no such way.
    """

    def net(key: str) -> Any:
        return ((models or {}).get(key) or shipped(key)).net

    if way == "classifier":
        return ClassifierGuidance(Noise(net("told")), Near(net("size"), asked), scale)
    if way == "free":
        return ClassifierFree(Noise(net("told"), asked), Noise(net("told")), scale)
    raise ValueError(f"There is no guidance {way!r}; there are {', '.join(GUIDES)}.")


def draw_guided(
    way: str,
    asked: float,
    scale: float,
    n: int,
    generator: Generator,
    sampler: Sampler | None = None,
) -> Tensor:
    """(n, 12, 2) chains in sigma that were asked for a radius of gyration; by default by DDPM."""
    x_T = torch.randn(n, POLYMER.dim, generator=generator)
    denoiser = guided(way, asked, scale)
    for state in sample(denoiser, STEEP, x_T, sampler or DDPM(), generator):
        last = state.x
    return chains(last)
