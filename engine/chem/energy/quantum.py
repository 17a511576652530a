"""GFN-FF minima and GFN2-xTB energies and minima of one molecule, in the gas phase.

GFN-FF: Spicher and Grimme 2020, doi:10.1002/anie.202004239 (package ``gfnff``). GFN2-xTB:
Bannwarth, Ehlert and Grimme 2019, doi:10.1021/acs.jctc.8b01176 (package ``tblite``). Both are
options (requirements-ensembles.txt), imported when first used: reference ensembles need both, and
where ``tblite`` is at hand the molecule page tells GFN2 energies.

The GFN-FF library is called directly, with SciPy's L-BFGS: a step costs half a millisecond, less
than the bookkeeping of ASE's optimisers. Its calculators leak memory unless they are closed.

A GFN2 gradient costs a hundred times as much, so its minimiser must not waste any: it works in the
coordinates in which GFN-FF's Hessian is the unit matrix, where bonds and torsions are equally
stiff. From GFN-FF minima of 46 conformers of drugs, 12 evaluations came within 0.2 kcal/mol of the
GFN2 minimum (median); as many without the Hessian within 1.7, and 120 within 0.2.
"""

from __future__ import annotations

import importlib.util
from types import TracebackType
from typing import Any, Self

import numpy as np
from rdkit import Chem
from scipy.optimize import minimize

from engine.chem.errors import MoleculeError

BOHR = 0.529177210903  # Angstrom
HARTREE = 627.5094740631  # kcal/mol
EV = 23.060547830619  # kcal/mol

#: A minimum has no force component above this (eV/Angstrom) ...
_FORCE = 0.05
#: ... or took this many evaluations.
_EVALUATIONS = 500
#: Steps that L-BFGS remembers.
_MEMORY = 20
#: Evaluations of GFN2 on the way to a minimum.
_GRADIENTS = 14
#: No direction is softer than this when GFN-FF's Hessian sets the scale (eV/Angstrom^2).
_SOFTEST = 0.02
#: Step of the finite differences behind that Hessian, Angstrom.
_STEP = 0.01
#: Stands for the energy of electrons that do not converge, eV.
_NEVER = 1e3
#: tblite's accuracy; energies of 10 agree with those of its default, 1, to 0.001 kcal/mol.
_ACCURACY = 10.0


def has_tight_binding() -> bool:
    """Whether the package for GFN2-xTB energies is installed."""
    return importlib.util.find_spec("tblite") is not None


def require_packages() -> None:
    """Check that the packages are here.

    Raises:
        MoleculeError: if one is missing, with the command that brings it.
    """
    try:
        import gfnff  # noqa: F401
        import tblite.interface  # noqa: F401
    except ImportError as error:
        raise MoleculeError(
            "Reference ensembles need the packages gfnff and tblite: "
            "python -m pip install -r requirements-ensembles.txt",
            detail=str(error),
        ) from error


