"""The Dockerfile, what it copies, and compose.yaml; ``deploy/check_image.py`` takes the steps."""

import importlib.util
from pathlib import Path, PurePosixPath

import pytest
import yaml

from deploy.dockerfile import context, healthcheck, steps

ROOT = Path(__file__).parents[2]
STEPS = steps((ROOT / "Dockerfile").read_text(encoding="utf-8"))
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def last(instruction):
    return [step for step in STEPS if step.instruction == instruction][-1]


def test_lines_are_joined_and_comments_are_not_seen():
    first, second = steps(
        "# a\nRUN one \\\n  # b\n  && two\n\nCMD [\"x y\", 'z']".replace("'", '"')
    )
    assert (first.rest, first.line, second.line) == ("one && two", 2, 6)
    assert second.words() == ["x y", "z"]
    with pytest.raises(ValueError, match=r"Line 1: ADD is not known here\."):
        steps("ADD http://elsewhere /")


def test_the_last_rule_decides_what_is_ignored(tmp_path):
    (tmp_path / ".dockerignore").write_text("*\n!kept\nkept/shots\n**/__pycache__\n")
    for name in ("kept/a.py", "kept/shots/b.png", "kept/in/__pycache__/c.pyc", "other/d.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert context(tmp_path) == [PurePosixPath("kept/a.py")]


def test_the_image_has_what_runs_and_nothing_that_is_private():
    inside = {str(path) for path in context(ROOT)}
    for folder in ("pages", "engine", "deploy", "assets"):
        files = (path for path in (ROOT / folder).rglob("*") if path.is_file())
        needed = {path.relative_to(ROOT).as_posix() for path in files}
        unused = {name for name in needed if "__pycache__" in name or "/screenshots/" in name}
        assert inside & needed == needed - unused
    assert ".streamlit/config.toml" in inside and ".streamlit/secrets.toml" not in inside
    assert not [name for name in inside if name.startswith((".git", "tests", "docs"))]


def test_it_ends_as_an_ordinary_user_with_a_health_check_and_our_command():
    assert last("USER").rest not in ("root", "0")
    assert last("USER").line < last("CMD").line
    assert "/_stcore/health" in healthcheck(last("HEALTHCHECK"))
    assert last("CMD").words() == ["python", "deploy/serve.py"]


@pytest.mark.parametrize("name", SERVICES)
def test_services_run_what_the_image_has_and_may_do_little(name):
    service = SERVICES[name]
    assert service["build"] == "." and service["read_only"] and service["cap_drop"] == ["ALL"]
    if name == "explorer":
        return  # alone without a profile: `docker compose up` is the app
    assert service["profiles"] == ["cluster"]
    python, option, module, *_ = service["command"]
    assert (python, option) == ("python", "-m")
    assert importlib.util.find_spec(module) is not None
