"""HTTPS with mutual TLS: messages are posted, fetched one by one, and deleted when we have kept them."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO
from urllib.parse import quote

import httpx

from apps.disbursement.transport.line import LONG, LineDown, NotTaken, Received

SECONDS = 30.0
FETCHED_AT_ONCE = 200
LIMIT = 1024 * 1024 * 1024
PIECE = 1 << 16


class HttpsLine:
    """A treasury's front at one address. Without an authority of its own, the system's certificates are asked."""

    def __init__(
        self, address: str, certificate: tuple[Path, Path] | None = None, authority: Path | None = None
    ) -> None:
        self._client = httpx.Client(
            base_url=address.rstrip("/"), verify=_context(certificate, authority), timeout=SECONDS, trust_env=False
        )

    def send(self, name: str, raw: bytes) -> None:
        """As `Line.send`: 4xx is a refusal, all else that is no success may pass."""
        answer = self._asked(
            "POST", "/messages", content=raw, headers={"X-Message-Name": name, "Content-Type": "application/xml"}
        )
        if answer.is_client_error:
            raise NotTaken(answer.text[:2000])

    def waiting(self) -> Iterator[Received]:
        """As `Line.waiting`: until nothing is left, or enough for one round."""
        for _round in range(FETCHED_AT_ONCE):
            with TemporaryFile() as file:
                answer = self._asked("GET", "/messages", into=file)
                if answer.status_code != httpx.codes.OK:
                    return
                name, size = answer.headers["X-Message-Id"], file.tell()
                file.seek(0)
                yield Received(name, b"", file) if size > LONG else Received(name, file.read())

    def acknowledge(self, name: str) -> None:
        """As `Line.acknowledge`; one that the other end no longer knows is acknowledged already."""
        self._asked("DELETE", f"/messages/{quote(name, safe='')}")

    def ask(self, voucher: str) -> bool:
        """查询: have the other end say again what became of a voucher; False where it never had it."""
        return self._asked("POST", f"/query/{quote(voucher, safe='')}").is_success

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def _asked(self, method: str, path: str, into: BinaryIO | None = None, **content: object) -> httpx.Response:
        try:
            with self._client.stream(method, path, **content) as answer:  # type: ignore[arg-type]
                if into is None or answer.status_code != httpx.codes.OK:
                    answer.read()
                else:
                    _spool(answer, into)
        except (httpx.HTTPError, OSError) as error:  # the line, or our disk that is full
            raise LineDown(type(error).__name__) from error
        if answer.is_server_error or answer.is_redirect:
            raise LineDown(f"HTTP {answer.status_code}")
        return answer


def _spool(answer: httpx.Response, into: BinaryIO) -> None:
    """All of it into a file, unless it goes on for longer than any message may."""
    left = LIMIT
    for piece in answer.iter_bytes(PIECE):
        left -= len(piece)
        if left < 0:
            raise LineDown("too large")
        into.write(piece)


def _context(certificate: tuple[Path, Path] | None, authority: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        context.load_cert_chain(*certificate)
    return context
