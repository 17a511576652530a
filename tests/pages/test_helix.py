"""The helix page: its controls, its address, its numbers, and one journey in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.data import DATASETS
from engine.evaluation import helix_shape
from engine.evaluation.chains import bond_lengths
from engine.experiments.film import Process, chain_film
from engine.experiments.networks import Network
from engine.noise import Cosine
from engine.progress import finish
from engine.samplers import DDIM
from tests.conftest import BrowserPage, moves, place, settle, wait


def rows(app: AppTest) -> dict[str, list[str]]:
    """The rows of all Markdown tables on the page, by their first cell."""
    found = {}
    for block in app.markdown:
        for line in block.value.splitlines():
            if line.startswith("| "):
                cells = [cell.strip(" *").replace("\u00a0", " ") for cell in line.split("|")[1:-1]]
                found[cells[0]] = cells[1:]
    return found


def test_the_page_opens_with_its_controls(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page("helix"))
    assert not app.exception and not app.error
    keys = {"data", "view", "schedule", "noise_T", "denoiser", "sampler", "steps", "seed", "ghost"}
    widgets = [*app.button_group, *app.selectbox, *app.slider, *app.select_slider]
    widgets += [*app.number_input, *app.toggle]
    assert keys <= {widget.key for widget in widgets}
    assert all(widget.help for widget in widgets if widget.key in keys)
    assert {"Neighbours i, i + 1", "Rise per residue", "Residues per turn"} <= rows(app).keys()


def test_a_link_restores_the_page(open_page: Callable[..., AppTest]) -> None:
    wanted = dict(data="Expanding helix (2D)", view="Side by side", denoiser="Exact", seed="7")
    app = settle(open_page("helix", noise_T="50", **wanted))
    assert not app.exception and not app.error
    state = app.session_state
    assert state["data"] == "helix_planar"
    assert state["view"] == "both"
    assert state["denoiser"] == "memory", "of a helix no true denoiser is known"
    assert state["noise_T"] == 50
    assert state["seed"] == 7
    assert "Turns in all" in rows(app)


def test_the_numbers_are_those_of_the_engine(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page("helix", sampler="DDIM", steps="20", seed="5"))
    process = Process(
        "helix_alpha", Cosine(T=100), DDIM(steps=20), network=Network("helix_alpha"), n=100, seed=5
    )
    samples = finish(chain_film(process)).reverse[-1]
    shape, bonds = helix_shape(samples), bond_lengths(samples)
    shown = rows(app)
    assert shown["Neighbours i, i + 1"][0] == f"{bonds.mean():.2f} ± {bonds.std():.2f} Å"
    assert shown["Rise per residue"][0] == f"{shape.rise.mean():.2f} ± {shape.rise.std():.2f} Å"
    turn = shape.residues_per_turn
    assert shown["Residues per turn"][0] == f"{turn.mean():.2f} ± {turn.std():.2f}"


def test_the_exact_denoiser_gives_back_stored_helices(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page("helix", denoiser="Exact"))
    copied, fresh, _ = next(v for k, v in rows(app).items() if k.startswith("To the nearest"))
    assert float(copied.split()[0]) < 0.05 < float(fresh.split()[0])


def test_the_network_makes_helices() -> None:
    process = Process(
        "helix_alpha", Cosine(T=100), DDIM(steps=50), network=Network("helix_alpha"), n=200
    )
    samples = finish(chain_film(process)).reverse[-1]
    data = DATASETS["helix_alpha"]
    known = data.to_chain(data.sample(1000, torch.Generator().manual_seed(9)))
    ours, theirs = helix_shape(samples), helix_shape(known)
    for mine, data_s, within in (
        (bond_lengths(samples), bond_lengths(known), 0.1),
        (ours.rise, theirs.rise, 0.05),
        (ours.residues_per_turn, theirs.residues_per_turn, 0.1),
        (ours.radius, theirs.radius, 0.1),
    ):
        assert float(mine.mean()) == pytest.approx(float(data_s.mean()), abs=within)
    assert ours.right_handed.float().mean() > 0.97


def test_a_network_trained_on_the_page_is_put_to_use(open_page: Callable[..., AppTest]) -> None:
    app = open_page("helix", fit_steps="100", fit_width="32", steps="10")
    app.button(key="fit_start").click()
    settle(app.run())
    assert not app.exception
    assert any("100 updates" in block.value for block in app.caption)


@pytest.mark.browser
def test_in_the_browser_it_moves_and_the_matrix_lights_up_residues(
    browser_page: BrowserPage,
) -> None:
    page = browser_page.open("helix?seed=1")
    player = page.locator(".player").first
    player.wait_for(timeout=60_000)
    page.locator('.player[data-playing="true"]').first.wait_for(timeout=60_000)
    moves(page, ".player canvas")
    player.press("Space")
    page.locator('.player[data-playing="false"]').first.wait_for()
    chain, matrix = page.locator(".player canvas").nth(0), page.locator(".player canvas").nth(1)
    chain.scroll_into_view_if_needed()
    page.mouse.move(5, 5)
    page.wait_for_timeout(200)
    before = chain.screenshot()
    box = place(matrix)
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.6 * box["height"])
    wait(page, lambda: chain.screenshot() != before)
    note = page.locator(".player .note").nth(1)
    wait(page, lambda: bool(re.search(r"\d+ – \d+: \d+\.\d", note.inner_text())))
    assert not browser_page.exceptions()
    assert not browser_page.foreign_requests
    assert not browser_page.console_errors
