"""One small answer from an address that an administrator typed in, asked as one asks a stranger.

Only https; no redirect is followed; the name is looked up once and every address that it has must be one where peers may be (a public
one, or one of EVIDENCE_PEER_NETWORKS), and the connection goes to the address that was looked at; the answer is small and comes in time.
"""

import socket
import ssl
import time
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

SECONDS = 10.0  # for the whole answer
PORT = 443


class NotAnswered(Exception):
    """Nothing that can be used came back; the argument says why, in a few words."""


def fetch(address: str, query: dict[str, Any], largest: int) -> bytes:
    """The body of the answer 200. Raises NotAnswered."""
    host, port = place_of(address)
    goal = _looked_up(host, port)
    url = httpx.URL(address, params=query)
    until = time.monotonic() + SECONDS
    try:
        with (
            httpx.Client(verify=_context(), timeout=SECONDS, trust_env=False, follow_redirects=False) as client,
            client.stream(
                "GET",
                url.copy_with(host=str(goal)),
                headers={"Host": url.netloc.decode(), "Accept": "application/json", "Accept-Encoding": "identity"},
                extensions={"sni_hostname": host},
            ) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise NotAnswered(f"HTTP {answer.status_code}")
            return _body(answer, largest, until)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise NotAnswered(type(error).__name__) from error


def place_of(address: str) -> tuple[str, int]:
    """Host and port of an address. Raises NotAnswered for one that is none of https, or has a name and password in it."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        raise NotAnswered("no address") from None
    if parts.scheme != "https" or not host or parts.username is not None or parts.query or parts.fragment:
        raise NotAnswered("no address of https")
    return host, port


def is_allowed(address: IPv4Address | IPv6Address) -> bool:
    """Whether a peer may be at this address: a public one, or in one of the networks that are set."""
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return any(address in network for network in settings.EVIDENCE_PEER_NETWORKS) or (
        address.is_global and not address.is_multicast
    )


def _looked_up(host: str, port: int) -> IPv4Address | IPv6Address:
    """The address to connect to; each that the name has must be allowed, or a name could lead inside."""
    try:
        found = [ip_address(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, ValueError) as error:
        raise NotAnswered("the name is not known") from error
    if not found or not all(is_allowed(each) for each in found):
        raise NotAnswered("the address is in a network where peers are not looked for (EVIDENCE_PEER_NETWORKS)")
    return found[0]


def _body(answer: httpx.Response, largest: int, until: float) -> bytes:
    content = b""
    for piece in answer.iter_raw():  # as it comes: nothing is unpacked
        content += piece
        if len(content) > largest:
            raise NotAnswered("too large")
        if time.monotonic() > until:
            raise NotAnswered("too slow")
    return content


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.EVIDENCE_PEER_AUTHORITY or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
