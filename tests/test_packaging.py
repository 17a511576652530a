"""What is installed: pins agree with pyproject.toml, commands exist, weights ship."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
FILES = {
    "requirements.txt": ["app"],
    "requirements-dev.txt": ["app", "dev"],
    "requirements-bench.txt": ["app", "bench"],
    "requirements-ensembles.txt": ["app", "ensembles"],
}


def pins(path: Path) -> dict[str, str]:
    """Package to version, of a requirements file whose every line is a pin."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    found = [re.fullmatch(r"([\w.-]+)==([\w.]+)", line) for line in lines]
    return {canonicalize_name(match[1]): match[2] for match in found if match}


@pytest.mark.parametrize("name", FILES)
def test_requirements_pin_what_the_project_asks_for(name: str) -> None:
    asked = [*PROJECT["project"]["dependencies"], *(r for e in FILES[name] for r in EXTRAS[e])]
    wanted = {canonicalize_name(Requirement(text).name): Requirement(text) for text in asked}
    pinned = pins(ROOT / name)
    assert set(pinned) == set(wanted), "run .ci/requirements"
    for package, requirement in wanted.items():
        assert requirement.specifier.contains(pinned[package]), f"{package}: run .ci/requirements"


@pytest.mark.parametrize("command", PROJECT["project"]["scripts"].values())
def test_commands_exist(command: str) -> None:
    module, function = command.split(":")
    assert callable(getattr(importlib.import_module(module), function))


def test_a_wheel_holds_every_folder_of_assets_that_the_engine_reads() -> None:
    shipped = set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"])
    read: set[str] = set()
    for path in (ROOT / "engine").rglob("*.py"):
        read |= set(re.findall(r'ASSETS / "(\w+)"', path.read_text(encoding="utf-8")))
    assert read and {f"assets/{name}" for name in read} <= shipped
