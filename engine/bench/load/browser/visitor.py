"""One visitor: opens a page as a browser does, turns its controls, sees its pictures."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from engine.bench.load.browser import pictures, references, widgets
from engine.bench.load.browser.loading import Loader
from engine.bench.load.browser.pictures import Picture
from engine.bench.load.browser.tree import Tree
from engine.bench.load.browser.web import XSRF, Web

T = TypeVar("T")
RETRY = 0.5  #: seconds until a lost connection is tried again


class VisitError(RuntimeError):
    """A page failed, or what was awaited did not come."""


class Visitor:
    """A browser with one page open; ``async with`` closes it.

    Attributes:
        web: its connections and cache, which a second visit may take over.
        tree: the page.
        pictures: those that are there, by the key of their component; ``history`` all that were.
        messages: what went over the websocket, by kind: (number, bytes).
        lost: how often the connection was lost; ``connected`` whether there is one.
    """

    def __init__(self, url: str, web: Web | None = None) -> None:
        self.url = url.rstrip("/")
        self.web = web or Web(self.url)
        self.loader = Loader(self.web)
        self.tree = Tree()
        self.pictures: dict[str, Picture] = {}
        self.history: list[Picture] = []
        self.messages: dict[str, tuple[int, int]] = {}
        self.lost = 0
        self._path, self._query = "", ""
        self._known: dict[str, WidgetState] = {}
        self._socket: ClientConnection | None = None
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._timers: dict[str, tuple[float, asyncio.Task[Any]]] = {}
        self._drawn: dict[str, BidiComponent] = {}
        self._files: dict[str, FileURLs] = {}
        self._problem: BaseException | None = None
        self._open = True
        self.connected = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # ---------------------------------------------------------------------------------- opening

    async def open(self, path: str, query: str = "") -> None:
        """Go to a page: ``path`` as "/swiss_roll", ``query`` as "seed=3"."""
        self._path, self._query = path, query
        answer = await self.web.send("GET", f"{path}?{query}" if query else path)
        page = references.of_document(answer.text(), "/", answer.headers.get("link", ""))
        for address in page.others:
            self._spawn(self.loader.fetch(address))
        await asyncio.gather(*(self.loader.load(address) for address in page.scripts))
        await self._ping()
        await self._connect()
        self._rerun()

    async def _ping(self) -> None:
        """Ask whether the server is well, at the page's own address first, as browsers do."""
        for base in dict.fromkeys([self._path.rstrip("/"), ""]):
            answers = await asyncio.gather(
                self.web.send("GET", f"{base}/_stcore/health"),
                self.web.send("GET", f"{base}/_stcore/host-config"),
            )
            if all(answer.status == 200 for answer in answers):
                return
        raise VisitError("The server is not well.")

    async def _connect(self) -> None:
        parts = urlsplit(self.url)
        address = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}/_stcore/stream"
        token = self.web.cookies.get(XSRF, "PLACEHOLDER_AUTH_TOKEN")
        self._socket = await connect(
            address,
            origin=self.url,  # type: ignore[arg-type]
            subprotocols=["streamlit", token, *filter(None, [self.tree.session])],  # type: ignore[list-item]
            additional_headers={"Cookie": self.web.cookie} if self.web.cookies else None,
            ping_interval=None,  # as browsers: the server asks
            open_timeout=120,
            max_size=None,
            proxy=None,
        )
        self.connected = True
        self._spawn(self._listen(self._socket))

    # --------------------------------------------------------------------------------- messages

    async def _listen(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for data in socket:
                assert isinstance(data, bytes)
                self._take(data)
        self.connected = False
        if self._open:
            self.lost += 1
            await self._return()

    async def _return(self) -> None:
        """The connection is lost: try until the server is there again, then go on."""
        self._stop_timers()
        while self._open:
            try:
                await self._ping()
                await self._connect()
                break
            except (OSError, VisitError, WebSocketException, TimeoutError):
                await asyncio.sleep(RETRY)
        if self.tree.running or self.tree.timers:
            self._rerun()
        self._news.set()

    def _take(self, data: bytes) -> None:
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type") or ""
        number, size = self.messages.get(kind, (0, 0))
        self.messages[kind] = number + 1, size + len(data)
        message = self.tree.apply(message)
        if message.HasField("delta") and message.delta.HasField("new_element"):
            self._element(message.delta.new_element)
        elif kind == "new_session" and not message.metadata.run.fragment_ids:
            for font in self.tree.fonts[:1]:
                self._spawn(self.loader.fetch(f"/{font}"))
        elif kind == "page_config_changed" and message.page_config_changed.favicon:
            self._spawn(self.loader.fetch(message.page_config_changed.favicon))
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "script_finished":
            self._known = widgets.states(self.tree, self._known)
        elif kind == "file_urls_response":
            for urls in message.file_urls_response.file_urls:
                self._files[message.file_urls_response.response_id] = urls
        self._set_timers()
        self._news.set()

    def _element(self, element: Element) -> None:
        if element.WhichOneof("type") != "bidi_component":
            self._spawn(self.loader.code(element))
            return
        component = element.bidi_component
        self._drawn[component.id] = component
        self._spawn(self._show(element))

    async def _show(self, element: Element) -> None:
        """Fetch what a component needs; its picture is there once all of that is."""
        component = element.bidi_component
        await self.loader.code(element)
        for script in references.of_component(component.js_content):
            await self.loader.fetch(script)
        if not pictures.is_picture(component):
            return
        found = await pictures.picture(component, self.loader.block, time.perf_counter)
        if found is not None and self._drawn[component.id] is component:
            self.pictures[found.key] = found
            self.history.append(found)
            self._news.set()

    # ------------------------------------------------------------------------------------ timers

    def _set_timers(self) -> None:
        """Fragments that ask to be run again and again."""
        if {key: seconds for key, (seconds, _) in self._timers.items()} == self.tree.timers:
            return
        for fragment, (seconds, task) in list(self._timers.items()):
            if self.tree.timers.get(fragment) != seconds:
                task.cancel()
                del self._timers[fragment]
        for fragment, seconds in self.tree.timers.items():
            if fragment not in self._timers:
                self._timers[fragment] = seconds, self._spawn(self._tick(fragment, seconds))

    def _stop_timers(self) -> None:
        for _, task in self._timers.values():
            task.cancel()
        self._timers.clear()

    async def _tick(self, fragment: str, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            self._rerun(fragment=fragment, auto=True)

    # ---------------------------------------------------------------------------------- controls

    def turn(self, label: str, value: Any) -> None:
        """Turn a control. Raises: ControlError where there is none, or no such value."""
        control = widgets.find(self.tree, label)
        state = widgets.turned(control, value)
        self._known[state.id] = state
        self._query = widgets.addressed(self._query, control, value)
        self._rerun(fragment=control.fragment)

    def offers(self, label: str) -> bool:
        """Whether there is such a button on its page."""
        return any(element.button.label == label for _, element in self.tree.elements("button"))

    def press(self, label: str) -> None:
        """Press a button. Raises: ControlError where there is none."""
        control = widgets.find(self.tree, label)
        pressed = WidgetState(id=control.proto.id, trigger_value=True)
        self._rerun(fragment=control.fragment, pressed=pressed)

    def rerun(self) -> None:
        """Run the page again as it stands."""
        self._rerun()

    async def upload(self, label: str, name: str, data: bytes) -> None:
        """Give a file to an uploader. Raises: ControlError, VisitError."""
        control = await self.until(lambda: _or_none(lambda: widgets.find(self.tree, label)))
        request = uuid.uuid4().hex
        asked = BackMsg()
        asked.file_urls_request.request_id = request
        asked.file_urls_request.file_names.append(name)
        asked.file_urls_request.session_id = self.tree.session
        self._send(asked)
        urls = await self.until(lambda: self._files.get(request))
        head, body = _form(name, data)
        head["X-Xsrftoken"] = self.web.cookies.get(XSRF, "")
        answer = await self.web.send("PUT", urlsplit(urls.upload_url).path, head, body)
        if answer.status not in (200, 204):
            raise VisitError(f"The upload was refused: {answer.status}.")
        state = WidgetState(id=control.proto.id)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.file_id, info.name, info.size = urls.file_id, name, len(data)
        info.file_urls.CopyFrom(urls)
        self._known[state.id] = state
        self._rerun(fragment=control.fragment)

    def _rerun(
        self, fragment: str = "", auto: bool = False, pressed: WidgetState | None = None
    ) -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = self._query
        if self.tree.page:
            asked.page_script_hash = self.tree.page
        else:
            asked.page_name = self._path.strip("/")
        asked.fragment_id, asked.is_auto_rerun = fragment, auto
        asked.widget_states.widgets.extend(self._known.values())
        if pressed is not None:
            asked.widget_states.widgets.append(pressed)
        asked.cached_message_hashes.extend(self.tree.cache.hashes())
        context = asked.context_info
        context.timezone, context.timezone_offset, context.locale = "UTC", 0, "en-US"
        context.url, context.is_embedded = f"{self.url}{self._path}", False
        context.color_scheme = "light"
        self._send(message)

    def _send(self, message: BackMsg) -> None:
        if self._socket is not None:
            self._spawn(_sent(self._socket, message.SerializeToString()))

    # ----------------------------------------------------------------------------------- waiting

    async def until(self, true: Callable[[], T | None], seconds: float = 120.0) -> T:
        """Wait for something to be there, looking at every piece of news.

        Raises:
            VisitError: if it does not come, or the page shows an exception.
        """
        end = time.monotonic() + seconds
        while True:
            if self._problem is not None:
                raise VisitError(f"{self._path}: {self._problem!r}") from self._problem
            if problems := self.tree.problems():
                raise VisitError(f"{self._path}: {problems[0]}")
            found = true()
            if found is not None and found is not False:
                return found
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), end - time.monotonic())
            except TimeoutError:
                raise VisitError(f"{self._path}: it did not come in {seconds:g} s.") from None

    async def picture(self, key: str = "", other: str = "", seconds: float = 120.0) -> Picture:
        """The picture of a component, or the first there is; another than that with this digest.

        Raises:
            VisitError: as ``until``.
        """

        def there() -> Picture | None:
            found = self.pictures.get(key) if key else next(iter(self.history), None)
            return None if found is None or found.digest == other else found

        return await self.until(there, seconds)

    async def still(self, seconds: float = 120.0) -> None:
        """Wait until nothing runs and nothing is going to by itself. Raises: as ``until``."""
        await self.until(lambda: not self.tree.running and not self.tree.timers, seconds)

    async def close(self) -> None:
        """Leave."""
        self._open = False
        self._stop_timers()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._socket is not None:
            self._socket.transport.close()  # as a tab that is closed: it does not wait
        await self.loader.close()

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._problem = self._problem or task.exception()
            self._news.set()


async def _sent(socket: ClientConnection, data: bytes) -> None:
    with contextlib.suppress(ConnectionClosed):  # the listener notices
        await socket.send(data)


def _or_none(found: Callable[[], T]) -> T | None:
    try:
        return found()
    except widgets.ControlError:
        return None


def _form(name: str, data: bytes) -> tuple[dict[str, str], bytes]:
    """A file as a form sends it: headers and body."""
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + f"\r\n--{mark}--\r\n".encode()
    return {"Content-Type": f"multipart/form-data; boundary={mark}"}, body
