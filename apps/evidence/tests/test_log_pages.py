"""Pages and JSON of the log: who may read them, what they prove, what wrong questions are told."""

import base64

import pytest
from django.db import connection
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import make_world
from apps.evidence import merkle
from apps.evidence.canonical import HASHES, leaf_of
from apps.evidence.models import Checkpoint, Entry
from apps.evidence.services import append, seal
from apps.evidence.services.checkpoints import make_checkpoint
from apps.evidence.tests.helpers import EVENT
from apps.review.tests.drawing import ALL_READY
from imbudget.kit.actor import Actor
from imbudget.kit.crypto import sm3
from imbudget.kit.signing import verify

pytestmark = pytest.mark.django_db
SM3 = HASHES["sm3"]


@pytest.fixture(autouse=True)
def signed(settings, monkeypatch):
    settings.SIGNING_KEY = b"\x07" * 32
    monkeypatch.setattr("apps.evidence.services.sealing.READY", ALL_READY)


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def logged(world):
    """A record of the banner and one of a far banner, with a checkpoint behind each."""
    made = []
    for node in (world.tree.banner, world.tree.far_banner):
        made.append(append(EVENT, None, Actor(user_id=1, name="a", region_code=node.code), what="x"))
        seal()
        make_checkpoint()
    return [Entry.objects.select_related("batch").get(pk=entry.pk) for entry in made]


@pytest.fixture
def auditor(world):
    return client_of("auditor", world.tree.banner)


def url(name, *args, **query):
    return reverse(f"evidence:{name}", args=args, query=query)


PAGES = ("checkpoints", "api_checkpoint", "api_consistency", "api_key")


def test_only_who_may_read_the_record_reads_the_log(world, logged, auditor):
    clerk = client_of("unit_clerk", world.unit)
    addresses = [url(name) for name in PAGES] + [url("checkpoint", 1), url("api_proof", logged[0].pk)]
    for address in addresses:
        assert clerk.get(address).status_code == 403, address
        assert auditor.get(address, {"old": 1}).status_code == 200, address


def test_a_proof_is_given_within_the_scope_of_the_record(logged, auditor):
    assert auditor.get(url("api_proof", logged[0].pk)).status_code == 200
    assert auditor.get(url("api_proof", logged[1].pk)).status_code == 404
    assert auditor.get(url("api_proof", 10**9)).status_code == 404


@pytest.mark.covers("C3", "不可否认性")
def test_a_stranger_can_check_what_the_interface_says(logged, auditor):
    told = auditor.get(url("api_checkpoint")).json()
    key = auditor.get(url("api_key")).json()
    assert told["public_key"] == key["public_key"]
    signature = base64.b64decode(told["signature"])
    assert verify(bytes.fromhex(key["public_key"]), sm3(told["text"].encode()), signature)
    proof = auditor.get(url("api_proof", logged[0].pk)).json()
    path, root = [bytes.fromhex(each) for each in proof["proof"]], bytes.fromhex(told["root"])
    assert proof["size"] == told["size"] == int(told["text"].splitlines()[1])
    leaf = leaf_of(proof["format"], proof["record"].encode())
    assert merkle.inclusion_holds(SM3, leaf, proof["place"], proof["size"], path, root)
    old = auditor.get(url("api_checkpoint", number=1)).json()
    grown = auditor.get(url("api_consistency", old=old["size"], new=told["size"])).json()
    path = [bytes.fromhex(each) for each in grown["proof"]]
    assert merkle.consistency_holds(SM3, old["size"], told["size"], bytes.fromhex(old["root"]), root, path)


@pytest.mark.parametrize(
    ("name", "query", "status"),
    [
        ("api_consistency", {}, 400),
        ("api_consistency", {"old": "0"}, 400),
        ("api_consistency", {"old": "5", "new": "2"}, 400),
        ("api_consistency", {"old": "1", "new": "99999999999999999999999"}, 400),
        ("api_consistency", {"old": "١"}, 400),
        ("api_consistency", {"old": "1; DROP"}, 400),
        ("api_checkpoint", {"number": "99"}, 404),
        ("api_checkpoint", {"number": "-1"}, 400),
        ("api_checkpoint", {"number": "9" * 30}, 400),
    ],
)
def test_a_wrong_question_is_told(logged, auditor, name, query, status):
    answer = auditor.get(url(name), query)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["error"]


@pytest.mark.parametrize("size", ["0", "99", "x", "99999999999999999999"])
def test_a_proof_in_a_log_that_never_was_is_refused(logged, auditor, size):
    assert auditor.get(url("api_proof", logged[0].pk), {"size": size}).status_code == 400


def test_a_record_that_is_not_sealed_has_no_proof_yet(world, auditor):
    entry = append(EVENT, None, Actor(user_id=1, name="a", region_code=world.tree.banner.code))
    assert auditor.get(url("api_proof", entry.pk)).status_code == 400
    assert auditor.get(url("api_checkpoint")).status_code == 404
    assert "shown" in (page := auditor.get(url("entry", entry.pk))).context
    assert page.context["shown"] is None


def test_without_a_key_there_is_none_to_show(auditor, settings):
    settings.SIGNING_KEY = None
    assert auditor.get(url("api_key")).status_code == 404


def test_the_page_of_a_record_shows_its_place_under_a_signature(logged, auditor):
    shown = auditor.get(url("entry", logged[0].pk)).context["shown"]
    assert (shown.place, shown.size, shown.checkpoint.number) == (logged[0].place, 1 + logged[0].place, 1)
    assert shown.root == bytes(shown.checkpoint.root).hex()


def test_the_page_of_a_checkpoint_proves_it_grew(logged, auditor):
    page = auditor.get(url("checkpoint", 2)).context
    assert (page["signed"], page["stands"], page["grown"]["old"].number, page["grown"]["holds"]) == (
        True,
        True,
        1,
        True,
    )
    assert auditor.get(url("checkpoint", 1)).context["grown"] is None
    wrong = auditor.get(url("checkpoint", 2), {"earlier": "7"})
    assert (wrong.status_code, bool(wrong.context["form"].errors)) == (200, True)
    assert auditor.get(url("checkpoint", 3)).status_code == 404


@pytest.mark.covers("C3")
def test_the_page_says_when_the_log_is_not_what_was_signed(logged, auditor):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE evidence_tile SET hashes = sha256('x') || substring(hashes FROM 33)")
        cursor.execute("SET LOCAL session_replication_role = origin")
    page = auditor.get(url("checkpoint", 2)).context
    assert (page["signed"], page["stands"], page["grown"]["holds"]) == (True, False, False)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM evidence_tile")
        cursor.execute("SET LOCAL session_replication_role = origin")
    page = auditor.get(url("checkpoint", 2)).context
    assert (page["stands"], page["grown"]["holds"]) == (False, False)
    assert auditor.get(url("api_consistency"), {"old": 1}).status_code == 409
    assert auditor.get(url("api_proof", logged[0].pk)).status_code == 409


def test_the_list_costs_the_same_however_many_there_are(logged, auditor, django_assert_max_num_queries):
    auditor.get(url("checkpoints"))
    with django_assert_max_num_queries(12):
        few = auditor.get(url("checkpoints"))
    assert few.context["count"] == 2
    for _more in range(5):
        make_checkpoint("day")
    with django_assert_max_num_queries(12):
        assert auditor.get(url("checkpoints"), {"cause": "day"}).context["count"] == 5
    assert Checkpoint.objects.count() == 7
