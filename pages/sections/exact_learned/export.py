"""What the page of exact and learned exports: its arrays, and scripts that make them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.data import DATASETS
from engine.experiments.arrays import Exported
from engine.experiments.exact_learned.likelihoods import (
    InThePlane,
    LikelihoodSettings,
    OnTheLine,
    likelihood,
)
from engine.experiments.exact_learned.memorisation import (
    Films,
    MemorySettings,
    References,
    SmallRun,
    TrainingSet,
    films,
)
from engine.experiments.exact_learned.score_fields import Fields, ScoreSettings, score_fields
from engine.experiments.networks import Network
from engine.noise import Schedule
from pages.ui.export import scripts
from pages.ui.export.arrays import Export, plain

PAGE = "exact_learned"


def of_fields(settings: ScoreSettings, found: Fields) -> Export:
    """Both scores on their grid, and the errors over time."""
    options = {
        "view": "score",
        **_network(settings.network),
        "schedule": plain(settings.schedule),
        "seed": settings.seed,
    }
    title = f"{_label(settings.network)}: exact and learned score."
    note = _note(settings.schedule, settings.seed)
    return _export(note, options, found, title, score_fields, settings)


def of_likelihood(settings: LikelihoodSettings, found: OnTheLine | InThePlane) -> Export:
    """Fresh draws with their log-likelihoods, and the density of the network."""
    options = {
        "view": "likelihood",
        **_network(settings.network),
        "schedule": plain(settings.schedule),
        "solver": plain(settings.solver),
        "seed": settings.seed,
    }
    title = f"{_label(settings.network)}: likelihood by the probability-flow ODE."
    note = _note(settings.schedule, settings.seed)
    return _export(note, options, found, title, likelihood, settings)


def of_memory(training_set: TrainingSet, found: References, small: SmallRun | None) -> Export:
    """The training points and what was sampled after training on them."""
    training = None if small is None else small.run.training
    settings = MemorySettings(training_set, training)
    record = Films(
        found.t, found.points, found.exact.film, None if small is None else small.samples.film
    )
    options = {
        "view": "memory",
        "data": training_set.dataset,
        "n": training_set.n,
        "seed": training_set.seed,
        "network": plain(training),
    }
    label = DATASETS[training_set.dataset].label
    title = f"{label}: {training_set.n} training points, generalised or memorised."
    note = f"{training_set.n} training points, seed {training_set.seed}"
    return _export(note, options, record, title, films, settings)


def _export(
    note: str,
    options: Mapping[str, Any],
    record: Exported,
    title: str,
    experiment: Callable[..., Any],
    settings: Any,
) -> Export:
    script = scripts.run(title, PAGE, experiment, settings)
    return Export(note, {"page": PAGE, **options}, record.described(), script)


def _label(network: Network) -> str:
    return DATASETS[network.dataset].label


def _network(network: Network) -> dict[str, Any]:
    training = "bundled" if network.training is None else plain(network.training)
    return {"data": network.dataset, "network": training}


def _note(schedule: Schedule, seed: int) -> str:
    return f"{schedule.label} schedule, T = {schedule.T}, seed {seed}"
