"""A helix, its chain and its distance matrix, noised and denoised, and measures of its shape."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.data import DATASETS
from engine.data.helices import (
    ALPHA_RADIUS,
    ALPHA_RISE,
    ALPHA_TURN,
    RESIDUES,
    ideal_alpha_helix,
)
from engine.evaluation import helix_shape
from engine.evaluation.chains import bond_lengths, distance_matrix
from engine.evaluation.helix import distance_by_separation, turns
from engine.experiments.arrays import Array, Exported
from engine.experiments.film import Film, Process, chain_film, stored_points
from engine.progress import Steps
from engine.streams import stream

SAMPLES = 100  #: helices behind the averages
FRESH = 500  #: helices of the data to compare with
TEXTBOOK = "helix_alpha"  #: the data set of which ideal values are known


@dataclass(frozen=True, eq=False)
class Distances:
    """Distances in Angstrom along one process of the film.

    Attributes:
        matrix: (F, L, L) between the residues of the helix on show.
        separation: (F, L - 1) mean distance of its residues k apart.
        bond_mean: (F,) mean distance of neighbours, over all helices.
        bond_spread: (F,) standard deviation of that distance.
    """

    matrix: Tensor
    separation: Tensor
    bond_mean: Tensor
    bond_spread: Tensor


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of a measure; of a share there is no deviation."""

    mean: float
    deviation: float | None = None


@dataclass(frozen=True)
class Measure:
    """One measure of the shape, of sampled helices and of the data.

    Attributes:
        name: its key, such as "rise".
        sampled, data: over the samples, and over fresh helices of the data.
        textbook: the value of the ideal alpha helix, where it has one.
    """

    name: str
    sampled: Spread
    data: Spread
    textbook: float | None = None


@dataclass(frozen=True, eq=False)
class HelixFilm(Exported):
    """Both processes of one helix, and what all sampled helices are like.

    Attributes:
        film: of the helix on show, (F, 1, L, d) in Angstrom.
        forward, reverse: its distances on either way.
        known: (L - 1,) distance by separation of the ideal helix, else the mean of the data.
        samples: (B, L, d) all helices sampled, in Angstrom.
        measures: of their shape; "start" is the distance of neighbours at t = T, where sampling
            starts and where noising has led; "nearest" the distance to the stored helices.
        stored: helices that the exact denoiser knows, where it knows only stored ones; else 0.
        fresh: helices of the data that were measured.
    """

    film: Film
    forward: Distances
    reverse: Distances
    known: Tensor
    samples: Tensor
    measures: tuple[Measure, ...]
    stored: int
    fresh: int = FRESH

    def described(self) -> dict[str, Array]:
        """Those of the film, and all samples."""
        samples = Array(self.samples, "(n, beads, dimensions) all chains sampled", result=True)
        return {**self.film.described(), "samples": samples}


def helix_film(process: Process) -> Steps[HelixFilm]:
    """The film of a helix with its distances, and the shape of ``process.n`` sampled ones."""
    film = yield from chain_film(process)
    data = DATASETS[process.dataset]
    fresh = data.to_chain(data.sample(FRESH, stream(process.seed, "fresh")))
    samples = film.reverse[-1].clone()
    ideal = distance_by_separation(distance_matrix(ideal_alpha_helix()[None]))[0]
    mean = distance_by_separation(distance_matrix(fresh).mean(dim=0, keepdim=True))[0]
    measures, stored = _measures(samples, fresh, process.dataset == TEXTBOOK), 0
    forward, reverse = _distances(film.forward), _distances(film.reverse)
    noised = Spread(float(forward.bond_mean[-1]), float(forward.bond_spread[-1]))
    started = Spread(float(reverse.bond_mean[0]), float(reverse.bond_spread[0]))
    measures = (*measures, Measure("start", started, noised))
    points = stored_points(process.dataset)
    if points is not None:
        known = data.to_chain(points)
        stored = len(known)
        ours, theirs = (Spread(_nearest(chains, known)) for chains in (samples, fresh))
        measures = (*measures, Measure("nearest", ours, theirs))
    return HelixFilm(
        film=film.first(1),
        forward=forward,
        reverse=reverse,
        known=ideal if process.dataset == TEXTBOOK else mean,
        samples=samples,
        measures=measures,
        stored=stored,
    )


def _distances(x: Tensor) -> Distances:
    """Those of chains x (F, B, L, d), of which the first is on show."""
    bonds = bond_lengths(x.flatten(0, 1)).view(len(x), -1)
    matrix = distance_matrix(x[:, 0])
    return Distances(matrix, distance_by_separation(matrix), bonds.mean(dim=1), bonds.std(dim=1))


def _measures(samples: Tensor, fresh: Tensor, textbook: bool) -> tuple[Measure, ...]:
    """All measures of two sets of chains (n, L, d), with ideal values if ``textbook``."""
    ideal = _ideal() if textbook else {}
    ours, theirs = _shape(samples), _shape(fresh)
    return tuple(Measure(name, ours[name], theirs[name], ideal.get(name)) for name in ours)


def _shape(chain: Tensor) -> dict[str, Spread]:
    """What is measured on chains (n, L, 2 or 3) in Angstrom."""
    by_separation = distance_by_separation(distance_matrix(chain))
    values = {
        "neighbours": bond_lengths(chain),
        "third": by_separation[:, 2],
        "fourth": by_separation[:, 3],
    }
    if chain.shape[-1] == 2:
        return {name: _spread(x) for name, x in {**values, "turns": turns(chain)}.items()}
    shape = helix_shape(chain)
    values |= {
        "rise": shape.rise.abs(),
        "residues_per_turn": shape.residues_per_turn,
        "radius": shape.radius,
    }
    right = Spread(float(shape.right_handed.float().mean()))
    return {**{name: _spread(x) for name, x in values.items()}, "right_handed": right}


def _ideal() -> dict[str, float]:
    """The same for the ideal alpha helix."""
    by_separation = distance_by_separation(distance_matrix(ideal_alpha_helix()[None]))[0].tolist()
    return {
        "neighbours": by_separation[0],
        "third": by_separation[2],
        "fourth": by_separation[3],
        "rise": ALPHA_RISE,
        "residues_per_turn": ALPHA_TURN,
        "radius": ALPHA_RADIUS,
        "right_handed": 1.0,
    }


def _spread(values: Tensor) -> Spread:
    return Spread(float(values.mean()), float(values.std()))


def _nearest(chain: Tensor, known: Tensor) -> float:
    """Median over chains of the root mean square distance per residue to the nearest known one."""
    gap = torch.cdist(chain.flatten(1), known.flatten(1)).min(dim=1).values
    return float(gap.median()) / RESIDUES**0.5
