"""Pages hold controls, figures and words: what they may import, so that none of them computes.

Of the engine: execution, experiments, figures, limits, progress, options and words whole; from
elsewhere only records, registries and constants, by name. ``EXCEPTIONS`` are functions that a page
still calls, each with its reason. The rule fails on a forbidden import and on an exception that no
file needs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "pages"

#: Packages of the engine that pages may import whole.
WHOLE = tuple(
    f"engine.{name}"
    for name in (
        "execution",
        "experiments",
        "figures",
        "limits",
        "progress",
        "glossary",
        "notation",
        "options",
    )
)
#: Records and registries, wherever they stand. Constants in capitals need no mention.
WORDS = """
Dataset Polymer OwnPoints Ink Table Schedule Drawn Point Sampler FlowSampler DDPM DDIM
Trajectory Learned Model Options FitOptions FlowOptions ConformerOptions
FromScratch ScratchOptions LessonOptions
Memory Adherence Assessment Divergence Depiction BondReport Molecule Ensemble ReadingChoices
AssetError Layout
"""
RECORDS = set(WORDS.split())
#: Functions that pages still call, and why.
EXCEPTIONS: dict[str, str] = {
    name: reason
    for reason, found in {
        "the data that a page compares with": "held_out training_chains",
        "what is at hand on this machine": "devices is_trained shipped",
        "a file or a drawing becomes data": "read_table of_table of_image of_drawing drawing "
        "files written",
        "a schedule made of another": "zero_terminal",
    }.items()
    for name in found.split()
}
#: Libraries that compute, and the parts of others that draw random numbers or build networks.
FORBIDDEN = ("scipy", "rdkit", "sklearn", "torch.nn", "torch.optim", "torch.distributions")
DRAWS = {"randn", "rand", "randint", "randperm", "normal", "multinomial", "Generator"}


def names(tree: ast.AST) -> Iterator[str]:
    """Full names of all that is imported, and of the parts of torch and numpy that are used."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute):
            whole = ast.unparse(node)
            if whole.startswith(("torch.", "np.", "numpy.")):
                yield whole


def allowed(name: str) -> bool:
    """Whether a page may import or use ``name``."""
    parts = name.split(".")
    if parts[0] == "engine":
        last = parts[-1]
        known = last.isupper() or last in RECORDS or last in EXCEPTIONS
        return known or any(name == each or name.startswith(f"{each}.") for each in WHOLE)
    if parts[0] in ("torch", "np", "numpy") and (parts[-1] in DRAWS or "random" in parts):
        return False
    return not any(name == each or name.startswith(f"{each}.") for each in FORBIDDEN)


def trespasses(source: str) -> set[str]:
    """What a page of this source must not import or use."""
    return {name for name in names(ast.parse(source)) if not allowed(name)}


FILES = sorted(PAGES.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PAGES)))
def test_pages_import_nothing_that_computes(path: Path) -> None:
    assert trespasses(path.read_text(encoding="utf-8")) == set()


def test_every_exception_is_needed() -> None:
    used = {
        name.split(".")[-1]
        for path in FILES
        for name in names(ast.parse(path.read_text(encoding="utf-8")))
        if name.startswith("engine.") and not name.startswith(WHOLE)
    }
    assert EXCEPTIONS.keys() <= used, "take these out"
    assert used >= RECORDS, "no page imports these records"


@pytest.mark.parametrize(
    "source",
    [
        "import scipy",
        "from scipy.stats import norm",
        "import torch.nn as nn",
        "from torch.nn.functional import softmax",
        "from rdkit import Chem",
        "from engine.samplers import sample",
        "from engine.samplers.sampling import sample as draw",
        "import engine.samplers.sampling",
        "from engine import samplers",
        "from engine.process.forward import diffuse",
        "def page():\n    from engine.denoisers.training import fit",
        "import torch\nx = torch.randn(3)",
        "import torch\nx = torch.Generator()",
        "import numpy as np\nx = np.random.default_rng(0)",
        "from numpy.random import default_rng",
    ],
)
def test_the_rule_catches(source: str) -> None:
    assert trespasses(source)


@pytest.mark.parametrize(
    "source",
    [
        "from engine.experiments.film import film",
        "from engine.experiments import film",
        "from engine.figures.charts.lines import lines",
        "from engine.progress import Step",
        "from engine.samplers import SAMPLERS, Sampler",
        "from engine.data.shapes import ALPHA_RISE",
        "import numpy as np\nx = np.arange(3)",
    ],
)
def test_the_rule_lets_pass(source: str) -> None:
    assert trespasses(source) == set()


def strangers(path: Path) -> set[str]:
    """Modules of other pages' sections that a section imports."""
    parts = path.relative_to(PAGES).parts
    if parts[0] != "sections":
        return set()
    found = names(ast.parse(path.read_text(encoding="utf-8")))
    own = f"pages.sections.{parts[1]}".removesuffix(".py")
    return {n for n in found if n.startswith("pages.sections.") and not n.startswith(f"{own}.")}


def test_no_section_imports_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {str(path): found for path in FILES if (found := strangers(path))} == {}
    monkeypatch.setattr("tests.pages.test_imports.PAGES", tmp_path)
    folder = tmp_path / "sections" / "polymer"
    folder.mkdir(parents=True)
    bad = folder / "training.py"
    bad.write_text("from pages.sections.molecule import table\n", encoding="utf-8")
    assert strangers(bad) == {"pages.sections.molecule.table"}


def test_what_several_pages_share_knows_no_page() -> None:
    for path in (PAGES / "ui").rglob("*.py"):
        found = names(ast.parse(path.read_text(encoding="utf-8")))
        pages = {n for n in found if n.startswith("pages.") and not n.startswith("pages.ui")}
        assert not pages, path
