"""What the page of a user's own data exports: arrays in the units that came in, and a script."""

from __future__ import annotations

from engine.experiments.own_film import OwnFilm, OwnProcess, own_film
from pages.sections.own_data.source import Source
from pages.ui.export import scripts
from pages.ui.export.arrays import Export, plain
from pages.ui.export.points import described, steps
from pages.ui.training.progress import updates


def of_own(source: Source, process: OwnProcess, film: OwnFilm) -> Export:
    """Points noised and sampled."""
    training = process.training
    options = {
        "page": "own_data",
        "data": {"from": source.about, "standardised": source.data.description},
        "schedule": plain(process.schedule),
        "sampler": plain(process.sampler),
        "denoiser": "exact" if training is None else "learned",
        "network": plain(training),
        "n": process.n,
        "seed": process.seed,
    }
    who = (
        "memory of the points" if training is None else f"network after {updates(training.updates)}"
    )
    note = ", ".join(
        [described(process.schedule), steps(process.sampler, process.schedule), who,
         f"n = {process.n:,}", f"seed {process.seed}"]
    )  # fmt: skip
    script = scripts.run(
        "Your own points: noised, and sampled anew.",
        "own_data",
        own_film,
        source.code,
        process,
        source=[own_film],
    )
    return Export(note, options, film.described(), script)
