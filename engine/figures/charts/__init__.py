"""Plotly charts of records."""
