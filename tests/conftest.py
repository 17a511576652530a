"""Fixtures: a page under AppTest, a cold server, a headless Chromium that sees every request."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
import torch
from streamlit.testing.v1 import AppTest

from pages.ui.jobs import Job
from pages.ui.uploads.store import FOLDER

if "PYTEST_XDIST_WORKER" in os.environ:
    # Several processes with several threads each would wait for one another, for minutes in all.
    torch.set_num_threads(1)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for the processes that tests start
os.environ.setdefault("EXPLORER_WORKERS", "1")  # of each kind: servers start and end quickly

ROOT = Path(__file__).parents[1]
MAIN = ROOT / "pages" / "ui" / "main.py"
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCAL = {"127.0.0.1", "localhost"}


def settle(app: AppTest, seconds: float = 300.0) -> AppTest:
    """Run the page again until all its jobs have ended and it has drawn their results."""
    end = time.monotonic() + seconds

    def jobs() -> list[Job]:
        return [*app.session_state.get("_jobs", {}).values()]

    while time.monotonic() < end:
        for job in jobs():
            job.wait(end - time.monotonic())
        before = jobs()
        app.run()  # a run that starts no job has seen the results of all
        if jobs() == before:
            return app
    raise TimeoutError(f"The page still computes after {seconds:g} s.")


@pytest.fixture(scope="session", autouse=True)
def uploads(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files that tests upload are kept in a folder of the tests."""
    os.environ[FOLDER] = str(tmp_path_factory.mktemp("uploads"))


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """AppTest puts its script in place of ``__main__``, which every new process would run again."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    """``open_page("helix", key=value...)``: that page, run once, with these query parameters.

    As by a link, so no other page is run before. Jobs may still be running: pass the result to
    ``settle`` to wait for them.
    """

    def open_(name: str, **query: str) -> AppTest:
        app = AppTest.from_file(MAIN, default_timeout=120)
        app.query_params.update(query)
        if name != "home":
            app.switch_page(str(ROOT / "pages" / f"{name}.py"))
        return app.run()

    return open_


@dataclass(frozen=True)
class Server:
    """A running app."""

    url: str
    process: subprocess.Popen[bytes]


def start_server(
    script: Path | str = "app.py", prepare: bool = False, below: str = "", port: int = 0
) -> Server:
    """``streamlit run script``, answering; the caller stops it.

    prepare: whether it opens every page once by itself, before anybody comes.
    below: the path of the app, as "/explorer". port: 0 for one that is free.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    command += ["--server.fileWatcherType=none", f"--server.baseUrlPath={below}"]
    environment = {**os.environ, "EXPLORER_PREPARE": "1" if prepare else "0"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}{below}"
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return Server(url, process)
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    process.kill()
    raise RuntimeError("The server did not start.")


def stop_server(server: Server) -> None:
    """End the server and wait for it."""
    server.process.terminate()
    try:
        server.process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One app, started cold, for the whole test session."""
    started = start_server()
    yield started
    stop_server(started)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; skips where none is installed."""
    path = os.environ.get("CHROMIUM", CHROMIUM)
    if not shutil.which(path):
        pytest.skip(f"no Chromium at {path}: install the package chromium, or set CHROMIUM")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@dataclass
class BrowserPage:
    """A playwright page of the app, and what went wrong or went out while it was open."""

    page: Any
    url: str
    console_errors: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> Any:
        """Go to a page of the app and wait until it has drawn its title; the playwright page."""
        self.page.goto(f"{self.url}/{path.lstrip('/')}")
        self.page.locator("h1").first.wait_for(timeout=60_000)
        return self.page

    def describe(self) -> str:
        """Address, words, components and console of the page as it stands."""
        components = self.page.locator('[data-testid^="stBidiComponent"]').evaluate_all(
            "all => all.map(e => e.shadowRoot?.innerHTML.length ?? e.innerHTML.length)"
        )
        status = self.page.locator('[data-testid="stStatusWidget"]').all_inner_texts()
        words = self.page.locator("body").inner_text()
        return "\n".join(
            [self.page.url, f"components: {components}", f"status: {status}",
             f"console: {self.console_errors}", words]
        )  # fmt: skip

    def exceptions(self) -> list[str]:
        """The texts of Python exceptions shown on the page."""
        return self.page.locator('[data-testid="stException"]').all_inner_texts()


