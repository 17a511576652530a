"""The exercises of this page."""

from __future__ import annotations

from engine.noise import Drawn
from pages.sections.noise_schedules.controls import DEFAULT
from pages.ui.components import schedule_editor
from pages.ui.lessons import Exercises, Lesson

BASE = dict(
    data="swiss_roll",
    all_T=100,
    shown=DEFAULT,
    zero="off",
    mode="fixed",
    back="ddpm",
    denoiser="learned",
    own=schedule_editor.DEFAULT,
    seed=0.0,
)

EXERCISES = Exercises(
    "noise_schedules",
    BASE,
    [
        Lesson(
            "thirty_steps",
            "Thirty steps",
            "the clouds at t = T: three still are spirals. In the table, **Samples from N(0, I)** "
            "is about 20 × for these three and about 1 × for cosine.",
            dict(all_T=30, shown=["linear", "quadratic", "sigmoid", "cosine"]),
            "Why does cosine alone bear a short chain?",
            "It is a rule for ᾱ as a function of t / T, which ends near 0 for every T. The other "
            "three are rules for β, made for a thousand steps: thirty such steps multiply to "
            "ᾱ_T = 0.7 or more.",
        ),
        Lesson(
            "stretched",
            "Stretched to zero",
            "the pairs in the table: the ratio falls from more than 10 × to about 1 × for each "
            "schedule that is stretched to zero signal at T.",
            dict(all_T=50, shown=["linear", "quadratic"], zero="both"),
            "Why must the network for this predict x_0 (or v), and not ε?",
            "At T nothing is left of x_0, and x_0 = (x_T − √(1 − ᾱ_T) ε) / √ᾱ_T would divide by "
            "zero. A prediction of x_0 stays defined: it is the mean of the data.",
        ),
        Lesson(
            "no_noise",
            "No added noise",
            "**Samples from N(0, I)** of linear: about twice as far as with DDPM (set **Way back** "
            "to DDPM). Cosine is near 1 × with both.",
            dict(back="ddim", shown=["linear", "cosine", "quadratic"]),
            "Why does a wrong start cost more with DDIM than with DDPM?",
            "DDIM (η = 0) is a fixed map from start to sample, so a start that no noised data "
            "would have leads to a sample that no data would have. DDPM replaces part of the state "
            "by fresh noise at every step, and so partly forgets where it began.",
        ),
        Lesson(
            "cliff",
            "All noise at once",
            "your own curve, which falls within a tenth of the steps: it reaches noise, and its "
            "samples are still many times as far from the data as those of cosine, even from their "
            "own x_T.",
            dict(all_T=50, shown=["cosine", Drawn.key], own="0.45,0.97 0.55,0.03 1,0"),
            "It ends in pure noise. What else must a schedule do?",
            "Share the work between the steps. Here five of fifty steps cross nearly all noise "
            "levels; each is so long that the reverse step, one Gaussian, cannot say which of the "
            "many possible points to move to.",
        ),
    ],
)
