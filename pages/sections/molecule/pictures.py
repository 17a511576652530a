"""Pictures, films and the offline page of a finished run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.experiments.molecule.conformer_run import Run
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

    def shown(self, run: Run) -> list[int]:
        """The conformers that are drawn."""
        return [run.samples.lowest] if self.lowest else list(range(len(run.samples)))


def picture(run: Run, wanted: Picture) -> bytes:
    """The samples as a PNG."""
    record, xyz = run.record, run.samples.xyz[wanted.shown(run)]
    return png(record.molecule, record.elements, xyz, wanted.look(supersample=3))


def film(run: Run, wanted: Picture) -> Steps[bytes]:
    """The reverse process as an animated GIF."""
    record, frames = run.record, run.process.frames[:, wanted.shown(run)]
    smooth, sigmas = interpolated(record.molecule, frames, run.process.sigmas, FILM_FRAMES)
    drawn = pictures(record.molecule, record.elements, smooth, sigmas.tolist(), wanted.look())
    images = yield from watched(drawn, len(smooth), "Drawing the film")
    return encoded(images)


def player(run: Run) -> str:
    """The reverse process of all conformers as a web page that plays without a network."""
    request, count = run.request, len(run.samples)
    many = request.options.candidates * count
    caption = (
        f"{count} conformers{f' of {many}' if many > count else ''} by torsional diffusion in "
        f"{request.options.steps} denoising steps, seed {request.seed}. Drag to turn, scroll to "
        "zoom."
    )
    record, process = run.record, run.process
    sigmas = np.asarray(process.sigmas).tolist()
    return webpage(record.molecule, record.elements, process.frames, sigmas, caption)
