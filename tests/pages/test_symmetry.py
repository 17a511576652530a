"""The page Symmetry: both ways round the square, and what was taught in one direction."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import Generator

from engine.cartesian.plain import Equivariant, Plain, Velocity
from engine.experiments.symmetry.message import message
from engine.experiments.symmetry.packed import packed_network
from engine.experiments.symmetry.turning import TurnSettings, turn
from engine.networks.perceptron import alpha_bar_of_phase
from engine.progress import finish
from pages.ui.wording import fixed
from tests.conftest import BrowserPage, place, press, settle
from tests.exercises import Open, opener

SAMPLE = Path(__file__).parents[1] / "js" / "symmetry.json"
NOISE = 0.35


@pytest.fixture
def open_(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> Open:
    return opener(open_page, monkeypatch)


# ---------------------------------------------------------------------------- what the browser does


def small() -> dict[str, Velocity]:
    """Two untrained networks of five beads, whose every layer has something to say."""
    made: dict[str, Velocity] = {
        "egnn": Equivariant(5, 6, 2, Generator().manual_seed(1)),
        "plain": Plain(5, 8, 2, Generator().manual_seed(2)),
    }
    generator = Generator().manual_seed(3)
    for net in made.values():
        for weights in net.parameters():
            size = weights.shape[-1] ** -0.5
            weights.data = size * torch.randn(weights.shape, generator=generator)
    return made


def sample() -> dict[str, Any]:
    """A shape, networks as they are sent, and what they say: ``tests/js/symmetry.json``."""
    x = torch.randn(5, 3, generator=Generator().manual_seed(4))
    level = alpha_bar_of_phase(torch.tensor(NOISE))
    made: dict[str, Any] = {"x": _flat(x), "level": float(level), "networks": {}, "noise": {}}
    for key, net in small().items():
        head, weights = packed_network(net, NOISE)
        packed = {name: _flat(values) for name, values in weights.items()}
        made["networks"][key] = {**head, "weights": packed}
        made["noise"][key] = _flat(net.noise(x[None], level)[0])
    return made


def _flat(values: torch.Tensor) -> list[float]:
    return [round(value, 6) for value in values.detach().double().reshape(-1).tolist()]


def test_the_sample_for_the_scripts_says_what_the_networks_say() -> None:
    """Written anew by ``SAMPLE.write_text(json.dumps(sample()))``."""
    kept, made = json.loads(SAMPLE.read_text(encoding="utf-8")), sample()
    assert kept["networks"].keys() == made["networks"].keys()
    for key in made["noise"]:
        assert np.allclose(kept["noise"][key], made["noise"][key], atol=1e-5)
        for name, values in made["networks"][key]["weights"].items():
            assert np.allclose(kept["networks"][key]["weights"][name], values, atol=1e-5)


# -------------------------------------------------------------------------------------------- page


def texts(app: AppTest) -> str:
    return " ".join(each.value for each in [*app.markdown, *app.caption])


def test_it_opens_with_numbers_and_the_messages_of_a_bead(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page("symmetry", bead="4", layer="2"))
    assert not app.exception
    assert "Relative difference" in texts(app) and "place of bead 4 in layer 2" in texts(app)
    found = message(finish(turn(TurnSettings())), 3, 1)
    assert fixed(found.neighbours[0].distance, 2) in texts(app)
    assert fixed(found.total[0], 3) in texts(app)


def test_it_says_that_an_egnn_cannot_tell_mirror_images_apart(
    open_page: Callable[..., AppTest],
) -> None:
    said = texts(settle(open_page("symmetry", change="mirror")))
    assert "cannot tell a molecule from its mirror image" in said
    assert "torsional network" in said


def test_networks_trained_here_take_the_place_of_the_bundled_ones(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page("symmetry", fit_steps="50", fit_shapes="4"))
    before = texts(app)
    app.button(key="fit_start").click().run()
    app = settle(app)
    assert not app.exception
    assert app.toggle(key="_use_symmetry").value
    assert texts(app) != before


# --------------------------------------------------------------------------------------- exercises


def errors(found: Any) -> dict[str, dict[str, float]]:
    made: dict[str, dict[str, float]] = found["turn"].errors
    return made


@pytest.mark.parametrize("key", ["shift", "mirror", "renumber"])
def test_one_network_follows_and_the_other_does_not(open_: Open, key: str) -> None:
    found = errors(open_("symmetry", key))
    assert found["egnn"][key] < 1e-5 and found["plain"][key] > 0.3


def test_random_rotations_help_and_are_no_symmetry(open_: Open) -> None:
    found = errors(open_("symmetry", "augmented"))
    assert found["augmented"]["rotate"] < 0.5 * found["plain"]["rotate"]
    assert found["augmented"]["rotate"] > 1e4 * found["egnn"]["rotate"]


def test_much_noise_leaves_what_was_learned(open_: Open) -> None:
    """The clean shape that the plain network sees lies along x, however the input is turned."""
    made = open_("symmetry", "noisy")["turn"]
    level = torch.tensor(made.settings.alpha_bar)
    quarter = torch.tensor([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    seen = made.nets["plain"].clean((made.x_t @ quarter.T)[None], level)[0]
    way = seen[-1] - seen[0]
    assert float(way[0] / way.norm()) > 0.8
    assert made.errors["egnn"]["rotate"] < 1e-5


def test_steps_change_the_misfit_and_not_the_directions(open_: Open) -> None:
    few = open_("symmetry", "three_steps", view="taught")["taught"].sampled
    usual = open_("symmetry", "", view="taught")["taught"].sampled
    many = open_("symmetry", "fifty_steps", view="taught")["taught"].sampled
    assert few["egnn"].misfit > 2.5 * usual["egnn"].misfit
    for key in few:
        assert few[key].evenness == pytest.approx(usual[key].evenness, abs=0.06)
    assert many["augmented"].misfit > 0.9 * usual["augmented"].misfit
    assert many["augmented"].misfit > 2 * many["egnn"].misfit


def test_one_network_makes_both_hands(open_: Open) -> None:
    made = open_("symmetry", "hands", view="taught")["taught"]
    assert made.data.right == 1 and made.sampled["plain"].right > 0.97
    assert 0.4 < made.sampled["egnn"].right < 0.6


# ----------------------------------------------------------------------------------------- browser


def gaps(page: Any) -> list[float]:
    return [float(each.get_attribute("data-gap")) for each in page.locator(".number").all()]


def test_the_arrows_of_one_network_follow_a_hand(browser_page: BrowserPage) -> None:
    page = browser_page.open("symmetry")
    page.locator(".square[data-at]").wait_for(timeout=90_000)
    canvas = page.locator(".square canvas").first
    canvas.scroll_into_view_if_needed()
    box = place(canvas)
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 90, steps=4)
    page.mouse.up()
    page.wait_for_url("**hand=**")
    close, far = gaps(page)
    assert close < 1e-5 and far > 0.3
    turned = page.locator(".square").get_attribute("data-at")
    canvas.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('.st-key-symmetry_turn *') && "
        "[...document.querySelectorAll('.st-key-symmetry_turn *')].some((each) => "
        "each.shadowRoot?.querySelector('.square')?.dataset.at !== undefined && "
        "each.shadowRoot.querySelector('.square').dataset.at !== before)",
        arg=turned,
    )
    again = page.url
    browser_page.open(again.split("/", 3)[3])
    page.locator(".square[data-at]").wait_for(timeout=90_000)
    assert page.locator(".square").get_attribute("data-at") in again.replace("%5F", "_")
    press(page.get_by_text("Mirror", exact=True).first)
    page.locator(".square[data-kind=mirror]").wait_for(timeout=30_000)
    close, far = gaps(page)
    assert close < 1e-5 and far > 0.3
    assert not browser_page.exceptions() and not browser_page.console_errors
