"""The exercises of this page. Each trains its network when it is chosen."""

from __future__ import annotations

from engine.data.own import drawing
from pages.sections.own_data.source import DRAWING, FIRST
from pages.ui.lessons import Exercises, Lesson
from pages.ui.process_controls import OPENING

TRAINS = "_own_trains"  #: set to train at the next run of the page
#: Six dabs of a wide brush, two points each.
PLACES = [(-0.5, 0.5), (0.5, 0.5), (0.0, -0.5), (-0.5, -0.2), (0.5, -0.2), (0.0, 0.2)]
TWELVE = drawing.encode([drawing.stroke([place], width=45, density=1) for place in PLACES])
#: A large spot at the lower left, and a small one with a ninth of all points at the upper right.
COMMON = [drawing.stroke([(-0.35, -0.3)], width=25, density=63)] * 5
SPOTS = drawing.encode([*COMMON, drawing.stroke([(0.6, 0.5)], width=15, density=40)])

BASE = dict(
    {key: OPENING[key] for key in ("schedule", "noise_T", "sampler", "steps", "seed")},
    source="draw",
    drawing=FIRST,
    points_n=600,
    fit_steps=1200,
    fit_batch_size=512,
    fit_learning_rate=4e-3,
    fit_width=128,
    fit_depth=3,
    fit_ema=0.995,
    fit_seed=0.0,
)
QUICK = {"fit_batch_size": 128, TRAINS: True}

EXERCISES = Exercises(
    "own_data",
    BASE,
    [
        Lesson(
            "copy",
            "Make it copy",
            "the picture on the right, after the training: all samples end on the twelve points. "
            "**Samples to the nearest point** is less than half of how far the points are from "
            "each other.",
            {**QUICK, DRAWING: TWELVE},
            "The network and its training are those that draw a smile without copying. Why does it "
            "copy now?",
            "Twelve points have one best denoiser, which only leads back to them, and a network of "
            "this size can follow it: the points are far apart. Of a thousand points close to each "
            "other it can only learn what they have in common, the line that they lie on. More "
            "data helps against copies, and so does a smaller network or an earlier end.",
        ),
        Lesson(
            "too_early",
            "Stop too early",
            "the picture on the right: a cloud instead of a smile. **Samples to the nearest "
            "point** is several times that of held-out points.",
            {**QUICK, "fit_steps": 100},
            "After 100 updates the loss is near 1.0, after 1,200 near 0.95. How can so small a "
            "difference decide between a cloud and a smile?",
            "The loss is a mean over all noise levels. At most of them a noisy point says little "
            "about where it came from, so nobody can have a small error there. What makes a line "
            "thin is learned at the lowest levels alone, which are a small share of that mean. So "
            "look at samples, not at the loss.",
        ),
        Lesson(
            "early_end",
            "Never reach noise",
            "the small spot: on the right it has half of the points that it should have. **Energy "
            "distance over floor** is several times 1. Then set the schedule to cosine: about 1.",
            {
                **QUICK,
                DRAWING: SPOTS,
                "schedule": "linear",
                "noise_T": 50,
                "noise_beta_max": 0.02,
                "sampler": "ddim",
                "ddim_eta": 0.0,
                "fit_steps": 600,
            },
            "The network is the same for both schedules. Which samples are missing, and why?",
            "With 50 steps the linear betas leave 60 % of the signal's variance in x_T: noised "
            "data still lie in two places there, the smaller one far from 0. The sampler starts "
            "from N(0, I), which hardly ever reaches so far, so most of its starts belong to the "
            "large spot. A schedule for your own data has to end in noise, too.",
        ),
    ],
)
