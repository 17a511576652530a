"""Noise schedules: what each does to the same points with the same noise, and where it ends."""

from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from engine.data import Dataset
from engine.figures.palette import SERIES
from engine.noise import SCHEDULES, Schedule
from pages.ui import jobs, points, theme, training, widgets
from pages.ui.player import Curve, Layer, Line, Panel, Points, Scene, player
from pages.ui.race import Back, Out, noised, sampled

WINDOW = (-2.7, 2.7)
COLUMNS = 12  #: of the grid of panels
MODES = {"fixed": "Same noise", "markov": "True path"}
MODE_HELP = (
    "**Same noise**: every point is given one noise vector, the same in every panel and at every "
    "t, so that the panels differ by the schedule alone. The density is right at each t, but a "
    "point's straight drift is no path of the chain. **True path**: the chain's own steps, from "
    "the same seed in every panel."
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
    """What the sidebar says. chosen: registry key -> schedule, all of one T."""

    data: Dataset
    chosen: dict[str, Schedule]
    T: int
    mode: str
    show: Show
    n: int
    seed: int


def controls() -> Race:
    """The sidebar: data, length, which schedules and their own parameters."""
    data = points.choose_dataset("2d", "swiss_roll")
    T = widgets.options(Length, "all").T
    mode = widgets.choice("Noising", MODES, "mode", help=MODE_HELP)
    show = widgets.options(Show, "show")
    shown = st.pills(
        "Schedules",
        list(SCHEDULES),
        selection_mode="multi",
        default=list(SCHEDULES),
        format_func=lambda key: SCHEDULES[key].label,
        key="shown",
        bind="query-params",
        help="Which schedules to compare.",
    )
    chosen = {
        key: points.schedule_parameters(cls, key, T)
        for key, cls in SCHEDULES.items()
        if key in shown
    }
    n = widgets.options(points.Crowd, "points", defaults={"n": 500}).n
    return Race(data, chosen, T, mode, show, n, widgets.seed())


def colour(key: str) -> str:
    """ "#rrggbb" of a schedule, the same in every panel."""
    return SERIES[list(SCHEDULES).index(key) % len(SERIES)]


def dashed(key: str) -> bool:
    """Every other schedule's line, so that neighbours differ without colour."""
    return list(SCHEDULES).index(key) % 2 == 1


def forward_scene(out: Out, race: Race) -> Scene:
    """One panel per schedule, the same points; below, the schedules themselves; one clock."""
    clean = out.x[0][0].numpy()
    place = np.arctan2(clean[:, 1], clean[:, 0]) if race.show.place else None
    span = COLUMNS // len(race.chosen)
    panels = [
        _panel(key, schedule, Points(xy, colour=colour(key), c=place, size=1.9, alpha=0.85), span)
        for (key, schedule), xy in zip(race.chosen.items(), out.x, strict=True)
    ]
    times = [f"t = {t:.0f}" for t in out.t.tolist()]
    return Scene([*panels, *_curves(out, race)], times, seconds=5.0, columns=COLUMNS)


def _curves(out: Out, race: Race) -> list[Panel]:
    """Betas, alpha_bars and log-SNR over t; a dot on each line says where the clock stands."""
    steps = out.t.long().clamp_min(1) - 1  # at t = 0 nothing has been added yet: shown as t = 1
    beta = {key: schedule.betas[steps].log10().numpy() for key, schedule in race.chosen.items()}
    signal = {key: schedule.alpha_bars[steps].numpy() for key, schedule in race.chosen.items()}
    snr = {key: schedule.log_snr[steps].numpy() for key, schedule in race.chosen.items()}
    low = min(float(values.min()) for values in beta.values())
    t, even = out.t[None].numpy(), Line(0, 0, race.T, 0, colour="muted")
    charts: list[tuple[str, dict[str, np.ndarray], tuple[float, float], list[Layer], str]] = [
        ("Noise added at step t", beta, (np.floor(low), 0.1), [], "log₁₀ β_t"),
        ("Signal left after step t", signal, (-0.02, 1.04), [], "ᾱ_t"),
        ("Signal to noise", snr, (-16, 10), [even], "ln SNR_t"),
    ]
    return [
        Panel(
            title,
            [
                *behind,
                *(Curve(t, y[None], colour=colour(key), width=2.2, cursor=True, dash=dashed(key))
                  for key, y in values.items()),
            ],
            (0, race.T), limits, equal=False, xlabel="time t", ylabel=name, span=4, ratio=0.85,
        )
        for title, values, limits, behind, name in charts
    ]  # fmt: skip


def back_scene(back: Back, race: Race) -> Scene:
    """One panel per schedule: the reverse process from the same pure noise."""
    panels = [
        _panel(
            key,
            schedule,
            Points(xy, colour="model", size=1.8, alpha=0.55),
            COLUMNS // len(race.chosen),
            f"Energy distance to the data: {ratio:.1f} × that of a fresh draw.",
        )
        for (key, schedule), xy, ratio in zip(race.chosen.items(), back.x, back.ratios, strict=True)
    ]
    times = [f"t = {t:.0f}" for t in back.t.tolist()]
    return Scene(panels, times, seconds=5.0, columns=COLUMNS, direction="reverse")


def _panel(key: str, schedule: Schedule, cloud: Points, span: int, caption: str = "") -> Panel:
    """A panel whose legend is the schedule's line in the charts."""
    far = 2 * WINDOW[1]
    mark = Line(-far, far, far, far, colour=colour(key), dash=dashed(key), label="its line")
    return Panel(schedule.label, [cloud, mark], WINDOW, WINDOW, caption=caption, span=span)


def meters(chosen: dict[str, Schedule]) -> None:
    """The "not yet noise" meter of each schedule."""
    columns = st.columns(len(chosen))
    for column, schedule in zip(columns, chosen.values(), strict=True):
        left = schedule.signal_left
        reached = left < points.REACHED
        with column.container(border=True, height="stretch"):
            st.metric(f"{schedule.label}: signal left", points.number(left))
            st.progress(min(1.0, left))
            if reached:
                st.caption(":material/check_circle: **Noise.** Starting from N(0, I) is fair.")
            else:
                st.caption(
                    f":material/warning: **Not yet noise.** Each point keeps {left**0.5:.2f} of "
                    "its x_0; N(0, I) is the wrong place to start."
                )


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
                "Linear, quadratic and sigmoid are rules for β. Cosine is a rule for ᾱ, "
                "and its betas follow from it."
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
                "data with noise on it (Lin et al. 2023, arXiv 2305.08891)."
            )


theme.header(
    "Noise schedules",
    "The same points and the same noise, four ways to get from one to the other. "
    "Not all of them arrive.",
)
with st.sidebar:
    race = controls()
if not race.chosen:
    st.info("Choose at least one schedule on the left.", icon=":material/arrow_back:")
    st.stop()
schedules = tuple(race.chosen.values())
stage = st.container()
out = jobs.cached("race_out", noised, race.data.key, schedules, race.mode, race.n, race.seed)
with stage:
    player(None if out is None else forward_scene(out, race), key="race_out", height=300)
meters(race.chosen)
st.subheader("And back again", anchor=False)
network = training.network(race.data.key)
if network is None:
    st.info("No network ships for this data set; train one on the page Swiss roll.")
else:
    st.markdown(
        "One network and one start from N(0, I) for all, DDPM with every step. Where the forward "
        "process stopped before noise, the way back starts in the wrong place. The number below "
        "each panel says what that costs; shorter chains pay more: try T = 30."
    )
    stage = st.container()
    back = jobs.cached(
        "race_back", sampled, race.data.key, schedules, network, race.n, race.seed,
        label="Sampling with every schedule",
    )  # fmt: skip
    with stage:
        player(None if back is None else back_scene(back, race), key="race_back", height=300)
words()
