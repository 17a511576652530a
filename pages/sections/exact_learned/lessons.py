"""The exercises of this page, view by view."""

from __future__ import annotations

from pages.ui.lessons import Exercises, Lesson

SCORE_BASE = dict(
    data="eight_gaussians",
    show_kind="lines",
    show_cloud=True,
    schedule="cosine",
    noise_T=100,
    seed=0.0,
)

SCORE = Exercises(
    "exact_learned/score",
    SCORE_BASE,
    [
        Lesson(
            "swiss_roll",
            "Swiss roll",
            "the streamlines as t falls: first all run to the middle, then to the nearest arm, and "
            "only near t = 0 along the spiral. The picture **Difference** fills in that order too.",
            dict(data="swiss_roll"),
            "Why is the network right at high noise and wrong, if anywhere, near t = 0?",
            "At high noise the score of any data is nearly that of one Gaussian, which is easy to "
            "learn. Near t = 0 it changes over the width of the curve, and between the arms there "
            "are next to no training points that could teach it.",
        ),
        Lesson(
            "hard",
            "Hard to learn",
            "**Largest relative error**: more than 40 % near t = 0, against less than 20 % for "
            "eight Gaussians (press **Start over**). **Difference** is brightest between the arms.",
            dict(data="two_spirals"),
            "Two spirals wound into each other: what exactly can this small network not follow?",
            "Between neighbouring arms the score turns round within a tenth of a unit. A smooth "
            "network of this size draws the turn too wide, so it pulls points from both arms into "
            "the gap. More weights or longer training (below) make the gap sharper.",
        ),
        Lesson(
            "line",
            "In one dimension",
            "the curves on the left, which cross zero at every peak of the density, and the map on "
            "the right: the error of every x at every t at once.",
            dict(data="three_gaussians"),
            "Where does the score cross zero upwards, and what do samples do there?",
            "In the valleys between the peaks. Right of such a point the score leads to the right, "
            "left of it to the left: paths part there. A small error of the network in a valley "
            "sends samples to the wrong peak, and so the valleys matter most.",
        ),
        Lesson(
            "stored_points",
            "Stored points",
            "**Largest relative error**, near 100 % at t = 1: the reference points to single "
            "stored points there, the network does not.",
            dict(data="checkerboard"),
            "Which of the two is wrong at low noise?",
            "Neither is the true score. This reference is the best denoiser of 1,000 stored "
            "points, which at low noise knows nothing but them: it memorises. The network has seen "
            "fresh points in every batch, and its smoother field is nearer to the truth.",
        ),
    ],
)

LIKELIHOOD_BASE = dict(
    data="eight_gaussians", schedule="cosine", noise_T=100, flow_steps=48, seed=0.0
)

LIKELIHOOD = Exercises(
    "exact_learned/likelihood",
    LIKELIHOOD_BASE,
    [
        Lesson(
            "two_peaks",
            "Two peaks",
            "the density on the left, as one Gaussian splits into two peaks, and the paths on the "
            "right, which come closer where it rises.",
            dict(data="two_gaussians"),
            "How does a deterministic flow turn paths into a density?",
            "Mass is neither made nor lost: where neighbouring paths come closer by a factor, the "
            "density grows by that factor. So the log-likelihood of a point is that of its start "
            "under N(0, 1) plus the divergence of the flow, added up along its path.",
        ),
        Lesson(
            "early_end",
            "Stop before noise",
            "both curves on the left: at the end that of the *true* score misses the data, too.",
            dict(data="uneven_gaussians", schedule="linear", noise_beta_max=0.02),
            "The score is true and the solver fine. What is wrong?",
            "The start. The flow begins as N(0, 1), but with 36 % of the signal's variance left, "
            "x_T is distributed differently. The flow carries that error to t = 0: too much mass "
            "in the rare peak.",
        ),
        Lesson(
            "eight_steps",
            "Eight steps",
            "the sentence below the numbers: the true score, too, is now off by 0.04 nats, forty "
            "times more than before, and the density no longer adds up to 1.",
            dict(data="two_gaussians", flow_steps=8),
            "The KL divergence comes out below zero. Can it be?",
            "Never, for two densities. But with eight long steps the solver's result is no "
            "density: it adds up to more than 1, so its logarithm is too large everywhere, and the "
            "mean of log q − log p falls below zero. More steps come first, comparisons later.",
        ),
        Lesson(
            "two_spirals",
            "Two spirals",
            "**KL divergence**: about 0.1 nats, several times its error; and the map of the ratio, "
            "coloured in the gaps between the arms.",
            dict(data="two_spirals"),
            "Where does the network put the mass that is missing on the arms?",
            "Into the gaps. Its score turns round there more slowly than the true one, so paths "
            "are not brought close enough to the arms. The average over data punishes this: each "
            "point on an arm gets a little too little density.",
        ),
    ],
)

MEMORY_BASE = dict(
    data="swiss_roll",
    few_n=16,
    pupil_width=96,
    pupil_depth=3,
    pupil_steps=3000,
    few_train=True,
    seed=0.0,
)

MEMORY = Exercises(
    "exact_learned/memory",
    MEMORY_BASE,
    [
        Lesson(
            "eight",
            "Eight points",
            "the picture in the middle: after training nearly all samples end on the eight grey "
            "discs. **Copies** rises to more than 80 %, while fresh data has about 6 %.",
            dict(few_n=8, few_train=True),
            "The loss of training keeps falling. Why is that no good sign here?",
            "The loss of these eight points has one minimum, the denoiser on the left, which only "
            "knows how to return them. The nearer the network comes to it, the more it copies. "
            "Only data that training has not seen can tell.",
        ),
        Lesson(
            "small",
            "A small network",
            "the badge in the middle: no copies, and yet an **energy distance** of more than 10 ×, "
            "so no Swiss roll either.",
            dict(pupil_width=16, pupil_depth=2),
            "What has this network learned?",
            "A blur over its 16 points. It has too few weights to follow the sharp turns of the "
            "best denoiser, so it cannot copy; and 16 points do not say that they come from a "
            "spiral. Not memorising is not the same as generalising.",
        ),
        Lesson(
            "thousand",
            "A thousand points",
            "the badges: the denoiser on the left copies a thousand points as readily as eight, "
            "the network in the middle does not. Its **energy distance** is about 1 ×.",
            dict(few_n=1000),
            "The same network, the same number of updates. Why does it not memorise now?",
            "To copy, it would have to bend sharply around each of a thousand points. It cannot "
            "within these weights and updates, and what it does instead, a smooth curve through "
            "them, is the data. More weights and longer training would bring copies back.",
        ),
        Lesson(
            "untrained",
            "Without training",
            "the two badges left and right: the same 16 points, copied by one denoiser and not by "
            "the other.",
            dict(few_train=False),
            "Neither has been trained on these points here. Why do they differ?",
            "The left one *is* a formula of these 16 points. The right one was trained on fresh "
            "points of the same spiral and has never seen these, so its samples are as far from "
            "them as fresh data is.",
        ),
    ],
    opening="eight",
)
