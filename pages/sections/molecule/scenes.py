"""What the viewer of the molecule page shows: the scenes of a molecule, a run and a game."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.experiments.molecule.conformer_run import Progress, Run
from engine.experiments.molecule.denoiser_game import Game, Noised
from engine.experiments.molecule.record import Record
from engine.figures.molecule.scene import noise_label, pass_seconds
from engine.molecule import Ensemble
from pages.ui.components.viewer import BondText, Clock, Labels, Reference, Replay, Scene, Subject


def subject(record: Record) -> Subject:
    """The molecule with a text for every bond."""
    texts = zip(record.reports, record.sentences, strict=True)
    return Subject(
        molecule=record.molecule,
        elements=record.elements,
        bonds=[BondText(report.kind or report.reason, text) for report, text in texts],
        depiction=record.depiction,
        identity=record.identity,
    )


def still(record: Record) -> Scene:
    """The molecule at rest."""
    turning = record.molecule.n_rotors
    caption = f"{turning} rotatable bond{'s' if turning != 1 else ''}"
    return Scene(record.molecule.xyz[None, :1], Labels(_title(record), caption))


def live(record: Record, progress: Progress, job: int) -> Scene:
    """The latest picture of a run in progress. job: its serial number."""
    shot = progress.snapshot
    words = noise_label(shot.sigma) if progress.turning else "local structure only"
    return Scene(
        shot.xyz[None],
        Labels(_title(record), f"{_count(len(shot.xyz))}, {words}"),
        mode="live",
        run=str(job),
        turning=progress.turning,
        changes=progress.changes,
    )


def replay(run: Run, shown: int | None) -> Scene:
    """The reverse process of a finished run. shown: the one conformer to show, None for all."""
    sigmas, scores = run.process.sigmas, run.process.scores
    return Scene(
        run.process.frames,
        Labels(_title(run.record), _count(len(run.samples))),
        mode="replay",
        run=str(run.serial),
        clock=_clock(sigmas),
        arrows=scores * np.square(sigmas[:-1])[:, None, None],
        changes=run.changes,
        reference=Reference(run.classical.source, run.classical.torsions),
        shown=shown,
        replay=Replay(str(run.serial), playable=bool(run.energy_name)),
        settings=run.request,
    )


def others(run: Run, ensemble: Ensemble) -> Scene:
    """Conformers of another method, at rest."""
    name = ensemble.source
    return Scene(
        ensemble.xyz[None],
        Labels(_title(run.record), f"{_count(len(ensemble))}, {name}", name),
        run=f"{run.serial} {name}",
        reference=Reference(run.classical.source, run.classical.torsions),
        settings=run.request,
    )


def forward(run: Run, noised: Noised, shown: int | None) -> Scene:
    """The samples on their way into noise."""
    return replace(
        replay(run, shown),
        xyz=noised.frames,
        run=f"{run.serial} forward",
        clock=_clock(noised.sigmas),
        arrows=None,
        changes=noised.changes,
        replay=Replay(str(run.serial), playable=bool(run.energy_name), forward=True),
    )


def game(run: Run, played: Game) -> Scene:
    """One conformer out of noise: the user turns it, and the model has its own way."""
    return replace(
        replay(run, None),
        xyz=played.frames,
        labels=Labels(_title(run.record), "be the denoiser"),
        run=f"{run.serial} game {played.number}",
        clock=_clock(played.sigmas),
        arrows=None,
        changes=played.changes,
    )


def _clock(sigmas: np.ndarray | tuple[float, ...]) -> Clock:
    return Clock([noise_label(float(sigma)) for sigma in sigmas], pass_seconds(len(sigmas)))


def _title(record: Record) -> str:
    return record.molecule.name or "Molecule"


def _count(conformers: int) -> str:
    return f"{conformers} conformer{'s' if conformers != 1 else ''}"
