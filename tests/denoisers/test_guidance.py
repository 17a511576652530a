"""Guidance against the exact conditional of a Gaussian, where both ways must agree."""

import math

import torch

from engine.data import GaussianMixture
from engine.denoisers import ClassifierFree, ClassifierGuidance, exact, score
from engine.denoisers.guidance import gradient

SIGMA, TAU, ASKED = 0.8, 0.5, 1.3  #: of the data, of the measurement y = x_0 + TAU noise, and y
LEVELS = (0.999, 0.9, 0.5, 0.1, 0.003)

#: N(0, SIGMA^2), and what it becomes once y is known: precisions add.
PRIOR = exact(GaussianMixture.of([1], [[0.0]], [SIGMA]))
_VARIANCE = 1 / (1 / SIGMA**2 + 1 / TAU**2)
POSTERIOR = exact(GaussianMixture.of([1], [[_VARIANCE * ASKED / TAU**2]], [math.sqrt(_VARIANCE)]))
X = torch.linspace(-3, 3, 25, dtype=torch.float64)[:, None]


def likelihood(x_t: torch.Tensor, alpha_bar: float) -> torch.Tensor:
    """Log p(y | x_t): y is Gaussian about E[x_0 | x_t]."""
    spread = alpha_bar * SIGMA**2 + 1 - alpha_bar
    mean = math.sqrt(alpha_bar) * SIGMA**2 / spread * x_t[:, 0]
    variance = SIGMA**2 * (1 - alpha_bar) / spread + TAU**2
    return -0.5 * (ASKED - mean).square() / variance


def test_classifier_guidance_is_the_exact_conditional() -> None:
    guide = ClassifierGuidance(PRIOR, likelihood, 1.0)
    for level in LEVELS:
        torch.testing.assert_close(guide(X, level), POSTERIOR(X, level), rtol=1e-9, atol=1e-9)


def test_the_score_gains_scale_times_the_gradient() -> None:
    guide = ClassifierGuidance(PRIOR, likelihood, 2.5)
    for level in LEVELS:
        expected = score(PRIOR, X, level) + 2.5 * gradient(likelihood, X, level)
        torch.testing.assert_close(score(guide, X, level), expected)


def test_both_ways_agree_at_every_scale() -> None:
    for scale in (0.0, 0.5, 1.0, 3.0):
        free = ClassifierFree(POSTERIOR, PRIOR, scale)
        classifier = ClassifierGuidance(PRIOR, likelihood, scale)
        for level in LEVELS:
            torch.testing.assert_close(free(X, level), classifier(X, level))


def test_nothing_asked_changes_nothing() -> None:
    for level in (*LEVELS, 1.0):
        torch.testing.assert_close(ClassifierFree(POSTERIOR, PRIOR, 0.0)(X, level), PRIOR(X, level))
        assert torch.equal(ClassifierGuidance(PRIOR, likelihood, 0.0)(X, level), PRIOR(X, level))


def test_guidance_is_linear_in_eps_as_in_x_0() -> None:
    """eps_u + s (eps_c - eps_u), as published, is what the denoiser says in x_0."""
    level, scale = 0.4, 2.0

    def eps(x_0: torch.Tensor) -> torch.Tensor:
        return (X - math.sqrt(level) * x_0) / math.sqrt(1 - level)

    told, untold = eps(POSTERIOR(X, level)), eps(PRIOR(X, level))
    made = eps(ClassifierFree(POSTERIOR, PRIOR, scale)(X, level))
    torch.testing.assert_close(made, untold + scale * (told - untold))


def test_a_guide_works_where_gradients_are_off() -> None:
    with torch.no_grad():
        pull = gradient(likelihood, X, 0.5)
    assert not pull.requires_grad and pull.abs().max() > 0
