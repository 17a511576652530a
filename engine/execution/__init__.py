"""Where long work is done: in threads, in worker processes, or on other machines.

All executors take the same ``Work`` and give the same ``Task``. A server calls ``start`` once;
``executor()`` is then what pages submit their work to.
"""

from engine.execution.cluster import Cluster
from engine.execution.contract import BusyError, Executor, LostError, Status, Task, Work
from engine.execution.current import executor, numbers, prepare, start, stop, waiters, workers
from engine.execution.processes import Processes
from engine.execution.threads import Threads

__all__ = [
    "BusyError", "Cluster", "Executor", "LostError", "Processes", "Status", "Task", "Threads",
    "Work", "executor", "numbers", "prepare", "start", "stop", "waiters", "workers",
]  # fmt: skip
