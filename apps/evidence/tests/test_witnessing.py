"""Witnesses: checkpoints as files, other installations over HTTPS, and what hostile ones may send."""

import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from apps.disbursement.tests.test_lines import Authority
from apps.evidence.canonical import HASHES
from apps.evidence.merkle import consistency_ranges, fold, leaf_hash
from apps.evidence.models import Checkpoint, Entry, Peer, PeerFault, PeerState, WitnessState
from apps.evidence.services import append
from apps.evidence.services.checkpoints import make_checkpoint, text_of
from apps.evidence.services.sealing import seal
from apps.evidence.tests.helpers import EVENT
from apps.evidence.tests.rows import ALL_READY
from apps.evidence.witnessing import comparing, fetching, folder, judging, told
from apps.evidence.witnessing.peers import add_peer, end_peer
from apps.evidence.witnessing.rounds import ask
from imbudget.kit.actor import Actor
from imbudget.kit.crypto import sm3
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.signing import SoftwareProvider

pytestmark = pytest.mark.django_db
SM3 = HASHES["sm3"]
THEIRS = "budget.nmg.gov.cn/22"
SECURITY = Actor(user_id=3, name="安全员", grants=frozenset({"security.administer"}))


@pytest.fixture(autouse=True)
def set_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SIGNING_KEY = b"\x07" * 32
    monkeypatch.setattr("apps.evidence.services.sealing.READY", ALL_READY)


def more(clerk: Any) -> Checkpoint:
    append(EVENT, None, clerk, what="x")
    seal()
    made = make_checkpoint()
    assert made is not None
    return made


class Log:
    """The log of another installation, as its owner likes it."""

    def __init__(self, origin: str = THEIRS, master: bytes = b"\x21" * 32) -> None:
        self.origin, self.leaves, self.number, self.text = origin, [], 0, ""
        self.provider = SoftwareProvider(master)
        self.seen: Any = None
        self.grow(3)

    @property
    def key(self) -> bytes:
        return self.provider.public_key("evidence")

    def grow(self, count: int, seed: str = "a") -> None:
        first = len(self.leaves)
        self.leaves += [leaf_hash(SM3, f"{seed}{first + at}".encode()) for at in range(count)]
        self.number += 1
        self.sign()

    def sign(self, ahead: timedelta = timedelta(0)) -> None:
        self.text = text_of(
            self.origin,
            len(self.leaves),
            self.root(0, len(self.leaves)),
            timezone.now() + ahead,
            self.number,
            self.text,
        )

    def root(self, begin: int, end: int) -> bytes:
        count = end - begin
        if count == 1:
            return self.leaves[begin]
        middle = begin + (1 << (count - 1).bit_length() - 1)
        return fold(SM3, [self.root(begin, middle), self.root(middle, end)])

    def told(self, since: int = 0) -> dict[str, Any]:
        import base64

        signature = base64.b64encode(self.provider.sign("evidence", sm3(self.text.encode()))).decode()
        grown = None
        if 0 < since <= len(self.leaves):
            proof = [self.root(*each).hex() for each in consistency_ranges(since, len(self.leaves))]
            grown = {"old": since, "proof": proof}
        checkpoint = {"text": self.text, "algorithm": "SM2-SM3", "key_id": "x", "signature": signature}
        return {"format": told.FORMAT, "checkpoint": checkpoint, "grown": grown}


@contextmanager
def serving(log: Log, tmp_path: Path, settings: Any, answer: Any = None) -> Iterator[str]:
    """The log at an address of https; `answer` takes the place of what it says."""
    authority = Authority(tmp_path, "peers")
    certificate, key = authority.issue("server")
    settings.EVIDENCE_PEER_AUTHORITY = str(authority.path)
    settings.EVIDENCE_PEER_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if answer is not None and "checkpoint" in self.path:
                answer(self)
                return
            since = int(self.path.partition("since=")[2] or 0)
            body = {"seen": log.seen} if "seen.json" in self.path else log.told(since)
            self.reply(json.dumps(body).encode())

        def reply(self, content: bytes, status: int = 200, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}/public/witness"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def other() -> Log:
    return Log()


def peer_of(log: Log, address: str = "", folder: str = "") -> Peer:
    return add_peer(SECURITY, name="兴安盟", origin=log.origin, public_key=log.key, address=address, folder=folder)


# --- the folder


