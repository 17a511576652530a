"""The elements that the model and its networks know, by their symbols."""

from __future__ import annotations

#: Elements with a feature column of their own; others share the last one.
ELEMENTS = (1, 5, 6, 7, 8, 9, 14, 15, 16, 17, 35, 53)
