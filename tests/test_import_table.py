"""Who may import whom: the architecture, asserted.

Each line of ``ALLOWED`` says what a room of ``engine`` may import from other rooms. A room is a
module or a folder directly below ``engine``.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "engine"

ALLOWED: dict[str, set[str]] = {
    "noise": set(),
    "torus": set(),
    "trajectory": set(),
    "molecule": set(),
    "nets": set(),
    "checkpoint": set(),
    "metrics": set(),
    "coverage": set(),
    "workers": set(),
    "mixture": set(),
    "helix": set(),
    "polymer": set(),
    "rescale": {"noise"},
    "drawn": {"noise"},
    "shapes": set(),
    "data": {"mixture", "polymer", "shapes"},
    "forward": {"noise", "trajectory"},
    "denoise": {"nets", "forward", "noise", "data", "mixture", "checkpoint"},
    "descent": set(),
    "own_drawing": set(),
    "own_files": set(),
    "own_points": {"data"},
    "learn": {"descent", "denoise", "forward", "noise", "data", "nets", "checkpoint"},
    "sampler": {"denoise", "noise"},
    "solvers": {"sampler", "forward", "noise"},
    "sample": {"sampler", "solvers", "denoise", "forward", "noise", "trajectory"},
    "flow": {"sampler", "solvers", "nets", "noise", "checkpoint"},
    "flow_learn": {"descent", "flow", "learn", "data", "nets"},
    "guidance": {"denoise"},
    "elbo": {"noise", "forward", "denoise"},
    "exact": {"data", "mixture"},
    "streamlines": set(),
    "score_error": {"exact", "denoise", "forward"},
    "likelihood": {"denoise"},
    "memory": {"data", "metrics"},
    "vae": {"nets"},
    "latent": {"vae"},
    "chains": {
        *{"nets", "data", "metrics", "forward", "noise", "checkpoint", "vae", "descent"},
        *{"denoise", "guidance", "sample", "trajectory"},
    },
    "chem": {"molecule", "torus"},
    "torsional": {"noise", "torus", "nets", "molecule", "trajectory", "checkpoint"},
    "fold": {"chem", "molecule", "torsional"},
    "choose": {"chem", "molecule", "torsional"},
    "seeds": {"chem"},
    "figures": {"noise", "torus", "molecule", "trajectory"},
}
#: Command lines join everything.
COMMANDS = {"train", "train_torsional", "train_ensembles", "ensembles", "bench", "conformers"}
COMMANDS |= {"train_pretraining", "baselines", "bench_conformers", "bench_table", "bench_journal"}
COMMANDS |= {"train_flow", "bench_toy"}
COMMANDS |= {"bench_speed", "bench_polymer", "train_polymer"}

#: Libraries that only these rooms may import ("engine/x" or a top-level name).
ONLY: dict[str, set[str]] = {
    "rdkit": {"engine/chem", "tests"},
    "streamlit": {"app.py", "pages", "tests"},
    "stmol": {"pages"},
    "plotly": {"engine/figures", "pages", "tests"},
    "py3Dmol": {"engine/figures", "pages", "tests"},
}


def imports(path: Path) -> set[str]:
    """Full names of all that a file imports, with ``from a import b`` as ``a.b``."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(path: Path) -> str:
    """The room of ``engine`` in which a file stands."""
    return path.relative_to(ENGINE).parts[0].removesuffix(".py")


def sources(*folders: str) -> list[Path]:
    """All Python files of these top-level folders and files."""
    found: list[Path] = []
    for folder in folders:
        path = ROOT / folder
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return found


@pytest.mark.parametrize("path", sources("engine"), ids=lambda p: str(p.relative_to(ROOT)))
def test_engine_imports_follow_the_table(path):
    here = room(path)
    used = {name.split(".")[1] for name in imports(path) if name.startswith("engine.")}
    used -= {here}
    assert not any(name.split(".")[0] == "pages" for name in imports(path))
    if here in COMMANDS or here == "__init__":
        return
    assert here in ALLOWED, f"engine/{here} is not in the table: add it there, with its reasons"
    assert used <= ALLOWED[here], f"engine/{here} must not import {sorted(used - ALLOWED[here])}"


@pytest.mark.parametrize("library", ONLY)
def test_libraries_stay_in_their_rooms(library):
    for path in sources("app.py", "pages", "engine", "tests"):
        if library not in {name.split(".")[0] for name in imports(path)}:
            continue
        parts = path.relative_to(ROOT).parts
        places = {parts[0], "/".join(parts[:2]).removesuffix(".py")}
        assert places & ONLY[library], f"{path.relative_to(ROOT)} must not import {library}"


def test_caches_stand_only_in_the_shared_ui():
    for path in sources("pages", "app.py"):
        if "ui" not in path.relative_to(ROOT).parts:
            assert "st.cache_" not in path.read_text(encoding="utf-8"), path


def test_the_table_has_no_dead_rooms():
    rooms = {room(path) for path in sources("engine")}
    assert set(ALLOWED) <= rooms
