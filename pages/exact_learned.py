"""True and learned: score, likelihood and memory of a network beside the true ones."""

from __future__ import annotations

import streamlit as st

from engine.data import DATASETS
from engine.evaluation import FlowOptions
from engine.experiments.exact_learned import memorisation
from engine.experiments.exact_learned.likelihoods import LikelihoodSettings
from engine.experiments.exact_learned.memorisation import SmallNetwork, TrainingSet
from engine.experiments.exact_learned.score_fields import ScoreSettings
from engine.experiments.networks import Network
from engine.paths import AGAIN
from pages.sections.exact_learned import lessons, likelihood, memory, score
from pages.ui import process_controls, theme, widgets
from pages.ui.training import training_panel
from pages.ui.wording import show_problem

VIEWS = {"score": "Score", "likelihood": "Likelihood", "memory": "Memory"}
HELP = (
    "**Score**: the gradient of the log density of noised data, the true one and the network's. "
    "**Likelihood**: the density of the network, by the probability-flow ordinary differential "
    "equation (ODE). **Memory**: does a network learn the distribution, or memorise its training "
    "points?"
)


def choose_network(
    groups: tuple[str, ...] = ("1d", "2d"), default: str = "eight_gaussians"
) -> Network:
    """The network of a data set that the user chooses; only those that have one are offered."""
    networks = {
        key: network
        for key, data in DATASETS.items()
        if data.group in groups and (network := training_panel.chosen(key)) is not None
    }
    if not networks:
        show_problem(f"There is no network in the folder weights; {AGAIN}.")
        st.stop()
    found = {key: DATASETS[key] for key in networks}
    described = "\n".join(f"- **{data.label}**: {data.help}" for data in found.values())
    return networks[
        widgets.choice("Data", found, "data", default if default in found else None, help=described)
    ]


def compare_scores() -> None:
    """The view of score fields."""
    lessons.SCORE.arrive()
    with st.sidebar:
        network = choose_network()
        plane = DATASETS[network.dataset].dim == 2
        shown = widgets.options(score.Show, "show", only=["kind", "cloud"] if plane else ["cloud"])
        schedule = process_controls.choose_schedule()
        seed = widgets.seed()
    with st.container():
        score.show(ScoreSettings(network, schedule, seed), shown)
    training_panel.panel(network.dataset)


def compare_likelihoods() -> None:
    """The view of likelihoods."""
    lessons.LIKELIHOOD.arrive()
    with st.sidebar:
        network = choose_network()
        options = widgets.options(FlowOptions, "flow")
        schedule = process_controls.choose_schedule()
        seed = widgets.seed()
    with st.container():
        likelihood.show(LikelihoodSettings(network, schedule, options, seed))
    training_panel.panel(network.dataset)


def compare_memories() -> None:
    """The view of memory."""
    lessons.MEMORY.arrive()
    training = widgets.told_toggle("Train", "few_train", help=memory.TRAIN)
    with st.sidebar:
        bundled = choose_network(("2d",), "swiss_roll")
        n = widgets.notches(
            "Training points",
            memorisation.COUNTS,
            key="few_n",
            default=8,
            help="All that the network is trained on. Eight are memorised; a thousand are too many "
            "to memorise.",
        )
        small = widgets.options(SmallNetwork, "pupil")
        seed = widgets.seed()
    memory.show(TrainingSet(bundled.dataset, n, seed), bundled, small, training)


COMPARE = {
    "score": compare_scores,
    "likelihood": compare_likelihoods,
    "memory": compare_memories,
}

place = theme.header(
    "True and learned",
    "For these data sets the score and the density are known, so the network's error can be "
    "measured.",
)
with place:
    view = widgets.choice("Compare", VIEWS, "view", help=HELP, wide=True)
COMPARE[view]()
