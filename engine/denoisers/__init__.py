"""Denoisers: x_t and the noise level alpha_bar to an estimate of E[x_0 | x_t].

By Tweedie's formula a denoiser and the score of the noisy marginal are the same thing. ``exact``
knows the answer for toy data, ``load`` gives the network that ships, ``fit`` trains one, a flow
network is a denoiser too, and guidance wraps one::

    from engine.data import DATASETS
    from engine.denoisers import exact, load

    truth, learned = exact(DATASETS["swiss_roll"]), load("swiss_roll")
"""

from engine.denoisers.contract import Denoiser, score
from engine.denoisers.exact import Exact, Oracle, exact, memory
from engine.denoisers.flow import Flow
from engine.denoisers.flow_training import fit_flow
from engine.denoisers.guidance import ClassifierFree, ClassifierGuidance
from engine.denoisers.learned import Learned, load
from engine.denoisers.training import FitOptions, FitProgress, fit

__all__ = [
    "ClassifierFree", "ClassifierGuidance", "Denoiser", "Exact", "FitOptions", "FitProgress",
    "Flow", "Learned", "Oracle", "exact", "fit", "fit_flow", "load", "memory", "score",
]  # fmt: skip
