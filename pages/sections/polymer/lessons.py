"""The exercises of this page, view by view."""

from __future__ import annotations

from engine.experiments.polymer.film import MOST
from engine.polymer import GUIDES
from pages.ui.lessons import Exercises, Lesson
from pages.ui.process_controls import EVERY

PROCESS_BASE = dict(
    view="reverse",
    polymer_chains="polymer",
    polymer_shown=12,
    polymer_n=200,
    schedule="cosine",
    noise_T=100,
    path="markov",
    denoiser="learned",
    sampler="ddpm",
    steps=EVERY,
    start_same=False,
)

PROCESS = Exercises(
    "polymer/process",
    PROCESS_BASE,
    [
        Lesson(
            "linear",
            "The lesson's schedule",
            "Linear with T = 200: the chain never reaches noise.",
            dict(schedule="linear", noise_T=200),
        ),
        Lesson(
            "same_start",
            "Start where noise ends",
            "The same schedule, started from the noised data instead of N(0, I): the error "
            "is gone.",
            dict(schedule="linear", noise_T=200, start_same=True, view="both"),
        ),
        Lesson(
            "ten_steps",
            "Ten steps",
            "DDIM with eta = 0 makes chains in ten network calls.",
            dict(sampler="ddim", ddim_eta=0.0, steps=10),
        ),
        Lesson(
            "thirty", "Thirty chains", "As many as the picture holds.", dict(polymer_shown=MOST)
        ),
    ],
)

COMPARISON_BASE = dict(rival="ddpm", rival_sampler="ddpm", rival_steps=200)

COMPARISON = Exercises(
    "polymer/comparison",
    COMPARISON_BASE,
    [
        Lesson(
            "lecture",
            "The lecture's model",
            "Its schedule stops before noise, and its network does not reproduce the bonds.",
            dict(rival="lecture"),
        ),
        Lesson(
            "steep",
            "Up to noise",
            "The same network; betas five times as large. The size is nearly right, bonds "
            "are blurred.",
            dict(rival="steep"),
        ),
        Lesson(
            "twenty_steps",
            "Twenty steps",
            "DDIM: a tenth of the time.",
            dict(rival_sampler="ddim", rival_steps=20),
        ),
    ],
)

GUIDANCE_BASE = dict(
    way="free", wish_asked=1.5, wish_scale=GUIDES["free"].recommended, arrows=False
)

GUIDANCE = Exercises(
    "polymer/guidance",
    GUIDANCE_BASE,
    [
        Lesson("compact", "Compact", "Coils of R_g = 1.4 σ.", dict(wish_asked=1.4)),
        Lesson("extended", "Extended", "Chains of R_g = 2.4 σ.", dict(wish_asked=2.4)),
        Lesson("strong", "Too much guidance (s = 8)", "Does it still help?", dict(wish_scale=8.0)),
        Lesson(
            "gradient",
            "By gradient",
            "A second network shifts the beads; arrows show where to.",
            dict(way="classifier", arrows=True, wish_scale=GUIDES["classifier"].recommended),
        ),
    ],
)