def watched_page(context: Any, url: str) -> BrowserPage:
    """A new page of ``context`` that records console errors and requests that leave the machine."""
    context.clear_cookies()  # another browser for the server: it finds no work of the one before
    opened = BrowserPage(context.new_page(), url)

    def on_request(request: Any) -> None:
        parts = urlparse(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in LOCAL:
            opened.foreign_requests.append(request.url)

    def on_response(response: Any) -> None:
        if response.status >= 400:
            opened.console_errors.append(f"{response.status} {response.url}")

    def on_console(message: Any) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            opened.console_errors.append(message.text)

    opened.page.on("request", on_request)
    opened.page.on("response", on_response)
    opened.page.on("console", on_console)
    opened.page.on("pageerror", lambda error: opened.console_errors.append(str(error)))
    return opened


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share one worker: two browsers and two servers would wait for each other."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """What a reader would have seen, added to the report of a failed browser test."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    given = getattr(item, "funcargs", {}).values()
    shown = next((each for each in given if isinstance(each, BrowserPage)), None)
    if shown is not None and report.when == "call" and report.failed:
        report.sections.append(("the page", shown.describe()))


@pytest.fixture(scope="session")
def desktop(browser: Any) -> Iterator[Any]:
    """A window of 1400 x 900, light theme; its cache saves fetching the same files every time."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, color_scheme="light", accept_downloads=True
    )
    yield context
    context.close()


@pytest.fixture
def browser_page(desktop: Any, server: Server) -> Iterator[BrowserPage]:
    """A fresh page on the desktop, a session of its own."""
    opened = watched_page(desktop, server.url)
    yield opened
    opened.page.close()


def from_sources(page: Any) -> None:
    """Let a page import single modules below /assets/js, of which servers hand out bundles only."""

    def answer(route: Any) -> None:
        route.fulfill(path=ROOT / urlparse(route.request.url).path.lstrip("/"))

    page.route("**/assets/js/**", answer)


def wait(
    page: Any,
    true: Callable[[], bool],
    seconds: float = 60.0,
    tell: Callable[[], str] = lambda: "",
) -> None:
    """Until ``true()``; fails otherwise, with what ``tell()`` says.

    Playwright's own ``wait_for_function`` needs ``eval``, which our pages forbid.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"It did not happen in {seconds:g} s. {tell()}")


def moves(page: Any, selector: str, index: int = 0) -> None:
    """Until the element has looked different for once; fails where nothing moves."""
    element = page.locator(selector).nth(index)
    element.scroll_into_view_if_needed()
    before = element.screenshot()
    wait(page, lambda: element.screenshot() != before)


def at_rest(page: Any) -> None:
    """Wait until no script runs: the page drawn by one may undo what is pressed meanwhile."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def steady(page: Any, measure: Callable[[], Any]) -> Any:
    """What ``measure()`` gives once no script runs and it has given the same for 0.6 s."""
    if page.locator('[data-testid="stApp"]').count():  # pages that play offline have no scripts
        at_rest(page)
    seen = [measure()]

    def same() -> bool:
        page.wait_for_timeout(200)
        seen.append(measure())
        return len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]

    wait(page, same, tell=lambda: f"It went on changing: {seen[-3:]}")
    return seen[-1]


def place(element: Any) -> dict[str, float]:
    """The bounding box of an element in sight, once it stands still.

    While a section above opens or a page is drawn, things move away under the hand.
    """
    element.wait_for()
    element.scroll_into_view_if_needed()
    return steady(element.page, element.bounding_box)


def middle(element: Any) -> tuple[float, float]:
    """The middle of an element in sight, once it stands still."""
    box = place(element)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def press(element: Any, **options: Any) -> None:
    """Press a button once it stands still."""
    place(element)
    element.click(**options)


def slide_left(page: Any, name: str, value: int) -> None:
    """Move a slider to the left by the keyboard until it says ``value``."""
    slider = page.get_by_role("slider", name=name).first
    while (now := slider.input_value()) != str(value):
        assert float(now) > value, f"The slider {name} cannot reach {value} from {now}."
        at_rest(page)
        slider.press("ArrowLeft")
        wait(page, lambda now=now: slider.input_value() != now)
