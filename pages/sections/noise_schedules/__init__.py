"""Sections of the page Noise schedules."""
