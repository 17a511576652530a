"""What the pages about points and chains export: arrays, options and script of a process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.experiments.arrays import Exported
from engine.experiments.film import Process
from engine.experiments.networks import Network, Training
from engine.experiments.sampler_race import Entry, Meeting, meet
from engine.noise import Schedule
from engine.samplers import Sampler
from pages.ui.export import scripts
from pages.ui.export.arrays import Export, plain
from pages.ui.process_controls import SAID


def of_process(
    page: str,
    title: str,
    process: Process,
    made: Exported,
    experiment: Callable[[Process], Any],
) -> Export:
    """What ``experiment(process)`` made for a page.

    Args:
        page: its name, and that of the archive.
        title: what was noised.
        process: the settings.
        made: the record.
        experiment: what made it.
    """
    options = {
        "page": page,
        "data": process.dataset,
        "schedule": plain(process.schedule),
        "sampler": plain(process.sampler),
        "denoiser": process.denoiser,
        "network": which(process.network) if process.denoiser == "learned" else None,
        "noising": process.path,
        "same_noise": process.same,
        "n": process.n,
        "seed": process.seed,
    }
    note = ", ".join(
        [
            described(process.schedule),
            steps(process.sampler, process.schedule),
            SAID[process.denoiser],
            f"n = {process.n:,}",
            f"seed {process.seed}",
        ]
    )
    script = scripts.run(f"{title}: noised and denoised.", page, experiment, process)
    return Export(note, options, made.described(), script)


def of_samplers(entry: Entry, meeting: Meeting) -> Export:
    """Several samplers from the same noise."""
    options = {
        "page": "samplers",
        "data": entry.dataset,
        "schedule": plain(entry.schedule),
        "samplers": plain(entry.samplers),
        "network": which(entry.network),
        "n": entry.n,
        "seed": entry.seed,
    }
    counts = sorted({sampler.steps_on(entry.schedule) for sampler in entry.samplers})
    note = (
        f"{described(entry.schedule)}, {' or '.join(map(str, counts))} steps, n = {entry.n:,}, "
        f"seed {entry.seed}"
    )
    title = f"Several samplers from the same noise: {len(entry.samplers)} of them."
    script = scripts.run(title, "samplers", meet, entry)
    return Export(note, options, meeting.described(), script)


def which(network: Network | None) -> Any:
    """A network as JSON."""
    return trained(None if network is None else network.training)


def trained(training: Training[Any] | None) -> Any:
    """How a network was trained, as JSON."""
    if training is None:
        return "the one that ships"
    return {
        "options": plain(training.options),
        "seed": training.seed,
        "updates": training.updates,
    }


def described(schedule: Schedule) -> str:
    """A schedule in a word and its length."""
    return f"{schedule.label} schedule, T = {schedule.T}"


def steps(sampler: Sampler, schedule: Schedule) -> str:
    """A sampler and its steps."""
    count = sampler.steps_on(schedule)
    return f"{sampler.label} in {count} step{'s' if count != 1 else ''}"
