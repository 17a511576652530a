"""Scripts of the app as one: whatever they import is inside, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.figures.offline import bundling
from engine.figures.offline.bundling import JS, bundle, names, scripts

NAMES = sorted(names())


def imported(name: str) -> set[Path]:
    """The files that a module imports, found by following its relative addresses on the disk."""
    text = (JS / f"{name}.js").read_text(encoding="utf-8")
    found = re.findall(r'^(?:import|export|\}).*from "(\S+)";$', text, re.MULTILINE)
    return {(JS / name).parent.joinpath(address).resolve() for address in found}


@pytest.mark.parametrize("name", NAMES)
def test_a_script_brings_all_it_imports_before_itself(name: str) -> None:
    before: set[Path] = set()
    for other in scripts(name):
        assert imported(other) <= before
        before.add((JS / f"{other}.js").resolve())


@pytest.mark.parametrize("name", NAMES)
def test_a_bundle_imports_nothing_and_hands_out_every_export(name: str) -> None:
    text = bundle(name)
    assert not re.search(r"^\s*import\b", text, re.MULTILINE)
    assert not re.search(r"^\s*(//|/\*\*)", text, re.MULTILINE), "comments stay in the source"
    source = (JS / f"{name}.js").read_text(encoding="utf-8")
    handed = text[text.rindex("return {") :]
    for export in re.findall(
        r"^export (?:async )?(?:function|class|const) (\w+)", source, re.MULTILINE
    ):
        assert re.search(rf"\b{export}\b", handed)
    assert ("default: exported" in handed) == ("export default" in source)


def test_bundles_share_the_modules_of_a_page(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here; the browser tests run the bundles, too")
    for name in ("player/registry", "player/clock"):
        (tmp_path / f"{Path(name).name}.mjs").write_text(bundle(name), encoding="utf-8")
    code = """
        await import("./registry.mjs");
        const first = new Map(globalThis.diffusionExplorer);
        await import("./registry.mjs?again");
        await import("./clock.mjs");
        const made = globalThis.diffusionExplorer;
        for (const [name, module] of first) if (made.get(name) !== module) throw name;
        if (made.size <= first.size) throw "the clock brings a module of its own";
    """
    (tmp_path / "main.mjs").write_text(code, encoding="utf-8")
    subprocess.run([node, "main.mjs"], cwd=tmp_path, check=True, timeout=60)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('import * as all from "./two.js";\n', "cannot be bundled"),
        ('export { one } from "./two.js";\n', "cannot be bundled"),
        ('import { one } from "./one.js";\n', "in a circle"),
    ],
)
def test_what_cannot_be_bundled_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.setattr(bundling, "JS", tmp_path)
    (tmp_path / "one.js").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        bundle.__wrapped__("one")
