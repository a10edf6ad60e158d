"""Pages of what stands outside: who reads them, what they say where nothing is set up, and what where something is wrong."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import make_world
from apps.evidence.models import Anchor, Checkpoint, Entry, Peer, PeerFault, WitnessState
from apps.evidence.tests.rows import make_signed_checkpoint
from imbudget.kit.signing import SoftwareProvider
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
KEY = SoftwareProvider(b"\x21" * 32).public_key("evidence")
CONTRACT = "0x" + "ab" * 20


@pytest.fixture
def world() -> Any:
    return make_world()


@pytest.fixture
def made(world: Any) -> Checkpoint:
    return make_signed_checkpoint()


@pytest.fixture
def auditor(world: Any) -> Client:
    return client_of("auditor", world.tree.banner)


def url(name: str, *args: Any) -> str:
    return reverse(f"evidence:{name}", args=args)


def anchored(made: Checkpoint, state: str = "confirmed", **more: Any) -> Anchor:
    given = {"block": 7, "transaction": "0x" + "cd" * 32, "confirmed_at": timezone.now(), **more}
    at = timezone.now()
    return Anchor.objects.create(
        checkpoint=made,
        chain_id=20200,
        contract=CONTRACT,
        digest=b"x",
        state=state,
        next_try_at=at,
        prepared_at=at,
        **given,
    )


def peer(**more: Any) -> Peer:
    given = {"name": "兴安盟", "origin": "x", "public_key": KEY, "address": "https://a.cn/public/witness", **more}
    return Peer.objects.create(next_try_at=timezone.now(), **given)


def said(page: Any) -> str:
    return html.text(page)


def test_only_who_may_read_the_record(world: Any, made: Checkpoint, auditor: Client) -> None:
    row = peer()
    clerk = client_of("unit_clerk", world.unit)
    for address in (url("anchors"), url("peers"), url("peer", row.pk)):
        assert clerk.get(address).status_code == 403, address
        assert auditor.get(address).status_code == 200, address
    assert auditor.get(url("peer", row.pk + 1)).status_code == 404


def test_that_nothing_is_set_up_is_said_plainly(made: Checkpoint, auditor: Client) -> None:
    english = {"headers": {"accept-language": "en"}}
    page = auditor.get(url("anchors"))
    assert page.context["outside"].is_alone
    for address in (url("anchors"), url("checkpoint", made.pk), "/"):
        text = said(auditor.get(address, **english))
        assert "未锚定" in text or "Not anchored: no chain is set up." in text, address


def test_a_chain_in_order_and_one_that_is_not(made: Checkpoint, auditor: Client, settings: Any) -> None:
    settings.EVIDENCE_CHAIN, settings.EVIDENCE_CHAIN_ID = "evm", 20200
    settings.EVIDENCE_CHAIN_NODES = ["https://user:secret@node1:8545/token"]
    page = auditor.get(url("anchors"))
    assert (page.context["count"], page.context["outside"].chain.is_well) == (0, False)
    anchored(made)
    facts = {"account": "0x1", "height": 9, "balance": "0", "nodes": {"node1:8545": ""}}
    WitnessState.objects.create(name="chain", told=1, told_at=timezone.now(), facts=facts)
    page = auditor.get(url("anchors"))
    assert (page.context["count"], page.context["outside"].chain.is_well) == (1, True)
    text = said(page)
    assert "node1:8545" in text
    assert "secret" not in text
    assert "token" not in text
    assert CONTRACT in said(auditor.get(url("checkpoint", made.pk)))
    WitnessState.objects.update(error="node1:8545: ConnectionError")
    page = auditor.get(url("anchors"))
    assert not page.context["outside"].chain.is_well
    assert "ConnectionError" in said(page)
    assert auditor.get("/").context["outside"].chain.newest.block == 7


def test_a_receipt_names_its_anchor_and_else_why_there_is_none(made: Checkpoint, world: Any, settings: Any) -> None:
    entry = Entry.objects.exclude(batch=None).order_by("-pk").first()
    root = client_of("auditor", world.tree.root)
    page = root.get(url("receipt", entry.pk))
    assert page.context["why_not"]
    assert page.context["receipt"].anchors == ()
    settings.EVIDENCE_CHAIN = "evm"
    row = anchored(made)
    page = root.get(url("receipt", entry.pk))
    assert page.context["receipt"].body["anchors"] == [
        {"kind": "evm", "name": f"20200:{CONTRACT}", "reference": f"{row.transaction}@7"}
    ]


def test_what_a_witness_is_accused_of_is_shown_with_what_it_signed(made: Checkpoint, auditor: Client) -> None:
    row = peer(state="broken", error="№ 1: 3 → № 2: 9")
    PeerFault.objects.create(peer=row, kind="unproved", text="their text", detail="№ 1: 3 → № 2: 9")
    assert auditor.get(url("anchors")).context["outside"].broken == 1
    assert auditor.get("/").context["outside"].broken == 1
    text = said(auditor.get(url("peer", row.pk) + "?tab=faults"))
    assert "their text" in text


def test_lists_cost_the_same_however_many_there_are(
    made: Checkpoint, auditor: Client, django_assert_max_num_queries: Any
) -> None:
    anchored(made)
    for number in range(4):
        peer(origin=f"o{number}")
    auditor.get(url("anchors"))
    with django_assert_max_num_queries(16):
        auditor.get(url("anchors"))
    with django_assert_max_num_queries(12):
        assert auditor.get(url("peers")).context["count"] == 4


@pytest.mark.covers("B4")
def test_the_security_administrator_names_and_ends_a_witness(world: Any) -> None:
    security, system = client_of("security_admin", world.tree.root), client_of("system_admin", world.tree.root)
    add, listed = reverse("admin:evidence_peer_add"), reverse("admin:evidence_peer_changelist")
    given = {
        "name": "兴安盟",
        "origin": "x/22",
        "key": KEY.hex(),
        "address": "https://a.cn/public/witness/",
        "folder": "",
    }
    assert system.post(add, given).status_code == 403
    assert system.get(listed).status_code == 200
    assert security.post(add, given | {"key": "zz" * 65}).status_code == 200
    assert security.post(add, given | {"folder": "both"}).status_code == 200
    assert not Peer.objects.exists()
    assert security.post(add, given).status_code == 302
    row = Peer.objects.get()
    assert (row.address, bytes(row.public_key)) == ("https://a.cn/public/witness", KEY)
    change = reverse("admin:evidence_peer_change", args=[row.pk])
    assert KEY.hex() in security.get(change).text
    assert system.post(change, {"reason": "x"}).status_code == 403
    assert security.post(change, {"reason": "迁移"}).status_code == 302
    row.refresh_from_db()
    assert row.ended_at is not None
    assert security.post(change, {"reason": "again"}).status_code == 403
    names = Entry.objects.filter(event__startswith="evidence.peer").values_list("event", flat=True)
    assert sorted(names) == ["evidence.peer_added", "evidence.peer_ended"]
