"""A network on a small training set: does it memorise? Beside it, two denoisers that are known."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Generator, Tensor

from engine.data import DATASETS, Subset
from engine.denoisers import Denoiser, FitOptions, exact
from engine.evaluation import Memory, nearest_distances
from engine.evaluation.distances import histograms
from engine.evaluation.memorisation import measure
from engine.experiments.arrays import Array, Exported
from engine.experiments.networks import DENOISERS, Network, Training, denoising, trained, updates
from engine.experiments.training_run import PausableTraining, PointRun, train
from engine.noise import Cosine
from engine.options import count
from engine.process import Trajectory
from engine.progress import Step, Steps
from engine.samplers import DPMSolver, sample
from engine.streams import stream

COUNTS = [8, 16, 32, 64, 128, 256, 512, 1000]  #: training points to choose from
SAMPLES = 400  #: points sampled from every denoiser
FRESH = 2000  #: draws of the data that distances are compared with
BATCH, RATE = 64, 3e-3  #: points in an update, and the learning rate
#: Steps of DPM-Solver++(2M), which makes its last ones where little noise is left, as it takes to
#: tell a copy; intervals of the film.
STEPS, FRAMES = 40, 40
BINS = 36
T = 1000  #: steps of the noise schedule


@dataclass(frozen=True)
class SmallNetwork:
    """The network that is trained here.

    Raises:
        ValueError: if a number is out of range.
    """

    width: int = count(96, "Width", "Units in each hidden layer.", (16, 256, 16))
    depth: int = count(3, "Depth", "Hidden layers.", (1, 6, 1))
    steps: int = count(3000, "Updates", "Updates of the weights.", (250, 8000, 250))

    def __post_init__(self) -> None:
        """Check the numbers."""
        self.fit_options()

    def fit_options(self) -> FitOptions:
        """As options of a training."""
        return FitOptions(
            steps=self.steps,
            batch_size=BATCH,
            learning_rate=RATE,
            width=self.width,
            depth=self.depth,
        )


@dataclass(frozen=True)
class TrainingSet:
    """Which points there are to learn from.

    Attributes:
        dataset: where they come from.
        n: how many there are.
        seed: of the points, of the training, and of the noise that samples start from.
    """

    dataset: str
    n: int
    seed: int

    def data(self) -> Subset:
        """The points as a data set."""
        return Subset(DATASETS[self.dataset], self.n, self.seed)


@dataclass(frozen=True, eq=False)
class Samples:
    """What one denoiser samples.

    Attributes:
        film: (F, N, 2) from noise to samples.
        bars: (F, B) densities of the distance to the nearest training point.
        memory: how the last frame lies about the training points.
    """

    film: np.ndarray
    bars: np.ndarray
    memory: Memory


@dataclass(frozen=True, eq=False)
class References:
    """What needs no training here.

    Attributes:
        t: (F,) times of the films, T first.
        points: (n, 2) the training points.
        exact: samples of the exact denoiser of these points.
        bundled: samples of a network trained on fresh draws; None if there is none.
        edges: (B + 1,) of the bars.
        fresh: (B,) bars of fresh data.
    """

    t: np.ndarray
    points: np.ndarray
    exact: Samples
    bundled: Samples | None
    edges: np.ndarray
    fresh: np.ndarray


@dataclass(frozen=True, eq=False)
class SmallRun:
    """The network on the training points as it stands.

    Attributes:
        run: its training so far.
        parameters: learned numbers.
        samples: what it samples.
        ratios: (update, ratio of distances) of every copy that was measured.
    """

    run: PointRun
    parameters: int
    samples: Samples
    ratios: tuple[tuple[int, float], ...]


@dataclass(frozen=True, eq=False)
class Measure:
    """The training points and the fresh data that all samples are compared with.

    Attributes:
        data: the training points.
        fresh: (m, 2) fresh data.
        edges: (B + 1,) edges of the bars.
        start: (N, 2) the noise that all samples start from.
    """

    data: Subset
    fresh: Tensor
    edges: Tensor
    start: Tensor

    def of(self, denoiser: Denoiser) -> Samples:
        """Sample from a denoiser and compare."""
        film, points = _film(denoiser, self.start), self.data.train()
        far = torch.stack([nearest_distances(x, points) for x in film])
        memory = measure(film[-1], points, self.fresh)
        return Samples(film.numpy(), histograms(far, self.edges).numpy(), memory)


def measure_of(training_set: TrainingSet) -> Measure:
    """What samples are compared with."""
    data = training_set.data()
    fresh = data.fresh(FRESH, stream(training_set.seed, "fresh"))
    far = 1.6 * float(nearest_distances(fresh, data.train()).quantile(0.98))
    edges = torch.linspace(0, far, BINS + 1, dtype=torch.float64)
    return Measure(data, fresh, edges, _start(training_set))


def references(training_set: TrainingSet, bundled: Network | None) -> Steps[References]:
    """The exact denoiser of the training points, and a network that never met a point twice."""
    yield Step(0, 2, "Sampling from both")
    by = measure_of(training_set)
    points = by.data.train()
    of_points = by.of(exact(points))
    yield Step(1, 2)
    denoiser = None if bundled is None else (yield from denoising(bundled))
    usual = histograms(nearest_distances(by.fresh, points)[None], by.edges)[0]
    return References(
        t=T - _times().numpy(),
        points=points.numpy(),
        exact=of_points,
        bundled=None if denoiser is None else by.of(denoiser),
        edges=by.edges.numpy(),
        fresh=usual.numpy(),
    )


def learn(training_set: TrainingSet, network: SmallNetwork) -> Steps[SmallRun]:
    """Train on the points; every copy on the way is sampled and measured.

    The steps' ``partial`` is the run so far.
    """
    by, options, seed = measure_of(training_set), network.fit_options(), training_set.seed
    training = PausableTraining(
        options,
        seed,
        updates(by.data, options, seed),
        DENOISERS,
        partial(Network, by.data.key),
    )
    ratios: list[tuple[int, float]] = []
    found: SmallRun | None = None
    with closing(train(training)) as work:
        for step in work:
            run: PointRun | None = step.partial
            if run is None:
                yield step
                continue
            samples = by.of(run.model)
            ratios.append((run.step, samples.memory.ratio))
            parameters = sum(p.numel() for p in run.model.net.parameters())
            found = SmallRun(run, parameters, samples, tuple(ratios))
            yield Step(step.done, step.total, step.message, found)
    if found is None:
        raise ValueError("Training needs at least one update.")
    return found


# ---------------------------------------------------------------------------------------------
# What is exported


@dataclass(frozen=True)
class MemorySettings:
    """Everything that decides the exported samples.

    Attributes:
        training_set: the points.
        training: of the network on these points; None without one.
    """

    training_set: TrainingSet
    training: Training[FitOptions] | None


@dataclass(frozen=True, eq=False)
class Films(Exported):
    """The training points, and what was sampled after training on them.

    Attributes:
        t: (F,) times of the frames, T first.
        points: (n, 2) the training points.
        exact: (F, N, 2) samples of their exact denoiser, noise first.
        network: (F, N, 2) samples of the network; None without one.
    """

    t: np.ndarray
    points: np.ndarray
    exact: np.ndarray
    network: np.ndarray | None

    def described(self) -> dict[str, Array]:
        """Training points and films."""
        shape = f"(F, {SAMPLES}, 2) from noise to samples"
        arrays = {
            "t": Array(self.t, "(F,) times of the frames, T first"),
            "training": Array(self.points, "(n, 2) the training points"),
            "exact": Array(self.exact, f"{shape}: exact for these points", self.t, result=True),
        }
        if self.network is not None:
            arrays["network"] = Array(self.network, f"{shape}: the network", self.t, result=True)
        return arrays


def films(settings: MemorySettings) -> Steps[Films]:
    """Sample from the exact denoiser of the training points and from a network trained on them."""
    data, start = settings.training_set.data(), _start(settings.training_set)
    yield Step(0, 1, "Sampling")
    of_points = _film(exact(data.train()), start).numpy()
    network = None
    if settings.training is not None:
        denoiser = yield from trained(data, settings.training)
        network = _film(denoiser, start).numpy()
    return Films(T - _times().numpy(), data.train().numpy(), of_points, network)


def _film(denoiser: Denoiser, start: Tensor) -> Tensor:
    """(F, N, 2) from noise to samples."""
    schedule = Cosine(T=T)
    states = sample(denoiser, schedule, start, DPMSolver(steps=STEPS), Generator())
    return Trajectory.record(states).at(T - _times()).x


def _start(training_set: TrainingSet) -> Tensor:
    """(N, 2) the noise that samples start from."""
    return torch.randn(SAMPLES, 2, generator=stream(training_set.seed, "start"))


def _times() -> Tensor:
    """(F,) reverse times of the frames."""
    return torch.linspace(0, T, FRAMES + 1, dtype=torch.float64)
