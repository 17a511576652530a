"""The web servers that can stand in front: their configuration as text, and their command.

Both send files from the disk, keep a visitor with one process by a cookie that holds its port, and
move those of a process that does not answer to another one.
"""

from __future__ import annotations

import os
import string
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Site:
    """What is served where.

    address: to listen on, "" for all. port: to listen on. ports: of the processes, on 127.0.0.1.
    base: a path before all addresses, as "/diffusion", or "". files: the folder with ``static``
    and ``assets``. run: a folder of the front's own, for what it writes.
    """

    address: str
    port: int
    ports: tuple[int, ...]
    base: str
    files: Path
    run: Path

    @property
    def listen(self) -> str:
        return f"{self.address}:{self.port}" if self.address else str(self.port)

    def from_port(self, first: int) -> list[str]:
        """Addresses of all processes, that on port ``first`` first."""
        at = self.ports.index(first)
        return [f"127.0.0.1:{port}" for port in self.ports[at:] + self.ports[:at]]


@dataclass(frozen=True)
class Front:
    """A web server: its configuration, the file for that, and its arguments before the file."""

    configuration: Callable[[Site], str]
    file: str
    arguments: tuple[str, ...]


class _Template(string.Template):
    delimiter = "%"  # both servers write their own variables with $ or {}


def _filled(template: str, site: Site, **texts: str) -> str:
    text = (_HERE / template).read_text(encoding="utf-8")
    places = {"files": str(site.files), "run": str(site.run)}
    return _Template(text).substitute(places, **texts)


def nginx(site: Site) -> str:
    """The configuration of nginx."""
    return _filled(
        "nginx.conf.template",
        site,
        listen=site.listen,
        everybody=_servers(site.from_port(site.ports[0])),
        upstreams="\n    ".join(_upstream(site, port) for port in site.ports),
        choices="\n        ".join(f"{port} process_{port};" for port in site.ports),
        base=_nginx_base(site.base),
        # Started by root it would take an account that cannot read the folder of this run.
        user="user root;" if os.geteuid() == 0 else "",
    )


def _servers(addresses: list[str], others: str = "") -> str:
    first, *rest = (f"server {address} max_fails=1 fail_timeout=5s" for address in addresses)
    return " ".join(f"{server};" for server in (first, *(f"{server}{others}" for server in rest)))


def _upstream(site: Site, port: int) -> str:
    return f"upstream process_{port} {{ {_servers(site.from_port(port), ' backup')} }}"


def _nginx_base(base: str) -> str:
    if not base:
        return ""
    return f"rewrite ^{base}$ {base}/ permanent; rewrite ^{base}(/.*)$ $1;"


def caddy(site: Site) -> str:
    """The configuration of Caddy."""
    return _filled(
        "Caddyfile.template",
        site,
        listen=f"{site.address}:{site.port}",
        everybody=" ".join(site.from_port(site.ports[0])),
        processes="\n\t".join(_handler(site, port) for port in site.ports),
        base=f"redir {site.base} {site.base}/\n\turi strip_prefix {site.base}\n\t"
        * bool(site.base),
    )


def _handler(site: Site, port: int) -> str:
    return f"""@{port} header_regexp Cookie (^|;\\s*)explorer={port}(;|$)
	handle @{port} {{
		reverse_proxy {" ".join(site.from_port(port))} {{
			lb_policy first
			import process
		}}
	}}"""


FRONTS: dict[str, Front] = {
    "nginx": Front(nginx, "nginx.conf", ("-c",)),
    "caddy": Front(caddy, "Caddyfile", ("run", "--adapter", "caddyfile", "--config")),
}
