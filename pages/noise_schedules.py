"""Noise schedules: what each does to the same points with the same noise, and where it ends."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from engine.data import Dataset
from engine.denoise import Denoiser
from engine.drawn import Drawn
from engine.figures.palette import SERIES
from engine.noise import SCHEDULES, Schedule
from engine.rescale import zero_terminal
from engine.sample import SAMPLERS
from pages.ui import jobs, points, race_ends, schedule_editor, takeaway, theme, training, widgets
from pages.ui.player import Curve, Layer, Line, Panel, Points, Scene, player
from pages.ui.race import MEASURED, Back, Lane, Out, Way, measured, noised, sampled
from pages.ui.schedule_equations import equations
from pages.ui.taken_race import PAGE, of_race

WINDOW = (-2.7, 2.7)
COLUMNS = 12  #: of the grid of panels
LANES = 4
RACERS: dict[str, type[Schedule]] = {**SCHEDULES, Drawn.key: Drawn}
DEFAULT = ["linear", "cosine", "laplace", Drawn.key]
STRETCHED = "_zero"  #: ends the name of a lane with zero SNR at T
FLOOR = -40.0  #: log-SNR drawn where it is minus infinity, far below the chart

MODES = {"fixed": "Same noise", "markov": "True path"}
MODE_HELP = (
    "**Same noise**: every point is given one noise vector, the same in every panel and at every "
    "t, so that the panels differ by the schedule alone. The density is right at each t, but a "
    "point's straight drift is no path of the chain. **True path**: the chain's own steps, from "
    "the same seed in every panel."
)
ZERO = {"off": "Off", "on": "On", "both": "Both"}
ZERO_HELP = (
    "Stretches √ᾱ of every schedule until nothing is left at T and step 1 is as before (Lin et al. "
    "2024, algorithm 1). **Both**: the first two schedules, each beside its stretched twin. At T "
    "the noise then says nothing of x_0: a network that predicts ε would have to divide by zero "
    "there. The one used here predicts x_0, which stays defined: the mean of the data."
)
DENOISERS = {"learned": "Network", "exact": "Exact"}
DENOISER_HELP = (
    "Who guesses the clean point on the way back. **Network**: trained on this data. **Exact**: "
    "the closed form; for data without one, of 1,000 stored points. Both are told the noise level "
    "and not the step, so they serve every schedule. (An oracle would bring every chain home, "
    "wherever it starts.)"
)
WAYS = {"ddpm": "DDPM", "ddim": "DDIM"}
WAYS_HELP = (
    "**DDPM** adds fresh noise at every step, which makes it forget a wrong start in part. "
    "**DDIM** (η = 0) adds none: the start decides everything. Both take every step."
)


@dataclass(frozen=True)
class Length:
    """What all schedules share."""

    T: int = field(
        default=100,
        metadata=dict(
            label="Steps T, for all",
            help="The number of noise steps. Linear and its kin were made for T = 1000; with fewer "
            "steps and the same betas they stop on the way.",
            min=10,
            max=1000,
            step=10,
            unit="",
            format="%d",
        ),
    )


@dataclass(frozen=True)
class Show:
    """How the points are drawn."""

    place: bool = field(
        default=True,
        metadata=dict(
            label="Colour by place",
            help="Colours each point by the direction in which it stood in the clean picture. "
            "As long as you can see colours in order, the signal is not gone.",
        ),
    )


@dataclass(frozen=True)
class Race:
    """What the sidebar says. own: the reader's schedule, if it takes part."""

    data: Dataset
    lanes: list[Lane]
    own: Drawn | None
    T: int
    mode: str
    denoiser: str
    sampler: str
    show: Show
    n: int
    seed: int