@pytest.mark.covers("C3")
def test_each_checkpoint_becomes_a_file_that_proves_the_one_before(clerk: Any, tmp_path: Path, settings: Any) -> None:
    assert folder.publish() == 0
    settings.EVIDENCE_WITNESS_FOLDER = str(tmp_path)
    first, second = more(clerk), more(clerk)
    assert (folder.publish(), folder.publish()) == (2, 0)
    paths = [folder.path_of(tmp_path, number) for number in (1, 2)]
    assert sorted(tmp_path.rglob("*.*")) == paths
    one, two = (told.read(path.read_bytes()) for path in paths)
    assert (one.text, two.text, two.old) == (first.text, second.text, first.size)
    state = WitnessState.objects.get(name="folder")
    assert (state.told, state.error) == (2, "")
    assert comparing.faults() == ([], [])


@pytest.mark.covers("C3", "E1")
def test_what_was_done_to_a_file_or_to_a_row_is_found(clerk: Any, tmp_path: Path, settings: Any) -> None:
    settings.EVIDENCE_WITNESS_FOLDER = str(tmp_path)
    for _each in range(4):
        more(clerk)
    folder.publish()
    folder.path_of(tmp_path, 1).write_bytes(folder.path_of(tmp_path, 2).read_bytes())
    folder.path_of(tmp_path, 2).unlink()
    folder.path_of(tmp_path, 3).write_text("{}")
    as_owner("DELETE FROM evidence_checkpoint WHERE number = 4")
    said = list(folder.faults())
    assert [each.partition(":")[0] for each in said] == ["checkpoint 1", "checkpoint 3", "checkpoint 4", "checkpoint 2"]
    assert "is not here any more" in said[2]
    assert len(comparing.faults(newest=1)[0]) == 2


def test_a_file_is_never_written_over(clerk: Any, tmp_path: Path, settings: Any) -> None:
    settings.EVIDENCE_WITNESS_FOLDER = str(tmp_path)
    more(clerk)
    target = folder.path_of(tmp_path, 1)
    target.parent.mkdir()
    target.write_text("another")
    assert folder.publish() == 0
    assert "is not checkpoint 1" in WitnessState.objects.get(name="folder").error
    assert target.read_text() == "another"


def test_a_folder_that_is_gone_is_told_and_caught_up_with(clerk: Any, tmp_path: Path, settings: Any) -> None:
    settings.EVIDENCE_WITNESS_FOLDER = str(tmp_path / "gone")
    more(clerk)
    assert folder.publish() == 0
    assert WitnessState.objects.get(name="folder").error
    assert comparing.faults()[1]
    (tmp_path / "gone").mkdir()
    assert folder.publish() == 1
    assert comparing.faults() == ([], [])


# --- other installations


@pytest.mark.covers("C3")
def test_a_peer_s_log_is_kept_while_it_only_grows(other: Log, tmp_path: Path, settings: Any) -> None:
    with serving(other, tmp_path, settings) as address:
        peer = peer_of(other, address)
        assert (ask(peer), ask(peer), peer.state) == (1, 0, PeerState.SOUND)
        other.grow(4)
        assert ask(peer) == 1
        other.grow(0)  # the end of a day on which nothing was done
        assert ask(peer) == 1
        other.grow(9)
        assert (ask(peer), peer.state, peer.error) == (1, "sound", "")
    assert list(peer.checkpoints.order_by("number").values_list("size", flat=True)) == [3, 7, 7, 16]
    assert Entry.objects.filter(event="evidence.peer_witnessed").count() == 1  # the first of a day alone
    assert not peer.faults.exists()


@pytest.mark.covers("C3", "E1")
@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        (lambda log: (log.leaves.clear(), log.grow(9, "b")), judging.UNPROVED),
        (lambda log: (log.leaves.__setitem__(0, log.leaves[1]), log.grow(2)), judging.UNPROVED),
        (lambda log: (log.leaves.__setitem__(0, log.leaves[1]), log.sign()), judging.EQUIVOCATES),
        (lambda log: (log.leaves.__setitem__(0, log.leaves[1]), log.grow(0)), judging.EQUIVOCATES),
    ],
)
def test_a_log_that_was_changed_is_broken_and_stays_so(
    other: Log, tmp_path: Path, settings: Any, turn: Any, kind: str
) -> None:
    with serving(other, tmp_path, settings) as address:
        peer, before = peer_of(other, address), list(other.leaves)
        ask(peer)
        turn(other)
        assert ask(peer) == 0
        fault = PeerFault.objects.get()
        assert (peer.state, fault.kind, fault.text) == (PeerState.BROKEN, kind, other.text)
        assert ask(peer) == 0
        assert PeerFault.objects.count() == 1
        other.leaves[:] = before
        other.number += 5
        other.grow(5)
        ask(peer)
        assert peer.state == PeerState.BROKEN
    assert Entry.objects.filter(event="evidence.peer_broke").count() == 1
    assert any("not consistent" in each for each in comparing.faults()[0])


