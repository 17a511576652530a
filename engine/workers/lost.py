"""What stands in place of a result that a task could not give."""

from __future__ import annotations


class Lost(str):
    """Why a task has no result: "crashed", "time limit" or "memory limit"."""

    __slots__ = ()


CRASHED, TIME, MEMORY = Lost("crashed"), Lost("time limit"), Lost("memory limit")
