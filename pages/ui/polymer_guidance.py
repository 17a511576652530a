"""Polymer, guided: chains that were asked for a size, beside those that were not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

import streamlit as st
import torch
from torch import Generator, Tensor

from engine.chains.draw import GUIDES, RECOMMENDED, guided
from engine.chains.learn import SHIPPED
from engine.chains.measure import Adherence, adherence, bond_range, held_out
from engine.chains.models import POLYMER, STEEP, Model
from engine.denoise import Denoiser
from engine.figures.chains import distribution
from engine.figures.lines import Line, lines
from engine.metrics import bond_lengths, radius_of_gyration
from engine.sample import DDIM, DDPM, SAMPLERS, Sampler, sample
from engine.trajectory import State
from pages.ui import (
    chains,
    jobs,
    plots,
    points,
    polymer_training,
    takeaway,
    taken_polymer,
    theme,
    widgets,
)
from pages.ui.jobs import Report
from pages.ui.player import Scene, player

SHOWN = 6  #: chains of either kind in the picture
N = 100  #: more of them, behind the numbers
FRAMES = 60
STEPS = [10, 20, 50, 100, 200]
SCALES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0)
WAYS_HELP = (
    "**Classifier-free**: one network that was told the size of most training chains; the wish is "
    "the difference between its answers with and without. **Classifier**: a second network guesses "
    "the size of a noisy chain, and its gradient pulls the beads."
)


@dataclass(frozen=True)
class Wish:
    """What is asked for and how loudly."""

    asked: float = field(
        default=1.5,
        metadata=dict(
            label="Radius of gyration asked for",
            help="The data have 1.82 ± 0.28 σ. Compact coils are near 1.4, extended chains "
            "beyond 2.2.",
            min=1.3, max=2.8, step=0.05, unit="σ", format="%.2f",
        ),
    )  # fmt: skip
    scale: float = field(
        default=1.0,
        metadata=dict(
            label="Scale s",
            help="0 asks for nothing, 1 is the conditional model; more asks more loudly than the "
            "data would, and at last breaks bonds.",
            min=0.0, max=8.0, step=0.25, unit="", format="%.2f",
        ),
    )  # fmt: skip


Models = tuple[tuple[str, Model], ...]


@dataclass(frozen=True, eq=False)
class Flock:
    """SHOWN chains on their way from noise, in sigma.

    Attributes
    ----------
    t: (F,) times, T first.
    x: (F, SHOWN, 12, 2).
    pull: (F, SHOWN, 12, 2) how far guidance moves the prediction of each bead; None: not asked for.
    """

    t: Tensor
    x: Tensor
    pull: Tensor | None


def flock(
    report: Report,
    models: Models,
    way: str,
    wish: Wish,
    sampler: Sampler,
    seed: int,
    arrows: bool = False,
) -> Flock:
    """The job: chains that were asked for a size; the noise depends on the seed alone.

    The picture has a job of its own, without the many chains behind the numbers, so that it
    follows a slider at once.

    arrows: also how far guidance moves the prediction.
    """
    loud, quiet = (guided(way, wish.asked, scale, dict(models)) for scale in (wish.scale, 0.0))
    states = list(_told(report, _drawn(loud, SHOWN, sampler, seed), sampler))
    kept = [*range(0, len(states) - 1, -(-len(states) // FRAMES)), len(states) - 1]
    t = torch.tensor([states[k].t for k in kept])
    x = torch.stack([states[k].x for k in kept])
    pull = None
    if arrows:
        levels = STEEP.alpha_bar(t.long()).tolist()
        without = torch.stack([quiet(x_t, a) for x_t, a in zip(x, levels, strict=True)])
        # The sampler has asked already: each state knows the prediction that led to it.
        told = [states[k + 1].x_0 for k in kept[:-1]] + [loud(x[-1], levels[-1])]
        pull = POLYMER.to_chain(torch.stack(told) - without)
    return Flock(t, POLYMER.to_chain(x), pull)


def crowd(
    report: Report, models: Models, way: str, wish: Wish, sampler: Sampler, seed: int
) -> Tensor:
    """The job: N finished chains (N, 12, 2) in sigma, as those of ``flock``."""
    denoiser = guided(way, wish.asked, wish.scale, dict(models))
    for state in _told(report, _drawn(denoiser, N, sampler, seed), sampler):
        last = state.x
    return POLYMER.to_chain(last)


def _drawn(denoiser: Denoiser, n: int, sampler: Sampler, seed: int) -> Iterator[State]:
    """n chains from the noise of ``seed``, step by step."""
    generator = Generator().manual_seed(seed)
    x_T = torch.randn(n, POLYMER.dim, generator=generator)
    return sample(denoiser, STEEP, x_T, sampler, generator)


def _told(report: Report, states: Iterator[State], sampler: Sampler) -> Iterator[State]:
    """The same states, each of them reported."""
    for done, state in enumerate(states, start=1):
        report(done, min(sampler.steps, STEEP.T) + 1, message="Sampling")
        yield state


def sweep(
    report: Report, models: Models, asked: float, sampler: Sampler, seed: int
) -> dict[str, list[tuple[float, Adherence]]]:
    """The job: what each scale does, by way."""
    found: dict[str, list[tuple[float, Adherence]]] = {}
    total = len(GUIDES) * len(SCALES) * (min(sampler.steps, STEEP.T) + 1)
    done = 0
    for way, label in GUIDES.items():
        for scale in SCALES:
            denoiser = guided(way, asked, scale, dict(models))
            for state in _drawn(denoiser, N, sampler, seed):
                last, done = state.x, done + 1
                report(done, total, message=f"{label}, s = {scale:g}")
            found.setdefault(label, []).append((scale, adherence(POLYMER.to_chain(last), asked)))
    return found


# -------------------------------------------------------------------------------------- pictures


def scene(free: Flock, asked: Flock, wish: Wish) -> Scene:
    """Both flocks on one clock."""
    pull = None if asked.pull is None else asked.pull.clamp(-2, 2)
    panels = [
        chains.flock("Nothing asked", free.x, "model"),
        chains.flock(f"Asked for R_g = {wish.asked:.2f} σ", asked.x, "accent", pull=pull),
    ]
    times = [f"t = {value:.0f}" for value in asked.t.tolist()]
    return Scene(panels, times, 6.0, "reverse", columns=12)


def outcome(free: Tensor, asked: Tensor, wish: Wish) -> None:
    """Sizes and bonds of finished chains (N, 12, 2), with and without the wish."""
    left, middle, right = st.columns([1, 1, 1.15], gap="medium")
    with right:
        readings(adherence(asked, wish.asked), free)  # first: charts take longer
    dark = theme.is_dark()
    for column, name, measure in (
        (left, "Radius of gyration", radius_of_gyration),
        (middle, "Bond length", bond_lengths),
    ):
        with column:
            st.markdown(f"**{name}**")
            both = {
                "Nothing asked": measure(free),
                "Asked": measure(asked),
            }
            chart = distribution(measure(held_out()), both, "σ", dark, height=260)
            if name == "Radius of gyration":
                chart.add_vline(wish.asked, line=dict(dash="dot", width=1.5))
            plots.draw(chart, key=f"guided_{name}")


def readings(found: Adherence, unasked: Tensor) -> None:
    """What guidance did, in numbers."""
    free = adherence(unasked, float(radius_of_gyration(unasked).median()))
    known = float(bond_lengths(held_out()).std())
    low, high = bond_range()
    rows = [
        ["Missed by", f"{found.error:.1%}", ""],
        ["Spread of R_g", f"{found.spread:.3f} σ", f"{free.spread:.3f} σ"],
        ["Nearest other", f"{found.diversity:.2f} σ", f"{free.diversity:.2f} σ"],
        ["Bond spread", f"{found.bond_spread:.3f} σ", f"{free.bond_spread:.3f} σ"],
        ["Bonds broken", f"{found.broken:.1%}", f"{free.broken:.1%}"],
    ]
    st.markdown(chains.table(["", "Asked", "Not asked"], rows))
    st.caption(
        f"{N} more chains of either kind, both from one noise. Missed by: the median of "
        "|R_g − asked| / asked. Nearest other: median distance to the most similar chain, per "
        "bead. Broken: outside the range of "
        f"99.9 % of simulated bonds, {low:.2f} to {high:.2f} σ; those spread by {known:.3f} σ."
    )


def scales(models: Models, wish: Wish, sampler: Sampler, seed: int) -> None:
    """Adherence, diversity and bonds as s grows."""
    st.markdown("#### How loudly should one ask?")
    if not st.toggle(
        "Measure all scales", key="sweep", bind="query-params",
        help="Both ways, s from 0 to 8, at the radius asked for: about half a minute.",
    ):  # fmt: skip
        st.caption(
            "A larger s costs variety, and at last bonds. Does it follow the wish more closely?"
        )
        return
    found = jobs.cached("sweep", sweep, models, wish.asked, sampler, seed, label="All scales")
    if found is None:
        return
    charts = {
        "error": ("Missed by, median", None),
        "diversity": ("To the nearest other chain, σ", None),
        "bond_spread": ("Spread of bonds, σ", ("data", float(bond_lengths(held_out()).std()))),
    }
    for column, (name, (title, level)) in zip(st.columns(3), charts.items(), strict=True):
        series = {
            way: Line([scale for scale, _ in rows], [asdict(each)[name] for _, each in rows])
            for way, rows in found.items()
        }
        with column:
            chart = lines(series, "Scale s", title, theme.is_dark(), level=level, mark=wish.scale)
            plots.draw(chart, key=f"sweep_{name}")


# ----------------------------------------------------------------------------------------- the view

LESSONS: chains.Lessons = {
    "Compact": ("Coils of R_g = 1.4 σ.", dict(wish_asked=1.4)),
    "Extended": ("Chains of R_g = 2.4 σ.", dict(wish_asked=2.4)),
    "Shouted": ("s = 8: does it still help?", dict(wish_scale=8.0)),
    "By gradient": (
        "A second network pulls the beads; arrows show where to.",
        dict(way="classifier", arrows=True, wish_scale=RECOMMENDED["classifier"]),
    ),
}
BASE = dict(way="free", wish_asked=1.5, wish_scale=RECOMMENDED["free"], arrows=False)


def show() -> None:
    """Draw this view of the page."""
    with st.sidebar:
        way = widgets.choice("Guidance", GUIDES, "way", help=WAYS_HELP)
        wish = widgets.options(Wish, "wish", defaults={"scale": RECOMMENDED["free"]})
        st.caption(f"Recommended here: s = {RECOMMENDED[way]:g}.")
        arrows = st.toggle(
            "Arrows", key="arrows", bind="query-params",
            help="How far guidance moves the prediction of each bead; for a classifier, along its "
            "gradient.",
        )  # fmt: skip
        sampler = _sampler()
        seed = widgets.seed()
    models = tuple((key, polymer_training.model(key)) for key in ("told", "size"))
    stage = st.container()
    asks = dict(free=("free", Wish(scale=0.0)), asked=(way, wish))  # s = 0: one for both ways
    flocks = {
        name: jobs.cached(
            f"flock_{name}", flock, models, *ask, sampler, seed, arrows and name == "asked",
            label="Sampling",
        )
        for name, ask in asks.items()
    }  # fmt: skip
    ready = None not in flocks.values()
    moving = scene(**flocks, wish=wish) if ready else None
    with stage:
        player(moving, key="guided", height=340)
    crowds = {
        name: jobs.cached(f"crowd_{name}", crowd, models, *ask, sampler, seed, label="Numbers")
        for name, ask in asks.items()
        if ready
    }
    counted = ready and None not in crowds.values()
    with stage:
        taken = counted and taken_polymer.of_guidance(
            dict(models), flocks, crowds, dict(free=0.0, asked=wish.scale), way,
            wish.asked, sampler, seed, FRAMES,
        )  # fmt: skip
        takeaway.show("guided", "Polymer, guided", moving, taken or None, height=340)
    points.lessons(LESSONS, BASE)
    if counted:
        outcome(**crowds, wish=wish)
    scales(models, wish, sampler, seed)
    words()


def _sampler() -> Sampler:
    known = {key: SAMPLERS[key] for key in (DDPM.key, DDIM.key)}
    cls = SAMPLERS[widgets.choice("Sampler", known, "guided_sampler", "ddpm")]
    steps = st.select_slider(
        "Sampler steps", STEPS, value=100, key="guided_steps", bind="query-params",
        help="Steps from noise to chains; a guided step costs two network calls.",
    )  # fmt: skip
    return cls(steps=steps)


def words() -> None:
    """The formulas behind what is seen."""
    with st.expander("The equations behind it", icon=":material/function:"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**Classifier-free**: the answer with the wish, and beyond it")
            st.latex(r"\varepsilon = \varepsilon_u + s\,(\varepsilon_c - \varepsilon_u)")
            st.markdown(
                "One network gives both: in training it was not told every size. Untold, it is "
                "also what the classifier pulls at. It learned for longer than the models compared "
                f"elsewhere, {SHIPPED['told'].epochs:,} epochs, so that bonds stay crisp."
            )
        with right:
            st.markdown("**Classifier**: the score plus the gradient of what the guide believes")
            st.latex(r"\nabla\log p(x_t) + s\,\nabla\log p(y\,|\,x_t)")
            st.markdown(
                "The guide is a network that has seen chains at every noise level and guesses "
                "their radius of gyration with an error bar."
            )