@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        (lambda log: (setattr(log, "number", 1), log.leaves.pop(), log.sign()), judging.OLDER),
        (lambda log: setattr(log, "provider", SoftwareProvider(b"\x22" * 32)), judging.UNSIGNED),
        (lambda log: (setattr(log, "origin", "other"), log.grow(1)), judging.OTHER_LOG),
        (lambda log: (log.grow(1), log.sign(timedelta(hours=3))), judging.FUTURE),
    ],
)
def test_what_may_be_a_slip_is_told_and_may_pass(
    other: Log, tmp_path: Path, settings: Any, turn: Any, kind: str
) -> None:
    other.grow(1)
    with serving(other, tmp_path, settings) as address:
        peer = peer_of(other, address)
        ask(peer)
        kept = (other.provider, other.origin, list(other.leaves))
        turn(other)
        assert ask(peer) == 0
        assert (peer.state, PeerFault.objects.get().kind) == (PeerState.BROKEN, kind)
        other.provider, other.origin, other.leaves = kept
        other.number = 9
        other.grow(1)
        assert (ask(peer), peer.state) == (1, PeerState.SOUND)


def redirect(handler: Any) -> None:
    handler.reply(b"", 302, Location="https://localhost/admin/")


def huge(handler: Any) -> None:
    handler.reply(b" " * (told.LARGEST + 1))


