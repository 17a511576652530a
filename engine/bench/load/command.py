"""A class of thirty in front of the app, by its real protocol.

Starts ``streamlit run app.py`` on a free port, or visits a server that runs (``--url``, with
``--pid`` for what its processes take), and measures, in seconds unless said otherwise:

* ``open.<page>.p50``, ``.p95``: 30 first visits within 5 s, until the first picture
  (``.missing``: those that had none when patience ended; they count as having waited so long;
  ``.processor``: processor seconds of the server for each);
* ``act_p50``, ``act_p95``: 30 sessions on mixed pages for 5 minutes, each turning a control every
  10 s while five sample molecules all the time, until the new picture is there; of these
  ``acts_by_page``, ``failed_sessions`` and ``foreign_results`` (a picture of somebody else's),
  ``cores_busy`` (processor time of the server over time) and ``memory_growth_mb`` from the second
  minute to the last;
* ``throughput_60_over_30``: pictures a second with 60 sessions over those with 30;
* ``starved_p95``: two sessions train for 40 minutes; 10 others press "Sample conformers": until
  their molecule moves;
* ``cancelled_gone``: until the processor rests after Cancel;
* ``single_user_ratio``: waits of a user alone over those at the reference revision, whose server
  is started beside it and visited in turn; None where git does not have that revision;
* ``identical``: share of pictures seen under load that a user alone sees just so;
* ``price``: by page, processor seconds of an opened page and of a rerun that changes nothing;
* ``come_and_go_mb``: memory after 100 sessions over that before;
* ``restart``: the server killed under ten open pages, two with uploads, and started again;
* ``parts``: how long each part of the run took; ``driver_cores``: what the visitors themselves
  took of the machine; ``load_before``: its load average when the run began, which should be near
  0: others' work makes every figure worse.

``--quick`` ends within two minutes: it leaves out the last four measurements and the molecules of
the single user, has less patience and works for seconds; a figure for which the time was too short
is None.
"""

from __future__ import annotations

import argparse
from typing import Any

#: The project before it was made to serve classes.
REFERENCE = "72ba765"
#: In this order: what a class leaves behind takes the processor for minutes.
PARTS = ("open", "fairness", "alone", "act", "endurance")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--quick", action="store_true", help="at most two minutes")
    parser.add_argument("--url", help="of a server that runs, behind a front or not")
    parser.add_argument("--pid", type=int, help="of that server's first process, on this machine")
    parser.add_argument("--reference", default=REFERENCE, help=f"a git revision ({REFERENCE})")
    parser.add_argument("--only", choices=PARTS, nargs="*", help="measure only these")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """All figures of a run, ready for JSON."""
    from engine.bench.load.measuring import measure  # needs what only the app needs

    return measure(args.quick, args.url, args.pid, args.reference, args.only or PARTS)


def show(figures: dict[str, Any]) -> str:
    """One figure a line."""
    return "\n".join(f"{key:24} {_short(value)}" for key, value in figures.items())


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
