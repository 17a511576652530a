"""Sections of the page One dimension."""
