"""Sampling chains from the models of the polymer laboratory.

Noise x_T goes in, ``trajectory`` yields the states (n, 24) on the way to t = 0, and ``draw``
returns the chains (n, 12, 2) in sigma of the last one. Chains of a given size come from a guided
denoiser (``engine.polymer.guides``) instead of the model's own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import torch
from torch import Generator, Tensor

from engine.denoisers import Denoiser
from engine.polymer.data import POLYMER, to_chains
from engine.polymer.models import STEEP, Model, shipped
from engine.polymer.vae import VAE
from engine.process import State
from engine.samplers import DDPM, Sampler, sample


def trajectory(
    model: Model, x_T: Tensor, sampler: Sampler, generator: Generator, vae: Model | None = None
) -> Iterator[State]:
    """From noise x_T (n, ``noise_dim`` of the recipe) to chains: states x (n, 24), t = 0 last.

    A VAE has one state only, its result.

    Args:
        model: a diffusion model or a VAE.
        x_T: standard normal.
        sampler: for diffusion.
        generator: of the sampler's noise.
        vae: decodes the states of latent diffusion; None: the bundled one.
    """
    if isinstance(model.net, VAE):
        yield State(0.0, model.net.decode(x_T))
        return
    states = sample(model.denoiser(), model.recipe.schedule, x_T, sampler, generator)
    if model.recipe.noise_dim == POLYMER.dim:
        yield from states
        return
    decoder = (vae or shipped("vae")).network(VAE)
    for state in states:
        yield State(state.t, decoder.decode(state.x))


def final_chains(states: Iterator[State]) -> Tensor:
    """(n, 12, 2) chains in sigma of the last of ``states``; the others are not kept."""
    return to_chains(deque(states, maxlen=1).pop().x)


def draw(model: Model, n: int, generator: Generator, sampler: Sampler | None = None) -> Tensor:
    """(n, 12, 2) chains in sigma; diffusion by DDPM with all steps if no sampler is given."""
    x_T = torch.randn(n, model.recipe.noise_dim, generator=generator)
    return final_chains(trajectory(model, x_T, sampler or DDPM(), generator))


def draw_guided(
    denoiser: Denoiser, n: int, generator: Generator, sampler: Sampler | None = None
) -> Tensor:
    """(n, 12, 2) chains in sigma from a guided denoiser; by DDPM if no sampler is given."""
    x_T = torch.randn(n, POLYMER.dim, generator=generator)
    return final_chains(sample(denoiser, STEEP, x_T, sampler or DDPM(), generator))
