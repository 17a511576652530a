"""What the polymer laboratory gives away: its arrays, and the scripts that make them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import torch
from torch import Tensor

from engine.chains.models import Model
from engine.sampler import Sampler
from engine.trajectory import Trajectory
from pages.ui import polymer_training
from pages.ui.scripts import Names, call, film_times, literal, save, text
from pages.ui.taken import Named, Taken, plain

CHAINS = "(chains, 12, 2) in sigma"
MOVING = f"(F, {CHAINS[1:]}"


def of_models(
    models: Mapping[str, Model],
    films: Mapping[str, Trajectory],
    known: Tensor,
    times: Tensor,
    frames: int,
    sampler: Sampler,
    seed: int,
) -> Taken:
    """Chains of several models beside each other.

    models, films: by the name of the array; a film of one state stands still. known: (C, 12, 2)
    chains of the simulation. times: (F,) of the frames.
    """
    arrays = {
        "t": Named(times, "(F,) times of the frames, T first"),
        "simulation": Named(known, f"{CHAINS}, held-out chains"),
    }
    names: Names = {
        "engine.chains.draw": {"chains", "noise_dim", "paths"},
        "engine.chains.measure": {"held_out"},
        "engine.trajectory": {"Trajectory"},
    }
    saved = {"t": "times", "simulation": "simulation"}
    for name, film in films.items():
        label = models[name].recipe.label
        if len(film) == 1:
            arrays[name] = Named(film.x[0], f"{CHAINS}, made by {label}", result=True)
            saved[name] = f"made[{literal(name)}].x[0]"
        else:
            x = film.at(times).x
            arrays[name] = Named(x, f"{MOVING}, made by {label}", times, result=True)
            saved[name] = f"made[{literal(name)}].at(times).x"
    runs = {name: polymer_training.own_run(model.recipe.key) for name, model in models.items()}
    entries = (f"    {literal(name)}: {_model(model, names)},\n" for name, model in models.items())
    parts = [
        f"models = {{\n{''.join(entries)}}}\n"
        f"sampler, seed, shown = {call(sampler, names)}, {seed}, {len(known)}",
        "made = {}\n"
        "for name, model in models.items():\n"
        "    generator = Generator().manual_seed(seed)\n"
        "    x_T = torch.randn(shown, noise_dim(model), generator=generator)\n"
        '    states = paths(model, x_T, sampler, generator, models["vae"])\n'
        "    film = Trajectory.record(states)\n"
        "    made[name] = Trajectory(film.t, chains(film.x))",
        'T = int(made["diffusion"].t[0])\n'
        f"times = T - {film_times('T', frames)}\n"
        "order = torch.randperm(len(held_out()), generator=Generator().manual_seed(seed))\n"
        "simulation = held_out()[order[:shown]]",
        save("polymer_compare", saved),
    ]
    options = {
        "page": "polymer, VAE against diffusion",
        "models": {name: _told(model, runs[name]) for name, model in models.items()},
        "sampler": plain(sampler),
        "seed": seed,
    }
    labels = ", ".join(model.recipe.label for model in models.values())
    note = f"{labels}; {sampler.label} in {sampler.steps} steps, seed {seed}"
    return Taken(note, options, arrays, text("Chains of three models.", names, *parts))


class Flock(Protocol):
    """Guided chains on their way: t (F,), x and perhaps pull (F, shown, 12, 2)."""

    @property
    def t(self) -> Tensor: ...
    @property
    def x(self) -> Tensor: ...
    @property
    def pull(self) -> Tensor | None: ...


def of_guidance(
    models: Mapping[str, Model],
    flocks: Mapping[str, Flock],
    crowds: Mapping[str, Tensor],
    scales: Mapping[str, float],
    way: str,
    asked: float,
    sampler: Sampler,
    seed: int,
    frames: int,
) -> Taken:
    """Chains with and without a wish, by "free" and "asked". crowds: (n, 12, 2), finished."""
    some = next(iter(flocks.values()))
    arrays = {"t": Named(some.t, "(F,) times of the frames, T first")}
    saved = {"t": "t"}
    for name, flock in flocks.items():
        about = f"scale {scales[name]:g}"
        arrays[name] = Named(flock.x, f"{MOVING}, {about}", flock.t)
        if flock.pull is not None:
            told = f"{MOVING}, how far guidance moves each guess"
            arrays[f"{name}_pull"] = Named(flock.pull, told)
        samples = Named(crowds[name], f"{CHAINS}, finished, {about}", result=True)
        arrays[f"{name}_samples"] = samples
    saved |= {name: f"made[{literal(name)}]" for name in arrays if name != "t"}
    names: Names = {
        "engine.chains.draw": {"chains", "guided"},
        "engine.chains.models": {"POLYMER", "STEEP"},
        "engine.sample": {"sample"},
    }
    entries = (f"    {literal(key)}: {_model(model, names)},\n" for key, model in models.items())
    shown, n = some.x.shape[1], len(crowds["asked"])
    parts = [
        f"models = {{\n{''.join(entries)}}}\n"
        f"way, asked, scales = {literal(way)}, {asked!r}, {dict(scales)!r}\n"
        f"sampler, seed, n, shown = {call(sampler, names)}, {seed}, {n}, {shown}",
        "def draw(denoiser, many):\n"
        "    generator = Generator().manual_seed(seed)\n"
        "    x_T = torch.randn(many, POLYMER.dim, generator=generator)\n"
        "    return list(sample(denoiser, STEEP, x_T, sampler, generator))",
        "made = {}\n"
        "for name, scale in scales.items():\n"
        "    loud, quiet = (guided(way, asked, s, models) for s in (scale, 0.0))\n"
        "    states = draw(loud, shown)\n"
        f"    stride = -(-len(states) // {frames})\n"
        "    kept = [*states[:-1:stride], states[-1]]\n"
        "    t = torch.tensor([state.t for state in kept])\n"
        "    x = torch.stack([state.x for state in kept])\n"
        "    levels = STEEP.alpha_bar(t.long()).tolist()\n"
        "    pull = torch.stack([loud(x_t, a) - quiet(x_t, a) for x_t, a in zip(x, levels)])\n"
        '    made[name], made[f"{name}_pull"] = chains(x), chains(pull)\n'
        '    made[f"{name}_samples"] = chains(draw(loud, n)[-1].x)',
        save("polymer_guidance", saved),
    ]
    options = {
        "page": "polymer, guidance",
        "models": {
            key: _told(model, polymer_training.own_run(key)) for key, model in models.items()
        },
        "way": way,
        "asked": asked,
        "scales": dict(scales),
        "sampler": plain(sampler),
        "seed": seed,
    }
    note = f"R_g = {asked:g} σ asked for, scale {scales['asked']:g}, {sampler.label} in "
    note += f"{sampler.steps} steps, seed {seed}"
    return Taken(note, options, arrays, text("Guided chains.", names, *parts))


def of_map(
    vae: Model, chains: Tensor, values: Tensor, codes: Tensor, colour: str, reach: float
) -> Taken:
    """The latent plane of the VAE, decoded. chains (cells, cells, 24), values (cells, cells)."""
    cells = len(values)
    measure = {"gyration": "radius_of_gyration", "ends": "end_to_end"}[colour]
    axis = torch.linspace(-reach, reach, cells)
    arrays = {
        "axis": Named(axis, "(cells,) latent numbers along both sides of the plane"),
        "decoded": Named(
            chains.unflatten(-1, (-1, 2)), "(cells, cells, 12, 2) in sigma; rows: second number"
        ),
        "values": Named(values, f"(cells, cells) {measure} of these, in sigma"),
        "codes": Named(codes, "(points, 2) where the encoder puts held-out chains", result=True),
    }
    names: Names = {
        "engine": {"latent"},
        "engine.metrics": {measure},
        "engine.chains.draw": {"chains"},
        "engine.chains.measure": {"held_out"},
        "engine.chains.models": {"POLYMER"},
    }
    setting = (
        f"vae = {_model(vae, names)}\nreach, cells = {reach!r}, {cells}\n"
        "plane = latent.grid(reach, cells)"
    )
    body = (
        "with torch.no_grad():\n"
        "    decoded = chains(vae.net.decode(plane.flatten(0, 1))).unflatten(0, (cells, cells))\n"
        f"    codes, _ = vae.net.encode(held_out()[:{len(codes)}].flatten(1) / POLYMER.scale)\n"
        f"values = latent.chart(vae.net, lambda x: {measure}(chains(x)), reach, cells)"
    )
    saved = {"axis": "plane[0, :, 0]", "decoded": "decoded", "values": "values", "codes": "codes"}
    options = {
        "page": "polymer, latent map",
        "model": _told(vae, polymer_training.own_run("vae")),
        "colour": colour,
        "reach": reach,
        "cells": cells,
    }
    script = text("The latent plane, decoded.", names, setting, body, save("polymer_map", saved))
    said = {"gyration": "radius of gyration", "ends": "end-to-end distance"}[colour]
    return Taken(f"{vae.recipe.label}, coloured by the {said}", options, arrays, script)


def _told(model: Model, run: Any) -> Any:
    """A model as JSON."""
    if run is None:
        return {"model": model.recipe.key, "weights": "those that ship"}
    own = {"options": plain(run.options), "seed": run.seed, "updates": run.step}
    return {"model": model.recipe.key, **own}


def _model(model: Model, names: Names) -> str:
    """Python that gives the model: shipped, or trained again as on the page."""
    key = literal(model.recipe.key)
    run = polymer_training.own_run(model.recipe.key)
    if run is None:
        names.setdefault("engine.chains.models", set()).add("shipped")
        return f"shipped({key})"
    names.setdefault("engine.chains.learn", set()).add("fit")
    fitting = f"fit({key}, {call(run.options, names)}, Generator().manual_seed({run.seed}))"
    return f"next(p.model for p in {fitting} if p.step == {run.step})"
