"""The variational autoencoder that diffusion is compared with.

Kingma and Welling 2014 (arXiv 1312.6114). The encoder gives q(z | x) = N(m(x), diag s^2(x)) over a
latent z of a few numbers, the decoder p(x | z) = N(g(z), sigma^2 I), the prior is N(0, I). Training
maximises the lower bound (eq. 3 there)::

    log p(x) >= E_q[log p(x | z)] - KL(q(z | x) || N(0, I))
    KL = (1/2) sum (m^2 + s^2 - 1 - log s^2)

sigma is learned with the rest (Rybkin et al. 2021, arXiv 2006.13202): no weight between the two
terms has to be chosen. A sample is g(z), the mean of the decoder. It averages over whatever z does
not determine, which is why samples are blurred.
"""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor, nn

from engine.networks.perceptron import Perceptron


def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL (B,) in nats of N(mean, diag exp(log_variance)), both (B, K), from N(0, I)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=-1)


def gaussian_log_density(x: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Log N(x; mean, std^2 I) (B,) in nats for x, mean (B, D) and std ()."""
    standard = ((x - mean) / std).square() + math.log(2 * math.pi) + 2 * std.log()
    return -0.5 * standard.sum(dim=-1)


class VAE(nn.Module):
    """Encoder dim -> width -> width -> 2 latent, decoder latent -> width -> width -> dim, SiLU.

    Raises:
        ValueError: if a size is below 1.
    """

    def __init__(self, dim: int, latent: int, width: int, generator: Generator) -> None:
        super().__init__()
        if min(dim, latent, width) < 1:
            raise ValueError("A VAE needs at least one input, one latent number and one unit.")
        self.dim, self.latent, self.width = dim, latent, width
        self.encoder = Perceptron([dim, width, width, 2 * latent], generator)
        self.decoder = Perceptron([latent, width, width, dim], generator)
        self.log_sigma = nn.Parameter(torch.zeros(()))

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance, both (B, K), of q(z | x) for x (B, D)."""
        mean, log_variance = self.encoder(x).chunk(2, dim=-1)
        return mean, log_variance

    def decode(self, z: Tensor) -> Tensor:
        """Mean (B, D) of p(x | z) for z (B, K)."""
        return self.decoder(z)

    def bound(self, x: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
        """Both terms (B,) of the lower bound at x (B, D), in nats: log p(x | z) at one draw, KL."""
        mean, log_variance = self.encode(x)
        eps = torch.randn(mean.shape, generator=generator, dtype=x.dtype)
        decoded = self.decode(mean + (0.5 * log_variance).exp() * eps)
        fit = gaussian_log_density(x, decoded, self.log_sigma.exp())
        return fit, gaussian_kl(mean, log_variance)
