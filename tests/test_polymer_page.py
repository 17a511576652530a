"""The polymer laboratory: its views, their addresses, their numbers, and one browser journey."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import Generator, Tensor

from engine.chains.draw import draw, guided
from engine.chains.measure import adherence, distances, held_out
from engine.chains.models import POLYMER, shipped
from engine.sample import DDIM, DDPM
from engine.sampler import Sampler
from pages.ui import polymer_compare, polymer_guidance, polymer_map
from pages.ui.polymer_guidance import Wish
from tests.conftest import BrowserPage, frames_differ, settle

QUICK = dict(rival_sampler="DDIM", rival_steps="10")


def no_report(*_: object, **__: object) -> None:
    """A report that nobody reads."""


def text(app: AppTest) -> str:
    """All that the page says."""
    return " ".join(block.value for block in [*app.markdown, *app.caption])


def shipped_models() -> polymer_guidance.Models:
    return tuple((key, shipped(key)) for key in ("told", "size"))


def filmed(way: str, wish: Wish, sampler: Sampler) -> polymer_guidance.Flock:
    """What the guidance view shows, with the models that ship."""
    return polymer_guidance.flock(no_report, shipped_models(), way, wish, sampler, 0, True)


def sampled(way: str, wish: Wish, sampler: Sampler) -> Tensor:
    """What the guidance view counts, with the models that ship."""
    return polymer_guidance.crowd(no_report, shipped_models(), way, wish, sampler, 0)


def test_the_page_opens_on_the_comparison(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page("polymer", **QUICK))
    assert not app.exception and not app.error
    said = text(app)
    assert "161,076" in said and "160,353" in said
    assert "times** as fast" in said


def test_the_table_has_the_numbers_of_the_engine(open_page: Callable[..., AppTest]) -> None:
    app = settle(open_page("polymer", seed="3", **QUICK))
    said = text(app)
    for key, sampler in (("ddpm", DDIM(steps=10)), ("vae", DDIM(steps=10))):
        samples = draw(shipped(key), polymer_compare.N, Generator().manual_seed(3), sampler)
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
    for told in ("0.50,-1.20", "nonsense", "nan,1", "99,-99"):
        app = settle(open_page("polymer", lab="Latent map", z=told))
        assert not app.exception and not app.error


def test_guided_chains_are_as_large_as_asked_and_the_others_are_not() -> None:
    for way in ("free", "classifier"):
        wish = Wish(asked=2.2, scale=1.5)
        with_wish, without = (
            adherence(sampled(way, each, DDPM(steps=50)), wish.asked)
            for each in (wish, Wish(scale=0.0))
        )
        assert with_wish.error < 0.08 < without.error
        assert with_wish.spread < without.spread


def test_without_a_scale_the_wish_does_not_matter() -> None:
    for way in ("free", "classifier"):
        small, large = (Wish(asked, 0.0) for asked in (1.4, 2.4))
        one, other = (sampled(way, wish, DDIM(steps=5)) for wish in (small, large))
        assert torch.equal(one, other)
        assert filmed(way, small, DDIM(steps=5)).pull.abs().max() == 0


def test_arrows_are_what_guidance_adds_to_the_prediction() -> None:
    wish = Wish(asked=1.5, scale=2.0)
    made = filmed("classifier", wish, DDIM(steps=6))
    k = 3
    level = float(polymer_guidance.STEEP.alpha_bar(int(made.t[k])))
    x_t = (made.x[k] / POLYMER.scale).flatten(1)
    loud, quiet = (guided("classifier", 1.5, scale)(x_t, level) for scale in (2.0, 0.0))
    expected = POLYMER.to_chain(loud - quiet)
    torch.testing.assert_close(made.pull[k], expected, rtol=1e-3, atol=1e-4)


def test_between_grid_points_the_map_hardly_differs_from_the_decoder() -> None:
    """The browser interpolates; a bead is off by a few hundredths of its size at most."""
    vae = shipped("vae")
    made = polymer_map.chart(no_report, vae, "gyration")
    middle = (made.chains[:-1, :-1] + made.chains[1:, :-1]) / 2
    middle = (middle + (made.chains[:-1, 1:] + made.chains[1:, 1:]) / 2) / 2
    points = polymer_map.latent.grid(polymer_map.REACH, polymer_map.CELLS)
    exact = vae.net.decode((points[:-1, :-1] + points[1:, 1:]).flatten(0, 1) / 2).detach()
    exact = exact.reshape(middle.shape) * POLYMER.scale
    assert (middle - exact).abs().max() < 0.1
    assert (middle - exact).square().mean().sqrt() < 0.01


def test_a_walk_between_two_chains_ends_at_their_codes() -> None:
    vae = shipped("vae")
    path = polymer_map.walk(vae, "between", "gyration", (0.0, 0.0), 4)
    codes, _ = vae.net.encode(held_out().flatten(1) / POLYMER.scale)
    for end in (path[0], path[-1]):
        assert (codes - end).norm(dim=1).min() < 1e-4


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
    assert frames_differ(page, ".player canvas", index=1)
    page.get_by_text("Guidance", exact=True).first.click()
    page.get_by_text("Asked for R_g = 1.50").first.wait_for(timeout=60_000)
    page.get_by_text("Latent map", exact=True).first.click()
    plane = page.locator("canvas.map")
    plane.wait_for(timeout=60_000)
    chain = page.locator("canvas.chain")
    before = chain.screenshot()
    plane.click(position={"x": 120, "y": 160})
    assert chain.screenshot() != before  # at once: the browser decodes
    page.wait_for_url("**z=-*", timeout=30_000)
    assert not browser_page.exceptions()
    assert not browser_page.foreign_requests
    assert not browser_page.console_errors


@pytest.mark.browser
def test_in_the_browser_a_training_is_stopped_and_put_to_use(browser_page: BrowserPage) -> None:
    page = browser_page.open("polymer?lab=Latent+map&train_epochs=200&train_width=16")
    page.locator("canvas.map").wait_for(timeout=60_000)
    page.get_by_text("Train a model yourself").click()
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Training, loss").first.wait_for(timeout=60_000)
    page.locator(".js-plotly-plot").last.wait_for(timeout=60_000)  # the loss, while it trains
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped before update").wait_for(timeout=30_000)
    assert page.locator("canvas.map").is_visible(), "the page goes on with the model that ships"
    page.get_by_role("button", name="Use it as it stood").click()
    page.get_by_text("Use my model on this page").wait_for(timeout=60_000)
    assert not browser_page.exceptions()
    assert not browser_page.console_errors
