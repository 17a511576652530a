"""The files that a page needs, each asked for once a visit, with all that they ask for in turn."""

from __future__ import annotations

import asyncio

from streamlit.proto.Element_pb2 import Element

from engine.bench.load.browser import references
from engine.bench.load.browser.web import Answer, Web, WebError

#: What has been found in files, by address: all visitors get the same, so each is read once.
_found: dict[str, tuple[str, ...]] = {}
_later: dict[str, str] = {}
_blocks: dict[str, bytes] = {}


class Loader:
    """The files of one visit, over the connections and the cache of a browser."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self._fetching: dict[str, asyncio.Task[Answer | None]] = {}

    async def fetch(self, address: str) -> Answer | None:
        """A file, None where the cache has it. Raises: OSError."""
        if address not in self._fetching:
            self._fetching[address] = asyncio.ensure_future(self.web.get(address))
        return await asyncio.shield(self._fetching[address])

    async def load(self, address: str) -> None:
        """A script or a style with all that it imports. Raises: OSError."""
        if address in self._fetching:
            await self.fetch(address)
            return
        answer = await self.fetch(address)
        if address.endswith(".woff2"):
            return
        if address not in _found and answer is not None:
            text, style = answer.text(), address.endswith(".css")
            _later.update(references.later(text, address))
            read = references.of_style if style else references.of_script
            _found[address] = read(text, address)
        await asyncio.gather(*(self.load(other) for other in _found.get(address, ())))

    async def code(self, element: Element) -> None:
        """The front end's code that draws an element. Raises: OSError."""
        for name in references.of_element(element):
            if name in _later:
                await self.load(_later[name])

    async def block(self, address: str) -> bytes:
        """The bytes at an address whose content never changes. Raises: OSError, WebError."""
        path = f"/{address.lstrip('/')}"
        answer = await self.fetch(path)
        if answer is not None:
            if answer.status != 200:
                raise WebError(f"{path}: status {answer.status}.")
            _blocks[path] = answer.content()
        return _blocks[path]

    async def close(self) -> None:
        """Ask for nothing any more."""
        for task in self._fetching.values():
            task.cancel()
        await asyncio.gather(*self._fetching.values(), return_exceptions=True)
        self.web.close()
