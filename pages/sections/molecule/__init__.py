"""Sections of the molecule page."""
