"""Work on what strangers send, in processes with limits on processor time and memory.

A library that does not end, takes all memory or crashes would take the whole server with it: none
of that can be stopped from a thread. A server calls ``start`` once; from then on ``guarded`` runs
in processes of their own. Without it, as in a script or a notebook, work runs where it is asked
for. A server also says who asks (``asking``): the processes are shared out fairly. Work of trusted
origin and of any length belongs to ``engine.workers``.
"""

from engine.limits.pool import LimitError, Limits, Pool, guarded, prepare, start, stop
from engine.limits.turns import CrowdError, asking

__all__ = [
    "CrowdError",
    "LimitError",
    "Limits",
    "Pool",
    "asking",
    "guarded",
    "prepare",
    "start",
    "stop",
]
