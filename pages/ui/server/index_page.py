"""Streamlit's page, which every page of the app starts from, changed for what this app needs.

It names in advance the scripts that a page opens with: Streamlit's own code takes most of the time
until a page stands, and meanwhile they arrive. They are named last, so that Streamlit's come first.
Before Streamlit runs one script of ours, which looks after the address (``assets/js/address.js``).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

#: A typeface of Streamlit's that the theme replaces: 170 kB for nothing.
_UNUSED = re.compile(r'<link\b[^>]*\bas="font"[^>]*>\s*')
_TITLE = re.compile(r"<title>[^<]*</title>")
#: Streamlit would look for its server below a deep link first: two requests and a wait for nothing.
#: And in a narrow window it would bring back an open sidebar, over the page.
_BASE = """<script>
  window.__streamlit = { BACKEND_BASE_URL: new URL(".", document.baseURI).href };
  if (innerWidth <= 768) {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("stSidebarCollapsed")) localStorage.removeItem(key);
    }
  }
</script>
"""
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def index_page(text: str, title: str, scripts: Iterable[str], first: str = "") -> str:
    """The page ``text`` with this title, and with these scripts named.

    Args:
        text: Streamlit's index.html.
        title: Shown until the page has set its own.
        scripts: Addresses relative to the page's; the modules among them stand in "js" or
            "bundles", the others are classic scripts.
        first: The address of the module that runs before Streamlit's.
    """
    text = _TITLE.sub(f"<title>{title}</title>", _UNUSED.sub("", text), count=1)
    before = f'<script type="module" src="./{first}"></script>\n  ' if first else ""
    text = text.replace("<title>", f"{_BASE}{before}<title>", 1)
    return text.replace("</head>", "".join(map(_link, scripts)) + "</head>", 1)


def _link(path: str) -> str:
    module = "/js/" in path or "/bundles/" in path
    kind = 'rel="modulepreload"' if module else 'rel="preload" as="script"'
    return f'<link {kind} href="./{path}">\n  '


def inline_hashes(pages: Iterable[str]) -> list[str]:
    """The inline scripts of these pages, as a content policy names them: "sha256-..."."""
    codes = {code.encode() for text in pages for code in _INLINE.findall(text)}
    digests = sorted(base64.b64encode(hashlib.sha256(code).digest()).decode() for code in codes)
    return [f"sha256-{digest}" for digest in digests]