def endless(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _each in range(50):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return
        time.sleep(0.05)


def nonsense(handler: Any) -> None:
    handler.reply(b'{"format": "imbudget-witness-1", "checkpoint": {"text": [], "signature": 1}}')


def deep(handler: Any) -> None:
    handler.reply(b"[" * 60_000)


def broken(handler: Any) -> None:
    handler.reply(b"", 500)


@pytest.mark.covers("D1")
@pytest.mark.parametrize("answer", [redirect, huge, endless, nonsense, deep, broken])
def test_a_hostile_peer_only_falls_silent(
    other: Log, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    with serving(other, tmp_path, settings, answer) as address:
        peer = peer_of(other, address)
        assert (ask(peer), peer.state) == (0, PeerState.SILENT)
    assert peer.error
    assert not PeerFault.objects.exists()


@pytest.mark.covers("D1")
@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("10.3.4.5", True),
        ("192.168.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("fd00::1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("202.99.224.1", True),
    ],
)
def test_peers_are_looked_for_only_where_they_may_be(settings: Any, address: str, allowed: bool) -> None:
    settings.EVIDENCE_PEER_NETWORKS = [ip_network("10.0.0.0/8")]
    assert fetching.is_allowed(ip_address(address)) is allowed


def test_a_name_that_leads_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_args: Any, **_more: Any) -> Any:
        return [(2, 1, 6, "", ("202.99.224.1", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(fetching.NotAnswered, match="EVIDENCE_PEER_NETWORKS"):
        fetching.fetch("https://peer.example/public/witness", {}, 10)


def test_a_certificate_of_another_authority_is_not_taken(other: Log, tmp_path: Path, settings: Any) -> None:
    with serving(other, tmp_path, settings) as address:
        settings.EVIDENCE_PEER_AUTHORITY = str(Authority(tmp_path, "others").path)
        peer = peer_of(other, address)
        assert (ask(peer), peer.state, peer.error) == (0, PeerState.SILENT, "ConnectError")


# --- what they hold of us


@pytest.mark.covers("C3", "E1")
def test_what_a_peer_holds_of_us_shows_a_log_computed_anew(
    other: Log, tmp_path: Path, settings: Any, clerk: Any
) -> None:
    mine = more(clerk)
    with serving(other, tmp_path, settings) as address:
        peer = peer_of(other, address)
        ask(peer)
        assert peer.seen_number is None
        other.seen = told.as_data(mine)
        ask(peer)
        assert peer.seen_number == mine.number
        assert comparing.faults() == ([], [])
        as_owner("UPDATE evidence_tile SET hashes = sha256('x')")
        ask(peer)
    assert PeerFault.objects.get().kind == judging.OURS
    assert "it holds a checkpoint of ours that our log does not have" in comparing.faults()[0][0]


def test_what_we_have_not_signed_is_not_held_against_us(other: Log, tmp_path: Path, settings: Any, clerk: Any) -> None:
    more(clerk)
    forged = Log("imbudget", b"\x33" * 32)
    other.seen = forged.told()
    with serving(other, tmp_path, settings) as address:
        peer = peer_of(other, address)
        ask(peer)
    assert PeerFault.objects.get().kind == judging.FORGED
    assert peer.state == PeerState.SOUND
    assert comparing.faults() == ([], [])


def test_a_stranger_is_told_our_checkpoint_and_what_we_hold(
    client: Any, other: Log, tmp_path: Path, settings: Any, clerk: Any
) -> None:
    address = reverse("witness:checkpoint")
    assert client.get(address).status_code == 404
    first, last = more(clerk), more(clerk)
    answer = told.of_data(client.get(address, {"since": first.size}).json())
    assert (answer.text, answer.old, len(answer.proof)) == (last.text, 1, 1)
    for wrong in ("0", "-1", "x", "9" * 40, "３", str(last.size + 1)):
        assert client.get(address, {"since": wrong}).json()["grown"] is None
    assert client.post(address).status_code == 405
    seen = reverse("witness:seen")
    assert client.get(seen, {"origin": THEIRS}).json() == {"seen": None}
    with serving(other, tmp_path, settings) as place:
        ask(peer_of(other, place))
    assert client.get(seen, {"origin": THEIRS}).json()["seen"]["checkpoint"]["text"] == other.text
    assert client.get(seen, {"origin": "a\x00b"}).json() == {"seen": None}
    assert Entry.objects.count() > 0


def test_two_installations_by_folder(other: Log, tmp_path: Path, settings: Any, clerk: Any) -> None:
    place = tmp_path / "xingan"
    settings.EVIDENCE_PEER_FOLDERS = str(tmp_path)
    peer = peer_of(other, folder="xingan")
    assert (ask(peer), peer.state) == (0, PeerState.SILENT)
    place.mkdir()
    sizes = []
    for count in (1, 2, 3):
        folder.keep(place, other.number, json.dumps(other.told(sizes[-1] if sizes else 0)).encode())
        sizes.append(len(other.leaves))
        other.grow(count)
    hidden = folder.path_of(place, 2).rename(tmp_path / "late")
    assert ask(peer) == 1  # the newest alone
    assert peer.checkpoints.get().number == 3
    hidden.rename(folder.path_of(place, 2))
    other.grow(1)
    folder.keep(place, 5, json.dumps(other.told(9)).encode())
    assert (ask(peer), peer.state) == (0, PeerState.SOUND)  # the fourth is still on its way
    folder.path_of(place, 3).write_bytes(folder.path_of(place, 2).read_bytes())
    ask(peer)
    assert peer.state == PeerState.BROKEN


# --- who may


def test_only_the_security_administrator_names_witnesses(other: Log) -> None:
    nobody = Actor(user_id=4, name="x", grants=frozenset({"evidence.see", "audit.administer", "system.administer"}))
    given = {"name": "x", "origin": THEIRS, "public_key": other.key, "address": "https://a.cn/public/witness"}
    with pytest.raises(NotAllowed):
        add_peer(nobody, **given)
    peer = add_peer(SECURITY, **given)
    with pytest.raises(NotAllowed):
        end_peer(nobody, peer=peer, reason="x")
    with pytest.raises(RuleViolation):
        end_peer(SECURITY, peer=peer, reason=" ")
    with pytest.raises(RuleViolation):
        add_peer(SECURITY, **given)
    end_peer(SECURITY, peer=peer, reason="迁移")
    with pytest.raises(RuleViolation):
        end_peer(SECURITY, peer=peer, reason="x")
    add_peer(SECURITY, **given)
    names = Entry.objects.order_by("pk").values_list("event", flat=True)
    assert list(names) == ["evidence.peer_added", "evidence.peer_ended", "evidence.peer_added"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"public_key": b"\x04" + b"\x00" * 64},
        {"address": "http://a.cn/"},
        {"address": "https://user:secret@a.cn/"},
        {"address": "https://a.cn/?x=1"},
        {"address": "file:///etc/passwd"},
        {"address": "https://[::1"},
        {"address": ""},
        {"folder": "x"},
        {"address": "", "folder": "../etc"},
        {"address": "", "folder": "a/b"},
        {"origin": "imbudget"},
    ],
)
def test_a_witness_that_cannot_be_one_is_refused(other: Log, wrong: dict[str, Any]) -> None:
    given = {"name": "x", "origin": THEIRS, "public_key": other.key, "address": "https://a.cn/public/witness"}
    with pytest.raises(RuleViolation):
        add_peer(SECURITY, **{**given, **wrong})


def test_what_is_held_of_a_witness_is_never_changed(other: Log, tmp_path: Path, settings: Any) -> None:
    with serving(other, tmp_path, settings) as address:
        peer = peer_of(other, address)
        ask(peer)
        other.leaves[0] = other.leaves[1]
        other.sign()
        ask(peer)
    for sql in (
        "UPDATE evidence_peercheckpoint SET size = 1",
        "DELETE FROM evidence_peercheckpoint",
        "DELETE FROM evidence_peerfault",
        "UPDATE evidence_peer SET public_key = 'x'",
        "DELETE FROM evidence_peer",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def as_owner(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for sql in statements:
            cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")
