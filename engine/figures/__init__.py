"""Figures: records in, plotly figures and colours out. Nothing here computes science."""
