"""A real front with two real processes, asked over HTTP and Streamlit's websocket."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from deploy import serve
from deploy.fronts import FRONTS

ROOT = Path(__file__).parents[2]
SCRIPT = re.compile(rb'"\./(static/js/index\.[\w-]+\.js)"')


@dataclass
class Served:
    """What ``deploy/serve.py`` serves, and what it has said so far."""

    process: subprocess.Popen[str]
    port: int
    said: str = ""

    def until(self, pattern: str) -> str:
        """The first group of the next line of the log that matches; fails where the log ends."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if found := re.search(pattern, line):
                return found[1]
        raise AssertionError(f"It never said {pattern}:\n{self.said}")

    def get(self, path: str, **headers: str) -> tuple[dict[str, str], bytes]:
        """Headers (lower case) and body of an answer."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return {name.lower(): text for name, text in answer.headers.items()}, answer.read()

    def newcomer(self) -> str:
        """The cookie that a new visitor gets: it holds the port of a process."""
        return self.get("swiss_roll")[0]["set-cookie"].partition(";")[0]

    def join(self, cookie: str) -> ClientConnection:
        """An open page of the visitor with this cookie."""
        return connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            additional_headers={"Cookie": cookie},
            subprotocols=["streamlit"],
            open_timeout=60,
        )


def free_ports(count: int) -> int:
    """The first of so many free ports in a row."""
    for first in range(18500, 30000, count):
        probes = [socket.socket() for _ in range(count)]
        try:
            for port, probe in enumerate(probes, first):
                probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
        return first
    raise RuntimeError("No ports are free.")


@pytest.fixture
def started() -> Iterator[Callable[..., Served]]:
    """``started("nginx", "--base", "/course")``: two processes behind it, ready."""
    all_served: list[Served] = []

    def start(front: str, *arguments: str) -> Served:
        if serve._found(front) is None:
            pytest.skip(f"{front} is not installed: apt-get install {front}")
        port = free_ports(3)
        command = [sys.executable, "deploy/serve.py", "--processes=2", f"--front={front}"]
        command += [f"--port={port}", "--address=127.0.0.1", *arguments]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        all_served.append(Served(process, port))
        all_served[-1].until("Open (http.*)")
        return all_served[-1]

    yield start
    for served in all_served:
        served.process.terminate()
        served.process.communicate(timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize("front", FRONTS)
def test_visitors_keep_their_process_until_it_dies(started, front):
    served = started(front, "--base=/course")

    script = SCRIPT.search(served.get("course/")[1])[1].decode()
    headers, packed = served.get(f"course/{script}", **{"Accept-Encoding": "gzip"})
    assert headers["content-encoding"] == "gzip" and "immutable" in headers["cache-control"]
    assert len(packed) < len(served.get(f"course/{script}")[1]) / 2

    one = served.newcomer()
    other = served.newcomer()
    assert one != other, "newcomers go to the processes in turn"
    page, untouched = served.join(one), served.join(other)
    assert served.get("helix", Cookie=one)[0].get("set-cookie", one).startswith(one)

    number = int(one.rpartition("=")[2]) - served.port
    killed = re.search(rf"process {number}\] started as (\d+)", served.said)[1]
    os.kill(int(killed), signal.SIGKILL)
    with pytest.raises(ConnectionClosed):
        page.recv(timeout=60)
    # As a browser does before it connects again; the process that is left answers.
    moved = served.get("_stcore/health", Cookie=one)[0]["set-cookie"]
    assert moved.startswith(other)
    assert served.join(other).ping().wait(60)
    assert untouched.ping().wait(60)

    assert served.until(rf"process {number}\] ended with code (-?\d+)") == "-9"
    assert served.until(rf"process {number}\] started as (\d+)") != killed
    served.process.terminate()
    served.process.communicate(timeout=60)
    assert served.process.returncode == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", served.port + 2))