def controls() -> Race:
    """The sidebar: data, length, which schedules and their own parameters, the way back."""
    data = points.choose_dataset("2d", "swiss_roll")
    T = widgets.options(Length, "all").T
    shown = choose_schedules()
    zero = widgets.choice("Zero SNR at T", ZERO, "zero", help=ZERO_HELP)
    if zero == "both" and len(shown) > LANES // 2:
        left_out = " and ".join(RACERS[key].label for key in shown[LANES // 2 :])
        st.caption(f"Two lanes for each leave no room for {left_out}.")
    chosen = {
        key: schedule_editor.choose(T)
        if key == Drawn.key
        else points.schedule_parameters(RACERS[key], key, T)
        for key in shown
    }
    mode = widgets.choice("Noising", MODES, "mode", help=MODE_HELP)
    sampler = widgets.choice("Way back", WAYS, "back", help=WAYS_HELP)
    denoiser = widgets.choice("Denoiser", DENOISERS, "denoiser", help=DENOISER_HELP)
    show = widgets.options(Show, "show")
    n = widgets.options(points.Crowd, "points", defaults={"n": 500}).n
    own = chosen.get(Drawn.key)
    return Race(
        data, lined_up(chosen, zero), own if isinstance(own, Drawn) else None, T, mode, denoiser,
        sampler, show, n, widgets.seed(),
    )  # fmt: skip


def choose_schedules() -> list[str]:
    """Up to ``LANES`` keys of RACERS, in its order; a fifth takes the place of the first chosen."""
    described = "\n".join(f"- **{entry.label}**: {entry.help}" for entry in RACERS.values())
    shown = st.pills(
        "Schedules",
        list(RACERS),
        selection_mode="multi",
        default=DEFAULT,
        format_func=lambda key: RACERS[key].label,
        key="shown",
        bind="query-params",
        on_change=make_room,
        help=f"Two to {LANES} to compare; one more takes the place of the first.\n{described}",
    )
    st.session_state["_shown"] = shown
    return [key for key in RACERS if key in shown[:LANES]]


def make_room() -> None:
    """Forget the schedule chosen first when there is one too many."""
    before = st.session_state.get("_shown", [])
    shown = st.session_state["shown"]
    kept = [key for key in before if key in shown]
    kept += [key for key in shown if key not in kept]
    st.session_state["shown"] = kept[-LANES:]


def lined_up(chosen: dict[str, Schedule], zero: str) -> list[Lane]:
    """The lanes: each schedule as it is, stretched to zero SNR, or both."""
    lanes: list[Lane] = []
    for key, schedule in chosen.items():
        label = schedule.label
        entries = [(key, label, schedule)] if zero != "on" else []
        if zero != "off":
            entries.append((f"{key}{STRETCHED}", f"{label}, to zero", zero_terminal(schedule)))
        for entry in entries:
            # Every other line is dashed, so that neighbours differ without colour.
            lanes.append(Lane(*entry, colour(key), len(lanes) % 2 == 1))
    return lanes[:LANES]


def colour(key: str) -> str:
    """ "#rrggbb" of a schedule, the same in every panel."""
    keys = list(SCHEDULES)
    keys.insert(3, Drawn.key)  # the one that is far from its neighbours in the default race
    return SERIES[keys.index(key) % len(SERIES)]


def forward_scene(out: Out, race: Race) -> Scene:
    """One panel per schedule, the same points; below, the schedules themselves; one clock."""
    clean = out.x[0][0].numpy()
    place = np.arctan2(clean[:, 1], clean[:, 0]) if race.show.place else None
    panels = [
        _panel(lane, Points(xy, colour=lane.colour, c=place, size=1.9, alpha=0.85), race)
        for lane, xy in zip(race.lanes, out.x, strict=True)
    ]
    times = [f"t = {t:.0f}" for t in out.t.tolist()]
    return Scene([*panels, *_curves(out, race)], times, seconds=5.0, columns=COLUMNS)


def _curves(out: Out, race: Race) -> list[Panel]:
    """Betas, alpha_bars and log-SNR over t; a dot on each line says where the clock stands."""
    steps = out.t.long().clamp_min(1) - 1  # at t = 0 nothing has been added yet: shown as t = 1
    schedules = [lane.schedule for lane in race.lanes]
    beta = [schedule.betas[steps].log10().numpy() for schedule in schedules]
    signal = [schedule.alpha_bars[steps].numpy() for schedule in schedules]
    snr = [schedule.log_snr[steps].clamp(min=FLOOR).numpy() for schedule in schedules]
    low = min(float(values.min()) for values in beta)
    t, even = out.t[None].numpy(), Line(0, 0, race.T, 0, colour="muted")
    charts: list[tuple[str, list[np.ndarray], tuple[float, float], list[Layer], str]] = [
        ("Noise added at step t", beta, (np.floor(low), 0.1), [], "log₁₀ β_t"),
        ("Signal left after step t", signal, (-0.02, 1.04), [], "ᾱ_t"),
        ("Signal to noise", snr, (-16, 14), [even], "ln SNR_t"),
    ]
    return [
        Panel(
            title,
            [
                *behind,
                *(Curve(t, y[None], colour=lane.colour, width=2.2, cursor=True, dash=lane.dash)
                  for lane, y in zip(race.lanes, values, strict=True)),
            ],
            (0, race.T), limits, equal=False, xlabel="time t", ylabel=name, span=4, ratio=0.85,
        )
        for title, values, limits, behind, name in charts
    ]  # fmt: skip


def back_scene(back: Back, race: Race) -> Scene:
    """One panel per schedule: the reverse process from the same pure noise."""
    panels = [
        _panel(lane, Points(xy, colour="model", size=1.8, alpha=0.55), race)
        for lane, xy in zip(race.lanes, back.x, strict=True)
    ]
    times = [f"t = {t:.0f}" for t in back.t.tolist()]
    return Scene(panels, times, seconds=5.0, columns=COLUMNS, direction="reverse")


def _panel(lane: Lane, cloud: Points, race: Race) -> Panel:
    """A panel whose legend is the schedule's line in the charts."""
    far = 2 * WINDOW[1]
    mark = Line(-far, far, far, far, colour=lane.colour, dash=lane.dash, label="its line")
    return Panel(lane.label, [cloud, mark], WINDOW, WINDOW, span=COLUMNS // len(race.lanes))


def desk(race: Race, out: Out) -> None:
    """Below the race: the reader's own curve, where it takes part, and the equations."""
    drawn = [lane for lane in race.lanes if lane.name.removesuffix(STRETCHED) == Drawn.key]
    if race.own is None or not drawn:
        equations(race.lanes, out.t, PAGE)
        return
    left, right = st.columns([5, 7], gap="large")
    with left:
        others = [lane for lane in race.lanes if lane.name != Drawn.key]
        schedule_editor.editor(drawn[0], race.own, others)
    with right:
        equations(race.lanes, out.t, PAGE)


def way_back(race: Race, denoiser: Denoiser) -> Back | None:
    """The reverse race, and the numbers of where each chain ended; None while it is computed."""
    schedules = tuple(lane.schedule for lane in race.lanes)
    way = Way(race.data.key, denoiser, race.sampler, race.seed)
    stage, numbers = st.container(), st.container()
    back = jobs.cached(
        "race_back", sampled, way, schedules, race.n, label="Sampling with every schedule"
    )
    with stage:
        player(None if back is None else back_scene(back, race), key="race_back", height=300)
    costs = jobs.cached("race_cost", measured, way, schedules, label="Measuring")
    with numbers:
        race_ends.table(race.lanes, costs)
        if costs is not None:
            st.markdown(race_ends.verdict(race.lanes, costs))
        st.caption(
            f"Samples: energy distance of {MEASURED:,} of them to fresh data, over what fresh "
            "draws score on average; by luck, those score between 0.5 and 2."
        )
    return back


def take_away(race: Race, out: Out | None, back: Back | None) -> None:
    """The section with everything that is to be had from the race."""
    sampler, schedule = SAMPLERS[race.sampler](steps=race.T), race.lanes[0].schedule
    process = points.Process(
        race.data.key, schedule, sampler, race.denoiser, n=race.n, seed=race.seed
    )
    scene, taken = None, None
    if out is not None and back is not None:
        scene = forward_scene(out, race)
        taken = of_race(race.lanes, race.mode, process, out, back)
    takeaway.show(PAGE, race.data.label, scene, taken, height=300)


def words() -> None:
    """What is seen, in equations."""
    with st.expander("The equations behind it", icon=":material/function:"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**From betas to everything else**")
            st.latex(
                r"\bar\alpha_t=\prod_{s=1}^{t}(1-\beta_s),\qquad"
                r"\mathrm{SNR}_t=\frac{\bar\alpha_t}{1-\bar\alpha_t}"
            )
            st.latex(r"x_t=\sqrt{\bar\alpha_t}\,x_0+\sqrt{1-\bar\alpha_t}\,\varepsilon")
            st.markdown(
                "Linear, quadratic and sigmoid are rules for β; cosine, sigmoid of ᾱ and your own "
                "for ᾱ; Laplace and log-linear for ln SNR. The other two always follow."
            )
        with right:
            st.markdown("**Why the last point matters**")
            st.latex(
                r"q(x_T)=\mathcal N\big(\sqrt{\bar\alpha_T}\,x_0,\ (1-\bar\alpha_T)I\big)"
                r"\ \ne\ \mathcal N(0,I)"
            )
            st.markdown(
                "unless ᾱ_T = 0. A sampler starts from N(0, I) and takes for granted that the "
                "chain got there. If it did not, the first step already misreads pure noise as "
                "data with noise on it (Lin et al. 2024, arXiv 2305.08891). Their remedy:"
            )
            st.latex(
                r"\sqrt{\bar\alpha_t}\ \leftarrow\ "
                r"\big(\sqrt{\bar\alpha_t}-\sqrt{\bar\alpha_T}\big)\,\frac{\sqrt{\bar\alpha_1}}{\sqrt{\bar\alpha_1}-\sqrt{\bar\alpha_T}}"
            )


BASE = dict(
    data="swiss_roll", all_T=100, shown=DEFAULT, zero="off", mode="fixed", back="ddpm",
    denoiser="learned", own=schedule_editor.DEFAULT,
)  # fmt: skip
LESSONS: dict[str, tuple[str, dict[str, Any]]] = {
    "Thirty steps": (
        "Betas made for a thousand steps, used for thirty: most of the signal is still there.",
        dict(all_T=30, shown=["linear", "quadratic", "sigmoid", "cosine"]),
    ),
    "Stretched to zero": (
        "Linear and quadratic beside themselves with zero SNR at T.",
        dict(all_T=50, shown=["linear", "quadratic"], zero="both"),
    ),
    "No dice": (
        "DDIM adds no noise of its own, so a wrong start is never forgotten.",
        dict(back="ddim", shown=["linear", "cosine", "quadratic"]),
    ),
    "A cliff": (
        "Your own curve, with nearly all the noise in a tenth of the steps.",
        dict(all_T=50, shown=["cosine", Drawn.key], own="0.45,0.97 0.55,0.03 1,0"),
    ),
}

theme.header(
    "Noise schedules",
    "The same points and the same noise, several ways to get from one to the other. "
    "Not all of them arrive.",
)
with st.sidebar:
    race = controls()
points.lessons(LESSONS, BASE)
if not race.lanes:
    st.info("Choose at least one schedule on the left.", icon=":material/arrow_back:")
    st.stop()
stage = st.container()
schedules = tuple(lane.schedule for lane in race.lanes)
out = jobs.cached("race_out", noised, race.data.key, schedules, race.mode, race.n, race.seed)
with stage:
    player(None if out is None else forward_scene(out, race), key=PAGE, height=300)
if out is not None:
    desk(race, out)
st.subheader("And back again", anchor=False)
network = training.network(race.data.key)
denoiser = points.exact_denoiser(race.data.key) if race.denoiser == "exact" else network
if denoiser is None:
    st.info("No network ships for this data set; train one on the page Swiss roll.")
else:
    st.markdown(
        "One denoiser and one start from N(0, I) for all. Where the forward process stopped before "
        "noise, the way back starts in the wrong place; shorter chains pay more."
    )
    back = way_back(race, denoiser)
    take_away(race, out, back)
words()
