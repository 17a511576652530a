"""What the viewer of the molecule page shows: the scenes of a molecule, a run and a game."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.experiments.molecule.conformer_run import Progress, Run
from engine.experiments.molecule.denoiser_game import Game, Noised
from engine.experiments.molecule.ensembles import METHODS, Shown
from engine.experiments.molecule.record import Record
from engine.figures.molecule.scene import noise_label, pass_seconds
from pages.ui.components.viewer import BondText, Clock, Labels, Reference, Replay, Scene, Subject


def subject(record: Record) -> Subject:
    """The molecule with a text for every bond."""
    texts = zip(record.reports, record.sentences, strict=True)
    return Subject(
        molecule=record.molecule,
        elements=record.elements,
        bonds=[BondText(report.kind or report.reason, text) for report, text in texts],
        names=record.names,
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


def replay(run: Run, shown: Shown, which: int | None) -> Scene:
    """The reverse process of the samples shown. which: the one to show, None for all."""
    sigmas, order = run.process.sigmas, shown.order
    scores = run.process.scores[:, order]
    return Scene(
        run.process.frames[:, order],
        Labels(_title(run.record), summary(shown), "samples"),
        mode="replay",
        run=_name(run, shown),
        clock=_clock(sigmas),
        arrows=scores * np.square(sigmas[:-1])[:, None, None],
        changes=run.changes[:, :, order],
        reference=Reference(run.classical.source, run.classical.torsions),
        shown=which,
        replay=Replay(str(run.serial), playable=run.playable),
        settings=run.request,
    )


def others(run: Run, shown: Shown, which: int | None) -> Scene:
    """Conformers of another method, at rest."""
    reference = Reference(run.classical.source, run.classical.torsions)
    return Scene(
        shown.ensemble.xyz[None],
        Labels(_title(run.record), summary(shown), METHODS[shown.method].label),
        run=_name(run, shown),
        reference=None if shown.method == "relaxed_seeds" else reference,
        shown=which,
        settings=run.request,
    )


def forward(run: Run, shown: Shown, noised: Noised, which: int | None) -> Scene:
    """The samples on their way into noise."""
    return replace(
        replay(run, shown, which),
        xyz=noised.frames[:, shown.order],
        run=f"{_name(run, shown)} forward",
        clock=_clock(noised.sigmas),
        arrows=None,
        changes=noised.changes[:, :, shown.order],
        replay=Replay(str(run.serial), playable=run.playable, forward=True),
    )


def summary(shown: Shown) -> str:
    """One line: "20 conformers, lowest 0.0, spread 9.7 kcal/mol, not minimised"."""
    words = _count(len(shown))
    if not shown.ensemble.energy_name:
        return words
    state = "" if shown.ensemble.minimised else ", not minimised"
    return f"{words}, lowest 0.0, spread {shown.spread:.1f} kcal/mol{state}"


def _name(run: Run, shown: Shown) -> str:
    """Of the frames of what is shown."""
    return f"{run.serial} {shown.method} {shown.selection.duplicates:g}"


def game(run: Run, shown: Shown, played: Game) -> Scene:
    """One conformer out of noise: the user turns it, and the model has its own way."""
    return replace(
        replay(run, shown, None),
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
    return record.molecule.name


def _count(conformers: int) -> str:
    return f"{conformers} conformer{'s' if conformers != 1 else ''}"
