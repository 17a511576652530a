"""Web pages in one file: templates filled with parts."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from engine.figures.offline.bundling import bundle


def filled(template: str, parts: Mapping[str, str]) -> str:
    """The template with every ``{{name}}`` replaced by the part of that name."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def bundled(entry: str) -> str:
    """The script ``entry`` with all that it imports, as a data URL."""
    return f"data:text/javascript;base64,{base64.b64encode(bundle(entry).encode()).decode()}"


def embedded(value: Mapping[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
