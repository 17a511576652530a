"""The exercises of this page."""

from __future__ import annotations

from pages.ui.lessons import Exercises, Lesson
from pages.ui.process_controls import EVERY

BASE = dict(
    data="two_gaussians",
    schedule="cosine",
    noise_T=100,
    path="markov",
    denoiser="exact",
    sampler="ddpm",
    steps=EVERY,
    start_same=False,
    paths_n=300,
)

EXERCISES = Exercises(
    "one_dimension",
    BASE,
    [
        Lesson(
            "early_end",
            "Stop before noise",
            "A linear schedule of 50 steps keeps 60 % of the signal's variance. Started from "
            "N(0, 1), "
            "the rare peak is sampled too often: compare the means, then start from x_T of "
            "the data.",
            dict(
                data="uneven_gaussians",
                schedule="linear",
                noise_T=50,
                noise_beta_max=0.02,
                paths_n=1000,
            ),
        ),
        Lesson(
            "not_a_path",
            "Not a path",
            "Fresh noise at every t: the same density at each moment, and still no path.",
            dict(path="marginal"),
        ),
        Lesson(
            "no_noise",
            "No noise on the way back",
            "DDIM with eta = 0 adds none: paths do not cross, and the start of each decides "
            "its end.",
            dict(sampler="ddim", ddim_eta=0.0),
        ),
        Lesson(
            "five_steps",
            "Five steps",
            "DDIM in five steps: coarse, and nearly right.",
            dict(sampler="ddim", ddim_eta=0.0, steps=5),
        ),
        Lesson(
            "oracle",
            "Know the answer",
            "The oracle knows the original point and leads every path back to its own start.",
            dict(denoiser="oracle", start_same=True),
        ),
    ],
)
