"""The exercises of this page, view by view."""

from __future__ import annotations

from engine.experiments.polymer.film import MOST
from engine.polymer import GUIDES
from pages.ui.lessons import Exercises, Lesson
from pages.ui.process_controls import OPENING

PROCESS_BASE = dict(
    OPENING,
    view="reverse",
    polymer_chains="polymer",
    polymer_shown=12,
    polymer_n=200,
)

PROCESS = Exercises(
    "polymer/process",
    PROCESS_BASE,
    [
        Lesson(
            "linear",
            "Stop before noise",
            "**End-to-end distance** below: samples are too short, and their distance to the "
            "simulation is several times that between two sets of simulated chains.",
            dict(schedule="linear", noise_T=200),
            "Why too short, and not too long?",
            "At t = T the noised chains are still longer than noise, since 13 % of the signal's "
            "variance is left. The sampler starts from N(0, I), with chains shorter than any that "
            "the network has seen there, and what starts too short ends too short.",
        ),
        Lesson(
            "same_start",
            "Start where noise ends",
            "**End-to-end distance** again: with the same schedule, but from the noised data "
            "instead of N(0, I), the error is gone.",
            dict(schedule="linear", noise_T=200, start_same=True, view="both"),
            "So the network is right. Why can a sampler not do this?",
            "It would need noised data to begin with, and there is none when new chains are to be "
            "made. A sampler can only start from a distribution that it knows, and so the schedule "
            "has to end there.",
        ),
        Lesson(
            "ten_steps",
            "Ten steps",
            "**Bond length** below: its mean falls short and its spread is three times that of the "
            "simulation, while sizes are as good as with 100 steps.",
            dict(sampler="ddim", ddim_eta=0.0, steps=10),
            "Why do bonds suffer and sizes not?",
            "The size of a chain is decided at high noise, by a few early steps. Bonds are stiff, "
            "and their length is the finest detail: it is decided in the last steps, which are the "
            "ones left out.",
        ),
        Lesson(
            "thirty",
            "Thirty chains",
            "as many chains as the picture holds, and how differently one network folds them.",
            dict(polymer_shown=MOST),
            "Are these copies of the simulated chains?",
            "The sentence **Copied from the training set?** below compares: the nearest training "
            "chain is about as far from a sampled chain as from a simulated one that was held out.",
        ),
    ],
)

COMPARISON_BASE = dict(rival="ddpm", rival_sampler="ddpm", rival_steps=200, seed=0.0)

COMPARISON = Exercises(
    "polymer/comparison",
    COMPARISON_BASE,
    [
        Lesson(
            "lecture",
            "Stops early",
            "the first row of the table: size, end-to-end distance and bonds are all far above the "
            "floor, in spite of as many parameters.",
            dict(rival="lecture"),
            "Two things differ from the model before. Which one spoils the sizes, which the bonds?",
            "The schedule spoils the sizes: it keeps 13 % of the signal's variance, and chains "
            "come out too small. The network spoils the bonds: it is given coordinates only. The "
            "next exercise changes the schedule alone.",
        ),
        Lesson(
            "steep",
            "The same, up to noise",
            "the first row: the size is nearly right now, the bonds are as bad as before.",
            dict(rival="steep"),
            "What does the other network have that makes bonds easy?",
            "It is also given the distances between beads. From coordinates alone it would have to "
            "learn the root of a sum of squares, once for every pair and every direction. Telling "
            "a network what matters is worth more than a few more weights.",
        ),
        Lesson(
            "twenty_steps",
            "Twenty steps",
            "the time, a tenth of what 200 steps take, and the column **Bond**, several times as "
            "large. Sizes stay near the floor.",
            dict(rival_sampler="ddim", rival_steps=20),
            "Still slower than the VAE. When is it worth the time?",
            "When details matter: even with 20 steps the bonds are several times nearer to the "
            "simulation than those of the VAE, whose decoder answers with the mean of all chains "
            "that share a code.",
        ),
        Lesson(
            "latent_plane",
            "Noise in the latent plane",
            "the row **Latent diffusion**: its end-to-end distance is less than half as far from "
            "the simulation as that of the VAE, and its bonds are just as far.",
            dict(rival_sampler="ddim", rival_steps=50),
            "The noise is removed from codes. Why does that help the ends, and not the bonds?",
            "Diffusion only makes the codes, and makes them as frequent as those of the data; the "
            "VAE draws its codes from N(0, I), which they are not quite. The decoder is the same, "
            "and a chain is as blurred as it makes it. Image generators of this kind use codes of "
            "thousands of numbers, so that little is lost.",
        ),
    ],
)

