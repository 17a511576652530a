"""Who may import whom: the architecture, asserted.

``ALLOWED`` has one line a folder of ``engine``: what its files may import from other folders. The
table fails both ways: on an import that it does not permit, and on a permission that no file uses.
"""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "engine"

#: Single modules that every folder may import; they import none of the folders.
HELPERS = {"encoding", "execution", "geometry", "limits", "options", "paths", "progress"}
HELPERS |= {"children", "glossary", "notation", "remembered", "streams", "tables", "workers"}

MATHEMATICS = "noise data process networks denoisers samplers evaluation"
LABORATORIES = "polymer torsional cartesian chem conformers molecule"

ALLOWED: dict[str, set[str]] = {
    name: set(others.split())
    for name, others in {
        "molecule": "",
        "noise": "",
        "data": "",
        "process": "noise",
        "networks": "",
        "denoisers": "data process networks",
        "samplers": "noise process denoisers",
        "evaluation": "noise process denoisers",
        "polymer": MATHEMATICS,
        "torsional": "molecule noise process networks",
        "cartesian": "molecule noise process networks denoisers samplers",
        "chem": "molecule",
        "conformers": "molecule torsional chem",
        "experiments": f"{MATHEMATICS} {LABORATORIES}",
        "figures": "molecule",
        "train": f"{MATHEMATICS.replace('process', '')} {LABORATORIES} experiments",
        "bench": f"{MATHEMATICS.replace('process', '')} {LABORATORIES} experiments train",
    }.items()
}

#: Libraries that only these folders may import ("engine/x", "engine/x/y" or a top-level name). The
#: visitors of ``bench load`` read Streamlit's own messages: no copy of their format can go stale.
ONLY: dict[str, set[str]] = {
    "rdkit": {"engine/chem", "tests"},
    "streamlit": {"app.py", "pages", "tests", "engine/bench/load"},
    "stmol": {"pages"},
    "plotly": {"engine/figures", "pages", "tests"},
    "py3Dmol": {"engine/figures", "pages", "tests"},
}


@cache
def imports(path: Path) -> frozenset[str]:
    """Full names of all that a file imports, with ``from a import b`` as ``a.b``."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def folder(path: Path) -> str:
    """The folder (or single module) directly below ``engine`` in which a file stands."""
    return path.relative_to(ENGINE).parts[0].removesuffix(".py")


def sources(*folders: str) -> list[Path]:
    """All Python files of these top-level folders and files."""
    found: list[Path] = []
    for name in folders:
        path = ROOT / name
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return found


def arrows() -> dict[str, dict[str, set[str]]]:
    """By folder of engine: what it imports from other folders, with the files that do."""
    found: dict[str, dict[str, set[str]]] = {}
    for path in sources("engine"):
        here = folder(path)
        if here in {"__init__", *HELPERS}:
            continue
        used = {name.split(".")[1] for name in imports(path) if name.startswith("engine.")}
        for other in used - {here} - HELPERS:
            files = found.setdefault(here, {}).setdefault(other, set())
            files.add(str(path.relative_to(ROOT)))
        found.setdefault(here, {})
    return found


def test_every_folder_has_one_line() -> None:
    assert set(arrows()) == set(ALLOWED)


def test_helpers_stand_on_the_ground() -> None:
    for path in sources("engine"):
        if folder(path) in HELPERS:
            used = {name.split(".")[1] for name in imports(path) if name.startswith("engine.")}
            assert used <= HELPERS, path


@pytest.mark.parametrize("name", ALLOWED)
def test_imports_follow_the_table(name: str) -> None:
    used = arrows().get(name, {})
    forbidden = {other: files for other, files in used.items() if other not in ALLOWED[name]}
    assert not forbidden, f"engine/{name} must not import {forbidden}"
    unused = ALLOWED[name] - set(used)
    assert not unused, f"no file of engine/{name} imports {unused}: take it out of the table"


def test_the_engine_knows_no_page() -> None:
    for path in sources("engine"):
        assert not any(name.split(".")[0] in ("pages", "app") for name in imports(path)), path


@pytest.mark.parametrize("library", ONLY)
def test_libraries_stay_in_their_rooms(library: str) -> None:
    for path in sources("app.py", "pages", "engine", "tests"):
        if library not in {name.split(".")[0] for name in imports(path)}:
            continue
        parts = path.relative_to(ROOT).parts
        places = {parts[0], *("/".join(parts[:n]).removesuffix(".py") for n in (2, 3))}
        assert places & ONLY[library], f"{path.relative_to(ROOT)} must not import {library}"


def test_deploying_needs_nothing_but_python() -> None:
    for path in sources("deploy"):
        used = {name.split(".")[0] for name in imports(path)}
        assert used <= {"deploy", *sys.stdlib_module_names}, path
