"""What the race of schedules exports: both processes of each, their alpha_bars, the script."""

from __future__ import annotations

from engine.experiments.schedule_race import Both, race_of
from engine.samplers import SAMPLERS
from pages.ui.export import scripts
from pages.ui.export.arrays import Export, plain
from pages.ui.export.points import which
from pages.ui.process_controls import SAID

PAGE = "noise_schedules"


def of_race(made: Both) -> Export:
    """Everything there is of a race."""
    race, way = made.race, made.race.way
    sampler = SAMPLERS[way.sampler](steps=race.T)
    options = {
        "page": PAGE,
        "data": way.dataset,
        "schedules": {lane.name: plain(lane.schedule) for lane in race.lanes},
        "noising": race.path,
        "sampler": plain(sampler),
        "denoiser": way.denoiser,
        "network": which(way.network) if way.denoiser == "learned" else None,
        "n": race.n,
        "seed": way.seed,
    }
    names = ", ".join(lane.label for lane in race.lanes)
    note = (
        f"{names}; T = {race.T}, {sampler.label}, {SAID[way.denoiser]}, n = {race.n:,}, "
        f"seed {way.seed}"
    )
    script = scripts.run(f"Noise schedules side by side: {names}.", PAGE, race_of, race)
    return Export(note, options, made.described(), script)
