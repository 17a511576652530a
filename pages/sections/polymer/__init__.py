"""Sections of the polymer page."""
