"""What counts as a picture, and when it is there: the one place that knows our components' data.

A picture's data travel in the message of its component; what is large may stand at an address
instead, as a block of bytes that the script fetches. The picture is there once these bytes are.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from streamlit.proto.BidiComponent_pb2 import BidiComponent

PICTURES = (
    "explorer_player",
    "explorer_molecule_viewer",
    "explorer_latent_map",
    "explorer_turn_input",
)
ADDRESS = "picture"  #: the entry of a component's data that holds the address of the rest
BLOCKS = "blocks"  #: the entry that holds more of it, in base64
#: Entries that differ between two sessions that see the same.
NAMES = ("serial", "run", "recording", ADDRESS)


@dataclass(frozen=True)
class Picture:
    """A picture on the page.

    Attributes:
        key: its component's, as "swiss_roll".
        digest: the same for the same content.
        data: what its script is told, arrays left out.
        at: when it was there, seconds of ``time.perf_counter``.
    """

    key: str
    digest: str
    data: dict[str, Any]
    at: float

    def shapes(self) -> set[tuple[int, ...]]:
        """The shapes of all arrays in it."""
        found: set[tuple[int, ...]] = set()
        waiting: list[Any] = [self.data]
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict):
                if isinstance(one.get("shape"), list):
                    found.add(tuple(one["shape"]))
                waiting.extend(one.values())
            elif isinstance(one, list):
                waiting.extend(one)
        return found


def is_picture(component: BidiComponent) -> bool:
    """Whether it shows what the user came to see."""
    return component.component_name.split(".")[-1] in PICTURES


async def picture(
    component: BidiComponent,
    fetch: Callable[[str], Awaitable[bytes]],
    clock: Callable[[], float],
) -> Picture | None:
    """The picture of a component's data, with all that it needs fetched; None while it waits.

    Args:
        component: as the server sent it.
        fetch: the bytes at an address of the app, from the cache if they are there.
        clock: the time.
    """
    data: dict[str, Any] = json.loads(component.mixed.json or component.json or "{}")
    if data.get("keep"):
        return None
    arrows = component.mixed.arrow_blobs
    contents = [arrows[name].data for name in sorted(arrows)]  # named by their content
    blocks = [await fetch(data[ADDRESS])] if data.get(ADDRESS) else []
    for block in [*blocks, *map(base64.b64decode, data.pop(BLOCKS, ()))]:
        head, content = _parts(block)
        data = {**head, **data}
        contents.append(content)
    digest = hashlib.blake2b(json.dumps(_lasting(data), sort_keys=True).encode(), digest_size=12)
    for content in contents:
        digest.update(content)
    key = component.id.rpartition("-")[2]
    return Picture(key, digest.hexdigest(), data, clock())


def _parts(block: bytes) -> tuple[dict[str, Any], bytes]:
    """What a block says and its arrays: four bytes of length, JSON of that length, the arrays."""
    end = 4 + int.from_bytes(block[:4], "little")
    head: dict[str, Any] = json.loads(block[4:end])["head"]
    return head, block[end:]


def _lasting(data: Any) -> Any:
    """The data without the names that every session, run and message has of its own."""
    if isinstance(data, dict):
        return {k: _lasting(v) for k, v in data.items() if k not in NAMES}
    return [_lasting(one) for one in data] if isinstance(data, list) else data
