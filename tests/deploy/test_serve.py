"""The command line of ``deploy/serve.py`` and the configurations that it writes."""

import re
import socket
import subprocess
from pathlib import Path

import pytest

from deploy import serve
from deploy.fronts import FRONTS, Site

SITE = Site("127.0.0.1", 8600, (8601, 8602, 8603), "/course", Path("/srv/files"), Path("/srv/run"))


@pytest.fixture
def installed(monkeypatch):
    """As if these fronts were installed: all of them, or those that a test leaves in the set."""
    there = set(FRONTS)
    monkeypatch.setattr(serve, "_found", lambda name: f"/bin/{name}" if name in there else None)
    for name in ("PROCESSES", "PORT", "EXPLORER_WORKERS"):
        monkeypatch.delenv(name, raising=False)
    return there


def refusal(capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        serve.parsed([*arguments])
    assert ended.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--processes", "0"], "There can be 1 to 64 processes."),
        (["--port", "65535"], "leave room for the processes"),
        (["--base", "course/"], "A base looks like /diffusion"),
    ],
)
def test_what_cannot_be_is_one_sentence(installed, capsys, arguments, sentence):
    assert sentence in refusal(capsys, *arguments)


def test_a_missing_front_is_named_with_its_package(installed, capsys):
    installed.discard("caddy")
    assert serve.parsed([]).front == "nginx"
    assert refusal(capsys, "--front", "caddy").endswith("sudo apt-get install caddy")
    installed.clear()
    assert refusal(capsys).endswith("sudo apt-get install nginx")


def test_hosts_set_port_and_processes_by_variables(installed, monkeypatch):
    monkeypatch.setenv("PORT", "7860")
    monkeypatch.setenv("PROCESSES", "3")
    options = serve.parsed([])
    assert (options.port, options.processes) == (7860, 3)
    assert serve.parsed(["--port", "80"]).port == 80


def test_processes_share_the_cores_and_one_secret(installed, monkeypatch):
    monkeypatch.setattr(serve, "cores", lambda: 8)
    assert serve.environment(3)["EXPLORER_WORKERS"] == "2"
    assert serve.environment(16)["EXPLORER_WORKERS"] == "1"
    assert len(serve.environment(1)["STREAMLIT_SERVER_COOKIE_SECRET"]) == 64
    monkeypatch.setenv("EXPLORER_WORKERS", "5")
    assert serve.environment(3)["EXPLORER_WORKERS"] == "5"


@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
def test_a_configuration_has_every_process_and_no_open_place(front):
    text = front.configuration(SITE)
    assert "%{" not in text
    assert "127.0.0.1:8600" in text and "/srv/files" in text and "/course" in text
    # The visitors of each go to it first, and to any other when it does not answer.
    orders = [re.findall(r"127\.0\.0\.1:(860[1-9])", line) for line in text.splitlines()]
    firsts = {order[0] for order in orders if sorted(order) == ["8601", "8602", "8603"]}
    assert firsts == {"8601", "8602", "8603"}


@pytest.mark.parametrize("name", FRONTS)
def test_the_front_itself_accepts_its_configuration(name, tmp_path):
    program = serve._found(name)
    if program is None:
        pytest.skip(f"{name} is not installed: apt-get install {name}")
    file = tmp_path / FRONTS[name].file
    file.write_text(FRONTS[name].configuration(Site("", 8600, (8601,), "", tmp_path, tmp_path)))
    check = {
        "nginx": ["-t", "-c", str(file)],
        "caddy": ["validate", "--adapter", "caddyfile", "--config", str(file)],
    }[name]
    done = subprocess.run([program, *check], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_port_in_use_is_one_sentence():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(SystemExit, match=r"is in use: choose another --port\."),
    ):
        serve._free([taken.getsockname()[1]])
