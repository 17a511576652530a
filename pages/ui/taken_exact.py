"""What the page of truth and network gives away: its arrays, and scripts that make them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.data import Dataset
from engine.likelihood import FlowOptions
from engine.noise import Schedule
from engine.streamlines import grid
from pages.ui import few, likelihoods, own_model, score_fields, scripts
from pages.ui.few import Known, Lesson, Pupil
from pages.ui.likelihoods import InThePlane, OnTheLine
from pages.ui.score_fields import Fields
from pages.ui.scripts import Names, call, literal, network, save
from pages.ui.taken import Named, Taken, plain
from pages.ui.taken_points import said, trained

PAGE = "exact_learned"


def of_fields(data: Dataset, schedule: Schedule, seed: int, found: Fields) -> Taken:
    """Both scores on their grid, and the errors over time."""
    run = own_model.in_use(data.key)
    count = len(found.t)
    arrays = {
        "t": Named(found.t, "(F,) times, T first and 1 last"),
        "places": Named(found.places, "(G, D) the grid"),
        "exact": Named(found.exact, "(F, G, D) exact score times 1 - alpha_bar"),
        "learned": Named(found.learned, "(F, G, D) the network's score times 1 - alpha_bar"),
        "error": Named(found.error.reshape(count, -1), "(F, G) |eps_learned - eps_exact|"),
        "squared": Named(
            [level.squared for level in found.levels],
            "(F,) mean squared error of eps over q(x_t), per coordinate",
        ),
        "fisher": Named([level.fisher for level in found.levels], "(F,) Fisher divergence"),
        "bound": Named(found.bound, "half the Fisher divergence times beta, summed, in nats"),
        "early": Named(found.early, "KL(q_T || N(0, I)) in nats"),
    }
    names: Names = {
        "engine.data": {"DATASETS"},
        "engine.exact": {"exact"},
        "engine.score_error": {"compare", "end_gap", "kl_bound", "over_time"},
    }
    window = score_fields.WINDOW
    if data.dim == 1:
        places = f"places = torch.linspace(-{window}, {window}, {score_fields.PLACES})[:, None]"
    else:
        names["engine.streamlines"] = {"grid"}
        places = f"places = grid(-{window}, {window}, {score_fields.CELLS}).reshape(-1, 2)"
    script = scripts.text(
        f"{data.label}: exact and learned score.",
        names,
        _setting(data, schedule, seed, names),
        network(data.key, run, names),
        "# The clock, from T down to 1, and the grid.\n"
        f"count = min(schedule.T, {score_fields.FRAMES + 1})\n"
        "times = torch.linspace(schedule.T, 1, count, dtype=torch.float64).round()\n"
        "levels = [float(schedule.alpha_bar(int(t))) for t in times]\n"
        f"{places}",
        "# Both at every place and time.\n"
        "truth = exact(data)\n"
        "found = [compare(truth, denoiser, places, level) for level in levels]\n"
        "noise = torch.tensor([(1 - level) ** 0.5 for level in levels])[:, None, None]",
        "# Means over q(x_t).\n"
        "generator = Generator().manual_seed(seed)\n"
        f"x_0 = data.sample({score_fields.DRAWS}, generator)\n"
        "means = list(over_time(truth, denoiser, x_0, levels, generator))",
        save(
            PAGE,
            {
                "t": "times",
                "places": "places",
                "exact": "-noise * torch.stack([c.exact for c in found])",
                "learned": "-noise * torch.stack([c.learned for c in found])",
                "error": "torch.stack([c.error for c in found])",
                "squared": "[m.squared for m in means]",
                "fisher": "[m.fisher for m in means]",
                "bound": "kl_bound(means)",
                "early": "end_gap(truth, x_0, levels[0], Generator().manual_seed(seed + 1))",
            },
        ),
    )
    return _taken(data, "score", schedule, seed, trained(run), arrays, script)


def of_likelihood(
    data: Dataset,
    schedule: Schedule,
    seed: int,
    options: FlowOptions,
    found: OnTheLine | InThePlane,
) -> Taken:
    """Fresh draws with their log-likelihoods, and the densities that are drawn."""
    run = own_model.in_use(data.key)
    numbers = found.numbers
    arrays = {
        "x": Named(_draws(found), "(n, D) fresh draws from the data", result=data.dim == 2),
        "log_p": Named(numbers.learned, "(n,) log-likelihood by the network's ODE, nats"),
        "places": Named(_places(found), "(G, D) places of the density"),
        "log_density": Named(_density(found), "(G,) the network's log density there"),
    }
    if numbers.exact is not None:
        arrays["log_q"] = Named(numbers.exact, "(n,) exact log density, nats")
    names: Names = {
        "engine.data": {"DATASETS"},
        "engine.likelihood": {"log_likelihood"},
    }
    if data.dim == 1:
        line = likelihoods.LINE
        places = f"torch.linspace(-{line}, {line}, {likelihoods.PLACES})[:, None]"
        both, split = "torch.cat([places, x])", "inside, log_p = found.split([len(places), len(x)])"
    else:
        names["engine.streamlines"] = {"grid"}
        window, cells = score_fields.WINDOW, likelihoods.CELLS
        places = f"grid(-{window}, {window}, {cells}).reshape(-1, 2)"
        both, split = "torch.cat([x, places])", "log_p, inside = found.split([len(x), len(places)])"
    saved = {"x": "x", "log_p": "log_p", "places": "places", "log_density": "inside"}
    if numbers.exact is not None:
        names["engine.exact"] = {"exact"}
        saved["log_q"] = "exact(data).log_prob(x)"
    script = scripts.text(
        f"{data.label}: likelihood by the probability-flow ODE.",
        names,
        _setting(data, schedule, seed, names),
        network(data.key, run, names),
        f"x = data.fresh({likelihoods.DRAWS[data.dim]}, Generator().manual_seed(10_000 + seed))\n"
        f"places = {places}\n"
        f"options = {call(options, names)}\n"
        f"found = log_likelihood(denoiser, {both}, schedule.signal_left, options)\n"
        f"{split}",
        save(PAGE, saved),
    )
    return _taken(data, "likelihood", schedule, seed, trained(run), arrays, script, plain(options))


def of_memory(
    data: Dataset, n: int, pupil: Pupil, seed: int, found: Known, lesson: Lesson | None
) -> Taken:
    """The training points and what was drawn after seeing them."""
    t = found.t
    shape = f"(F, {few.SAMPLES}, 2) from noise to samples"
    arrays = {
        "t": Named(t, "(F,) times of the frames, T first"),
        "training": Named(found.points, "(n, 2) the training points"),
        "copyist": Named(found.copyist.film, f"{shape}: exact for these points", t, result=True),
    }
    names: Names = {
        "engine.data": {"DATASETS"},
        "engine.exact": {"POINTS", "Exact", "point_masses"},
        "engine.memory": {"Few"},
        "engine.noise": {"Cosine"},
        "engine.sample": {"sample"},
        "engine.solvers": {"DPMSolver"},
        "engine.trajectory": {"Trajectory"},
    }
    drawn = {"copyist": "draw(Exact(point_masses(data.train()), POINTS))"}
    parts = [
        f"data = Few(DATASETS[{literal(data.key)}], {n}, {seed})",
        "schedule = Cosine(T=1000)\n"
        f"times = torch.linspace(0, 1000, {few.FRAMES + 1}, dtype=torch.float64)",
        "def draw(denoiser):\n"
        f"    start = torch.randn({few.SAMPLES}, 2, generator=Generator().manual_seed(7))\n"
        f"    sampler = DPMSolver(steps={few.STEPS})\n"
        "    states = sample(denoiser, schedule, start, sampler, Generator())\n"
        "    return Trajectory.record(states).at(schedule.T - times).x",
    ]
    if lesson is not None:
        arrays["pupil"] = Named(lesson.drawn.film, f"{shape}: the network", t, result=True)
        names["engine.learn"] = {"fit"}
        parts.append(
            f"options = {call(pupil.fit_options(), names)}\n"
            f"fitting = fit(data, options, Generator().manual_seed({seed}))\n"
            f"pupil = next(p.denoiser for p in fitting if p.step == {lesson.step})"
        )
        drawn["pupil"] = "draw(pupil)"
    parts.append(save(PAGE, {"t": "1000 - times", "training": "data.train()", **drawn}))
    script = scripts.text(f"{data.label}: {n} points, learned or remembered.", names, *parts)
    options = {"page": PAGE, "view": "memory", "data": data.key, "n": n, "seed": seed}
    options["network"] = plain(pupil) if lesson is not None else None
    return Taken(f"{n} training points, seed {seed}", options, arrays, script)


# ---------------------------------------------------------------------------------------------


def _setting(data: Dataset, schedule: Schedule, seed: int, names: Names) -> str:
    return (
        f"data = DATASETS[{literal(data.key)}]\nschedule = {call(schedule, names)}\nseed = {seed}"
    )


def _taken(
    data: Dataset,
    view: str,
    schedule: Schedule,
    seed: int,
    network: Any,
    arrays: Mapping[str, Named],
    script: str,
    more: Any = None,
) -> Taken:
    options = {
        "page": PAGE,
        "view": view,
        "data": data.key,
        "schedule": plain(schedule),
        "network": network,
        "seed": seed,
    }
    if more is not None:
        options["solver"] = more
    return Taken(f"{said(schedule)}, seed {seed}", options, arrays, script)


def _draws(found: OnTheLine | InThePlane) -> np.ndarray:
    """(n, D) the draws as they stand at t = 0."""
    return found.drawn if isinstance(found, OnTheLine) else found.flow[-1]


def _places(found: OnTheLine | InThePlane) -> np.ndarray:
    if isinstance(found, OnTheLine):
        return found.x[:, None]
    window = score_fields.WINDOW
    return grid(-window, window, likelihoods.CELLS).reshape(-1, 2).numpy()


def _density(found: OnTheLine | InThePlane) -> np.ndarray:
    if isinstance(found, OnTheLine):
        return found.log_learned
    return found.learned.reshape(-1)
