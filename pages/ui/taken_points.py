"""What the pages about points and chains give away: arrays, options and script of a process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from engine.noise import Schedule
from engine.sampler import Sampler
from pages.ui import own_model, scripts
from pages.ui.line import EDGES, Picture
from pages.ui.points import Film, Process
from pages.ui.sampler_race import FRAMES, Entry, Meeting
from pages.ui.scripts import Run
from pages.ui.taken import Named, Taken, plain

WHO = {"learned": "network", "exact": "exact denoiser", "oracle": "oracle"}
TIMES = "(F,) times of the forward process, 0 first; reverse and guess stand at T - t"
GUESS = "the denoiser's prediction of x_0 that led to each reverse state"


def of_film(page: str, title: str, process: Process, film: Film) -> Taken:
    """Points on their way out and back."""
    back = film.t[-1] - film.t
    shape = "(F, points, dimensions)"
    arrays = {
        "t": Named(film.t, TIMES),
        "forward": Named(film.forward, f"{shape} data to noise", film.t),
        "reverse": Named(film.reverse, f"{shape} noise to data", back, result=True),
        "guess": Named(film.guess, f"{shape} {GUESS}"),
    }
    saved = {"t": "times", "forward": "forward", "reverse": "reverse", "guess": "guess"}
    return of_process(page, title, process, arrays, saved)


def of_line(page: str, title: str, process: Process, made: Picture) -> Taken:
    """The same in one dimension, with what is known exactly about it."""
    taken = of_film(page, title, process, made.film)
    known = {
        "edges": Named(EDGES, "(H + 1,) edges of the cells of density"),
        "density": Named(made.density, "(F, H) exact mean density of x_t in each cell"),
        "mean": Named(made.mean, "(F,) exact mean of x_t"),
        "variance": Named(made.variance, "(F,) exact variance of x_t"),
    }
    return Taken(taken.note, taken.options, {**taken.arrays, **known}, taken.script)


def of_chains(
    page: str,
    title: str,
    process: Process,
    t: Tensor,
    ways: Mapping[str, Tensor],
    samples: Tensor,
) -> Taken:
    """Chains on their way out and back, in the data set's own unit.

    ways: (F, C, L, d) of the first C chains, by "forward", "reverse" or "guess". samples: (n, L, d)
    all chains at the end.
    """
    times = {"forward": t, "reverse": t[-1] - t, "guess": None}
    about = {"forward": "data to noise", "reverse": "noise to data", "guess": GUESS}
    shape = "(F, chains, beads, dimensions)"
    arrays = {"t": Named(t, TIMES)}
    saved = {"t": "times"}
    for name, x in ways.items():
        arrays[name] = Named(x, f"{shape} {about[name]}", times[name])
        saved[name] = f"data.to_chain({name}[:, :{x.shape[1]}])"
    arrays["samples"] = Named(samples, "(n, beads, dimensions) all chains sampled", result=True)
    saved["samples"] = "data.to_chain(reverse[-1])"
    return of_process(page, title, process, arrays, saved)


def of_process(
    page: str,
    title: str,
    process: Process,
    arrays: Mapping[str, Named],
    saved: Mapping[str, str],
) -> Taken:
    """Any process. saved: the script's expression for each array, see ``scripts.process``."""
    run = own_model.in_use(process.dataset) if process.denoiser == "learned" else None
    options = {
        "page": page,
        "data": process.dataset,
        "schedule": plain(process.schedule),
        "sampler": plain(process.sampler),
        "denoiser": process.denoiser,
        "network": trained(run) if process.denoiser == "learned" else None,
        "noising": process.path,
        "same_noise": process.same,
        "n": process.n,
        "seed": process.seed,
    }
    note = ", ".join(
        [
            said(process.schedule),
            steps(process.sampler, process.schedule),
            WHO[process.denoiser],
            f"n = {process.n:,}",
            f"seed {process.seed}",
        ]
    )
    script = scripts.process(page, f"{title}: noised, and brought back.", process, saved, run)
    return Taken(note, options, arrays, script)


def of_samplers(entry: Entry, meeting: Meeting) -> Taken:
    """Several ways back from one cloud of noise."""
    run = own_model.in_use(entry.dataset)
    arrays = {"t": Named(meeting.t, "(F,) times of the frames, T first")}
    for sampler, lane in zip(entry.samplers, meeting.lanes, strict=True):
        about = f"(F, points, 2) the states of {sampler.label}"
        arrays[sampler.key] = Named(lane.x, about, meeting.t, result=True)
    options = {
        "page": "samplers",
        "data": entry.dataset,
        "schedule": plain(entry.schedule),
        "samplers": plain(entry.samplers),
        "network": trained(run),
        "n": entry.n,
        "seed": entry.seed,
    }
    steps_ = sorted({sampler.steps for sampler in entry.samplers})
    note = f"{said(entry.schedule)}, {' or '.join(map(str, steps_))} steps, n = {entry.n:,}, "
    pairs = [(sampler, entry.denoiser(sampler) is entry.flow) for sampler in entry.samplers]
    script = scripts.ways(entry.dataset, entry.schedule, pairs, entry.n, entry.seed, FRAMES, run)
    return Taken(f"{note}seed {entry.seed}", options, arrays, script)


def trained(run: Run | None) -> Any:
    """Which network it was, as JSON."""
    if run is None:
        return "the one that ships"
    return {"options": plain(run.options), "seed": run.seed, "updates": run.step}


def said(schedule: Schedule) -> str:
    """A schedule in a word and its length."""
    return f"{schedule.label} schedule, T = {schedule.T}"


def steps(sampler: Sampler, schedule: Schedule) -> str:
    """A sampler and its steps."""
    count = min(sampler.steps, schedule.T)
    return f"{sampler.label} in {count} step{'s' if count != 1 else ''}"
