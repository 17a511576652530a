"""Pictures, films and the offline page of a finished run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.ensembles import Selection, Shown, samples_shown
from engine.experiments.molecule.interpolation import interpolated
from engine.figures.molecule.drawing import Look, png
from engine.figures.molecule.gif import encoded, pictures
from engine.figures.offline.molecule_page import webpage
from engine.progress import Steps, watched

WIDTHS = (960, 1280, 1920)  #: pixels
FILM_FRAMES = 41  #: about so many pictures make a film that looks smooth and stays small


@dataclass(frozen=True)
class Picture:
    """What is drawn.

    Attributes:
        dark: Whether the theme is dark.
        lowest: Only the conformer of lowest energy, as balls and sticks.
        hydrogens: Whether hydrogens on carbon are drawn.
        width: Pixels; the height is three quarters of it.
    """

    dark: bool = False
    lowest: bool = False
    hydrogens: bool = False
    width: int = WIDTHS[0]

    def look(self, supersample: int = 2) -> Look:
        """Size and style."""
        height = self.width * 3 // 4
        return Look(self.width, height, self.dark, self.lowest, self.hydrogens, supersample)

    def drawn(self, shown: Shown) -> np.ndarray:
        """The places of the conformers that are drawn among those shown, the lowest first."""
        return np.arange(1 if self.lowest else len(shown))


def picture(run: Run, shown: Shown, wanted: Picture) -> bytes:
    """The conformers shown as a PNG."""
    record, xyz = run.record, shown.ensemble.xyz[wanted.drawn(shown)]
    return png(record.molecule, record.elements, xyz, wanted.look(supersample=3))


def film(run: Run, selection: Selection, wanted: Picture) -> Steps[bytes]:
    """The reverse process of the samples that are shown by ``selection`` as an animated GIF."""
    shown = samples_shown(run, selection)
    record, frames = run.record, run.process.frames[:, shown.order[wanted.drawn(shown)]]
    smooth, sigmas = interpolated(record.molecule, frames, run.process.sigmas, FILM_FRAMES)
    drawn = pictures(record.molecule, record.elements, smooth, sigmas.tolist(), wanted.look())
    images = yield from watched(drawn, len(smooth), "Drawing the film")
    return encoded(images)


def player(run: Run, shown: Shown) -> str:
    """The reverse process of the samples shown as a web page that plays without a network."""
    request, count = run.request, len(shown)
    many = request.options.candidates * request.conformers
    caption = (
        f"{count} conformers{f' of {many}' if many > count else ''} by torsional diffusion in "
        f"{request.options.steps} denoising steps, seed {request.seed}. Drag to turn, scroll to "
        "zoom."
    )
    record, frames = run.record, run.process.frames[:, shown.order]
    sigmas = np.asarray(run.process.sigmas).tolist()
    return webpage(record.molecule, record.elements, frames, sigmas, caption)
