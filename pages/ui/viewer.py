"""The molecule viewer: conformers in 3D, live while they are computed and replayed afterwards.

The script is ``assets/js/viewer.js`` on 3Dmol.js. Coordinates travel as one table of 16-bit
integers; between two frames the browser turns the torsions, so bonds keep their lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import streamlit as st

from engine.chem.depict import Depiction
from engine.figures.scene import described, packed
from engine.molecule import Molecule
from pages.ui.component import component, serial


@dataclass(frozen=True, eq=False)
class BondText:
    """What a person reads of one bond: kind ("heavy", "ring", ...) and a sentence."""

    kind: str
    text: str


@dataclass(frozen=True, eq=False)
class Take:
    """What the viewer shows: F frames of K conformers.

    Attributes
    ----------
    xyz: (F, K, N, 3), Angstrom.
    mode: "still" (one frame), "live" (the latest frame of a running job) or "replay".
    run: name of this recording; a new name starts it from the beginning.
    times: one label per frame. seconds: length of one pass.
    folding: whether a live frame differs from the one before in torsions only.
    title, caption: words in the corner of the picture. source: who made these conformers.
    arrows: (F - 1, K, M) radians, how far the denoiser would turn each bond at each frame.
    classical: (K', M) radians, angles of an ensemble to compare with, and its name.
    which: the one conformer to show, if the reader has chosen one.
    held: (2, F, K) largest change of a bond length, Angstrom, and of a bond angle, degrees, against
    the local structures.
    recording: name of the finished run this belongs to; with it the reader may ask for the forward
    process and, where playable, for the game.
    forward: whether these frames run into noise.
    """

    xyz: np.ndarray
    mode: Literal["still", "live", "replay"] = "still"
    run: str = ""
    times: Sequence[str] = ("",)
    seconds: float = 5.0
    folding: bool = False
    title: str = ""
    caption: str = ""
    source: str = "model"
    arrows: np.ndarray | None = None
    classical: np.ndarray | None = None
    classical_name: str = ""
    which: int | None = None
    held: np.ndarray | None = None
    recording: str = ""
    playable: bool = False
    forward: bool = False


@dataclass(frozen=True)
class Turned:
    """A conformer whose bonds the reader has turned by hand; angles (M,) in degrees.

    turns: how many turns that took, in the game.
    """

    conformer: int
    angles: tuple[float, ...]
    turns: int = 0


@dataclass(frozen=True, eq=False)
class Score:
    """How the game stands: energies of the model's result and of the reader's pose, kcal/mol.

    number: of the round. angles: (M,) degrees, the reader's pose, () for the noise untouched.
    clashes: pairs of atoms in it.
    sigma: the noise, radians, it is taken to have. pulls: (M,) radians, how far the network would
    turn each bond.
    """

    number: int
    model: float
    energy: float
    angles: tuple[float, ...]
    clashes: int
    sigma: float
    pulls: np.ndarray


@dataclass(frozen=True)
class Wish:
    """What the reader asked of a finished run: its forward process, or a round of the game."""

    forward: bool = False
    game: int | None = None


def viewer(
    molecule: Molecule,
    elements: Sequence[str],
    bonds: Sequence[BondText],
    take: Take,
    key: str,
    identity: str,
    depiction: Depiction,
    verdict: tuple[int, str] | None = None,
    score: Score | None = None,
    height: int = 460,
) -> int | None:
    """Draw the molecule; returns the index of the bond that is selected, if any.

    elements: (N,) symbols. bonds: one text per bond of ``molecule.bonds``. identity: a name that
    differs between molecules; the camera stays while it does not change. verdict: the conformer
    turned by hand, and what to say of it. score: of the game, while one is played.
    """
    frames = packed(molecule, take.xyz)
    data = {
        "key": key,
        "molecule": _describe(molecule, elements, bonds, identity)
        | {"depiction": {"svg": depiction.svg, "lines": depiction.lines}},
        "frames": pd.DataFrame({"v": frames.numbers}),
        "arrows": pd.DataFrame({"v": _packed_angles(take.arrows)}),
        "classical": None if take.classical is None else np.round(take.classical, 3).tolist(),
        "held": pd.DataFrame({"v": _packed_held(take.held)}),
        "classicalName": take.classical_name,
        "which": take.which,
        "recording": take.recording,
        "playable": take.playable,
        "forward": take.forward,
        "game": score and asdict(score) | {"pulls": np.round(score.pulls, 3).tolist()},
        "hand": verdict and {"conformer": verdict[0], "text": verdict[1]},
        "shape": list(frames.shape),
        "unit": frames.unit,
        "mode": take.mode,
        "run": _run_name(identity, take),
        "times": list(take.times),
        "seconds": take.seconds,
        "folding": take.folding,
        "title": take.title,
        "caption": take.caption,
        "source": take.source,
        "height": height,
    }
    result = component("explorer_molecule_viewer", "viewer")(
        key=key,
        data={**data, "serial": serial(key, data)},
        on_bond_change=lambda: None,
        on_hand_change=lambda: None,
        on_wish_change=lambda: None,
    )
    chosen = result.get("bond") or {}
    return chosen.get("bond") if chosen.get("molecule") == identity else None


def turned_by_hand(key: str, identity: str, take: Take) -> Turned | None:
    """What the reader has turned in this recording, if anything."""
    hand = (st.session_state.get(key) or {}).get("hand") or {}
    if hand.get("run") != _run_name(identity, take):
        return None
    angles = tuple(map(float, hand["angles"]))
    return Turned(int(hand["conformer"]), angles, int(hand.get("turns", 0)))


def wished(key: str, recording: str) -> Wish:
    """What the reader has asked of the finished run ``recording``."""
    wish = (st.session_state.get(key) or {}).get("wish") or {}
    if wish.get("recording") != recording:
        return Wish()
    game = wish.get("game")
    return Wish(bool(wish.get("forward")), None if game is None else int(game))


def _run_name(identity: str, take: Take) -> str:
    """What the browser calls a recording."""
    return f"{identity} {take.mode} {take.run}"


def _packed_angles(angles: np.ndarray | None) -> np.ndarray:
    """Radians as integers in 0.0001, flat."""
    if angles is None:
        return np.empty(0, np.int16)
    return np.round(np.clip(angles, -np.pi, np.pi) * 1e4).astype(np.int16).reshape(-1)


def _packed_held(held: np.ndarray | None) -> np.ndarray:
    """The two tables one after the other, flat."""
    return np.empty(0, np.float32) if held is None else held.astype(np.float32).reshape(-1)


def _describe(
    molecule: Molecule, elements: Sequence[str], bonds: Sequence[BondText], identity: str
) -> dict[str, Any]:
    scene = described(molecule, elements)
    for bond, told in zip(scene["bonds"], bonds, strict=True):
        bond["text"] = told.text
    for rotor in scene["rotors"]:
        rotor["kind"] = bonds[rotor["bond"]].kind
    return scene | {"id": identity}
