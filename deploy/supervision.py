"""Programs that are started again when they end or no longer answer, each with a name in the log.

``keep`` runs one until it is cancelled, which ends it with all that it started.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Seconds between two questions whether a program answers, and how long it may think about one.
_EVERY = 5.0
_THINKS = 10.0
#: Unanswered questions in a row after which it is started again: about a minute and a half. A
#: process with thirty visitors at once may be silent for seconds, and must not lose them for that.
_UNANSWERED = 6
#: Seconds to end of its own accord, before it is killed.
_GRACE = 5.0
#: A program that ends this soon after its start (s) is started again later and later.
_SOON = 30.0
_LONGEST_PAUSE = 30.0


class NeverAnsweredError(Exception):
    """A program ended before it had answered for the first time."""


@dataclass
class Program:
    """What to run. health: an address that answers with 200 while all is well."""

    name: str
    command: list[str]
    health: str
    environment: Mapping[str, str] = field(default_factory=dict)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, text: str) -> None:
        """A line of the log."""
        print(f"[{self.name}] {text}", flush=True)


async def keep(program: Program) -> None:
    """Run ``program`` for ever.

    Raises:
        NeverAnsweredError: It ended at its first start before it answered.
    """
    pause = 0.0
    while True:
        began = time.monotonic()
        reason = await _once(program)
        if not program.answered.is_set():
            raise NeverAnsweredError(f"{program.name} {reason} before it answered.")
        pause = min(2 * pause + 1, _LONGEST_PAUSE) if time.monotonic() - began < _SOON else 0.0
        program.say(f"{reason}; started again in {pause:g} s" if pause else f"{reason}; restarted")
        await asyncio.sleep(pause)


async def _once(program: Program) -> str:
    """Run it once; why it is over."""
    process = await asyncio.create_subprocess_exec(
        *program.command,
        env={**os.environ, **program.environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C reaches only us, and all that it started can be ended
    )
    program.say(f"started as {process.pid}")
    log = asyncio.create_task(_relay(program, process))
    silent = asyncio.create_task(_silence(program))
    ended = asyncio.create_task(process.wait())
    try:
        await asyncio.wait((ended, silent), return_when=asyncio.FIRST_COMPLETED)
        return "no longer answered" if silent.done() else f"ended with code {process.returncode}"
    finally:
        silent.cancel()
        await _end(process)
        await asyncio.gather(log, ended, silent, return_exceptions=True)


async def _relay(program: Program, process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        if text := line.decode(errors="replace").rstrip():
            program.say(text)


async def _silence(program: Program) -> None:
    """Returns when it has answered once and then no more."""
    missed = 0
    while missed < _UNANSWERED:
        if await asyncio.to_thread(_answers, program.health):
            program.answered.set()
            missed = 0
        elif program.answered.is_set():
            missed += 1
        await asyncio.sleep(_EVERY if program.answered.is_set() else 0.2)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=_THINKS) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


async def _end(process: asyncio.subprocess.Process) -> None:
    """End it, and then whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), _GRACE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
