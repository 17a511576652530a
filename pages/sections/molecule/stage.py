"""The stage of the molecule page: the viewer, and the run in progress in it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine.experiments.molecule.conformer_run import Progress, Run
from engine.experiments.molecule.conformer_table import cell, title
from engine.experiments.molecule.denoiser_game import Game, begin, noised, pose
from engine.experiments.molecule.ensembles import Shown
from engine.experiments.molecule.hand import Cost, cost
from engine.experiments.molecule.record import Record
from pages.sections.molecule import scenes
from pages.sections.molecule.sampling import current
from pages.sections.molecule.table import chosen
from pages.ui import jobs
from pages.ui.components.viewer import (
    GameState,
    Remark,
    Said,
    Scene,
    Turned,
    asked,
    turned_by_hand,
    viewer,
)
from pages.ui.glossary import term

#: Of two atoms on top of each other a force field only says that the energy is high, kcal/mol.
_MOST = 999
BOND = "_molecule_bond"
KEY = "molecule"
POLL_SECONDS = 0.1
HEIGHT = 470


def selected_bond() -> int | None:
    """The bond that was clicked in the viewer."""
    return st.session_state.get(BOND)


def stage(record: Record, run: Run | None, shown: Shown | None, stale: str) -> None:
    """The viewer: the molecule at rest, the run in progress, or what is shown of a finished one.

    stale: why this is not the molecule that is asked for; "" if it is.
    """
    job = current(record)
    running = job is not None and job.status == "running"
    look = jobs.every(POLL_SECONDS, KEY) if running else None
    st.fragment(_stage, run_every=look)(record, run, shown, stale, running)


@dataclass(frozen=True, eq=False)
class _Shown:
    """The scene in the viewer, and the game in it, if one is played."""

    scene: Scene
    game: Game | None = None


def _stage(
    record: Record, run: Run | None, shown: Shown | None, stale: str, was_running: bool
) -> None:
    job = current(record)
    seen = _shown(record, job) if run is None or shown is None else _shown_of(run, shown)
    hand = turned_by_hand(KEY, record.identity, seen.scene)
    named = shown if shown is not None and not seen.game else None
    bond = viewer(
        scenes.subject(record),
        seen.scene,
        key=KEY,
        height=HEIGHT,
        said=Said(
            remark=None if seen.game else _remark(record, seen.scene, hand),
            game=_state(run, seen.game, hand) if run and seen.game else None,
            names=[title(named, k) for k in range(len(named))] if named else [],
            cells=[cell(named, k) for k in range(len(named))] if named else [],
            stale=f"{record.molecule.name} is still shown: {stale}" if stale else "",
        ),
    )
    if shown is not None:
        _below(shown, "torus" if run is None else run.request.model)
    running = job is not None and job.status == "running"
    if was_running and not running:
        st.rerun()
    if bond != st.session_state.get(BOND):
        st.session_state[BOND] = bond
        st.rerun()


def _shown(record: Record, job: jobs.Job[Run] | None) -> _Shown:
    """The molecule at rest, or the latest picture of the run in progress."""
    running = job is not None and job.status == "running"
    if job is None or not running or not isinstance(job.partial, Progress):
        return _Shown(scenes.still(record))
    return _Shown(scenes.live(record, job.partial, job.serial))


def _shown_of(run: Run, shown: Shown) -> _Shown:
    """What the user wants to see of a finished run; its replay until that is there."""
    which = chosen(run, shown)
    if shown.method != "model":
        return _Shown(scenes.others(run, shown, which))
    request = asked(KEY, str(run.serial))
    if request.game is not None:
        game = jobs.cached("game", begin, run, request.game, label="The model samples")
        if game is not None:
            return _Shown(scenes.game(run, shown, game), game)
    elif request.forward:
        away = jobs.cached("noised", noised, run, label="Adding noise")
        if away is not None:
            return _Shown(scenes.forward(run, shown, away, which))
    return _Shown(scenes.replay(run, shown, which))


def _state(run: Run, game: Game, hand: Turned | None) -> GameState:
    """How the game stands at the user's pose."""
    angles, turns = (hand.angles, hand.turns) if hand else ((), 0)
    found = pose(run, game, angles, turns)
    return GameState(
        number=game.number,
        model=game.energy,
        energy=found.energy,
        angles=angles,
        clashes=found.clashes,
        sigma=found.sigma,
        pulls=tuple(found.pulls.round(3).tolist()),
    )


def _remark(record: Record, scene: Scene, hand: Turned | None) -> Remark | None:
    """What the conformer costs that the user has turned by hand."""
    if hand is None or hand.conformer >= scene.xyz.shape[1]:
        return None
    return Remark(hand.conformer, _words(cost(record, scene.xyz[-1, hand.conformer], hand.angles)))


def _words(found: Cost) -> str:
    clashes = {0: "nothing clashes", 1: "1 pair of atoms clashes"}
    close = clashes.get(found.clashes, f"{found.clashes} pairs of atoms clash")
    if found.energy is None:
        return f"{close}."
    words = f"{found.energy:+.1f}" if found.energy <= _MOST else f"more than {_MOST}"
    return f"{words} kcal/mol ({found.field}), {close}.".replace("-", "−")


def _below(shown: Shown, model: str) -> None:
    """How to read the picture; model: a key of ``engine.torsional.MODELS``."""
    noise = {
        "torus": "σ is the noise on every angle: at 180° all are random, at 0° none is left. ",
        "scratch": "σ is the noise on every angle as this model is trained: at most 57°, a heap "
        "around 0°; its sampler starts from random angles all the same. ",
    }[model]
    bond, dot = term("rotatable_bond", "rotatable bond"), term("conformer", "conformer")
    dials = f"The dials show the {term('torsion', 'torsion')} of each {bond}, one dot per {dot}."
    st.caption(noise + dials if shown.method == "model" else dials)
