"""The ensemble that the molecule page shows: by one of several methods, by energy, without doubles.

Stage, table, charts and files all show the same conformers (``Shown``). They are numbered from the
lowest energy up; those nearly alike are counted as one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engine.chem import MoleculeError
from engine.chem.energy import ForceField, boltzmann_weights, each
from engine.chem.structure import Description, clusters, distinct
from engine.conformers import relax
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.measuring import Measured, measure
from engine.experiments.molecule.record import Record
from engine.molecule import Ensemble
from engine.progress import Step, Steps

#: The temperature of the Boltzmann weights.
KELVIN = 298.15
#: What conformers without a force field are called.
PLAIN = "ETKDGv3"
#: Heavy-atom RMSD in Angstrom below which two conformers count as one, 0 for never; and the reach
#: of a cluster. At 0.3 the minima of butane stay three; at 0.5 they do not.
DUPLICATES: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)
CLUSTERS: tuple[float, ...] = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
DUPLICATE, CLUSTER = 0.3, 0.75


@dataclass(frozen=True)
class Selection:
    """What of an ensemble is shown.

    Attributes:
        duplicates: Heavy-atom RMSD in Angstrom below which conformers count as one; 0 keeps all.
        cluster: Reach of a cluster, Angstrom.
    """

    duplicates: float = DUPLICATE
    cluster: float = CLUSTER


@dataclass(frozen=True, eq=False)
class Shown:
    """What the page shows: K conformers, no two of them alike, by rising energy.

    Attributes:
        method: A key of ``METHODS``.
        selection: How duplicates and clusters are told.
        measured: The ensemble with its duplicates.
        kept: ``(K,)``, the places of those shown in it.
        ensemble: Without duplicates.
        found: Measured on it.
        order: ``(K,)``, the number of each among those that the method gave.
        copies: ``(K,)``, how many of those it stands for, itself included.
        cluster: ``(K,)`` from 1; cluster 1 holds the lowest.
        to_lowest: ``(K,)`` RMSD to the lowest, Angstrom.
        weights: ``(K,)`` Boltzmann weights; None unless these are minima of that energy.
    """

    method: str
    selection: Selection
    measured: Measured
    kept: np.ndarray
    ensemble: Ensemble
    found: Description
    order: np.ndarray
    copies: np.ndarray
    cluster: np.ndarray
    to_lowest: np.ndarray
    weights: np.ndarray | None

    def __len__(self) -> int:
        """K."""
        return len(self.ensemble)

    @property
    def spread(self) -> float:
        """From the lowest to the highest energy, kcal/mol."""
        return float(self.ensemble.relative_energies.max(initial=0.0))

    def take(self, chosen: np.ndarray) -> Shown:
        """Only the conformers ``chosen`` (indices), in that order; what they say stays the same."""
        energies = self.ensemble.energies
        zero = float(energies.min()) if len(energies) else None
        return replace(
            self,
            ensemble=replace(self.ensemble.take(chosen), zero=zero),
            found=self.found.take(chosen),
            kept=self.kept[chosen],
            order=self.order[chosen],
            copies=self.copies[chosen],
            cluster=self.cluster[chosen],
            to_lowest=self.to_lowest[chosen],
            weights=None if self.weights is None else self.weights[chosen],
        )

    @property
    def leaders(self) -> np.ndarray:
        """The lowest conformer of every cluster."""
        return np.unique(self.cluster, return_index=True)[1]


def shown(method: str, measured: Measured, selection: Selection) -> Shown:
    """An ensemble without its duplicates, in clusters."""
    owner = distinct(measured.found.rmsd, selection.duplicates)
    kept, copies = np.unique(owner, return_counts=True)
    found, ensemble = measured.found.take(kept), measured.ensemble.take(kept)
    minima = ensemble.minimised and len(ensemble.energies) > 0
    return Shown(
        method=method,
        selection=selection,
        measured=measured,
        kept=kept,
        ensemble=ensemble,
        found=found,
        order=measured.order[kept],
        copies=copies,
        cluster=clusters(found.rmsd, selection.cluster),
        to_lowest=found.rmsd[0],
        weights=boltzmann_weights(ensemble.energies, KELVIN) if minima else None,
    )


def samples_shown(run: Run, selection: Selection) -> Shown:
    """The model's samples, which are there without further work."""
    return shown("model", run.measured, selection)


def measured(run: Run, method: str) -> Steps[Measured]:
    """The ensemble of a method, made if it is not there yet, by rising energy."""
    if method == "model":
        return run.measured
    ensemble = yield from METHODS[method].make(run)
    yield Step(1, 1, "Measuring the conformers")
    return measure(run.record, ensemble)


@dataclass(frozen=True)
class Method:
    """One way to an ensemble.

    Attributes:
        label: On the page.
        make: The ensemble, as it comes.
    """

    label: str
    make: Callable[[Run], Steps[Ensemble]]


def _samples(run: Run) -> Steps[Ensemble]:
    yield Step(0, 1)
    return run.samples


def relaxed_samples(run: Run) -> Steps[Ensemble]:
    """The nearest force-field minimum of every sample: lower energies, less variety."""
    return (yield from relax(run.record.mol, run.samples))


def _classical(run: Run) -> Steps[Ensemble]:
    yield Step(0, 1)
    return run.classical


def _plain(run: Run) -> Steps[Ensemble]:
    return (yield from plain(run.record, run.request.conformers, run.request.seed))


def _from_file(run: Run) -> Steps[Ensemble]:
    yield Step(0, 1)
    return _with_energies(run.record, run.record.from_file)


def plain(record: Record, count: int, seed: int) -> Steps[Ensemble]:
    """``count`` conformers by ETKDGv3 without a force field, the energies by the one that fits."""
    start = time.perf_counter()
    found: list[np.ndarray] = []
    for xyz in each(record.mol, count, seed, relax=False):
        found.append(xyz)
        yield Step(len(found), count, f"ETKDGv3, {len(found)} of {count}")
    seconds = time.perf_counter() - start
    ensemble = Ensemble(record.molecule, np.stack(found), PLAIN, seconds=seconds)
    return _with_energies(record, ensemble)


def _with_energies(record: Record, ensemble: Ensemble) -> Ensemble:
    """The same conformers with the energies of the force field that knows them, if one does."""
    try:
        field = ForceField(record.mol)
    except MoleculeError:
        return ensemble
    return replace(ensemble, energies=field.energies(ensemble.xyz), energy_name=field.name)


#: Key (as in the page's address) to method.
METHODS: dict[str, Method] = {
    "model": Method("Samples", _samples),
    "relaxed": Method("Samples, minimised", relaxed_samples),
    "plain": Method("ETKDGv3", _plain),
    "relaxed_seeds": Method("ETKDGv3, minimised", _classical),
    "file": Method("The file's", _from_file),
}


def offered(record: Record) -> dict[str, Method]:
    """The methods that this molecule can have."""
    return {key: method for key, method in METHODS.items() if key != "file" or len(record.uploaded)}
