"""How conformers are made: the options of the reverse process, and of what surrounds it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.options import choice, controls
from engine.torsional import SampleOptions

MOST_TRIES = 100  #: candidates for one conformer, or times that it is sampled again


@dataclass(frozen=True)
class ConformerOptions(SampleOptions):
    """Options of ``engine.conformers.generate``: those of the sampler, and of what surrounds it."""

    retries: int = choice(
        1,
        "Retries after clashes",
        "How often a conformer whose atoms clash is sampled again, from other noise.",
        (0, 1, 2, 3),
    )
    candidates: int = choice(
        4,
        "Candidates",
        "How many are sampled for each conformer that is kept. A representative subset is kept; "
        "conformers in low-energy basins (MMFF94s) are preferred.",
        (1, 2, 3, 4, 6, 8),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.candidates <= MOST_TRIES:
            raise ValueError(
                f"The candidates are a whole number from 1 to {MOST_TRIES}, not {self.candidates}."
            )
        if not 0 <= self.retries <= MOST_TRIES:
            raise ValueError(
                f"The retries are a whole number from 0 to {MOST_TRIES}, not {self.retries}."
            )


def described(options: ConformerOptions) -> dict[str, object]:
    """The options as a file names them: by the words of their controls, ``denoising_steps``."""
    return {
        re.sub(r"[^a-z0-9]+", "_", control.label.lower()).strip("_"): getattr(options, name)
        for name, control in controls(options.__class__).items()
    }
