"""Measurements from the command line: ``python -m engine.bench --help``."""
