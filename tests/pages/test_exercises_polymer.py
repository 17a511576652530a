"""The exercises of the polymer page: each shows its point, in the numbers of the page."""

from __future__ import annotations

import pytest

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
