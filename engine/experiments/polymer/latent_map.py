"""The latent plane of the VAE: what each point decodes to, and walks across it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from engine.evaluation.chains import bond_lengths
from engine.experiments.arrays import Array, Exported
from engine.experiments.polymer.training import PolymerModel, model_of
from engine.polymer import MEASURES, held_out, latent_map
from engine.polymer.data import to_chains, to_points
from engine.polymer.vae import VAE
from engine.progress import Step, Steps
from engine.streams import stream

REACH = 3.2  #: the map shows -REACH to REACH in both latent numbers
CELLS = 65  #: points along each side
CODES = 1500  #: held-out chains shown as dots
COLOURS = ("gyration", "ends")  #: measures that can colour the map
STEPS = 60  #: of a walk
STRIDE = 0.05  #: length of a step uphill

AUTOENCODER = PolymerModel("vae")
Kind = Literal["up", "down", "between"]


@dataclass(frozen=True)
class MapSettings:
    """Which plane, and how it is coloured.

    Attributes:
        vae: the model.
        measure: one of ``COLOURS``.
    """

    vae: PolymerModel = AUTOENCODER
    measure: str = "gyration"


@dataclass(frozen=True, eq=False)
class LatentMap(Exported):
    """The plane decoded.

    Attributes:
        settings: what was asked for.
        axis: (CELLS,) latent numbers along both sides.
        decoded: (CELLS, CELLS, 12, 2) in sigma; rows: the second latent number.
        values: (CELLS, CELLS) the measure, in sigma.
        codes: (CODES, 2) means of q(z | x) of held-out chains.
    """

    settings: MapSettings
    axis: Tensor
    decoded: Tensor
    values: Tensor
    codes: Tensor

    @property
    def shown_codes(self) -> int:
        """How many codes lie on the map."""
        return int((self.codes.abs().max(dim=1).values < REACH).sum())

    @property
    def bond(self) -> float:
        """The median bond length of all decoded chains, in sigma."""
        return float(bond_lengths(self.decoded).median())

    @property
    def data_bond(self) -> float:
        """The median bond length of the simulation, in sigma."""
        return float(bond_lengths(held_out()).median())

    def described(self) -> dict[str, Array]:
        """Its arrays by their name in the archive."""
        label = MEASURES[self.settings.measure].label.lower()
        return {
            "axis": Array(self.axis, "(cells,) latent numbers along both sides of the plane"),
            "decoded": Array(self.decoded, "(cells, cells, 12, 2) in sigma; rows: second number"),
            "values": Array(self.values, f"(cells, cells) {label} of these, in sigma"),
            "codes": Array(
                self.codes, "(points, 2) where the encoder puts held-out chains", result=True
            ),
        }


def decode_plane(settings: MapSettings) -> Steps[LatentMap]:
    """Decode the whole plane, and encode held-out chains."""
    vae = (yield from model_of(settings.vae)).network(VAE)
    yield Step(0, 1, "Decoding the plane")
    plane = latent_map.grid(REACH, CELLS)
    decoded = to_chains(vae.decode(plane.flatten(0, 1)))
    values = MEASURES[settings.measure].of(decoded)
    codes, _ = vae.encode(to_points(held_out()[:CODES]))
    square = CELLS, CELLS
    return LatentMap(
        settings, plane[0, :, 0], decoded.unflatten(0, square), values.unflatten(0, square), codes
    )


@dataclass(frozen=True)
class Walk:
    """A path across the map.

    Attributes:
        kind: along the gradient of the measure from ``start``, against it, or straight between the
            codes of two held-out chains.
        start: a latent point.
        seed: which chains.
    """

    kind: Kind = "up"
    start: tuple[float, float] = (0.0, 0.0)
    seed: int = 0


def walk(settings: MapSettings, chosen: Walk) -> Steps[Tensor]:
    """(P, 2) the points of a path."""
    vae = (yield from model_of(settings.vae)).network(VAE)
    if chosen.kind == "between":
        order = torch.randperm(len(held_out()), generator=stream(chosen.seed, "choice"))
        ends, _ = vae.encode(to_points(held_out()[order[:2]]))
        return latent_map.line(ends[0], ends[1], STEPS)
    sign = 1 if chosen.kind == "up" else -1
    measure = MEASURES[settings.measure].of

    def height(x: Tensor) -> Tensor:
        return sign * measure(to_chains(x))

    return latent_map.ascent(vae, height, torch.tensor(chosen.start), STEPS, STRIDE, REACH)
