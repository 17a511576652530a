"""The methods that the conformer benchmark compares: ours, and what it must beat.

All make 2K samples of a molecule from its SMILES alone and share their raw material: conformers
by ETKDGv3 and MMFF94s, of which the first 2K are the local structures that ours turns. ``floor``
alone looks at the references: it turns the same local structures onto them as well as torsions
can, so it shows what no torsional model on these structures can pass.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from scipy.cluster.vq import kmeans2

from engine.cartesian.model import CoordinateDenoiser, shipped
from engine.cartesian.sampling import SampleOptions
from engine.cartesian.sampling import conformers as from_noise
from engine.chem import Mol, MoleculeError
from engine.chem.energy import ForceField, each
from engine.chem.structure import stereo_errors, to_molecule
from engine.conformers import ConformerOptions, choose, denoise, unstrained
from engine.geometry import superpose
from engine.progress import finish
from engine.torsional import TorsionalModel, repeat
from engine.torsional.geometry import rotate
from engine.torsional.matching import match
from engine.torsional.torus import sample_uniform

#: Conformers per sample that the clustering methods choose from.
FACTOR = 10
#: Rounds of k-means.
_ROUNDS = 30
#: Fresh starts of an embedding that gave up on a conformer.
_RESTARTS = 4
#: Conformers denoised together, to bound the memory.
_TOGETHER = 160


@dataclass
class Work:
    """One molecule on the bench, with the parts that several methods share.

    Attributes:
        mol: from SMILES alone, explicit hydrogens.
        references: (K, N, 3) Angstrom; only ``floor`` may look at them.
        n: samples wanted, 2K.
        seed: of everything random.
    """

    mol: Mol
    references: np.ndarray
    n: int
    seed: int
    model: TorsionalModel | None = None
    options: ConformerOptions = field(default_factory=ConformerOptions)
    _parts: dict[str, np.ndarray] = field(default_factory=dict)
    _cost: dict[str, float] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.molecule = to_molecule(self.mol)

    @property
    def generator(self) -> torch.Generator:
        """A fresh one, equal for every method."""
        return torch.Generator().manual_seed(self.seed)

    def part(self, name: str) -> np.ndarray:
        """A shared part by its name in PARTS, made once.

        Raises:
            MoleculeError: if it is empty, because no conformer could be embedded.
        """
        if name not in self._parts:
            start = time.process_time()
            self._parts[name] = PARTS[name](self)
            self._cost[name] = time.process_time() - start
        self._used.add(name)
        if not len(self._parts[name]):
            raise MoleculeError("No conformer of this molecule could be embedded.")
        return self._parts[name]

    def run(self, method: str) -> tuple[np.ndarray, float]:
        """Samples (S, N, 3) of a method, S <= n, and its processor seconds as if it ran alone.

        Raises:
            MoleculeError: if it can make none.
        """
        self._used, before, start = set(), sum(self._cost.values()), time.process_time()
        xyz = METHODS[method](self)
        alone = time.process_time() - start - (sum(self._cost.values()) - before)
        return xyz, alone + sum(self._cost[name] for name in self._used)


def embed_patiently(mol: Mol, n: int, seed: int, relax: bool) -> np.ndarray:
    """(<= n, N, 3): ``embedding.each``, begun anew after a conformer that failed."""
    found: list[np.ndarray] = []
    for restart in range(_RESTARTS):
        try:
            for xyz in each(mol, n - len(found), seed + 1_000_003 * restart, relax):
                found.append(xyz)  # noqa: PERF402  # what came before a failure is kept
            break
        except MoleculeError:
            continue
    return np.array(found, dtype=np.float32).reshape(-1, mol.GetNumAtoms(), 3)


def _coordinates(work: Work) -> np.ndarray:
    denoiser = CoordinateDenoiser(shipped().network, work.molecule)
    found = []
    for start in range(0, work.n, _TOGETHER):
        count = min(_TOGETHER, work.n - start)
        run = from_noise(denoiser, work.molecule, count, SampleOptions(), work.seed + start)
        found.append(finish(run).xyz)
    return np.concatenate(found)


def _plain(work: Work) -> np.ndarray:
    return embed_patiently(work.mol, work.n, work.seed, relax=False)


def _seeds(work: Work) -> np.ndarray:
    return embed_patiently(work.mol, work.n, work.seed, relax=True)


def _more_seeds(work: Work) -> np.ndarray:
    return embed_patiently(work.mol, (FACTOR - 1) * work.n, work.seed + 500_009, relax=True)


#: Raw material by name.
PARTS: dict[str, Callable[[Work], np.ndarray]] = {
    "plain": _plain,
    "seeds": _seeds,
    "more seeds": _more_seeds,
    "coordinates": _coordinates,
}


def ours(work: Work) -> np.ndarray:
    """Torsional diffusion from the seeds, run and chosen as ``work.options`` say."""
    seeds = work.part("seeds")
    if work.molecule.n_rotors == 0:
        return seeds
    starts = unstrained(work.mol, seeds, work.options.candidates * len(seeds))
    candidates = _denoised(work, seeds[starts])
    return candidates[finish(choose(work.mol, work.molecule, candidates, len(seeds)))]


def ours_mmff(work: Work) -> np.ndarray:
    """``ours``, then relaxed by MMFF94s (UFF without its parameters)."""
    field_of = ForceField(work.mol)
    return np.stack([field_of.relax(xyz) for xyz in ours(work)]).astype(np.float32)


def ours_cluster(work: Work) -> np.ndarray:
    """Ten times as many of ours, clustered: the fair partner of ``etkdg_cluster``."""
    seeds = np.concatenate([work.part("seeds"), work.part("more seeds")])
    return medoids(_denoised(work, seeds), work.molecule.heavy, work.n, work.seed)


def etkdg(work: Work) -> np.ndarray:
    """ETKDGv3."""
    return work.part("plain")


def etkdg_mmff(work: Work) -> np.ndarray:
    """ETKDGv3 relaxed by MMFF94s: the seeds themselves."""
    return work.part("seeds")


def etkdg_cluster(work: Work) -> np.ndarray:
    """Ten times as many of ETKDGv3 + MMFF94s, clustered (Zhou et al. 2023, arXiv 2302.07061)."""
    many = np.concatenate([work.part("seeds"), work.part("more seeds")])
    return medoids(many, work.molecule.heavy, work.n, work.seed)


def random(work: Work) -> np.ndarray:
    """The seeds with uniformly random torsions: where ours starts."""
    seeds = work.part("seeds")
    batch = repeat(work.molecule, seeds)
    delta = sample_uniform((len(seeds), work.molecule.n_rotors), work.generator)
    return rotate(batch.xyz, batch.rotors, batch.moving, delta).numpy()


def floor(work: Work) -> np.ndarray:
    """Every seed turned onto the reference that suits it, each reference served twice."""
    count = 2 * len(work.references)
    seeds = work.part("seeds")[np.arange(count) % len(work.part("seeds"))]
    twice = np.concatenate([work.references, work.references])
    return match(work.molecule, torch.from_numpy(twice), torch.from_numpy(seeds))[0].numpy()


def cartesian(work: Work) -> np.ndarray:
    """Diffusion of coordinates from noise alone; the network cannot tell left from right."""
    return work.part("coordinates")


def cartesian_mirrored(work: Work) -> np.ndarray:
    """The same, each conformer with wrong stereo mirrored where its image has the right one."""
    xyz = work.part("coordinates")
    image = xyz * np.array([1, 1, -1], dtype=xyz.dtype)
    better = stereo_errors(work.mol, xyz) & ~stereo_errors(work.mol, image)
    return np.where(better[:, None, None], image, xyz)


#: What may stand behind ``--methods``.
METHODS: dict[str, Callable[[Work], np.ndarray]] = {
    "ours": ours,
    "ours_mmff": ours_mmff,
    "ours_cluster": ours_cluster,
    "etkdg": etkdg,
    "etkdg_mmff": etkdg_mmff,
    "etkdg_cluster": etkdg_cluster,
    "random": random,
    "floor": floor,
    "cartesian": cartesian,
    "cartesian_mirrored": cartesian_mirrored,
}
#: What is compared unless asked otherwise.
USUAL = ("ours", "etkdg", "etkdg_mmff", "etkdg_cluster", "random", "floor")


def _denoised(work: Work, seeds: np.ndarray) -> np.ndarray:
    """The last state of the reverse process from ``seeds`` (S, N, 3), same shape."""
    if work.model is None:
        raise ValueError("This method needs a model.")
    if work.molecule.n_rotors == 0:
        return seeds
    generator, found = work.generator, []
    for start in range(0, len(seeds), _TOGETHER):
        some = seeds[start : start + _TOGETHER]
        run = denoise(work.mol, work.molecule, work.model, some, work.options, generator)
        found.append(finish(run).xyz)
    return np.concatenate(found)


def medoids(xyz: np.ndarray, heavy: np.ndarray, n: int, seed: int) -> np.ndarray:
    """``n`` of the conformers ``xyz`` (M, N, 3), one from the middle of each k-means cluster.

    k-means on heavy-atom coordinates, laid over their mean. Clusters that come out empty are made
    up for by random other conformers; fewer than ``n`` conformers are returned as they are.
    """
    if len(xyz) <= n:
        return xyz
    rng = np.random.default_rng(seed)
    laid = superpose(xyz, heavy)
    laid = superpose(xyz, heavy, laid.mean(axis=0))
    points = laid[:, heavy].reshape(len(xyz), -1).astype(np.float64)
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):  # of copies, and
        warnings.simplefilter("ignore", UserWarning)  # empty clusters
        centres, labels = kmeans2(points, n, iter=_ROUNDS, minit="++", rng=rng)
    distance = np.linalg.norm(points - centres[labels], axis=1)
    order = np.lexsort((distance, labels))
    chosen = order[np.unique(labels[order], return_index=True)[1]]
    others = np.setdiff1d(np.arange(len(xyz)), chosen)
    extra = rng.choice(others, n - len(chosen), replace=False)
    return xyz[np.concatenate([chosen, extra])]
