"""From a SMILES to an SDF that opens elsewhere, with a model that is small but real."""

import numpy as np
import pytest
import torch
from rdkit import Chem

from engine.chem.energy import ForceField
from engine.chem.reading import MoleculeError, from_file, from_smiles
from engine.chem.writing import ConformerSet, to_sdf, to_sdf_file
from engine.conformers import ConformerOptions, generate, generate_together, relax, unstrained
from engine.conformers.__main__ import main
from engine.progress import Step, finish
from engine.torsional import TorsionalModel, TorsionNet, TorsionNetOptions, load
from tests.molecules import DRUG, IBUPROFEN, chem


@pytest.fixture(scope="module")
def small() -> TorsionalModel:
    torch.manual_seed(0)
    return TorsionalModel(TorsionNet(TorsionNetOptions(scalars=16, vectors=8)).eval(), {})


def test_everything_measured_belongs_to_the_conformers(small):
    mol = chem(IBUPROFEN)
    made = finish(generate(mol, small, 3, ConformerOptions(steps=5)))
    assert made.process.frames.shape == (6, 3, 33, 3) and made.process.sigmas[-1] == 0.0
    assert np.array_equal(made.samples.xyz, made.process.frames[-1])
    assert np.allclose(made.samples.energies, ForceField(mol).energies(made.samples.xyz))
    assert np.allclose(made.classical.energies, ForceField(mol).energies(made.classical.xyz))
    assert made.energy_name == "MMFF94s" and made.classical.source == "ETKDGv3 + MMFF94s"
    assert made.checks.bond_change.max() < 1e-4 and not made.checks.stereo_errors.any()
    assert made.seconds > made.samples.seconds > 0


def test_every_run_has_a_number_of_its_own_even_when_the_one_before_is_gone(small):
    serials = []
    for _ in range(3):
        made = finish(generate(chem(IBUPROFEN), small, 1, ConformerOptions(steps=5, candidates=1)))
        serials.append(made.serial)
        del made
    assert len(set(serials)) == 3


def stages(steps: list[Step]) -> list[str]:
    return [step.partial.stage for step in steps if step.partial is not None]


def test_progress_counts_up_to_the_end(small):
    steps: list[Step] = []
    options = ConformerOptions(steps=5, retries=0, candidates=3)
    finish(generate(chem(IBUPROFEN), small, 2, options), steps.append)
    fractions = [s.fraction for s in steps]
    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1.0)
    assert stages(steps) == ["embedding"] * 2 + ["denoising"] * 6 + ["ranking"] * 7
    assert [len(s.partial.xyz) for s in steps[1:]] == [1, 2] + [2] * 13
    assert steps[4].message == "Denoising, step 1 of 5"
    assert steps[-2].message == "Ranking candidate 6 of 6"


def test_work_that_is_asked_for_no_more_steps_stops(small, monkeypatch):
    calls = []
    score = TorsionalModel.score
    monkeypatch.setattr(
        TorsionalModel, "score", lambda self, *a: calls.append(1) or score(self, *a)
    )
    work = generate(chem(IBUPROFEN), small, 2, ConformerOptions(steps=5))
    while not calls:
        next(work)
    work.close()
    assert len(calls) == 1 and next(work, None) is None


def test_conformers_are_chosen_from_candidates_of_the_same_local_structures(small):
    mol, options = chem(DRUG), dict(steps=5, retries=0)
    alone = finish(generate(mol, small, 4, ConformerOptions(**options, candidates=1)))
    local = alone.classical.xyz
    assert np.array_equal(alone.starts, local[unstrained(mol, local, 4)])
    best = finish(generate(mol, small, 4, ConformerOptions(**options, candidates=3)))
    assert np.array_equal(best.classical.xyz, local)
    assert best.process.frames.shape == alone.process.frames.shape
    assert best.process.scores.shape == alone.process.scores.shape
    for start in best.starts:
        assert any(np.array_equal(start, structure) for structure in local)
    assert best.checks.bond_change.max() < 1e-4 and best.checks.angle_change.max() < 1e-3


