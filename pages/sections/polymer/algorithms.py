"""What one update of each model of chains does, and what its loss measures."""

from __future__ import annotations

from engine.figures.charts.training import LossAxis
from pages.ui.training.algorithm import Algorithm

_DRAW = ("Draw a step t from 1 to T.", "Draw noise ε from N(0, I).")
_NOISED = "Form x_t = √ᾱ_t x_0 + √(1 − ᾱ_t) ε."
_NOTHING = "1 is the error of a network that knows nothing and answers 0."

_BOUND = (
    "Step down the gradient of minus the evidence lower bound (ELBO): −log N(x; g(z)) plus the "
    "Kullback-Leibler divergence (KL) of N(m, s²) from N(0, I)."
)

NOISE = Algorithm(
    (
        "Draw a chain x_0 from the simulation.",
        *_DRAW,
        _NOISED,
        "Step down the gradient of ‖ε_θ(x_t, t) − ε‖².",
    ),
    LossAxis("Squared error of ε", 1.0),
    _NOTHING,
)
TOLD = Algorithm(
    (
        "Draw a chain x_0 and its radius R_g; hide the radius of some chains.",
        *_DRAW,
        _NOISED,
        "Step down the gradient of ‖ε_θ(x_t, t, R_g) − ε‖².",
    ),
    LossAxis("Squared error of ε", 1.0),
    _NOTHING,
)
LATENT = Algorithm(
    (
        "Draw a chain and its code z_0 from the encoder.",
        *_DRAW,
        "Form z_t = √ᾱ_t z_0 + √(1 − ᾱ_t) ε.",
        "Step down the gradient of ‖ε_θ(z_t, t) − ε‖².",
    ),
    LossAxis("Squared error of ε", 1.0),
    _NOTHING,
)
SIZE = Algorithm(
    (
        "Draw a chain x_0 and its radius R_g.",
        *_DRAW,
        _NOISED,
        "Step down the gradient of −log N(R_g; m_θ(x_t, t), s_θ(x_t, t)²).",
    ),
    LossAxis("−log likelihood of R_g"),
    meaning="In nats; a density of lengths may exceed 1, so this may be negative.",
)
AUTOENCODER = Algorithm(
    (
        "Draw a chain x from the simulation.",
        "Encode it: the mean m and the width s of its code.",
        "Draw the code z = m + s ε, with ε from N(0, I).",
        "Decode it: g(z).",
        _BOUND,
    ),
    LossAxis("−ELBO per coordinate"),
    meaning="In nats; a density of lengths may exceed 1, so this may be negative.",
)

#: By key of ``engine.polymer.MODELS``.
ALGORITHMS: dict[str, Algorithm] = {
    "lecture": NOISE,
    "steep": NOISE,
    "ddpm": NOISE,
    "vae": AUTOENCODER,
    "latent": LATENT,
    "told": TOLD,
    "size": SIZE,
}
