"""Chains conditioned on a radius of gyration, by a classifier or classifier-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.denoisers import Denoiser
from engine.evaluation.chains import radius_of_gyration
from engine.experiments.arrays import Array, Exported
from engine.experiments.polymer.sampling import final_chains, part_of, start
from engine.experiments.polymer.training import PolymerModel, model_of
from engine.polymer import GUIDES, POLYMER, Model, adherence
from engine.polymer.data import to_chains
from engine.polymer.evaluation import Adherence, bond_range, bond_spread
from engine.polymer.guides import CONDITIONAL, PROPERTY
from engine.polymer.models import STEEP
from engine.progress import Steps, watched
from engine.samplers import DDPM, Sampler, sample
from engine.streams import stream

SHOWN = 6  #: chains of either kind in the picture
N = 100  #: chains of either kind behind the numbers
FRAMES = 60  #: frames of the film, about
SCALES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0)

HUNDRED_STEPS = DDPM(steps=100)
CONDITIONAL_MODEL, SIZE_MODEL = PolymerModel(CONDITIONAL), PolymerModel(PROPERTY)


@dataclass(frozen=True)
class Guidance:
    """How chains are guided to a size.

    Attributes:
        guide: a key of ``GUIDES``.
        target: the radius of gyration, in sigma.
        scale: s; 0: without the condition, 1: the conditional model.
        sampler: of the reverse process.
        seed: of all noise, whatever the guide and scale.
        conditional: the model behind both guides.
        size: the model that predicts the size of a noisy chain.
    """

    guide: str = "free"
    target: float = 1.5
    scale: float = 1.0
    sampler: Sampler = HUNDRED_STEPS
    seed: int = 0
    conditional: PolymerModel = CONDITIONAL_MODEL
    size: PolymerModel = SIZE_MODEL

    @property
    def unconditional(self) -> Guidance:
        """The same without the condition: one for all guides and targets."""
        return replace(self, guide="free", target=1.5, scale=0.0)


def _models(settings: Guidance) -> Steps[dict[str, Model]]:
    """The models behind the guides, by key."""
    conditional = yield from model_of(settings.conditional)
    return {CONDITIONAL: conditional, PROPERTY: (yield from model_of(settings.size))}


def _denoiser(settings: Guidance, models: Mapping[str, Model]) -> Denoiser:
    return GUIDES[settings.guide].denoiser(settings.target, settings.scale, models)


# ---------------------------------------------------------------------------------- the picture


@dataclass(frozen=True, eq=False)
class GuidedFilm:
    """``SHOWN`` chains from noise to t = 0, in sigma.

    Attributes:
        t: (F,) times, T first.
        x: (F, SHOWN, 12, 2).
        shift: (F, SHOWN, 12, 2) how far guidance moves the prediction of each bead; None where it
            was not asked for.
    """

    t: Tensor
    x: Tensor
    shift: Tensor | None


def guided_film(settings: Guidance, shifts: bool = False) -> Steps[GuidedFilm]:
    """A few chains on their way; the many behind the numbers are sampled apart, and later.

    Args:
        settings: the guidance.
        shifts: also how far guidance moves the predictions.
    """
    models = yield from _models(settings)
    denoiser, sampler = _denoiser(settings, models), settings.sampler
    x_T, noise = start(SHOWN, POLYMER.dim, settings.seed), stream(settings.seed, "reverse")
    path = sample(denoiser, STEEP, x_T, sampler, noise)
    all_states = yield from watched(path, len(sampler.levels(STEEP)), "Sampling")
    kept = [*range(0, len(all_states) - 1, -(-len(all_states) // FRAMES)), len(all_states) - 1]
    t = torch.tensor([all_states[k].t for k in kept])
    x = torch.stack([all_states[k].x for k in kept])
    if not shifts:
        return GuidedFilm(t, to_chains(x), None)
    plain = _denoiser(replace(settings, scale=0.0), models)
    levels = STEEP.alpha_bar(t.long()).tolist()
    without = torch.stack([plain(x_t, a) for x_t, a in zip(x, levels, strict=True)])
    # Each state carries the prediction that led to it from the state before.
    predictions = [all_states[k + 1].x_0 for k in kept[:-1]]
    guided = torch.stack([*(p for p in predictions if p is not None), denoiser(x[-1], levels[-1])])
    return GuidedFilm(t, to_chains(x), to_chains(guided - without))


# ---------------------------------------------------------------------------------- the numbers


def guided_samples(settings: Guidance, n: int = N) -> Steps[Tensor]:
    """(n, 12, 2) chains in sigma at t = 0."""
    models = yield from _models(settings)
    x_T, noise = start(n, POLYMER.dim, settings.seed), stream(settings.seed, "reverse")
    path = sample(_denoiser(settings, models), STEEP, x_T, settings.sampler, noise)
    return (yield from final_chains(path, len(settings.sampler.levels(STEEP)), "Sampling"))


@dataclass(frozen=True)
class ScaleCurve:
    """What a guide does as its scale grows.

    Attributes:
        guide: its label.
        scales: s.
        adherence: what became of ``N`` chains at each of them.
    """

    guide: str
    scales: tuple[float, ...]
    adherence: tuple[Adherence, ...]


@dataclass(frozen=True)
class ScaleCurves:
    """All guides at all scales.

    Attributes:
        curves: one a guide.
        data_bond_spread: standard deviation of simulated bond lengths, in sigma.
    """

    curves: tuple[ScaleCurve, ...]
    data_bond_spread: float


def scale_curves(settings: Guidance) -> Steps[ScaleCurves]:
    """Every guide at all ``SCALES``, with the target and sampler of the settings."""
    curves: list[ScaleCurve] = []
    total = len(GUIDES) * len(SCALES)
    for key, guide in GUIDES.items():
        found: list[Adherence] = []
        for scale in SCALES:
            chosen = replace(settings, guide=key, scale=scale)
            done = len(curves) * len(SCALES) + len(found)
            message = f"{guide.label}, s = {scale:g}"
            samples = yield from part_of(guided_samples(chosen), done, total, message)
            found.append(adherence(samples, settings.target))
        curves.append(ScaleCurve(guide.label, SCALES, tuple(found)))
    return ScaleCurves(tuple(curves), bond_spread())


@dataclass(frozen=True)
class Readings:
    """The effect of guidance in numbers.

    Attributes:
        conditional: of the guided chains.
        unconditional: of the others; their error is that of their own median size.
        data_bond_range: between which 99.9 % of simulated bond lengths lie, in sigma.
        data_bond_spread: standard deviation of simulated bond lengths, in sigma.
    """

    conditional: Adherence
    unconditional: Adherence
    data_bond_range: tuple[float, float]
    data_bond_spread: float


# ----------------------------------------------------------------------------------- all of it


@dataclass(frozen=True, eq=False)
class GuidedChains(Exported):
    """Chains with and without the condition, from the same noise.

    Attributes:
        settings: what was asked for.
        free: a few, without the condition.
        asked: a few, with it.
        free_samples: (N, 12, 2) more at t = 0, without.
        asked_samples: (N, 12, 2) more at t = 0, with the condition.
    """

    settings: Guidance
    free: GuidedFilm
    asked: GuidedFilm
    free_samples: Tensor
    asked_samples: Tensor

    def readings(self) -> Readings:
        """What guidance did, measured on the many chains."""
        return Readings(
            adherence(self.asked_samples, self.settings.target),
            adherence(self.free_samples, float(radius_of_gyration(self.free_samples).median())),
            bond_range(),
            bond_spread(),
        )

    def described(self) -> dict[str, Array]:
        """Its arrays by their name in the archive."""
        chains, scale = "(chains, 12, 2) in sigma", f"scale {self.settings.scale:g}"
        moving, t = f"(F, {chains[1:]}", self.free.t
        found = {
            "t": Array(t, "(F,) times of the frames, T first"),
            "free": Array(self.free.x, f"{moving}, scale 0", t),
            "free_samples": Array(self.free_samples, f"{chains}, finished, scale 0", result=True),
            "asked": Array(self.asked.x, f"{moving}, {scale}", t),
            "asked_samples": Array(self.asked_samples, f"{chains}, finished, {scale}", result=True),
        }
        if self.asked.shift is not None:
            about = f"{moving}, how far guidance moves each prediction of x_0"
            found["asked_pull"] = Array(self.asked.shift, about)
        return found


def guide(settings: Guidance, shifts: bool = False) -> Steps[GuidedChains]:
    """All that the page shows of one guidance, in one go; ``shifts`` as for ``guided_film``."""
    plain = settings.unconditional
    return GuidedChains(
        settings,
        (yield from guided_film(plain)),
        (yield from guided_film(settings, shifts)),
        (yield from guided_samples(plain)),
        (yield from guided_samples(settings)),
    )
