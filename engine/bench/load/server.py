"""The app as a user starts it, and what its processes take."""

from __future__ import annotations

import contextlib
import io
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[3]
STARTING = 120.0  #: seconds that a server may take until it answers
_FLAGS = ("--server.headless=true", "--server.address=127.0.0.1", "--server.fileWatcherType=none")


class ServerError(RuntimeError):
    """There is no server to measure."""


@dataclass(frozen=True)
class Processes:
    """The processes of a server: one and all that descend from it."""

    pid: int

    def seconds(self) -> float:
        """Processor time so far, of those that have ended too."""
        found = 0.0
        for process in self._all():
            with contextlib.suppress(psutil.Error):
                found += sum(process.cpu_times()[:4])
        return found

    def megabytes(self) -> float:
        """Memory in use; what several share counts once."""
        found = 0
        for process in self._all():
            with contextlib.suppress(psutil.Error):
                memory = process.memory_full_info()
                found += getattr(memory, "pss", memory.rss)
        return found / 1e6

    def kill(self) -> None:
        """End them all at once, as a machine that fails."""
        for process in self._all():
            with contextlib.suppress(psutil.Error):
                process.kill()

    def _all(self) -> list[psutil.Process]:
        try:
            first = psutil.Process(self.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


@dataclass(frozen=True)
class Server:
    """A running app. processes: None where it runs elsewhere."""

    url: str
    processes: Processes | None = None


def start(root: Path = ROOT, port: int = 0) -> Server:
    """``streamlit run app.py`` in ``root``, answering; port 0: a free one.

    Raises:
        ServerError: if there is no app or it does not start.
    """
    if not (root / "app.py").is_file():
        raise ServerError(f"There is no app.py in {root}: run this in a checkout of the project.")
    port = port or _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", *_FLAGS]
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=root, stdout=silent, stderr=silent)  # noqa: S603
    url, end = f"http://127.0.0.1:{port}", time.monotonic() + STARTING
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):  # noqa: S310
                return Server(url, Processes(process.pid))
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    process.kill()
    raise ServerError("The server did not start.")


def stop(server: Server) -> None:
    """End a server of ours and wait for it."""
    assert server.processes is not None
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(server.processes.pid)
        process.terminate()
        try:
            process.wait(10)
        except psutil.TimeoutExpired:
            server.processes.kill()
            process.wait()


@contextlib.contextmanager
def running(root: Path = ROOT) -> Iterator[Server]:
    """A server for as long as the ``with`` statement lasts."""
    server = start(root)
    try:
        yield server
    finally:
        stop(server)


@contextlib.contextmanager
def checkout(revision: str) -> Iterator[Path | None]:
    """The project as it was at a revision, in a folder for a while; None where git has it not."""
    command = ["git", "archive", "--format=tar", revision]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)  # noqa: S603
    if found.returncode:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(found.stdout)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
