"""What the page of the reader's own data gives away: arrays in the units that came in, script."""

from __future__ import annotations

from pages.ui import scripts
from pages.ui.course import Run, updates
from pages.ui.own_film import Play
from pages.ui.own_source import Origin
from pages.ui.points import FRAMES, STORED, Film
from pages.ui.scripts import Names, call
from pages.ui.taken import Named, Taken, plain
from pages.ui.taken_points import GUESS, TIMES, said, steps, trained

WAYS = ("forward", "reverse", "guess")


def of_own(origin: Origin, play: Play, film: Film, run: Run | None) -> Taken:
    """Points on their way out and back. run: of the network; None for the exact denoiser."""
    own, back = play.data, film.t[-1] - film.t
    shape = f"(F, points, 2) {own.names[0]}, {own.names[1]};"
    arrays = {
        "t": Named(film.t, TIMES),
        "forward": Named(own.restore(film.forward), f"{shape} data to noise", film.t),
        "reverse": Named(own.restore(film.reverse), f"{shape} noise to data", back, result=True),
        "guess": Named(own.restore(film.guess), f"{shape} {GUESS}"),
    }
    options = {
        "page": "own_data",
        "data": {"from": origin.about, "standardised": own.said},
        "schedule": plain(play.schedule),
        "sampler": plain(play.sampler),
        "denoiser": "exact" if run is None else "learned",
        "network": None if run is None else trained(run),
        "n": play.n,
        "seed": play.seed,
    }
    who = "exact denoiser" if run is None else f"network after {updates(run.step)}"
    note = ", ".join(
        [said(play.schedule), steps(play.sampler, play.schedule), who, f"n = {play.n:,}",
         f"seed {play.seed}"]
    )  # fmt: skip
    return Taken(note, options, arrays, script(origin, play, run))


def script(origin: Origin, play: Play, run: Run | None) -> str:
    """The film again, from the points as they came in."""
    names: Names = {
        "engine.forward": {"markov_path"},
        "engine.own_points": {"OwnPoints"},
        "engine.sample": {"sample"},
        "engine.trajectory": {"Trajectory"},
    }
    for module, found in origin.names.items():
        names.setdefault(module, set()).update(found)
    if run is None:
        names["engine.denoise"] = {"ExactEmpirical"}
        denoiser = f"denoiser = ExactEmpirical(data.train()[:{STORED}])"
    else:
        names["engine.learn"] = {"fit"}
        denoiser = (
            f"options = {call(run.options, names)}\n"
            f"fitting = fit(data, options, Generator().manual_seed({run.seed}))\n"
            f"denoiser = next(p.denoiser for p in fitting if p.step == {run.step})"
        )
    chosen = (
        f"{origin.lines}\n"
        f"schedule = {call(play.schedule, names)}\n"
        f"sampler = {call(play.sampler, names)}\n"
        f"n, seed = {play.n}, {play.seed}"
    )
    there = (
        "# Forward, from data to noise, at the times of the film.\n"
        f"times = {scripts.film_times('schedule.T', FRAMES)}\n"
        "x_0 = data.sample(n, Generator().manual_seed(seed))\n"
        "noise = Generator().manual_seed(seed + 1)\n"
        "walk = markov_path(schedule, x_0, noise, times.long().tolist())\n"
        "forward = Trajectory.record(walk).x"
    )
    back = (
        "# Reverse, from noise to data; frame k stands at time T - times[k].\n"
        "x_T = torch.randn(x_0.shape, generator=Generator().manual_seed(seed + 2))\n"
        "states = sample(denoiser, schedule, x_T, sampler, Generator().manual_seed(seed + 3))\n"
        "film = Trajectory.record(states).at(schedule.T - times)\n"
        "reverse, guess = film.x, film.x_0"
    )
    saved = {"t": "times", **{name: f"data.restore({name})" for name in WAYS}}
    title = "Points of one's own: noised, and brought back."
    return scripts.text(
        title, names, chosen, denoiser, there, back, scripts.save("own_data", saved)
    )
