"""The molecule viewer: conformers in 3D, live while they are computed and replayed afterwards.

The script is ``assets/js/viewer.js`` on 3Dmol.js. Coordinates travel as one table of 16-bit
integers; between two frames the browser turns the torsions, so bonds keep their lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import streamlit as st

from engine.chem.depict import Depiction
from engine.figures.scene import bond_label as bond_label  # read by the pages from here
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
    title, caption: words in the corner of the picture.
    arrows: (F - 1, K, M) radians, how far the denoiser would turn each bond at each frame.
    classical: (K', M) radians, angles of an ensemble to compare with.
    which: the one conformer to show, if the reader has chosen one.
    """

    xyz: np.ndarray
    mode: Literal["still", "live", "replay"] = "still"
    run: str = ""
    times: Sequence[str] = ("",)
    seconds: float = 5.0
    folding: bool = False
    title: str = ""
    caption: str = ""
    arrows: np.ndarray | None = None
    classical: np.ndarray | None = None
    which: int | None = None


@dataclass(frozen=True)
class Turned:
    """A conformer whose bonds the reader has turned by hand; angles (M,) in degrees."""

    conformer: int
    angles: tuple[float, ...]


def viewer(
    molecule: Molecule,
    elements: Sequence[str],
    bonds: Sequence[BondText],
    take: Take,
    key: str,
    identity: str,
    depiction: Depiction,
    verdict: tuple[int, str] | None = None,
    height: int = 460,
) -> int | None:
    """Draw the molecule; returns the index of the bond that is selected, if any.

    elements: (N,) symbols. bonds: one text per bond of ``molecule.bonds``. identity: a name that
    differs between molecules; the camera stays while it does not change. verdict: the conformer
    turned by hand, and what to say of it.
    """
    frames = packed(molecule, take.xyz)
    data = {
        "key": key,
        "molecule": _describe(molecule, elements, bonds, identity)
        | {"depiction": {"svg": depiction.svg, "lines": depiction.lines}},
        "frames": pd.DataFrame({"v": frames.numbers}),
        "arrows": pd.DataFrame({"v": _packed_angles(take.arrows)}),
        "classical": None if take.classical is None else np.round(take.classical, 3).tolist(),
        "which": take.which,
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
        "height": height,
    }
    result = component("explorer_molecule_viewer", "viewer")(
        key=key,
        data={**data, "serial": serial(key, data)},
        on_bond_change=lambda: None,
        on_hand_change=lambda: None,
    )
    chosen = result.get("bond") or {}
    return chosen.get("bond") if chosen.get("molecule") == identity else None


def turned_by_hand(key: str, identity: str, take: Take) -> Turned | None:
    """What the reader has turned in this recording, if anything."""
    hand = (st.session_state.get(key) or {}).get("hand") or {}
    if hand.get("run") != _run_name(identity, take):
        return None
    return Turned(int(hand["conformer"]), tuple(map(float, hand["angles"])))


def _run_name(identity: str, take: Take) -> str:
    """What the browser calls a recording."""
    return f"{identity} {take.mode} {take.run}"


def _packed_angles(angles: np.ndarray | None) -> np.ndarray:
    """Radians as integers in 0.0001, flat."""
    if angles is None:
        return np.empty(0, np.int16)
    return np.round(np.clip(angles, -np.pi, np.pi) * 1e4).astype(np.int16).reshape(-1)


def _describe(
    molecule: Molecule, elements: Sequence[str], bonds: Sequence[BondText], identity: str
) -> dict[str, Any]:
    scene = described(molecule, elements)
    for bond, told in zip(scene["bonds"], bonds, strict=True):
        bond["text"] = told.text
    for rotor in scene["rotors"]:
        rotor["kind"] = bonds[rotor["bond"]].kind
    return scene | {"id": identity}
