"""Scripts that call an experiment again: imports, settings in full, and the same arrays."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import torch

import engine
from engine.experiments.arrays import Array, Exported
from engine.noise import Cosine, Schedule
from engine.progress import Step, Steps, finish
from engine.streams import stream
from pages.ui.export import scripts
from pages.ui.export.scripts import Code

SHORT = Cosine(T=3)


@dataclass(frozen=True)
class Odd:
    """Settings of every kind that a script has to write."""

    name: str = 'a "word", σ'
    rate: float = 1e-4
    most: float = float("inf")
    many: int | None = None
    path: tuple[tuple[float, float], ...] = ((0.0, 1.0), (0.5, 0.25))
    one: tuple[int] = (1,)
    inner: Schedule = SHORT
    hidden: int = field(default=3, init=False)


@dataclass(frozen=True, eq=False)
class Walked(Exported):
    """A record of one array."""

    x: torch.Tensor

    def described(self) -> dict[str, Array]:
        return {"x": Array(self.x, "(n,) where each walker stands")}


def walk(settings: Odd, n: int) -> Steps[Walked]:
    """An experiment that takes steps."""
    yield Step(0, 1, "Walking")
    x = torch.randn(n, generator=stream(n, "forward")) * settings.rate
    return Walked(x * settings.inner.betas[0])


def stand(n: int) -> Walked:
    """An experiment that takes none."""
    return Walked(torch.arange(n))


def repeated(script: str, folder: Path, name: str) -> dict[str, np.ndarray]:
    """What the script saves when it runs in a process of its own."""
    (folder / "again.py").write_text(script, encoding="utf-8")
    root = Path(engine.__file__).parents[1]
    env = {**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "again.py"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(np.load(folder / f"{name}.npz"))


def test_a_script_repeats_the_run_in_a_fresh_process(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    made = finish(walk(Odd(), 5)).arrays()
    script = scripts.run("Five walkers.", "walked", walk, Odd(), 5, source=[walk])
    assert "\n#     def walk(settings: Odd, n: int) -> Steps[Walked]:\n" in script
    again = repeated(script, tmp_path, "walked")
    assert list(again) == list(made) == ["x"]
    assert again["x"].dtype == made["x"].dtype and np.array_equal(again["x"], made["x"])


def test_an_experiment_without_steps_is_called_as_it_is(tmp_path: Path) -> None:
    script = scripts.run("Some.", "stood", stand, 4)
    assert "finish" not in script
    assert repeated(script, tmp_path, "stood")["x"].tolist() == [0, 1, 2, 3]


def test_settings_are_written_as_python_that_makes_them_again() -> None:
    names: scripts.Names = {}
    text = scripts.written(Odd(), names)
    assert set(names) == {Odd.__module__, scripts_home(Cosine)}
    made = eval(text, {"Odd": Odd, "Cosine": Cosine})
    assert made == Odd()
    assert all(len(line) <= 100 for line in text.split("\n"))


def scripts_home(kind: type) -> str:
    """The module from which a script imports a class."""
    names: scripts.Names = {}
    scripts.written(kind(), names)
    return next(iter(names))


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(TypeError, match="Tensor"):
        scripts.written((torch.zeros(2),), {})


def test_an_argument_may_be_python_already(tmp_path: Path) -> None:
    many = Code("int(isqrt(size))", (("math", "isqrt"),), before="size = 9")
    script = scripts.run("Three.", "stood", stand, many)
    assert repeated(script, tmp_path, "stood")["x"].tolist() == [0, 1, 2]
