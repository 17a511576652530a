"""The conformers of one side as a file."""

from __future__ import annotations

from engine.cartesian.sampling import METHOD
from engine.chem.search.smiles_lists import written
from engine.chem.writing import ConformerSet, to_sdf_file
from engine.experiments.cartesian.records import Clock
from engine.molecule import Ensemble

#: By side: what its conformers are called in a file.
METHODS = {"coordinates": METHOD, "torsions": "Torsional diffusion"}


def ends_sdf(made: Clock, side: str) -> str:
    """The last frame of a side, "coordinates" or "torsions", with its meters as data fields."""
    walked = getattr(made, side)
    ensemble = Ensemble(made.record.molecule, walked.ends, METHODS[side])
    settings, last = made.settings, walked.meters
    properties = {
        "smiles": written(made.record.mol),
        "method": METHODS[side],
        "direction": settings.direction,
        "steps": settings.steps,
        "seed": settings.seed,
    }
    if side == "coordinates":
        properties |= {"sampler": settings.sampler, "denoiser": settings.denoiser}
    rows: dict[str, list[object]] = {
        "largest_bond_error_share": last.bond[-1].tolist(),
        "largest_angle_error_degrees": last.angle[-1].tolist(),
        "stereo_centres_flipped": last.flips[-1].tolist(),
        "clashing_atom_pairs": last.clashes[-1].tolist(),
        "valid": last.valid[-1].tolist(),
    }
    return to_sdf_file(ConformerSet(made.record.mol, ensemble, properties, rows))
