"""Models of the same chains, compared: what they sample, how well, and at what cost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.evaluation import Bound, variational_bound
from engine.experiments.arrays import Array, Exported
from engine.experiments.film import frame_times
from engine.experiments.polymer.sampling import final_chains, part_of, start
from engine.experiments.polymer.training import PolymerModel, model_of
from engine.polymer import MODELS, Model, distances, held_out, trajectory
from engine.polymer.data import to_chains, to_points
from engine.polymer.evaluation import Distance
from engine.polymer.vae import VAE
from engine.process import State, Trajectory
from engine.progress import Step, Steps, watched
from engine.samplers import DDIM, DDPM, Sampler
from engine.streams import stream

SHOWN = 9  #: chains of each model in the picture
FRAMES = 100  #: intervals of the film
N = 1000  #: chains behind the numbers
CURVE = (2, 5, 10, 20, 50, 100, 200)  #: steps on the curve of time against distance
BOUND = 400  #: held-out chains behind the variational bound

ALL_STEPS = DDPM(steps=200)
DIFFUSION, LATENT, AUTOENCODER = PolymerModel("ddpm"), PolymerModel("latent"), PolymerModel("vae")


# ------------------------------------------------------------------------------------ sampling


@dataclass(frozen=True)
class Sampling:
    """How a model is sampled.

    Attributes:
        model: which one.
        sampler: for diffusion; a VAE takes one call.
        seed: of all its noise.
        vae: decodes the states of latent diffusion.
    """

    model: PolymerModel
    sampler: Sampler = ALL_STEPS
    seed: int = 0
    vae: PolymerModel = AUTOENCODER


def _path(model: Model, vae: Model, settings: Sampling, n: int) -> tuple[Iterator[State], int]:
    """The states of n chains, and how many states there are."""
    x_T = start(n, model.recipe.noise_dim, settings.seed)
    noise = stream(settings.seed, "reverse")
    path = trajectory(model, x_T, settings.sampler, noise, vae)
    once = isinstance(model.net, VAE)
    return path, 1 if once else len(settings.sampler.levels(model.recipe.schedule))


def film(settings: Sampling, n: int = SHOWN) -> Steps[Trajectory]:
    """N chains from noise to t = 0; states (F, n, 12, 2) in sigma."""
    model, vae = (yield from model_of(settings.model)), (yield from model_of(settings.vae))
    path, total = _path(model, vae, settings, n)
    made = Trajectory.record((yield from watched(path, total, "Sampling")))
    return Trajectory(made.t, to_chains(made.x))


# ---------------------------------------------------------------------------------- the picture


@dataclass(frozen=True)
class Comparison:
    """Three models that sample from one seed.

    Attributes:
        diffusion: of the chains themselves.
        latent: diffusion in the plane of the VAE.
        vae: the VAE, which also decodes the latent diffusion.
        sampler: of both diffusions.
        seed: of all noise, and of the choice of simulated chains beside them.
    """

    diffusion: PolymerModel = DIFFUSION
    latent: PolymerModel = LATENT
    vae: PolymerModel = AUTOENCODER
    sampler: Sampler = ALL_STEPS
    seed: int = 0

    def sampling(self, model: PolymerModel) -> Sampling:
        """How one of the models is sampled."""
        return Sampling(model, self.sampler, self.seed, self.vae)


@dataclass(frozen=True, eq=False)
class ComparisonFilm(Exported):
    """``SHOWN`` chains of each model, in sigma.

    Attributes:
        settings: what was asked for.
        t: (F,) times of the frames, T first.
        simulation: (C, 12, 2) held-out chains.
        diffusion: (F, C, 12, 2) from noise to chains.
        latent: (F, C, 12, 2) the same, decoded at each time.
        vae: (C, 12, 2) decoded in one call.
    """

    settings: Comparison
    t: Tensor
    simulation: Tensor
    diffusion: Tensor
    latent: Tensor
    vae: Tensor

    def described(self) -> dict[str, Array]:
        """Its arrays by their name in the archive."""
        still = "(chains, 12, 2) in sigma"
        moving = "(F, chains, 12, 2) in sigma, made by {}"
        keys = self.settings.diffusion.key, self.settings.latent.key, self.settings.vae.key
        diffusion, latent, vae = (MODELS[key].label for key in keys)
        return {
            "t": Array(self.t, "(F,) times of the frames, T first"),
            "simulation": Array(self.simulation, f"{still}, held-out chains"),
            "diffusion": Array(self.diffusion, moving.format(diffusion), self.t, result=True),
            "latent": Array(self.latent, moving.format(latent), self.t, result=True),
            "vae": Array(self.vae, f"{still}, made by {vae}", result=True),
        }


def compare(settings: Comparison) -> Steps[ComparisonFilm]:
    """Sample the three models, and take as many chains of the simulation."""
    return together(
        settings,
        (yield from film(settings.sampling(settings.diffusion))),
        (yield from film(settings.sampling(settings.latent))),
        (yield from film(settings.sampling(settings.vae))),
    )


def together(
    settings: Comparison, diffusion: Trajectory, latent: Trajectory, vae: Trajectory
) -> ComparisonFilm:
    """The films of the three models, sampled apart (a page does so at the same time)."""
    T = int(diffusion.t[0])
    times = T - frame_times(T, FRAMES)
    order = torch.randperm(len(held_out()), generator=stream(settings.seed, "choice"))
    simulation = held_out()[order[:SHOWN]]
    frames = diffusion.at(times).x, latent.at(times).x, vae.x[-1]
    return ComparisonFilm(settings, times, simulation, *frames)


# ---------------------------------------------------------------------------------- the numbers


@dataclass(frozen=True, eq=False)
class Trial:
    """Chains sampled by one model, and how good they are.

    Attributes:
        label: of the model.
        parameters: of its network.
        samples: (n, 12, 2) in sigma.
        seconds: of processor time, so that other users of the machine do not count.
        distances: to the simulation, by measure.
    """

    label: str
    parameters: int
    samples: Tensor
    seconds: float
    distances: dict[str, Distance]


def trial(settings: Sampling, n: int = N) -> Steps[Trial]:
    """N chains, timed, against the simulation."""
    model, vae = (yield from model_of(settings.model)), (yield from model_of(settings.vae))
    label = model.recipe.label
    began = time.thread_time()
    path, total = _path(model, vae, settings, n)
    samples = yield from final_chains(path, total, f"{label}: {n:,} chains")
    seconds = time.thread_time() - began
    return Trial(label, model.parameters, samples, seconds, distances(samples))


@dataclass(frozen=True)
class Cost:
    """One point of a curve of time against distance.

    Attributes:
        steps: of the sampler.
        seconds: of processor time for ``N`` chains.
        distance: of the radius of gyration to the simulation, in sigma.
    """

    steps: int
    seconds: float
    distance: float


@dataclass(frozen=True)
class CostCurve:
    """What a sampler reaches with more and more steps.

    Attributes:
        sampler: its label.
        points: by rising number of steps.
    """

    sampler: str
    points: tuple[Cost, ...]


def cost_curves(model: PolymerModel, seed: int) -> Steps[tuple[CostCurve, ...]]:
    """Time against distance along ``CURVE``, by DDIM and by DDPM."""
    curves: list[CostCurve] = []
    total = 2 * len(CURVE)
    for kind in (DDIM, DDPM):
        points: list[Cost] = []
        for steps in CURVE:
            done = len(curves) * len(CURVE) + len(points)
            message = f"{kind.label} with {steps} steps"
            work = trial(Sampling(model, kind(steps=steps), seed))
            made = yield from part_of(work, done, total, message)
            points.append(Cost(steps, made.seconds, made.distances["gyration"].distance))
        curves.append(CostCurve(kind.label, tuple(points)))
    return tuple(curves)


@dataclass(frozen=True, eq=False)
class ModelBound:
    """The variational bound of one model.

    Attributes:
        label: of the model.
        bound: its terms on held-out chains, in nats.
    """

    label: str
    bound: Bound


def bounds(models: tuple[PolymerModel, ...], seed: int) -> Steps[tuple[ModelBound, ...]]:
    """The variational bound of each diffusion model on ``BOUND`` held-out chains."""
    x_0 = to_points(held_out()[:BOUND])
    found: list[ModelBound] = []
    for chosen in models:
        model = yield from model_of(chosen)
        label = model.recipe.label
        yield Step(len(found), len(models), f"Bound of {label}")
        noise = stream(seed, "forward")
        terms = variational_bound.bound(model.denoiser(), model.recipe.schedule, x_0, noise)
        found.append(ModelBound(label, terms))
    return tuple(found)
