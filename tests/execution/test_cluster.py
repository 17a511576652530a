"""The same work on a Dask cluster: a real scheduler, two workers, one killed in mid-job."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from engine.execution import Cluster, Threads, Work
from tests.dask_cluster import dask_cluster
from tests.execution import work

PATIENCE = 120.0  #: seconds after which a test gives up; none waits for them


@pytest.mark.slow
def test_work_on_a_cluster_survives_a_worker_and_can_be_left(tmp_path: Path) -> None:
    with dask_cluster(tmp_path, workers=2) as address:
        made = Cluster(address, Threads(1))
        try:
            found = made.submit(Work(work.process, ()))
            assert found.wait(PATIENCE) and found.future.result()[0] != os.getpid()
            near = made.submit(Work(work.process, (), urgent=True))
            assert near.wait(PATIENCE) and near.future.result()[0] == os.getpid()

            failed = made.submit(Work(work.fail, ("value",)))
            assert failed.wait(PATIENCE)
            assert isinstance(failed.future.exception(), ValueError)

            long = made.submit(Work(work.where, (300, 0.02)))
            while long.partial is None:
                assert not long.wait(0.05), long.future.exception()
            os.kill(long.partial, signal.SIGKILL)
            assert long.wait(PATIENCE) and long.future.result() == 300, "another one took it up"

            endless = made.submit(Work(work.where, (100_000, 0.02)))
            while endless.partial is None:
                assert not endless.wait(0.05)
            endless.cancel()
            after = made.submit(Work(work.process, ()))
            assert after.wait(PATIENCE), "the only worker left is free again"
        finally:
            made.close()
