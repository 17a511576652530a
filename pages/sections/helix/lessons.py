"""The exercises of this page."""

from __future__ import annotations

from pages.ui.lessons import Exercises, Lesson
from pages.ui.process_controls import EVERY

BASE = dict(
    data="helix_alpha", view="reverse", ghost=True, schedule="cosine", noise_T=100, path="markov",
    denoiser="learned", sampler="ddpm", steps=EVERY, start_same=False,
)  # fmt: skip

EXERCISES = Exercises(
    "helix",
    BASE,
    [
        Lesson(
            "early_end",
            "Not yet noise",
            "A linear schedule of 200 steps keeps 13 % of the signal's variance: the two "
            "curves of the "
            "neighbours' distance do not end at the same height.",
            dict(view="both", schedule="linear", noise_T=200),
        ),
        Lesson(
            "ten_steps",
            "Ten steps",
            "DDIM with eta = 0 makes a helix in ten network calls.",
            dict(sampler="ddim", ddim_eta=0.0, steps=10),
        ),
        Lesson(
            "memory",
            "Only memory",
            "The exact denoiser of stored helices reproduces these helices.",
            dict(denoiser="exact"),
        ),
    ],
)
