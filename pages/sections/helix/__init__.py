"""Sections of the page Helix."""
