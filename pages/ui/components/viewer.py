"""The molecule viewer: conformers in 3D, live while they are computed and replayed afterwards.

The script is ``assets/js/viewer.js`` on 3Dmol.js. Coordinates travel as 16-bit
integers; between two frames the browser turns the torsions, so bonds keep their lengths.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import streamlit as st

from engine.chem.structure import Depiction
from engine.figures import blob
from engine.figures.molecule.scene import described
from engine.figures.molecule.scene import packed as frames_of
from engine.molecule import Molecule
from pages.ui.addressing import addresses
from pages.ui.components.mount import mount
from pages.ui.components.picture import Picture, packed
from pages.ui.components.player import MOMENT

#: What else the browser keeps in the address (``assets/js/viewer/shot.js``).
HELD = ("bond", "pair", "view", "camera", "process", "game")


@dataclass(frozen=True)
class BondText:
    """What is said of one bond.

    Attributes:
        kind: "heavy", "ring", ..., as in ``BondReport``.
        text: One or two sentences.
    """

    kind: str
    text: str


@dataclass(frozen=True, eq=False)
class Subject:
    """The molecule in the viewer.

    Attributes:
        molecule: The record.
        elements: ``(N,)`` symbols.
        bonds: One text for each of ``molecule.bonds``.
        names: ``(M,)``, names of torsions, as "φ"; "" for most.
        depiction: Its drawing in 2D.
        identity: A name that differs between molecules; while it stays, so does the camera.
    """

    molecule: Molecule
    elements: Sequence[str]
    bonds: Sequence[BondText]
    names: Sequence[str]
    depiction: Depiction
    identity: str


@dataclass(frozen=True)
class Labels:
    """Words in the corner of the picture, and the origin of the conformers in the legend."""

    title: str = ""
    caption: str = ""
    source: str = "model"


@dataclass(frozen=True)
class Clock:
    """One label per frame, and how many seconds one pass through all frames takes."""

    times: Sequence[str] = ("",)
    seconds: float = 5.0


@dataclass(frozen=True, eq=False)
class Reference:
    """An ensemble to compare angles with: its name, and torsions ``(K', M)`` in radians."""

    name: str
    torsions: np.ndarray


@dataclass(frozen=True)
class Replay:
    """What a finished run offers in its viewer.

    Attributes:
        recording: Its name; requests of the user carry it.
        playable: Whether the user may play the denoiser.
        forward: Whether the frames shown run from the samples into noise.
    """

    recording: str
    playable: bool
    forward: bool = False


@dataclass(frozen=True, eq=False)
class Scene:
    """What the viewer shows: F frames of K conformers.

    Attributes:
        xyz: ``(F, K, N, 3)`` Angstrom.
        labels: Words.
        mode: "still" (one frame), "live" (the latest frame of a running job) or "replay".
        run: The name of these frames; a new name starts them from the beginning.
        clock: Times of the frames.
        turning: Whether a live frame differs from the one before in its torsions only.
        arrows: ``(F - 1, K, M)`` radians, how far the denoiser would turn each bond.
        changes: ``(2, F, K)``, largest change of a bond length (Angstrom) and of a bond angle
            (degrees) against the local structures.
        reference: An ensemble to compare with.
        shown: The one conformer to show, if the user has chosen one.
        replay: What the finished run offers, if there is one.
        settings: What, beside the molecule and ``run``, decides the frames.
    """

    xyz: np.ndarray
    labels: Labels
    mode: Literal["still", "live", "replay"] = "still"
    run: str = ""
    clock: Clock = Clock()
    turning: bool = False
    arrows: np.ndarray | None = None
    changes: np.ndarray | None = None
    reference: Reference | None = None
    shown: int | None = None
    replay: Replay | None = None
    settings: Hashable = None


@dataclass(frozen=True)
class Turned:
    """A conformer whose bonds the user has turned by hand.

    Attributes:
        conformer: Its index.
        angles: ``(M,)`` torsions in degrees.
        turns: How many turns that took, in the game.
    """

    conformer: int
    angles: tuple[float, ...]
    turns: int = 0


@dataclass(frozen=True)
class Remark:
    """A sentence about the conformer of that index, which the user has turned."""

    conformer: int
    text: str


@dataclass(frozen=True)
class GameState:
    """How the game stands.

    Attributes:
        number: The number of the round.
        model: The energy of the model's result, kcal/mol.
        energy: The energy of the user's pose, kcal/mol above the same zero.
        angles: ``(M,)`` degrees, the user's pose; () for the noise as it was.
        clashes: Pairs of atoms that clash in it.
        sigma: The noise level, radians, that the network is given for this pose.
        pulls: ``(M,)`` radians, how far the network would turn each bond.
    """

    number: int
    model: float
    energy: float
    angles: tuple[float, ...]
    clashes: int
    sigma: float
    pulls: tuple[float, ...]


@dataclass(frozen=True)
class Said:
    """What is said beside a scene at the moment.

    Attributes:
        remark: Of a conformer that the user has turned.
        game: The game, while one is played.
        names: One line on each conformer, from the lowest energy up.
        cells: The same in a few letters.
        stale: Of a molecule that is not the one asked for; "" if it is.
    """

    remark: Remark | None = None
    game: GameState | None = None
    names: Sequence[str] = ()
    cells: Sequence[str] = ()
    stale: str = ""


@dataclass(frozen=True)
class Asked:
    """What the user asks of a finished run: its forward process, or a round of the game."""

    forward: bool = False
    game: int | None = None


def viewer(
    subject: Subject,
    scene: Scene,
    key: str,
    height: int,
    said: Said,
) -> int | None:
    """Draw the molecule; return the index of the bond that is selected, if any.

    Args:
        subject: The molecule.
        scene: Its conformers.
        key: The name of the component on the page.
        height: Pixels of the picture.
        said: What is said beside it.
    """
    for name in (MOMENT, *HELD):
        addresses.hold(name)
    result = mount(
        "explorer_molecule_viewer",
        "viewer",
        key,
        dict(
            key=key,
            height=height,
            moment=MOMENT,
            which=scene.shown,
            hand=asdict(said.remark) if said.remark else None,
            game=asdict(said.game) if said.game else None,
            names=list(said.names),
            cells=list(said.cells),
            stale=said.stale,
        ),
        *_large(subject, scene),
        on_bond_change=lambda: None,
        on_hand_change=lambda: None,
        on_request_change=lambda: None,
    )
    chosen = result.get("bond") or {}
    return chosen.get("bond") if chosen.get("molecule") == subject.identity else None


def _large(subject: Subject, scene: Scene) -> tuple[Picture, bytes | None]:
    """What the browser fetches, and what travels at once: live frames, which nobody needs again."""
    if scene.mode == "live":
        molecule = packed("molecule", partial(_molecule, subject), subject.identity)
        return molecule, blob.encoded(*_frames(subject, scene))
    name = _run_name(subject.identity, scene)
    return packed("conformers", partial(block, subject, scene), name, scene.settings), None


def _molecule(subject: Subject) -> bytes:
    return blob.encoded(_described(subject), {})


def block(subject: Subject, scene: Scene) -> bytes:
    """Molecule and frames, as ``assets/js/viewer.js`` reads them."""
    head, arrays = _frames(subject, scene)
    return blob.encoded({**_described(subject), **head}, arrays)


def _frames(subject: Subject, scene: Scene) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Head and arrays of the block of the frames."""
    frames = frames_of(subject.molecule, scene.xyz)
    reference, replay = scene.reference, scene.replay
    head = dict(
        shape=list(frames.shape),
        unit=frames.unit,
        classical=None if reference is None else np.round(reference.torsions, 3).tolist(),
        classical_name=reference.name if reference else "",
        mode=scene.mode,
        run=_run_name(subject.identity, scene),
        times=list(scene.clock.times),
        seconds=scene.clock.seconds,
        turning=scene.turning,
        title=scene.labels.title,
        caption=scene.labels.caption,
        source=scene.labels.source,
        recording=replay.recording if replay else "",
        playable=replay.playable if replay else False,
        forward=replay.forward if replay else False,
    )
    arrays = {
        "frames": frames.numbers,
        "arrows": _packed_angles(scene.arrows),
        "changes": _flat(scene.changes),
    }
    return head, arrays


def turned_by_hand(key: str, identity: str, scene: Scene) -> Turned | None:
    """What the user has turned in this scene, if anything."""
    hand = (st.session_state.get(key) or {}).get("hand") or {}
    if hand.get("run") != _run_name(identity, scene):
        return None
    angles = tuple(map(float, hand["angles"]))
    return Turned(int(hand["conformer"]), angles, int(hand.get("turns", 0)))


def asked(key: str, recording: str) -> Asked:
    """What the user asks of the finished run ``recording``."""
    request = (st.session_state.get(key) or {}).get("request") or {}
    if request.get("recording") != recording:
        return Asked()
    game = request.get("game")
    return Asked(bool(request.get("forward")), None if game is None else int(game))


def _run_name(identity: str, scene: Scene) -> str:
    """What the browser calls a scene's frames."""
    return f"{identity} {scene.mode} {scene.run}"


def _packed_angles(angles: np.ndarray | None) -> np.ndarray:
    """Radians as integers in 0.0001, flat."""
    if angles is None:
        return np.empty(0, np.int16)
    return np.round(np.clip(angles, -np.pi, np.pi) * 1e4).astype(np.int16).reshape(-1)


def _flat(table: np.ndarray | None) -> np.ndarray:
    """The numbers one after the other."""
    return np.empty(0, np.float32) if table is None else table.astype(np.float32).reshape(-1)


def _described(subject: Subject) -> dict[str, Any]:
    """The head of the block of the molecule."""
    scene = described(subject.molecule, subject.elements)
    for bond, words in zip(scene["bonds"], subject.bonds, strict=True):
        bond["text"] = words.text
    for rotor, name in zip(scene["rotors"], subject.names, strict=True):
        rotor["kind"] = subject.bonds[rotor["bond"]].kind
        rotor["name"] = name
        rotor["label"] = f"{name} {rotor['label']}".strip()
    drawing = {
        "svg": subject.depiction.svg,
        "lines": subject.depiction.lines,
        "atoms": subject.depiction.atoms,
    }
    return {"molecule": scene | {"id": subject.identity, "depiction": drawing}}
