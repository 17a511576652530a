"""Sections of the page Swiss roll."""
