"""Every exercise shows its point at its seed, in the numbers that its page computes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.evaluation.distances import nearest_distances
from engine.experiments.film import stored_points
from pages.sections.coordinates import lessons as coordinates
from pages.sections.exact_learned import lessons as exact_learned
from pages.sections.helix import lessons as helix
from pages.sections.noise_schedules import lessons as noise_schedules
from pages.sections.one_dimension import lessons as one_dimension
from pages.sections.own_data import lessons as own_data
from pages.sections.polymer import lessons as polymer
from pages.sections.samplers import lessons as samplers
from pages.sections.swiss_roll import lessons as swiss_roll
from pages.sections.symmetry import lessons as symmetry
from pages.ui import jobs
from pages.ui.lessons import Exercises
from tests.conftest import BrowserPage, at_rest, press, steady
from tests.exercises import Open

STRIPS: list[tuple[str, dict[str, str], Exercises]] = [
    ("one_dimension", {}, one_dimension.EXERCISES),
    ("swiss_roll", {}, swiss_roll.EXERCISES),
    ("helix", {}, helix.EXERCISES),
    ("noise_schedules", {}, noise_schedules.EXERCISES),
    ("samplers", {}, samplers.EXERCISES),
    ("exact_learned", {"view": "score"}, exact_learned.SCORE),
    ("exact_learned", {"view": "likelihood"}, exact_learned.LIKELIHOOD),
    ("exact_learned", {"view": "memory"}, exact_learned.MEMORY),
    ("polymer", {"lab": "process"}, polymer.PROCESS),
    ("polymer", {"lab": "compare"}, polymer.COMPARISON),
    ("polymer", {"lab": "guide"}, polymer.GUIDANCE),
    ("polymer", {"lab": "map"}, polymer.MAP),
    ("own_data", {}, own_data.EXERCISES),
    ("symmetry", {}, symmetry.TURN),
    ("symmetry", {"view": "taught"}, symmetry.TAUGHT),
    ("coordinates", {}, coordinates.EXERCISES),
]


def times(ratio: object) -> str:
    return f"{ratio.mean:.1f} ± {ratio.spread:.1f} ×"  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------- all of them


@pytest.mark.parametrize(("page", "view", "strip"), STRIPS, ids=lambda x: getattr(x, "name", ""))
def test_every_exercise_says_what_it_changes_and_asks(
    open_page: Callable[..., AppTest],
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    view: dict[str, str],
    strip: Exercises,
) -> None:
    def nothing_yet(*args: object, **options: object) -> None:
        """What a page shows before anything is computed."""

    monkeypatch.setattr(jobs, "cached", nothing_yet)
    for lesson in strip.entries:
        app = open_page(page, **{"try": lesson.key}, **view)
        assert not app.exception
        assert next(b.label for b in app.button if b.proto.type == "primary") == lesson.label
        said = next(m.value for m in app.markdown if m.value.startswith("**Changed:**"))
        own = {k: v for k, v in lesson.controls.items() if not k.startswith("_")}
        changed = [k for k, v in own.items() if strip.base.get(k) != v]
        assert said.count("** · ") + 1 == len(changed)
        assert lesson.question.endswith("?")
        assert lesson.answer.endswith(".")


# ----------------------------------------------------------------------------------- one dimension


def test_a_schedule_that_stops_early_misses_the_mean(open_: Open) -> None:
    made = open_("one_dimension", "early_end")["one_dimension"]
    error = abs(made.reverse.mean[-1] - made.exact.mean[0])
    assert error > 4 * made.errors.mean[0]
    fair = open_("one_dimension", "early_end", start_same="true")["one_dimension"]
    assert abs(fair.reverse.mean[-1] - fair.exact.mean[0]) < 2 * fair.errors.mean[0]


def test_fresh_noise_has_the_right_density_and_is_no_path(open_: Open) -> None:
    fresh = open_("one_dimension", "not_a_path")["one_dimension"]
    path = open_("one_dimension", "")["one_dimension"]
    assert fresh.paths.move > 3 * path.paths.move
    off = abs(fresh.forward.variance - fresh.exact.variance) / fresh.errors.variance
    assert off.mean() < 1.5


def test_without_noise_paths_keep_their_order(open_: Open) -> None:
    assert open_("one_dimension", "no_noise")["one_dimension"].paths.ordered == 1
    assert abs(open_("one_dimension", "")["one_dimension"].paths.ordered - 0.5) < 0.1


def test_five_steps_are_too_narrow_and_ten_less(open_: Open) -> None:
    def short(**query: str) -> float:
        made = open_("one_dimension", "five_steps", **query)["one_dimension"]
        return float((made.exact.variance[0] - made.reverse.variance[-1]) / made.errors.variance[0])

    assert short() > 4
    assert short(steps="10") < 0.65 * short()


def test_the_oracle_leads_every_path_home_and_the_exact_denoiser_does_not(open_: Open) -> None:
    assert open_("one_dimension", "oracle")["one_dimension"].paths.apart < 1e-3
    exact = open_("one_dimension", "oracle", denoiser="exact")["one_dimension"]
    assert 0.7 < exact.paths.apart < 1.3


# -------------------------------------------------------------------------------------- swiss roll


def test_the_score_leads_to_the_middle_and_then_to_the_nearest_arm(open_: Open) -> None:
    made = open_("swiss_roll", "score")
    field = made["score_network"]
    ends = torch.from_numpy(field.places + field.steps)
    points = made["swiss_roll"].forward[0]
    assert float(ends[0].norm(dim=1).median()) < 0.1
    assert float(nearest_distances(ends[-16], points).median()) < 0.1


def test_the_prediction_is_a_clump_in_the_middle_first(open_: Open) -> None:
    guess = open_("swiss_roll", "prediction")["swiss_roll"].guess
    spread = guess.std(dim=1).mean(dim=1)
    assert spread[0] < 0.1 * spread[-1]
    assert (spread[50] < spread[-1]) and spread[-1] > 0.8


def test_ten_steps_cost_and_ddpm_pays_more(open_: Open) -> None:
    ten = open_("swiss_roll", "ten_steps")["quality"].ratio
    every = open_("swiss_roll", "ten_steps", steps="all")["quality"].ratio
    ddpm = open_("swiss_roll", "ten_steps", sampler="ddpm")["quality"].ratio
    assert every.mean < 1 + 2 * every.spread
    assert ten.mean - 2 * ten.spread > every.mean
    assert ddpm.mean - 2 * ddpm.spread > ten.mean


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_an_early_end_has_a_worse_ratio_beyond_its_spread(open_: Open, seed: str) -> None:
    early = open_("swiss_roll", "early_end", seed=seed)
    fair = open_("swiss_roll", "early_end", seed=seed, schedule="cosine")["quality"].ratio
    ratio = early["quality"].ratio
    assert ratio.mean - 2 * ratio.spread > 1
    assert ratio.mean - 2 * ratio.spread > fair.mean
    assert abs(fair.mean - 1) < fair.spread
    shown = next(m.value for m in early.app.metric if m.label == "Ratio")
    assert shown == times(ratio)


def test_the_denoiser_of_stored_points_copies_and_the_network_does_not(open_: Open) -> None:
    exact = open_("swiss_roll", "memory")["quality"]
    network = open_("swiss_roll", "memory", denoiser="learned")["quality"]
    assert exact.nearest.samples < 0.5 * exact.nearest.fresh
    assert network.nearest.samples > 0.75 * network.nearest.fresh
    assert abs(exact.ratio.mean - network.ratio.mean) < exact.ratio.spread + network.ratio.spread
    assert exact.nearest.stored == len(stored_points("pinwheel")) == 1000  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------- helix


def test_helices_from_a_wrong_start_are_too_short_without_noise(open_: Open) -> None:
    def measures(**query: str) -> dict:
        return {m.name: m for m in open_("helix", "early_end", **query)["helix_film"].measures}

    ddim, ddpm = measures(), measures(sampler="ddpm")
    rise = ddim["rise"]
    assert rise.data.mean - rise.sampled.mean > rise.sampled.deviation + rise.data.deviation
    assert abs(ddpm["rise"].sampled.mean - rise.data.mean) < rise.data.deviation
    assert ddim["third"].data.mean - ddim["third"].sampled.mean > 1.5 * ddim["third"].data.deviation
    assert ddim["start"].sampled.mean > 1.4 * ddim["start"].data.mean


def test_helices_in_ten_steps_are_right_and_too_alike(open_: Open) -> None:
    made = {m.name: m for m in open_("helix", "ten_steps")["helix_film"].measures}
    near = made["neighbours"]
    assert abs(near.sampled.mean - near.data.mean) < 0.3 * near.data.deviation
    assert near.sampled.deviation < 0.5 * near.data.deviation


def test_only_one_row_tells_copied_helices(open_: Open) -> None:
    exact = {m.name: m for m in open_("helix", "memory")["helix_film"].measures}
    network = {m.name: m for m in open_("helix", "")["helix_film"].measures}
    assert exact["nearest"].sampled.mean < 0.01
    assert network["nearest"].sampled.mean > 0.75 * network["nearest"].data.mean
    for name in ("rise", "radius", "fourth"):
        assert abs(exact[name].sampled.mean - exact[name].data.mean) < exact[name].data.deviation


# --------------------------------------------------------------------------------- noise schedules


def costs(made: object) -> dict[str, object]:
    shown = made["race_cost"]  # type: ignore[index]
    return dict(enumerate(shown))


def test_thirty_steps_are_enough_for_cosine_alone(open_: Open) -> None:
    made = open_("noise_schedules", "thirty_steps")
    cost = dict(zip(("linear", "cosine", "quadratic", "sigmoid"), made["race_cost"], strict=True))
    for key in ("linear", "quadratic", "sigmoid"):
        assert cost[key].noise - 2 * cost[key].noise_spread > 10
    assert cost["cosine"].noise - 2 * cost["cosine"].noise_spread < 1


def test_schedules_stretched_to_zero_are_right(open_: Open) -> None:
    plain, zero, other, other_zero = open_("noise_schedules", "stretched")["race_cost"]
    assert min(plain.noise, other.noise) > 10
    assert max(zero.noise, other_zero.noise) < 1.5


def test_a_wrong_start_costs_more_without_noise(open_: Open) -> None:
    linear, cosine, _ = open_("noise_schedules", "no_noise")["race_cost"]
    noisy, *_ = open_("noise_schedules", "no_noise", back="ddpm")["race_cost"]
    assert linear.noise - 2 * linear.noise_spread > 1.5 * noisy.noise
    assert cosine.noise < 2


def test_a_cliff_reaches_noise_and_is_still_bad(open_: Open) -> None:
    cosine, own = open_("noise_schedules", "cliff")["race_cost"]
    assert cosine.noise < 1.5
    assert own.own - 2 * own.own_spread > 5


# ---------------------------------------------------------------------------------------- samplers


def lanes(made: object) -> dict[str, object]:
    return {lane.sampler.key: lane for lane in made["samplers"].lanes}  # type: ignore[index]


def test_five_steps_spare_flow_matching(open_: Open) -> None:
    five, twenty = lanes(open_("samplers", "five_steps")), lanes(open_("samplers", ""))
    for key in ("ddpm", "ddim"):
        assert five[key].ratios["energy"].mean > 3 * twenty[key].ratios["energy"].mean
    flow = five["flow_heun"].ratios["energy"]
    assert flow.mean < 1 + 2 * flow.deviation
    assert flow.mean < 0.5 * five["ddim"].ratios["energy"].mean


def test_for_equal_calls_the_multistep_method_is_best(open_: Open) -> None:
    made = open_("samplers", "equal_calls")
    found = lanes(made)
    schedule = next(iter(made["samplers"].lanes)).sampler
    assert schedule is not None
    energy = {key: lane.ratios["energy"].mean for key, lane in found.items()}
    assert min(energy, key=energy.__getitem__) == "dpmpp_2m"
    assert found["heun"].sampler.steps == 5 and found["dpmpp_2m"].sampler.steps == 10


def test_some_noise_stands_between(open_: Open) -> None:
    found = lanes(open_("samplers", "some_noise"))
    assert 0 == found["euler"].twins < found["ddim"].twins < found["ddpm"].twins
    assert max(lane.ratios["energy"].mean for lane in found.values()) < 3


def test_all_without_noise_end_together(open_: Open) -> None:
    found = open_("samplers", "all")["samplers"].lanes
    assert max(lane.from_flow for lane in found if not lane.sampler.random) < 0.06
    assert len(found) > 5


# ------------------------------------------------------------------------------- exact and learned


def levels(made: object) -> list[float]:
    return [level.relative for level in made["score_fields"].levels]  # type: ignore[index]


def test_two_spirals_are_harder_than_eight_gaussians(open_: Open) -> None:
    hard = max(levels(open_("exact_learned", "hard", view="score")))
    easy = max(levels(open_("exact_learned", "", view="score")))
    assert hard > 0.4
    assert easy < 0.2


def test_scores_differ_near_the_data_alone(open_: Open) -> None:
    for key in ("swiss_roll", "line"):
        found = levels(open_("exact_learned", key, view="score"))
        assert max(found[: len(found) // 2]) < 0.05 < max(found[-10:])


def test_the_score_of_stored_points_is_another(open_: Open) -> None:
    assert levels(open_("exact_learned", "stored_points", view="score"))[-1] > 0.9


def test_an_early_end_spoils_the_likelihood_of_the_exact_score(open_: Open) -> None:
    early = open_("exact_learned", "early_end", view="likelihood")["likelihood"].numbers
    fair = open_("exact_learned", "two_peaks", view="likelihood")["likelihood"].numbers
    assert early.solver > 100 * fair.solver


def test_eight_steps_add_up_to_more_than_one(open_: Open) -> None:
    found = open_("exact_learned", "eight_steps", view="likelihood")["likelihood"]
    assert found.numbers.kl.mean < -5 * found.numbers.kl.error
    assert found.mass > 1.04
    fair = open_("exact_learned", "two_peaks", view="likelihood")["likelihood"]
    assert found.numbers.solver > 40 * fair.numbers.solver
    assert abs(fair.mass - 1) < 1e-3


def test_two_spirals_have_a_divergence_beyond_its_error(open_: Open) -> None:
    kl = open_("exact_learned", "two_spirals", view="likelihood")["likelihood"].numbers.kl
    assert 0.05 < kl.mean < 0.2
    assert kl.mean > 3 * kl.error


@pytest.mark.slow
def test_memory_depends_on_points_and_weights(open_: Open) -> None:
    def pupil(key: str) -> object:
        made = open_("exact_learned", key, view="memory").app
        return made.session_state["_jobs"]["small_network"].result.samples.memory

    eight, small, thousand = map(pupil, ("eight", "small", "thousand"))
    assert eight.verdict == "memorises" and eight.copies > 0.8  # type: ignore[attr-defined]
    assert small.copies < 0.1 and small.verdict == "neither"  # type: ignore[attr-defined]
    assert small.energy > 10  # type: ignore[attr-defined]
    assert thousand.verdict == "generalises"  # type: ignore[attr-defined]
    assert thousand.energy < 1.5  # type: ignore[attr-defined]


def test_memory_without_training(open_: Open) -> None:
    found = open_("exact_learned", "untrained", view="memory")["memory"]
    assert found.exact.memory.verdict == "memorises"
    assert found.bundled.memory.verdict == "generalises"


# ------------------------------------------------------------------------------------ in a browser


@pytest.mark.browser
def test_in_a_narrow_window_an_exercise_is_chosen_by_the_keyboard(
    browser_page: BrowserPage,
) -> None:
    browser_page.page.set_viewport_size({"width": 390, "height": 844})
    page = browser_page.open("one_dimension?noise_T=20&paths_n=100")
    button = page.get_by_role("button", name="Know the answer")
    button.focus()
    at_rest(page)
    page.keyboard.press("Enter")
    card = page.locator(".st-key-exercise")
    card.get_by_text("Look at").wait_for(timeout=60_000)
    page.wait_for_url("**try=oracle*", timeout=30_000)
    strip = steady(page, page.locator(".st-key-try").bounding_box)
    chosen = button.bounding_box()
    assert strip["x"] + strip["width"] <= 390, "the strip scrolls, the page does not"
    assert strip["height"] < 70, "one line"
    assert chosen["x"] + chosen["width"] <= 390, "the exercise that is on is in sight"
    at_rest(page)
    assert card.bounding_box()["height"] < 70, "two lines until it is unfolded"
    card.locator("summary", has_text="More").press("Enter")
    card.get_by_text("Start where").wait_for()
    assert not card.get_by_text("The oracle is told").is_visible()
    press(card.get_by_text("Answer", exact=True))
    card.get_by_text("The oracle is told").wait_for()
    assert not browser_page.exceptions()
    assert not browser_page.console_errors


@pytest.mark.browser
def test_in_a_browser_memory_opens_with_a_network_in_training(browser_page: BrowserPage) -> None:
    page = browser_page.open("exact_learned?view=memory")
    page.locator(".st-key-exercise").wait_for(timeout=60_000)
    assert page.get_by_role("switch", name="Train").is_checked()
    page.get_by_text("update 3,000 of 3,000").wait_for(timeout=120_000)
    assert not browser_page.exceptions()
