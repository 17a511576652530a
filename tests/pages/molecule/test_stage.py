"""The words of the stage."""

from __future__ import annotations

import pytest

from engine.experiments.molecule.hand import Cost
from pages.sections.molecule import stage


@pytest.mark.parametrize(
    ("energy", "words"),
    [(-1.26, "−1.3 kcal/mol (UFF)"), (5e9, "more than 999 kcal/mol (UFF)"), (None, "nothing")],
)
def test_the_cost_of_a_turn_is_told_as_far_as_a_force_field_knows(energy, words):
    assert stage._words(Cost(energy, "UFF", 0)).startswith(words)
