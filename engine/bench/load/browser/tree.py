"""The elements of a page as the browser keeps them: messages in, a tree out.

After Streamlit's own front end (``AppRoot``, ``ForwardMessageCache``): an element or a block is put
at its path; when a run ends, what that run did not draw again goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

Path = tuple[int, ...]
ENDED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True)
class Node:
    """What stands at one place: the run and the fragment that drew it."""

    drawn: Element | Block
    run: str
    fragment: str


@dataclass
class _Entry:
    message: ForwardMsg
    used: int


@dataclass
class MessageCache:
    """Large messages by their hash, which the server then need not send again."""

    oldest: int = 2  #: runs for which a message that was not used is kept
    _entries: dict[str, _Entry] = field(default_factory=dict)
    _runs: int = 0

    def resolved(self, message: ForwardMsg) -> ForwardMsg:
        """The message, kept if it may be; or the one that it refers to, at its new place."""
        if message.WhichOneof("type") == "ref_hash":
            entry = self._entries[message.ref_hash]
            entry.used = self._runs
            found = ForwardMsg()
            found.CopyFrom(entry.message)
            found.metadata.CopyFrom(message.metadata)
            return found
        if message.metadata.cacheable:
            self._entries[message.hash] = _Entry(message, self._runs)
        return message

    def hashes(self) -> list[str]:
        """What the server is told to be here."""
        return list(self._entries)

    def age(self, fragments: set[str]) -> None:
        """A run has ended, of these fragments or of the whole page."""
        self._runs += 1
        for hash, entry in list(self._entries.items()):
            ours = not fragments or entry.message.delta.fragment_id in fragments
            if ours and self._runs - entry.used > self.oldest:
                del self._entries[hash]


@dataclass
class Tree:
    """A page.

    Attributes:
        nodes: by path.
        running: whether a script runs.
        runs: full runs that have ended, of the whole page.
        timers: seconds between two reruns, by fragment.
        session: the name that the server knows this visitor by.
        page: hash of the page's script.
        fonts: addresses of the theme's.
    """

    nodes: dict[Path, Node] = field(default_factory=dict)
    running: bool = False
    runs: int = 0
    timers: dict[str, float] = field(default_factory=dict)
    session: str = ""
    page: str = ""
    fonts: list[str] = field(default_factory=list)
    cache: MessageCache = field(default_factory=MessageCache)
    _run: str = ""

    def apply(self, message: ForwardMsg) -> ForwardMsg:
        """Take in a message; the message itself, or the one that it refers to."""
        message = self.cache.resolved(message)
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._draw(message)
        elif kind == "new_session":
            self._begin(message)
        elif kind == "script_finished":
            self._end(message)
        elif kind == "navigation":  # the entry has found out which page it is
            self.page = message.navigation.page_script_hash
        elif kind == "session_status_changed":
            self.running = message.session_status_changed.script_is_running
        elif kind == "auto_rerun":
            self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self.timers.pop(fragment, None)
        return message

    def elements(self, kind: str = "") -> Iterator[tuple[Node, Element]]:
        """All elements in the order of the page, or those of one kind, as "slider"."""
        for _, node in sorted(self.nodes.items()):
            if isinstance(node.drawn, Element) and kind in ("", node.drawn.WhichOneof("type")):
                yield node, node.drawn

    def problems(self) -> list[str]:
        """Exceptions on the page."""
        return [element.exception.message for _, element in self.elements("exception")]

    def _begin(self, message: ForwardMsg) -> None:
        begun = message.new_session
        self._run = message.metadata.run.script_run_id
        self.session = begun.initialize.session_id or self.session
        if message.metadata.run.fragment_ids:
            return
        self.timers.clear()
        if self.page not in ("", begun.page_script_hash):
            self.nodes.clear()
        self.page = begun.page_script_hash
        self.fonts = [face.url for face in begun.custom_theme.font_faces]
        self.cache.oldest = begun.config.max_cached_message_age

    def _draw(self, message: ForwardMsg) -> None:
        path, delta = tuple(message.metadata.delta_path), message.delta
        if delta.WhichOneof("type") == "new_transient":
            return
        if delta.HasField("new_element"):
            self._clear_below(path)
            drawn: Element | Block = delta.new_element
        else:
            drawn = delta.add_block
        self.nodes[path] = Node(drawn, self._run, delta.fragment_id)

    def _clear_below(self, path: Path) -> None:
        place = self.nodes.get(path)
        if place is not None and isinstance(place.drawn, Block):
            for other in [p for p in self.nodes if p[: len(path)] == path]:
                del self.nodes[other]

    def _end(self, message: ForwardMsg) -> None:
        if message.script_finished not in ENDED:
            return
        fragments = set(message.metadata.run.fragment_ids)
        self.runs += not fragments
        stale = [
            path
            for path, node in self.nodes.items()
            if node.run != self._run and (not fragments or node.fragment in fragments)
        ]
        for gone in stale:
            for path in [p for p in self.nodes if p[: len(gone)] == gone]:
                del self.nodes[path]
        self.cache.age(fragments)
