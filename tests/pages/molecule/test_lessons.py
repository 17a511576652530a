"""Each exercise of the molecule page shows its point, in the numbers of the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.conformers import ConformerOptions
from engine.experiments.molecule.comparison import compare
from engine.experiments.molecule.conformer_run import Request, Run, sample_conformers
from engine.experiments.molecule.denoiser_game import begin, pose
from engine.experiments.molecule.ensembles import Selection, Shown, measured, shown
from engine.experiments.molecule.own_training import (
    NEAR,
    OwnModel,
    SideBySide,
    largest_turns,
    on_molecule,
    side_by_side,
    teaching,
)
from engine.experiments.molecule.record import Source
from engine.experiments.training_run import train
from engine.molecule import Ensemble
from engine.progress import finish
from engine.torsional.scratch import ScratchOptions
from pages.sections.molecule.lessons import EXERCISES
from tests.conftest import settle
from tests.experiments.molecule import record_of


def run_of(key: str) -> tuple[Run, Shown]:
    """What the page makes of the exercise ``key``, and shows of it."""
    lesson = next(lesson for lesson in EXERCISES.entries if lesson.key == key)
    said = {**EXERCISES.base, **lesson.controls}
    names = [field.name for field in fields(ConformerOptions)]
    options = ConformerOptions(**{name: said[f"torsional_{name}"] for name in names})
    record = record_of(Source("example", said["example"]))
    run = finish(sample_conformers(record, Request(said["n"], options, int(said["seed"]), "cpu")))
    selection = Selection(said["duplicates"], said["cluster"])
    return run, shown(said["stage"], finish(measured(run, said["stage"])), selection)


def test_the_rules_disagree_about_the_amide_of_paracetamol() -> None:
    record = record_of(Source("example", "paracetamol"))
    counted = {name: len(bonds) for name, bonds in record.counted.items()}
    assert counted == {"model": 4, "heavy": 2, "strict": 1, "loose": 2}
    [amide] = record.counted["loose"] - record.counted["strict"]
    assert "amide" in record.reports[amide].note


def test_anti_butane_stands_on_both_sides_of_180_degrees() -> None:
    _, found = run_of("wrap")
    assert len(found) == 20, "duplicates are kept"
    torsion = np.degrees(found.ensemble.torsions[:, 1])
    anti = torsion[np.abs(torsion) > 150]
    assert (anti > 0).any() and (anti < 0).any()
    circle = np.degrees(np.angle(np.exp(1j * np.radians(anti)).mean()))
    assert abs(circle) > 170, "the mean on the circle is anti"
    assert abs(anti.mean()) < 150, "the mean of the numbers is not"


def test_the_gauche_forms_of_butane_are_mirror_images_of_one_energy() -> None:
    _, found = run_of("mirror")
    assert len(found) == 3
    anti, one, other = np.degrees(found.ensemble.torsions[:, 1])
    assert abs(anti) > 175 and one == pytest.approx(-other, abs=1)
    energies = found.ensemble.relative_energies
    assert energies[1] == pytest.approx(energies[2], abs=0.01) and energies[1] > 0.5


def test_of_twenty_minima_of_paracetamol_few_are_distinct() -> None:
    run, found = run_of("distinct")
    assert found.copies.sum() == 20 and len(found) <= 4
    assert run.samples.relative_energies.max() > 3 * found.spread


def test_etkdg_gives_few_conformers_of_a_molecule_that_folds_on_itself() -> None:
    run, found = run_of("etkdg")
    assert found.copies.sum() == 20 and len(found) == 2
    assert len(shown("model", finish(measured(run, "model")), Selection())) > 2 * len(found)
    plain = finish(measured(run, "plain")).ensemble
    classical, _, samples = compare(run, plain, None, None)
    assert classical.lowest > samples.lowest + 10
    both = (finish(measured(run, method)).ensemble for method in ("relaxed", "relaxed_seeds"))
    assert np.ptp([each.energies.min() for each in both]) < 0.1, "the same minimum"


def test_trained_on_one_conformer_it_gives_that_one_back() -> None:
    said = next(lesson for lesson in EXERCISES.entries if lesson.key == "own_one").controls
    record = record_of(Source("example", said["example"]))
    taught = teaching(record, record.molecule.xyz[:1])
    options = ScratchOptions(steps=said["taught_steps"])
    run = finish(train(on_molecule(taught, options, seed=0)))
    assert isinstance(run.name, OwnModel) and run.samples is not None
    assert largest_turns(run.samples, taught.torsions).max() < NEAR, "the dots are at the marks"
    found = finish(side_by_side(run.name, seed=0))
    assert found.own.returned == 1 and found.shipped.returned < 0.2
    assert found.memory.verdict == "memorises"
    middle = said_of_chain(found)
    assert middle["own"] == {"anti"} and middle["shipped"] == {"anti", "gauche +", "gauche -"}


def said_of_chain(found: SideBySide) -> dict[str, set[str]]:
    """The conformers of butane that each model makes."""
    names = {}
    for key, samples in {"own": found.own, "shipped": found.shipped}.items():
        angles = np.degrees(samples.torsions[:, 1])
        hand = np.where(angles > 0, "gauche +", "gauche -")
        names[key] = set(np.where(np.abs(angles) > 120, "anti", hand).tolist())
    return names


def test_who_follows_the_arrows_comes_down_from_noise() -> None:
    run, _ = run_of("denoise")

    played = finish(begin(run, 0))
    start = pose(run, played, (), 0)
    here = start
    molecule = run.record.molecule

    angles = np.degrees(Ensemble(molecule, played.frames[0]).torsions[0])
    for turns in range(1, 4 * molecule.n_rotors + 1):
        longest = int(np.abs(here.pulls).argmax())
        angles[longest] += np.degrees(here.pulls[longest])
        here = pose(run, played, angles.tolist(), turns)
    assert here.energy < start.energy - 5
    assert here.energy < 30, "no atoms on top of each other"


def test_an_exercise_samples_its_molecule_and_marks_itself(
    open_page: Callable[..., AppTest],
) -> None:
    app = settle(open_page("molecule", n="2", torsional_steps="5"))
    settle(app.button(key="try_mirror").click().run())
    assert not app.exception
    words = " ".join(str(part.value) for part in [*app.caption, *app.markdown])
    assert "Samples, minimised: 20 asked, 3 distinct" in words
    assert app.button(key="try_mirror").proto.type == "primary"


def test_the_exercise_of_ones_own_model_opens_its_section(
    open_page: Callable[..., AppTest],
) -> None:
    asked = {"try": "own_one", "n": "2", "torsional_steps": "5"}
    app = settle(open_page("molecule", **asked))
    assert not app.exception
    assert app.button(key="taught_start") and app.slider(key="taught_steps").value == 400
    app = settle(open_page("molecule", **{"try": "own_one"}))
    assert app.button(key="try_own_one").proto.type == "primary"
