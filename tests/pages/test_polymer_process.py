"""Polymer, noise and back: controls, address, numbers, and one journey in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from engine.data import DATASETS
from engine.denoisers import load
from engine.evaluation import wasserstein_1d
from engine.evaluation.chains import bond_lengths, end_to_end, radius_of_gyration
from engine.experiments.film import Process, chain_film
from engine.experiments.networks import Network
from engine.noise import Cosine
from engine.polymer import held_out
from engine.progress import finish
from engine.samplers import DDIM
from tests.conftest import BrowserPage, at_rest, moves, press, settle

LAB = "Noise and back"


def finished(app: AppTest) -> AppTest:
    """The page with all its jobs done and shown: each starts the next."""
    for _ in range(4):
        settle(app).run()
    return settle(app)


def test_the_page_opens_with_its_controls_and_provenance(
    open_page: Callable[..., AppTest],
) -> None:
    app = finished(open_page("polymer", lab=LAB, steps="20"))
    assert not app.exception and not app.error
    keys = {"view", "polymer_shown", "polymer_n", "schedule", "noise_T", "denoiser", "sampler"}
    keys |= {"steps", "seed"}
    widgets = [*app.button_group, *app.selectbox, *app.slider, *app.select_slider]
    widgets += [*app.number_input, *app.toggle]
    assert keys <= {widget.key for widget in widgets}
    assert all(widget.help for widget in widgets if widget.key in keys)
    text = " ".join(block.value for block in app.markdown)
    assert "python -m engine.polymer --chains 10000 --seed 0" in text
    network = load("polymer")
    parameters = sum(p.numel() for p in network.net.parameters())
    assert f"exactly {parameters:,} parameters" in text


@pytest.mark.parametrize(
    ("key", "made"),
    [
        ("polymer_long", "--chains 3000 --seed 0 --beads 24 --steps 20000"),
        ("polymer_space", "--chains 5000 --seed 0 --dimensions 3"),
    ],
)
def test_other_chains_have_data_and_a_network_of_their_own(
    open_page: Callable[..., AppTest], key: str, made: str
) -> None:
    data = DATASETS[key]
    app = finished(
        open_page("polymer", lab=LAB, polymer_chains=data.label, sampler="DDIM", steps="10")
    )
    assert not app.exception and not app.error
    text = " ".join(block.value for block in app.markdown)
    assert made in text and f"all {data.dim} coordinates" in text
    parameters = sum(p.numel() for p in load(key).net.parameters())
    assert f"exactly {parameters:,} parameters" in text
    captions = " ".join(block.value for block in app.caption)
    assert "Copied from the training set?" in captions and "Bond lengths vary too much" in captions


def test_a_link_restores_the_page(open_page: Callable[..., AppTest]) -> None:
    query = dict(schedule="Linear", noise_T="200", sampler="DDIM", steps="10", ddim_eta="0.5")
    app = settle(open_page("polymer", lab=LAB, polymer_shown="20", seed="9", **query))
    assert not app.exception and not app.error
    state = app.session_state
    assert state["schedule"] == "linear"
    assert state["sampler"] == "ddim"
    assert (state["noise_T"], state["steps"], state["ddim_eta"]) == (200, 10, 0.5)
    assert (state["polymer_shown"], state["seed"]) == (20, 9)
    assert any("Not yet noise" in warning.value for warning in app.warning)


def test_the_numbers_are_those_of_the_engine(open_page: Callable[..., AppTest]) -> None:
    app = finished(open_page("polymer", lab=LAB, sampler="DDIM", steps="20", seed="5"))
    process = Process(
        "polymer", Cosine(T=100), DDIM(steps=20), network=Network("polymer"), n=200, seed=5
    )
    samples = finish(chain_film(process)).reverse[-1]
    captions = " ".join(block.value for block in app.caption)
    for measure in (radius_of_gyration, end_to_end, bond_lengths):
        ours, known = measure(samples), measure(held_out())
        assert f"Sampled {ours.mean():.2f} ± {ours.std():.2f} σ" in captions
        assert f"data {known.mean():.2f} ± {known.std():.2f} σ" in captions
        assert f"Wasserstein distance **{wasserstein_1d(ours, known):.3f} σ**" in captions


def test_a_network_trained_on_the_page_is_put_to_use(open_page: Callable[..., AppTest]) -> None:
    app = open_page("polymer", lab=LAB, fit_steps="100", fit_width="32", steps="10")
    app.button(key="fit_start").click()
    settle(app.run())
    assert not app.exception
    assert any("100 updates" in block.value for block in app.caption)


def test_one_slider_after_another_is_answered(open_page: Callable[..., AppTest]) -> None:
    app = finished(open_page("polymer", lab=LAB, denoiser="Exact", steps="10"))
    for T in (110, 120):
        app.slider(key="noise_T").set_value(T)
        finished(app.run())
        assert not app.exception and not app.error
        assert any("Copied from the training set?" in block.value for block in app.caption)


@pytest.mark.browser
def test_in_the_browser_the_chains_move(browser_page: BrowserPage) -> None:
    page = browser_page.open("polymer?lab=Noise+and+back&steps=20")
    player = page.locator(".player").first
    player.wait_for(timeout=60_000)
    page.locator('.player[data-playing="true"]').first.wait_for(timeout=60_000)
    moves(page, ".player canvas")
    at_rest(page)
    press(page.get_by_role("button", name="Stop before noise"))
    page.get_by_text("Not yet noise").first.wait_for(timeout=30_000)
    assert "schedule=linear" in page.url
    page.locator(".js-plotly-plot").nth(2).wait_for(timeout=60_000)
    assert not browser_page.exceptions()
    assert not browser_page.foreign_requests
    assert not browser_page.console_errors
