"""The exercises of this page."""

from __future__ import annotations

from engine.experiments.sampler_race import RUNNERS
from pages.sections.samplers.controls import DEFAULT
from pages.ui.lessons import Exercises, Lesson

BASE = dict(
    data="swiss_roll", shown=DEFAULT, steps=20, count_calls=False, schedule="cosine", noise_T=1000,
    ddim_eta=0.0, ddpm_variance="posterior", points_n=600,
)  # fmt: skip

EXERCISES = Exercises(
    "samplers",
    BASE,
    [
        Lesson("five_steps", "Five steps", "How far each gets with five steps.", dict(steps=5)),
        Lesson(
            "equal_calls",
            "Equal calls",
            "The same number of network calls for all: Heun needs two for a step.",
            dict(steps=10, count_calls=True, shown=["ddim", "heun", "dpmpp_2m", "flow_euler"]),
        ),
        Lesson(
            "some_noise",
            "Noise in between",
            "DDIM with η = 0.5 stands between DDIM and DDPM.",
            dict(shown=["ddpm", "ddim", "euler"], ddim_eta=0.5),
        ),
        Lesson("all", "All of them", "Every sampler at once.", dict(shown=list(RUNNERS))),
    ],
)
