"""From a SMILES to an SDF that opens elsewhere, with a model that is small but real."""

import numpy as np
import pytest
import torch
from rdkit import Chem

from engine import conformers
from engine.chem.energy import mmff_energies
from engine.conformers import generate
from engine.seeds import unstrained
from engine.torsional.model import TorsionalModel, load
from engine.torsional.network import TorsionNet, TorsionNetOptions
from engine.torsional.sample import SampleOptions
from tests.molecules import DRUG, IBUPROFEN, chem


@pytest.fixture(scope="module")
def small() -> TorsionalModel:
    torch.manual_seed(0)
    return TorsionalModel(TorsionNet(TorsionNetOptions(scalars=16, vectors=8)).eval(), {})


def test_everything_measured_belongs_to_the_conformers(small):
    mol = chem(IBUPROFEN)
    made = generate(mol, small, 3, SampleOptions(steps=5))
    assert made.frames.shape == (6, 3, 33, 3) and made.sigmas[-1] == 0.0
    assert np.array_equal(made.molecule.xyz, made.frames[-1])
    assert np.allclose(made.energies, mmff_energies(mol, made.molecule.xyz))
    assert made.energy_name == "MMFF94s"
    assert made.bond_change.max() < 1e-4 and not made.stereo_errors.any()


def test_progress_counts_up_to_the_end_and_can_stop_the_work(small):
    steps = []
    options = SampleOptions(steps=5, retries=0, candidates=3)
    generate(chem(IBUPROFEN), small, 2, options, progress=steps.append)
    fractions = [s.fraction for s in steps]
    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1.0)
    assert [s.stage for s in steps] == (["embedding"] * 2 + ["folding"] * 6 + ["choosing"] * 7)
    assert [len(s.xyz) for s in steps] == [1, 2] + [2] * 13

    class Stop(Exception):
        pass

    def stop(step):
        if step.stage == "folding":
            raise Stop

    with pytest.raises(Stop):
        generate(chem(IBUPROFEN), small, 2, SampleOptions(steps=5), progress=stop)


def test_conformers_are_chosen_from_candidates_of_the_same_seeds(small):
    mol, options = chem(DRUG), dict(steps=5, retries=0)
    alone = generate(mol, small, 4, SampleOptions(**options, candidates=1))
    assert np.array_equal(alone.starts, alone.seeds[unstrained(mol, alone.seeds, 4)])
    best = generate(mol, small, 4, SampleOptions(**options, candidates=3))
    assert np.array_equal(best.seeds, alone.seeds) and best.frames.shape == alone.frames.shape
    assert best.scores.shape == alone.scores.shape
    for start in best.starts:
        assert any(np.array_equal(start, seed) for seed in best.seeds)
    assert best.bond_change.max() < 1e-4 and best.angle_change.max() < 1e-3


def test_progress_never_goes_back_while_clashes_are_folded_again(small):
    steps = []
    generate(chem(DRUG), small, 4, SampleOptions(steps=5, retries=3), progress=steps.append)
    fractions = [s.fraction for s in steps]
    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1.0)
    assert "folding again" in [s.stage for s in steps]
    assert all(len(s.xyz) == 4 for s in steps if s.stage != "embedding")


def test_the_command_writes_an_sdf_that_rdkit_opens(tmp_path, capsys):
    out = tmp_path / "butane.sdf"
    conformers.main(["CCCCO", "-n", "4", "--steps", "10", "--out", str(out)])
    assert "4 conformers" in capsys.readouterr().out
    records = list(Chem.SDMolSupplier(str(out), removeHs=False))
    assert len(records) == 4 and all(m.GetNumAtoms() == 15 for m in records)
    assert all(m.GetProp("model") == "torus" for m in records)


def test_the_command_says_what_is_wrong_in_one_sentence():
    with pytest.raises(SystemExit) as stopped:
        conformers.main(["c1ccccc1"])
    assert "rotatable" in str(stopped.value) and "\n" not in str(stopped.value)


def test_trained_samples_are_lower_in_energy_than_random_torsions():
    mol = chem(IBUPROFEN)
    made = generate(mol, load(), 20)
    random = mmff_energies(mol, made.frames[0])
    assert np.median(made.energies) < np.median(random) - 3
