"""From a molecule to conformers: local structures, torsional diffusion, energies, checks.

``python -m engine.conformers "CC(C)Cc1ccc(cc1)C(C)C(=O)O" -n 10 --out ibuprofen.sdf`` does on the
command line what the molecule page does live.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from engine.chem import Mol
from engine.chem.convert import to_molecule, to_sdf
from engine.chem.embed import each
from engine.chem.energy import ForceField
from engine.chem.geometry import (
    count_clashes,
    max_angle_change,
    max_bond_change,
    stereo_errors,
)
from engine.chem.read import MoleculeError, from_file, read_text
from engine.choose import choose
from engine.fold import Folding, Moment, fold
from engine.molecule import Molecule
from engine.seeds import unstrained
from engine.torsional.model import MODELS, TorsionalModel, devices, load
from engine.torsional.sample import SampleOptions

#: Part of the folding time that is set aside for folding clashing conformers again.
_AGAIN = 0.2


@dataclass(frozen=True, eq=False)
class Step:
    """A moment of the work, for whoever watches.

    Attributes
    ----------
    stage: "embedding", "folding", "folding again" for those that clash, or "choosing".
    done, total: of this stage.
    fraction: of the whole work, in estimated time.
    xyz: (K', N, 3) Angstrom, the local structures so far, or the conformers as they fold: of
        several candidates for each, the first.
    starts: (K', N, 3) the local structures that these are folded from.
    sigma: the noise level while folding, radians.
    """

    stage: str
    done: int
    total: int
    fraction: float
    xyz: np.ndarray
    starts: np.ndarray
    sigma: float = 0.0


@dataclass(frozen=True, eq=False)
class Conformers:
    """K conformers and what was measured on them.

    Attributes
    ----------
    molecule: the record; its ``xyz`` are the finished conformers.
    seeds: (K, N, 3), the local structures (ETKDGv3 + MMFF94s).
    starts: (K, N, 3), the local structure that each conformer was folded from. Of several
        candidates for each, some seeds may have given more than one conformer, and others none.
    frames, sigmas, scores: every state of the reverse process, see ``engine.fold.Folding``.
    energies, seed_energies: (K,), kcal/mol, by ``energy_name``; empty and "" if no force field
        knows the molecule.
    bond_change, angle_change: (K,), largest change of a bond length in Angstrom and of a bond
        angle in radians.
    stereo_errors: (K,) bool; clashes: (K,) pairs of atoms that come too close.
    seed_seconds, model_seconds: of the local structures and of the reverse process.
    """

    molecule: Molecule
    seeds: np.ndarray
    starts: np.ndarray
    frames: np.ndarray
    sigmas: np.ndarray
    scores: np.ndarray
    energies: np.ndarray
    seed_energies: np.ndarray
    energy_name: str
    bond_change: np.ndarray
    angle_change: np.ndarray
    stereo_errors: np.ndarray
    clashes: np.ndarray
    seed_seconds: float
    model_seconds: float

    @property
    def seconds(self) -> float:
        """Of both parts together."""
        return self.seed_seconds + self.model_seconds


def generate(
    mol: Mol,
    model: TorsionalModel,
    n: int,
    options: SampleOptions | None = None,
    seed: int = 1,
    progress: Callable[[Step], None] = lambda step: None,
) -> Conformers:
    """``n`` conformers of ``mol`` (explicit hydrogens, see ``engine.chem.read``).

    ``progress`` is called at every step and may raise to stop the work. Seed k is the same however
    many there are.

    Raises
    ------
    MoleculeError: if the molecule has no rotatable bond or cannot be embedded.
    """
    options = options or SampleOptions()
    molecule = to_molecule(mol)
    if molecule.n_rotors == 0:
        raise MoleculeError("This molecule has no rotatable bond, so there is nothing to sample.")
    plan = _Plan(molecule.n_atoms, n, options)
    start = time.perf_counter()
    seeds: list[np.ndarray] = []
    for xyz in each(mol, n, seed):
        seeds.append(xyz)
        done, xyz = len(seeds), np.stack(seeds)
        progress(Step("embedding", done, n, plan.embedding * (done / n), xyz, xyz))
    middle = time.perf_counter()
    local = np.stack(seeds)
    candidates = local[unstrained(mol, local, n * options.candidates)]

    def watch(moment: Moment) -> None:
        stage = "folding again" if moment.attempt else "folding"
        at = moment.done, options.steps, plan.folded(moment)
        progress(Step(stage, *at, moment.xyz[:n], candidates[:n], moment.sigma))

    generator = torch.Generator().manual_seed(seed)
    made = fold(mol, molecule, model, candidates, options, generator, watch)
    count = len(candidates)

    def tell(done: int) -> None:
        at = done, count, plan.chosen(done / count)
        progress(Step("choosing", *at, made.frames[-1, :n], candidates[:n]))

    chosen = choose(mol, molecule, made.frames[-1], n, tell)
    tell(count)
    end = time.perf_counter()
    starts, made = candidates[chosen], made.take(chosen)
    return _measured(mol, molecule, local, starts, made, (middle - start, end - middle))


class _Plan:
    """The share of the whole work that each part takes: measured costs on one core, in seconds."""

    def __init__(self, atoms: int, n: int, options: SampleOptions) -> None:
        many = n * options.candidates
        embedding = 0.022 * (atoms / 33) ** 2.4 * n
        folding = 0.0013 * (atoms / 33) ** 1.35 * many * options.steps
        again = _AGAIN * folding if options.retries else 0.0
        choosing = 0.002 * (atoms / 33) ** 1.3 * many if options.candidates > 1 else 0.0
        whole = embedding + folding + again + choosing
        self.embedding = embedding / whole
        self._first = (embedding + folding) / whole
        self._last = (embedding + folding + again) / whole
        self._steps = options.steps

    def folded(self, moment: Moment) -> float:
        """What is done, if every attempt takes half of what is left for them at most."""
        begun, ended = self.embedding, self._first
        for _ in range(moment.attempt):
            begun, ended = ended, (self._last + ended) / 2
        return begun + (ended - begun) * moment.done / self._steps

    def chosen(self, share: float) -> float:
        """What is done once a share of the candidates has been looked at."""
        return self._last + (1 - self._last) * share


def _measured(
    mol: Mol,
    molecule: Molecule,
    seeds: np.ndarray,
    starts: np.ndarray,
    made: Folding,
    seconds: tuple[float, float],
) -> Conformers:
    xyz = made.frames[-1]
    try:
        field = ForceField(mol)
    except MoleculeError:
        field = None
    return Conformers(
        molecule=molecule.with_xyz(xyz),
        seeds=seeds,
        starts=starts,
        frames=made.frames,
        sigmas=made.sigmas,
        scores=made.scores,
        energies=field.energies(xyz) if field else np.empty(0),
        seed_energies=field.energies(seeds) if field else np.empty(0),
        energy_name=field.name if field else "",
        bond_change=max_bond_change(starts, xyz, molecule.bonds),
        angle_change=max_angle_change(starts, xyz, molecule.bonds),
        stereo_errors=stereo_errors(mol, xyz),
        clashes=count_clashes(mol, xyz),
        seed_seconds=seconds[0],
        model_seconds=seconds[1],
    )


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m engine.conformers", description=__doc__)
    parser.add_argument("molecule", help="a SMILES or InChI, or a molecule file")
    parser.add_argument("-n", type=int, default=10, help="conformers (default 10)")
    for option in fields(SampleOptions):
        name, text = "--" + option.name.replace("_", "-"), option.metadata["help"]
        parser.add_argument(name, type=type(option.default), default=option.default, help=text)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", choices=MODELS, default="torus")
    parser.add_argument("--device", choices=devices(), default="cpu")
    parser.add_argument("--out", type=Path, default=Path("conformers.sdf"))
    args = parser.parse_args(arguments)
    path = Path(args.molecule)
    try:
        is_file = path.suffix and path.is_file()
        mol = from_file(path.name, path.read_bytes()) if is_file else read_text(args.molecule).mol
        model = load(args.model, args.device)
        options = SampleOptions(**{f.name: getattr(args, f.name) for f in fields(SampleOptions)})
        with tqdm(total=100, unit="%") as bar:
            made = generate(mol, model, args.n, options, args.seed, lambda s: _advance(bar, s))
    except MoleculeError as error:
        sys.exit(str(error))
    properties = {"model": args.model, "seed": args.seed, **asdict(options)}
    known = len(made.energies) > 0
    energies = made.energies if known else None
    text = to_sdf(mol, made.molecule.xyz, energies, properties, made.energy_name)
    args.out.write_text(text, encoding="utf-8")
    lowest = f", lowest {made.energies.min():.1f} kcal/mol ({made.energy_name})" if known else ""
    print(f"{args.n} conformers in {made.seconds:.1f} s{lowest}, written to {args.out}.")


def _advance(bar: tqdm, step: Step) -> None:
    bar.set_description(step.stage)
    bar.update(round(100 * step.fraction) - bar.n)


if __name__ == "__main__":
    main()
