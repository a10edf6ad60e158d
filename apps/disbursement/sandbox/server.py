"""The sandbox over HTTP: messages in, messages out, and the buttons of its operator.

POST   /messages       a message; 202, or 400 with the reason in plain text
GET    /messages       the next that waits: 200 with X-Message-Id and X-Message-Kind, or 204
DELETE /messages/<id>  it was received: 204; until then it is given again
POST   /query/<number> 查询: what became of this voucher; 202, or 404
POST   /back/<payment> a payee sends back the yuan in the body; 202, or 404 where he was not paid so much
POST   /day-end/<day>  the statements of all accounts for a day; 202
GET    /health         200
"""

import ssl
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from apps.disbursement.sandbox.desk import Desk
from apps.disbursement.sandbox.orders import Refused

LIMIT = 512 * 1024 * 1024


class SandboxServer(ThreadingHTTPServer):
    """One desk behind one address."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], desk: Desk) -> None:
        super().__init__(address, Handler)
        self.desk = desk
        self.desks: dict[str, Desk] = {}

    def secure(self, certificate: Path, key: Path, clients: Path | None) -> None:
        """HTTPS; with `clients`, only for who shows a certificate of this authority (mutual TLS)."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(certificate, key)
        if clients is not None:
            context.load_verify_locations(clients)
            context.verify_mode = ssl.CERT_REQUIRED
        self.socket = context.wrap_socket(self.socket, server_side=True)


def _yuan(body: bytes) -> Decimal:
    try:
        amount = Decimal(body.decode("ascii").strip())
    except (UnicodeDecodeError, ArithmeticError):
        return Decimal(0)
    return amount if amount.is_finite() else Decimal(0)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: SandboxServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The next message, or whether we live."""
        if self.path == "/health":
            self._say(200, b"ok")
        elif self._where()[1] == "messages":
            desk = self._where()[0]
            desk.end_past_days()
            message = desk.outbox.next()
            if message is None:
                self._say(204)
            else:
                self._say(200, message.raw, {"X-Message-Id": str(message.number), "X-Message-Kind": message.kind})
        else:
            self._say(404)

    def do_POST(self) -> None:
        """A message, a question, the end of a day."""
        desk, place, name = self._where()
        length = int(self.headers.get("Content-Length") or 0)
        if length > LIMIT:
            self.close_connection = True
            self._say(413)
            return
        body = self.rfile.read(length)
        if place == "messages":
            try:
                desk.take(body)
            except Refused as refused:
                self._say(400, str(refused).encode())
            else:
                self._say(202)
        elif place == "query":
            self._say(202 if desk.ask(name) else 404)
        elif place == "back":
            self._say(202 if desk.give_back(name, _yuan(body)) else 404)
        elif place == "day-end":
            desk.end_day(date.fromisoformat(name))
            self._say(202)
        else:
            self._say(404)

    def do_DELETE(self) -> None:
        """A message was received."""
        desk, _place, number = self._where()
        self._say(204 if number.isdecimal() and desk.outbox.forget(int(number)) else 404)

    def _where(self) -> tuple[Desk, str, str]:
        """Whose desk is spoken to (one of several by the first part of the path), and what for."""
        parts = self.path.strip("/").split("/")
        desk = self.server.desks.get(parts[0])
        if desk is not None:
            parts = parts[1:]
        place, name = [*parts, "", ""][:2]
        return desk or self.server.desk, place, name

    def _say(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, _format: str, *_arguments: object) -> None:
        """Nothing: what came and went stands in the journal."""
