"""The section that trains the tutorial's own model on the molecule that is shown.

Nothing of it is computed before it is opened.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.evaluation.memorisation import VERDICTS
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.own_training import (
    DIALS,
    FRESH,
    FRESH_STEPS,
    NEAR,
    SAMPLES,
    STEPS,
    OwnModel,
    OwnRun,
    Samples,
    SideBySide,
    Taught,
    on_molecule,
    side_by_side,
    teaching,
)
from engine.experiments.molecule.record import Record
from engine.figures.charts.conformers import Distribution, torsion_histograms
from engine.figures.charts.training import LossAxis
from engine.figures.molecule.views import bond_colours
from engine.torsional.scratch import FromScratch, ScratchOptions
from pages.sections.molecule.wrapping import wrapping
from pages.ui import badges, jobs, navigation, plots, theme, widgets
from pages.ui.components.dials import dials
from pages.ui.glossary import term, written_out
from pages.ui.training import algorithm, models, progress, session
from pages.ui.training.algorithm import Algorithm
from pages.ui.training.models import Trainable
from pages.ui.training.progress import View

KEY = "taught"
_LAST = "_taught_molecule"
TEACHERS = {"one": "One conformer", "ensemble": "Its own ensemble"}
UPDATE = Algorithm(
    (
        "Draw a clean conformer, that is its torsions τ_0.",
        "Draw a time t from 1 to 1,000.",
        "Draw noise ε from N(0, I) and wrap it to (−π, π].",
        "Form τ_t = √ᾱ_t τ_0 + √(1 − ᾱ_t) ε and wrap it, too.",
        "Step down the gradient of ‖ε_θ(τ_t, t) − ε‖².",
    ),
    LossAxis("Squared error of ε", 1.0),
    "1 is the error of a network that answers 0.",
)


def own_model(record: Record, run: Run | None) -> None:
    """The section; run: what was sampled of the molecule, if it is there."""
    if not record.molecule.n_rotors:
        return
    section = st.expander(
        "Train a model on this molecule",
        icon=":material/model_training:",
        key=KEY,
        on_change="rerun",
        bind="query-params",
    )
    if section.open:
        with section:
            _section(record, run)


def _section(record: Record, run: Run | None) -> None:
    what = _trainable(record)
    st.markdown(
        "The tutorial's model, from scratch: an "
        f"{written_out('egnn')} of three layers reads the conformer as it is given, a perceptron "
        "reads the four atoms of a torsion with the sine and cosine of its angle and answers with "
        f"the noise. The process is a {written_out('ddpm')} with the cosine schedule in 1,000 "
        "steps; angles are wrapped, but their density is not (see below)."
    )
    left, right = st.columns([1, 1.7], gap="large")
    with left:
        view = View(
            what,
            begin=partial(on_molecule, _taught(record, run), *_options()),
            algorithm=UPDATE,
            picture=partial(_dials, record),
            card=_before,
            note=_trained_on,
        )
        progress.start_button(view)
        algorithm.show(UPDATE, progress.under_way(what))
    with right:
        progress.show(view)
    _beside(record, what)
    wrapping()


def _trainable(record: Record) -> Trainable[FromScratch, ScratchOptions]:
    """The model of this molecule; a training on the one before is given up."""
    what: Trainable[FromScratch, ScratchOptions] = Trainable(
        f"own_{record.identity}", widgets=KEY, noun="model", replaces=False
    )
    before = st.session_state.get(_LAST)
    if before not in (None, what.job):
        jobs.forget(before)
    st.session_state[_LAST] = what.job
    return what


def _taught(record: Record, run: Run | None) -> Taught:
    """The conformers to train on, by the choice of the user."""
    teacher = widgets.choice(
        "Train on",
        TEACHERS,
        key="taught_on",
        wide=True,
        help="One conformer: the one that was read, as in the tutorial. Its own ensemble: the "
        "conformers of the uploaded file if it has several, else the samples of this page.",
    )
    if teacher == "one":
        return teaching(record, record.molecule.xyz[:1])
    if len(record.uploaded) > 1:
        return teaching(record, record.uploaded)
    if run is not None:
        return teaching(record, run.samples.xyz)
    st.caption("The samples are not there yet: one conformer is taken.")
    return teaching(record, record.molecule.xyz[:1])


def _options() -> tuple[ScratchOptions, int]:
    options = widgets.options(ScratchOptions, KEY)
    return options, widgets.seed("taught_seed", label="Seed of the training")


def _before() -> None:
    st.caption(
        f"Press Train. Dials then show the torsions of {DIALS} samples of the network as it "
        "learns, from the same noise each time; marks show what it is trained on."
    )


def _trained_on(run: OwnRun) -> str:
    taught = _name(run).taught
    count = len(taught)
    return f"Trained on {count} conformer{'s' * (count != 1)}."


def _name(run: OwnRun) -> OwnModel:
    assert isinstance(run.name, OwnModel)
    return run.name


def _labels(record: Record) -> list[str]:
    return [record.torsion_label(m) for m in range(record.molecule.n_rotors)]


def _dials(record: Record, run: OwnRun) -> None:
    """The torsions that the model samples by now."""
    if run.samples is None:
        return
    taught = _name(run).taught.torsions
    dials(run.samples, taught, _labels(record), bond_colours(record.molecule), key="taught_dials")
    st.caption(
        f"Dots: torsions of {DIALS} samples after {progress.updates(run.step)}. Marks: the "
        f"conformer{'s' * (len(taught) != 1)} trained on."
    )


def _beside(record: Record, what: Trainable[FromScratch, ScratchOptions]) -> None:
    """Samples of the model as it stands beside those of the bundled one."""
    with st.container():
        job = jobs.current(what.job)
        run = session.paused(what) or models.trained(what)
        if run is None or (job is not None and job.status == "running"):
            return
        run.remember()
        name = _name(run)
        st.markdown("**Both models on this molecule**")
        found = jobs.cached(
            "taught_beside", side_by_side, name, run.seed, label="Sampling both models", pool="long"
        )
        if found is None:
            return
        _memory(found)
        _angles(record, found)


def _memory(found: SideBySide) -> None:
    """What the model remembers, in the words of the page Exact and learned."""
    count, memory = len(found.taught), found.memory
    what = "the conformer" if count == 1 else f"one of the {count} conformers"
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        badges.verdict("Trained here", memory)
        st.markdown(_said(found.own, what) + f" Ratio **{memory.ratio:.2f}**.")
    with right.container(border=True, height="stretch"):
        st.markdown("**Bundled: wrapped normal**")
        st.markdown(_said(found.shipped, what))
    alone = "Trained on one conformer, a model can give nothing but that one back. " * (count == 1)
    mixed = (
        "Its torsions do not know of each other, so it mixes those of several conformers: new to "
        "the indicator, and not for that reason conformers of the molecule. "
    ) * (count > 1)
    st.caption(
        f"{alone}{mixed}Given back: no torsion is off by {NEAR:g}° or more. Ratio: median distance "
        "on the torus to the nearest conformer trained on, over that of the bundled model's "
        f"samples; **memorises** means a {VERDICTS['memorises']}. {SAMPLES} samples in {STEPS} "
        f"steps, {FRESH} in {FRESH_STEPS}, at temperature 1 without guidance. Distances of shapes: "
        f"{written_out('rmsd')} of heavy atoms, over symmetry."
    )
    entry = next(entry for entry in navigation.ENTRIES if entry.name == "exact_learned")
    st.page_link(entry.page(), label="Exact and learned: Memory")


def _said(samples: Samples, what: str) -> str:
    return (
        f"**{samples.returned:.0%}** of the samples give {what} back; median {term('rmsd')} to "
        f"the nearest **{samples.distance:.2f} Å**; {samples.steps} network calls, "
        f"{samples.seconds:.1f} s."
    )


def _angles(record: Record, found: SideBySide) -> None:
    """The angles of both, and of what it was trained on."""
    ensembles = [
        Distribution("Trained here", "model", found.own.shares),
        Distribution("Bundled", "reference", found.shipped.shares),
        Distribution("Trained on", "data", found.taught_shares),
    ]
    plots.draw(
        "taught_chart",
        torsion_histograms,
        ensembles,
        found.centres,
        _labels(record),
        bond_colours(record.molecule),
        theme.is_dark(),
    )
    st.caption("Percent of the samples in bins of 20°. Lines: the bundled model, and the training.")
