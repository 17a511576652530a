"""The palette: readable on both backgrounds, apart for colour-blind readers, used by the theme."""

from __future__ import annotations

import tomllib
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.figures import palette
from tests.conftest import ROOT

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0519]]
    ),
    "deuteranopia": np.array(
        [[0.3673, 0.8606, -0.2280], [0.2802, 0.6727, 0.0471], [-0.0118, 0.0429, 0.9689]]
    ),
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
MEANINGS = ["data", "noise", "model", "reference"]


def linear(colour: str) -> NDArray[np.float64]:
    """(3,) linear RGB of "#rrggbb"."""
    c = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2, 1 to 21."""
    light = sorted(float(XYZ[1] @ linear(c)) for c in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def lab(colour: str, vision: str) -> NDArray[np.float64]:
    """(3,) CIE Lab of a colour as seen with this vision."""
    seen = np.clip(VISION[vision] @ linear(colour), 0, 1)
    xyz = XYZ @ seen / (XYZ @ np.ones(3))
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, vision: str) -> float:
    """CIE 1976 colour difference; about 2 is just noticeable."""
    return float(np.linalg.norm(lab(one, vision) - lab(other, vision)))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("vision", VISION)
def test_the_four_meanings_stay_apart(vision: str, dark: bool) -> None:
    for one, other in combinations(MEANINGS, 2):
        assert distance(palette.role(one, dark), palette.role(other, dark), vision) > 20, (
            one,
            other,
        )


@pytest.mark.parametrize("dark", [False, True])
def test_marks_and_text_are_readable(dark: bool) -> None:
    background = palette.BACKGROUND.on(dark)
    for name in palette.ROLES:
        assert contrast(palette.role(name, dark), background) >= 3, name
    for text in (palette.INK, palette.MUTED, palette.ACCENT):
        assert contrast(text.on(dark), background) >= 4.5


def test_series_are_readable_on_both_backgrounds_and_apart() -> None:
    for colour in palette.SERIES:
        for dark in (False, True):
            assert contrast(colour, palette.BACKGROUND.on(dark)) >= 3, colour
    for one, other in combinations(palette.SERIES[:4], 2):
        for vision in VISION:
            assert distance(one, other, vision) > 12, (one, other, vision)


def test_the_theme_of_the_app_uses_the_palette() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    for name, dark in (("light", False), ("dark", True)):
        assert theme[name]["backgroundColor"] == palette.BACKGROUND.on(dark)
        assert theme[name]["textColor"] == palette.INK.on(dark)
        assert theme[name]["primaryColor"] == palette.ACCENT.on(dark)
        assert theme[name]["borderColor"] == palette.RULE.on(dark)


@pytest.mark.parametrize("name", palette.SCALES)
@pytest.mark.parametrize("dark", [False, True])
def test_scales_become_plotly_colorscales(name: str, dark: bool) -> None:
    stops = palette.scale(name, dark)
    assert stops[0][0] == 0.0
    assert stops[-1][0] == 1.0
    assert all(str(colour).startswith("#") for _, colour in stops)


def test_helpers() -> None:
    assert palette.with_alpha("#0067A6", 0.5) == "rgba(0, 103, 166, 0.5)"
    assert palette.plotly_template(True).layout.font.color == palette.INK.dark
    with pytest.raises(KeyError):
        palette.role("unknown")
