"""Long work on many small tasks, in processes that may leak, hang or crash.

``run`` has processes on this machine, ``cluster.run`` those of a Dask cluster. Both take a function
that can be imported and an iterator of tasks, and yield (task, result) in the order of completion;
what hangs, crashes or takes too much memory costs its own task alone, whose result is ``Lost``.
Both ask the iterator again after every result, so that one that had no more tasks may have new
ones, and neither draws a task that is more than ``lead`` ahead of the oldest one in work.
"""

from engine.workers.local import run
from engine.workers.lost import Lost

__all__ = ["Lost", "run"]
