"""Runs as Python: short scripts that make the arrays of a page again, digit by digit.

Each script uses the engine alone, spells the run out step by step, and ends by saving its arrays
under the names that the page's own archive gives them. They are run in the project's folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Protocol

from engine.data import DATASETS
from engine.noise import Schedule
from engine.sampler import Sampler
from pages.ui.points import FRAMES, STORED, Process

THREADS = "torch.set_num_threads(1)  # as on the page, so that every digit agrees"
Names = dict[str, set[str]]  #: module -> what is imported from it


class Run(Protocol):
    """A network that was trained on a page: with which options and seed, and how many updates."""

    @property
    def options(self) -> Any: ...
    @property
    def seed(self) -> int: ...
    @property
    def step(self) -> int: ...


def text(title: str, names: Mapping[str, Iterable[str]], *parts: str) -> str:
    """A script: what it is, its imports and its parts."""
    imports = [
        f"from {module} import {', '.join(sorted(found))}"
        for module, found in sorted(names.items())
    ]
    head = f'"""{title}\n\nRun it in the project\'s folder.\n"""'
    libraries = "import numpy as np\nimport torch\nfrom torch import Generator"
    return "\n\n".join([head, libraries, "\n".join(imports), THREADS, *parts]) + "\n"


def call(value: Any, names: Names) -> str:
    """Python that makes a frozen dataclass of options again; its class is added to ``names``."""
    if not is_dataclass(value) or isinstance(value, type):
        return literal(value)
    kind = type(value)
    names.setdefault(kind.__module__, set()).add(kind.__name__)
    given = (f"{f.name}={call(getattr(value, f.name), names)}" for f in fields(value))
    return f"{kind.__name__}({', '.join(given)})"


def literal(value: Any) -> str:
    """A value as Python text, strings in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def save(name: str, arrays: Mapping[str, str]) -> str:
    """The last line: arrays by name to the expression that gives each."""
    inside = "".join(f"    {key}={value},\n" for key, value in arrays.items())
    return f'np.savez(\n    "{name}.npz",\n{inside})'


def film_times(T: str, frames: int) -> str:
    """The whole times from 0 to ``T`` that a film shows, as Python."""
    return f"torch.linspace(0, {T}, min({T}, {frames}) + 1, dtype=torch.float64).round()"


# ---------------------------------------------------------------------------------------------
# A process: forward and back


def process(name: str, title: str, made: Process, saved: Mapping[str, str], run: Run | None) -> str:
    """The film of a process. saved: what to keep of t, forward, reverse and guess, see ``save``.

    run: of the network, if it was trained on the page.
    """
    names: Names = {
        "engine.data": {"DATASETS"},
        "engine.sample": {"sample"},
        "engine.trajectory": {"Trajectory"},
    }
    walk = "marginal_path" if made.path == "marginal" else "markov_path"
    names["engine.forward"] = {walk}
    start = (
        "x_T = forward[-1]  # the very points where the forward process ended"
        if made.same
        else "x_T = torch.randn(x_0.shape, generator=Generator().manual_seed(seed + 2))"
    )
    denoiser = denoiser_lines(made, run, names)
    chosen = (
        f"data = DATASETS[{literal(made.dataset)}]\n"
        f"schedule = {call(made.schedule, names)}\n"
        f"sampler = {call(made.sampler, names)}\n"
        f"n, seed = {made.n}, {made.seed}"
    )
    there = (
        "# Forward, from data to noise, at the times of the film.\n"
        f"times = {film_times('schedule.T', FRAMES)}\n"
        "x_0 = data.sample(n, Generator().manual_seed(seed))\n"
        f"walk = {walk}(schedule, x_0, Generator().manual_seed(seed + 1), times.long().tolist())\n"
        "forward = Trajectory.record(walk).x"
    )
    back = (
        "# Reverse, from noise to data; frame k stands at time T - times[k].\n"
        f"{start}\n{denoiser}\n"
        "states = sample(denoiser, schedule, x_T, sampler, Generator().manual_seed(seed + 3))\n"
        "film = Trajectory.record(states).at(schedule.T - times)\n"
        "reverse, guess = film.x, film.x_0"
    )
    return text(title, names, chosen, there, back, save(name, saved))


def denoiser_lines(made: Process, run: Run | None, names: Names) -> str:
    """Lines that end with the process's denoiser in ``denoiser``; an oracle knows ``x_0``."""
    if made.denoiser == "oracle":
        names.setdefault("engine.denoise", set()).add("Oracle")
        return "denoiser = Oracle(x_0)"
    if made.denoiser == "learned":
        return network(made.dataset, run, names)
    if DATASETS[made.dataset].mixture() is not None:
        names.setdefault("engine.denoise", set()).add("ExactMixture")
        return "denoiser = ExactMixture(data.mixture())"
    names.setdefault("engine.denoise", set()).add("ExactEmpirical")
    return f"denoiser = ExactEmpirical(data.sample({STORED}, Generator().manual_seed(0)))"


def network(key: str, run: Run | None, names: Names) -> str:
    """Lines that end with the network in ``denoiser``: the one that ships, or trained again."""
    if run is None:
        names.setdefault("engine.denoise", set()).add("load")
        return f"denoiser = load({literal(key)})"
    names.setdefault("engine.learn", set()).add("fit")
    return (
        f"# The network that was trained on the page.\noptions = {call(run.options, names)}\n"
        f"fitting = fit(DATASETS[{literal(key)}], options, Generator().manual_seed({run.seed}))\n"
        f"denoiser = next(p.denoiser for p in fitting if p.step == {run.step})"
    )


# ---------------------------------------------------------------------------------------------
# Several ways back from one start


def ways(
    key: str,
    schedule: Schedule,
    samplers: Sequence[tuple[Sampler, bool]],
    n: int,
    seed: int,
    frames: int,
    run: Run | None,
) -> str:
    """The race of samplers. samplers: each with whether it follows the flow network."""
    names: Names = {
        "engine.data": {"DATASETS"},
        "engine.sample": {"sample"},
        "engine.trajectory": {"Trajectory"},
    }
    if run is None:
        del names["engine.data"]
    setting = (
        f"schedule = {call(schedule, names)}\n"
        f"n, seed = {n}, {seed}\n"
        f"times = schedule.T - {film_times('schedule.T', frames)}\n"
        "x_T = torch.randn(n, 2, generator=Generator().manual_seed(seed + 2))"
    )
    who = network(key, run, names)
    if any(flows for _, flows in samplers):
        names.setdefault("engine", set()).add("flow")
        who += f"\nvelocity = flow.load({literal(key)})"
    pairs = "".join(
        f"    ({call(sampler, names)}, {'velocity' if flows else 'denoiser'}),\n"
        for sampler, flows in samplers
    )
    body = (
        f"pairs = [\n{pairs}]\n"
        "made = {}\n"
        "for sampler, who in pairs:\n"
        "    states = sample(who, schedule, x_T, sampler, Generator().manual_seed(seed + 4))\n"
        "    made[sampler.key] = Trajectory.record(states).at(times).x.numpy()"
    )
    saved = 'np.savez("samplers.npz", t=times, **made)'
    title = f"Several samplers from one cloud of noise, {len(samplers)} ways back."
    return text(title, names, setting, who, body, saved)
