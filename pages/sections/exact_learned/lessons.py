"""The exercises of this page, view by view."""

from __future__ import annotations

from pages.ui.lessons import Exercises, Lesson

SCORE_BASE = dict(
    data="eight_gaussians", show_kind="lines", show_cloud=True, schedule="cosine", noise_T=100
)

SCORE = Exercises(
    "exact_learned/score",
    SCORE_BASE,
    [
        Lesson(
            "swiss_roll",
            "Swiss roll",
            "The score leads along the spiral only when little noise is left.",
            dict(data="swiss_roll"),
        ),
        Lesson(
            "hard",
            "Hard to learn",
            "Two spirals wound around each other: a small network blurs the space between them.",
            dict(data="two_spirals"),
        ),
        Lesson(
            "line",
            "On a line",
            "In one dimension the score is a curve, and the error a map of time and place.",
            dict(data="three_gaussians"),
        ),
        Lesson(
            "stored_points",
            "Stored points",
            "Without a formula: the exact denoiser of stored points. At low noise it points "
            "to single "
            "points; the network, trained on fresh samples, does not.",
            dict(data="checkerboard"),
        ),
    ],
)

LIKELIHOOD_BASE = dict(data="two_gaussians", schedule="cosine", noise_T=100, flow_steps=48)

LIKELIHOOD = Exercises(
    "exact_learned/likelihood",
    LIKELIHOOD_BASE,
    [
        Lesson("two_peaks", "Two peaks", "The flow splits a Gaussian into two peaks.", dict()),
        Lesson(
            "early_end",
            "Stop before noise",
            "A linear schedule of 100 steps keeps 36 % of the signal's variance: both "
            "densities are "
            "wrong, also with the exact score.",
            dict(data="uneven_gaussians", schedule="linear", noise_beta_max=0.02),
        ),
        Lesson(
            "eight_steps",
            "Eight steps",
            "Too few steps of the solver: the error shows in both curves.",
            dict(flow_steps=8),
        ),
        Lesson(
            "two_spirals",
            "Two spirals",
            "A density that a small network does not learn exactly.",
            dict(data="two_spirals"),
        ),
    ],
)

MEMORY_BASE = dict(
    data="swiss_roll", few_n=16, pupil_width=96, pupil_depth=3, pupil_steps=3000, few_train=True
)

MEMORY = Exercises(
    "exact_learned/memory",
    MEMORY_BASE,
    [
        Lesson("eight", "Eight points", "Memorised within seconds.", dict(few_n=8)),
        Lesson(
            "small",
            "A small network",
            "The same points, and too few weights to memorise them.",
            dict(pupil_width=16, pupil_depth=2),
        ),
        Lesson("thousand", "A thousand points", "Too many to memorise.", dict(few_n=1000)),
        Lesson(
            "untrained",
            "Without training",
            "Only the exact denoiser and the bundled network.",
            dict(few_train=False),
        ),
    ],
)
