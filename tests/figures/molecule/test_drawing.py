"""Pictures drawn in software: the renderer against geometry, GIF and PNG opened by Pillow."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from engine.figures import palette
from engine.figures.molecule.drawing import Look, png, rgb, sticks, visible
from engine.figures.molecule.gif import encoded, pictures
from engine.figures.molecule.raster import Camera, Canvas, Sticks, render
from engine.figures.molecule.scene import CROWD
from engine.figures.molecule.views import bond_colours
from engine.molecule import Molecule
from tests.molecules import chem, record

BLACK = np.zeros(3, dtype=np.float32)
SMILES = "CC(C)Cc1ccc(cc1)C(C)C(=O)O"


@pytest.fixture(scope="module")
def ibuprofen() -> tuple[Molecule, list[str]]:
    """Three conformers and the symbols."""
    return record(SMILES, 3), [atom.GetSymbol() for atom in chem(SMILES).GetAtoms()]


def capsule(a: list[float], b: list[float], radius: float, colour: list[float]) -> Sticks:
    return Sticks(
        np.array([[a, b]], dtype=np.float32),
        np.array([radius], dtype=np.float32),
        np.array([[colour, colour]], dtype=np.float32),
    )


def far_camera(scale: float) -> Camera:
    """Nearly without perspective."""
    return Camera((0.0, 0.0, 0.0), scale, 3.0, 1e5)


@pytest.mark.parametrize(
    ("a", "b", "area"),
    [
        ([0, 0, 0], [0, 0, 0], np.pi),  # a ball of radius 1
        ([-2, 0, 0], [2, 0, 0], np.pi + 8),  # across the view
        ([0, 0, -2], [0, 0, 2], np.pi),  # along the view
        ([-1, -1, -1], [1, 1, 1], np.pi + 4 * np.sqrt(2)),  # aslant: shortened by the view
    ],
)
def test_the_outline_has_the_area_of_geometry(a: list, b: list, area: float) -> None:
    drawn = capsule(a, b, 1.0, [1, 1, 1])
    pixels = render(drawn, far_camera(20), Canvas(160, 160, BLACK, supersample=2, fog=0))
    assert (pixels.max(axis=2) > 60).sum() / 20**2 == pytest.approx(area, rel=0.03)


def test_what_is_nearer_hides_what_is_behind_whatever_the_order() -> None:
    red, blue = [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]
    near = capsule([0, -2, 1.5], [0, 2, 1.5], 0.3, red)
    far = capsule([-2, 0, 0], [2, 0, 0], 0.6, blue)
    pictures = []
    for order in ((near, far), (far, near)):
        both = Sticks(
            *(np.concatenate([getattr(s, f) for s in order]) for f in Sticks.__annotations__)
        )
        pictures.append(render(both, far_camera(20), Canvas(120, 120, BLACK)))
    assert np.array_equal(*pictures)
    middle = pictures[0][60, 60].astype(int)
    assert middle[0] > middle[2] + 80, "the red stick lies in front"


def test_y_points_up_and_light_comes_from_the_upper_left() -> None:
    up = render(
        capsule([0, 1, 0], [0, 1, 0], 0.8, [1, 1, 1]), far_camera(20), Canvas(100, 100, BLACK)
    )
    rows = np.nonzero(up.max(axis=(1, 2)))[0]
    assert rows.mean() < 40
    grey = capsule([0, 0, 0], [0, 0, 0], 2, [0.5, 0.5, 0.5])
    ball = render(grey, far_camera(20), Canvas(100, 100, BLACK))
    assert ball[30, 34].mean() > ball[70, 66].mean() + 30


def test_edges_are_smooth() -> None:
    pixels = render(
        capsule([0, 0, 0], [0, 0, 0], 1, [1, 1, 1]), far_camera(20), Canvas(80, 80, BLACK)
    )
    assert len(np.unique(pixels)) > 40


def test_the_camera_shows_every_point() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(5, 30, 3)) * [6, 2, 4] + [3, -1, 2]
    view = Camera.fitting(points, 300, 200, margin=0.5)
    for point in points.reshape(-1, 3):
        alone = capsule(point, point, 0.25, [1, 1, 1])
        pixels = render(alone, view, Canvas(300, 200, BLACK, supersample=1, fog=0))
        frame = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        assert pixels.max() > 60 and frame.max() == 0


def test_rotatable_bonds_wear_their_colours(ibuprofen: tuple[Molecule, list[str]]) -> None:
    molecule, elements = ibuprofen
    drawn = sticks(molecule, elements, molecule.xyz[:1], Look(hydrogens=True))
    assert len(drawn.ends) == len(molecule.bonds) + molecule.n_rotors
    for (b, c), colour in zip(molecule.rotors.tolist(), bond_colours(molecule), strict=True):
        middle = molecule.xyz[0, [b, c]].mean(axis=0)
        here = np.abs(drawn.ends.mean(axis=1) - middle).max(axis=1) < 1e-4
        whole, sleeve = sorted(np.flatnonzero(here), key=lambda e: drawn.radii[e])
        assert np.allclose(drawn.colours[sleeve], rgb(colour))
        ends = [rgb(palette.ELEMENTS[elements[i]].light) for i in (b, c)]
        assert any(np.allclose(drawn.colours[whole], pair) for pair in (ends, ends[::-1]))
        length = np.linalg.norm(np.diff(drawn.ends[[whole, sleeve]], axis=1), axis=-1).ravel()
        assert length[1] / length[0] == pytest.approx(0.46, abs=0.01), "both ends stay to be seen"


def test_only_a_crowd_has_thin_sticks(ibuprofen: tuple[Molecule, list[str]]) -> None:
    molecule, elements = ibuprofen
    assert len(molecule.xyz) * 3 > CROWD
    many = np.tile(molecule.xyz, (3, 1, 1))[: CROWD + 1]
    alone, few, crowd = (
        sticks(molecule, elements, many[:k], Look()).radii.max() for k in (1, CROWD, CROWD + 1)
    )
    assert crowd < few == alone


def test_hydrogens_on_carbon_can_be_left_out(ibuprofen: tuple[Molecule, list[str]]) -> None:
    molecule, elements = ibuprofen
    shown = visible(molecule, elements, hydrogens=False)
    assert shown.sum() == molecule.heavy.sum() + 1, "the acid's hydrogen stays"
    assert visible(molecule, elements, hydrogens=True).all()


def test_balls_and_sticks_draw_double_bonds_twice(ibuprofen: tuple[Molecule, list[str]]) -> None:
    molecule, elements = ibuprofen
    drawn = sticks(molecule, elements, molecule.xyz[:1], Look(balls=True, hydrogens=True))
    orders = np.ceil(molecule.bond_orders).astype(int)
    assert len(drawn.ends) == orders.sum() + molecule.n_atoms + molecule.n_rotors
    assert np.isfinite(drawn.ends).all()


@pytest.mark.parametrize("smiles", ["CCCC#CCO", "C=C=CCO"])
def test_straight_molecules_have_parallel_sticks_too(smiles: str) -> None:
    molecule = record(smiles, 1)
    elements = [atom.GetSymbol() for atom in chem(smiles).GetAtoms()]
    assert np.isfinite(sticks(molecule, elements, molecule.xyz, Look(balls=True)).ends).all()


@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_opens(ibuprofen: tuple[Molecule, list[str]], dark: bool) -> None:
    molecule, elements = ibuprofen
    picture = Image.open(BytesIO(png(molecule, elements, molecule.xyz, Look(300, 200, dark))))
    assert picture.format == "PNG" and picture.size == (300, 200)
    pixels = np.asarray(picture.convert("RGB")).astype(int)
    background = (255 * rgb(palette.BACKGROUND.on(dark))).round()
    assert np.abs(pixels[0, 0] - background).max() <= 1
    drawn = np.abs(pixels - background).max(axis=2) > 40
    assert 0.02 < drawn.mean() < 0.6
    columns = np.nonzero(drawn)[1]
    assert np.ptp(columns) > 200, "the molecule fills the picture"


def test_a_film_has_a_picture_per_frame(ibuprofen: tuple[Molecule, list[str]]) -> None:
    molecule, elements = ibuprofen
    frames = np.stack([molecule.xyz[[0, 1]], molecule.xyz[[1, 2]], molecule.xyz[[2, 0]]])
    drawn = list(pictures(molecule, elements, frames, [np.pi, 1.0, 0.0], Look(200, 160)))
    film = Image.open(BytesIO(encoded(drawn)))
    assert film.format == "GIF" and film.size == (200, 160)
    assert film.n_frames == len(drawn) == 3 and film.info["loop"] == 0
    durations, shown = [], []
    for f in range(3):
        film.seek(f)
        durations.append(film.info["duration"])
        shown.append(np.asarray(film.convert("RGB")).astype(int))
    assert durations[-1] > durations[1], "the result stands still for a while"
    assert all(np.abs(a - b).max() > 60 for a, b in pairwise(shown))


def test_the_same_film_twice(ibuprofen: tuple[Molecule, list[str]]) -> None:
    molecule, elements = ibuprofen
    frames = molecule.xyz[None]
    look = Look(120, 100)
    films = [encoded(list(pictures(molecule, elements, frames, [0.0], look))) for _ in range(2)]
    assert films[0] == films[1]
    assert Image.open(BytesIO(films[0])).n_frames == 1
