"""Sections stay at their places when a result arrives: one that moves closes in the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from pages.ui import jobs
from tests.conftest import settle

#: Views of pages with sections to open.
VIEWS: list[tuple[str, dict[str, str]]] = [
    ("helix", {"noise_T": "20"}),
    ("swiss_roll", {"noise_T": "20", "points_n": "100"}),
    ("one_dimension", {"noise_T": "20", "paths_n": "100"}),
    ("noise_schedules", {"all_T": "20"}),
    ("samplers", {"steps": "5", "shown": "ddim"}),
    ("own_data", {}),
    ("polymer", {"lab": "compare", "rival_sampler": "ddim", "rival_steps": "5"}),
    ("polymer", {"lab": "guide"}),
    ("polymer", {"lab": "map"}),
    ("polymer", {"lab": "process", "noise_T": "20", "polymer_n": "100"}),
    ("exact_learned", {"view": "score"}),
    ("exact_learned", {"view": "likelihood"}),
    ("exact_learned", {"view": "memory"}),
    ("symmetry", {}),
    ("symmetry", {"view": "taught"}),
    ("coordinates", {"ways_steps": "10", "ways_conformers": "1"}),
]


def sections(block: Block, path: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Labels of the sections in ``block`` and their places, exports left out."""
    for place, child in block.children.items():
        if isinstance(child, Block):
            if child.type == "expander" and "Export" not in child.label:
                yield child.label, (*path, place)
            yield from sections(child, (*path, place))


@pytest.mark.parametrize(("page", "query"), VIEWS, ids=str)
def test_sections_stay_where_they_are(
    open_page: Callable[..., AppTest],
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    query: dict[str, str],
) -> None:
    def nothing_yet(*args: object, **options: object) -> None:
        jobs.st.container()

    with monkeypatch.context() as early:
        early.setattr(jobs, "cached", nothing_yet)
        before = dict(sections(open_page(page, **query).main))
    late = settle(open_page(page, **query))
    assert not late.exception
    after = dict(sections(late.main))
    assert before
    assert before.items() <= after.items()
