"""The stage of the molecule page: the viewer, and the run in progress in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import streamlit as st

from engine.experiments.molecule.conformer_run import Progress, Request, Run, sample_conformers
from engine.experiments.molecule.denoiser_game import Game, begin, noised, pose
from engine.experiments.molecule.hand import Cost, cost
from engine.experiments.molecule.record import Record
from pages.sections.molecule import scenes
from pages.sections.molecule.comparison import choose_stage, on_stage
from pages.sections.molecule.table import chosen
from pages.ui import jobs
from pages.ui.components.viewer import (
    GameState,
    Remark,
    Scene,
    Turned,
    asked,
    turned_by_hand,
    viewer,
)
from pages.ui.wording import show_problem

JOB = "conformers"
#: Of two atoms on top of each other a force field only says that the energy is high, kcal/mol.
_MOST = 999
BOND = "_molecule_bond"
KEY = "molecule"
POLL_SECONDS = 0.1
HEIGHT = 470


def start(record: Record, request: Request, anew: bool) -> None:
    """Sample this molecule; a running job is cancelled.

    ``anew``: also if somebody has asked for the same before.
    """
    jobs.forget(JOB)
    jobs.run(JOB, sample_conformers, record, request, anew=anew)


def current(record: Record) -> jobs.Job[Run] | None:
    """The job of this very molecule, if there is one."""
    job = jobs.current(JOB)
    return job if job is not None and job.args[0].identity == record.identity else None


def finished(record: Record) -> Run | None:
    """The finished run of this molecule, if there is one."""
    job = current(record)
    return job.result if job is not None and job.status == "done" else None


def selected_bond() -> int | None:
    """The bond that was clicked in the viewer."""
    return st.session_state.get(BOND)


def stage(record: Record) -> None:
    """The viewer with the molecule at rest, the run in progress, or the finished run to replay."""
    job = current(record)
    running = job is not None and job.status == "running"
    look = jobs.every(POLL_SECONDS, KEY) if running else None
    st.fragment(_stage, run_every=look)(record, running)


@dataclass(frozen=True, eq=False)
class _Shown:
    """The scene in the viewer, and the game in it, if one is played."""

    scene: Scene
    game: Game | None = None


def _stage(record: Record, was_running: bool) -> None:
    job, run = current(record), finished(record)
    shown = _shown(record, job) if run is None else _shown_of(run)
    hand = turned_by_hand(KEY, record.identity, shown.scene)
    bond = viewer(
        scenes.subject(record),
        shown.scene,
        key=KEY,
        height=HEIGHT,
        remark=None if shown.game else _remark(record, shown.scene, hand),
        game=_state(run, shown.game, hand) if run and shown.game else None,
    )
    if run is not None:
        _below(run)
    elif job is not None:
        _below_job(job)
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


def _shown_of(run: Run) -> _Shown:
    """What the user wants to see of a finished run; its replay until that is there."""
    other = on_stage(run)
    if other is not None:
        return _Shown(scenes.others(run, other))
    request, which = asked(KEY, str(run.serial)), chosen(run)
    if request.game is not None:
        game = jobs.cached("game", begin, run, request.game, label="The model samples")
        if game is not None:
            return _Shown(scenes.game(run, game), game)
    elif request.forward:
        away = jobs.cached("noised", noised, run, label="Adding noise")
        if away is not None:
            return _Shown(scenes.forward(run, away, which))
    return _Shown(scenes.replay(run, which))


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


def _below(run: Run) -> None:
    """Whose conformers to show, and how to read the picture."""
    choose_stage(run)
    noise = "σ is the noise on every angle: at 180° all are random, at 0° none is left. "
    dials = "The dials show the angle of each bond, one dot per conformer."
    st.caption(dials if on_stage(run) is not None else noise + dials)


def _below_job(job: jobs.Job[Run]) -> None:
    """How far the run is, or how it ended."""
    if job.status == "running":
        _progress(job)
    elif job.status == "failed":
        show_problem(job.error)
    elif job.status == "cancelled":
        st.caption("Stopped. Nothing was kept; press Sample conformers to start again.")


def _progress(job: jobs.Job[Run]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        left = job.seconds_left
        soon = f" · {max(1, math.ceil(left))} s left" if left is not None else ""
        st.progress(job.progress, text=f"{job.message or 'Waiting for a free worker'}{soon}")
        if st.button("Cancel", key="conformers_cancel", icon=":material/close:", width="content"):
            job.cancel()
            st.rerun()
