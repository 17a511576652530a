"""The models of the polymer laboratory: one data set, one budget, several ways to learn it.

A diffusion model predicts eps from x_t and the noise level, with the lecture's perceptron,
24 + 64 -> 256 -> 256 -> 256 -> 24. A recipe says which network is built and what it is to minimise;
``engine.chains.learn`` trains it. Chains are points (B, 24) of ``DATASETS["polymer"]``, in units
of its ``scale``; radii of gyration are in sigma. A new model is one class or object and one line in
``MODELS``.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Generator, Tensor, nn
from torch.nn.functional import mse_loss

from engine import checkpoint
from engine.chains.nets import BEADS, POLYMER, NoiseNet, PairNet, SizeNet, size
from engine.forward import diffuse, x0_from_eps
from engine.nets import parameter_count
from engine.noise import Linear, Schedule
from engine.vae import VAE

DRAWN = 8000  #: chains that the mean distances are taken from
LATENT = 2
UNTOLD = 0.15  #: share of training chains whose radius a conditional network is not told

LECTURE = Linear(T=200)  #: alpha_bar_T = 0.13
STEEP = Linear(T=200, beta_min=5e-4, beta_max=0.1)  #: betas five times as large: 3e-5


@dataclass(frozen=True, eq=False)
class Noise:
    """A network that predicts eps, as a denoiser.

    Attributes
    ----------
    net: the network.
    asked: the radius of gyration that it is told, in sigma; None: it is told nothing.
    """

    net: NoiseNet | PairNet
    asked: float | None = None
    chunk: int = 4096

    @torch.no_grad()
    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        if alpha_bar >= 1:
            return x_t
        level = torch.tensor(alpha_bar, dtype=x_t.dtype)
        asked = math.nan if self.asked is None else self.asked
        parts = [
            self.net(part, level, part.new_full((len(part),), asked))
            for part in x_t.split(self.chunk)
        ]
        return x0_from_eps(x_t, torch.cat(parts), alpha_bar)


@dataclass(frozen=True, eq=False)
class Near:
    """log p(R_g near ``asked`` | x_t), for ``engine.guidance``: measured with an error ``within``.

    p(y | x_t) = N(y; mean, std^2 + within^2). Without that error the demand would grow infinitely
    sharp towards t = 0, and no step would be small enough.
    """

    net: SizeNet
    asked: float
    within: float = 0.05

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        mean, std = self.net(x_t, torch.tensor(alpha_bar, dtype=x_t.dtype))
        variance = std.square() + self.within**2
        return -0.5 * ((self.asked - mean).square() / variance + variance.log())


# ---------------------------------------------------------------------------------------------
# Recipes


@dataclass(frozen=True)
class Recipe(ABC):
    """What is built and what it is to minimise.

    Attributes
    ----------
    key: name in ``MODELS``, in addresses and file names.
    label, help: what a person reads.
    schedule: the noise schedule it is trained and sampled with.
    """

    key: str
    label: str
    help: str
    schedule: Schedule = STEEP

    @abstractmethod
    def build(self, width: int, depth: int, generator: Generator) -> nn.Module:
        """An untrained network."""

    @abstractmethod
    def loss(self, net: Any, x_0: Tensor, generator: Generator) -> Tensor:
        """What is to be minimised, () over a batch x_0 (B, 24)."""

    def _noised(self, x_0: Tensor, generator: Generator) -> tuple[Tensor, Tensor, Tensor]:
        """x_t and eps (B, D), and alpha_bar (B,), at steps drawn evenly from 1 to T."""
        t = torch.randint(1, self.schedule.T + 1, (len(x_0),), generator=generator)
        alpha_bar = self.schedule.alpha_bar(t).to(x_0)
        eps = torch.randn(x_0.shape, generator=generator)
        return diffuse(x_0, alpha_bar[:, None], eps), eps, alpha_bar


@dataclass(frozen=True)
class Diffusion(Recipe):
    """Ho et al. 2020 (arXiv 2006.11239), algorithm 1: the squared error of eps."""

    def build(self, width: int, depth: int, generator: Generator) -> nn.Module:
        return NoiseNet(POLYMER.dim, width, depth, generator)

    def loss(self, net: Any, x_0: Tensor, generator: Generator) -> Tensor:
        x_t, eps, alpha_bar = self._noised(x_0, generator)
        return mse_loss(net(x_t, alpha_bar), eps)


@dataclass(frozen=True)
class PairDiffusion(Diffusion):
    """The same loss; the network also sees distances."""

    told: ClassVar[bool] = False

    def build(self, width: int, depth: int, generator: Generator) -> nn.Module:
        net = PairNet(BEADS, width, depth, generator, self.told)
        net.fit_distances(POLYMER.sample(DRAWN, generator))
        return net


@dataclass(frozen=True)
class Conditional(PairDiffusion):
    """The same, told the radius of gyration of each chain but for a share ``UNTOLD`` of them.

    Ho and Salimans 2022 (arXiv 2207.12598), algorithm 1: one network learns both models.
    """

    told: ClassVar[bool] = True

    def loss(self, net: Any, x_0: Tensor, generator: Generator) -> Tensor:
        x_t, eps, alpha_bar = self._noised(x_0, generator)
        untold = torch.rand(len(x_0), generator=generator) < UNTOLD
        return mse_loss(net(x_t, alpha_bar, torch.where(untold, math.nan, size(x_0))), eps)


@dataclass(frozen=True)
class Property(Recipe):
    """The radius of gyration of a chain that is seen noised: negative log likelihood, in nats."""

    def build(self, width: int, depth: int, generator: Generator) -> nn.Module:
        return SizeNet(POLYMER.dim, width, depth, generator)

    def loss(self, net: Any, x_0: Tensor, generator: Generator) -> Tensor:
        x_t, _, alpha_bar = self._noised(x_0, generator)
        mean, std = net(x_t, alpha_bar)
        return (0.5 * ((size(x_0) - mean) / std).square() + std.log()).mean()


@dataclass(frozen=True)
class Autoencoder(Recipe):
    """Minus the lower bound on log p(x) (``engine.vae``), in nats per coordinate."""

    def build(self, width: int, depth: int, generator: Generator) -> nn.Module:
        return VAE(POLYMER.dim, LATENT, width, generator)

    def loss(self, net: Any, x_0: Tensor, generator: Generator) -> Tensor:
        fit, kl = net.bound(x_0, generator)
        return (kl - fit).mean() / POLYMER.dim


@dataclass(frozen=True)
class Latent(Recipe):
    """Diffusion in the latent plane of the VAE that ships (Rombach et al. 2022, arXiv 2112.10752).

    Learns the distribution of q(z | x) over the data, which the prior N(0, I) only resembles.
    """

    def build(self, width: int, depth: int, generator: Generator) -> nn.Module:
        return NoiseNet(LATENT, width, depth, generator)

    def loss(self, net: Any, x_0: Tensor, generator: Generator) -> Tensor:
        with torch.no_grad():
            mean, log_variance = shipped("vae").net.encode(x_0)
        eps = torch.randn(mean.shape, generator=generator)
        z_t, noise, alpha_bar = self._noised(mean + (0.5 * log_variance).exp() * eps, generator)
        return mse_loss(net(z_t, alpha_bar), noise)


MODELS: dict[str, Recipe] = {
    recipe.key: recipe
    for recipe in (
        Diffusion(
            "lecture",
            "DDPM, the lecture's",
            "Linear schedule, betas 0.0001 to 0.02, T = 200: stops at alpha_bar = 0.13.",
            LECTURE,
        ),
        Diffusion("steep", "DDPM, ends in noise", "The same with betas five times as large."),
        PairDiffusion(
            "ddpm",
            "DDPM, sees distances",
            "Ends in noise; its network is also given the distances between beads.",
        ),
        Autoencoder("vae", "VAE", "Two latent numbers, decoded in one call."),
        Latent("latent", "Latent diffusion", "Diffusion in the plane of the VAE, then decoded."),
        Conditional("told", "Conditional DDPM", "Told the radius of gyration that is asked for."),
        Property("size", "Property network", "Guesses the radius of gyration of a noisy chain."),
    )
}


# ---------------------------------------------------------------------------------------------
# Trained models


@dataclass(frozen=True, eq=False)
class Model:
    """A trained network with its recipe and card; the card is empty for one still in training."""

    recipe: Recipe
    net: Any
    card: dict[str, Any]

    @property
    def parameters(self) -> int:
        """Learned numbers: weights and biases."""
        return parameter_count(self.net)


def weights_path(key: str) -> Path:
    """Where the weights of the model ``key`` stand."""
    return checkpoint.WEIGHTS / f"polymer_{key}{checkpoint.SUFFIX}"


def load(path: Path) -> Model:
    """The trained model in the file ``path``.

    Raises
    ------
    FileNotFoundError: if there is no such file.
    ValueError: if it is not a model of the polymer laboratory.
    """
    state_dict, card = checkpoint.load(path)
    recipe = MODELS.get(str(card.get("name", "")).removeprefix("polymer_"))
    if recipe is None:
        raise ValueError(f"{path.name} holds {card.get('name')!r}, not a model of polymers.")
    options = card["hyperparameters"]
    net = recipe.build(options["width"], options["depth"], Generator())
    needed = {name: tensor.shape for name, tensor in net.state_dict().items()}
    if needed != {name: tensor.shape for name, tensor in state_dict.items()}:
        raise ValueError(f"The weights in {path.name} do not fit the network that its card names.")
    net.load_state_dict(state_dict)
    return Model(recipe, net.eval().requires_grad_(False), card)


@cache
def shipped(key: str) -> Model:
    """The model ``key`` that ships, always the same object; raises as ``load`` does."""
    return load(weights_path(key))
