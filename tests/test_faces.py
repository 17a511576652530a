"""Public faces: every name that a folder offers exists, and folders load in any order."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

FACES = ("noise", "data", "process", "networks", "denoisers", "samplers", "evaluation")


@pytest.mark.parametrize("name", FACES)
def test_a_face_offers_what_it_says(name: str) -> None:
    face = importlib.import_module(f"engine.{name}")
    assert face.__doc__ and face.__all__
    for offered in face.__all__:
        found = getattr(face, offered)
        assert getattr(found, "__module__", f"engine.{name}").startswith(f"engine.{name}"), offered


@pytest.mark.slow
@pytest.mark.parametrize("name", FACES)
def test_a_face_can_be_the_first_import(name: str) -> None:
    """In a fresh interpreter, so that no other import has closed a circle before."""
    code = f"import engine.{name} as face; [getattr(face, n) for n in face.__all__]"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