class ForceField:
    """GFN-FF with the topology it sees in ``xyz`` (N, 3); close it, or use it in ``with``.

    One topology for all conformers makes their energies comparable, and no bond can change
    without paying for it.

    Raises:
        MoleculeError: if the library refuses the molecule.
    """

    def __init__(self, mol: Chem.Mol, xyz: np.ndarray) -> None:
        from gfnff import GFNFFCalculator

        self._numbers = np.array([a.GetAtomicNum() for a in mol.GetAtoms()], dtype=np.int32)
        try:
            self._field = GFNFFCalculator(
                self._numbers, np.asarray(xyz) / BOHR, charge=Chem.GetFormalCharge(mol)
            )
        except RuntimeError as error:
            raise MoleculeError("GFN-FF failed", detail=str(error)) from error

    def energy(self, xyz: np.ndarray) -> float:
        """Energy in kcal/mol of one conformer (N, 3), Angstrom; infinite if it has none."""
        energy, _ = self._evaluate(np.asarray(xyz, dtype=np.float64).ravel())
        return EV * energy if np.isfinite(energy) else np.inf

    def relax(self, xyz: np.ndarray) -> tuple[np.ndarray, float]:
        """The minimum (N, 3) next to ``xyz`` (N, 3), Angstrom, and its energy in kcal/mol."""
        result = minimize(
            self._evaluate,
            np.asarray(xyz, dtype=np.float64).ravel(),
            jac=True,
            method="L-BFGS-B",
            options={"maxfun": _EVALUATIONS, "gtol": _FORCE, "ftol": 0.0, "maxcor": _MEMORY},
        )
        return result.x.reshape(-1, 3), EV * float(result.fun)

    def hessian(self, xyz: np.ndarray) -> np.ndarray:
        """Second derivatives (3N, 3N) at ``xyz`` (N, 3), in eV/Angstrom^2."""
        flat = np.asarray(xyz, dtype=np.float64).ravel()
        steps = _STEP * np.eye(len(flat))
        rows = [self._evaluate(flat + d)[1] - self._evaluate(flat - d)[1] for d in steps]
        hessian = np.array(rows) / (2 * _STEP)
        return (hessian + hessian.T) / 2

    def _evaluate(self, flat: np.ndarray) -> tuple[float, np.ndarray]:
        """Energy in eV and gradient (3N,) in eV/Angstrom."""
        try:
            energy, gradient, _ = self._field.singlepoint(self._numbers, flat.reshape(-1, 3) / BOHR)
        except RuntimeError as error:
            raise MoleculeError("GFN-FF failed", detail=str(error)) from error
        return energy * HARTREE / EV, gradient.ravel() * (HARTREE / EV / BOHR)

    def close(self) -> None:
        """Give the library's memory back."""
        self._field.deallocate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class TightBinding:
    """GFN2-xTB of one molecule; each evaluation starts from the electrons of the last one."""

    def __init__(self, mol: Chem.Mol) -> None:
        self._numbers = np.array([a.GetAtomicNum() for a in mol.GetAtoms()])
        self._charge = float(Chem.GetFormalCharge(mol))
        self._calculator: Any = None
        self._last: Any = None

    def energy(self, xyz: np.ndarray) -> float:
        """Energy in kcal/mol of one conformer (N, 3), Angstrom; infinite if it has none."""
        return EV * self._evaluate(np.asarray(xyz))[0]

    def relax(self, xyz: np.ndarray, hessian: np.ndarray) -> tuple[np.ndarray, float]:
        """The minimum (N, 3) next to ``xyz`` (N, 3), nearly, and its energy in kcal/mol.

        hessian: (3N, 3N) eV/Angstrom^2, about that at ``xyz``, such as ``ForceField.hessian``.
        Where no electrons converge on the way, the energy is infinite.
        """
        start, best = np.asarray(xyz, dtype=np.float64), (np.inf, np.asarray(xyz))
        curvature, modes = np.linalg.eigh(hessian)
        scaled = modes / np.sqrt(np.abs(curvature) + _SOFTEST)

        def along(modes: np.ndarray) -> tuple[float, np.ndarray]:
            nonlocal best
            here = start + (scaled @ modes).reshape(-1, 3)
            energy, gradient = self._evaluate(here)
            best = min(best, (energy, here), key=lambda found: found[0])
            return min(energy, _NEVER), gradient.ravel() @ scaled

        minimize(
            along,
            np.zeros(len(curvature)),
            jac=True,
            method="L-BFGS-B",
            options={"maxfun": _GRADIENTS, "gtol": 1e-3, "ftol": 0.0, "maxcor": _MEMORY},
        )
        return best[1], EV * best[0]

    def _evaluate(self, xyz: np.ndarray) -> tuple[float, np.ndarray]:
        """Energy in eV and gradient (N, 3) in eV/Angstrom; infinite and zero without electrons."""
        from tblite.exceptions import TBLiteRuntimeError

        try:
            self._last = self._prepared(xyz / BOHR).singlepoint(self._last)
        except TBLiteRuntimeError:
            self._last = None
            return np.inf, np.zeros_like(xyz, dtype=np.float64)
        scale = HARTREE / EV
        return float(self._last["energy"]) * scale, np.array(self._last["gradient"]) * scale / BOHR

    def _prepared(self, bohr: np.ndarray) -> Any:
        """Tblite's calculator at these coordinates (N, 3)."""
        from tblite.interface import Calculator

        if self._calculator is None:
            self._calculator = Calculator("GFN2-xTB", self._numbers, bohr, charge=self._charge)
            self._calculator.set("verbosity", 0)
            self._calculator.set("accuracy", _ACCURACY)
        else:
            self._calculator.update(bohr)
        return self._calculator
