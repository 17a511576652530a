"""What has been published of both ways, to stand beside what is measured here.

GEOM-DRUGS, the 1,000 test molecules of GeoMol: means of coverage (0.75 Angstrom, percent) and of
the mean distance (Angstrom) with twice as many samples as references. From Jing et al. 2022 (arXiv
2206.01729), and as measured independently by fastSMCG.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.evaluation.coverage import Coverage


@dataclass(frozen=True)
class Published:
    """One row of a paper.

    Attributes:
        method: its name.
        way: "coordinates" or "torsions".
        steps: network calls for one conformer.
        parameters: of the network.
        found: its four numbers.
        source: where they stand.
    """

    method: str
    way: str
    steps: int
    parameters: int
    found: Coverage
    source: str


_JING = "Jing et al. 2022"
_FAST = "fastSMCG"
PUBLISHED: tuple[Published, ...] = (
    Published("GeoDiff", "coordinates", 5000, 1_600_000, Coverage(42.1, 0.835, 24.9, 1.136), _JING),
    Published("GeoDiff", "coordinates", 5000, 1_600_000, Coverage(43.7, 0.825, 25.8, 1.132), _FAST),
    Published(
        "Torsional diffusion", "torsions", 20, 1_600_000, Coverage(72.7, 0.582, 55.2, 0.778), _JING
    ),
    Published(
        "Torsional diffusion", "torsions", 20, 1_600_000, Coverage(71.7, 0.591, 53.6, 0.794), _FAST
    ),
)
