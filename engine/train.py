"""Train what the explorer ships: ``python -m engine.train DATASET`` or ``torsional --data FILE``;
``ensembles`` makes the reference conformers that the latter learns from.

A toy network goes to ``assets/weights/toy_<dataset>.safetensors`` with its JSON card: options,
data, date, command, parameters and the energy distance of its samples (``metrics.energy_ratio``).
"""

from __future__ import annotations

import argparse
import datetime
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor
from tqdm import tqdm

from engine import checkpoint, learn, nets
from engine.data import DATASETS, Dataset
from engine.denoise import Learned, weights_path
from engine.metrics import Draw, EnergyRatio, energy_ratio
from engine.noise import Linear
from engine.sample import DDPM, sample

_LINE = learn.FitOptions(steps=8_000, width=64, ema=0.998)
_PLANE = learn.FitOptions(steps=8_000, ema=0.999)
_CHAIN = learn.FitOptions(
    steps=12_000, batch_size=256, learning_rate=1e-3, width=224, depth=4, ema=0.999
)

#: Options that made the shipped weights, by data set or else by group; the command line can
#: change each.
SHIPPED: dict[str, learn.FitOptions] = {
    "swiss_roll": replace(_PLANE, steps=30_000, batch_size=1024, ema=0.9995),
    "1d": _LINE,
    "2d": _PLANE,
    "helix": _CHAIN,
    "polymer": replace(_CHAIN, steps=50_000),
    "polymer_long": replace(_CHAIN, steps=25_000, width=256),
    "polymer_space": replace(_CHAIN, steps=25_000),
}


def shipped_options(dataset: Dataset) -> learn.FitOptions:
    """The options that ``python -m engine.train`` uses for ``dataset`` unless told otherwise."""
    return SHIPPED.get(dataset.key, SHIPPED[dataset.group])


def add_toy_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """One subcommand per data set, with its own defaults."""
    for key, dataset in DATASETS.items():
        shipped = shipped_options(dataset)
        parser = commands.add_parser(key, help=f"{dataset.label}: {dataset.help}")
        for option in fields(learn.FitOptions):
            value = getattr(shipped, option.name)
            name = "--" + option.name.replace("_", "-")
            text = f"{option.metadata['help']} (default {value:g})"
            parser.add_argument(name, type=type(value), default=value, help=text)
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--seeds", type=int, default=5, help="repetitions of the measurement")
        parser.add_argument("--threads", type=int, default=1, help="torch threads")
        parser.add_argument("--out", type=Path, default=weights_path(key))
        parser.set_defaults(run=run_toy, dataset=key)


def add_flow_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Flow matching on the toy data; options and work stand in ``engine.train_flow``."""
    from engine import train_flow

    parser = commands.add_parser("flow", help="a flow network, for points in the plane")
    train_flow.add_arguments(parser)
    parser.set_defaults(run=train_flow.run)


def add_torsional_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The torsional model, whose options and work stand in ``engine.train_torsional``."""
    from engine import train_torsional

    parser = commands.add_parser("torsional", help="torsional diffusion, from an ensemble file")
    train_torsional.add_arguments(parser)
    parser.set_defaults(run=train_torsional.run)


def add_pretraining_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Cheap ensembles to learn from first; work stands in ``engine.train_pretraining``."""
    from engine import train_pretraining

    parser = commands.add_parser("pretraining", help="MMFF94s minima, to pretrain torsional on")
    train_pretraining.add_arguments(parser)
    parser.set_defaults(run=train_pretraining.run)


def add_ensembles_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Reference ensembles; options and work stand in ``engine.train_ensembles``."""
    from engine import train_ensembles

    parser = commands.add_parser("ensembles", help="reference conformers, from lists of SMILES")
    train_ensembles.add_arguments(parser)
    parser.set_defaults(run=train_ensembles.run)


