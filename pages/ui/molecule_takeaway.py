"""What can be taken away from a finished run, as text or bytes. Runs in jobs, no Streamlit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields

import numpy as np
import torch

from engine.chem.export import ConformerSet
from engine.chem.library import MOLECULES
from engine.figures.conformers import Ensemble
from engine.figures.drawing import Look, png
from engine.figures.film import gif
from engine.figures.webpage import webpage
from engine.molecule import Molecule, align
from engine.torsional.geometry import dihedrals, rotate
from engine.torus import wrap
from pages.ui.molecule_jobs import Record, Request, Run, Source

Report = Callable[..., None]
FILM_FRAMES = 41  #: about so many pictures make a film that looks smooth and stays small


@dataclass(frozen=True)
class Picture:
    """What is drawn. lowest: only the conformer of lowest energy, as balls and sticks."""

    dark: bool = False
    lowest: bool = False
    hydrogens: bool = False


def gathered(
    record: Record, xyz: np.ndarray, ensemble: Ensemble, run: Run, aligned: bool = False
) -> ConformerSet:
    """Conformers xyz (K, N, 3) with all that their files say of them.

    aligned: laid over each other by their heavy atoms, else as they were sampled.
    """
    request = run.request
    properties: dict[str, object] = {"method": ensemble.label, "seed": request.seed}
    if ensemble is not run.classical:
        properties |= {"model": request.model, **asdict(request.options)}
        properties["starting_structures"] = run.classical.label
    return ConformerSet(
        mol=record.mol,
        molecule=record.molecule,
        xyz=align(xyz, record.molecule.heavy) if aligned else xyz,
        energies=ensemble.energies,
        energy_name=run.field,
        properties=properties,
    )


def lowest(run: Run) -> int:
    """The sample of lowest energy; the first where there are no energies."""
    return int(run.model.energies.argmin()) if run.field else 0


def picture(record: Record, run: Run, wanted: Picture) -> bytes:
    """The finished conformers as a PNG, 1200 pixels wide."""
    xyz = run.frames[-1]
    if wanted.lowest:
        xyz = xyz[[lowest(run)]]
    look = Look(1200, 900, wanted.dark, wanted.lowest, wanted.hydrogens, supersample=3)
    return png(record.molecule, record.elements, xyz, look)


def film(report: Report, record: Record, run: Run, wanted: Picture) -> bytes:
    """The reverse process as an animated GIF."""

    def progress(done: int, total: int) -> None:
        report(done, total, message=f"Drawing picture {done + 1} of {total}")

    frames = run.frames[:, [lowest(run)]] if wanted.lowest else run.frames
    look = Look(480, 420, wanted.dark, wanted.lowest, wanted.hydrogens)
    smooth, sigmas = between(record.molecule, frames, np.array(run.sigmas), FILM_FRAMES)
    return gif(record.molecule, record.elements, smooth, sigmas.tolist(), look, progress)


def between(
    molecule: Molecule, frames: np.ndarray, sigmas: np.ndarray, wanted: int
) -> tuple[np.ndarray, np.ndarray]:
    """About ``wanted`` frames (F', K, N, 3) and their noise levels (F',), first and last kept.

    Many frames (F, K, N, 3) are thinned out; between few, the torsions turn the shorter way, so
    that bonds keep their lengths at every moment.
    """
    if len(frames) > wanted:
        kept = np.unique(np.linspace(0, len(frames) - 1, wanted).round().astype(int))
        return frames[kept], sigmas[kept]
    parts = max(1, (wanted - 1) // max(1, len(frames) - 1))
    shares = np.arange(parts) / parts
    count = frames.shape[1]
    rotors = torch.from_numpy(molecule.rotors).expand(count, -1, -1)
    moving = torch.from_numpy(molecule.moving).expand(count, -1, -1)
    quartets = torch.from_numpy(molecule.quartets)
    out, levels = [], []
    for f in range(len(frames) - 1):
        now, following = torch.from_numpy(frames[f]), torch.from_numpy(frames[f + 1])
        delta = wrap(dihedrals(following, quartets) - dihedrals(now, quartets))
        out += [rotate(now, rotors, moving, float(share) * delta).numpy() for share in shares]
        levels += (sigmas[f] + shares * (sigmas[f + 1] - sigmas[f])).tolist()
    return np.stack([*out, frames[-1]]), np.array([*levels, sigmas[-1]])


def player(record: Record, run: Run) -> str:
    """All conformers as a web page that plays without a network."""
    request, count = run.request, run.frames.shape[1]
    many = request.options.candidates * count
    caption = (
        f"{count} conformers{f' of {many}' if many > count else ''} by torsional diffusion in "
        f"{request.options.steps} denoising steps, seed {request.seed}. Drag to turn, scroll to "
        "zoom."
    )
    return webpage(record.molecule, record.elements, run.frames, run.sigmas, caption)


SCRIPT = '''"""{title}, as sampled on the molecule page.

Run it in the project's folder.{hint}
"""

from pathlib import Path

import torch

from engine.chem.convert import to_sdf
from engine.chem.read import {reader}
from engine.conformers import generate
from engine.torsional.model import load
from engine.torsional.sample import SampleOptions

torch.set_num_threads(1)  # as on the page, so that every digit agrees

mol = {call}
model = load({model}, {device})
options = {options}
made = generate(mol, model, {conformers}, options, seed={seed})

xyz = made.molecule.xyz  # (conformers, atoms, 3), Angstrom
energies = made.energies if made.energy_name else None
text = to_sdf(mol, xyz, energies, energy_name=made.energy_name)
Path({out}).write_text(text, encoding="utf-8")
'''


def script(source: Source, request: Request, stem: str) -> str:
    """A Python script that repeats the run. stem: of the SDF that it writes."""
    name, reader, call, hint = _reading(source)
    many = f"{request.conformers} conformer{'s' if request.conformers != 1 else ''}"
    return SCRIPT.format(
        title=f"{many} of {name}",
        hint=hint,
        reader=reader,
        call=call,
        model=_quoted(request.model),
        device=_quoted(request.device),
        options=repr(request.options),
        conformers=request.conformers,
        seed=request.seed,
        out=_quoted(f"{stem}_conformers.sdf"),
    )


def _reading(source: Source) -> tuple[str, str, str, str]:
    """Name of the molecule, the function that reads it, its call, and a hint for the reader."""
    if source.kind == "example":
        example = MOLECULES[source.text]
        call = f"from_smiles({_quoted(example.smiles)}, name={_quoted(example.name)})"
        return example.name, "from_smiles", call, ""
    chosen = _choices(source)
    plain = chosen.keys() <= {"largest"}
    words = "".join(f", {name}={value}" for name, value in chosen.items())
    text = _quoted(source.text)
    if source.kind == "smiles":
        reader = "from_smiles" if plain else "read_text"
        call, name, hint = f"{reader}({text}{words})", "a line of text", ""
    else:
        reader = "from_file" if plain else "read_file"
        call, name = f"{reader}({text}, Path({text}).read_bytes(){words})", "a file"
        hint = " The molecule's file has to lie there too."
    return name, reader, call if plain else f"{call}.mol", hint


def _choices(source: Source) -> dict[str, str]:
    """What was chosen while reading (the largest piece, a record, ...), as Python text by name."""
    values = {f.name: (getattr(source, f.name), f.default) for f in fields(source)}
    return {
        name: _quoted(value) if isinstance(value, str) else repr(value)
        for name, (value, default) in values.items()
        if name not in ("kind", "text", "data") and value != default
    }


def _quoted(text: str) -> str:
    """A Python string in double quotes."""
    return json.dumps(text, ensure_ascii=False)