GUIDANCE_BASE = dict(
    way="free", wish_asked=1.5, wish_scale=GUIDES["free"].recommended, arrows=False, seed=0.0
)

GUIDANCE = Exercises(
    "polymer/guidance",
    GUIDANCE_BASE,
    [
        Lesson(
            "compact",
            "Compact",
            "the chart **Radius of gyration**: conditioned chains stand in a narrow peak at the "
            "target, a tenth as wide as the unconditional ones, and bonds stay whole.",
            dict(wish_asked=1.4),
            "The same noise in both pictures. What does the condition change?",
            "Every prediction of the clean chain, a little at each step, towards chains of that "
            "size. The network has learned sizes from the data, so it makes compact coils with "
            "right bonds and does not just shrink the picture.",
        ),
        Lesson(
            "extended",
            "Extended",
            "**Diversity**: smaller than without a condition.",
            dict(wish_asked=2.4),
            "Why are extended chains more alike than compact ones?",
            "There are few ways to be long: a chain that is stretched has little freedom left. "
            "Compact coils can be folded in many ways.",
        ),
        Lesson(
            "strong",
            "Too much guidance (s = 8)",
            "**Broken bonds**, several times as many as without a condition, and **Error**, which "
            "is *larger* than at the recommended scale.",
            dict(wish_scale=8.0),
            "Why does asking more strongly not give a more exact size?",
            "s > 1 extrapolates beyond what the network predicts for any chain. Far enough out "
            "there are no real chains any more, neither with that size nor with whole bonds.",
        ),
        Lesson(
            "gradient",
            "By gradient",
            "the arrows on the beads: from the middle of the way on they push the outer ones "
            "inwards, and at the end they vanish.",
            dict(way="classifier", arrows=True, wish_scale=GUIDES["classifier"].recommended),
            "Where does this gradient come from?",
            "From a second network, which has learned to predict the size of the clean chain from "
            "a noisy one. The gradient of the log-likelihood that it gives to the target is added "
            "to the score; the network that makes chains knows nothing of sizes.",
        ),
    ],
)

MAP_BASE = dict(map_colour="gyration", z="0.00,0.00", seed=0.0)

MAP = Exercises(
    "polymer/map",
    MAP_BASE,
    [
        Lesson(
            "crowded",
            "Where codes crowd",
            "the chain and the numbers above it: of the right size, but its mean bond is 0.65 σ. "
            "In the simulation bonds are 0.97 σ long. Drag the point around: that is so wherever "
            "many dots are.",
            dict(z="0.40,0.60"),
            "Bonds of all simulated chains are nearly alike. Why does the decoder not get at least "
            "them right?",
            "Many chains share this point, and the decoder answers with their mean, bead by bead. "
            "Every chain has long bonds, but in different directions, and the mean of arrows of "
            "one length in different directions is shorter than each of them.",
        ),
        Lesson(
            "corner",
            "Where no code lies",
            "the mean bond: 0.89 σ, much nearer to the simulation than in the middle. No dot is "
            "near.",
            dict(z="3.00,-3.00"),
            "Should samples be drawn from the corners, then?",
            "No. No chain of the data has its code here, so training has never told the decoder "
            "what to answer. Nothing is averaged, so bonds are not shrunk, but neither are they "
            "right: from 0.6 to 1.2 σ in one chain, where the simulation varies by 0.04 σ.",
        ),
        Lesson(
            "unfold",
            "Unfold a coil",
            "the chain after you press **To long**: the coil opens, end by end, and its radius of "
            "gyration doubles.",
            dict(map_colour="ends", z="0.20,-2.30"),
            "Why does it open little by little, without a jump?",
            "In training each code is blurred by noise before it is decoded, so that neighbours "
            "have to answer for each other. The plane is ordered by that: what is near in it looks "
            "alike, and the decoder is a smooth function of two numbers.",
        ),
    ],
)
