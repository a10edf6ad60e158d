"""Lines: mutual TLS lets nobody else in; a folder is written whole or not at all."""

import datetime
import errno
import ipaddress
import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import sign_in
from apps.disbursement import services
from apps.disbursement.models import OutMessage
from apps.disbursement.tests.factories import make_treasury, row
from apps.disbursement.tests.messages import order
from apps.disbursement.tests.sandboxed import Sandbox
from apps.disbursement.transport import FolderLine, HttpsLine, LineDown
from apps.disbursement.wire.mof import Envelope, write_envelopes, write_voucher
from imbudget.kit.testing import html


class Authority:
    """Makes certificates for a test."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._signed(name, self.key.public_key(), authority=True)
        self.path = self._kept(f"{name}.pem", self.certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str) -> tuple[Path, Path]:
        """Files of a certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(name, key.public_key(), authority=False)
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        return self._kept(f"{self.name}-{name}.pem", pem), self._kept(f"{self.name}-{name}.key", secret)

    def _signed(self, name: str, key: ec.EllipticCurvePublicKey, *, authority: bool) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        issuer = subject if authority else self.certificate.subject
        names = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(timezone.now() - datetime.timedelta(days=1))
            .not_valid_after(timezone.now() + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(names, critical=False)
        )
        return builder.sign(self.key, hashes.SHA256())

    def _kept(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


def voucher() -> bytes:
    sent = order("1.00")
    return write_envelopes([Envelope(sent.key, "0", write_voucher(sent))])


def test_only_who_shows_a_certificate_of_the_authority_is_heard(tmp_path: Path) -> None:
    ours, strangers = Authority(tmp_path, "ours"), Authority(tmp_path, "strangers")
    server, key = ours.issue("server")
    options = ("--certificate", str(server), "--certificate-key", str(key), "--client-authority", str(ours.path))
    with Sandbox(*options, scheme="https", certificate=ours.issue("us"), authority=ours.path) as sandbox:
        sandbox.line.send("1", voucher())
        assert len(sandbox.messages(2)) == 2
        address = f"https://localhost:{sandbox.told['listening']}"
        for wrong in (
            HttpsLine(address, None, ours.path),
            HttpsLine(address, strangers.issue("other"), ours.path),
            HttpsLine(address, ours.issue("we"), strangers.path),
        ):
            with pytest.raises(LineDown):
                wrong.send("2", voucher())
            wrong.close()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("out", "in", "done"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_a_message_in_a_folder_is_kept_until_it_is_acknowledged(place: Path) -> None:
    line = FolderLine(place)
    line.send("V1", b"<one/>")
    assert [(path.name, path.read_bytes()) for path in (place / "out").iterdir()] == [("V1.xml", b"<one/>")]
    for number, name in enumerate(("b.xml", "a.xml", "c.part")):
        (place / "in" / name).write_bytes(name.encode())
        os.utime(place / "in" / name, (number, number))
    assert [message.name for message in line.waiting()] == ["b.xml", "a.xml"]
    line.acknowledge("b.xml")
    line.acknowledge("b.xml")  # again, after a kill
    assert [message.name for message in line.waiting()] == ["a.xml"]
    assert (place / "done" / "b.xml").read_bytes() == b"b.xml"


def test_a_folder_that_is_gone_is_a_line_that_is_down(tmp_path: Path) -> None:
    line = FolderLine(tmp_path / "gone")
    with pytest.raises(LineDown):
        line.send("V1", b"<one/>")
    with pytest.raises(LineDown):
        FolderLine(Path("/proc/self")).acknowledge("../status")


class Full:
    """A disk that is full from the n-th call on: of opening, writing, bringing to the disk, naming."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
        for where, name in ((Path, "open"), (Path, "replace"), (os, "fsync")):
            if name == place:
                monkeypatch.setattr(where, name, self.fail)

    def fail(self, *_arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_a_disk_that_is_full_leaves_no_half_of_a_message(
    place: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    Full(monkeypatch, step)
    with pytest.raises(LineDown, match="No space"):
        FolderLine(place).send("V1", b"<one/>")
    assert list((place / "out").iterdir()) == []


def test_a_full_disk_leaves_the_message_in_the_outbox_and_the_page_says_why(place, world, settings):
    """The device is really full: whatever is written to it is refused by the kernel."""
    settings.SIGNING_KEY = b"\x05" * 32
    treasury = make_treasury(world, "iso")
    treasury.connect()
    request, line = treasury.approved(row("100.00")), FolderLine(place)
    message = OutMessage.objects.get()
    part, whole = place / "out" / f"{message.name}.part", place / "out" / f"{message.name}.xml"
    part.symlink_to("/dev/full")
    with pytest.raises(LineDown, match="No space"):
        services.send_due(treasury.link, line)
    assert not list((place / "out").iterdir())
    message.refresh_from_db()
    assert (message.state, message.tries, message.sent_at) == ("waiting", 1, None)
    assert message.due > timezone.now()
    user, post = User.objects.get(pk=treasury.officer.user_id), Post.objects.get(pk=treasury.officer.post_id)
    page = html.text(sign_in(Client(), user, post).get(message.get_absolute_url()))
    assert "No space left on device" in page
    OutMessage.objects.update(due=timezone.now())  # its time has come again, and there is room
    assert services.send_due(treasury.link, line) == 1
    message.refresh_from_db()
    assert (message.state, message.tries, message.trouble) == ("sent", 2, "")
    assert (whole.read_bytes(), part.exists()) == (bytes(message.raw), False)
    assert request.voucher.messages.count() == 1
