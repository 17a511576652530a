"""Addresses that nobody would write: every control of every page with values that mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from engine.execution import Threads
from pages.ui import jobs
from pages.ui.jobs import shared, watching
from tests.conftest import settle

Open = Callable[..., AppTest]

#: Page and what its address says besides: each opens other controls.
VIEWS: list[tuple[str, dict[str, str]]] = [
    ("home", {}),
    ("one_dimension", {}),
    ("one_dimension", {"sampler": "heun", "denoiser": "exact"}),
    ("swiss_roll", {}),
    ("swiss_roll", {"schedule": "laplace", "sampler": "dpmpp_2m"}),
    ("helix", {}),
    ("polymer", {}),
    ("polymer", {"lab": "guide"}),
    ("polymer", {"lab": "map"}),
    ("polymer", {"lab": "process"}),
    ("noise_schedules", {}),
    ("noise_schedules", {"shown": "own"}),
    ("samplers", {}),
    ("own_data", {}),
    ("own_data", {"source": "file"}),
    ("exact_learned", {}),
    ("exact_learned", {"view": "likelihood"}),
    ("exact_learned", {"view": "memory"}),
    ("symmetry", {}),
    ("symmetry", {"view": "taught"}),
    ("coordinates", {}),
    ("coordinates", {"source": "file"}),
    ("molecule", {}),
    ("molecule", {"source": "smiles"}),
    ("molecule", {"source": "file"}),
]
HOSTILE = [
    "", "inf", "-inf", "nan", "9" * 400, "1e308", "-1", "0.5", "None", "[]", "\0", "[C@H](O)",
    "__class__", "../../etc/passwd",
]  # fmt: skip
#: All controls get these in turn; besides, each gets another of ``HOSTILE``.
EVERYWHERE = ("", "inf", "9" * 400)
KINDS = (
    "button_group", "checkbox", "multiselect", "number_input", "radio", "select_slider",
    "selectbox", "slider", "text_input", "toggle",
)  # fmt: skip


@pytest.fixture
def nothing_is_computed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Work is never done: what is fuzzed is the drawing of the controls."""
    monkeypatch.setattr(Threads, "accept", lambda self, task: None)
    monkeypatch.setattr(jobs, "AT_ONCE", 0.0)
    monkeypatch.setattr(jobs, "STALE_SECONDS", 0.0)
    monkeypatch.setattr(watching, "PATIENCE", 0.0)
    shared.tasks.clear()
    yield
    shared.tasks.clear()


def controls(app: AppTest) -> set[str]:
    """The keys of all controls that the page shows."""
    return {found.key for kind in KINDS for found in app.get(kind) if found.key}


def traces(app: AppTest) -> list[str]:
    return [f"{each.value} {each.stack_trace[-2:]}" for each in app.exception]


@pytest.mark.slow
@pytest.mark.parametrize(("page", "query"), VIEWS)
def test_no_address_ends_in_a_trace(
    nothing_is_computed: None, open_page: Open, page: str, query: dict[str, str]
) -> None:
    clean = open_page(page, **query)
    assert not traces(clean)
    keys = sorted(controls(clean) - set(query))
    first = VIEWS.index((page, query))  # so that each kind of control meets each text somewhere
    mixed = {key: HOSTILE[(first + k) % len(HOSTILE)] for k, key in enumerate(keys)}
    for asked in (mixed, *(dict.fromkeys(keys, text) for text in EVERYWHERE)):
        assert not traces(open_page(page, **asked, **query)), asked


#: Controls that are there only once something has been computed, or that choose what is shown.
LATER = [
    ("molecule", ["source", "definition", "stage", "results", "example", "device", "form",
                  "protonation", "relax", "gfn2", "export", "duplicates", "cluster",
                  "export_part"]),
    ("helix", ["data", "view", "ghost"]),
    ("exact_learned", ["view", "show_kind", "few_n"]),
    ("symmetry", ["view", "change", "rival", "bead", "layer"]),
    ("noise_schedules", ["back", "denoiser", "shown", "zero", "mode", "own", "data"]),
    ("samplers", ["eq_in", "eq_sampler", "eq_step", "eq_point", "axis", "shown", "steps"]),
    ("polymer", ["lab", "rival", "rival_sampler", "rival_steps", "train_model"]),
]  # fmt: skip
CHEAP = {"n": "1", "torsional_steps": "5", "torsional_candidates": "1", "points_n": "100",
         "noise_T": "20", "all_T": "20", "helix_n": "100"}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("page", "keys"), LATER)
def test_nor_do_the_controls_of_what_is_computed(
    open_page: Open, page: str, keys: list[str]
) -> None:
    for text in EVERYWHERE:
        app = settle(open_page(page, **dict.fromkeys(keys, text), **CHEAP), 300)
        assert not traces(app), text


@pytest.mark.parametrize("seed", ["inf", "nan", "9" * 400])
def test_a_seed_without_end_opens_the_page(
    nothing_is_computed: None, open_page: Open, seed: str
) -> None:
    app = open_page("swiss_roll", seed=seed, fit_seed=seed)
    assert not traces(app) and app.number_input(key="seed").value == 0
