"""Polymer, noise and back: the samples against the simulation, and what stands behind them."""

from __future__ import annotations

import streamlit as st

from engine.data import Polymer
from engine.denoisers.learned import is_trained
from engine.experiments.film import Process
from engine.experiments.networks import shipped
from engine.experiments.polymer.film import (
    COMPARED_CHAINS,
    PolymerFilm,
    schedule_trials,
    without_schedule,
)
from engine.figures.charts.chains import distribution
from engine.polymer import CHAINS, MEASURES, held_out, training_chains
from engine.polymer.evaluation import Assessment
from pages.ui import jobs, plots, theme
from pages.ui.glossary import term
from pages.ui.stage import equations
from pages.ui.tables import table
from pages.ui.wording import number, spread

PLAIN_PARAMETERS = 160_536  #: 24 + 64 -> 256 -> 256 -> 256 -> 24 with biases
BLURRED = 3.0  #: spread of bonds over that of the data, above which the page says so
SIMULATED = {  #: how the chains of a data set were simulated, beyond their number
    "polymer": "",
    "polymer_long": " --beads 24 --steps 20000",
    "polymer_space": " --dimensions 3",
}


def show(film: PolymerFilm, found: Assessment | None) -> None:
    """Charts of the samples, and in words what the numbers mean; None while these are computed."""
    st.markdown("#### Comparison with the simulation")
    charts(film, found)
    if found is not None:
        bonds(found)
        copies(found)
        schedules(film.settings)


def charts(film: PolymerFilm, found: Assessment | None) -> None:
    """The finished chains against the simulation, one chart a measure."""
    unseen, dark = held_out(film.data), theme.is_dark()
    for column, (key, measure) in zip(st.columns(3, gap="medium"), MEASURES.items(), strict=True):
        sampled, known = measure.of(film.samples), measure.of(unseen)
        with column:
            st.markdown(f"**{measure.label}**")
            both = known.numpy(), {"Sampled": sampled.numpy()}
            plots.draw(f"still_{key}", distribution, *both, "σ", dark)
            text = f"Sampled {spread(sampled, 'σ')}, data {spread(known, 'σ')}."
            if found is not None:
                d = found.distances[key]
                text += (
                    f" Wasserstein distance **{d.distance:.3f} σ**; between as many training "
                    f"chains and the data {d.floor:.3f} σ."
                )
            st.caption(text)


def bonds(found: Assessment) -> None:
    """Says so where bond lengths vary much more than simulated ones."""
    bond = found.distances["bonds"]
    if bond.std > BLURRED * bond.data_std:
        st.caption(
            f"Bond lengths vary too much: their spread is {bond.std:.2f} σ, in the data "
            f"{bond.data_std:.2f} σ. They are hard to learn for a plain network, which takes "
            "coordinates only, and easy for one that also takes the distances between beads (VAE "
            "against diffusion)."
        )


def copies(found: Assessment) -> None:
    """Whether samples are copies of training chains."""
    st.caption(
        "Copied from the training set? The nearest training chain is "
        f"{found.nearest_sampled:.2f} σ per bead away from a sampled chain, and "
        f"{found.nearest_held_out:.2f} σ from a held-out one: "
        + ("samples are copies." if found.copied else "no sign of copying.")
    )


def schedules(process: Process) -> None:
    """A linear schedule that stops early beside the cosine one: same network, sampler, noise."""
    st.markdown("#### Does the schedule reach noise?")
    st.markdown(
        r"A linear schedule with the usual betas and T = 200 stops at $\bar\alpha_T=0.13$: chains "
        "are then still longer than noise. A sampler that starts from N(0, I) starts with chains "
        "that are too short, and its samples stay too short. The same denoiser, the same noise:"
    )
    settings = without_schedule(process)
    trials = jobs.cached(
        "polymer_race", schedule_trials, settings, label="Comparing schedules", pool="long"
    )
    if trials is None:
        return
    rows = [
        [trial.label, number(trial.schedule.signal_left)]
        + [f"{trial.distances[key].distance:.3f} σ" for key in MEASURES]
        for trial in trials
    ]
    known = trials[0].distances
    rows.append(["Data against data", "", *(f"{known[key].floor:.3f} σ" for key in MEASURES)])
    left, right = st.columns([6, 5], gap="large")
    with left:
        table(["", "ᾱ_T", "R_g", "End to end", "Bond"], rows)
        st.caption(
            f"{term('wasserstein')} of {COMPARED_CHAINS} chains to the simulation, by measure: "
            "smaller is better."
        )
    with right:
        ends = MEASURES["ends"]
        unseen = ends.of(held_out(CHAINS[process.dataset])).numpy()
        sampled = {trial.label: ends.of(trial.samples).numpy() for trial in trials}
        plots.draw("race", distribution, unseen, sampled, f"{ends.label}, σ", theme.is_dark())


def provenance(data: Polymer) -> None:
    """Where the data and the network come from."""
    total, unseen = len(training_chains(data)) + len(held_out(data)), len(held_out(data))
    beads, dimensions = data.chain_shape
    text = (
        f"**The data** are our own simulation: {total:,} chains of {beads} beads in "
        f"{'space' if dimensions == 3 else 'the plane'}, held by finitely extensible nonlinear "
        f"elastic ({term('fene')}) springs, with excluded volume and a weak attraction (Kremer "
        f"and Grest 1990), in Langevin dynamics. `python -m engine.polymer --chains {total} "
        f"--seed 0{SIMULATED[data.key]}` makes them again. Each is centred and rotated so that "
        "its long axis lies along x. Read from the other end, or mirrored, a chain has the same "
        f"energy, so training uses all four versions. {unseen:,} chains are kept from training "
        "and are the data in every chart. One σ is the diameter of a bead."
    )
    network = shipped(data.key).card if is_trained(data.key) else {}
    if "parameters" in network:
        text += (
            f"\n\n**The bundled network** has exactly {network['parameters']:,} parameters, "
            "weights and biases."
        )
        if data.key == "polymer":
            text += (
                " A plain one that is given coordinates only (24 + 64 → 256 → 256 → 256 → 24) has "
                f"{PLAIN_PARAMETERS:,}."
            )
    st.markdown(text)


def words(data: Polymer) -> None:
    """The formulas behind what is seen."""
    beads = data.chain_shape[0]
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(f"**Noise** is added to all {data.dim} coordinates of a chain:")
            st.latex(r"x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\varepsilon")
            st.markdown(
                "It is independent of the bonds. Beads that were neighbours are soon as far apart "
                "as any two, and the network has to learn to restore the bonds."
            )
        with right:
            st.markdown("**Radius of gyration**: how far beads are from their centre,")
            st.latex(rf"R_g^2 = \tfrac1{{{beads}}}\textstyle\sum_i |r_i - \bar r|^2")
            st.markdown(
                "Data and noise are scaled to the same size, so $R_g$ hardly changes on the way. "
                "The **end-to-end distance**, first bead to last, does: in noise, the order of "
                "beads along the chain is lost."
            )
