"""The exercises of this page."""

from __future__ import annotations

from engine.experiments.sampler_race import RUNNERS
from pages.sections.samplers.controls import DEFAULT
from pages.ui.lessons import Exercises, Lesson

BASE = dict(
    data="swiss_roll",
    shown=DEFAULT,
    steps=20,
    count_calls=False,
    schedule="cosine",
    noise_T=1000,
    ddim_eta=0.0,
    ddpm_variance="posterior",
    points_n=600,
    seed=0.0,
)

EXERCISES = Exercises(
    "samplers",
    BASE,
    [
        Lesson(
            "five_steps",
            "Five steps",
            "the column **Energy**: DDPM and DDIM are several times as far from the data as with "
            "20 steps (press **Start over**), flow matching stays near 1 ×.",
            dict(steps=5),
            "Why does flow matching lose so little?",
            "In its scale the paths are nearly straight, and a long step along a straight line "
            "makes no error. The paths of DDIM bend most at low noise, where five steps leave "
            "large gaps; DDPM also adds the noise of each long step at once.",
        ),
        Lesson(
            "equal_calls",
            "Equal calls",
            "the columns **Calls**, which are equal, and **Energy**: DPM-Solver++(2M) is nearest "
            "to the data.",
            dict(steps=10, count_calls=True, shown=["ddim", "heun", "dpmpp_2m", "flow_euler"]),
            "Heun and DPM-Solver++(2M) are both of order 2. Why is one better for ten calls?",
            "Heun asks the network twice a step, so it gets five long steps; order 2 helps only "
            "where steps are short. DPM-Solver++(2M) reuses the prediction of the step before: "
            "order 2 for one call a step.",
        ),
        Lesson(
            "some_noise",
            "Noise in between",
            "**Between runs**: 0 without noise, largest for DDPM, and between them for DDIM with "
            "η = 0.5. All have about the same **Energy**.",
            dict(shown=["ddpm", "ddim", "euler"], ddim_eta=0.5),
            "If noise makes ends random, why does it not make the samples worse?",
            "Each step removes as much more as it adds, so that the density at every t stays the "
            "same. η chooses how much of a step is new noise: with η = 0 the start decides, with "
            "η = 1 DDIM is DDPM.",
        ),
        Lesson(
            "all",
            "All of them",
            "**To the ODE end**: all that add no noise end within 0.06 of one another, although "
            "two of them use another network, trained in another way.",
            dict(shown=list(RUNNERS)),
            "Two networks that have never met take the same noise to the same place. Why?",
            "Both learn the same thing: the noised densities of this data decide the flow, and "
            "flow matching describes the same process in another scale. What remains is the error "
            "of the networks and of the steps.",
        ),
    ],
)
