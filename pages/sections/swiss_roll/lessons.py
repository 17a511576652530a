"""The exercises of this page."""

from __future__ import annotations

from pages.ui.lessons import Exercises, Lesson
from pages.ui.process_controls import OPENING

BASE = dict(
    OPENING,
    data="swiss_roll",
    show_score=False,
    show_guess=False,
    show_origin=False,
    points_n=600,
)
MANY = 3000  #: points of exercises that promise a difference of ratios

EXERCISES = Exercises(
    "swiss_roll",
    BASE,
    [
        Lesson(
            "score",
            "See the score",
            "the arrows on the right. At the start all point to the middle; near t = 15 each "
            "points to the nearest arm of the spiral.",
            dict(show_score=True),
            "An arrow shows the way to the predicted clean point. Why is that the middle at first?",
            "The score is the gradient of the log density of x_t. In nearly pure noise x_t says "
            "next to nothing about x_0, the best prediction is the mean of all data, and the score "
            "is that of N(0, I): it points to 0. The less noise, the fewer points could have led "
            "to x_t, and the finer is the field.",
        ),
        Lesson(
            "prediction",
            "What it predicts",
            "the third picture: one clump in the middle at first, then a blurred spiral, at last a "
            "sharp one. Colours say where each point ends.",
            dict(show_guess=True, show_origin=True),
            "Why does the network not predict a point of the spiral from the start?",
            "Its loss is a squared error, and the best answer to that is the mean of all points "
            "that could have led to x_t. At first this is the mean of the whole spiral, which does "
            "not lie on it. Sampling takes many steps because the answer gets sharper on the way.",
        ),
        Lesson(
            "ten_steps",
            "Ten steps",
            "the **Ratio** below the picture: about 4 with ten steps of DDIM, and about 1 with all "
            "100 (set **Sampler steps** to all).",
            dict(sampler="ddim", ddim_eta=0.0, steps=10, points_n=MANY),
            "Choose DDPM, still with ten steps. Is the ratio better or worse, and why?",
            "Worse, about 8. The posterior that DDPM draws from is a Gaussian only for short "
            "steps, and a long step adds a lot of noise at once, which too few steps remain to "
            "remove. DDIM follows a smooth flow and loses less.",
        ),
        Lesson(
            "early_end",
            "Stop before noise",
            "the **Ratio**: several times 1, far outside its ±. Set the schedule back to cosine, "
            "and it is about 1.",
            dict(schedule="linear", noise_beta_max=0.02, points_n=MANY),
            "The same network, trained as before. What is wrong with the samples?",
            "With 100 steps the linear betas leave 36 % of the signal's variance in x_T. The "
            "sampler starts from N(0, I) all the same, where the network has never seen a noised "
            "spiral, and takes pure noise for noised data. Remedies: larger betas, more steps, or "
            "a schedule that is made to reach noise.",
        ),
        Lesson(
            "memory",
            "Only memorise",
            "the grey dots, which are the stored points: samples end on them. **To the nearest "
            "stored point** is less than half of what fresh data has.",
            dict(data="pinwheel", denoiser="memory"),
            "The ratio is about as good as a network's. Why is this denoiser useless?",
            "It is the best one possible for its 1,000 stored points, so it can only give them "
            "back; the energy distance compares clouds and does not notice copies. Choose "
            "**Network**: its samples are as far from the stored points as fresh data is. A "
            "network cannot represent the best answer exactly, and so it fills the gaps.",
        ),
    ],
)
