"""Both logs to a log server: every message once or more, from where the last time ended; a dead server stops nothing."""

import contextlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from apps.audit import services, syslog
from apps.audit.models import Forwarding, Record
from apps.audit.selfchecks import forwarded
from apps.audit.tests.helpers import make_record, without_triggers
from apps.evidence.tests.helpers import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.selfchecks import CheckFailed

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C3", "C4", "I1")]
RFC5424 = re.compile(
    rb"<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d) (\S+) imbudget (\d+) (\S{1,32}) - \xef\xbb\xbf(.*)",
    re.DOTALL,
)


class Listener:
    """A log server on this machine that keeps what comes."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.context = context
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.got = b""
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                link, _address = self.socket.accept()
            except OSError:
                return
            with link, contextlib.suppress(ssl.SSLError):
                self.listen(self.context.wrap_socket(link, server_side=True) if self.context else link)

    def listen(self, link: socket.socket) -> None:
        while piece := link.recv(65536):
            self.got += piece
        if isinstance(link, ssl.SSLSocket):
            link.unwrap()

    def messages(self) -> list[bytes]:
        """The frames of RFC 6587: length, blank, message."""
        rest, found = self.got, []
        while rest:
            length, rest = rest.split(b" ", 1)
            found.append(rest[: int(length)])
            rest = rest[int(length) :]
        return found

    def bodies(self) -> list[dict]:
        return [json.loads(RFC5424.fullmatch(each)[6]) for each in self.messages()]


@pytest.fixture
def listener(settings) -> Iterator[Listener]:
    server = Listener()
    settings.AUDIT_SYSLOG = f"tcp://127.0.0.1:{server.port}"
    yield server
    server.socket.close()


def test_every_record_is_told_once_and_in_order(listener):
    made = [make_record(actor_name=f"人{number}") for number in range(5)]
    assert services.forward() == 5
    assert [body["id"] for body in listener.bodies()] == [f"audit-{row.pk}" for row in made]
    assert services.forward() == 0
    late = make_record()
    assert services.forward() == 1
    assert listener.bodies()[-1]["id"] == f"audit-{late.pk}"


def test_the_evidence_is_told_too_in_the_order_of_its_log(listener):
    with transaction.atomic():
        for number in range(3):
            evidence.append("evidence.downloaded", None, Actor(1, "x"), what=str(number))
    with without_triggers() as cursor:
        cursor.execute("UPDATE evidence_entry SET xid = '3'")  # as if its transaction had ended long ago
    assert evidence.seal() == 3
    assert services.forward() == 3
    assert [body["facts"]["what"] for body in listener.bodies()] == ["0", "1", "2"]
    assert services.forward() == 0


def test_a_dead_server_stops_nothing_and_is_told_later(settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.AUDIT_SYSLOG = f"tcp://127.0.0.1:{port}"
    row = make_record()
    assert services.forward() == 0
    state = Forwarding.objects.get(pk="audit")
    assert (state.told, bool(state.error)) == (0, True)
    with pytest.raises(CheckFailed, match="was last told"):
        forwarded()
    server = Listener()
    settings.AUDIT_SYSLOG = f"tcp://127.0.0.1:{server.port}"
    assert services.forward() == 1
    assert server.bodies()[0]["id"] == f"audit-{row.pk}"
    server.socket.close()
    assert "is told" in forwarded()


def test_datagrams(settings):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        settings.AUDIT_SYSLOG = f"udp://127.0.0.1:{server.getsockname()[1]}"
        make_record(actor_name="其其格")
        assert services.forward() == 1
        found = RFC5424.fullmatch(server.recv(65536))
    assert found[1] == b"109"  # log audit, notice
    assert found[5] == b"audit.tested"
    assert json.loads(found[6])["actor_name"] == "其其格"


def test_a_socket_of_this_machine(settings, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "log"))
        server.settimeout(5)
        settings.AUDIT_SYSLOG = f"unix://{tmp_path}/log"
        Record.objects.create(recorded_at=datetime.now(UTC), kind="audit.refused", succeeded=False)
        assert services.forward() == 1
        assert RFC5424.fullmatch(server.recv(65536))[1] == b"108"  # log audit, warning


def test_a_server_without_the_right_certificate_is_told_nothing(settings, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server = Listener(context)
    settings.AUDIT_SYSLOG = f"tls://127.0.0.1:{server.port}"
    make_record()
    assert services.forward() == 0
    assert "certificate" in Forwarding.objects.get(pk="audit").error.lower()
    server.socket.close()
    server = Listener(context)
    settings.AUDIT_SYSLOG = f"tls://127.0.0.1:{server.port}"
    settings.AUDIT_SYSLOG_AUTHORITY = str(certificate[0])
    assert services.forward() == 1
    assert len(server.messages()) == 1
    server.socket.close()


@pytest.fixture
def certificate(tmp_path):
    """A certificate for this machine that signs itself."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "log server")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    paths[0].write_bytes(built.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@pytest.mark.parametrize("address", ["http://x", "tcp://", "udp://host:x", "x", "tls://host/path", "unix://"])
def test_an_address_that_is_none_is_an_error_at_start_up(address):
    with pytest.raises(syslog.BadAddress):
        syslog.server_of(address)


def test_without_a_server_nothing_is_told():
    make_record()
    assert services.forward() == 0
    assert "no log server" in forwarded()