def test_progress_never_goes_back_while_clashing_conformers_are_resampled(small):
    steps: list[Step] = []
    options = ConformerOptions(steps=5, retries=3)
    finish(generate(chem(DRUG), small, 4, options), steps.append)
    fractions = [s.fraction for s in steps]
    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1.0)
    assert "resampling" in stages(steps)
    assert all(len(s.partial.xyz) == 4 for s in steps[5:])


def test_relaxing_lowers_every_energy_and_says_so(small):
    mol = chem(IBUPROFEN)
    made = finish(generate(mol, small, 3, ConformerOptions(steps=5)))
    relaxed = finish(relax(mol, made.samples))
    assert (relaxed.energies < made.samples.energies).all()
    assert relaxed.source == "Torsional diffusion, then MMFF94s"


def test_the_command_writes_an_sdf_that_rdkit_opens(tmp_path, capsys):
    out = tmp_path / "butane.sdf"
    main(["CCCCO", "-n", "4", "--steps", "10", "--out", str(out)])
    assert "4 conformers" in capsys.readouterr().out
    records = list(Chem.SDMolSupplier(str(out), removeHs=False))
    assert len(records) == 4 and all(m.GetNumAtoms() == 15 for m in records)
    assert all("torus" in m.GetProp("network") for m in records)
    assert all(m.GetProp("energy_note") == "single point, not minimised" for m in records)


def test_the_command_writes_what_the_download_of_the_same_run_holds(tmp_path):
    """Torsions, energies and the fields of the input file, record by record."""
    given = from_smiles("CCCCO", name="butanol")
    given.SetProp("supplier", "somebody")
    source, out = tmp_path / "butanol.sdf", tmp_path / "out.sdf"
    source.write_text(to_sdf(given, given.GetConformer().GetPositions()[None]), encoding="utf-8")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        main([str(source), "-n", "3", "--steps", "5", "--seed", "4", "--out", str(out)])
        mol = from_file(source.name, source.read_bytes())
        made = finish(generate(mol, load(), 3, ConformerOptions(steps=5), seed=4))
    finally:
        torch.set_num_threads(threads)
    samples = ConformerSet(mol, made.samples, made.properties(made.samples))
    written, wanted = (
        text.split("$$$$\n") for text in (out.read_text(encoding="utf-8"), to_sdf_file(samples))
    )
    assert len(written) == 4
    for record, expected in zip(written, wanted, strict=True):
        assert record.splitlines()[2:] == expected.splitlines()[2:]
    for field in ("torsions_degrees", "torsion_atoms", "supplier", "starting_structures"):
        assert f"<{field}>" in written[0]


def test_trained_samples_are_lower_in_energy_than_random_torsions():
    mol = chem(IBUPROFEN)
    made = finish(generate(mol, load(), 20))
    random = ForceField(mol).energies(made.process.frames[0])
    assert np.median(made.samples.energies) < np.median(random) - 3


def test_molecules_together_have_the_conformers_that_they_would_have_alone():
    model, options = load(), ConformerOptions(steps=3, candidates=2, diversity=1.0)
    mols = [from_smiles("CC(C)Cc1ccc(cc1)C(C)C(=O)O"), from_smiles("CCOCC")]
    together = generate_together(mols, model, 2, options, seed=3)
    for mol, made in zip(mols, together, strict=True):
        alone = finish(generate(mol, model, 2, options, seed=3))
        assert np.abs(made.samples.xyz - alone.samples.xyz).max() < 1e-3
        assert made.process.scores.shape == alone.process.scores.shape


def test_a_molecule_that_cannot_be_done_costs_the_others_nothing():
    rigid, chain = Chem.AddHs(Chem.MolFromSmiles("c1ccccc1")), from_smiles("CCOCC")
    error, made = generate_together([rigid, chain], load(), 1, ConformerOptions(steps=2))
    assert isinstance(error, MoleculeError) and len(made.samples) == 1
    assert isinstance(*generate_together([rigid], load(), 1), MoleculeError)
