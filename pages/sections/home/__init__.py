"""Sections of the page Start."""
