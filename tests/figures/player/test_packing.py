"""What the player shows travels packed, and nothing of a wrong shape is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from engine.figures.player import (
    Arrows,
    Bars,
    Chains,
    Curve,
    Heat,
    Layer,
    Line,
    Panel,
    Paths,
    Points,
    Scene,
    Streams,
    packing,
)

F, N = 6, 5


def scene(*layers: Layer) -> Scene:
    return Scene([Panel("P", list(layers), (0, 1), (0, 1))], [f"t = {k}" for k in range(F)])


def test_arrays_travel_as_columns_of_float32() -> None:
    xy = np.random.default_rng(0).normal(size=(F, N, 2))
    head, arrays = packing.pack(scene(Points(xy, c=np.arange(N))))
    layer = head["scene"]["panels"][0]["layers"][0]
    assert layer["kind"] == "Points"
    assert layer["xy"]["shape"] == (F, N, 2)
    column = arrays[layer["xy"]["array"]]
    assert column.dtype == np.float32
    np.testing.assert_allclose(column.reshape(F, N, 2), xy, rtol=1e-6)
    assert len(arrays[layer["c"]["array"]]) == N


def test_large_arrays_travel_in_half_the_bytes() -> None:
    xy = np.random.default_rng(0).normal(size=(F, 1000, 2))
    xy[1, 2] = np.nan
    head, arrays = packing.pack(scene(Points(xy)))
    sent = head["scene"]["panels"][0]["layers"][0]["xy"]
    column = arrays[sent["array"]]
    assert column.dtype == np.int16
    back = np.where(column == -32768, np.nan, column * sent["step"]).reshape(F, 1000, 2)
    np.testing.assert_allclose(back, xy, atol=np.nanmax(np.abs(xy)) / 65_000)


def test_every_layer_packs() -> None:
    layers = [
        Points(np.zeros((F, N, 2))),
        Chains(np.zeros((1, 2, N, 3)), c=np.zeros(N)),
        Paths(np.arange(F), np.zeros((F, N))),
        Bars(np.arange(N + 1), np.zeros((F, N))),
        Curve(np.arange(N)[None], np.zeros((F, N)), cursor=True),
        Heat(np.zeros((F, 3, 4)), (0, 1, 0, 1), cover=np.ones((1, 3, 4))),
        Streams(np.zeros((F, 3, N, 2))),
        Arrows(np.zeros((1, N, 2)), np.zeros((F, N, 2))),
        Line(0, 0, 1, 1, label="level"),
    ]
    packed = packing.pack(scene(*layers))[0]["scene"]["panels"][0]["layers"]
    assert [layer["kind"] for layer in packed] == [type(layer).__name__ for layer in layers]


def test_a_role_becomes_a_colour_for_each_theme() -> None:
    head, _ = packing.pack(scene(Line(0, 0, 1, 1, colour="model")))
    light, dark = head["scene"]["panels"][0]["layers"][0]["colour"]
    assert light.startswith("#")
    assert light != dark
    assert packing._colour("#123456") == ["#123456", "#123456"]


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Points(np.zeros((F - 1, N, 2))), "has 5 frames, the scene 6"),
        (Points(np.zeros((N, 2))), "has shape"),
        (Heat(np.zeros((2, 3, 4)), (0, 1, 0, 1)), "has 2 frames"),
        (Curve(np.zeros(N), np.zeros((1, N))), "has shape"),
        (Streams(np.zeros((F, N, 2))), "has shape"),
        (Heat(np.zeros((F, 3, 4)), (0, 1, 0, 1), cover=np.ones((2, 3, 4))), "has 2 frames"),
    ],
)
def test_a_wrong_shape_is_refused(layer: Layer, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        packing.pack(scene(layer))
