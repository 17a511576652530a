"""The script that repeats a run of the molecule page."""

from __future__ import annotations

from engine.chem import MOLECULES
from engine.experiments.molecule.conformer_run import Request, conformer_run
from engine.experiments.molecule.downloads import shown_sdf
from engine.experiments.molecule.ensembles import Selection
from engine.experiments.molecule.record import Source
from pages.ui.export import scripts
from pages.ui.export.scripts import Code
from pages.ui.molecule.scripted import PATH, as_argument


def script(source: Source, request: Request, stem: str, method: str, selection: Selection) -> str:
    """Python that makes the same conformers and writes ``{stem}_conformers.sdf``."""
    many = f"{request.conformers} conformer{'s' if request.conformers != 1 else ''}"
    molecule = "the SMILES below"
    if source.kind == "example":
        molecule = MOLECULES[source.text].name
    elif source.kind == "file":
        molecule = "a molecule whose file is in that folder"
    file = scripts.literal(f"{stem}_conformers.sdf")
    shown = f"made, {scripts.literal(method)}, {selection.duplicates}, {selection.cluster}"
    sdf = f'Path({file}).write_text(shown_sdf({shown}), encoding="utf-8")'
    name = (shown_sdf.__module__, shown_sdf.__name__)
    return scripts.run(
        f"Sample {many} of {molecule}, as on the molecule page.",
        stem,
        conformer_run,
        as_argument(source),
        request,
        save=Code(sdf, imports=(PATH, name)),
    )
