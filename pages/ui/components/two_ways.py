"""Two ways into noise and back, side by side: noise on coordinates, noise on torsions.

The script is ``assets/js/two-ways.js`` on 3Dmol.js. Coordinates travel as 16-bit integers, both
sides in one unit; between two frames the browser moves the atoms of the left side straight and
turns the bonds of the right one.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Literal

import numpy as np

from engine.figures import blob
from engine.figures.molecule.scene import described, integers
from engine.figures.molecule.views import present
from engine.molecule import Molecule
from pages.ui.addressing import addresses
from pages.ui.components.mount import mount
from pages.ui.components.picture import packed
from pages.ui.components.player import MOMENT

#: What else the browser keeps in the address.
HELD = ("view", "camera")


@dataclass(frozen=True)
class Words:
    """Above one of the pictures: what is noised, and how many numbers that are."""

    title: str
    freedom: str


@dataclass(frozen=True, eq=False)
class Ways:
    """What both pictures show: F frames of K conformers of N atoms.

    Attributes:
        molecule: whose conformers. elements: ``(N,)`` symbols. identity: differs between molecules.
        xyz: ``(2, F, K, N, 3)`` Angstrom, as they are to be seen: coordinates, torsions.
        meters: ``(2, 4, F, K)``, errors of a bond (share) and an angle (degrees), centres flipped,
            clashes.
        lengths: ``(E,)`` Angstrom, what the bonds of the molecule should have.
        times: one label a frame. levels: of each side, one label a frame.
        sides: words above each.
        caption: of the conformers. run: the name of these frames.
        mode: "live" (the newest frame of a running job), "replay", or "still".
        seconds: of one pass.
        settings: what, beside the molecule and ``run``, decides the frames.
    """

    molecule: Molecule
    elements: Sequence[str]
    identity: str
    xyz: np.ndarray
    meters: np.ndarray
    lengths: np.ndarray
    times: Sequence[str]
    levels: tuple[Sequence[str], Sequence[str]]
    sides: tuple[Words, Words]
    caption: str
    run: str
    mode: Literal["live", "replay", "still"] = "replay"
    seconds: float = 9.0
    settings: Hashable = None


def two_ways(shown: Ways, key: str, height: int, stale: str = "") -> None:
    """Draw both pictures.

    Args:
        shown: what they show.
        key: of the component on the page.
        height: of a picture, pixels.
        stale: why this is not the molecule that is asked for; "" if it is.
    """
    for name in (MOMENT, *HELD):
        addresses.hold(name)
    data = dict(key=key, height=height, moment=MOMENT, stale=stale)
    live = shown.mode == "live"
    mount(
        "explorer_two_ways",
        "two-ways",
        key,
        data,
        None if live else packed("two_ways", partial(block, shown), shown.run, shown.settings),
        block(shown) if live else None,
    )


def block(shown: Ways) -> bytes:
    """Molecule, frames and meters, as ``assets/js/two-ways.js`` reads them."""
    frames = integers(shown.xyz.reshape(-1, *shown.xyz.shape[2:]))
    left, right = frames.numbers.reshape(2, -1)
    rest = present(shown.molecule, shown.molecule.xyz[:1])
    head = dict(
        molecule=described(shown.molecule, shown.elements) | {"id": shown.identity},
        shape=list(shown.xyz.shape[1:4]),
        unit=frames.unit,
        lengths=np.round(shown.lengths, 4).tolist(),
        rest=np.round(rest.astype(float), 3).reshape(-1).tolist(),
        mode=shown.mode,
        run=f"{shown.identity} {shown.mode} {shown.run}",
        times=list(shown.times),
        levels=[list(texts) for texts in shown.levels],
        sides=[asdict(words) for words in shown.sides],
        seconds=shown.seconds,
        title=shown.molecule.name,
        caption=shown.caption,
    )
    meters = shown.meters.astype(np.float32).reshape(-1)
    return blob.encoded(head, {"coordinates": left, "torsions": right, "meters": meters})
