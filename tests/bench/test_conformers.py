"""The benchmark against reference ensembles, on two small made-up ones."""

import json
import subprocess
import sys

import numpy as np
import pytest

from engine.bench import __main__ as bench
from engine.bench import conformers
from engine.bench.__main__ import main
from engine.bench.baselines import METHODS, USUAL, Work, medoids
from engine.bench.table import MoleculeResult, Result, summary
from engine.chem import posebusters
from engine.chem.energy import embed
from engine.chem.search.reference_ensemble import ReferenceEnsemble
from engine.chem.structure.features import from_ensemble_smiles
from engine.conformers.ensembles import read, write
from engine.evaluation import Coverage
from engine.evaluation.coverage import MEASURES

SMILES = {"OCCCC=O": 14, "C[C@H](N)CO": 14}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Two ensembles of three and five conformers."""
    path = tmp_path_factory.mktemp("reference") / "two.npz"
    ensembles = []
    for k, (smiles, atoms) in zip((3, 5), SMILES.items(), strict=True):
        ensembles.append(
            ReferenceEnsemble(smiles, embed(from_ensemble_smiles(smiles, atoms), k, 99))
        )
    write(path, ensembles)
    return path


@pytest.fixture(scope="module")
def figures(reference, tmp_path_factory):
    """A whole run through the command line."""
    path = tmp_path_factory.mktemp("figures") / "figures.json"
    main(["conformers", "--reference", str(reference), "--json", str(path), "--workers", "1",
                "--cap", "4", "--poses", "1", "--steps", "5", "--option", "eta=0.5"])  # fmt: skip
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_method_has_every_number(figures):
    assert figures["molecules"] == 2
    assert figures["references"] == 3 + 4
    for method in USUAL:
        for scores in (figures[method], figures[method]["median"]):
            assert 0 <= scores["cov_r"] <= 100 and 0 <= scores["cov_p"] <= 100
            assert 0 <= scores["amr_r"] < 3 and 0 <= scores["amr_p"] < 3
        bands = figures[method]["by_rotatable_bonds"].values()
        assert sum(band["molecules"] for band in bands) == 2
        assert set(figures[method]["interval_95"]) == set(MEASURES)
        assert figures["failed"][method] == figures["stereo_errors"][method] == 0
        assert figures["seconds"][method] > 0
        assert figures["samples"][method] == 2 * 7


def test_the_settings_are_told(figures):
    settings = figures["settings"]
    assert settings["cap"] == 4
    assert settings["options"]["steps"] == 5
    assert settings["options"]["eta"] == 0.5
    assert settings["threshold_angstrom"] == 0.75
    assert len(figures["per_molecule"]) == 2
    assert figures["machine"]


def test_nothing_recalls_better_than_the_floor(figures):
    assert all(figures["floor"]["amr_r"] <= figures[name]["amr_r"] for name in USUAL)


def test_posebusters_looks_at_some_samples(figures):
    if not posebusters.available():
        assert figures["posebusters"] == {"skipped": posebusters.MISSING}
    else:
        assert figures["posebusters"]["etkdg_mmff"]["poses"] == 2
        assert figures["posebusters"]["etkdg_mmff"]["pass_percent"] == 100


def test_without_posebusters_one_sentence_says_so(reference, monkeypatch, capsys):
    monkeypatch.setattr(posebusters, "available", lambda: False)
    main(["conformers", "--reference", str(reference), "--workers", "1", "--cap", "1",
                "--methods", "etkdg"])  # fmt: skip
    assert posebusters.MISSING in capsys.readouterr().out


def test_the_table_names_every_method(figures):
    text = conformers.show(figures)
    assert all(text.count(f"\n{method} ") >= 2 for method in USUAL)


def test_a_stopped_run_is_taken_up_where_it_was(reference, tmp_path, monkeypatch):
    journal = tmp_path / "journal.jsonl"

    def run(methods, *more):
        parser = bench.argparse.ArgumentParser()
        conformers.add_arguments(parser)
        arguments = ["--reference", str(reference), "--cap", "2", "--methods", methods, "--poses",
                     "0", "--workers", "1", "--journal", str(journal), *more]  # fmt: skip
        return conformers.run(parser.parse_args(arguments))

    first = run("etkdg")
    lines = journal.read_text().splitlines()
    journal.write_text(lines[0] + "\n")  # stopped after one of two molecules
    assert run("etkdg")["etkdg"] == first["etkdg"]
    assert sorted(journal.read_text().splitlines()) != sorted(lines[:1])
    both = run("etkdg,etkdg_mmff")
    assert both["etkdg"] == first["etkdg"] and both["samples"]["etkdg_mmff"] == 8
    monkeypatch.setattr(conformers, "measure", None)  # nothing is left to do
    again = run("etkdg,etkdg_mmff")
    assert again["etkdg_mmff"] == both["etkdg_mmff"]
    assert again["seconds"] == both["seconds"]
    with pytest.raises(TypeError):  # another seed is another result
        run("etkdg", "--seed", "2")


@pytest.mark.slow
def test_seeds_are_the_same_in_one_process_and_in_two(reference):
    def run(workers):
        arguments = ["--reference", str(reference), "--cap", "2", "--methods", "ours,random",
                     "--workers", str(workers), "--poses", "0", "--steps", "5"]  # fmt: skip
        parser = bench.argparse.ArgumentParser()
        conformers.add_arguments(parser)
        return conformers.run(parser.parse_args(arguments))["per_molecule"]

    for one, two in zip(run(1), run(2), strict=True):
        assert one["smiles"] == two["smiles"]
        for method in ("ours", "random"):
            assert one[method] == pytest.approx(two[method], abs=0.02)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--methods", "magic"], "Unknown method magic"),
        (["--option", "magic=1"], "Unknown option magic"),
        (["--option", "steps=many"], "cannot be 'many'"),
    ],
)
def test_wrong_names_are_refused_in_one_sentence(reference, arguments, sentence):
    with pytest.raises(SystemExit, match=sentence):
        main(["conformers", "--reference", str(reference), *arguments])


def test_molecules_are_spread_over_the_file():
    assert conformers.spread(10, 0) == list(range(10))
    assert conformers.spread(3, 8) == [0, 1, 2]
    assert conformers.spread(9, 3) == [0, 4, 8]
    assert len(set(conformers.spread(78, 40))) == 40


def test_a_failed_molecule_stays_in_every_mean():
    def molecule(i, result):
        return MoleculeResult(i, "CCO", 2, 3, {"ours": result})

    good = Result(Coverage(80, 0.5, 60, 0.4), 1.0, 4)
    bad = Result(Coverage(20, 0.9, 0, 1.0), 1.0, 4)
    found = summary([molecule(0, good), molecule(1, Result(reason="no shape")), molecule(2, bad)])
    assert found["failed"]["ours"] == 1
    assert found["ours"]["cov_r"] == pytest.approx(100 / 3, abs=1e-3)
    assert found["ours"]["amr_r"] == pytest.approx((0.5 + 0.9 + 0.9) / 3, abs=1e-3)
    assert found["ours"]["amr_p"] == pytest.approx((0.4 + 1.0 + 1.0) / 3, abs=1e-3)
    assert found["per_molecule"][1]["ours"] == "no shape"


def test_a_molecule_that_cannot_be_built_fails_for_every_method(tmp_path):
    path = tmp_path / "wrong.npz"
    write(
        path,
        [
            ReferenceEnsemble("CCO", np.zeros((1, 4, 3))),
            ReferenceEnsemble("OCC=O", np.zeros((1, 8, 3))),
        ],
    )
    parser = bench.argparse.ArgumentParser()
    conformers.add_arguments(parser)
    arguments = ["--reference", str(path), "--methods", "etkdg", "--poses", "0", "--workers", "1"]
    found = conformers.run(parser.parse_args(arguments))
    assert found["failed"]["etkdg"] == 1
    assert "atoms" in found["per_molecule"][0]["etkdg"]


def test_a_molecule_lost_by_its_process_fails_for_every_method(reference, monkeypatch):
    def run(function, tasks, workers, seconds):
        first, second = tasks
        yield first, conformers.pool.Lost("time limit")
        yield second, function(second)

    monkeypatch.setattr(conformers.pool, "run", run)
    parser = bench.argparse.ArgumentParser()
    conformers.add_arguments(parser)
    arguments = ["--reference", str(reference), "--methods", "etkdg", "--poses", "0"]
    found = conformers.run(parser.parse_args([*arguments, "--workers", "2"]))
    assert found["failed"]["etkdg"] == 1
    assert "time limit" in [row["etkdg"] for row in found["per_molecule"]]
    assert {row["rotatable_bonds"] for row in found["per_molecule"]} == {3, 1}


def test_differences_are_paired():
    rng = np.random.default_rng(0)
    molecules = []
    for i, base in enumerate(rng.uniform(0, 80, 20)):
        pair = {"ours": Coverage(base + 5, 0.5, 50, 0.5), "etkdg": Coverage(base, 0.7, 50, 0.5)}
        molecules.append(MoleculeResult(i, "CCO", 2, 3, {n: Result(c) for n, c in pair.items()}))
    found = summary(molecules)["difference"]["ours - etkdg"]
    assert found["cov_r"] == pytest.approx(5)
    assert found["amr_r"] == pytest.approx(-0.2)
    assert found["interval_95"]["cov_r"] == pytest.approx([5, 5])


def test_medoids_find_the_clusters():
    rng = np.random.default_rng(0)
    shapes = rng.normal(size=(4, 8, 3))
    many = np.repeat(shapes, 10, axis=0) + rng.normal(scale=0.02, size=(40, 8, 3))
    found = medoids(many.astype(np.float32), np.ones(8, dtype=bool), 4, seed=1)
    nearest = np.abs(found[:, None] - shapes[None]).mean((2, 3)).argmin(axis=1)
    assert sorted(nearest) == [0, 1, 2, 3]


def test_medoids_are_as_many_as_wanted_even_of_copies():
    xyz = np.random.default_rng(0).normal(size=(3, 8, 3)).astype(np.float32)
    assert len(medoids(np.repeat(xyz, 5, axis=0), np.ones(8, dtype=bool), 6, seed=1)) == 6
    assert len(medoids(xyz, np.ones(8, dtype=bool), 6, seed=1)) == 3


def test_shared_parts_are_charged_to_everyone_who_uses_them(reference):
    ensemble = next(iter(read(reference)))
    mol = from_ensemble_smiles(ensemble.smiles, ensemble.xyz.shape[1])
    work = Work(mol, ensemble.xyz, 6, seed=5)
    first, cost = work.run("etkdg_mmff")
    again, same = work.run("etkdg_mmff")
    assert again is first
    assert same == pytest.approx(cost, rel=0.2)
    turned, more = work.run("random")
    assert more > 0.8 * cost
    assert turned.shape == first.shape and not np.allclose(turned, first)


def test_usual_methods_are_registered():
    assert set(USUAL) <= set(METHODS)


@pytest.mark.skipif(not posebusters.available(), reason="PoseBusters is not installed")
def test_posebusters_names_what_is_wrong():
    mol = from_ensemble_smiles("CC(=O)Oc1ccccc1C(=O)O", 21)
    xyz = embed(mol, 1, 1)
    squeezed = np.concatenate([xyz, 0.6 * xyz])
    sound, broken = posebusters.failed_checks(mol, squeezed)
    assert sound == ()
    assert "bond_lengths" in broken


def test_help_is_quick_and_names_the_options():
    out = subprocess.run([sys.executable, "-m", "engine.bench", "conformers", "--help"],
                         capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert "--option NAME=VALUE" in out and "eta" in out
