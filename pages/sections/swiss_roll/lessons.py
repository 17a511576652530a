"""The exercises of this page."""

from __future__ import annotations

from pages.ui.lessons import Exercises, Lesson
from pages.ui.process_controls import EVERY

BASE = dict(
    data="swiss_roll",
    schedule="cosine",
    noise_T=100,
    path="markov",
    denoiser="learned",
    sampler="ddpm",
    steps=EVERY,
    start_same=False,
    show_score=False,
    show_guess=False,
    show_origin=False,
    points_n=600,
)

EXERCISES = Exercises(
    "swiss_roll",
    BASE,
    [
        Lesson(
            "score", "See the score", "Arrows: the field that leads back.", dict(show_score=True)
        ),
        Lesson(
            "prediction",
            "What it predicts",
            "The clean points as the denoiser predicts them, at every moment.",
            dict(show_guess=True, show_origin=True),
        ),
        Lesson(
            "ten_steps",
            "Ten steps",
            "DDIM with 10 steps instead of 100.",
            dict(sampler="ddim", ddim_eta=0.0, steps=10),
        ),
        Lesson(
            "early_end",
            "Stop before noise",
            "A linear schedule of 100 steps keeps 36 % of the signal's variance: see the ratio.",
            dict(schedule="linear", noise_beta_max=0.02),
        ),
        Lesson(
            "memory",
            "Only memorise",
            "A pinwheel has no formula: its exact denoiser is that of stored points and can only "
            "reproduce them.",
            dict(data="pinwheel", denoiser="exact"),
        ),
    ],
)
