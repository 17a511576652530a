"""The polymer laboratory: its views, their addresses, their numbers, and one browser journey."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from engine.experiments.polymer.comparison import N
from engine.experiments.polymer.sampling import start
from engine.polymer import distances, shipped, trajectory
from engine.polymer.sampling import final_chains
from engine.samplers import DDIM
from engine.streams import stream
from tests.conftest import BrowserPage, at_rest, moves, press, settle

QUICK = dict(rival_sampler="DDIM", rival_steps="10")


def text(app: AppTest) -> str:
    """All that the page says."""
    return " ".join(block.value for block in [*app.markdown, *app.caption])


def test_the_page_opens_with_the_plain_case(open_page: Callable[..., AppTest]) -> None:
    app = open_page("polymer", noise_T="20", polymer_n="100")
    assert app.session_state["lab"] == "process"
    assert not app.query_params.get("lab")


def test_a_former_link_without_a_view_opens_the_comparison(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page("polymer", **QUICK))
    assert not app.exception and not app.error
    said = text(app)
    assert "161,076" in said and "160,353" in said
    assert "times** as fast" in said


def test_the_table_has_the_numbers_of_the_engine(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page("polymer", seed="3", **QUICK))
    said = text(app)
    for key, sampler in (("ddpm", DDIM(steps=10)), ("vae", DDIM(steps=10))):
        model = shipped(key)
        x_T = start(N, model.recipe.noise_dim, 3)
        samples = final_chains(trajectory(model, x_T, sampler, stream(3, "reverse")))
        for found in distances(samples).values():
            assert f"{found.distance:.4f}\u00a0σ" in said
            assert f"{found.floor:.4f}\u00a0σ" in said


@pytest.mark.parametrize(
    ("lab", "query", "state"),
    [
        ("VAE against diffusion", dict(rival_steps="20", seed="5"), dict(rival_steps=20, seed=5)),
        (
            "Guidance",
            dict(wish_asked="2.2", wish_scale="3", way="Classifier", arrows="true"),
            dict(wish_asked=2.2, wish_scale=3.0, way="classifier", arrows=True),
        ),
        ("Latent map", dict(map_colour="End-to-end distance"), dict(map_colour="ends")),
    ],
)
def test_a_link_restores_each_view(
    open_page: Callable[..., AppTest], lab: str, query: dict[str, str], state: dict[str, object]
) -> None:
    quick = dict(rival_sampler="DDIM", guided_sampler="DDIM", guided_steps="10")
    app = settle(open_page("polymer", lab=lab, **{**quick, **query}))
    assert not app.exception and not app.error
    for key, value in state.items():
        assert app.session_state[key] == value


def test_a_point_of_the_map_comes_from_the_address(open_page: Callable[..., AppTest]) -> None:
    for place in ("0.50,-1.20", "nonsense", "nan,1", "99,-99"):
        app = settle(open_page("polymer", lab="Latent map", z=place))
        assert not app.exception and not app.error


def test_a_model_trained_on_the_page_is_put_to_use(open_page: Callable[..., AppTest]) -> None:
    query = dict(lab="Latent map", train_epochs="1", train_width="16", train_batch_size="1024")
    app = open_page("polymer", **query)
    app.button(key="train_start").click()
    settle(app.run())
    assert not app.exception
    assert any("8 updates" in block.value for block in app.caption)
    assert app.toggle(key="_use_polymer_vae").value


@pytest.mark.browser
def test_in_the_browser_chains_coalesce_and_follow_the_handle(browser_page: BrowserPage) -> None:
    page = browser_page.open("polymer?rival_sampler=DDIM&rival_steps=20")
    page.locator(".player").first.wait_for(timeout=60_000)
    moves(page, ".player canvas", 1)
    press(page.get_by_text("Guidance", exact=True).first)
    page.get_by_text("Conditioned on Rg = 1.50").first.wait_for(timeout=60_000)
    press(page.get_by_text("Latent map", exact=True).first)
    plane = page.locator("canvas.map")
    plane.wait_for(timeout=60_000)
    chain = page.locator("canvas.chain")
    before = chain.screenshot()
    press(plane, position={"x": 120, "y": 160})
    assert chain.screenshot() != before  # at once: the browser decodes
    page.wait_for_url("**z=-*", timeout=30_000)
    assert not browser_page.exceptions()
    assert not browser_page.foreign_requests
    assert not browser_page.console_errors


@pytest.mark.browser
def test_in_the_browser_a_training_is_paused_and_put_to_use(browser_page: BrowserPage) -> None:
    page = browser_page.open("polymer?lab=Latent+map&train_epochs=200&train_batch_size=64")
    page.locator("canvas.map").wait_for(timeout=60_000)
    at_rest(page)
    press(page.get_by_text("Train a model yourself"))
    press(page.get_by_role("button", name="Train", exact=True))
    page.get_by_text("Training, loss").first.wait_for(timeout=60_000)
    page.locator(".js-plotly-plot").last.wait_for(timeout=60_000)  # the loss, while it trains
    press(page.get_by_role("button", name="Pause training"))
    page.get_by_text("Paused at update").wait_for(timeout=30_000)
    assert page.locator("canvas.map").is_visible(), "the page goes on with the model that ships"
    press(page.get_by_role("button", name="Use it as it stood"))
    page.get_by_text("Use my model on this page").wait_for(timeout=60_000)
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
