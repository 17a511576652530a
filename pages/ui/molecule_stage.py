"""The stage of the molecule page: the viewer, and the run that is folding in it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import streamlit as st

from engine.figures.scene import noise_label, pass_seconds
from pages.ui import jobs
from pages.ui.molecule_compare import choose_stage, on_stage
from pages.ui.molecule_jobs import Progress, Record, Request, Run, fold, turned
from pages.ui.molecule_play import Game, Noised, begin, noised, pose
from pages.ui.molecule_table import chosen
from pages.ui.viewer import BondText, Score, Take, Turned, turned_by_hand, viewer, wished

JOB = "fold"
ASKED = "_molecule_asked"
BOND = "_molecule_bond"
KEY = "molecule"
POLL_SECONDS = 0.1
HEIGHT = 470


def start(record: Record, request: Request) -> None:
    """Sample this molecule now, also if the same was asked before; a running job is cancelled."""
    jobs.forget(JOB)
    jobs.run(JOB, fold, record, request)
    st.session_state[ASKED] = record.identity


def current(record: Record) -> jobs.Job | None:
    """The run of this very molecule, if there is one."""
    return jobs.current(JOB) if st.session_state.get(ASKED) == record.identity else None


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
    st.fragment(_stage, run_every=POLL_SECONDS if running else None)(record, running)


def _stage(record: Record, was_running: bool) -> None:
    job = current(record)
    running = job is not None and job.status == "running"
    bonds = [
        BondText(report.kind or report.reason, text)
        for report, text in zip(record.reports, record.sentences, strict=True)
    ]
    take, game, run = _take(record, job), None, finished(record)
    other = on_stage(record, run) if run is not None else None
    if other is not None:
        take = _others(take, *other)
    elif run is not None:
        take, game = _wished(record, run, take)
    hand = turned_by_hand(KEY, record.identity, take)
    bond = viewer(
        record.molecule,
        record.elements,
        bonds,
        take,
        key=KEY,
        identity=record.identity,
        depiction=record.depiction,
        verdict=None if game else _verdict(record, take, hand),
        score=_score(record, run, game, hand) if run and game else None,
        height=HEIGHT,
    )
    if job is not None and running:
        _progress(job)
    elif run is not None:
        choose_stage(record, run)
        noise = "σ is the noise on every angle: at 180° all are random, at 0° each has settled. "
        dials = "The dials show where each bond stands, one dot per conformer."
        st.caption(dials if other else noise + dials)
    elif job is not None and job.status == "failed":
        st.error(job.error, icon=":material/error:")
    elif job is not None and job.status == "cancelled":
        st.caption("Stopped. Nothing was kept; press Sample conformers to start again.")
    if was_running and not running:
        st.rerun()
    if bond != st.session_state.get(BOND):
        st.session_state[BOND] = bond
        st.rerun()


def _wished(record: Record, run: Run, take: Take) -> tuple[Take, tuple[int, Game] | None]:
    """What the reader has asked of the finished run instead of its replay, once it is there."""
    wish = wished(KEY, take.recording)
    if wish.game is not None:
        game = jobs.cached("game", begin, record, run, wish.game, label="The model plays its part")
        return (take, None) if game is None else (_game(take, wish.game, game), (wish.game, game))
    if wish.forward:
        away = jobs.cached("noised", noised, record, run, label="Adding noise")
        return (take if away is None else _forward(take, away)), None
    return take, None


def _score(record: Record, run: Run, game: tuple[int, Game], hand: Turned | None) -> Score:
    """How the game stands at the reader's pose."""
    number, begun = game
    angles, turns = (hand.angles, hand.turns) if hand else ((), 0)
    found = pose(record, run, begun, angles, turns)
    return Score(
        number=number,
        model=begun.energy,
        energy=found.energy,
        angles=angles,
        clashes=found.clashes,
        sigma=found.sigma,
        pulls=found.pulls,
    )


def _verdict(record: Record, take: Take, hand: Turned | None) -> tuple[int, str] | None:
    """What the conformer that the reader turns by hand costs."""
    if hand is None or hand.conformer >= take.xyz.shape[1]:
        return None
    return hand.conformer, turned(record, take.xyz[-1, hand.conformer], hand.angles)


def _progress(job: jobs.Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        left = job.seconds_left
        soon = f" · {max(1, math.ceil(left))} s left" if left is not None else ""
        st.progress(job.progress, text=f"{job.message or 'Waiting for a free worker'}{soon}")
        if st.button("Cancel", key="fold_cancel", icon=":material/close:", width="content"):
            job.cancel()
            st.rerun()


def _take(record: Record, job: jobs.Job | None) -> Take:
    """What the viewer shows now."""
    name = record.molecule.name or "Molecule"
    if job is None or job.status in ("failed", "cancelled"):
        return _still(record, name)
    if job.status == "done":
        return _replay(job.result, name)
    partial = job.partial
    if not isinstance(partial, Progress):
        return _still(record, name)
    words = noise_label(partial.sigma) if partial.folding else "local structure only"
    return Take(
        partial.xyz[None],
        mode="live",
        run=str(id(job)),
        folding=partial.folding,
        held=partial.held,
        title=name,
        caption=f"{_count(len(partial.xyz))}, {words}",
    )


def _still(record: Record, name: str) -> Take:
    turning = record.molecule.n_rotors
    return Take(
        record.molecule.xyz[None, :1],
        title=name,
        caption=f"{turning} rotatable bond{'s' if turning != 1 else ''}",
    )


def _replay(run: Run, name: str) -> Take:
    return Take(
        run.frames,
        mode="replay",
        run=str(id(run)),
        times=[noise_label(sigma) for sigma in run.sigmas],
        seconds=pass_seconds(len(run.sigmas)),
        title=name,
        caption=_count(run.frames.shape[1]),
        arrows=run.scores * np.square(run.sigmas[:-1])[:, None, None],
        classical=run.classical.torsions,
        classical_name=run.classical.label,
        which=chosen(run),
        held=run.held,
        recording=str(id(run)),
        playable=bool(run.field),
    )


def _others(take: Take, name: str, xyz: np.ndarray) -> Take:
    """Conformers of another origin, at rest in the place of the model's."""
    return Take(
        xyz[None],
        run=f"{take.run} {name}",
        title=take.title,
        caption=f"{_count(len(xyz))}, {name}",
        source=name,
        classical=take.classical,
        classical_name=take.classical_name,
    )


def _forward(take: Take, away: Noised) -> Take:
    """The run's conformers on their way into noise."""
    return replace(
        take,
        xyz=away.frames,
        run=f"{take.run} forward",
        times=[noise_label(sigma) for sigma in away.sigmas],
        arrows=None,
        held=away.held,
        forward=True,
    )


def _game(take: Take, number: int, game: Game) -> Take:
    """One conformer out of noise: the reader's to turn, and the model's way to play."""
    return replace(
        take,
        xyz=game.frames,
        run=f"{take.run} game {number}",
        times=[noise_label(sigma) for sigma in game.sigmas],
        caption="be the denoiser",
        arrows=None,
        which=None,
        held=game.held,
    )


def _count(conformers: int) -> str:
    return f"{conformers} conformer{'s' if conformers != 1 else ''}"
