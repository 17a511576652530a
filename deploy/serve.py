"""Serve the app by several processes behind nginx or Caddy.

``python deploy/serve.py --processes 2 --port 8501`` starts the processes on the ports after that
one, the front on it, starts again what dies, and ends all on Ctrl-C or SIGTERM.
docs/deployment.md says when that is worth it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import secrets
import shutil
import signal
import socket
import sys
import tempfile
from pathlib import Path

# Of a script Python puts only its own folder there.
sys.path.insert(0, str(Path(__file__).parents[1]))

from deploy.files import ROOT, prepare, streamlit_folder
from deploy.fronts import FRONTS, Site
from deploy.supervision import NeverAnsweredError, Program, keep

HEALTH = "/_stcore/health"


def cores() -> int:
    """Processor cores that may be used."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def parsed(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line; ends the program with one sentence where it asks for what cannot be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    setting = os.environ.get
    parser.add_argument(
        "--processes",
        type=int,
        default=setting("PROCESSES", str(max(1, cores() // 2))),
        help="server processes (default: half as many as cores, or $PROCESSES)",
    )
    parser.add_argument(
        "--port", type=int, default=setting("PORT", "8501"), help="default 8501, or $PORT"
    )
    parser.add_argument(
        "--address", default="", help="to listen on, as 127.0.0.1; all of the machine's by default"
    )
    parser.add_argument("--base", default="", help="a path before all addresses, as /diffusion")
    parser.add_argument(
        "--front", choices=FRONTS, help="the first of these that is installed by default"
    )
    options = parser.parse_args(arguments)
    if not 1 <= options.processes <= 64:
        parser.error("There can be 1 to 64 processes.")
    if not 1 <= options.port <= 65535 - options.processes:
        parser.error(f"Ports from 1 to {65535 - options.processes} leave room for the processes.")
    if not re.fullmatch(r"(/[\w.~-]+)*", options.base):
        parser.error("A base looks like /diffusion: it begins with / and does not end with one.")
    asked = options.front or next(filter(_found, FRONTS), "nginx")
    if not _found(asked):
        parser.error(f"{asked} is not installed: sudo apt-get install {asked}")
    options.front = asked
    return options


def _found(front: str) -> str | None:
    # Debian puts servers where the path of an ordinary user does not lead.
    return shutil.which(front, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def server(number: int, port: int, environment: dict[str, str]) -> Program:
    """One process of the app on a port that only this machine reaches."""
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    command += ["--server.fileWatcherType=none", "--logger.hideWelcomeMessage=true"]
    health = f"http://127.0.0.1:{port}{HEALTH}"
    return Program(f"process {number}", command, health, environment)


def front(name: str, site: Site) -> Program:
    """The web server in front, with its configuration written."""
    chosen = FRONTS[name]
    file = site.run / chosen.file
    file.write_text(chosen.configuration(site), encoding="utf-8")
    health = f"http://{site.address or '127.0.0.1'}:{site.port}/front-health"
    home = {"XDG_DATA_HOME": str(site.run), "XDG_CONFIG_HOME": str(site.run)}
    return Program(name, [_found(name) or name, *chosen.arguments, str(file)], health, home)


def environment(processes: int) -> dict[str, str]:
    """What every process is told: its share of the cores, and the secret that all sign with."""
    return {
        "EXPLORER_WORKERS": os.environ.get("EXPLORER_WORKERS", str(max(1, cores() // processes))),
        "STREAMLIT_SERVER_COOKIE_SECRET": os.environ.get(
            "STREAMLIT_SERVER_COOKIE_SECRET", secrets.token_hex(32)
        ),
    }


def _free(ports: list[int]) -> None:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except PermissionError:
                raise SystemExit(f"Port {port} needs rights: choose one over 1023.") from None
            except OSError:
                raise SystemExit(f"Port {port} is in use: choose another --port.") from None


async def serve(options: argparse.Namespace, streamlit: Path, run: Path) -> None:
    """Run everything until a signal asks to stop.

    ``streamlit`` is the folder that it serves, ``run`` one for what this run writes.

    Raises:
        ExceptionGroup: of ``NeverAnsweredError``: one of the programs cannot even start.
    """
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    ports = tuple(range(options.port + 1, options.port + 1 + options.processes))
    site = Site(options.address, options.port, ports, options.base, run / "files", run)
    told = environment(options.processes)
    servers = [server(number, port, told) for number, port in enumerate(ports, 1)]
    async with asyncio.TaskGroup() as group:
        kept = [group.create_task(keep(program)) for program in servers]
        facing = group.create_task(_face(front(options.front, site), servers, streamlit, site))
        await stopped.wait()
        facing.cancel()  # first, so that nobody meets a process that is ending
        await asyncio.wait([facing])
        for task in kept:
            task.cancel()


async def _face(facing: Program, servers: list[Program], streamlit: Path, site: Site) -> None:
    """Keep the front, once there is something behind it."""
    await asyncio.to_thread(prepare, streamlit, site.files)
    await asyncio.gather(*(program.answered.wait() for program in servers))
    await asyncio.gather(keep(facing), _announce(facing, site))


async def _announce(facing: Program, site: Site) -> None:
    await facing.answered.wait()
    facing.say(f"Open http://{site.address or 'localhost'}:{site.port}{site.base}/")


def main() -> None:
    """Serve until asked to stop; 1 where a program cannot start."""
    options = parsed()
    streamlit = streamlit_folder()
    _free([*range(options.port, options.port + 1 + options.processes)])
    with tempfile.TemporaryDirectory(prefix="diffusion-explorer-") as run:
        try:
            asyncio.run(serve(options, streamlit, Path(run)))
        except* NeverAnsweredError as problems:
            sys.exit(" ".join(map(str, problems.exceptions)))


if __name__ == "__main__":
    main()
