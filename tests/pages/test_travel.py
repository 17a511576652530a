"""What pages ask for can be done in another process: arguments, news and results travel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.execution import Task, Threads, transfer
from pages.ui.jobs import shared
from tests.conftest import settle

#: Pages, with the settings that make them do less, and what else they compute.
PAGES: list[tuple[str, dict[str, str]]] = [
    ("home", {}),
    ("one_dimension", {}),
    ("swiss_roll", {"arrows": "true"}),
    ("helix", {}),
    ("polymer", {}),
    ("polymer", {"lab": "guidance"}),
    ("polymer", {"lab": "map"}),
    ("polymer", {"lab": "comparison"}),
    ("noise_schedules", {}),
    ("samplers", {}),
    ("own_data", {"points_n": "100"}),
    ("exact_learned", {"view": "score"}),
    ("exact_learned", {"view": "likelihood"}),
    ("exact_learned", {"view": "memory"}),
    ("symmetry", {}),
    ("symmetry", {"view": "taught"}),
    ("coordinates", {"ways_steps": "10", "ways_conformers": "1", "ways_references": "1"}),
    ("molecule", {"n": "2", "torsional_steps": "5", "relax": "true"}),
]


@pytest.fixture
def travelling(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything makes the way there and back; the names of what did."""
    accept, end = Threads.accept, Task.end
    names: list[str] = []

    def sent(self: Threads, task: Task[Any]) -> None:
        work = task.work
        fn, args = transfer.loads(transfer.dumps((work.fn, work.args)))
        assert fn is work.fn
        assert hash(args) == hash(work.args) or work.rests, "the same settings on either side"
        task.work = replace(work, args=args)
        names.append(work.name)
        accept(self, task)

    def received(self: Task[Any], result: Any = None, problem: BaseException | None = None) -> None:
        end(self, transfer.loads(transfer.dumps(result)), problem)

    shared.tasks.clear()  # else what another test has asked for stays at home
    monkeypatch.setattr(Threads, "accept", sent)
    monkeypatch.setattr(Task, "end", received)
    return names


@pytest.mark.slow
def test_all_that_pages_ask_for_travels(
    open_page: Callable[..., AppTest], travelling: list[str]
) -> None:
    for name, query in PAGES:
        app = settle(open_page(name, **query), 120.0)
        assert not app.exception and not app.error, (name, query)
    app = settle(open_page("own_data", points_n="100", fit_steps="100", fit_width="16"))
    app.button(key="fit_start").click()
    app = settle(app.run())
    assert not app.exception and app.metric
    assert len(set(travelling)) > 15
