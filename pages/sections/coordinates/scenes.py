"""What both pictures show: a run in progress, a finished one, or the molecule at rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.experiments.cartesian.meters import lengths
from engine.experiments.cartesian.records import Clock, Moment, Settings
from engine.experiments.molecule.record import Record
from engine.figures.molecule.scene import noise_label, pass_seconds
from engine.figures.molecule.views import present, present_whole
from pages.ui.components.two_ways import Ways, Words

FRAMES = 61  #: of one way that travel to the browser, which moves atoms between them
WAY = {"forward": "Into noise", "backward": "From noise"}


def replay(made: Clock) -> Ways:
    """All of a finished run, one way after the other."""
    record, settings, index = made.record, made.settings, made.keyframes(FRAMES)
    left = [
        present_whole(record.molecule, frames, frames[0] if way == "forward" else frames[-1])
        for way, frames in (
            (way, made.coordinates.frames[first:last]) for way, first, last in made.spans
        )
    ]
    right = present(record.molecule, made.torsions.frames[index])
    return replace(
        _ways(
            record,
            np.stack([np.concatenate(left)[index], right]),
            np.stack([side.meters.table[:, index] for side in made.sides]),
            made.start,
        ),
        times=[_time(made, k) for k in index.tolist()],
        levels=(
            [f"t = {t:.0f}" for t in made.coordinates.levels[index].tolist()],
            [noise_label(sigma) for sigma in made.torsions.levels[index].tolist()],
        ),
        run=f"{settings}",
        mode="replay",
        settings=settings,
    )


def live(record: Record, settings: Settings, moment: Moment) -> Ways:
    """The newest moment of a run in progress."""
    landmark = np.repeat(moment.start[None], len(moment.coordinates), axis=0)
    left = present_whole(record.molecule, moment.coordinates[None], landmark)
    right = present(record.molecule, moment.torsions[None])
    meters = [moment.coordinate_meters.table, moment.torsion_meters.table]
    level = f"{moment.share:.0%} noise"
    return replace(
        _ways(record, np.stack([left, right]), np.stack(meters)[:, :, None], moment.start),
        levels=([level], [level]),
        run=f"{settings}",
        mode="live",
    )


def still(record: Record) -> Ways:
    """The molecule as it was read."""
    xyz = present(record.molecule, record.molecule.xyz[None, :1])
    both = np.stack([xyz, xyz])
    return _ways(record, both, np.zeros((2, 4, 1, 1)), record.molecule.xyz[0])


def _time(made: Clock, frame: int) -> str:
    way, first = next((way, first) for way, first, last in made.spans if frame < last)
    return f"{WAY[way]}, {(frame - first) / made.settings.steps:.0%}"


def _ways(record: Record, xyz: np.ndarray, meters: np.ndarray, start: np.ndarray) -> Ways:
    """At rest; whoever knows more says it."""
    molecule, count = record.molecule, xyz.shape[2]
    freedom = f"{molecule.n_rotors} number{'s' * (molecule.n_rotors > 1)}"
    return Ways(
        molecule=molecule,
        elements=record.elements,
        identity=record.identity,
        xyz=xyz,
        meters=meters,
        lengths=lengths(record, start),
        times=[""],
        levels=([""], [""]),
        sides=(
            Words("Noise on coordinates", f"{3 * molecule.n_atoms} numbers"),
            Words("Noise on torsions", freedom),
        ),
        caption=f"{count} conformer{'s' * (count > 1)}",
        run="",
        mode="still",
        seconds=pass_seconds(xyz.shape[1]),
    )
