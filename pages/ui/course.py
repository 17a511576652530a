"""A training that a reader can interrupt: its updates, the runs on the way, pause and resume.

A course keeps the generator of its updates. To pause is to stop asking for the next one, so a
paused training holds no worker and no thread; what resumes is exactly what would have gone on.
"""

from __future__ import annotations

import copy
import threading
import time
from dataclasses import dataclass
from statistics import mean

import numpy as np
import streamlit as st
import torch
from torch import Generator, Tensor

from engine.data import Dataset
from engine.denoise import Learned
from engine.learn import FitOptions, FitProgress, fit
from engine.noise import Cosine
from engine.sample import DDIM, sample
from pages.ui import jobs, own_model
from pages.ui.jobs import Report

POINTS = 160  #: points of the loss curve
PAUSE = 0.8  #: seconds between two copies of the network taken on the way
DRAWN = 400  #: points sampled from each copy
STOPPING = 2.0  #: seconds to wait for an update that is under way


@dataclass(frozen=True, eq=False)
class Run:
    """A training run as it stands.

    Attributes
    ----------
    options, seed: what was asked for.
    step: updates made so far.
    steps, losses: the loss curve, one pair per point, each the mean since the point before.
    denoiser: a copy of the network at ``step`` that no longer changes.
    samples: (n, D) what it draws, always from the same noise.
    seconds: time spent.
    """

    options: FitOptions
    seed: int
    step: int
    steps: tuple[int, ...]
    losses: tuple[float, ...]
    denoiser: Learned
    samples: np.ndarray
    seconds: float


class Course:
    """A training on ``data``, as far as it has come.

    Attributes
    ----------
    run: the last copy taken; None before the first.
    """

    def __init__(self, data: Dataset, options: FitOptions, seed: int) -> None:
        self.data, self.options, self.seed = data, options, seed
        self.run: Run | None = None
        self._updates = fit(data, options, Generator().manual_seed(seed))
        self._last: FitProgress | None = None
        self._curve: list[tuple[int, float]] = []
        self._recent: list[float] = []
        self._seconds = 0.0
        self._one_at_a_time = threading.Lock()

    @property
    def step(self) -> int:
        """Updates made so far."""
        return self._last.step if self._last else 0

    def advance(self, report: Report) -> Run:
        """Go on until the end, or until ``report`` raises; a copy about every ``PAUSE`` seconds."""
        with self._one_at_a_time:
            began, due = time.monotonic(), time.monotonic() + PAUSE / 2
            before = self._seconds
            report(self.step, self.options.steps, None, "Getting ready")
            try:
                for progress in self._updates:
                    self._note(progress)
                    self._seconds = before + time.monotonic() - began
                    news = None
                    if progress.step == progress.total or time.monotonic() >= due:
                        news = self._copy()
                        due = time.monotonic() + PAUSE
                    message = f"Training, loss {progress.loss:.3f}"
                    report(progress.step, progress.total, news, message)
            finally:
                run = self._copy()
            assert run is not None, "options ask for at least one update"
            return run

    def _note(self, progress: FitProgress) -> None:
        """Remember an update and its loss."""
        self._last = progress
        self._recent.append(progress.loss)
        stride = max(1, self.options.steps // POINTS)
        if progress.step == progress.total or progress.step % stride == 0:
            self._curve.append((progress.step, mean(self._recent)))
            self._recent.clear()

    def _copy(self) -> Run | None:
        """The run as it stands now, its curve up to this very update; None before the first one."""
        if self._last is None:
            return self.run
        if self.run is None or self.run.step < self.step:
            denoiser = copy.deepcopy(self._last.denoiser)
            last = [(self.step, mean(self._recent))] if self._recent else []
            steps, losses = zip(*self._curve, *last, strict=True)
            self.run = Run(
                self.options, self.seed, self.step, steps, losses, denoiser,
                draw(denoiser, self.data.dim, self.seed), self._seconds,
            )  # fmt: skip
        return self.run


def updates(step: int) -> str:
    """ "1 update", "1,200 updates"."""
    return f"{step:,} update{'s' * (step != 1)}"


def train(report: Report, course: Course) -> Run:
    """The job: take up the course where it stands and report the run on the way."""
    return course.advance(report)


def start_of(dim: int, seed: int) -> Tensor:
    """(n, D) the noise that the samples of every copy start from."""
    return torch.randn(DRAWN, dim, generator=Generator().manual_seed(seed))


def draw(denoiser: Learned, dim: int, seed: int) -> np.ndarray:
    """(n, D) a quick sample: 20 DDIM steps, the same starting noise each time."""
    x = start_of(dim, seed)
    for state in sample(denoiser, Cosine(T=100), x, DDIM(steps=20), Generator()):
        x = state.x
    return x.numpy()


# ---------------------------------------------------------------------------------------------
# What a session does with it


def current(key: str) -> Course | None:
    """The course of this session on ``key``, if there is one."""
    return st.session_state.get(f"_course_{key}")


def start(data: Dataset, options: FitOptions, seed: int) -> None:
    """Begin anew."""
    st.session_state[f"_course_{data.key}"] = Course(data, options, seed)
    resume(data.key)


def resume(key: str) -> None:
    """Go on where the course of ``key`` stands."""
    course = current(key)
    if course is not None:
        jobs.forget(own_model.name(key))
        jobs.run(own_model.name(key), train, course)


def pause(key: str) -> None:
    """Stop the course of ``key`` after the update under way."""
    job = jobs.current(own_model.name(key))
    if job is not None and job.status == "running":
        job.cancel()
        job.wait(STOPPING)


def paused(key: str) -> Run | None:
    """The run of a course that was interrupted and not taken up again."""
    job, course = jobs.current(own_model.name(key)), current(key)
    if job is None or course is None or job.status != "cancelled":
        return None
    return course.run
