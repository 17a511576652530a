"""Noise schedules: what each does to the same points with the same noise, and where it ends."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from engine.experiments.schedule_race import (
    MEASURED,
    Both,
    Moving,
    Race,
    measured,
    noised,
    sampled,
)
from engine.figures.player import Scene
from engine.noise import Drawn
from pages.sections.noise_schedules import end_table, scenes
from pages.sections.noise_schedules.controls import RACERS, Chosen, choose
from pages.sections.noise_schedules.export import PAGE, of_race
from pages.sections.noise_schedules.lessons import EXERCISES
from pages.ui import jobs, theme
from pages.ui.components import schedule_editor
from pages.ui.components.picture import Picture, picture
from pages.ui.components.player import player
from pages.ui.components.schedule_equations import equations
from pages.ui.components.shown_schedule import ShownSchedule
from pages.ui.export import downloads
from pages.ui.stage import equations as equations_section


def desk(chosen: Chosen, made: Moving) -> None:
    """Below the race: the user's own curve, where it takes part, and the equations."""
    drawn = [shown for shown in chosen.shown if shown.key == Drawn.key]
    if chosen.own is None or not drawn:
        equations(chosen.shown, made.t, PAGE)
        return
    left, right = st.columns([5, 7], gap="large")
    with left:
        others = [s for s in chosen.shown if s.key != Drawn.key or s.stretched]
        schedule_editor.editor(drawn[0], chosen.own, others)
    with right:
        equations(chosen.shown, made.t, PAGE)


def moving(
    name: str, build: Callable[[Moving, Chosen], Scene], made: Moving | None, chosen: Chosen
) -> Picture | None:
    """The picture of one way of the race; None while it is computed."""
    if made is None:
        return None
    return picture(name, partial(build, made, chosen), chosen.race, chosen.shown, chosen.show)


def way_back(chosen: Chosen, race: Race) -> Moving | None:
    """The reverse race, and the numbers of where each chain ended; None while it is computed."""
    stage, numbers = st.container(), st.container()
    made = jobs.cached("race_back", sampled, race, label="Sampling with every schedule")
    with stage:
        back = moving("race_back", scenes.reverse, made, chosen)
        player(back, key="race_back", height=300, moment="frame_back")
    costs = jobs.cached("race_cost", measured, race, label="Measuring", pool="long")
    with numbers:
        end_table.table(chosen.shown, costs)
        if costs is not None:
            st.markdown(end_table.verdict(chosen.shown, costs))
        st.caption(
            f"Samples: energy distance of {MEASURED:,} of them to fresh data, over what fresh "
            "draws score on average; individual fresh samples score between 0.5 and 2 by sampling "
            "variation."
        )
    return made


def export(chosen: Chosen, race: Race, out: Moving | None, back: Moving | None) -> None:
    """The section with everything that is to be had from the race."""
    shown, made = None, None
    if out is not None and back is not None:
        shown, made = moving(PAGE, scenes.forward, out, chosen), of_race(Both(race, out, back))
    downloads.show(PAGE, chosen.data.label, shown, made, height=300)


def words(shown: Sequence[ShownSchedule]) -> None:
    """What is seen, in equations."""
    with equations_section():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**From betas to everything else**")
            st.latex(
                r"\bar\alpha_t=\prod_{s=1}^{t}(1-\beta_s),\qquad"
                r"\mathrm{SNR}_t=\frac{\bar\alpha_t}{1-\bar\alpha_t}"
            )
            st.latex(r"x_t=\sqrt{\bar\alpha_t}\,x_0+\sqrt{1-\bar\alpha_t}\,\varepsilon")
            st.markdown("**The rules of those above**; the other two quantities always follow:")
            for key in dict.fromkeys(each.key for each in shown):
                rule = RACERS[key].formula
                st.markdown(
                    f"{RACERS[key].label}: ${rule}$" if rule else f"{RACERS[key].label}: your curve"
                )
        with right:
            st.markdown("**Why the last point matters**")
            st.latex(
                r"q(x_T)=\mathcal N\big(\sqrt{\bar\alpha_T}\,x_0,\ (1-\bar\alpha_T)I\big)"
                r"\ \ne\ \mathcal N(0,I)"
            )
            st.markdown(
                r"unless $\bar\alpha_T=0$. A sampler starts from N(0, I) and assumes that the "
                "chain got there. If it did not, the first step already takes pure noise for "
                "noisy data (Lin et al. 2024, arXiv 2305.08891). Their remedy:"
            )
            st.latex(
                r"\sqrt{\bar\alpha_t}\ \leftarrow\ "
                r"\big(\sqrt{\bar\alpha_t}-\sqrt{\bar\alpha_T}\big)\,\frac{\sqrt{\bar\alpha_1}}{\sqrt{\bar\alpha_1}-\sqrt{\bar\alpha_T}}"
            )
            st.markdown(
                "**Which one to use?** Cosine reaches noise at any T, so it is the safe choice for "
                "a chain. Linear and quadratic with their usual betas need T near 1,000, or betas "
                "scaled up for fewer steps. Laplace was made to choose the noise levels of "
                "training, not the steps of a chain."
            )


theme.header(
    "Noise schedules",
    "Several noise schedules on the same points with the same noise; a colour says where a point "
    "stood at first. Not all of them reach pure noise.",
)
EXERCISES.arrive()
row = st.container(key="page_row")
with st.sidebar:
    chosen = choose(row)
EXERCISES.show()
if chosen.race is None:
    st.info("Choose at least one schedule above.", icon=":material/arrow_upward:")
    st.stop()
race = chosen.race
assert race is not None
stage = st.container()
out = jobs.cached("race_out", noised, race)
with stage:
    player(moving(PAGE, scenes.forward, out, chosen), key=PAGE, height=300)
with st.container():
    if out is not None:
        desk(chosen, out)
st.subheader("And back again", anchor=False)
with st.container():
    if race.way.denoiser == "learned" and race.way.network is None:
        st.info("No network ships for this data set; train one on the page Swiss roll.")
    else:
        st.markdown(
            "One denoiser and one start from N(0, I) for all. Where the forward process stopped "
            "before noise, the way back starts in the wrong place; shorter chains are affected "
            "more."
        )
        back = way_back(chosen, race)
        export(chosen, race, out, back)
words(chosen.shown)
