"""The exercises of this page."""

from __future__ import annotations

from pages.ui.lessons import Exercises, Lesson
from pages.ui.process_controls import OPENING

BASE = dict(
    OPENING,
    data="two_gaussians",
    denoiser="exact",
    paths_n=300,
)

EXERCISES = Exercises(
    "one_dimension",
    BASE,
    [
        Lesson(
            "early_end",
            "Stop before noise",
            "the means in the table **Reverse, t = 0**: that of the paths misses that of the data "
            "by several times the error behind ±.",
            dict(
                data="uneven_gaussians",
                schedule="linear",
                noise_T=50,
                noise_beta_max=0.02,
                paths_n=1000,
            ),
            "Too many paths end in the rare peak. Why, although the denoiser is the true one?",
            "At t = T each point still keeps 0.77 of its x_0, so the true x_T lie mostly on the "
            "side of the common peak. N(0, 1) puts half of the starts on either side, and the "
            "denoiser takes a start on the right for a sign of the rare peak. Switch on **Start "
            "where the forward process ended** (below **More** in the settings): the means agree "
            "again. A sampler cannot do that, since it has no data; it needs a schedule that "
            "reaches noise.",
        ),
        Lesson(
            "not_a_path",
            "Not a path",
            "the lines on the left, and **A forward line moves**: several times as far from frame "
            "to frame as on a true path. Shade, histogram, mean and variance stay right.",
            dict(path="marginal"),
            "At every moment the density is right. What is lost?",
            "What connects the moments. With new noise at every t, x_t and its neighbour share "
            "nothing but x_0. Training needs single moments only and draws exactly such points; "
            "the reverse step of DDPM is derived for neighbours on a true path, "
            "q(x_{t-1} | x_t, x_0).",
        ),
        Lesson(
            "no_noise",
            "No noise on the way back",
            "the lines on the right: none crosses another. **Pairs that keep their order** is "
            "100 %; with DDPM (press **Start over**) it is about 50 %, which is chance.",
            dict(sampler="ddim", ddim_eta=0.0),
            "Both samplers give the same density. What does the start of a path decide in each?",
            "Without noise, everything: DDIM with η = 0 follows a flow, and on a line the k-th "
            "smallest start becomes the k-th smallest sample. DDPM adds fresh noise at every step "
            "until the start is forgotten. So DDIM can also be run backwards, from a sample to the "
            "noise that gives it.",
        ),
        Lesson(
            "five_steps",
            "Five steps",
            "the variance in the table **Reverse, t = 0**: too small by several times its error. "
            "The histogram on the right has the two peaks, but they lie too near to each other.",
            dict(sampler="ddim", ddim_eta=0.0, steps=5),
            "The denoiser is the true one. Where does the error come from?",
            "From the length of the steps. Each follows the slope at its beginning in a straight "
            "line, while the flow bends. Ten steps nearly halve the error. The page "
            "**Samplers** shows methods that bend with it.",
        ),
        Lesson(
            "oracle",
            "Know the answer",
            "the numbered paths: each ends on the right where the same number began on the left. "
            "**Start to end** is 0.00; with the true denoiser it is about 1.",
            dict(denoiser="oracle", start_same=True),
            "It makes no error at all. Why is it no generative model?",
            "The oracle is told the x_0 of every path and gives back what it was given. A real "
            "denoiser sees x_t alone. Many points could have led there, so its best answer is "
            "their mean, E[x_0 | x_t], and a path ends at a plausible point, but not at its own.",
        ),
    ],
)
