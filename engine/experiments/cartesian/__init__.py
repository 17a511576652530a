"""Molecules diffused in their coordinates, for pages, scripts and notebooks."""
