"""The polymer laboratory: VAE, diffusion and guidance against chains of the simulation.

All distances are Wasserstein distances in sigma between samples and held-out chains; floors are
those between training and held-out chains (``engine.polymer.evaluation``).

* ``rg_w1_ddpm``, ``rg_w1_vae``, ``rg_w1_floor``: of the radius of gyration; ``models`` has the same
  of every model, with end-to-end distances, bond lengths and their spread.
* ``vae_speedup``: seconds for 1,000 chains by DDPM with all 200 steps over those by the VAE; all
  seconds are processor time on one thread.
* ``guidance_error``: median over samples of |R_g - target| / target at the recommended scale, the
  worst of the radii in ``ASKED``; ``guidance`` has every way, radius and scale, with the spread of
  bond lengths, to be compared with ``bond_spread_data``.
* ``tradeoff``: DDIM and DDPM by steps, with the seconds for 1,000 chains.
* ``bound``: the terms of the variational bound, in nats per chain.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import asdict
from typing import Any

import torch
from torch import Generator

from engine.evaluation import variational_bound
from engine.polymer import GUIDES, POLYMER, adherence, distances, draw, draw_guided, floors, shipped
from engine.polymer.evaluation import bond_spread
from engine.samplers import DDIM, DDPM, Sampler

RIVALS = ("lecture", "steep", "ddpm", "vae", "latent")
ASKED = (1.5, 1.8, 2.2)  #: sigma: 9, 55 and 90 % of the held-out chains are smaller
SCALES = (0.0, 1.0, 2.0, 4.0, 8.0)
STEPS = (2, 5, 10, 20, 50, 100, 200)
NAMES = {"gyration": "rg", "ends": "end", "bonds": "bond"}  #: of measures, in the figures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--samples", type=int, default=10_000, help="chains per model")
    parser.add_argument("--guided", type=int, default=400, help="chains per guide and scale")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """All figures; see the module's docstring."""
    torch.set_num_threads(1)
    figures: dict[str, Any] = {"samples": args.samples, "seed": args.seed}
    models = {key: quality(key, args.samples, args.seed) for key in RIVALS}
    for short in NAMES.values():
        for key in RIVALS:
            figures[f"{short}_w1_{key}"] = models[key][f"{short}_w1"]
    for name, short in NAMES.items():
        figures[f"{short}_w1_floor"] = round(floors()[name].mean, 5)
    figures["bond_spread_data"] = round(bond_spread(), 4)
    figures["vae_speedup"] = round(speedup(args.seed), 1)
    guidance = guidance_table(args.guided, args.seed)
    figures["guidance_error"] = worst(guidance, "free")
    figures["guidance_error_classifier"] = worst(guidance, "classifier")
    figures["models"] = models
    figures["guidance"] = guidance
    figures["tradeoff"] = tradeoff(args.seed)
    figures["bound"] = {key: bound(key, args.seed) for key in ("lecture", "steep", "ddpm")}
    return figures


def quality(key: str, n: int, seed: int) -> dict[str, Any]:
    """One model: distances, spread of bonds and seconds for n chains."""
    model = shipped(key)
    started = time.thread_time()
    samples = draw(model, n, Generator().manual_seed(seed))
    seconds = time.thread_time() - started
    found: dict[str, Any] = {"parameters": model.parameters, "seconds": round(seconds, 3)}
    for name, distance in distances(samples).items():
        short = NAMES[name]
        found[f"{short}_w1"] = round(distance.distance, 5)
        found[f"{short}_std"] = round(distance.std, 5)
    return found


def seconds(key: str, n: int, sampler: Sampler, seed: int, repeats: int = 3) -> float:
    """Median seconds for n chains."""
    times = []
    for _ in range(repeats):
        started = time.thread_time()
        draw(shipped(key), n, Generator().manual_seed(seed), sampler)
        times.append(time.thread_time() - started)
    return statistics.median(times)


def speedup(seed: int) -> float:
    """How many times faster than DDPM with all steps the VAE makes 1,000 chains."""
    return seconds("ddpm", 1000, DDPM(), seed) / seconds("vae", 1000, DDPM(), seed, repeats=15)


def guidance_table(n: int, seed: int) -> list[dict[str, Any]]:
    """Every way, radius and scale: adherence, diversity, bonds."""
    rows = []
    for way, guide in GUIDES.items():
        for asked in ASKED:
            for scale in SCALES:
                denoiser = guide.denoiser(asked, scale)
                samples = draw_guided(denoiser, n, Generator().manual_seed(seed))
                found = asdict(adherence(samples, asked))
                head = {"way": way, "asked": asked, "scale": scale}
                rows.append({**head, **{name: round(value, 5) for name, value in found.items()}})
    return rows


def worst(rows: list[dict[str, Any]], way: str) -> float:
    """Largest median error over the radii at the recommended scale."""
    scale = GUIDES[way].recommended
    chosen = [row for row in rows if row["way"] == way and row["scale"] == scale]
    return max(row["error"] for row in chosen)


def tradeoff(seed: int) -> list[dict[str, Any]]:
    """DDIM and DDPM by steps: seconds for 1,000 chains, and distances of 4,000."""
    rows = []
    for cls in (DDIM, DDPM):
        for steps in STEPS:
            sampler = cls(steps=steps)
            spent = seconds("ddpm", 1000, sampler, seed, repeats=1)
            found = distances(draw(shipped("ddpm"), 4000, Generator().manual_seed(seed), sampler))
            row = {"sampler": cls.key, "steps": steps, "seconds": round(spent, 3)}
            for name, distance in found.items():
                row[f"{NAMES[name]}_w1"] = round(distance.distance, 5)
            rows.append(row)
    return rows


def bound(key: str, seed: int) -> dict[str, Any]:
    """The variational bound of a model on the held-out chains."""
    model, generator = shipped(key), Generator().manual_seed(seed)
    schedule, x_0 = model.recipe.schedule, POLYMER.held_out()
    found = variational_bound.bound(model.denoiser(), schedule, x_0, generator)
    steps = [round(value, 5) for value in found.steps.tolist()]
    return {"total": round(found.total, 3), "end": round(found.end, 4), "steps": steps}


def show(figures: dict[str, Any]) -> str:
    """The main figures, the models and the guides."""
    lines = [
        json.dumps({k: v for k, v in figures.items() if not isinstance(v, dict | list)}, indent=2),
        "",
    ]
    lines += [
        f"{key:8} " + "  ".join(f"{name} {value}" for name, value in found.items())
        for key, found in figures["models"].items()
    ]
    lines.append("")
    lines += [
        "  ".join(f"{name} {value}" for name, value in row.items()) for row in figures["guidance"]
    ]
    return "\n".join(lines)
