"""The page Coordinates or torsions: what its pictures, its table and its exercises say."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.experiments.cartesian.downloads import ends_sdf
from engine.experiments.cartesian.published import PUBLISHED
from engine.experiments.cartesian.records import Clock
from engine.figures import blob
from pages.sections.coordinates import scenes
from pages.sections.coordinates.export import of_clock
from pages.ui.components.two_ways import block
from pages.ui.export import arrays
from tests.conftest import BrowserPage, place, press, settle, wait

Open = Callable[..., AppTest]
QUICK = {"ways_steps": "10", "ways_conformers": "2", "ways_references": "3"}


def opened(open_page: Open, **query: str) -> tuple[AppTest, Clock]:
    """The page by its address, and what it has computed."""
    app = settle(open_page("coordinates", **query))
    assert not app.exception and not app.error
    made = app.session_state["_jobs"]["coordinates"].result
    assert isinstance(made, Clock)
    return app, made


@pytest.fixture
def quick(open_page: Open) -> tuple[AppTest, Clock]:
    return opened(open_page, **QUICK)


def texts(app: AppTest) -> str:
    drawn = [each.proto.body for each in app.get("html")]
    return " ".join([*(each.value for each in [*app.markdown, *app.caption]), *drawn])


def test_the_table_says_what_was_measured(quick: tuple[AppTest, Clock]) -> None:
    app, made = quick
    said = texts(app)
    assert "99" in said and "93 are left" in said
    assert f"{made.coordinates.meters.valid[-1].sum()} of 2" in said
    assert f"{made.torsions.seconds / 2:.2f}" in said
    assert made.torsions.found is not None and f"{made.torsions.found.amr_r:.3f}" in said
    for row in PUBLISHED:
        assert row.method in said and f"{row.found.amr_p:.3f}" in said


def test_published_figures_are_those_of_the_papers() -> None:
    """FACTS sections 2 and 6: GEOM-DRUGS, COV-R, AMR-R, COV-P, AMR-P."""
    found = {(row.method, row.source): row.found for row in PUBLISHED}
    jing = found["GeoDiff", "Jing et al. 2022"]
    assert (jing.cov_r, jing.amr_r, jing.cov_p, jing.amr_p) == (42.1, 0.835, 24.9, 1.136)
    fast = found["Torsional diffusion", "fastSMCG"]
    assert (fast.cov_r, fast.amr_r, fast.cov_p, fast.amr_p) == (71.7, 0.591, 53.6, 0.794)


def test_what_the_browser_is_sent(quick: tuple[AppTest, Clock]) -> None:
    made = quick[1]
    shown = scenes.replay(made)
    head, arrays = blob.decoded(block(shown))
    frames, conformers, atoms = head["shape"]
    assert (frames, conformers, atoms) == (22, 2, 33)
    left = arrays["coordinates"].reshape(frames, conformers, atoms, 3) * head["unit"]
    right = arrays["torsions"].reshape(frames, conformers, atoms, 3) * head["unit"]
    lengths = np.array(head["lengths"])
    for xyz, side in ((left, made.coordinates), (right, made.torsions)):
        ends = [each["atoms"] for each in head["molecule"]["bonds"]]
        i, j = np.array(ends).T
        seen = np.linalg.norm(xyz[..., i, :] - xyz[..., j, :], axis=-1)
        error = np.abs(seen / lengths - 1).max(-1)
        assert np.allclose(error, side.meters.bond, atol=5e-3)
    meters = arrays["meters"].reshape(2, 4, frames, conformers)
    assert np.allclose(meters[1, 0], made.torsions.meters.bond)
    assert head["times"][0] == "Into noise, 0%" and head["times"][-1] == "From noise, 100%"
    assert head["levels"][0][10] == "t = 1000" and head["levels"][1][10] == "σ = 180°"


def test_both_begin_where_the_molecule_lies(quick: tuple[AppTest, Clock]) -> None:
    """The left side is laid as a rigid whole, so both pictures begin alike."""
    xyz = scenes.replay(quick[1]).xyz
    assert np.abs(xyz[0, 0] - xyz[1, 0]).max() < 1.0


def test_the_export_holds_all_and_its_script_makes_it_again(quick: tuple[AppTest, Clock]) -> None:
    made = quick[1]
    export = of_clock(made)
    kept = np.load(io.BytesIO(arrays.archive(export)))
    assert np.array_equal(kept["coordinates"], made.coordinates.frames)
    assert json.loads(str(kept["about"])).keys() == export.arrays.keys()
    names: dict[str, Any] = {}
    exec(compile(export.script.split("np.savez")[0], "coordinates.py", "exec"), names)
    again = names["made"]
    assert np.array_equal(again.coordinates.frames, made.coordinates.frames)
    assert np.array_equal(again.torsions.frames, made.torsions.frames)


def test_conformers_leave_as_sdf(quick: tuple[AppTest, Clock]) -> None:
    made = quick[1]
    for side in ("coordinates", "torsions"):
        text = ends_sdf(made, side)
        assert text.count("$$$$") == 2 and "largest_bond_error_share" in text
    assert "<sampler>" in ends_sdf(made, "coordinates")


def test_what_cannot_be_diffused_is_said(open_page: Open) -> None:
    app = settle(open_page("coordinates", source="smiles", smiles="C1CCCCC1", **QUICK))
    assert not app.exception
    assert "no rotatable bond" in app.error[0].value


# --------------------------------------------------------------------------------------- exercises


def exercise(open_page: Open, key: str, **query: str) -> Clock:
    app, made = opened(open_page, **{"try": key}, **query)
    assert app.query_params.get("try") == key
    return made


def test_the_first_bond_breaks_at_once(open_page: Open) -> None:
    made = exercise(open_page, "first_break")
    error = made.coordinates.meters.bond.max(1)
    first = int(np.argmax(error > 0.1))
    assert 1 <= first <= 2, "one or two steps of a hundred"
    assert made.torsions.meters.bond.max() < 1e-4


def test_ten_steps_cost_the_coordinates_their_bonds(open_page: Open) -> None:
    few = exercise(open_page, "ten_steps")
    _, many = opened(open_page, ways_direction="backward")
    errors = [made.coordinates.meters.bond[-1] for made in (few, many)]
    assert errors[0].mean() > 1.5 * errors[1].mean()
    assert (errors[0] > 0.1).mean() > (errors[1] > 0.1).mean()
    assert few.torsions.valid == many.torsions.valid == 1
    assert few.torsions.meters.bond.max() < 1e-4


def test_hands_are_left_to_chance(open_page: Open) -> None:
    made = exercise(open_page, "hands")
    assert made.centres == 3
    kept = made.coordinates.meters.flips[-1] == 0
    assert kept.mean() < 0.7, "by chance one in eight"
    assert (made.torsions.meters.flips == 0).all()


def test_the_exact_denoiser_gives_its_structures_back(open_page: Open) -> None:
    made = exercise(open_page, "exact")
    assert made.coordinates.valid == 1
    assert made.coordinates.found is not None and made.coordinates.found.amr_p < 0.15


# ----------------------------------------------------------------------------------------- browser


@pytest.mark.browser
def test_both_pictures_move_on_one_clock(browser_page: BrowserPage) -> None:
    page = browser_page.open("coordinates?example=butane&ways_conformers=2&ways_steps=20")
    player = page.locator(".player.two")
    page.locator('.player.two[data-mode="replay"]').wait_for(timeout=120_000)
    sides = page.locator(".side")
    assert sides.count() == 2
    place(player)
    player.focus()
    page.keyboard.press("Home")

    def value(side: int, kind: int) -> float:
        return float(sides.nth(side).locator(".reading").nth(kind).get_attribute("data-value"))

    wait(page, lambda: player.get_attribute("data-frame") == "0.00")
    assert value(0, 0) < 1e-3 and sides.nth(0).get_attribute("data-valid") == "2"
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    wait(page, lambda: player.get_attribute("data-frame") == "20.00")
    assert value(0, 0) > 0.5 and sides.nth(0).get_attribute("data-valid") == "0"
    assert value(1, 0) < 1e-3 and sides.nth(1).get_attribute("data-valid") == "2"
    press(page.get_by_role("button", name="All conformers, superposed"))
    wait(page, lambda: "view=all" in page.url and "frame=20" in page.url)
    assert not browser_page.exceptions() and not browser_page.console_errors
