"""The training command: the split by scaffold, a short run that learns, stopping and going on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.chem.search.reference_ensemble import ReferenceEnsemble
from engine.chem.structure.scaffold import scaffold
from engine.conformers import ensembles
from engine.molecule import Molecule
from engine.networks import checkpoint
from engine.torsional import TorsionNet, TorsionNetOptions
from engine.torsional.training import Trainer, TrainingOptions, validation_batches
from engine.torsional.training_set import TrainingData, TrainingSet
from engine.train.__main__ import main
from engine.train.torsional import Keeper, split
from tests.molecules import seeds

ROOT = Path(__file__).parents[2]
TINY = TorsionNetOptions(scalars=16, vectors=8, layers=1, forces=4)
TINY_FLAGS = ["--scalars", "16", "--vectors", "8", "--layers", "1", "--forces", "4"]
# Chains of many lengths: every one a scaffold of its own, so that both sides get some.
CHAINS = ["C" * n + end for n in range(3, 9) for end in ("O", "N", "Cl", "C#N", "OC", "C(C)O")]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "matched.npz"
    ensembles.write(path, [ReferenceEnsemble(smiles, seeds(smiles, 2)) for smiles in CHAINS])
    return path


@pytest.fixture(scope="module")
def molecules(file: Path) -> list[Molecule]:
    return list(ensembles.molecules(file))


def test_no_scaffold_is_on_both_sides(molecules: list[Molecule]) -> None:
    training, validation = split(molecules)
    assert training and validation
    assert not {scaffold(m.name) for m in training} & {scaffold(m.name) for m in validation}
    more, _ = split(training)
    assert [m.name for m in more] == [m.name for m in training], "each molecule has its side"


def test_a_scaffold_is_what_its_decorations_share() -> None:
    assert scaffold("Cc1ccccc1CCO") == scaffold("Fc1ccccc1") == "c1ccccc1"
    assert scaffold("CCCO") != scaffold("CCCN")


@pytest.mark.slow
def test_a_short_training_learns_something(molecules: list[Molecule]) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    options = TrainingOptions(
        minutes=30, batch_size=8, ema_half_life=20, validate_every=200, learning_rate=5e-3
    )
    trainer = Trainer(TorsionNet(TINY), options)
    first = next(
        trainer.run(TrainingData(TrainingSet(molecules)), validation_batches(molecules[:4]))
    )
    assert first.step == 200
    assert first.loader_share < 0.5
    assert np.mean(list(first.validation.values())) < 0.9, "below predicting nothing"


def test_a_run_goes_on_where_it_was(molecules: list[Molecule]) -> None:
    options = TrainingOptions(minutes=0.02, batch_size=2)
    first = Trainer(TorsionNet(TINY), options)
    list(first.run(TrainingData(TrainingSet(molecules)), validation_batches(molecules[:1])))
    second = Trainer(TorsionNet(TINY), TrainingOptions(minutes=0.04, batch_size=2))
    second.restore(*first.state())
    assert (second.step, second.elapsed) == (first.step, first.elapsed)
    for (name, a), (_, b) in zip(first.state()[0].items(), second.state()[0].items(), strict=True):
        assert torch.equal(a, b), name
    list(second.run(TrainingData(TrainingSet(molecules)), validation_batches(molecules[:1])))
    assert second.step > first.step
    with pytest.raises(ValueError, match="more minutes"):
        list(second.run(TrainingData(TrainingSet(molecules)), validation_batches(molecules[:1])))


def test_the_command_writes_weights_card_and_state(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "new.safetensors"
    common = ["torsional", "--data", "none.npz", "--matched", str(file), "--out", str(out)]
    common += ["--pretrain", str(file), "--batch-size", "2", *TINY_FLAGS]
    main([*common, "--minutes", "0.03"])
    _, card = checkpoint.load(out)
    assert card["hyperparameters"]["scalars"] == 16
    assert card["data"]["molecules"] + card["data"]["validation_molecules"] == len(CHAINS)
    assert card["data"]["pretraining_molecules"] == card["data"]["molecules"]
    steps = card["step"]
    main([*common, "--minutes", "0.06", "--resume"])
    state = json.loads(out.with_name("new.run.json").read_text())
    assert state["step"] > steps
    assert len(state["curve"]) == 2


def test_a_run_begins_with_the_weights_it_is_given(file: Path, tmp_path: Path) -> None:
    """At a learning rate of zero they stay, sizes included; the card tells where they are from."""
    common = ["torsional", "--data", "none.npz", "--matched", str(file), "--minutes", "0.02"]
    common += ["--batch-size", "2"]
    main([*common, *TINY_FLAGS, "--out", str(tmp_path / "old.safetensors")])
    frozen = ["--learning-rate", "0", "--start", str(tmp_path / "old.safetensors")]
    main([*common, *frozen, "--out", str(tmp_path / "new.safetensors")])
    (old, before), (new, after) = (
        checkpoint.load(tmp_path / f"{name}.safetensors") for name in ("old", "new")
    )
    assert all(torch.equal(new[name], old[name]) for name in old)
    assert after["hyperparameters"] == before["hyperparameters"]
    assert after["data"]["before"]["step"] == before["step"]


def test_the_best_loss_counts_only_for_the_same_validation_molecules(
    molecules: list[Molecule], tmp_path: Path
) -> None:
    trainer = Trainer(TorsionNet(TINY), TrainingOptions(minutes=0.01, batch_size=2))
    first = Keeper(tmp_path / "w.safetensors", trainer, {}, exam=1)
    for progress in trainer.run(
        TrainingData(TrainingSet(molecules)), validation_batches(molecules[:1])
    ):
        first.keep(progress)
    for exam, best in ((1, first.best), (2, np.inf)):
        second = Keeper(first.out, trainer, {}, exam)
        second.restore()
        assert second.best == best and second.curve == first.curve


@pytest.mark.slow
def test_two_processes_train_together(file: Path, tmp_path: Path) -> None:
    """DistributedDataParallel over gloo; the same code runs over NCCL."""
    out = tmp_path / "both.safetensors"
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc-per-node", "2", "-m", "engine.train", "torsional", "--data", "none.npz"]
    command += ["--matched", str(file), "--out", str(out), "--minutes", "0.05"]
    command += ["--batch-size", "2", *TINY_FLAGS]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert checkpoint.load(out)[1]["step"] > 0
