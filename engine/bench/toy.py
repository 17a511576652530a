"""Samplers on the toy data: ``python -m engine.bench toy --json FILE``.

For every data set that has a network and every sampler of ``RUNS``, from N(0, I) under the cosine
schedule with T = 1000, one thread:

* ``energy``, ``sliced``: energy distance and sliced Wasserstein distance of the samples to fresh
  data over those between two fresh draws, mean over the seeds; ``*_spread`` their standard
  deviation.
* ``seconds``: to draw all points, median over the seeds; ``evaluations``: network calls.
* ``sampler_overhead``: that time over the time spent inside the network, median over the seeds.

Flow matching uses the network trained that way, where one ships; all others share the denoiser.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from typing import Any

import torch
from torch import Generator, Tensor
from tqdm import tqdm

from engine.data import DATASETS
from engine.data.datasets import Dataset
from engine.denoisers import Flow, Learned, flow, learned
from engine.evaluation import Judge
from engine.noise import Cosine
from engine.samplers import (
    DDIM,
    DDPM,
    DPMSolver,
    Euler,
    FlowEuler,
    FlowHeun,
    FlowSampler,
    Heun,
    Sampler,
    sample,
)

#: All with about 50 network calls, but for the two that add their noise at every step.
RUNS: dict[str, Sampler] = {
    "ddpm": DDPM(steps=250),
    "ddpm_beta": DDPM(steps=250, variance="beta"),
    "ddim": DDIM(steps=50),
    "ddim_half": DDIM(steps=50, eta=0.5),
    "euler": Euler(steps=50),
    "heun": Heun(steps=25),
    "dpmpp_2m": DPMSolver(steps=50),
    "flow_euler": FlowEuler(steps=50),
    "flow_heun": FlowHeun(steps=25),
}
QUICK = ("gaussian", "swiss_roll")
SCHEDULE = Cosine(T=1000)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    trained = [key for key in DATASETS if learned.is_trained(key)]
    parser.add_argument("--datasets", nargs="+", choices=trained, default=trained)
    parser.add_argument("--points", type=int, default=2000, help="points in every draw")
    parser.add_argument("--seeds", type=int, default=3, help="repetitions")
    parser.add_argument("--quick", action="store_true", help="two data sets, 500 points, one seed")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """All figures of a run, ready for JSON."""
    keys, n, seeds = args.datasets, args.points, args.seeds
    if args.quick:
        keys, n, seeds = QUICK, 500, 1
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        found = {key: of_dataset(DATASETS[key], n, range(seeds)) for key in tqdm(keys)}
    finally:
        torch.set_num_threads(threads)
    overheads = [row["sampler_overhead"] for rows in found.values() for row in rows.values()]
    return {
        "datasets": found,
        "sampler_overhead": statistics.median(overheads),
        "sampler_overhead_largest": max(overheads),
        "points": n,
        "seeds": seeds,
        "schedule": f"{SCHEDULE.key}, T = {SCHEDULE.T}",
        "machine": f"{platform.machine()}, one thread, torch {torch.__version__}",
    }


def of_dataset(dataset: Dataset, n: int, seeds: range) -> dict[str, dict[str, float]]:
    """The figures of every sampler on one data set."""
    judge = Judge(dataset.sample, n, seeds, reference=dataset.fresh)
    found = {}
    for name, sampler in RUNS.items():
        if isinstance(sampler, FlowSampler) and not flow.is_trained(dataset.key):
            continue
        found[name] = of_sampler(dataset, sampler, judge, seeds)
    return found


def of_sampler(dataset: Dataset, sampler: Sampler, judge: Judge, seeds: range) -> dict[str, float]:
    """The figures of one sampler on one data set."""
    network: Any = _Timed(flow.load(dataset.key).net if isinstance(sampler, FlowSampler)
                     else learned.load(dataset.key).net)  # fmt: skip
    denoiser: Any = Flow(network) if isinstance(sampler, FlowSampler) else Learned(network)
    ratios, seconds, overheads = [], [], []
    for k, seed in enumerate(seeds):
        generator = Generator().manual_seed(1000 + seed)
        x_T = torch.randn(judge.n, dataset.dim, generator=generator)
        network.seconds, start = 0.0, time.perf_counter()
        *_, last = sample(denoiser, SCHEDULE, x_T, sampler, generator)
        seconds.append(time.perf_counter() - start)
        overheads.append(seconds[-1] / network.seconds)
        ratios.append(judge.ratios(last.x, k))
    figures: dict[str, float] = {}
    for name in judge.floors:
        values = [ratio[name] for ratio in ratios]
        figures[name] = statistics.mean(values)
        figures[f"{name}_spread"] = statistics.stdev(values) if len(values) > 1 else 0.0
    return {
        **figures,
        "seconds": statistics.median(seconds),
        "evaluations": sampler.evaluations(SCHEDULE),
        "sampler_overhead": statistics.median(overheads),
    }


class _Timed:
    """A network that adds up the seconds of its calls."""

    def __init__(self, net: Any) -> None:
        self.net, self.seconds = net, 0.0

    def __call__(self, x: Tensor, level: Tensor) -> Tensor:
        start = time.perf_counter()
        found = self.net(x, level)
        self.seconds += time.perf_counter() - start
        return found


def show(figures: dict[str, Any]) -> str:
    """The figures as a table."""
    lines = [
        f"{'data':18}{'sampler':12}{'calls':>6}{'energy':>16}{'sliced':>16}{'s':>8}{'over':>7}"
    ]
    for key, rows in figures["datasets"].items():
        for name, row in rows.items():
            ratios = "".join(
                f"{row[d]:9.2f} ± {row[f'{d}_spread']:<4.2f}" for d in ("energy", "sliced")
            )
            lines.append(
                f"{key:18}{name:12}{row['evaluations']:6}{ratios}"
                f"{row['seconds']:8.2f}{row['sampler_overhead']:7.3f}"
            )
    lines.append(f"sampler overhead, median {figures['sampler_overhead']:.3f}")
    return "\n".join(lines)
