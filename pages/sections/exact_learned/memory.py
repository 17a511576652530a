"""The view of memory: a network on a small training set, and an indicator of memorisation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.data import DATASETS
from engine.evaluation import Memory
from engine.evaluation.memorisation import COPY, LEARNED, MEMORISES, VERDICTS
from engine.experiments.exact_learned import memorisation
from engine.experiments.exact_learned.memorisation import (
    References,
    Samples,
    SmallNetwork,
    SmallRun,
    TrainingSet,
)
from engine.experiments.networks import Network
from engine.figures.player import Bars, Curve, Layer, Line, Panel, Points, Scene
from pages.sections.exact_learned import export, lessons
from pages.sections.exact_learned.score import COLUMNS, SPAN
from pages.ui import badges, jobs
from pages.ui.components.picture import Picture, picture
from pages.ui.components.player import player
from pages.ui.export import downloads
from pages.ui.glossary import term
from pages.ui.stage import equations

HEIGHT = 330
REDRAW = 1.0  #: seconds between two drawings of a network in training
TOP = 1.6  #: the largest ratio that the chart shows
JOB = "small_network"
BUNDLED = "Network, fresh samples"


TRAIN = (
    "Trains a network on these points alone and measures its samples about once a second. "
    "A change of the points or of the network starts again."
)


def show(training_set: TrainingSet, bundled: Network, small: SmallNetwork, training: bool) -> None:
    """Draw the view."""
    lessons.MEMORY.show()
    stage = st.container()
    found = jobs.cached(
        "memory", memorisation.references, training_set, bundled, label="Sampling from both"
    )
    job = jobs.run(JOB, memorisation.learn, training_set, small) if training else None
    if job is None:
        jobs.forget(JOB)
    with stage:
        if job is not None:
            jobs.show(job, JOB, "Waiting for a free worker")
        if found is None:
            player(None, key="memory", height=HEIGHT)
        else:
            running = job is not None and job.status == "running"
            memory = _Memory(training_set, bundled, small, found)
            st.fragment(_stage, run_every=REDRAW if running else None)(memory, job)
            if not running:
                _export(memory, _run_of(job))
    rule()
    words()


@dataclass(frozen=True, eq=False)
class _Memory:
    """What is compared: the settings, and the references made of them."""

    training_set: TrainingSet
    bundled: Network
    small: SmallNetwork
    found: References

    def picture(self, run: SmallRun | None) -> Picture:
        """The picture with the network as it stands."""
        settings = self.training_set, self.bundled, self.small, None if run is None else run.ratios
        return picture("memory", partial(scene, self.found, run, self.small.steps), *settings)


def _run_of(job: jobs.Job[SmallRun] | None) -> SmallRun | None:
    """The network in training as it stands."""
    return None if job is None else job.result or job.partial


def _stage(memory: _Memory, job: jobs.Job[SmallRun] | None) -> None:
    """The pictures and the indicators; drawn again and again while the network is in training."""
    run = _run_of(job)
    indicators(memory.found, run)
    player(memory.picture(run), key="memory", height=HEIGHT)


def _export(memory: _Memory, run: SmallRun | None) -> None:
    made = export.of_memory(memory.training_set, memory.found, run)
    title = f"{DATASETS[memory.training_set.dataset].label}: memory"
    downloads.show("memory", title, memory.picture(run), made, height=HEIGHT)


# -------------------------------------------------------------------------------------- pictures


def _stored(found: References) -> str:
    """What the best denoiser of the training points is called."""
    return f"Memory of these {len(found.points):,} points"


def _title(found: References) -> str:
    """What the network is called that is trained here."""
    return f"Network, these {len(found.points)} points"


def scene(found: References, run: SmallRun | None, updates: int) -> Scene:
    """Samples of two or three denoisers from the same noise; updates: that training will make."""
    small = _title(found)
    shown = (
        (_stored(found), found.exact, "reference",
         "The best denoiser if the training points (grey discs) were all the data."),
        (small, None if run is None else run.samples, "model",
         "Trained here, on the grey discs and nothing else."),
        (BUNDLED, found.bundled, "accent",
         "The bundled network, trained on fresh samples in every batch."),
    )  # fmt: skip
    panels = [
        Panel(
            title, _cloud(found, samples, colour), SPAN, SPAN, span=4,
            caption=caption if samples else "Switch Train on to train it.",
        )
        for title, samples, colour, caption in shown
    ]  # fmt: skip
    panels += [_distances(found, run), _ratios(run, updates)]
    times = [f"t = {t:.0f}" for t in found.t]
    return Scene(panels, times, seconds=5.0, columns=COLUMNS, direction="reverse")


def _cloud(found: References, samples: Samples | None, colour: str) -> list[Layer]:
    """Training points, and samples on their way."""
    size = 4.5 if len(found.points) <= 64 else 3.0 if len(found.points) <= 256 else 1.8
    layers: list[Layer] = [
        Points(found.points[None], colour="ink", size=size, alpha=0.35, label="training points")
    ]
    if samples is not None:
        layers.append(Points(samples.film, colour=colour, size=2.0, alpha=0.75, label="samples"))
    return layers


def _distances(found: References, run: SmallRun | None) -> Panel:
    """Distances to the nearest training point, of samples and of fresh data."""
    layers: list[Layer] = [Bars(found.edges, found.fresh[None], colour="data", label="fresh data")]
    shown = found.bundled if run is None else run.samples
    if shown is not None:
        centres = 0.5 * (found.edges[1:] + found.edges[:-1])
        layers.append(
            Curve(
                centres[None], shown.bars, width=2.2,
                colour="accent" if run is None else "model",
                label=BUNDLED if run is None else _title(found),
            )
        )  # fmt: skip
    edge, top = found.exact.memory.threshold, 2.2 * float(found.fresh.max())
    layers.append(Line(edge, 0.0, edge, top, label="copy"))
    return Panel(
        "Distance to the nearest training point", layers,
        (0.0, float(found.edges[-1])), (0.0, top), equal=False, xlabel="distance", span=7,
        ratio=0.62, caption="As densities. Left of the dashed line a sample counts as a copy.",
    )  # fmt: skip


def _ratios(run: SmallRun | None, updates: int) -> Panel:
    """The ratio of distances during training."""
    layers: list[Layer] = [
        Line(0, MEMORISES, updates, MEMORISES, colour="muted"),
        Line(0, LEARNED, updates, LEARNED, colour="muted"),
    ]
    if run is not None:
        steps, ratios = (np.array(v, dtype=float)[None] for v in zip(*run.ratios, strict=True))
        layers.append(Curve(steps, ratios.clip(0, TOP), colour="model", width=2.2))
    return Panel(
        "Ratio during training", layers, (0.0, float(updates)), (0.0, TOP), equal=False,
        xlabel="update", span=5, ratio=0.62,
        caption="Dashed: where the indicator changes. Fresh data has ratio 1.",
    )  # fmt: skip


# ------------------------------------------------------------------------------------ indicators


def indicators(found: References, run: SmallRun | None) -> None:
    """One indicator of memorisation for each denoiser."""
    columns = st.columns(3)
    _indicator(columns[0], _stored(found), found.exact, "No network: a closed form.")
    note = "Not trained yet."
    if run is not None:
        training = run.run
        note = (
            f"{run.parameters:,} parameters, update {training.step:,} of "
            f"{training.options.steps:,}, {training.seconds:.0f} s."
        )
    _indicator(columns[1], _title(found), None if run is None else run.samples, note)
    _indicator(columns[2], BUNDLED, found.bundled, "Compared with the same points.")


def _indicator(column: DeltaGenerator, title: str, samples: Samples | None, note: str) -> None:
    """The verdict on samples, and the numbers behind it."""
    memory: Memory | None = None if samples is None else samples.memory
    with column.container(border=True, height="stretch"):
        badges.verdict(title, memory)
        if memory is not None:
            st.markdown(
                f"Ratio **{memory.ratio:.2f}** · copies **{memory.copies:.0%}** "
                f"(fresh data: {memory.fresh_copies:.0%}) · energy distance "
                f"**{memory.energy:.1f} ×**"
            )
        st.caption(note)


def rule() -> None:
    """The rule of the indicator."""
    st.caption(
        ":material/info: **The indicator.** Ratio: median distance of samples to the nearest "
        "training point, divided by that of fresh data. "
        + "; ".join(f"**{verdict}**: {rule}" for verdict, rule in VERDICTS.items())
        + f". A copy lies nearer than {COPY:g} of fresh data's median distance. "
        f"{memorisation.SAMPLES} samples in {memorisation.STEPS} steps by a solver for diffusion "
        f"probabilistic models ({term('dpm_solver')}); "
        f"{memorisation.FRESH:,} fresh draws."
    )


def words() -> None:
    """What is shown, in equations."""
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(
                f"**The loss has one minimum**, which is known for n points: their "
                f"{term('memory', 'memory')}."
            )
            st.latex(
                r"\hat x_0(x_t)=\sum_{i=1}^n w_i\,x^{(i)},\quad w=\operatorname{softmax}_i\Big("
                r"-\tfrac{\lVert x_t-\sqrt{\bar\alpha_t}\,x^{(i)}\rVert^2}{2(1-\bar\alpha_t)}\Big)"
            )
            st.markdown(
                "As noise decreases, one weight approaches 1: every path ends at a training point. "
                "A network that reaches this minimum only samples training points."
            )
        with right:
            st.markdown("**Why networks generalise**: they do not reach the minimum.")
            st.markdown(
                "With many points that minimum varies too sharply for the network to "
                "represent or learn, and its estimate is smoother. With few points, many weights "
                "and long training it does reach the minimum. More points, a narrower network or "
                "fewer updates change the indicator."
            )
