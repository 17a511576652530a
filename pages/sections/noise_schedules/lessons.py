"""The exercises of this page."""

from __future__ import annotations

from engine.noise import Drawn
from pages.sections.noise_schedules.controls import DEFAULT
from pages.ui.components import schedule_editor
from pages.ui.lessons import Exercises, Lesson

BASE = dict(
    data="swiss_roll", all_T=100, shown=DEFAULT, zero="off", mode="fixed", back="ddpm",
    denoiser="learned", own=schedule_editor.DEFAULT,
)  # fmt: skip

EXERCISES = Exercises(
    "noise_schedules",
    BASE,
    [
        Lesson(
            "thirty_steps",
            "Thirty steps",
            "Betas made for a thousand steps, used for thirty: most of the signal is still there.",
            dict(all_T=30, shown=["linear", "quadratic", "sigmoid", "cosine"]),
        ),
        Lesson(
            "stretched",
            "Stretched to zero",
            "Linear and quadratic, each beside its version with zero SNR at T.",
            dict(all_T=50, shown=["linear", "quadratic"], zero="both"),
        ),
        Lesson(
            "no_noise",
            "No added noise",
            "DDIM adds no noise of its own, so the effect of a wrong start stays.",
            dict(back="ddim", shown=["linear", "cosine", "quadratic"]),
        ),
        Lesson(
            "cliff",
            "All noise at once",
            "Your own curve, with nearly all the noise in a tenth of the steps.",
            dict(all_T=50, shown=["cosine", Drawn.key], own="0.45,0.97 0.55,0.03 1,0"),
        ),
    ],
)
