"""The models of the polymer laboratory: one data set, one budget, several ways to learn it.

A diffusion model predicts eps from x_t and the noise level, with a plain perceptron,
24 + 64 -> 256 -> 256 -> 256 -> 24. A recipe says which network is built and which loss it
minimises; ``engine.polymer.training`` trains it. Chains are points (B, 24) of
``engine.polymer.data``; radii of gyration are in sigma. A new model is one class or object and one
line in ``MODELS``.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import torch
from torch import Generator, Tensor, nn
from torch.nn.functional import mse_loss

from engine.networks import checkpoint, parameter_count
from engine.noise import Linear, Schedule
from engine.polymer.data import BEADS, POLYMER, size
from engine.polymer.denoisers import ChainDenoiser
from engine.polymer.networks import NoiseNet, PairNet, SizeNet
from engine.polymer.vae import VAE
from engine.process import diffuse

DISTANCE_SAMPLES = 8000  #: chains that the mean distances are taken from
LATENT = 2  #: numbers of the VAE's latent space
UNCONDITIONAL = 0.15  #: share of training chains whose radius the conditional network does not see

LECTURE = Linear(T=200)  #: alpha_bar_T = 0.13
STEEP = Linear(T=200, beta_min=5e-4, beta_max=0.1)  #: betas five times as large: 3e-5

Net = TypeVar("Net", bound=nn.Module)


# ---------------------------------------------------------------------------------------------
# Recipes


@dataclass(frozen=True)
class Recipe(ABC, Generic[Net]):
    """Which network is built and which loss it minimises.

    Attributes:
        key: name in ``MODELS``, in addresses and file names.
        label: its name on a page.
        help: one or two sentences about it.
        schedule: the noise schedule that it is trained and sampled with.
        noise_dim: numbers of noise from which it makes one chain.
    """

    key: str
    label: str
    help: str
    schedule: Schedule = STEEP
    noise_dim: ClassVar[int] = POLYMER.dim

    @abstractmethod
    def build(self, width: int, depth: int, generator: Generator) -> Net:
        """An untrained network."""

    @abstractmethod
    def loss(self, net: Net, x_0: Tensor, generator: Generator) -> Tensor:
        """The loss () over a batch x_0 (B, 24)."""

    def _noised(self, x_0: Tensor, generator: Generator) -> tuple[Tensor, Tensor, Tensor]:
        """x_t and eps (B, D), and alpha_bar (B,), at steps drawn evenly from 1 to T."""
        t = torch.randint(1, self.schedule.T + 1, (len(x_0),), generator=generator)
        alpha_bar = self.schedule.alpha_bar(t).to(x_0)
        eps = torch.randn(x_0.shape, generator=generator)
        return diffuse(x_0, alpha_bar[:, None], eps), eps, alpha_bar


@dataclass(frozen=True)
class Diffusion(Recipe[NoiseNet]):
    """Ho et al. 2020 (arXiv 2006.11239), algorithm 1: the squared error of eps."""

    def build(self, width: int, depth: int, generator: Generator) -> NoiseNet:
        """An untrained network."""
        return NoiseNet(POLYMER.dim, width, depth, generator)

    def loss(self, net: NoiseNet, x_0: Tensor, generator: Generator) -> Tensor:
        """The loss () over a batch x_0 (B, 24)."""
        x_t, eps, alpha_bar = self._noised(x_0, generator)
        return mse_loss(net(x_t, alpha_bar), eps)


@dataclass(frozen=True)
class PairDiffusion(Recipe[PairNet]):
    """The same loss; the network also takes the distances between beads."""

    conditional: ClassVar[bool] = False

    def build(self, width: int, depth: int, generator: Generator) -> PairNet:
        """An untrained network."""
        net = PairNet(BEADS, width, depth, generator, self.conditional)
        net.fit_distances(POLYMER.sample(DISTANCE_SAMPLES, generator))
        return net

    def loss(self, net: PairNet, x_0: Tensor, generator: Generator) -> Tensor:
        """The loss () over a batch x_0 (B, 24)."""
        x_t, eps, alpha_bar = self._noised(x_0, generator)
        return mse_loss(net(x_t, alpha_bar), eps)


@dataclass(frozen=True)
class Conditional(PairDiffusion):
    """The same, conditional on the radius of each chain but for a share ``UNCONDITIONAL``.

    Ho and Salimans 2022 (arXiv 2207.12598), algorithm 1: one network learns both models.
    """

    conditional: ClassVar[bool] = True

    def loss(self, net: PairNet, x_0: Tensor, generator: Generator) -> Tensor:
        """The loss () over a batch x_0 (B, 24)."""
        x_t, eps, alpha_bar = self._noised(x_0, generator)
        dropped = torch.rand(len(x_0), generator=generator) < UNCONDITIONAL
        return mse_loss(net(x_t, alpha_bar, torch.where(dropped, math.nan, size(x_0))), eps)


@dataclass(frozen=True)
class Property(Recipe[SizeNet]):
    """The radius of gyration from a noisy chain: negative log likelihood, in nats."""

    def build(self, width: int, depth: int, generator: Generator) -> SizeNet:
        """An untrained network."""
        return SizeNet(POLYMER.dim, width, depth, generator)

    def loss(self, net: SizeNet, x_0: Tensor, generator: Generator) -> Tensor:
        """The loss () over a batch x_0 (B, 24)."""
        x_t, _, alpha_bar = self._noised(x_0, generator)
        mean, std = net(x_t, alpha_bar)
        return (0.5 * ((size(x_0) - mean) / std).square() + std.log()).mean()


@dataclass(frozen=True)
class Autoencoder(Recipe[VAE]):
    """Minus the lower bound on log p(x) (``engine.polymer.vae``), in nats per coordinate."""

    noise_dim: ClassVar[int] = LATENT

    def build(self, width: int, depth: int, generator: Generator) -> VAE:
        """An untrained network; its depth is fixed."""
        return VAE(POLYMER.dim, LATENT, width, generator)

    def loss(self, net: VAE, x_0: Tensor, generator: Generator) -> Tensor:
        """The loss () over a batch x_0 (B, 24)."""
        fit, kl = net.bound(x_0, generator)
        return (kl - fit).mean() / POLYMER.dim


@dataclass(frozen=True)
class Latent(Recipe[NoiseNet]):
    """Diffusion in the latent plane of the bundled VAE (Rombach et al. 2022, arXiv 2112.10752).

    Learns the distribution of q(z | x) over the data, which the prior N(0, I) only resembles.
    """

    noise_dim: ClassVar[int] = LATENT

    def build(self, width: int, depth: int, generator: Generator) -> NoiseNet:
        """An untrained network."""
        return NoiseNet(LATENT, width, depth, generator)

    def loss(self, net: NoiseNet, x_0: Tensor, generator: Generator) -> Tensor:
        """The loss () over a batch x_0 (B, 24)."""
        mean, log_variance = shipped("vae").network(VAE).encode(x_0)
        eps = torch.randn(mean.shape, generator=generator)
        z_t, noise, alpha_bar = self._noised(mean + (0.5 * log_variance).exp() * eps, generator)
        return mse_loss(net(z_t, alpha_bar), noise)


MODELS: dict[str, Recipe[Any]] = {
    recipe.key: recipe
    for recipe in (
        Diffusion(
            "lecture",
            "DDPM, stops early",
            "Linear schedule, betas 0.0001 to 0.02, T = 200: stops at ᾱ_T = 0.13.",
            LECTURE,
        ),
        Diffusion("steep", "DDPM, ends in noise", "The same with betas five times as large."),
        PairDiffusion(
            "ddpm",
            "DDPM, sees distances",
            "Ends in noise; its network also takes the distances between beads.",
        ),
        Autoencoder(
            "vae", "VAE", "Variational autoencoder: two latent numbers, decoded in one call."
        ),
        Latent(
            "latent",
            "Latent diffusion",
            "Diffusion in the latent plane of the VAE, then decoded: it learns where the codes of "
            "chains lie, which N(0, I) only resembles.",
        ),
        Conditional(
            "told", "Conditional DDPM", "Conditional on the radius of gyration that is asked for."
        ),
        Property("size", "Property network", "Predicts the radius of gyration of a noisy chain."),
    )
}


# ---------------------------------------------------------------------------------------------
# Trained models


@dataclass(frozen=True, eq=False)
class Model:
    """A trained network with its recipe.

    Attributes:
        recipe: how it was made.
        net: the network.
        card: the checkpoint's card; empty for a network still in training.
    """

    recipe: Recipe[Any]
    net: nn.Module
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        """Learned numbers: weights and biases."""
        return parameter_count(self.net)

    def network(self, kind: type[Net]) -> Net:
        """The network, which has to be a ``kind``.

        Raises:
            TypeError: if it is not.
        """
        if not isinstance(self.net, kind):
            raise TypeError(f"{self.recipe.label} is not a {kind.__name__}.")
        return self.net

    def denoiser(self, target: float | None = None) -> ChainDenoiser:
        """The denoiser of a diffusion model, conditional on the radius ``target`` in sigma.

        Raises:
            TypeError: if the model is no diffusion model.
        """
        if not isinstance(self.net, NoiseNet | PairNet):
            raise TypeError(f"{self.recipe.label} is not a diffusion model.")
        return ChainDenoiser(self.net, target)


def weights_path(key: str) -> Path:
    """Where the weights of the model ``key`` stand."""
    return checkpoint.WEIGHTS / f"polymer_{key}{checkpoint.SUFFIX}"


def load(path: Path) -> Model:
    """The trained model in the file ``path``.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is not a model of the polymer laboratory.
    """
    net, card = checkpoint.restore(path, _untrained, "a model of polymers")
    return Model(MODELS[_key(card)], net, card)


def _key(card: checkpoint.Card) -> str:
    """The key of the model that a card describes."""
    return str(card.get("name", "")).removeprefix("polymer_")


def _untrained(card: checkpoint.Card) -> nn.Module | None:
    """The network that a card describes, if it is one of these."""
    recipe = MODELS.get(_key(card))
    if recipe is None:
        return None
    options = card["hyperparameters"]
    return recipe.build(options["width"], options["depth"], Generator())


@cache
def shipped(key: str) -> Model:
    """The bundled model ``key``, always the same object; raises as ``load`` does."""
    return load(weights_path(key))
