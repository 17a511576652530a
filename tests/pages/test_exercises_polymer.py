"""The exercises of the polymer page: each shows its point, in the numbers of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.evaluation.chains import bond_lengths, radius_of_gyration
from engine.experiments.polymer.latent_map import AUTOENCODER, LatentMap, MapSettings, Walk, walk
from engine.experiments.polymer.training import model_of
from engine.polymer import held_out
from engine.polymer.data import to_chains
from engine.polymer.vae import VAE
from engine.progress import finish
from tests.conftest import settle
from tests.exercises import Open


def distances(open_: Open, key: str) -> dict:
    return open_("polymer", key, lab="process")["polymer_assessment"].distances


def test_chains_from_a_wrong_start_are_too_short(open_: Open) -> None:
    early, same = distances(open_, "linear"), distances(open_, "same_start")
    assert early["ends"].distance > 3 * early["ends"].floor
    assert same["ends"].distance < 2 * same["ends"].floor
    made = open_("polymer", "linear", lab="process")["polymer_film"]
    ends = (made.samples[:, -1] - made.samples[:, 0]).norm(dim=1)
    assert float(ends.mean()) < 3.7  # the simulation: 4.1


def test_ten_steps_spoil_bonds_and_not_sizes(open_: Open) -> None:
    found = distances(open_, "ten_steps")
    assert found["bonds"].std > 2.5 * found["bonds"].data_std
    assert found["ends"].distance < 1.5 * found["ends"].floor
    assert found["gyration"].distance < 1.5 * found["gyration"].floor


def test_thirty_chains_are_no_copies(open_: Open) -> None:
    made = open_("polymer", "thirty", lab="process")
    assert not made["polymer_assessment"].copied
    assert made.app.session_state["polymer_shown"] == 30


def test_schedule_and_network_of_the_early_model_spoil_different_things(open_: Open) -> None:
    lecture = open_("polymer", "lecture", lab="compare")["trial_diffusion"].distances
    steep = open_("polymer", "steep", lab="compare")["trial_diffusion"].distances
    assert lecture["gyration"].distance > 10 * lecture["gyration"].floor
    assert steep["gyration"].distance < 0.3 * lecture["gyration"].distance
    assert min(lecture["bonds"].distance, steep["bonds"].distance) > 0.2


def test_twenty_steps_are_fast_and_still_nearer_than_the_vae(open_: Open) -> None:
    made = open_("polymer", "twenty_steps", lab="compare")
    twenty, vae = made["trial_diffusion"].distances, made["trial_vae"].distances
    every = open_("polymer", "", lab="compare")["trial_diffusion"].distances
    assert every["bonds"].distance < 0.25 * twenty["bonds"].distance
    assert twenty["bonds"].distance < 0.4 * vae["bonds"].distance


@pytest.mark.parametrize("seed", ["0", "1"])
def test_noise_in_the_latent_plane_helps_the_ends_and_not_the_bonds(open_: Open, seed: str) -> None:
    made = open_("polymer", "latent_plane", lab="compare", seed=seed)
    latent, vae = made["trial_latent"].distances, made["trial_vae"].distances
    assert latent["ends"].distance < 0.5 * vae["ends"].distance
    assert latent["bonds"].distance == pytest.approx(vae["bonds"].distance, rel=0.1)


def chain_at(open_: Open, key: str, **query: str) -> tuple[float, Tensor, float]:
    """Radius of gyration and (11,) bonds at the point; the share of codes within 0.4 of it."""
    made = open_("polymer", key, lab="map", **query)
    z = [float(part) for part in made.app.session_state["z"].split(",")]
    plane: LatentMap = made["map"]
    row, column = (int((plane.axis - value).abs().argmin()) for value in reversed(z))
    chain = plane.decoded[row, column]
    near = (plane.codes - torch.tensor(z)).norm(dim=1) < 0.4
    return float(radius_of_gyration(chain)), bond_lengths(chain), float(near.float().mean())


def test_bonds_are_short_where_codes_crowd_and_wrong_where_none_lies(open_: Open) -> None:
    simulated = bond_lengths(held_out())
    size, bonds, share = chain_at(open_, "crowded")
    assert size > 2.1 and share > 0.05
    assert float(bonds.mean()) == pytest.approx(0.65, abs=0.02)
    assert bonds.max() < 0.85 * simulated.mean()
    _, bonds, share = chain_at(open_, "corner")
    assert share == 0
    assert float(bonds.mean()) == pytest.approx(0.89, abs=0.02)
    assert bonds.max() - bonds.min() > 10 * simulated.std()


def test_the_walk_uphill_unfolds_a_coil_without_a_jump(open_: Open) -> None:
    chain_at(open_, "unfold")
    path = finish(walk(MapSettings(measure="ends"), Walk("up", (0.2, -2.3), 0)))
    chains = to_chains(finish(model_of(AUTOENCODER)).network(VAE).decode(path))
    sizes, ends = radius_of_gyration(chains), (chains[:, -1] - chains[:, 0]).norm(dim=1)
    assert sizes[-1] > 1.8 * sizes[0]
    assert ends[-1] > 6 * ends[0]
    assert ends.diff().min() > 0 and ends.diff().max() < 0.05 * ends[-1]


def test_an_exercise_moves_the_handle_and_the_hand_goes_on(open_page: Callable[..., Any]) -> None:
    app = settle(open_page("polymer", lab="map", z="1.00,1.00"))
    told = app.session_state["_walk"]
    app.button(key="try_corner").click()
    app = settle(app.run())
    assert app.query_params["z"] in ("3.00,-3.00", ["3.00,-3.00"])
    assert app.session_state["_walk"] == (told[0] + 1, [])
    app.button(key="try_over").click()
    app = settle(app.run())
    assert "z" not in app.query_params and app.session_state["_walk"] == (told[0] + 2, [])
    app.button(key="walk_up").click()
    app = settle(app.run())
    assert len(app.session_state["_walk"][1]) == 61


def readings(open_: Open, key: str) -> object:
    made = open_("polymer", key, lab="guide")
    texts = [m.value.replace("\u00a0", " ") for m in made.app.markdown]
    table = next(text for text in texts if text.startswith("|") and "Broken bonds" in text)
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()]
    return {
        row[0]: [float(c.split()[0].strip("%")) if c else 0.0 for c in row[1:]] for row in rows[2:]
    }


def test_guidance_in_numbers(open_: Open) -> None:
    compact, extended, strong = (readings(open_, k) for k in ("compact", "extended", "strong"))
    spread = next(name for name in compact if name.startswith("Spread of"))
    error = next(name for name in compact if name.startswith("Error"))
    assert compact[spread][0] < 0.15 * compact[spread][1]
    assert compact["Broken bonds"][0] < 5
    assert extended["Diversity"][0] < 0.85 * extended["Diversity"][1]
    assert strong["Broken bonds"][0] > 5 * strong["Broken bonds"][1]
    assert strong[error][0] > 2 * compact[error][0]


def test_the_gradient_pushes_outer_beads_inwards(open_: Open) -> None:
    film = open_("polymer", "gradient", lab="guide")["film_asked"]
    x, shift = film.x, film.shift
    inwards = -(x * shift).sum(dim=-1).flatten(1).mean(dim=1)
    late = inwards[3 * len(inwards) // 5 : -1]
    assert (late > 0).all()
    assert float(late.max()) > abs(float(inwards[0]))
