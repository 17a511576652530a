"""The player's pictures: scenes of panels and layers, and how they are packed for the browser."""

from engine.figures.player.scene import (
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
)

__all__ = [
    "Arrows",
    "Bars",
    "Chains",
    "Curve",
    "Heat",
    "Layer",
    "Line",
    "Panel",
    "Paths",
    "Points",
    "Scene",
    "Streams",
]
