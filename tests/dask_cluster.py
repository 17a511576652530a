"""A Dask cluster on this machine: a real scheduler and workers of one thread, each a process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.workers import cluster

ROOT = Path(__file__).parents[1]


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[str]:
    """The address of its scheduler; what the processes say is in ``folder``."""
    place, started = folder / "scheduler.json", []

    def start(name: str, *arguments: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{name}", *arguments]
        with (folder / f"{name}.log").open("ab") as log:
            started.append(subprocess.Popen(
                [*command, "--no-dashboard"], cwd=ROOT, stdout=log, stderr=log
            ))  # fmt: skip
        return started[-1]

    try:
        scheduler = start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(place)
        )
        while not (place.exists() and place.read_text().endswith("}")):
            assert scheduler.poll() is None, (folder / "scheduler.log").read_text()
            time.sleep(0.1)
        address = json.loads(place.read_text())["address"]
        for _ in range(workers):
            start("worker", address, "--nthreads", "1", "--no-nanny")
        with cluster.connected(address) as client:
            client.wait_for_workers(workers, timeout=120)
        yield address
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()
