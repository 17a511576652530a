"""Sections of the page Samplers."""