def add_chains_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The models of the polymer laboratory; options and work stand in ``engine.train_polymer``."""
    from engine import train_polymer

    parser = commands.add_parser("chains", help="the models of the polymer laboratory")
    train_polymer.add_arguments(parser)
    parser.set_defaults(run=train_polymer.run)


@dataclass(frozen=True, eq=False)
class Trained:
    """A finished network with what was seen on the way.

    Attributes
    ----------
    denoiser: the averaged network.
    loss: mean training loss over the last tenth of the updates.
    seconds: time of training.
    curve: (step, mean loss since the last entry), about 50 of them.
    """

    denoiser: Learned
    loss: float
    seconds: float
    curve: list[tuple[int, float]] = field(default_factory=list)


def train(dataset: Dataset, options: learn.FitOptions, seed: int) -> Trained:
    """Train to the end, with a progress bar on the terminal."""
    start, losses = time.perf_counter(), []
    generator = Generator().manual_seed(seed)
    with tqdm(total=options.steps, desc=dataset.label, mininterval=1.0) as bar:
        for progress in learn.fit(dataset, options, generator):
            losses.append(progress.loss)
            bar.update()
            if progress.step % 100 == 0:
                bar.set_postfix(loss=f"{sum(losses[-100:]) / 100:.4f}", refresh=False)
    every = max(1, options.steps // 50)
    curve = [
        (end, round(sum(losses[end - every : end]) / every, 5))
        for end in range(every, options.steps + 1, every)
    ]
    tail = losses[-max(1, options.steps // 10) :]
    seconds = time.perf_counter() - start
    return Trained(progress.denoiser, sum(tail) / len(tail), seconds, curve)


def draw_with(denoiser: Learned, dim: int) -> Draw:
    """Samples (n, dim) by DDPM with all 1,000 steps of the linear schedule."""

    def draw(n: int, generator: Generator) -> Tensor:
        x_T = torch.randn(n, dim, generator=generator)
        *_, last = sample(denoiser, Linear(), x_T, DDPM(), generator)
        return last.x

    return draw


def measure(dataset: Dataset, denoiser: Learned, seeds: int) -> EnergyRatio:
    """Energy ratio of 2,000 samples against data that was never trained on."""
    draw = draw_with(denoiser, dataset.dim)
    return energy_ratio(draw, dataset.sample, 2000, range(seeds), reference=dataset.fresh)


def make_card(
    dataset: Dataset, options: learn.FitOptions, seed: int, trained: Trained, ratio: EnergyRatio
) -> dict[str, Any]:
    """What the JSON card says about a toy network."""
    points = dataset.train()
    return {
        "name": dataset.key,
        "what": f"velocity v of {dataset.label}, at every noise level",
        "network": "mlp",
        "dim": dataset.dim,
        "hyperparameters": asdict(options),
        "parameters": nets.parameter_count(trained.denoiser.net),
        "training_data": {
            "dataset": dataset.key,
            "points": "fresh draws" if points is None else len(points),
            "seed": seed,
        },
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "command": "python -m engine.train " + " ".join(sys.argv[1:]),
        "metrics": {
            "training_loss": round(trained.loss, 5),
            "training_seconds": round(trained.seconds, 1),
            "energy_ratio": round(ratio.mean, 3),
            "energy_ratio_spread": round(ratio.spread, 3),
            "energy_distance_floor": ratio.floor,
            "measured": f"DDPM, 1,000 linear steps, {ratio.n} points, {ratio.seeds} seeds",
        },
        "curve": {"columns": ["step", "training"], "rows": trained.curve},
    }


def run_toy(arguments: argparse.Namespace) -> None:
    """Train, measure and write one toy network."""
    torch.set_num_threads(arguments.threads)
    dataset = DATASETS[arguments.dataset]
    names = [option.name for option in fields(learn.FitOptions)]
    options = learn.FitOptions(**{name: getattr(arguments, name) for name in names})
    trained = train(dataset, options, arguments.seed)
    ratio = measure(dataset, trained.denoiser, arguments.seeds)
    card = make_card(dataset, options, arguments.seed, trained, ratio)
    checkpoint.save(arguments.out, trained.denoiser.net.state_dict(), card)
    print(
        f"{arguments.out}: {card['parameters']} parameters, {trained.seconds:.0f} s; "
        f"energy ratio {ratio.mean:.2f} +- {ratio.spread:.2f} over {ratio.seeds} seeds"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m engine.train", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="DATASET")
    add_toy_commands(commands)
    add_flow_command(commands)
    add_torsional_command(commands)
    add_ensembles_command(commands)
    add_pretraining_command(commands)
    add_chains_command(commands)
    options = parser.parse_args(arguments)
    options.run(options)


if __name__ == "__main__":
    main()
