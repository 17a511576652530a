"""Fuzzing: damaged and hostile files against everything that reads what users bring."""

from engine.bench.fuzz import command

__all__ = ["command"]
