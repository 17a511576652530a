"""Resampling: fewer clashes, and nothing else is touched."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.chem.structure import count_clashes, max_bond_change
from engine.conformers import ConformerOptions, denoise
from engine.progress import Step, finish
from engine.torsional import TorsionalModel, TorsionNet, TorsionNetOptions
from tests.molecules import DRUG, IBUPROFEN, chem, record, seeds


@pytest.fixture(scope="module")
def blind() -> TorsionalModel:
    """An untrained network, whose samples often clash."""
    torch.manual_seed(0)
    return TorsionalModel(TorsionNet(TorsionNetOptions(scalars=16, vectors=8)).eval(), {})


def test_only_clashing_conformers_are_resampled(
    blind: TorsionalModel,
) -> None:
    mol, start = chem(IBUPROFEN), seeds(IBUPROFEN, 12)
    steps: list[Step] = []

    def run(retries: int):
        options, generator = ConformerOptions(steps=4, retries=retries), torch.Generator()
        generator.manual_seed(1)
        work = denoise(mol, record(IBUPROFEN), blind, start, options, generator)
        return finish(work, steps.append)

    once, often = run(0), run(3)
    before, after = (count_clashes(mol, made.frames[-1]) for made in (once, often))
    clashing = before > 0
    assert 0 < clashing.sum() < len(start), "the test needs both kinds"
    assert (after <= before).all() and (after < before)[clashing].any()
    assert np.array_equal(once.frames[:, ~clashing], often.frames[:, ~clashing])
    assert np.array_equal(once.scores[:, ~clashing], often.scores[:, ~clashing])
    assert often.frames.shape == (5, 12, *start.shape[1:]) and often.scores.shape[:2] == (4, 12)
    assert max_bond_change(start, often.frames[-1], record(IBUPROFEN).bonds).max() < 1e-4
    again = [step for step in steps if step.partial.attempt]
    assert again[0].partial.attempt == 1 and again[0].partial.stage == "resampling"
    assert [step.done for step in again[:5]] == [0, 1, 2, 3, 4]
    assert again[0].message == "Resampling clashing conformers, step 0 of 4"
    assert np.array_equal(again[0].partial.xyz[~clashing], once.frames[-1][~clashing])


def test_the_whole_reverse_process_of_a_resampled_conformer_is_kept(blind: TorsionalModel) -> None:
    """Frames between belong to the conformer that stands at the end: only torsions differ."""
    start = seeds(DRUG, 6)
    generator = torch.Generator().manual_seed(2)
    options = ConformerOptions(steps=4, retries=2)
    made = finish(denoise(chem(DRUG), record(DRUG), blind, start, options, generator))
    for frame in made.frames:
        assert max_bond_change(start, frame, record(DRUG).bonds).max() < 1e-4
    assert made.sigmas[0] > 3 and made.sigmas[-1] == 0
