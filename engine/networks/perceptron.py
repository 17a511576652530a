"""The network of the toy data sets: a perceptron that is told how much noise there is.

The noise level enters as the phase u in [0, 1], the angle between signal and noise::

    u = (2 / pi) atan2(sqrt(1 - alpha_bar), sqrt(alpha_bar))

which for the cosine schedule is (nearly) t / T. It knows the level and not the schedule, so one
trained network serves every schedule. The phase is embedded by sines and cosines (Vaswani et al.
2017, arXiv 1706.03762, section 3.5) and scales and shifts every hidden layer (FiLM: Perez et al.
2018, arXiv 1709.07871).

What is known in closed form is not left to the perceptron: ``Preconditioned`` turns its output into
an estimate of x_0 along the principal axes of the data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Generator, Tensor, nn
from torch.nn.functional import linear, mse_loss, silu


def phase(alpha_bar: Tensor) -> Tensor:
    """The phase u (...) of noise levels alpha_bar (...) in [0, 1]: 0 is data, 1 is noise."""
    return (2 / math.pi) * torch.atan2((1 - alpha_bar).sqrt(), alpha_bar.sqrt())


def alpha_bar_of_phase(u: Tensor) -> Tensor:
    """The noise level alpha_bar = cos^2(pi u / 2) of phases u (...)."""
    return torch.cos((math.pi / 2) * u).square()


def sinusoidal_embedding(u: Tensor, size: int, octaves: float = 6.0) -> Tensor:
    """(..., size) sines and cosines of phases u (...), from half a turn up to 2^octaves as many.

    Raises:
        ValueError: if ``size`` is odd or below 4.
    """
    if size < 4 or size % 2:
        raise ValueError(f"The embedding's size must be even and at least 4, not {size}.")
    octave = torch.linspace(0, octaves, size // 2, dtype=u.dtype, device=u.device)
    angle = u.unsqueeze(-1) * (math.pi * 2**octave)
    return torch.cat([angle.sin(), angle.cos()], dim=-1)


def embedding_rows(alpha_bars: Tensor, size: int = 32) -> Tensor:
    """(F, size) all that a network is told about noise levels alpha_bars (F,), one row each."""
    return sinusoidal_embedding(phase(alpha_bars), size)


def similarity(rows: Tensor) -> Tensor:
    """(F, F) cosines of the angles between embeddings (F, size).

    All rows are equally long, since sin^2 + cos^2 = 1, and turn(u) . turn(u') = cos(w (u - u')), so
    this depends on the phases' difference alone: the mean of cos(w (u - u')) over frequencies w.
    """
    return rows @ rows.T / (rows.shape[-1] / 2)


class MLP(nn.Module):
    """Points (B, dim) and phases (B,) or () to outputs (B, dim).

    ``depth`` hidden layers of ``width`` units, each residual after the first, SiLU, each scaled and
    shifted by the embedded phase. A single phase for the whole batch is embedded only once. The
    last layer starts at zero.

    Raises:
        ValueError: if a size is below 1.
    """

    def __init__(
        self, dim: int, width: int, depth: int, generator: Generator, embedding: int = 32
    ) -> None:
        super().__init__()
        if min(dim, width, depth) < 1:
            raise ValueError("A network needs at least one input, one unit and one layer.")
        self.dim, self.width, self.depth, self.embedding = dim, width, depth, embedding
        self.time = linear_layer(embedding, 2 * width * depth, generator)
        sizes = [dim] + [width] * depth
        self.hidden = nn.ModuleList(
            linear_layer(n_in, n_out, generator) for n_in, n_out in pairwise(sizes)
        )
        self.out = linear_layer(width, dim, generator, gain=0.0)

    def forward(self, x: Tensor, u: Tensor) -> Tensor:
        """(B, dim) output for points x (B, dim) at phases u (B,) or ()."""
        film = linear(sinusoidal_embedding(u, self.embedding), self.time.weight, self.time.bias)
        h = x
        for i, layer in enumerate(self.hidden):
            scale, shift = film[..., 2 * i * self.width : 2 * (i + 1) * self.width].chunk(2, dim=-1)
            update = silu(torch.addcmul(shift, layer(h), 1 + scale))
            h = update if i == 0 else h + update
        return self.out(h)


class Preconditioned(nn.Module):
    """A network F read as a denoiser: x_t (B, D) and alpha_bar () or (B, 1) to x_0 (B, D).

    The preconditioning of Karras et al. 2022 (arXiv 2206.00364, table 1, last column) along each
    principal axis of the data, where the data has mean m and standard deviation sigma. With
    s = sqrt(alpha_bar), n = sqrt(1 - alpha_bar) and y = x_t - s m along the axis::

        d^2 = s^2 sigma^2 + n^2                    the variance of y
        x_0 = m + (s sigma^2 / d^2) y - (n sigma / d) F(y / d)

    F = 0 is the best denoiser of Gaussian data; F has only to learn what is not Gaussian, and a
    direction in which the data does not vary is exact. With m = 0 and sigma = 1, the default, F
    predicts the velocity v = s eps - n x_0 (Salimans and Ho 2022, arXiv 2202.00512).

    Attributes:
        net: F, a network (B, D), (B,) or () -> (B, D).
        mean, axes, stds: (D,), (D, D) with an axis in each column, (D,).
    """

    mean: Tensor
    axes: Tensor
    stds: Tensor

    def __init__(self, net: MLP) -> None:
        super().__init__()
        self.net = net
        self.register_buffer("mean", torch.zeros(net.dim))
        self.register_buffer("axes", torch.eye(net.dim))
        self.register_buffer("stds", torch.ones(net.dim))

    def fit_axes(self, x_0: Tensor) -> None:
        """Take mean and principal axes from data x_0 (N, D)."""
        points = x_0.double()
        self.mean.copy_(points.mean(dim=0))
        values, axes = torch.linalg.eigh(torch.cov(points.T).reshape(self.net.dim, -1))
        self.axes.copy_(axes)
        # Below a millionth of the largest, a variance is rounding: the data does not vary there.
        self.stds.copy_(values.where(values > 1e-6 * values.max(), 0.0).sqrt())

    def forward(self, x_t: Tensor, alpha_bar: Tensor) -> Tensor:
        """The estimate of x_0 (B, D); alpha_bar below 1."""
        signal, noise = alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
        y = (x_t - signal * self.mean) @ self.axes
        d = self._spread(signal, noise)
        out = self.net(y / d, phase(alpha_bar).squeeze(-1) if alpha_bar.ndim else phase(alpha_bar))
        z = signal * self.stds.square() / d.square() * y - noise * self.stds / d * out
        return self.mean + z @ self.axes.T

    def loss(self, x_0: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
        """Mean of (x_0 error)^2 / (1 - alpha_bar) for x_0, eps (B, D) and alpha_bar (B, 1).

        That is the squared error of the velocity. Both sides are divided by n on paper, so that
        little noise does no harm: what (n sigma / d) F has to equal, over n, is
        (s sigma^2 eps - n (x_0 - m)) / d^2.
        """
        signal, noise = alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
        z, e = (x_0 - self.mean) @ self.axes, eps @ self.axes
        d = self._spread(signal, noise)
        out = self.net((signal * z + noise * e) / d, phase(alpha_bar).squeeze(-1))
        target = (signal * self.stds.square() * e - noise * z) / d.square()
        return mse_loss(self.stds / d * out, target)

    def _spread(self, signal: Tensor, noise: Tensor) -> Tensor:
        """d; not quite zero where neither data nor noise varies."""
        return torch.hypot(signal * self.stds, noise).clamp(min=1e-6)


class Perceptron(nn.Module):
    """Plain layers with SiLU between them: (B, sizes[0]) to (B, sizes[-1]).

    Raises:
        ValueError: if there are fewer than two sizes, or one is below 1.
    """

    def __init__(self, sizes: Sequence[int], generator: Generator) -> None:
        super().__init__()
        if len(sizes) < 2 or min(sizes) < 1:
            raise ValueError("A network needs at least one input, one output and one layer.")
        self.layers = nn.ModuleList(
            linear_layer(n_in, n_out, generator) for n_in, n_out in pairwise(sizes)
        )

    def forward(self, h: Tensor) -> Tensor:
        """(B, sizes[-1]) output for inputs (B, sizes[0])."""
        for layer in self.layers[:-1]:
            h = silu(layer(h))
        return self.layers[-1](h)


class _Linear(nn.Linear):
    """A linear layer that does not draw its weights from the global generator.

    ``nn.utils.skip_init`` would do the same, but imports SymPy, which takes a third of a second.
    """

    def reset_parameters(self) -> None:
        """Leave the weights to ``linear_layer``."""


def linear_layer(n_in: int, n_out: int, generator: Generator, gain: float = 1.0) -> nn.Linear:
    """A linear layer drawn from ``generator``; weights uniform with variance gain^2 / n_in."""
    layer = _Linear(n_in, n_out)
    bound = gain * math.sqrt(3 / n_in)
    with torch.no_grad():
        layer.weight.uniform_(-bound, bound, generator=generator)
        layer.bias.zero_()
    return layer


def parameter_count(net: nn.Module) -> int:
    """Learned numbers in ``net``: weights and biases of every layer."""
    return sum(parameter.numel() for parameter in net.parameters())
