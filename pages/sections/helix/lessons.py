"""The exercises of this page."""

from __future__ import annotations

from pages.ui.lessons import Exercises, Lesson
from pages.ui.process_controls import OPENING

BASE = dict(
    OPENING,
    data="helix_alpha",
    view="reverse",
    ghost=True,
)

EXERCISES = Exercises(
    "helix",
    BASE,
    [
        Lesson(
            "early_end",
            "Not yet noise",
            "the table: **Neighbours at t = T** are 9 Å apart in noised data, but 14 Å in the "
            "noise that sampling starts from. So the helices come out too short: see **Rise per "
            "residue** and **Distance i, i + 3**.",
            dict(view="both", schedule="linear", noise_T=50, sampler="ddim", ddim_eta=0.0),
            "Choose DDPM instead: from the same wrong start the rise is right. Why?",
            "DDIM adds no noise of its own, so the error of the start stays to the end. DDPM "
            "replaces part of the state by fresh noise at every step, and a helix has one shape "
            "only, to which the network brings it back. Where proportions matter, as on **One "
            "dimension** and **Swiss roll**, DDPM does not recover either.",
        ),
        Lesson(
            "ten_steps",
            "Ten steps",
            "the ± in the table. The means agree with the data, but **Neighbours** vary by less "
            "than half as much as in the data.",
            dict(sampler="ddim", ddim_eta=0.0, steps=10),
            "A helix in ten calls of the network: what is missing?",
            "The finest detail. A long step ends near the mean of all helices that are possible at "
            "that moment, and a mean varies less than its parts. The jitter of single residues is "
            "made in the last, small steps, which are left out here.",
        ),
        Lesson(
            "memory",
            "Only memory",
            "the row **To the nearest stored**: 0.00 Å for these samples, about 0.3 Å for fresh "
            "helices of the data. All other rows are perfect.",
            dict(denoiser="memory"),
            "Which row tells a copy from a good sample?",
            "Only the distance to the stored helices. All other rows measure whether samples are "
            "like the data, and nothing is more like the data than a copy of it. Choose "
            "**Network**: its helices are as far from the stored ones as fresh helices are.",
        ),
    ],
)
