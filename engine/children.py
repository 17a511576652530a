"""Processes of our own that take requests on their standard input and answer on the output.

Not of ``multiprocessing``, whose children run the script of the server again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

#: Read by the mathematics libraries when they are loaded: how many threads a process has.
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_ROOT = Path(__file__).resolve().parents[1]


def start(program: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A Python process that runs ``program`` (its text) with this package and one thread."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={
            **os.environ,
            **dict.fromkeys(THREADS, "1"),
            "PYTHONPATH": os.pathsep.join(paths),
        },
    )


def pipes() -> tuple[BinaryIO, BinaryIO]:
    """In such a process: requests and answers. What libraries print goes to the error stream."""
    requests: BinaryIO = os.fdopen(os.dup(0), "rb")
    answers: BinaryIO = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, whose end ends this
    return requests, answers
