"""Takes the steps of the Dockerfile without Docker, in an empty Debian, and then runs its command.

``sudo python deploy/check_image.py`` needs root and the packages debootstrap and iproute2. Each
step runs in the new system alone. At last the command, without a network and on a disk that can
only be read: the health check, a page's script and an address have to answer. ``--host PATH`` shows
something of this machine to the steps (a folder of wheels), ``--env NAME=VALUE`` and ``--build-arg
NAME=VALUE`` set variables.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from deploy.dockerfile import Step, context, healthcheck, steps
from deploy.files import ROOT

#: What stands for the image that the Dockerfile starts FROM.
_BASE = "python:3.11-slim-bookworm"
_PACKAGES = "ca-certificates,python3,python3-venv"
#: What has to answer: the first runs a page's script, and says whether that raised anything.
_ADDRESSES = ("_stcore/script-health-check", "swiss_roll", "health")
_SECONDS = 180
_STARTED = """
cd {workdir}
{command} & started=$!
for second in $(seq {seconds}); do
    sleep 1
    if {health} 2>/dev/null; then break; fi
    kill -0 $started
done
{health} && {questions}
kill $started
wait $started
"""


@dataclass
class System:
    """The system that grows: its folder, and what holds for the next step."""

    folder: Path
    hosts: list[str]
    variables: dict[str, str]
    arguments: dict[str, str]
    workdir: str = "/"
    user: str = "root"
    health: str = ""
    command: list[str] = field(default_factory=list)

    def take(self, step: Step) -> None:
        """Do what one instruction asks for."""
        match step.instruction:
            case "FROM":
                self.begin(step)
            case "ARG":
                name, _, default = step.rest.partition("=")
                self.variables[name] = self.arguments.get(name, default)
            case "ENV":
                self.variables |= dict(word.split("=", 1) for word in step.words())
            case "WORKDIR":
                self.workdir = step.rest
                self.inside(self.workdir).mkdir(parents=True, exist_ok=True)
            case "COPY":
                self.copy(step)
            case "RUN":
                self.run(f"cd {self.workdir}; {step.rest}")
            case "USER":
                self.user = step.rest
            case "HEALTHCHECK":
                self.health = healthcheck(step)
            case "CMD":
                self.command = step.words()

    def inside(self, path: str) -> Path:
        """Where a path of the system is on this machine."""
        return self.folder / path.lstrip("/")

    def begin(self, step: Step) -> None:
        """An empty Debian, with ``python`` and ``pip`` where the official image has them."""
        if step.rest != _BASE:
            raise SystemExit(f"Line {step.line}: only {_BASE} can be stood for, not {step.rest}.")
        _run("debootstrap", "--variant=minbase", f"--include={_PACKAGES}", "bookworm", self.folder)
        self.run("python3 -m venv /usr/local")

    def copy(self, step: Step) -> None:
        """Files of the context, to a folder."""
        *sources, target = step.words()
        there = context(ROOT)
        for source in sources:
            chosen = [path for path in there if source in (".", str(path))]
            if not chosen:
                raise SystemExit(f"Line {step.line}: {source} is not there, or is ignored.")
            for path in chosen:
                destination = self.inside(f"{self.workdir}/{target}") / path
                destination.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, destination)

    def run(self, command: str, *, network: bool = True, before: str = "") -> None:
        """A command of the shell, as the present user.

        before: commands of this machine, while the system is not yet the root.
        """
        # This machine's folders are mounted only for the command, in a space of its own.
        root = shlex.quote(str(self.folder))
        mounts = [f"mount --bind {root} {root}", before]
        for host in (*self.hosts, "/dev", "/etc/resolv.conf") if network else ("/dev",):
            place = shlex.quote(str(self.inside(host)))
            make = "mkdir -p" if Path(host).is_dir() else "touch"
            mounts += [f"{make} {place}", f"mount --bind {shlex.quote(host)} {place}"]
        mounts += [f"mount -t proc proc {root}/proc"]
        jail = ["env", "-i", *(f"{name}={value}" for name, value in self.environment().items())]
        jail += ["chroot", str(self.folder), "setpriv", *self.identity(), "/bin/sh", "-ec", command]
        script = "\n".join(["set -e", *filter(None, mounts), "exec " + shlex.join(jail)])
        spaces = ["--mount", "--pid", "--fork", "--kill-child", *([] if network else ["--net"])]
        _run("unshare", *spaces, "/bin/sh", "-c", script)

    def environment(self) -> dict[str, str]:
        """All variables; of this machine's none."""
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        home = "/root" if self.user == "root" else f"/home/{self.user}"
        return {"PATH": path, "HOME": home, **self.variables}

    def identity(self) -> list[str]:
        """Options of setpriv that take away what the present user may not do."""
        if self.user == "root":
            return []
        lines = self.inside("/etc/passwd").read_text(encoding="utf-8").splitlines()
        numbers = next(line.split(":")[2] for line in lines if line.startswith(f"{self.user}:"))
        return [f"--reuid={numbers}", f"--regid={numbers}", "--clear-groups", "--no-new-privs"]

    def start(self) -> None:
        """The command with no network and a disk that cannot be written; asks, and stops it."""
        root = shlex.quote(str(self.folder))
        self.variables["STREAMLIT_SERVER_SCRIPT_HEALTH_CHECK_ENABLED"] = "true"
        self.run(
            _STARTED.format(
                workdir=self.workdir,
                command=shlex.join(self.command),
                health=self.health,
                seconds=_SECONDS,
                questions=" && ".join(map(_question, _ADDRESSES)),
            ),
            network=False,
            before="\n".join(
                (
                    "ip link set lo up",
                    f"mount -o remount,bind,ro {root}",
                    f"mount -t tmpfs tmpfs {root}/tmp",  # noqa: S108 (of the new system)
                )
            ),
        )


def _question(path: str) -> str:
    code = f"import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{{os.environ[\"PORT\"]}}/{path}')"
    return f"python -c {shlex.quote(code)}"


def _run(*command: str | Path) -> None:
    done = subprocess.run([str(word) for word in command], check=False)
    if done.returncode:
        raise SystemExit(f"It ended with code {done.returncode}: {' '.join(map(str, command))}")


def main() -> None:
    """Take all steps; 0 where the app answers at the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--host", "--env", "--build-arg"):
        parser.add_argument(name, action="append", default=[])
    options = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("debootstrap") or not shutil.which("ip"):
        raise SystemExit("This needs root, and apt-get install debootstrap iproute2.")
    given, arguments = (
        dict(w.split("=", 1) for w in ws) for ws in (options.env, options.build_arg)
    )
    # Left where a step fails, for a look.
    folder = Path(tempfile.mkdtemp(prefix="image-"))
    folder.chmod(0o755)
    print(f"The system grows in {folder}.", flush=True)
    system = System(folder, options.host, dict(given), arguments)
    for step in steps((ROOT / "Dockerfile").read_text(encoding="utf-8")):
        began = time.monotonic()
        print(f"line {step.line}: {step.instruction} {step.rest}", flush=True)
        system.take(step)
        print(f"  done in {time.monotonic() - began:.0f} s", flush=True)
    for name in given:
        del system.variables[name]
    system.start()
    shutil.rmtree(folder)
    print("The app answers: health check, a page's script, an address, /health.")


if __name__ == "__main__":
    main()
