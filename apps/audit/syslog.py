"""Messages after RFC 5424, and the ways to a log server: UDP (RFC 5426), TCP (RFC 6587), TLS (RFC 5425), a local socket."""

import json
import os
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

SECONDS = 5.0
AUDIT = 13  # the facility "log audit"
NOTICE, WARNING = 5, 4
PORTS = {"udp": 514, "tcp": 601, "tls": 6514}
DATAGRAM = 8192  # bytes; a longer message loses its facts, never its head
BOM = b"\xef\xbb\xbf"


class BadAddress(Exception):
    """The address of the log server cannot be read."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where to: `kind` is udp, tcp, tls or unix; for the last `host` is a path."""

    kind: str
    host: str
    port: int = 0
    authority: str = ""


def server_of(address: str, authority: str = "") -> Server:
    """`udp://host:port`, `tcp://…`, `tls://…` or `unix:///path`. Raises BadAddress."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise BadAddress(f"{address} is no address: {error}") from error
    if parts.scheme == "unix" and parts.path:
        return Server("unix", parts.path)
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/"):
        raise BadAddress(f"{address} is not udp://, tcp:// or tls://host:port, nor unix:///path")
    return Server(parts.scheme, parts.hostname, port or PORTS[parts.scheme], authority)


def message(at: datetime, kind: str, *, done: bool, body: dict[str, Any]) -> bytes:
    """One message: its head, no structured data, and the body as JSON in UTF-8. `kind` becomes the MSGID."""
    priority = AUDIT * 8 + (NOTICE if done else WARNING)
    name = "".join(letter for letter in kind if "!" <= letter <= "~")[:32] or "-"
    host = socket.gethostname().encode("ascii", "ignore").decode()[:255] or "-"
    head = f"<{priority}>1 {at.isoformat(timespec='microseconds')} {host} imbudget {os.getpid()} {name} - "
    return head.encode() + BOM + json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def send(server: Server, messages: Iterable[bytes]) -> None:
    """Send them all. Raises OSError where that fails: then it is not known how many came, and all are sent again.

    A stream is closed in an orderly way and waits for the server to close its side or to object.
    """
    if server.kind in {"udp", "unix"}:
        _send_datagrams(server, messages)
        return
    with socket.create_connection((server.host, server.port), SECONDS) as plain:
        link = _secured(plain, server) if server.kind == "tls" else plain
        for each in messages:
            link.sendall(str(len(each)).encode() + b" " + each)
        _finish(link)


def _send_datagrams(server: Server, messages: Iterable[bytes]) -> None:
    family, goal = _goal_of(server)
    with socket.socket(family, socket.SOCK_DGRAM) as link:
        link.settimeout(SECONDS)
        link.connect(goal)
        for each in messages:
            link.send(each)


def _goal_of(server: Server) -> tuple[socket.AddressFamily, Any]:
    if server.kind == "unix":
        return socket.AF_UNIX, server.host
    family, _type, _proto, _name, goal = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_DGRAM)[0]
    return family, goal


def _secured(plain: socket.socket, server: Server) -> socket.socket:
    context = ssl.create_default_context(cafile=server.authority or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(plain, server_hostname=server.host)


def _finish(link: socket.socket) -> None:
    if isinstance(link, ssl.SSLSocket):
        link.unwrap()
        return
    link.shutdown(socket.SHUT_WR)
    try:
        while link.recv(4096):
            pass
    except TimeoutError:  # a server that keeps its side open has objected to nothing
        pass
